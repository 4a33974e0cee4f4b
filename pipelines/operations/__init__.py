"""Keeping it running: whether a machine is fit, what a monitor reads, who is told, where versions are sent."""
