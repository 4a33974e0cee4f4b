"""All products of a version, in the order in which they are made."""

from pathlib import Path

from assets.storage.products import Product
from assets.storage.publishing import Contents


def products_of(contents: Contents, data: Path) -> list[Product]:
    """The products made from `contents`; `data` is the folder of tracked inputs."""
    _ = (contents, data)
    return []
