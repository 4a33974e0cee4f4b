"""Reconciliation, findings, method: what the figures were held against, and how they came about."""

from collections.abc import Iterator

from assets.presentation.report import findings, method, reconciliation
from assets.presentation.report.page import Page
from assets.storage.publishing import Contents


def pages(contents: Contents) -> Iterator[Page]:
    """The pages, each the same in both languages."""
    yield from reconciliation.pages(contents)
    yield from findings.pages(contents)
    yield from method.pages(contents)
