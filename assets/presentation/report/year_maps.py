"""The maps of a year: what they can show of an agreement, and each with its measures, areas and legend."""

from typing import Any, Final, NamedTuple

from assets.presentation.report.amounts import path_of
from assets.presentation.report.maps import Classes, Outlines, classify, drawing
from schemas.vocabulary import COUNTY, PRELIMINARY

Row = dict[str, Any]

# A measure is one of these classes in the style sheet, whatever it is called.
_LETTERS: Final = "pqrs"


class Measure(NamedTuple):
    """Something a map can show: its word, code → value, and whether the values are per cent."""

    word: str
    values: dict[str, float | None]
    is_percent: bool = False


def map_of(outlines: Outlines, level: str, rows: list[Row], measures: list[Measure]) -> dict[str, Any] | None:
    """A map with its measures, or None where no area has a value."""
    if not rows:
        return None
    key, name = ("county_code", "county_name") if level == COUNTY else ("recipient_code", "recipient_name")
    told = [measure for measure in measures if any(value is not None for value in measure.values.values())]
    classed = {measure.word: classify(measure.values) for measure in told}
    letters = dict(zip((word for word, found in classed.items() if found), _LETTERS, strict=False))
    areas = [
        {
            "code": row[key],
            "name": row[name],
            "page": path_of(level, row[key]),
            "status": row["status"],
            "values": [measure.values.get(row[key]) for measure in told],
            "classes": " ".join(
                f"{letters[word]}{found.number[row[key]]}"
                for word, found in classed.items()
                if found and row[key] in found.number
            ),
        }
        for row in rows
    ]
    return {
        **drawing(outlines, level, areas),
        "measures": [_legend(measure, classed[measure.word], letters.get(measure.word), len(rows)) for measure in told],
        "preliminary": sum(row["status"] == PRELIMINARY for row in rows),
        "is_complete": all(row["is_complete"] for row in rows),
    }


def _legend(measure: Measure, found: Classes | None, letter: str | None, areas: int) -> dict[str, Any]:
    """What stands beside a map for one measure; without classes only how little it differs."""
    values = [value for value in measure.values.values() if value is not None]
    return {
        "word": measure.word,
        "is_percent": measure.is_percent,
        "letter": letter,
        "classes": [list(each) for each in found.classes] if found else [],
        "low": min(values),
        "high": max(values),
        "without": areas - len(values),
    }


def municipal_measures(rows: list[Row]) -> list[Measure]:
    """What the map of municipalities can show; `rows` are those of `recipient_totals`."""
    return [
        Measure("per_inhabitant", {row["recipient_code"]: row["sek_per_inhabitant"] for row in rows}),
        Measure("per_child", {row["recipient_code"]: row["sek_per_child"] for row in rows}),
        Measure("change", _changes(rows), is_percent=True),
    ]


def county_measures(overview: list[Row], joint: list[Row]) -> list[Measure]:
    """What the map of counties can show: all money to each, from `county_overview`, and the joint money."""
    return [
        Measure("all_per_inhabitant", {row["county_code"]: row["sek_per_inhabitant"] for row in overview}),
        Measure("joint_per_inhabitant", {row["recipient_code"]: row["sek_per_inhabitant"] for row in joint}),
        Measure("joint_per_child", {row["recipient_code"]: row["sek_per_child"] for row in joint}),
        Measure("joint_change", _changes(joint), is_percent=True),
    ]


def _changes(rows: list[Row]) -> dict[str, float | None]:
    """The change in per cent, where it is told and there was something before."""
    return {
        row["recipient_code"]: 100 * row["change_sek"] / row["amount_previous_sek"]
        if row["change_sek"] is not None and row["amount_previous_sek"]
        else None
        for row in rows
    }
