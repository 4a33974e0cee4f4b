"""Stands in front of pandas on the path of a process that is to run as where pandas is not installed."""

raise ModuleNotFoundError("No module named 'pandas'", name="pandas")
