"""Explanations in words and formulas with numbers, in Swedish and English.

Works on single rows as plain dictionaries; what the rows hold is `arithmetic.py` and the tables' own business.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from assets.reporting.explaining.arithmetic import decimals
from schemas.money import kronor_en, kronor_sv
from schemas.text import Language, Text
from schemas.vocabulary import (
    COUNTY,
    DERIVED,
    ESTIMATED,
    INFERRED,
    LARGEST_RECIPIENT,
    LARGEST_REMAINDER,
    MUNICIPALITY,
    NATIONAL,
    OFFICIAL,
    PROXY,
    REGION,
    UNKNOWN,
    VERIFIED,
)

Row = Mapping[str, Any]

_DECIMALS: Final = 2
# Remainders are compared with each other, so they are shown further out.
_REMAINDER_DECIMALS: Final = 4

_MONTHS: Final = Text(
    "januari februari mars april maj juni juli augusti september oktober november december",
    "January February March April May June July August September October November December",
)
KINDS: Final = {
    MUNICIPALITY: Text("kommun", "municipality"),
    REGION: Text("region", "region"),
    COUNTY: Text("län", "county"),
    NATIONAL: Text("nationell", "national"),
}
_RECEIVERS: Final = {
    MUNICIPALITY: Text("kommunerna", "the municipalities"),
    REGION: Text("regionerna", "the regions"),
    COUNTY: Text("länen", "the counties"),
    NATIONAL: Text("riksnivån", "the national level"),
    UNKNOWN: Text("mottagare som källorna inte namnger", "recipients that the sources do not name"),
}
EVIDENCE: Final = {
    VERIFIED: Text("står i en källa", "stated by a source"),
    INFERRED: Text("slutsats ur publicerade tal", "inferred from published figures"),
    UNKNOWN: Text("okänt", "unknown"),
}
EVIDENCE_OF: Final = {
    "amount": Text("beloppet", "the amount"),
    "rule": Text("regeln", "the rule"),
    "rounding": Text("avrundningen", "the rounding"),
    "date": Text("datumet", "the date"),
}
_BASIS: Final = {
    OFFICIAL: Text("SCB:s egna celler", "SCB's own cells"),
    DERIVED: Text("löst exakt ur publicerade belopp ({from_})", "solved exactly from published amounts ({from_})"),
    ESTIMATED: Text(
        "skattad, eftersom talet för {asked} inte finns till hands",
        "estimated, because the count of {asked} is not on hand",
    ),
    PROXY: Text(
        "talet för {date}, eftersom det för {asked} inte finns till hands",
        "the count of {date}, because that of {asked} is not on hand",
    ),
}
_FIXED: Final = Text(
    "{name} får {amount} ur potten ”{pot}” {year}: ett fast belopp.",
    "{name} gets {amount} from the pot “{pot}” in {year}: a fixed amount.",
)
_LISTED: Final = Text(
    "{name} får {amount} ur potten ”{pot}” {year}: beloppet står i överenskommelsens lista.",
    "{name} gets {amount} from the pot “{pot}” in {year}: the amount is listed in the agreement.",
)
_SHARED: Final = Text(
    "{name} får {amount} ur potten ”{pot}” {year}: {base}efter folkmängden {ages} den {date} ({people} av {total}"
    " personer).",
    "{name} gets {amount} from the pot “{pot}” in {year}: {base}by population, {ages}, on {date} ({people} of {total}"
    " persons).",
)
_PRELIMINARY: Final = Text("Preliminärt: folkmängden är {why}.", "Preliminary: the population is {why}.")
_BASE_PART: Final = Text("{base} i grundbelopp och {variable} ", "{base} as a base amount and {variable} ")
_NOT_SPLIT: Final = Text(
    "Potten ”{pot}” på {amount} till {receivers} har ingen känd fördelningsregel och fördelas inte här; {name} kan"
    " alltså få mer än det som visas.",
    "The pot “{pot}” of {amount} to {receivers} has no known allocation rule and is not split here; {name} may"
    " therefore get more than is shown.",
)
_NOTHING_TO_ROUND: Final = Text("Fast belopp: inget att avrunda.", "A fixed amount: nothing to round.")
_NEAREST: Final = Text("Till närmaste krona: här {direction}.", "To the nearest krona: here {direction}.")
_LEFT_OVER: Final = Text(
    "I hela potten blir {kr} över, som ingen får.", "Over the whole pot this leaves {kr}, which nobody gets."
)
_TOO_MUCH: Final = Text("I hela potten delas {kr} för mycket ut.", "Over the whole pot this hands out {kr} too much.")
_EVEN: Final = Text("I hela potten går det jämnt ut.", "Over the whole pot it comes out even.")
_DIRECTIONS: Final = {
    "up": Text("uppåt", "up"),
    "down": Text("nedåt", "down"),
    "none": Text("jämnt", "nothing to round"),
}
_REMAINDER: Final = Text(
    "Största rest: först hela kronor, sedan får de {spare} största resterna av {count} en krona var. Resten här är"
    " {remainder} och har plats {place}: {gets}. Gränsen går mellan {last_in} och {first_out}.",
    "Largest remainder: whole kronor first, then the {spare} largest remainders of {count} get one krona each. The"
    " remainder here is {remainder}, in place {place}: {gets}. The cut lies between {last_in} and {first_out}.",
)
_NO_REMAINDERS: Final = Text(
    "Största rest: hela kronor går jämnt ut, ingen krona återstår att dela ut.",
    "Largest remainder: whole kronor come out even, no krona is left to hand out.",
)
_GETS: Final = {True: Text("en krona till", "one krona more"), False: Text("ingen krona till", "no krona more")}
_LARGEST: Final = Text(
    "Till närmaste krona; det som då fattas i hela potten, {kr}, läggs på den största mottagaren, {largest}{here}.",
    "To the nearest krona; what the whole pot then lacks, {kr}, goes to the largest recipient, {largest}{here}.",
)
_THIS_ONE: Final = {True: Text(" (denna)", " (this one)"), False: Text(" (inte denna)", " (not this one)")}


def say(text: Text, lang: Language, **values: object) -> str:
    """`text` in one language, its places filled in."""
    return (text.sv if lang == "sv" else text.en).format(**values)


def number(value: int, lang: Language) -> str:
    """`1 309 672` with no-break spaces, or `1,309,672`."""
    return f"{value:,}" if lang == "en" else f"{value:,}".replace(",", "\u00a0")


def money(amount: int, lang: Language, *, signed: bool = False) -> str:
    """Whole kronor; `signed` puts a plus or a minus before, 0 has neither."""
    written = kronor_sv(abs(amount)) if lang == "sv" else kronor_en(abs(amount))
    sign = "−" if amount < 0 else "+" if signed and amount > 0 else ""
    return f"{sign}{written}"


def day(date: dt.date, lang: Language) -> str:
    """`1 november 2024` or `1 November 2024`."""
    return f"{date.day} {say(_MONTHS, lang).split()[date.month - 1]} {date.year}"


def age_band(ages: str, lang: Language) -> str:
    """`0–18 år` or `i alla åldrar`; `ages 0–18` or `all ages`."""
    if ages == "all":
        return say(Text("i alla åldrar", "all ages"), lang)
    return say(Text("{band} år", "ages {band}"), lang, band=ages.replace("-", "–"))


def sentence(row: Row, pot_name: str, lang: Language, *, is_listed: bool) -> str:
    """What the recipient gets of the pot, and by what; `is_listed` where the rule lists amounts by recipient."""
    told = {
        "name": row["recipient_name"],
        "amount": money(row["amount_sek"], lang),
        "pot": pot_name,
        "year": row["year"],
    }
    if row["rounding"] is None:
        return say(_LISTED if is_listed else _FIXED, lang, **told)
    base, variable = money(row["base_sek"], lang), money(row["variable_sek"], lang)
    return say(
        _SHARED,
        lang,
        **told,
        base=say(_BASE_PART, lang, base=base, variable=variable) if row["base_sek"] else "",
        ages=age_band(row["ages"], lang),
        date=day(row["reference_date"], lang),
        people=number(row["population"], lang),
        total=number(row["population_total"], lang),
    )


def formula(row: Row, bases: Sequence[int], lang: Language) -> str:
    """The amount with its numbers; `bases` are the base amounts of all recipients of the pot.

    Decimals are cut, so they are exact as far as shown:

        200 000 + (250 000 000 − 290 · 200 000) · 13 093 / 2 265 405 = 1 309 671,78 → 1 309 672 kr
    """
    amount = money(row["explained_sek"], lang)
    if row["rounding"] is None:
        return f"{amount} ({_counted(bases, lang)} = {money(row['pot_sek'], lang)})" if len(bases) > 1 else amount
    pot = number(row["pot_sek"], lang)
    rest = f"({pot} − {_counted(bases, lang, joined=' − ')})" if any(bases) else pot
    base = f"{number(row['base_sek'], lang)} + " if row["base_sek"] else ""
    people, total = row["population"], row["population_total"]
    share = f"{base}{rest} · {number(people, lang)} / {number(total, lang)}"
    if row["remainder"] == 0 and row["explained_sek"] == row["base_sek"] + row["whole_sek"]:
        return f"{share} = {amount}"
    exact = number(row["base_sek"] + row["whole_sek"], lang)
    return f"{share} = {exact}{_point(lang)}{decimals(row['remainder'], total, _DECIMALS)} → {amount}"


def _counted(bases: Sequence[int], lang: Language, joined: str = " + ") -> str:
    """`18 · 4 000 000 + 3 · 7 000 000`: equal base amounts together, nothing for those without."""
    counts = sorted(Counter(bases).items())
    return joined.join(f"{number(count, lang)} · {number(base, lang)}" for base, count in counts if base)


def rounding_told(row: Row, pot_rows: Sequence[Row], lang: Language) -> str:
    """The convention and what it did to this row; `pot_rows` are all rows of the pot."""
    if row["rounding"] is None:
        return say(_NOTHING_TO_ROUND, lang)
    if row["rounding"] == LARGEST_REMAINDER:
        return _remainder_told(row, pot_rows, lang)
    if row["rounding"] == LARGEST_RECIPIENT:
        largest = next(one["recipient_name"] for one in pot_rows if one["size_place"] == 1)
        here = say(_THIS_ONE[row["size_place"] == 1], lang)
        kr = money(row["left_over_sek"], lang, signed=True)
        return say(_LARGEST, lang, kr=kr, largest=largest, here=here)
    left = row["left_over_sek"]
    pot = _EVEN if left == 0 else _LEFT_OVER if left > 0 else _TOO_MUCH
    direction = say(_DIRECTIONS[rounding_direction(row)], lang)
    return f"{say(_NEAREST, lang, direction=direction)} {say(pot, lang, kr=money(abs(left), lang))}"


def rounding_direction(row: Row) -> str:
    """`up`, `down` or `none`: the amount against the exact value."""
    whole = row["base_sek"] + row["whole_sek"]
    if row["amount_sek"] == whole and row["remainder"] == 0:
        return "none"
    return "up" if row["amount_sek"] > whole else "down"


def _remainder_told(row: Row, pot_rows: Sequence[Row], lang: Language) -> str:
    spare = row["to_hand_out_sek"]
    if spare == 0:
        return say(_NO_REMAINDERS, lang)
    shown = {one["place"]: _remainder(one, lang) for one in pot_rows}
    return say(
        _REMAINDER,
        lang,
        spare=number(spare, lang),
        count=number(len(pot_rows), lang),
        remainder=_remainder(row, lang),
        place=number(row["place"], lang),
        gets=say(_GETS[row["place"] <= spare], lang),
        last_in=shown[spare],
        first_out=shown[spare + 1],
    )


def _remainder(row: Row, lang: Language) -> str:
    return f"0{_point(lang)}{decimals(row['remainder'], row['population_total'], _REMAINDER_DECIMALS)}"


def _point(lang: Language) -> str:
    return "," if lang == "sv" else "."


def not_split(pot: Row, name: str, lang: Language) -> str:
    """That the pot exists and is not split, because nobody has established its rule."""
    return say(
        _NOT_SPLIT,
        lang,
        pot=pot[f"name_{lang}"],
        amount=money(pot["amount_sek"], lang),
        receivers=say(_RECEIVERS[pot["recipient_type"]], lang),
        name=name,
    )


def preliminary(cell: Row, lang: Language) -> str:
    """What makes an amount preliminary: the head count it rests on."""
    return say(_PRELIMINARY, lang, why=basis_told(cell, lang))


def basis_told(cell: Row, lang: Language) -> str:
    """How sure the head count is, and what it is instead of."""
    return say(
        _BASIS[cell["basis"]],
        lang,
        from_=cell["derived_from"],
        date=day(cell["population_date"], lang),
        asked=day(cell["reference_date"], lang),
    )


def sum_told(amounts: Sequence[int], lang: Language) -> str:
    """`5 412 804 + 7 571 082 = 12 983 886 kr`; a single amount is itself."""
    total = money(sum(amounts), lang)
    if len(amounts) == 1:
        return total
    return f"{' + '.join(number(amount, lang) for amount in amounts)} = {total}"
