"""What would happen if something failed or were switched off: for planning, drills and the next call. Pure."""
