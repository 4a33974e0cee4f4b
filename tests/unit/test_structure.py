"""The structure of the code: what must hold of it holds, and the script that measures it can find each fault."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import pytest

from docs import structure, walk
from docs.structure import ALIKE, BEFORE, COPIED, PAGE, ROWS, SCREEN, Structure, measured, page, read, table
from tests.domain import ROOT

DOC: Final = '"""Says what belongs here."""\n'
STAGES: Final = 'STAGES: Final = ("first", "second")\n'


@pytest.fixture(scope="module")
def ours() -> Structure:
    return measured(ROOT)


def test_nothing_goes_in_circles_or_upwards_and_everything_says_what_it_is(ours: Structure) -> None:
    assert ours.cycles == []
    assert ours.breaches == []
    assert ours.modules_without_docstring == []
    assert ours.functions_without_docstring == []
    assert ours.copied == []


def test_the_whole_house_is_measured(ours: Structure) -> None:
    assert ours.modules == sum(1 for floor in structure.FLOORS for _ in (ROOT / floor).rglob("*.py"))
    assert ours.imports > ours.modules
    assert ours.longest_functions[0][1] >= ours.longest_functions[-1][1] > 20


# --- each fault is found ----------------------------------------------------------------------------------------------


def tree(root: Path, **files: str) -> Path:
    """A small checkout: text by dotted name with underscores doubled for dots, a package's own file beside each."""
    (root / structure.ORDER).parent.mkdir(parents=True, exist_ok=True)
    (root / structure.ORDER).write_text(STAGES, encoding="utf-8")
    sound = {"schemas__fields": DOC, "assets__first__a": DOC, "assets__second__b": DOC, "pipelines__run": DOC}
    for name, text in {**sound, **files}.items():
        file = (root / name.replace("__", "/")).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def test_a_sound_tree_has_no_fault(tmp_path: Path) -> None:
    found = measured(
        tree(
            tmp_path,
            assets__second__b=DOC + "from assets.first import a\nfrom schemas.fields import NAME\nimport json\n",
            pipelines__run=DOC + "import assets.second.b\n",
        )
    )
    assert (found.modules, found.imports, found.imports_between_rooms) == (4, 3, 3)
    assert (found.cycles, found.breaches, found.copied, found.alike) == ([], [], [], [])
    assert (found.modules_without_docstring, found.functions_without_docstring) == ([], [])
    assert found.lines == 8
    assert found.code_lines == 0


@pytest.mark.parametrize(
    ("module", "imported", "breach"),
    [
        ("schemas__fields", "assets.first.a", "schemas.fields imports assets.first.a"),
        ("assets__first__a", "assets.second.b", "assets.first.a imports assets.second.b"),
        ("assets__first__a", "pipelines.run", "assets.first.a imports pipelines.run"),
        ("assets__shared", "assets.first.a", "assets.shared imports assets.first.a"),
        ("assets__storage__files", "assets.second.b", "assets.storage.files imports assets.second.b"),
    ],
)
@pytest.mark.parametrize("how", ["import {}", "def f():\n    import {}", "if True:\n    import {} as x"])
def test_an_import_upwards_is_found(tmp_path: Path, module: str, imported: str, breach: str, how: str) -> None:
    assert measured(tree(tmp_path, **{module: DOC + how.format(imported) + "\n"})).breaches == [breach]


def test_a_circle_is_found_however_long_and_wherever_it_is_imported(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        assets__first__a=DOC + "from assets.first import b\n",
        assets__first__b=DOC + "def f():\n    from assets.first.c import g\n",
        assets__first__c=DOC + "if TYPE_CHECKING:\n    import assets.first.a\n",
        assets__first__d=DOC + "from assets.first import a\n",
    )
    assert measured(root).cycles == [["assets.first.a", "assets.first.b", "assets.first.c"]]


def test_two_circles_are_two() -> None:
    edges = {"a": {"b"}, "b": {"a", "c"}, "c": {"d"}, "d": {"c"}, "e": {"a", "e"}}
    assert structure.cycles(edges) == [["a", "b"], ["c", "d"]]


def test_a_module_and_a_public_function_without_a_docstring_are_found(tmp_path: Path) -> None:
    text = (
        DOC + "def told():\n    pass\n\n\ndef _own():\n    pass\n\n\nclass Some:\n    def asked(self):\n        pass\n"
    )
    root = tree(tmp_path, schemas__fields="NAME = 1\n", assets__first__a=text)
    found = measured(root)
    assert found.modules_without_docstring == ["schemas.fields"]
    assert found.functions_without_docstring == ["assets.first.a.told", "assets.first.a.Some.asked"]
    assert found.functions == 3


def test_long_functions_are_found_nested_ones_too(tmp_path: Path) -> None:
    inner = "".join("        pass\n" for _ in range(SCREEN))
    root = tree(tmp_path, assets__first__a=DOC + f"def outer():\n    def inner():\n{inner}    return inner\n")
    found = measured(root)
    assert found.longest_functions == [
        ("assets.first.a.outer", SCREEN + 3),
        ("assets.first.a.outer.inner", SCREEN + 1),
    ]
    assert found.functions_over_a_screen == 2
    assert found.longest_module == ("assets.first.a", SCREEN + 4)


def lines(count: int) -> Iterator[str]:
    return (f"name_{number} = {number}\n" for number in range(count))


def test_lines_that_stand_twice_are_found_whatever_stands_between_them(tmp_path: Path) -> None:
    copied = "".join(lines(COPIED))
    spread = "".join(f"{line}\n# {number}\n" for number, line in enumerate(lines(COPIED)))
    root = tree(tmp_path, assets__first__a=DOC + copied, pipelines__run=DOC + "import json\n" + spread)
    found = measured(root)
    assert found.copied == found.alike == [f"assets.first.a:2-{COPIED + 1}", f"pipelines.run:3-{3 * COPIED}"]


def test_one_line_less_is_alike_and_another_name_is_not(tmp_path: Path) -> None:
    fewer = "".join([*lines(COPIED - 1), "last = 1\n"])
    other = "".join([*lines(ALIKE - 1), "other = 1\n"])
    root = tree(
        tmp_path, assets__first__a=DOC + "".join(lines(COPIED)), pipelines__run=DOC + fewer, schemas__fields=DOC + other
    )
    found = measured(root)
    assert found.copied == []
    assert found.alike == [f"assets.first.a:2-{COPIED}", f"pipelines.run:2-{COPIED}"]


def test_a_checkout_that_does_not_order_its_stages_is_refused(tmp_path: Path) -> None:
    root = tree(tmp_path)
    (root / structure.ORDER).write_text("LAYERS = ()\n", encoding="utf-8")
    with pytest.raises(ValueError, match="in which order the stages come"):
        measured(root)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_has_what_the_other_commit_had_and_what_must_hold_now(ours: Structure) -> None:
    """Sizes change with every commit and are those of the commit that is named; what must hold is that of today."""
    told, before = PAGE.read_text(encoding="utf-8"), read(BEFORE)
    assert all(f"| {name} | {say(before)} | " in told for name, say in ROWS.items())
    must_hold = [name for name, say in ROWS.items() if say(ours) == "0"]
    assert len(must_hold) == 6
    assert all(f"| {name} | {ROWS[name](before)} | 0 |" in told for name in must_hold)


def test_the_walks_on_the_page_are_current() -> None:
    told = PAGE.read_text(encoding="utf-8")
    known = structure.places(ROOT)
    for steps in (walk.FROM_THE_SNAPSHOT, walk.FROM_SCB):
        assert walk.table(steps, known) in told, "write it anew: make structure"


def test_a_step_needs_one_place() -> None:
    known = {
        "assets.a.read": "assets.a",
        "assets.b.read": "assets.b",
        "assets.b.write": "assets.b",
        "assets.b.Some.write": "assets.b",
    }
    assert walk.full_name("Some.write", known) == "assets.b.Some.write"
    assert walk.full_name("write", known) == "assets.b.write"
    assert walk.full_name("a.read", known) == "assets.a.read"
    for function in ("read", "gone", "ead"):
        with pytest.raises(ValueError, match="one place"):
            walk.full_name(function, known)


def test_parts_go_between_their_markers_and_nowhere_else() -> None:
    text = "# Page\n\n<!-- one -->\nold\n<!-- /one -->\n\nWords.\n"
    made = page(text, {"one": "new\n"})
    assert made == "# Page\n\n<!-- one -->\n\nnew\n\n<!-- /one -->\n\nWords.\n"
    assert page(made, {"one": "new\n"}) == made
    with pytest.raises(ValueError, match="no markers for two"):
        page(text, {"two": "new"})


def test_what_is_written_as_json_is_read_again(tmp_path: Path, ours: Structure) -> None:
    file = tmp_path / "measured.json"
    file.write_text(json.dumps(asdict(ours)), encoding="utf-8")
    again = read(file)
    assert json.dumps(asdict(again)) == json.dumps(asdict(ours))
    assert table(again, again) == table(ours, ours)
    assert table(ours, replace(ours, breaches=["one"])) != table(ours, ours)
