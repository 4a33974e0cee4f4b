"""Faults on purpose: processes killed, disks filled, bytes torn, clocks set back; after each a reader looks.

    python -m tests.faults.injection [--faults N] [--seed S] [--whole-runs N] [--report FILE.json] [--page FILE.md]

Most faults strike publishing and storage in a small world, in a process forked for each of them; `whole_runs.py`
strikes `kronvis run` itself.
"""
