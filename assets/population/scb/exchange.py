"""A request to SCB's service and its answer, as plain data. Asking is `client.py`."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class PxWebRequest:
    """One request: `url_path` below the base address, the cells it selects, and a label for messages."""

    method: Literal["GET", "POST"]
    url_path: str
    params: Mapping[str, str]
    json_body: Mapping[str, Any] | None
    cells: int
    label: str


@dataclass(frozen=True)
class Fetched:
    """The answer to a request: 200 and the bytes as they were sent. Header names are in lower case."""

    request: PxWebRequest
    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    fetched_at: dt.datetime
    seconds: float
