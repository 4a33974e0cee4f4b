"""What a person types: `kronvis`, a module per command. What it answers is `answers/`, how that looks `terminal/`."""
