"""The start page and a page per year: the split, maps, rankings."""

from collections.abc import Iterator
from pathlib import Path

from assets.presentation.report.page import Page
from assets.storage.publishing import Contents


def pages(contents: Contents, outlines: Path) -> Iterator[Page]:
    """The pages, each the same in both languages."""
    _ = (contents, outlines)
    yield from ()
