"""`python -m pipelines` is `kronvis`."""

from pipelines.cli import main

if __name__ == "__main__":
    main()
