"""Comparing money so that a failure reads as a statement of account: pot, recipient, both amounts, the difference.

Not about files or published versions; amounts are whole kronor.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl
from polars.testing import assert_frame_equal

from tests.domain import kr

# What tells one amount from another, in the order in which it is shown; whatever of it the frames have.
_WHERE: Final = ("programme", "year", "pot_id")
_WHO: Final = ("recipient_type", "recipient_code", "recipient_name")
_AMOUNT: Final = "amount_sek"
_SHOWN: Final = 20
_LARGE: Final = 1_000

# By a code, or by a tuple such as pot and recipient.
Amounts = Mapping[Any, int | None]


def assert_amounts_equal(actual: "Amounts | pl.DataFrame", expected: "Amounts | pl.DataFrame") -> None:
    """Fail, telling each amount that differs with its difference in kronor, unless both are the same.

    Two mappings from whose amount it is (a code, or pot and recipient) to kronor; or two tables with `amount_sek`,
    which must then agree in everything else too, order and types included.
    """
    __tracebackhide__ = True
    frames = (actual, expected) if isinstance(actual, pl.DataFrame) and isinstance(expected, pl.DataFrame) else None
    got, wanted = _amounts(actual), _amounts(expected)
    if got != wanted:
        raise AssertionError(told(got, wanted))
    if frames:
        assert_frame_equal(*frames)


def told(actual: Amounts, expected: Amounts) -> str:
    """The statement: how many differ and by how much together, then one line each."""
    differing = [key for key in {**expected, **actual} if _at(actual, key) != _at(expected, key)]
    together = sum((actual.get(key) or 0) - (expected.get(key) or 0) for key in differing)
    lines = [
        (_shown(key), _at(actual, key), _at(expected, key), _difference(actual.get(key), expected.get(key)))
        for key in differing[:_SHOWN]
    ]
    more = [f"… and {len(differing) - _SHOWN} more"] if len(differing) > _SHOWN else []
    head = f"{len(differing)} of {len({**expected, **actual})} amounts differ, together {_signed(together)}"
    return "\n".join([head, *_columns([("", "computed", "expected", "difference"), *lines]), *more])


def _at(amounts: Amounts, key: object) -> str:
    """An amount in words; an amount that is unknown is not the same as none at all."""
    if key not in amounts:
        return "–"
    amount = amounts[key]
    return "unknown" if amount is None else kr(amount)


def _difference(got: int | None, wanted: int | None) -> str:
    return "" if got is None or wanted is None else _signed(got - wanted)


def _signed(amount: int) -> str:
    return kr(amount) if amount <= 0 else f"+{kr(amount)}"


def _shown(key: object) -> str:
    return "  ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = "<" + ">" * (len(widths) - 1)
    return [
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)) for row in rows
    ]


def _amounts(given: "Amounts | pl.DataFrame") -> Amounts:
    """Kronor by where and whose they are; rows that nothing tells apart are numbered, so that none is lost."""
    if not isinstance(given, pl.DataFrame):
        return given
    where, who = ([name for name in names if name in given.columns] for names in (_WHERE, _WHO))
    found: dict[object, int | None] = {}
    for row in given.select(*where, *who, _AMOUNT).iter_rows(named=True):
        key: tuple[object, ...] = (*(row[name] for name in where), " ".join(str(row[name]) for name in who))
        while key in found:
            key = (*key, "again")
        found[key] = row[_AMOUNT]
    return found


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Large whole numbers that should be equal, with thousands set apart, and what is between them."""
    if op != "==" or type(left) is not int or type(right) is not int or max(abs(left), abs(right)) < _LARGE:
        return None
    between = f"{left - right:+,}".replace(",", " ")
    return [f"{left} == {right}", f"{left:,} and {right:,}: {between}".replace(",", " ")]
