"""Writes the JSON Schemas of agreement, reform and grid files, which editors use: `python -m docs.file_schemas`.

Made from the models that read the files. A schema sees a file as it is written, before the models take `[0, 18]` or
`unknown` for what they stand for, so what may be written there is said here; a new such place is refused until it is.
What only the models can tell (sums, sources that are named, file names) is told by `kronvis run`.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from assets.agreements import model as agreements
from assets.population.bases import ALL_AGES, OLDEST
from assets.scenarios import grid as grids
from assets.scenarios import reform as reforms
from schemas.vocabulary import UNKNOWN

FOLDER: Final = Path(__file__).parent / "reference"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MADE: Final = "Made by `python -m docs.file_schemas`; do not edit."

Schema = dict[str, Any]


def _either(*forms: Schema) -> Schema:
    return {"anyOf": list(forms)}


def _ages(_inner: Schema) -> Schema:
    age = {"type": "integer", "minimum": 0, "maximum": OLDEST}
    return _either({"const": ALL_AGES}, {"type": "array", "items": age, "minItems": 2, "maxItems": 2})


def _base_amounts(inner: Schema) -> Schema:
    amount = next(iter(inner["patternProperties"].values()))
    return _either(amount, {**inner, "additionalProperties": False, "required": ["default"]})


def _rule(inner: Schema) -> Schema:
    known = [form for form in inner["anyOf"] if form != {"type": "null"}]
    return _either(*known, {"const": UNKNOWN})


def _percent(_inner: Schema) -> Schema:
    return {"type": "number", "minimum": 0, "maximum": 1000}


def _values(inner: Schema) -> Schema:
    keys = {"from": {"type": "integer"}, "to": {"type": "integer"}, "step": {"type": "integer", "minimum": 1}}
    return _either(inner, {"type": "object", "properties": keys, "required": list(keys), "additionalProperties": False})


# What may be written where a model first puts it into its own form. The functions are private to the models (SLF001),
# and this is their echo.
_WRITTEN: Final[Mapping[Any, Callable[[Schema], Schema]]] = {
    agreements._ages: _ages,  # noqa: SLF001
    agreements._by_class: _base_amounts,  # noqa: SLF001
    agreements._known_rule: _rule,  # noqa: SLF001
    reforms._ages: _ages,  # noqa: SLF001
    reforms._by_class: _base_amounts,  # noqa: SLF001
    reforms._percent: _percent,  # noqa: SLF001
    grids._values: _values,  # noqa: SLF001
}


def _when(condition: Schema, then: Schema, otherwise: Schema) -> Schema:
    return {"if": condition, "then": then, "else": otherwise}


def _has(*keys: str) -> Schema:
    """An object with a value at the end of a path of keys."""
    first, *rest = keys
    return {"type": "object", "required": [first], "properties": {first: _has(*rest) if rest else {"not": _NULL}}}


_NULL: Final[Schema] = {"type": "null"}
_IS_VARIABLE: Final = _has("rule", "variable")
# What fits together within a rule and within a pot; the models say the same in Python.
_TOGETHER: Final[Mapping[str, list[Schema]]] = {
    "Rule": [
        _when(
            _has("amounts"),
            {"properties": {"base_sek": _NULL, "variable": _NULL, "amounts": {"minProperties": 1}}},
            _either(_has("base_sek"), _has("variable")),
        )
    ],
    "Pot": [
        _when(
            {"properties": {"rule": {"const": UNKNOWN}}}, {"not": _has("evidence", "rule")}, _has("evidence", "rule")
        ),
        _when(
            _IS_VARIABLE,
            {**_has("rounding"), "allOf": [_has("evidence", "rounding")]},
            {"not": _either(_has("rounding"), _has("evidence", "rounding"))},
        ),
    ],
}


class _OfFiles(GenerateJsonSchema):
    """JSON Schema of what stands in a file."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        return _WRITTEN[schema["function"]["function"]](self.generate_inner(schema["schema"]))

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        together = _TOGETHER.get(schema["cls"].__name__)
        return {**made, "allOf": together} if together else made

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the key says it already
        return False


def _schema(title: str, model: Any) -> Schema:
    made = TypeAdapter(model).json_schema(schema_generator=_OfFiles)
    return {"$schema": _DIALECT, "$comment": _MADE, "title": title, **{k: v for k, v in made.items() if k != "title"}}


def _agreement() -> Schema:
    """An agreement, or a supplement where the file says what it amends."""
    made = _schema("Agreement of a programme and year", agreements.Agreement | agreements.Supplement)
    whole, supplement = made.pop("anyOf")
    return {**made, **_when({"type": "object", "required": ["amends"]}, supplement, whole)}


def schemas() -> dict[str, str]:
    """File name → text of each schema."""
    made = {
        "agreement": _agreement(),
        "reform": _schema("Reform: another rule for an agreement", reforms.Reform),
        "grid": _schema("Grid: a reform with lists of values", grids.Grid),
    }
    return {
        f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in made.items()
    }


if __name__ == "__main__":
    for name, text in schemas().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
