"""For programs: JSON under `/api/v1`, and the platform's own figures."""
