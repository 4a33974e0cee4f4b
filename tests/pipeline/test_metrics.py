"""The text a monitor reads is well formed, says what is so, and never stands in the way of a run."""

import json
import math
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from pipelines.operations.metrics import Metric, Sample, _written, last_run, metrics, run_recorded, write_metrics
from pipelines.settings import Settings
from schemas.errors import DataRefused
from tests.domain import DATA
from tests.published import Published

# The names of the text format, and the three escapes inside a label's value.
_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
_SAMPLE = re.compile(rf"({_NAME})(?:\{{({_LABEL}(?:,{_LABEL})*)\}})? (\S+)")


class Told(NamedTuple):
    """A sample as a monitor understands it."""

    name: str
    labels: frozenset[tuple[str, str]]


def parsed(text: str) -> dict[Told, float]:
    """Every sample of `text`; refuses what Prometheus would, and what it would only put up with."""
    assert text == "" or text.endswith("\n")
    found: dict[Told, float] = {}
    helped: list[str] = []
    typed: list[str] = []
    for line in text.splitlines():
        if line.startswith("# HELP "):
            helped.append(line.split(" ", 3)[2])
            assert re.fullmatch(r"(?:[^\\]|\\[\\n])+", line.split(" ", 3)[3]), line
        elif line.startswith("# TYPE "):
            typed.append(line.split(" ")[2])
            assert line.split(" ")[3:] == ["gauge"], line
            assert typed == helped, "each metric has one HELP, and then one TYPE"
        else:
            match = _SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] == typed[-1], "samples of a metric stand together"
            pairs = re.findall(_LABEL, match[2] or "")
            assert len(dict(pairs)) == len(pairs), line
            plain = re.compile(r"\\(.)")
            labels = {name: plain.sub(lambda one: {"n": "\n"}.get(one[1], one[1]), value) for name, value in pairs}
            told = Told(match[1], frozenset(labels.items()))
            assert told not in found, line
            found[told] = float(match[match.lastindex or 0])
    assert len(set(typed)) == len(typed)
    return found


def value(text: str, name: str, **labels: str) -> float:
    return parsed(text)[Told(name, frozenset(labels.items()))]


def test_the_parser_of_this_test_is_strict() -> None:
    good = '# HELP a b\n# TYPE a gauge\na{x="1"} 2\n'
    assert parsed(good) == {Told("a", frozenset({("x", "1")})): 2.0}
    for bad in (
        good.rstrip("\n"),
        good.replace('"1"', '"1'),
        good.replace('"1"', '"\\t"'),
        good.replace("# HELP a b\n", ""),
        good.replace("a{", "b{"),
        good + 'a{x="1"} 3\n',
        good + "\n",
    ):
        with pytest.raises(AssertionError):
            parsed(bad)


def test_labels_and_help_are_escaped() -> None:
    hostile = 'back\\slash "quoted"\nnew line } 1'
    text = _written(Metric("kronvis_x", hostile, [Sample(1.5, {"name": hostile})]))
    assert parsed(text) == {Told("kronvis_x", frozenset({("name", hostile)})): 1.5}
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize(("number", "written"), [(0, "0"), (1795336693.262, "1795336693.262"), (1e15, "1" + 15 * "0")])
def test_numbers_keep_every_digit(number: float, written: str) -> None:
    assert _written(Metric("a", "b", [Sample(number)])).splitlines()[-1] == f"a {written}"


def test_what_is_published_is_told(history: Published) -> None:
    text = metrics(history.settings)
    assert value(text, "kronvis_published") == 1
    assert value(text, "kronvis_published_years") == 11
    assert value(text, "kronvis_stale_years") == value(text, "kronvis_damaged_files") == 0
    assert value(text, "kronvis_mismatches") == 0
    assert value(text, "kronvis_files", of="tables") == len(history.version.manifest["files"])
    assert value(text, "kronvis_bytes", of="products") == 0
    assert value(text, "kronvis_version_info", version=history.version.id, kronvis="0.1.0") == 1
    verdicts = history.table("reconciliation", 2024).filter(programme="psykisk-halsa")["verdict"]
    agreement = {"programme": "psykisk-halsa", "year": "2024"}
    for verdict in ("exact", "explained", "mismatch"):
        count = sum(one == verdict for one in verdicts)
        assert value(text, "kronvis_figures", **agreement, verdict=verdict) == count
    coverage = history.table("coverage", 2021)
    unknown = coverage.filter(evidence="unknown")["amount_sek"].sum() / coverage["agreement_total_sek"][0]
    share = value(text, "kronvis_computed_ratio", programme="psykisk-halsa", year="2021")
    assert math.isclose(share, 1 - unknown)


def test_stale_years_and_damage_are_counted_and_damaged_figures_are_not_told(own_history: Published) -> None:
    rules = own_history.settings.data / "agreements/psykisk-halsa/2024.yaml"
    rules.write_text(rules.read_text(encoding="utf-8") + "# remark\n", encoding="utf-8")
    (own_history.version.folder / "reconciliation/reconciliation_2024.parquet").unlink()
    text = metrics(own_history.settings)
    assert value(text, "kronvis_stale_years") == 2
    assert value(text, "kronvis_damaged_files") == 1
    assert "kronvis_figures" not in text
    assert "kronvis_mismatches" not in text, "nobody may take unknown for none"


def test_without_a_readable_version_the_monitor_hears_so(tmp_path: Path, own_history: Published) -> None:
    assert parsed(metrics(Settings(DATA, tmp_path / "none"))) == {Told("kronvis_published", frozenset()): 0}
    (own_history.version.folder / "manifest.json").write_text("{", encoding="utf-8")
    assert value(metrics(own_history.settings), "kronvis_published") == 0


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An output folder where nothing is published, and a file for the monitor beside it."""
    monkeypatch.setenv("KRONVIS_METRICS", str(tmp_path / "textfile/kronvis.prom"))
    return Settings(DATA, tmp_path / "out")


def _text(settings: Settings) -> str:
    return (settings.out.parent / "textfile/kronvis.prom").read_text(encoding="utf-8")


def test_a_run_leaves_its_result_and_a_failure_keeps_the_last_success(empty: Settings) -> None:
    with run_recorded(empty):
        pass
    succeeded = value(_text(empty), "kronvis_last_success_timestamp_seconds")
    assert succeeded == value(_text(empty), "kronvis_last_run_timestamp_seconds") > 1.7e9
    assert value(_text(empty), "kronvis_last_run_result", result="succeeded") == 1

    with run_recorded(empty) as record:
        record.refused_years = [2024, 2025]
    assert value(_text(empty), "kronvis_last_run_result", result="refused") == 1
    assert value(_text(empty), "kronvis_last_run_refused_years") == 2
    assert value(_text(empty), "kronvis_last_success_timestamp_seconds") == succeeded

    with pytest.raises(DataRefused), run_recorded(empty):
        raise DataRefused("x", "is wrong")
    assert value(_text(empty), "kronvis_last_run_result", result="failed") == 1
    assert value(_text(empty), "kronvis_last_run_result", result="succeeded") == 0
    assert value(_text(empty), "kronvis_last_success_timestamp_seconds") == succeeded


def test_before_the_first_success_there_is_no_time_of_it(empty: Settings) -> None:
    with pytest.raises(DataRefused), run_recorded(empty):
        raise DataRefused("x", "is wrong")
    assert "kronvis_last_success" not in _text(empty)


def test_a_spoilt_record_is_no_reason_to_refuse_a_run(empty: Settings) -> None:
    empty.out.mkdir()
    numbers = ('{"finished": "x"}', '{"seconds": null}', '{"succeeded": NaN}', '{"refused_years": 1}')
    for spoilt in ("{", "[]", json.dumps({"unknown": 1}), "[" * 9_999, *numbers):
        (empty.out / "last-run.json").write_text(spoilt, encoding="utf-8")
        assert last_run(empty.out) is None
    with run_recorded(empty):
        pass
    assert last_run(empty.out) is not None


def test_the_reason_of_a_failed_run_is_told_also_where_nothing_can_be_recorded(
    empty: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    empty.out.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(DataRefused, match="is wrong"), run_recorded(empty):
        raise DataRefused("x", "is wrong")
    assert "could not be recorded" in capsys.readouterr().err


def test_without_the_variable_no_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRONVIS_METRICS", "")
    with run_recorded(Settings(DATA, tmp_path / "out")):
        pass
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "last-run.json"]


def test_the_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kronvis.prom"
    monkeypatch.setenv("KRONVIS_METRICS", str(file))
    write_metrics("a 1\n")
    assert file.stat().st_mode & 0o777 == 0o644, "node_exporter is another user"
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("torn")))
    with pytest.raises(OSError, match="torn"):
        write_metrics("a 2\n")
    assert [(one.name, one.read_text(encoding="utf-8")) for one in tmp_path.iterdir()] == [("kronvis.prom", "a 1\n")]


def test_a_run_on_a_published_folder_tells_all(
    history: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(history.settings.out, tmp_path / "out", symlinks=True)
    monkeypatch.setenv("KRONVIS_METRICS", str(tmp_path / "kronvis.prom"))
    with run_recorded(replace(history.settings, out=tmp_path / "out")):
        pass
    text = (tmp_path / "kronvis.prom").read_text(encoding="utf-8")
    assert value(text, "kronvis_last_run_result", result="succeeded") == value(text, "kronvis_published") == 1
