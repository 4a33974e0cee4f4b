"""The difference between two agreements of a recipient, pot by pot and cause by cause, in words and numbers."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from assets.reporting.changes import change_causes_of
from assets.reporting.explaining.wording import money, say
from schemas.tables.changes import CAUSES, CHANGE_CAUSES
from schemas.text import Language, Text
from schemas.vocabulary import UNKNOWN

CAUSE_NAMES: Final = {
    "rule_sek": Text("regeln", "the rule"),
    "pot_size_sek": Text("pottens storlek", "the size of the pot"),
    "own_population_sek": Text("egen folkmängd", "own population"),
    "national_population_sek": Text("rikets folkmängd", "national population"),
    "rounding_sek": Text("avrundningen", "rounding"),
}
ORDER: Final = Text(
    "Orsakerna är uträknade i tur och ordning: regel, pott, egen folkmängd, rikets folkmängd; en annan ordning"
    " flyttar kronor mellan dem, men summan är densamma.",
    "The causes are worked out one after the other: rule, pot, own population, national population; another order"
    " moves kronor between them, but the sum is the same.",
)
_CONTINUITY: Final = {
    "continued": Text("{pot}: {before} → {now}.", "{pot}: {before} → {now}."),
    "new": Text("{pot}: {now}, finns inte {previous}.", "{pot}: {now}, is not there in {previous}."),
    "ended": Text("{pot}: {before} {previous}, finns inte {year}.", "{pot}: {before} in {previous}, not in {year}."),
}
_NO_RULE: Final = Text("regeln {year} är inte känd", "the rule of {year} is not known")
_MAY_LIE_INSIDE: Final = Text(
    "kan {other} ligga i pengar vars regel inte är känd",
    "may in {other} lie inside money whose rule is not known",
)
_NO_AGREEMENT: Final = Text("programmet har ingen överenskommelse {other}", "the programme has no agreement in {other}")


def explain_change(
    allocations: pl.DataFrame, rules: pl.DataFrame, recipient: Mapping[str, Any], against: int, lang: Language
) -> dict[str, Any]:
    """The change of one row of `recipients` from the agreements of `against` to those of its own year.

    The frames hold both years. `pots` is what can be told, `not_told` what cannot and why; the causes of every pot
    add up to its change, and those of `sum` to the change of all that is told.
    """
    kind, year = recipient["recipient_type"], recipient["year"]
    pairs = (
        rules.select("programme")
        .unique()
        .with_columns(
            pl.lit(year, CHANGE_CAUSES.schema["year"]).alias("year"),
            pl.lit(against, CHANGE_CAUSES.schema["year_previous"]).alias("year_previous"),
        )
    )
    causes = change_causes_of(allocations.filter(recipient_type=kind), rules, pairs)
    rows = causes.filter(recipient_code=recipient["recipient_code"]).to_dicts()
    return change_told(rows, rules.to_dicts(), kind, (year, against), lang)


def change_told(
    rows: list[dict[str, Any]], rules: list[dict[str, Any]], kind: str, years: tuple[int, int], lang: Language
) -> dict[str, Any]:
    """The same from what is computed: the recipient's rows of `change_causes` between `years`, the later one first.

    `rules` are those of both years, `kind` the kind of recipient.
    """
    year, against = years
    concerned = sorted(
        (rule for rule in rules if rule["recipient_type"] in (kind, UNKNOWN)),
        key=lambda rule: (rule["programme"], rule["pot_id"], rule["year"]),
    )
    names = {(rule["programme"], rule["pot_id"]): rule[f"name_{lang}"] for rule in concerned}
    agreed = {(rule["programme"], rule["year"]) for rule in rules}
    silent = [rule for rule in concerned if not _told(rule, rows)]
    return {
        "year": year,
        "year_previous": against,
        "pots": [_pot(row, names[row["programme"], row["pot_id"]], lang) for row in rows],
        "sum": _sum(rows, lang),
        "order": say(ORDER, lang),
        "not_told": [_not_told(rule, years, agreed, lang) for rule in silent],
    }


def _told(rule: Mapping[str, Any], rows: list[dict[str, Any]]) -> bool:
    return any((row["programme"], row["pot_id"]) == (rule["programme"], rule["pot_id"]) for row in rows)


def _pot(row: Mapping[str, Any], name: str, lang: Language) -> dict[str, Any]:
    told = _CONTINUITY[row["continuity"]]
    amounts = {"before": money(row["amount_previous_sek"], lang), "now": money(row["amount_sek"], lang)}
    numbers = ("amount_sek", "amount_previous_sek", "change_sek", *CAUSES)
    return {
        "programme": row["programme"],
        "pot_id": row["pot_id"],
        "name": name,
        **{number: row[number] for number in numbers},
        "continuity": row["continuity"],
        "status": row["status"],
        "sentence": say(told, lang, pot=name, year=row["year"], previous=row["year_previous"], **amounts),
        "formula": _formula(row, lang),
    }


def _sum(rows: list[dict[str, Any]], lang: Language) -> dict[str, Any]:
    """All that can be told, added up."""
    numbers = ("amount_sek", "amount_previous_sek", "change_sek", *CAUSES)
    sums = {number: sum(row[number] for row in rows) for number in numbers}
    return {**sums, "formula": _formula(sums, lang)}


def _formula(row: Mapping[str, Any], lang: Language) -> str:
    """`+2 125 739 kr = regeln +2 141 195 kr, egen folkmängd −8 143 kr, …`; causes of 0 kr are left out."""
    parts = [
        f"{say(CAUSE_NAMES[cause], lang)} {money(row[cause], lang, signed=True)}" for cause in CAUSES if row[cause]
    ]
    change = money(row["change_sek"], lang, signed=True)
    return f"{change} = {', '.join(parts)}" if parts else change


def _not_told(
    rule: Mapping[str, Any], years: tuple[int, int], agreed: set[tuple[str, int]], lang: Language
) -> dict[str, Any]:
    """Why nothing is said of a pot of one of the two years; `agreed` has the programmes and their years."""
    (other,) = set(years) - {rule["year"]}
    reason = _NO_RULE if rule["rule"] == UNKNOWN else _MAY_LIE_INSIDE
    if (rule["programme"], other) not in agreed:
        reason = _NO_AGREEMENT
    return {
        "programme": rule["programme"],
        "year": rule["year"],
        "pot_id": rule["pot_id"],
        "name": rule[f"name_{lang}"],
        "pot_sek": rule["amount_sek"],
        "reason": say(reason, lang, year=rule["year"], other=other),
    }
