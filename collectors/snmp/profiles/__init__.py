"""Device families as data: what tells a family, where its sensors stand, and what their values mean."""
