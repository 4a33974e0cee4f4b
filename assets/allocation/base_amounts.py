"""The fixed part of every row: which recipients a pot has, and each one's base amount."""

import json
from typing import Any, Final

import polars as pl

from schemas.errors import DataRefused
from schemas.vocabulary import UNKNOWN

POT: Final = ("programme", "year", "pot_id")


def recipient_rows(rules: pl.DataFrame, recipients: pl.DataFrame) -> pl.DataFrame:
    """One row per computable pot and recipient: the columns of both and `base_sek`.

    Pots under an unknown rule have no rows. Raises `DataRefused` for a kind of recipient that nobody is, a listed
    recipient that does not exist or is not listed, and a class that no recipient has.
    """
    known = rules.filter(pl.col("rule") != UNKNOWN)
    rows = known.join(recipients, on=["year", "recipient_type"], how="left", maintain_order="left")
    # Looked up once, so that time grows with the years and not with their square.
    members = recipients.partition_by("year", "recipient_type", as_dict=True)
    classes = set(recipients.get_column("recipient_class"))
    bases = [
        _base_amounts(pot, members.get((pot["year"], pot["recipient_type"])), classes)
        for pot in known.iter_rows(named=True)
    ]
    empty = {**dict.fromkeys((*POT, "recipient_code"), pl.String), "year": pl.Int32, "base_sek": pl.Int64}
    base_sek = pl.concat([pl.DataFrame(schema=empty), *bases])
    return rows.join(base_sek, on=[*POT, "recipient_code"], how="left", validate="1:1")


def _base_amounts(pot: dict[str, Any], members: pl.DataFrame | None, classes: set[str]) -> pl.DataFrame:
    """`programme, year, pot_id, recipient_code, base_sek` of one pot; `members` are the recipients of its kind."""
    if members is None:
        raise DataRefused(_place(pot), f"there are no recipients of the kind {pot['recipient_type']}")
    rule = json.loads(pot["rule"])["rule"]
    if "amounts" in rule:
        base_sek = _listed(rule["amounts"], members, pot)
    else:
        base_sek = _by_class(rule.get("base_sek", {"default": 0}), classes, pot)
    return members.select(
        pl.lit(pot["programme"]).alias("programme"),
        pl.lit(pot["year"], pl.Int32).alias("year"),
        pl.lit(pot["pot_id"]).alias("pot_id"),
        "recipient_code",
        base_sek.cast(pl.Int64).alias("base_sek"),
    )


def _by_class(amounts: dict[str, int], classes: set[str], pot: dict[str, Any]) -> pl.Expr:
    unused = set(amounts) - {"default"} - classes
    if unused:
        raise DataRefused(
            _place(pot),
            f"base_sek names class {min(unused)!r}, which no recipient has",
            remedy="classes are in data/geography/recipient_classes.yaml",
        )
    return pl.col("recipient_class").replace_strict(amounts, default=amounts["default"], return_dtype=pl.Int64)


def _listed(amounts: dict[str, int], members: pl.DataFrame, pot: dict[str, Any]) -> pl.Expr:
    codes = set(members.get_column("recipient_code"))
    strangers, missing = sorted(set(amounts) - codes), sorted(codes - set(amounts))
    if strangers:
        raise DataRefused(_place(pot), f"amounts lists {strangers[0]!r}, which is no {pot['recipient_type']} that year")
    if missing:
        raise DataRefused(_place(pot), f"amounts leaves out {missing[0]!r}", remedy="list every recipient, 0 included")
    return pl.col("recipient_code").replace_strict(amounts, return_dtype=pl.Int64)


def _place(pot: dict[str, Any]) -> str:
    return f"data/agreements/{pot['programme']}/{pot['year']}.yaml, pot {pot['pot_id']}"
