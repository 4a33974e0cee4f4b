"""What a run takes of the machine: the tables are small, so memory and threads meant for large ones only cost.

Must be called before polars and pyarrow are loaded, since they look at the environment then; what is set there
already stays.
"""

import gc
import os
from typing import Final

# Loading makes hundreds of thousands of objects that stay: looking through them for garbage is a tenth of a run.
_COLLECT_SELDOM: Final = (100_000, 50, 100)
_SMALL: Final = {
    # A frame of some thousand rows is done before a second thread has woken up.
    "POLARS_MAX_THREADS": "1",
    # Its streaming engine takes five times as long to begin a query as such a query lasts; pandera makes two thousand.
    "POLARS_ENGINE_AFFINITY": "in-memory",
    # polars' allocator: one arena instead of four per core, and what is free goes back soon.
    "_RJEM_MALLOC_CONF": "narenas:1,tcache_max:4096,dirty_decay_ms:200,muzzy_decay_ms:0",
    # pyarrow's: that of the system, without pools of its own.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    # Dagster stores what it records of all years of a table together.
    "DAGSTER_EVENT_BATCH_SIZE": "400",
}


def seldom_collect() -> None:
    """Look for garbage less often than Python does by itself."""
    gc.set_threshold(*_COLLECT_SELDOM)


def keep_small() -> None:
    """Let polars, pyarrow and Dagster take what small tables need."""
    for name, value in _SMALL.items():
        os.environ.setdefault(name, value)
