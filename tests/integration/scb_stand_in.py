"""A PxWeb service on this machine that answers as SCB's does, for tests: both versions, limits, errors and faults.

    with StandIn(faults=["", "html"]) as scb:      # the second call for data is answered with a page of HTML
        client = PxWebClient(scb.v2_url)

Shapes are those of the samples in `samples/`; the head counts are those of `scb_figures.py`.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import prod
from types import TracebackType
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import numpy as np
import orjson

from assets.population.bases import OLDEST
from assets.population.scb.register import ScbTable, read_tables
from tests.domain import DATA
from tests.integration.scb_figures import Counts, published, regions

V2: Final = "/api/v2"
V1: Final = "/OV0104/v1/doris"
UPDATED: Final = "2026-02-20T07:00:00Z"
REVISED: Final = "2026-03-20T07:00:00Z"
LONGEST_ADDRESS: Final = 2_100
# Where the tables that still grow stand.
_GROWN_TO: Final = {"year": "2025", "month": "2026M09"}
_CKM_NOTE: Final = (
    "Från och med referensåret 2025 och framåt är en liten kontrollerad slumpmässig osäkerhet införd i samtliga "
    "redovisade uppgifter. Till följd av detta så är inte alltid de redovisade totalerna lika med summan av deras "
    "redovisade delar."
)
_AGE_NOTE: Final = "Med ålder avses uppnådd ålder vid årets slut, d.v.s. i princip en redovisning efter födelseår."
_TITLES: Final = {
    "Region": "region",
    "Civilstand": "civilstånd",
    "Alder": "ålder",
    "Kon": "kön",
    "ContentsCode": "tabellinnehåll",
}


class Problem(Exception):
    """An error of the service, with the spelling of its own."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status, self.title = status, title

    def v2(self) -> bytes:
        """The problem as version 2 sends it; a repeated code gives no body at all."""
        return orjson.dumps({"type": "Parameter error", "title": self.title, "status": self.status}) * bool(self.title)


@dataclass(frozen=True)
class Variable:
    """A variable of a table. Left out, it is summed or set to `elimination_value`, if it `eliminates`."""

    code: str
    values: Mapping[str, str]
    eliminates: bool = False
    elimination_value: str | None = None

    @property
    def label(self) -> str:
        """What the variable is called."""
        return _TITLES.get(self.code, "månad" if "M" in next(iter(self.values)) else "år")


@dataclass(frozen=True)
class Call:
    """One call that came in: when (of the clock), what, and what it was answered with."""

    at: float
    method: str
    address: str
    body: bytes
    status: int
    is_data: bool


@dataclass(frozen=True)
class Reply:
    """What goes back over the wire. `drip_seconds` is the wait before each byte."""

    status: int
    body: bytes
    kind: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    drip_seconds: float = 0.0


# --- tables ---------------------------------------------------------------------------------------------------


def periods_of(table: ScbTable) -> list[str]:
    """All periods that the stand-in has of a table."""
    last = table.last_period or _GROWN_TO[table.period]
    years = range(int(table.first_period[:4]), int(last[:4]) + 1)
    if table.period == "year":
        return [str(year) for year in years]
    months = [f"{year}M{month:02}" for year in years for month in range(1, 13)]
    return [month for month in months if table.first_period <= month <= last]


def bands_of(table: ScbTable) -> dict[str, tuple[int, int]]:
    """All age codes of a table with their ages, those that the register does not use included."""
    bands = {code: (first, last) for code, first, last in table.ages.cells()}
    if table.is_perturbed:
        bands |= {"100+5": (100, OLDEST), "100+10": (100, OLDEST)}
        bands |= dict.fromkeys(("TOT1", "TOT5", "TOT10"), (0, OLDEST))
    if table.ages.all_ages is not None:
        bands[table.ages.all_ages] = (0, OLDEST)
    return bands


def variables_of(table: ScbTable) -> dict[str, Variable]:
    """The variables of a table in its own order."""
    noisy = table.is_perturbed
    status = {"OG": "ogifta", "G": "gifta", "SK": "skilda", "ÄNKL": "änkor/änklingar"}
    status |= {"SC": "totalt, samtliga civilstånd"} if noisy else {}
    ages = {code: f"{code} år" if code[0] in "-0123456789" else "totalt, samtliga åldrar" for code in bands_of(table)}
    sexes = {"1": "män", "2": "kvinnor"} | ({"TotSa": "totalt, samtliga män och kvinnor"} if noisy else {})
    variables = [
        Variable("Region", regions(), eliminates=table.id != "TAB5444", elimination_value="00"),
        Variable("Civilstand", status, eliminates=not noisy),
        Variable("Alder", ages, eliminates=not noisy),
        Variable("Kon", sexes, eliminates=True, elimination_value="TotSa" if noisy else None),
        Variable("ContentsCode", {table.contents_code: "Folkmängd"}),
        Variable("Tid", {period: period for period in periods_of(table)}),
    ]
    has_status = "Civilstand" in {*table.extra, *table.left_out}
    return {variable.code: variable for variable in variables if has_status or variable.code != "Civilstand"}


def chosen(table: ScbTable, asked: Mapping[str, Sequence[str]], max_cells: int) -> dict[str, list[str]]:
    """The codes to answer with, by variable, in the table's order; raises the service's `Problem`."""
    variables = variables_of(table)
    if not set(asked) <= set(variables):
        raise Problem(400, "Non-existent variable")
    selection: dict[str, list[str]] = {}
    for variable in variables.values():
        if variable.code not in asked:
            if not variable.eliminates:
                raise Problem(400, "Missing selection for mandantory variable")
            continue
        selection[variable.code] = _values(variable, asked[variable.code])
    if prod(len(codes) for codes in selection.values()) > max_cells:
        raise Problem(400, "Too many cells selected")
    return selection


def _values(variable: Variable, asked: Sequence[str]) -> list[str]:
    """Codes as the table spells them: the service does not look at upper and lower case."""
    if list(asked) == ["*"]:
        return list(variable.values)
    spelt = {code.lower(): code for code in variable.values}
    wanted = [code.lower() for code in asked]
    if any("(" in code or "[" in code for code in wanted):
        raise Problem(400, "Illegal selection expression")
    if not set(wanted) <= set(spelt):
        raise Problem(400, "Non-existent value")
    if len(set(wanted)) != len(wanted):
        raise Problem(500, "")
    return [code for code in variable.values if code.lower() in wanted]


def default_selection(table: ScbTable) -> dict[str, list[str]]:
    """What version 2 answers when nothing is selected: the newest period, and no geography."""
    variables = variables_of(table)
    codes = {name: [next(iter(variable.values))] for name, variable in variables.items() if not variable.eliminates}
    return codes | {"Tid": [list(variables["Tid"].values)[-1]]}


# --- answers --------------------------------------------------------------------------------------------------


def metadata(table: ScbTable) -> dict[str, Any]:
    """The whole table described in json-stat2, without values."""
    return _described(table, {name: list(variable.values) for name, variable in variables_of(table).items()})


def answer(table: ScbTable, selection: Mapping[str, list[str]]) -> dict[str, Any]:
    """The json-stat2 answer to a selection."""
    described = _described(table, selection)
    described["value"] = _cells(table, selection).ravel().tolist()
    return described


def _cells(table: ScbTable, selection: Mapping[str, list[str]]) -> Counts:
    """Row-major over the variables of the table; those that are not selected are summed or at their total."""
    variables, bands = variables_of(table), bands_of(table)
    noisy = table.is_perturbed
    ages = {code: bands[code] for code in selection["Alder"]} if "Alder" in selection else {"all": (0, OLDEST)}
    sexes = selection.get("Kon", ["TotSa"] if noisy else ["both"])
    places = [list(variables["Region"].values).index(code) for code in selection.get("Region", ["00"])]
    layers = [published(table, period, ages, sexes)[places] for period in selection["Tid"]]
    cells = np.stack(layers, axis=-1)[:, None]  # region, marital status, age, sex, period
    if "Civilstand" in selection:
        cells = np.concatenate([_of_status(code, cells) for code in selection["Civilstand"]], axis=1)
    return cells


def _of_status(code: str, cells: Counts) -> Counts:
    """A quarter each, and the rest unmarried: not real, but it adds up."""
    part: Counts = {"SC": cells, "OG": cells - 3 * (cells // 4)}.get(code, cells // 4)
    return part


def _described(table: ScbTable, selection: Mapping[str, list[str]]) -> dict[str, Any]:
    variables = variables_of(table)
    label = f"Folkmängd efter {', '.join(variables[name].label for name in selection)}"
    notes = [_CKM_NOTE] if table.is_perturbed else []
    return {
        "version": "2.0",
        "class": "dataset",
        "label": label,
        "source": "SCB",
        "updated": UPDATED,
        "note": [*notes, "Folkmängden avser förhållandet den dag som tabellen anger."],
        "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
        "id": list(selection),
        "size": [len(codes) for codes in selection.values()],
        "dimension": {name: _dimension(variables[name], codes) for name, codes in selection.items()},
        "extension": {
            "noteMandatory": {"0": True},
            "px": {
                "infofile": "BE0101",
                "tableid": table.id,
                "decimals": 0,
                "official-statistics": True,
                "aggregallowed": not table.is_perturbed,
                "language": "sv",
                "matrix": table.v1_path.rpartition("/")[2],
                "subject-code": "BE",
            },
            "discontinued": None,
        },
    }


def _dimension(variable: Variable, codes: Sequence[str]) -> dict[str, Any]:
    positions = {code: position for position, code in enumerate(codes)}
    category: dict[str, Any] = {
        # Not in the order of the positions, as the format allows.
        "index": {code: positions[code] for code in sorted(codes, reverse=True)},
        "label": {code: variable.values[code] for code in codes},
    }
    extension: dict[str, Any] = {"elimination": variable.eliminates, "show": "value"}
    if variable.elimination_value is not None:
        extension["eliminationValueCode"] = variable.elimination_value
    dimension = {"label": variable.label, "category": category, "extension": extension}
    if variable.code == "ContentsCode":
        category["unit"] = {code: {"base": "antal", "decimals": 0} for code in codes}
        extension["measuringType"] = dict.fromkeys(codes, "Stock")
    if variable.code == "Alder":
        dimension["note"] = [_AGE_NOTE]
        extension["noteMandatory"] = {"0": True}
    return dimension


# --- faults ---------------------------------------------------------------------------------------------------

Answer = dict[str, Any]
_REGION, _AGE = "Region", "Alder"


def _with_values(read: Answer, change: Callable[[list[Any]], list[Any]]) -> Answer:
    return {**read, "value": change(read["value"])}


def _with_axis(read: Answer, name: str, drop: str | None, add: str | None) -> Answer:
    """The answer with a code of a variable dropped, or one added that has 7 persons in every cell."""
    axis = read["id"].index(name)
    cells = np.array(read["value"]).reshape(read["size"])
    category = read["dimension"][name]["category"]
    codes = sorted(category["index"], key=category["index"].__getitem__)
    if drop is not None:
        cells = np.delete(cells, codes.index(drop), axis)
        codes.remove(drop)
    if add is not None:
        cells = np.concatenate([cells, np.full_like(cells.take([0], axis), 7)], axis)
        codes.append(add)
    changed = {
        **category,
        "index": {code: place for place, code in enumerate(codes)},
        "label": {code: category["label"].get(code, code) for code in codes},
    }
    dimension = {**read["dimension"][name], "category": changed}
    return {
        **read,
        "size": list(cells.shape),
        "dimension": {**read["dimension"], name: dimension},
        "value": cells.ravel().tolist(),
    }


def _last_region(read: Answer) -> str:
    return str(max(read["dimension"][_REGION]["category"]["index"]))


def _renamed(read: Answer, name: str, old: str, new: str) -> Answer:
    dimension = read["dimension"][name]
    category = {
        part: {new if code == old else code: value for code, value in by_code.items()}
        for part, by_code in dimension["category"].items()
    }
    return {**read, "dimension": {**read["dimension"], name: {**dimension, "category": category}}}


def _other_unit(read: Answer) -> Answer:
    text = orjson.dumps(read).replace(b'"base":"antal"', b'"base":"tusental"')
    changed: Answer = orjson.loads(text)
    return changed


def _other_contents(read: Answer) -> Answer:
    old = next(iter(read["dimension"]["ContentsCode"]["category"]["index"]))
    renamed = _renamed(read, "ContentsCode", old, "BE0101Z9")
    renamed["dimension"]["ContentsCode"]["category"]["label"]["BE0101Z9"] = "Folkökning"
    return renamed


def _nation_off(read: Answer) -> Answer:
    """10,000 persons more in every cell of the nation."""
    cells = np.array(read["value"]).reshape(read["size"])
    cells.swapaxes(0, read["id"].index(_REGION))[read["dimension"][_REGION]["category"]["index"]["00"]] += 10_000
    return {**read, "value": cells.ravel().tolist()}


def _revised(read: Answer) -> Answer:
    """A later release with one person more in every cell of a municipality; county and nation follow."""
    index: dict[str, int] = read["dimension"][_REGION]["category"]["index"]
    counties = [code[:2] for code in index if len(code) == len("0114")]
    more = {code: 1 if len(code) == len("0114") else counties.count(code) for code in index} | {"00": len(counties)}
    cells = np.array(read["value"]).reshape(read["size"])
    by_region = cells.swapaxes(0, read["id"].index(_REGION))
    for code, place in index.items():
        by_region[place] += more[code]
    return {**read, "value": cells.ravel().tolist(), "updated": REVISED}


_CHANGED: Final[dict[str, Callable[[Answer], Answer]]] = {
    "strings": lambda read: _with_values(read, lambda values: [str(value) for value in values]),
    "negative": lambda read: _with_values(read, lambda values: [-1, *values[1:]]),
    "null": lambda read: _with_values(read, lambda values: [None, *values[1:]]),
    "missing_region": lambda read: _with_axis(read, _REGION, _last_region(read), None),
    "extra_region": lambda read: _with_axis(read, _REGION, None, "9999"),
    "renamed_code": lambda read: _renamed(read, _REGION, _last_region(read), "2599"),
    "new_age": lambda read: _with_axis(read, _AGE, None, "101+"),
    "other_unit": _other_unit,
    "renamed_contents": _other_contents,
    "revised": _revised,
    "not_summing": _nation_off,
}
_SPOILT: Final[dict[str, Callable[[bytes], bytes]]] = {
    "empty": lambda _body: b"",
    "truncated": lambda body: body[: len(body) * 2 // 3],
    "wrong_charset": lambda body: body.decode().encode("iso-8859-1", errors="replace"),
    "nan": lambda body: body.replace(b'"value":[', b'"value":[NaN,', 1),
    "duplicate_codes": lambda body: body.replace(b'"0115":', b'"0114":', 1),
}
_HTML: Final = (
    b"<!DOCTYPE html>\n<html><head><title>Underh\xc3\xa5ll</title></head><body>Tillbaka snart.</body></html>\n"
)
_OVER_HTTP: Final = ("html", "drip", "redirect_loop", "redirect_elsewhere", "status_500", "status_503", "status_429")
FAULTS: Final = (*_CHANGED, *_SPOILT, *_OVER_HTTP)


# --- the service ----------------------------------------------------------------------------------------------


class StandIn:
    """The service, from `with` to the end of the block. The n-th of `faults` befalls the n-th call for data.

    An empty name is no fault; after the last there are none. `calls` tells what came in.
    """

    def __init__(
        self,
        faults: Sequence[str] = (),
        *,
        max_cells: int = 150_000,
        max_calls: int = 30,
        window_seconds: float = 10,
        clock: Callable[[], float] = time.monotonic,
        drip_seconds: float = 0.2,
    ) -> None:
        unknown = set(faults) - {"", *FAULTS}
        if unknown:
            msg = f"no such faults: {unknown}; there are {', '.join(FAULTS)}"
            raise ValueError(msg)
        self.faults = list(faults)
        self._clock = clock
        self.max_cells, self.max_calls, self.window_seconds = max_cells, max_calls, window_seconds
        self.drip_seconds = drip_seconds
        self.calls: list[Call] = []
        self.tables = {table.id: table for table in read_tables(DATA / "population")}
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._recent: deque[float] = deque()
        self._data_calls = 0
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> "StandIn":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """Where the service listens on this machine."""
        return int(self._server.server_address[1])

    @property
    def v2_url(self) -> str:
        """The base address of version 2."""
        return f"http://127.0.0.1:{self.port}{V2}"

    @property
    def v1_url(self) -> str:
        """The base address of version 1."""
        return f"http://127.0.0.1:{self.port}{V1}"

    @property
    def data_calls(self) -> list[Call]:
        """The calls for data only."""
        return [call for call in self.calls if call.is_data]

    def reply(self, method: str, address: str, body: bytes) -> Reply:
        """The answer to one call; remembers the call."""
        at = self._clock()
        path, _, query = address.partition("?")
        is_data = _asks_for_data(method, path)
        with self._lock:
            reply = self._too_often(at, path, query)
            if reply is None and is_data:
                self._data_calls += 1
            nth = self._data_calls
        fault = self.faults[nth - 1] if reply is None and is_data and nth <= len(self.faults) else ""
        reply = reply or self._over_http(fault, address) or self._answer(method, address, body, fault)
        with self._lock:
            self.calls.append(Call(at, method, address, body, reply.status, is_data))
        return reply

    def _too_often(self, at: float, path: str, query: str) -> Reply | None:
        """The limit of calls; the configuration may always be asked for."""
        if path == f"{V2}/config" or query == "config":
            return None
        while self._recent and at - self._recent[0] >= self.window_seconds:
            self._recent.popleft()
        if len(self._recent) >= self.max_calls:
            wait = int(self.window_seconds - (at - self._recent[0])) + 1
            return Reply(429, b"", headers={"Retry-After": str(wait), "X-Rate-Limit-Remaining": "0"})
        self._recent.append(at)
        return None

    def _over_http(self, fault: str, address: str) -> Reply | None:
        match fault:
            case "html":
                return Reply(200, _HTML, "text/html; charset=utf-8")
            case "redirect_loop":
                return Reply(307, b"", headers={"Location": address})
            case "redirect_elsewhere":
                # The same machine under another name: a client that goes there is seen in `calls`.
                return Reply(307, b"", headers={"Location": f"http://localhost:{self.port}/elsewhere"})
            case "status_429":
                return Reply(429, b"", headers={"Retry-After": "1"})
            case "status_500" | "status_503":
                return Reply(int(fault[-3:]), b"")
            case _:
                return None

    def _answer(self, method: str, address: str, body: bytes, fault: str) -> Reply:
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if method == "GET" and len(address) > LONGEST_ADDRESS:
            return Reply(404, b"")
        try:
            if parts.path.startswith(f"{V1}/"):
                return self._v1(method, unquote(parts.path), parts.query, body, fault)
            return self._v2(method, parts.path.removeprefix(V2).split("/")[1:], query, body, fault)
        except Problem as problem:
            if parts.path.startswith(f"{V1}/"):
                return _v1_problem(problem)
            return Reply(problem.status, problem.v2(), "application/problem+json; charset=utf-8")

    def _v2(self, method: str, path: Sequence[str], query: Mapping[str, str], body: bytes, fault: str) -> Reply:
        match path:
            case ["config"]:
                return _json(self._config())
            case ["tables"]:
                return _json(self._list(query.get("query", "")))
            case ["tables", table_id]:
                return _json(_described_briefly(self._table(table_id)))
            case ["tables", table_id, "metadata"]:
                return _json(metadata(self._table(table_id)))
            case ["tables", table_id, "data"]:
                table = self._table(table_id)
                if query.get("outputFormat", "json-stat2") != "json-stat2":
                    raise Problem(400, "Unsupported output format")
                asked = _asked_in_body(body) if method == "POST" else _asked_in_address(query)
                selection = chosen(table, asked or default_selection(table), self.max_cells)
                return self._data(table, selection, fault)
            case _:
                raise Problem(404, "")

    def _v1(self, method: str, path: str, query: str, body: bytes, fault: str) -> Reply:
        if query == "config":
            limits = {"maxValues": 110_000, "maxCells": self.max_cells, "maxCalls": self.max_calls}
            return _json({**limits, "timeWindow": int(self.window_seconds), "CORS": True})
        name = (
            path.removeprefix(V1).removeprefix("/sv").removeprefix("/en").removeprefix("/ssd/").removeprefix("START/")
        )
        by_path = {table.v1_path: table for table in self.tables.values()}
        if name not in by_path:
            raise Problem(404, "")
        table = by_path[name]
        if method == "GET":
            return _json(_v1_metadata(table))
        return self._data(table, chosen(table, _v1_asked(body), self.max_cells), fault)

    def _data(self, table: ScbTable, selection: Mapping[str, list[str]], fault: str) -> Reply:
        read = answer(table, selection)
        body = orjson.dumps(_CHANGED[fault](read) if fault in _CHANGED else read)
        body = _SPOILT[fault](body) if fault in _SPOILT else body
        return Reply(200, body, drip_seconds=self.drip_seconds if fault == "drip" else 0)

    def _table(self, table_id: str) -> ScbTable:
        if table_id not in self.tables:
            raise Problem(404, "Non-existent table")
        return self.tables[table_id]

    def _config(self) -> dict[str, Any]:
        return {
            "apiVersion": "2.3.2",
            "languages": [{"id": "sv", "label": "Svenska"}, {"id": "en", "label": "English"}],
            "defaultLanguage": "sv",
            "maxDataCells": self.max_cells,
            "maxCallsPerTimeWindow": self.max_calls,
            "timeWindow": int(self.window_seconds),
            "license": "https://creativecommons.org/publicdomain/zero/1.0/",
            "sourceReferences": [{"language": "sv", "text": "Källa: SCB"}],
            "defaultDataFormat": "json-stat2",
            "dataFormats": ["json-stat2", "csv", "xlsx", "html", "px", "json-px"],
        }

    def _list(self, query: str) -> dict[str, Any]:
        found = [_described_briefly(table) for table in self.tables.values()]
        found = [table for table in found if query.lower() in f"{table['id']} {table['label']}".lower()]
        page = {"pageNumber": 1, "pageSize": 20, "totalElements": len(found), "totalPages": 1}
        return {"language": "sv", "tables": found, "page": page}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, service: StandIn) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = service


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._send(self.server.service.reply("GET", self.path, b""))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._send(self.server.service.reply("POST", self.path, self.rfile.read(length)))

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        if reply.body:
            self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        try:
            self.end_headers()
            self._write(reply)
        except (BrokenPipeError, ConnectionResetError):
            # The client has had enough, as it should of a drip.
            self.close_connection = True

    def _write(self, reply: Reply) -> None:
        if not reply.drip_seconds:
            self.wfile.write(reply.body)
            return
        for place in range(len(reply.body)):
            if self.server.service.stopped.wait(reply.drip_seconds):
                self.close_connection = True
                return
            self.wfile.write(reply.body[place : place + 1])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


def _asks_for_data(method: str, path: str) -> bool:
    return path.endswith("/data") or (method == "POST" and path.startswith(f"{V1}/"))


def _json(content: object) -> Reply:
    return Reply(200, orjson.dumps(content))


def _asked_in_body(body: bytes) -> dict[str, list[str]]:
    """Codes by variable from the body of a POST in version 2."""
    try:
        parts = json.loads(body or b"{}").get("selection", [])
        asked = {part["variableCode"]: part["valueCodes"] for part in parts}
        codelists = [part.get("codelist") for part in parts]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Problem(400, "Parameter error") from None
    if any(codelists):
        raise Problem(400, "Non-existent codelist")
    return asked


def _asked_in_address(query: Mapping[str, str]) -> dict[str, list[str]]:
    opening = "valueCodes["
    return {
        name.removeprefix(opening).removesuffix("]"): codes.split(",")
        for name, codes in query.items()
        if name.startswith(opening)
    }


def _v1_asked(body: bytes) -> dict[str, list[str]]:
    """Codes by variable from the body of a POST in version 1; other formats than json-stat2 are refused here."""
    try:
        sent = json.loads(body)
        if sent["response"]["format"] != "json-stat2":
            raise Problem(400, "Parameter error")
        selections = {part["code"]: part["selection"] for part in sent["query"]}
        if not all(selection["filter"] in ("item", "all") for selection in selections.values()):
            raise Problem(400, "Parameter error")
        return {code: selection["values"] for code, selection in selections.items()}
    except (ValueError, KeyError, TypeError):
        raise Problem(400, "Parameter error") from None


def _v1_problem(problem: Problem) -> Reply:
    if problem.status == 404:
        return Reply(404, b"", "text/html")
    status = 403 if problem.title == "Too many cells selected" else problem.status
    return Reply(status, b'{"error":"Parameter error"}' if status == 400 else b"")


def _v1_metadata(table: ScbTable) -> dict[str, Any]:
    described = []
    for variable in variables_of(table).values():
        entry: dict[str, Any] = {"code": variable.code, "text": variable.label}
        entry |= {"values": list(variable.values), "valueTexts": list(variable.values.values())}
        entry |= {"elimination": True} if variable.eliminates else {}
        entry |= {"time": True} if variable.code == "Tid" else {}
        described.append(entry)
    return {"title": f"Folkmängd efter {', '.join(entry['text'] for entry in described)}", "variables": described}


def _described_briefly(table: ScbTable) -> dict[str, Any]:
    periods = periods_of(table)
    return {
        "type": "Table",
        "id": table.id,
        "label": f"Folkmängd efter {', '.join(variable.label for variable in variables_of(table).values())}",
        "description": "",
        "updated": UPDATED,
        "firstPeriod": periods[0],
        "lastPeriod": periods[-1],
        # Null on a table that has ended, too: so it is at SCB.
        "discontinued": None,
        "category": "public",
        "variableNames": [variable.label for variable in variables_of(table).values()],
        "source": "SCB",
    }
