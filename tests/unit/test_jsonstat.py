"""Reading json-stat2: every complete table comes back cell by cell, and everything else is refused with the reason."""

import itertools
import json
import random
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.population.scb import jsonstat
from assets.population.scb.jsonstat import Dataset, cells, read_dataset
from schemas.errors import DataRefused, SourceRefused

SAMPLES: Final = Path(__file__).resolve().parents[1] / "integration" / "samples"
Answer = dict[str, Any]


def made(**changes: Any) -> Answer:
    """2 regions × 3 ages, values 0 to 5; positions are not in the order of the codes."""
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Folkmängd",
        "source": "SCB",
        "updated": "2026-02-20T07:00:00Z",
        "note": ["To be shown.", "Not so important."],
        "id": ["Region", "Alder"],
        "size": [2, 3],
        "dimension": {
            "Region": {"category": {"index": {"0114": 1, "2080": 0}, "label": {"0114": "Väsby", "2080": "Falun"}}},
            "Alder": {"note": ["At year end."], "category": {"index": ["2", "0", "1"]}},
        },
        "extension": {"noteMandatory": {"0": True}},
        "value": [0, 1, 2, 3, 4, 5],
        **changes,
    }


def body_of(answer: object) -> bytes:
    """As the service would send it."""
    return json.dumps(answer, ensure_ascii=False).encode()


def read(answer: object) -> Dataset:
    """The dataset that this answer is read as."""
    return read_dataset(body_of(answer))


def by_key(dataset: Dataset) -> dict[tuple[str, ...], int]:
    """Value by codes."""
    return {row[:-1]: row[-1] for row in cells(dataset).iter_rows()}


def refusal(body: bytes) -> str:
    """The reason that `body` is refused for."""
    with pytest.raises(DataRefused) as caught:
        read_dataset(body, "the answer about X")
    assert type(caught.value) is SourceRefused
    assert caught.value.where == "the answer about X"
    return caught.value.what


# --- what is read ---------------------------------------------------------------------------------------------


def test_cells_follow_the_positions_not_the_order_of_codes() -> None:
    assert by_key(read(made())) == {
        ("2080", "2"): 0,
        ("2080", "0"): 1,
        ("2080", "1"): 2,
        ("0114", "2"): 3,
        ("0114", "0"): 4,
        ("0114", "1"): 5,
    }


def test_frame_has_codes_in_their_order_and_whole_numbers() -> None:
    regions, ages = pl.Enum(["2080", "0114"]), pl.Enum(["2", "0", "1"])
    assert cells(read(made())).schema == {"Region": regions, "Alder": ages, "value": pl.Int64}


def test_what_goes_with_the_values() -> None:
    dataset = read(made())
    assert (dataset.label, dataset.source, dataset.updated) == ("Folkmängd", "SCB", "2026-02-20T07:00:00Z")
    assert dataset.notes == ("To be shown.", "Not so important.", "At year end.")
    assert dataset.mandatory_notes == ("To be shown.",)
    assert dataset.codes == {"Region": ("2080", "0114"), "Alder": ("2", "0", "1")}
    assert dataset.labels["Region"] == {"0114": "Väsby", "2080": "Falun"}
    assert dataset.sizes == (2, 3)


def test_values_as_a_complete_object() -> None:
    shuffled = {"5": 5, "0": 0, "4": 4, "1": 1, "3": 3, "2": 2}
    assert by_key(read(made(value=shuffled))) == by_key(read(made()))


def test_dimension_of_one_code_needs_no_index() -> None:
    answer = made(id=["Region", "Alder", "Tid"], size=[2, 3, 1])
    answer["dimension"]["Tid"] = {"category": {"label": {"2024": "året 2024"}}}
    assert read(answer).codes["Tid"] == ("2024",)


@pytest.mark.parametrize("status", [None, "..", [None, "..", None, None, None, None], {"1": ".."}])
def test_marks_of_cells_are_kept(status: object) -> None:
    assert read(made(status=status)).status.get(1) == (None if status is None else "..")


def test_white_space_before_the_answer_is_no_matter() -> None:
    assert by_key(read_dataset(b"\r\n  " + body_of(made()))) == by_key(read(made()))


# --- real answers ---------------------------------------------------------------------------------------------


def sample(name: str) -> bytes:
    """A trimmed answer of the service."""
    return (SAMPLES / name).read_bytes()


def test_real_answer_about_a_month() -> None:
    dataset = read_dataset(sample("v2_TAB6471_2026M05_totals.json"))
    rest = ("TotSA", "TotSa", "000007SF", "2026M05")
    assert by_key(dataset)[("00", *rest)] == 10_608_128
    assert by_key(dataset)[("20", *rest)] == 285_986
    assert by_key(dataset)[("0114", *rest)] == 50_666
    assert dataset.units == {"000007SF": "antal"}
    assert dataset.updated == "2026-07-07T06:00:00Z"
    assert len(dataset.mandatory_notes) == len(dataset.notes) == 5
    assert "uppnådd ålder vid årets slut" in dataset.mandatory_notes[-1]


def test_real_answer_whose_regions_are_not_in_order() -> None:
    dataset = read_dataset(sample("v2_TAB5557_2025_ten_year_groups.json"))
    assert dataset.codes["Region"][0] == "1060"
    young = {key[0]: value for key, value in by_key(dataset).items() if key[2] == "-9"}
    assert young["0114"] == 6_078
    assert young["1060"] == 1_127
    assert sum(value for key, value in by_key(dataset).items() if key[0] == "0114") == 50_495
    assert dataset.updated is None


def test_version_1_in_another_format_is_refused() -> None:
    assert "not a json-stat2 dataset" in refusal(sample("v1_json_BefolkningNy_2024.json"))


# --- round trip -----------------------------------------------------------------------------------------------


@st.composite
def tables(draw: st.DrawFn) -> tuple[Answer, dict[tuple[str, ...], int]]:
    """An answer with indexes in any order and form, and the cells that it was made of."""
    names = draw(
        st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=4, unique=True).filter(
            lambda names: "value" not in names
        )
    )
    text = st.text(min_size=1, max_size=4)
    codes = [draw(st.lists(text, min_size=1, max_size=5, unique=True)) for _ in names]
    count = prod(len(own) for own in codes)
    values = draw(st.lists(st.integers(0, 2**63 - 1), min_size=count, max_size=count))
    dimension = {}
    for name, own in zip(names, codes, strict=True):
        placed = list(enumerate(own))
        random.Random(draw(st.integers())).shuffle(placed)
        as_object = draw(st.booleans())
        dimension[name] = {"category": {"index": {code: place for place, code in placed} if as_object else own}}
    as_list = draw(st.booleans())
    answer = made(
        id=names,
        size=[len(own) for own in codes],
        dimension=dimension,
        value=values if as_list else {str(place): value for place, value in enumerate(values)},
    )
    return answer, dict(zip(itertools.product(*codes), values, strict=True))


@given(tables())
@settings(deadline=None)
def test_every_table_comes_back_cell_by_cell(table: tuple[Answer, dict[tuple[str, ...], int]]) -> None:
    answer, expected = table
    dataset = read(answer)
    assert by_key(dataset) == expected
    assert cells(dataset).columns == [*answer["id"], "value"]


@given(tables(), st.data())
@settings(deadline=None)
def test_no_table_with_a_cell_less_or_more_is_read(
    table: tuple[Answer, dict[tuple[str, ...], int]], data: st.DataObject
) -> None:
    answer, expected = table
    values = list(expected.values())
    place = data.draw(st.integers(0, len(values)))
    spoilt = values[:place] + values[place + 1 :] if place < len(values) else [*values, 0]
    refusal(body_of({**answer, "value": spoilt}))


@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise_anything_else(body: bytes) -> None:
    refusal(body)


@given(st.integers(0, 10_000))
def test_broken_off_anywhere_it_is_refused(at: int) -> None:
    body = sample("v2_TAB6471_2026M05_totals.json").rstrip()
    refusal(body[: at % len(body)])


# --- what is refused ------------------------------------------------------------------------------------------

BYTES: Final = {
    "nothing": (b"", "is empty"),
    "white space": (b" \r\n", "is empty"),
    "html": (b"<!DOCTYPE html><html>", "is HTML or XML, not JSON"),
    "xml after a line": (b"\n<?xml version='1.0'?>", "is HTML or XML"),
    "cut": (body_of(made())[:-3], "is not JSON, or is broken off"),
    "two answers": (body_of(made()) * 2, "is not JSON"),
    "another charset": (body_of(made()).decode().encode("iso-8859-1"), "is not UTF-8 at byte"),
    "utf-16": (body_of(made()).decode().encode("utf-16"), "is not UTF-8"),
    "byte order mark": (b"\xef\xbb\xbf" + body_of(made()), "BOM"),
    "depth bomb": (b"[" * 1_000_000, "is not JSON"),
    "depth bomb of objects": (b'{"a":' * 1_000_000, "is not JSON"),
    "deep dimension": (
        body_of(made()).replace(b'["2", "0", "1"]', b"[" * 900 + b"]" * 900),
        "has no index of codes",
    ),
    "NaN": (body_of(made()).replace(b"[0, 1,", b"[NaN, 1,"), "is not JSON"),
    "Infinity": (body_of(made()).replace(b"[0, 1,", b"[Infinity, 1,"), "is not JSON"),
    "list": (b"[1, 2]", "is a list where an object"),
    "text": (b'"hello"', "is text where an object"),
    "null": (b"null", "is nothing where an object"),
    "csv": (b'"region","2024"\r\n"00",10587710\r\n', "is not JSON"),
    "code twice": (
        body_of(made()).replace(b'"0114": 1', b'"0114": 1, "0114": 1').replace(b', "2080": 0', b""),
        "dimension Region has 1 codes where size says 2",
    ),
}


@pytest.mark.parametrize("case", BYTES)
def test_bytes_that_are_no_answer(case: str) -> None:
    body, why = BYTES[case]
    assert why in refusal(body)


def _index(index: object, name: str = "Alder") -> Callable[[Answer], None]:
    return lambda answer: answer["dimension"][name]["category"].update(index=index)


def _set(**changes: Any) -> Callable[[Answer], None]:
    return lambda answer: answer.update(changes)


ANSWERS: Final[dict[str, tuple[Callable[[Answer], object], str]]] = {
    "collection": (_set(**{"class": "collection"}), "class 'collection', version '2.0'"),
    "version 1": (_set(version="1.0"), "version '1.0'"),
    "version as a number": (_set(version=2.0), "version 2.0"),
    "no version": (lambda answer: answer.pop("version"), "version None"),
    "no id": (lambda answer: answer.pop("id"), "no list of dimensions"),
    "id is text": (_set(id="Region"), "no list of dimensions"),
    "number in id": (_set(id=["Region", 1]), "no list of dimensions"),
    "no dimension at all": (_set(id=[], size=[], dimension={}, value=[1]), "has 0 dimensions"),
    "too many dimensions": (_set(id=[f"d{place}" for place in range(21)]), "has 21 dimensions; 1 to 20"),
    "dimension twice": (_set(id=["Region", "Region"]), "names a dimension twice"),
    "dimension called value": (_set(id=["Region", "value"]), "calls it 'value'"),
    "other dimensions": (_set(id=["Region", "Kon"]), "describes the dimensions ['Alder', 'Region']"),
    "dimension is a list": (_set(dimension=[]), "'dimension' is a list where an object"),
    "no size": (lambda answer: answer.pop("size"), "no list of sizes"),
    "size is text": (_set(size=["2", 3]), "no list of sizes"),
    "size is true": (_set(size=[True, 6]), "no list of sizes"),
    "size is decimal": (_set(size=[2.0, 3]), "no list of sizes"),
    "size is nought": (_set(size=[0, 3], value=[]), "no list of sizes"),
    "size is negative": (_set(size=[-2, -3]), "no list of sizes"),
    "one size too few": (_set(size=[6]), "has 2 dimensions and 1 sizes"),
    "huge size": (_set(size=[2_000_000_000, 2_000_000_000]), "read are 100000 a dimension and 5000000 in all"),
    "huge product": (_set(size=[99_999, 99_999]), "read are 100000 a dimension and 5000000 in all"),
    "huge dimension": (_set(size=[100_001, 3]), "announces 100001 × 3 cells"),
    "sizes swapped": (_set(size=[3, 2]), "dimension Region has 2 codes where size says 3"),
    "value short": (_set(value=[0, 1, 2, 3, 4]), "has 5 values; 2 × 3 = 6 were announced"),
    "value long": (_set(value=[0, 1, 2, 3, 4, 5, 6]), "has 7 values; 2 × 3 = 6"),
    "value empty": (_set(value=[]), "has 0 values"),
    "no value": (lambda answer: answer.pop("value"), "has nothing where the values were expected"),
    "value is text": (_set(value="0 1 2 3 4 5"), "has text where the values"),
    "null": (_set(value=[0, None, 2, 3, None, 5]), "no value in 2 of 6 cells, first Region 2080, Alder 0"),
    "null that is marked": (
        _set(value=[0, 1, 2, 3, 4, None], status={"5": ".."}),
        "no value in 1 of 6 cells, first Region 0114, Alder 1, marked '..'",
    ),
    "text": (
        _set(value=[0, 1, 2, "3", 4, 5]),
        "has text, '3', where a whole number was expected: Region 0114, Alder 2",
    ),
    "decimal": (_set(value=[0, 1.0, 2, 3, 4, 5]), "has a decimal number, 1.0"),
    "true": (_set(value=[0, True, 2, 3, 4, 5]), "has true or false, True"),
    "list in the values": (_set(value=[0, [1], 2, 3, 4, 5]), "has a list, [1]"),
    "negative": (_set(value=[0, 1, 2, 3, -4, 5]), "has a negative head count, -4, at Region 0114, Alder 0"),
    "larger than Int64": (_set(value=[0, 1, 2, 3, 2**63, 5]), "too large for a head count"),
    "larger than 64 bits": (_set(value=[0, 1, 2, 3, 2**64, 5]), "has a decimal number"),
    "sparse": (_set(value={"0": 0, "5": 5}), "no value in 4 of 6 cells, first Region 2080, Alder 0"),
    "sparse with null": (_set(value={str(place): None for place in range(6)}), "no value in 6 of 6 cells"),
    "sparse beyond the end": (_set(value={str(place): place for place in range(7)}), "values at 7 positions; 6 cells"),
    "sparse by other names": (_set(value={f"0{place}": place for place in range(6)}), "no value in 6 of 6"),
    "sparse with text": (_set(value={str(place): str(place) for place in range(6)}), "has text, '0'"),
    "no index": (lambda answer: answer["dimension"]["Alder"]["category"].pop("index"), "has no index of codes"),
    "index is text": (_index("012"), "has no index of codes"),
    "number in the index": (_index(["0", 1, "2"]), "has no index of codes"),
    "empty code": (_index(["0", "", "2"]), "has no index of codes"),
    "code twice": (_index(["0", "1", "1"]), "dimension Alder has a code twice"),
    "code too few": (_index(["0", "1"]), "dimension Alder has 2 codes where size says 3"),
    "code too many": (_index(["0", "1", "2", "3"]), "dimension Alder has 4 codes"),
    "position twice": (_index({"0": 0, "1": 1, "2": 1}), "no code at position 2; '2' is at 1"),
    "position missing": (_index({"0": 0, "1": 1, "2": 3}), "no code at position 2; '2' is at 3"),
    "positions from 1": (_index({"0": 1, "1": 2, "2": 3}), "no code at position 0; '0' is at 1"),
    "negative position": (_index({"0": 0, "1": 1, "2": -1}), "no code at position 0; '2' is at -1"),
    "position is text": (_index({"0": "0", "1": "1", "2": "2"}), "a position that is no whole number"),
    "position is decimal": (_index({"0": 0.0, "1": 1, "2": 2}), "a position that is no whole number"),
    "position is true": (_index({"0": 0, "1": True, "2": 2}), "a position that is no whole number"),
    "no category": (lambda answer: answer["dimension"]["Alder"].pop("category"), "Alder: 'category' is nothing"),
    "label is a number": (_set(label=1), "'label' is a whole number where text"),
    "updated is a number": (_set(updated=20260220), "'updated' is a whole number where text"),
    "labels in a list": (
        lambda answer: answer["dimension"]["Region"]["category"].update(label=["a", "b"]),
        "Region: 'label' is a list",
    ),
    "label of a code is a number": (
        lambda answer: answer["dimension"]["Region"]["category"]["label"].update({"0114": 1}),
        "dimension Region has a label that is no text",
    ),
    "unit is text": (
        lambda answer: answer["dimension"]["Region"]["category"].update(unit={"0114": "antal"}),
        "a unit in an unknown form",
    ),
    "note is text": (_set(note="A note."), "notes in an unknown form: the answer"),
    "note is an object": (lambda answer: answer["dimension"]["Alder"].update(note={"0": "x"}), "unknown form: Alder"),
    "marks are numbers": (_set(status=[1, 2, 3, 4, 5, 6]), "status) in an unknown form"),
    "marks at no position": (_set(status={"x": ".."}), "status) in an unknown form"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_answer_that_is_no_complete_table(case: str) -> None:
    spoil, why = ANSWERS[case]
    answer = made()
    read(answer)
    spoil(answer)
    assert why in refusal(body_of(answer))


def test_body_beyond_the_limit_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstat, "_MOST_BYTES", 10)
    assert "bytes; at most 10 are read" in refusal(b"x" * 11)
