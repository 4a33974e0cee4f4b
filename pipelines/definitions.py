"""The code location that `workspace.yaml` names."""

from pipelines.footprint import keep_small

# Before anything loads polars: a run that Dagster starts is to take no more of the machine than `kronvis run`.
keep_small()

from pipelines.build import build_defs  # noqa: E402 - after what is set above
from pipelines.settings import settings_from_environment  # noqa: E402 - likewise

defs = build_defs(settings_from_environment())
