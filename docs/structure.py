"""Measures how a checkout is built: `python -m docs.structure [CHECKOUT] [--json | --page]`.

Modules, functions, imports, cycles, breaches of the floors, lines that stand twice, docstrings. Files are read and
nothing is imported, so any commit is measured by the same rules: `git archive` it into a folder. What each measure
counts stands in its docstring. `--page` writes the made parts of `explanation/house.md`.
"""

import argparse
import ast
import io
import json
import subprocess
import sys
import tokenize
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from docs import walk

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = Path(__file__).parent / "explanation" / "house.md"
# What `--json` said of the commit that the page compares with.
BEFORE: Final = Path(__file__).with_name("structure-before.json")
FLOORS: Final = ("schemas", "assets", "pipelines")
# Where a checkout says in which order its stages come.
ORDER: Final = "tests/unit/test_import_rule.py"
SCREEN: Final = 50
# Lines of code in a row that count as standing twice: so many that somebody copied them; so few that it may be chance.
COPIED: Final = 8
ALIKE: Final = 5
_LONGEST: Final = 5

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A module of one of the floors: its dotted name (a package's own is the package's), its text, its syntax."""

    name: str
    text: str
    tree: ast.Module


@dataclass(frozen=True)
class Structure:
    """What was measured. Lists name what was found, so that it can be mended."""

    commit: str
    modules: int
    lines: int
    code_lines: int
    longest_module: tuple[str, int]
    functions: int
    longest_functions: list[tuple[str, int]]
    functions_over_a_screen: int
    imports: int
    imports_between_rooms: int
    cycles: list[list[str]]
    breaches: list[str]
    copied: list[str]
    alike: list[str]
    modules_without_docstring: list[str]
    functions_without_docstring: list[str]


def measured(root: Path) -> Structure:
    """Measure the floors of the checkout `root`; `ValueError` if it does not say in which order its stages come."""
    modules = modules_of(root)
    edges = imports(modules)
    code = {module.name: code_lines(module) for module in modules}
    functions = [(f"{module.name}.{name}", node) for module in modules for name, node in functions_of(module.tree)]
    lengths = _longest_first((name, _length(node)) for name, node in functions)
    sizes = _longest_first((module.name, module.text.count("\n")) for module in modules)
    return Structure(
        commit=_commit(root),
        modules=len(modules),
        lines=sum(size for _, size in sizes),
        code_lines=sum(map(len, code.values())),
        longest_module=sizes[0],
        functions=len(functions),
        longest_functions=lengths[:_LONGEST],
        functions_over_a_screen=sum(length > SCREEN for _, length in lengths),
        imports=sum(map(len, edges.values())),
        imports_between_rooms=len({(room(a), room(b)) for a in edges for b in edges[a] if room(a) != room(b)}),
        cycles=cycles(edges),
        breaches=breaches(edges, stages(root)),
        copied=repeated(code, COPIED),
        alike=repeated(code, ALIKE),
        modules_without_docstring=[module.name for module in modules if not ast.get_docstring(module.tree)],
        functions_without_docstring=[
            f"{module.name}.{name}"
            for module in modules
            for name, node in public_functions(module.tree)
            if not ast.get_docstring(node)
        ],
    )


def _longest_first(sized: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(sized, key=lambda one: (-one[1], one[0]))


def _commit(root: Path) -> str:
    """The commit that lies in `root`, with a plus if the floors differ from it; empty where there is no history."""
    if not (root / ".git").exists():
        return ""
    changed = _git(root, "status", "--porcelain", "--", *FLOORS)
    return _git(root, "rev-parse", "--short", "HEAD") + ("+" if changed else "")


def _git(root: Path, *arguments: str) -> str:
    said = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)  # noqa: S603, S607 - our own words
    return said.stdout.strip()


# --- what there is ----------------------------------------------------------------------------------------------------


def modules_of(root: Path) -> list[Module]:
    """Every module of the floors, in the order of their names."""
    found = []
    for file in (file for floor in FLOORS for file in sorted((root / floor).rglob("*.py"))):
        text = file.read_text(encoding="utf-8")
        name = ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        found.append(Module(name, text, ast.parse(text)))
    return found


def functions_of(node: ast.AST, within: str = "") -> Iterator[tuple[str, Function]]:
    """Every function and method, those inside others too, by the names of what they stand in."""
    for child in ast.iter_child_nodes(node):
        name = within
        if isinstance(child, Function | ast.ClassDef):
            name = f"{within}.{child.name}" if within else child.name
        if isinstance(child, Function):
            yield name, child
        yield from functions_of(child, name)


def public_functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Functions of the module, and methods of its public classes, whose names do not begin with an underscore."""
    public = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    for prefix, body in (("", tree.body), *((f"{node.name}.", node.body) for node in public)):
        for node in body:
            if isinstance(node, Function) and not node.name.startswith("_"):
                yield f"{prefix}{node.name}", node


def code_lines(module: Module) -> dict[int, str]:
    """Line number → the line's tokens, one space apart; comments, blank lines, docstrings and imports are left out."""
    left_out = {number for node in _told_or_imported(module.tree) for number in _rows(node)}
    lines: dict[int, list[str]] = defaultdict(list)
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type not in _NO_CODE and token.start[0] not in left_out:
            lines[token.start[0]].append(token.string)
    return {number: " ".join(tokens) for number, tokens in lines.items()}


_NO_CODE: Final = frozenset(
    {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
)


def _told_or_imported(tree: ast.Module) -> Iterator[ast.stmt]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node, clean=False):
            yield node.body[0]


def _rows(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _length(node: Function) -> int:
    """Lines from `def` to the last, docstring included, decorators not."""
    return len(_rows(node))


# --- who imports whom -------------------------------------------------------------------------------------------------


def imports(modules: Sequence[Module]) -> dict[str, set[str]]:
    """Module → the modules of the floors it imports anywhere in it; `from a import b` is `a.b` where that is one."""
    known = {module.name for module in modules}
    return {
        module.name: {_module_of(name, known) for name in _imported(module.tree)} - {"", module.name}
        for module in modules
    }


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _module_of(name: str, known: Set[str]) -> str:
    """The longest beginning of a dotted name that is a module of ours; empty if none is."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def room(module: str) -> str:
    """A floor, or a folder right below it: `assets.population`, `schemas`."""
    parts = module.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 else parts[0]  # noqa: PLR2004 - a module in a folder of a floor


def cycles(edges: Mapping[str, Set[str]]) -> list[list[str]]:
    """Groups of modules that all lead to each other (strongly connected components, after Tarjan)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        order[node] = lowest[node] = len(order)
        path.append(node)
        for other in sorted(edges.get(node, ())):
            if other not in order:
                visit(other)
                lowest[node] = min(lowest[node], lowest[other])
            elif other in path:
                lowest[node] = min(lowest[node], order[other])
        if lowest[node] == order[node]:
            group = path[path.index(node) :]
            del path[-len(group) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(edges):
        if node not in order:
            visit(node)
    return sorted(found)


def stages(root: Path) -> tuple[str, ...]:
    """The stages in their order, as the checkout's own import rule has them."""
    file = root / ORDER
    for node in ast.parse(file.read_text(encoding="utf-8")).body if file.is_file() else ():
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "STAGES":
            return tuple(ast.literal_eval(node.value) if node.value else ())
    raise ValueError(f"{file} does not say in which order the stages come")


def breaches(edges: Mapping[str, Set[str]], order: Sequence[str]) -> list[str]:
    """Imports that go upwards: to a higher floor, to a later stage, or to a stage from what belongs to none."""

    def height(module: str) -> tuple[int, int]:
        floor, *rest = module.split(".")
        stage = order.index(rest[0]) + 1 if floor == "assets" and rest and rest[0] in order else 0
        return FLOORS.index(floor), stage

    return sorted(f"{a} imports {b}" for a in edges for b in edges[a] if height(a) < height(b))


# --- what stands twice ------------------------------------------------------------------------------------------------


def repeated(code: Mapping[str, Mapping[int, str]], least: int) -> list[str]:
    """Places, as `module:first-last`, of at least `least` lines of code in a row that stand somewhere else too."""
    windows: dict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
    for name, lines in code.items():
        written = [lines[number] for number in sorted(lines)]
        for start in range(len(written) - least + 1):
            windows[tuple(written[start : start + least])].append((name, start))
    shared: dict[str, set[int]] = defaultdict(set)
    for places in windows.values():
        if len(places) > 1:
            for name, start in places:
                shared[name].update(range(start, start + least))
    return [place for name in sorted(shared) for place in _runs(name, sorted(code[name]), shared[name])]


def _runs(name: str, numbers: Sequence[int], shared: Set[int]) -> Iterator[str]:
    """The unbroken runs among the positions `shared`, by the line numbers they stand for."""
    for first in sorted(position for position in shared if position - 1 not in shared):
        last = first
        while last + 1 in shared:
            last += 1
        yield f"{name}:{numbers[first]}-{numbers[last]}"


# --- telling ----------------------------------------------------------------------------------------------------------

ROWS: Final[dict[str, Callable[[Structure], str]]] = {
    "modules": lambda one: f"{one.modules:,}",
    "lines; of them code": lambda one: f"{one.lines:,}; {one.code_lines:,}",
    "longest module": lambda one: _sized(one.longest_module),
    "functions": lambda one: f"{one.functions:,}",
    "longest function": lambda one: _sized(one.longest_functions[0]),
    f"functions longer than a screen ({SCREEN} lines)": lambda one: str(one.functions_over_a_screen),
    "imports between modules": lambda one: f"{one.imports:,}",
    "imports between rooms": lambda one: f"{one.imports_between_rooms:,}",
    "cycles of imports": lambda one: str(len(one.cycles)),
    "imports against the floors or the order of the stages": lambda one: str(len(one.breaches)),
    "modules without a docstring": lambda one: str(len(one.modules_without_docstring)),
    "public functions without a docstring": lambda one: str(len(one.functions_without_docstring)),
    f"places whose {COPIED} lines or more stand twice": lambda one: str(len(one.copied)),
    f"places whose {ALIKE} lines or more stand twice": lambda one: str(len(one.alike)),
}


def _sized(one: Sequence[str | int]) -> str:
    name, length = one
    return f"`{name}`, {length:,}"


def table(before: Structure, now: Structure) -> str:
    """Both side by side, and the longest functions of now."""
    told = [f"| {name} | {say(before)} | {say(now)} |\n" for name, say in ROWS.items()]
    longest = ", ".join(f"`{name}` ({length})" for name, length in now.longest_functions)
    return (
        f"| | {_named(before)} | {_named(now)} |\n|---|---|---|\n{''.join(told)}\n"
        f"The longest functions now, in lines: {longest}.\n"
    )


def _named(one: Structure) -> str:
    return f"`{one.commit}`" if one.commit else "this checkout"


def read(file: Path) -> Structure:
    """What `--json` wrote."""
    return Structure(**json.loads(file.read_text(encoding="utf-8")))


def page(text: str, parts: Mapping[str, str]) -> str:
    """`text` with each part between its markers, `<!-- name -->` and `<!-- /name -->`; `ValueError` without them."""
    for name, content in parts.items():
        head, start, rest = text.partition(f"<!-- {name} -->\n")
        _, end, tail = rest.partition(f"<!-- /{name} -->\n")
        if not (start and end):
            raise ValueError(f"the page has no markers for {name}")
        text = f"{head}{start}\n{content}\n{end}{tail}"
    return text


def places(root: Path) -> dict[str, str]:
    """Every function of the floors by its dotted name → the module it lies in."""
    modules = modules_of(root)
    return {f"{module.name}.{name}": module.name for module in modules for name, _ in functions_of(module.tree)}


def parts(root: Path) -> dict[str, str]:
    """The parts of the page that are made from the checkout `root`."""
    known = places(root)
    return {
        "structure": table(read(BEFORE), measured(root)),
        "embedded": walk.table(walk.FROM_THE_SNAPSHOT, known),
        "scb": walk.table(walk.FROM_SCB, known),
    }


def main() -> None:
    """Print the measures of a checkout, or write them where `--json` or `--page` says."""
    parser = argparse.ArgumentParser(prog="python -m docs.structure", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("checkout", nargs="?", type=Path, default=ROOT)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print all that was found")
    how.add_argument("--page", action="store_true", help="write docs/explanation/house.md anew, from this checkout")
    asked = parser.parse_args()
    if asked.page:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), parts(ROOT)), encoding="utf-8")
        return
    found = measured(asked.checkout)
    if asked.json:
        sys.stdout.write(json.dumps(asdict(found), indent=1) + "\n")
        return
    for name, say in ROWS.items():
        sys.stdout.write(f"{name:56} {say(found).replace('`', '')}\n")


if __name__ == "__main__":
    main()
