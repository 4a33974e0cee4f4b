"""What both scripts of ten tables read alike, whatever library they compute with: the agreements and what a table has.

Plain Python; nothing of Kronvis is imported.
"""

import json
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parents[2] / "data"
OLDEST = 120
# Key | other columns; `?`: may be empty.
TABLES = {
    "recipients": "year recipient_type recipient_code | recipient_name county_code? recipient_class",
    "population": "year reference_date table_id region_code ages | region_type population basis population_date "
    "is_perturbed source derived_from?",
    "rules": "programme year pot_id | name_sv name_en focus_area recipient_type amount_sek agreement_total_sek rule "
    "table_id? reference_date? ages? rounding? evidence_amount evidence_rule evidence_rounding? evidence_date? "
    "rule_inferred_from? contains? sources note_sv? note_en?",
    "allocations": "programme year pot_id recipient_type recipient_code | recipient_name county_code? focus_area "
    "base_sek variable_sek amount_sek population? population_total? ages? reference_date? population_basis? "
    "population_source? population_derived_from? rounding? evidence_amount evidence_rule status",
    "pots": "programme year pot_id | name_sv name_en focus_area recipient_type amount_sek allocated_sek? residual_sek? "
    "recipients_count rounding? evidence evidence_amount evidence_rule status sources",
    "coverage": "programme year evidence | pots_count amount_sek agreement_total_sek coverage_share",
    "published_figures": "programme year pot_id recipient_type recipient_code source_id recipient_name | published_sek "
    "precision rounded_to_sek? printed_for_year? note?",
    "reconciliation": "programme year pot_id recipient_type recipient_code source_id | recipient_name published_sek "
    "computed_sek? difference_sek? precision verdict cause?",
    "recipient_totals": "programme year recipient_type recipient_code | recipient_name county_code? amount_sek "
    "amount_previous_sek? change_sek? population? population_basis? children? children_basis? sek_per_inhabitant? "
    "sek_per_child? base_share rank_per_inhabitant? is_complete status",
    "county_overview": "programme year county_code | county_name municipality_sek? region_sek? county_sek? total_sek "
    "population? population_basis? sek_per_inhabitant? is_complete status",
}


def read_yaml(*path: str) -> Any:
    """The content of a YAML file in the data folder."""
    with DATA.joinpath(*path).open("rb") as handle:
        return yaml.load(handle, yaml.CSafeLoader)


def read_agreements(years: list[int]) -> list[dict[str, Any]]:
    """The agreements of the years, supplements applied."""
    agreements = []
    for file in sorted(file for year in years for file in DATA.glob(f"agreements/*/{year}.yaml")):
        agreement = read_yaml(str(file))
        for supplement in sorted(file.parent.glob(f"{file.stem}-*.yaml")):
            more = read_yaml(str(supplement))
            pots = {pot["id"]: pot for pot in [*agreement["pots"], *more["pots"]]}
            sources = agreement["sources"] | more["sources"]
            agreement |= {"total_sek": more["total_sek"], "pots": [*pots.values()], "sources": sources}
        if sum(pot["amount_sek"] for pot in agreement["pots"]) != agreement["total_sek"]:
            raise ValueError(f"{file}: the pots do not add up to the total")
        if unknown := {one for pot in agreement["pots"] for one in pot["sources"]} - agreement["sources"].keys():
            raise ValueError(f"{file}: sources {unknown} are not described")
        agreements.append(agreement)
    return agreements


def ages_text(ages: Any) -> str:
    """`all`, or `0-18` for [0, 18]."""
    return ages if isinstance(ages, str) else "-".join(map(str, ages))


def rule_row(agreement: dict[str, Any], pot: dict[str, Any]) -> dict[str, Any]:
    """One row of the table `rules`."""
    rule = {} if pot["rule"] == "unknown" else pot["rule"]
    variable = rule.get("variable")
    base = (pot.get("population") or agreement["population"]) if variable else {}
    named = {"name": pot["name"], "note": pot.get("note", {}), "evidence": {"rule": "unknown"} | pot["evidence"]}
    return {
        **{name: agreement[name] for name in ("programme", "year")},
        **{name: pot.get(name) for name in ("focus_area", "amount_sek", "rounding")},
        **{f"{name}_{part}": value for name, parts in named.items() for part, value in parts.items()},
        **{name: " ".join(pot.get(name, ())) or None for name in ("sources", "rule_inferred_from", "contains")},
        "pot_id": pot["id"],
        "recipient_type": pot["recipients"],
        "agreement_total_sek": agreement["total_sek"],
        "rule": json.dumps(rule) if rule else "unknown",
        "table_id": base.get("table"),
        "reference_date": base.get("reference_date"),
        "evidence_date": base.get("evidence"),
        "ages": ages_text(variable["ages"]) if variable else None,
    }


def columns_for(columns: list[str], ages: str) -> list[str]:
    """The fewest columns (`total`, `7`, `0-9`, `100+`) that cover the ages exactly; none if they cannot."""
    bands: dict[int, dict[int, str]] = {}
    for name in columns:
        start, _, end = name.replace("total", f"0-{OLDEST}").replace("+", f"-{OLDEST}").partition("-")
        bands.setdefault(int(start), {})[int(end or start)] = name
    first, last = (0, OLDEST) if ages == "all" else map(int, ages.split("-"))
    chosen = []
    while first <= last:
        end_of_band = max((end for end in bands.get(first, {}) if end <= last), default=-1)
        if end_of_band < 0:
            return []
        chosen.append(bands[first][end_of_band])
        first = end_of_band + 1
    return chosen
