"""Sums per recipient and county, as readers want them."""
