"""Readers: from the bytes of a document to its pages, in a process of its own; `reading.py` is the door."""
