"""The agreement files: `<programme>/<year>.yaml` and its supplements. A new year is a new file."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from assets.agreements.model import Agreement, Supplement
from assets.population.bases import ALL_AGES, CHILDREN, AskedBases, Base, territory_of
from assets.storage.yaml_files import RefusedAt, load_yaml
from schemas.errors import DataRefused, UsageError, at_line, listed


@dataclass(frozen=True)
class AgreementFiles:
    """All agreements below a folder; each file is read once, when it is asked for."""

    folder: Path
    _loaded: dict[tuple[str, int], Agreement] = field(default_factory=dict, repr=False)

    def programmes(self) -> list[str]:
        """The programmes that have a folder, sorted."""
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir())

    def years(self, programme: str | None = None) -> list[int]:
        """The years that have an agreement file, sorted; of one programme or of any."""
        chosen = self.programmes() if programme is None else [self._known_programme(programme)]
        return sorted({year for name in chosen for year in self._years_of(name)})

    def require_on_file(self, years: Iterable[int]) -> None:
        """`UsageError`, naming the years there are, if one of `years` has no agreement file; nothing is loaded."""
        on_file = self.years()
        for year in years:
            if year not in on_file:
                raise self._no_agreement(year, on_file)

    def of_year(self, year: int) -> list[Agreement]:
        """The agreements of a grant year, by programme; `UsageError` if there is none."""
        programmes = [name for name in self.programmes() if year in self._years_of(name)]
        if not programmes:
            raise self._no_agreement(year, self.years())
        return [self.load(name, year) for name in programmes]

    def of_years(self, years: Iterable[int]) -> list[Agreement]:
        """The agreements of several grant years; `UsageError` if one of them has none."""
        return [agreement for year in years for agreement in self.of_year(year)]

    def load(self, programme: str, year: int) -> Agreement:
        """One agreement, its supplements applied; `DataRefused` if a file breaks a rule, `UsageError` without one."""
        if year not in self.years(programme):
            raise self._no_agreement(year, self.years(programme))
        if (programme, year) not in self._loaded:
            self._loaded[programme, year] = self._read(programme, year)
        return self._loaded[programme, year]

    def is_whole(self, programme: str, year: int) -> bool:
        """Whether an agreement on file keeps the rules; one that does not is refused where its own year is asked for.

        For what concerns many years at once and must not fail all of them for one.
        """
        try:
            self.load(programme, year)
        except DataRefused:
            return False
        return True

    def with_previous(self, years: Iterable[int]) -> list[int]:
        """`years` and those their amounts are compared with: each programme's agreement before, and the year before."""
        chosen = set(years)
        previous = {
            before
            for programme in self.programmes()
            for before, year in pairwise(self._years_of(programme))
            if year in chosen
        }
        return sorted(chosen | previous | ({year - 1 for year in chosen} & set(self.years())))

    def bases(self, year: int) -> AskedBases:
        """What the year's rules ask of the population stage, and what is shown per head beside the amounts."""
        agreements = self.of_year(year)
        asked = {agreement.asked_base(pot) for agreement in agreements for pot in agreement.pots}
        required = frozenset(base for base in asked if base is not None)
        shown = (base for agreement in agreements for base in display_bases(agreement))
        return AskedBases(required, frozenset(shown) - required)

    def _known_programme(self, programme: str) -> str:
        known = self.programmes()
        if programme in known:
            return programme
        close = difflib.get_close_matches(programme, known, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise UsageError(f"there is no programme {programme!r}", remedy=f"{hint}programmes on file: {listed(known)}")

    def _no_agreement(self, year: int, years: list[int]) -> UsageError:
        remedy = f"years on file: {listed(years)}; add data/agreements/<programme>/{year}.yaml"
        return UsageError(f"there is no agreement for {year}", remedy=remedy)

    def _years_of(self, programme: str) -> list[int]:
        files = list((self.folder / programme).glob("*.yaml"))
        years = sorted(int(file.stem) for file in files if file.stem.isdecimal())
        for file in files:
            year, dash, _ = file.stem.partition("-")
            if dash and year.isdecimal() and int(year) not in years:
                raise DataRefused(at_line(file, None), f"amends {year}, which has no file", remedy=f"add {year}.yaml")
        return years

    def _read(self, programme: str, year: int) -> Agreement:
        file = self.folder / programme / f"{year}.yaml"
        agreement = load_yaml(file, Agreement)
        _require_name(file, agreement.programme, agreement.year)
        for supplement_file in sorted(file.parent.glob(f"{year}-*.yaml")):
            supplement = load_yaml(supplement_file, Supplement)
            _require_name(supplement_file, supplement.programme, supplement.year)
            agreement = _amended(agreement, supplement, supplement_file)
        return agreement


def display_bases(agreement: Agreement) -> list[Base]:
    """All inhabitants and all children on the agreement's own date, of municipalities and counties."""
    base = agreement.population
    if base is None:
        return []
    territories = sorted({territory_of(kind) for kind in ("municipality", "county")})
    return [
        Base(base.table, base.reference_date, ages, territory)
        for territory in territories
        for ages in (ALL_AGES, CHILDREN)
    ]


def _require_name(file: Path, programme: str, year: int) -> None:
    stated = (programme, str(year))
    if stated != (file.parent.name, file.stem.partition("-")[0]):
        raise DataRefused(
            at_line(file, None),
            f"says programme {programme}, year {year}",
            remedy="the folder is the programme and the file name the year",
        )


def _amended(agreement: Agreement, supplement: Supplement, file: Path) -> Agreement:
    replacing = {pot.id: pot for pot in supplement.pots}
    amended = agreement.model_copy(
        update={
            "total_sek": supplement.total_sek,
            "total_evidence": supplement.total_evidence,
            "pots": [replacing.pop(pot.id, pot) for pot in agreement.pots] + list(replacing.values()),
            "sources": {**agreement.sources, **supplement.sources},
        }
    )
    try:
        amended.require_whole()
    except RefusedAt as error:
        raise DataRefused(at_line(file, None), f"as amended, {error}") from None
    return amended
