"""Whether a device is there at all: how long to wait for it, and the ping that tells a silent agent from a dead box."""
