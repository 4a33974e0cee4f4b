"""Alarms in words: one sentence of each language, built from the kind and what is known."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from schemas.called import ROUNDING
from schemas.money import kronor_en, kronor_sv, number_sv
from schemas.text import Text
from schemas.written import joined

_MOST_NAMED: Final = 5
_SLIP: Final = {
    "doubled": Text("dubbelt så stort som rimligt", "twice what is plausible"),
    "halved": Text("hälften så stort som rimligt", "half of what is plausible"),
    "digit_added": Text("en siffra för mycket", "one digit too many"),
    "digit_lost": Text("en siffra för lite", "one digit too few"),
    "digit_swap": Text("två siffror har bytt plats", "two digits have changed places"),
    "wrong_unit": Text("fel enhet", "wrong unit"),
    "row_left_out": Text("en rad är inte medräknad", "one row is left out"),
    "row_counted_twice": Text("en rad är räknad två gånger", "one row is counted twice"),
}


def message_of(
    kind: str, who: Text, printed_sek: int | None, corrected_sek: int | None, evidence: Mapping[str, Any]
) -> Text:
    """`who`: what is printed, what is wrong with it, and the right amount if there is just one."""
    cause = _CAUSES[kind](evidence)
    sv, en = f"{who.sv}: ", f"{who.en}: "
    if printed_sek is not None:
        sv, en = sv + f"tryckt {kronor_sv(printed_sek)}; ", en + f"printed {kronor_en(printed_sek)}; "
    sv, en = sv + cause.sv, en + cause.en
    if corrected_sek is not None:
        sv, en = sv + f", rätt är {kronor_sv(corrected_sek)}", en + f", right is {kronor_en(corrected_sek)}"
    return Text(f"{sv}.", f"{en}.")


def named(codes: Sequence[str], names: Mapping[str, str]) -> Text:
    """`Falun (2080) och Borlänge (2081)`; many are counted."""
    shown = [f"{names[code]} ({code})" if code in names else code for code in codes]
    if len(shown) > _MOST_NAMED:
        return Text(f"{len(shown)} mottagare", f"{len(shown)} recipients")
    return Text(joined(shown, "sv"), joined(shown, "en"))


def some_rows(count: int, rows: int) -> Text:
    """`18 av 21 rader`."""
    return Text(f"{count} av {rows} rader", f"{count} of {rows} rows")


WHOLE_TABLE: Final = Text("Hela tabellen", "The whole table")
PRINTED_TOTAL: Final = Text("Summan", "The total")
SUM_OF_ROWS: Final = Text("Radernas summa", "The sum of the rows")


def _off_by_kronor(evidence: Mapping[str, Any]) -> Text:
    if "rounding" in evidence:
        rounding = ROUNDING[evidence["rounding"]]
        return Text(
            f"inget fel: beloppen är på kronan de som avrundning med {rounding.sv} ger",
            f"no error: to the krona the amounts that rounding by {rounding.en} gives",
        )
    off = evidence.get("difference_sek")
    how = Text("", "")
    if off is not None:
        how = Text(
            f"{kronor_sv(abs(off))} för {'mycket' if off > 0 else 'lite'}, ",
            f"{kronor_en(abs(off))} too {'much' if off > 0 else 'little'}, ",
        )
    if "people" in evidence or not evidence.get("is_nobodys", True):
        return Text(f"{how.sv}orsaken är okänd", f"{how.en}cause unknown")
    return Text(f"{how.sv}inget helt antal personer ger beloppet", f"{how.en}no whole number of people has the amount")


def _wrong_unit(evidence: Mapping[str, Any]) -> Text:
    factor = evidence["factor"]
    if evidence["direction"] == "too_small":
        return Text(f"fel enhet, {number_sv(factor)} gånger för litet", f"wrong unit, {factor:,} times too small")
    return Text(f"fel enhet, {number_sv(factor)} gånger för stort", f"wrong unit, {factor:,} times too large")


def _head_count(evidence: Mapping[str, Any]) -> Text:
    if "amount_of" in evidence:
        others = ", ".join(evidence["amount_of"])
        return Text(f"beloppet är det som {others} ska ha", f"the amount is the one due to {others}")
    people = evidence.get("people")
    if people is None:
        return Text(
            "inte pottens belopp; andra folkmängdstal eller en annan regel",
            "not the amounts of the pot; other head counts or another rule",
        )
    return Text(
        f"beloppet svarar mot {number_sv(people)} personer, inte mot det rätta antalet",
        f"the amount is that of {people:,} people, which is not the right number",
    )


def _slip(evidence: Mapping[str, Any], otherwise: Text) -> Text:
    return _SLIP.get(evidence.get("slip", ""), otherwise)


def _doubled(evidence: Mapping[str, Any]) -> Text:
    other = evidence.get("row_of")
    if other:
        return Text(f"tryckt två gånger; en av raderna är {other}", f"printed twice; one of the rows is {other}")
    same = len(set(evidence["amounts"])) == 1
    with_sv, with_en = ("samma belopp", "the same amount") if same else ("olika belopp", "different amounts")
    times = len(evidence["amounts"])
    return Text(f"står på {times} rader med {with_sv}", f"stands on {times} rows with {with_en}")


def _by_rounding(evidence: Mapping[str, Any]) -> Text:
    shown = evidence["sum_of_rows_sek"]
    reason = {
        "unrounded_parts": Text("summan är gjord på oavrundade delar", "the total was made of unrounded parts"),
        "residual_of_pot": Text(
            "det är hela potten, som de avrundade delarna inte går jämnt ut i",
            "it is the whole pot, which the rounded parts do not add up to",
        ),
    }[evidence["reason"]]
    return Text(
        f"inget fel: raderna summerar till {kronor_sv(shown)} och {reason.sv}",
        f"no error: the rows sum to {kronor_en(shown)} and {reason.en}",
    )


def _total_error(evidence: Mapping[str, Any]) -> Text:
    shown = evidence["sum_of_rows_sek"]
    if "pot_sek" in evidence:
        pot = evidence["pot_sek"]
        return Text(
            f"{kronor_sv(shown)}, men potten är {kronor_sv(pot)}; något av beloppen är fel",
            f"{kronor_en(shown)}, but the pot is {kronor_en(pot)}; some of the amounts are wrong",
        )
    how = _slip(evidence, Text("orsaken är okänd", "cause unknown"))
    return Text(
        f"stämmer inte med raderna, som summerar till {kronor_sv(shown)}; {how.sv}",
        f"does not agree with the rows, which sum to {kronor_en(shown)}; {how.en}",
    )


def _other_year(evidence: Mapping[str, Any]) -> Text:
    year, pot = evidence["year"], evidence["pot_id"]
    return Text(f"är beloppen för {year}, potten {pot}", f"these are the amounts of {year}, pot {pot}")


def _same(sv: str, en: str) -> Callable[[Mapping[str, Any]], Text]:
    return lambda evidence: Text(sv.format_map(evidence), en.format_map(evidence))


_CAUSES: Final[Mapping[str, Callable[[Mapping[str, Any]], Text]]] = {
    "off_by_kronor": _off_by_kronor,
    "digit_swap": _same("två siffror har bytt plats", "two digits have changed places"),
    "recipients_swapped": _same("har fått varandras belopp", "have each other’s amounts"),
    "other_vintage_row": _same("räknat på en annan folkmängd, {vintage}", "worked out on another count, {vintage}"),
    "other_vintage_table": _same("räknad på en annan folkmängd, {vintage}", "worked out on another count, {vintage}"),
    "stale_row": _same("är beloppet för {year}, potten {pot_id}", "is the amount of {year}, pot {pot_id}"),
    "wrong_year_table": _other_year,
    "wrong_unit": _wrong_unit,
    "lost_leading_zero": _same(
        "koden har tappat nollan i början ({printed_codes})", "the code has lost its leading zero ({printed_codes})"
    ),
    "missing_recipient": _same("saknar belopp i tabellen", "no amount in the table"),
    "doubled_recipient": _doubled,
    "total_by_rounding": _by_rounding,
    "total_error": _total_error,
    "base_forgotten": _same("grundbeloppet är inte med", "the base amount is left out"),
    "base_doubled": _same("grundbeloppet är med två gånger", "the base amount is counted twice"),
    "per_capita_outlier": lambda evidence: _slip(
        evidence,
        Text("beloppet per invånare avviker långt från de andras", "the amount per head is far from the others'"),
    ),
    "other_head_count": _head_count,
}
