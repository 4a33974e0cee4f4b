"""What `kronvis doctor` looks at: a module for each thing that is looked at."""
