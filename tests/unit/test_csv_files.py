"""Tracked CSV read strictly: what is refused, with file and line, and that nothing is repaired in silence."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from assets.storage import csv_files
from assets.storage.csv_files import LINE, cast_column, read_csv, require_pattern, require_unique
from schemas.errors import DataRefused
from schemas.patterns import MUNICIPALITY_CODE

HEADER: Final = ("code", "day", "persons")
GOOD: Final = "code,day,persons\n0114,2024-11-01,50495\n0115,2024-11-01,35361\n"


def csv_file(folder: Path, content: str | bytes) -> Path:
    """A file that refusals call `data/counts.csv`."""
    file = folder / "data" / "counts.csv"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def refusal_of(folder: Path, content: str | bytes) -> DataRefused:
    """The error that reading this content as codes, days and whole persons is refused with."""
    file = csv_file(folder, content)
    with pytest.raises(DataRefused) as caught:
        _read_as_counts(file)
    assert type(caught.value) is DataRefused
    return caught.value


def _read_as_counts(file: Path) -> pl.DataFrame:
    """What a reader of head counts does with a file."""
    frame = read_csv(file, header=HEADER)
    require_pattern(frame, file, "code", MUNICIPALITY_CODE, "a code has four digits, zeros included")
    frame = cast_column(frame, file, "day", pl.Date())
    frame = cast_column(frame, file, "persons", pl.Int64())
    require_unique(frame, file, ("code", "day"))
    return frame


def test_good_file_is_read_with_its_lines(tmp_path: Path) -> None:
    frame = _read_as_counts(csv_file(tmp_path, GOOD))
    assert frame.rows() == [(2, "0114", dt.date(2024, 11, 1), 50495), (3, "0115", dt.date(2024, 11, 1), 35361)]
    assert frame.columns == [LINE, *HEADER]


def test_everything_is_text_until_it_is_cast(tmp_path: Path) -> None:
    frame = read_csv(csv_file(tmp_path, "code,flag,number,share\n0114,true,007,1e3\n"))
    assert frame.drop(LINE).rows() == [("0114", "true", "007", "1e3")]


def test_empty_cell_is_null(tmp_path: Path) -> None:
    frame = _read_as_counts(csv_file(tmp_path, "code,day,persons\n0114,,\n"))
    assert frame.drop(LINE).rows() == [("0114", None, None)]


def test_swedish_letters_and_quoted_commas_survive(tmp_path: Path) -> None:
    frame = read_csv(csv_file(tmp_path, 'name,note\nÅre,"Håbo, inte Habo"\n'))
    assert frame.drop(LINE).rows() == [("Åre", "Håbo, inte Habo")]


BAD_FILES: Final[dict[str, tuple[str, int, str]]] = {
    "a value too many": (GOOD + "0117,2024-11-01,49943,1\n", 4, "4 values under 3 columns"),
    "a value too few": (GOOD + "0117,2024-11-01\n", 4, "2 values under 3 columns"),
    "a blank line": (GOOD + "\n0117,2024-11-01,49943\n", 4, "0 values under 3 columns"),
    "decimal comma": (GOOD + "0117,2024-11-01,49943,5\n", 4, "4 values under 3 columns"),
    "semicolons": (GOOD.replace(",", ";"), 1, "they must be code, day and persons"),
    "another column": (GOOD.replace("persons", "people"), 1, "the columns are code, day and people"),
    "another order": ("day,code,persons\n2024-11-01,0114,5\n", 1, "they must be code, day and persons"),
    "a column twice": ("code,day,day\n0114,2024-11-01,2024-11-01\n", 1, "names a column twice"),
    "nothing at all": ("", 1, "has no header"),
    "code without its zero": (GOOD + "117,2024-11-01,49943\n", 4, "code '117' does not look like one"),
    "code as a number": (GOOD + "117.0,2024-11-01,49943\n", 4, "code '117.0' does not look like one"),
    "code with another's digits": (GOOD + "٠١١٧,2024-11-01,49943\n", 4, "does not look like one"),
    "code with a blank": (GOOD + "0117 ,2024-11-01,49943\n", 4, "code '0117 ' does not look like one"),
    "code with a line break": (GOOD + '"0117\n",2024-11-01,49943\n', 4, "does not look like one"),
    "no code": (GOOD + ",2024-11-01,49943\n", 4, "code None does not look like one"),
    "no such day": (GOOD + "0117,2024-02-30,49943\n", 4, "day '2024-02-30' is not a date (YYYY-MM-DD)"),
    "day the Swedish way": (GOOD + "0117,20241101,49943\n", 4, "day '20241101' is not a date"),
    "day without zeros": (GOOD + "0117,2024-11-1,49943\n", 4, "day '2024-11-1' is not a date"),
    "day and time": (GOOD + "0117,2024-11-01T00:00:00,49943\n", 4, "is not a date"),
    "decimals": (GOOD + "0117,2024-11-01,1.0\n", 4, "persons '1.0' is not a whole number"),
    "a blank in a number": (GOOD + "0117,2024-11-01,1 234\n", 4, "persons '1 234' is not a whole number"),
    "a no-break space in a number": (GOOD + "0117,2024-11-01,1\u00a0234\n", 4, "is not a whole number"),
    "a comma in a number": (GOOD + '0117,2024-11-01,"1,234"\n', 4, "persons '1,234' is not a whole number"),
    "a power": (GOOD + "0117,2024-11-01,1e3\n", 4, "persons '1e3' is not a whole number"),
    "a plus sign": (GOOD + "0117,2024-11-01,+5\n", 4, "persons '+5' is not a whole number"),
    "a leading zero in a number": (GOOD + "0117,2024-11-01,007\n", 4, "persons '007' is not a whole number"),
    "another's digits": (GOOD + "0117,2024-11-01,٤٩\n", 4, "is not a whole number"),
    "a word": (GOOD + "0117,2024-11-01,many\n", 4, "persons 'many' is not a whole number"),
    "a missing-value mark": (GOOD + "0117,2024-11-01,NA\n", 4, "persons 'NA' is not a whole number"),
    "more than any number": (GOOD + f"0117,2024-11-01,{2**63}\n", 4, "is not a whole number"),
    "a zero byte": (GOOD + "0117,2024-11-01,4\0", 4, "has the control character '\\x00'"),
    "a row twice": (GOOD + "0114,2024-11-01,50495\n", 2, "code 0114, day 2024-11-01 is also on line 4"),
    "a key with another value": (GOOD + "0115,2024-11-01,1\n", 3, "code 0115, day 2024-11-01 is also on line 4"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_file_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    content, line, says = BAD_FILES[name]
    error = refusal_of(tmp_path, content)
    assert error.where == f"data/counts.csv, line {line}", str(error)
    assert says in str(error), str(error)


# A quote inside a value, and line ends of an old Mac: one reader took the rows apart here, and another one there.
ODD_BUT_CLEAR: Final[dict[str, tuple[str, list[tuple[str, str]]]]] = {
    "a quote inside": ('name,note\nÅre,a "\nFalun,b\n', [("Åre", 'a "'), ("Falun", "b")]),
    "quotes that seem to span": ('name,note\nÅre,a"b\nFalun,c"d\n', [("Åre", 'a"b'), ("Falun", 'c"d')]),
    "old line ends": ("name,note\rÅre,a\rFalun,b\r", [("Åre", "a"), ("Falun", "b")]),
    "a mark at the beginning": ("\ufeffname,note\r\nÅre,a\r\nFalun,b", [("Åre", "a"), ("Falun", "b")]),
}


@pytest.mark.parametrize("name", ODD_BUT_CLEAR)
def test_what_is_odd_is_read_as_it_stands(name: str, tmp_path: Path) -> None:
    content, rows = ODD_BUT_CLEAR[name]
    frame = read_csv(csv_file(tmp_path, content), header=("name", "note"))
    assert frame.rows() == [(line, *row) for line, row in enumerate(rows, start=2)]


UNREADABLE: Final[dict[str, str | bytes]] = {
    "Latin-1": GOOD.replace("0114", "Åre").encode("latin-1"),
    "UTF-16": GOOD.encode("utf-16"),
    "a quote that is not closed": GOOD + '0117,2024-11-01,"49943\n',
    "text after a quote": GOOD + '"0117"x,2024-11-01,49943\n',
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_file_is_refused(name: str, tmp_path: Path) -> None:
    error = refusal_of(tmp_path, UNREADABLE[name])
    assert error.where.startswith("data/counts.csv")
    assert "is not readable as UTF-8 CSV" in str(error)


@pytest.mark.parametrize("make", [lambda _: None, Path.mkdir, lambda file: file.symlink_to(file)])
def test_what_is_no_file_is_refused_by_its_name(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Not there, a folder, a link that leads to itself."""
    file = tmp_path / "counts.csv"
    make(file)
    with pytest.raises(DataRefused, match=r"counts\.csv: cannot be read: .") as refusal:
        read_csv(file)
    assert refusal.value.remedy


def test_every_line_of_a_key_is_named(tmp_path: Path) -> None:
    file = csv_file(tmp_path, GOOD + "0114,2024-11-01,1\n0115,2024-12-31,2\n0114,2024-11-01,3\n")
    frame = read_csv(file)
    with pytest.raises(DataRefused) as caught:
        require_unique(frame, file, ("code", "day"))
    assert caught.value.where == "data/counts.csv, line 2"
    assert "is also on line 4 and 6" in caught.value.what


def test_same_code_on_another_day_is_another_row(tmp_path: Path) -> None:
    file = csv_file(tmp_path, GOOD + "0114,2023-11-01,50495\n")
    assert _read_as_counts(file).height == 3


def test_line_is_right_below_a_cell_of_several_lines(tmp_path: Path) -> None:
    """A quoted note may run over lines; the lines of the file are counted, not the rows."""
    file = csv_file(tmp_path, 'code,note\n0114,"first\nsecond"\n115,wrong\n')
    with pytest.raises(DataRefused) as caught:
        require_pattern(read_csv(file), file, "code", MUNICIPALITY_CODE, "a code has four digits")
    assert caught.value.where == "data/counts.csv, line 4"


def test_file_out_of_all_proportion_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "_MOST_BYTES", 10)
    assert "is larger than 10 bytes" in refusal_of(tmp_path, GOOD).what


def test_remedy_is_told(tmp_path: Path) -> None:
    assert refusal_of(tmp_path, GOOD + "117,2024-11-01,1\n").remedy == "a code has four digits, zeros included"
