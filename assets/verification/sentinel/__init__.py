"""The sentinel: the errors of one printed table of amounts, each with a named cause."""
