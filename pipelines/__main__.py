"""`kronvis`, also `python -m pipelines`. What should answer at once goes past what takes long to load."""

import gc
import sys

from pipelines.footprint import seldom_collect
from pipelines.terminal.ending import ending


def main() -> None:
    """Run the command line; `explain` reads its arguments itself, because typer loads longer than it takes."""
    seldom_collect()
    try:
        ending(_explain if sys.argv[1:2] == ["explain"] else _any)
    finally:
        # The process ends: what it holds need not be taken apart object by object.
        gc.freeze()


def _explain() -> None:
    from pipelines.commands.explain import command

    command(sys.argv[2:])


def _any() -> None:
    from pipelines.commands.app import app

    app(standalone_mode=True)


if __name__ == "__main__":
    main()
