"""The code location that `workspace.yaml` names."""

from pipelines.build import build_defs
from pipelines.settings import settings_from_environment

defs = build_defs(settings_from_environment())
