"""The consoles that results and messages go to, and what all that is shown on them shares. Colour only on a terminal.

Narrow terminals get the same facts line by line instead of a table, so that no figure is cut.
"""

import textwrap
from collections.abc import Iterable
from typing import Any, Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from schemas.plain_text import harmless

VERDICT_STYLES: Final = {
    "exact": "green",
    "explained": "green",
    "rounded_match": "cyan",
    "not_comparable": "yellow",
    "no_rule": "dim",
    "mismatch": "bold red",
}
# Narrower than this a table is told line by line.
NARROWEST_TABLE: Final = 80
_LONGEST_NAME: Final = 60


class HarmlessConsole(Console):
    """A console whose text cannot act: controls, turned direction, markup; nor fail where letters are missing.

    Names and messages come from documents; whatever prints here need not think of that.
    """

    def __init__(self, **chosen: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **chosen)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of `renderable`, each with harmless text that the output can write."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(self._writable(segment.text), segment.style)

    def _writable(self, text: str) -> str:
        shown = "\n".join(harmless(line, longest=len(line) + 1) for line in text.split("\n"))
        return shown.encode(self.encoding, "replace").decode(self.encoding)


MESSAGES: Final = HarmlessConsole(stderr=True)
RESULTS: Final = HarmlessConsole()


def short(text: str) -> Text:
    """A name of bearable length, in letters that cannot act."""
    return Text(harmless(text, _LONGEST_NAME))


def show_paragraph(text: str, console: Console = RESULTS, style: str = "") -> None:
    """A sentence or two: on a terminal wrapped at spaces but never inside an amount, one line elsewhere."""
    shown = harmless(text, longest=2_000)
    # rich would break a line at a no-break space.
    lines = textwrap.wrap(shown, console.width, break_on_hyphens=False) if console.is_terminal else [shown]
    for line in lines:
        console.print(Text(line, style=style), soft_wrap=True)


def show_begun(begin: str, rest: str, style: str = "", console: Console = RESULTS) -> None:
    """A line whose beginning has a style; on a terminal wrapped at spaces, all of it set in alike."""
    told = harmless(rest, longest=2_000)
    wide = max(console.width - len(begin), 1)
    lines = textwrap.wrap(told, wide, break_on_hyphens=False) if console.is_terminal else [told]
    for number, line in enumerate(lines or [""]):
        shown = Text(begin, style=style) if number == 0 else Text(" " * len(begin))
        console.print(shown.append(line, style="default"), soft_wrap=True)
