"""Stage county: how a county passes its joint money on, what became of it, and the dates that bind it."""
