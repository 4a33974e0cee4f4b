"""Writes docs/explanation/quality.md, the quality declaration, from what is published: `python -m docs.quality`.

The dimensions are those that the European Statistics Code of Practice asks of statistical output (principles 11 to 15).
Every number is counted here from the published tables; the words stand in `quality.md.jinja`.
"""

from calendar import month_name
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import polars as pl
from jinja2 import Environment, StrictUndefined

from pipelines.due import read_calendar
from pipelines.settings import ROOT, settings_from_environment
from schemas.tables.registry import TABLES
from schemas.vocabulary import BASES, DECIDED, NOT_COMPUTED, PRELIMINARY

PAGE: Final = Path(__file__).parent / "explanation" / "quality.md"
TEMPLATE: Final = Path(__file__).with_name("quality.md.jinja")
Tables = Mapping[str, pl.DataFrame]

# How published figures came out, the best first: the verdict, and whether it could have been another.
_OUTCOMES: Final = {
    ("exact", "independent"): "to the krona, and computed from other sources",
    ("rounded_match", "independent"): "as far as it was printed, and computed from other sources",
    ("explained", "independent"): "differs, with a cause that has a name",
    ("exact", "self_derived"): "to the krona, but rule or head counts come from this very source: no proof",
    ("rounded_match", "self_derived"): "as far as it was printed, no proof for the same reason",
    ("not_comparable", "independent"): "nothing is said: the head counts on hand are of another day",
    ("no_rule", None): "nothing is computed: the rule is unknown",
    ("mismatch", "independent"): "differs without a named cause",
    (
        "mismatch",
        "self_derived",
    ): "differs without a named cause, though rule or head counts come from this very source",
}
_BASES_IN_WORDS: Final = {
    "official": "SCB's cells for that day and those ages",
    "derived": "solved exactly from published amounts",
    "estimated": "estimated by a stated method",
    "proxy": "another day's count",
}


def page(tables: Tables) -> str:
    """The page as it is to stand, from all published tables of all years."""
    words = TEMPLATE.read_text(encoding="utf-8")
    markdown = Environment(undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - no HTML is made
    return markdown.from_string(words).render({**_counts(tables), **_lists(tables)})


def _lists(tables: Tables) -> dict[str, str]:
    return {
        "coverage": _coverage(tables["pots"]),
        "reconciliation": _reconciliation(tables["reconciliation"]),
        "bases": _bases(tables["population"]),
        "findings": _findings(tables["findings"]),
    }


def _counts(tables: Tables) -> dict[str, str]:
    pots, allocations = tables["pots"], tables["allocations"]
    money = {status: _sum(pots.filter(status=status)) for status in (DECIDED, PRELIMINARY, NOT_COMPUTED)}
    tested = tables["population_backtest"]
    errors = [Fraction(abs(error), people) for error, people in tested.select("error_count", "population").iter_rows()]
    (expected,) = read_calendar(ROOT / "data").expected
    compared = tables["recipient_totals"].filter(pl.col("change_sek").is_not_null())
    columns = {(table.name, column.name) for table in TABLES.values() for column in table.columns}
    return {
        "first_year": str(pots["year"].min()),
        "last_year": str(pots["year"].max()),
        "programmes": str(pots["programme"].n_unique()),
        "pots": str(pots.height),
        "agreed": _million(sum(money.values())),
        "computed_share": _percent(Fraction(money[DECIDED] + money[PRELIMINARY], sum(money.values()))),
        "decided_share": _percent(Fraction(money[DECIDED], sum(money.values()))),
        "unknown": _million(money[NOT_COMPUTED]),
        "unknown_pots": str(pots.filter(status=NOT_COMPUTED).height),
        "amounts": _thousands(allocations.height),
        "preliminary_amounts": _thousands(allocations.filter(status=PRELIMINARY).height),
        "largest_residual": str(pots["residual_sek"].abs().max()),
        "figures": str(tables["reconciliation"].height),
        "mismatches": str(tables["reconciliation"].filter(verdict="mismatch").height),
        "estimates": str(tables["population"].filter(basis="estimated").height),
        "tested": str(len(errors)),
        "mean_error": _percent(sum(errors, Fraction(0)) / len(errors)),
        "largest_error": _percent(max(errors)),
        "unique": str(_solved(tables, "unique")),
        "ambiguous": str(_solved(tables, "ambiguous")),
        "revisions": str(tables["revisions"].height),
        "due_day": f"{expected.by.day} {month_name[expected.by.month]}",
        "open_year_unknown": _million(_sum(pots.filter(pl.col("year") == pots["year"].max(), status=NOT_COMPUTED))),
        "compared_years": _listed(sorted({str(year) for year in compared["year"]})),
        "tables": str(len(TABLES)),
        "columns": str(len(columns)),
    }


def _coverage(pots: pl.DataFrame) -> str:
    rows = []
    for (year, programme), group in pots.sort("year", "programme").group_by("year", "programme", maintain_order=True):
        money = [_sum(group.filter(status=status)) for status in (DECIDED, PRELIMINARY, NOT_COMPUTED)]
        share = _percent(Fraction(money[0] + money[1], sum(money)))
        rows.append([str(year), f"`{programme}`", *map(_million, [sum(money), *money]), share])
    return _table(["year", "programme", "agreed", "decided", "preliminary", "rule unknown", "computed"], rows, 2)


def _reconciliation(figures: pl.DataFrame) -> str:
    counts = figures.group_by("verdict", "independence").len().iter_rows()
    counted = {(verdict, independence): count for verdict, independence, count in counts}
    unknown = counted.keys() - _OUTCOMES.keys()
    if unknown:
        raise ValueError(f"no words for {unknown}")
    rows = [
        [words, verdict, independence or "", str(counted[verdict, independence])]
        for (verdict, independence), words in _OUTCOMES.items()
        if (verdict, independence) in counted
    ]
    return _table(["how it came out", "`verdict`", "`independence`", "figures"], rows, 3)


def _bases(population: pl.DataFrame) -> str:
    counts = {basis: population.filter(basis=basis).height for basis in BASES}
    rows = [[f"`{basis}`", _BASES_IN_WORDS[basis], _thousands(count)] for basis, count in counts.items()]
    return _table(["basis", "means", "head counts"], rows, 2)


def _findings(findings: pl.DataFrame) -> str:
    warnings = findings.filter(severity="warning").sort("year", "finding_id")
    return "\n".join(f"- {year}: {text}" for year, text in warnings.select("year", "message_en").iter_rows())


def _solved(tables: Tables, verdict: str) -> int:
    """Published pots for which solving from the figures ends so."""
    return tables["vintage_inference"].filter(verdict=verdict).select("programme", "year", "pot_id").n_unique()


def _sum(pots: pl.DataFrame) -> int:
    return int(pots["amount_sek"].sum())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int) -> str:
    """A table whose first `words` columns are text and the rest figures."""
    line = ["---" if place < words else "---:" for place in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, line, *rows])


def _million(amount: int) -> str:
    """Whole kronor as million kronor: 1,640.5."""
    return f"{(Decimal(amount) / 1_000_000).normalize():,f}"


def _thousands(count: int) -> str:
    return f"{count:,}"


def _percent(share: Fraction) -> str:
    """A share with one decimal, a half upwards: 68.8 %."""
    permille = int(1000 * share + Fraction(1, 2))
    return f"{permille // 10}.{permille % 10} %"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def published_tables() -> dict[str, pl.DataFrame]:
    """All tables of the current version, all years."""
    version: Any = settings_from_environment().out / "current"
    return {name: pl.read_parquet(version / name / "*.parquet") for name in TABLES}


if __name__ == "__main__":
    PAGE.write_text(page(published_tables()), encoding="utf-8")
