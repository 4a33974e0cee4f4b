"""What people see: messages and exit codes, progress, and how each answer looks. Imports no other part of pipelines."""
