"""Reading tracked YAML strictly: file, line and reason in every refusal.

Plain scalars mean one thing only: whole numbers, true/false and YYYY-MM-DD; everything else is text. What YAML 1.1
would guess (0114 as octal, 1:8 as base 60, `no` as false) is text or refused here, and a key given twice is refused.
"""

import datetime as dt
import difflib
import re
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from schemas.errors import DataRefused, at_line, listed

# libyaml's loader is ten times as fast; both are safe and say where things stand.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_BYTES: Final = 1_000_000
_A_FILE: Final = "let it be a file that may be read"
_DEEPEST: Final = 20
_LONGEST_SHOWN: Final = 80
_WHOLE_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_LEADING_ZERO: Final = re.compile(r"0[0-9]+")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class StrictModel(BaseModel):
    """What a tracked file may hold: no unknown key, no silent conversion, no change after loading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class RefusedAt(ValueError):
    """For validators of a whole model: what is wrong, and which part of the file is to blame."""

    def __init__(self, message: str, *at: int | str) -> None:
        super().__init__(message)
        self.at = at


M = TypeVar("M", bound=BaseModel)
Location = tuple[int | str, ...]
Lines = dict[Location, int]


def load_yaml(file: Path, model: type[M]) -> M:
    """Read `file` as a `model`; raises `DataRefused` with file and line for anything that is not as declared."""
    value, lines = _read(file)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        # A misspelt key is also a missing one: say first what is there to be corrected.
        problems = sorted(error.errors(include_url=False), key=lambda problem: problem["type"] != "extra_forbidden")
        texts = [_sentence(problem, lines, file, model) for problem in problems]
        what, remedy, where = texts[0]
        raise DataRefused(where, what if len(texts) == 1 else _several(texts), remedy=remedy) from None


def _read(file: Path) -> tuple[Any, Lines]:
    try:
        size = file.stat().st_size
        if size > _MOST_BYTES:
            raise DataRefused(at_line(file, None), f"is {size} bytes; at most {_MOST_BYTES} are read")
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataRefused(at_line(file, None), f"cannot be read: {error.strerror}", remedy=_A_FILE) from None
    except UnicodeDecodeError as error:
        raise DataRefused(
            at_line(file, None), f"is not UTF-8 at byte {error.start}", remedy="save it as UTF-8"
        ) from None
    try:
        _refuse_tricks(text, file)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise DataRefused(at_line(file, mark.line + 1 if mark else None), what) from None
    except yaml.YAMLError as error:
        raise DataRefused(at_line(file, None), f"is not YAML: {error}") from None
    if node is None:
        raise DataRefused(at_line(file, None), "is empty", remedy="write it anew, or remove it")
    lines: Lines = {}
    return _value(node, (), lines, file), lines


def _refuse_tricks(text: str, file: Path) -> None:
    """Aliases can grow without bound and deep nesting can exhaust the stack; neither has a use here."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            raise DataRefused(at_line(file, line), "aliases (*name) are not allowed", remedy="write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise DataRefused(at_line(file, line), f"is nested deeper than {_DEEPEST} levels")


def _line(part: yaml.Node | yaml.Event) -> int:
    return part.start_mark.line + 1 if part.start_mark else 1


def _value(node: yaml.Node, location: Location, lines: Lines, file: Path) -> Any:
    lines[location] = _line(node)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, location, lines, file)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*location, index), lines, file) for index, item in enumerate(node.value)]
    return _scalar(node, file)


def _mapping(node: yaml.MappingNode, location: Location, lines: Lines, file: Path) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = _line(key_node)
        key = key_node.value
        if not isinstance(key, str):
            raise DataRefused(at_line(file, line), "a key must be plain text")
        if key in values:
            raise DataRefused(at_line(file, line), f"key {key!r} is given twice", remedy="keep one of them")
        values[key] = _value(value_node, (*location, key), lines, file)
        lines[(*location, key)] = line
    return values


def _scalar(node: yaml.Node, file: Path) -> Any:
    text: str = node.value
    if isinstance(node, yaml.ScalarNode) and node.style:
        return text
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if _LEADING_ZERO.fullmatch(text):
        remedy = f'write a code in quotes: "{text}"'
        raise DataRefused(at_line(file, _line(node)), f"{text} begins with a zero", remedy=remedy)
    if _DATE.fullmatch(text):
        return _date(text, node, file)
    return {"true": True, "false": False, "null": None, "": None}.get(text, text)


def _date(text: str, node: yaml.Node, file: Path) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise DataRefused(at_line(file, _line(node)), f"{text} is not a date: {error}") from None


def _known_location(problem: ErrorDetails, lines: Lines) -> Location:
    """The part of pydantic's location that exists in the file (it also names models and validators)."""
    cause = problem.get("ctx", {}).get("error")
    at = cause.at if isinstance(cause, RefusedAt) else ()
    known: Location = ()
    for step in (*problem["loc"], *at):
        if (*known, step) in lines:
            known = (*known, step)
    return known


def _sentence(problem: ErrorDetails, lines: Lines, file: Path, model: type[BaseModel]) -> tuple[str, str, str]:
    """What is wrong, what to do, and where: from one of pydantic's errors."""
    known = _known_location(problem, lines)
    where = at_line(file, lines.get(known))
    path = ".".join(str(step) for step in known) or "the file"
    match problem["type"]:
        case "extra_forbidden":
            parent = path.rpartition(".")[0] or "the file"
            key = str(problem["loc"][-1])
            return f"unknown key {key!r} in {parent}", _spelling(key, model), where
        case "missing":
            return f"{path}: key {problem['loc'][-1]!r} is missing", "add it", where
        case "model_type" | "dict_type":
            needed = listed([name for name, field in model.model_fields.items() if field.is_required()])
            remedy = "" if known else f"it needs {needed}, each as `key: value`"
            return f"{path}: should be keys with their values, not {_shown(problem['input'])}", remedy, where
        case "value_error":
            return f"{path}: {problem['msg'].removeprefix('Value error, ')}", "", where
        case _:
            return f"{path}: {_decapitalise(problem['msg'])}, not {_shown(problem['input'])}", "", where


def _spelling(key: str, model: type[BaseModel]) -> str:
    close = difflib.get_close_matches(key, sorted(_keys(model)), n=1)
    return f"did you mean {close[0]!r}?" if close else "remove it, or correct its spelling"


def _keys(annotation: Any) -> set[str]:
    """Every key that a file of this model may have, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        return set(fields).union(*(_keys(field.annotation) for field in fields.values()))
    return set().union(*(_keys(part) for part in get_args(annotation)))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _decapitalise(message: str) -> str:
    return message[:1].lower() + message[1:] if message[1:2].islower() else message


def _several(texts: list[tuple[str, str, str]]) -> str:
    return "\n  ".join([texts[0][0], *(f"{where}: {what}" for what, _, where in texts[1:])])
