"""What holds for every reform: money is conserved to the krona, limits hold, and the decided rule changes nothing.

Ten thousand random reforms are tried as variants of one frame, on the 290 municipalities of 2025 and on small
countries; a variant is shown to be what the reform alone would be.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.agreements.files import AgreementFiles
from assets.agreements.model import Agreement, Pot
from assets.population.resolve import EmbeddedSource
from assets.scenarios.apply import Scenario, apply_reform
from assets.scenarios.grid import Grid, NamedGrid
from assets.scenarios.limits import LIMITS, limited
from assets.scenarios.members import Members, members_of
from assets.scenarios.reform import NamedReform, Reform
from assets.scenarios.variants import split_variants
from schemas.errors import DataRefused
from schemas.vocabulary import ROUNDINGS
from tests.domain import DATA, recipients_in, snapshot
from tests.scenario_worlds import CHILDREN, PEOPLE, TITLE, a_world

POT: Final = "children-youth-municipality"
POT_SEK: Final = 250_000_000
RANDOM_REFORMS: Final = 10_000
quick = settings(max_examples=40, deadline=None)


@cache
def agreements() -> AgreementFiles:
    return AgreementFiles(DATA / "agreements")


@cache
def source() -> EmbeddedSource:
    return EmbeddedSource(snapshot())


def scenario_of(agreement: Agreement, **changes: Any) -> Scenario:
    written = {"programme": agreement.programme, "year": agreement.year, "title": TITLE, **changes}
    named = NamedReform("a-reform", "a-reform.yaml", Reform.model_validate(written))
    return apply_reform(named, agreement, recipients_in(agreement.year), source())


# --- ten thousand random reforms ------------------------------------------------------------------------------


@dataclass(frozen=True)
class RandomReforms:
    """Random changes of the municipal pot of 2025, and what they come to."""

    variants: pl.DataFrame
    rows: pl.DataFrame


@cache
def municipalities() -> Members:
    """Who shares the municipal pot of 2025, under three age bands."""
    pots = {POT: {"ages": [[0, 18], [0, 24], "all"]}}
    written = {"programme": "psykisk-halsa", "year": 2025, "title": TITLE, "pots": pots}
    named = NamedGrid("a-grid", "a-grid.yaml", Grid.model_validate(written))
    return members_of(named, agreements().load("psykisk-halsa", 2025), recipients_in(2025), source())


def random_variant(random: Random, variant: int) -> dict[str, Any]:
    """A pot of any size whose base amounts fit, any ages and rounding, sometimes with a guarantee."""
    amount_sek = random.choice([POT_SEK, random.randint(0, 10 * POT_SEK)])
    most = amount_sek // 290
    base_sek = random.choice([0, most, random.randint(0, most), random.randint(0, most)])
    # With less than the decided money in the pot a guarantee may be impossible.
    has_guarantee = amount_sek >= POT_SEK and random.random() < 1 / 3
    return {
        "variant": variant,
        "pot_id": POT,
        "amount_sek": amount_sek,
        "table_id": "folkmangd_1_november",
        "reference_date": dt.date(2024, 11, 1),
        "ages": random.choice(["0-18", "0-24", "all"]),
        "rounding": random.choice(ROUNDINGS),
        "base_sek_default": base_sek,
        "base_sek_metropolitan": random.choice([base_sek, random.randint(0, base_sek)]),
        "max_sek_per_head": None,
        "max_gain_permille": None,
        "max_loss_permille": random.randint(1, 1000) if has_guarantee else None,
    }


@pytest.fixture(scope="module")
def reforms() -> RandomReforms:
    random = Random(20250203)
    drawn = [random_variant(random, variant) for variant in range(1, RANDOM_REFORMS + 1)]
    types = {"variant": pl.Int32, **dict.fromkeys(LIMITS, pl.Int64)}
    variants = pl.DataFrame(drawn, schema_overrides=types)
    chunks = [split_variants(chunk, municipalities(), "random") for chunk in variants.iter_slices(500)]
    return RandomReforms(variants, pl.concat(chunks))


def test_ten_thousand_reforms_conserve_the_pot(reforms: RandomReforms) -> None:
    """Amounts and residual are the pot; the residual is 0, or at most half a krona each under nearest."""
    residuals = (
        reforms.rows.group_by("variant")
        .agg(pl.col("amount_sek").sum().alias("handed_out"), rows=pl.len())
        .join(reforms.variants, on="variant", validate="1:1")
        .with_columns(residual=pl.col("amount_sek") - pl.col("handed_out"))
    )
    assert residuals.height == RANDOM_REFORMS
    assert set(residuals.get_column("rows")) == {290}
    nearest = pl.col("rounding") == "nearest"
    assert residuals.filter(nearest, pl.col("residual").abs() > 145).is_empty()
    assert residuals.filter(~nearest, pl.col("residual") != 0).is_empty()
    # The test would prove little if nothing were ever left over.
    assert residuals.filter(nearest, pl.col("residual") != 0).height > RANDOM_REFORMS // 10


def test_nobody_gets_less_than_nothing(reforms: RandomReforms) -> None:
    assert reforms.rows.filter(pl.col("amount_sek") < 0).is_empty()


def test_nobody_loses_more_than_the_guarantee(reforms: RandomReforms) -> None:
    guaranteed = reforms.rows.join(reforms.variants.drop("amount_sek"), on="variant").filter(
        pl.col("max_loss_permille").is_not_null()
    )
    assert guaranteed.get_column("variant").n_unique() > RANDOM_REFORMS // 10
    kept = pl.col("amount_sek") * 1000 >= pl.col("amount_decided_sek") * (1000 - pl.col("max_loss_permille"))
    assert guaranteed.filter(~kept).is_empty()


def test_the_guarantee_is_needed(reforms: RandomReforms) -> None:
    """Without it, somebody would have lost more in many of the same variants."""
    free = reforms.variants.filter(pl.col("max_loss_permille").is_not_null()).head(200)
    rows = split_variants(free.with_columns(max_loss_permille=pl.lit(None, pl.Int64)), municipalities(), "random")
    beyond = rows.join(free.drop("amount_sek"), on="variant").filter(
        pl.col("amount_sek") * 1000 < pl.col("amount_decided_sek") * (1000 - pl.col("max_loss_permille"))
    )
    assert beyond.get_column("variant").n_unique() > 20


def test_a_random_variant_is_what_the_reform_alone_would_be(reforms: RandomReforms) -> None:
    agreement = agreements().load("psykisk-halsa", 2025)
    for variant in reforms.variants.sample(25, seed=1).iter_rows(named=True):
        ages = variant["ages"] if variant["ages"] == "all" else [int(age) for age in variant["ages"].split("-")]
        loss = variant["max_loss_permille"]
        bases = {name: variant[f"base_sek_{name}"] for name in ("default", "metropolitan")}
        change = {"amount_sek": variant["amount_sek"], "base_sek": bases, "ages": ages, "rounding": variant["rounding"]}
        limit = {} if loss is None else {"max_loss_percent": f"{loss // 10}.{loss % 10}"}
        total_sek = agreement.total_sek + variant["amount_sek"] - POT_SEK
        alone = scenario_of(agreement, pots={POT: {**change, **limit}}, total_sek=total_sek).rows
        together = reforms.rows.filter(pl.col("variant") == variant["variant"]).sort("recipient_code")
        assert (
            alone.filter(pl.col("pot_id") == POT).sort("recipient_code").get_column("amount_scenario_sek").to_list()
            == together.get_column("amount_sek").to_list()
        ), variant


# --- the decided rule as a reform -----------------------------------------------------------------------------


def as_decided(pot: Pot) -> dict[str, Any]:
    """The rule of a pot as a reform states it."""
    assert pot.rule is not None
    if pot.rule.amounts is not None:
        return {"amount_sek": pot.amount_sek, "amounts": pot.rule.amounts}
    base_sek = {} if pot.rule.base_sek is None else {"base_sek": pot.rule.base_sek}
    if pot.rule.variable is None:
        return {"amount_sek": pot.amount_sek, "variable": "none", **base_sek}
    first, _, last = pot.rule.variable.ages.partition("-")
    ages = [int(first), int(last)] if last else "all"
    return {"amount_sek": pot.amount_sek, "ages": ages, "rounding": pot.rounding, **base_sek}


COMPUTED: Final = [
    (programme, year)
    for programme in agreements().programmes()
    for year in agreements().years(programme)
    if any(pot.rule for pot in agreements().load(programme, year).pots)
]


@pytest.mark.parametrize(("programme", "year"), COMPUTED)
def test_the_decided_rule_as_a_reform_gives_the_decided_amounts(programme: str, year: int) -> None:
    agreement = agreements().load(programme, year)
    stated = {pot.id: as_decided(pot) for pot in agreement.pots if pot.rule is not None}
    scenario = scenario_of(agreement, pots=stated, total_sek=agreement.total_sek)
    assert scenario.rows.filter(pl.col("change_sek") != 0).is_empty()
    assert set(scenario.rows.get_column("evidence")) == {"assumed"}
    assert scenario.pots.filter(pl.col("residual_scenario_sek") != pl.col("residual_decided_sek")).is_empty()


# --- pooling, mergers, caps -----------------------------------------------------------------------------------

municipal_sek = st.integers(min_value=300_000, max_value=10**9)


@quick
@given(share=st.integers(0, 1000), amount_sek=municipal_sek, base_sek=st.integers(0, 60_000))
def test_pooling_conserves_every_county(share: int, amount_sek: int, base_sek: int) -> None:
    change = {"children": {"amount_sek": amount_sek, "base_sek": base_sek}}
    total = {"pots": change, "total_sek": amount_sek + 500_000}
    pooling = {"from_pot": "children", "to_pot": "joint", "share_percent": f"{share // 10}.{share % 10}"}
    before, after = a_world().scenario(**total), a_world().scenario(**total, pooling=[pooling])
    assert _by_county(before) == _by_county(after)
    assert _residuals(before) == _residuals(after)
    given_away = before.rows["amount_scenario_sek"].sum() - sum(_of(after, "joint").values())
    assert given_away >= 0


def _by_county(scenario: Scenario) -> dict[str, int]:
    sums = scenario.rows.group_by("county_code").agg(pl.col("amount_scenario_sek").sum())
    return dict(sums.iter_rows())


def _residuals(scenario: Scenario) -> list[int]:
    return scenario.pots.get_column("residual_scenario_sek").to_list()


def _of(scenario: Scenario, pot_id: str) -> dict[str, int]:
    rows = scenario.rows.filter(pl.col("pot_id") == pot_id)
    return dict(rows.select("recipient_code", "amount_scenario_sek").iter_rows())


@quick
@given(
    merged=st.sampled_from([["2001", "2002"], ["2003", "2001"], ["2003", "2002", "2001"], ["2102", "2101"]]),
    amount_sek=municipal_sek,
    base_sek=st.integers(0, 60_000),
    rounding=st.sampled_from(ROUNDINGS),
)
def test_a_merger_conserves_the_pot(merged: list[str], amount_sek: int, base_sek: int, rounding: str) -> None:
    change = {"children": {"amount_sek": amount_sek, "base_sek": base_sek, "rounding": rounding}}
    scenario = a_world().scenario(
        pots=change, total_sek=amount_sek + 500_000, mergers=[{"codes": merged, "name": "Together"}]
    )
    amounts = _of(scenario, "children")
    assert len(amounts) == 6 - len(merged)
    assert abs(amount_sek - sum(amounts.values())) <= (len(amounts) / 2 if rounding == "nearest" else 0)
    # One base for all of them, and the variable part of their summed people, to the krona.
    left = amount_sek - len(amounts) * base_sek
    people = sum(CHILDREN[code] for code in merged)
    assert abs((amounts[merged[0]] - base_sek) * 40_000 - left * people) <= 40_000 * 5
    # What was decided before is all there.
    assert scenario.rows.filter(pl.col("pot_id") == "children")["amount_decided_sek"].sum() == 1_000_000


limit_rows = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**4)), min_size=1, max_size=12
)


def _rows(drawn: list[tuple[int, int, int]], limits: Mapping[str, int | None]) -> pl.DataFrame:
    frame = pl.DataFrame(drawn, ["amount_decided_sek", "amount_sek", "population"], orient="row")
    return frame.with_columns(
        *(pl.lit(limits.get(name), pl.Int64).alias(name) for name in LIMITS),
        pot_id=pl.lit("p"),
        recipient_code=pl.int_range(pl.len()).cast(pl.String).str.zfill(4),
    )


@settings(max_examples=120, deadline=None)
@given(
    drawn=limit_rows,
    per_head=st.none() | st.integers(0, 1_000),
    gain=st.none() | st.integers(0, 2_000),
    loss=st.none() | st.integers(0, 1_000),
)
def test_limits_hold_and_the_sum_stays(
    drawn: list[tuple[int, int, int]], per_head: int | None, gain: int | None, loss: int | None
) -> None:
    rows = _rows(drawn, {"max_sek_per_head": per_head, "max_gain_permille": gain, "max_loss_permille": loss})
    try:
        after = limited(rows, ["pot_id"], "here").to_dicts()
    except DataRefused:
        return
    assert sum(row["amount_sek"] for row in after) == sum(amount for _, amount, _ in drawn)
    for row in after:
        decided, amount = row["amount_decided_sek"], row["amount_sek"]
        floor = 0 if loss is None else decided * (1000 - loss)
        assert amount * 1000 >= floor
        # Only the guarantee, rounded up, may lift somebody above a cap.
        is_lifted = loss is not None and (amount - 1) * 1000 < floor
        if per_head is not None and not is_lifted:
            assert amount <= per_head * row["population"]
        if gain is not None and not is_lifted:
            assert (amount - decided) * 1000 <= decided * gain


@quick
@given(drawn=limit_rows)
def test_a_refused_cap_could_not_have_been_kept(drawn: list[tuple[int, int, int]]) -> None:
    """Refused only if the caps together are less than the money, or all with room have nobody living there."""
    rows = _rows(drawn, {"max_sek_per_head": 50})
    room = sum(50 * people for _, _, people in drawn)
    if room >= sum(amount for _, amount, _ in drawn):
        assert limited(rows, ["pot_id"], "here").height == len(drawn)
    else:
        with pytest.raises(DataRefused, match="left over"):
            limited(rows, ["pot_id"], "here")


@quick
@given(drawn=limit_rows, loss=st.integers(0, 1_000))
def test_winners_never_become_losers_by_paying(drawn: list[tuple[int, int, int]], loss: int) -> None:
    try:
        after = limited(_rows(drawn, {"max_loss_permille": loss}), ["pot_id"], "here").to_dicts()
    except DataRefused:
        return
    for (decided, before, _), row in zip(drawn, after, strict=True):
        if before >= decided:
            assert decided <= row["amount_sek"] <= before


def test_people_of_the_small_country() -> None:
    """The properties above reckon with these sums."""
    assert (sum(CHILDREN.values()), sum(PEOPLE.values())) == (40_000, 200_000)
