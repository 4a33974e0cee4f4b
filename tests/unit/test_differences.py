"""What changed between two versions: every row and why, in words, and as a log that tells the whole history."""

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from markdown_it import MarkdownIt

from assets.presentation.differences import history, product
from assets.presentation.differences.compare import Difference, difference
from assets.presentation.differences.markdown import escaped
from assets.presentation.differences.telling import only_of, told
from assets.presentation.differences.wording import EQUAL, headline, pot_told, row_told, terminal, verdicts_told
from assets.storage.published import PublishedVersion, damage
from assets.storage.publishing import Contents
from schemas.plain_text import harmless
from schemas.tables.changes import CAUSES
from schemas.text import Language
from tests.domain import a_pot, changed
from tests.version_worlds import PLACES, UNKNOWN, Tables, a_figure, a_world, publish_world, together, with_base

KEY = ("a-programme", 2025, "a-pot")
CHILDREN_RULE = {"variable": {"key": "population", "ages": [0, 18]}}
HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a formula": '=HYPERLINK("http://evil.example";"x")',
    "a turned direction": "Fal\u202enul\u200f",
    "a command for the terminal": "\x1b]0;owned\x07\x1b[2J",
    "table and link": "a | b [c](http://evil.example) ![d](e) `f` **g** _h_ &lt; www.evil.example",
    "lines": "one\n\n# two\n- three",
    "very long": "å" * 10_000,
}


def row(found: Difference, code: str = "2021", pot: str = "a-pot") -> dict[str, Any]:
    return found.rows.row(by_predicate=(pl.col("recipient_code") == code) & (pl.col("pot_id") == pot), named=True)


def causes(one: dict[str, Any]) -> dict[str, int]:
    return {name.removesuffix("_sek"): one[name] for name in CAUSES if one[name]}


def only_reason(before: Tables, after: Tables) -> dict[str, Any]:
    (reason,) = difference(before, after).reasons[KEY]
    return reason


# --- rows and causes --------------------------------------------------------------------------------------------------


def test_equal_versions_have_no_difference() -> None:
    found = difference(a_world(), a_world())
    assert found.is_empty
    assert not found.reasons
    assert told(found)["is_equal"]
    assert told(found)["summary"]["net_sek"] == 0


def test_another_base_amount() -> None:
    found = difference(a_world(), a_world(a_pot(rule=with_base(30))))
    # 100 kr before; 30 + (1 000 − 90) / 10 = 121 now.
    one = row(found)
    assert (one["amount_before_sek"], one["amount_after_sek"], one["change_sek"]) == (100, 121, 21)
    assert (one["continuity"], one["status_before"], one["status_after"]) == ("changed", "decided", "decided")
    assert causes(one) == {"rule": 21}
    (pot,) = found.pots.to_dicts()
    # 200 → 212, 700 → 667.
    assert (pot["moved_sek"], pot["change_sek"], pot["up"], pot["down"]) == (33, 0, 2, 1)
    assert (pot["largest_code"], pot["largest_sek"]) == ("2026", -33)


def test_head_counts_and_pot_at_once() -> None:
    found = difference(a_world(), a_world(a_pot(amount_sek=2_000), people={**PLACES, "2021": 20}))
    # 100 → 200 by the pot; 2 000 · 20 / 110 = 363.6 by its own count.
    assert causes(row(found)) == {"pot_size": 100, "own_population": 164}
    assert causes(row(found, "2023")) == {"pot_size": 200, "national_population": -36}


def test_another_rounding_convention() -> None:
    people = {"2021": 3, "2023": 3, "2026": 4}
    worlds = [
        a_world(a_pot(amount_sek=1_001, rounding=name), people=people) for name in ("nearest", "largest_recipient")
    ]
    # 300.3, 300.3, 400.4: the missing krona goes to the largest.
    assert causes(row(difference(*worlds), "2026")) == {"rounding": 1}


def test_a_pot_that_is_new_and_one_that_is_gone() -> None:
    before, after = a_world(a_pot(), a_pot(id="old")), a_world(a_pot(), a_pot(id="fresh", amount_sek=10))
    found = difference(before, after)
    old, fresh = row(found, pot="old"), row(found, pot="fresh")
    assert (old["continuity"], old["amount_before_sek"], old["amount_after_sek"], causes(old)) == (
        "removed",
        100,
        None,
        {"rule": -100},
    )
    assert (fresh["continuity"], fresh["amount_before_sek"], fresh["amount_after_sek"]) == ("new", None, 1)
    assert found.reasons == {
        ("a-programme", 2025, "old"): ({"kind": "pot_removed"},),
        ("a-programme", 2025, "fresh"): ({"kind": "pot_added"},),
    }
    totals = {one["recipient_code"]: one for one in found.recipients.to_dicts()}
    # All its money of the year, the pot that did not change among it.
    assert (totals["2021"]["amount_before_sek"], totals["2021"]["amount_after_sek"]) == (200, 101)


def test_a_recipient_that_is_new_in_a_pot() -> None:
    found = difference(a_world(people={"2021": 10, "2023": 20}), a_world())
    assert (row(found, "2026")["continuity"], row(found, "2026")["change_sek"]) == ("new", 700)
    assert found.pots["change_sek"].to_list() == [700 + 100 - 333 + 200 - 667]
    assert found.reasons[KEY] == ({"kind": "recipients_changed", "new": 1, "removed": 0},)
    assert words(a_world(people={"2021": 10, "2023": 20}), a_world())[2] == "varför: 1 till får del av potten"
    assert words(a_world(), a_world(people={"2021": 10, "2023": 20}), "en")[2] == "why: 1 fewer share the pot"


def test_a_year_on_one_side_only() -> None:
    found = difference(a_world(), together(a_world(), a_world(year=2026)))
    assert found.rows["year"].unique().to_list() == [2026]
    assert found.reasons == {("a-programme", 2026, "a-pot"): ({"kind": "pot_added"},)}


def test_the_other_way_round_is_the_mirror() -> None:
    before, after = a_world(a_pot(), a_pot(id="old")), a_world(a_pot(amount_sek=900), people={"2021": 5, "2029": 6})
    there, back = difference(before, after).rows, difference(after, before).rows
    key = ["pot_id", "recipient_code"]
    mirrored = there.join(back, on=key, validate="1:1")
    assert mirrored.height == there.height == back.height
    assert (mirrored["change_sek"] == -mirrored["change_sek_right"]).all()
    assert mirrored["amount_before_sek"].equals(mirrored["amount_after_sek_right"], null_equal=True)


# --- reasons ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "before", "after"),
    [
        ({"amount_sek": 1_100}, "amount", 1_000, 1_100),
        ({"rule": with_base(30)}, "base", None, {"default": 30}),
        ({"rule": CHILDREN_RULE}, "ages", "all", "0-18"),
        ({"rounding": "largest_remainder"}, "rounding", "nearest", "largest_remainder"),
    ],
)
def test_the_field_of_a_rule_that_changed(changes: dict[str, Any], field: str, before: Any, after: Any) -> None:
    reasons = difference(a_world(), a_world(a_pot(**changes))).reasons[KEY]
    assert reasons[0] == {"kind": "rule_changed", "fields": [{"field": field, "before": before, "after": after}]}


def test_another_date_is_named_by_the_rule_and_by_what_the_counts_are_of() -> None:
    base = {"table": "folkmangd_1_november", "reference_date": "2023-11-01", "evidence": "verified"}
    later = {**base, "reference_date": "2024-11-01"}
    worlds = [a_world(population={**one, "reference_date": _date(one["reference_date"])}) for one in (base, later)]
    rule, population = difference(*worlds).reasons[KEY]
    assert rule["fields"] == [{"field": "date", "before": "2023-11-01", "after": "2024-11-01"}]
    assert population["population_date"] == [{"before": "2023-11-01", "after": "2024-11-01", "recipients": 3}]


def _date(written: str) -> Any:
    import datetime as dt

    return dt.date.fromisoformat(written)


def test_a_rule_that_became_known_and_back() -> None:
    riddle, known = a_world(a_pot(**UNKNOWN)), a_world()
    there, back = difference(riddle, known), difference(known, riddle)
    assert there.reasons[KEY][0] == {"kind": "rule_known"}
    assert back.reasons[KEY][0] == {"kind": "rule_unknown"}
    assert there.rows["continuity"].to_list() == ["new"] * 3
    assert there.pots.select("change_sek", "status_before", "status_after").row(0) == (1_000, "not_computed", "decided")
    assert back.pots["change_sek"].to_list() == [-1_000]


def test_a_pot_that_is_never_split_may_change_too() -> None:
    found = difference(a_world(a_pot(**UNKNOWN)), a_world(a_pot(amount_sek=1_200, **UNKNOWN)))
    assert found.rows.is_empty()
    assert found.pots.select("pot_before_sek", "pot_after_sek", "change_sek").row(0) == (1_000, 1_200, 0)
    assert found.reasons[KEY][0]["fields"] == [{"field": "amount", "before": 1_000, "after": 1_200}]


def test_evidence_alone_moves_no_money_and_is_told() -> None:
    sure = a_pot(evidence={"amount": "verified", "rule": "verified", "rounding": "verified"})
    found = difference(a_world(), a_world(sure))
    assert found.rows.is_empty()
    assert found.reasons[KEY] == (
        {
            "kind": "evidence_changed",
            "fields": [{"field": "rounding", "before": "inferred", "after": "verified"}],
        },
    )


def test_a_status_without_money_is_counted() -> None:
    found = difference(a_world(basis="proxy"), a_world())
    assert found.rows["change_sek"].to_list() == [0, 0, 0]
    (pot,) = found.pots.to_dicts()
    assert (pot["became_decided"], pot["became_preliminary"], pot["status_only"]) == (3, 0, 3)
    assert only_reason(a_world(basis="proxy"), a_world())["basis"] == [
        {"before": "proxy", "after": "official", "recipients": 3}
    ]
    assert told(found)["summary"]["statuses"] == [
        {"before": "preliminary", "after": "decided", "amount_is_the_same": True, "rows": 3}
    ]
    back = difference(a_world(), a_world(basis="proxy", people={**PLACES, "2021": 12}))
    assert back.pots.select("became_decided", "became_preliminary", "status_only").row(0) == (0, 3, 0)


def test_the_same_counts_out_of_another_file_move_nothing() -> None:
    after = a_world()
    after["population"] = after["population"].with_columns(sha256=pl.lit("1" * 64))
    found = difference(a_world(), after)
    assert (found.rows.height, found.pots.height, found.is_empty) == (0, 0, False)
    assert found.population.select("other_number", "other_origin", "other_file").rows() == [(0, 0, 3), (0, 0, 3)]


def test_verdicts() -> None:
    before = a_world(figures=[a_figure("not_comparable", 5), a_figure("exact", code="2023")])
    after = a_world(figures=[a_figure("exact"), a_figure("exact", code="2026")])
    found = difference(before, after)
    assert [
        (one["recipient_code"], one["verdict_before"], one["verdict_after"]) for one in found.verdicts.to_dicts()
    ] == [
        ("2021", "not_comparable", "exact"),
        ("2023", "exact", None),
        ("2026", None, "exact"),
    ]
    assert set(verdicts_told(told(found)["summary"], "sv")) == {
        "1 publicerat tal: finns inte → stämmer på kronan",
        "1 publicerat tal: stämmer på kronan → finns inte",
        "1 publicerat tal: kan inte jämföras → stämmer på kronan",
    }


# --- words ------------------------------------------------------------------------------------------------------------


def words(before: Tables, after: Tables, lang: Language = "sv") -> list[str]:
    (pot,) = told(difference(before, after))["pots"]
    return [part.replace("\u00a0", " ") for part in pot_told(pot, lang, terminal)]


def test_a_pot_in_words() -> None:
    before, after = a_world(basis="proxy"), a_world(a_pot(rule=with_base(30)), people={**PLACES, "2021": 20})
    origin = "SCB:s egna tal i stället för tal för ett annat datum (3 mottagare)"
    assert words(before, after) == [
        "3 belopp ändras (1 upp, 2 ned), 95 kr flyttas, netto −1 kr",
        "störst: Place 2021 +95 kr",
        "3 nu beslutade i stället för preliminära",
        f"varför: grundbelopp inget → 30 kr; {origin}; 1 folkmängd ändrad",
        "till kronan: egen folkmängd +74 kr, rikets folkmängd −75 kr",
    ]
    assert words(before, after, "en")[1] == "largest: Place 2021 +SEK 95"


def test_one_way_money_is_not_said_to_move() -> None:
    assert words(a_world(), a_world(a_pot(amount_sek=2_000)))[:2] == [
        "3 belopp ändras, +1 000 kr",
        "störst: Place 2026 +700 kr",
    ]


def test_status_alone_in_words() -> None:
    assert words(a_world(basis="proxy"), a_world()) == [
        "inga belopp ändras",
        "3 nu beslutade i stället för preliminära, 3 av dem med samma belopp",
        "varför: SCB:s egna tal i stället för tal för ett annat datum (3 mottagare)",
    ]


def test_a_recipient_alone() -> None:
    whole = told(difference(a_world(a_pot(), a_pot(id="other")), a_world(a_pot(rule=with_base(30)), a_pot(id="other"))))
    found = only_of(whole, [("municipality", "2021")])
    assert [one["recipient_code"] for one in found["rows"]] == ["2021"]
    assert found["summary"]["net_sek"] == 21
    (pot,) = found["pots"]
    assert [part.replace("\u00a0", " ") for part in row_told(found["rows"][0], pot, "sv", terminal)] == [
        "100 kr → 121 kr: +21 kr",
        "i potten: grundbelopp inget → 30 kr",
        "till kronan: regeln +21 kr",
    ]
    nobody = only_of(whole, [("municipality", "9999")])
    assert (nobody["is_equal"], nobody["pots"], nobody["summary"]["pots"]) == (True, [], 0)


def test_the_headline() -> None:
    summary = told(difference(a_world(), a_world(a_pot(rule=with_base(30)))))["summary"]
    assert headline(summary, "sv").replace("\u00a0", " ") == (
        "1 pott berörs: 3 belopp ändras (2 upp, 1 ned), 33 kr flyttas, netto 0 kr."
    )
    summary = told(difference(a_world(basis="proxy"), a_world()))["summary"]
    assert headline(summary, "sv") == (
        "1 pott berörs: inga belopp ändras; 3 nu beslutade i stället för preliminära, 3 av dem med samma belopp."
    )


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_shows_only_itself_in_markdown(name: str) -> None:
    shown = harmless(name, 100)
    for enabled in ("commonmark", "gfm-like"):
        reader = MarkdownIt(enabled, {"linkify": False}) if enabled == "gfm-like" else MarkdownIt(enabled)
        table = "| a | b |\n|---|---|\n| x | y |\n"
        page = f"- **2025**: {escaped(name)} end\n\n{table.replace('x', escaped(name))}"
        tokens = [child for token in reader.parse(page) for child in (token.children or [])]
        kinds = {token.type for token in tokens} - {"text", "strong_open", "strong_close", "text_special"}
        assert kinds <= {"softbreak"}, kinds
        text = "".join(token.content for token in tokens if token.type in ("text", "text_special"))
        assert f": {' '.join(shown.split(' '))} end" in text
    assert "<" not in escaped(name)
    assert not re.search(r"(?<!\\)\|", escaped(name))
    assert len(escaped(name)) <= 600


# --- the log of a version ---------------------------------------------------------------------------------------------


def log_of(version: PublishedVersion) -> dict[str, Any]:
    log: dict[str, Any] = json.loads((version.folder / "changes.json").read_text(encoding="utf-8"))
    return log


def page_of(version: PublishedVersion, lang: str = "sv") -> str:
    return (version.folder / f"changes.{lang}.md").read_text(encoding="utf-8").replace("\u00a0", " ")


def test_the_first_version_says_so(tmp_path: Path) -> None:
    version = publish_world(tmp_path, a_world())
    assert (log_of(version)["state"], log_of(version)["previous"], log_of(version)["history"]) == ("first", None, [])
    assert "första versionen" in page_of(version)
    assert "first version" in page_of(version, "en")
    assert damage(version) == []


def test_each_version_tells_the_whole_story(tmp_path: Path) -> None:
    first = publish_world(tmp_path, a_world())
    second = publish_world(tmp_path, a_world(a_pot(rule=with_base(30))))
    third = publish_world(tmp_path, a_world(a_pot(rule=with_base(30)), year=2025, basis="proxy"))
    log = log_of(third)
    assert (log["state"], log["previous"]["version"]) == ("changed", second.id)
    assert log["summary"]["statuses"][0]["rows"] == 3
    assert [(one["version"], one["state"], one["compared_with"]) for one in log["history"]] == [
        (second.id, "changed", first.id),
        (first.id, "first", None),
    ]
    assert log["history"][0]["summary"] == log_of(second)["summary"]
    assert log["history"][0]["created_at"] == second.manifest["created_at"]
    page = page_of(third)
    assert "3 nu beslutade" not in page
    assert "3 nu preliminära i stället för beslutade" in page
    assert "33 kr flyttas" in page, "the history tells what the second version changed"


def test_nothing_new_publishes_nothing_and_the_log_stays(tmp_path: Path) -> None:
    first = publish_world(tmp_path, a_world())
    again = publish_world(tmp_path, a_world())
    assert (again.id, again.is_new) == (first.id, False)


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    publish_world(tmp_path, a_world())
    version = publish_world(tmp_path, a_world(a_pot(rule=with_base(30))))
    (out,) = [version.folder.parent.parent]
    tables = {name: pl.read_parquet(sorted((version.folder / name).iterdir())) for name in a_world()}
    hashes = {path: entry["sha256"] for path, entry in version.manifest["files"].items()}
    previous = next(one for one in (out / "versions").iterdir() if one.name != version.id)
    before = PublishedVersion(
        previous.name, previous, is_new=False, manifest=json.loads((previous / "manifest.json").read_text())
    )
    made = product.changes(Contents(tables, hashes, before))
    (part,) = made.parts()
    assert {path: (version.folder / path).read_bytes() for path in part.files()} == part.files()
    assert part.rests_on == version.manifest["products"]["changes"]["parts"]["changes"]["rests_on"]
    (other,) = product.changes(Contents(tables, hashes, None)).parts()
    assert other.rests_on != part.rests_on, "the version before is part of what it rests on"


@pytest.mark.parametrize("spoil", ["changed", "gone"])
def test_a_damaged_version_before_does_not_stop_publication(tmp_path: Path, spoil: str) -> None:
    first = publish_world(tmp_path, a_world())
    file = first.folder / "allocations/allocations_2025.parquet"
    file.unlink()
    if spoil == "changed":
        file.write_bytes(b"something else")
    # Publishing the same again heals, publishing something else goes on; neither can compare.
    for world in (a_world(), a_world(a_pot(rule=with_base(30)))):
        out = tmp_path / f"copy-{len(world['rules'])}-{world['allocations']['base_sek'][0]}"
        _copy(tmp_path, out)
        version = publish_world(out, world)
        log = log_of(version)
        assert version.is_new
        assert (log["state"], log["is_equal"], log["summary"]) == ("not_compared", None, None)
        assert "allocations_2025.parquet" in log["reason"]
        assert "Ingen jämförelse kunde göras" in page_of(version)
        assert "No comparison could be made" in page_of(version, "en")
        later = publish_world(out, a_world(a_pot(amount_sek=7)))
        assert [one["state"] for one in log_of(later)["history"]] == ["not_compared", "first"]
        assert log_of(later)["state"] == "changed"


def _copy(source: Path, target: Path) -> None:
    import shutil

    target.mkdir()
    shutil.copytree(source / "versions", target / "versions")
    (target / "current").symlink_to((source / "current").readlink())


@pytest.mark.parametrize("spoil", ["changed", "gone", "another form"])
def test_the_history_goes_on_past_a_log_that_cannot_be_read(
    tmp_path: Path, spoil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish_world(tmp_path, a_world())
    if spoil == "another form":
        monkeypatch.setattr(history, "FORM", 0)
    second = publish_world(tmp_path, a_world(a_pot(amount_sek=7)))
    monkeypatch.undo()
    file = second.folder / "changes.json"
    log = file.read_text(encoding="utf-8")
    if spoil != "another form":
        file.unlink()
    if spoil == "changed":
        file.write_text(changed(log, '"moved_sek": 0', '"moved_sek": 9'), encoding="utf-8")
    third = publish_world(tmp_path, a_world(a_pot(amount_sek=8)))
    assert [(one["version"], one["state"]) for one in log_of(third)["history"]] == [
        (second.id, "no_log"),
        (first.id, "first"),
    ]
    assert "har ingen ändringslogg" in page_of(third)


def test_a_version_without_products_is_named_in_the_history(tmp_path: Path) -> None:
    first = publish_world(tmp_path, a_world(), lambda _contents: [])
    broken = publish_world(tmp_path, a_world(a_pot(amount_sek=6)), lambda _contents: [])
    publish_world(tmp_path, a_world(a_pot(amount_sek=7)))
    (broken.folder / "manifest.json").write_text("no manifest")
    (tmp_path / "versions" / ".building-1").mkdir()
    third = publish_world(tmp_path, a_world(a_pot(amount_sek=8)))
    states = [(one["version"], one["state"]) for one in log_of(third)["history"]]
    assert states[1:] == [(broken.id, "no_log"), (first.id, "no_log")]
    assert states[0][1] == "changed"


def test_the_history_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST", 3)
    ids = [publish_world(tmp_path, a_world(a_pot(amount_sek=amount))).id for amount in range(1, 7)]
    log = json.loads((tmp_path / "current" / "changes.json").read_text(encoding="utf-8"))
    assert [one["version"] for one in log["history"]] == [ids[4], ids[3], ids[2]]


def test_equal_tables_under_another_recipe_say_so(tmp_path: Path) -> None:
    publish_world(tmp_path, a_world(), lambda _contents: [])
    version = publish_world(tmp_path, a_world())
    assert log_of(version)["state"] == "equal"
    assert EQUAL.sv in page_of(version)
    assert EQUAL.en in page_of(version, "en")


def test_hostile_names_in_the_log(tmp_path: Path) -> None:
    publish_world(tmp_path, a_world())
    names = dict(
        zip((f"Place {code}" for code in PLACES), ("<script>x</script>", "a|b", "\u202ex\x1b[2J"), strict=True)
    )
    version = publish_world(tmp_path, a_world(a_pot(amount_sek=2_000), names=names))
    page = page_of(version)
    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt; (kommun)" in page
    assert "a\\|b (kommun)" in page
    assert not set(page) & {"\u202e", "\x1b"}
