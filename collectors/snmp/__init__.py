"""SNMP: the channel to one agent, the inventory of what it has, the plan of what to ask, and what the answers mean."""
