"""The notebook of docs/notebooks: it runs on what is published, says what the tables say, and its plots are drawn."""

import html
import importlib.util
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import polars as pl
import pytest
import vl_convert

from tests.published import ALL_YEARS, Published

NOTEBOOK = Path(__file__).parents[2] / "docs/notebooks/three_questions.py"
CHARTS = ("bases_chart", "nation_chart", "county_chart", "verdict_chart", "ages_chart")
DALARNA = "20"


class Read(NamedTuple):
    """The notebook after it has run: its module, its text without markup, the names its cells define."""

    module: ModuleType
    said: str
    defined: Mapping[str, Any]


@pytest.fixture(scope="module")
def read(history: Published) -> Read:
    module = _notebook()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRONVIS_OUT", str(history.settings.out))
        outputs, defined = module.app.run()
    markup = " ".join(output.text for output in outputs if output is not None)
    plain = html.unescape(re.sub(r"<[^>]*>", "", markup)).replace("\N{NO-BREAK SPACE}", " ")
    return Read(module, " ".join(plain.split()), defined)


def _notebook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("three_questions", NOTEBOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _svg(chart: Any) -> str:
    return vl_convert.vegalite_to_svg(chart.to_json())


def _marks(svg: str) -> Counter[str]:
    return Counter(re.findall(r'aria-roledescription="(point|bar|text mark|rule mark)"', svg))


def _municipal_pot(history: Published) -> list[dict[str, Any]]:
    rows = history.table("allocations", 2025).filter(pot_id="children-youth-municipality")
    assert rows.height == 290
    return rows.to_dicts()


# --- 1: base amounts ----------------------------------------------------------------------------------------------


def test_orsa_and_falun_are_told_per_child_with_their_status(read: Read, history: Published) -> None:
    orsa, falun = (
        next(row for row in _municipal_pot(history) if row["recipient_name"] == name) for name in ("Orsa", "Falun")
    )
    each = [f"{Decimal(row['amount_sek']) / row['population']:.2f}" for row in (orsa, falun)]
    assert each == ["245.40", "100.03"]
    assert f"Orsa gets {each[0]} kr per child against Falun {each[1]} kr" in read.said
    assert f"{orsa['amount_sek']:,} kr for {orsa['population']:,} children ({orsa['status']})" in read.said
    assert f"{falun['amount_sek']:,} kr for {falun['population']:,} ({falun['status']})" in read.said
    assert "Orsa 2025 får 245,40 kr per barn (beslutat) och Falun 100,03 kr (beslutat)" in read.said


def test_where_the_base_amount_weighs_most_is_counted_over_all_municipalities(read: Read, history: Published) -> None:
    rows = _municipal_pot(history)
    mostly_base = sum(row["base_sek"] > row["variable_sek"] for row in rows)
    mean = Fraction(sum(row["population"] for row in rows), len(rows))
    gaining = sum(row["population"] < mean for row in rows)
    assert f"In {mostly_base} of 290 municipalities the base amount is more than half" in read.said
    assert f"moves money to the {gaining} that have fewer children than the average, {int(mean):,}." in read.said
    ends = sorted(rows, key=lambda row: Fraction(row["amount_sek"], row["population"]))
    for row in (ends[0], ends[-1]):
        each = Decimal(row["amount_sek"]) / row["population"]
        assert re.search(rf"{row['recipient_name']} {each:.1f} kr (per child )?\({row['status']}\)", read.said)


def test_how_many_of_the_municipalities_are_preliminary_is_told(read: Read, history: Published) -> None:
    counts = Counter(row["status"] for row in _municipal_pot(history))
    assert f"{counts['decided']} municipalities are decided, {counts['preliminary']} preliminary" in read.said
    errors = [
        abs(Fraction(row["error_count"], row["population"])) for row in history.table("population_backtest").to_dicts()
    ]
    assert (
        f"errs by {float(sum(errors) / len(errors)):.1%} on average and {float(max(errors)):.1%} at most" in read.said
    )


# --- 2: money over the years --------------------------------------------------------------------------------------


def test_the_nations_money_adds_up_to_the_agreements_but_for_rounding(read: Read, history: Published) -> None:
    coverage = history.table("coverage").filter(programme="psykisk-halsa")
    agreed = dict(coverage.select("year", "agreement_total_sek").unique().iter_rows())
    unknown = defaultdict(int, coverage.filter(evidence="unknown").select("year", "amount_sek").iter_rows())
    residual: defaultdict[int, int] = defaultdict(int)
    for pot in history.table("pots").filter(programme="psykisk-halsa").to_dicts():
        residual[pot["year"]] += pot["residual_sek"] or 0
    table = read.defined["year_table"].to_dicts()
    assert [row["year"] for row in table] == list(ALL_YEARS)
    for row in table:
        year = row["year"]
        assert row["agreement_sek"] == agreed[year]
        assert row["not_computed_sek"] == unknown[year]
        assert row["left_by_rounding_sek"] == residual[year]
        parts = row["decided_sek"] + row["preliminary_sek"] + row["not_computed_sek"]
        assert parts + residual[year] == agreed[year]
    whole = [year for year in ALL_YEARS if not unknown[year]]
    assert f"All money is computed only in {', '.join(map(str, whole))}." in read.said
    assert f"hold SEK {sum(agreed.values()):,}. Of that SEK {sum(unknown.values()):,}" in read.said


def test_money_of_nobody_known_and_of_the_other_programme_is_named(read: Read, history: Published) -> None:
    pots = history.table("pots").to_dicts()
    nobody = sum(pot["amount_sek"] for pot in pots if pot["recipient_type"] == "unknown")
    others = [pot for pot in pots if pot["programme"] == "kvinnors-halsa" and pot["allocated_sek"] is not None]
    assert f"for SEK {nobody:,} of it not even the kind of recipient is known" in read.said
    assert f"(kvinnors hälsa), SEK {sum(pot['allocated_sek'] for pot in others):,} computed in 2022, 2024." in read.said
    assert {pot["year"] for pot in others} == {2022, 2024}


def test_decided_and_preliminary_money_are_those_of_the_rows(read: Read, history: Published) -> None:
    sums: defaultdict[tuple[int, str], int] = defaultdict(int)
    for row in history.table("allocations").filter(programme="psykisk-halsa").to_dicts():
        sums[row["year"], row["status"]] += row["amount_sek"]
    for row in read.defined["year_table"].to_dicts():
        for status in ("decided", "preliminary"):
            assert row[f"{status}_sek"] == sums[row["year"], status]


def test_every_county_sums_to_its_overview(read: Read, history: Published) -> None:
    overview = history.table("county_overview").filter(programme="psykisk-halsa")
    assert overview["county_code"].n_unique() == 21
    for (code,), totals in overview.group_by("county_code"):
        rows = read.module.money(history.table("allocations"), history.table("pots"), code)
        assert "not_computed" not in rows["status"].to_list()
        summed = dict(rows.group_by("year").agg(pl.sum("amount_sek")).iter_rows())
        assert summed == dict(totals.select("year", "total_sek").iter_rows())


def test_a_county_has_a_gap_exactly_where_its_overview_is_not_complete(read: Read, history: Published) -> None:
    overview = history.table("county_overview").filter(programme="psykisk-halsa", county_code=DALARNA)
    incomplete = set(overview.filter(~pl.col("is_complete"))["year"])
    with_gap = set(read.defined["missing"]["year"])
    assert with_gap & set(overview["year"]) == incomplete
    # Years in which nothing at all is computed for a county have no row in the overview.
    assert with_gap - set(overview["year"]) == {2021, 2026}


def test_the_county_is_compared_only_over_whole_years(read: Read, history: Published) -> None:
    allocations = history.table("allocations").filter(programme="psykisk-halsa", county_code=DALARNA)
    told = []
    for year in (2016, 2017, 2025):
        mine = allocations.filter(year=year)
        preliminary = mine.filter(status="preliminary")["amount_sek"].sum()
        told.append(f"{year}: SEK {mine['amount_sek'].sum():,}, of which {preliminary:,} preliminary")
    assert f"for Dalarnas län: {'; '.join(told)}." in read.said


# --- 3: agreement -------------------------------------------------------------------------------------------------


def test_the_verdicts_are_those_of_the_reconciliation(read: Read, history: Published) -> None:
    rows = history.table("reconciliation").to_dicts()
    verdicts = Counter(row["verdict"] for row in rows)
    assert f"{verdicts['exact']} of {len(rows)} published figures come out to the krona" in read.said
    assert f"{verdicts['explained']} differs for a named reason, {verdicts['mismatch']} are unexplained" in read.said
    assert f"{verdicts['rounded_match']} are printed rounded and agree as far as they are written out" in read.said
    assert f"{verdicts['no_rule']} belong to money without a known rule" in read.said
    own = sum(row["independence"] == "self_derived" for row in rows if row["verdict"] == "exact")
    assert f"{own} of the exact ones" in read.said
    assert f"{verdicts['exact'] - own} are independent" in read.said
    shown = Counter[str]()
    for row in read.defined["verdict_rows"].to_dicts():
        shown[row["verdict"]] += row["figures"]
    assert shown == verdicts


def test_the_explained_krona_is_told(read: Read, history: Published) -> None:
    explained = history.table("reconciliation").filter(verdict="explained")
    assert explained.select("published_sek", "computed_sek").rows() == [(21_724_099, 21_724_100)]
    assert "The explained difference is 1 kr: The printed total SEK 21,724,099" in read.said


def test_stand_in_counts_are_told_apart_from_agreement(read: Read, history: Published) -> None:
    off = [abs(d) for d in history.table("reconciliation").filter(verdict="not_comparable")["difference_sek"]]
    assert f"{len(off)} figures cannot be compared" in read.said
    assert f"{min(off):,}–{max(off):,} kr away and never counted as agreeing" in read.said


def test_all_ages_instead_of_children_give_no_published_amount(read: Read, history: Published) -> None:
    pot = history.table("pots", 2025).filter(pot_id="children-youth-municipality")["amount_sek"].item()
    everybody = dict(
        history.table("population", 2025)
        .filter(region_type="municipality", ages="all")
        .select("region_code", "population")
        .iter_rows()
    )
    total, rest = sum(everybody.values()), pot - 290 * 200_000
    names = {row["recipient_code"]: row["recipient_name"] for row in _municipal_pot(history)}
    expected = {
        names[code]: 200_000 + int(Fraction(rest * heads, total) + Fraction(1, 2)) for code, heads in everybody.items()
    }
    rows = read.defined["age_rows"].to_dicts()
    assert len(rows) == 15
    for row in rows:
        assert row["all_ages_sek"] == expected[row["recipient_name"]]
        assert row["off_sek"] == expected[row["recipient_name"]] - row["published_sek"]
        assert row["difference_sek"] == 0 != row["off_sek"]
    off = [row["off_sek"] for row in rows]
    assert "0 of the 15 published amounts would have come out" in read.said
    assert f"they would be {min(off):+,} to {max(off):+,} kr off" in read.said


# --- plots --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHARTS)
def test_a_plot_can_be_drawn_and_read_without_seeing_it(read: Read, name: str) -> None:
    chart = read.defined[name]
    spec = chart.to_dict()
    title = spec["title"] if isinstance(spec["title"], str) else spec["title"]["text"]
    svg = _svg(chart)
    assert html.escape(title, quote=False) in svg
    # Browsers give the description to a screen reader as the plot's label; the file itself has none.
    assert len(spec["description"]) > 60
    assert vl_convert.vegalite_to_vega(spec)["description"] == spec["description"]
    assert not [link for link in re.findall(r"https?://[^\"' <)]+", svg) if "www.w3.org" not in link]


def test_plots_have_one_mark_per_thing_shown(read: Read) -> None:
    marks = {name: _marks(_svg(read.defined[name])) for name in CHARTS}
    nation, missing = read.defined["nation_rows"], read.defined["missing"]
    unknown = nation.filter(status="not_computed")
    together = nation.select("year", "status").n_unique()
    assert marks["bases_chart"] == {"point": 2 * 290, "text mark": 2 * 6, "rule mark": 1}
    assert marks["nation_chart"] == {
        "bar": nation.height + together,
        "text mark": unknown.height + unknown["year"].n_unique(),
    }
    assert marks["county_chart"] == {
        "bar": read.defined["county_rows"].height + missing.height,
        "text mark": missing.height,
    }
    assert marks["verdict_chart"] == {"bar": read.defined["verdict_rows"].height}
    assert marks["ages_chart"] == {"point": 2 * 15, "rule mark": 15}


def test_money_without_a_known_rule_is_drawn_with_a_broken_outline(read: Read) -> None:
    svg = _svg(read.defined["nation_chart"])
    bars = re.findall(r'<path aria-label="[^"]*"[^>]*aria-roledescription="bar"[^>]*>', svg)
    broken = [bar for bar in bars if 'stroke-dasharray="3,2"' in bar]
    assert len(broken) == sum("no known rule" in bar for bar in bars) > 0
    assert all("no known rule" in bar for bar in broken)


def test_kronor_stay_whole(read: Read) -> None:
    frames = [value for value in read.defined.values() if isinstance(value, pl.DataFrame)]
    kronor = [dtype for frame in frames for name, dtype in frame.schema.items() if name.endswith("_sek")]
    assert kronor
    assert set(kronor) == {pl.Int64}


# --- as a script --------------------------------------------------------------------------------------------------


def _as_script(out: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KRONVIS_OUT": str(out)}
    command = [sys.executable, str(NOTEBOOK)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_as_a_script_it_ends_well(history: Published) -> None:
    ended = _as_script(history.settings.out)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_without_a_published_version_it_says_what_to_do(tmp_path: Path) -> None:
    ended = _as_script(tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.strip() == f"Nothing is published in {tmp_path}: run `make run` first (or set KRONVIS_OUT)."


def test_without_the_year_of_its_first_question_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    (tmp_path / "current/manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(LookupError, match=r"has no year 2025: run `make run`, which publishes all years"):
        _notebook().published_folder(tmp_path)


def test_the_version_is_resolved_once(history: Published) -> None:
    folder = _notebook().published_folder(history.settings.out)
    assert folder == history.version.folder.resolve()
    assert folder.name != "current"
