"""The names of the variables of the environment that Kronvis reads, wherever it reads them."""

from typing import Final

# Every variable that Kronvis reads; those of the cluster are read by deploy/cluster/dagster.yaml.
VARIABLES: Final = (
    "KRONVIS_DATA",
    "KRONVIS_OUT",
    "KRONVIS_RAW",
    "KRONVIS_SOURCE",
    "KRONVIS_SCB_URL",
    "KRONVIS_SCB_API",
    "KRONVIS_FETCH_DOCUMENTS",
    "KRONVIS_TABLES_ONLY",
    "KRONVIS_KEEP_VERSIONS",
    "KRONVIS_SEND_TO",
    "KRONVIS_RUN_PER_YEAR",
    "KRONVIS_WAIT_SECONDS",
    "KRONVIS_METRICS",
    "KRONVIS_NOTIFY",
    "KRONVIS_NOTIFY_ON",
    "KRONVIS_POSTGRES_URL",
    "KRONVIS_POSTGRES_PASSWORD",
    "KRONVIS_TEST_SERVICE",
)
# On if 1, off if empty.
SWITCHES: Final = ("KRONVIS_FETCH_DOCUMENTS", "KRONVIS_TABLES_ONLY", "KRONVIS_RUN_PER_YEAR")
