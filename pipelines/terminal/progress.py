"""How far a run has come, on stderr, where somebody watches."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from pipelines.terminal.console import MESSAGES

_LAST: Final = "publishing"
# The last step publishes and makes the report: it takes as long as this many of the others.
_LAST_WEIGHS: Final = 20
_ENOUGH_TO_TELL: Final = 5


class Steps:
    """A progress bar over the steps of a run; silent where nobody watches."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("starting", total=None)
        self._finished: list[float] = []

    def __call__(self, step: str, steps: int) -> None:
        """Count one finished step of a run of so many; a further run begins anew."""
        if len(self._finished) >= steps:
            self._finished.clear()
        self._finished.append(time.monotonic())
        self._progress.update(
            self._task,
            total=steps,
            completed=len(self._finished),
            description=_LAST if len(self._finished) == steps - 1 else step.replace("__", " · "),
            ends_at=ends_at(self._finished, steps),
        )

    def fetched(self, count: str) -> None:
        """Tell which count of SCB's has come; how many there are is not known beforehand."""
        self._progress.update(self._task, description=f"SCB: {count}")


def ends_at(finished: Sequence[float], steps: int) -> float | None:
    """When a run of `steps` steps will probably end, from the times at which steps have finished; None if too early.

    What came before the first step is not repeated and says nothing of the others.
    """
    if not _ENOUGH_TO_TELL <= len(finished) < steps:
        return None
    a_step = (finished[-1] - finished[0]) / (len(finished) - 1)
    return finished[-1] + a_step * (steps - 1 - len(finished) + _LAST_WEIGHS)


class _TimeLeft(ProgressColumn):
    """`≈ 7 s left`; how long it has been going on where nothing can be said of that."""

    def render(self, task: Task) -> Text:
        end: float | None = task.fields.get("ends_at")
        left = 0 if end is None else round(end - time.monotonic())
        return Text(f"≈ {left} s left" if left > 0 else f"{task.elapsed or 0:.0f} s", style="progress.remaining")


@contextmanager
def watching(*, quiet: bool, console: Console = MESSAGES) -> Iterator[Steps]:
    """Show progress on stderr while a run goes on, if that is a terminal that can move its cursor."""
    width = min(40, console.width // 3)
    columns = (
        TextColumn(f"{{task.description:<{width}.{width}}}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        _TimeLeft(),
    )
    hidden = quiet or not console.is_terminal or console.is_dumb_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden, expand=True) as progress:
        yield Steps(progress)
