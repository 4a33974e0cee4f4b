"""How it runs: Dagster definitions, partitions, checks, publishing and the command line."""
