"""What commands answer, as plain data: the same for a person, for `--json` and for the tests."""
