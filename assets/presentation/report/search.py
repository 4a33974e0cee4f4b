"""What the search field knows: name, page and kind of every recipient, as a script that opens from disk too."""

import json
from typing import Any, Final

import polars as pl

from assets.presentation.report.labels import label
from schemas.text import Language
from schemas.vocabulary import COUNTY, MUNICIPALITY, NATIONAL, REGION

# Equal matches are listed in this order.
_KINDS: Final = (MUNICIPALITY, REGION, COUNTY, NATIONAL)


def places(recipients: pl.DataFrame) -> list[tuple[str, str, int]]:
    """Name, code and number of the kind of every recipient, under the name it last had.

    Its page is `<kind>/<code>.html` in small letters, as everywhere in the report.
    """
    latest = recipients.sort("year").unique(["recipient_type", "recipient_code"], keep="last")
    rows = latest.select("recipient_name", "recipient_code", "recipient_type").rows()
    return sorted(
        ((name, code, _KINDS.index(kind)) for name, code, kind in rows), key=lambda place: (place[2], place[1])
    )


def script(recipients: pl.DataFrame) -> bytes:
    """The file `search.js`: one constant, which `report.js` reads. Plain ASCII, whatever the names hold."""
    languages: tuple[Language, ...] = ("sv", "en")
    known: dict[str, Any] = {
        "kinds": [{"folder": kind, **{lang: label(kind, lang) for lang in languages}} for kind in _KINDS],
        "places": places(recipients),
    }
    return f"const KRONVIS = {json.dumps(known, separators=(',', ':'))};\n".encode()
