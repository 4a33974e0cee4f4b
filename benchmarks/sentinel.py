"""The sentinel on thousands of tables with one known error each, and on as many without any.

    python -m benchmarks.sentinel [TABLES] [--markdown]

Tables are drawn from every pot of 2016–2026 whose amounts can be computed, as if its counts were SCB's, and from the
published ones. *Exact* holds each against these very counts. *Near* draws tables on counts that differ from the known
ones by about 1.5 per cent, and holds them against the known ones. An error counts as found if there is any alarm, and
as explained if there is exactly one, about the right recipients, whose first cause or one of whose equally exact
candidates is the right one.
"""

import argparse
import itertools
import platform
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.population.recipients import read_register
from assets.population.resolve import EmbeddedSource
from assets.population.snapshot import read_snapshot
from assets.verification.inspection.known import all_that_is_known
from assets.verification.published import PublishedFiles
from assets.verification.references import References
from assets.verification.sentinel.examine import examine
from assets.verification.sentinel.table import Alarm, PrintedTable, Reference
from benchmarks.corrupted_tables import CORRUPTIONS, Corrupted, Line, Pot, Sheet, clean_sheet, corrupted, perturbed
from schemas.vocabulary import OFFICIAL, PROXY

ROOT = Path(__file__).resolve().parents[1]
NOTHING = "(no alarm)"
SEED = 20260401
FEWEST_ROWS = 3
OF_ONE_ROW = (
    *("off_by_kronor", "digit_swap", "recipients_swapped", "other_vintage_row", "stale_row"),
    *("wrong_unit", "per_capita_outlier", "other_head_count", "base_forgotten", "base_doubled"),
)
CLEAN_PER_POT = 10
# Head counts of the near mode: standard deviation of the logarithm.
SPREAD = 0.015


@dataclass(frozen=True)
class Case:
    """A pot to draw tables from, and what its tables are held against in both modes."""

    pot: Pot
    exact: Reference
    near: Reference


@dataclass
class Score:
    """What became of the errors of one mode."""

    tables: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    clean: int = 0
    false_alarms: int = 0
    seconds: float = 0.0

    def add_clean(self, alarms: tuple[Alarm, ...]) -> None:
        """Count one table without an error."""
        self.clean += 1
        self.false_alarms += bool(alarms)

    def add(self, error: Corrupted, alarms: tuple[Alarm, ...]) -> None:
        """Count one table with an error."""
        self.tables[error.kind] += 1
        self.found[error.kind] += bool(alarms)
        self.explained[error.kind] += is_explained(error, alarms)
        self.first[error.kind] += is_explained(error, alarms) and alarms[0].kind == error.kind
        self.confusion[error.kind, alarms[0].kind if alarms else NOTHING] += 1


def is_explained(error: Corrupted, alarms: tuple[Alarm, ...]) -> bool:
    """One alarm, about the right recipients, with the right cause first or among its candidates."""
    if len(alarms) != 1:
        return False
    (alarm,) = alarms
    kinds = {alarm.kind, *(candidate["kind"] for candidate in alarm.evidence.get("candidates", []))}
    return error.kind in kinds and frozenset(alarm.recipient_codes) == error.codes


def printed(sheet: Sheet) -> PrintedTable:
    """The sheet as the sentinel takes it."""
    rows = [(line.code, line.printed_code, line.amount_sek) for line in sheet.lines]
    schema = {"recipient_code": pl.String, "printed_code": pl.String, "amount_sek": pl.Int64}
    return PrintedTable(pl.DataFrame(rows, schema, orient="row"), sheet.total_sek)


def all_cases(data: Path = ROOT / "data") -> list[Case]:
    """Every pot with a variable part that can be computed."""
    snapshot = read_snapshot(data / "population")
    known = all_that_is_known(
        AgreementFiles(data / "agreements"),
        read_register(data / "geography"),
        EmbeddedSource(snapshot),
        PublishedFiles(data / "published"),
    )
    references = References(known.rules, known.recipients, known.allocations, known.published.all_figures(), snapshot)
    shared = known.allocations.filter(pl.col("population_total") > 0)
    pots = shared.select("programme", "year", "pot_id").unique(maintain_order=True).rows()
    found = (references.of(*pot) for pot in pots)
    return [_case(reference) for reference in found if reference is not None]


def _case(reference: Reference) -> Case:
    expected = reference.expected
    elsewhere: dict[tuple[str, int, str], dict[str, int]] = {}
    computed = reference.history.filter(pl.col("origin") == "computed")
    for programme, year, pot_id, code, amount in computed.drop("origin").rows():
        elsewhere.setdefault((programme, year, pot_id), {})[code] = amount
    counties = dict(reference.recipients.select("recipient_code", "county_code").rows())
    drawn_from = Pot(
        reference.programme,
        reference.year,
        reference.pot_id,
        reference.recipient_type,
        pot_sek=reference.pot_sek,
        rounding=str(reference.rounding),
        bases=dict(expected.select("recipient_code", "base_sek").rows()),
        people=dict(expected.select("recipient_code", "population").rows()),
        counties=counties if reference.recipient_type == "municipality" else dict.fromkeys(counties, ""),
        vintages={label: dict(frame.rows()) for label, frame in reference.vintages.items()},
        elsewhere=elsewhere,
    )
    return Case(drawn_from, _on(OFFICIAL, reference), _on(PROXY, reference))


def _on(basis: str, reference: Reference) -> Reference:
    return replace(reference, expected=reference.expected.with_columns(population_basis=pl.lit(basis)))


def published_sheets(cases: Iterable[Case], data: Path = ROOT / "data") -> Iterator[tuple[Case, Sheet]]:
    """The published tables on file: three rows or more of one pot."""
    figures = PublishedFiles(data / "published").all_figures().filter(pl.col("precision") == "exact")
    for case in cases:
        pot = case.pot
        same = [pl.col(name) == getattr(pot, name) for name in ("programme", "year", "pot_id", "recipient_type")]
        rows = figures.filter(*same).sort("recipient_code").select("recipient_code", "published_sek").rows()
        if len(rows) >= FEWEST_ROWS:
            yield case, Sheet(tuple(Line(code, code, amount) for code, amount in rows), None, covers_all=True)


def score_exact(cases: list[Case], tables: int, *, clean: int = CLEAN_PER_POT, seed: int = SEED) -> Score:
    """Tables on the very counts they are held against, the published ones among them."""
    chance, score = random.Random(seed), Score()
    for case, sheet in published_sheets(cases):
        score.add_clean(examine(printed(sheet), case.exact))
    for case in cases:
        for _ in range(clean):
            score.add_clean(_timed(score, clean_sheet(case.pot, chance), case.exact))
    for kind in itertools.islice(itertools.cycle(CORRUPTIONS), tables):
        case, error = _drawn(kind, cases, chance, spread=0)
        score.add(error, _timed(score, error.sheet, case.exact))
    return score


def score_near(cases: list[Case], tables: int, *, clean: int = CLEAN_PER_POT, seed: int = SEED) -> Score:
    """Tables on counts that are only nearly the ones they are held against."""
    chance, score = random.Random(seed), Score()
    for case in cases:
        for _ in range(clean):
            score.add_clean(_timed(score, clean_sheet(perturbed(case.pot, chance, SPREAD), chance), case.near))
    for kind in itertools.islice(itertools.cycle(CORRUPTIONS), tables):
        case, error = _drawn(kind, cases, chance, spread=SPREAD)
        score.add(error, _timed(score, error.sheet, case.near))
    return score


def score_pairs(cases: list[Case], tables: int, seed: int = SEED) -> tuple[int, int, int]:
    """Tables with two errors of different rows: how many, with both rows in an alarm, and with both explained."""
    chance, count, found, explained = random.Random(seed), 0, 0, 0
    while count < tables:
        case, one = _drawn(chance.choice(OF_ONE_ROW), cases, chance, spread=0)
        two = corrupted(one.sheet, case.pot, chance.choice(OF_ONE_ROW), chance)
        if two is None or two.codes & one.codes:
            continue
        alarms = examine(printed(two.sheet), case.exact)
        count += 1
        found += one.codes | two.codes <= {code for alarm in alarms for code in alarm.recipient_codes}
        explained += len(alarms) == len((one, two)) and all(
            any(is_explained(error, (alarm,)) for alarm in alarms) for error in (one, two)
        )
    return count, found, explained


def _drawn(kind: str, cases: list[Case], chance: random.Random, spread: float) -> tuple[Case, Corrupted]:
    """A table with an error of this kind; pots and tables that cannot have one are passed over."""
    while True:
        case = chance.choice(cases)
        pot = perturbed(case.pot, chance, spread) if spread else case.pot
        error = corrupted(clean_sheet(pot, chance), pot, kind, chance)
        if error is not None:
            return case, error


def _timed(score: Score, sheet: Sheet, reference: Reference) -> tuple[Alarm, ...]:
    table = printed(sheet)
    start = time.perf_counter()
    alarms = examine(table, reference)
    score.seconds += time.perf_counter() - start
    return alarms


def _report(title: str, score: Score) -> None:
    tables = score.tables.total()
    print(f"\n{title}: {tables} tables with an error, {score.clean} without")
    print(f"{'error':22} {'tables':>6} {'found':>7} {'explained':>9} {'first':>7}  taken for")
    for kind in (*CORRUPTIONS, None):
        count = score.tables[kind] if kind else tables
        shares = [
            f"{(counter[kind] if kind else counter.total()) / count:.1%}"
            for counter in (score.found, score.explained, score.first)
        ]
        print(f"{kind or 'all':22} {count:6} {shares[0]:>7} {shares[1]:>9} {shares[2]:>7}  {_others(score, kind)}")
    per_table = 1000 * score.seconds / (tables + score.clean)
    print(f"false alarms: {score.false_alarms} of {score.clean}; {per_table:.1f} ms per table")


def _others(score: Score, kind: str | None) -> str:
    taken = [(count, found) for (true, found), count in score.confusion.items() if true == kind != found]
    return ", ".join(f"{found} {count}" for count, found in sorted(taken, reverse=True))


def _markdown(score: Score, near: Score, pairs: tuple[int, int, int]) -> None:
    """The table for the documents: one line per error, both modes."""
    print("| error | tables | found | explained | first | most often else taken for | near: found | explained |")
    print("|---|---:|---:|---:|---:|---|---:|---:|")
    for kind in CORRUPTIONS:
        shares = [_share(counter, score, kind) for counter in (score.found, score.explained, score.first)]
        nearly = [_share(counter, near, kind) for counter in (near.found, near.explained)]
        cells = [f"`{kind}`", score.tables[kind], *shares, _others(score, kind) or "–", *nearly]
        print(f"| {' | '.join(map(str, cells))} |")
    shares = [f"{c.total() / score.tables.total():.1%}" for c in (score.found, score.explained, score.first)]
    nearly = [f"{c.total() / near.tables.total():.1%}" for c in (near.found, near.explained)]
    print(f"| {' | '.join(['**all**', str(score.tables.total()), *shares, '', *nearly])} |")
    per_table = [1000 * each.seconds / (each.tables.total() + each.clean) for each in (score, near)]
    print(
        f"\nFalse alarms: {score.false_alarms} of {score.clean} tables without an error"
        f" (near: {near.false_alarms} of {near.clean}). Two errors at once: both found in {pairs[1]} of {pairs[0]},"
        f" both explained in {pairs[2]}. {per_table[0]:.0f} ms per table (near: {per_table[1]:.0f} ms)."
    )


def _share(counter: Counter[str], score: Score, kind: str) -> str:
    return f"{counter[kind] / score.tables[kind]:.1%}"


def main() -> None:
    """Print both scores, or the table for the documents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", type=int, nargs="?", default=2_550)
    parser.add_argument("--markdown", action="store_true", help="the table for the documents")
    asked = parser.parse_args()
    cases = all_cases()
    exact, near = score_exact(cases, asked.tables), score_near(cases, asked.tables // 2)
    pairs = score_pairs(cases, asked.tables // 5)
    if asked.markdown:
        _markdown(exact, near, pairs)
        return
    print(f"{len(cases)} pots; Python {platform.python_version()}, polars {pl.__version__}; seed {SEED}")
    _report("Exact", exact)
    _report("Near", near)
    print("\nTwo errors at once (exact): {} tables, both found in {}, both explained in {}".format(*pairs))


if __name__ == "__main__":
    main()
