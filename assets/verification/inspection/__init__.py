"""Inspecting a document: which pots its amounts are, whether they are right, and what they rest on."""
