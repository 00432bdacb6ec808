"""A province of SNMP agents on loopback, with faults on demand: for the demo, drills, tests and benchmarks."""
