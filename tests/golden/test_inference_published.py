"""Published amounts solved backwards: the totals, head counts, rules and counts that are known to be behind them."""

from functools import cache
from typing import Final

import polars as pl
import pytest

from assets.agreements.files import AgreementFiles
from assets.agreements.tables import rules_of
from assets.verification.inference.families import rules_of_table
from assets.verification.inference.infer import Inference, infer_table
from assets.verification.inference.rules import Grid, round_bases, round_pots, rules_with_share
from assets.verification.inference.shares import Shares, share_intervals
from assets.verification.inference.solve import Solutions, missed_by, solve
from assets.verification.inference.table import published_table
from assets.verification.inference.vintages import vintage_inference_of
from assets.verification.inference.windows import ROUNDED_UP, TRUNCATED, Totals
from assets.verification.published import PublishedFiles
from schemas.contract import enforce
from schemas.tables.verification import VINTAGE_INFERENCE
from schemas.vocabulary import LARGEST_RECIPIENT, LARGEST_REMAINDER, NEAREST, ROUNDINGS
from tests.domain import DATA, recipients_in, snapshot

PUBLISHED: Final = PublishedFiles(DATA / "published")
MILLION: Final = 1_000_000
# Within three per cent of the children at the end of 2024.
AROUND: Final = Totals.around(2_280_333)

# Ages 0–18 on 1 November 2024, as the amounts of 2025 have them.
CHILDREN: Final = {
    "2021": 1_320,
    "2023": 1_825,
    "2026": 2_400,
    "2029": 3_144,
    "2031": 1_832,
    "2034": 1_245,
    "2039": 1_258,
    "2061": 2_071,
    "2062": 3_936,
    "2080": 13_093,
    "2081": 11_272,
    "2082": 2_377,
    "2083": 3_068,
    "2084": 4_576,
    "2085": 5_649,
}
# Everybody on 1 November 2021 and 2023, by county.
EVERYBODY: Final = {
    "01": (2_411_859, 2_455_914),
    "03": (394_154, 404_714),
    "04": (301_382, 302_310),
    "05": (469_445, 472_660),
    "06": (366_840, 369_201),
    "07": (203_243, 204_028),
    "08": (246_989, 247_063),
    "09": (60_972, 61_093),
    "10": (158_999, 158_226),
    "12": (1_400_973, 1_422_288),
    "13": (339_903, 343_989),
    "14": (1_743_304, 1_767_641),
    "17": (283_169, 283_661),
    "18": (306_688, 308_413),
    "19": (278_721, 280_965),
    "20": (288_164, 287_451),
    "21": (287_873, 286_085),
    "22": (244_223, 242_343),
    "23": (131_914, 132_466),
    "24": (274_533, 278_518),
    "25": (249_752, 248_653),
}


@cache
def amounts(programme: str, year: int, pot_id: str, kind: str) -> pl.DataFrame:
    """`recipient_code, amount_sek` of a published pot."""
    figures = PUBLISHED.figures(programme).filter(
        pl.col("year") == year, pl.col("pot_id") == pot_id, pl.col("recipient_type") == kind
    )
    return figures.select("recipient_code", amount_sek="published_sek")


def dalarna() -> pl.DataFrame:
    return amounts("psykisk-halsa", 2025, "children-youth-municipality", "municipality")


def solved(figures: pl.DataFrame, totals: Totals, pot: int = 250 * MILLION, recipients: int = 290) -> Solutions:
    return solve(published_table(figures, pot, recipients, 200_000), totals, [NEAREST])


@cache
def womens_health(year: int) -> Inference:
    pot = {2022: 1_382 * MILLION, 2024: 1_367 * MILLION}[year]
    figures = amounts("kvinnors-halsa", year, "womens-health-population", "region")
    return infer_table(figures, pot, 21, Totals(10_300_000, 10_700_000))


# --- municipalities 2025 ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def municipal() -> Inference:
    return infer_table(dalarna(), 250 * MILLION, 290, Totals(1_500_000, 3_500_000), base_sek=200_000)


def test_one_total_of_two_million_gives_all_15_municipal_amounts(municipal: Inference) -> None:
    assert (municipal.verdict, municipal.total) == ("unique", 2_265_405)
    assert dict(municipal.head_counts.iter_rows()) == CHILDREN
    assert sum(CHILDREN.values()) == 59_066
    assert municipal.sentences[0].en == "Exactly one national total, 2,265,405, gives all 15 amounts (nearest krona)."
    sv = municipal.sentences[0].sv.replace("\u00a0", " ")
    assert sv == "Exakt ett rikstal, 2 265 405, ger alla 15 belopp (närmaste krona)."


def test_kronor_per_child_are_84_75(municipal: Inference) -> None:
    share = municipal.solutions.sek_per_person(2_265_405)
    assert (share.numerator * 100 // share.denominator) == 8_475


@pytest.mark.parametrize(("total", "missed"), [(2_265_403, 4), (2_265_404, 1), (2_265_405, 0), (2_265_406, 2)])
def test_neighbours_of_the_total_miss_a_few(total: int, missed: int) -> None:
    table = published_table(dalarna(), 250 * MILLION, 290, 200_000)
    assert len(missed_by(table, total, NEAREST)) == missed


@pytest.mark.parametrize("total", [2_296_232, 2_280_333, 2_254_517])
def test_year_end_counts_of_children_miss_every_amount(total: int) -> None:
    table = published_table(dalarna(), 250 * MILLION, 290, 200_000)
    assert len(missed_by(table, total, NEAREST)) == 15


@pytest.mark.parametrize("rounding", [TRUNCATED, ROUNDED_UP])
def test_rounding_one_way_misses_four_amounts_at_best(rounding: str, municipal: Inference) -> None:
    nearly = municipal.solutions.fits[rounding].nearly
    assert nearly is not None
    assert nearly.misses == 4


def test_largest_remainder_is_not_excluded_by_15_of_290(municipal: Inference) -> None:
    fit = municipal.solutions.fits[LARGEST_REMAINDER]
    assert (fit.is_bounded, fit.totals) == (True, [2_265_405])
    assert "cut between 0.4630 and 0.5565" in municipal.sentences[1].en


@pytest.mark.parametrize(
    ("figures", "largest_first", "smallest_first"), [(1, 1_779, 1_768), (2, 21, 25), (3, 1, 5), (5, 1, 4), (10, 1, 2)]
)
def test_few_figures_leave_several_totals(figures: int, largest_first: int, smallest_first: int) -> None:
    for descending, expected in ((True, largest_first), (False, smallest_first)):
        chosen = dalarna().sort("amount_sek", descending=descending).head(figures)
        fit = solved(chosen, Totals(2_200_000, 2_350_000)).fits[NEAREST]
        assert fit.solutions == expected
        assert fit.verdict == ("unique" if expected == 1 else "ambiguous")


def test_three_small_municipalities_are_ambiguous_and_the_candidates_are_named() -> None:
    chosen = dalarna().sort("amount_sek").head(3)
    found = infer_table(chosen, 250 * MILLION, 290, Totals(2_200_000, 2_350_000), base_sek=200_000)
    assert (found.verdict, found.total, found.head_counts.height) == ("ambiguous", None, 0)
    assert len(found.solutions.fits[NEAREST].totals) == 5
    assert 2_265_405 in found.solutions.fits[NEAREST].totals
    assert found.sentences[0].en.startswith("5 national totals give all 3 amounts (nearest krona): 2,265,")


@pytest.mark.parametrize(
    ("pot", "recipients", "total"),
    [(250, 290, 2_265_405), (250, 289, 2_267_765), (260, 290, 2_383_395), (200, 290, 1_675_456)],
)
def test_another_pot_or_number_of_recipients_gives_another_total(pot: int, recipients: int, total: int) -> None:
    """Only kronor per person are visible: the head counts stay the same."""
    fit = solved(dalarna(), Totals(1_500_000, 3_000_000), pot * MILLION, recipients).fits[NEAREST]
    assert (fit.solutions, fit.totals) == (1, [total])
    assert dict(fit.head_counts.select("recipient_code", "population").iter_rows()) == CHILDREN


def test_29_of_30_changes_of_a_krona_are_seen_and_one_is_absorbed() -> None:
    """The changed row is named every time; for three of them a neighbouring total names another row as well."""
    absorbed, doubtful = [], []
    for code in CHILDREN:
        for krona in (-1, 1):
            wrong = (pl.col("recipient_code") == code).cast(pl.Int64) * krona
            fit = solved(dalarna().with_columns(pl.col("amount_sek") + wrong), AROUND).fits[NEAREST]
            if fit.nearly is None:
                absorbed.append((code, krona, fit.totals))
                continue
            difference = pl.col("amount_sek") - pl.col("nearest_sek")
            missed = fit.nearly.rows.select("total", "recipient_code", difference).rows()
            assert fit.nearly.is_located
            assert fit.nearly.misses == 1
            assert (2_265_405, code, krona) in missed
            if missed != [(2_265_405, code, krona)]:
                doubtful.append((code, krona, {total for total, _, _ in missed}))
    assert absorbed == [("2081", 1, [2_265_404])]
    assert doubtful == [
        ("2029", -1, {2_265_405, 2_265_406}),
        ("2080", -1, {2_265_405, 2_265_406}),
        ("2081", -1, {2_265_404, 2_265_405}),
    ]


def test_the_row_with_a_wrong_krona_is_named_in_words() -> None:
    wrong = dalarna().with_columns(pl.col("amount_sek") + (pl.col("recipient_code") == "2062").cast(pl.Int64))
    found = infer_table(wrong, 250 * MILLION, 290, AROUND, base_sek=200_000)
    assert (found.verdict, found.total) == ("none", None)
    en = found.sentences[0].en.replace("\u00a0", " ")
    assert "but 2,265,405 misses only 1 (2062 SEK 533,589, closest SEK 533,588)." in en


def test_only_200_000_kr_of_round_base_amounts_gives_the_amounts() -> None:
    found = rules_of_table(dalarna(), 290, round_bases(dalarna()), round_pots(200 * MILLION, 300 * MILLION), AROUND)
    assert found.bases == [200_000]
    assert dict(found.head_counts.select("recipient_code", "population").iter_rows()) == CHILDREN


@pytest.mark.parametrize("base", [0, 150_000, 250_000])
def test_other_base_amounts_miss_ten_amounts_or_more(base: int) -> None:
    fit = solve(published_table(dalarna(), 250 * MILLION, 290, base), Totals(1_500_000, 3_500_000), [NEAREST])
    nearly = fit.fits[NEAREST].nearly
    assert nearly is not None
    assert nearly.misses >= 10
    assert not nearly.is_located


def test_pot_and_total_go_together_until_a_total_on_hand_picks_one() -> None:
    found = rules_of_table(dalarna(), 290, round_bases(dalarna()), round_pots(200 * MILLION, 300 * MILLION), AROUND)
    assert found.verdict == "ambiguous"
    assert found.members.get_column("family").n_unique() == 1
    scale = dict(found.members.select("pot_sek", "total_first").iter_rows())
    assert scale[250 * MILLION] == 2_265_405
    assert len(scale) == 23
    picked = found.with_total([2_265_405, 2_280_333, 2_296_232])
    assert picked.verdict == "unique"
    assert picked.members.rows() == [(200_000, 250 * MILLION, 0, 2_265_405, 2_265_405)]
    assert found.with_total([2_280_333]).verdict == "none"


def test_twice_the_children_at_half_the_kronor_fit_as_well() -> None:
    found = rules_of_table(
        dalarna(), 290, Grid(200_000, 200_000, 1), Grid(154 * MILLION, 250 * MILLION, 96 * MILLION), AROUND
    )
    totals = found.members.filter(pl.col("total_first") == 2_265_405).get_column("pot_sek").to_list()
    assert totals == [154 * MILLION, 250 * MILLION]


# --- women's health ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "total"), [(2022, 10_443_100), (2024, 10_557_682)])
def test_a_whole_regional_table_has_one_total_and_21_head_counts(year: int, total: int) -> None:
    found = womens_health(year)
    assert (found.verdict, found.total) == ("unique", total)
    assert dict(found.head_counts.iter_rows()) == {code: counts[year == 2024] for code, counts in EVERYBODY.items()}
    assert int(found.head_counts.get_column("population").sum()) == total


def test_the_table_of_2022_hands_out_the_largest_remainders() -> None:
    found = womens_health(2022)
    misses = {name: fit.nearly.misses for name, fit in found.solutions.fits.items() if fit.nearly is not None}
    assert {name: misses.get(name, 0) for name in ROUNDINGS} == {
        LARGEST_REMAINDER: 0,
        NEAREST: 2,
        LARGEST_RECIPIENT: 3,
    }
    nearest = found.solutions.fits[NEAREST].nearly
    assert nearest is not None
    assert nearest.rows.rows() == [
        (10_443_100, "18", 40_585_919, 40_585_920),
        (10_443_100, "24", 36_330_649, 36_330_650),
    ]
    assert found.solutions.table.residual_sek == 0
    assert found.sentences[0].en == "Exactly one national total, 10,443,100, gives all 21 amounts (largest remainder)."


def test_the_table_of_2024_does_not_tell_the_conventions_apart() -> None:
    found = womens_health(2024)
    assert [fit.rounding for fit in found.solutions.decided if fit.solutions] == list(ROUNDINGS)
    assert "(nearest krona, largest remainder, residual on the largest recipient)" in found.sentences[0].en


def test_a_whole_table_shows_its_pot_too() -> None:
    """Its persons must add up, which fixes the scale; largest remainders add up to the pot as they are."""
    figures = amounts("kvinnors-halsa", 2024, "womens-health-population", "region")
    pots = round_pots(1_300 * MILLION, 1_450 * MILLION)
    found = rules_of_table(figures, 21, Grid(0, 1 * MILLION, 500_000), pots, Totals.around(10_587_710))
    assert found.verdict == "unique"
    assert found.members.rows() == [(0, 1_367 * MILLION, 0, 10_557_682, 10_557_682)]


# --- one figure per pot -----------------------------------------------------------------------------------------------


def shares_of(*figures: tuple[str, int, int, int]) -> Shares:
    schema = {"figure": pl.String, "amount_sek": pl.Int64, "base_sek": pl.Int64, "variable_sek": pl.Int64}
    return share_intervals(pl.DataFrame(list(figures), schema, orient="row"))


@pytest.mark.parametrize(("year", "pot"), [(2023, 200), (2024, 250)])
def test_comorbidity_has_5_million_per_county_and_one_round_pot(year: int, pot: int) -> None:
    key = int(amounts("psykisk-halsa", year, "suicide-prevention-county", "county")["amount_sek"][0])
    amount = int(amounts("psykisk-halsa", year, "complex-needs-county", "county")["amount_sek"][0])
    share = shares_of(("suicide prevention", key, 0, 200 * MILLION))
    found = rules_with_share(share, amount, 21, Grid(0, 8 * MILLION, 50_000), round_pots(50 * MILLION, 500 * MILLION))
    assert found.rules.rows() == [(5 * MILLION, pot * MILLION)]
    assert found.verdict == "unique"


def test_four_figures_of_2025_have_one_share() -> None:
    shares = shares_of(
        ("complex needs, county", 5_409_733, 0, 200 * MILLION),
        ("complex needs, region", 13_524_332, 0, 500 * MILLION),
        ("suicide prevention, county", 7_569_623, 5 * MILLION, 95 * MILLION),
        ("suicide prevention, region", 7_790_015, 0, 288 * MILLION),
    )
    assert shares.common is not None
    low, high = (end.numerator * 10**10 // end.denominator for end in shares.common)
    assert (low, high) == (270_486_630, 270_486_649)


def test_a_figure_of_the_year_before_has_another_share() -> None:
    shares = shares_of(
        ("co-morbidity", 8_947_874, 5 * MILLION, 145 * MILLION),
        ("suicide prevention", 5_445_343, 0, 200 * MILLION),
        ("listed for 2024", 5_484_559, 0, 200 * MILLION),
    )
    assert shares.common is None
    assert shares.suspects == ("listed for 2024",)
    apart = {(pair.first.figure, pair.second.figure): pair.apart_sek for pair in shares.disjoint}
    assert apart == {("co-morbidity", "listed for 2024"): 39_216, ("suicide prevention", "listed for 2024"): 39_216}


def test_two_pots_said_to_share_a_key_are_326_kr_apart() -> None:
    shares = shares_of(("region", 14_003_192, 0, 553 * MILLION), ("county", 6_330_883, 0, 250 * MILLION))
    assert [pair.apart_sek for pair in shares.disjoint] == [326]
    assert shares.suspects == ("region", "county")


# --- the counts behind them -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vintages() -> pl.DataFrame:
    agreements = AgreementFiles(DATA / "agreements")
    files = agreements.of_years(agreements.years())
    recipients = pl.concat([recipients_in(year) for year in agreements.years()])
    return vintage_inference_of(PUBLISHED.of(files), rules_of(files), recipients, snapshot())


def fitting(vintages: pl.DataFrame, year: int, pot_id: str) -> list[str]:
    """The candidates that give every figure of a pot."""
    rows = vintages.filter(pl.col("year") == year, pl.col("pot_id") == pot_id, pl.col("verdict") != "misses")
    return rows.get_column("candidate").to_list()


def test_every_candidate_of_every_published_pot_stands_once(vintages: pl.DataFrame) -> None:
    enforce(VINTAGE_INFERENCE, vintages)
    assert vintages.select("programme", "year", "pot_id", "candidate").is_unique().all()
    assert vintages.select("programme", "year", "pot_id").n_unique() == 12
    assert set(vintages.get_column("verdict")) == {"unique", "ambiguous", "fits", "misses"}
    assert vintages.filter((pl.col("matches") == pl.col("figures")) != (pl.col("verdict") != "misses")).is_empty()


def test_municipal_amounts_of_2025_go_by_the_count_of_november_alone(vintages: pl.DataFrame) -> None:
    assert fitting(vintages, 2025, "children-youth-municipality") == [
        "folkmangd_1_november 2024-11-01 derived nearest",
        "solved 2265405 nearest",
    ]
    december = vintages.filter(
        pl.col("pot_id") == "children-youth-municipality",
        pl.col("candidate") == "folkmangd_31_december 2024-12-31 official total alone nearest",
    )
    assert december.select("total", "matches", "figures").rows() == [(2_280_333, 0, 15)]


def test_womens_health_goes_by_the_counts_of_november(vintages: pl.DataFrame) -> None:
    assert fitting(vintages, 2022, "womens-health-population") == [
        "folkmangd_1_november 2021-11-01 derived largest_remainder",
        "solved 10443100 largest_remainder",
    ]
    assert fitting(vintages, 2024, "womens-health-population") == [
        f"{candidate} {rounding}"
        for candidate in ("folkmangd_1_november 2023-11-01 derived", "solved 10557682")
        for rounding in sorted(ROUNDINGS)
    ]


@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize("pot_id", ["complex-needs-county", "suicide-prevention-county"])
def test_dalarnas_county_amounts_go_by_the_november_before(year: int, pot_id: str, vintages: pl.DataFrame) -> None:
    found = fitting(vintages, year, pot_id)
    assert found == [
        *(f"folkmangd_1_november {year - 1}-11-01 derived {rounding}" for rounding in sorted(ROUNDINGS)),
        "solved nearest",
    ]
    solved_row = vintages.filter(
        pl.col("year") == year, pl.col("pot_id") == pot_id, pl.col("candidate") == "solved nearest"
    )
    assert solved_row.get_column("total").to_list() == [None]
    assert solved_row.get_column("solutions")[0] > 30_000
