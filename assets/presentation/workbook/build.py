"""One workbook: its sheets in order. Imported only where a workbook is built, since it loads the library."""

from typing import Final

from assets.presentation.programmes import PROGRAMMES, programme_name
from assets.presentation.workbook.about import write_contents, write_notes
from assets.presentation.workbook.book import Book, Sheet
from assets.presentation.workbook.distribution import distribution_of
from assets.presentation.workbook.distribution_sheet import write_distribution, write_no_agreement
from assets.presentation.workbook.tables import write_data, write_reconciliation, write_rules, write_sources
from assets.presentation.workbook.words import (
    CONTENTS,
    DATA,
    DISTRIBUTION,
    NOTES,
    RECONCILIATION,
    RULES,
    SOURCES,
)
from assets.presentation.workbook.year import GrantYear
from schemas.text import Language, Text

_LONGEST_SHEET_NAME: Final = 31
_TITLE: Final = Text("Kronvis {year}", "Kronvis {year}")
_HOLDS: Final = {
    CONTENTS: Text("Det här bladet", "This sheet"),
    NOTES: Text(
        "Hur arbetsboken läses; vad koder och kolumner betyder",
        "How to read the workbook; what codes and columns mean",
    ),
    DATA: Text(
        "En rad per pott och mottagare, att filtrera och räkna vidare på: {rows} rader",
        "One row per pot and recipient, to filter and calculate with: {rows} rows",
    ),
    RULES: Text("Potternas storlek, regel och belägg", "Size, rule and evidence of every pot"),
    SOURCES: Text(
        "Dokumenten som allt vilar på, med adresser", "The documents that all of it rests on, with addresses"
    ),
    RECONCILIATION: Text(
        "Publicerade belopp bredvid beräknade, med skillnad och orsak",
        "Published amounts beside computed ones, with difference and cause",
    ),
}
_APPENDIX: Final = Text(
    "{programme}: belopp per mottagare, län för län, uppställt som bilaga 1",
    "{programme}: amounts by recipient, county by county, laid out as appendix 1",
)
_NOTHING_AGREED: Final = Text("Ingen överenskommelse", "No agreement")


def workbook(of_year: GrantYear, language: Language) -> bytes:
    """The bytes of one workbook; the same for the same tables."""
    shown = [distribution_of(of_year, programme) for programme in of_year.programmes]
    with Book(_TITLE.of(language).format(year=of_year.year), language) as book:
        first = [book.sheet(name) for name in _distribution_names(of_year.programmes, language)]
        rest = {text: book.sheet(text.of(language)) for text in _HOLDS}
        for sheet, programme in zip(first, shown, strict=False):
            write_distribution(sheet, programme)
        if not shown:
            write_no_agreement(first[0], of_year.year)
        write_contents(rest[CONTENTS], of_year, shown, _listed(book, of_year, first, rest))
        names = {"distribution": first[0].name, "rules": RULES.of(language), "data": DATA.of(language)}
        tables = {DATA: "allocations", RULES: "pots", SOURCES: "sources", RECONCILIATION: "reconciliation"}
        write_notes(rest[NOTES], [(text.of(language), table) for text, table in tables.items()], names)
        write_data(rest[DATA], of_year)
        write_rules(rest[RULES], of_year)
        write_sources(rest[SOURCES], of_year)
        write_reconciliation(rest[RECONCILIATION], of_year)
    return book.content


def _listed(book: Book, of_year: GrantYear, first: list[Sheet], rest: dict[Text, Sheet]) -> list[tuple[str, str]]:
    """Name of every sheet and what it holds."""
    programmes = [
        book.say(_APPENDIX, programme=programme_name(programme, book.language)) for programme in of_year.programmes
    ] or [book.say(_NOTHING_AGREED)]
    rows = of_year.tables["allocations"].height
    return [
        *((sheet.name, holds) for sheet, holds in zip(first, programmes, strict=True)),
        *((sheet.name, book.say(_HOLDS[text], rows=rows)) for text, sheet in rest.items()),
    ]


def _distribution_names(programmes: tuple[str, ...], language: Language) -> list[str]:
    """Names of the first sheets: just the word where there is one programme, which is nearly always."""
    word = DISTRIBUTION.of(language)
    if len(programmes) < 2:  # noqa: PLR2004 - one needs no telling apart
        return [word]
    return [
        f"{word} {programme_name(programme, language).lower() if programme in PROGRAMMES else f'{number} {programme}'}"[
            :_LONGEST_SHEET_NAME
        ].rstrip()
        for number, programme in enumerate(programmes, start=1)
    ]
