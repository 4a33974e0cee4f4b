"""What is deployed: the same variables and commands everywhere, no more rights than needed, no word sent home."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.domain import ROOT

DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


def _documents(file: Path) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(file.read_text(encoding="utf-8")) if document]


def _deployments() -> list[dict[str, Any]]:
    return [one for file in MANIFESTS for one in _documents(file) if one["kind"] == "Deployment"]


def _compose_services() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = _documents(DEPLOY / "compose.yaml")[0]["services"]
    return services


@pytest.mark.parametrize("home", ["cluster", "dagster_home"])
def test_no_instance_sends_telemetry(home: str) -> None:
    assert _documents(DEPLOY / home / "dagster.yaml")[0]["telemetry"] == {"enabled": False}


def test_the_instance_of_a_cluster_names_classes_that_exist() -> None:
    told = _documents(DEPLOY / "cluster/dagster.yaml")[0]
    named = [part for part in told.values() if isinstance(part, dict) and "class" in part]
    assert len(named) == 4
    for part in named:
        assert hasattr(importlib.import_module(part["module"]), part["class"])


@pytest.mark.parametrize("deployment", _deployments(), ids=lambda one: one["metadata"]["name"])
def test_pods_have_no_more_rights_than_they_need(deployment: dict[str, Any]) -> None:
    pod = deployment["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} <= set(container["resources"]["limits"])


@pytest.mark.parametrize("service", _compose_services().values(), ids=_compose_services())
def test_containers_have_no_more_rights_than_they_need(service: dict[str, Any]) -> None:
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith("0")
    assert service["mem_limit"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_every_manifest_is_applied() -> None:
    listed = _documents(DEPLOY / "kubernetes/kustomization.yaml")[0]["resources"]
    assert sorted([*listed, "kustomization.yaml"]) == [file.name for file in MANIFESTS]


def test_one_daemon_hands_out_the_runs() -> None:
    daemon = next(one for one in _deployments() if one["metadata"]["name"] == "daemon")
    assert daemon["spec"]["replicas"] == 1
    assert daemon["spec"]["strategy"] == {"type": "Recreate"}


def test_the_image_holds_what_it_copies_and_is_nobody_special() -> None:
    told = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    for source in re.findall(r"^COPY (?!--)(.+) \S+$", told, re.MULTILINE):
        assert all((ROOT / one).exists() for one in source.split()), source
    assert re.findall(r"^USER (.+)$", told, re.MULTILINE) == ["10001:10001"]
    module = re.search(r'^CMD \["python", "-m", "(.+)"\]$', told, re.MULTILINE)
    assert module is not None
    assert importlib.util.find_spec(module[1]) is not None
