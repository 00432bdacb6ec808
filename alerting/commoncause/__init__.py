"""One cause beyond the topology: many sites of one county, or on one carrier's lines, that fail at once. Pure."""
