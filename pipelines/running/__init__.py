"""Doing a run in this process: what it takes of the machine, where it is recorded, years that are refused."""
