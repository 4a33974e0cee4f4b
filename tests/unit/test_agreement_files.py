"""Agreement files: what is refused and with which words, and what the tracked files say.

One temporary folder per bad file: a tracked file with one mistake put into it. A refusal names the file, the line and
the way out.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from assets.agreements.files import AgreementFiles
from assets.agreements.model import Agreement, Pot, Source, rule_sha256
from assets.agreements.tables import rules_of, sources_of
from schemas.contract import enforce
from schemas.errors import DataRefused, UsageError
from schemas.tables.agreements import RULES, SOURCES
from tests.domain import DATA, a_pot, agreement_text, agreements_folder, an_agreement, changed, kr, line_of

TRACKED: Final = AgreementFiles(DATA / "agreements")
GOOD: Final = agreement_text("psykisk-halsa", "2025")
SHOWN: Final = "data/agreements/psykisk-halsa/2025.yaml"


@dataclass(frozen=True)
class Mistake:
    """A change to the file of 2025, the line that is to blame, and what the refusal says.

    `blamed` is a fragment of that line after the change (the last such line); empty where no line is to blame.
    """

    old: str
    new: str
    blamed: str
    says: tuple[str, ...]

    def text(self) -> str:
        return changed(GOOD, self.old, self.new)

    def where(self) -> str:
        return f"{SHOWN}, line {line_of(self.text(), self.blamed, last=True)}" if self.blamed else SHOWN


COUNTY_POT: Final = "amount_sek: 93000000"
NO_NUMBER: Final = "pots.0.amount_sek: input should be a valid integer, not "
FIRST_ROUNDING: Final = "    rounding: nearest\n"

MISTAKES: Final = {
    # keys
    "unknown key": Mistake(
        "year: 2025", "year: 2025\nzebra: 1", "zebra", ("unknown key 'zebra' in the file", "remove it, or correct")
    ),
    "unknown key above a block": Mistake(
        "population:\n  table:", "populaton:\n  table:", "populaton", ("did you mean 'population'?",)
    ),
    "misspelt key": Mistake(
        "total_evidence:",
        "total_evidnce:",
        "total_evidnce",
        ("key 'total_evidence' is missing", "unknown key 'total_evidnce'", "did you mean 'total_evidence'?"),
    ),
    "misspelt key of a pot": Mistake(
        "    rounding: nearest", "    roundning: nearest", "roundning", ("in pots.1", "did you mean 'rounding'?")
    ),
    "misspelt key of a rule": Mistake(
        "{base_sek: 200000,", "{bas_sek: 200000,", "bas_sek", ("in pots.1.rule", "did you mean 'base_sek'?")
    ),
    "key given twice": Mistake(
        "year: 2025", "year: 2025\nyear: 2025", "year: 2025", ("key 'year' is given twice", "keep one of them")
    ),
    "class given twice": Mistake(
        "default: 4000000,", "default: 1, default: 4000000,", "default: 4000000", ("key 'default' is given twice",)
    ),
    "key missing": Mistake("year: 2025\n", "", "programme: psykisk-halsa", ("key 'year' is missing", "add it")),
    "key of a pot missing": Mistake(
        "    focus_area: children-youth\n", "", "id: children-youth-municipality", ("key 'focus_area' is missing",)
    ),
    "a key that is a list": Mistake("year: 2025", "[year]: 2025", "[year]: 2025", ("a key must be plain text",)),
    # money
    "pots and total differ": Mistake(
        "total_sek: 1560000000",
        "total_sek: 1560000001",
        "total_sek: ",
        ("the pots add up to 1560000000 kr, -1 kr against total_sek 1560000001",),
    ),
    "negative pot": Mistake(COUNTY_POT, "amount_sek: -93000000", "-93000000", ("greater than or equal to 0",)),
    "negative base amount": Mistake(
        "base_sek: 200000,", "base_sek: -200000,", "base_sek: -200000", ("greater than or equal to 0",)
    ),
    "amount out of all proportion": Mistake(
        COUNTY_POT, "amount_sek: 100000000001", "100000000001", ("less than or equal to 100000000000",)
    ),
    "amount as text": Mistake(COUNTY_POT, 'amount_sek: "93000000"', '"93000000"', (NO_NUMBER + "'93000000'",)),
    "amount with underscores": Mistake(
        COUNTY_POT, "amount_sek: 93_000_000", "93_000_000", (NO_NUMBER + "'93_000_000'",)
    ),
    "amount with blanks": Mistake(COUNTY_POT, "amount_sek: 93 000 000", "93 000 000", (NO_NUMBER,)),
    "amount as a power": Mistake(COUNTY_POT, "amount_sek: 93e6", "93e6", (NO_NUMBER + "'93e6'",)),
    "amount with decimals": Mistake(COUNTY_POT, "amount_sek: 93000000.0", "93000000.0", (NO_NUMBER,)),
    "amount in hexadecimal": Mistake(COUNTY_POT, "amount_sek: 0x58B1140", "0x58B1140", (NO_NUMBER,)),
    "amount in base 60": Mistake(COUNTY_POT, "amount_sek: 7:10:33:20:00", "7:10:33:20:00", (NO_NUMBER,)),
    "amount true": Mistake(COUNTY_POT, "amount_sek: true", "amount_sek: true", (NO_NUMBER + "True",)),
    "amount True": Mistake(COUNTY_POT, "amount_sek: True", "amount_sek: True", (NO_NUMBER + "'True'",)),
    "amount empty": Mistake(COUNTY_POT, "amount_sek:  # soon", "amount_sek:  # soon", (NO_NUMBER + "None",)),
    "base amount true": Mistake("base_sek: 200000,", "base_sek: true,", "base_sek: true", ("valid integer",)),
    "more digits than any number has": Mistake(
        COUNTY_POT, "amount_sek: " + "9" * 5000, "amount_sek: 999", ("amount_sek",)
    ),
    # what YAML would guess
    "code without quotes": Mistake(
        'case_number: "S2025/00159"', "case_number: 0114", "0114", ("0114 begins with a zero", 'in quotes: "0114"')
    ),
    "no such day": Mistake("2024-11-01\n", "2024-11-31\n", "2024-11-31", ("2024-11-31 is not a date",)),
    "date as text": Mistake(
        "reference_date: 2024-11-01", 'reference_date: "2024-11-01"', "reference_date", ("valid date",)
    ),
    # rules
    "ages the wrong way round": Mistake(
        "ages: [0, 18]",
        "ages: [18, 0]",
        "[18, 0]",
        ("ages must be `all` or [first, last] with 0 ≤ first ≤ last ≤ 120",),
    ),
    "ages beyond the oldest": Mistake("ages: [0, 18]", "ages: [0, 130]", "[0, 130]", ("0 ≤ first ≤ last ≤ 120",)),
    "ages below zero": Mistake("ages: [0, 18]", "ages: [-1, 18]", "[-1, 18]", ("0 ≤ first ≤ last ≤ 120",)),
    "one age": Mistake("ages: [0, 18]", "ages: [18]", "[18]", ("ages must be `all` or [first, last]",)),
    "ages as text": Mistake("ages: [0, 18]", "ages: 0-18", "ages: 0-18", ("ages must be `all` or [first, last]",)),
    "age that is no number": Mistake(
        "ages: [0, 18]", "ages: [true, 18]", "[true, 18]", ("ages must be `all` or [first, last]",)
    ),
    "rounding missing": Mistake(
        FIRST_ROUNDING,
        "",
        "id: children-youth-municipality",
        ("rounding and evidence.rounding are given exactly where there is a variable part",),
    ),
    "rounding on fixed amounts": Mistake(
        "    evidence: {amount: verified, rule: verified}\n",
        "    rounding: nearest\n    evidence: {amount: verified, rule: verified}\n",
        "id: national-strategy-county",
        ("rounding and evidence.rounding are given exactly where there is a variable part",),
    ),
    "rounding nobody uses": Mistake(
        FIRST_ROUNDING, "    rounding: up\n", "rounding: up", ("'nearest', 'largest_remainder' or", "not 'up'")
    ),
    "evidence of a rule that is unknown": Mistake(
        "rule: {amounts: {SKR: 29000000}}",
        "rule: unknown",
        "id: skr-support",
        ("evidence.rule is given exactly where the rule is known",),
    ),
    "rule left empty": Mistake(
        "rule: {amounts: {SKR: 29000000}}", "rule:", "    rule:", ("the rule is empty; write `rule: unknown`",)
    ),
    "rule of two forms": Mistake(
        "{amounts: {SKR: 29000000}}",
        "{base_sek: 1, amounts: {SKR: 29000000}}",
        "base_sek: 1,",
        ("lists amounts by recipient, or has base_sek and variable, not both",),
    ),
    "rule of no form": Mistake(
        "{amounts: {SKR: 29000000}}", "{}", "rule: {}", ("needs base_sek, variable or amounts",)
    ),
    "rule that lists nobody": Mistake(
        "{amounts: {SKR: 29000000}}", "{amounts: {}}", "amounts: {}", ("amounts lists no recipient",)
    ),
    "classes without a default": Mistake(
        "{default: 4000000, metropolitan:", "{metropolitan:", "{metropolitan:", ("base_sek by class needs a default",)
    ),
    "known rule, unknown recipients": Mistake(
        "recipients: national", "recipients: unknown", "id: skr-support", ("a known rule needs known recipients",)
    ),
    "population key for the association": Mistake(
        "    recipients: county\n    amount_sek: 200000000",
        "    recipients: national\n    amount_sek: 200000000",
        "id: complex-needs-county",
        ("money to a national recipient has no population to go by",),
    ),
    "no count to go by": Mistake(
        GOOD[GOOD.index("population:\n") : GOOD.index("pots:\n")],
        "",
        "id: children-youth-municipality",
        ("pot children-youth-municipality goes by population, but no population base is given",),
    ),
    # pots and sources
    "pot id twice": Mistake(
        "id: complex-needs-region", "id: complex-needs-county", "id: complex-needs-county", ("stands twice",)
    ),
    "source that is not listed": Mistake(
        "sources: [rss-dalarna-2025]",
        "sources: [rss-dalarna-2026]",
        "id: national-strategy-county",
        ("pot national-strategy-county refers to source rss-dalarna-2026, not found under sources",),
    ),
    "no source": Mistake("sources: [rss-dalarna-2025]", "sources: []", "sources: []", ("at least 1 item",)),
    "address that is none": Mistake(
        'url: "https://www.regeringen.se/press', 'url: "www.regeringen.se/press', 'url: "www.', ("string should match",)
    ),
    # the file as such
    "a tab": Mistake("programme: psykisk-halsa\n", "programme: psykisk-halsa\n\tyear: 1\n", "\tyear: 1", ("found ",)),
    "an alias": Mistake(
        "    sources: [rss-dalarna-2025]\n",
        "    sources: &a [rss-dalarna-2025]\n    rule_inferred_from: *a\n",
        "*a",
        ("aliases (*name) are not allowed", "write the value out"),
    ),
    "two documents": Mistake("pots:\n", "---\npots:\n", "---", ("found another document",)),
    "another year than its name": Mistake(
        "year: 2025\n",
        "year: 2031\n",
        "",
        ("says programme psykisk-halsa, year 2031", "the folder is the programme and the file name the year"),
    ),
    "another programme than its folder": Mistake(
        "programme: psykisk-halsa", "programme: kvinnors-halsa", "", ("says programme kvinnors-halsa, year 2025",)
    ),
    "year out of range": Mistake("year: 2025\n", "year: 1999\n", "year: 1999", ("greater than or equal to 2003",)),
}


def refusal_of(folder: Path, files: dict[str, str | bytes], year: int = 2025) -> DataRefused:
    """The error that the files of one programme are refused with."""
    agreements = AgreementFiles(agreements_folder(folder, files))
    with pytest.raises(DataRefused) as caught:
        agreements.of_year(year)
    assert type(caught.value) is DataRefused
    return caught.value


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_refused_with_file_line_and_reason(name: str, tmp_path: Path) -> None:
    mistake = MISTAKES[name]
    error = refusal_of(tmp_path, {"2025.yaml": mistake.text()})
    unsaid = [words for words in mistake.says if words not in str(error)]
    assert not unsaid, f"{str(error)[:600]}\ndoes not say {unsaid}"
    assert error.where == mistake.where(), str(error)[:600]


def test_unchanged_file_is_accepted(tmp_path: Path) -> None:
    (agreement,) = AgreementFiles(agreements_folder(tmp_path, {"2025.yaml": GOOD})).of_year(2025)
    assert agreement == TRACKED.load("psykisk-halsa", 2025)


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = changed(changed(GOOD, "year: 2025", "yaer: 2025"), COUNTY_POT, "amount_sek: 93e6")
    error = refusal_of(tmp_path, {"2025.yaml": text})
    for words in (
        "'year' is missing",
        "'yaer'",
        "93e6",
        f"line {line_of(text, 'yaer')}",
        f"line {line_of(text, '93e6')}",
    ):
        assert words in str(error), str(error)


DEEP: Final = 100_000
BROKEN_FILES: Final[dict[str, tuple[str | bytes, str, str]]] = {
    "empty": ("", SHOWN, "is empty"),
    "comments only": ("# nothing yet\n", SHOWN, "is empty"),
    "not UTF-8": (GOOD.encode("latin-1", errors="replace"), SHOWN, "is not UTF-8 at byte"),
    "UTF-16": (GOOD.encode("utf-16"), SHOWN, "is not UTF-8 at byte 0"),
    "a control character": (changed(GOOD, "psykisk-halsa\n", "psykisk\x07halsa\n"), SHOWN, "is not YAML"),
    "nesting bomb": ("[" * DEEP + "]" * DEEP, f"{SHOWN}, line 1", "is nested deeper than 20 levels"),
    "nesting bomb of mappings": ("{a: " * DEEP + "}" * DEEP, f"{SHOWN}, line 1", "is nested deeper than 20 levels"),
    "alias bomb": (
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        f"{SHOWN}, line 2",
        "aliases (*name) are not allowed",
    ),
    "an alias of itself": ("a: &a [*a]\n", f"{SHOWN}, line 1", "aliases (*name) are not allowed"),
    "too large": (GOOD + "#" * 1_000_000, SHOWN, "at most 1000000 are read"),
    "a list": ("- programme: psykisk-halsa\n- year: 2025\n", f"{SHOWN}, line 1", "should be keys with their values"),
    "a word": ("psykisk-halsa\n", f"{SHOWN}, line 1", "should be keys with their values"),
    "a bracket that is not closed": (
        "programme: [psykisk-halsa\nyear: 2025\n",
        f"{SHOWN}, line 2",
        "expected ',' or ']'",
    ),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_broken_file_is_refused(name: str, tmp_path: Path) -> None:
    content, where, says = BROKEN_FILES[name]
    error = refusal_of(tmp_path, {"2025.yaml": content})
    assert error.where == where, str(error)[:600]
    assert says in str(error), str(error)[:600]


@pytest.mark.parametrize("name", ["empty", "not UTF-8", "a list", "a word"])
def test_what_is_no_agreement_at_all_is_refused_with_a_way_out(name: str, tmp_path: Path) -> None:
    error = refusal_of(tmp_path, {"2025.yaml": BROKEN_FILES[name][0]})
    assert error.remedy


# --- what plain scalars mean ----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [Path.mkdir, lambda file: file.symlink_to(file)], ids=["a folder", "a loop"])
def test_what_is_no_file_is_refused_by_its_name(make: Callable[[Path], None], tmp_path: Path) -> None:
    folder = tmp_path / "data" / "agreements"
    (folder / "psykisk-halsa").mkdir(parents=True)
    make(folder / "psykisk-halsa" / "2025.yaml")
    with pytest.raises(DataRefused, match=r"^data/agreements/psykisk-halsa/2025\.yaml: cannot be read: .+") as refusal:
        AgreementFiles(folder).load("psykisk-halsa", 2025)
    assert refusal.value.remedy


@pytest.mark.parametrize("written", ["1:8", "no", "on", "~", ".5", "1e3", "S2025/00159", "1_000", "+5", "0x1F", "0o17"])
def test_plain_text_stays_text(written: str, tmp_path: Path) -> None:
    """YAML 1.1 reads 1:8 as 68 and no as false; here a case number is what it looks like."""
    text = changed(GOOD, '"S2025/00159"', written)
    (agreement,) = AgreementFiles(agreements_folder(tmp_path, {"2025.yaml": text})).of_year(2025)
    assert agreement.case_number == written


def test_code_as_a_key_is_text_without_quotes_too(tmp_path: Path) -> None:
    text = changed(GOOD, "{amounts: {SKR: 29000000}}", "{amounts: {0114: 28000000, 08: 1000000}}")
    (agreement,) = AgreementFiles(agreements_folder(tmp_path, {"2025.yaml": text})).of_year(2025)
    rule = agreement.pots[-1].rule
    assert rule is not None
    assert rule.amounts == {"0114": 28_000_000, "08": 1_000_000}


# --- years, programmes, supplements ---------------------------------------------------------------------------


def test_year_without_a_file_is_a_usage_error_that_names_the_years() -> None:
    with pytest.raises(UsageError) as caught:
        TRACKED.of_year(2031)
    assert type(caught.value) is UsageError
    assert "there is no agreement for 2031" in caught.value.message
    assert all(str(year) in caught.value.remedy for year in TRACKED.years())
    assert "data/agreements/<programme>/2031.yaml" in caught.value.remedy


def test_several_years_are_refused_for_the_one_without_a_file() -> None:
    with pytest.raises(UsageError, match="there is no agreement for 2015"):
        TRACKED.of_years([2015, 2016])


def test_unknown_programme_is_a_usage_error_that_guesses() -> None:
    with pytest.raises(UsageError) as caught:
        TRACKED.years("psykisk-hälsa")
    assert type(caught.value) is UsageError
    assert "'psykisk-hälsa'" in caught.value.message
    assert "did you mean psykisk-halsa?" in caught.value.remedy
    assert "kvinnors-halsa" in caught.value.remedy


def test_programme_unlike_any_other_gets_the_list_only() -> None:
    with pytest.raises(UsageError) as caught:
        TRACKED.years("xyz")
    assert "did you mean" not in caught.value.remedy
    assert "programmes on file: kvinnors-halsa and psykisk-halsa" in caught.value.remedy


SUPPLEMENT: Final = agreement_text("kvinnors-halsa", "2022-supplement")
AMENDED: Final = agreement_text("kvinnors-halsa", "2022")
SUPPLEMENT_SHOWN: Final = "data/agreements/kvinnors-halsa/2022-supplement.yaml"


def amended(folder: Path, supplement: str, agreement: str = AMENDED) -> Agreement:
    """The agreement on women's health of 2022 with this supplement."""
    files: dict[str, str | bytes] = {"2022.yaml": agreement, "2022-supplement.yaml": supplement}
    return AgreementFiles(agreements_folder(folder, files, "kvinnors-halsa")).load("kvinnors-halsa", 2022)


def test_supplement_replaces_the_pot_and_the_total() -> None:
    agreement = TRACKED.load("kvinnors-halsa", 2022)
    assert agreement.total_sek == 1_382_000_000, kr(agreement.total_sek)
    assert [(pot.id, pot.amount_sek) for pot in agreement.pots] == [("womens-health-population", 1_382_000_000)]


def test_supplement_may_add_a_pot(tmp_path: Path) -> None:
    added = changed(changed(SUPPLEMENT, "id: womens-health-population", "id: added"), "1382000000", "2319000000")
    agreement = amended(tmp_path, added)
    assert {pot.id: pot.amount_sek for pot in agreement.pots} == {
        "womens-health-population": 937_000_000,
        "added": 1_382_000_000,
    }


def test_supplement_brings_its_own_sources(tmp_path: Path) -> None:
    agreement = amended(tmp_path, SUPPLEMENT.replace("skr-2022-womens-health-split", "a-new-document"))
    assert set(agreement.sources) == {"skr-2022-womens-health-split", "a-new-document"}
    assert agreement.pots[0].sources == ["a-new-document"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("total_sek: 1382000000", "total_sek: 1382000001", ("as amended, the pots add up to 1382000000 kr, -1 kr",)),
        ("amends: 2022", "amends: 2021", ("year is 2022 but amends is 2021",)),
        ("year: 2022", "year: 2023", ("year is 2023 but amends is 2022",)),
        ("programme: kvinnors-halsa", "programme: psykisk-halsa", ("says programme psykisk-halsa, year 2022",)),
        ("sources: [skr-2022", "sources: [skr-2031", ("refers to source skr-2031-womens-health-split, not found",)),
        ("    rounding:", "    roundning:", ("did you mean 'rounding'?",)),
    ],
)
def test_supplement_that_does_not_fit_is_refused(old: str, new: str, says: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(DataRefused) as caught:
        amended(tmp_path, changed(SUPPLEMENT, old, new))
    assert caught.value.where.startswith(SUPPLEMENT_SHOWN)
    assert all(words in str(caught.value) for words in says), str(caught.value)


def test_supplement_with_a_pot_twice_is_refused(tmp_path: Path) -> None:
    """The second must not silently replace the first."""
    start, end = SUPPLEMENT.index("  - id:"), SUPPLEMENT.index("sources:\n  skr")
    pot = SUPPLEMENT[start:end]
    first = changed(pot, "amount_sek: 1382000000", "amount_sek: 5")
    with pytest.raises(DataRefused, match="pot womens-health-population stands twice"):
        amended(tmp_path, SUPPLEMENT[:start] + first + pot + SUPPLEMENT[end:])


def test_supplement_that_needs_a_count_the_agreement_lacks_is_refused(tmp_path: Path) -> None:
    """The same words as for an agreement, instead of a pot by population without a population."""
    start, end = AMENDED.index("population:\n"), AMENDED.index("pots:\n")
    fixed = changed(AMENDED[:start] + AMENDED[end:], "rule: {variable: {key: population, ages: all}}", "rule: unknown")
    fixed = changed(fixed, "    rounding: largest_remainder\n", "")
    fixed = changed(fixed, "{amount: inferred, rule: inferred, rounding: inferred}", "{amount: inferred}")
    with pytest.raises(DataRefused, match="no population base is given"):
        amended(tmp_path, SUPPLEMENT, fixed)


# --- the tracked files ----------------------------------------------------------------------------------------

FILES: Final = [(programme, year) for programme in TRACKED.programmes() for year in TRACKED.years(programme)]


@pytest.mark.parametrize(("programme", "year"), FILES)
def test_tracked_agreement_is_whole(programme: str, year: int) -> None:
    agreement = TRACKED.load(programme, year)
    parts = sum(pot.amount_sek for pot in agreement.pots)
    assert parts == agreement.total_sek, f"{kr(parts)} of {kr(agreement.total_sek)}"
    enforce(RULES, rules_of([agreement]))
    enforce(SOURCES, sources_of([agreement]))


# Beside the agreements of a programme: its documents and its dates, which stages of their own read.
BESIDE = ("documents.yaml", "deadlines.yaml")


def test_every_yaml_file_is_an_agreement_or_a_supplement_to_one() -> None:
    for file in sorted((DATA / "agreements").rglob("*")):
        if file.is_file() and file.name not in BESIDE:
            year = file.stem.partition("-")[0]
            assert file.suffix == ".yaml", file.name
            assert (file.parent.name, int(year)) in FILES, f"nobody reads {file.name}"


def test_one_source_id_means_one_document_in_all_files() -> None:
    documents: dict[str, Source] = {}
    for programme, year in FILES:
        for source_id, source in TRACKED.load(programme, year).sources.items():
            assert documents.setdefault(source_id, source) == source, f"{source_id} in {programme} {year}"


def test_one_address_has_one_source_id() -> None:
    ids: dict[tuple[str, str, str], set[str]] = {}
    for programme, year in FILES:
        for source_id, source in TRACKED.load(programme, year).sources.items():
            document = (source.url or "", source.title, str(source.published_on))
            ids.setdefault(document, set()).add(source_id)
    doubled = {document: found for document, found in ids.items() if len(found) > 1}
    assert not doubled


def test_every_source_is_used() -> None:
    for programme, year in FILES:
        agreement = TRACKED.load(programme, year)
        used = {source for pot in agreement.pots for source in (*pot.sources, *pot.rule_inferred_from)}
        assert set(agreement.sources) == used, f"{programme} {year}"


# --- the checksum of a rule -----------------------------------------------------------------------------------


def sha256_of(pot: Pot, **agreement: Any) -> str:
    stated = an_agreement(pot, **agreement)
    return rule_sha256(pot, stated.base_of(pot))


BY_POPULATION: Final[dict[str, Any]] = {
    "rule": {"base_sek": 10, "variable": {"key": "population", "ages": [0, 18]}},
}


@pytest.mark.parametrize(
    "change",
    [
        {"id": "another-pot"},
        {"name": {"sv": "Annat", "en": "Other"}},
        {"focus_area": "another-area"},
        {"evidence": {"amount": "inferred", "rule": "inferred", "rounding": "verified"}},
        {"rule_inferred_from": ["a-document"]},
        {"note": {"sv": "En anmärkning", "en": "A note"}},
        {"rule": {"base_sek": {"default": 10}, "variable": {"key": "population", "ages": [0, 18]}}},
        {"rule": {"variable": {"ages": [0, 18], "key": "population"}, "base_sek": 10}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_does_not_decide_the_split_leaves_the_checksum(change: dict[str, Any]) -> None:
    assert sha256_of(a_pot(**BY_POPULATION | change)) == sha256_of(a_pot(**BY_POPULATION))


@pytest.mark.parametrize(
    "change",
    [
        {"amount_sek": 1_001},
        {"recipients": "region"},
        {"rounding": "largest_remainder"},
        {"rule": {"base_sek": 11, "variable": {"key": "population", "ages": [0, 18]}}},
        {"rule": {"base_sek": {"default": 10, "metropolitan": 10}, "variable": {"key": "population", "ages": [0, 18]}}},
        {"rule": {"base_sek": 10, "variable": {"key": "population", "ages": [0, 17]}}},
        {"rule": {"base_sek": 10, "variable": {"key": "population", "ages": "all"}}},
        {"rule": {"variable": {"key": "population", "ages": [0, 18]}}},
        {"rule": {"base_sek": 10}, "rounding": None},
        {"rule": {"amounts": {"0114": 1_000}}, "rounding": None},
        {"rule": "unknown", "rounding": None},
        {
            "population": {
                "table": "folkmangd_31_december",
                "reference_date": dt.date(2024, 11, 1),
                "evidence": "verified",
            }
        },
        {
            "population": {
                "table": "folkmangd_1_november",
                "reference_date": dt.date(2023, 11, 1),
                "evidence": "verified",
            }
        },
    ],
    ids=str,
)
def test_every_decisive_value_changes_the_checksum(change: dict[str, Any]) -> None:
    assert sha256_of(a_pot(**BY_POPULATION | change)) != sha256_of(a_pot(**BY_POPULATION))


def test_decisive_values_give_different_checksums_from_each_other() -> None:
    """The checksum of a listed amount depends on who gets it."""
    listed = [{"0114": 600, "0115": 400}, {"0114": 400, "0115": 600}, {"0114": 600, "0117": 400}]
    found = {sha256_of(a_pot(rule={"amounts": amounts}, rounding=None)) for amounts in listed}
    assert len(found) == len(listed)


REWRITES: Final[dict[str, Callable[[str], str]]] = {
    "a comment": lambda text: changed(text, "pots:\n", "# a remark\npots:  # and another\n"),
    "another order of keys": lambda text: changed(
        text,
        "{base_sek: 200000, variable: {key: population, ages: [0, 18]}}",
        "{variable: {ages: [0, 18], key: population}, base_sek: 200000}",
    ),
    "another layout": lambda text: changed(
        text, "rule: {amounts: {SKR: 29000000}}", 'rule:\n      amounts:\n        "SKR": 29000000'
    ),
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("rewrite", REWRITES)
def test_rewritten_file_keeps_its_checksums(rewrite: str, tmp_path: Path) -> None:
    text = REWRITES[rewrite](GOOD)
    again = AgreementFiles(agreements_folder(tmp_path, {"2025.yaml": text})).of_year(2025)
    columns = ["pot_id", "rule", "rule_sha256"]
    assert rules_of(again).select(columns).equals(rules_of([TRACKED.load("psykisk-halsa", 2025)]).select(columns))


def test_supplement_without_its_year_is_refused(tmp_path: Path) -> None:
    folder = agreements_folder(tmp_path, {"2025.yaml": agreement_text(), "2024-supplement.yaml": "x: 1\n"})
    with pytest.raises(DataRefused, match="amends 2024, which has no file"):
        AgreementFiles(folder).years()


def test_loading_a_year_without_a_file_names_the_years_there_are() -> None:
    with pytest.raises(UsageError, match="years on file: 2022 and 2024"):
        TRACKED.load("kvinnors-halsa", 2023)
