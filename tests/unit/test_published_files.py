"""The files of published figures: a value that cannot be is refused with its line before anything is compared."""

from pathlib import Path
from typing import Final

import pytest

from assets.verification.published import HEADER, PublishedFiles
from schemas.errors import DataRefused

GOOD: Final = {
    "year": "2025",
    "pot_id": "complex-needs-county",
    "recipient_type": "county",
    "recipient_code": "20",
    "recipient_name": "Dalarnas län",
    "amount_sek": "5409733",
    "precision": "exact",
    "rounded_to_sek": "",
    "printed_for_year": "",
    "source_id": "rss-dalarna-2025",
    "note": "",
}


def _files(folder: Path, **changes: str) -> PublishedFiles:
    """Two figures; `changes` is what the second says otherwise."""
    rows = [GOOD | {"recipient_code": "19"}, GOOD | changes]
    lines = [",".join(HEADER), *(",".join(row[name] for name in HEADER) for row in rows)]
    (folder / "data").mkdir()
    (folder / "data" / "psykisk-halsa.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return PublishedFiles(folder / "data")


@pytest.mark.parametrize(
    "changes",
    [{}, {"precision": "rounded", "rounded_to_sek": "1000"}, {"printed_for_year": "2024"}, {"amount_sek": "0"}],
)
def test_what_can_be_is_read(tmp_path: Path, changes: dict[str, str]) -> None:
    assert _files(tmp_path, **changes).figures("psykisk-halsa").height == 2


@pytest.mark.parametrize(
    ("column", "value", "changes"),
    [
        ("amount_sek", "-5409733", {}),
        ("amount_sek", "999999999999999999", {}),
        ("amount_sek", "", {}),
        ("year", "99999", {}),
        ("year", "225", {}),
        ("printed_for_year", "20244", {}),
        ("recipient_type", "kommun", {}),
        ("recipient_name", "", {}),
        ("precision", "about", {}),
        ("rounded_to_sek", "1000", {}),
        ("rounded_to_sek", "", {"precision": "rounded"}),
        ("rounded_to_sek", "1", {"precision": "rounded"}),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(
    tmp_path: Path, column: str, value: str, changes: dict[str, str]
) -> None:
    """A year of another length was passed over in silence, the others were told without their line."""
    files = _files(tmp_path, **{**changes, column: value})
    with pytest.raises(DataRefused, match=f"{column} .* cannot be") as refusal:
        files.figures("psykisk-halsa")
    assert (refusal.value.where, bool(refusal.value.remedy)) == ("data/psykisk-halsa.csv, line 3", True)
