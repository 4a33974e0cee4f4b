"""Assumed rules beside the decided ones, and how far amounts depend on counts and rounding."""
