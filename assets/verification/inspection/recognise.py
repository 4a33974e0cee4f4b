"""Recognition: which pot of which year a printed amount belongs to, by asking which allocation fits.

A column of a table is one question: the pot whose amounts its rows have. An amount in running text is a question of
its own. What fits to the krona decides; where the head counts on hand are only near, closeness and the words around
decide together. What several pots fit equally well is reported with the candidates, never chosen.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from assets.documents.found import Figure, Found
from assets.verification.comparable import SUM_OF_LEVEL
from assets.verification.inspection.known import Known
from assets.verification.inspection.left_over import by_elimination, not_repeated, with_sums
from assets.verification.inspection.recognised import Pot, Recognised, Recognition, Unrecognised, whom
from schemas.keys import POT, of_pot
from schemas.text import Text

_POT_AND_KIND: Final = (*POT, "recipient_type")
# Head counts of a neighbouring date or age move an amount by less than this, in parts per million.
NEAR_PPM: Final = 30_000
# Of the rows of a column, so many must fit: an errant table is still the table it is.
_SHARE_THAT_FITS: Final = 0.5
_SHORTEST_WORD: Final = 4
_STEM: Final = 6


@dataclass(frozen=True)
class _Fit:
    """How well one pot fits a set of amounts."""

    pot: Pot
    codes: dict[int, str]
    exact: int
    near: int
    distance_ppm: int


_NO_POT: Final = Text("Ingen pott som är känd här ger beloppet.", "No pot on file gives the amount.")
_SEVERAL: Final = Text("Flera potter passar lika väl.", "Several pots fit equally well.")
_NOBODY_NAMED: Final = Text("Ingen mottagare anges.", "No recipient is named.")


def recognise(found: Found, known: Known) -> Recognition:
    """The pot of every amount in `found`; totals last, since a total is known by its parts."""
    recognised: list[Recognised] = []
    unrecognised: list[Unrecognised] = []
    for group in _groups(found):
        fits = _fits(group, known, found.county_code)
        chosen = _choose(fits, group, known)
        if isinstance(chosen, _Fit):
            recognised += _as_recognised(chosen, group, known)
            left = [figure for index, figure in enumerate(group) if index not in chosen.codes]
            unrecognised += [Unrecognised(figure, _NO_POT) for figure in left]
        else:
            reason = _SEVERAL if chosen else _NO_POT if whom(group[0], found.county_code) else _NOBODY_NAMED
            unrecognised += [Unrecognised(figure, reason, tuple(chosen)) for figure in group]
    recognised, unrecognised = by_elimination(recognised, unrecognised, found.county_code)
    return with_sums(recognised, not_repeated(recognised, unrecognised), found.county_code)


def _groups(found: Found) -> Iterable[list[Figure]]:
    """The amounts of a column together, every other amount by itself; a table's totals are not a column's rows."""
    columns: dict[tuple[int | None, str], list[Figure]] = {}
    for figure in found.figures:
        if figure.role == "recipient":
            columns.setdefault((figure.table, figure.header or str(figure.place.column)), []).append(figure)
    yield from columns.values()
    yield from ([figure] for figure in found.figures if figure.role != "recipient")


def _fits(group: Sequence[Figure], known: Known, county_code: str | None) -> list[_Fit]:
    """Every pot that has amounts for the recipients of the group, and how well they agree."""
    rows = [
        (index, figure.amount_sek, figure.step_sek, one.recipient_type, one.recipient_code)
        for index, figure in enumerate(group)
        for one in whom(figure, county_code)
    ]
    schema = {"index": pl.Int64, "printed": pl.Int64, "step": pl.Int64, "recipient_type": pl.String}
    asked = pl.DataFrame(rows, {**schema, "recipient_code": pl.String}, orient="row")
    step, computed = pl.col("step"), pl.col("computed_sek")
    compared = asked.join(known.amounts, on=["recipient_type", "recipient_code"]).with_columns(
        is_exact=(2 * computed + step) // (2 * step) * step == pl.col("printed"),
        distance=(computed - pl.col("printed")).abs() * 1_000_000 // pl.max_horizontal("computed_sek", pl.lit(1)),
    )
    fits = compared.group_by(_POT_AND_KIND).agg(
        pl.col("index", "recipient_code"),
        exact=pl.col("is_exact").sum(),
        near=(pl.col("distance") <= NEAR_PPM).sum(),
        distance=pl.col("distance").median().cast(pl.Int64),
    )
    return [
        _Fit(
            Pot(*(row[name] for name in _POT_AND_KIND)),
            dict(zip(row["index"], row["recipient_code"], strict=True)),
            row["exact"],
            row["near"],
            row["distance"],
        )
        for row in fits.sort(_POT_AND_KIND).iter_rows(named=True)
    ]


def _choose(fits: list[_Fit], group: Sequence[Figure], known: Known) -> _Fit | list[Pot]:
    """The one pot that fits, or those that fit equally well; none is an empty list."""
    enough = max(1, int(len(group) * _SHARE_THAT_FITS))
    exact = [fit for fit in fits if fit.exact >= enough]
    if exact:
        most = max(fit.exact for fit in exact)
        return _narrowed([fit for fit in exact if fit.exact == most], group, known)
    near = [fit for fit in fits if fit.near >= enough and _is_of_year(fit.pot, group)]
    if len(group) > 1 and near:
        return _narrowed(_closest(near), group, known)
    return _by_words(near, group, known)


def _narrowed(fits: list[_Fit], group: Sequence[Figure], known: Known) -> _Fit | list[Pot]:
    """Of equally good fits the one whose year, and then whose words, the document has."""
    for keep in (
        [fit for fit in fits if _is_of_year(fit.pot, group) and group[0].years],
        [fit for fit in fits if fit.pot.pot_id not in SUM_OF_LEVEL],
        _with_most_words(fits, group, known),
    ):
        fits = [fit for fit in fits if fit in keep] or fits
    return fits[0] if len(fits) == 1 else [fit.pot for fit in fits]


def _closest(fits: list[_Fit]) -> list[_Fit]:
    least = min(fit.distance_ppm for fit in fits)
    return [fit for fit in fits if fit.distance_ppm == least]


def _is_of_year(pot: Pot, group: Sequence[Figure]) -> bool:
    """Whether the document speaks of the pot's year near the amount; where it names none, any year is."""
    years = group[0].years
    return not years or pot.year == years[0]


def _by_words(near: list[_Fit], group: Sequence[Figure], known: Known) -> _Fit | list[Pot]:
    """An amount that nothing gives to the krona: the pot of its year that is called as the words around it.

    A pot whose rule is unknown has no amount to be near to; the words alone then say what it is.
    """
    figure = group[0]
    if not figure.years or len(group) > 1:
        return []
    unknown = known.gaps.filter(pl.col("year") == figure.years[0], pl.col("gap") == "rule_unknown")
    kinds = {(one.recipient_type, one.recipient_code) for one in whom(figure, None)}
    named = {fit.pot: fit for fit in near}
    for programme, year, pot_id in unknown.select(POT).rows():
        for kind, code in sorted(kinds):
            if kind == _kind_of(known, programme, year, pot_id):
                pot = Pot(programme, year, pot_id, kind)
                named[pot] = _Fit(pot, {0: code}, 0, 0, 0)
    return _worded(list(named.values()), group, known)


def _worded(fits: list[_Fit], group: Sequence[Figure], known: Known) -> _Fit | list[Pot]:
    best = _with_most_words(fits, group, known)
    if len(best) == 1 and _words_shared(best[0].pot, group, known):
        return best[0]
    return [fit.pot for fit in best]


def _kind_of(known: Known, programme: str, year: int, pot_id: str) -> str | None:
    kinds = known.rules.filter(of_pot(programme, year, pot_id)).get_column("recipient_type").to_list()
    return kinds[0] if kinds else None


def _with_most_words(fits: list[_Fit], group: Sequence[Figure], known: Known) -> list[_Fit]:
    shared = {fit.pot: _words_shared(fit.pot, group, known) for fit in fits}
    most = max(shared.values(), default=0)
    return [fit for fit in fits if shared[fit.pot] == most]


def _words_shared(pot: Pot, group: Sequence[Figure], known: Known) -> int:
    figure = group[0]
    around = _stems(f"{figure.header} {figure.heading} {figure.sentence}")
    return len(_stems(_name_of(known, pot)) & around)


def _name_of(known: Known, pot: Pot) -> str:
    names = known.rules.filter(of_pot(pot.programme, pot.year, pot.pot_id)).get_column("name_sv").to_list()
    return names[0] if names else ""


@cache
def _stems(text: str) -> frozenset[str]:
    """The longer words of a text without their endings: suicidprevention and suicidpreventivt are one."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return frozenset(word[:_STEM] for word in words if len(word) >= _SHORTEST_WORD)


def _as_recognised(fit: _Fit, group: Sequence[Figure], known: Known) -> list[Recognised]:
    how = "exact" if fit.exact else "near" if fit.near else "words"
    other = _other_year(fit.pot, group, known)
    return [Recognised(group[index], fit.pot, code, how, other) for index, code in sorted(fit.codes.items())]


def _other_year(pot: Pot, group: Sequence[Figure], known: Known) -> int | None:
    """The year that the document names instead of the pot's, if the pot exists in it too."""
    years = group[0].years
    if not years or pot.year in years:
        return None
    is_there = not known.gaps.filter(of_pot(pot.programme, years[0], pot.pot_id)).is_empty()
    return years[0] if is_there else None
