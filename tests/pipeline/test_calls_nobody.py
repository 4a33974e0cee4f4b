"""Neither a run nor what Dagster serves calls anybody: the ways out are closed, attempts are counted."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.domain import ROOT

# Refuses every way out of this machine and remembers that it was tried, also where the refusal is swallowed.
GUARD: Final = """
import sys
tried = []
def guard(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        place = arguments[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        place = arguments
    else:
        return
    if isinstance(place, tuple) and place[0] not in ("127.0.0.1", "::1", "localhost"):
        tried.append((event, place))
        raise OSError(f"not allowed: {event} {place}")
sys.addaudithook(guard)
"""
END: Final = """
finally:
    print("tried:", tried)
"""


def _guarded(body: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    script = f"{GUARD}try:\n{indented}{END}"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )


def test_the_guard_notices_a_call_that_is_swallowed() -> None:
    body = "import urllib.request\ntry:\n    urllib.request.urlopen('http://home.invalid/')\nexcept OSError:\n    pass"
    assert "home.invalid" in _guarded(body).stdout


def test_a_run_calls_nobody(tmp_path: Path) -> None:
    done = _guarded(
        "from pipelines.__main__ import main\nmain()",
        *("run", "--year", "2025", "--tables-only", "--quiet", "--out", str(tmp_path / "out")),
    )
    assert (done.returncode, done.stdout.strip()) == (0, "tried: []"), done.stderr
    assert (tmp_path / "out/current/manifest.json").is_file()


def test_loading_what_dagster_serves_calls_nobody() -> None:
    done = _guarded("import pipelines.definitions, dagster_webserver.cli")
    assert (done.returncode, done.stdout.strip()) == (0, "tried: []"), done.stderr
