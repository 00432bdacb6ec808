"""The front door: the command line, the settings, and the wiring of the rooms into a running platform."""
