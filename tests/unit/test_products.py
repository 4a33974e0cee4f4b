"""Products: made anew only where something changed, taken over whole, healed, and never outside their place."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import FrozenInstanceError, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.storage.parquet import write_table
from assets.storage.products import Brought, Part, Product, bring_products, files_of, fingerprint, recipe_of
from assets.storage.published import PublishedVersion, current_version, damage
from assets.storage.publishing import Contents, publish
from schemas.errors import DataRefused
from schemas.tables.allocation import COVERAGE


@dataclass
class Workshop:
    """Makes products and remembers which parts it was asked to look at and to make."""

    made: list[str] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)

    def part(self, name: str, says: str, path: str | None = None) -> Part:
        """A part of one file that says `says`."""

        def files() -> Mapping[str, bytes]:
            self.made.append(name)
            return {path or f"report/{name}.html": says.encode()}

        return Part(name, fingerprint(says), files)

    def product(
        self, says: Mapping[str, str], *, recipe: str = "a recipe", rests_on: str | None = None, name: str = "report"
    ) -> Product:
        """A product of one part per name."""

        def parts() -> Iterator[Part]:
            for part, text in says.items():
                self.looked_at.append(part)
                yield self.part(part, text)

        return Product(name, recipe, rests_on or fingerprint(dict(says)), parts)

    def forget(self) -> None:
        """Begin to remember anew."""
        self.made.clear()
        self.looked_at.clear()


@pytest.fixture
def shop() -> Workshop:
    return Workshop()


def bring(product: Product, folder: Path, previous: Path | None = None, known: Mapping[str, Any] | None = None) -> Any:
    folder.mkdir()
    return bring_products([product], folder, previous, known or {})


# --- fingerprints -----------------------------------------------------------------------------------------------


def test_a_fingerprint_is_that_of_what_is_said() -> None:
    assert fingerprint({"a": 1, "b": [1, 2]}) == fingerprint({"b": (1, 2), "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
    assert fingerprint([1, 2]) != fingerprint([2, 1])
    assert fingerprint({"å": Path("ö")}) == hashlib.sha256('{"å": "ö"}'.encode()).hexdigest(), (
        "the same in every version"
    )


def test_a_recipe_follows_its_files_and_not_their_leftovers(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code/a.py").write_text("1")
    alone = tmp_path / "outlines.json"
    alone.touch()
    first = recipe_of(tmp_path / "code", alone)
    (tmp_path / "code/__pycache__").mkdir()
    (tmp_path / "code/__pycache__/a.pyc").write_text("x")
    assert recipe_of(tmp_path / "code", alone) == first
    alone.write_text("{}")
    with_data = recipe_of(tmp_path / "code", alone)
    (tmp_path / "code/a.py").write_text("2")
    assert len({first, with_data, recipe_of(tmp_path / "code", alone)}) == 3


def test_a_recipe_of_what_is_not_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="gone"):
        recipe_of(tmp_path, tmp_path / "gone")


# --- made, kept, healed -----------------------------------------------------------------------------------------


def test_the_first_time_all_is_made(shop: Workshop, tmp_path: Path) -> None:
    brought = bring(shop.product({"a": "A", "b": "B"}), tmp_path / "v1")
    assert (brought.made, brought.kept) == (2, 0)
    assert (tmp_path / "v1/report/a.html").read_bytes() == b"A"
    assert files_of(brought.manifest) == {
        f"report/{name}.html": {"sha256": hashlib.sha256(text).hexdigest(), "bytes": 1}
        for name, text in (("a", b"A"), ("b", b"B"))
    }


def test_a_part_is_made_anew_only_where_what_it_rests_on_changed(shop: Workshop, tmp_path: Path) -> None:
    first = bring(shop.product({"a": "A", "b": "B"}), tmp_path / "v1")
    shop.forget()
    second = bring(shop.product({"a": "A", "b": "B2"}), tmp_path / "v2", tmp_path / "v1", first.manifest)
    assert shop.looked_at == ["a", "b"]
    assert shop.made == ["b"]
    assert (second.made, second.kept) == (1, 1)
    assert [(tmp_path / "v2/report" / name).read_bytes() for name in ("a.html", "b.html")] == [b"A", b"B2"]
    assert (tmp_path / "v1/report/b.html").read_bytes() == b"B", "the old version stays as it was"


def test_a_product_that_rests_on_the_same_is_not_even_looked_at(shop: Workshop, tmp_path: Path) -> None:
    first = bring(shop.product({"a": "A", "b": "B"}, rests_on="tables"), tmp_path / "v1")
    shop.forget()
    second = bring(shop.product({"a": "other"}, rests_on="tables"), tmp_path / "v2", tmp_path / "v1", first.manifest)
    assert shop.looked_at == []
    assert (second.made, second.kept) == (0, 2)
    assert second.manifest == first.manifest
    assert (tmp_path / "v2/report/b.html").read_bytes() == b"B"


def test_another_recipe_makes_all_anew(shop: Workshop, tmp_path: Path) -> None:
    first = bring(shop.product({"a": "A", "b": "B"}), tmp_path / "v1")
    shop.forget()
    second = bring(shop.product({"a": "A", "b": "B"}, recipe="new"), tmp_path / "v2", tmp_path / "v1", first.manifest)
    assert shop.made == ["a", "b"]
    assert (second.made, second.kept) == (2, 0)


def test_a_part_that_is_gone_leaves_no_file(shop: Workshop, tmp_path: Path) -> None:
    first = bring(shop.product({"a": "A", "b": "B"}), tmp_path / "v1")
    second = bring(shop.product({"a": "A"}), tmp_path / "v2", tmp_path / "v1", first.manifest)
    assert set(files_of(second.manifest)) == {"report/a.html"}
    assert not (tmp_path / "v2/report/b.html").exists()


@pytest.mark.parametrize("harm", [lambda file: file.write_bytes(b"X"), lambda file: file.unlink()])
@pytest.mark.parametrize("rests_on", ["tables", "other tables"])
def test_a_damaged_file_is_made_again(
    shop: Workshop, tmp_path: Path, harm: Callable[[Path], object], rests_on: str
) -> None:
    says = {"a": "A", "b": "B"}
    first = bring(shop.product(says, rests_on="tables"), tmp_path / "v1")
    harm(tmp_path / "v1/report/a.html")
    shop.forget()
    second = bring(shop.product(says, rests_on=rests_on), tmp_path / "v2", tmp_path / "v1", first.manifest)
    assert shop.made == ["a"]
    assert (second.made, second.kept) == (1, 1)
    assert (tmp_path / "v2/report/a.html").read_bytes() == b"A"
    assert files_of(second.manifest) == files_of(first.manifest)


def test_without_links_files_are_copied(shop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = bring(shop.product({"a": "A"}), tmp_path / "v1")

    def refuse(_source: Path, _target: Path) -> None:
        raise OSError

    monkeypatch.setattr("os.link", refuse)
    second = bring(shop.product({"a": "A"}), tmp_path / "v2", tmp_path / "v1", first.manifest)
    assert second.kept == 1
    assert (tmp_path / "v2/report/a.html").read_bytes() == b"A"


def test_what_is_made_or_copied_is_on_disk_before_it_is_told(
    shop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[tuple[str, bytes]] = []
    monkeypatch.setattr(
        "assets.storage.products.sync_file",
        lambda file: flushed.append((str(file.relative_to(tmp_path)), file.read_bytes())),
    )
    first = bring(shop.product({"a": "A"}), tmp_path / "v1")
    bring(shop.product({"a": "A"}), tmp_path / "v2", tmp_path / "v1", first.manifest)
    assert flushed == [("v1/report/a.html", b"A")], "a link is the very file that was flushed"

    def refuse(_source: Path, _target: Path) -> None:
        raise OSError

    monkeypatch.setattr("os.link", refuse)
    bring(shop.product({"a": "A"}), tmp_path / "v3", tmp_path / "v1", first.manifest)
    assert flushed[1:] == [("v3/report/a.html", b"A")]


def test_counts_are_of_all_products_together(shop: Workshop, tmp_path: Path) -> None:
    """One is taken over, one in part, one is new."""
    (tmp_path / "v1").mkdir()
    old = [shop.product({"a": "A", "b": "B"}, name="report"), shop.product({"c": "C", "d": "D"}, name="workbooks")]
    first = bring_products(old, tmp_path / "v1", None, {})
    (tmp_path / "v2").mkdir()
    new = [old[0], shop.product({"c": "C", "d": "D2"}, name="workbooks"), shop.product({"e": "E"}, name="catalogue")]
    second = bring_products(new, tmp_path / "v2", tmp_path / "v1", first.manifest)
    assert (first.made, first.kept) == (4, 0)
    assert (second.made, second.kept) == (2, 3)
    assert list(second.manifest) == ["report", "workbooks", "catalogue"]


# --- places -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["../outside", "report/../../outside", "/outside", "", ".", "manifest.json", "SHA256SUMS", "report"]
)
def test_a_path_that_is_no_place_of_its_own_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "v1/report").mkdir(parents=True)
    product = Product("p", "r", "t", lambda: [Part("a", "x", lambda: {path: b"X"})])
    with pytest.raises(DataRefused):
        bring_products([product], tmp_path / "v1", None, {})
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(("first", "second"), [("a/b", "a/b"), ("a", "a/b"), ("a/b", "a")])
def test_a_place_is_claimed_once(tmp_path: Path, first: str, second: str) -> None:
    products = [
        Product(name, "r", "t", lambda path=path: [Part("a", "x", lambda: {path: b"X"})])  # type: ignore[misc]  # a lambda
        for name, path in (("p", first), ("q", second))
    ]
    (tmp_path / "v1").mkdir()
    with pytest.raises(DataRefused):
        bring_products(products, tmp_path / "v1", None, {})


@pytest.mark.parametrize(
    "given", [Part("a", "x", dict), Product("p", "r", "t", list), Brought({}, made=0, kept=0)], ids=["a", "p", "b"]
)
def test_what_is_handed_over_cannot_be_changed(given: object) -> None:
    with pytest.raises(FrozenInstanceError):
        given.made = given.name = "another"  # type: ignore[attr-defined]  # to be seen refused


def test_folders_are_made_however_deep(shop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    deep = Product("p", "r", "t", lambda: [shop.part("a", "A", "report/sv/kommun/a.html")])
    bring_products([deep], tmp_path / "v1", None, {})
    assert (tmp_path / "v1/report/sv/kommun/a.html").read_bytes() == b"A"


def test_a_name_is_given_once(shop: Workshop, tmp_path: Path) -> None:
    """Otherwise the manifest would forget the files of the first of that name."""
    (tmp_path / "v1").mkdir()
    twice = Product("p", "r", "t", lambda: [shop.part("a", "A", "one"), shop.part("a", "B", "two")])
    with pytest.raises(DataRefused, match="twice"):
        bring_products([twice], tmp_path / "v1", None, {})
    (tmp_path / "v2").mkdir()
    with pytest.raises(DataRefused, match="twice"):
        bring_products([shop.product({"a": "A"}), shop.product({"b": "B"})], tmp_path / "v2", None, {})


# --- through a publication --------------------------------------------------------------------------------------


def _coverage(amount: int) -> pl.DataFrame:
    row = {
        "programme": "test",
        "year": 2025,
        "evidence": "verified",
        "pots_count": 1,
        "amount_sek": amount,
        "agreement_total_sek": 10,
        "coverage_share": amount / 10,
    }
    return pl.DataFrame([row], COVERAGE.schema)


def _publish(out: Path, products: Callable[[Contents], Iterable[Product]], amount: int = 5) -> PublishedVersion:
    work = out / "work"
    write_table(work, COVERAGE, _coverage(amount), {2025: {}})
    return publish(out, work, {"coverage": COVERAGE}, [2025], lambda _y: {}, lambda _t: None, products)


def _from_tables(shop: Workshop, recipe: str = "a recipe") -> Callable[[Contents], list[Product]]:
    """One part says the amount, the other is always the same."""

    def products(contents: Contents) -> list[Product]:
        amount = contents.tables["coverage"].get_column("amount_sek").item()
        says = {"amount": f"{amount} kr", "same": "as ever"}
        return [shop.product(says, recipe=recipe, rests_on=fingerprint(contents.sha256))]

    return products


def test_products_are_published_with_their_tables(shop: Workshop, tmp_path: Path) -> None:
    version = _publish(tmp_path, _from_tables(shop))
    assert (version.folder / "report/amount.html").read_text() == "5 kr"
    assert set(files_of(version.manifest["products"])) == {"report/amount.html", "report/same.html"}
    assert version.files_made == 2
    assert damage(version) == []


def test_the_same_tables_and_recipe_publish_nothing_new(shop: Workshop, tmp_path: Path) -> None:
    first = _publish(tmp_path, _from_tables(shop))
    shop.forget()
    again = _publish(tmp_path, _from_tables(shop))
    assert (again.id, again.is_new, shop.made) == (first.id, False, [])


def test_other_tables_make_only_what_says_something_else(shop: Workshop, tmp_path: Path) -> None:
    first = _publish(tmp_path, _from_tables(shop))
    shop.forget()
    second = _publish(tmp_path, _from_tables(shop), amount=7)
    assert shop.made == ["amount"]
    assert second.files_made == 1
    assert [(version.folder / "report/amount.html").read_text() for version in (first, second)] == ["5 kr", "7 kr"]


def test_another_recipe_publishes_the_same_tables_anew(shop: Workshop, tmp_path: Path) -> None:
    first = _publish(tmp_path, _from_tables(shop))
    shop.forget()
    second = _publish(tmp_path, _from_tables(shop, recipe="new"))
    assert second.is_new
    assert shop.made == ["amount", "same"]
    assert second.manifest["files"] == first.manifest["files"]


def test_a_product_that_is_gone_is_gone_from_the_next_version(shop: Workshop, tmp_path: Path) -> None:
    _publish(tmp_path, _from_tables(shop))
    second = _publish(tmp_path, lambda _contents: [])
    assert second.is_new
    assert not (second.folder / "report").exists()


def test_damage_of_a_product_is_seen_and_heals(shop: Workshop, tmp_path: Path) -> None:
    first = _publish(tmp_path, _from_tables(shop))
    (first.folder / "report/same.html").write_text("tampered")
    assert damage(first) == ["report/same.html"]
    shop.forget()
    second = _publish(tmp_path, _from_tables(shop))
    assert second.is_new
    assert shop.made == ["same"]
    assert damage(second) == []
    assert (second.folder / "report/same.html").read_text() == "as ever"


def _current(out: Path) -> PublishedVersion:
    version = current_version(out)
    assert version is not None
    return version


@pytest.mark.parametrize(
    "path", ["../outside.html", "coverage/coverage_2025.parquet", "manifest.json", "/outside.html"]
)
def test_a_product_out_of_place_publishes_nothing(shop: Workshop, tmp_path: Path, path: str) -> None:
    first = _publish(tmp_path, _from_tables(shop))
    stray = Product("stray", "r", "t", lambda: [shop.part("a", "X", path)])
    with pytest.raises(DataRefused):
        _publish(tmp_path, lambda contents: [*_from_tables(shop)(contents), stray], amount=7)
    assert _current(tmp_path).id == first.id
    assert damage(first) == []
    assert not (tmp_path / "versions/outside.html").exists()


def test_interrupted_in_the_midst_of_products_the_old_version_stays(shop: Workshop, tmp_path: Path) -> None:
    first = _publish(tmp_path, _from_tables(shop))

    def interrupted(contents: Contents) -> list[Product]:
        def stop() -> Mapping[str, bytes]:
            raise KeyboardInterrupt

        return [*_from_tables(shop)(contents), Product("late", "r", "t", lambda: [Part("a", "x", stop)])]

    with pytest.raises(KeyboardInterrupt):
        _publish(tmp_path, interrupted, amount=7)
    assert _current(tmp_path).id == first.id
    assert damage(first) == []
    leftovers = [folder.name for folder in (tmp_path / "versions").iterdir() if folder.name != first.id]
    assert len(leftovers) == 1
    assert leftovers[0].startswith(".building-")
    second = _publish(tmp_path, _from_tables(shop), amount=7)
    assert {folder.name for folder in (tmp_path / "versions").iterdir()} == {first.id, second.id}
    assert (second.folder / "report/amount.html").read_text() == "7 kr"
