"""The field registry: each column is declared once, with the family of tables that has it, and every one is used."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from schemas import fields, tables
from schemas.field import Field
from schemas.fields.registry import FIELDS, by_name
from schemas.table import Table
from schemas.tables.registry import ALL_TABLES

COMMON: Final = "common"


def modules_of(package: str) -> list[str]:
    """The names of all modules in a folder of `schemas` but the registry itself."""
    (folder,) = import_module(package).__path__
    return sorted({file.stem for file in Path(folder).glob("*.py")} - {"__init__", "registry"})


def declared() -> Iterator[tuple[str, Field]]:
    """Every declaration of a field with the module that it stands in."""
    for family in modules_of(fields.__name__):
        yield from ((family, field) for field in import_module(f"{fields.__name__}.{family}").FIELDS)


def tables_of(family: str) -> list[Table]:
    return [value for value in vars(import_module(f"{tables.__name__}.{family}")).values() if isinstance(value, Table)]


def families_that_use(name: str) -> set[str]:
    """The families with a table that has the field `name` in a column."""
    return {
        family
        for family in modules_of(tables.__name__)
        if any(column.field.name == name for table in tables_of(family) for column in table.columns)
    }


def test_every_declaration_is_in_the_registry_once() -> None:
    names = [field.name for _, field in declared()]
    assert sorted(names) == sorted(FIELDS)
    assert all(FIELDS[field.name] is field for _, field in declared())


def test_every_table_of_a_family_is_in_the_registry() -> None:
    found = {table.name for family in modules_of(tables.__name__) for table in tables_of(family)}
    assert found == set(ALL_TABLES)


def test_a_field_that_is_declared_twice_is_refused() -> None:
    first, second, *_ = FIELDS.values()
    assert by_name([first, second]) == {first.name: first, second.name: second}
    with pytest.raises(ValueError, match=f"field '{first.name}' is declared twice"):
        by_name([first, second, first])


@pytest.mark.parametrize(("module", "field"), list(declared()), ids=lambda value: getattr(value, "name", value))
def test_a_field_stands_with_the_only_family_that_has_it_or_with_those_in_common(module: str, field: Field) -> None:
    users = families_that_use(field.name)
    assert users, "no table has it"
    assert module == (COMMON if len(users) > 1 else next(iter(users)))


def test_families_of_fields_and_of_tables_have_the_same_names() -> None:
    assert modules_of(fields.__name__) == sorted([COMMON, *modules_of(tables.__name__)])
