"""Texts for readers, in tables and in data files, keep to one way of writing in each language."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml

from schemas.tables.registry import TABLES
from tests.domain import DATA

# What a text in English does not have: a typewriter's apostrophe, thousands apart by a space, Swedish money.
NOT_ENGLISH: Final = re.compile(r"(?<=\w)'(?=\w)|(?<=s)'(?= \w)|(?<!\d)\d{1,3}[ \u00a0]\d{3}(?!\d)|\bM?kr\b")
NOT_SWEDISH: Final = re.compile(r"(?<![\d.])\d{1,3},\d{3}(?!\d)|\bSEK\b|\b[Ee]j beräkna|(?<=\w)'(?=\w)")


def _pairs(found: Any) -> Iterator[tuple[str, str]]:
    """Every text of a data file that is there in Swedish and in English."""
    if isinstance(found, dict):
        if set(found) == {"sv", "en"}:
            yield found["sv"], found["en"]
        else:
            for value in found.values():
                yield from _pairs(value)
    elif isinstance(found, list):
        for value in found:
            yield from _pairs(value)


@pytest.mark.parametrize("name", TABLES)
def test_labels_and_descriptions(name: str) -> None:
    table = TABLES[name]
    texts = [table.title, table.description, *(rule.description for rule in table.rules)]
    texts += [text for column in table.columns for text in (column.field.label, column.field.description)]
    assert [text.en for text in texts if re.search(r"(?<=\w)'(?=\w)|(?<=s)'(?= \w)", text.en)] == []
    assert [text.sv for text in texts if NOT_SWEDISH.search(text.sv)] == []


@pytest.mark.parametrize("file", sorted(DATA.rglob("*.yaml")), ids=lambda file: file.name)
def test_texts_of_data_files(file: Any) -> None:
    pairs = list(_pairs(yaml.safe_load(file.read_text(encoding="utf-8"))))
    assert [en for _, en in pairs if NOT_ENGLISH.search(en)] == []
    assert [sv for sv, _ in pairs if NOT_SWEDISH.search(sv)] == []


@pytest.mark.parametrize("text", ["SCB's own", "counties' sums", "2 265 405 persons", "24 Mkr", "200,000 kr"])
def test_what_is_not_english_is_seen(text: str) -> None:
    assert NOT_ENGLISH.search(text)


@pytest.mark.parametrize("text", ["2,265,405 personer", "SEK 5", "ej beräknat", "SCB's"])
def test_what_is_not_swedish_is_seen(text: str) -> None:
    assert NOT_SWEDISH.search(text)
