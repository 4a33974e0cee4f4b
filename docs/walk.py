"""The rooms that one figure passes on its way to a reader: Orsa's amount of 2025, by the functions it goes through.

What `explanation/house.md` tells and `tests/pipeline/test_house.py` follows. A step names a function; the module it
lies in is looked up, so that a function that moves takes its step along.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple


class Step(NamedTuple):
    """A function on the way, by the end of its dotted name, and what happens to the figure there."""

    function: str
    told: str


# In the order in which a run of 2025 enters them, on the head counts that come with the project.
FROM_THE_SNAPSHOT: Final = (
    Step("run_years", "One Dagster run for the years asked for, in this process; the rest happens in its assets."),
    Step(
        "read_snapshot", "What files of head counts there are, with basis and hash; the counts are read when asked for."
    ),
    Step("recipients_of", "Who exists on 1 January 2025: Orsa is municipality 2034 in county 20."),
    Step("write_table", "Each table when it is made: one Parquet file a year, whole or not at all."),
    Step("enforce", "Before that, its contract: types, keys, ranges. A table that breaks it is never written."),
    Step("rules_of", "The agreement file as rows: 250,000,000 kr, 200,000 kr each, the rest by people aged 0–18."),
    Step("population_of", "What the rule asks for: the people aged 0–18 of all municipalities on 1 November 2024."),
    Step("resolve", "The best basis on hand: for Orsa a count solved from published amounts, 1,245."),
    Step(
        "Snapshot.cells", "The file's bytes against their hash, then its cells, each with age and day; read once, kept."
    ),
    Step("estimate", "The 275 municipalities without a known count are scaled until all make 2,265,405; Orsa stays."),
    Step("allocate", "Rule, recipient and count in one row; what cannot be split is refused by name."),
    Step("recipient_rows", "The base amount: 200,000 kr."),
    Step("apportion", "The rest in integers, 192,000,000 × 1,245 / 2,265,405, to the nearest krona: 105,518."),
    Step("pots_of", "What the pot has left by rounding."),
    Step("recipient_totals_of", "All pots of Orsa together, per inhabitant and per child."),
    Step(
        "reconcile", "What RSS Dalarna printed beside ours: the same. No proof: the count was solved from that figure."
    ),
    Step("publish", "All tables read again from disk; at the end the link `current` is moved in one step."),
    Step("require_controls", "Sums across tables: recipients make the pot, pots make the agreement."),
    Step("report", "The report as a product; pages that say what they said last time are taken from last time."),
    Step("recipients.pages", "A page per recipient."),
    Step("one_amount", "Orsa's block: amount, status, sentence, formula, rates, change."),
    Step("explained", "The sentence and the formula, which are computed again and must give 305,518."),
    Step("render", "The page in Swedish and English, everything escaped."),
)
# In the order in which a count is brought from SCB and then read, when the run asks SCB.
FROM_SCB: Final = (
    Step("ScbAccess.bring", "Every count the year's rules ask for, once, for all territories."),
    Step("queries", "One count as requests that keep within SCB's limit of cells."),
    Step("PxWebClient.fetch", "The only place that speaks to SCB: in turn, with patience, to the end of a deadline."),
    Step("RawArchive.hold", "The bytes on disk under their hash, before anybody looks into them."),
    Step("counts_in", "The door: JSON, the dimensions and codes asked for, the unit, nothing missing."),
    Step("read_dataset", "JSON-stat as it was sent."),
    Step("jsonstat.cells", "A row per cell; SCB's one-year ages are added up by territory."),
    Step("require_sums", "Municipalities make the county, counties the nation."),
    Step("require_plausible", "No territory far from what was known of that day."),
    Step("RawArchive.keep", "The manifest that makes the bytes a vintage. What is refused lies in quarantine instead."),
    Step("population_of", "From here as on the embedded counts:"),
    Step("ArchiveSource.answer", "the source is now the archive, not the network,"),
    Step("decided_vintage", "the first vintage, or the one that somebody has adopted,"),
    Step("counts_of", "read by the parser of today, through the same door,"),
    Step("RawArchive.read", "from bytes whose hash is looked at on every reading."),
)


def table(steps: Iterable[Step], known: Mapping[str, str]) -> str:
    """The steps as a table; `known` has the module of every function, by the function's dotted name."""
    names = [(full_name(step.function, known), step.told) for step in steps]
    rows = [
        f"| {number} | {_room(known[name])} | `{name}` | {told} |\n" for number, (name, told) in enumerate(names, 1)
    ]
    return f"| | room | function | what happens |\n|---:|---|---|---|\n{''.join(rows)}"


def _room(module: str) -> str:
    """The folder below the floor, or the floor."""
    floor, *below = module.split(".")
    return below[0] if len(below) > 1 else floor


def full_name(function: str, known: Mapping[str, str]) -> str:
    """The dotted name that ends with `function`, which says the class of a method; `ValueError` without exactly one."""
    found = sorted(
        name
        for name, module in known.items()
        if name.endswith(f".{function}") and name.removeprefix(f"{module}.").count(".") <= function.count(".")
    )
    if len(found) != 1:
        raise ValueError(f"{function} is {' and '.join(found) or 'nowhere'}; a step of the walk needs one place")
    return found[0]
