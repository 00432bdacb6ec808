"""The state timeline, the ledger's input: gap-free intervals of devices, links, sites, agencies, private networks."""
