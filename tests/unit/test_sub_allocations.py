"""A county's onward split: what a file may say, and that what is known is handed out to the krona and nothing else."""

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.agreements.files import AgreementFiles
from assets.county.allocated import SCHEMA, allocated_amounts, county_allocations
from assets.county.split import Ground, Sum, counted_for, split_onward, sums_of
from assets.county.sub_allocations import Part, SplitPot, SubAllocation, SubAllocationFiles
from assets.population.resolve import EmbeddedSource
from assets.verification.published import PublishedFiles
from schemas.contract import enforce
from schemas.errors import DataRefused
from schemas.tables.county import SUB_ALLOCATIONS
from schemas.tables.population import POPULATION
from tests.domain import DATA, changed, head_counts, line_of, recipients_in, register, snapshot
from tests.oracle import largest_recipient, largest_remainder

AGREEMENTS = AgreementFiles(DATA / "agreements")
PUBLISHED = PublishedFiles(DATA / "published")
STOCKHOLM_2021 = (DATA / "sub_allocations/psykisk-halsa/2021-01.yaml").read_text(encoding="utf-8")
TEMPLATE = (DATA / "sub_allocations/template.yaml").read_text(encoding="utf-8")
POT = "complex-needs-county"
# The count that complex needs 2025 goes by in the agreement.
(NOVEMBER_2024,) = {
    base
    for base in AGREEMENTS.bases(2025).required | AGREEMENTS.bases(2025).display
    if base.ages == "all" and base.region_type == "municipality" and str(base.reference_date) == "2024-11-01"
}


# --- a world of our own: Blekinge has five municipalities ------------------------------------------


def a_part(**changes: Any) -> dict[str, Any]:
    """A named post of 1 000 kr to the region, as a file says it."""
    return {
        "id": "a-part",
        "name": {"sv": "En del", "en": "A part"},
        "to": "region",
        "key": "project",
        "amount": 1_000,
        "evidence": "verified",
        "sources": ["rss-dalarna-2025"],
        **changes,
    }


def shared(key: str = "population", **changes: Any) -> dict[str, Any]:
    """A part that the municipalities share."""
    by = {"ages": "all"} if key == "population" else {}
    rounding = {} if changes.get("amount") == "unknown" else {"rounding": "largest_remainder"}
    return a_part(to="municipalities", key=key, **{**by, **rounding, **changes})


def a_split(*parts: dict[str, Any], county: str = "10", pot: str = POT) -> SubAllocation:
    return SubAllocation.model_validate(
        {"programme": "psykisk-halsa", "year": 2025, "county": county, "pots": [{"id": pot, "parts": list(parts)}]}
    )


def allocated(amount: int | None, *, origin: str = "computed", step: int | None = None) -> pl.DataFrame:
    """What Blekinge was allocated of the pot."""
    row = ("psykisk-halsa", 2025, "10", POT, amount, step, origin, "verified")
    return pl.DataFrame([] if amount is None else [row], SCHEMA, orient="row")


BLEKINGE = {"1060": 12_000, "1080": 66_000, "1081": 29_000, "1082": 32_000, "1083": 17_001}


def people(counts: dict[str, int], basis: str = "official") -> pl.DataFrame:
    return head_counts(counts, NOVEMBER_2024, basis=basis)


def split(*parts: dict[str, Any], pot: pl.DataFrame | None = None, counted: pl.DataFrame | None = None) -> pl.DataFrame:
    ground = Ground(
        allocated(5_000_000) if pot is None else pot,
        recipients_in(2025),
        people(BLEKINGE) if counted is None else counted,
    )
    return enforce(SUB_ALLOCATIONS, split_onward([a_split(*parts)], AGREEMENTS, ground))


def amounts(rows: pl.DataFrame, part: str = "a-part") -> dict[str, int]:
    return dict(rows.filter(pl.col("part_id") == part).select("recipient_code", "amount_sek").iter_rows())


REST = a_part(id="rest", to="joint", amount="remainder")


@pytest.mark.parametrize(
    ("rounding", "oracle"), [("largest_remainder", largest_remainder), ("largest_recipient", largest_recipient)]
)
def test_by_population_every_krona_is_handed_out(rounding: str, oracle: Any) -> None:
    rows = split(shared(amount=1_000_003, rounding=rounding), REST)
    expected = oracle(1_000_003, BLEKINGE)
    assert amounts(rows) == expected
    assert sum(amounts(rows).values()) == 1_000_003
    assert amounts(rows, "rest") == {"10": 5_000_000 - 1_000_003}


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**10), st.lists(st.integers(0, 10**6), min_size=5, max_size=5).filter(any))
def test_whatever_is_shared_sums_to_the_part(amount: int, counts: list[int]) -> None:
    counted = people(dict(zip(BLEKINGE, counts, strict=True)))
    rows = split(shared(amount="remainder"), pot=allocated(amount), counted=counted)
    assert sum(amounts(rows).values()) == amount


def test_the_counts_are_those_of_the_own_year() -> None:
    """Two grant years may ask for the same count."""
    twice = pl.concat([people(BLEKINGE), people(BLEKINGE).with_columns(year=pl.lit(2026, pl.Int32))])
    assert amounts(split(shared(amount=157_001), REST, counted=twice)) == amounts(split(shared(amount=157_001), REST))


def test_equally_the_odd_kronor_go_to_the_lowest_codes() -> None:
    assert amounts(split(shared("equal", amount=12), REST)) == {"1060": 3, "1080": 3, "1081": 2, "1082": 2, "1083": 2}


def test_listed_amounts_are_taken_as_they_stand() -> None:
    listed = a_part(to="municipalities", key="listed", amounts={"1080": 700, "1082": 41})
    del listed["amount"]
    rows = split(listed, REST)
    assert amounts(rows) == {"1080": 700, "1082": 41}
    assert amounts(rows, "rest") == {"10": 4_999_259}


def test_a_share_of_the_pot_is_the_nearest_krona_and_the_rest_what_it_leaves() -> None:
    rows = split(a_part(amount="1/3"), REST, pot=allocated(1_000_001))
    assert (amounts(rows), amounts(rows, "rest")) == ({"10": 333_334}, {"10": 666_667})


def test_a_post_to_one_municipality_names_it() -> None:
    rows = split(a_part(to="1080"), REST)
    assert rows.filter(pl.col("part_id") == "a-part").select("recipient_type", "recipient_name").row(0) == (
        "municipality",
        "Karlskrona",
    )


# --- what is not known ----------------------------------------------------------------------------------------


def test_a_known_key_without_an_amount_is_not_split() -> None:
    rows = split(shared(amount="unknown"), REST)
    assert rows.select("part_id", "recipient_type", "amount_sek", "status").rows() == [
        ("a-part", "municipalities", None, "not_computed"),
        ("rest", "joint", None, "not_computed"),
    ]


def test_the_remainder_of_an_unknown_pot_is_not_split() -> None:
    rows = split(a_part(), shared(id="rest", amount="remainder"), pot=allocated(None))
    assert rows.select("part_id", "recipient_type", "amount_sek").rows() == [
        ("a-part", "region", 1_000),
        ("rest", "municipalities", None),
    ]


@pytest.mark.parametrize("counted", [POPULATION.empty(), people(BLEKINGE).head(4), people(dict.fromkeys(BLEKINGE, 0))])
def test_without_all_head_counts_the_part_stays_whole(counted: pl.DataFrame) -> None:
    rows = split(shared(amount=1_000), REST, counted=counted)
    assert rows.filter(pl.col("part_id") == "a-part").select("recipient_type", "amount_sek").rows() == [
        ("municipalities", 1_000)
    ]


def test_stand_in_counts_and_stand_in_pots_make_a_split_preliminary() -> None:
    on_proxy = split(shared(amount=1_000), REST, counted=people(BLEKINGE, "proxy"))
    assert on_proxy.group_by("part_id").agg(pl.col("status").unique()).sort("part_id").rows() == [
        ("a-part", ["preliminary"]),
        ("rest", ["decided"]),
    ]
    in_pot = split(a_part(), REST, pot=allocated(5_000_000, origin="preliminary"))
    assert in_pot.sort("part_id")["status"].to_list() == ["decided", "preliminary"]


def test_what_follows_from_a_rounded_amount_is_rounded() -> None:
    rows = split(a_part(amount="1/2"), REST, pot=allocated(110_000_000, origin="rounded", step=10_000_000))
    assert rows.sort("part_id").select("amount_sek", "precision", "rounded_to_sek").rows() == [
        (55_000_000, "rounded", 5_000_000),
        (55_000_000, "rounded", 10_000_000),
    ]
    stated = split(a_part(rounded_to_sek=500), REST)
    assert stated.sort("part_id")["rounded_to_sek"].to_list() == [500, 500]


# --- parts and pot --------------------------------------------------------------------------------------------


def sums(whole: Sum | None, *parts: dict[str, Any]) -> dict[str, Sum | None]:
    pot = SplitPot(id=POT, parts=[Part.model_validate(part) for part in parts])
    return sums_of(pot, whole, "a file")


def test_parts_that_come_to_more_than_the_pot_are_refused() -> None:
    with pytest.raises(DataRefused, match=r"2025-10.yaml, pot complex-needs-county: the parts come to 1 kr more"):
        split(a_part(amount=5_000_001))


def test_parts_that_leave_some_of_the_pot_are_refused() -> None:
    with pytest.raises(DataRefused, match="leave 1 kr of the county's pot") as refusal:
        split(a_part(amount=4_999_999))
    assert "remainder" in refusal.value.remedy


def test_an_unknown_part_may_be_what_is_left() -> None:
    assert sums(Sum(5_000), a_part(), a_part(id="other", amount="unknown"))["other"] is None


@pytest.mark.parametrize(("off", "fits"), [(0, True), (1_000_000, True), (1_000_001, False), (-1_000_001, False)])
def test_rounded_parts_may_miss_a_rounded_pot_by_half_of_their_steps(off: int, *, fits: bool) -> None:
    whole = Sum(35_000_000 + off, 1_000_000)
    parts = a_part(amount=35_000_000, rounded_to_sek=1_000_000)
    if fits:
        assert sums(whole, parts)
        return
    with pytest.raises(DataRefused):
        sums(whole, parts)


# --- what a file may say --------------------------------------------------------------------------------------

REFUSED = {
    "listed without amounts": (a_part(to="municipalities", key="listed"), "a listed part has amounts"),
    "no amount": ({k: v for k, v in a_part().items() if k != "amount"}, "one amount"),
    "shared by the region": (a_part(key="equal", rounding="largest_remainder"), "shares among municipalities"),
    "a project to all": (a_part(to="municipalities"), "a project goes to one recipient"),
    "population without ages": (
        a_part(to="municipalities", key="population", rounding="largest_remainder"),
        "ages is given exactly",
    ),
    "ages without population": (a_part(ages="all"), "ages is given exactly"),
    "backward ages": (shared(ages=[18, 0]), "ages must be"),
    "shared without rounding": ({**shared(), "rounding": None}, "rounding is given exactly"),
    "rounding of what is not shared": (a_part(rounding="largest_remainder"), "rounding is given exactly"),
    "nearest would lose kronor": (shared(rounding="nearest"), "largest_recipient"),
    "a rounded remainder": (a_part(amount="remainder", rounded_to_sek=1_000), "only stated amounts are rounded"),
    "known, but said to be unknown": (a_part(evidence="unknown"), "evidence is unknown exactly"),
    "unknown, but said to be verified": (a_part(key="unknown", amount="unknown"), "evidence is unknown exactly"),
    "more than the whole": (a_part(amount="3/2"), "a share of the pot such as 1/2"),
    "no kronor": (a_part(amount="about 1000"), "whole kronor"),
    "less than nothing": (a_part(amount=-1), "whole kronor"),
    "a fraction": (a_part(amount=0.5), "whole kronor"),
    "yes is no amount": (a_part(amount=True), "whole kronor"),
}


@pytest.mark.parametrize(("part", "message"), REFUSED.values(), ids=REFUSED)
def test_a_part_that_contradicts_itself_is_refused(part: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Part.model_validate(part)


def test_parts_and_pots_stand_once_and_only_one_is_the_remainder() -> None:
    with pytest.raises(ValueError, match="part a-part stands twice"):
        a_split(a_part(), a_part())
    with pytest.raises(ValueError, match="only one part can be the remainder"):
        a_split(REST, {**REST, "id": "other"})
    once = a_split(REST).model_dump()
    with pytest.raises(ValueError, match=f"pot {POT} stands twice"):
        SubAllocation.model_validate({**once, "pots": [{"id": POT, "parts": [REST]}, {"id": POT, "parts": [REST]}]})


def folder_with(tmp_path: Path, text: str, name: str = "2021-01.yaml") -> Path:
    folder = tmp_path / "data" / "sub_allocations"
    (folder / "psykisk-halsa").mkdir(parents=True)
    (folder / "psykisk-halsa" / name).write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, year: int = 2021) -> list[SubAllocation]:
    return SubAllocationFiles(folder).of_years([year], AGREEMENTS, register(), PUBLISHED.sources())


SPOILT = {
    "no pot of the counties": ("id: youth-clinics-county", "id: youth-clinic", "is no pot of the counties"),
    "another county's municipality": ("to: joint", 'to: "2080"', "2080 is no municipality of the county"),
    "unknown source": ("sources: [vardgivarguiden-2021]", "sources: [hearsay]", "source hearsay is on file neither"),
    "another year than the file": ("year: 2021", "year: 2020", "the file name the year and county"),
    "another county than the file": ('county: "01"', 'county: "03"', "the file name the year and county"),
    "unknown key": ("    parts:", "    part:", "unknown key 'part'"),
}


@pytest.mark.parametrize(("old", "new", "message"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_file_is_refused_with_its_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = changed(STOCKHOLM_2021, old, new)
    with pytest.raises(DataRefused, match=message) as refusal:
        read(folder_with(tmp_path, text))
    assert "data/sub_allocations/psykisk-halsa/2021-01.yaml, line" in refusal.value.where


def test_the_line_is_that_of_the_part(tmp_path: Path) -> None:
    text = changed(STOCKHOLM_2021, "sources: [vardgivarguiden-2021]", "sources: [hearsay]")
    with pytest.raises(DataRefused) as refusal:
        read(folder_with(tmp_path, text))
    assert refusal.value.where.endswith(f"line {line_of(text, 'hearsay')}")


def test_file_names_say_year_and_county(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match="is not named after its year and county"):
        read(folder_with(tmp_path, STOCKHOLM_2021, "stockholm.yaml"))


def test_a_county_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    text = changed(STOCKHOLM_2021, 'county: "01"', 'county: "02"')
    with pytest.raises(DataRefused, match="the file name the year and county"):
        read(folder_with(tmp_path, text, "2021-02.yaml"))


def test_other_years_are_not_read(tmp_path: Path) -> None:
    assert read(folder_with(tmp_path, "no YAML: ["), 2020) == []
    assert SubAllocationFiles(tmp_path / "nowhere").of_years([2020], AGREEMENTS, register(), ()) == []


# --- what is on file ------------------------------------------------------------------------------------------


def on_file(folder: Path, years: list[int]) -> pl.DataFrame:
    source = EmbeddedSource(snapshot())
    splits = SubAllocationFiles(folder).of_years(years, AGREEMENTS, register(), PUBLISHED.sources())
    computed = pl.concat(county_allocations(years, AGREEMENTS, register(), source))
    ground = Ground(
        allocated_amounts(computed, PUBLISHED.all_figures()),
        pl.concat([recipients_in(year) for year in years]),
        counted_for(splits, AGREEMENTS, register(), source),
    )
    return enforce(SUB_ALLOCATIONS, split_onward(splits, AGREEMENTS, ground))


def test_of_stockholm_2020_only_keys_are_known() -> None:
    rows = on_file(DATA / "sub_allocations", [2020])
    assert rows["amount_sek"].null_count() == rows.height
    by_population = rows.filter(pl.col("key") == "population")
    assert by_population["pot_id"].to_list() == [POT, "suicide-prevention-county", "user-involvement-county"]
    assert set(by_population["evidence"]) == {"verified"}
    assert rows.filter(pl.col("pot_id") == "youth-clinics-county")["evidence"].to_list() == ["unknown"]


def test_of_stockholm_2021_what_is_known_is_rounded() -> None:
    rows = on_file(DATA / "sub_allocations", [2021])
    assert set(rows["precision"]) == {"rounded"}
    assert rows.filter(pl.col("pot_id") == "sum-county").select("part_id", "amount_sek").rows() == [
        ("region", 55_000_000),
        ("rest", 55_000_000),
    ]


def test_the_posts_of_the_youth_clinics_are_the_published_ones() -> None:
    rows = on_file(DATA / "sub_allocations", [2021]).filter(pl.col("pot_id") == "youth-clinics-county")
    printed = PUBLISHED.all_figures().filter(pl.col("recipient_type") == "local_share", pl.col("year") == 2021)
    columns = ("amount_sek", "rounded_to_sek", "sources")
    theirs = printed.select(pl.col("published_sek").alias("amount_sek"), "rounded_to_sek", sources="source_id")
    assert sorted(rows.select(columns).rows()) == sorted(theirs.rows())
    assert rows["amount_sek"].sum() == 35_000_000


def test_the_template_holds_for_the_county_it_speaks_of(tmp_path: Path) -> None:
    (tmp_path / "psykisk-halsa").mkdir()
    shutil.copy(DATA / "sub_allocations/template.yaml", tmp_path / "psykisk-halsa/2025-20.yaml")
    rows = on_file(tmp_path, [2025])
    assert rows.filter(pl.col("pot_id") == POT)["amount_sek"].sum() == 5_409_733
    assert {part["key"] for pot in yaml.safe_load(TEMPLATE)["pots"] for part in pot["parts"]} == set(
        Part.model_fields["key"].annotation.__args__  # type: ignore[union-attr]  # it has one
    )


# --- what a county was allocated ------------------------------------------------------------------------------


def figures(*rows: tuple[str, int, int | None, int | None]) -> pl.DataFrame:
    """Published amounts of Blekinge: precision, kronor, step, and the year printed."""
    return pl.DataFrame(
        [
            {
                "programme": "psykisk-halsa",
                "year": 2025,
                "pot_id": POT,
                "recipient_type": "county",
                "recipient_code": "10",
                "published_sek": amount,
                "precision": precision,
                "rounded_to_sek": step,
                "printed_for_year": printed_for,
            }
            for precision, amount, step, printed_for in rows
        ],
        PUBLISHED.all_figures().schema,
    )


def test_a_printed_amount_comes_before_a_computed_one_and_that_before_a_rounded_one() -> None:
    computed = county_allocations([2023], AGREEMENTS, register(), EmbeddedSource(snapshot()))[0].filter(
        pl.col("pot_id") == POT, pl.col("recipient_code") == "10"
    )
    ours = computed.with_columns(pl.lit(2025, pl.Int32).alias("year"))
    preliminary = ours.with_columns(status=pl.lit("preliminary"))
    exact, rounded = ("exact", 4_000_001, None, None), ("rounded", 4_000_000, 1_000_000, None)
    of_another_year = ("exact", 4_000_003, None, 2024)

    def best(allocations: pl.DataFrame, *printed: tuple[str, int, int | None, int | None]) -> tuple[Any, ...]:
        found = allocated_amounts(allocations, figures(*printed))
        assert found.height == 1
        return found.select("amount_sek", "origin", "rounded_to_sek").row(0)

    amount = ours["amount_sek"].item()
    assert best(ours, exact, rounded) == (4_000_001, "published", None)
    assert best(ours, rounded, of_another_year) == (amount, "computed", None)
    assert best(preliminary, rounded) == (4_000_000, "rounded", 1_000_000)
    assert best(preliminary) == (amount, "preliminary", None)
