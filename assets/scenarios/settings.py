"""The settings of every pot in every variant of a grid: what varies by its value, the rest as decided."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from assets.agreements.model import Pot
from assets.scenarios.grid import Grid, PotValues
from assets.scenarios.limits import LIMITS, MAX_GAIN_PERMILLE, MAX_LOSS_PERMILLE


def _schema_of(classes: Sequence[str]) -> dict[str, pl.DataType]:
    """The columns that say what a pot is like in a variant, base amounts by class of recipient last."""
    limits = dict.fromkeys(LIMITS, pl.Int64())
    bases = {f"base_sek_{name}": pl.Int64() for name in classes}
    rule = {"table_id": pl.String(), "reference_date": pl.Date(), "ages": pl.String(), "rounding": pl.String()}
    return {"amount_sek": pl.Int64(), **rule, **limits, **bases}


def variants_of(grid: Grid, pots: Mapping[str, Pot], classes: Sequence[str], step: int) -> Iterator[pl.DataFrame]:
    """`variant, pot_id` and the settings: one row per variant and pot, `step` variants at a time.

    Variants are numbered from 1; the last axis turns fastest.
    """
    # What is made once here would otherwise be made for every step, from as many values as there are steps.
    settings = {pot.id: _settings(grid, pot, classes) for pot in pots.values()}
    places: dict[str, pl.Expr] = {}
    stride = 1
    for axis, values in reversed(grid.axes().items()):
        places["/".join(axis)] = (pl.col("variant") - 1) // stride % len(values)
        stride *= len(values)
    for first in range(1, grid.size + 1, step):
        numbers = pl.int_range(first, min(first + step, grid.size + 1), dtype=pl.Int32, eager=True)
        chosen = pl.DataFrame({"variant": numbers}).with_columns(**places)
        frames = [chosen.select("variant", pot_id=pl.lit(pot_id), **said) for pot_id, said in settings.items()]
        yield pl.concat(frames).sort("variant", "pot_id")


def _settings(grid: Grid, pot: Pot, classes: Sequence[str]) -> dict[str, pl.Expr]:
    """The settings of one pot in each variant: what varies by its value, the rest as decided."""
    schema = _schema_of(classes)
    decided: dict[str, Any] = {"amount_sek": pot.amount_sek, "rounding": pot.rounding}
    if pot.rule is not None and pot.rule.variable is not None:
        base_sek = pot.rule.base_sek or {"default": 0}
        decided |= {"ages": pot.rule.variable.ages, **_columns("base_sek", base_sek, classes)}
    if pot.population is not None:
        decided |= _columns("population", pot.population, classes)
    settings = {name: pl.lit(decided.get(name), dtype) for name, dtype in schema.items()}
    for (pot_id, setting), values in grid.axes().items():
        if pot_id == pot.id and setting in PotValues.model_fields:
            columns = pl.DataFrame([_columns(setting, value, classes) for value in values])
            settings |= {name: _at(f"{pot_id}/{setting}", columns[name].cast(schema[name])) for name in columns.columns}
    for move in grid.transfers:
        sign = (move.to_pot == pot.id) - (move.from_pot == pot.id)
        moved = _at(f"{move.from_pot}/{move.to_pot}", pl.Series(move.amount_sek, dtype=pl.Int64()))
        settings["amount_sek"] += sign * moved
    return settings


def _columns(setting: str, value: Any, classes: Sequence[str]) -> dict[str, Any]:
    """One value of a setting, as the columns it fills."""
    match setting:
        case "base_sek":
            return {f"base_sek_{name}": value.get(name, value["default"]) for name in classes}
        case "population":
            return {"table_id": value.table, "reference_date": value.reference_date}
        case "max_gain_percent":
            return {MAX_GAIN_PERMILLE: value.permille}
        case "max_loss_percent":
            return {MAX_LOSS_PERMILLE: value.permille}
    return {setting: value}


def _at(place: str, values: pl.Series) -> pl.Expr:
    return pl.lit(values).gather(pl.col(place))
