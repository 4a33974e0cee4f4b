"""The shape of the graph, as a snapshot: a change of it shows in review."""

import json
import warnings
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.build import STAGES, build_defs
from pipelines.partitions import FIRST_GRANT_YEAR, GRANT_YEARS
from pipelines.settings import Settings
from schemas.tables.registry import TABLES
from tests.domain import DATA, ROOT

SNAPSHOT = Path(__file__).parent / "graph.json"


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build_defs(Settings(DATA, tmp_path_factory.mktemp("graph")))


def graph_of(defs: dg.Definitions) -> dict[str, Any]:
    """Assets with their group, parents, partitions and policy; checks by asset; resources."""
    graph = defs.resolve_asset_graph()
    assets = {
        key.path[-1]: {
            "group": graph.get(key).group_name,
            "parents": sorted(parent.path[-1] for parent in graph.get(key).parent_keys),
            "partitions": "grant year" if graph.get(key).partitions_def == GRANT_YEARS else None,
            "single_run": graph.get(key).backfill_policy == dg.BackfillPolicy.single_run(),
        }
        for key in sorted(graph.get_all_asset_keys())
    }
    checks = sorted(f"{key.asset_key.path[-1]}.{key.name}" for key in graph.asset_check_keys)
    return {"assets": assets, "checks": checks, "resources": sorted(defs.resources or ())}


def test_the_graph_is_as_in_the_snapshot(defs: dg.Definitions) -> None:
    assert graph_of(defs) == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_table_is_an_asset_of_a_stage(defs: dg.Definitions) -> None:
    assets = graph_of(defs)["assets"]
    assert set(assets) == {*TABLES, "published_version"}
    assert {asset["group"] for asset in assets.values()} == {*STAGES, "publication"}
    assert all(asset["partitions"] and asset["single_run"] for asset in assets.values())


def test_stages_only_read_from_earlier_stages(defs: dg.Definitions) -> None:
    order = [*STAGES, "publication"]
    assets = graph_of(defs)["assets"]
    for name, asset in assets.items():
        for parent in asset["parents"]:
            assert order.index(assets[parent]["group"]) <= order.index(asset["group"]), f"{name} reads {parent}"


def test_definitions_load_without_a_warning_and_are_valid(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        defs = build_defs(Settings(DATA, tmp_path))
        dg.Definitions.validate_loadable(defs)


def test_loading_the_code_location_touches_no_file(tmp_path: Path) -> None:
    build_defs(Settings(tmp_path / "no-data", tmp_path / "no-out"))
    assert list(tmp_path.iterdir()) == []


def test_partitions_reach_from_the_first_agreement_to_next_year() -> None:
    keys = GRANT_YEARS.get_partition_keys()
    assert keys[0] == str(FIRST_GRANT_YEAR)
    assert [int(key) for key in keys] == list(range(FIRST_GRANT_YEAR, int(keys[-1]) + 1))


def test_column_schemas_come_from_the_field_registry(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    schema = graph.get(dg.AssetKey("allocations")).metadata["dagster/column_schema"]
    assert [column.name for column in schema.columns] == TABLES["allocations"].schema.names()
    amount = next(column for column in schema.columns if column.name == "amount_sek")
    assert "[SEK]" in (amount.description or "")


def test_our_packages_are_this_checkout() -> None:
    import assets
    import pipelines
    import schemas

    for package in (assets, pipelines, schemas):
        assert Path(str(package.__file__)).is_relative_to(ROOT)


if __name__ == "__main__":
    fresh = graph_of(build_defs(Settings(DATA, ROOT / "data" / "out")))
    SNAPSHOT.write_text(json.dumps(fresh, indent=1) + "\n", encoding="utf-8")
