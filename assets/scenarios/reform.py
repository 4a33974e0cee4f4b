"""What a reform file may say: a small overlay on an agreement, strictly read.

A reform changes pots, moves money between them, pools municipal money by county or merges municipalities. What it
does not mention stays as decided. Whether it fits the agreement is `overlay.py`; what comes of it, `apply.py`.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from assets.agreements.model import BothLanguages, Identifier, Kronor
from assets.population.bases import ALL_AGES, OLDEST
from assets.storage.yaml_files import RefusedAt, StrictModel, load_yaml
from schemas.errors import DataRefused, UsageError, at_line, listed
from schemas.patterns import ID, MUNICIPALITY_CODE, NOT_BLANK

_PERCENT: Final = re.compile(r"(0|[1-9][0-9]{0,3})(?:\.([0-9]))?")
_WHOLE: Final = 1_000
_MOST: Final = 10 * _WHOLE


@dataclass(frozen=True)
class Percent:
    """A percentage with at most one decimal, as whole tenths of a per cent: 2.5 % is 25."""

    permille: int

    def __str__(self) -> str:
        whole, tenth = divmod(self.permille, 10)
        return f"{whole}.{tenth} %" if tenth else f"{whole} %"


def _percent(value: Any) -> Any:
    """`5` or `2.5`; decimals reach us as text, so no binary fraction is ever involved."""
    if isinstance(value, Percent):
        return value
    match = None if isinstance(value, bool) else _PERCENT.fullmatch(str(value))
    permille = 10 * int(match[1]) + int(match[2] or 0) if match else _MOST + 1
    if permille > _MOST:
        raise ValueError("a percentage is a number such as 5 or 2.5, at most 1000, with at most one decimal")
    return Percent(permille)


def _at_most_all(value: Percent) -> Percent:
    if value.permille > _WHOLE:
        raise ValueError(f"{value} is more than everything")
    return value


AnyPercent = Annotated[Percent, BeforeValidator(_percent)]
PartPercent = Annotated[AnyPercent, AfterValidator(_at_most_all)]


def _ages(value: Any) -> Any:
    """`all`, or [first, last] with both ages included, as the text that tables use."""
    match value:
        case [int(first), int(last)] if not isinstance(first, bool) and 0 <= first <= last <= OLDEST:
            return f"{first}-{last}"
        case "all":
            return ALL_AGES
    raise ValueError(f"ages must be `all` or [first, last] with 0 ≤ first ≤ last ≤ {OLDEST}")


def _by_class(value: Any) -> Any:
    """One base amount for all is the amount of the class `default`."""
    if isinstance(value, dict) and "default" not in value:
        raise ValueError("base_sek by class needs a default")
    return {"default": value} if isinstance(value, int) else value


Ages = Annotated[str, BeforeValidator(_ages)]
BaseAmounts = Annotated[dict[Identifier, Kronor], BeforeValidator(_by_class)]
PerHead = Annotated[int, Field(ge=0, le=1_000_000)]
Rounding = Literal["nearest", "largest_remainder", "largest_recipient"]


class PotChange(StrictModel):
    """What is another in a pot. Limits hold against the decided amounts; see `limits.py`."""

    amount_sek: Kronor | None = None
    base_sek: BaseAmounts | None = None
    variable: Literal["none", "population"] | None = None
    ages: Ages | None = None
    amounts: dict[str, Kronor] | None = None
    rounding: Rounding | None = None
    max_sek_per_head: PerHead | None = None
    max_gain_percent: AnyPercent | None = None
    max_loss_percent: PartPercent | None = None

    @model_validator(mode="after")
    def _is_one_rule(self) -> Self:
        parts = (self.base_sek, self.variable, self.ages, self.rounding)
        if self.amounts is not None and any(part is not None for part in parts):
            raise ValueError("a rule lists amounts by recipient, or has base_sek and a part by population, not both")
        if self.variable == "none" and (self.ages, self.rounding) != (None, None):
            raise ValueError("without a part by population there are no ages and nothing to round")
        if self == PotChange.model_construct():
            raise ValueError("nothing is changed")
        return self


class Transfer(StrictModel):
    """Kronor that move from one pot to another before the pots are split."""

    from_pot: Identifier
    to_pot: Identifier
    amount_sek: Annotated[Kronor, Field(gt=0)]

    @model_validator(mode="after")
    def _moves(self) -> Self:
        if self.from_pot == self.to_pot:
            raise ValueError("from_pot and to_pot are the same pot")
        return self


class Pooling(StrictModel):
    """A share of every municipality's amount that goes to the joint money of its own county."""

    from_pot: Identifier
    to_pot: Identifier
    share_percent: PartPercent


class Merger(StrictModel):
    """Municipalities that become one recipient, under the first one's code: one base, summed population."""

    codes: Annotated[list[Annotated[str, Field(pattern=MUNICIPALITY_CODE)]], Field(min_length=2)]
    name: Annotated[str, Field(pattern=NOT_BLANK)]


PotIds = Annotated[str, Field(pattern=f"^{ID[1:-1]}( {ID[1:-1]})*$")]


class Reform(StrictModel):
    """An assumed change of the agreement of one programme and year.

    The parts apply in this order: mergers, pots, transfers, the split, caps, the guarantee, pooling.
    """

    programme: Identifier
    year: Annotated[int, Field(ge=2003, le=2100)]
    title: BothLanguages
    note: BothLanguages | None = None
    total_sek: Kronor | None = None
    pots: dict[PotIds, PotChange] = Field(default_factory=dict)
    transfers: list[Transfer] = Field(default_factory=list)
    pooling: list[Pooling] = Field(default_factory=list)
    mergers: list[Merger] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not (self.pots or self.transfers or self.pooling or self.mergers):
            raise RefusedAt("changes nothing; it needs pots, transfers, pooling or mergers")
        require_once("pot", [pot_id for ids in self.pots for pot_id in ids.split()], "pots")
        require_once("municipality", [code for merger in self.mergers for code in merger.codes], "mergers")
        require_once("pot", [pooling.from_pot for pooling in self.pooling], "pooling")
        return self

    @property
    def changes(self) -> Mapping[str, PotChange]:
        """The change of each pot; a key of the file may name several, separated by blanks."""
        return {pot_id: change for ids, change in self.pots.items() for pot_id in ids.split()}

    def touched_pots(self) -> set[str]:
        """The pots that the reform names; mergers change every pot of the municipalities besides."""
        moves: list[Transfer | Pooling] = [*self.transfers, *self.pooling]
        return {*self.changes, *(pot_id for move in moves for pot_id in (move.from_pot, move.to_pot))}

    @property
    def sha256(self) -> str:
        """SHA-256 of what the reform changes: a comment or title does not change it, a value does."""
        decisive = self.model_dump(exclude={"title", "note"}, exclude_none=True)
        return hashlib.sha256(json.dumps(decisive, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def require_once(kind: str, names: list[str], part: str) -> None:
    """No name stands twice; `part` is the key of the file that is to blame."""
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise RefusedAt(f"{kind} {twice[0]} is named twice", part)


@dataclass(frozen=True)
class NamedReform:
    """A reform under the name of its file, and where messages about it point."""

    id: str
    where: str
    reform: Reform


def load_reform(file: Path, year: int | None = None) -> NamedReform:
    """Read a reform file, for another `year` than its own if told.

    Raises `UsageError` if there is no such file, `DataRefused` with file and line for what is not a reform.
    """
    require_file(file)
    reform = load_yaml(file, Reform)
    where = at_line(file, None)
    return NamedReform(file.stem, where, reform if year is None else reform.model_copy(update={"year": year}))


def require_file(file: Path) -> None:
    """There is such a file and its name can be the name of a scenario."""
    if not file.is_file():
        beside = sorted(other.name for other in file.parent.glob("*.yaml"))
        raise UsageError(f"there is no file {file}", remedy=f"beside it: {listed(beside)}" if beside else "")
    if not re.fullmatch(ID[1:-1], file.stem):
        raise DataRefused(
            at_line(file, None),
            f"{file.stem!r} cannot be the name of a scenario",
            remedy="use lower-case letters a–z, digits and hyphens",
        )
