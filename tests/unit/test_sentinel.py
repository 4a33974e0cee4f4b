"""The sentinel on tables small enough to check by hand, and on the counties of the country."""

import itertools
import random
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest

from assets.verification.sentinel import digits
from assets.verification.sentinel.alarms import total_alarm
from assets.verification.sentinel.causes import Suspect, _of_others
from assets.verification.sentinel.examine import examine
from assets.verification.sentinel.near import _by_chance, _is_nobodys, solved_totals
from assets.verification.sentinel.reference import reference_of
from assets.verification.sentinel.split import Split
from assets.verification.sentinel.standards import Exact
from assets.verification.sentinel.table import Alarm, PrintedTable, Reference
from assets.verification.sentinel.totals import Parts, judge_total, unrounded_sum
from schemas.errors import DataRefused
from schemas.tables.verification import PUBLISHED_FIGURES
from schemas.vocabulary import ALARM_KINDS, OFFICIAL, PROXY, ROUNDINGS
from tests.domain import a_pot, an_agreement, head_counts, recipients
from tests.oracle import CONVENTIONS

# Head counts of five counties; the fifth has a leading zero that is easily lost.
PEOPLE = {"03": 404_589, "20": 286_547, "21": 284_586, "23": 132_572, "25": 248_480}
POT, BASE = 20_000_000, 1_000_000
LATER = {"03": 409_000, "20": 287_100, "21": 283_900, "23": 133_300, "25": 247_500}

# The 21 counties on 1 November 2023, as solved from published amounts.
COUNTRY = {
    "01": 2_455_914,
    "03": 404_714,
    "04": 302_310,
    "05": 472_660,
    "06": 369_201,
    "07": 204_028,
    "08": 247_063,
    "09": 61_093,
    "10": 158_226,
    "12": 1_422_288,
    "13": 343_989,
    "14": 1_767_641,
    "17": 283_661,
    "18": 308_413,
    "19": 280_965,
    "20": 287_451,
    "21": 286_085,
    "22": 242_343,
    "23": 132_466,
    "24": 278_518,
    "25": 248_653,
}


# --- builders ---------------------------------------------------------------------------------------------------


def amounts_of(
    people: dict[str, int], *, pot: int = POT, base: int = BASE, rounding: str = "nearest"
) -> dict[str, int]:
    parts = CONVENTIONS[rounding](pot - base * len(people), people)
    return {code: base + part for code, part in parts.items()}


def a_reference(
    people: dict[str, int] = PEOPLE,
    *,
    pot: int = POT,
    base: int = BASE,
    rounding: str = "nearest",
    basis: str = OFFICIAL,
    vintages: dict[str, dict[str, int]] | None = None,
    history: tuple[tuple[int, str, dict[str, int]], ...] = (),
) -> Reference:
    expected = amounts_of(people, pot=pot, base=base, rounding=rounding)
    elsewhere = [
        ("a-programme", year, pot_id, "computed", code, amount)
        for year, pot_id, amounts in history
        for code, amount in amounts.items()
    ]
    columns = ("programme", "year", "pot_id", "origin", "recipient_code", "amount_sek")
    return Reference(
        programme="a-programme",
        year=2025,
        pot_id="a-pot",
        recipient_type="county",
        expected=pl.DataFrame(
            [(code, base, count, basis, expected[code]) for code, count in people.items()],
            ["recipient_code", "base_sek", "population", "population_basis", "amount_sek"],
            orient="row",
        ),
        variable_pot_sek=pot - base * len(people),
        population_total=sum(people.values()),
        rounding=rounding,
        vintages={label: counted(counts) for label, counts in (vintages or {}).items()},
        history=pl.DataFrame(
            elsewhere,
            {name: pl.Int64 if name in ("year", "amount_sek") else pl.String for name in columns},
            orient="row",
        ),
        recipients=pl.DataFrame(
            [(code, f"Place {code}", code[:2]) for code in people],
            ["recipient_code", "recipient_name", "county_code"],
            orient="row",
        ),
    )


def counted(people: dict[str, int]) -> pl.DataFrame:
    return pl.DataFrame({"recipient_code": list(people), "population": list(people.values())})


def a_table(
    amounts: Mapping[str, int | None] | Sequence[tuple[str | None, str | None, int | None]],
    total: int | None = None,
    step: int = 1,
) -> PrintedTable:
    rows = [(code, None, amount) for code, amount in amounts.items()] if isinstance(amounts, Mapping) else list(amounts)
    schema = {"recipient_code": pl.String, "printed_code": pl.String, "amount_sek": pl.Int64}
    return PrintedTable(pl.DataFrame(rows, schema, orient="row"), total, step)


def alarms_for(
    changes: dict[str, int], total: int | None = None, reference: Reference | None = None
) -> tuple[Alarm, ...]:
    """Alarms about the pot with some amounts changed."""
    held = reference or a_reference()
    amounts = {code: member.amount_sek for code, member in held.members.items()}
    return examine(a_table({**amounts, **changes}, total), held)


def the_alarm(alarms: tuple[Alarm, ...]) -> Alarm:
    assert [alarm.kind for alarm in alarms][1:] == [], alarms
    return alarms[0]


def told(alarms: tuple[Alarm, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(alarm.kind, alarm.recipient_codes) for alarm in alarms]


def candidates(alarm: Alarm) -> list[str]:
    return [each["kind"] for each in alarm.evidence.get("candidates", [])]


RIGHT = amounts_of(PEOPLE)
SUM = sum(RIGHT.values())


# --- arithmetic -------------------------------------------------------------------------------------------------


def test_the_table_of_these_tests() -> None:
    assert RIGHT == {"03": 5_472_989, "20": 4_167_959, "21": 4_146_279, "23": 2_465_668, "25": 3_747_105}
    assert SUM == POT


def test_swapped_digits_are_found_again_even_if_a_zero_came_first() -> None:
    chance = random.Random(1)
    for number in [1_045, 10, 100_400, *(chance.randrange(10, 10**9) for _ in range(300))]:
        text = str(number)
        for left, right in itertools.combinations(range(len(text)), 2):
            if (left == 0 and right > 1 and text[right] == "0") or text[left] == text[right]:
                continue
            swapped = list(text)
            swapped[left], swapped[right] = swapped[right], swapped[left]
            printed = int("".join(swapped))
            if len(str(printed)) < len(text) - 1:
                continue
            near = right - left == 1
            assert number in set(digits.unswapped(printed, only_neighbours=near)), (number, printed)
    assert set(digits.unswapped(12, only_neighbours=True)) == {21, 102}
    assert set(digits.unswapped(-1_309_672, only_neighbours=False)) == set(), "a minus is no digit"
    assert set(digits.with_a_digit_removed(-12)) == set(digits.with_a_digit_inserted(-12)) == set()
    assert 15 not in set(digits.unswapped(105, only_neighbours=False)), "015 is not how fifteen is written"
    assert 1_145 not in set(digits.unswapped(1_145, only_neighbours=False)), "no swap is no slip"


def test_digits_added_and_lost() -> None:
    assert set(digits.with_a_digit_removed(123)) == {23, 13, 12}
    assert {1_023, 1_203, 1_230, 9_123} <= set(digits.with_a_digit_inserted(123))


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_people_are_found_in_their_part_and_nobody_in_others(rounding: str) -> None:
    split = Split(15_000_000, sum(PEOPLE.values()), rounding)
    for people in range(132_000, 132_200):
        assert split.people_behind(split.part_of(people)) == people
    whole = {split.people_behind(part) for part in range(1_463_000, 1_463_100)}
    assert None in whole, "11 kr per head leave most amounts to nobody"
    assert split.people_behind(split.part_of(-5)) is None


def test_largest_remainder_rounds_either_way() -> None:
    parts = CONVENTIONS["largest_remainder"](15_000_000, PEOPLE)
    split = Split(15_000_000, sum(PEOPLE.values()), "largest_remainder")
    assert {code: split.people_behind(part) for code, part in parts.items()} == PEOPLE


# --- one row ----------------------------------------------------------------------------------------------------


def test_a_right_table_is_no_alarm() -> None:
    assert alarms_for({}) == ()
    assert alarms_for({}, total=SUM) == ()


@pytest.mark.parametrize("off", [-40, -1, 1, 7, 31])
def test_a_krona_is_seen_and_corrected(off: int) -> None:
    alarm = the_alarm(alarms_for({"20": RIGHT["20"] + off}))
    assert (alarm.kind, alarm.recipient_codes) == ("off_by_kronor", ("20",))
    assert (alarm.printed_sek, alarm.corrected_sek) == (RIGHT["20"] + off, RIGHT["20"])
    assert alarm.evidence == {"difference_sek": off}
    assert alarm.severity == "error"


def test_an_amount_of_other_people_is_another_head_count() -> None:
    split = Split(POT - 5 * BASE, sum(PEOPLE.values()), "nearest")
    alarm = the_alarm(alarms_for({"20": BASE + split.part_of(290_000)}))
    assert (alarm.kind, alarm.evidence["people"]) == ("other_head_count", 290_000)
    assert alarm.corrected_sek == RIGHT["20"]
    few = the_alarm(alarms_for({"20": BASE + split.part_of(PEOPLE["20"] + 3)}))
    assert candidates(few) == ["other_head_count", "off_by_kronor"], "33 kr may be a slip of the pen too"


def test_where_a_krona_is_more_than_a_person_no_amount_is_nobodys() -> None:
    poor = a_reference(pot=5 * BASE + 1_000_000)
    amount = poor.members["20"].amount_sek
    assert the_alarm(alarms_for({"20": amount + 5_000}, reference=poor)).kind == "off_by_kronor"


def test_the_amount_of_another_recipient_is_named() -> None:
    alarm = the_alarm(alarms_for({"20": RIGHT["21"]}))
    assert (alarm.kind, alarm.evidence["amount_of"]) == ("other_head_count", ["21"])
    own = Suspect("20", RIGHT["20"], Exact(BASE, 1, None, None), 1)
    assert _of_others(own, a_reference()) == {}


def test_two_digits() -> None:
    alarm = the_alarm(alarms_for({"20": 4_169_759}))
    assert (alarm.kind, alarm.corrected_sek) == ("digit_swap", 4_167_959)
    distant = the_alarm(alarms_for({"20": 4_967_159}))
    assert (distant.kind, distant.corrected_sek) == ("digit_swap", 4_167_959)


def test_a_slip_that_is_a_swap_of_digits_too_names_both() -> None:
    alarm = the_alarm(alarms_for({"20": 4_167_995}))
    assert (alarm.kind, candidates(alarm)) == ("digit_swap", ["digit_swap", "off_by_kronor"])
    assert alarm.corrected_sek == 4_167_959


def test_two_recipients_and_three() -> None:
    two = the_alarm(alarms_for({"20": RIGHT["23"], "23": RIGHT["20"]}))
    assert (two.kind, set(two.recipient_codes)) == ("recipients_swapped", {"20", "23"})
    assert two.evidence["right_sek"] == {"20": RIGHT["20"], "23": RIGHT["23"]}
    reference = a_reference(COUNTRY, pot=200_000_000)
    right = {code: member.amount_sek for code, member in reference.members.items()}
    open_end = alarms_for({"20": right["21"], "21": right["22"], "22": right["22"] + 1}, reference=reference)
    assert [alarm.kind for alarm in open_end] == ["other_head_count", "other_head_count", "off_by_kronor"]
    three = the_alarm(alarms_for({"20": RIGHT["21"], "21": RIGHT["23"], "23": RIGHT["20"]}))
    assert (three.kind, set(three.recipient_codes)) == ("recipients_swapped", {"20", "21", "23"})
    assert (two.printed_sek, two.corrected_sek) == (None, None)


def test_a_column_that_has_slipped_a_row() -> None:
    codes = list(RIGHT)
    slipped = {code: RIGHT[codes[place - 1]] for place, code in enumerate(codes)}
    alarm = the_alarm(alarms_for(slipped))
    assert (alarm.kind, set(alarm.recipient_codes)) == ("recipients_swapped", set(PEOPLE))


def test_swapped_equal_amounts_are_no_error() -> None:
    twins = a_reference({**PEOPLE, "24": PEOPLE["20"]})
    amounts = {code: member.amount_sek for code, member in twins.members.items()}
    assert amounts["20"] == amounts["24"]
    assert alarms_for({"20": amounts["24"], "24": amounts["20"]}, reference=twins) == ()


@pytest.mark.parametrize("its_own_total", [True, False])
def test_one_row_of_another_count(*, its_own_total: bool) -> None:
    reference = a_reference(vintages={"a year later": LATER})
    total = sum(LATER.values()) if its_own_total else sum(PEOPLE.values())
    amount = BASE + Split(POT - 5 * BASE, total, "nearest").part_of(LATER["03"])
    alarm = the_alarm(alarms_for({"03": amount}, reference=reference))
    assert (alarm.kind, alarm.evidence["vintage"]) == ("other_vintage_row", "a year later")
    assert alarm.evidence["people"] == LATER["03"]


def test_a_count_of_some_recipients_shares_no_pot() -> None:
    reference = a_reference(vintages={"two counties": {"20": 1, "21": 2}})
    alarm = the_alarm(alarms_for({"20": BASE + 5_000_000}, reference=reference))
    assert alarm.kind != "other_vintage_row"


def test_a_count_of_some_recipients_can_still_be_in_a_row() -> None:
    reference = a_reference(vintages={"one county": {"03": LATER["03"]}})
    amount = BASE + Split(POT - 5 * BASE, sum(PEOPLE.values()), "nearest").part_of(LATER["03"])
    assert the_alarm(alarms_for({"03": amount}, reference=reference)).kind == "other_vintage_row"


def test_a_row_of_another_year_and_both_years_if_there_are_two() -> None:
    other = {code: amount - 77_777 for code, amount in RIGHT.items()}
    reference = a_reference(history=((2023, "a-pot", other), (2024, "other-pot", other), (2025, "a-pot", other)))
    alarm = the_alarm(alarms_for({"25": other["25"]}, reference=reference))
    assert (alarm.kind, alarm.evidence["year"], alarm.evidence["pot_id"]) == ("stale_row", 2024, "other-pot")
    assert [(each["year"], each["pot_id"]) for each in alarm.evidence["candidates"]] == [
        (2024, "other-pot"),
        (2023, "a-pot"),
    ], "the pot itself is no other pot"


def test_an_amount_that_another_year_explains_is_no_outlier_besides() -> None:
    other = {code: 3 * amount + 1 for code, amount in RIGHT.items()}
    reference = a_reference(history=((2023, "a-pot", other),))
    alarm = the_alarm(alarms_for({"25": other["25"]}, reference=reference))
    assert (alarm.kind, candidates(alarm)) == ("stale_row", [])


def _published_too(reference: Reference) -> Reference:
    published = reference.history.with_columns(origin=pl.lit("published"))
    return Reference(**{**vars_of(reference), "history": pl.concat([reference.history, published])})


def test_an_amount_that_is_both_published_and_computed_is_one_cause() -> None:
    other = {code: amount - 77_777 for code, amount in RIGHT.items()}
    reference = _published_too(a_reference(history=((2023, "a-pot", other),)))
    assert candidates(the_alarm(alarms_for({"25": other["25"]}, reference=reference))) == []
    (alarm,) = examine(a_table(other), reference)
    assert alarm.evidence["candidates"] == [
        {"kind": "wrong_year_table", "programme": "a-programme", "year": 2023, "pot_id": "a-pot"}
    ]


@pytest.mark.parametrize(
    ("wrong", "factor", "direction"),
    [
        (4_168, 1_000, "too_small"),
        (4, 1_000_000, "too_small"),
        (4_167_959_000, 1_000, "too_large"),
        (4_167_959_000_000, 1_000_000, "too_large"),
    ],
)
def test_a_wrong_unit(wrong: int, factor: int, direction: str) -> None:
    alarm = the_alarm(alarms_for({"20": wrong}))
    assert (alarm.kind, alarm.corrected_sek) == ("wrong_unit", 4_167_959)
    assert (alarm.evidence["factor"], alarm.evidence["direction"]) == (factor, direction)


def test_nothing_at_all_is_no_wrong_unit() -> None:
    small = a_reference(pot=1_000_000, base=0)
    assert the_alarm(alarms_for({"20": 0}, reference=small)).kind == "per_capita_outlier"


def test_the_base_amount_left_out_or_put_in_twice() -> None:
    assert told(alarms_for({"20": RIGHT["20"] - BASE})) == [("base_forgotten", ("20",))]
    assert told(alarms_for({"20": RIGHT["20"] + BASE})) == [("base_doubled", ("20",))]


@pytest.mark.parametrize(
    ("wrong", "slip"),
    [(4_931_336, "doubled"), (1_232_834, "halved"), (24_165_668, "digit_added"), (246_668, "digit_lost")],
)
def test_an_outlier_and_how_it_came_about(wrong: int, slip: str) -> None:
    alarm = the_alarm(alarms_for({"23": wrong}))
    assert (alarm.kind, alarm.evidence["slip"]) == ("per_capita_outlier", slip)
    assert (alarm.corrected_sek, alarm.severity) == (2_465_668, "error")


def test_an_outlier_without_a_reason_is_a_warning() -> None:
    alarm = the_alarm(alarms_for({"20": 7_111_111}))
    assert (alarm.kind, alarm.severity) == ("per_capita_outlier", "warning")


def test_two_errors_do_not_hide_each_other() -> None:
    found = alarms_for({"20": RIGHT["20"] + 1, "23": RIGHT["23"] * 1_000})
    assert told(found) == [("off_by_kronor", ("20",)), ("wrong_unit", ("23",))]


def test_fixed_amounts() -> None:
    flat = a_reference(pot=5 * BASE)
    fixed = Reference(**{**vars_of(flat), "population_total": None, "rounding": None})
    assert alarms_for({}, total=5 * BASE, reference=fixed) == ()
    nobody = Reference(**{**vars_of(flat), "population_total": 0})
    assert told(alarms_for({}, total=5 * BASE + 1, reference=nobody)) == [("total_error", ())]
    alarm = the_alarm(alarms_for({"20": BASE + 1}, reference=fixed))
    assert (alarm.kind, alarm.corrected_sek) == ("off_by_kronor", BASE)


def vars_of(reference: Reference) -> dict[str, Any]:
    return {name: getattr(reference, name) for name in Reference.__dataclass_fields__}


# --- printed to thousands ---------------------------------------------------------------------------------------

TO_THOUSANDS = {code: (amount + 500) // 1_000 * 1_000 for code, amount in RIGHT.items()}


def test_a_table_in_thousands_is_right_as_far_as_it_goes() -> None:
    assert examine(a_table(TO_THOUSANDS, POT, step=1_000), a_reference()) == ()
    (alarm,) = examine(a_table({**TO_THOUSANDS, "20": 4_169_000}, step=1_000), a_reference())
    assert (alarm.kind, alarm.corrected_sek) == ("off_by_kronor", 4_168_000)


def test_kronor_in_a_table_of_thousands_and_swapped_digits_of_it() -> None:
    (kronor,) = examine(a_table({**TO_THOUSANDS, "20": 4_167_959_000}, step=1_000), a_reference())
    assert (kronor.kind, kronor.evidence["direction"]) == ("wrong_unit", "too_large")
    (swap,) = examine(a_table({**TO_THOUSANDS, "20": 1_468_000}, step=1_000), a_reference())
    assert (swap.kind, swap.corrected_sek) == ("digit_swap", 4_168_000)
    (millions,) = examine(a_table({**TO_THOUSANDS, "20": 4_000}, step=1_000), a_reference())
    assert (millions.kind, millions.evidence["factor"]) == ("wrong_unit", 1_000)
    (twice,) = examine(a_table({**TO_THOUSANDS, "20": 4_168_000_000}, step=1_000), a_reference())
    assert (twice.kind, twice.evidence["direction"]) == ("wrong_unit", "too_large")


def test_an_amount_in_thousands_is_no_head_count() -> None:
    split = Split(POT - 5 * BASE, sum(PEOPLE.values()), "nearest")
    whole = next(part for part in range(3_200_000, 3_300_000, 1_000) if split.people_behind(part) is not None)
    (alarm,) = examine(a_table({**TO_THOUSANDS, "20": BASE + whole}, step=1_000), a_reference())
    assert alarm.kind == "off_by_kronor"


# --- the whole table --------------------------------------------------------------------------------------------


def test_a_table_on_another_count() -> None:
    later = amounts_of(LATER)
    reference = a_reference(vintages={"a year later": LATER, "half": {"03": 1}})
    (alarm,) = examine(a_table(later, sum(later.values())), reference)
    assert (alarm.kind, alarm.evidence["vintage"]) == ("other_vintage_table", "a year later")
    assert set(alarm.recipient_codes) == set(PEOPLE)
    assert told(examine(a_table(later, SUM), reference)) == [("other_vintage_table", tuple(PEOPLE))], (
        "its total may be the pot's"
    )
    assert told(examine(a_table(later, SUM + 5), reference))[1] == ("total_error", ())


def test_a_table_of_another_year_with_an_error_of_its_own() -> None:
    last = amounts_of(PEOPLE, pot=18_000_000)
    reference = a_reference(history=((2024, "a-pot", last),))
    found = examine(a_table({**last, "23": last["23"] + 3}), reference)
    assert [alarm.kind for alarm in found] == ["wrong_year_table", "off_by_kronor"]
    assert found[0].evidence["year"] == 2024
    assert found[0].evidence["rows_that_fit"] == 4
    assert found[1].corrected_sek == last["23"], "the row is held against the year it is of"


def test_a_year_that_differs_in_one_row_does_not_make_the_table_that_years() -> None:
    last = {**RIGHT, "23": RIGHT["23"] - 80_000}
    reference = a_reference(history=((2024, "a-pot", last),))
    assert told(examine(a_table(last), reference)) == [("stale_row", ("23",))]


def test_a_table_that_is_half_the_pots_is_the_pots() -> None:
    rows = dict(list(RIGHT.items())[:4])
    last = {**rows, "20": RIGHT["20"] - 80_000, "21": RIGHT["21"] - 80_000}
    found = examine(a_table(last), a_reference(history=((2024, "a-pot", last),)))
    assert {"stale_row"} == {alarm.kind for alarm in found if alarm.kind != "missing_recipient"}


def test_a_recipient_that_the_other_year_does_not_have_is_held_against_the_pot() -> None:
    last = {code: amount for code, amount in amounts_of(PEOPLE, pot=18_000_000).items() if code != "23"}
    found = examine(a_table({**last, "23": RIGHT["23"] + 3}), a_reference(history=((2024, "a-pot", last),)))
    assert told(found)[1:] == [("off_by_kronor", ("23",))]


def test_some_rows_of_another_count_are_not_the_whole_table() -> None:
    later = amounts_of(LATER)
    mixed = {code: later[code] if code < "23" else RIGHT[code] for code in RIGHT}
    (alarm,) = examine(a_table(mixed), a_reference(vintages={"a year later": LATER}))
    assert (alarm.kind, alarm.recipient_codes) == ("other_vintage_row", ("03", "20", "21"))


def test_the_total_of_another_table_may_be_the_pots() -> None:
    reference = next(
        each
        for each in (a_reference(pot=POT + extra, vintages={"a year later": LATER}) for extra in range(100))
        if sum(amounts_of(LATER, pot=each.pot_sek).values()) != each.pot_sek
    )
    later = amounts_of(LATER, pot=reference.pot_sek)
    assert [alarm.kind for alarm in examine(a_table(later, reference.pot_sek), reference)] == ["other_vintage_table"]
    some = ("03", "20", "21")
    right = sum(reference.members[code].amount_sek for code in some)
    excerpt = examine(a_table({code: later[code] for code in some}, right), reference)
    assert [alarm.kind for alarm in excerpt] == ["other_vintage_table"]


def test_equally_good_tables_are_all_named() -> None:
    later = amounts_of(LATER)
    reference = a_reference(vintages={"a year later": LATER}, history=((2026, "a-pot", later),))
    (alarm,) = examine(a_table(later), reference)
    assert candidates(alarm) == ["wrong_year_table", "other_vintage_table"]


def test_two_rows_are_not_enough_to_be_another_table() -> None:
    later = amounts_of(LATER)
    found = examine(a_table({"20": later["20"], "23": later["23"]}), a_reference(vintages={"later": LATER}))
    assert told(found) == [("other_vintage_row", ("20",)), ("other_vintage_row", ("23",))]


def test_an_error_of_most_rows_is_told_once() -> None:
    (unit,) = examine(a_table({code: amount // 1_000 for code, amount in RIGHT.items()}), a_reference())
    assert (unit.kind, set(unit.recipient_codes), unit.evidence["rows"]) == ("wrong_unit", set(PEOPLE), 5)
    (base,) = examine(a_table({code: amount - BASE for code, amount in RIGHT.items()}), a_reference())
    assert (base.kind, len(base.recipient_codes)) == ("base_forgotten", 5)
    (twice,) = examine(a_table({code: 2 * amount for code, amount in RIGHT.items()}), a_reference())
    assert (twice.kind, twice.evidence["slip"]) == ("per_capita_outlier", "doubled")


def test_rows_that_nothing_explains_are_told_together_if_they_are_most() -> None:
    (alarm,) = alarms_for({code: amount + 1_000 + place for place, (code, amount) in enumerate(RIGHT.items())})
    assert (alarm.kind, set(alarm.recipient_codes)) == ("other_head_count", set(PEOPLE))
    assert len(alarms_for({code: RIGHT[code] + 1_001 for code in ("03", "20")})) == 2


def test_errors_of_most_rows_that_differ_are_told_apart() -> None:
    history = tuple((2020 + place, "a-pot", {code: 3_000_000 + place}) for place, code in enumerate(PEOPLE))
    changes = {code: 3_000_000 + place for place, code in enumerate(PEOPLE)}
    found = alarms_for(changes, reference=a_reference(history=history))
    assert {alarm.evidence["year"] for alarm in found} == {2020, 2021, 2022, 2023, 2024}


def test_another_rounding_of_the_same_counts_is_no_error() -> None:
    pot = next(
        each
        for each in range(POT, POT + 100)
        if amounts_of(PEOPLE, pot=each) != amounts_of(PEOPLE, pot=each, rounding="largest_remainder")
    )
    otherwise = amounts_of(PEOPLE, pot=pot, rounding="largest_remainder")
    (alarm,) = examine(a_table(otherwise, pot), a_reference(pot=pot))
    assert (alarm.kind, alarm.severity, alarm.evidence["rounding"]) == ("off_by_kronor", "info", "largest_remainder")
    (code,) = alarm.recipient_codes
    (slip,) = examine(a_table({**otherwise, code: otherwise[code] + 5}), a_reference(pot=pot))
    assert slip.severity == "error"


# --- who is in the table ----------------------------------------------------------------------------------------


def test_a_missing_recipient_and_a_dash() -> None:
    without = {code: amount for code, amount in RIGHT.items() if code != "23"}
    (gone,) = examine(a_table(without, SUM - RIGHT["23"]), a_reference())
    assert (gone.kind, gone.recipient_codes, gone.corrected_sek) == ("missing_recipient", ("23",), RIGHT["23"])
    (dash,) = examine(a_table({**RIGHT, "23": None}, SUM), a_reference())
    assert (dash.kind, dash.recipient_codes) == ("missing_recipient", ("23",))


def test_two_missing_recipients_are_one_alarm() -> None:
    reference = a_reference(COUNTRY, base=0)
    without = {code: m.amount_sek for code, m in reference.members.items() if code not in ("20", "21")}
    (alarm,) = examine(a_table(without), reference)
    assert (alarm.recipient_codes, alarm.corrected_sek) == (("20", "21"), None)


def test_a_table_without_amounts_says_nothing_of_its_total() -> None:
    nobody: list[tuple[str | None, str | None, int | None]] = []
    assert examine(a_table(nobody, 5), a_reference()) == ()


def test_a_dash_for_nothing_is_right() -> None:
    nobody = a_reference({**PEOPLE, "24": 0}, base=0)
    amounts: dict[str, int | None] = {code: member.amount_sek for code, member in nobody.members.items()}
    assert examine(a_table({**amounts, "24": None}), nobody) == ()


TWO_COUNTIES = {f"20{place:02}": 10_000 + 137 * place for place in range(1, 16)} | {
    f"01{place:02}": 20_000 + 211 * place for place in range(1, 27)
}


def the_missing(present: set[str]) -> list[str]:
    reference = a_reference(TWO_COUNTIES, base=0)
    rows = {code: member.amount_sek for code, member in reference.members.items() if code in present}
    return [code for alarm in examine(a_table(rows), reference) for code in alarm.recipient_codes]


def test_whole_counties_are_expected_and_excerpts_are_not() -> None:
    dalarna = {code for code in TWO_COUNTIES if code.startswith("20")}
    assert the_missing(dalarna) == []
    assert the_missing(dalarna - {"2003", "2007"}) == ["2003", "2007"]
    assert the_missing(set(sorted(dalarna)[:11])) == [], "with four of fifteen gone it covers something else"
    assert the_missing({"2003", "2007", "0105"}) == []
    assert the_missing(set(TWO_COUNTIES) - {"0105"}) == ["0105"]
    assert the_missing((dalarna - {"2003"}) | {f"01{place:02}" for place in range(1, 12)}) == [], (
        "with half the rows from elsewhere it is no table of the county"
    )


def test_a_recipient_printed_twice() -> None:
    rows = [(code, None, amount) for code, amount in RIGHT.items()]
    (same,) = examine(a_table([*rows, ("20", None, RIGHT["20"])], SUM), a_reference())
    assert (same.kind, same.recipient_codes, same.corrected_sek) == ("doubled_recipient", ("20",), RIGHT["20"])
    (other,) = examine(a_table([("20", None, 3_999_999), *rows]), a_reference())
    assert (other.kind, other.evidence["amounts"]) == ("doubled_recipient", [3_999_999, RIGHT["20"]])


def test_a_row_under_the_wrong_name_is_told_once() -> None:
    rows = [("20" if code == "23" else code, None, amount) for code, amount in RIGHT.items()]
    (alarm,) = examine(a_table(rows, SUM), a_reference())
    assert (alarm.kind, alarm.recipient_codes) == ("doubled_recipient", ("20", "23"))
    assert alarm.evidence["row_of"] == "23"


def test_a_lost_zero_by_name_and_without_one() -> None:
    rows = [(code, code.lstrip("0"), amount) for code, amount in RIGHT.items()]
    (alarm,) = examine(a_table(rows), a_reference())
    assert (alarm.kind, alarm.recipient_codes, alarm.severity) == ("lost_leading_zero", ("03",), "warning")
    nameless = [(None, code.lstrip("0"), amount) for code, amount in RIGHT.items()]
    assert told(examine(a_table(nameless), a_reference())) == [("lost_leading_zero", ("03",))]
    assert examine(a_table([(code, code, amount) for code, amount in RIGHT.items()]), a_reference()) == ()


def test_strangers_count_in_the_sum_alone() -> None:
    rows = [*((code, None, amount) for code, amount in RIGHT.items()), (None, None, 12_345), ("99", None, 5)]
    assert examine(a_table(rows, SUM + 12_350), a_reference()) == ()
    assert told(examine(a_table(rows, SUM + 22_350), a_reference())) == [("total_error", ())]
    assert told(examine(a_table(rows, SUM + 12_351), a_reference())) == [("total_by_rounding", ())]
    near = [*((code, None, amount) for code, amount in PRINTED.items()), ("SKR", None, 33_000_000)]
    assert examine(a_table(near), _near()) == ()


# --- the total --------------------------------------------------------------------------------------------------


def test_the_total_of_dalarna_2024_was_made_of_unrounded_parts() -> None:
    parts = [8_947_874, 5_445_343, 1_000_000, 6_330_883]
    of_parts = Parts(tuple(parts), unrounded_sum([(None, part) for part in parts], step_sek=1))
    verdict = judge_total(21_724_099, of_parts)
    assert verdict is not None
    alarm = total_alarm(verdict)
    assert (alarm.kind, alarm.severity, alarm.corrected_sek) == ("total_by_rounding", "info", None)
    assert "21\u00a0724\u00a0100" in alarm.message.sv
    assert judge_total(21_724_100, of_parts) is None
    for total in (21_724_097, 21_724_103):
        error = judge_total(total, of_parts)
        assert error is not None
        assert total_alarm(error).severity == "error"


def _rounded_pot() -> Reference:
    """A pot whose rows add up to another number than the pot."""
    return next(
        reference
        for reference in (a_reference(pot=POT + extra) for extra in range(100))
        if sum(member.amount_sek for member in reference.members.values()) != reference.pot_sek
    )


def test_a_total_may_be_the_pot_itself() -> None:
    reference = _rounded_pot()
    (alarm,) = alarms_for({}, total=reference.pot_sek, reference=reference)
    assert (alarm.kind, alarm.severity, alarm.evidence["reason"]) == ("total_by_rounding", "info", "residual_of_pot")
    wrong = reference.pot_sek + (reference.pot_sek - sum(m.amount_sek for m in reference.members.values()))
    assert the_alarm(alarms_for({}, total=wrong, reference=reference)).kind == "total_error"


def test_a_total_of_unrounded_parts_is_exact_where_counts_are() -> None:
    for extra in range(100):
        reference = a_reference(pot=POT + extra)
        amounts = {code: reference.members[code].amount_sek for code in ("03", "20", "23")}
        people = sum(PEOPLE[code] for code in amounts)
        unrounded = 3 * BASE + Split(POT + extra - 5 * BASE, sum(PEOPLE.values()), "nearest").part_of(people)
        if unrounded != sum(amounts.values()):
            break
    assert unrounded != sum(amounts.values())
    for total in range(sum(amounts.values()) - 2, sum(amounts.values()) + 3):
        kinds = [alarm.kind for alarm in examine(a_table(amounts, total), reference)]
        right = (
            [] if total == sum(amounts.values()) else ["total_by_rounding"] if total == unrounded else ["total_error"]
        )
        assert kinds == right, total


@pytest.mark.parametrize(
    ("total", "slip"),
    [
        (SUM - RIGHT["20"], "row_left_out"),
        (SUM + RIGHT["23"], "row_counted_twice"),
        (SUM // 1_000, "wrong_unit"),
        (2_000_000, "digit_swap"),
        (SUM + 12_345, None),
    ],
)
def test_a_wrong_total_and_how_it_came_about(total: int, slip: str | None) -> None:
    alarm = the_alarm(alarms_for({}, total=total))
    assert (alarm.kind, alarm.printed_sek, alarm.corrected_sek) == ("total_error", total, SUM)
    assert alarm.evidence.get("slip") == slip


def test_a_total_may_be_made_before_or_after_an_error_and_tells_no_second_time() -> None:
    wrong = {"20": RIGHT["20"] + 100_000, "23": RIGHT["23"] + 7}
    for total in (SUM, SUM + 100_007, SUM + 7, SUM + 100_000):
        assert len(alarms_for(wrong, total=total)) == 2
    assert len(alarms_for(wrong, total=SUM + 3)) == 3


def test_the_total_of_an_excerpt_may_be_that_of_all() -> None:
    excerpt = {code: RIGHT[code] for code in ("03", "20", "25")}
    assert examine(a_table(excerpt, POT), a_reference()) == ()
    assert told(examine(a_table(excerpt, POT - 1_000), a_reference())) == [("total_error", ())]


def test_the_total_of_some_of_a_county_may_be_the_countys() -> None:
    reference = a_reference(TWO_COUNTIES, base=0)
    of_county = {c: m.amount_sek for c, m in reference.members.items() if c.startswith("20")}
    excerpt = dict(list(of_county.items())[:4])
    assert examine(a_table(excerpt, sum(of_county.values())), reference) == ()


# --- near counts ------------------------------------------------------------------------------------------------

RICH: dict[str, Any] = {"pot": 1_367_000_000, "base": 0}


def _near(people: dict[str, int] = COUNTRY, **changes: Any) -> Reference:
    return a_reference(people, basis=PROXY, **{**RICH, **changes})


def _true_counts(spread: float = 0.015) -> dict[str, int]:
    chance = random.Random(4)
    return {code: round(count * chance.lognormvariate(0, spread)) for code, count in COUNTRY.items()}


TRUE = _true_counts()
PRINTED = amounts_of(TRUE, **RICH)


def near_alarms(changes: dict[str, int], total: int | None = None, **reference: Any) -> tuple[Alarm, ...]:
    return examine(a_table({**PRINTED, **changes}, total), _near(**reference))


def test_a_right_table_on_unknown_counts_is_no_alarm() -> None:
    assert {code: member.amount_sek for code, member in _near().members.items()} != PRINTED
    assert near_alarms({}) == ()
    assert near_alarms({}, total=sum(PRINTED.values())) == ()


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_right_tables_of_every_rounding_are_no_alarm(rounding: str) -> None:
    for extra in range(20):
        pot = RICH["pot"] + extra
        amounts = amounts_of(TRUE, pot=pot, base=0, rounding=rounding)
        assert examine(a_table(amounts), _near(pot=pot, rounding=rounding)) == ()


def test_the_total_is_solved_from_the_amounts() -> None:
    split = Split(RICH["pot"], sum(COUNTRY.values()), "nearest")
    assert solved_totals(PRINTED, split) == [sum(TRUE.values())]
    assert solved_totals({**PRINTED, "20": PRINTED["20"] + 1}, split) == [sum(TRUE.values())]
    three = {code: PRINTED[code] + 1 for code in ("20", "21", "23")}
    assert solved_totals({**PRINTED, **three}, split) == [], "with three misses nothing is sure"
    assert solved_totals({"20": PRINTED["20"]}, split) == [], "one amount fits many totals"


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_many_totals_at_once_are_tried_as_one_by_one(rounding: str) -> None:
    """Small numbers, so that ties of half a krona are among them."""
    totals = pl.DataFrame({"total": range(2, 60)})
    for variable in (60, 61, 120):
        for part in range(1, 40):
            split = Split(variable, 0, rounding)
            nobodys = totals.select(_is_nobodys(part, split)).to_series().to_list()
            behind = [Split(variable, total, rounding).people_behind(part) for total in totals["total"]]
            assert nobodys == [people is None for people in behind]


def test_chance_doubles_where_rounding_goes_either_way() -> None:
    nearest, either = (_by_chance(100, 3, 0, Split(1_000, 10, each)) for each in ("nearest", "largest_remainder"))
    assert either == pytest.approx(8 * nearest)


def test_dalarna_2025_has_one_total() -> None:
    parts = {"2080": 1_109_672, "2081": 955_336, "2085": 478_770, "2084": 387_830, "2062": 333_588, "2029": 266_464}
    assert solved_totals(parts, Split(192_000_000, 2_240_000, "nearest")) == [2_265_405]


@pytest.mark.parametrize("code", ["01", "09", "20"])
@pytest.mark.parametrize("off", [-40, -1, 1, 13])
def test_a_krona_is_seen_on_unknown_counts(code: str, off: int) -> None:
    alarm = the_alarm(near_alarms({code: PRINTED[code] + off}))
    assert (alarm.recipient_codes, alarm.corrected_sek) == ((code,), None)
    assert "off_by_kronor" in {alarm.kind, *candidates(alarm)}


def test_the_printed_total_tells_what_the_wrong_row_should_be() -> None:
    alarm = the_alarm(near_alarms({"20": PRINTED["20"] + 13}, total=sum(PRINTED.values())))
    assert (alarm.kind, alarm.evidence["difference_sek"], alarm.corrected_sek) == ("off_by_kronor", 13, PRINTED["20"])
    other = the_alarm(near_alarms({"20": PRINTED["20"] + 13}, total=sum(PRINTED.values()) + 4))
    assert other.corrected_sek is None, "a total that fits no whole number of people says nothing"


def test_swapped_recipients_of_different_size_and_of_nearly_the_same() -> None:
    swap = {"20": PRINTED["03"], "03": PRINTED["20"]}
    alarm = the_alarm(near_alarms(swap))
    assert (alarm.kind, alarm.recipient_codes) == ("recipients_swapped", ("03", "20"))
    assert alarm.evidence == {"printed_sek": {"03": PRINTED["20"], "20": PRINTED["03"]}}
    alike = {"20": PRINTED["21"], "21": PRINTED["20"]}
    assert near_alarms(alike) == (), "a difference within that of the counts cannot be told"


def test_a_stale_row_on_unknown_counts() -> None:
    other = amounts_of(COUNTRY, pot=1_382_000_000, base=0)
    alarm = the_alarm(near_alarms({"20": other["20"]}, history=((2022, "a-pot", other),)))
    assert (alarm.kind, alarm.evidence["year"]) == ("stale_row", 2022)


def test_gross_errors_do_not_hide_the_total() -> None:
    wrong = {code: PRINTED[code] * 1_000 for code in ("03", "04", "05")}
    found = near_alarms({**wrong, "20": PRINTED["20"] + 13})
    assert told(found)[3:] == [("off_by_kronor", ("20",))]
    assert {alarm.kind for alarm in found[:3]} == {"wrong_unit"}


def test_the_residual_on_the_largest_is_no_miss() -> None:
    pot = next(
        each
        for each in range(RICH["pot"], RICH["pot"] + 100)
        if amounts_of(TRUE, pot=each, base=0)["01"]
        != amounts_of(TRUE, pot=each, base=0, rounding="largest_recipient")["01"]
    )
    amounts = amounts_of(TRUE, pot=pot, base=0, rounding="largest_recipient")
    wrong = {**amounts, "20": amounts["20"] + 13, "21": amounts["21"] + 13}
    found = examine(a_table(wrong), _near(pot=pot, rounding="largest_recipient"))
    assert [alarm.recipient_codes for alarm in found] == [("20",), ("21",)]


def test_swapped_digits_on_unknown_counts() -> None:
    text = str(PRINTED["20"])
    near = int(text[:-3] + text[-2] + text[-3] + text[-1])
    alarm = the_alarm(near_alarms({"20": near}))
    assert (alarm.kind, alarm.corrected_sek) == ("digit_swap", None), "it may be a slip of another kind"
    assert alarm.evidence["candidates"][0]["right_sek"] == PRINTED["20"]
    distant = int(text[:-3] + text[-1] + text[-2] + text[-3])
    alarm = the_alarm(near_alarms({"20": distant}))
    assert PRINTED["20"] not in [each["right_sek"] for each in alarm.evidence.get("candidates", [])]


def test_two_wrong_rows_are_not_mended_by_one_total() -> None:
    found = [
        near_alarms({"20": PRINTED["20"] + 13, "21": PRINTED["21"] + off}, total=sum(PRINTED.values()))
        for off in range(100, 160)
    ]
    two = [alarms for alarms in found if len(alarms) > 1]
    assert len(two) > 40
    assert all(alarm.corrected_sek is None for alarms in two for alarm in alarms)


def test_a_missing_row_leaves_the_total_open() -> None:
    without = {code: amount for code, amount in PRINTED.items() if code != "20"}
    assert told(examine(a_table(without, sum(PRINTED.values())), _near())) == [("missing_recipient", ("20",))]


def test_gross_errors_on_unknown_counts() -> None:
    assert told(near_alarms({"20": PRINTED["20"] * 1_000})) == [("wrong_unit", ("20",))]
    assert told(near_alarms({"20": PRINTED["20"] * 2})) == [("per_capita_outlier", ("20",))]
    split = Split(RICH["pot"], sum(TRUE.values()), "nearest")
    whole = split.part_of(TRUE["20"] * 13 // 10)
    assert told(near_alarms({"20": whole})) == [("other_head_count", ("20",))]
    assert told(near_alarms({"20": whole + 20})) == [("per_capita_outlier", ("20",))]


def test_rows_that_do_not_make_up_the_pot() -> None:
    split = Split(RICH["pot"], sum(TRUE.values()), "nearest")
    fewer = {"20": split.part_of(TRUE["20"] - 6_000)}
    alarm = the_alarm(near_alarms(fewer))
    assert (alarm.kind, alarm.printed_sek, alarm.evidence["pot_sek"]) == ("total_error", None, RICH["pot"])
    assert near_alarms({"20": split.part_of(TRUE["20"] - 20)}) == (), "some people more or less are in any total"
    assert told(near_alarms(fewer, total=RICH["pot"])) == [("total_error", ())], "rounding does not explain as much"
    exact = Reference(**{**vars_of(a_reference(COUNTRY, base=0)), "variable_pot_sek": 5})
    assert alarms_for({}, reference=exact) == (), "amounts that are known need no pot to prove them"


def test_near_counts_that_prove_right_are_exact() -> None:
    right = {code: member.amount_sek for code, member in _near().members.items()}
    assert examine(a_table(right), _near()) == ()
    assert examine(a_table(right), _near(vintages={"the same": COUNTRY})) == ()
    (alarm,) = examine(a_table({**right, "20": right["20"] - 90}), _near())
    assert (alarm.kind, alarm.corrected_sek) == ("off_by_kronor", right["20"])


def test_a_table_of_another_count_or_year_on_unknown_counts() -> None:
    other = amounts_of(TRUE, pot=RICH["pot"], base=0)
    (count,) = examine(a_table(other), _near(vintages={"another": TRUE}))
    assert (count.kind, count.evidence["vintage"]) == ("other_vintage_table", "another")
    (year,) = examine(a_table(other, 17), _near(history=((2024, "a-pot", other),)))
    assert year.kind == "wrong_year_table", "what its total should be is not known"


def test_amounts_out_of_thin_air_are_told_once() -> None:
    chance = random.Random(5)
    nonsense = {code: chance.randrange(10**6, 10**9) for code in COUNTRY}
    alarm = the_alarm(near_alarms(nonsense))
    assert (alarm.kind, alarm.corrected_sek) == ("other_head_count", None)
    in_thousands = {code: amount // 1_000 for code, amount in PRINTED.items()}
    assert the_alarm(near_alarms(in_thousands)).kind == "wrong_unit"


def test_a_pot_that_its_base_amounts_use_up() -> None:
    for basis in (OFFICIAL, PROXY):
        flat = a_reference(pot=5 * BASE, basis=basis)
        assert alarms_for({}, reference=flat) == ()
    wrong = alarms_for({"20": BASE + 3, "21": BASE - 7}, reference=a_reference(pot=5 * BASE, basis=PROXY))
    assert [alarm.corrected_sek for alarm in wrong] == [BASE, BASE], "nothing depends on people there"


def test_what_is_printed_to_thousands_solves_no_total() -> None:
    people = {code: count // 1_000 * 1_000 for code, count in TRUE.items()}
    rule: dict[str, Any] = {"pot": sum(people.values()) * 2_000, "base": 0}
    amounts = amounts_of(people, **rule)
    reference = _near(**rule)
    half_a_person = {**amounts, "20": amounts["20"] + 1_000}
    assert examine(a_table(half_a_person), reference) != ()
    assert examine(a_table(half_a_person, step=1_000), reference) == ()


def test_growth_in_one_of_few_rows_is_no_error() -> None:
    few = {code: _near().members[code].amount_sek for code in ("08", "19", "20", "21")}
    assert examine(a_table({**few, "20": few["20"] * 111 // 100}), _near()) == ()
    assert examine(a_table({**few, "20": few["20"] * 113 // 100}), _near()) != ()


def test_few_rows_say_little() -> None:
    few = {code: PRINTED[code] for code in ("20", "21")}
    assert examine(a_table({**few, "20": few["20"] + 1}), _near()) == ()
    (alarm,) = examine(a_table({**few, "20": few["20"] * 10}), _near())
    assert alarm.kind == "per_capita_outlier"
    both = {code: amount * 10 for code, amount in few.items()}
    assert told(examine(a_table(both), _near())) == [("per_capita_outlier", ("20",)), ("per_capita_outlier", ("21",))]


def test_a_wrong_total_over_unknown_counts_is_corrected_only_if_it_is_clear_how() -> None:
    right = sum(PRINTED.values())
    assert the_alarm(near_alarms({}, total=right + 1_000_000)).corrected_sek is None
    assert the_alarm(near_alarms({}, total=right - PRINTED["20"])).corrected_sek == right


def test_exact_and_near_counts_side_by_side() -> None:
    """The municipal pot of 2025 has both: some head counts are solved, the others estimated."""
    reference = _near()
    known = [code for code in COUNTRY if code < "07"]
    mixed = {**TRUE, **{code: COUNTRY[code] for code in known}}
    held = Reference(
        **{
            **vars_of(reference),
            "expected": a_reference(mixed, **RICH).expected.with_columns(
                population=pl.col("recipient_code").replace_strict(COUNTRY, return_dtype=pl.Int64),
                population_basis=pl.when(pl.col("recipient_code").is_in(known))
                .then(pl.lit(OFFICIAL))
                .otherwise(pl.lit(PROXY)),
            ),
            "population_total": sum(mixed.values()),
        }
    )
    amounts = amounts_of(mixed, **RICH)
    assert examine(a_table(amounts), held) == ()
    assert the_alarm(examine(a_table({**amounts, "05": amounts["05"] + 1}), held)).corrected_sek == amounts["05"]
    assert told(examine(a_table({**amounts, "25": amounts["25"] + 1}), held)) == [("off_by_kronor", ("25",))]


# --- words and files --------------------------------------------------------------------------------------------


def test_an_alarm_is_told_in_both_languages() -> None:
    alarm = the_alarm(alarms_for({"20": RIGHT["20"] + 2}))
    assert alarm.message.sv == (
        "Place 20 (20): tryckt 4\u00a0167\u00a0961\u00a0kr; 2\u00a0kr för mycket, inget helt antal personer ger"
        " beloppet, rätt är 4\u00a0167\u00a0959\u00a0kr."
    )
    assert alarm.message.en.endswith("no whole number of people has the amount, right is SEK\u00a04,167,959.")
    swap = the_alarm(alarms_for({"20": RIGHT["23"], "23": RIGHT["20"]}))
    assert swap.message.sv == "Place 20 (20) och Place 23 (23): har fått varandras belopp."


def test_the_reference_of_a_pot() -> None:
    pot = a_pot(rule={"base_sek": 100, "variable": {"key": "population", "ages": "all"}})
    agreement = an_agreement(pot, a_pot(id="other-pot"))
    who, people = recipients("2021", "2023"), head_counts({"2021": 1, "2023": 3})
    from assets.agreements.tables import rules_of
    from assets.allocation.allocate import allocate

    rules = rules_of([agreement])
    allocations = allocate(rules, who, people)
    given: dict[str, Any] = {"published": PUBLISHED_FIGURES.empty(), "vintages": {}}
    reference = reference_of(("a-programme", 2025, "a-pot"), allocations, rules, who, **given)
    assert (reference.variable_pot_sek, reference.population_total, reference.pot_sek) == (800, 4, 1_000)
    assert {code: entries[0].amount_sek for code, entries in reference.entries.items()} == {"2021": 250, "2023": 750}
    assert examine(a_table({"2021": 300, "2023": 700}, 1_000), reference) == ()
    published = pl.DataFrame([_a_figure(11), _a_figure(22, precision="rounded"), _a_figure(33, kind="county")])
    given["published"] = published.select(pl.col(name).cast(dtype) for name, dtype in PUBLISHED_FIGURES.schema.items())
    held = reference_of(("a-programme", 2025, "a-pot"), allocations, rules, who, **given)
    assert {(entry.amount_sek, entry.origin) for entry in held.entries["2021"]} == {
        (250, "computed"),
        (11, "published"),
    }
    with pytest.raises(DataRefused, match="pot no-pot has no allocation"):
        reference_of(("a-programme", 2025, "no-pot"), allocations, rules, who, **given)


def _a_figure(amount: int, *, precision: str = "exact", kind: str = "municipality") -> dict[str, Any]:
    told = {"programme": "a-programme", "year": 2024, "pot_id": "a-pot", "recipient_code": "2021"}
    figure = {"recipient_type": kind, "published_sek": amount, "precision": precision}
    return {**dict.fromkeys(PUBLISHED_FIGURES.schema.names()), **told, **figure}


def test_every_kind_has_words() -> None:
    from assets.verification.sentinel.messages import _CAUSES

    assert set(_CAUSES) == set(ALARM_KINDS)
