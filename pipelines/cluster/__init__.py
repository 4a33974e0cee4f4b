"""Many machines: workers that take runs from PostgreSQL, the launcher that leaves runs to them, asking for years."""
