"""Vintages in the archive: what a manifest says of its place is held against the bytes before years rest on it."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pytest

from assets.population.bases import Base
from assets.population.scb.vintages import archive_name, read_adoptions, vintage_id, vintages
from assets.storage.raw_archive import RawArchive
from schemas.errors import DataRefused
from tests.unit.test_raw_archive import a_manifest

BASE = Base("folkmangd_1_november", dt.date(2024, 11, 1), "all", "municipality")
BODIES = (b"first part", b"second part")
ID = vintage_id([hashlib.sha256(body).hexdigest() for body in BODIES])


def _archive(folder: Path, **changes: Any) -> RawArchive:
    """An answer in two parts; `changes` is what the manifest of the second says otherwise."""
    archive = RawArchive(folder)
    for number, body in enumerate(BODIES):
        place = {"vintage": ID, "part": number, "parts": 2, "cells": 1, "regions": ["01"]}
        extra = {**place, **(changes if number else {})}
        kept = {key: value for key, value in extra.items() if value is not None}
        archive.keep(archive_name(BASE), body, a_manifest(extra=kept))
    return archive


def test_an_answer_in_two_parts_is_one_vintage(tmp_path: Path) -> None:
    assert [(one.id, len(one.parts)) for one in vintages(_archive(tmp_path), BASE)] == [(ID, 2)]


@pytest.mark.parametrize(
    ("key", "value"),
    [("vintage", None), ("vintage", 1), ("part", "1"), ("parts", True), ("cells", None), ("regions", {})],
)
def test_a_manifest_that_does_not_tell_its_place_is_refused(tmp_path: Path, key: str, value: Any) -> None:
    with pytest.raises(DataRefused, match=f"{archive_name(BASE)}.* does not tell {key} as a fetch writes it"):
        vintages(_archive(tmp_path, **{key: value}), BASE)


def test_parts_in_another_order_are_not_the_answer_that_came(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match=f"vintage {ID[:12]} of {archive_name(BASE)}: is not that of its parts"):
        vintages(_archive(tmp_path, part=-1), BASE)


@pytest.mark.parametrize("line", [b"\xff", b"[" * 9_999, b"{", b"[]", b'{"base": "x"}'])
def test_a_line_that_is_no_adoption_is_named(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "adoptions.jsonl").write_bytes(b'{"base": "x", "vintage": "y"}\n' + line + b"\n")
    with pytest.raises(DataRefused, match=r"adoptions\.jsonl, line 2: is not an adoption"):
        read_adoptions(tmp_path)
