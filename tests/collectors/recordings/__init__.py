"""The collector against recordings of real devices, and what another project reads from the same ones."""
