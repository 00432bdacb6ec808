"""The MIB objects that a simulated router shows, one module a MIB."""
