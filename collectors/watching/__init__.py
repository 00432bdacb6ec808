"""One device under watch: what is remembered about it, and the look at it that is under way."""
