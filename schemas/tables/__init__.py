"""All tables, one family per module: which fields each has, its key, and the rules that tie columns together."""
