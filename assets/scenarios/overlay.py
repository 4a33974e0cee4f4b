"""A reform laid over an agreement: the agreement as it would be, or why it cannot be.

Pure rules: who the recipients are and how many live where comes in `apply.py`.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from assets.agreements.model import Agreement, Pot, Rule, Variable
from assets.population.bases import ALL_AGES
from assets.scenarios.reform import Merger, NamedReform, Pooling, PotChange, Transfer
from assets.storage.yaml_files import RefusedAt
from schemas.errors import DataRefused, listed
from schemas.vocabulary import COUNTY, INFERRED, MUNICIPALITY, NEAREST


def reformed(agreement: Agreement, named: NamedReform) -> Agreement:
    """`agreement` with the reform's pots and transfers; pooling and mergers leave the rules as they are.

    Raises `DataRefused` naming the reform and the pot for a pot that is not there or whose rule is unknown, for a
    change that the pot cannot have, and for amounts that do not add up to the total.
    """
    reform = named.reform
    pots = {pot.id: _with_merged_amounts(pot, reform.mergers) for pot in agreement.pots}
    for pot_id in sorted(reform.touched_pots()):
        require_known(pot_id, pots, named.where, agreement.year)
    for pot_id, change in reform.changes.items():
        pots[pot_id] = _changed(pots[pot_id], change, in_pot(named, pot_id))
    for transfer in reform.transfers:
        pots |= _moved(transfer, pots, named)
    for pooling in reform.pooling:
        _require_levels(pooling, pots, named)
    total_sek = agreement.total_sek if reform.total_sek is None else reform.total_sek
    after = agreement.model_copy(update={"pots": list(pots.values()), "total_sek": total_sek})
    try:
        after.require_whole()
    except RefusedAt as error:
        remedy = "let another pot pay for it, or state the new total of the agreement with total_sek"
        raise DataRefused(named.where, f"with the reform, {error}", remedy=remedy) from None
    return after


def in_pot(named: NamedReform, pot_id: str) -> str:
    """The place that a message about one pot of a reform points at."""
    return f"{named.where}, pot {pot_id}"


def require_known(pot_id: str, pots: Mapping[str, Pot], where: str, year: int) -> None:
    """The agreement has the pot and its rule is known; `where` is the file that names it."""
    if pot_id not in pots:
        close = difflib.get_close_matches(pot_id, pots, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise DataRefused(
            where,
            f"pot {pot_id} is not in the agreement of {year}",
            remedy=f"{hint}its pots are {listed(sorted(pots))}",
        )
    if pots[pot_id].rule is None:
        raise DataRefused(
            f"{where}, pot {pot_id}",
            "the decided rule is unknown, so nobody can say who would win or lose",
            remedy="choose a pot or a year whose rule is known; see the table coverage",
        )


def _with_merged_amounts(pot: Pot, mergers: Iterable[Merger]) -> Pot:
    """Amounts listed by municipality, with one for those that merge; the reform's own lists name what is left."""
    if pot.recipients != MUNICIPALITY or pot.rule is None or pot.rule.amounts is None:
        return pot
    amounts = dict(pot.rule.amounts)
    for merger in mergers:
        together = sum(amounts.pop(code, 0) for code in merger.codes)
        amounts[merger.codes[0]] = together
    return pot.model_copy(update={"rule": pot.rule.model_copy(update={"amounts": amounts})})


def _changed(pot: Pot, change: PotChange, where: str) -> Pot:
    try:
        rule = _rule_of(pot, change)
        _require_something_to_limit(rule, change)
        return Pot(**{**dict(pot), **_parts_of(pot, change, rule)})
    except ValidationError as error:
        raise DataRefused(where, error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    except ValueError as error:
        raise DataRefused(where, str(error)) from None


def _parts_of(pot: Pot, change: PotChange, rule: Rule) -> dict[str, Any]:
    is_variable = rule.variable is not None
    return {
        "amount_sek": pot.amount_sek if change.amount_sek is None else change.amount_sek,
        "rule": rule,
        "rounding": (change.rounding or pot.rounding or NEAREST) if is_variable else None,
        "evidence": pot.evidence.model_copy(update={"rounding": INFERRED if is_variable else None}),
    }


def _rule_of(pot: Pot, change: PotChange) -> Rule:
    """The pot's rule after the change; raises `ValueError` for what is no rule."""
    decided = pot.rule or Rule.model_construct()
    if change.amounts is not None:
        return Rule(amounts=change.amounts)
    variable = decided.variable
    if change.variable == "none":
        variable = None
    elif change.variable == "population" or (variable is not None and change.ages is not None):
        ages = change.ages or (variable.ages if variable else ALL_AGES)
        variable = Variable.model_construct(key="population", ages=ages)
    elif change.ages is not None:
        raise ValueError("ages are given, but the pot has no part by population; add `variable: population`")
    base_sek = change.base_sek or decided.base_sek
    keeps_list = base_sek is None and variable is None
    return Rule(base_sek=base_sek, variable=variable, amounts=decided.amounts if keeps_list else None)


def _require_something_to_limit(rule: Rule, change: PotChange) -> None:
    if rule.variable is not None:
        return
    if change.rounding is not None:
        raise ValueError("there is nothing to round: the pot has no part by population")
    if change.max_sek_per_head is not None or change.max_gain_percent is not None:
        raise ValueError("what a cap leaves over goes to the others by population, and the pot has no such part")


def _moved(transfer: Transfer, pots: dict[str, Pot], named: NamedReform) -> dict[str, Pot]:
    source, target = pots[transfer.from_pot], pots[transfer.to_pot]
    left = source.amount_sek - transfer.amount_sek
    if left < 0:
        raise DataRefused(
            in_pot(named, source.id),
            f"has {source.amount_sek} kr; {transfer.amount_sek} kr cannot move to {target.id}",
        )
    return {
        source.id: source.model_copy(update={"amount_sek": left}),
        target.id: target.model_copy(update={"amount_sek": target.amount_sek + transfer.amount_sek}),
    }


def _require_levels(pooling: Pooling, pots: dict[str, Pot], named: NamedReform) -> None:
    for pot_id, kind in ((pooling.from_pot, MUNICIPALITY), (pooling.to_pot, COUNTY)):
        if pots[pot_id].recipients != kind:
            raise DataRefused(
                in_pot(named, pot_id),
                f"goes to {pots[pot_id].recipients} recipients; pooling takes from a municipality pot"
                " and gives to a county pot",
            )
