"""The ways to write a recipient's name, by rules that hold for every name: kommun, län, genitive, Region X."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from assets.documents.found import Recipient
from schemas.vocabulary import COUNTY, MUNICIPALITIES_IN_COUNTY, MUNICIPALITY, REGION

KIND_WORD: Final = re.compile(r"region|landsting|län|kommun|stad|^VGR$|^SK[LR]$", re.IGNORECASE)


def forms_of(written: Iterable[tuple[str, Recipient]]) -> Iterator[tuple[str, Recipient, bool]]:
    """Every way to write each name, and whether that way is a bare place name."""
    for name, one in written:
        if one.recipient_type == MUNICIPALITY:
            yield from _municipal_forms(name, one)
        elif one.recipient_type == COUNTY:
            yield from _county_forms(name.removesuffix(" län"), one.recipient_code)
        else:
            yield name, one, one.recipient_type == REGION and not KIND_WORD.search(name)


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
