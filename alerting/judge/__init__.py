"""The judge: observations and the passing of time in, effects out. No database, no bus, no clock of its own."""
