"""Who did what, when, to what: an append-only record in which every entry is chained to the one before."""
