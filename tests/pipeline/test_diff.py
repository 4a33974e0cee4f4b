"""`kronvis diff`: which versions are meant, what is refused, and how it looks on narrow terminals."""

import hashlib
import json
import re
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from assets.presentation.differences.wording import EQUAL
from assets.storage.published import PublishedVersion
from assets.storage.versions import version_ids, version_named
from pipelines.answers.diff import diff
from pipelines.running.run import run_years
from pipelines.settings import Settings
from pipelines.terminal.diff import show
from schemas.errors import DataRefused, UsageError
from schemas.text import Language
from tests.domain import a_pot, changed
from tests.published import Published, quiet
from tests.version_worlds import PLACES, a_figure, a_world, publish_world, together, with_base


def settings(out: Path) -> Settings:
    return Settings(out / "data", out)


def shown(result: dict[str, Any], lang: Language = "sv", width: int = 80) -> str:
    file = StringIO()
    show(result, lang, Console(file=file, width=width, highlight=False))
    return file.getvalue()


@pytest.fixture(scope="module")
def three_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three versions: the second changes 2025, the third the base of the counts only."""
    out = tmp_path_factory.mktemp("three")
    worlds = [
        together(a_world(year=2024), a_world(figures=[a_figure("not_comparable", 5)])),
        together(a_world(year=2024), a_world(a_pot(rule=with_base(30)), figures=[a_figure("exact")])),
        together(a_world(year=2024), a_world(a_pot(rule=with_base(30)), basis="proxy", figures=[a_figure("exact")])),
    ]
    for world in worlds:
        publish_world(out, world)
    return out


@pytest.fixture
def three(three_once: Path, tmp_path: Path) -> list[PublishedVersion]:
    """A copy of the three in `tmp_path`, for a test to spoil; oldest first."""
    shutil.copytree(three_once, tmp_path, symlinks=True, dirs_exist_ok=True)
    return [version_named(tmp_path, one) for one in version_ids(tmp_path)]


# --- which versions ---------------------------------------------------------------------------------------------------


def test_by_default_the_last_publication(three: list[PublishedVersion], tmp_path: Path) -> None:
    told = diff(settings(tmp_path))
    assert (told["before"]["version"], told["after"]["version"]) == (three[1].id, three[2].id)
    assert told["summary"]["statuses"][0]["rows"] == 3
    assert json.loads(json.dumps(told)) == told


def test_by_id_and_by_its_beginning(three: list[PublishedVersion], tmp_path: Path) -> None:
    told = diff(settings(tmp_path), three[0].id, "current")
    assert (told["summary"]["moved_sek"], told["summary"]["net_sek"]) == (33, 0)
    beginning = three[0].id[:-4]
    assert diff(settings(tmp_path), beginning, three[2].id) == told
    back = diff(settings(tmp_path), "current", three[0].id)
    assert [row["change_sek"] for row in back["rows"]] == [-row["change_sek"] for row in told["rows"]]


def test_previous_is_the_one_before_the_link(three: list[PublishedVersion], tmp_path: Path) -> None:
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(f"versions/{three[1].id}")
    told = diff(settings(tmp_path))
    assert (told["before"]["version"], told["after"]["version"]) == (three[0].id, three[1].id)


@pytest.mark.parametrize(
    ("name", "says"), [("20", "means several versions"), ("nowhere", "is no version"), ("", "is no version")]
)
def test_what_names_no_version(three: list[PublishedVersion], tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refusal:
        diff(settings(tmp_path), name)
    assert all(version.id in refusal.value.remedy for version in three)


@pytest.mark.parametrize("name", ["../versions", "\x1b[2J", "."])
def test_a_hostile_version(three: list[PublishedVersion], tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as refusal:
        diff(settings(tmp_path), name)
    assert "\x1b" not in str(refusal.value)


def test_many_versions_are_not_all_listed(tmp_path: Path) -> None:
    publish_world(tmp_path, a_world())
    for number in range(20):
        (tmp_path / "versions" / f"20200101T0000{number:02}.000000Z-00000000").mkdir()
    with pytest.raises(UsageError) as refusal:
        diff(settings(tmp_path), "nowhere")
    assert "and 11 earlier" in refusal.value.remedy


def test_nothing_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is published"):
        diff(settings(tmp_path))
    version = publish_world(tmp_path, a_world())
    with pytest.raises(UsageError, match="no version before the current one") as refusal:
        diff(settings(tmp_path))
    assert version.id in refusal.value.remedy


# --- years and recipients ---------------------------------------------------------------------------------------------


def test_a_year_alone(three: list[PublishedVersion], tmp_path: Path) -> None:
    quiet_year = diff(settings(tmp_path), three[0].id, year=2024)
    assert (quiet_year["is_equal"], quiet_year["years"]) == (True, [2024])
    assert diff(settings(tmp_path), three[0].id, year=2025)["summary"]["moved_sek"] == 33
    with pytest.raises(UsageError, match=f"version {three[0].id} has no year 1999") as refusal:
        diff(settings(tmp_path), three[0].id, year=1999)
    assert "2024 and 2025" in refusal.value.remedy


def test_a_year_that_only_one_of_them_has(tmp_path: Path) -> None:
    first = publish_world(tmp_path, a_world())
    publish_world(tmp_path, a_world(year=2026))
    told = diff(settings(tmp_path))
    assert (told["years_added"], told["years_removed"], told["summary"]["net_sek"]) == ([2026], [], 1_000)
    assert "Nya år: 2026" in shown(told)
    with pytest.raises(UsageError, match=f"version {first.id} has no year 2026"):
        diff(settings(tmp_path), year=2026)


def test_a_recipient_alone(three: list[PublishedVersion], tmp_path: Path) -> None:
    told = diff(settings(tmp_path), three[0].id, recipient="Place 2021")
    assert [(row["recipient_code"], row["change_sek"]) for row in told["rows"]] == [("2021", 21)]
    assert diff(settings(tmp_path), three[0].id, recipient="2021")["rows"] == told["rows"]
    page = shown(told).replace("\u00a0", " ")
    assert "100 kr → 121 kr: +21 kr" in page
    assert "Place 2023" not in page
    with pytest.raises(UsageError, match="there is no recipient 'Plaze 2021'"):
        diff(settings(tmp_path), three[0].id, recipient="Plaze 2021")


def test_a_recipient_of_whom_nothing_changes(tmp_path: Path) -> None:
    publish_world(tmp_path, together(a_world(year=2024), a_world(people={"2021": 10, "2023": 30})))
    publish_world(tmp_path, together(a_world(year=2024), a_world(people={"2021": 20, "2023": 60})))
    assert shown(diff(settings(tmp_path), recipient="2026")) == "Inget ändras för Place 2026 (kommun).\n"


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2024, 2025], ids=["of a year that is the same", "of a year that differs"])
@pytest.mark.parametrize("which", [0, 2])
def test_a_damaged_file(three: list[PublishedVersion], tmp_path: Path, year: int, which: int) -> None:
    file = three[which].folder / f"pots/pots_{year}.parquet"
    content = file.read_bytes()
    file.unlink()
    with pytest.raises(DataRefused, match=f"version {three[which].id}: pots/pots_{year}.parquet is missing"):
        diff(settings(tmp_path), three[0].id)
    file.write_bytes(content[:-1])
    with pytest.raises(DataRefused, match=f"pots/pots_{year}.parquet is not what was published"):
        diff(settings(tmp_path), three[0].id)


@pytest.mark.parametrize("manifest", [None, "no JSON", "[]", "{}"])
def test_a_manifest_that_cannot_be_read(three: list[PublishedVersion], tmp_path: Path, manifest: str | None) -> None:
    (three[0].folder / "manifest.json").unlink()
    if manifest is not None:
        (three[0].folder / "manifest.json").write_text(manifest)
    with pytest.raises(DataRefused, match=f"version {three[0].id}: has .* manifest"):
        diff(settings(tmp_path), three[0].id)


def rewrite(version: PublishedVersion, table: str, frame: pl.DataFrame | None) -> None:
    """Make a version one that another Kronvis wrote: with this file of 2025, a manifest that knows it, no checksums."""
    name = f"{table}/{table}_2025.parquet"
    manifest = json.loads((version.folder / "manifest.json").read_text())
    (version.folder / name).unlink()
    if frame is None:
        del manifest["files"][name]
    else:
        frame.write_parquet(version.folder / name)
        manifest["files"][name]["sha256"] = hashlib.sha256((version.folder / name).read_bytes()).hexdigest()
    (version.folder / "manifest.json").write_text(json.dumps(manifest))
    (version.folder / "SHA256SUMS").unlink(missing_ok=True)


def test_a_version_of_another_kronvis_is_refused_by_table_and_column(
    three: list[PublishedVersion], tmp_path: Path
) -> None:
    rules = pl.read_parquet(three[0].folder / "rules/rules_2025.parquet")
    where = f"version {three[0].id}, table rules, 2025: "
    for frame, says in (
        (rules.drop("rule_sha256"), f"{where}column rule_sha256 is not there"),
        (rules.cast({"amount_sek": pl.Int32}), f"{where}column amount_sek is Int32, not Int64"),
        (pl.concat([rules, rules]), f"{where}two rows share programme, year and pot_id"),
        (None, f"version {three[0].id}: has no table rules for 2025"),
    ):
        rewrite(three[0], "rules", frame)
        with pytest.raises(DataRefused, match=re.escape(says)) as refusal:
            diff(settings(tmp_path), three[0].id)
        assert "another Kronvis" in refusal.value.remedy
    # A column that only this Kronvis lacks is no hindrance.
    (three[0].folder / "rules/rules_2025.parquet").touch()
    manifest = json.loads((three[0].folder / "manifest.json").read_text())
    manifest["files"]["rules/rules_2025.parquet"] = {"sha256": ""}
    (three[0].folder / "manifest.json").write_text(json.dumps(manifest))
    rewrite(three[0], "rules", rules.with_columns(more=pl.lit(1)))
    assert diff(settings(tmp_path), three[0].id)["summary"]["moved_sek"] == 33


# --- how it looks -----------------------------------------------------------------------------------------------------


def test_equal_versions_are_told_in_one_line(three: list[PublishedVersion], tmp_path: Path) -> None:
    told = diff(settings(tmp_path), "current", "current")
    assert shown(told) == f"{EQUAL.sv}\n"
    assert shown(told, "en") == f"{EQUAL.en}\n"


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("width", [40, 60, 80])
def test_it_fits(three: list[PublishedVersion], tmp_path: Path, width: int, lang: Language) -> None:
    for told in (diff(settings(tmp_path), three[0].id), diff(settings(tmp_path), three[0].id, recipient="2021")):
        assert max(map(len, shown(told, lang, width).splitlines())) <= width


def test_the_words_on_the_terminal(three: list[PublishedVersion], tmp_path: Path) -> None:
    page = shown(diff(settings(tmp_path), three[0].id, three[1].id)).replace("\u00a0", " ")
    for words in (
        "1 pott berörs: 3 belopp ändras (2 upp, 1 ned), 33 kr flyttas, netto 0 kr.",
        "2025 a-programme, En pott (kommuner)",
        "varför: grundbelopp inget → 30 kr",
        "1 publicerat tal: kan inte jämföras → stämmer på kronan",
        "2025 Place 2026 (kommun)    700     667       −33",
    ):
        assert words in page


def test_who_only_changes_status_is_not_among_those_that_change_most(
    three: list[PublishedVersion], tmp_path: Path
) -> None:
    told = diff(settings(tmp_path))
    assert len(told["recipients"]) == 3
    assert "Place" not in shown(told)
    assert "3 nu preliminära" in shown(told)


def test_only_the_largest_are_shown(tmp_path: Path) -> None:
    people = {f"{code}": code - 2000 for code in range(2010, 2025)}
    publish_world(tmp_path, a_world(*(a_pot(id=f"pot-{number}") for number in range(12)), people=people))
    publish_world(
        tmp_path, a_world(*(a_pot(id=f"pot-{number}", amount_sek=9_000) for number in range(12)), people=people)
    )
    told = diff(settings(tmp_path))
    assert (len(told["pots"]), len(told["recipients"]), len(told["rows"])) == (12, 15, 180)
    page = shown(told)
    assert "… och 2 till (--json visar alla)" in page
    assert "… och 5 till (--json visar alla)" in page
    assert "… and 5 more (--json shows all)" in shown(told, "en")
    assert page.count("En pott (kommuner)") == 10
    # The largest first.
    assert page.index("Place 2024") < page.index("Place 2023") < page.index("Place 2016")
    assert "Place 2012" not in page


@pytest.mark.parametrize("width", [60, 80])
def test_hostile_names_on_the_terminal(tmp_path: Path, width: int) -> None:
    hostile = ("<script>x</script>", "=1+1 [bold red]x[/] \x1b[2J\u202e\u200f", "å" * 10_000)
    names = dict(zip((f"Place {code}" for code in PLACES), hostile, strict=True))
    publish_world(tmp_path, a_world(names=names))
    publish_world(tmp_path, a_world(a_pot(amount_sek=2_000), names=names))
    for told in (diff(settings(tmp_path)), diff(settings(tmp_path), recipient="2023")):
        page = shown(told, width=width)
        assert not set(page) & {"\x1b", "\u202e", "\u200f"}
        assert "[bold" in page
        assert max(map(len, page.splitlines())) <= width
        assert len(page) < 5_000


def test_amounts_stay_whole_beside_a_long_name(tmp_path: Path) -> None:
    names = {f"Place {code}": f"{code}{' long' * 30}" for code in PLACES}
    for amount in (20_000_000_000, 70_000_000_000):
        publish_world(tmp_path, a_world(a_pot(amount_sek=amount), names=names))
    page = shown(diff(settings(tmp_path)), width=60).replace("\u00a0", "_")
    assert "14_000_000_000   49_000_000_000   +35_000_000_000" in page


# --- a real year ------------------------------------------------------------------------------------------------------


def test_a_real_year_with_a_larger_base_amount(own_history: Published) -> None:
    file = own_history.settings.data / "agreements/psykisk-halsa/2025.yaml"
    before = own_history.version
    old = own_history.table("allocations", 2025)
    file.write_text(changed(file.read_text(encoding="utf-8"), "base_sek: 200000,", "base_sek: 210000,"), "utf-8")
    run_years(own_history.settings, [2025], quiet)
    told = diff(own_history.settings)
    assert told["before"]["version"] == before.id
    new = own_history.table("allocations", 2025)
    (pot,) = told["pots"]
    assert (pot["pot_id"], pot["up"] + pot["down"]) == ("children-youth-municipality", 290)
    assert pot["change_sek"] == sum(new["amount_sek"].to_list()) - sum(old["amount_sek"].to_list())
    assert pot["rule_sek"] == pot["change_sek"]
    (reason,) = pot["reasons"]
    assert reason["fields"] == [{"field": "base", "before": {"default": 200_000}, "after": {"default": 210_000}}]
    assert told["summary"]["verdicts"] == [{"before": "exact", "after": "mismatch", "figures": 16}]
