"""What was agreed: totals, pots, rules and their sources."""
