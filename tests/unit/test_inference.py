"""Solving published amounts: small tables by hand, what is refused and said, and a world of three municipalities."""

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from assets.agreements.tables import rules_of
from assets.population.snapshot import read_snapshot
from assets.verification.inference import families
from assets.verification.inference.counts_on_hand import CountsOnHand, Vintage
from assets.verification.inference.families import rules_of_table
from assets.verification.inference.infer import Inference, infer_table
from assets.verification.inference.rules import Grid, round_bases, rules_with_share
from assets.verification.inference.shares import Shares, share_intervals
from assets.verification.inference.solve import solve
from assets.verification.inference.table import PublishedTable, published_table
from assets.verification.inference.vintages import vintage_inference_of
from assets.verification.inference.windows import TRIED, Totals, window_of
from schemas.contract import enforce
from schemas.errors import DataRefused
from schemas.tables.verification import PUBLISHED_FIGURES, VINTAGE_INFERENCE
from schemas.vocabulary import LARGEST_RECIPIENT, LARGEST_REMAINDER, NEAREST
from tests.domain import NOVEMBER_2024, SeriesFile, a_pot, an_agreement, recipients, snapshot, snapshot_folder
from tests.oracle import CONVENTIONS

PEOPLE: Final = {"2021": 6_501, "2023": 8_777, "2026": 10_234}
EVERYBODY: Final = 25_512
KRONOR: Final = 1_000_003


def amounts(parts: dict[str, int], base: int = 0) -> pl.DataFrame:
    schema = {"recipient_code": pl.String, "amount_sek": pl.Int64}
    return pl.DataFrame([(code, base + part) for code, part in parts.items()], schema, orient="row")


def table(rounding: str = NEAREST, only: tuple[str, ...] = tuple(PEOPLE), **wrong: int) -> PublishedTable:
    """Three recipients, or some of them; `wrong` is added to the amount of `m2021` and so on."""
    parts = CONVENTIONS[rounding](KRONOR, PEOPLE)
    return published_table(amounts({code: parts[code] + wrong.get(f"m{code}", 0) for code in only}), KRONOR, 3)


AROUND: Final = Totals.around(EVERYBODY)


# --- tables and ranges -----------------------------------------------------------------------------------------------


def test_a_range_around_a_total_is_some_per_cent_on_both_sides() -> None:
    assert Totals.around(10_000) == Totals(9_700, 10_300)
    assert Totals.around(10_000, 1).count == 201


@pytest.mark.parametrize(("first", "last"), [(0, 10), (5, 4), (-3, 3)])
def test_a_range_that_is_none_is_refused(first: int, last: int) -> None:
    with pytest.raises(DataRefused, match=f"totals {first} to {last}"):
        Totals(first, last)


def test_an_unknown_convention_is_refused() -> None:
    with pytest.raises(DataRefused, match="'none': is none of nearest"):
        window_of(7, "none")


@pytest.mark.parametrize("rounding", TRIED)
def test_nobody_gets_less_than_nothing(rounding: str) -> None:
    sharing = table().sharing(Totals(1, 50))
    assert sharing.totals(window_of(-1, rounding), Totals(1, 50)).is_empty()


def test_a_table_knows_what_is_shared_and_whether_it_is_whole() -> None:
    part = published_table(amounts({"2021": 1_500, "2026": 1_700}), 10_000, 3, base_sek=1_000)
    assert (part.variable_sek, part.kronor, part.is_whole, part.residual_sek) == (7_000, [700, 500], False, None)
    whole = published_table(amounts({"2021": 1_500, "2026": 8_501}), 10_000, 2, base_sek=1_000)
    assert (whole.variable_sek, whole.is_whole, whole.residual_sek) == (8_000, True, -1)


def test_base_amounts_that_differ_come_with_their_sum() -> None:
    """5 000 kr for the first and 1 000 kr for the two others: 993 003 kr by head count."""
    bases = {"2021": 5_000, "2023": 1_000, "2026": 1_000}
    parts = CONVENTIONS[NEAREST](KRONOR - 7_000, PEOPLE)
    figures = amounts({code: bases[code] + part for code, part in parts.items()}).with_columns(
        base_sek=pl.col("recipient_code").replace_strict(bases, return_dtype=pl.Int64)
    )
    found = solve(published_table(figures, KRONOR, 3, bases_sek=7_000), AROUND)
    assert found.verdict == "unique"
    fit = found.fits[NEAREST]
    assert fit.totals == [EVERYBODY]
    assert dict(fit.head_counts.select("recipient_code", "population").iter_rows()) == PEOPLE
    with pytest.raises(DataRefused, match="need the sum over all recipients"):
        infer_table(figures, KRONOR, 3, AROUND)


@pytest.mark.parametrize(
    ("figures", "pot", "recipients_of_it", "message"),
    [
        (amounts({}), 1_000, 3, "there is no amount"),
        (pl.concat([amounts({"2021": 5})] * 2), 1_000, 3, "recipient 2021 stands twice"),
        (amounts({"2021": 5, "2023": 6}), 1_000, 1, "it has 2 amounts, the pot 1 recipients"),
        (amounts({"2021": 500}), 300, 3, "leave 0 kr of the pot"),
    ],
)
def test_a_table_that_cannot_be_is_refused(
    figures: pl.DataFrame, pot: int, recipients_of_it: int, message: str
) -> None:
    with pytest.raises(DataRefused, match=message):
        published_table(figures, pot, recipients_of_it, base_sek=100)


# --- conventions -----------------------------------------------------------------------------------------------------


# Twelve of a size and a large one, of whom each convention makes another table.
THIRTEEN: Final = {f"{code:04}": 4_000 + code * code * 397 % 911 for code in range(12)} | {"9999": 20_000}
AT_40_KR: Final = sum(THIRTEEN.values()) * 40 + 30_011


@pytest.mark.parametrize("rounding", CONVENTIONS)
def test_a_whole_table_tells_its_convention(rounding: str) -> None:
    assert len({tuple(split(AT_40_KR, THIRTEEN).values()) for split in CONVENTIONS.values()}) == 3
    figures = amounts(CONVENTIONS[rounding](AT_40_KR, THIRTEEN))
    found = solve(published_table(figures, AT_40_KR, 13), Totals.around(sum(THIRTEEN.values())))
    assert [name for name, fit in found.fits.items() if fit.solutions] == [rounding]
    assert found.verdict == "unique"
    assert dict(found.fits[rounding].head_counts.select("recipient_code", "population").iter_rows()) == THIRTEEN


def test_in_a_part_only_the_largest_may_take_the_residual() -> None:
    """At 39 kr a person a krona too much is no other head count."""
    some = ("2021", "2026")
    by_the_largest = solve(table(only=some, m2026=1), AROUND).fits[LARGEST_RECIPIENT]
    assert by_the_largest.is_bounded
    assert EVERYBODY in by_the_largest.totals
    assert EVERYBODY not in solve(table(only=some, m2021=3), AROUND).fits[LARGEST_RECIPIENT].totals


def test_a_part_does_not_decide_who_gets_what_is_left() -> None:
    found = solve(table(only=("2021", "2026")), AROUND)
    assert {fit.rounding for fit in found.bounded} == {LARGEST_REMAINDER, LARGEST_RECIPIENT}
    assert [fit.rounding for fit in found.decided] == [NEAREST]
    assert {fit.rounding for fit in solve(table(), AROUND).decided} == set(CONVENTIONS)


def test_conventions_that_disagree_on_the_total_are_ambiguous() -> None:
    """Each has one solution: 67 persons if the largest remainders were handed out, 61 if the largest took them."""
    parts = CONVENTIONS[LARGEST_REMAINDER](493, {"a": 11, "b": 21, "c": 35})
    found = solve(published_table(amounts(parts), 493, 3), Totals(59, 75))
    assert {name: fit.totals for name, fit in found.fits.items() if fit.solutions} == {
        LARGEST_REMAINDER: [67],
        LARGEST_RECIPIENT: [61],
    }
    assert [fit.verdict for fit in found.decided if fit.solutions] == ["unique", "unique"]
    assert found.verdict == "ambiguous"


def test_several_head_counts_under_one_total_are_ambiguous() -> None:
    """Half a krona a person: two persons more or fewer may be the same krona."""
    fit = solve(published_table(amounts({"2021": 50}), 100, 3), Totals(200, 200), [NEAREST]).fits[NEAREST]
    assert fit.head_counts.rows() == [(200, "2021", 99, 100)]
    assert (fit.solutions, fit.verdict) == (1, "ambiguous")


def test_only_the_first_hundred_totals_are_listed_but_all_are_counted() -> None:
    fit = solve(table(only=("2021",)), Totals(10_000, 60_000), [NEAREST]).fits[NEAREST]
    assert fit.solutions > 100
    assert len(fit.totals) == 100
    assert fit.verdict == "ambiguous"


def test_the_persons_that_others_leave_are_never_fewer_than_none() -> None:
    """One amount has 100 persons too many, which by itself fits; the misprint beside it cannot make up for them."""
    people = {"2021": 10, "2023": 20_000, "2026": 30_000}
    printed = {code: 40 * count for code, count in people.items()} | {"2021": 413, "2023": 40 * 20_100}
    found = solve(published_table(amounts(printed), 40 * 50_010, 3), Totals(50_010, 50_010), [NEAREST])
    nearly = found.fits[NEAREST].nearly
    assert nearly is not None
    assert nearly.rows.rows() == [(50_010, "2021", 413, 400)]


def test_a_large_table_that_misses_more_than_twenty_is_not_looked_into_further() -> None:
    other_rule = {f"{code:04}": 100_000 + 7_919 * code * code for code in range(40)}
    nearly = (
        solve(published_table(amounts(other_rule), 10**9, 290), Totals.around(500_000), [NEAREST]).fits[NEAREST].nearly
    )
    assert nearly is not None
    assert (nearly.misses, nearly.totals, nearly.rows.height, nearly.is_located) == (21, 0, 0, False)


# --- what is said ----------------------------------------------------------------------------------------------------


def said(found: Inference) -> str:
    """All sentences in English; both languages say something, in as many sentences."""
    assert all(text.sv.endswith(".") and text.en.endswith(".") for text in found.sentences)
    assert not any(text.sv == text.en for text in found.sentences)
    return " ".join(text.en for text in found.sentences).replace("\u00a0", " ")


def thirteen(only: int = 13, base: int = 0) -> Inference:
    """The first of the thirteen as they are, or with a base amount that is not in the rule."""
    parts = CONVENTIONS[NEAREST](AT_40_KR, THIRTEEN)
    figures = amounts(dict(list(parts.items())[:only]))
    return infer_table(figures, AT_40_KR + 13 * base, 13, Totals.around(sum(THIRTEEN.values())), base)


def test_one_solution_is_said_with_its_limits() -> None:
    found = thirteen()
    assert (found.verdict, found.total) == ("unique", sum(THIRTEEN.values()))
    assert "Exactly one national total, 74,839, gives all 13 amounts (nearest krona)." in said(found)
    assert "Excluded, with the number of amounts that the best total misses: largest remainder (" in said(found)
    assert "The total follows from the pot and the number of recipients" in said(found)
    assert "by chance" not in said(found)


def test_one_amount_is_said_to_leave_many_totals() -> None:
    found = thirteen(only=1)
    assert (found.verdict, found.total, found.head_counts.height) == ("ambiguous", None, 0)
    assert "national totals give the amount (nearest krona). The amounts cannot tell them apart." in said(found)
    assert "Not excluded, since not every recipient’s amount is on hand: largest remainder (" in said(found)
    assert "The amounts are few: by chance " in said(found)


def test_persons_too_many_are_said_not_to_go_with_the_total() -> None:
    """A whole person's kronor too much: every amount can be had, but not together."""
    people = {"2021": 5_000, "2023": 9_000, "2026": 11_000}
    parts = CONVENTIONS[NEAREST](25_000 * 40, people)
    found = infer_table(amounts({**parts, "2023": parts["2023"] + 40}), 25_000 * 40, 3, Totals(24_990, 25_010))
    assert found.verdict == "none"
    assert "the head counts do not go with the total. At least one amount is wrong." in said(found)


def test_a_wrong_rule_is_said_to_be_likely() -> None:
    found = thirteen(base=100)
    assert found.verdict == "none"
    assert "Rule, pot, ages or year is probably another." in said(found)


def test_conventions_a_part_cannot_decide_make_no_more_than_ambiguous() -> None:
    """Without one of the rows nearest is excluded, but not that the largest remainders were handed out."""
    parts = CONVENTIONS[LARGEST_REMAINDER](AT_40_KR, THIRTEEN)
    figures = amounts({code: part for code, part in parts.items() if code != "9999"})
    found = infer_table(figures, AT_40_KR, 13, Totals.around(sum(THIRTEEN.values())))
    assert found.solutions.fits[NEAREST].solutions == 0
    assert sum(THIRTEEN.values()) in found.solutions.fits[LARGEST_REMAINDER].totals
    assert found.verdict == "ambiguous"
    assert "Not excluded, since not every recipient’s amount is on hand: largest remainder (" in said(found)


# --- rules -----------------------------------------------------------------------------------------------------------


def shares(*figures: tuple[str, int, int, int]) -> Shares:
    schema = {"figure": pl.String, "amount_sek": pl.Int64, "base_sek": pl.Int64, "variable_sek": pl.Int64}
    return share_intervals(pl.DataFrame(list(figures), schema, orient="row"))


def test_a_grid_goes_from_nothing_to_the_smallest_amount() -> None:
    grid = round_bases(amounts({"2021": 170_000, "2023": 120_000}))
    assert grid.amounts.to_list() == [0, 50_000, 100_000]


@pytest.mark.parametrize(("first", "last", "step"), [(0, 10, 0), (10, 0, 1), (-1, 10, 1)])
def test_a_grid_that_is_none_is_refused(first: int, last: int, step: int) -> None:
    with pytest.raises(DataRefused, match="is no range of amounts"):
        Grid(first, last, step)


def test_a_rough_share_leaves_several_rules() -> None:
    """The share of 10 kr in 100 is known to half a krona only."""
    known = shares(("a", 10, 0, 100))
    found = rules_with_share(known, 100, 5, Grid(0, 50, 10), Grid(500, 1_200, 100))
    assert found.verdict == "ambiguous"
    assert (0, 1_000) in found.rules.rows()
    assert (20, 900) in found.rules.rows()
    for base, pot in found.rules.rows():
        of_100 = Fraction(100 * (100 - base), pot - 5 * base)
        most = Fraction(50, pot - 5 * base) + Fraction(1, 2)
        assert abs(of_100 - 10) < most, (base, pot)
    assert rules_with_share(known, 100, 5, Grid(0, 0, 1), Grid(5_000, 6_000, 100)).verdict == "none"


@pytest.mark.parametrize(("amount", "fits"), [(9, False), (10, True), (11, False)])
def test_shares_that_only_touch_give_no_rule(amount: int, fits: bool) -> None:
    found = rules_with_share(shares(("a", 10, 0, 100)), amount, 5, Grid(0, 0, 1), Grid(100, 100, 1))
    assert (found.verdict == "unique") == fits


def test_a_base_that_takes_more_than_the_pot_is_no_rule() -> None:
    """5 times 100 kr of 499 kr, or of 500 kr: nothing is shared."""
    known = shares(("a", 10, 0, 100))
    assert rules_with_share(known, 100, 5, Grid(100, 100, 1), Grid(499, 500, 1)).verdict == "none"


def test_figures_without_a_common_share_give_no_rule() -> None:
    known = shares(("a", 10, 0, 100), ("b", 90, 0, 100))
    with pytest.raises(DataRefused, match="no share gives all of 2 known figures"):
        rules_with_share(known, 100, 5, Grid(0, 50, 10), Grid(500, 1_200, 100))


def test_intervals_want_figures_and_something_to_share() -> None:
    with pytest.raises(DataRefused, match="there is no figure"):
        shares()
    with pytest.raises(DataRefused, match="figure a: its pot has 0 kr"):
        shares(("a", 10, 10, 0))


@pytest.mark.parametrize(("first", "second", "apart"), [(10, 11, 1), (11, 10, -1)])
def test_shares_next_to_each_other_do_not_meet(first: int, second: int, apart: int) -> None:
    """10 kr of 100 ends where 11 kr of 100 begins."""
    pair = shares(("a", first, 0, 100), ("b", second, 0, 100))
    assert pair.common is None
    assert [found.apart_sek for found in pair.disjoint] == [apart]


TWO_OF_THREE: Final = table(only=("2021", "2026")).figures.select("recipient_code", "amount_sek")


def test_too_few_amounts_for_an_unknown_rule_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    grids = Grid(0, 0, 1), Grid(900_003, 1_100_003, 1_000)
    found = rules_of_table(TWO_OF_THREE, 3, *grids, AROUND)
    assert found.verdict == "ambiguous"
    monkeypatch.setattr(families, "MOST_MEMBERS", found.members.height)
    assert rules_of_table(TWO_OF_THREE, 3, *grids, AROUND).solutions == found.solutions
    monkeypatch.setattr(families, "MOST_MEMBERS", found.members.height - 1)
    with pytest.raises(DataRefused, match=r"more than \d+ rules give all 2 amounts"):
        rules_of_table(TWO_OF_THREE, 3, *grids, AROUND)


def test_a_family_has_one_base_and_one_head_count_of_each() -> None:
    found = rules_of_table(TWO_OF_THREE, 3, Grid(0, 100_000, 50_000), Grid(900_003, 1_200_003, 1_000), AROUND)
    assert len(found.bases) > 1
    bases = found.members.group_by("family").agg(pl.col("base_sek").n_unique())
    assert bases.get_column("base_sek").to_list() == [1] * bases.height
    assert found.head_counts.select("family", "recipient_code").is_unique().all()
    assert found.head_counts.height == 2 * bases.height


def test_a_rule_that_is_known_but_for_nothing_is_found() -> None:
    """One base, one pot and one total to try: the ends of what is searched belong to it."""
    found = rules_of_table(TWO_OF_THREE, 3, Grid(0, 0, 1), Grid(KRONOR, KRONOR, 1), Totals(EVERYBODY, EVERYBODY))
    assert found.verdict == "unique"
    assert found.members.rows() == [(0, KRONOR, 0, EVERYBODY, EVERYBODY)]


def test_bases_that_take_all_of_an_amount_or_a_pot_are_not_tried() -> None:
    figures = amounts({"2021": 100, "2026": 300})
    assert rules_of_table(figures, 3, Grid(100, 200, 50), Grid(1_000, 2_000, 100), Totals(10, 50)).bases == []
    assert rules_of_table(figures, 30, Grid(50, 90, 10), Grid(500, 600, 100), Totals(10, 50)).bases == []


# --- counts on hand --------------------------------------------------------------------------------------------------


def test_totals_are_searched_around_what_scb_counted_not_around_what_amounts_gave() -> None:
    on_hand = CountsOnHand(snapshot())
    near = on_hand.totals_near("0-18", NOVEMBER_2024)
    assert near is not None
    assert near == (Totals.around(2_280_333), ("folkmangd_31_december", dt.date(2024, 12, 31), "official"))
    # Solved totals are known all the same, as are those of all ages.
    assert on_hand.nations("0-18")[Vintage("folkmangd_1_november", NOVEMBER_2024, "derived")] == 2_265_405
    november = Vintage("folkmangd_1_november", dt.date(2023, 11, 1), "derived")
    assert on_hand.nations("all")[november] == 10_557_682


def test_a_nation_is_summed_of_single_years_only_if_every_one_is_there(tmp_path: Path) -> None:
    nation = SeriesFile("nation", "region_code,reference_date,0,1,2\n00,2024-12-31,5,7,9\n", region_types=("country",))
    on_hand = CountsOnHand(read_snapshot(snapshot_folder(tmp_path, [nation])))
    assert list(on_hand.nations("0-2").values()) == [21]
    assert list(on_hand.nations("1-1").values()) == [7]
    assert on_hand.nations("0-3") == {}


BASE_SEK: Final = 200


def counts(day: str, people: dict[str, int]) -> str:
    return "".join(f"{code},{day},{count}\n" for code, count in people.items())


OTHERS: Final = {"2021": 6_495, "2023": 8_801, "2026": 10_250}


class World:
    """Three municipalities counted on two days, and the nation on more; amounts by the earlier count."""

    def __init__(self, folder: Path) -> None:
        head = "region_code,reference_date,total\n"
        both = counts("2023-12-31", PEOPLE) + counts("2024-12-31", OTHERS)
        nation = "".join(counts(f"{year}-12-31", {"00": EVERYBODY + 40 * (year - 2023)}) for year in range(2019, 2026))
        files = [
            SeriesFile("places", head + both),
            SeriesFile("nation", head + nation, region_types=("country",)),
        ]
        self.snapshot = read_snapshot(snapshot_folder(folder, files))
        self.pot = KRONOR + 3 * BASE_SEK
        pot = a_pot(amount_sek=self.pot, rule={"base_sek": BASE_SEK, "variable": {"key": "population", "ages": "all"}})
        self.rules = rules_of([an_agreement(pot)])
        self.recipients = recipients(*PEOPLE)
        self.parts = CONVENTIONS[NEAREST](KRONOR, PEOPLE)

    def figure(self, code: str, more: int = 0, **changes: Any) -> dict[str, Any]:
        return {
            **dict.fromkeys(PUBLISHED_FIGURES.schema.names()),
            "programme": "a-programme",
            "year": 2025,
            "pot_id": "a-pot",
            "recipient_type": "municipality",
            "recipient_code": code,
            "source_id": "a-document",
            "recipient_name": f"Place {code}",
            "published_sek": BASE_SEK + self.parts[code] + more,
            "precision": "exact",
            **changes,
        }

    def inferred(self, *figures: dict[str, Any]) -> pl.DataFrame:
        frame = pl.DataFrame(list(figures), PUBLISHED_FIGURES.schema)
        return vintage_inference_of(frame, self.rules, self.recipients, self.snapshot)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def verdicts(found: pl.DataFrame) -> dict[str, tuple[str, int, int]]:
    rows = found.select("candidate", "verdict", "matches", "figures").iter_rows()
    return {candidate: (verdict, matches, figures) for candidate, verdict, matches, figures in rows}


def test_the_count_behind_a_whole_table_fits_and_others_miss(world: World) -> None:
    found = world.inferred(*map(world.figure, PEOPLE))
    told = verdicts(found)
    assert told["folkmangd_31_december 2023-12-31 official nearest"] == ("fits", 3, 3)
    assert told["folkmangd_31_december 2024-12-31 official nearest"] == ("misses", 0, 3)
    assert told[f"solved {EVERYBODY} nearest"] == ("unique", 3, 3)
    solved = found.filter(pl.col("candidate") == f"solved {EVERYBODY} nearest")
    # The nation was counted to this total on that day.
    assert solved.select("total", "reference_date", "solutions", "population_basis").rows() == [
        (EVERYBODY, NOVEMBER_2024.replace(year=2023, month=12, day=31), 1, None)
    ]


def test_bare_totals_are_tried_where_they_mean_something(world: World) -> None:
    """Days with nothing but the nation, within three years; 39 kr a person make a chance fit of three unlikely."""
    alone = [name for name in verdicts(world.inferred(*map(world.figure, PEOPLE))) if "alone" in name]
    assert alone == [
        "folkmangd_31_december 2021-12-31 official total alone nearest",
        "folkmangd_31_december 2022-12-31 official total alone nearest",
        "folkmangd_31_december 2025-12-31 official total alone nearest",
    ]
    one = verdicts(world.inferred(world.figure("2021")))
    assert not [name for name in one if "alone" in name]


def test_a_part_is_solved_to_the_nearest_krona_and_many_totals_make_one_row(world: World) -> None:
    found = world.inferred(world.figure("2021")).filter(pl.col("candidate").str.starts_with("solved"))
    assert found.select("candidate", "total", "verdict").rows() == [("solved nearest", None, "ambiguous")]
    assert found["solutions"][0] > 20


def test_a_wrong_krona_is_a_match_less(world: World) -> None:
    told = verdicts(world.inferred(world.figure("2021"), world.figure("2023", 1), world.figure("2026")))
    assert told["folkmangd_31_december 2023-12-31 official nearest"] == ("misses", 2, 3)
    assert told[f"solved {EVERYBODY} nearest"] == ("misses", 2, 3)


def test_figures_that_are_not_exact_or_of_no_recipient_do_not_take_part(world: World) -> None:
    rounded = world.figure("2023", precision="rounded", rounded_to_sek=1_000)
    together = world.figure("2023", recipient_type="municipalities_in_county", recipient_code="20")
    assert set(world.inferred(world.figure("2021"), rounded, together).get_column("figures")) == {1}
    assert world.inferred(rounded).is_empty()


def test_what_two_sources_agree_on_is_one_figure_and_what_they_do_not_is_not_solved(world: World) -> None:
    again = world.figure("2021", source_id="another-document")
    assert world.inferred(world.figure("2021"), again).equals(world.inferred(world.figure("2021")))
    other = world.figure("2021", 7, source_id="another-document")
    told = verdicts(world.inferred(world.figure("2021"), other))
    assert told["folkmangd_31_december 2023-12-31 official nearest"] == ("misses", 1, 2)
    assert not [name for name in told if name.startswith("solved")]


def test_an_amount_that_two_sources_doubt_leaves_the_others_to_be_solved(world: World) -> None:
    others = world.figure("2023"), world.figure("2026")
    doubted = world.figure("2021"), world.figure("2021", 7, source_id="another-document")
    told = verdicts(enforce(VINTAGE_INFERENCE, world.inferred(*others, *doubted)))
    assert told["folkmangd_31_december 2023-12-31 official nearest"] == ("misses", 3, 4)
    assert told[f"solved {EVERYBODY} nearest"] == ("unique", 2, 2)


def test_without_a_national_total_nothing_is_solved(world: World, tmp_path: Path) -> None:
    head = "region_code,reference_date,total\n"
    places = SeriesFile("places", head + counts("2023-12-31", PEOPLE))
    world.snapshot = read_snapshot(snapshot_folder(tmp_path / "other", [places]))
    assert list(verdicts(world.inferred(*map(world.figure, PEOPLE)))) == [
        f"folkmangd_31_december 2023-12-31 official {rounding}"
        for rounding in ("largest_recipient", "largest_remainder", "nearest")
    ]
    assert TRIED[:3] == (NEAREST, LARGEST_REMAINDER, LARGEST_RECIPIENT)
