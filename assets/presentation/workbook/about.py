"""The sheets about the workbook: what is in it, and how to read it."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from assets.presentation.programmes import programme_name
from assets.presentation.workbook.book import Book, Sheet
from assets.presentation.workbook.distribution import Distribution
from assets.presentation.workbook.words import CODES
from assets.presentation.workbook.year import GrantYear
from schemas.called import EVIDENCE, VERDICT
from schemas.product import ATTRIBUTION, LICENCE, TITLE, VERSION
from schemas.tables.registry import TABLES
from schemas.text import Text

_LINE: Final = 14

# --- contents -------------------------------------------------------------------------------------------------------

_WHAT: Final = Text(
    "Statens och SKR:s överenskommelser {year}, räknade om krona för krona av Kronvis: vad varje mottagare får, efter"
    " vilken regel, på vilken folkmängd, och hur det stämmer med det som är publicerat. Kronvis är ett öppet"
    " dataprojekt; arbetsboken är inte utgiven av SKR eller staten.",
    "The agreements of {year} between the state and SKR, computed again krona by krona by Kronvis: what every recipient"
    " gets, by which rule, on which population, and how that agrees with what is published. Kronvis is an open data"
    " project; the workbook is not issued by SKR or the state.",
)
_SHEET, _HOLDS = Text("Blad", "Sheet"), Text("Innehåller", "Holds")
_STATUS_OF_YEAR: Final = Text("Läget i kronor {year}", "Where the kronor of {year} stand")
_STATUS_HEADINGS: Final = (
    Text("Program", "Programme"),
    Text("", ""),
    Text("Överenskommelsens potter", "Pots of the agreement"),
    Text("Fördelat", "Split"),
    Text("varav beslutat", "of which decided"),
    Text("varav preliminärt", "of which preliminary"),
    Text("Inte fördelat (okänd regel)", "Not split (rule unknown)"),
    Text("Avrundning", "Rounding"),
)
_AGREEMENT_WITH: Final = Text("Mot publicerade belopp", "Against published amounts")
_NOT_RECONCILED: Final = Text(
    "Inga publicerade belopp finns inlästa för {year}.", "No published amounts are on file for {year}."
)
_VERSION, _LICENCE = Text("Kronvis version", "Kronvis version"), Text("Licens för data", "Licence of the data")
_ATTRIBUTION, _YEAR = Text("Ange källan så", "Attribute as"), Text("Bidragsår", "Grant year")
_CONTENTS_WIDTHS: Final = (24.0, 6.0, 18.0, 18.0, 18.0, 18.0, 18.0, 14.0)


def write_contents(
    sheet: Sheet, of_year: GrantYear, shown: Sequence[Distribution], sheets: Sequence[tuple[str, str]]
) -> None:
    """What the workbook is, its sheets with links (`sheets`: name and what it holds), and how sure the year is."""
    for column, width in enumerate(_CONTENTS_WIDTHS):
        sheet.page.set_column(column, column, width)
    sheet.page.hide_gridlines(2)
    book, last, width = sheet.book, len(_CONTENTS_WIDTHS) - 1, sum(_CONTENTS_WIDTHS)
    sheet.write(0, 0, TITLE.of(book.language), "title")
    sheet.page.set_row(0, 26)
    sheet.write_wide(1, last, book.say(_WHAT, year=of_year.year), width, "text")
    row = _write_facts(sheet, of_year.year, 3)
    row = _write_list(sheet, sheets, row + 1)
    row = _write_status(sheet, of_year.year, shown, row + 1)
    row = _write_verdicts(sheet, of_year, row + 1)
    sheet.set_up_page((row, last), (0, 0))


def _write_facts(sheet: Sheet, year: int, row: int) -> int:
    facts = ((_YEAR, str(year)), (_VERSION, VERSION), (_LICENCE, LICENCE), (_ATTRIBUTION, ATTRIBUTION))
    for number, (name, value) in enumerate(facts, start=row):
        sheet.write(number, 0, sheet.book.say(name), "text", "bold")
        sheet.write(number, 1, value, "text")
    return row + len(facts)


def _write_list(sheet: Sheet, sheets: Sequence[tuple[str, str]], row: int) -> int:
    last = len(_CONTENTS_WIDTHS) - 1
    _write_row(sheet, row, [sheet.book.say(_SHEET), "", sheet.book.say(_HOLDS), *[""] * (last - 2)], "header")
    for number, (name, holds) in enumerate(sheets, start=row + 1):
        _write_row(sheet, number, [""] * (last + 1), "text", "ruled")
        sheet.write_link(number, 0, name, name, "ruled")
        sheet.write(number, 2, holds, "text", "ruled")
    return row + 1 + len(sheets)


def _write_status(sheet: Sheet, year: int, shown: Sequence[Distribution], row: int) -> int:
    sheet.write(row, 0, sheet.book.say(_STATUS_OF_YEAR, year=year), "heading")
    headings = [sheet.book.say(heading) for heading in _STATUS_HEADINGS]
    for column, heading in enumerate(headings):
        sheet.write(row + 1, column, heading, "header", *(("right",) if column > 1 else ()))
    sheet.page.set_row(row + 1, 2 * _LINE + 2)
    for number, programme in enumerate(shown, start=row + 2):
        total = programme.total.total if programme.total else None
        split, uncertain = (total.sek, total.preliminary_sek) if total else (0, 0)
        not_split = sum(pot["amount_sek"] for pot in programme.not_split)
        sheet.write(number, 0, programme_name(programme.programme, sheet.book.language), "text", "ruled")
        sheet.write(number, 1, None, "ruled")
        for column, sek in enumerate((programme.pots_sek, split, split - uncertain), start=2):
            sheet.write(number, column, sek, "kronor", "ruled")
        sheet.write(number, 5, uncertain, "kronor", "ruled", *(("preliminary",) if uncertain else ()))
        sheet.write(number, 6, not_split, "kronor", "ruled")
        sheet.write(number, 7, programme.residual_sek, "difference", "ruled")
    return row + 2 + len(shown)


def _write_verdicts(sheet: Sheet, of_year: GrantYear, row: int) -> int:
    """How many published amounts agree, by verdict; the last row that was written."""
    sheet.write(row, 0, sheet.book.say(_AGREEMENT_WITH), "heading")
    counted = Counter(of_year.tables["reconciliation"].get_column("verdict"))
    there = [verdict for verdict in VERDICT if counted[verdict]]
    for number, verdict in enumerate(there, start=row + 1):
        sheet.write(number, 0, VERDICT[verdict].of(sheet.book.language), "text", "ruled")
        sheet.write(number, 1, counted[verdict], "count", "ruled")
    if not there:
        sheet.write(row + 1, 0, sheet.book.say(_NOT_RECONCILED, year=of_year.year), "quiet")
    return row + max(len(there), 1)


def _write_row(sheet: Sheet, row: int, texts: Sequence[str], *style: str) -> None:
    for column, text in enumerate(texts):
        sheet.write(row, column, text, *style)


# --- notes ----------------------------------------------------------------------------------------------------------

_HOW: Final = Text("Så läser du arbetsboken", "How to read the workbook")
_PARAGRAPHS: Final = (
    Text(
        "Alla belopp är hela kronor. Summor är adderade av Kronvis, inte formler: de ändras inte om du ändrar en cell.",
        "All amounts are whole kronor. Sums are added up by Kronvis, not formulas: they do not change with a cell.",
    ),
    Text(
        "Beslutat: beloppet följer av en känd regel och vilar på SCB:s egna tal, eller på folkmängd löst exakt ur"
        " publicerade belopp; fasta belopp behöver ingen folkmängd.",
        "Decided: the amount follows from a known rule and rests on SCB’s own counts, or on a population solved exactly"
        " from published amounts; fixed amounts need no population.",
    ),
    Text(
        "Preliminärt: regeln är känd, men folkmängden är skattad eller från ett annat datum. Det rätta beloppet kan"
        " vara ett annat. Raderna är märkta i ord, kursivt och i brunt, och räknas aldrig som bekräftade.",
        "Preliminary: the rule is known, but the population is estimated or of another date. The right amount may be"
        " another. Rows are marked in words, italics and brown, and never count as confirmed.",
    ),
    Text(
        "Inte beräknat: ingen har belagt hur potten fördelas. Den finns med sitt belopp i bladet {rules} och längst ned"
        " i {distribution}, men delas inte ut. En tom cell betyder att mottagaren inte får del av potten, inte att"
        " beloppet är okänt.",
        "Not computed: nobody has established how the pot is split. It is listed with its amount in {rules} and at the"
        " bottom of {distribution}, but not handed out. An empty cell means that the recipient has no part in the pot,"
        " not that the amount is unknown.",
    ),
    Text(
        "Avrundning: varje mottagares belopp är avrundat för sig, så summan kan skilja sig från potten med några"
        " kronor. Skillnaden står i {rules} och jämnas inte ut.",
        "Rounding: each recipient’s amount is rounded by itself, so the sum can differ from the pot by a few kronor."
        " The difference is stated in {rules} and not evened out.",
    ),
    Text(
        "Avstämning: differens är beräknat minus publicerat. Ett belopp räknas inte som oberoende bekräftat när regel"
        " eller folkmängd är löst ur samma källa.",
        "Reconciliation: the difference is computed minus published. A figure is no independent confirmation where rule"
        " or population was solved from the same source.",
    ),
)
_EVIDENCE: Final = Text("Belägg: hur säkert ett belopp eller en regel är", "Evidence: how sure an amount or a rule is")
_CODES_IN_DATA: Final = Text("Koder i bladet {data}", "Codes in the sheet {data}")
_COLUMNS: Final = Text("Kolumner", "Columns")
_CODE_HEADINGS: Final = (Text("Kolumn", "Column"), Text("Kod", "Code"), Text("Betyder", "Means"))
_COLUMN_HEADINGS: Final = (
    Text("Blad", "Sheet"),
    Text("Kolumn", "Column"),
    Text("Namn i data", "Name in the data"),
    Text("Betyder", "Means"),
)
_NOTES_WIDTHS: Final = (24.0, 28.0, 34.0, 84.0)


def write_notes(sheet: Sheet, sheets: Sequence[tuple[str, str]], names: dict[str, str]) -> None:
    """How to read it, what codes mean, what columns mean; `sheets` pairs sheets with the tables they show.

    `names` has the sheets' names that the text speaks of: `distribution`, `rules`, `data`.
    """
    for column, width in enumerate(_NOTES_WIDTHS):
        sheet.page.set_column(column, column, width)
    sheet.page.hide_gridlines(2)
    book, last, width = sheet.book, len(_NOTES_WIDTHS) - 1, sum(_NOTES_WIDTHS)
    sheet.write(0, 0, book.say(_HOW), "title")
    sheet.page.set_row(0, 24)
    sheet.page.freeze_panes(1, 0)
    for number, paragraph in enumerate(_PARAGRAPHS, start=1):
        sheet.write_wide(number, last, book.say(paragraph, **names), width, "text")
    evidence = [(code, words.of(book.language)) for code, words in EVIDENCE.items()]
    row = _write_list_of(sheet, len(_PARAGRAPHS) + 2, book.say(_EVIDENCE), _CODE_HEADINGS[1:], evidence)
    codes = book.say(_CODES_IN_DATA, **names)
    row = _write_list_of(sheet, row + 1, codes, _CODE_HEADINGS, _codes(book))
    row = _write_list_of(sheet, row + 1, book.say(_COLUMNS), _COLUMN_HEADINGS, _columns(book, sheets))
    sheet.set_up_page((row - 1, last), (0, 0))


def _write_list_of(
    sheet: Sheet, row: int, heading: str, headings: Sequence[Text], rows: Sequence[Sequence[str]]
) -> int:
    """A heading, a header and rows as high as their last text demands; the next free row."""
    sheet.write(row, 0, heading, "heading")
    _write_row(sheet, row + 1, [sheet.book.say(one) for one in headings], "header")
    for number, texts in enumerate(rows, start=row + 2):
        _write_row(sheet, number, texts, "text", "ruled", "wrapped")
        sheet.set_height(number, list(zip(texts, _NOTES_WIDTHS, strict=False)))
    return row + 2 + len(rows)


def _codes(book: Book) -> list[tuple[str, str, str]]:
    columns = {column.name: column.field for column in TABLES["allocations"].columns}
    return [
        (columns[name].label.of(book.language), code, words.of(book.language))
        for name, meanings in CODES.items()
        for code, words in meanings.items()
    ]


def _columns(book: Book, sheets: Sequence[tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    """Sheet, heading, machine's name and meaning of every column of the tables that sheets show."""
    return [
        (name, column.field.label.of(book.language), column.name, column.field.description.of(book.language))
        for name, table in sheets
        for column in TABLES[table].columns
    ]
