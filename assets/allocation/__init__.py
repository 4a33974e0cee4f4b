"""Who gets how much: exact splits of the pots."""
