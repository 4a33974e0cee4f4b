"""What an open year may bring, computed from the tracked data.

Reads no published table and writes none: a forecast is a forecast wherever it is asked for.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.forecast.assumptions import LEVELS, Candidate, Plan, is_open, level_sums_of
from assets.forecast.backtest import overview_of
from assets.forecast.tables import OnFile, backtests_of, forecasts_of
from assets.population.recipients import read_register, recipients_of
from assets.reporting.explaining.lookup import find_recipients
from pipelines.settings import Settings
from pipelines.sources import forecast_inputs, population_source
from schemas.errors import UsageError, listed
from schemas.vocabulary import DECIDED, PRELIMINARY

_RECIPIENT: Final = ("recipient_type", "recipient_code")
_ADDED: Final = ("amount_sek", "amount_low_sek", "amount_high_sek", "amount_previous_sek", "change_sek")
_OF_POT: Final = (
    "pot_id",
    *_ADDED,
    "population",
    "population_low",
    "population_high",
    "ages",
    "reference_date",
    "method",
    "previous_status",
    "assumptions",
)


def forecast(
    settings: Settings, target_year: int, recipient: str | None = None, candidate: str | None = None
) -> dict[str, Any]:
    """The forecast for a year as plain data: for one recipient (name or code), or by level.

    `candidate` is the main one unless named; the others are told as differences from it. Raises `UsageError` for a
    year without candidates or whose split is decided, and for an unknown candidate or recipient.
    """
    on_file = OnFile(
        AgreementFiles(settings.data / "agreements"),
        read_register(settings.data / "geography"),
        population_source(settings),
    )
    inputs = forecast_inputs(settings)
    candidates = _open_candidates(inputs.plan, target_year, on_file.agreements)
    chosen = _chosen(candidates, candidate)
    recipients = None if recipient is None else _meant(recipients_of(on_file.register, target_year), recipient)
    year = max(on_file.agreements.years(chosen.programme))
    asked = replace(inputs, plan=replace(inputs.plan, candidates=tuple(candidates)))
    rows = forecasts_of(year, asked, on_file).filter(pl.col("programme") == chosen.programme)
    own = rows.filter(pl.col("candidate") == chosen.id)
    told: dict[str, Any] = {
        "is_forecast": True,
        "programme": chosen.programme,
        "target_year": target_year,
        "candidate": _described(chosen),
        "previous_year": chosen.rules_year,
    }
    if recipients is None:
        told |= _by_level(rows, chosen, on_file.agreements)
        told["backtest"] = _backtest(backtests_of(year, asked, on_file), own)
    else:
        told["recipients"] = [_of_recipient(rows, chosen, one) for one in recipients]
    named = {name for names in _asked_assumptions(told, own) for name in names.split()}
    told["candidates"] = [_described(one) for one in candidates]
    told["assumptions"] = [one.model_dump() for name, one in inputs.plan.assumptions.items() if name in named]
    return told


def _open_candidates(plan: Plan, target_year: int, agreements: AgreementFiles) -> list[Candidate]:
    candidates = [one for one in plan.of_year(target_year) if is_open(one, agreements)]
    if not candidates:
        raise UsageError(
            f"the split of {target_year} is decided, so it is not forecast",
            remedy=f"see `kronvis explain {target_year} RECIPIENT`",
        )
    return candidates


def _chosen(candidates: list[Candidate], name: str | None) -> Candidate:
    for one in candidates:
        if name in (None, one.id):
            return one
    raise UsageError(f"there is no candidate {name!r}", remedy=f"there are {listed([one.id for one in candidates])}")


def _meant(recipients: pl.DataFrame, asked: str) -> list[dict[str, Any]]:
    """Whom a name or code means, of those whose money is forecast."""
    found = [one for one in find_recipients(recipients.to_dicts(), asked) if one["recipient_type"] in LEVELS]
    if not found:
        raise UsageError(f"money to {asked} is not forecast", remedy=f"forecasts are for {listed(LEVELS)}")
    return found


def _described(candidate: Candidate) -> dict[str, Any]:
    return candidate.model_dump(include={"id", "is_main", "title", "reference_date"})


def _asked_assumptions(told: dict[str, Any], own: pl.DataFrame) -> Iterable[str]:
    """The assumptions behind what is told."""
    if "recipients" not in told:
        return own.get_column("assumptions").unique().to_list()
    return [pot["assumptions"] for one in told["recipients"] for pot in one["pots"]]


def _of_recipient(rows: pl.DataFrame, chosen: Candidate, recipient: dict[str, Any]) -> dict[str, Any]:
    """A recipient's sum with its interval, the pots behind it, and its sum under the other candidates."""
    all_rows = rows.filter(pl.col(name) == recipient[name] for name in _RECIPIENT)
    own = all_rows.filter(pl.col("candidate") == chosen.id)
    sums = {name: int(own.get_column(name).sum()) for name in _ADDED}
    others = all_rows.group_by("candidate", maintain_order=True).agg(pl.col("amount_sek").sum())
    return {
        **{name: recipient[name] for name in (*_RECIPIENT, "recipient_name", "county_code")},
        **sums,
        "previous_status": PRELIMINARY if PRELIMINARY in own.get_column("previous_status") else DECIDED,
        "pots": own.select(_OF_POT).to_dicts(),
        "under_other_candidates": [
            {"candidate": name, "amount_sek": amount, "difference_sek": amount - sums["amount_sek"]}
            for name, amount in others.iter_rows()
            if name != chosen.id
        ],
    }


def _by_level(rows: pl.DataFrame, chosen: Candidate, agreements: AgreementFiles) -> dict[str, Any]:
    """Sums per level beside the level sums, and what the other candidates would move."""
    level_sums = level_sums_of(agreements.load(chosen.programme, chosen.level_sums_of))
    own = rows.filter(pl.col("candidate") == chosen.id)
    levels = []
    for level in LEVELS:
        of_level = own.filter(pl.col("recipient_type") == level)
        sums = {name: int(of_level.get_column(name).sum()) for name in ("amount_sek", "amount_previous_sek")}
        levels.append(
            {
                "recipient_type": level,
                "recipients": of_level.get_column("recipient_code").n_unique(),
                **sums,
                "level_sum_sek": level_sums[level],
                "residual_sek": level_sums[level] - sums["amount_sek"],
            }
        )
    return {"levels": levels, "other_candidates": _moved(rows, chosen)}


def _moved(rows: pl.DataFrame, chosen: Candidate) -> list[dict[str, Any]]:
    """Per other candidate and level: the largest gain and loss against the chosen one."""
    sums = rows.group_by("candidate", *_RECIPIENT, "recipient_name", maintain_order=True).agg(
        pl.col("amount_sek").sum()
    )
    own = sums.filter(pl.col("candidate") == chosen.id).select(*_RECIPIENT, own_sek="amount_sek")
    against = (
        sums.filter(pl.col("candidate") != chosen.id)
        .join(own, on=_RECIPIENT, validate="m:1", maintain_order="left")
        .with_columns(difference_sek=pl.col("amount_sek") - pl.col("own_sek"))
    )
    most, least = pl.col("difference_sek").arg_max(), pl.col("difference_sek").arg_min()
    return (
        against.group_by("candidate", "recipient_type", maintain_order=True)
        .agg(
            largest_gain_sek=pl.col("difference_sek").max(),
            largest_gain=pl.col("recipient_name").get(most),
            largest_loss_sek=pl.col("difference_sek").min(),
            largest_loss=pl.col("recipient_name").get(least),
        )
        .to_dicts()
    )


def _backtest(backtest: pl.DataFrame, own: pl.DataFrame) -> list[dict[str, Any]]:
    """How the methods behind the forecast have done."""
    used = own.get_column("method").drop_nulls().unique()
    return overview_of(backtest).filter("is_used", pl.col("method").is_in(used.implode())).to_dicts()
