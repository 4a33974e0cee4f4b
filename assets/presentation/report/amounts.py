"""The tables of a version laid out for pages about one recipient or county: looked up by key, never searched.

Rows are plain dictionaries.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from assets.reporting.explaining.explanation import NEEDED, ExplainedYear, RecipientKey, laid_out
from schemas.vocabulary import DECIDED, MUNICIPALITY, PRELIMINARY, UNKNOWN

Row = dict[str, Any]
Rows = list[Row]
# Programme and year.
AgreementKey = tuple[str, int]

# å, ä and ö come last in Swedish, in this order; é and the like are sorted as their letter.
_SWEDISH: Final = str.maketrans({"å": "{a", "ä": "{b", "ö": "{c", "é": "e", "ü": "y"})


@dataclass(frozen=True)
class PeerSums:
    """What recipients of one kind get together: sums, so that figures per head are weighted by people."""

    recipients: int
    amount_sek: int
    population: int
    children: int
    # The amounts of those whose inhabitants, and whose children, are known.
    amount_of_population_sek: int
    amount_of_children_sek: int
    # Preliminary where one of them is.
    status: str
    # The lowest and the highest figure of one recipient, where there is one.
    per_inhabitant: tuple[float, float] | None
    per_child: tuple[float, float] | None

    @property
    def sek_per_inhabitant(self) -> float | None:
        """Sum of amounts by sum of inhabitants; None where nobody's are known."""
        return self.amount_of_population_sek / self.population if self.population else None

    @property
    def sek_per_child(self) -> float | None:
        """Sum of amounts by sum of children; None where nobody's are known."""
        return self.amount_of_children_sek / self.children if self.children else None


@dataclass(frozen=True)
class Amounts:
    """All that the pages look up. Lists of a recipient are oldest year first, then by programme and pot."""

    # The latest row of `recipients` of each, and the row of a certain year.
    recipients: Mapping[RecipientKey, Row]
    in_year: Mapping[tuple[int, str, str], Row]
    allocations: Mapping[RecipientKey, Rows]
    totals: Mapping[RecipientKey, Rows]
    forecast: Mapping[RecipientKey, Rows]
    # By programme, year, kind of recipient and county (None for the nation).
    peers: Mapping[tuple[str, int, str, str | None], PeerSums]
    # Place by SEK per child, by programme, year and recipient; 1 gets most.
    child_rank: Mapping[tuple[str, int, str, str], int]
    # By programme, year and recipient; the second by pot as well.
    causes: Mapping[tuple[str, int, str, str], Rows]
    sensitivity: Mapping[tuple[str, int, str, str, str], Row]
    rules: Mapping[AgreementKey, Rows]
    deadlines: Mapping[AgreementKey, Rows]
    # Explanations can be had for the latest year of every recipient and programme.
    explained: Mapping[int, ExplainedYear]
    # By county.
    overview: Mapping[str, Rows]
    sub_allocations: Mapping[str, Rows]
    follow_up: Mapping[str, Rows]
    follow_up_findings: Mapping[str, Rows]
    # By programme, year and id.
    sources: Mapping[tuple[str, int, str], Row]
    # Paths of the table files of the version.
    files: frozenset[str]

    def pot_name(self, programme: str, year: int, pot_id: str, lang: str) -> str | None:
        """The pot's name in one language; None for sums over pots and pots that no agreement of the year has."""
        names = (rule[f"name_{lang}"] for rule in self.rules.get((programme, year), ()) if rule["pot_id"] == pot_id)
        return next(names, None)

    def unknown(self, programme: str, year: int, kind: str) -> Rows:
        """The rules of pots that are not split and that may hold money to this kind of recipient."""
        return [rule for rule in self.rules.get((programme, year), ()) if is_unknown_to(rule, kind)]

    def years_of(self, programme: str) -> list[int]:
        """The years that the programme has an agreement for, in order."""
        return sorted(year for name, year in self.rules if name == programme)

    def programmes(self) -> list[str]:
        """All programmes, in the order in which pages name them: the one with most agreements first."""
        return sorted({name for name, _ in self.rules}, key=lambda name: (-len(self.years_of(name)), name))

    def municipalities_of(self, county: str) -> Rows:
        """The municipalities of a county by their Swedish names."""
        found = [
            row for (kind, _), row in self.recipients.items() if kind == MUNICIPALITY and row["county_code"] == county
        ]
        return sorted(found, key=lambda row: swedish(row["recipient_name"]))


def laid_out_amounts(tables: Mapping[str, pl.DataFrame], files: Iterable[str]) -> Amounts:
    """Lay out the tables of a whole version; `files` are the paths of its table files."""
    rows = {name: _rows(tables[name]) for name in _LAID_OUT}
    totals = rows["recipient_totals"]
    return Amounts(
        recipients={recipient_key(row): row for row in rows["recipients"]},
        in_year={(row["year"], *recipient_key(row)): row for row in rows["recipients"]},
        allocations=_grouped(rows["allocations"], recipient_key),
        totals=_grouped(totals, recipient_key),
        forecast=_grouped((row for row in rows["forecast"] if row["is_main_candidate"]), recipient_key),
        peers=_peers(totals),
        child_rank=_child_rank(totals),
        causes=_grouped(rows["change_causes"], lambda row: (row["programme"], row["year"], *recipient_key(row))),
        sensitivity={
            (row["programme"], row["year"], row["pot_id"], *recipient_key(row)): row for row in rows["sensitivity"]
        },
        rules=_grouped(rows["rules"], agreement_key),
        deadlines=_grouped(rows["deadlines"], agreement_key),
        explained=_explained(tables),
        overview=_grouped(rows["county_overview"], _county),
        sub_allocations=_grouped(rows["sub_allocations"], _county),
        follow_up=_grouped(rows["follow_up"], _county),
        follow_up_findings=_grouped(rows["follow_up_findings"], _county),
        sources={(*agreement_key(row), row["source_id"]): row for row in rows["sources"]},
        files=frozenset(files),
    )


_LAID_OUT: Final = (
    *("recipients", "allocations", "recipient_totals", "forecast", "change_causes", "sensitivity", "rules"),
    *("deadlines", "county_overview", "sub_allocations", "follow_up", "follow_up_findings", "sources"),
)


def recipient_key(row: Row) -> RecipientKey:
    """Kind of recipient and code."""
    return row["recipient_type"], row["recipient_code"]


def agreement_key(row: Row) -> AgreementKey:
    """Programme and year."""
    return row["programme"], row["year"]


def is_unknown_to(rule: Row, kind: str) -> bool:
    """Whether the pot is not split and may hold money to this kind of recipient."""
    return rule["rule"] == UNKNOWN and rule["recipient_type"] in (kind, UNKNOWN)


def path_of(kind: str, code: str) -> str:
    """Where the page of a recipient lies; the only letters in a code are those of SKR."""
    return f"{kind}/{code.lower()}.html"


def swedish(name: str) -> str:
    """What to sort a Swedish name by."""
    return name.casefold().translate(_SWEDISH)


def _county(row: Row) -> str:
    code: str = row["county_code"]
    return code


def _grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, Rows]:
    groups: dict[Any, Rows] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def _rows(frame: pl.DataFrame) -> Rows:
    """The rows by year, programme and pot, as far as the table has them; otherwise in the order of the table."""
    order = [name for name in ("year", "programme", "pot_id") if name in frame.columns]
    return frame.sort(order, maintain_order=True).to_dicts()


def _explained(frames: Mapping[str, pl.DataFrame]) -> dict[int, ExplainedYear]:
    """The years that are somebody's latest in a programme."""
    latest = frames["recipient_totals"].group_by("programme", "recipient_type", "recipient_code").agg(pl.max("year"))
    readable = {**frames, "population": _with_publishers(frames["population"], frames["sources"])}
    return {
        year: laid_out({name: readable[name].filter(year=year) for name in NEEDED})
        for year in sorted(latest["year"].unique())
    }


def _with_publishers(population: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """`population` with the publishers of the documents that counts were solved from, instead of the documents' ids."""
    published_by = dict(sources.select("source_id", "publisher").rows())
    solved = population["derived_from"].drop_nulls().unique()
    names = {ids: ", ".join(dict.fromkeys(published_by.get(one, one) for one in ids.split())) for ids in solved}
    return population.with_columns(pl.col("derived_from").replace(names)) if names else population


def _peers(totals: Rows) -> dict[tuple[str, int, str, str | None], PeerSums]:
    groups: dict[tuple[str, int, str, str | None], Rows] = defaultdict(list)
    for row in totals:
        for county in {None, row["county_code"]}:
            groups[row["programme"], row["year"], row["recipient_type"], county].append(row)
    return {key: _sums(rows) for key, rows in groups.items()}


def _sums(rows: Rows) -> PeerSums:
    with_population = [row for row in rows if row["population"] is not None]
    with_children = [row for row in rows if row["children"] is not None]
    return PeerSums(
        recipients=len(rows),
        amount_sek=sum(row["amount_sek"] for row in rows),
        population=sum(row["population"] for row in with_population),
        children=sum(row["children"] for row in with_children),
        amount_of_population_sek=sum(row["amount_sek"] for row in with_population),
        amount_of_children_sek=sum(row["amount_sek"] for row in with_children),
        status=PRELIMINARY if any(row["status"] == PRELIMINARY for row in rows) else DECIDED,
        per_inhabitant=_ends(row["sek_per_inhabitant"] for row in with_population),
        per_child=_ends(row["sek_per_child"] for row in with_children),
    )


def _ends(values: Iterable[float]) -> tuple[float, float] | None:
    ordered = sorted(values)
    return (ordered[0], ordered[-1]) if ordered else None


def _child_rank(totals: Rows) -> dict[tuple[str, int, str, str], int]:
    """As `rank_per_inhabitant`: equal values share the better place."""
    ranked: dict[tuple[str, int, str, str], int] = {}
    with_children = [row for row in totals if row["sek_per_child"] is not None]
    for of_kind in _grouped(with_children, lambda row: (*agreement_key(row), row["recipient_type"])).values():
        before = None
        place = 0
        for index, row in enumerate(sorted(of_kind, key=lambda row: -row["sek_per_child"]), start=1):
            place = place if row["sek_per_child"] == before else index
            before = row["sek_per_child"]
            ranked[*agreement_key(row), *recipient_key(row)] = place
    return ranked
