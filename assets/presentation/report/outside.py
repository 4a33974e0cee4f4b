"""Texts from outside, made fit for pages before any page sees them: no controls, no turned direction, not endless.

Markup is escaped where it is written; this is about characters and length.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from schemas.plain_text import harmless

_NAME: Final = 120
_TITLE: Final = 240
_TEXT: Final = 800
# Free text in any table and how much of it a page has room for. Ids, codes and categories have contracts of their own.
_LONGEST: Final = {
    **dict.fromkeys(("recipient_name", "county_name", "part_name_sv", "part_name_en"), _NAME),
    **dict.fromkeys(("publisher", "page", "source_page"), _NAME),
    **dict.fromkeys(("name_sv", "name_en", "title", "source_title"), _TITLE),
    **dict.fromkeys(("agreement_title_sv", "agreement_title_en"), _TITLE),
    **dict.fromkeys(("note", "note_sv", "note_en", "message_sv", "message_en", "subject"), _TEXT),
}


def made_harmless(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The same tables with their free texts as one line each of bounded length."""
    return {name: _of_table(table) for name, table in tables.items()}


def _of_table(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(
        _of_column(table.get_column(name), longest) for name, longest in _LONGEST.items() if name in table.columns
    )


def _of_column(texts: pl.Series, longest: int) -> pl.Series:
    known = texts.drop_nulls().unique().to_list()
    plain = {text: harmless(text, longest) for text in known}
    return texts.replace_strict(plain, default=None, return_dtype=pl.String)
