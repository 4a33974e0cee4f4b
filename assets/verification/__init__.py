"""Does it agree with what was published, and what was found."""
