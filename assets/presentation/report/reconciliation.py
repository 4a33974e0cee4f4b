"""The pages of reconciliation: every published figure beside the computed one, over all years and year by year."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final, NamedTuple

import polars as pl

from assets.presentation.programmes import programme_name
from assets.presentation.report.labels import UI
from assets.presentation.report.names import LONGEST_NAME, LONGEST_TEXT, Names, names_in, source_anchor, source_told
from assets.presentation.report.page import Page, View
from assets.reporting.explaining.wording import number, say
from assets.storage.publishing import Contents
from schemas.fields.registry import FIELDS
from schemas.plain_text import harmless
from schemas.tables.verification import RECONCILIATION
from schemas.text import Language, Text
from schemas.vocabulary import LOCAL_SHARE

_FIGURE: Final = RECONCILIATION.key
VERDICTS: Final = FIELDS["verdict"].allowed or ()
# More equal cases than this stand folded in a table of their own, with what they share said once.
_FOLDED: Final = 10
# What does not agree is repeated on the overview, up to so many rows.
_REPEATED: Final = 100

MEANING: Final = {
    "exact": Text("Skillnaden är 0\u00a0kr.", "The difference is SEK\u00a00."),
    "rounded_match": Text(
        "Källan anger ett avrundat belopp; det beräknade blir detsamma när det avrundas likadant.",
        "The source prints a rounded amount; the computed one is the same when rounded alike.",
    ),
    "explained": Text(
        "Beloppen skiljer sig, och orsaken är känd och namngiven.",
        "The amounts differ, and the cause is known and named.",
    ),
    "not_comparable": Text(
        "Det beräknade beloppet vilar på en skattad folkmängd eller på en annan dags. Att det skiljer sig säger inget"
        " om vilket som är rätt.",
        "The computed amount rests on estimated head counts or on those of another day. That it differs does not say"
        " which is right.",
    ),
    "no_rule": Text(
        "Fördelningsregeln är helt eller delvis okänd, så beloppet kan inte räknas om. Det som står som beräknat är vad"
        " de kända reglerna ger.",
        "The allocation rule is wholly or partly unknown, so the amount cannot be recomputed. What stands as computed"
        " is what the known rules give.",
    ),
    "mismatch": Text(
        "Beloppen skiljer sig utan känd orsak: det publicerade, regeln eller folkmängden är fel.",
        "The amounts differ without a known cause: the published amount, the rule or the head count is wrong.",
    ),
}


class _Plural(NamedTuple):
    one: Text
    many: Text


_CLAUSES: Final = {
    "rounded_match": _Plural(
        Text("1 är avrundat i källan och stämmer avrundat.", "1 is rounded in the source and agrees when rounded."),
        Text(
            "{n} är avrundade i källan och stämmer avrundade.", "{n} are rounded in the source and agree when rounded."
        ),
    ),
    "explained": _Plural(
        Text("1 skiljer sig av en känd orsak.", "1 differs for a known cause."),
        Text("{n} skiljer sig av kända orsaker.", "{n} differ for known causes."),
    ),
    "not_comparable": _Plural(
        Text(
            "1 kan inte jämföras, eftersom den rätta folkmängden inte finns till hands.",
            "1 cannot be compared, because the right head count is not on hand.",
        ),
        Text(
            "{n} kan inte jämföras, eftersom den rätta folkmängden inte finns till hands.",
            "{n} cannot be compared, because the right head count is not on hand.",
        ),
    ),
    "no_rule": _Plural(
        Text("1 gäller pengar vars regel inte är känd.", "1 concerns money whose rule is not known."),
        Text("{n} gäller pengar vars regel inte är känd.", "{n} concern money whose rule is not known."),
    ),
    "mismatch": _Plural(
        Text("1 skiljer sig utan känd orsak.", "1 differs without a known cause."),
        Text("{n} skiljer sig utan känd orsak.", "{n} differ without a known cause."),
    ),
}
_NO_MISMATCH: Final = Text("Inget av dem skiljer sig utan känd orsak.", "None of them differs without a known cause.")
_EXACT: Final = Text(
    "{n} av {all} publicerade belopp stämmer på kronan.", "{n} of {all} published figures agree to the krona."
)
_NONE: Final = Text("Inga publicerade belopp finns till hands.", "No published figures are on hand.")


def pages(contents: Contents) -> Iterator[Page]:
    """`reconciliation.html` over all years, and `reconciliation/<year>.html` for each year with published figures."""
    rows, names = _rows(contents.tables), names_in(contents.tables)
    yield Page("reconciliation.html", "reconciliation.html", partial(_overview, rows, names))
    for year, group in groupby(rows, key=lambda row: row["year"]):
        own = list(group)
        sources = [row for row in _sources(contents.tables) if row["year"] == year]
        yield Page(year_page(year), "reconciliation_year.html", partial(_of_year, year, own, sources, names))


def year_page(year: int) -> str:
    """Where the figures of a year stand."""
    return f"reconciliation/{year}.html"


def told(counts: Mapping[str, int], lang: Language) -> str:
    """How many figures have which verdict, in sentences."""
    together = sum(counts.values())
    if together == 0:
        return _NONE.of(lang)
    parts = [say(_EXACT, lang, n=number(counts.get("exact", 0), lang), all=number(together, lang))]
    for verdict, plural in _CLAUSES.items():
        count = counts.get(verdict, 0)
        if count:
            parts.append(say(plural.one if count == 1 else plural.many, lang, n=number(count, lang)))
    if not counts.get("mismatch"):
        parts.append(_NO_MISMATCH.of(lang))
    return " ".join(parts)


def _rows(tables: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """Reconciled figures with where they stand in their source, by year and pot."""
    printed = (
        tables["published_figures"]
        .filter(pl.col("recipient_type") != LOCAL_SHARE)
        .select(*_FIGURE, "rounded_to_sek", "note", "page", "row")
    )
    titles = tables["sources"].select("programme", "year", "source_id", source_title="title")
    return (
        tables["reconciliation"]
        .join(printed, on=_FIGURE, how="left", validate="1:1")
        .join(titles, on=["programme", "year", "source_id"], how="left", validate="m:1")
        .sort("year", "programme", *_FIGURE[2:])
        .to_dicts()
    )


def _sources(tables: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """The documents that published figures come from."""
    key = ["programme", "year", "source_id"]
    return tables["sources"].join(tables["reconciliation"], on=key, how="semi").sort(key).to_dicts()


# --- what the pages say ---------------------------------------------------------------------------------------------


def _overview(rows: Sequence[Mapping[str, Any]], names: Names, lang: Language) -> View:
    counts = Counter(row["verdict"] for row in rows)
    differing = [row for row in rows if row["verdict"] != "exact"]
    return {
        "title": UI["reconciliation"].of(lang),
        "description": told(counts, lang),
        "crumbs": [(UI["start"].of(lang), "index.html"), (UI["reconciliation"].of(lang), None)],
        "told": told(counts, lang),
        "verdicts": _verdicts(counts, lang),
        "independent": sum(row["verdict"] == "exact" and row["independence"] == "independent" for row in rows),
        "self_derived": sum(row["verdict"] == "exact" and row["independence"] == "self_derived" for row in rows),
        "by_year": _by_year(rows, lang),
        "differing": [_figure(row, names, lang) for row in differing[:_REPEATED]],
        "more": max(0, len(differing) - _REPEATED),
    }


def _verdicts(counts: Mapping[str, int], lang: Language) -> list[dict[str, Any]]:
    return [
        {"verdict": verdict, "count": counts.get(verdict, 0), "meaning": MEANING[verdict].of(lang)}
        for verdict in VERDICTS
    ]


def _by_year(rows: Sequence[Mapping[str, Any]], lang: Language) -> list[dict[str, Any]]:
    """One row per programme and year: how many figures have which verdict."""
    groups = groupby(rows, key=lambda row: (row["year"], row["programme"]))
    told_by_group = []
    for (year, programme), group in groups:
        counts = Counter(row["verdict"] for row in group)
        told_by_group.append(
            {
                "year": year,
                "page": year_page(year),
                "programme": programme_name(programme, lang),
                "all": sum(counts.values()),
                "counts": {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]},
            }
        )
    return told_by_group


def _of_year(
    year: int,
    rows: Sequence[Mapping[str, Any]],
    sources: Sequence[Mapping[str, Any]],
    names: Names,
    lang: Language,
) -> View:
    counts = Counter(row["verdict"] for row in rows)
    title = f"{UI['reconciliation'].of(lang)} {year}"
    by_programme = groupby(rows, key=lambda row: row["programme"])
    return {
        "title": title,
        "description": told(counts, lang),
        "crumbs": [
            (UI["start"].of(lang), "index.html"),
            (UI["reconciliation"].of(lang), "reconciliation.html"),
            (str(year), None),
        ],
        "told": told(counts, lang),
        "programmes": [
            {"name": programme_name(programme, lang), **_tables(list(group), names, lang)}
            for programme, group in by_programme
        ],
        "sources": [source_told(source) for source in sources],
    }


def _tables(rows: Sequence[Mapping[str, Any]], names: Names, lang: Language) -> dict[str, Any]:
    """The figures of a programme and year: those that stand alone, and groups of many that share all but the amount."""
    shared = ("pot_id", "recipient_type", "verdict", "cause", "independence", "precision", "source_id")
    sizes = Counter(tuple(row[name] for name in shared) for row in rows)
    alone, folded = [], dict[tuple[Any, ...], list[dict[str, Any]]]()
    for row in rows:
        group = tuple(row[name] for name in shared)
        told_of = _figure(row, names, lang)
        if sizes[group] > _FOLDED:
            folded.setdefault(group, []).append(told_of)
        else:
            alone.append(told_of)
    return {"figures": alone, "folded": list(folded.values())}


def _figure(row: Mapping[str, Any], names: Names, lang: Language) -> dict[str, Any]:
    """One figure as a table row."""
    kept = (
        *("year", "published_sek", "computed_sek", "difference_sek", "precision", "rounded_to_sek"),
        *("independence", "verdict", "cause", "page", "row"),
    )
    return {
        **{name: row[name] for name in kept},
        "pot": names.pot(row["programme"], row["year"], row["pot_id"], lang),
        "kind": row["recipient_type"],
        "recipient": harmless(row["recipient_name"], LONGEST_NAME),
        "place": names.page(row["recipient_type"], row["recipient_code"]),
        "year_page": year_page(row["year"]),
        "source": source_anchor(row),
        "source_title": harmless(row["source_title"] or row["source_id"], LONGEST_NAME),
        "note": None if row["note"] is None else harmless(row["note"], LONGEST_TEXT),
    }
