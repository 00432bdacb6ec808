"""The availability ledger and the monthly report in its forms. Reads the state timeline; writes files, no records."""
