"""Reading a json-stat2 answer: bytes → `Dataset` → a frame with one row per cell. Pure; nothing is repaired.

Whatever is not a complete table of whole, non-negative numbers is refused with the reason. Whether it is the table
that was asked for is for the caller to check.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
import polars as pl

from assets.population.scb.plain_values import plain_answer
from schemas.errors import SourceRefused

VALUE: Final = "value"
_MOST_BYTES: Final = 100_000_000
_MOST_DIMENSIONS: Final = 20
_MOST_CATEGORIES: Final = 100_000
# SCB gives at most 150,000 cells at a time.
_MOST_CELLS: Final = 5_000_000


@dataclass(frozen=True)
class Dataset:
    """One answer. `codes` holds each dimension's codes in the order of their positions; `values` is row-major.

    `notes` are the table's and its variables'; those that SCB wants shown are also in `mandatory_notes`.
    `units` is by contents code, `status` by position of the cell.
    """

    label: str
    updated: str | None
    source: str
    notes: tuple[str, ...]
    mandatory_notes: tuple[str, ...]
    units: Mapping[str, str]
    dimensions: tuple[str, ...]
    sizes: tuple[int, ...]
    codes: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, Mapping[str, str]]
    status: Mapping[int, str]
    values: pl.Series


class _Odd(Exception):
    """What is wrong with the answer; `read_dataset` says where."""


def read_dataset(body: bytes, where: str = "SCB's answer") -> Dataset:
    """Read an answer; raises `SourceRefused` at `where` for anything but a complete table of head counts."""
    try:
        return _dataset(_parsed(body))
    except _Odd as odd:
        raise SourceRefused(where, str(odd)) from None


def cells(dataset: Dataset) -> pl.DataFrame:
    """One row per cell: for each dimension its code, as an Enum of its codes in their order; and `value`."""
    height, columns = 1, list[pl.Series]()
    # From the innermost dimension outwards: all that is there so far, once for each code.
    for name, size in zip(reversed(dataset.dimensions), reversed(dataset.sizes), strict=True):
        codes = pl.Series(name, dataset.codes[name], pl.Enum(dataset.codes[name]))
        columns = [_repeated(codes, height), *(pl.concat([column] * size, rechunk=True) for column in columns)]
        height *= size
    return pl.DataFrame([*columns, dataset.values.alias(VALUE)])


def _repeated(codes: pl.Series, times: int) -> pl.Series:
    """Each code `times` times, one after the other."""
    if times < codes.len():
        return codes.gather(pl.int_range(codes.len() * times, dtype=pl.UInt32, eager=True) // times)
    # Few codes, long runs: quicker in pieces.
    return pl.concat([codes.new_from_index(place, times) for place in range(codes.len())], rechunk=True)


# --- bytes ----------------------------------------------------------------------------------------------------


def _parsed(body: bytes) -> dict[str, Any]:
    """The answer; its values are a series of Int64 where they are written plainly."""
    if len(body) > _MOST_BYTES:
        raise _Odd(f"is {len(body)} bytes; at most {_MOST_BYTES} are read")
    start = body[:100].lstrip()
    if not start:
        raise _Odd("is empty")
    if start.startswith(b"<"):
        raise _Odd(f"is HTML or XML, not JSON: {_shown(start.decode(errors='replace'))}")
    plain = plain_answer(body)
    if plain is not None:
        return plain
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _Odd(_not_json(body, error)) from None
    if not isinstance(answer, dict):
        raise _Odd(f"is {_kind(answer)} where an object was expected")
    return answer


def _not_json(body: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as undecodable:
        return f"is not UTF-8 at byte {undecodable.start} of {len(body)}"
    return f"is not JSON, or is broken off: {error.msg} ({len(body)} bytes)"


# --- shape ----------------------------------------------------------------------------------------------------


def _dataset(answer: dict[str, Any]) -> Dataset:
    kind, version = answer.get("class"), answer.get("version")
    if kind != "dataset" or version != "2.0":
        raise _Odd(f"is not a json-stat2 dataset: class {_shown(kind)}, version {_shown(version)}")
    names, sizes = _names(answer), _sizes(answer)
    if len(names) != len(sizes):
        raise _Odd(f"has {len(names)} dimensions and {len(sizes)} sizes")
    described = _object(answer, "dimension", "the answer")
    if set(described) != set(names):
        raise _Odd(f"describes the dimensions {sorted(described)}, but lists {sorted(names)}")
    dimensions = {name: _object(described, name, "dimension") for name in names}
    categories = {name: _object(dimensions[name], "category", name) for name in names}
    codes = {name: _codes(categories[name], name, size) for name, size in zip(names, sizes, strict=True)}
    status = _status(answer.get("status"), math.prod(sizes))
    values = _values(answer.get("value"), names, codes, status)
    notes, mandatory = _notes(answer, dimensions)
    return Dataset(
        label=_text(answer, "label") or "",
        updated=_text(answer, "updated"),
        source=_text(answer, "source") or "",
        notes=notes,
        mandatory_notes=mandatory,
        units=_units(categories),
        dimensions=names,
        sizes=sizes,
        codes=codes,
        labels={name: _labels(categories[name], name) for name in names},
        status=status,
        values=values,
    )


def _names(answer: dict[str, Any]) -> tuple[str, ...]:
    names = answer.get("id")
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise _Odd("has no list of dimensions (id)")
    if not 1 <= len(names) <= _MOST_DIMENSIONS:
        raise _Odd(f"has {len(names)} dimensions; 1 to {_MOST_DIMENSIONS} are read")
    if len(set(names)) != len(names) or VALUE in names:
        raise _Odd(f"names a dimension twice, or calls it {VALUE!r}: {', '.join(names)}")
    return tuple(names)


def _sizes(answer: dict[str, Any]) -> tuple[int, ...]:
    sizes = answer.get("size")
    # `type`, not `isinstance`: true is an int to Python.
    if not isinstance(sizes, list) or not all(type(size) is int and size > 0 for size in sizes):
        raise _Odd(f"has no list of sizes, each a positive whole number: {_shown(sizes)}")
    if any(size > _MOST_CATEGORIES for size in sizes) or math.prod(sizes) > _MOST_CELLS:
        announced = " × ".join(map(str, sizes[:_MOST_DIMENSIONS]))
        raise _Odd(f"announces {announced} cells; read are {_MOST_CATEGORIES} a dimension and {_MOST_CELLS} in all")
    return tuple(sizes)


def _codes(category: dict[str, Any], name: str, size: int) -> tuple[str, ...]:
    """The codes by position: from a list, an object code → position, or the one label if there is no index."""
    index = category.get("index")
    if index is None and size == 1:
        index = list(_labels(category, name))
    if isinstance(index, dict):
        index = _by_position(index, name, size)
    if not isinstance(index, list) or not all(isinstance(code, str) and code for code in index):
        raise _Odd(f"dimension {name} has no index of codes")
    if len(index) != size:
        raise _Odd(f"dimension {name} has {len(index)} codes where size says {size}")
    if len(set(index)) != size:
        raise _Odd(f"dimension {name} has a code twice")
    return tuple(index)


def _by_position(index: dict[str, Any], name: str, size: int) -> list[str]:
    if len(index) != size:
        raise _Odd(f"dimension {name} has {len(index)} codes where size says {size}")
    if any(type(position) is not int for position in index.values()):
        raise _Odd(f"dimension {name} has a position that is no whole number")
    ordered = sorted(index, key=index.__getitem__)
    for expected, code in enumerate(ordered):
        if index[code] != expected:
            raise _Odd(f"dimension {name} has no code at position {expected}; {code!r} is at {index[code]}")
    return ordered


# --- values ---------------------------------------------------------------------------------------------------


def _values(
    written: object, names: tuple[str, ...], codes: dict[str, tuple[str, ...]], status: Mapping[int, str]
) -> pl.Series:
    expected = math.prod(len(codes[name]) for name in names)
    if isinstance(written, dict):
        written = _dense(written, expected, names, codes)
    if not isinstance(written, list | pl.Series):
        raise _Odd(f"has {_kind(written)} where the values were expected")
    if len(written) != expected:
        sizes = " × ".join(str(len(codes[name])) for name in names)
        raise _Odd(f"has {len(written)} values; {sizes} = {expected} were announced")
    values = written if isinstance(written, pl.Series) else _column(written, names, codes, status)
    smallest = values.arg_min()
    if smallest is not None and values[smallest] < 0:
        raise _Odd(f"has a negative head count, {values[smallest]}, at {_cell(smallest, names, codes)}")
    return values


def _column(
    written: list[Any], names: tuple[str, ...], codes: dict[str, tuple[str, ...]], status: Mapping[int, str]
) -> pl.Series:
    if set(map(type, written)) != {int}:
        at = next(place for place, value in enumerate(written) if type(value) is not int)
        raise _Odd(_not_whole(written, at, _cell(at, names, codes), status))
    try:
        return pl.Series(VALUE, written, pl.Int64)
    except (TypeError, OverflowError):
        raise _Odd("has a value too large for a head count") from None


def _not_whole(written: list[Any], at: int, cell: str, status: Mapping[int, str]) -> str:
    if written[at] is not None:
        return f"has {_kind(written[at])}, {_shown(written[at])}, where a whole number was expected: {cell}"
    marked = f", marked {status[at]!r}" if at in status else ""
    return f"has no value in {written.count(None)} of {len(written)} cells, first {cell}{marked}"


def _dense(
    sparse: dict[str, Any], expected: int, names: tuple[str, ...], codes: dict[str, tuple[str, ...]]
) -> list[Any]:
    """The list of values from an object position → value, which may leave out nothing here."""
    found = [sparse.get(str(place)) for place in range(expected)]
    if None in found:
        cell = _cell(found.index(None), names, codes)
        raise _Odd(f"has no value in {found.count(None)} of {expected} cells, first {cell}")
    if len(sparse) != expected:
        raise _Odd(f"has values at {len(sparse)} positions; {expected} cells were announced")
    return found


def _cell(position: int, names: tuple[str, ...], codes: dict[str, tuple[str, ...]]) -> str:
    """`Region 0114, Alder 7`: the cell at a position, for messages."""
    parts: list[str] = []
    for name in reversed(names):
        position, own = divmod(position, len(codes[name]))
        parts.append(f"{name} {codes[name][own]}")
    return ", ".join(reversed(parts))


def _status(written: object, expected: int) -> dict[int, str]:
    """Marks of cells: one for all, a list, or an object position → mark."""
    if written is None:
        return {}
    if isinstance(written, str):
        return dict.fromkeys(range(expected), written)
    if isinstance(written, list):
        written = {str(place): mark for place, mark in enumerate(written) if mark is not None}
    if not isinstance(written, dict) or not all(
        place.isdecimal() and isinstance(mark, str) for place, mark in written.items()
    ):
        raise _Odd(f"has marks of cells (status) in an unknown form: {_shown(written)}")
    return {int(place): mark for place, mark in written.items()}


# --- what goes with them --------------------------------------------------------------------------------------


def _notes(answer: dict[str, Any], dimensions: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All notes of the table and its variables, and those that must be shown."""
    notes: list[str] = []
    mandatory: list[str] = []
    for part, name in [(answer, "the answer"), *((dimension, name) for name, dimension in dimensions.items())]:
        own = part.get("note", [])
        if not isinstance(own, list) or not all(isinstance(note, str) for note in own):
            raise _Odd(f"has notes in an unknown form: {name}")
        extension = part.get("extension") or {}
        marked = extension.get("noteMandatory") if isinstance(extension, dict) else None
        notes += own
        mandatory += [note for place, note in enumerate(own) if isinstance(marked, dict) and marked.get(str(place))]
    return tuple(notes), tuple(mandatory)


def _units(categories: dict[str, Any]) -> dict[str, str]:
    units: dict[str, str] = {}
    for name, category in categories.items():
        for code, unit in (_object(category, "unit", name) if "unit" in category else {}).items():
            if not isinstance(unit, dict) or not isinstance(unit.get("base"), str):
                raise _Odd(f"dimension {name} has a unit in an unknown form: {_shown(unit)}")
            units[code] = unit["base"]
    return units


def _labels(category: dict[str, Any], name: str) -> dict[str, str]:
    labels = _object(category, "label", name) if "label" in category else {}
    if not all(isinstance(label, str) for label in labels.values()):
        raise _Odd(f"dimension {name} has a label that is no text")
    return labels


def _object(parent: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    value = parent.get(key)
    if not isinstance(value, dict):
        raise _Odd(f"{name}: {key!r} is {_kind(value)} where an object was expected")
    return value


def _text(answer: dict[str, Any], key: str) -> str | None:
    value = answer.get(key)
    if value is not None and not isinstance(value, str):
        raise _Odd(f"{key!r} is {_kind(value)} where text was expected")
    return value


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "text", bool: "true or false", float: "a decimal number"}
    return "nothing" if value is None else kinds.get(type(value), "a whole number")


def _shown(value: object, longest: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= longest else f"{text[:longest]}…"
