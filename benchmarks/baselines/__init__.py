"""Kronvis' main job as one would write it in a single file: what the pipeline is timed against.

The scripts import nothing of the project and read its data files by themselves; `check.py` holds what they write
against a published version.
"""
