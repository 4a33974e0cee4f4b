"""How a command ends: one message and a stable exit code for every error that a person can cause."""

import json
import os
import sys
from collections.abc import Callable
from typing import Any, Final

from schemas.errors import EXIT_REFUSED, KronvisError
from schemas.plain_text import harmless

# What nobody foresaw is told apart from refused data.
EXIT_BUG: Final = 70
_LONGEST_LINE: Final = 2000


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
    except BrokenPipeError:
        # Whoever read our output has stopped, as `head` does; what Python still holds back goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_REFUSED)
    except Exception:  # noqa: BLE001 - the last resort, so that a bug does not end like refused data
        say("this is a bug in Kronvis; the published version is as it was. What follows tells where.")
        import traceback

        traceback.print_exc()
        sys.exit(EXIT_BUG)


def say(message: str) -> None:
    """A message to the person at the terminal; what it quotes cannot steer the terminal."""
    lines = "\n".join(harmless(line, _LONGEST_LINE) for line in message.split("\n"))
    sys.stderr.write(f"kronvis: {lines}\n")


def print_json(value: Any) -> None:
    """Data for machines on stdout, in letters that the output's encoding has."""
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(value, ensure_ascii=plain, indent=1, default=str) + "\n")
