"""A large json-stat2 answer is read by a quick way, anything odd by a careful one: nobody may tell which it was."""

import json
from collections.abc import Sequence
from typing import Any, Final
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assets.population.scb import jsonstat
from assets.population.scb.jsonstat import cells, read_dataset
from assets.population.scb.plain_values import plain_answer
from schemas.errors import SourceRefused

REGIONS, AGES = 4, 9
MOST: Final = 2**63 - 1


def made(values: str, before: str = "", after: str = "", label: str = '"x"') -> bytes:
    """An answer of 36 cells whose `value` and whose neighbours are written out by hand."""
    dimension = {
        name: {"category": {"index": [f"{name}{code}" for code in range(size)]}}
        for name, size in (("R", REGIONS), ("A", AGES))
    }
    return (
        f'{{"version":"2.0","class":"dataset","id":["R","A"],"size":[{REGIONS},{AGES}],"label":{label},'
        f'"dimension":{json.dumps(dimension)},{before}"value":{values}{after}}}'
    ).encode()


def listed(numbers: Sequence[object], between: str = ",") -> str:
    """The numbers as an array."""
    return f"[{between.join(map(str, numbers))}]"


def outcome(body: bytes) -> tuple[object, ...]:
    """All that can be seen of reading `body`: every field and the frame, or the reason it is refused for."""
    try:
        dataset = read_dataset(body)
    except SourceRefused as refused:
        return refused.where, refused.what, refused.remedy
    fields = {name: value for name, value in vars(dataset).items() if name != "values"}
    frame = cells(dataset)
    return fields, dataset.values.dtype, dataset.values.name, dataset.values.to_list(), frame.schema, frame.rows()


def carefully(body: bytes) -> tuple[object, ...]:
    """The outcome when the quick way gives up on everything."""
    with patch.object(jsonstat, "plain_answer", lambda _body: None):
        return outcome(body)


# --- which way ------------------------------------------------------------------------------------------------

LARGE: Final = [MOST - place for place in range(REGIONS * AGES)]


@pytest.mark.parametrize("between", [",", ", ", ",  "])
@pytest.mark.parametrize("after", ["", ',"status":{"3":".."}'])
@pytest.mark.parametrize("numbers", [LARGE, [10**18] * len(LARGE), [0, *LARGE[1:-1], 10]])
def test_plain_numbers_take_the_quick_way(numbers: list[int], between: str, after: str) -> None:
    body = made(listed(numbers, between), after=after)
    quick = plain_answer(body)
    assert quick is not None
    assert quick["value"].to_list() == numbers
    assert quick["value"].dtype == pl.Int64
    assert {**quick, "value": numbers} == json.loads(body)
    assert outcome(body) == carefully(body)


ODD: Final = [
    *(
        "-1",
        "-0",
        "+7",
        "007",
        "00",
        "7.0",
        "7.",
        "7e3",
        "7E0",
        "0x7",
        "7_0",
        "null",
        "true",
        "NaN",
        '"7"',
        "[7]",
        "{}",
    ),
    *("", " ", "7 7", "7\t", "\t7", "7\r", "\r7", "\n7", "7\n7", "7;7", "\ufeff7", "７", "\x007"),
    *(str(MOST + 1), str(2**64), "9" * 400),
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("place", [0, 17, REGIONS * AGES - 1])
def test_anything_else_takes_the_careful_way(odd: str, place: int) -> None:
    numbers = [*LARGE[:place], odd, *LARGE[place + 1 :]]
    for written in (listed(numbers), listed(numbers, ", "), f"[{listed(numbers)[1:-1]},]"):
        body = made(written)
        assert plain_answer(body) is None
        assert outcome(body) == carefully(body)


PLAIN: Final = listed(LARGE)
ELSEWHERE: Final = {
    "no array": made('{"0":1}', after=f',"x":{PLAIN}'),
    "in a text": made("null", before=f'"x":"{PLAIN} \\"value\\":{PLAIN}",'),
    "name that ends so": made("null", before=f'"a\\"value":{PLAIN},'),
    "further in": made("[1]", before=f'"extension":{{"value":{PLAIN}}},'),
    "further in, after": made("[1]", after=f',"extension":{{"value":{PLAIN}}}'),
    "further in, both": made(PLAIN, before=f'"extension":{{"value":{PLAIN}}},'),
    "twice": made(PLAIN, after=',"value":[1]'),
    "twice, the last one spelt otherwise": made(PLAIN, after=f',"\\u0076alue":{listed(LARGE[::-1])}'),
    "twice, the last one large": made("[1]", after=f',"value":{PLAIN}'),
    "nested": made(f"[{PLAIN}]"),
    "nested, half open": made(f"[[1],{PLAIN[1:]}"),
    "never closed": made(PLAIN[:-1]),
    "closed twice": made(f"{PLAIN}]"),
    "cut behind the array": made(PLAIN)[:-1],
    "two answers": made(PLAIN) * 2,
    "list": b"[" + made(PLAIN) + b"]",
    "not even an object": b'"value":' + PLAIN.encode(),
    "not UTF-8": made(PLAIN, after=',"note":["å"]').replace("å".encode(), b"\xe5"),
    "byte order mark": b"\xef\xbb\xbf" + made(PLAIN),
    "depth bomb behind": made(PLAIN, after=',"x":' + "[" * 900),
    "stand-in": made(PLAIN, after=f',"value":"{"x" * 300}"'),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_an_array_elsewhere_is_not_taken_for_the_values(case: str) -> None:
    body = ELSEWHERE[case]
    assert plain_answer(body) is None
    assert outcome(body) == carefully(body)


def test_answer_of_few_numbers_and_much_text_is_read_once() -> None:
    assert plain_answer(made(PLAIN, after=f',"note":["{"x" * len(made(PLAIN))}"]')) is None


# --- any answer -----------------------------------------------------------------------------------------------

whole = st.one_of(st.integers(0, 9), st.integers(10**9, MOST)).map(str)
blank = st.text(alphabet=" \t\r\n", max_size=2)
member = st.sampled_from(
    [
        "",
        '"note":["\\"value\\":[1,2]"],',
        f'"x":{{"value":{PLAIN}}},',
        '"\\u0076alue":[7],',
        '"value":[7],',
        '"status":"..",',
    ]
)


@st.composite
def arrays(draw: st.DrawFn) -> str:
    """The values as an array: whole numbers, of which up to two are spoilt, one more or less, blanks anywhere."""
    count = REGIONS * AGES + draw(st.sampled_from([0, 0, 0, 0, 1, -1]))
    numbers = draw(st.lists(whole, min_size=count, max_size=count))
    for _ in range(draw(st.integers(0, 2))):
        numbers[draw(st.integers(0, count - 1))] = draw(st.sampled_from(ODD) | st.floats().map(str) | whole)
    between = [draw(st.sampled_from([",", ", "]))] * (count - 1) + [""]
    if draw(st.booleans()):
        between[draw(st.integers(0, count - 2))] = (
            draw(blank) + draw(st.sampled_from([",", ",", ",,", ""])) + draw(blank)
        )
    return f"[{''.join(number + comma for number, comma in zip(numbers, between, strict=True))}]"


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """An answer, its values plain or odd, with this and that around them, and perhaps damaged."""
    label: Any = draw(st.text(max_size=8) | st.just('"value":[1]'))
    before, after = draw(member), draw(member)
    body = made(
        draw(arrays()),
        before=before,
        after=f",{after}".rstrip(",") if after else "",
        label=json.dumps(label, ensure_ascii=draw(st.booleans())),
    )
    match draw(st.sampled_from(["whole", "whole", "cut", "without", "with"])):
        case "cut":
            return body[: draw(st.integers(0, len(body)))]
        case "without":
            at = draw(st.integers(0, len(body) - 1))
            return body[:at] + body[at + draw(st.integers(1, 3)) :]
        case "with":
            at = draw(st.integers(0, len(body)))
            return body[:at] + draw(st.binary(min_size=1, max_size=3)) + body[at:]
    return body


@given(bodies())
@example(made(listed([f"0{number}" for number in LARGE])))
@example(made(listed(["07", *LARGE[1:-1], ""])))
@example(made(listed(["07", "", *LARGE[2:]])))
@settings(deadline=None, max_examples=400)
def test_both_ways_come_to_the_same(body: bytes) -> None:
    assert outcome(body) == carefully(body)
