"""The JSON Schemas that editors use: current, true to every tracked file, and refusing what the models refuse."""

import copy
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
import yaml
from pydantic import BaseModel, ValidationError

from assets.agreements.model import Agreement, Supplement
from assets.scenarios.grid import Grid
from assets.scenarios.reform import Reform
from docs.file_schemas import FOLDER, schemas
from tests.domain import DATA, ROOT

EDITOR: Final = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))["yaml.schemas"]
FILES: Final = [(name, file) for name, pattern in EDITOR.items() for file in sorted(ROOT.glob(pattern))]
EXAMPLE: Final = DATA / "agreements/psykisk-halsa/2025.yaml"


def read(file: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")))


def as_editors_see(value: Any) -> Any:
    """The same with dates as text, which is what a date is to a YAML editor."""
    match value:
        case dict():
            return {key: as_editors_see(part) for key, part in value.items()}
        case list():
            return [as_editors_see(part) for part in value]
        case dt.date():
            return value.isoformat()
    return value


def validator(name: str) -> Any:
    schema = json.loads((ROOT / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def allowed_by_schema(value: dict[str, Any], kind: str = "agreement") -> bool:
    return bool(validator(f"docs/reference/{kind}.schema.json").is_valid(as_editors_see(value)))


def allowed_by_model(value: dict[str, Any], model: type[BaseModel] = Agreement) -> bool:
    try:
        model.model_validate(value)
    except ValidationError:
        return False
    return True


def test_the_schemas_are_current() -> None:
    for name, text in schemas().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, "make them anew: python -m docs.file_schemas"


def test_an_editor_finds_a_schema_for_every_tracked_file() -> None:
    assert {Path(name).name for name in EDITOR} == set(schemas())
    reached = {file for _, file in FILES}
    assert len(reached) == len(FILES), "two schemas for one file"
    others = {"documents.yaml", "deadlines.yaml"}
    tracked = {*DATA.glob("agreements/*/*.yaml"), *DATA.glob("reforms/**/*.yaml")}
    assert reached == {file for file in tracked if file.name not in others}


@pytest.mark.parametrize(("schema", "file"), FILES, ids=lambda value: Path(value).stem)
def test_every_tracked_file_is_as_its_schema_says(schema: str, file: Path) -> None:
    errors = validator(schema).iter_errors(as_editors_see(read(file)))
    assert [f"{list(error.path)}: {error.message}" for error in errors] == []


Spoil = Callable[[dict[str, Any]], object]


def _municipal(agreement: dict[str, Any]) -> Any:
    return next(pot for pot in agreement["pots"] if pot["id"] == "children-youth-municipality")


MISTAKES: Final[dict[str, Spoil]] = {
    "a misspelt key": lambda file: file.update(titel=file["title"]),
    "one language": lambda file: file.update(title={"sv": "x"}),
    "an empty text": lambda file: file["title"].update(en=""),
    "a key left out": lambda file: file.pop("total_evidence"),
    "no pots": lambda file: file.update(pots=[]),
    "an amount as text": lambda file: file["pots"][0].update(amount_sek="250000000"),
    "half a krona": lambda file: file["pots"][0].update(amount_sek=0.5),
    "less than nothing": lambda file: file["pots"][0].update(amount_sek=-1),
    "a word for evidence that is none": lambda file: file.update(total_evidence="certain"),
    "a recipient that is none": lambda file: file["pots"][0].update(recipients="kommun"),
    "an id in capitals": lambda file: file["pots"][0].update(id="Pot"),
    "an empty rule": lambda file: file["pots"][0].update(rule=None),
    "a rule of nothing": lambda file: file["pots"][0].update(rule={}),
    "an unknown rule whose evidence is known": lambda file: _municipal(file).update(rule="unknown"),
    "a known rule without evidence": lambda file: _municipal(file)["evidence"].pop("rule"),
    "amounts and base": lambda file: _municipal(file)["rule"].update(amounts={"0114": 1}),
    "classes without default": lambda file: _municipal(file)["rule"].update(base_sek={"metropolitan": 1}),
    "a population without rounding": lambda file: _municipal(file).pop("rounding"),
    "rounding that is none": lambda file: _municipal(file).update(rounding="up"),
    "rounding of fixed amounts": lambda file: _municipal(file)["rule"].pop("variable"),
    "ages as text": lambda file: _municipal(file)["rule"]["variable"].update(ages="0-18"),
    "three ages": lambda file: _municipal(file)["rule"]["variable"].update(ages=[0, 18, 24]),
    "an age nobody reaches": lambda file: _municipal(file)["rule"]["variable"].update(ages=[0, 1000]),
    "another key than population": lambda file: _municipal(file)["rule"]["variable"].update(key="area"),
    "no source": lambda file: _municipal(file).update(sources=[]),
    "an address that is none": lambda file: next(iter(file["sources"].values())).update(url="www.skr.se"),
}


def test_the_file_that_is_spoilt_below_is_right_before() -> None:
    agreement = read(EXAMPLE)
    assert allowed_by_schema(agreement)
    assert allowed_by_model(agreement)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_typical_mistake_is_refused_by_schema_and_model_alike(mistake: str) -> None:
    agreement = copy.deepcopy(read(EXAMPLE))
    MISTAKES[mistake](agreement)
    assert not allowed_by_schema(agreement)
    assert not allowed_by_model(agreement)


@pytest.mark.parametrize("rule", [{"variable": {"key": "population", "ages": "all"}}, {"base_sek": {"default": 1}}])
def test_other_forms_of_a_rule_are_let_through(rule: dict[str, Any]) -> None:
    agreement = copy.deepcopy(read(EXAMPLE))
    _municipal(agreement)["rule"] = rule
    if "variable" not in rule:
        del _municipal(agreement)["rounding"], _municipal(agreement)["evidence"]["rounding"]
    assert allowed_by_schema(agreement)
    assert allowed_by_model(agreement)


def test_a_supplement_is_held_to_what_a_supplement_may_say() -> None:
    supplement = read(DATA / "agreements/kvinnors-halsa/2022-supplement.yaml")
    assert allowed_by_schema(supplement)
    spoilt = {**supplement, "population": None}
    assert not allowed_by_schema(spoilt)
    assert not allowed_by_model(spoilt, Supplement)


def test_a_reform_and_a_grid_with_a_mistake_are_refused() -> None:
    reform = read(DATA / "reforms/base-300000.yaml")
    (pot,) = reform["pots"]
    for change in ({"base_kr": 1}, {"base_sek": "300000"}, {"ages": [0]}, {"max_loss_percent": 1001}):
        spoilt = {**reform, "pots": {pot: change}}
        assert not allowed_by_schema(spoilt, "reform")
        assert not allowed_by_model(spoilt, Reform)
    grid = read(DATA / "reforms/grids/base-and-ages.yaml")
    spoilt = {**grid, "pots": {pot: {"base_sek": {"from": 0, "to": 10}}}}
    assert not allowed_by_schema(spoilt, "grid")
    assert not allowed_by_model(spoilt, Grid)
