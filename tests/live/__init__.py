"""Scripts that ask the real SCB and print what they find. Not run by `make test`; for the first live run."""
