"""From the pages of a document to everything found in it: tables of recipients, amounts in its text, its county.

Puts the other modules of this stage together; whether an amount is right is for the verification stage.
"""

from collections.abc import Sequence

from assets.documents.finding.blocks import Block, blocks_of
from assets.documents.finding.headings import Context, contexts_of, paragraphs_of, title_of
from assets.documents.finding.line_kinds import Parsed, parsed
from assets.documents.finding.mentions import mentions_in, said_counties
from assets.documents.finding.reading_order import lines_of
from assets.documents.finding.rows import Row, names_over, rows_of
from assets.documents.finding.tables import Table, columns_of, figures_of
from assets.documents.finding.whose import Named, accents_are_lost, kinds_of
from assets.documents.found import Figure, Found, Unread
from assets.documents.names import NameBook, Names
from assets.documents.page import Page


def figures_in(pages: Sequence[Page], names: NameBook, year: int | None) -> Found:
    """Every amount of kronor in `pages`, with its place and whom it may be for, and what could not be taken.

    Names are those valid on 1 January of `year`; None for those of today. All in the order of the document.
    """
    known = names.in_year(year)
    lines = lines_of(pages, known)
    parsed_lines = parsed(lines, known)
    blocks = blocks_of(parsed_lines)
    paragraphs = paragraphs_of(lines, _lines_in_tables(blocks))
    title = title_of(paragraphs, lines, first_table=blocks[0].rows[0] if blocks else len(lines))
    contexts = contexts_of(paragraphs, lines, title)
    found: list[Figure | Unread] = []
    for table in _tables(blocks, parsed_lines, known, [contexts[block.first] for block in blocks], title):
        found += figures_of(table, known)
    county_code = _county(found, known) or _only(said_counties(paragraphs, known))
    found += mentions_in(paragraphs, contexts, known, county_code)
    figures = sorted((one for one in found if isinstance(one, Figure)), key=lambda one: one.place)
    unread = sorted((one for one in found if isinstance(one, Unread)), key=lambda one: one.place)
    return Found(tuple(figures), tuple(unread), title, county_code)


def _tables(
    blocks: Sequence[Block], lines: Sequence[Parsed], names: Names, above: Sequence[Context], title: str
) -> list[Table]:
    rows = [rows_of(block, lines, names) for block in blocks]
    matches = (row.named.match for table in rows for row in table if row.named and row.named.match)
    document_lost_accents = accents_are_lost(matches) or False
    tables = []
    for number, (block, of_table, context) in enumerate(zip(blocks, rows, above, strict=True), start=1):
        kinds = kinds_of(
            _recipients(of_table), names_over(block, lines, of_table), document_lost_accents=document_lost_accents
        )
        columns = columns_of(block, lines, of_table, [context.heading, title])
        tables.append(Table(number, tuple(of_table), tuple(columns), kinds, context))
    return tables


def _recipients(rows: Sequence[Row]) -> list[Named]:
    return [row.named for row in rows if row.named and not row.is_group and not row.total]


def _lines_in_tables(blocks: Sequence[Block]) -> set[int]:
    """Rows, groups and headings of columns; a title over a table is text as well."""
    return {number for block in blocks for number in (*block.rows, *block.groups, *block.headings)}


def _county(found: Sequence[Figure | Unread], names: Names) -> str | None:
    """The one county in which all recipients of the tables lie."""
    recipients = [one for figure in found if isinstance(figure, Figure) for one in figure.may_be]
    return _only({county for one in recipients if (county := names.county_of.get(one))})


def _only(counties: set[str]) -> str | None:
    return next(iter(counties)) if len(counties) == 1 else None
