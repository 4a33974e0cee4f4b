"""The columns of all tables, each declared once: one module per table family, and one for what families share."""
