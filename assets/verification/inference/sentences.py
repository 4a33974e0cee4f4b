"""What a search found, in Swedish and English."""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from assets.verification.inference.nearly import Nearly
from assets.verification.inference.solve import Fit, Solutions
from assets.verification.inference.whole import cut_of
from assets.verification.inference.windows import ROUNDED_UP, TOTAL, TRUNCATED
from schemas.called import ROUNDING_LISTED
from schemas.money import kronor_en, kronor_sv, number_sv
from schemas.text import Text
from schemas.vocabulary import LARGEST_REMAINDER

CONVENTIONS: Final = {
    **ROUNDING_LISTED,
    TRUNCATED: Text("avrundning nedåt", "rounding down"),
    ROUNDED_UP: Text("avrundning uppåt", "rounding up"),
}
# Totals and rows that a sentence names.
_NAMED: Final = 12
# Totals of which a sentence names the missed rows.
_TOTALS_NAMED: Final = 3
# One total of a range is no finding if as many as this would fit by chance.
_CHANCE: Final = 0.01


def sentences_of(solutions: Solutions) -> Iterator[Text]:
    """What was found, which conventions are excluded or not, and what the amounts cannot show."""
    fitting = [fit for fit in solutions.decided if fit.solutions]
    for alike in _alike(fitting):
        yield _found(solutions, alike)
    if not fitting:
        yield _nothing(solutions)
    yield from _not_excluded(solutions)
    if fitting:
        yield from _excluded(solutions)
        yield from _limits(solutions)


def _alike(fits: Sequence[Fit]) -> list[list[Fit]]:
    """Conventions with the same totals and head counts together."""
    groups: list[list[Fit]] = []
    for fit in fits:
        for group in groups:
            if fit.solutions == group[0].solutions and fit.head_counts.equals(group[0].head_counts):
                group.append(fit)
                break
        else:
            groups.append([fit])
    return groups


def _found(solutions: Solutions, alike: Sequence[Fit]) -> Text:
    fit, amounts, names = alike[0], _amounts(solutions), _names(alike)
    if fit.solutions == 1:
        more = (
            Text("", "") if fit.verdict == "unique" else Text(", med flera folkmängder", ", with several head counts")
        )
        return Text(
            f"Exakt ett rikstal, {number_sv(fit.totals[0])}, ger {amounts.sv} ({names.sv}){more.sv}.",
            f"Exactly one national total, {fit.totals[0]:,}, gives {amounts.en} ({names.en}){more.en}.",
        )
    named = Text("", "")
    if fit.solutions <= _NAMED:
        named = Text(f": {_totals(fit).sv}", f": {_totals(fit).en}")
    return Text(
        f"{number_sv(fit.solutions)} rikstal ger {amounts.sv} ({names.sv}){named.sv}. Beloppen skiljer dem inte åt.",
        f"{fit.solutions:,} national totals give {amounts.en} ({names.en}){named.en}. The amounts cannot tell"
        " them apart.",
    )


def _nothing(solutions: Solutions) -> Text:
    first, last, amounts = solutions.searched.first, solutions.searched.last, _amounts(solutions)
    nothing = Text(
        f"Inget rikstal från {number_sv(first)} till {number_sv(last)} ger {amounts.sv}",
        f"No national total from {first:,} to {last:,} gives {amounts.en}",
    )
    tried = [(fit, fit.nearly) for fit in solutions.decided if fit.nearly is not None]
    if not tried:
        return Text(f"{nothing.sv}.", f"{nothing.en}.")
    best, near = min(tried, key=lambda pair: pair[1].misses)
    why = _located(near) if near.is_located else _unlocated(near)
    name = CONVENTIONS[best.rounding]
    return Text(f"{nothing.sv} ({name.sv}){why.sv}", f"{nothing.en} ({name.en}){why.en}")


def _located(near: Nearly) -> Text:
    """The missed rows of the nearest totals: often one total, sometimes its neighbour as well."""
    totals = near.rows.get_column(TOTAL).unique().sort().to_list()[:_TOTALS_NAMED]
    rows = [(total, _missed(near.rows.filter(pl.col(TOTAL) == total))) for total in totals]
    sv = " och ".join(f"{number_sv(total)} missar bara {near.misses} ({missed.sv})" for total, missed in rows)
    en = " and ".join(f"{total:,} misses only {near.misses} ({missed.en})" for total, missed in rows)
    return Text(
        f", men {sv}. Ett felskrivet belopp, eller en krona av avrundningsdifferensen, är den troliga orsaken.",
        f", but {en}. A misprinted amount, or a krona of the residual, is the likely cause.",
    )


def _unlocated(near: Nearly) -> Text:
    if near.totals and near.rows.is_empty():
        return Text(
            ", fast varje belopp går att få för sig: folkmängderna stämmer inte med rikstalet. Minst ett är fel.",
            ", though each amount can be had by itself: the head counts do not go with the total. At least one amount"
            " is wrong.",
        )
    more = Text("", "") if near.totals else Text(" eller fler", " or more")
    return Text(
        f"; som bäst missas {near.misses}{more.sv}. Regel, pott, åldrar eller år är troligen ett annat.",
        f"; at best {near.misses}{more.en} are missed. Rule, pot, ages or year is probably another.",
    )


def _missed(rows: pl.DataFrame) -> Text:
    """Missed rows as printed, and what they should be where a krona is all that is wrong."""
    sv, en = [], []
    for code, printed, closest in rows.head(_NAMED).select("recipient_code", "amount_sek", "nearest_sek").iter_rows():
        is_a_krona = abs(printed - closest) == 1
        sv.append(f"{code} {kronor_sv(printed)}" + (f", närmast {kronor_sv(closest)}" if is_a_krona else ""))
        en.append(f"{code} {kronor_en(printed)}" + (f", closest {kronor_en(closest)}" if is_a_krona else ""))
    return Text("; ".join(sv), "; ".join(en))


def _not_excluded(solutions: Solutions) -> Iterator[Text]:
    fits = [(fit, _cut(solutions, fit)) for fit in solutions.bounded if fit.solutions]
    if fits:
        listed = Text(
            ", ".join(f"{CONVENTIONS[fit.rounding].sv} ({_totals(fit).sv}{cut.sv})" for fit, cut in fits),
            ", ".join(f"{CONVENTIONS[fit.rounding].en} ({_totals(fit).en}{cut.en})" for fit, cut in fits),
        )
        yield Text(
            f"Inte uteslutet, eftersom inte alla mottagares belopp finns här: {listed.sv}.",
            f"Not excluded, since not every recipient’s amount is on hand: {listed.en}.",
        )


def _cut(solutions: Solutions, fit: Fit) -> Text:
    """Where the cut of largest remainder lies if one total fits."""
    between = None
    if fit.rounding == LARGEST_REMAINDER and fit.verdict == "unique":
        people = dict(fit.head_counts.select("recipient_code", "population").iter_rows())
        between = cut_of(solutions.table, fit.totals[0], people)
    if between is None:
        return Text("", "")
    low = f"{between[0].numerator * 10_000 // between[0].denominator:05}"
    high = f"{-(-between[1].numerator * 10_000 // between[1].denominator):05}"
    return Text(
        f", gräns mellan {low[:-4]},{low[-4:]} och {high[:-4]},{high[-4:]}",
        f", cut between {low[:-4]}.{low[-4:]} and {high[:-4]}.{high[-4:]}",
    )


def _excluded(solutions: Solutions) -> Iterator[Text]:
    misses = [(fit, fit.nearly.misses) for fit in solutions.fits.values() if fit.nearly is not None]
    if misses:
        listed = Text(
            ", ".join(f"{CONVENTIONS[fit.rounding].sv} ({missed})" for fit, missed in misses),
            ", ".join(f"{CONVENTIONS[fit.rounding].en} ({missed})" for fit, missed in misses),
        )
        yield Text(
            f"Uteslutet, med antalet belopp som det bästa rikstalet missar: {listed.sv}.",
            f"Excluded, with the number of amounts that the best total misses: {listed.en}.",
        )


def _limits(solutions: Solutions) -> Iterator[Text]:
    """What the amounts cannot show even where one total fits."""
    if solutions.by_chance >= _CHANCE:
        expected = f"{solutions.by_chance:.2f}"
        yield Text(
            f"Beloppen är få: av en slump skulle {expected.replace('.', ',')} rikstal i området passa.",
            f"The amounts are few: by chance {expected} totals of the range would fit.",
        )
    yield Text(
        "Rikstalet följer av potten och antalet mottagare, beloppen visar bara kronor per person; en felaktig krona"
        " kan flytta det med en person.",
        "The total follows from the pot and the number of recipients, the amounts show kronor per person only; a wrong"
        " krona can move it by one person.",
    )


def _amounts(solutions: Solutions) -> Text:
    figures = solutions.table.figures.height
    return Text(f"alla {figures} belopp", f"all {figures} amounts") if figures > 1 else Text("beloppet", "the amount")


def _totals(fit: Fit) -> Text:
    """The first totals, or how many there are if they are too many to name."""
    if fit.solutions > _NAMED:
        return Text(f"{number_sv(fit.solutions)} rikstal", f"{fit.solutions:,} totals")
    return Text("; ".join(map(number_sv, fit.totals)), "; ".join(f"{total:,}" for total in fit.totals))


def _names(fits: Sequence[Fit]) -> Text:
    names = [CONVENTIONS[fit.rounding] for fit in fits]
    return Text(", ".join(name.sv for name in names), ", ".join(name.en for name in names))
