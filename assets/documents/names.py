"""Whose name it is: the dated register and the listed variants, looked up as documents write them.

Knows names and codes of recipients, not tables or sentences. Rules that hold for every name (kommun, län, genitive,
Region X) are here; irregular names are rows of `data/geography/name_variants.csv`.
"""

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import polars as pl

from assets.documents.finding.spelling import LOST, keys_of, pattern_of, without_accents
from assets.documents.found import Recipient
from assets.population.recipients import Register
from assets.storage.csv_files import LINE, read_csv
from schemas.errors import DataRefused, at_line
from schemas.vocabulary import COUNTY, MUNICIPALITIES_IN_COUNTY, MUNICIPALITY, REGION

_FILE: Final = "name_variants.csv"
_HEADER: Final = ("variant", "recipient_type", "recipient_code", "kind", "source")
_LONGEST: Final = 70
_COUNTY_DIGITS: Final = 2
_MUNICIPALITY_DIGITS: Final = 4
_MOST_WORDS: Final = 6
_CODE_FIRST: Final = re.compile(r"^\s*(\d{1,4})\s*[-–:,]?\s+(?=[^\W\d])(.+)$", re.DOTALL)
_CODE_LAST: Final = re.compile(r"^(.*[^\W\d_]\S*)[\s,]+\(?(\d{3,4})\)?\s*$", re.DOTALL)
_KIND_WORD: Final = re.compile(r"region|landsting|län|kommun|stad|^VGR$|^SK[LR]$", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_][^\s,.;:()]*")
_CLOSE: Final = 0.75
_CLOSE_LENGTH: Final = 3


@dataclass(frozen=True)
class NameMatch:
    """Whom a name can mean. `is_short` if it is a bare place name such as Dalarna, which says no kind.

    `recipients` takes the letters as they stand; `if_accents_are_lost` is for a document that has lost its rings and
    dots. `lost_accents` says that only the latter reading has a match. `code` is the code printed with the name.
    """

    recipients: tuple[Recipient, ...]
    if_accents_are_lost: tuple[Recipient, ...]
    is_short: bool
    lost_accents: bool
    has_accents: bool
    code: str | None = None


@dataclass(frozen=True, eq=False)
class Names:
    """All names of those who exist on one day."""

    county_of: Mapping[Recipient, str | None]
    name_of: Mapping[Recipient, str]
    shown: Mapping[str, str]
    _by_key: Mapping[str, frozenset[Recipient]]
    _by_bare_key: Mapping[str, frozenset[Recipient]]
    _short: frozenset[str]
    _seen: dict[str, NameMatch | None] = field(default_factory=dict)

    def match(self, text: str) -> NameMatch | None:
        """Whom `text`, all of it, can mean; a code before or after the name is told apart. None for nobody."""
        if len(text) > _LONGEST or not re.search(r"[^\W\d_]", text):
            return None
        if text not in self._seen:
            self._seen[text] = self._match(text)
        return self._seen[text]

    def of_code(self, code: str) -> tuple[Recipient, ...]:
        """Whom a printed code can mean, leading zero lost or not: region and county share theirs."""
        if not re.fullmatch("[0-9]{1,4}", code):
            return ()
        is_county = len(code) <= _COUNTY_DIGITS
        full = code.zfill(_COUNTY_DIGITS if is_county else _MUNICIPALITY_DIGITS)
        kinds = (REGION, COUNTY) if is_county else (MUNICIPALITY,)
        return tuple(one for kind in kinds if (one := Recipient(kind, full)) in self.county_of)

    def closest(self, text: str) -> str | None:
        """The most similar name of the register, for a message; never to be used instead of what is printed."""
        for key in keys_of(text):
            near = [known for known in self.shown if abs(len(known) - len(key)) <= _CLOSE_LENGTH]
            similar = difflib.get_close_matches(key, near, n=1, cutoff=_CLOSE)
            if similar:
                return self.shown[similar[0]]
        return None

    def named_in(self, text: str) -> Iterator[tuple[int, int, NameMatch]]:
        """Names that say their kind (Region X, X län, X kommun) in running text: begin, end and whom they mean."""
        words = list(_WORD.finditer(text))
        next_free = 0
        for first, word in enumerate(words):
            if first < next_free or not (word.group()[0].isupper() or _KIND_WORD.match(word.group())):
                continue
            for last in range(min(first + _MOST_WORDS, len(words)) - 1, first - 1, -1):
                found = self._named(text[word.start() : words[last].end()])
                if found:
                    yield word.start(), words[last].end(), found
                    next_free = last + 1
                    break

    def _named(self, text: str) -> NameMatch | None:
        match = self.match(text) if _KIND_WORD.search(text) else None
        return match if match and match.code is None and not match.is_short else None

    def _match(self, text: str) -> NameMatch | None:
        whole = self._look_up(text)
        if whole:
            return whole
        first, last = _CODE_FIRST.match(text), _CODE_LAST.match(text)
        if first:
            return self._with_code(first[2], first[1])
        return self._with_code(last[1], last[2]) if last else None

    def _with_code(self, name: str, code: str) -> NameMatch | None:
        """A number that is nobody's code and could be a year is no code: `Stockholm 2024`."""
        match = self._look_up(name)
        is_year = re.fullmatch("(?:19|20)[0-9]{2}", code) and not self.of_code(code)
        return replace(match, code=code) if match and not is_year else None

    def _look_up(self, text: str) -> NameMatch | None:
        keys = keys_of(text)
        # A question mark at the end is just that if the name is whole without it.
        for key in (*keys, *(key.rstrip(LOST) for key in keys if key.endswith(LOST))):
            exact = self._by_key.get(key, frozenset())
            bare = self._by_bare_key.get(key, frozenset())
            if exact or bare:
                return _match_of(exact or bare, bare | exact, key, is_short=key in self._short, is_lost=not exact)
        return next((self._by_pattern(key) for key in keys if LOST in key), None)

    def _by_pattern(self, key: str) -> NameMatch | None:
        """A name with lost letters."""
        pattern = pattern_of(key)
        shortest, longest = len(key) - key.count(LOST), len(key)
        found = [known for known in self._by_key if shortest <= len(known) <= longest and pattern.fullmatch(known)]
        recipients = frozenset(one for known in found for one in self._by_key[known])
        is_short = all(known in self._short for known in found)
        return _match_of(recipients, recipients, key, is_short=is_short, is_lost=False) if found else None


@dataclass(frozen=True, eq=False)
class NameBook:
    """The register and its variants; names are looked up as of a year."""

    register: Register
    variants: tuple[tuple[str, Recipient], ...]
    _of_year: dict[int | None, Names] = field(default_factory=dict)

    def in_year(self, year: int | None) -> Names:
        """Those who exist on 1 January of `year`, under all names they ever had; None for today's."""
        if year not in self._of_year:
            self._of_year[year] = _names_of(self, year)
        return self._of_year[year]


def read_names(folder: Path, register: Register) -> NameBook:
    """The names in `folder` (`name_variants.csv`) and in `register`; refuses a variant of nobody, with its line."""
    file = folder / _FILE
    rows = read_csv(file, header=_HEADER)
    known = set(map(Recipient, *_columns(register.entries, "recipient_type", "recipient_code")))
    variants = []
    for line, variant, kind, code in rows.select(LINE, "variant", "recipient_type", "recipient_code").iter_rows():
        if variant is None or Recipient(kind, code) not in known:
            raise DataRefused(
                at_line(file, line),
                f"{variant!r} stands for {kind} {code}, which is not registered",
                remedy="a variant needs a name, and a recipient_type and recipient_code of recipients.csv",
            )
        variants.append((variant, Recipient(kind, code)))
    return NameBook(register, tuple(variants))


def is_ambiguous(recipients: Iterable[Recipient]) -> bool:
    """Two codes of one kind: the name alone does not tell who is meant."""
    kinds = [one.recipient_type for one in recipients]
    return len(kinds) != len(set(kinds))


def _match_of(
    found: frozenset[Recipient], bare: frozenset[Recipient], key: str, *, is_short: bool, is_lost: bool
) -> NameMatch:
    return NameMatch(tuple(sorted(found)), tuple(sorted(bare)), is_short, is_lost, has_accents=not key.isascii())


def _columns(frame: pl.DataFrame, *names: str) -> Iterator[list[str]]:
    return (frame.get_column(name).to_list() for name in names)


def _names_of(book: NameBook, year: int | None) -> Names:
    """Everything that can be looked up in `year`."""
    existing = _existing(book.register.entries, year)
    county_of = {one: county for one, (_, county) in existing.items()}
    every_name = [
        *((name, Recipient(kind, code)) for name, kind, code in _named(book.register.entries)),
        *book.variants,
    ]
    written = [(name, one) for name, one in every_name if one in county_of]
    by_key: dict[str, set[Recipient]] = {}
    short: set[str] = set()
    for form, one, is_short in _forms(written):
        for key in keys_of(form):
            by_key.setdefault(key, set()).add(one)
            if is_short:
                short.update((key, without_accents(key)))
    by_bare_key: dict[str, set[Recipient]] = {}
    for key, recipients in by_key.items():
        by_bare_key.setdefault(without_accents(key), set()).update(recipients)
    in_counties = {Recipient(MUNICIPALITIES_IN_COUNTY, code): code for code in _county_codes(county_of)}
    return Names(
        county_of={**county_of, **in_counties},
        name_of={one: name for one, (name, _) in existing.items()},
        shown={keys_of(name)[0]: name for name, _ in written},
        _by_key=_frozen(by_key),
        _by_bare_key=_frozen(by_bare_key),
        _short=frozenset(short),
    )


def _frozen(sets: Mapping[str, set[Recipient]]) -> dict[str, frozenset[Recipient]]:
    return {key: frozenset(members) for key, members in sets.items()}


def _named(entries: pl.DataFrame) -> Iterable[tuple[str, str, str]]:
    return entries.select("recipient_name", "recipient_type", "recipient_code").iter_rows()


def _county_codes(county_of: Mapping[Recipient, str | None]) -> list[str]:
    return [one.recipient_code for one in county_of if one.recipient_type == COUNTY]


def _existing(entries: pl.DataFrame, year: int | None) -> dict[Recipient, tuple[str, str | None]]:
    """Name and county of all who exist; years before the register starts have whoever existed when it did."""
    day = dt.date.max if year is None else dt.date(year, 1, 1)
    valid = entries.filter(
        pl.col("valid_from").fill_null(dt.date.min) <= day, pl.col("valid_to").fill_null(dt.date.max) >= day
    )
    rows = valid.select("recipient_type", "recipient_code", "recipient_name", "county_code").iter_rows()
    return {Recipient(kind, code): (name, county) for kind, code, name, county in rows}


def _forms(written: Iterable[tuple[str, Recipient]]) -> Iterator[tuple[str, Recipient, bool]]:
    """Every way to write each name, and whether that way is a bare place name."""
    for name, one in written:
        if one.recipient_type == MUNICIPALITY:
            yield from _municipal_forms(name, one)
        elif one.recipient_type == COUNTY:
            yield from _county_forms(name.removesuffix(" län"), one.recipient_code)
        else:
            yield name, one, one.recipient_type == REGION and not _KIND_WORD.search(name)


def _municipal_forms(name: str, one: Recipient) -> Iterator[tuple[str, Recipient, bool]]:
    """`Orsa`, `Orsa kommun`, `Orsas kommuns`, `Lunds stad`; a name that says kommun or stad only gets its genitive."""
    says_kind = re.search(r" (?:kommun|stad)$|^Region ", name)
    yield name, one, not says_kind
    if says_kind:
        yield f"{name}s", one, False
        return
    for place in (name, f"{name}s"):
        for word in ("kommun", "kommuns", "stad", "stads"):
            yield f"{place} {word}", one, False


def _county_forms(place: str, code: str) -> Iterator[tuple[str, Recipient, bool]]:
    """`place` is nominative or genitive: Dalarna, Dalarnas. Region and county of one code share their place names."""
    county, region = Recipient(COUNTY, code), Recipient(REGION, code)
    yield place, county, True
    for form in (f"{place} län", f"{place} läns"):
        yield form, county, False
    for form in (f"Region {place}", f"Region {place} län", f"Regionen {place}", f"{place} läns landsting"):
        yield form, region, False
    for form in (f"Landstinget {place}", f"Landstinget i {place}", f"Landstinget i {place} län"):
        yield form, region, False
    together = Recipient(MUNICIPALITIES_IN_COUNTY, code)
    for form in (f"Kommunerna i {place}", f"Kommuner i {place}", f"{place} kommuner", f"{place} läns kommuner"):
        yield form, together, False
    for form in (f"Kommunerna i {place} län", f"Kommuner i {place} län", f"Samtliga kommuner i {place} län"):
        yield form, together, False
