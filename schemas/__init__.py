"""What the data look like: fields, tables, contracts and the dictionary. Imports nothing of ours."""
