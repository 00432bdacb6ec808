"""A device as its page and the API show it: what it is, what it has, what it told last, how it is polled."""
