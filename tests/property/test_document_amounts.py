"""Whatever way an amount is printed in, it is read back to the krona; whatever else stands there, nothing breaks."""

from fractions import Fraction
from functools import cache
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.documents.figures import figures_in
from assets.documents.finding.amounts import Amount, amounts_in, read_amount, unit_of_heading
from assets.documents.names import NameBook, read_names
from assets.documents.page import Cell, Page, Row
from schemas.money import MOST_SEK
from tests.domain import DATA, register

quick = settings(max_examples=150, deadline=None)

SPACES = (" ", "\u00a0", "\u202f", "\u2009", "\u2007")
GROUPS = (*SPACES, ".", "'", "’")
KRONOR = ("", " kr", "kr", " kronor", ":-", ",-", " SEK", "\u00a0kr", " kr.")
MARKS = ("", "*", "¹", " 1)", " a)", " [2]", "†")
SIGNS = ("-{}", "\u2212{}", "–{}", "({})")
SCALES = {"tkr": 1_000, "mnkr": 1_000_000, "Mkr": 1_000_000, "miljoner kronor": 1_000_000, "mdkr": 1_000_000_000}


def grouped(number: int, separator: str) -> str:
    return f"{number:,}".replace(",", separator)


@given(
    number=st.integers(0, MOST_SEK),
    separator=st.sampled_from(["", *GROUPS]),
    unit=st.sampled_from(KRONOR),
    mark=st.sampled_from(MARKS),
    sign=st.sampled_from(["{}", *SIGNS]),
    ore=st.sampled_from(["", ",00"]),
)
@quick
def test_kronor_are_read_back(number: int, separator: str, unit: str, mark: str, sign: str, ore: str) -> None:
    if ore and (number < 1_000 or unit == ",-"):
        ore = ""
    printed = sign.format(grouped(number, separator) + ore) + unit + mark
    reading = read_amount(printed)
    assert isinstance(reading, Amount), printed
    assert reading.sek == (number if sign == "{}" else -number), printed
    assert reading.step_sek == 1


@given(
    steps=st.integers(0, 10_000_000),
    decimals=st.integers(0, 3),
    unit=st.sampled_from(sorted(SCALES)),
    space=st.sampled_from(SPACES),
    in_column=st.booleans(),
)
@quick
def test_units_are_read_back_with_their_step(steps: int, decimals: int, unit: str, space: str, in_column: bool) -> None:
    """A number of thousands with three decimals and no space in it is left out: the comma could group it."""
    scale = 10**decimals
    whole, part = divmod(steps, scale)
    sek = Fraction(steps, scale) * SCALES[unit]
    if sek > MOST_SEK or (unit == "tkr" and decimals == 3 and 0 < whole < 1_000):
        return
    number = grouped(whole, space) + (f",{part:0{decimals}}" if decimals else "")
    reading = read_amount(number, SCALES[unit]) if in_column else read_amount(f"{number}{space}{unit}")
    assert isinstance(reading, Amount), number
    assert reading.sek == sek
    assert reading.step_sek == SCALES[unit] // scale


@given(number=st.integers(1, MOST_SEK), separator=st.sampled_from(SPACES), sek_first=st.booleans())
@quick
def test_amounts_in_a_sentence_are_read_back(number: int, separator: str, sek_first: bool) -> None:
    printed = f"SEK {grouped(number, separator)}" if sek_first else f"{grouped(number, separator)} kr"
    text = f"Länet fick ({printed}) av bidraget."
    (found,) = amounts_in(text)
    assert found.reading == Amount(number, 1, "unit")
    assert text[found.start : found.end] == printed


@given(number=st.integers(1, 9), ore=st.integers(1, 99))
@quick
def test_real_ore_are_never_kronor(number: int, ore: int) -> None:
    for printed in (f"{number} 309 672,{ore:02}", f"{number} 309 672,{ore:02} kr", f"{number},309,672.{ore:02}"):
        assert not isinstance(read_amount(printed), Amount)


@given(groups=st.lists(st.text("0123456789", min_size=1, max_size=5), min_size=2, max_size=5))
@quick
def test_only_groups_of_three_make_an_amount(groups: list[str]) -> None:
    is_well_formed = len(groups[0]) <= 3 and groups[0][0] != "0" and all(len(group) == 3 for group in groups[1:])
    reading = read_amount(" ".join(groups))
    if isinstance(reading, Amount):
        assert is_well_formed
        assert reading.sek == int("".join(groups))


NEAR_AMOUNTS = st.text("0123456789 .,'-–()*¹krtmnSEK:/%\u00a0\n?", max_size=30)


@given(text=st.text(max_size=60) | NEAR_AMOUNTS, unit=st.sampled_from([None, 1, 1_000, 1_000_000]))
@settings(max_examples=500, deadline=None)
def test_nothing_breaks_the_reading_of_a_text(text: str, unit: int | None) -> None:
    read_amount(text, unit)
    read_amount(text, unit, commas_group=True)
    unit_of_heading(text)
    for found in amounts_in(text):
        assert 0 <= found.start < found.end <= len(text)


@cache
def book() -> NameBook:
    return read_names(DATA / "geography", register())


WORDS = st.sampled_from(
    [
        *(
            "Falun",
            "Stockholm",
            "Dalarnas län",
            "Region Skåne",
            "2080",
            "20",
            "Habo",
            "Malmo",
            "H?bo",
            "Summa",
            "Riket",
        ),
        *(
            "Totalt",
            "Delsumma",
            "1 000 kr",
            "200 000",
            "1,309",
            "2024",
            "–",
            "(1 234)",
            "8,0 mnkr",
            "tkr",
            "Belopp, kr",
        ),
        *("Kod", "Kommun", "Region", "=A1", "1.", "- Falun: 1 000 kr", "(totalt 5 kr)", "länet 5 kr", "12", "0-18 år"),
        *("# År 2025", "Västra Götalands-", "regionen", "Kommunerna i Dalarnas län", "Uppsala", "Gotland"),
    ]
)
CELLS = st.builds(Cell, WORDS | NEAR_AMOUNTS | st.text(max_size=20), st.integers(1, 6), st.integers(1, 3))
ROWS = st.lists(CELLS, max_size=5).map(lambda cells: tuple(sorted(cells, key=lambda cell: cell.column)))
PAGES = st.lists(st.lists(ROWS, max_size=12), max_size=3)


@given(pages=PAGES, year=st.sampled_from([None, 2002, 2025]), is_workbook=st.booleans())
@settings(max_examples=120, deadline=None)
def test_nothing_breaks_the_reading_of_a_document(
    pages: list[list[tuple[Cell, ...]]], year: int | None, is_workbook: bool
) -> None:
    document = [
        Page(
            number,
            tuple(Row(line, cells) for line, cells in enumerate(rows, 1)),
            f"Blad{number}" if is_workbook else None,
        )
        for number, rows in enumerate(pages, 1)
    ]
    found = figures_in(document, book(), year)
    places = {(page.number, row.number, cell.column) for page in document for row in page.rows for cell in row.cells}
    for place in [*(one.place for one in found.figures), *(one.place for one in found.unread)]:
        assert (place.page, place.row, place.column) in places
    amounts = {one.place for one in found.figures if one.role == "recipient"}
    for figure in found.figures:
        assert figure.may_be or figure.role != "recipient"
        assert not figure.may_be or figure.role != "total"
        assert figure.table is None or figure.role != "mention"
        assert set(figure.parts) <= amounts - {figure.place}


MUNICIPALITIES = sorted(
    (one.recipient_code, name)
    for one, name in book().in_year(2025).name_of.items()
    if one.recipient_type == "municipality"
)


@given(
    chosen=st.lists(st.sampled_from(MUNICIPALITIES), min_size=2, max_size=30, unique=True),
    amounts=st.lists(st.integers(10_000, 10**9), min_size=30, max_size=30),
    separator=st.sampled_from(["", *GROUPS]),
    side_by_side=st.integers(1, 3),
    has_codes=st.booleans(),
    upper=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_any_table_of_municipalities_is_read_back(
    chosen: list[tuple[str, str]], amounts: list[int], separator: str, side_by_side: int, has_codes: bool, upper: bool
) -> None:
    paid = dict(zip((code for code, _ in chosen), amounts, strict=False))
    parts = []
    for code, name in chosen:
        shown = name.upper() if upper else name
        parts.append([*([code] if has_codes else []), shown, grouped(paid[code], separator)])
    width = len(parts[0])
    lines = [["Kod", "Kommun", "Belopp, kr"][-width:] * side_by_side]
    lines += [list(chain(*parts[start : start + side_by_side])) for start in range(0, len(parts), side_by_side)]
    lines.append([*[""] * (width - 2), "Summa", grouped(sum(paid.values()), separator)])
    rows = [
        Row(number, tuple(Cell(text, column) for column, text in enumerate(line, 1) if text))
        for number, line in enumerate(lines, 1)
    ]
    found = figures_in([Page(1, tuple(rows))], book(), 2025)
    read = {one.may_be[0].recipient_code: one.amount_sek for one in found.figures if one.role == "recipient"}
    assert read == paid
    assert found.unread == ()
    (total,) = (one for one in found.figures if one.role == "total")
    assert (total.amount_sek, len(total.parts)) == (sum(paid.values()), len(paid))
