"""The systemd units: known keys only, hardened alike, and every path leads to something the project has."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.domain import ROOT

FOLDER: Final = ROOT / "deploy" / "systemd"
UNITS: Final = sorted([*FOLDER.glob("*.service"), *FOLDER.glob("*.timer")])
SERVICES: Final = [unit for unit in UNITS if unit.suffix == ".service"]
INSTALLED: Final = "/opt/kronvis/"

KNOWN: Final = {
    "Unit": {
        "Description", "Documentation", "Wants", "After", "RequiresMountsFor", "StartLimitIntervalSec",
        "StartLimitBurst",
    },
    "Install": {"WantedBy"},
    "Timer": {"OnCalendar", "RandomizedDelaySec", "Persistent"},
    "Service": {
        "Type", "User", "Group", "WorkingDirectory", "EnvironmentFile", "ExecStart", "TimeoutStartSec",
        "TimeoutStopSec", "StandardOutput", "Restart", "RestartPreventExitStatus", "RestartSec", "MemoryMax",
        "TasksMax", "Nice", "PrivateNetwork", "UMask", "StateDirectory", "StateDirectoryMode", "ProtectSystem",
        "ReadWritePaths", "ProtectHome", "PrivateTmp", "PrivateDevices", "DevicePolicy", "NoNewPrivileges",
        "CapabilityBoundingSet", "AmbientCapabilities", "SystemCallArchitectures", "SystemCallFilter",
        "SystemCallErrorNumber", "RestrictAddressFamilies", "RestrictNamespaces", "RestrictRealtime",
        "RestrictSUIDSGID", "LockPersonality", "MemoryDenyWriteExecute", "ProtectClock", "ProtectControlGroups",
        "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables", "ProtectProc",
        "KeyringMode", "RemoveIPC",
    },
}  # fmt: skip
REQUIRED: Final = {
    "User": "kronvis",
    "ProtectSystem": "strict",
    "ReadWritePaths": "/var/lib/kronvis",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "MemoryDenyWriteExecute": "yes",
}
# Names of programs that the locked packages bring along, for services that run more than `kronvis`.
PROGRAMS: Final = {"dagster-webserver": "dagster-webserver", "dagster-daemon": "dagster"}

Unit = dict[str, dict[str, list[str]]]


def parsed(text: str) -> Unit:
    """Section → key → values in order; refuses what systemd would pass over with a warning."""
    found: Unit = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        if header := re.fullmatch(r"\[([A-Za-z]+)\]", line):
            section = header[1]
            assert section in KNOWN and section not in found, f"line {number}: {line}"  # noqa: PT018 - one reason
            found[section] = {}
            continue
        key, separator, text_of = line.partition("=")
        assert separator, f"line {number}: {line}"
        assert key in KNOWN[section], f"line {number}: {key} is not known in {section}"
        found[section].setdefault(key, []).append(text_of)
    return found


def unit(file: Path) -> Unit:
    return parsed(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", ["[Service]\nNoNewPriviliges=yes", "[Servce]\n", "[Unit]\nUser=x", "[Unit]\nAfter"])
def test_the_parser_of_this_test_is_strict(text: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        parsed(text)


def test_every_service_of_the_guide_is_there() -> None:
    assert [file.name for file in UNITS] == [
        "kronvis-check.service",
        "kronvis-check.timer",
        "kronvis-daemon.service",
        "kronvis-ui.service",
        "kronvis.service",
        "kronvis.timer",
    ]


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.name)
def test_services_are_hardened_alike(file: Path) -> None:
    service = unit(file)["Service"]
    assert {key: service[key][-1] for key in REQUIRED} == REQUIRED
    assert service["SystemCallFilter"] == ["@system-service", "~@privileged @resources"]
    assert re.fullmatch(r"[1-9][0-9]*G", service["MemoryMax"][0])
    assert ("TimeoutStartSec" in service) == (service["Type"] == ["oneshot"]), "systemd never ends a oneshot by itself"


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.name)
def test_every_path_leads_to_something_of_the_project(file: Path) -> None:
    content = unit(file)
    named = [
        *content["Unit"]["Documentation"],
        *content["Service"]["ExecStart"][0].split(),
        *content["Service"]["WorkingDirectory"],
    ]
    program = content["Service"]["ExecStart"][0].split()[0]
    paths = [one.removeprefix("file://") for one in named if "/" in one and one != program]
    assert paths
    for path in paths:
        assert f"{path}/".startswith(INSTALLED), path
        assert (ROOT / f"{path}/".removeprefix(INSTALLED)).exists(), path
    _require_program(program.removeprefix(f"{INSTALLED}.venv/bin/"))


def _require_program(name: str) -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    lock = (ROOT / "locks/dev.txt").read_text(encoding="utf-8")
    assert name in scripts or re.search(rf"^{PROGRAMS[name]}==", lock, flags=re.MULTILINE)


def test_the_pages_are_for_this_machine_and_start_nothing() -> None:
    command = unit(FOLDER / "kronvis-ui.service")["Service"]["ExecStart"][0]
    assert "--host 127.0.0.1 " in command
    assert command.endswith("--read-only")


@pytest.mark.parametrize("file", [one for one in UNITS if one.suffix == ".timer"], ids=lambda file: file.name)
def test_timers_go_by_swedish_time_and_start_a_service_of_ours(file: Path) -> None:
    timer = unit(file)["Timer"]
    assert timer["OnCalendar"][0].endswith(" Europe/Stockholm")
    assert timer["Persistent"] == ["yes"]
    assert "RandomizedDelaySec" in timer
    assert file.with_suffix(".service") in SERVICES
    assert unit(file)["Install"]["WantedBy"] == ["timers.target"]


def test_the_environment_names_settings_that_are_read() -> None:
    lines = (FOLDER / "kronvis.env").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    ours = {name for name in pairs if name.startswith("KRONVIS_")}
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "pipelines").rglob("*.py"))
    assert ours
    assert all(f'"{name}"' in code for name in ours)
    assert pairs["DAGSTER_DISABLE_TELEMETRY"] == "1"
    assert all(path.startswith("/var/lib/kronvis/") for path in pairs.values() if path.startswith("/"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_itself_accepts_them(tmp_path: Path) -> None:
    """With stand-ins for the installed programs, which systemd looks for."""
    for file in UNITS:
        text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", file.read_text(encoding="utf-8"))
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / file.name) for file in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
