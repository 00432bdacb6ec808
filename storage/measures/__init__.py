"""What pages, API and reports ask the metric store, in the network's terms: rankings over a scope, one interface."""
