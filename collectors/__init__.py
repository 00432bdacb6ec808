"""Observes the network: polls every device over SNMP and tells what it found on the bus."""
