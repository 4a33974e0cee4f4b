"""What changed between two versions, in money: every row, why, and the history of versions."""
