"""Doing a run in this process: where it is recorded, and years that are refused."""
