"""The head counts of a large answer as one column, without a Python number for each. Pure.

Only for the plain form that a service writes: whole numbers between commas in one array. Whatever is not surely that,
and every complaint, is left to `jsonstat.py`, which reads any form.
"""

import re
from typing import Any, Final

import orjson
import polars as pl

_ARRAY: Final = re.compile(rb'"value"[ \t\r\n]*:[ \t\r\n]*\[')


def plain_answer(body: bytes) -> dict[str, Any] | None:
    """What `orjson.loads(body)` gives, but with the list at `value` as a series of Int64.

    None if that is not certain to be the same, or the numbers are not most of the answer.
    """
    array = _largest_part(body)
    if array is None:
        return None
    values = _whole_numbers(body[array.start + 1 : array.stop - 1])
    if values is None:
        return None
    # A text longer than all else in the answer: where it comes back, there the array stood.
    stand_in = "x" * (len(body) - len(array) + 1)
    try:
        answer = orjson.loads(b'%b"%b"%b' % (body[: array.start], stand_in.encode(), body[array.stop :]))
    except orjson.JSONDecodeError:
        return None
    if not isinstance(answer, dict) or answer.get("value") != stand_in:
        return None
    return {**answer, "value": values}


def _largest_part(body: bytes) -> range | None:
    """The bytes from bracket to bracket of what seems to be the values, if they are more than half of all."""
    found = _ARRAY.search(body)
    end = body.find(b"]", found.end()) + 1 if found else 0
    if not found or 2 * (end - found.end()) < len(body):
        return None
    return range(found.end() - 1, end)


def _whole_numbers(text: bytes) -> pl.Series | None:
    """The numbers between the commas; None unless each stands there as JSON writes a whole number from 0 to 2⁶³ - 1."""
    try:
        read = pl.read_csv(
            text, has_header=False, separator=";", eol_char=",", quote_char=None, schema={"value": pl.Int64}
        )
    except pl.exceptions.PolarsError:
        return None
    values = read.get_column("value")
    largest = values.max()
    if values.null_count() or not isinstance(largest, int):
        return None
    # This reader also takes +7, 007, -7 and a comma at the end, but each is longer than the digits of its number.
    shortest = _digits(values, largest) + values.len() - 1
    is_plain = len(text) == shortest or len(text) - text.count(b" ") == shortest
    return values if is_plain else None


def _digits(values: pl.Series, largest: int) -> int:
    """How many digits the numbers have together; a negative number counts as one."""
    digits, bound = values.len(), 10
    while bound <= largest:
        digits += int((values >= bound).sum())
        bound *= 10
    return digits
