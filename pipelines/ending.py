"""How a command ends: one message and a stable exit code for every error that a person can cause."""

import sys
from collections.abc import Callable
from typing import Final

from schemas.errors import KronvisError

# What nobody foresaw is told apart from refused data.
EXIT_BUG: Final = 70


def ending(run: Callable[[], None]) -> None:
    """Run a command and turn what it raises into a message and an exit code."""
    try:
        run()
    except KronvisError as error:
        say(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        say("interrupted; the published version is as it was")
        sys.exit(130)
    except Exception:  # noqa: BLE001 - the last resort, so that a bug does not end like refused data
        say("this is a bug in Kronvis; the published version is as it was. What follows tells where.")
        import traceback

        traceback.print_exc()
        sys.exit(EXIT_BUG)


def say(message: str) -> None:
    """A message to the person at the terminal."""
    sys.stderr.write(f"kronvis: {message}\n")
