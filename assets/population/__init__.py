"""How many people live where, by base and basis."""
