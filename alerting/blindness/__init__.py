"""Whether the collector sees anything at all. Pure: what nobody can see is unknown, never down."""
