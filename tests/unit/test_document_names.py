"""Names as documents write them find their recipient, in the year they are valid, and nobody else's."""

import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from assets.documents.finding.spelling import keys_of, without_accents
from assets.documents.found import Recipient
from assets.documents.names import Names, is_ambiguous, read_names
from schemas.errors import DataRefused
from schemas.vocabulary import COUNTY, MUNICIPALITIES_IN_COUNTY, MUNICIPALITY, NATIONAL, REGION
from tests.domain import DATA, copy_of_data, register

TODAY = 2025
KINDS = {"m": MUNICIPALITY, "r": REGION, "c": COUNTY, "n": NATIONAL, "all": MUNICIPALITIES_IN_COUNTY}


@cache
def names(year: int | None = TODAY) -> Names:
    return read_names(DATA / "geography", register()).in_year(year)


def who(text: str, year: int | None = TODAY) -> set[str]:
    """`m 2080`, `r 20`, `c 20` …"""
    match = names(year).match(text)
    short = {kind: letter for letter, kind in KINDS.items()}
    return {f"{short[one.recipient_type]} {one.recipient_code}" for one in match.recipients} if match else set()


# --- every name of the register -------------------------------------------------------------------------------


def existing(kind: str) -> list[tuple[str, str]]:
    return sorted((one.recipient_code, name) for one, name in names().name_of.items() if one.recipient_type == kind)


@pytest.mark.parametrize(("kind", "count"), [(MUNICIPALITY, 290), (REGION, 21), (COUNTY, 21)])
def test_every_recipient_has_a_form_of_its_own(kind: str, count: int) -> None:
    """The form names are compared in keeps all recipients of a kind apart; without accents all but two."""
    keys = {keys_of(name)[0]: code for code, name in existing(kind)}
    assert len(keys) == count
    bare: dict[str, set[str]] = {}
    for key, code in keys.items():
        bare.setdefault(without_accents(key), set()).add(code)
    assert [codes for codes in bare.values() if len(codes) > 1] == ([{"0305", "0643"}] if kind == MUNICIPALITY else [])


@pytest.mark.parametrize("year", [1999, 2003, 2006, 2007, 2010, 2018, 2019, 2025, None])
def test_no_form_means_two_recipients_of_a_kind(year: int | None) -> None:
    """All forms together: kommun, stad, genitive, Region X, X läns landsting, and the listed variants."""
    collisions = {key: found for key, found in names(year)._by_key.items() if is_ambiguous(found)}
    assert collisions == {}
    assert len(names(year)._by_key) > 3_000


def soft(name: str) -> str:
    return f"{name[:2]}\u00ad{name[2:]}"


def misread(name: str) -> str:
    """UTF-8 shown as Windows-1252, whose gaps show as control characters."""
    return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in name.encode())


SPELLINGS: Final[dict[str, Callable[[str], str]]] = {
    "as registered": lambda name: name,
    "upper case": str.upper,
    "lower case": str.lower,
    "decomposed": lambda name: unicodedata.normalize("NFD", name),
    "soft hyphen": soft,
    "no-break hyphen": lambda name: name.replace("-", "\u2011"),
    "en dash": lambda name: name.replace("-", " – "),
    "slash": lambda name: name.replace("-", "/"),
    "double spaces": lambda name: f" {name.replace(' ', '  ')} ",
    "no-break space": lambda name: name.replace(" ", "\u00a0"),
    "misread as Windows-1252": misread,
    "footnote": lambda name: f"{name}¹",
    "footnote apart": lambda name: f"{name} ²³",
    "footnote figure": lambda name: f"{name}1",
    "footnote in parenthesis": lambda name: f"{name} 2)",
    "asterisk": lambda name: f"{name}*",
    "colon": lambda name: f"{name}:",
    "bullet": lambda name: f"• {name}",
    "dots": lambda name: f"{name} .......",
    "ring and dots set apart": lambda name: split_accents(name, after=True),
    "ring and dots before": lambda name: split_accents(name, after=False),
}


def split_accents(name: str, *, after: bool) -> str:
    marks = {"\u0308": "¨", "\u030a": "˚"}
    shown = ""
    for sign in unicodedata.normalize("NFD", name):
        if sign not in marks:
            shown += sign
        else:
            shown = shown + marks[sign] if after else shown[:-1] + marks[sign] + shown[-1]
    return shown


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_name_of_the_register_in_every_spelling(spelling: str) -> None:
    wrong = [
        (name, code)
        for kind in (MUNICIPALITY, REGION, COUNTY)
        for code, name in existing(kind)
        if Recipient(kind, code) not in getattr(names().match(SPELLINGS[spelling](name)), "recipients", ())
    ]
    assert wrong == []


@pytest.mark.parametrize("form", ["{} kommun", "{}s kommun", "{} kommuns", "{} Kommun", "{} KOMMUN", "{} stad"])
def test_every_municipality_with_its_kind(form: str) -> None:
    """Genitives that end otherwise (Falu kommun) are variants."""
    for code, name in existing(MUNICIPALITY):
        match = names().match(form.format(name))
        assert match is not None, form.format(name)
        assert Recipient(MUNICIPALITY, code) in match.recipients
        assert not match.is_short


def test_every_lost_letter_is_filled_in_where_only_one_name_fits() -> None:
    """The first letter of every name and each one with an accent; names that differ in that letter only are known."""
    ambiguous = set()
    for code, name in existing(MUNICIPALITY):
        for place, letter in enumerate(name):
            if place == 0 or not letter.isascii():
                match = names().match(f"{name[:place]}\ufffd{name[place + 1 :]}")
                assert match is not None, name
                assert Recipient(MUNICIPALITY, code) in match.recipients
                if is_ambiguous(match.recipients):
                    ambiguous.add(name)
    assert ambiguous == {"Håbo", "Mora", "Nora"}


# --- single names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Malung/Sälen", {"m 2023"}),
        ("MalungSÃ¤len", {"m 2023"}),
        ("Malung-S\ufffd\ufffdlen", {"m 2023"}),
        ("Malung-S?len", {"m 2023"}),
        ("Lule?", {"m 2580"}),
        ("?m?l", {"m 1492"}),
        ("Ã…MÅL", {"m 1492"}),
        ("Falu kommun", {"m 2080"}),
        ("Falu kommuns", {"m 2080"}),
        ("Göteborgs Stad", {"m 1480"}),
        ("Dals Ed", {"m 1438"}),
        ("Finspång".replace("fi", "\ufb01").replace("Fi", "\ufb01"), {"m 0562"}),
        ("Håbo", {"m 0305"}),
        ("Habo", {"m 0643"}),
        ("Håbo kommun", {"m 0305"}),
        ("Habo kommun", {"m 0643"}),
        ("Stockholm", {"m 0180", "r 01", "c 01"}),
        ("Stockholms stad", {"m 0180"}),
        ("Gotland", {"m 0980", "r 09", "c 09"}),
        ("Region Gotland", {"m 0980", "r 09"}),
        ("Gotlands kommun", {"m 0980", "r 09"}),
        ("Gotlands län", {"c 09"}),
        ("Dalarna", {"r 20", "c 20"}),
        ("Dalarna?", {"r 20", "c 20"}),
        ("Dalarnas län", {"c 20"}),
        ("Dalarnas läns", {"c 20"}),
        ("Region Dalarna", {"r 20"}),
        ("Landstinget Dalarna", {"r 20"}),
        ("Landstinget i Dalarnas län", {"r 20"}),
        ("Örebro läns landsting", {"r 18"}),
        ("VGR", {"r 14"}),
        ("Västra Götalandsregionen", {"r 14"}),
        ("Region Västra Götaland", {"r 14"}),
        ("Jämtland/Härjedalen", {"r 23"}),
        ("Region Jämtland-Härjedalen", {"r 23"}),
        ("Sörmland", {"r 04", "c 04"}),
        ("Region Södermanland", {"r 04"}),
        ("Kommunerna i Dalarnas län", {"all 20"}),
        ("Kommunerna i Dalarna", {"all 20"}),
        ("SKL", {"n SKR"}),
        ("Uppsala", {"m 0380", "r 03", "c 03"}),
    ],
)
def test_whom_a_name_can_mean(text: str, expected: set[str]) -> None:
    assert who(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "Totalt", "Sverige", "Riket", "Belopp", "Region", "län", "2080", "?????", "x" * 200, "Stockholm 2024"),
        *("Fallun", "Falun och Mora", "Falun/Borlänge", "Mora, Orsa", "Hälsa i Mora"),
    ],
)
def test_whom_nobody_means(text: str) -> None:
    match = names().match(text)
    assert match is None or is_ambiguous(match.recipients)


def test_a_lost_letter_that_may_be_two_is_ambiguous() -> None:
    match = names().match("H?bo")
    assert match is not None
    assert is_ambiguous(match.recipients)


def test_a_name_without_accents_says_so() -> None:
    """Habo is Habo; only a document that has lost its rings and dots can mean Håbo by it."""
    malmo, habo, halmstad = (names().match(text) for text in ("Malmo", "Habo", "Halmstad"))
    assert malmo is not None
    assert malmo.lost_accents
    assert malmo.is_short
    assert habo is not None
    assert not habo.lost_accents
    assert {one.recipient_code for one in habo.if_accents_are_lost} == {"0305", "0643"}
    assert halmstad is not None
    assert halmstad.recipients == halmstad.if_accents_are_lost


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        ("2080 Falun", {"m 2080"}, "2080"),
        ("2080 - Falun", {"m 2080"}, "2080"),
        ("Falun (2080)", {"m 2080"}, "2080"),
        ("Falun, 2080", {"m 2080"}, "2080"),
        ("114 Upplands Väsby", {"m 0114"}, "114"),
        ("20 Dalarna", {"r 20", "c 20"}, "20"),
        ("2081 Falun", {"m 2080"}, "2081"),
        ("1. Falun", {"m 2080"}, None),
    ],
)
def test_a_code_beside_the_name(text: str, expected: set[str], code: str | None) -> None:
    """Whether it is the name's code is for the table to say."""
    assert who(text) == expected
    match = names().match(text)
    assert match is not None
    assert match.code == code


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("2080", [(MUNICIPALITY, "2080")]),
        ("114", [(MUNICIPALITY, "0114")]),
        ("20", [(REGION, "20"), (COUNTY, "20")]),
        ("1", [(REGION, "01"), (COUNTY, "01")]),
        ("2", []),
        ("9999", []),
        ("02080", []),
        ("x", []),
    ],
)
def test_whose_code_it_is(code: str, expected: list[tuple[str, str]]) -> None:
    assert names().of_code(code) == tuple(Recipient(*one) for one in expected)


@pytest.mark.parametrize(
    ("year", "text", "expected"),
    [
        (2006, "Heby", {"m 1917"}),
        (2007, "Heby", {"m 0331"}),
        (None, "Heby", {"m 0331"}),
        (2002, "Knivsta", set()),
        (2003, "Knivsta", {"m 0330"}),
        (2007, "Malung", {"m 2023"}),
        (2018, "Landstinget Dalarna", {"r 20"}),
        (2025, "Landstinget Dalarna", {"r 20"}),
        (2018, "Region Dalarna", {"r 20"}),
        (2010, "Gotlands kommun", {"m 0980", "r 09"}),
    ],
)
def test_names_are_of_their_year(year: int | None, text: str, expected: set[str]) -> None:
    """Codes are those of the year; a former or later name of the same recipient is understood."""
    assert who(text, year) == expected


def test_the_closest_name_is_only_proposed() -> None:
    assert names().closest("Borlnge") == "Borlänge"
    assert names().closest("Övriga insatser") is None
    assert who("Borlnge") == set()


def test_names_that_say_their_kind_are_found_in_text() -> None:
    text = (
        "Medel till Region Jämtland Härjedalen, Falu kommun och kommunerna i Stockholms län (Dalarna, Mora) samt SKR."
    )
    found = [
        (text[start:end], [one.recipient_code for one in match.recipients])
        for start, end, match in names().named_in(text)
    ]
    assert found == [
        ("Region Jämtland Härjedalen", ["23"]),
        ("Falu kommun", ["2080"]),
        ("kommunerna i Stockholms län", ["01"]),
        ("SKR", ["SKR"]),
    ]


def test_place_names_alone_are_not_looked_for_in_text() -> None:
    """They are surnames and meeting places as well, even where they end as a kind does."""
    assert list(names().named_in("Karlstad, Halmstad och Dalarna")) == []


# --- the file of variants -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Falköbing,municipality,9999,spelling,somewhere", "'Falköbing' stands for municipality 9999"),
        ("Falköbing,kommun,1499,spelling,somewhere", "'Falköbing' stands for kommun 1499"),
        (",municipality,1499,spelling,somewhere", "None stands for municipality 1499"),
    ],
)
def test_a_variant_of_nobody_is_refused_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    folder = copy_of_data(tmp_path, "geography")
    file = folder / "name_variants.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}{line}\n", encoding="utf-8")
    with pytest.raises(DataRefused) as caught:
        read_names(folder, register())
    assert caught.value.where == f"data/geography/name_variants.csv, line {len(text.splitlines()) + 1}"
    assert says in str(caught.value)
