"""The command line, called in this process on a history that a test may spoil."""

import json
import sys
from typing import Any

import pytest

from pipelines.commands.app import app
from pipelines.terminal.ending import ending
from tests.published import Published


class Answer:
    """What a command said and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def kronvis(own_history: Published, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Call the command line in this process, on a history of its own."""
    monkeypatch.setenv("KRONVIS_OUT", str(own_history.settings.out))
    monkeypatch.setenv("KRONVIS_DATA", str(own_history.settings.data))

    def call(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["kronvis", *arguments])
        with pytest.raises(SystemExit) as end:
            ending(app)
        captured = capsys.readouterr()
        return Answer(end.value.code if isinstance(end.value.code, int) else 0, captured.out, captured.err)

    return call
