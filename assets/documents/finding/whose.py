"""Who the rows of one table mean: names, codes beside them and the company they keep, taken together.

A name alone may be several recipients (Stockholm is municipality, region and county); the table tells which kinds
are meant. Where name and code differ, or two recipients of a kind remain, nobody is meant and the row is reported.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from assets.documents.finding.amounts import plain
from assets.documents.finding.lines import Piece
from assets.documents.found import Recipient
from assets.documents.names import NameMatch, Names, is_ambiguous
from schemas.text import Text
from schemas.vocabulary import COUNTY, MUNICIPALITIES_IN_COUNTY, MUNICIPALITY, REGION

_KINDS: Final = (MUNICIPALITY, REGION, COUNTY)
# A kind is the table's if at most every fifth name cannot mean it.
_NEARLY_ALL: Final = 5
_MUNICIPAL: Final = re.compile(r"kommun(?:er|ens|s)?\b|kommunnamn", re.IGNORECASE)
_REGIONAL: Final = re.compile(r"(?:region|landsting|län)(?:er|s)?\b|(?:region|läns)namn", re.IGNORECASE)
_LONGEST_RANK: Final = 2


@dataclass(frozen=True)
class Named:
    """The name of a row and the code beside it; `match` is None for a name nobody has."""

    piece: Piece
    match: NameMatch | None
    code: str | None

    @property
    def text(self) -> str | None:
        """The name as printed; None where a code stands alone."""
        return None if self.match and self.match.code == self.piece.text else self.piece.text


@dataclass(frozen=True)
class Refused:
    """A row that is nobody's: the kind of `Unread`, and why."""

    kind: str
    why: Text


@dataclass(frozen=True)
class TableKinds:
    """What the rows of a table have in common: the kinds of recipients it is of, and whether accents are lost."""

    kinds: frozenset[str]
    accents_are_lost: bool
    # Small numbers before the names count the rows; they are no codes.
    has_ranks: bool


def kinds_of(rows: Sequence[Named], headings: Sequence[str], *, document_lost_accents: bool) -> TableKinds:
    """What nearly all rows can mean; `headings` stand over the names."""
    matches = [row.match for row in rows if row.match]
    lost = accents_are_lost(matches)
    is_lost = document_lost_accents if lost is None else lost
    of_rows = _without_subtotals([{one.recipient_type for one in match.recipients} for match in matches])
    counts = Counter(kind for kinds in of_rows for kind in kinds)
    common = {kind for kind in _KINDS if _NEARLY_ALL * counts[kind] >= (_NEARLY_ALL - 1) * len(of_rows) > 0}
    said = _said_by(headings) & common
    return TableKinds(frozenset(said or common), is_lost, _has_ranks(rows))


def accents_are_lost(matches: Iterable[NameMatch]) -> bool | None:
    """Whether names without their rings and dots show that the text has lost them; None if no name tells."""
    shown = [(match.lost_accents, match.has_accents) for match in matches]
    if any(has for _, has in shown):
        return False
    return True if any(lost for lost, _ in shown) else None


def meant_by(row: Named, table: TableKinds, names: Names) -> tuple[Recipient, ...] | Refused:
    """Every recipient that the row can mean in this table, or why it is nobody's."""
    if row.match is None:
        return _unknown(row, names)
    recipients = row.match.if_accents_are_lost if table.accents_are_lost else row.match.recipients
    code = None if row.code and table.has_ranks and len(row.code) <= _LONGEST_RANK else row.code
    if code is not None:
        of_code = names.of_code(code)
        recipients, all_named = tuple(one for one in recipients if one in of_code), recipients
        if not recipients:
            return _differ(code, of_code, all_named, names)
    return _of_kinds(recipients, row.match, table, names)


def _of_kinds(
    recipients: tuple[Recipient, ...], match: NameMatch, table: TableKinds, names: Names
) -> tuple[Recipient, ...] | Refused:
    fitting = tuple(one for one in recipients if one.recipient_type in table.kinds)
    if not fitting and table.kinds and match.is_short:
        return _stranger(recipients, names)
    fitting = fitting or recipients
    return _ambiguous(fitting, names) if is_ambiguous(fitting) else fitting


def _without_subtotals(of_rows: Sequence[set[str]]) -> list[set[str]]:
    """Counties among at least as many municipalities may be sums of theirs: they do not tell what the table is of."""
    others = [kinds for kinds in of_rows if MUNICIPALITY in kinds or not kinds & {COUNTY, MUNICIPALITIES_IN_COUNTY}]
    municipal = [kinds for kinds in of_rows if kinds == {MUNICIPALITY}]
    return others if len(municipal) >= len(of_rows) - len(others) else list(of_rows)


def _said_by(headings: Sequence[str]) -> frozenset[str]:
    """The kinds that a heading over the names announces, if it announces one."""
    words = " ".join(map(plain, headings))
    municipal, regional = bool(_MUNICIPAL.search(words)), bool(_REGIONAL.search(words))
    if municipal == regional:
        return frozenset(_KINDS)
    return frozenset({MUNICIPALITY} if municipal else {REGION, COUNTY})


def _has_ranks(rows: Sequence[Named]) -> bool:
    """Most of the small numbers beside the names are not their codes."""
    short = [row for row in rows if row.match and row.code and len(row.code) <= _LONGEST_RANK]
    right = [
        row
        for row in short
        if row.match
        and any(
            int(one.recipient_code) == int(row.code or 0)
            for one in row.match.recipients
            if one.recipient_code.isdigit()
        )
    ]
    return 2 * len(right) < len(short)


def listed(recipients: Iterable[Recipient], names: Names) -> str:
    """`Håbo (0305) / Habo (0643)`, for messages."""
    return " / ".join(f"{names.name_of.get(one, one.recipient_type)} ({one.recipient_code})" for one in recipients)


def _unknown(row: Named, names: Names) -> Refused:
    closest = names.closest(row.piece.text)
    hint_sv, hint_en = (f"; närmast liknar det {closest}", f"; it resembles {closest}") if closest else ("", "")
    if row.code:
        hint_sv, hint_en = f"{hint_sv}; koden bredvid är {row.code}", f"{hint_en}; the code beside it is {row.code}"
    return Refused("unknown_name", Text(f"ingen mottagare heter så{hint_sv}", f"no recipient has this name{hint_en}"))


def _differ(code: str, of_code: Sequence[Recipient], named: Sequence[Recipient], names: Names) -> Refused:
    owner_sv = listed(of_code, names) or "ingen"
    owner_en = listed(of_code, names) or "nobody"
    return Refused(
        "name_and_code_differ",
        Text(
            f"koden {code} är {owner_sv}, namnet {listed(named, names)}",
            f"code {code} is {owner_en}, the name {listed(named, names)}",
        ),
    )


def _stranger(recipients: Sequence[Recipient], names: Names) -> Refused:
    shown = listed(recipients, names)
    return Refused(
        "ambiguous_name",
        Text(f"{shown} är av annat slag än tabellens övriga", f"{shown} is of another kind than the rest of the table"),
    )


def _ambiguous(recipients: Sequence[Recipient], names: Names) -> Refused:
    shown = listed(recipients, names)
    return Refused("ambiguous_name", Text(f"namnet kan betyda {shown}", f"the name can mean {shown}"))
