"""What is produced: one folder per stage, in the order of the flow, plus storage. Imports `schemas` only."""
