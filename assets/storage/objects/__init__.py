"""Versions in S3-compatible object storage: sent whole, pointed at in one step, read by what the pointer says."""
