"""Letters of a PDF page put together: to lines by their baseline, and within a line to runs by the gaps between them.

A gap wider than a word space is the space between two columns, or that of a stretched line of text. It is decided by
its width, by a ruled line in it, and by the gaps above and below.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from assets.documents.readers.contents import raised
from assets.documents.readers.layout import Run

# In parts of the letter size. Spaces between words and inside amounts are 0.25 to 0.33 wide, two of them up to 0.6.
_LETTER_GAP: Final = 0.15
_WORD_GAP: Final = 0.36
_COLUMN_GAP: Final = 0.65
_MOST_STRETCHED: Final = 2.5
_ALIKE: Final = 0.05
_SAME_LINE: Final = 0.25
_OVERPRINT: Final = 0.2
_SMALL: Final = 0.8
_HIGHEST_MARK: Final = 0.8
_LONGEST_MARK: Final = 1.2
# Other measures: points that edges below each other may differ by; lines looked at; what a space glyph may stretch.
_SAME_EDGE: Final = 0.6
_LINES_AROUND: Final = 5
_WITNESSES: Final = 2
_ONE_SPACE: Final = 1.25
_ITEM: Final = re.compile(r"(\d{1,2}|[a-zåäö])[.)]")
_BULLETS: Final = frozenset("•●▪■◦○‣–—-*✓\uf0b7\uf0a7\uf0d8\uf0fc")


@dataclass(frozen=True)
class Letter:
    """What a PDF prints at one go, mostly one character; places in points, `baseline` and `middle` from below."""

    text: str
    begin: float
    end: float
    baseline: float
    middle: float
    size: float


@dataclass(frozen=True)
class Rule:
    """A vertical ruled line at `place`, from `foot` up to `head`."""

    place: float
    foot: float
    head: float


@dataclass(frozen=True)
class _Gap:
    """What lies between two letters of a line: `blanks` as printed, `parts` if it surely lies between two cells."""

    begin: float
    end: float
    size: float
    blanks: str
    blanks_width: float
    before_word: bool
    parts: bool = False

    @property
    def width(self) -> float:
        return self.end - self.begin

    @property
    def is_wide(self) -> bool:
        is_space = len(self.blanks) == 1 and self.width <= _ONE_SPACE * self.blanks_width
        return self.width > _WORD_GAP * self.size and not is_space

    @property
    def text(self) -> str:
        return self.blanks or (" " if self.width > _LETTER_GAP * self.size else "")

    def bears_out(self, other: "_Gap") -> bool:
        """Whether `other`, on a line nearby, is between columns too: it shares an edge, or lies where this parts."""
        overlap = min(self.end, other.end) - max(self.begin, other.begin)
        same_edge = abs(self.begin - other.begin) < _SAME_EDGE or abs(self.end - other.end) < _SAME_EDGE
        return same_edge or (self.parts and 2 * overlap > other.width)


@dataclass(frozen=True)
class _Line:
    """Letters from left to right without the blank ones, and the gap before each but the first."""

    letters: tuple[Letter, ...]
    gaps: tuple[_Gap, ...]
    is_stretched: bool


def lines_of(letters: Sequence[Letter], rules: Sequence[Rule]) -> list[list[Run]]:
    """The lines of a page from top to bottom, each a list of runs from left to right."""
    lines = [_line(line, rules) for line in _by_baseline(letters) if not all(map(_is_blank, line))]
    wide = [[gap for gap in line.gaps if gap.is_wide and not line.is_stretched] for line in lines]
    return [
        _runs(line, wide[max(index - _LINES_AROUND, 0) : index] + wide[index + 1 : index + 1 + _LINES_AROUND])
        for index, line in enumerate(lines)
    ]


def _is_blank(letter: Letter) -> bool:
    return not letter.text.strip()


def _by_baseline(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Letters by line; small raised ones (marks of footnotes) go to the line that they hang on."""
    lines: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda letter: -letter.baseline):
        first = lines[-1][0] if lines else None
        if first is None or first.baseline - letter.baseline > _SAME_LINE * min(first.size, letter.size):
            lines.append([])
        lines[-1].append(letter)
    for above, line in pairwise(lines):
        largest = max(letter.size for letter in line)
        small = [letter for letter in above if letter.size < _SMALL * largest and not _is_blank(letter)]
        hanging = {letter for letter in small if any(_hangs_on(letter, host) for host in line)}
        line.extend(hanging)
        above[:] = [letter for letter in above if letter not in hanging]
    return lines


def _hangs_on(letter: Letter, host: Letter) -> bool:
    near = -_LETTER_GAP < (letter.begin - host.end) / host.size < _LONGEST_MARK
    return near and letter.size < _SMALL * host.size and letter.baseline - host.baseline < _HIGHEST_MARK * host.size


def _line(letters: Sequence[Letter], rules: Sequence[Rule]) -> _Line:
    largest = max(letters, key=lambda letter: letter.size)
    visible: list[Letter] = []
    gaps: list[_Gap] = []
    blanks: list[Letter] = []
    for letter in sorted(letters, key=lambda letter: letter.begin):
        same_kind = blanks if _is_blank(letter) else visible
        if same_kind and _is_overprint(letter, same_kind[-1]):
            continue
        if same_kind is visible:
            if visible:
                gaps.append(_gap(visible[-1], letter, blanks))
            blanks = []
        same_kind.append(_marked(letter, largest))
    is_stretched = _is_stretched([gap for gap in gaps if gap.is_wide])
    judged = (replace(gap, parts=_parts(gap, largest, rules, is_stretched=is_stretched)) for gap in gaps)
    return _Line(tuple(visible), tuple(judged), is_stretched)


def _is_overprint(letter: Letter, last: Letter) -> bool:
    """The same letter a hair's breadth beside the last one: printed twice to look bold."""
    return letter.text == last.text and letter.begin - last.begin < _OVERPRINT * letter.size


def _marked(letter: Letter, largest: Letter) -> Letter:
    """A small raised figure as ¹ ² ³, so that the mark of a footnote is no digit of the amount before it."""
    is_raised = letter.size < _SMALL * largest.size and letter.middle > largest.middle
    return replace(letter, text=raised(letter.text)) if is_raised else letter


def _gap(left: Letter, right: Letter, blanks: Sequence[Letter]) -> _Gap:
    width = sum(blank.end - blank.begin for blank in blanks)
    size = max(left.size, right.size)
    printed = "".join(blank.text for blank in blanks)
    return _Gap(left.end, right.begin, size, printed, width, right.text[:1].isalpha())


def _is_stretched(wide: Sequence[_Gap]) -> bool:
    """Whether the wide gaps of a line are all alike and most go before words, as in text that is justified."""
    widths = [gap.width / gap.size for gap in wide]
    alike = len(widths) > 1 and max(widths) < _MOST_STRETCHED and max(widths) - min(widths) < _ALIKE
    return alike and 2 * sum(gap.before_word for gap in wide) > len(wide)


def _parts(gap: _Gap, largest: Letter, rules: Sequence[Rule], *, is_stretched: bool) -> bool:
    """Whether `gap` lies between two cells, from its own line alone."""
    if not gap.is_wide:
        return False
    if any(gap.begin - 1 < rule.place < gap.end + 1 and rule.foot < largest.middle < rule.head for rule in rules):
        return True
    return gap.width > _COLUMN_GAP * gap.size and not is_stretched


def _runs(line: _Line, around: Sequence[Sequence[_Gap]]) -> list[Run]:
    runs = [Run(line.letters[0].text, line.letters[0].begin, line.letters[0].end)]
    for gap, letter in zip(line.gaps, line.letters[1:], strict=True):
        last = runs[-1]
        if gap.is_wide and _is_between_cells(gap, around):
            runs.append(Run(letter.text, letter.begin, letter.end))
        else:
            runs[-1] = Run(f"{last.text}{gap.text}{letter.text}", last.begin, letter.end)
    return _with_mark(runs)


def _with_mark(runs: list[Run]) -> list[Run]:
    """The mark of a list item belongs to its text; a number followed by several cells counts the rows of a table."""
    mark, *rest = runs
    if rest and (mark.text in _BULLETS or (len(rest) == 1 and _ITEM.fullmatch(mark.text))):
        return [Run(f"{mark.text} {rest[0].text}", mark.begin, rest[0].end), *rest[1:]]
    return runs


def _is_between_cells(gap: _Gap, around: Sequence[Sequence[_Gap]]) -> bool:
    return gap.parts or sum(any(other.bears_out(gap) for other in line) for line in around) >= _WITNESSES
