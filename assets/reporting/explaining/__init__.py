"""Explaining amounts: the arithmetic again step by step, in words and numbers, back to the cells and documents."""
