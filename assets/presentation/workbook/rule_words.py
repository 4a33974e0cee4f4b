"""A pot's rule in words, from its canonical text in the table `rules`."""

import json
from collections.abc import Mapping
from typing import Any, Final

from assets.presentation.workbook.words import CLASSES, EACH, in_words
from assets.reporting.explaining.wording import age_band, day, money
from schemas.text import Language, Text
from schemas.vocabulary import UNKNOWN

_UNKNOWN: Final = Text("Okänd: potten fördelas inte.", "Unknown: the pot is not split.")
_LISTED: Final = Text("Belopp per mottagare: {amounts}.", "Amounts by recipient: {amounts}.")
_BASE: Final = Text("{base} per {each}{classes}", "{base} per {each}{classes}")
_OF_CLASS: Final = Text(" ({name} {base})", " ({name} {base})")
_ALL: Final = Text("Hela potten", "The whole pot")
_REST: Final = Text("; resten", "; the rest")
_BY_POPULATION: Final = Text(" efter folkmängd, {ages}, {date}.", " by population, {ages}, {date}.")
# A pot can list hundreds of amounts; the sheet of data has them all.
_MOST_LISTED: Final = 5
_MORE: Final = Text(" och {count} till", " and {count} more")


def rule_in_words(pot: Mapping[str, Any], language: Language) -> str:
    """The rule of one row of `rules`, such as `200 000 kr per kommun; resten efter folkmängd, 0–18 år, …`, in words."""
    if pot["rule"] == UNKNOWN:
        return _UNKNOWN.of(language)
    rule = json.loads(pot["rule"])["rule"]
    if "amounts" in rule:
        return _LISTED.of(language).format(amounts=_listed(rule["amounts"], language))
    base = _base(rule.get("base_sek", {}), pot["recipient_type"], language)
    if "variable" not in rule:
        return f"{base}."
    share = _BY_POPULATION.of(language).format(
        ages=age_band(pot["ages"], language), date=day(pot["reference_date"], language)
    )
    return f"{base}{_REST.of(language)}{share}" if base else f"{_ALL.of(language)}{share}"


def _base(amounts: Mapping[str, int], recipient_type: str, language: Language) -> str:
    """Base amounts by class; nothing where there are none."""
    if not amounts:
        return ""
    classes = "".join(
        _OF_CLASS.of(language).format(name=in_words(CLASSES, name, language), base=money(sek, language))
        for name, sek in sorted(amounts.items())
        if name != "default"
    )
    each = EACH[recipient_type].of(language)
    return _BASE.of(language).format(base=money(amounts["default"], language), each=each, classes=classes)


def _listed(amounts: Mapping[str, int], language: Language) -> str:
    shown = sorted(amounts.items())[:_MOST_LISTED]
    told = ", ".join(f"{code} {money(sek, language)}" for code, sek in shown)
    rest = len(amounts) - len(shown)
    return told + _MORE.of(language).format(count=rest) if rest else told
