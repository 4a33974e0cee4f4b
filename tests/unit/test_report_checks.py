"""The pages about reconciliation, findings and method, in small worlds."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

import lxml.html
import polars as pl
import pytest

from assets.presentation.report import checks, findings, reconciliation
from assets.presentation.report.labels import label
from assets.presentation.report.names import names_in, web_address
from assets.presentation.report.outside import made_harmless
from assets.presentation.report.page import View
from assets.presentation.report.reconciliation import MEANING, VERDICTS, told
from assets.presentation.report.rendering import render
from assets.storage.publishing import Contents
from schemas.fields.registry import FIELDS
from schemas.tables.registry import TABLES
from schemas.text import Language

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
PROGRAMME: Final = "psykisk-halsa"
KEY: Final = {
    "programme": PROGRAMME,
    "year": 2025,
    "pot_id": "a-pot",
    "recipient_type": "municipality",
    "recipient_code": "2080",
    "recipient_name": "Falun",
    "source_id": "a-source",
}
# Category columns whose values no page writes as a word.
NOT_SHOWN: Final = {
    "document_state",
    "document_kind",
    "origin",
    "forecast_evidence",
    "amount_rule",
    "allocated_from",
    "follow_up_kind",
    "continuity",
}


def contents(**rows: list[dict[str, Any]]) -> Contents:
    """Tables with these rows, columns that are not named empty; the other tables without rows."""
    tables = {name: pl.DataFrame(rows.get(name, []), table.schema) for name, table in TABLES.items()}
    return Contents(tables, {}, None)


def a_figure(code: str = "2080", **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A row of `reconciliation` and the row of `published_figures` behind it."""
    common = {**KEY, "recipient_code": code, "published_sek": 1_000, "precision": "exact"}
    judged = {"computed_sek": 1_000, "difference_sek": 0, "independence": "independent", "verdict": "exact"}
    row = {**common, **judged, **changes}
    printed = {name: row[name] for name in common} | {
        "rounded_to_sek": 100 if row["precision"] == "rounded" else None,
        "origin": "curated",
    }
    return row, printed


def a_source(**changes: Any) -> dict[str, Any]:
    return {
        **{name: KEY[name] for name in ("programme", "year", "source_id")},
        "title": "T",
        "publisher": "P",
        **changes,
    }


def world(*figures: tuple[dict[str, Any], dict[str, Any]], **others: list[dict[str, Any]]) -> Contents:
    rules = [{"programme": PROGRAMME, "year": 2025, "pot_id": "a-pot", "name_sv": "En pott", "name_en": "A pot"}]
    recipients = [
        {"year": 2025, "recipient_type": kind, "recipient_code": code, "recipient_name": name}
        for kind, code, name in (
            ("municipality", "2080", "Falun"),
            ("county", "20", "Dalarnas län"),
            ("national", "SKR", "SKR"),
        )
    ]
    given: dict[str, list[dict[str, Any]]] = {
        "reconciliation": [row for row, _ in figures],
        "published_figures": [row for _, row in figures],
        "sources": [a_source()],
        "rules": rules,
        "recipients": recipients,
    }
    return contents(**{**given, **others})


def rendered(made: Contents, lang: Language = "sv") -> dict[str, lxml.html.HtmlElement]:
    return {page.path: lxml.html.fromstring(render(page, page.view(lang), lang)) for page in checks.pages(made)}


def view_of(made: Contents, path: str, lang: Language = "sv") -> View:
    return next(page.view(lang) for page in checks.pages(made) if page.path == path)


# --- words ------------------------------------------------------------------------------------------------------


def _category_values() -> Iterator[tuple[str, str]]:
    shown = {column.field.name for table in TABLES.values() for column in table.columns} - NOT_SHOWN
    for name in sorted(shown):
        prefix = "printed_" if name == "precision" else ""
        yield from ((name, prefix + value) for value in FIELDS[name].allowed or ())


@pytest.mark.parametrize(("field", "value"), list(_category_values()))
def test_every_category_value_has_a_word_in_both_languages(field: str, value: str) -> None:
    words = [label(value, lang) for lang in LANGUAGES]
    assert all(words)
    assert not any("_" in word for word in words), f"{field}: a code is no word"


def test_a_value_without_a_word_is_refused() -> None:
    with pytest.raises(KeyError):
        label("no-such-value", "sv")


def test_every_verdict_is_explained() -> None:
    assert set(MEANING) == set(VERDICTS)


@pytest.mark.parametrize(
    ("counts", "sv", "en"),
    [
        ({}, "Inga publicerade belopp finns till hands.", "No published figures are on hand."),
        (
            {"exact": 1},
            "1 av 1 publicerade belopp stämmer på kronan. Inget av dem skiljer sig utan känd orsak.",
            "1 of 1 published figures agree to the krona. None of them differs without a known cause.",
        ),
        (
            {"exact": 1_000, "mismatch": 1, "no_rule": 2},
            (
                "1\u00a0000 av 1\u00a0003 publicerade belopp stämmer på kronan."
                " 2 gäller pengar vars regel inte är känd. 1 skiljer sig utan känd orsak."
            ),
            (
                "1,000 of 1,003 published figures agree to the krona."
                " 2 concern money whose rule is not known. 1 differs without a known cause."
            ),
        ),
    ],
)
def test_the_counts_are_told_in_a_sentence(counts: Mapping[str, int], sv: str, en: str) -> None:
    assert told(counts, "sv") == sv
    assert told(counts, "en") == en


@pytest.mark.parametrize("verdict", [verdict for verdict in VERDICTS if verdict != "exact"])
def test_every_other_verdict_is_told_with_its_number(verdict: str) -> None:
    for lang in LANGUAGES:
        assert " 1 " in told({"exact": 4, verdict: 1}, lang)
        assert " 3 " in told({"exact": 4, verdict: 3}, lang)


# --- names ------------------------------------------------------------------------------------------------------


def test_a_pot_is_named_as_that_year_else_as_another_year_else_by_its_id() -> None:
    names = names_in(world().tables)
    assert names.pot(PROGRAMME, 2025, "a-pot", "en") == "A pot"
    assert names.pot(PROGRAMME, 2020, "a-pot", "sv") == "En pott"
    assert names.pot(PROGRAMME, 2025, "another", "sv") == "another"
    assert names.pot(PROGRAMME, 2025, "sum-region", "sv") == "Alla potter till regionerna"


@pytest.mark.parametrize(
    ("kind", "code", "page"),
    [
        ("municipality", "2080", "municipality/2080.html"),
        ("county", "20", "county/20.html"),
        ("municipalities_in_county", "20", "county/20.html"),
        ("national", "SKR", "national/skr.html"),
        ("region", "20", None),
        ("municipality", "9999", None),
    ],
)
def test_only_recipients_of_the_register_have_a_page(kind: str, code: str, page: str | None) -> None:
    assert names_in(world().tables).page(kind, code) == page


@pytest.mark.parametrize(
    "url",
    [
        None,
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "ftp://example.org/x",
        "data:text/html,x",
        "file:///etc/passwd",
        "https:no-host",
        "//example.org/x",
        "http://[",
        "https://example.org/\u202e",
        "https://example.org/\nx",
        "https://example.org/ x",
        " https://example.org",
        "https://example.org/" + "x" * 1000,
    ],
)
def test_what_is_no_web_address_is_not_followed(url: str | None) -> None:
    assert web_address(url) is None


@pytest.mark.parametrize("url", ["https://example.org/a?b=c&d=å#e", "http://example.org"])
def test_a_web_address_stays_as_it_is(url: str) -> None:
    assert web_address(url) == url


def test_free_texts_become_short_lines_and_ids_stay() -> None:
    rows = [
        {"recipient_name": name, "recipient_code": "2080", "recipient_type": "municipality", "year": 2025}
        for name in ("Fal\u202eun\n", "x" * 10_000, "Åre")
    ]
    made = made_harmless(contents(recipients=rows).tables)["recipients"]
    assert made.get_column("recipient_name").to_list() == ["Fal\ufffdun ", "x" * 119 + "…", "Åre"]
    assert made.get_column("recipient_code").to_list() == ["2080"] * 3


def test_what_is_missing_stays_missing() -> None:
    sources = [a_source(note=None), a_source(source_id="b", note="a\tb")]
    assert made_harmless(contents(sources=sources).tables)["sources"].get_column("note").to_list() == [None, "a b"]


# --- pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_published_still_makes_pages(lang: Language) -> None:
    pages = rendered(contents(), lang)
    assert set(pages) == {"reconciliation.html", "findings.html", "method.html"}
    assert all(len(page.findall(".//h1")) == 1 for page in pages.values())


def test_what_pages_say_is_plain_data() -> None:
    for page in checks.pages(world(a_figure())):
        for lang in LANGUAGES:
            json.dumps(page.view(lang))


def test_every_figure_stands_on_the_page_of_its_year() -> None:
    many = [a_figure(f"20{number:02}", published_sek=number) for number in range(30, 60)]
    few = [a_figure("20", recipient_type="county", verdict="mismatch", computed_sek=7, difference_sek=-993)]
    view = view_of(world(*many, *few), "reconciliation/2025.html")
    (programme,) = view["programmes"]
    assert [row["published_sek"] for row in programme["figures"]] == [1_000]
    assert [[row["published_sek"] for row in group] for group in programme["folded"]] == [list(range(30, 60))]


def test_ten_of_a_kind_are_not_folded() -> None:
    view = view_of(world(*(a_figure(f"20{number}") for number in range(30, 40))), "reconciliation/2025.html")
    assert len(view["programmes"][0]["figures"]) == 10
    assert view["programmes"][0]["folded"] == []


def test_the_overview_repeats_what_does_not_agree() -> None:
    differing = a_figure("20", recipient_type="county", verdict="mismatch", computed_sek=7, difference_sek=-993)
    view = view_of(world(a_figure(), differing), "reconciliation.html")
    assert [row["verdict"] for row in view["differing"]] == ["mismatch"]
    assert view["by_year"] == [
        {
            "year": 2025,
            "page": "reconciliation/2025.html",
            "programme": "Psykisk hälsa",
            "all": 2,
            "counts": {"exact": 1, "mismatch": 1},
        }
    ]
    assert (view["independent"], view["self_derived"]) == (1, 0)


def test_a_figure_is_shown_with_all_that_is_known_of_it() -> None:
    row, printed = a_figure(
        precision="rounded", verdict="rounded_match", computed_sek=1_040, difference_sek=40, independence="self_derived"
    )
    place = {"origin": "extracted", "page": 3, "row": 12, "column": 1, "note": "as printed"}
    made = world((row, {**printed, **place}))
    (line,) = rendered(made)["reconciliation/2025.html"].findall(".//tbody/tr")
    text = line.text_content()
    for word in ("En pott", "Falun", "1\u00a0000\u00a0kr", "1\u00a0040\u00a0kr", "+40\u00a0kr", "stämmer avrundat"):
        assert word in text
    for word in ("avrundat till hela100\u00a0kr", "ur samma källa", "sidan 3, rad 12", "as printed"):
        assert word in text
    assert [link.get("href") for link in line.findall(".//a")] == [
        "../municipality/2080.html",
        "../reconciliation/2025.html#source-psykisk-halsa-a-source",
    ]


def test_a_source_is_linked_only_where_it_can_be_followed() -> None:
    for url, followed in (("https://example.org/x", True), ("javascript:alert(1)", False), (None, False)):
        page = rendered(world(a_figure(), sources=[a_source(url=url)]))["reconciliation/2025.html"]
        item = page.get_element_by_id("source-psykisk-halsa-a-source")
        assert [(link.get("href"), link.get("rel")) for link in item.findall("a")] == (
            [(url, "noopener")] if followed else []
        )
        assert ("Ingen adress är känd" in item.text_content()) is not followed


@pytest.mark.parametrize("verdict", ["exact", "mismatch"])
def test_a_year_with_every_recipient_published_stays_small(verdict: str) -> None:
    kinds = [("municipality", f"{number:04}") for number in range(290)]
    kinds += [(kind, f"{number:02}") for kind in ("region", "county") for number in range(21)]
    figures = [
        a_figure(code, pot_id=f"pot-{pot}-with-a-long-id", recipient_type=kind, recipient_name=f"Recipient {code}")
        for kind, code in kinds
        for pot in range(1 if kind == "municipality" else 3)
    ]
    judged = [({**row, "verdict": verdict}, printed) for row, printed in figures]
    for page in reconciliation.pages(world(*judged)):
        assert len(render(page, page.view("sv"), "sv")) < 200_000


# --- findings ---------------------------------------------------------------------------------------------------


def a_finding(subject: str, severity: str = "info", **changes: Any) -> dict[str, Any]:
    return {
        "programme": PROGRAMME,
        "year": 2025,
        "finding_id": f"mismatch: {subject}",
        "kind": "mismatch",
        "severity": severity,
        "subject": subject,
        "message_sv": "Ett fel.",
        "message_en": "An error.",
        "evidence": json.dumps({"published_sek": 5}),
        **changes,
    }


def test_findings_stand_the_most_serious_first_with_their_recipient() -> None:
    rows = [a_finding("a-pot municipality 2080"), a_finding("a-pot county 99", "error")]
    view = view_of(world(findings=rows), "findings.html")
    assert [(row["severity"], row["recipient"], row["place"]) for row in view["findings"]] == [
        ("error", None, None),
        ("info", "Falun", "municipality/2080.html"),
    ]
    assert dict(view["severities"]) == {"error": 1, "warning": 0, "info": 1}


def test_findings_say_their_message_in_the_language_of_the_page() -> None:
    made = world(findings=[a_finding("a-pot municipality 2080 2081")])
    assert view_of(made, "findings.html", "sv")["findings"][0]["message"] == "Ett fel."
    assert view_of(made, "findings.html", "en")["findings"][0]["message"] == "An error."


def test_what_is_too_much_is_counted() -> None:
    view = view_of(world(findings=[a_finding(f"a-pot municipality {code}") for code in range(130)]), "findings.html")
    assert (len(view["findings"]), view["more_findings"]) == (100, 30)


def candidate(name: str, **changes: Any) -> dict[str, Any]:
    return {
        **{key: KEY[key] for key in ("programme", "year", "pot_id", "recipient_type")},
        "candidate": name,
        "rounding": "nearest",
        "matches": 3,
        "figures": 3,
        "verdict": "misses",
        **changes,
    }


def test_what_amounts_rest_on_is_told_by_its_best_candidate() -> None:
    day = dt.date(2024, 11, 1)
    on_hand = {"total": 900, "reference_date": day, "population_basis": "official"}
    rows = [
        candidate("solved 1000 nearest", verdict="unique", total=1_000, solutions=1),
        candidate("solved 990 largest_remainder", matches=2, total=990, solutions=0, rounding="largest_remainder"),
        candidate("a count nearest", matches=2, **on_hand),
        candidate("a count largest_remainder", matches=1, rounding="largest_remainder", **on_hand),
    ]
    (entry,) = view_of(world(vintage_inference=rows), "findings.html")["inferred"]
    assert entry["solved"] == {
        "verdict": "unique",
        "matches": 3,
        "figures": 3,
        "solutions": 1,
        "total": 1_000,
        "roundings": ["nearest"],
    }
    assert (entry["on_hand"]["matches"], entry["on_hand"]["date"], entry["on_hand"]["roundings"]) == (
        2,
        "2024-11-01",
        ["nearest"],
    )
    text = rendered(world(vintage_inference=rows))["findings.html"].text_content()
    assert "Bara ett: 1\u00a0000" in text
    assert "Närmast: 1 november 2024, 2 av 3 belopp" in text


def test_of_equally_good_counts_scb_s_own_is_named() -> None:
    counted = {"total": 900, "verdict": "fits"}
    rows = [
        candidate("a", reference_date=dt.date(2023, 11, 1), population_basis="derived", **counted),
        candidate("b", reference_date=dt.date(2023, 12, 31), population_basis="official", **counted),
    ]
    (entry,) = view_of(world(vintage_inference=rows), "findings.html")["inferred"]
    assert (entry["on_hand"]["basis"], entry["on_hand"]["others"]) == ("official", 1)


def test_a_base_that_is_not_decided_says_how_many_totals_there_are() -> None:
    rows = [candidate("solved nearest", verdict="ambiguous", solutions=13_501)]
    text = rendered(world(vintage_inference=rows), "en")["findings.html"].text_content()
    assert "13,501 different totals, so the base is not decided" in text


def a_revision(code: str, change: int) -> dict[str, Any]:
    return {
        **{name: KEY[name] for name in ("programme", "year", "pot_id", "recipient_type")},
        "recipient_code": code,
        "recipient_name": f"Place {code}",
        "population": 100,
        "population_revised": 100 + change,
        "amount_sek": 1_000,
        "amount_revised_sek": 1_000 + change,
        "change_sek": change,
        "vintage": "0" * 64,
        "vintage_revised": "1" * 64,
    }


def test_revisions_say_whom_they_would_matter_to_the_most() -> None:
    made = world(revisions=[a_revision("2080", -9), a_revision("2081", 4), a_revision("2082", 5)])
    (entry,) = view_of(made, "findings.html")["revised"]
    assert (entry["recipients"], entry["moved_sek"]) == (3, 9)
    assert (entry["recipient"], entry["place"], entry["change_sek"]) == ("Place 2080", "municipality/2080.html", -9)


def test_no_revision_is_not_the_same_as_not_having_asked() -> None:
    asked = {"year": 2025, "table_id": "folkmangd_1_november", "sha256": "0" * 64}
    not_asked = rendered(world())["findings.html"].text_content()
    nothing_new = rendered(world(scb_population_raw=[asked]))["findings.html"].text_content()
    assert "inte undersökt" in not_asked
    assert "inte undersökt" not in nothing_new


def test_the_errors_of_an_estimate_are_told() -> None:
    base = {"year": 2025, "reference_date": dt.date(2024, 11, 1), "table_id": "folkmangd_1_november", "ages": "0-18"}
    tried = [
        {**base, "region_code": code, "population": 100, "population_estimated": 100 + error, "error_count": error}
        | {"error_share": error / 100}
        for code, error in (("2080", -2), ("2081", 1))
    ]
    estimated = [{**base, "region_code": "2082", "region_type": "municipality", "population": 5, "basis": "estimated"}]
    # The page of method needs more of these rows than the errors do.
    made = world(population_backtest=tried, population=estimated)
    (page,) = findings.pages(made)
    (entry,) = page.view("sv")["backtests"]
    assert (entry["estimated"], entry["known"], entry["missed_most"]) == (1, 2, "Falun")
    assert (entry["mean"], entry["worst"]) == pytest.approx((0.015, 0.02))
    text = lxml.html.fromstring(render(page, page.view("sv"), "sv")).text_content()
    assert "i medel 1,5\u00a0% och som mest 2,0\u00a0% (Falun)" in text


# --- method -----------------------------------------------------------------------------------------------------


def test_the_money_without_a_rule_is_shown_and_never_split() -> None:
    common = {"programme": PROGRAMME, "year": 2025, "agreement_total_sek": 100, "pots_count": 1, "coverage_share": 0.5}
    coverage = [{**common, "evidence": evidence, "amount_sek": 50} for evidence in ("verified", "unknown")]
    pot = {"programme": PROGRAMME, "year": 2025, "pot_id": "a-pot", "recipient_type": "unknown", "amount_sek": 50}
    pots = [{**pot, "status": "not_computed", "evidence": "unknown"}]
    view = view_of(world(coverage=coverage, pots=pots), "method.html")
    assert [(row["total_sek"], row["unknown_sek"], row["share"]) for row in view["coverage"]] == [(100, 50, 0.5)]
    assert [(row["pot"], row["amount_sek"]) for row in view["never_split"]] == [("En pott", 50)]
    assert (view["quality"]["split_sek"], view["quality"]["wholly_known"]) == (50, [])


def test_conventions_are_counted_with_the_most_they_leave() -> None:
    pot = {"programme": PROGRAMME, "year": 2025, "status": "decided", "evidence": "verified", "rounding": "nearest"}
    pots = [{**pot, "pot_id": f"pot-{left}", "residual_sek": left} for left in (-7, 0, 5)]
    view = view_of(world(pots=pots), "method.html")
    assert view["roundings"]["nearest"] == {"pots": 3, "most_sek": 7}
    assert view["roundings"]["largest_remainder"] == {"pots": 0, "most_sek": 0}


def test_verdicts_of_the_overview_are_those_of_the_table() -> None:
    figures = [a_figure(f"20{number}", verdict=verdict) for number, verdict in enumerate(VERDICTS, start=30)]
    view = view_of(world(*figures), "reconciliation.html")
    assert Counter({row["verdict"]: row["count"] for row in view["verdicts"]}) == Counter(VERDICTS)
