"""Amounts as documents print them: read to the krona, left unread with a reason, or no amount at all."""

import pytest

from assets.documents.finding.amounts import (
    Amount,
    Unreadable,
    amounts_in,
    has_unit,
    is_dash,
    is_unit,
    read_amount,
    says_rate,
    unit_of_heading,
)

NBSP, NARROW, THIN, FIGURE = "\u00a0", "\u202f", "\u2009", "\u2007"
TKR, MNKR, MDKR = 1_000, 1_000_000, 1_000_000_000


def sek(text: str, unit_sek: int | None = None) -> int | str | None:
    """Kronor, `unread` or None."""
    reading = read_amount(text, unit_sek)
    return reading.sek if isinstance(reading, Amount) else "unread" if reading else None


@pytest.mark.parametrize(
    "text",
    [
        "1309672",
        "1 309 672",
        f"1{NBSP}309{NBSP}672",
        f"1{NARROW}309{NARROW}672",
        f"1{THIN}309{THIN}672",
        f"1{FIGURE}309{FIGURE}672",
        f"1 309{NBSP}672",
        "1.309.672",
        "1'309'672",
        "1’309’672",
        "1,309,672",
        "1 309 672,00",
        "1.309.672,00",
        "1,309,672.00",
        "1 309 672 kr",
        "1309672kr",
        "1 309 672 kr.",
        "1 309 672 KR",
        "1 309 672 kronor",
        "1 309 672:-",
        "1 309 672,-",
        "1 309 672 :-",
        "1 309 672 SEK",
        "SEK 1 309 672",
        "kr 1 309 672",
        "\u200b1 309 672\u00ad",
        "**1 309 672** kr",
    ],
)
def test_kronor_written_out(text: str) -> None:
    reading = read_amount(text)
    assert isinstance(reading, Amount)
    assert (reading.sek, reading.step_sek) == (1_309_672, 1)


@pytest.mark.parametrize(
    ("text", "expected", "step"),
    [
        ("8,0 mnkr", 8_000_000, 100_000),
        ("8 mnkr", 8_000_000, 1_000_000),
        ("1,5 Mkr", 1_500_000, 100_000),
        ("1.5 mnkr", 1_500_000, 100_000),
        ("1,309 mnkr", 1_309_000, 1_000),
        ("250 mkr", 250_000_000, 1_000_000),
        ("1 560 mnkr", 1_560_000_000, 1_000_000),
        ("1 560,5 mnkr", 1_560_500_000, 100_000),
        ("250 miljoner kronor", 250_000_000, 1_000_000),
        ("1 miljon kr", 1_000_000, 1_000_000),
        ("7,25 milj. kr", 7_250_000, 10_000),
        ("3 MSEK", 3_000_000, 1_000_000),
        ("1,5 miljarder kronor", 1_500_000_000, 100_000_000),
        ("2 mdkr", 2_000_000_000, 1_000_000_000),
        ("200 tkr", 200_000, 1_000),
        ("1 309,7 tkr", 1_309_700, 100),
        ("200 tusen kronor", 200_000, 1_000),
        ("200 ksek", 200_000, 1_000),
    ],
)
def test_unit_beside_the_number(text: str, expected: int, step: int) -> None:
    assert read_amount(text) == Amount(expected, step, "unit")


@pytest.mark.parametrize(
    ("text", "unit_sek", "expected", "step"),
    [
        ("1 310", TKR, 1_310_000, 1_000),
        ("1310", TKR, 1_310_000, 1_000),
        ("1 309,672", TKR, 1_309_672, 1),
        ("8,0", MNKR, 8_000_000, 100_000),
        ("8.5", MNKR, 8_500_000, 100_000),
        ("1,5", MDKR, 1_500_000_000, 100_000_000),
        ("200 000 kr", TKR, 200_000, 1),
        ("1.309", 1, 1_309, 1),
    ],
)
def test_unit_of_the_column(text: str, unit_sek: int, expected: int, step: int) -> None:
    """A unit in the cell itself goes before the column's."""
    reading = read_amount(text, unit_sek)
    assert isinstance(reading, Amount)
    assert (reading.sek, reading.step_sek) == (expected, step)


@pytest.mark.parametrize(
    "text",
    [
        "-1 234",
        "\u22121 234",
        "–1 234",
        "(1 234)",
        "( 1 234 )",
        "1 234-",
        "1 234\u2212",
        "(1 234) kr",
        "-1 234 kr",
        "-1 234:-",
    ],
)
def test_negative(text: str) -> None:
    assert sek(text) == -1_234


@pytest.mark.parametrize("text", ["", " ", "-", "–", "—", "\u2212", "..", "...", "n/a", "N/A", NBSP, "x", "saknas"])
def test_a_dash_is_no_amount_and_not_zero(text: str) -> None:
    assert read_amount(text) is None
    assert is_dash(text)
    assert sek("0") == 0
    assert not is_dash("0")


@pytest.mark.parametrize(
    "text",
    [
        "354 674*",
        "*354 674",
        "354 674 **",
        "354 674¹",
        "354 674¹²",
        "³354 674",
        "354 674 ¹)",
        "354 674 1)",
        "354 6741)",
        "354 67412)",
        "354 674 a)",
        "354 674a)",
        "354 674 [1]",
        "354 674 kr 1)",
        "354 674 kr¹",
        "354 674†",
    ],
)
def test_footnote_marks(text: str) -> None:
    assert sek(text) == 354_674


@pytest.mark.parametrize(
    "text",
    [
        "1 30 672",
        "1 3096 72",
        "1.30.672",
        "1 309.672",
        "1  309 672",
        "0 123 456",
        "1 234,50",
        "1 234,50 kr",
        "12.50 kr",
        "0,12345 mnkr,",
        "1,2345678 mnkr",
        "1,309",
        "1,309 kr",
        "1,309 tkr",
        "1.309 tkr",
        "1.309 mnkr",
        "- 1 234",
        "1 234 -",
        "(-1 234)",
        "(1 234 kr)",
        "-1 234-",
        "200 000–300 000 kr",
        "3546741)2",
        "999 999 999 999",
        "9999999999999999999999",
    ],
)
def test_never_guessed(text: str) -> None:
    assert not isinstance(read_amount(text), Amount)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 30 672", "in threes"),
        ("0 123 456", "in threes"),
        ("1 234,50", "whole kronor"),
        ("1,309", "comma"),
        ("1.309 mnkr", "point"),
        ("- 1 234", "negative"),
        ("1 234 -", "negative"),
        ("200 000–300 000 kr", "range"),
        ("999 999 999 999", "larger than any grant"),
    ],
)
def test_the_reason_is_told(text: str, says: str) -> None:
    reading = read_amount(text)
    assert isinstance(reading, Unreadable)
    assert says in reading.why_en
    assert reading.why_sv


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-14",
        "31/3 2025",
        "24.02.07",
        "2,1 %",
        "2,1%",
        "12 ‰",
        "0-18",
        "0–18",
        "1.",
        "1)",
        "2.1.3",
        "0114",
        "0643",
        "12,5",
        "8,0",
        "1 234,5",
        "0,025",
        "023-123 45",
        "S2025/00159",
        "14:30",
        "12,50 kr/inv",
        "200 000 kronor/kommun",
        "2 miljoner/län",
        "5 miljoner kronor per län",
        "ca 69 mnkr",
        "Falun",
        "kr",
        "tkr",
        "v. 10",
    ],
)
def test_what_is_no_amount(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize(
    ("text", "writing"), [("2024", "bare"), ("240207", "bare"), ("2 024", "grouped"), ("2024 kr", "unit")]
)
def test_what_speaks_for_kronor_is_told(text: str, writing: str) -> None:
    """A bare number may be a year or a date: the column decides."""
    reading = read_amount(text)
    assert isinstance(reading, Amount)
    assert reading.writing == writing


def test_one_comma_is_read_where_the_column_shows_what_it_is() -> None:
    assert sek("466,464") == "unread"
    assert read_amount("466,464", commas_group=True) == Amount(466_464, 1, "grouped")
    assert read_amount("466,464.00", commas_group=True) == Amount(466_464, 1, "grouped")


# --- running text ---------------------------------------------------------------------------------------------


def in_text(text: str) -> list[tuple[str, int | str]]:
    return [
        (text[one.start : one.end], one.reading.sek if isinstance(one.reading, Amount) else "unread")
        for one in amounts_in(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(Region 13 524 332 kr, län 5 409 733 kr)", [("13 524 332 kr", 13_524_332), ("5 409 733 kr", 5_409_733)]),
        ("i allt 1 000 000kr.", [("1 000 000kr", 1_000_000)]),
        (f"788{NBSP}miljoner kronor", [(f"788{NBSP}miljoner kronor", 788_000_000)]),
        (
            "delas 780 miljoner kronor, varav 500 miljoner",
            [("780 miljoner kronor", 780_000_000), ("500 miljoner", 500_000_000)],
        ),
        ("För 2025 250 000 kr till", [("250 000 kr", 250_000)]),
        ("den 31/3 2025 200 000 kr", [("200 000 kr", 200_000)]),
        ("1 560 000 000 kronor 2025", [("1 560 000 000 kronor", 1_560_000_000)]),
        ("SEK 1 000 000 till", [("SEK 1 000 000", 1_000_000)]),
        ("minskar med –300 000 kr", [("–300 000 kr", -300_000)]),
        ("1 234:- och 2 000,- styckevis", [("1 234:-", 1_234), ("2 000,-", 2_000)]),
        ("8 006\u202f024 kr", [("8 006\u202f024 kr", 8_006_024)]),
        ("1. 250 000 kr", [("250 000 kr", 250_000)]),
    ],
)
def test_amounts_in_text(text: str, expected: list[tuple[str, int]]) -> None:
    assert in_text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2 miljoner/län, förutom de som får 3 miljoner/län i bidrag",
        "1 miljon miljon/län i bidrag",
        "200 000 kronor/kommun och resten efter folkmängd",
        "5 miljoner kronor per län",
        "100 kr per invånare",
        "250 000 kr vardera",
        "10 miljoner invånare får del av bidraget",
        "3 miljoner är inte bara siffror",
        "Belopp i 1 000 kr",
        "sekel 5 krav 6 sektor 7",
        "2024 års 15 kommuner",
        "345 miljarder kronor om året",
        "tusentals kronor",
    ],
)
def test_no_amounts_in_text(text: str) -> None:
    """Rates, people, units alone, and sums beyond every grant."""
    assert in_text(text) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mellan 5 och 10 mnkr", "10 mnkr"),
        ("5–10 mnkr", "10 mnkr"),
        ("5 - 10 mnkr", "10 mnkr"),
        ("v.10 200 000 kr", "10 200 000 kr"),
        ("anslag 1:8 200 000 kr", "8 200 000 kr"),
        ("1 30 672 kr", "1 30 672 kr"),
        ("-300 000 kr", "300 000 kr"),
        ("först\n-300 000 kr", "300 000 kr"),
    ],
)
def test_unreadable_in_text(text: str, shown: str) -> None:
    """A hyphen that opens a line may be a list mark; a number right after other signs is part of something."""
    assert in_text(text) == [(shown, "unread")]


# --- headings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Belopp, kr", 1),
        ("Belopp (kronor)", 1),
        ("SEK", 1),
        ("Belopp, tkr", TKR),
        ("(tusental kronor)", TKR),
        ("Belopp i 1 000 kr", TKR),
        ("1000-tals kronor", TKR),
        ("kr 1000", TKR),
        ("mnkr", MNKR),
        ("Mkr 2025", MNKR),
        ("miljoner kronor", MNKR),
        ("mdkr", MDKR),
        ("Belopp", None),
        ("Sektor", None),
        ("Barn och unga (250 mnkr)", None),
        ("Grundbelopp 201 000 kr", None),
    ],
)
def test_unit_of_heading(heading: str, unit: int | None) -> None:
    """A heading that holds an amount itself says nothing about what is under it."""
    assert unit_of_heading(heading) == unit


@pytest.mark.parametrize(("heading", "is_rate"), [("kr/inv", True), ("Kronor per invånare", True), ("kr", False)])
def test_rates(heading: str, is_rate: bool) -> None:
    assert says_rate(heading) is is_rate


def test_units_alone() -> None:
    assert is_unit("tkr")
    assert is_unit("(1 000 kr)")
    assert not is_unit("200 tkr")
    assert has_unit("ca 5 mnkr")
    assert not has_unit("sektor 5")
