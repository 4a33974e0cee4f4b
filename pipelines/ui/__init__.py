"""What the Dagster UI shows of tables and checks besides their rows."""
