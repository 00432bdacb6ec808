"""The state timeline: gap-free intervals of every device and agency, the ledger's input."""
