"""The keys that many tables have in common: what their rows are joined, grouped and told apart by."""

from typing import Final

POT: Final = ("programme", "year", "pot_id")
# What one recipient gets of one pot.
AMOUNT: Final = (*POT, "recipient_type", "recipient_code")
# What one recipient gets of all pots of a programme.
RECIPIENT: Final = ("programme", "year", "recipient_type", "recipient_code")
