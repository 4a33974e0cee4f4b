"""Verdicts: what each published figure is told, in a world of three municipalities and a county."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.population.bases import Base
from assets.verification.extracted import differing
from assets.verification.findings import findings_of
from assets.verification.published import PublishedFiles, all_sources
from assets.verification.reconcile import reconcile
from schemas.contract import enforce
from schemas.errors import DataRefused
from schemas.tables.documents import DOCUMENT_FIGURES
from schemas.tables.population import POPULATION, POPULATION_BACKTEST
from schemas.tables.verification import FINDINGS, PUBLISHED_FIGURES, RECONCILIATION
from schemas.vocabulary import COUNTY, DERIVED, MUNICIPALITY, PROXY
from tests.domain import A_BASE, a_pot, an_agreement, head_counts, recipients

HEADER = (
    "year,pot_id,recipient_type,recipient_code,recipient_name,amount_sek,precision,rounded_to_sek,"
    "printed_for_year,source_id,note"
)
PLACES = {"2021": 1, "2023": 2, "2026": 4}
NO_DIFFERENCES = differing(PUBLISHED_FIGURES.empty(), DOCUMENT_FIGURES.empty())
COUNTY_BASE = Base(A_BASE.table_id, A_BASE.reference_date, A_BASE.ages, COUNTY)

# 1 000 kr over 1 + 2 + 4 persons: 142.86, 285.71, 571.43.
SHARES = {"2021": 143, "2023": 286, "2026": 571}


class World:
    """Pots, recipients and head counts; figures are added as lines of the file."""

    def __init__(self, folder: Path, *pots: Any, basis: str = "official", derived_from: str | None = None) -> None:
        self.folder = folder
        self.agreement = an_agreement(*(pots or (a_pot(),)))
        self.recipients = pl.concat([recipients(*PLACES), recipients("20", "21", kind=COUNTY)])
        counts = pl.concat(
            [
                head_counts(PLACES, basis=basis),
                head_counts({"20": 3, "21": 4}, COUNTY_BASE, basis=basis),
            ]
        )
        self.population = counts.with_columns(derived_from=pl.lit(derived_from, pl.String))
        self.rules = rules_of([self.agreement])
        self.allocations = allocate(self.rules, self.recipients, self.population)

    def reconcile(self, *lines: str) -> list[dict[str, Any]]:
        rows = reconcile(self.figures(*lines), self.rules, self.allocations, self.published)
        return enforce(RECONCILIATION, rows).to_dicts()

    def figures(self, *lines: str) -> pl.DataFrame:
        file = self.folder / "data/published/a-programme.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        return enforce(PUBLISHED_FIGURES, self.published.of([self.agreement]))

    @property
    def published(self) -> PublishedFiles:
        return PublishedFiles(self.folder / "data/published")


def a_figure(
    amount: int,
    pot: str = "a-pot",
    kind: str = MUNICIPALITY,
    code: str = "2021",
    *,
    step: int | None = None,
    printed_for: int | None = None,
    source: str = "a-document",
) -> str:
    """A line of the file; `step` makes it a rounded figure."""
    precision = "exact," if step is None else f"rounded,{step}"
    return f"2025,{pot},{kind},{code},Name {code},{amount},{precision},{printed_for or ''},{source},"


def test_zero_kronor_is_exact_and_one_krona_is_not(tmp_path: Path) -> None:
    right, wrong = World(tmp_path).reconcile(a_figure(143), a_figure(287, code="2023"))
    assert (right["verdict"], right["difference_sek"], right["independence"]) == ("exact", 0, "independent")
    assert (wrong["verdict"], wrong["difference_sek"], wrong["cause"]) == ("mismatch", -1, None)


@pytest.mark.parametrize(("printed", "verdict"), [(140, "rounded_match"), (150, "mismatch"), (130, "mismatch")])
def test_a_rounded_figure_agrees_as_far_as_it_is_written(tmp_path: Path, printed: int, verdict: str) -> None:
    (row,) = World(tmp_path).reconcile(a_figure(printed, step=10))
    assert row["verdict"] == verdict


def test_a_half_step_is_rounded_up(tmp_path: Path) -> None:
    (row,) = World(tmp_path).reconcile(a_figure(572, code="2026", step=2))
    assert (row["computed_sek"], row["verdict"]) == (571, "rounded_match")


@pytest.mark.parametrize("basis", ["proxy", "estimated"])
def test_a_preliminary_population_never_reproduces_a_figure(tmp_path: Path, basis: str) -> None:
    world = World(tmp_path, basis=basis)
    equal, other = world.reconcile(a_figure(143), a_figure(999, code="2023"))
    for row in (equal, other):
        assert (row["verdict"], row["cause"]) == ("not_comparable", "preliminary_population")
    assert equal["difference_sek"] == 0, "the difference is shown all the same"


def test_an_unknown_rule_is_no_rule(tmp_path: Path) -> None:
    pots = (a_pot(), a_pot(id="riddle", rule="unknown", rounding=None, contains=["inner-pot"]))
    rows = World(tmp_path, *pots).reconcile(a_figure(5, "riddle"), a_figure(6, "inner-pot"))
    told = {row["pot_id"]: (row["verdict"], row["cause"], row["computed_sek"]) for row in rows}
    assert told == {
        "riddle": ("no_rule", "rule_unknown", None),
        "inner-pot": ("no_rule", "inside_unidentified_pot", None),
    }


def test_the_municipalities_of_a_county_are_added_up(tmp_path: Path) -> None:
    (row,) = World(tmp_path).reconcile(a_figure(1_000, kind="municipalities_in_county", code="20"))
    assert (row["computed_sek"], row["verdict"]) == (sum(SHARES.values()), "exact")


def _two_county_pots(first: int = 1_000, second: int = 1_000) -> tuple[Any, Any]:
    return (
        a_pot(id="one-county", recipients=COUNTY, amount_sek=first),
        a_pot(id="two-county", recipients=COUNTY, amount_sek=second),
    )


def test_a_sum_of_all_pots_of_a_level(tmp_path: Path) -> None:
    # 3 of 7 persons: 428.57 → 429 in each pot.
    (row,) = World(tmp_path, *_two_county_pots()).reconcile(a_figure(858, "sum-county", COUNTY, "20"))
    assert (row["computed_sek"], row["verdict"]) == (858, "exact")


@pytest.mark.parametrize(
    ("printed", "verdict", "cause"),
    [
        (857, "explained", "sum_of_unrounded_parts"),  # 428.57 + 428.57 = 857.14
        (859, "mismatch", None),
        (856, "mismatch", None),
    ],
)
def test_a_sum_of_unrounded_parts_is_explained_and_no_other(
    tmp_path: Path, printed: int, verdict: str, cause: str | None
) -> None:
    rows = World(tmp_path, *_two_county_pots()).reconcile(
        a_figure(429, "one-county", COUNTY, "20"),
        a_figure(429, "two-county", COUNTY, "20"),
        a_figure(printed, "sum-county", COUNTY, "20"),
    )
    total = next(row for row in rows if row["pot_id"] == "sum-county")
    assert (total["verdict"], total["cause"], total["difference_sek"]) == (verdict, cause, 858 - printed)


@pytest.mark.parametrize(("printed", "verdict"), [(928, "explained"), (929, "no_rule"), (930, "mismatch")])
def test_a_part_without_a_rule_enters_as_printed(tmp_path: Path, printed: int, verdict: str) -> None:
    """428.57 and a printed 500 (499.5 to 500.5): the total may be 928 or 929 before the parts are rounded."""
    pots = (_two_county_pots()[0], a_pot(id="riddle", recipients=COUNTY, rule="unknown", rounding=None))
    rows = World(tmp_path, *pots).reconcile(
        a_figure(429, "one-county", COUNTY, "20"),
        a_figure(500, "riddle", COUNTY, "20"),
        a_figure(printed, "sum-county", COUNTY, "20"),
    )
    assert next(row for row in rows if row["pot_id"] == "sum-county")["verdict"] == verdict


def test_a_sum_whose_parts_are_not_all_printed_is_not_explained_away(tmp_path: Path) -> None:
    rows = World(tmp_path, *_two_county_pots()).reconcile(
        a_figure(429, "one-county", COUNTY, "20"), a_figure(857, "sum-county", COUNTY, "20")
    )
    assert next(row for row in rows if row["pot_id"] == "sum-county")["verdict"] == "mismatch"


def test_a_partly_known_sum_shows_what_is_known(tmp_path: Path) -> None:
    pots = (_two_county_pots()[0], a_pot(id="riddle", recipients=COUNTY, rule="unknown", rounding=None))
    world = World(tmp_path, *pots)
    lines = (a_figure(900, "sum-county", COUNTY, "20", step=100),)
    (row,) = world.reconcile(*lines)
    assert (row["verdict"], row["cause"], row["computed_sek"]) == ("no_rule", "partly_unknown_rule", 429)
    found = _findings(world, *lines)
    assert "471" in found.row(0, named=True)["message_sv"], "900 − 429 is left for the unknown pot"


def _findings(world: World, *lines: str) -> pl.DataFrame:
    figures = world.figures(*lines)
    rows = reconcile(figures, world.rules, world.allocations, world.published)
    return enforce(
        FINDINGS,
        findings_of(rows, figures, NO_DIFFERENCES, world.rules, POPULATION.empty(), POPULATION_BACKTEST.empty()),
    )


@pytest.mark.parametrize(
    ("derived_from", "source", "independence"),
    [
        ("a-document", "a-document", "self_derived"),
        ("other-document a-document", "a-document", "self_derived"),
        ("other-document", "a-document", "independent"),
        ("a-document-2", "a-document", "independent"),
    ],
)
def test_a_figure_may_not_prove_itself(tmp_path: Path, derived_from: str, source: str, independence: str) -> None:
    world = World(tmp_path, basis=DERIVED, derived_from=derived_from)
    (row,) = world.reconcile(a_figure(143, source=source))
    assert (row["verdict"], row["independence"]) == ("exact", independence)


def test_a_rule_solved_from_the_figure_does_not_prove_it(tmp_path: Path) -> None:
    world = World(tmp_path, a_pot(rule_inferred_from=["a-document"]))
    (row,) = world.reconcile(a_figure(143))
    assert row["independence"] == "self_derived"


def test_a_listed_amount_is_the_figure_itself(tmp_path: Path) -> None:
    listed = a_pot(rule={"amounts": SHARES}, rounding=None)
    (row,) = World(tmp_path, listed).reconcile(a_figure(143))
    assert (row["verdict"], row["independence"]) == ("exact", "self_derived")


def test_a_figure_printed_for_another_year_is_a_finding(tmp_path: Path) -> None:
    found = _findings(World(tmp_path), a_figure(143, printed_for=2026), a_figure(286, code="2023"))
    assert found.height == 1
    row = found.row(0, named=True)
    assert (row["kind"], row["severity"]) == ("printed_for_other_year", "warning")
    assert "2026" in row["message_sv"]
    assert "2026" in row["message_en"]


def test_a_mismatch_is_an_error_among_the_findings(tmp_path: Path) -> None:
    row = _findings(World(tmp_path), a_figure(144)).row(0, named=True)
    assert (row["kind"], row["severity"]) == ("mismatch", "error")


def test_a_countys_own_split_is_listed_and_not_reconciled(tmp_path: Path) -> None:
    world = World(tmp_path)
    line = a_figure(5, kind="local_share", code="20")
    assert world.figures(line).height == 1
    assert world.reconcile(line) == []


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        (a_figure(1, "a-pott"), "pot_id 'a-pott' is not in the agreement"),
        (a_figure(1, code="2099"), "has no recipient municipality 2099"),
        (a_figure(1, kind=COUNTY, code="20"), "has no recipient county 20"),
        (a_figure(1, source="nowhere"), "source_id 'nowhere' is not on file"),
        (a_figure(1, code="221"), "leading zero"),
        (a_figure(1).replace(",1,exact", ",1.0,exact"), "not a whole number"),
        (a_figure(1).replace("A-pot", "A pot").replace("a-pot", "A pot"), "lower-case"),
    ],
)
def test_a_figure_that_cannot_be_placed_is_refused_with_its_line(tmp_path: Path, figure: str, says: str) -> None:
    with pytest.raises(DataRefused, match="line 3") as caught:
        World(tmp_path).reconcile(a_figure(143), figure)
    assert says in str(caught.value)
    assert "data/published/a-programme.csv" in caught.value.where


def test_a_figure_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match="is also on line 3"):
        World(tmp_path).reconcile(a_figure(143), a_figure(144))


def test_sources_of_figures_join_those_of_the_agreement(tmp_path: Path) -> None:
    world = World(tmp_path)
    (tmp_path / "data/published").mkdir(parents=True)
    (tmp_path / "data/published/sources.yaml").write_text(
        'late-news: {title: "News", publisher: "A paper", published_on: 2025-03-01}\n', encoding="utf-8"
    )
    figures = world.figures(a_figure(143, source="late-news"))
    rows = all_sources([world.agreement], figures, world.allocations, world.published)
    assert rows.get_column("source_id").to_list() == ["a-document", "late-news"]


def test_the_sources_of_solved_head_counts_are_listed_or_refused(tmp_path: Path) -> None:
    world = World(tmp_path, basis=DERIVED, derived_from="a-document late-news")
    figures = world.figures()
    with pytest.raises(DataRefused, match="rests on source 'late-news'"):
        all_sources([world.agreement], figures, world.allocations, world.published)
    (tmp_path / "data/published/sources.yaml").write_text(
        'late-news: {title: "News", publisher: "A paper"}\n', encoding="utf-8"
    )
    rows = all_sources([world.agreement], figures, world.allocations, world.published)
    assert rows.get_column("source_id").to_list() == ["a-document", "late-news"]


def test_proxy_rows_of_a_sum_make_the_sum_preliminary(tmp_path: Path) -> None:
    (row,) = World(tmp_path, basis=PROXY).reconcile(a_figure(1_000, kind="municipalities_in_county", code="20"))
    assert row["verdict"] == "not_comparable"


def test_a_figure_copied_otherwise_than_printed_is_an_error(tmp_path: Path) -> None:
    world = World(tmp_path)
    figures = world.figures(a_figure(143))
    read = figures.rename({"source_id": "document_id"}).with_columns(
        published_sek=pl.lit(134, pl.Int64),
        page=pl.lit(3, pl.Int64),
        row=pl.lit(7, pl.Int64),
        column=pl.lit(2, pl.Int64),
    )
    rows = reconcile(figures, world.rules, world.allocations, world.published)
    told = findings_of(
        rows, figures, differing(figures, read), world.rules, POPULATION.empty(), POPULATION_BACKTEST.empty()
    ).row(0, named=True)
    assert (told["kind"], told["severity"]) == ("curated_differs_from_document", "error")
    assert "Copied as SEK\u00a0143, but a-document prints SEK\u00a0134 on page 3, row 7." in told["message_en"]
