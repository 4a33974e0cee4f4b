"""Mutation score: how many small faults, planted one at a time in what decides money and publication, the tests see.

The faults are cosmic-ray's (https://cosmic-ray.readthedocs.io), and one of our own: a call whose result nobody uses is
left out. No file is changed: each mutant is a process of its own that imports the mutated source in the module's place.
What cannot even be imported is not counted. Call: `python -m benchmarks.mutation [part of a module's path …]`.
"""

import ast
import contextlib
import difflib
import importlib
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
MOST_PER_MODULE: Final = 30
SEED: Final = 2025
SECONDS: Final = 180
# What most mutants die of comes soon with two cases of each test; the contracts of all tables take too long.
FIRST_CASES: Final = 2
CASES_OF_CONTRACTS: Final = 8
# Exit code of a mutant that cannot be imported, besides pytest's own.
STILLBORN: Final = 77

_RULES: Final = ("tests/unit/test_rule_cases.py", "tests/unit/test_allocation.py")
_PUBLISHING: Final = (
    "tests/faults/test_version_folder.py",
    "tests/unit/test_products.py",
    "tests/faults/test_publishing.py",
    "tests/faults/test_held_files.py",
    "tests/faults/test_flipped_bits.py",
)
# Not against a mutant: whole runs, and tests that start Python anew, which then reads the file as it is.
_SLOW: Final = "not killed_run and not full_disk and not in_the_environment and not disk_allows"
# The tests that are meant for a module. The first file is tried by itself first: most mutants die of it.
TESTS: Final[dict[str, tuple[str, ...]]] = {
    "assets/apportion.py": ("tests/property/test_apportion.py",),
    "assets/apportion_matrix.py": ("tests/property/test_apportion_matrix.py",),
    "assets/allocation/allocate.py": _RULES,
    "assets/allocation/base_amounts.py": _RULES,
    "assets/allocation/summarise.py": _RULES[::-1],
    "assets/agreements/model.py": ("tests/unit/test_agreement_model.py", "tests/unit/test_agreement_files.py"),
    "schemas/contract.py": ("tests/unit/test_contract.py",),
    "schemas/table.py": ("tests/unit/test_table.py", "tests/unit/test_contract.py"),
    "assets/storage/publishing.py": _PUBLISHING,
    "assets/storage/published.py": _PUBLISHING,
    "assets/storage/products.py": ("tests/unit/test_products.py",),
    "assets/storage/parquet.py": (
        "tests/unit/test_table.py",
        "tests/unit/test_contract.py",
        "tests/faults/test_held_files.py",
        "tests/faults/test_flipped_bits.py",
    ),
    "assets/storage/held.py": ("tests/faults/test_held_files.py",),
    "assets/storage/whole_files.py": ("tests/unit/test_whole_files.py", "tests/unit/test_contract.py"),
    "assets/storage/versions.py": ("tests/unit/test_versions.py",),
    "pipelines/running/backfill.py": ("tests/unit/test_backfill.py",),
}
# One likely slip per operator of arithmetic; `<<` for `-` would only die of its types and flatter the score.
_ARITHMETIC: Final = (
    "Add_Sub", "Sub_Add", "Mul_FloorDiv", "Div_Mul", "FloorDiv_Mul", "Mod_FloorDiv", "BitAnd_BitOr", "BitOr_BitAnd",
)  # fmt: skip


class Mutant(NamedTuple):
    """One fault: the source with it, and where it is and how it reads."""

    source: str
    line: int
    told: str


def mutants_of(module: str) -> list[Mutant]:
    """All mutants of a module, in the order of their lines; equal sources count once."""
    source = (ROOT / module).read_text(encoding="utf-8")
    found = {mutated: None for mutated in (*_by_cosmic_ray(source), *_without_a_call(source)) if mutated != source}
    return sorted((_described(source, mutated) for mutated in found), key=lambda mutant: (mutant.line, mutant.told))


def _by_cosmic_ray(source: str) -> Iterator[str]:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    for name in operator_names():
        kind, _, change = name.removeprefix("core/").partition("_")
        if kind.startswith("Variable") or change.endswith(("_Is", "_IsNot")):
            continue
        if kind == "ReplaceBinaryOperator" and change not in _ARITHMETIC:
            continue
        operator = get_operator(name)()
        occurrence = 0
        while (mutated := mutate_code(source, operator, occurrence)) is not None:
            yield mutated
            occurrence += 1


def _without_a_call(source: str) -> Iterator[str]:
    """The source with one call statement after the other replaced by `pass`; docstrings are no calls."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr | ast.Raise) and not isinstance(getattr(node, "value", None), ast.Constant):
            if isinstance(getattr(node, "value", None), ast.Yield) or node.end_lineno is None:
                continue
            kept = f"{' ' * node.col_offset}pass\n"
            yield "".join([*lines[: node.lineno - 1], kept, *lines[node.end_lineno :]])


def _described(source: str, mutated: str) -> Mutant:
    old, new = source.splitlines(), mutated.splitlines()
    for tag, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            was, now = (" ".join(line.strip() for line in part) for part in (old[start:end], new[new_start:new_end]))
            return Mutant(mutated, start + 1, f"{was}  →  {now}")
    raise ValueError("a mutant that reads as the source")


class _Planted(SourceFileLoader):
    """Imports one module from the mutated source instead of from its file."""

    def __init__(self, module: str, source: str) -> None:
        self.name = module.removesuffix(".py").replace("/", ".")
        super().__init__(self.name, str(ROOT / module))
        self.source = source

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, _name: str) -> Any:
        return compile(self.source, self.path, "exec", dont_inherit=True)


class _FewCases:
    """Pytest plugin: at most so many cases of each parametrised test."""

    def __init__(self, *, most: int) -> None:
        self.most = most

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        seen: dict[str, int] = {}
        for item in list(items):
            name = item.nodeid.partition("[")[0]
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > (min(self.most, CASES_OF_CONTRACTS) if "test_contract.py" in name else self.most):
                items.remove(item)


def result_of(module: str, mutant: Mutant, *, all_cases: bool) -> int | None:
    """Pytest's exit code for the mutant, `STILLBORN`, or None where it takes too long."""
    process = os.fork()
    if process == 0:
        os._exit(_tested(module, mutant, all_cases=all_cases))
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return None


def _tested(module: str, mutant: Mutant, *, all_cases: bool) -> int:
    import pytest

    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    planted = _Planted(module, mutant.source)
    sys.meta_path.insert(0, planted)
    try:
        importlib.import_module(planted.name)
    except BaseException:  # noqa: BLE001 - whatever it dies of, no test was needed
        return STILLBORN
    tests = TESTS[module] if all_cases else TESTS[module][:1]
    options = ["-x", "-q", "--noconftest", "-p", "no:cacheprovider", "-k", _SLOW]
    return int(pytest.main([*options, *tests], plugins=[_FewCases(most=sys.maxsize if all_cases else FIRST_CASES)]))


def _warm() -> None:
    """Import what is heavy and not ours once, before the processes part; let property tests repeat themselves."""
    import hypothesis

    for name in ("cosmic_ray.plugins", "dagster", "pandera.polars", "pyarrow.parquet", "pydantic"):
        importlib.import_module(name)
    # That a case fails is enough; the smallest one is not looked for.
    found = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("repeatable", derandomize=True, database=None, phases=found)
    hypothesis.settings.load_profile("repeatable")
    os.environ["KRONVIS_TABLES_ONLY"] = "1"


def survivors_of(module: str) -> list[Mutant]:
    """Try the mutants of a module and print its row of the table."""
    every = mutants_of(module)
    tried = sorted(random.Random(SEED).sample(every, min(MOST_PER_MODULE, len(every))), key=every.index)
    started, stillborn, alive = time.monotonic(), 0, []
    for mutant in tried:
        result = result_of(module, mutant, all_cases=False)
        if result == 0:
            result = result_of(module, mutant, all_cases=True)
        stillborn += result == STILLBORN
        if result == 0:
            alive.append(mutant)
    counted = len(tried) - stillborn
    killed = counted - len(alive)
    seconds = time.monotonic() - started
    share = f"{100 * killed / counted:.0f} %" if counted else "–"
    print(
        f"| `{module}` | {len(every)} | {counted} | {killed} | {len(alive)} | {share} | {seconds:.0f} s |", flush=True
    )
    return alive


def main(wanted: Sequence[str]) -> None:
    """Print the table, and the survivors below it."""
    _warm()
    chosen = [module for module in TESTS if not wanted or any(part in module for part in wanted)]
    if not any(module.startswith("schemas/") for module in chosen):
        importlib.import_module("schemas.tables.registry")
    print("| Module | Mutants | Tried | Killed | Survived | Score | Time |\n|---|--:|--:|--:|--:|--:|--:|")
    alive = {}
    for module in chosen:
        unchanged = Mutant((ROOT / module).read_text(encoding="utf-8"), 0, "")
        if result_of(module, unchanged, all_cases=True) != 0:
            sys.exit(f"{module}: its tests fail without any fault")
        alive[module] = survivors_of(module)
    for module, mutants in alive.items():
        for mutant in mutants:
            print(f"{module}:{mutant.line}: {mutant.told}")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
