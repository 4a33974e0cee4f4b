"""Fetching head counts from SCB's PxWeb service: requests, the client that sends them, and what counts as an answer."""
