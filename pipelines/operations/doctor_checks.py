"""What `kronvis doctor` looks at: Python and packages, the checkout, the data, where results go, what is around.

Each check looks and changes nothing, but for a probe in the output folder that is gone afterwards. Whatever is heavy or
may be missing is imported by the check that needs it. Only SCB's own host, or this machine, is ever asked.
"""

import difflib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import sys
import tempfile
import threading
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from assets.storage.addresses import is_loopback
from assets.storage.whole_files import TEMPORARY_PREFIX
from pipelines.settings import ROOT, SCB_URL, SCB_URL_V1, Settings
from pipelines.terminal.numbers import spaced
from schemas.errors import KronvisError
from schemas.text import Text

# fine; worth knowing, but a run does its work; what stops a run or what readers must not see.
State = Literal["fine", "note", "wrong"]
LAYERS: Final = ("schemas", "assets", "pipelines")
NEEDED_DATA: Final = ("agreements", "forecast", "geography", "population", "published")
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
SWITCHES: Final = ("KRONVIS_FETCH_DOCUMENTS", "KRONVIS_TABLES_ONLY", "KRONVIS_RUN_PER_YEAR")
_SCB_HOSTS: Final = frozenset(urlsplit(url).hostname for url in (SCB_URL, SCB_URL_V1))
_SCB_SECONDS: Final = 3.0
# A whole version is 35 MB, work beside it 10 MB, and both stand while they are built; in files and bytes.
_LEAST_BYTES: Final = 100_000_000
_EASY_BYTES: Final = 1_000_000_000
_LEAST_FILES: Final = 3_000
_NARROWEST_TABLE: Final = 80
_LISTED: Final = 3
_LOCKED: Final = re.compile(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?: ; ([^\\\n]+))?")
_SET_UP: Final = Text("make run sätter upp miljön från låsfilen", "make run sets the environment up from the lock file")


class Finding(NamedTuple):
    """What a check found, and what to do about it; nothing to do if it is fine."""

    state: State
    found: Text
    remedy: Text | None = None


class Check(NamedTuple):
    """Something to look at: its name for machines, its title for people, and the look itself."""

    name: str
    title: Text
    look: Callable[[Settings], Finding]


def _both(text: str) -> Text:
    return Text(text, text)


def _some(names: Iterable[object]) -> str:
    """The first of `names`, and how many more there are."""
    told = [str(name) for name in names]
    more = f" … (+{len(told) - _LISTED})" if len(told) > _LISTED else ""
    return ", ".join(told[:_LISTED]) + more


# --- what Kronvis runs on ---------------------------------------------------------------------------------------------


def python(_settings: Settings, running: tuple[int, ...] = tuple(sys.version_info[:3]), root: Path = ROOT) -> Finding:
    """Whether this Python is among those that pyproject.toml names."""
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - it may be missing

    wanted = _project(root)["requires-python"]
    shown = ".".join(map(str, running))
    if shown in SpecifierSet(wanted):
        return Finding("fine", _both(shown))
    found = Text(f"{shown}; Kronvis behöver {wanted}", f"{shown}; Kronvis needs {wanted}")
    return Finding("wrong", found, _both("rm -rf .venv; make PYTHON=python3.12 run"))


def _project(root: Path) -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def packages(_settings: Settings, root: Path = ROOT, installed: Mapping[str, str] | None = None) -> Finding:
    """Whether every locked package is installed, and in the version that was tested."""
    from packaging.markers import Marker  # noqa: PLC0415 - it may be missing

    lock = (root / "locks" / "run.txt").read_text(encoding="utf-8")
    wanted = {
        name: version for name, version, marker in _LOCKED.findall(lock) if not marker or Marker(marker).evaluate()
    }
    here = _installed(wanted) if installed is None else installed
    missing = sorted(wanted.keys() - here.keys())
    if missing:
        return Finding("wrong", Text(f"saknas: {_some(missing)}", f"missing: {_some(missing)}"), _SET_UP)
    unfit = _out_of_bounds(_project(root)["dependencies"], here)
    if unfit:
        return Finding("wrong", Text(f"passar inte: {_some(unfit)}", f"do not fit: {_some(unfit)}"), _SET_UP)
    other = [f"{name} {here[name]} ({version})" for name, version in sorted(wanted.items()) if here[name] != version]
    if other:
        found = Text(f"andra än de som testats: {_some(other)}", f"others than those tested: {_some(other)}")
        return Finding("note", found, _SET_UP)
    return Finding("fine", Text(f"alla {len(wanted)} som i låsfilen", f"all {len(wanted)} as locked"))


def _installed(names: Iterable[str]) -> dict[str, str]:
    """Name → version of those that are installed."""
    found = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _out_of_bounds(dependencies: Iterable[str], here: Mapping[str, str]) -> list[str]:
    from packaging.requirements import Requirement  # noqa: PLC0415 - it may be missing

    asked = [Requirement(one) for one in dependencies]
    return [f"{one.name} {here[one.name]}" for one in asked if one.name in here and here[one.name] not in one.specifier]


def checkout(_settings: Settings, root: Path = ROOT) -> Finding:
    """Whether what is imported under our names is this checkout, and whether `kronvis` is installed from it."""
    foreign = [f"{name}: {origin}" for name, origin in _origins() if not origin.startswith(f"{root}{os.sep}")]
    if foreign:
        found = Text(f"annat än {root} importeras: {_some(foreign)}", f"not {root} is imported: {_some(foreign)}")
        remedy = Text(
            "byt namn på det som skymmer, eller kör med .venv/bin/kronvis",
            "rename what stands in front of it, or run .venv/bin/kronvis",
        )
        return Finding("wrong", found, remedy)
    where = _installed_from()
    if where == root:
        return Finding("fine", Text(f"{root}, redigerbart installerad", f"{root}, installed editable"))
    if where is None:
        found = Text(f"{root}, inte redigerbart installerad", f"{root}, not installed editable")
    else:
        found = Text(f"{root}, men installerad är {where}", f"{root}, but installed is {where}")
    return Finding("note", found, _both("pip install --no-deps --no-build-isolation --editable ."))


def _origins() -> Iterator[tuple[str, str]]:
    """Where each of our floors is imported from; empty for what is no package of ours, such as a stray folder."""
    for name in LAYERS:
        spec = importlib.util.find_spec(name)
        yield name, (spec.origin or "") if spec else ""


def _installed_from() -> Path | None:
    """The folder that an editable `kronvis` is installed from."""
    try:
        said = importlib.metadata.distribution("kronvis").read_text("direct_url.json")
    except importlib.metadata.PackageNotFoundError:
        return None
    told = json.loads(said) if said else {}
    is_editable = told.get("dir_info", {}).get("editable", False)
    return Path(unquote(urlsplit(told["url"]).path)) if is_editable else None


def extras(settings: Settings, root: Path = ROOT, installed: Mapping[str, str] | None = None) -> Finding:
    """Which extras are whole; wrong only if a setting needs one that is not."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - it may be missing

    asked = {
        name: [one for one in map(Requirement, wanted) if one.name != "kronvis"]
        for name, wanted in _project(root)["optional-dependencies"].items()
    }
    names = {one.name for wanted in asked.values() for one in wanted}
    here = _installed(names) if installed is None else installed
    whole = [name for name, wanted in asked.items() if all(one.name in here for one in wanted)]
    lacking = [name for name in asked if name not in whole]
    told = [f"+{name}" for name in whole] + [f"-{name}" for name in lacking]
    if settings.send_to is not None and "s3" in lacking:
        found = Text(
            "KRONVIS_SEND_TO är satt men tillägget s3 saknas", "KRONVIS_SEND_TO is set but extra s3 is missing"
        )
        return Finding("wrong", found, _both("pip install -e '.[s3]'"))
    remedy = Text("make test sätter upp allt", "make test sets all up") if lacking else None
    return Finding("fine", _both(" ".join(told)), remedy)


# --- what a run reads -------------------------------------------------------------------------------------------------


def data_folder(settings: Settings) -> Finding:
    """Whether every folder of inputs is there and every file in it can be read."""
    missing = [name for name in NEEDED_DATA if not (settings.data / name).is_dir()]
    if missing:
        found = Text(f"saknas i {settings.data}: {_some(missing)}", f"missing in {settings.data}: {_some(missing)}")
        remedy = Text("KRONVIS_DATA ska vara projektets data/", "let KRONVIS_DATA be the project's data/")
        return Finding("wrong", found, remedy)
    files = [file for name in NEEDED_DATA for file in sorted((settings.data / name).rglob("*")) if file.is_file()]
    closed = [file for file in files if not os.access(file, os.R_OK)]
    if closed:
        found = Text(f"kan inte läsas: {_some(closed)}", f"cannot be read: {_some(closed)}")
        return Finding("wrong", found, _both("chmod -R a+rX data"))
    return Finding("fine", Text(f"{settings.data}, {len(files)} filer", f"{settings.data}, {len(files)} files"))


def agreements(settings: Settings) -> Finding:
    """Whether every agreement file is understood; the first that is not is named with its line."""
    from assets.agreements.files import AgreementFiles  # noqa: PLC0415 - it may be missing

    files = AgreementFiles(settings.data / "agreements")
    years = files.years()
    refused = []
    for year in years:
        try:
            files.of_year(year)
        except KronvisError as error:
            refused.append((year, error))
    if refused:
        year, first = refused[0]
        more = f" (+{len(refused) - 1})" if len(refused) > 1 else ""
        said = f"{year}: {first.message}{more}"
        return Finding("wrong", _both(said), _both(first.remedy) if first.remedy else None)
    if not years:
        found = Text("inga överenskommelser", "no agreements")
        return Finding("wrong", found, Text("återställ data/agreements", "restore data/agreements"))
    return Finding("fine", Text(f"{years[0]}–{years[-1]}, alla förstås", f"{years[0]}–{years[-1]}, all understood"))


def snapshot(settings: Settings) -> Finding:
    """Whether every series of head counts is the file that was checked in, and the register of recipients is sound."""
    from assets.population.recipients import read_register  # noqa: PLC0415 - it may be missing
    from assets.population.snapshot import read_snapshot  # noqa: PLC0415 - the same

    embedded = read_snapshot(settings.data / "population")
    cells = sum(embedded.cells(series).height for series in embedded.series.values())
    recipients = read_register(settings.data / "geography").entries.height
    return Finding(
        "fine",
        Text(
            f"{len(embedded.series)} serier med rätt sha256, {cells} celler, {recipients} mottagare",
            f"{len(embedded.series)} series with the right sha256, {cells} cells, {recipients} recipients",
        ),
    )


# --- what a run writes ------------------------------------------------------------------------------------------------


def published(settings: Settings) -> Finding:
    """Whether what readers see is whole, and made from the files as they stand."""
    from assets.storage.published import current_version  # noqa: PLC0415 - it may be missing
    from pipelines.answers.status import status  # noqa: PLC0415 - the same

    if current_version(settings.out) is None:
        return Finding("note", Text("ännu ingenting", "nothing yet"), _both("kronvis run"))
    told = status(settings)
    if told["damaged"]:
        found = Text(f"skadade filer: {_some(told['damaged'])}", f"damaged files: {_some(told['damaged'])}")
        remedy = Text(
            "kronvis run publicerar en hel version igen, eller kronvis rollback",
            "kronvis run publishes a whole version again, or kronvis rollback",
        )
        return Finding("wrong", found, remedy)
    if told["stale_years"]:
        years = _some(told["stale_years"])
        found = Text(f"underlaget har ändrats sedan dess: {years}", f"inputs have changed since: {years}")
        return Finding("note", found, _both("kronvis run --failed-only"))
    return Finding("fine", Text(f"{told['version']}, hel", f"{told['version']}, whole"))


def output(settings: Settings) -> Finding:
    """Whether results can be written, the link can be moved in one step, and unchanged files can be linked."""
    # A link that leads nowhere, or to itself, does not exist and is in the way all the same.
    place = settings.out if settings.out.is_symlink() else _nearest(settings.out)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        found = Text(f"{place} kan inte skrivas", f"{place} cannot be written")
        remedy = Text("låt KRONVIS_OUT vara en mapp du får skriva i", "let KRONVIS_OUT be a folder that you may write")
        return Finding("wrong", found, remedy)
    if place != settings.out:
        return Finding("fine", Text(f"{settings.out} skapas vid behov", f"{settings.out} is made when needed"))
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=place) as probe:
        _move_a_link(Path(probe))
        can_link = _can_link(Path(probe))
    systems = {folder.stat().st_dev for folder in (place, place / "work", place / "versions") if folder.is_dir()}
    if not can_link or len(systems) > 1:
        found = Text("oförändrade filer kopieras i stället för att länkas", "unchanged files are copied, not linked")
        remedy = Text(
            "lägg hela KRONVIS_OUT på ett filsystem med hårda länkar", "keep KRONVIS_OUT on one file system with links"
        )
        return Finding("note", found, remedy)
    return Finding("fine", Text(f"{place}, ett filsystem", f"{place}, one file system"))


def _nearest(folder: Path) -> Path:
    """The folder itself, or the nearest above it that exists."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _move_a_link(probe: Path) -> None:
    """As publishing does it; raises `OSError` where links cannot be made or replaced."""
    for target in ("before", "after"):
        (probe / "next").symlink_to(target)
        (probe / "next").replace(probe / "current")
    if (probe / "current").readlink() != Path("after"):
        raise OSError


def _can_link(probe: Path) -> bool:
    (probe / "file").write_bytes(b"")
    try:
        os.link(probe / "file", probe / "same")
    except OSError:
        return False
    return True


def disk(settings: Settings) -> Finding:
    """Whether there is room for a version beside the one that readers see, in bytes and in files."""
    place = _nearest(settings.out)
    free, room = shutil.disk_usage(place).free, os.statvfs(place)
    shown = f"{spaced(free // 1_000_000)} MB"
    # Some file systems count no files.
    files_are_short = room.f_files > 0 and room.f_favail < _LEAST_FILES
    remedy = Text(
        "städa, eller KRONVIS_KEEP_VERSIONS=10 så att gamla versioner tas bort",
        "make room, or KRONVIS_KEEP_VERSIONS=10 so that old versions are removed",
    )
    if free < _LEAST_BYTES or files_are_short:
        found = Text(f"{shown} och {room.f_favail} filer lediga", f"{shown} and {room.f_favail} files free")
        return Finding("wrong", found, remedy)
    is_easy = free >= _EASY_BYTES
    return Finding("fine" if is_easy else "note", Text(f"{shown} ledigt", f"{shown} free"), None if is_easy else remedy)


# --- what is around it ------------------------------------------------------------------------------------------------


def dagster_home(_settings: Settings) -> Finding:
    """Whether `DAGSTER_HOME`, if set, is a folder Dagster can use; not needed for a run."""
    named = os.environ.get("DAGSTER_HOME", "")
    if not named:
        found = Text("ingen; körningar lämnar inga spår i Dagster", "none; runs leave no trace in Dagster")
        return Finding("fine", found)
    home = Path(named)
    if not home.is_absolute() or not home.is_dir() or not os.access(home, os.W_OK | os.X_OK):
        found = Text(f"{named} är ingen mapp som kan skrivas", f"{named} is no folder that can be written")
        remedy = Text(
            "skapa den, med hel sökväg, eller ta bort DAGSTER_HOME",
            "make it, with its whole path, or unset DAGSTER_HOME",
        )
        return Finding("wrong", found, remedy)
    as_ours = _both("cp deploy/dagster_home/dagster.yaml $DAGSTER_HOME/")
    if not (home / "dagster.yaml").is_file():
        return Finding("note", Text(f"{home} utan dagster.yaml", f"{home} without dagster.yaml"), as_ours)
    return _dagster_file(home, as_ours)


def _dagster_file(home: Path, as_ours: Text) -> Finding:
    import yaml  # noqa: PLC0415 - it may be missing

    try:
        said = yaml.safe_load((home / "dagster.yaml").read_text(encoding="utf-8")) or {}
    except (OSError, ValueError, yaml.YAMLError):
        # What it says is not shown: it may hold a password of a database.
        return Finding("wrong", Text("dagster.yaml kan inte läsas", "dagster.yaml cannot be read"), as_ours)
    is_off = isinstance(said, dict) and said.get("telemetry") == {"enabled": False}
    if not is_off and os.environ.get("DAGSTER_DISABLE_TELEMETRY", "").lower() not in {"1", "true", "yes"}:
        found = Text(f"{home}: telemetri är inte avslagen", f"{home}: telemetry is not off")
        return Finding("note", found, _both("telemetry: {enabled: false}"))
    return Finding("fine", _both(str(home)))


class _Unknown(NamedTuple):
    name: str
    meant: str | None


def variables(_settings: Settings, environment: Mapping[str, str] = os.environ) -> Finding:
    """Whether every variable that begins with KRONVIS_ is one that is read, and every switch is 1 or empty."""
    unknown = [
        _Unknown(name, next(iter(difflib.get_close_matches(name, VARIABLES, 1, 0.75)), None))
        for name in sorted(environment)
        if name.upper().startswith("KRONVIS") and name not in VARIABLES
    ]
    if unknown:
        sv = _some(f"{one.name} (menas {one.meant}?)" if one.meant else one.name for one in unknown)
        en = _some(f"{one.name} (meant {one.meant}?)" if one.meant else one.name for one in unknown)
        found = Text(f"läses inte: {sv}", f"not read: {en}")
        return Finding("note", found, Text("se docs/reference/configuration.md", "see docs/reference/configuration.md"))
    vague = [name for name in SWITCHES if environment.get(name, "") not in {"", "0", "1"}]
    if vague:
        found = Text(f"varken 1 eller tom: {_some(vague)}", f"neither 1 nor empty: {_some(vague)}")
        return Finding("note", found, Text("bara 1 slår på", "only 1 switches it on"))
    given = [name for name in VARIABLES if environment.get(name)]
    return Finding("fine", _both(", ".join(given)) if given else Text("inga satta", "none set"))


def sending(settings: Settings) -> Finding:
    """Whether versions can be sent and messages delivered where that is asked for; nothing is sent."""
    from pipelines.operations.notify import outbox_from_environment  # noqa: PLC0415 - it may be missing
    from pipelines.operations.send import require_way  # noqa: PLC0415 - the same

    require_way(settings)
    outbox = outbox_from_environment()
    nobody = Text("ingen", "nobody")
    to = Text(settings.send_to.address(), settings.send_to.address()) if settings.send_to else nobody
    who = nobody if outbox.notifier is None else _both(outbox.shown)
    return Finding("fine", Text(f"versioner: {to.sv}; besked: {who.sv}", f"versions: {to.en}; messages: {who.en}"))


def scb(settings: Settings, seconds: float = _SCB_SECONDS) -> Finding:
    """Whether SCB answers a small question within `seconds`; never wrong, since a run needs no network."""
    host = _host(settings.scb_url)
    if host not in _SCB_HOSTS and not is_loopback(host):
        found = Text(
            "en annan adress än SCB:s är satt; den frågas inte", "an address other than SCB's is set; not asked"
        )
        return Finding("note", found, Text("ta bort KRONVIS_SCB_URL", "unset KRONVIS_SCB_URL"))
    answer: list[Finding] = []
    # Looking a name up knows no timeout; nobody waits for a thread that still does.
    asking = threading.Thread(target=lambda: answer.append(_asked(settings, seconds)), daemon=True)
    asking.start()
    asking.join(seconds + 0.5)
    return answer[0] if answer else _no_answer(host, seconds)


def _asked(settings: Settings, seconds: float) -> Finding:
    from assets.population.scb.client import PxWebClient  # noqa: PLC0415 - it may be missing

    client = PxWebClient(
        settings.scb_url,
        api=settings.scb_api,
        deadline_seconds=seconds,
        connect_timeout=seconds,
        read_timeout=seconds,
        retries=0,
        max_body_bytes=1_000_000,
    )
    host = _host(settings.scb_url)
    try:
        limits = client.limits()
    except KronvisError:
        return _no_answer(host, seconds)
    cells = spaced(limits.max_cells)
    return Finding("fine", Text(f"{host} svarar; högst {cells} celler", f"{host} answers; at most {cells} cells"))


def _host(url: str) -> str:
    """The host of an address, without what else it may hold; empty for what is no address."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _no_answer(host: str, seconds: float) -> Finding:
    return Finding(
        "note",
        Text(
            f"{host} gav inget svar att använda inom {seconds:.0f} s",
            f"{host} gave no usable answer in {seconds:.0f} s",
        ),
        Text("behövs bara för --source scb", "needed for --source scb only"),
    )


def terminal(_settings: Settings) -> Finding:
    """Whether å, ä and ö can be written, and how wide tables may be."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    width = shutil.get_terminal_size().columns
    if encoding != "utf8":
        found = Text(f"skriver {encoding or 'okänt'}, inte UTF-8", f"writes {encoding or 'unknown'}, not UTF-8")
        return Finding("note", found, _both("export PYTHONUTF8=1 LC_ALL=C.UTF-8"))
    if width < _NARROWEST_TABLE:
        found = Text(f"UTF-8, {width} tecken: rader i stället för tabeller", f"UTF-8, {width} wide: lines, not tables")
        return Finding("note", found)
    return Finding("fine", Text(f"UTF-8, {width} tecken", f"UTF-8, {width} wide"))


def browser(_settings: Settings) -> Finding:
    """Whether there is a Chromium for the tests of the report; nothing else needs it."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program and os.access(program, os.X_OK):
        return Finding("fine", _both(program))
    found = Text("ingen; tests/browser hoppas över", "none; tests/browser is left out")
    return Finding("note", found, Text("installera chromium, eller sätt CHROMIUM", "install chromium, or set CHROMIUM"))


CHECKS: Final = (
    Check("python", Text("Python", "Python"), python),
    Check("packages", Text("Paket", "Packages"), packages),
    Check("checkout", Text("Kod", "Code"), checkout),
    Check("extras", Text("Tillägg", "Extras"), extras),
    Check("data", Text("Underlag", "Data"), data_folder),
    Check("agreements", Text("Överenskommelser", "Agreements"), agreements),
    Check("snapshot", Text("Befolkning", "Head counts"), snapshot),
    Check("published", Text("Publicerat", "Published"), published),
    Check("output", Text("Resultatmapp", "Output folder"), output),
    Check("disk", Text("Disk", "Disk"), disk),
    Check("dagster", Text("Dagster", "Dagster"), dagster_home),
    Check("variables", Text("Variabler", "Variables"), variables),
    Check("sending", Text("Vidaresändning", "Sending on"), sending),
    Check("terminal", Text("Terminal", "Terminal"), terminal),
    Check("browser", Text("Webbläsare", "Browser"), browser),
    Check("scb", Text("SCB", "SCB"), scb),
)
# Those that leave this machine.
NETWORK: Final = frozenset({"scb"})
