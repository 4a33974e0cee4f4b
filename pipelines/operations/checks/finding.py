"""What a check is, what it finds, and how names are told in a finding."""

from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple

from pipelines.settings import Settings
from schemas.text import Text

# fine; worth knowing, but a run does its work; what stops a run or what readers must not see.
State = Literal["fine", "note", "wrong"]
_LISTED: Final = 3


class Finding(NamedTuple):
    """What a check found, and what to do about it; nothing to do if it is fine."""

    state: State
    found: Text
    remedy: Text | None = None


class Check(NamedTuple):
    """Something to look at: its name for machines, its title for people, and the look itself."""

    name: str
    title: Text
    look: Callable[[Settings], Finding]


def both(text: str) -> Text:
    """What reads the same in either language."""
    return Text(text, text)


def some(names: Iterable[object]) -> str:
    """The first of `names`, and how many more there are."""
    told = [str(name) for name in names]
    more = f" … (+{len(told) - _LISTED})" if len(told) > _LISTED else ""
    return ", ".join(told[:_LISTED]) + more
