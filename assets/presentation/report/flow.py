"""The split as a picture: pots on the left, kinds of recipients on the right, bands as broad as the money between."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final

from schemas.plain_text import harmless
from schemas.text import Language
from schemas.vocabulary import COUNTY, MUNICIPALITY, NATIONAL, NOT_COMPUTED, REGION, UNKNOWN

KINDS: Final = (MUNICIPALITY, REGION, COUNTY, NATIONAL, UNKNOWN)

# In units of the picture, which is WIDTH broad; labels stand to the left and to the right of the two columns.
WIDTH: Final = 940
_LEFT: Final = 400
_RIGHT: Final = 660
_COLUMN: Final = 14
_TALL: Final = 340
# A pot's label has two lines, however small the pot.
_SLOT: Final = 38
_GAP: Final = 10
_LETTERS: Final = 54


def flow(pots: Iterable[Mapping[str, Any]], lang: Language) -> dict[str, Any]:
    """What the template draws: pots and kinds with their places, and the bands between them.

    `pots` are rows of the table `pots` of one agreement. A pot without a computed split is not `known`.
    """
    rows = sorted(pots, key=lambda pot: (KINDS.index(pot["recipient_type"]), -pot["amount_sek"], pot["pot_id"]))
    total = sum(pot["amount_sek"] for pot in rows)
    drawn: list[dict[str, Any]] = []
    top = 0.0
    for pot in rows:
        height = max(_TALL * pot["amount_sek"] / total, 1.0)
        slot = max(height, _SLOT)
        name = harmless(pot[f"name_{lang}"])
        drawn.append(
            {
                "kind": pot["recipient_type"],
                "known": pot["status"] != NOT_COMPUTED,
                "name": name,
                "label": harmless(name, _LETTERS),
                "amount_sek": pot["amount_sek"],
                "y": round(top + (slot - height) / 2, 1),
                "height": round(height, 1),
                "middle": round(top + slot / 2, 1),
            }
        )
        top += slot + _GAP
    return {
        "width": WIDTH,
        "height": round(top, 1),
        "left": _LEFT,
        "right": _RIGHT,
        "column": _COLUMN,
        "pots": drawn,
        "kinds": [_kind(kind, list(of), total) for kind, of in groupby(drawn, key=lambda pot: pot["kind"])],
    }


def _kind(kind: str, pots: list[dict[str, Any]], total: int) -> dict[str, Any]:
    """A kind of recipients, level with the middle of its pots, and the bands that lead to it."""
    height = sum(pot["height"] for pot in pots)
    y = (pots[0]["y"] + pots[-1]["y"] + pots[-1]["height"] - height) / 2
    amount = sum(pot["amount_sek"] for pot in pots)
    bands = []
    arrival = y
    for pot in pots:
        bands.append({"known": pot["known"], "d": _band(pot["y"], arrival, pot["height"])})
        arrival += pot["height"]
    return {
        "kind": kind,
        "y": round(y, 1),
        "height": round(height, 1),
        "middle": round(y + height / 2, 1),
        "amount_sek": amount,
        "share": amount / total if total else 0.0,
        "bands": bands,
    }


def _band(start: float, end: float, height: float) -> str:
    """A band from the left column to the right one, as a path."""
    x1, x2 = _LEFT + _COLUMN, _RIGHT
    bend = (x1 + x2) / 2
    return (
        f"M{x1} {start:.1f}C{bend:.0f} {start:.1f} {bend:.0f} {end:.1f} {x2} {end:.1f}v{height:.1f}"
        f"C{bend:.0f} {end + height:.1f} {bend:.0f} {start + height:.1f} {x1} {start + height:.1f}z"
    )
