"""Finding: from pages to amounts and whose they may be. The door is `figures.py`, one floor up."""
