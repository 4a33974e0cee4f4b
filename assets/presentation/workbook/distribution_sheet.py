"""The sheet that is laid out as SKR's appendix 1: recipients by county, one column per pot."""

from collections.abc import Sequence
from typing import Any, Final

from assets.presentation.programmes import programme_name
from assets.presentation.workbook.book import Book, Sheet, harmless, lines_of
from assets.presentation.workbook.distribution import Distribution, Group, Line, Money
from assets.presentation.workbook.words import (
    FOCUS_AREAS,
    RECEIVERS,
    RECIPIENT_KINDS,
    STATUSES,
    in_words,
)
from schemas.text import Text
from schemas.vocabulary import DECIDED
from schemas.written import money

_TITLE: Final = Text("Fördelning av stimulansmedel {year}: {programme}", "Distribution of grants {year}: {programme}")
_FORM: Final = Text(
    "Uppställd som SKR:s bilaga 1, men beräknad av Kronvis. Hela kronor.",
    "Laid out as SKR’s appendix 1, but computed by Kronvis. Whole kronor.",
)
_ALL_SPLIT: Final = Text(
    "Av överenskommelsens {agreed} är {split} fördelade här.", "Of the agreement’s {agreed}, {split} are split here."
)
_SOME_SPLIT: Final = Text(
    "Av överenskommelsens {agreed} är {split} fördelade här; {rest} har ingen känd regel (längst ned). Mottagare kan"
    " alltså få mer än det som visas.",
    "Of the agreement’s {agreed}, {split} are split here; {rest} have no known rule (at the bottom). Recipients may"
    " therefore get more than is shown.",
)
_NONE_SPLIT: Final = Text(
    "Inget är beräknat för {year}: regeln för överenskommelsens {agreed} är inte känd, och Kronvis gissar inte.",
    "Nothing is computed for {year}: the rule for the agreement’s {agreed} is not known, and Kronvis does not guess.",
)
_NO_AGREEMENT: Final = Text("Ingen överenskommelse finns för {year}.", "There is no agreement for {year}.")
_LEGEND: Final = Text(
    "Kursivt och brunt = preliminärt: räknat på skattad eller ersatt folkmängd. Det står också i kolumnen Status och"
    " under varje pott. Ett preliminärt belopp är inte ett beslutat.",
    "Italic and brown = preliminary: computed on an estimated or stand-in population. The column Status and the line"
    " under each pot say so too. A preliminary amount is not a decided one.",
)
_ALL_DECIDED: Final = Text(
    "Alla belopp här är beslutade: fasta, eller räknade på officiellt eller löst underlag.",
    "All amounts here are decided: fixed, or computed on official or solved counts.",
)
_CODE, _RECIPIENT, _KIND = Text("Kod", "Code"), Text("Mottagare", "Recipient"), Text("Slag", "Kind")
_TOTAL, _STATUS = Text("Totalt", "Total"), Text("Status", "Status")
_OF_WHICH: Final = Text("Varav preliminärt", "Of which preliminary")
_ALL_POTS: Final = Text("alla potter ovan", "all pots shown")
_NATIONAL: Final = Text("Nationell nivå", "National level")
_NATIONAL_SUM: Final = Text("Summa nationell nivå", "Total, national level")
_SUBTOTAL: Final = Text("Summa {name}", "Total {name}")
_GRAND_TOTAL: Final = Text("Summa alla mottagare", "Total, all recipients")
_BRIDGE: Final = Text("Från fördelat till överenskommelsens belopp", "From what is split to the agreement’s total")
_NOTHING_SPLIT: Final = Text("Pengar som inte fördelas här", "Money that is not split here")
_SPLIT: Final = Text("Fördelat enligt ovan", "Split as above")
_NOT_SPLIT: Final = Text("Inte fördelat: {pot}", "Not split: {pot}")
_RESIDUAL: Final = Text(
    "Avrundning: potternas storlek minus det fördelade", "Rounding: size of the pots minus what is split"
)
_AGREED: Final = Text("Överenskommelsens potter tillsammans", "All pots of the agreement")

_BEFORE_POTS: Final = 3  # code, recipient, kind
_AFTER_POTS: Final = 3  # total, of which preliminary, status
_HEADER_ROW: Final = 3
_HEADERS: Final = 3
_WIDTHS: Final = (7.0, 27.0, 15.0)
_NARROWEST_POT: Final = 14.5
_AFTER_WIDTHS: Final = (15.5, 15.5, 18.0)
_SMALL_LINE, _LINE = 12.5, 15
_LONGEST_SHORT_NAME, _LONGEST_NAME = 40, 110


def write_distribution(sheet: Sheet, shown: Distribution) -> None:
    """One programme of one year."""
    _Writer(sheet, shown).write()


def write_no_agreement(sheet: Sheet, year: int) -> None:
    """The first sheet of a year in which no programme has an agreement."""
    sheet.page.set_column(0, 0, 60)
    sheet.write(0, 0, sheet.book.say(_NO_AGREEMENT, year=year), "title")
    sheet.set_up_page((0, 0), (0, 0))


class _Writer:
    """Writes from the top down; `_row` is the next free row."""

    def __init__(self, sheet: Sheet, shown: Distribution) -> None:
        self._sheet = sheet
        self._book: Book = sheet.book
        self._shown = shown
        self._total_column = _BEFORE_POTS + len(shown.pots)
        self._last_column = self._total_column + _AFTER_POTS - 1
        self._widths = (*_WIDTHS, *(_pot_width(self._short(pot)) for pot in shown.pots), *_AFTER_WIDTHS)
        self._row = 0

    def write(self) -> None:
        sheet = self._sheet
        for column, width in enumerate(self._widths):
            sheet.page.set_column(column, column, width)
        sheet.page.hide_gridlines(2)
        self._write_top()
        if self._shown.total is not None:
            self._write_header()
            sheet.page.freeze_panes(_HEADER_ROW + _HEADERS, 2)
            for group in self._shown.groups:
                self._write_group(group)
            self._write_sum(self._say(_GRAND_TOTAL), self._shown.total, "total")
            self._row += 1
        self._write_bridge()
        sheet.page.outline_settings(visible=True, symbols_below=True)
        last = (self._row - 1, self._last_column)
        sheet.page.ignore_errors({"number_stored_as_text": f"A1:A{self._row}"})
        repeated = (_HEADER_ROW, _HEADER_ROW + _HEADERS - 1) if self._shown.total is not None else (0, 0)
        sheet.set_up_page(last, repeated, high=1 if self._shown.is_flat else 0)

    # --- what stands over the table ---------------------------------------------------------------------------

    def _write_top(self) -> None:
        shown = self._shown
        programme = programme_name(shown.programme, self._book.language)
        width = sum(self._widths)
        self._sheet.write(0, 0, self._say(_TITLE, year=shown.year, programme=programme), "title")
        self._sheet.page.set_row(0, 24)
        self._sheet.write_wide(1, self._last_column, self._summary(), width, "text")
        if shown.total is not None:
            is_decided = shown.total.total.status == DECIDED
            legend = (_ALL_DECIDED, "text") if is_decided else (_LEGEND, "preliminary")
            self._sheet.write_wide(2, self._last_column, self._say(legend[0]), width, legend[1])
        self._row = _HEADER_ROW

    def _summary(self) -> str:
        shown = self._shown
        agreed = money(shown.pots_sek, self._book.language)
        if shown.total is None:
            return self._say(_NONE_SPLIT, year=shown.year, agreed=agreed)
        told = _SOME_SPLIT if shown.not_split else _ALL_SPLIT
        rest = sum(pot["amount_sek"] for pot in shown.not_split)
        split = money(shown.total.total.sek, self._book.language)
        summary = self._say(told, agreed=agreed, split=split, rest=money(rest, self._book.language))
        return f"{summary} {self._say(_FORM)}"

    def _write_header(self) -> None:
        """Short name and receivers, full name, status: one line each."""
        shown, total = self._shown, self._shown.total
        names = [_cut(pot[f"name_{self._book.language}"], _LONGEST_NAME) for pot in shown.pots]
        receivers = [f"{self._short(pot)}, {self._receivers(pot)}" for pot in shown.pots]
        before = [self._say(text) for text in (_CODE, _RECIPIENT, _KIND)]
        after = [self._say(text) for text in (_TOTAL, _OF_WHICH, _STATUS)]
        by_pot = () if total is None else total.by_pot
        statuses = [*(self._status(money_) for money_ in by_pot), self._status(total.total if total else None)]
        self._header_line([*before, *receivers, *after], "header", _LINE)
        self._header_line(["", "", "", *names, self._say(_ALL_POTS), "", ""], "header_small", _SMALL_LINE)
        self._header_line(["", "", "", *statuses, "", ""], "header_small", _SMALL_LINE, ("ruled", "bold"))

    def _header_line(self, texts: Sequence[str], style: str, line: float, extra: tuple[str, ...] = ()) -> None:
        for column, text in enumerate(texts):
            align = "indented" if column == self._last_column else "right" if column >= _BEFORE_POTS else "left"
            self._sheet.write(self._row, column, text, style, *extra, align)
        # Small letters need less room than the widths are counted in, bold ones more.
        letter = 0.7 if style == "header_small" else 0.9
        lines = max(lines_of(text, (width - 1) / letter) for text, width in zip(texts, self._widths, strict=True))
        self._sheet.page.set_row(self._row, line * lines + 3)
        self._row += 1

    # --- the table --------------------------------------------------------------------------------------------

    def _write_group(self, group: Group) -> None:
        name = group.county_name if group.county_name is not None else self._say(_NATIONAL)
        is_whole = self._shown.is_flat
        if not is_whole:
            self._fill_row("group")
            self._sheet.write(self._row, 0, name, "group")
            self._end_row(level=1)
        for line in group.lines:
            self._write_line(line, level=0 if is_whole else 1)
        if not is_whole:
            sum_of = _NATIONAL_SUM if group.county_name is None else _SUBTOTAL
            self._write_sum(self._say(sum_of, name=name), group.subtotal, "subtotal")

    def _write_line(self, line: Line, level: int) -> None:
        self._sheet.write(self._row, 0, line.code, "text", "line")
        self._sheet.write(self._row, 1, line.name, "text", "line")
        kind = in_words(RECIPIENT_KINDS, line.recipient_type, self._book.language)
        self._sheet.write(self._row, 2, kind, "text", "line")
        self._write_amounts(line, "line")
        self._end_row(level)

    def _write_sum(self, name: str, line: Line, style: str) -> None:
        self._fill_row(style)
        self._sheet.write(self._row, 0, name, style)
        self._write_amounts(line, style)
        self._end_row(level=0)

    def _write_amounts(self, line: Line, style: str) -> None:
        for column, part in enumerate((*line.by_pot, line.total), start=_BEFORE_POTS):
            is_total = ("bold",) if column == self._total_column else ()
            self._sheet.write(self._row, column, part.sek if part else None, "kronor", style, *is_total, *_mark(part))
        mark = _mark(line.total)
        uncertain = line.total.preliminary_sek if mark else None
        self._sheet.write(self._row, self._total_column + 1, uncertain, "kronor", style, *mark)
        self._sheet.write(self._row, self._last_column, self._status(line.total), "text", style, "indented", *mark)

    def _fill_row(self, style: str) -> None:
        for column in range(self._last_column + 1):
            self._sheet.write(self._row, column, None, style)

    def _end_row(self, level: int) -> None:
        self._sheet.page.set_row(self._row, None, None, {"level": level})
        self._row += 1

    # --- what is not in the table -----------------------------------------------------------------------------

    def _write_bridge(self) -> None:
        """From the sum above to the agreement's: what no rule is known for, and what rounding leaves."""
        shown = self._shown
        heading = _BRIDGE if shown.total is not None else _NOTHING_SPLIT
        self._sheet.write(self._row, 0, self._say(heading), "heading")
        self._row += 1
        if shown.total is not None:
            self._bridge_line(self._say(_SPLIT), shown.total.total.sek, "kronor", _mark(shown.total.total))
        for pot in shown.not_split:
            name = f"{pot[f'name_{self._book.language}']} ({self._receivers(pot)})"
            self._bridge_line(self._say(_NOT_SPLIT, pot=name), pot["amount_sek"], "kronor")
        if shown.total is not None:
            self._bridge_line(self._say(_RESIDUAL), shown.residual_sek, "difference")
        self._bridge_line(self._say(_AGREED), shown.pots_sek, "kronor", ("total",))

    def _bridge_line(self, text: str, sek: int, style: str, extra: tuple[str, ...] = ()) -> None:
        line = extra if extra == ("total",) else ("ruled", *extra)
        for column in range(self._total_column):
            self._sheet.write(self._row, column, None, *line)
        self._sheet.write(self._row, 0, text, *line)
        self._sheet.write(self._row, self._total_column, sek, style, *line)
        self._row += 1

    # --- words ------------------------------------------------------------------------------------------------

    def _say(self, text: Text, **values: object) -> str:
        return self._book.say(text, **values)

    def _short(self, pot: dict[str, Any]) -> str:
        area = pot["focus_area"]
        if area in FOCUS_AREAS:
            return FOCUS_AREAS[area].of(self._book.language)
        return _cut(pot[f"name_{self._book.language}"], _LONGEST_SHORT_NAME)

    def _receivers(self, pot: dict[str, Any]) -> str:
        return in_words(RECEIVERS, pot["recipient_type"], self._book.language) or ""

    def _status(self, shown: Money | None) -> str:
        return "" if shown is None else STATUSES[shown.status].of(self._book.language)


def _mark(shown: Money | None) -> tuple[str, ...]:
    """The style of what is preliminary, wholly or in part."""
    return () if shown is None or shown.status == DECIDED else ("preliminary",)


def _cut(text: str, longest: int) -> str:
    """A name that must not make the frozen header as high as the window; the sheet of rules has the whole."""
    text = harmless(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _pot_width(short: str) -> float:
    """Wide enough for the amounts and for the longest word of the heading, so that none is broken; not wider."""
    return min(max(_NARROWEST_POT, max((len(word) for word in short.split()), default=0) + 2.5), 26.0)
