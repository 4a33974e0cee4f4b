"""Bad reforms and grids: refused with file, line or pot and what to do; nothing is written."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from assets.scenarios.apply import apply_reform
from assets.scenarios.grid import MOST_VARIANTS, NamedGrid, load_grid
from assets.scenarios.grid_files import GridYear, grid_chunks
from assets.scenarios.members import members_of
from assets.scenarios.reform import load_reform
from pipelines.answers.what_if import what_if, what_if_grid
from pipelines.settings import Settings
from schemas.errors import DataRefused, UsageError
from tests.domain import DATA
from tests.scenario_worlds import World, a_file, a_world

FILE = "data/reforms/a-reform.yaml"


@dataclass(frozen=True)
class Bad:
    """The lines below a file's head of three, where the message points, and words of it."""

    body: str
    where: str
    said: tuple[str, ...]


# --- what is no reform ----------------------------------------------------------------------------------------

UNREADABLE = {
    "unknown key": Bad(
        "pots:\n  children: {bas_sek: 1}", "line 5", ("unknown key 'bas_sek'", "did you mean 'base_sek'")
    ),
    "unknown part": Bad("poolings: []", "line 4", ("unknown key 'poolings'", "did you mean 'pooling'")),
    "nothing": Bad("pots: {}", "line 1", ("changes nothing", "pots, transfers, pooling or mergers")),
    "nothing in a pot": Bad("pots:\n  children: {}", "line 5", ("nothing is changed",)),
    "negative base": Bad("pots: {children: {base_sek: -1}}", "line 4", ("greater than or equal to 0",)),
    "negative base of a class": Bad(
        "pots: {children: {base_sek: {default: 1, metropolitan: -1}}}", "line 4", ("base_sek.metropolitan", "not -1")
    ),
    "classes without a default": Bad("pots: {children: {base_sek: {metropolitan: 1}}}", "line 4", ("needs a default",)),
    "base as text": Bad('pots: {children: {base_sek: "60000"}}', "line 4", ("base_sek",)),
    "base as a fraction": Bad("pots: {children: {base_sek: 1.5}}", "line 4", ("base_sek",)),
    "base as yes": Bad("pots: {children: {base_sek: true}}", "line 4", ("base_sek",)),
    "ages backwards": Bad("pots: {children: {ages: [18, 0]}}", "line 4", ("0 ≤ first ≤ last",)),
    "ages as text": Bad("pots: {children: {ages: 0-18}}", "line 4", ("ages must be",)),
    "unknown rounding": Bad("pots: {children: {rounding: up}}", "line 4", ("nearest", "not 'up'")),
    "two rules": Bad('pots: {children: {base_sek: 1, amounts: {"2001": 1}}}', "line 4", ("lists amounts", "not both")),
    "ages of nothing": Bad("pots: {children: {variable: none, ages: all}}", "line 4", ("nothing to round",)),
    "too fine a percentage": Bad("pots: {children: {max_loss_percent: 2.55}}", "line 4", ("at most one decimal",)),
    "negative percentage": Bad("pots: {children: {max_gain_percent: -5}}", "line 4", ("such as 5 or 2.5",)),
    "percentage as yes": Bad("pots: {children: {max_gain_percent: true}}", "line 4", ("such as 5 or 2.5",)),
    "percentage too large": Bad("pots: {children: {max_gain_percent: 1000.1}}", "line 4", ("at most 1000",)),
    "more than everything": Bad("pots: {children: {max_loss_percent: 100.1}}", "line 4", ("more than everything",)),
    "pot twice": Bad(
        "pots:\n  children: {base_sek: 1}\n  joint children: {base_sek: 2}", "line 4", ("pot children is named twice",)
    ),
    "key twice": Bad("pots:\n  children: {base_sek: 1}\n  children: {base_sek: 2}", "line 6", ("given twice",)),
    "transfer to itself": Bad(
        "transfers:\n  - {from_pot: children, to_pot: children, amount_sek: 1}", "line 5", ("are the same pot",)
    ),
    "transfer of nothing": Bad(
        "transfers:\n  - {from_pot: children, to_pot: joint, amount_sek: 0}", "line 5", ("greater than 0",)
    ),
    "pooled twice": Bad(
        "pooling:\n  - {from_pot: children, to_pot: joint, share_percent: 60}\n"
        "  - {from_pot: children, to_pot: joint, share_percent: 60}",
        "line 4",
        ("pot children is named twice",),
    ),
    "merger of one": Bad('mergers:\n  - {codes: ["2001"], name: Alone}', "line 5", ("at least 2",)),
    "merged twice": Bad(
        'mergers:\n  - {codes: ["2001", "2002"], name: A}\n  - {codes: ["2003", "2002"], name: B}',
        "line 4",
        ("municipality 2002 is named twice",),
    ),
    "code without quotes": Bad("mergers:\n  - {codes: [0114, 2002], name: A}", "line 5", ('in quotes: "0114"',)),
    "county code": Bad('mergers:\n  - {codes: ["20", "21"], name: A}', "line 5", ("codes.0",)),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_no_reform_is_refused_with_its_line(tmp_path: Path, case: str) -> None:
    bad = UNREADABLE[case]
    with pytest.raises(DataRefused) as refused:
        load_reform(a_file(tmp_path, f"{bad.body}\n"))
    assert str(refused.value).startswith(f"{FILE}, {bad.where}: ")
    for words in bad.said:
        assert words in str(refused.value)


# --- what cannot be -------------------------------------------------------------------------------------------

IMPOSSIBLE = {
    "misspelt pot": Bad(
        "pots: {childrens: {base_sek: 1}}", "", ("pot childrens is not in the agreement of 2025", "mean children?")
    ),
    "unknown rule": Bad("pots: {unsplit: {base_sek: 1}}", "pot unsplit", ("rule is unknown",)),
    "pooling into an unknown rule": Bad(
        "pooling: [{from_pot: children, to_pot: unsplit, share_percent: 1}]", "pot unsplit", ("rule is unknown",)
    ),
    "base larger than the pot": Bad(
        "pots: {children: {base_sek: 200001}}",
        "pot children",
        ("5 recipients come to 1000005 kr", "the pot has 1000000 kr", "200000 kr at most"),
    ),
    "base larger than what a transfer leaves": Bad(
        "transfers: [{from_pot: children, to_pot: joint, amount_sek: 750001}]", "pot children", ("come to 250000 kr",)
    ),
    "base that leaves money over": Bad(
        "pots: {children: {variable: none}}",
        "pot children",
        ("leave 750000 kr", "who gets them", "variable: population"),
    ),
    "class that nobody has": Bad(
        "pots: {children: {base_sek: {default: 1, rural: 2}}}", "pot children", ("class 'rural', which no recipient",)
    ),
    "listed amounts that leave money over": Bad(
        "pots: {support: {amounts: {SKR: 900}}}", "pot support", ("the fixed amounts leave 100 kr",)
    ),
    "listed stranger": Bad("pots: {support: {amounts: {SKL: 1000}}}", "pot support", ("lists 'SKL'",)),
    "ages of fixed amounts": Bad(
        "pots: {fixed: {ages: [0, 18]}}", "pot fixed", ("no part by population", "variable: population")
    ),
    "rounding of fixed amounts": Bad("pots: {fixed: {rounding: nearest}}", "pot fixed", ("nothing to round",)),
    "cap on fixed amounts": Bad("pots: {fixed: {max_gain_percent: 1}}", "pot fixed", ("leaves over",)),
    "no rule left": Bad("pots: {joint: {variable: none}}", "pot joint", ("needs base_sek, variable or amounts",)),
    "ages that nobody counted": Bad(
        "pots: {children: {ages: [0, 24]}}", "", ("needs population folkmangd_1_november", "ages 0-24", "count them")
    ),
    "pot that nobody pays for": Bad(
        "pots: {children: {amount_sek: 1000001}}", "", ("+1 kr against total_sek", "state the new total")
    ),
    "total that does not fit": Bad(
        "pots: {children: {amount_sek: 1000001}}\ntotal_sek: 2601002", "", ("-1 kr against total_sek 2601002",)
    ),
    "transfer of more than there is": Bad(
        "transfers: [{from_pot: joint, to_pot: children, amount_sek: 500001}]",
        "pot joint",
        ("has 500000 kr; 500001 kr cannot move to children",),
    ),
    "guarantee that the winners cannot pay": Bad(
        "pots: {children: {amount_sek: 800000, max_loss_percent: 5}}\ntotal_sek: 2401000",
        "pot children",
        ("the guarantee costs", "the winners gain 0 kr", "let the pot grow"),
    ),
    "cap that leaves money over": Bad(
        "pots: {children: {max_sek_per_head: 20}}",
        "pot children",
        ("200000 kr of the pot are left over", "raise the cap"),
    ),
    "pooling from counties": Bad(
        "pooling: [{from_pot: joint, to_pot: joint, share_percent: 1}]", "pot joint", ("takes from a municipality pot",)
    ),
    "pooling into municipalities": Bad(
        "pooling: [{from_pot: children, to_pot: children, share_percent: 1}]",
        "pot children",
        ("gives to a county pot",),
    ),
    "merger of a stranger": Bad(
        'mergers: [{codes: ["2001", "2099"], name: New}]', "", ("merger New", "no municipality has the code 2099")
    ),
    "merger across a county border": Bad(
        'mergers: [{codes: ["2001", "2101"], name: New}]', "", ("lie in different counties", "within one county")
    ),
}


@pytest.fixture
def world() -> World:
    """With a pot of each kind: by population, fixed, listed, and one whose rule is unknown."""
    return a_world(
        fixed={"amount_sek": 500_000, "rule": {"base_sek": 100_000}, "rounding": None},
        support={"recipients": "national", "amount_sek": 1_000, "rule": {"amounts": {"SKR": 1_000}}, "rounding": None},
        unsplit={"amount_sek": 600_000, "rule": "unknown", "rounding": None},
    )


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_cannot_be_is_refused_at_its_pot(tmp_path: Path, world: World, case: str) -> None:
    bad = IMPOSSIBLE[case]
    named = load_reform(a_file(tmp_path, f"{bad.body}\n"))
    with pytest.raises(DataRefused) as refused:
        apply_reform(named, world.agreement, world.recipients, world.source)
    place = f"{FILE}, {bad.where}" if bad.where else FILE
    assert str(refused.value).startswith(f"{place}: ")
    for words in bad.said:
        assert words in str(refused.value)


def test_the_largest_base_that_is_told_is_possible(tmp_path: Path, world: World) -> None:
    named = load_reform(a_file(tmp_path, "pots: {children: {base_sek: 200000}}\n"))
    assert apply_reform(named, world.agreement, world.recipients, world.source).rows.height > 0


# --- grids ----------------------------------------------------------------------------------------------------

BAD_GRIDS = {
    "single value": Bad("pots: {children: {base_sek: 60000}}", "line 4", ("base_sek",)),
    "unknown key": Bad("pots: {children: {base: [1]}}", "line 4", ("unknown key 'base'", "did you mean 'base_sek'")),
    "nothing varies": Bad("pots: {}", "line 1", ("varies nothing",)),
    "empty list": Bad("pots: {children: {base_sek: []}}", "line 4", ("at least 1",)),
    "range backwards": Bad(
        "pots: {children: {base_sek: {from: 2, to: 1, step: 1}}}", "line 4", ("begins at or below",)
    ),
    "range that stands still": Bad(
        "pots: {children: {base_sek: {from: 0, to: 1, step: 0}}}", "line 4", ("begins at or below",)
    ),
    "range of text": Bad("pots: {children: {base_sek: {from: a, to: 1, step: 1}}}", "line 4", ("whole numbers",)),
    "endless range": Bad(
        "pots: {children: {base_sek: {from: 0, to: 100000000, step: 1}}}", "line 4", (f"at most {MOST_VARIANTS}",)
    ),
    "too many variants": Bad(
        "pots:\n  children: {base_sek: {from: 0, to: 9999, step: 1}, max_sek_per_head: {from: 1, to: 101, step: 1}}",
        "line 1",
        ("has 1010000 variants",),
    ),
    "a year and years": Bad(
        "years: [2024]\npots: {children: {base_sek: [1]}}", "line 1", ("needs a year, or years with a list",)
    ),
    "count of no known kind": Bad(
        "pots: {children: {population: [{table: guesses, reference_date: 2024-11-01}]}}",
        "line 4",
        ("folkmangd_1_november",),
    ),
    "transfer to itself": Bad(
        "transfers: [{from_pot: children, to_pot: children, amount_sek: [1]}]", "line 4", ("the same pot",)
    ),
    "transfer twice": Bad(
        "transfers:\n  - {from_pot: children, to_pot: joint, amount_sek: [1]}\n"
        "  - {from_pot: children, to_pot: joint, amount_sek: [2]}",
        "line 4",
        ("the transfer from pot children to joint is named twice",),
    ),
}

IMPOSSIBLE_GRIDS = {
    "misspelt pot": Bad("pots: {childrens: {base_sek: [1]}}", "", ("is not in the agreement of 2025",)),
    "fixed pot": Bad("pots: {fixed: {base_sek: [1]}}", "pot fixed", ("no part by population", "as a reform")),
    "class that nobody has": Bad(
        "pots: {children: {base_sek: [0, {default: 1, rural: 2}]}}",
        "pot children",
        ("class 'rural', which no recipient",),
    ),
    "transfer from a fixed pot": Bad(
        "transfers: [{from_pot: fixed, to_pot: children, amount_sek: [1]}]", "pot fixed", ("no part by population",)
    ),
    "ages that nobody counted": Bad("pots: {children: {ages: [[0, 24]]}}", "", ("ages 0-24", "count them")),
    "base larger than the pot": Bad(
        "pots: {children: {base_sek: [0, 200001]}}",
        "variant 2, pot children",
        ("5 recipients come to 1000005 kr", "200000 kr at most"),
    ),
    "transfer of more than there is": Bad(
        "transfers: [{from_pot: joint, to_pot: children, amount_sek: [500001]}]",
        "variant 1, pot joint",
        ("the transfers take 1 kr more than the pot has",),
    ),
    "cap that leaves money over": Bad(
        "pots: {children: {max_sek_per_head: [1000, 20]}}",
        "variant 2, pot children",
        ("are left over",),
    ),
    "guarantee that the winners cannot pay": Bad(
        "pots: {children: {max_loss_percent: [5]}}\n"
        "transfers: [{from_pot: children, to_pot: joint, amount_sek: [0, 500000]}]",
        "variant 2, pot children",
        ("the guarantee costs",),
    ),
}


@pytest.mark.parametrize("case", BAD_GRIDS)
def test_what_is_no_grid_is_refused_with_its_line(tmp_path: Path, case: str) -> None:
    bad = BAD_GRIDS[case]
    with pytest.raises(DataRefused) as refused:
        load_grid(a_file(tmp_path, f"{bad.body}\n"))
    assert str(refused.value).startswith(f"{FILE}, {bad.where}: ")
    for words in bad.said:
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("years", "said"),
    [("", "needs a year, or years with a list"), ("years: [2024, 2022, 2024]\n", "year 2024 is named twice")],
)
def test_years_that_are_none_or_stand_twice(tmp_path: Path, years: str, said: str) -> None:
    file = tmp_path / "over-the-years.yaml"
    head = "programme: psykisk-halsa\ntitle: {sv: A, en: B}\npots: {children: {base_sek: [1]}}\n"
    file.write_text(head + years, encoding="utf-8")
    with pytest.raises(DataRefused, match=said):
        load_grid(file)


def _computed(named: NamedGrid, world: World) -> int:
    members = members_of(named, world.agreement, world.recipients, world.source)
    return sum(chunk.height for chunk in grid_chunks(GridYear(named, world.agreement, members, {})))


@pytest.mark.parametrize("case", IMPOSSIBLE_GRIDS)
def test_an_impossible_variant_is_refused_by_its_number(tmp_path: Path, world: World, case: str) -> None:
    bad = IMPOSSIBLE_GRIDS[case]
    named = load_grid(a_file(tmp_path, f"{bad.body}\n"))
    with pytest.raises(DataRefused) as refused:
        _computed(named, world)
    place = f"{FILE}, {bad.where}" if bad.where else FILE
    assert str(refused.value).startswith(f"{place}: ")
    for words in bad.said:
        assert words in str(refused.value)


# --- files and what is left behind ----------------------------------------------------------------------------


def test_no_such_file_names_those_beside_it(tmp_path: Path) -> None:
    there = a_file(tmp_path, "pots: {children: {base_sek: 1}}\n")
    with pytest.raises(UsageError, match=r"beside it: a-reform\.yaml"):
        load_reform(there.with_name("b-reform.yaml"))


@pytest.mark.parametrize("name", ["Reform.yaml", "en reform.yaml", "förslag.yaml", "..yaml", "a--b.yaml"])
def test_a_file_name_that_is_no_scenario_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataRefused, match="cannot be the name of a scenario"):
        load_reform(a_file(tmp_path, "pots: {children: {base_sek: 1}}\n", name))


def test_a_refused_reform_leaves_nothing_behind(tmp_path: Path) -> None:
    settings = Settings(DATA, tmp_path / "out")
    head = "programme: psykisk-halsa\nyear: 2025\ntitle: {sv: A, en: B}\n"
    for body, command in (
        ("pots: {children-youth-municipality: {base_sek: 862069}}\n", what_if),
        ("pots: {children-youth-municipality: {base_sek: [0, 862069]}}\n", what_if_grid),
    ):
        file = tmp_path / "too-large.yaml"
        file.write_text(head + body, encoding="utf-8")
        with pytest.raises(DataRefused, match="862068 kr at most"):
            command(settings, file)
        assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


def test_a_year_or_programme_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.yaml"
    body = "title: {sv: A, en: B}\npots: {children-youth-municipality: {base_sek: 1}}\n"
    for head, said in (
        ("programme: psykisk-halsa\nyear: 2031\n", "there is no agreement for 2031"),
        ("programme: psykisk-halas\nyear: 2025\n", "did you mean psykisk-halsa"),
    ):
        file.write_text(head + body, encoding="utf-8")
        with pytest.raises(UsageError, match=said):
            what_if(Settings(DATA, tmp_path / "out"), file)


def test_an_unknown_rule_of_a_tracked_year(tmp_path: Path) -> None:
    file = tmp_path / "next.yaml"
    file.write_text(
        "programme: psykisk-halsa\nyear: 2026\ntitle: {sv: A, en: B}\npots: {municipality-unsplit: {base_sek: 1}}\n",
        encoding="utf-8",
    )
    with pytest.raises(DataRefused, match="pot municipality-unsplit: the decided rule is unknown"):
        what_if(Settings(DATA, tmp_path / "out"), file)


def test_dates_are_no_ages(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match="ages must be"):
        load_reform(a_file(tmp_path, "pots: {children: {ages: [2024-11-01, 18]}}\n"))
