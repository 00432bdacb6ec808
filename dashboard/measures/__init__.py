"""What the pages and the API ask the metric store: rankings over a scope, one interface over a span."""
