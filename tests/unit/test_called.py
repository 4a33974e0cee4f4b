"""What the vocabulary is called: all that a column may hold has a text, in each length, and nothing else has."""

from typing import Final

import pytest

from schemas import called
from schemas.tables.registry import TABLES

# The words, and a table and column whose codes they are for.
WORDS_OF: Final = {
    "KINDS": ("allocations", "recipient_type"),
    "VERDICT": ("reconciliation", "verdict"),
    "EVIDENCE": ("rules", "evidence_rule"),
    **{name: ("allocations", "rounding") for name in dir(called) if name.startswith("ROUNDING")},
    **{name: ("population", "basis") for name in dir(called) if name.startswith("BASIS")},
    "STATUS": ("pots", "status"),
}


@pytest.mark.parametrize("name", WORDS_OF)
def test_every_code_has_words(name: str) -> None:
    table, column = WORDS_OF[name]
    fields = {one.name: one.field for one in TABLES[table].columns}
    assert set(getattr(called, name)) == set(fields[column].allowed or ())


def test_every_part_of_the_evidence_has_words() -> None:
    columns = {one.name for one in TABLES["rules"].columns if one.name.startswith("evidence_")}
    assert columns == {f"evidence_{part}" for part in called.EVIDENCE_OF}


@pytest.mark.parametrize("name", [*WORDS_OF, "EVIDENCE_OF"])
def test_no_words_are_missing_in_one_language(name: str) -> None:
    assert all(text.sv and text.en for text in getattr(called, name).values())
