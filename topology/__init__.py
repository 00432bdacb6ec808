"""The network as data: tiers, sites, devices, links, private networks, and the questions one asks of their graph."""
