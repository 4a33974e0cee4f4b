"""The sheets that are flat tables: data, rules, sources, reconciliation."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from assets.presentation.programmes import programme_name
from assets.presentation.workbook.book import A3, Cell, Column, Sheet
from assets.presentation.workbook.rule_words import rule_in_words
from assets.presentation.workbook.words import (
    CAUSES,
    INDEPENDENCE,
    PRECISIONS,
    RECIPIENT_KINDS,
    STATUSES,
    SUMS,
    in_words,
)
from assets.presentation.workbook.year import GrantYear
from schemas.called import COUNTS, EVIDENCE, ROUNDING_NAMED, VERDICT
from schemas.table import Column as TableColumn
from schemas.table import Table
from schemas.tables.registry import TABLES
from schemas.text import Language, Text
from schemas.vocabulary import PRELIMINARY

_NARROWEST, _WIDEST, _CHECKSUM = 9, 30, 24
_RULE_IN_WORDS: Final = Text("Regel i ord", "Rule in words")
_NOTHING: Final = Text("Inga rader för {year}.", "No rows for {year}.")
# Cells of the sheet of data that show at a glance that the row is preliminary.
_MARKED: Final = ("amount_sek", "status")


def label(table: str, column: str, language: Language) -> str:
    """What a column is called, from the field registry."""
    return _column(TABLES[table], column).field.label.of(language)


def write_data(sheet: Sheet, of_year: GrantYear) -> None:
    """`allocations` as it is: codes as text, kronor and persons as numbers, the machine's names under the headings."""
    frame = of_year.tables["allocations"]
    table = TABLES["allocations"]
    columns = [
        Column(column.field.label.of(sheet.book.language), _style(column), _width(frame, column, sheet), column.name)
        for column in table.columns
    ]
    rows: list[tuple[Cell, ...]] = frame.select(table.schema.names()).rows()
    # The checksums are for machines; on paper they would make the rest too small to read.
    sheet.write_table(columns, rows, A3, printed=frame.columns.index("status") + 1)
    status = frame.columns.index("status")
    marked = [(number, columns[number].style) for number in map(table.schema.names().index, _MARKED)]
    for row, values in enumerate(rows, start=2):
        if values[status] == PRELIMINARY:
            for number, style in marked:
                sheet.write(row, number, values[number], style, "preliminary")
    _say_if_empty(sheet, rows, of_year, row=2)


def write_rules(sheet: Sheet, of_year: GrantYear) -> None:
    """One row per pot: size, rule in words, how sure it is, what was split."""
    language = sheet.book.language
    named = ("programme", "pot_id", "focus_area", "recipient_type", "amount_sek")
    known = ("table_id", "reference_date", "rounding", "evidence_amount", "evidence_rule", "evidence_rounding")
    widths = (14, 27, 17, 14, 15, 36, 19, 13, 16, 15, 15, 15, 14, 15, 20, 11, 30, 50)
    headings = [
        *(label("rules", name, language) for name in named),
        _RULE_IN_WORDS.of(language),
        *(label("rules", name, language) for name in known),
        *(label("pots", name, language) for name in ("status", "allocated_sek", "residual_sek", "recipients_count")),
        label("rules", "sources", language),
        label("rules", f"note_{language}", language),
    ]
    styles = ["wrapped"] * len(headings)
    for number, style in {4: "kronor", 7: "date", 13: "kronor", 14: "difference", 15: "count"}.items():
        styles[number] = style
    columns = [Column(*parts) for parts in zip(headings, styles, widths, strict=True)]
    split = of_year.tables["pots"].select(
        "programme", "pot_id", "status", "allocated_sek", "residual_sek", "recipients_count"
    )
    pots = of_year.tables["rules"].join(split, on=["programme", "pot_id"], how="left", validate="1:1")
    rows = [_rule_row(pot, language) for pot in pots.iter_rows(named=True)]
    sheet.write_table(columns, rows, A3)
    _say_if_empty(sheet, rows, of_year, row=1)


def _rule_row(pot: dict[str, Any], language: Language) -> tuple[Cell, ...]:
    return (
        programme_name(pot["programme"], language),
        pot[f"name_{language}"],
        pot["focus_area"],
        in_words(RECIPIENT_KINDS, pot["recipient_type"], language),
        pot["amount_sek"],
        rule_in_words(pot, language),
        in_words(COUNTS, pot["table_id"], language),
        pot["reference_date"],
        in_words(ROUNDING_NAMED, pot["rounding"], language),
        in_words(EVIDENCE, pot["evidence_amount"], language),
        in_words(EVIDENCE, pot["evidence_rule"], language),
        in_words(EVIDENCE, pot["evidence_rounding"], language),
        in_words(STATUSES, pot["status"], language),
        pot["allocated_sek"],
        pot["residual_sek"],
        pot["recipients_count"],
        pot["sources"],
        pot[f"note_{language}"],
    )


def write_sources(sheet: Sheet, of_year: GrantYear) -> None:
    """One row per source, its address a link where that is safe."""
    names = ("programme", "source_id", "title", "publisher", "published_on", "page", "url", "note")
    styles = ("wrapped", "wrapped", "wrapped", "wrapped", "date", "wrapped", "wrapped", "wrapped")
    widths = (16, 30, 44, 30, 12, 9, 70, 50)
    columns = [
        Column(label("sources", name, sheet.book.language), style, width)
        for name, style, width in zip(names, styles, widths, strict=True)
    ]
    sources = of_year.tables["sources"].with_columns(
        pl.col("programme").map_elements(lambda id_: programme_name(id_, sheet.book.language), pl.String)
    )
    rows: list[tuple[Cell, ...]] = sources.select(names).rows()
    sheet.write_table(columns, rows)
    address = names.index("url")
    for row, values in enumerate(rows, start=1):
        sheet.write_address(row, address, str(values[address]) if values[address] else None, "wrapped")
    _say_if_empty(sheet, rows, of_year, row=1)


def write_reconciliation(sheet: Sheet, of_year: GrantYear) -> None:
    """One row per published figure: what was computed beside it, the difference, and why."""
    language = sheet.book.language
    widths = {
        "programme": (14, "wrapped"),
        "pot_id": (34, "wrapped"),
        "recipient_type": (16, "wrapped"),
        "recipient_code": (12, "text"),
        "recipient_name": (24, "wrapped"),
        "published_sek": (15, "kronor"),
        "computed_sek": (15, "kronor"),
        "difference_sek": (13, "difference"),
        "verdict": (20, "wrapped"),
        "cause": (34, "wrapped"),
        "precision": (13, "wrapped"),
        "independence": (22, "wrapped"),
        "source_id": (28, "wrapped"),
    }
    columns = [Column(label("reconciliation", name, language), style, width) for name, (width, style) in widths.items()]
    pots = of_year.pot_names(language)
    figures = of_year.tables["reconciliation"].iter_rows(named=True)
    rows = [tuple(_figure(figure, pots, language)[name] for name in widths) for figure in figures]
    sheet.write_table(columns, rows)
    _say_if_empty(sheet, rows, of_year, row=1)


def _figure(figure: dict[str, Any], pots: dict[tuple[str, str], str], language: Language) -> dict[str, Cell]:
    pot = figure["pot_id"]
    return {
        **figure,
        "programme": programme_name(figure["programme"], language),
        "pot_id": pots.get((figure["programme"], pot)) or in_words(SUMS, pot, language),
        "recipient_type": in_words(RECIPIENT_KINDS, figure["recipient_type"], language),
        "verdict": in_words(VERDICT, figure["verdict"], language),
        "cause": in_words(CAUSES, figure["cause"], language),
        "precision": in_words(PRECISIONS, figure["precision"], language),
        "independence": in_words(INDEPENDENCE, figure["independence"], language),
    }


def _say_if_empty(sheet: Sheet, rows: Sequence[Sequence[Cell]], of_year: GrantYear, row: int) -> None:
    if not rows:
        sheet.write(row, 0, sheet.book.say(_NOTHING, year=of_year.year), "quiet")


def _column(table: Table, name: str) -> TableColumn:
    return next(column for column in table.columns if column.name == name)


def _style(column: TableColumn) -> str:
    """How the values of a field look."""
    dtype = column.field.dtype
    if dtype == pl.Date:
        return "date"
    if column.name.endswith("sha256"):
        return "checksum"
    if column.field.unit == "SEK":
        return "kronor"
    if column.field.unit == "year":
        return "year"
    return "count" if dtype.is_integer() else "text"


def _width(frame: pl.DataFrame, column: TableColumn, sheet: Sheet) -> float:
    """As wide as the longest value or word of the heading, within bounds."""
    if _style(column) == "checksum":
        return _CHECKSUM
    longest = frame.get_column(column.name).cast(pl.String).str.len_chars().max()
    words = column.field.label.of(sheet.book.language).split()
    wanted = max(longest if isinstance(longest, int) else 0, len(column.name), *map(len, words)) + 2
    return min(max(wanted, _NARROWEST), _WIDEST)
