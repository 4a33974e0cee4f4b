"""The command of the fault harness; see the package."""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tests.faults.injection import page, plan
from tests.faults.injection.bench import Bench
from tests.faults.injection.damaged import damaged_kinds
from tests.faults.injection.small import small_disk, striking_kinds
from tests.faults.injection.verdict import Verdict, markdown, rows
from tests.faults.injection.whole_runs import WholeRuns
from tests.faults.injection.world import templates

_EVERY: Final = 50


def small_faults(tables: Path, faults: int, seed: int) -> Iterator[Verdict]:
    """About `faults` faults in small worlds, made of the tables in the folder `tables`."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kronvis-faults-")))
        # Also for nobody, who tries to write where it may not.
        folder.chmod(0o755)
        rng = random.Random(seed)
        bench = Bench(templates(tables, folder / "templates"), folder, rng)
        stack.callback(bench.close)
        disk = stack.enter_context(small_disk(folder / "disk"))
        yield from plan.run([*striking_kinds(bench, disk), *damaged_kinds(bench)], faults, rng)


def main() -> None:
    """Inject, print, write the report and the page; 1 if anything was lost."""
    asked = _asked()
    _say(f"{asked.faults} faults, {asked.whole_runs} of them against whole runs; seed {asked.seed}")
    verdicts: list[Verdict] = []
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kronvis-faults-") as folder:
        whole = WholeRuns(Path(folder), random.Random(asked.seed))
        whole.prepare()
        for verdict in whole.faults(asked.whole_runs):
            _note(verdict, verdicts, begun, every=1)
        for verdict in small_faults(whole.tables, asked.faults - asked.whole_runs, asked.seed):
            _note(verdict, verdicts, begun, every=_EVERY)
    table = rows(verdicts)
    sys.stdout.write(markdown(table))
    if asked.report is not None:
        told = {"seed": asked.seed, "rows": [asdict(row) for row in table], "faults": [vars(one) for one in verdicts]}
        asked.report.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    if asked.page is not None:
        asked.page.write_text(page.page(table, verdicts), encoding="utf-8")
    sys.exit(1 if any(row.lost for row in table) else 0)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.injection", description=__doc__)
    parser.add_argument("--faults", type=int, default=2_000, help="how many faults in all")
    parser.add_argument("--whole-runs", type=int, default=36, help="how many of them against `kronvis run` itself")
    parser.add_argument("--seed", type=int, default=1, help="of what is random")
    parser.add_argument("--report", type=Path, help="where every fault is written, as JSON")
    parser.add_argument("--page", type=Path, help="where the page of the documents is written")
    return parser.parse_args()


def _note(verdict: Verdict, verdicts: list[Verdict], begun: float, *, every: int) -> None:
    verdicts.append(verdict)
    if verdict.note:
        _say(f"LOST {verdict.kind}: {verdict.what}: {verdict.note}")
    if len(verdicts) % every == 0:
        _say(f"{len(verdicts)} tried after {time.monotonic() - begun:.0f} s")


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")


if __name__ == "__main__":
    main()
