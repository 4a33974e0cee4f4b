"""The version that a command answers from, and the years of it that were asked for."""

from collections.abc import Iterable

from assets.storage.published import PublishedVersion, current_version
from pipelines.settings import Settings
from schemas.errors import UsageError, listed


def published_version(settings: Settings) -> PublishedVersion:
    """The current version; `UsageError` if nothing has been published yet."""
    version = current_version(settings.out)
    if version is None:
        raise UsageError(f"nothing is published in {settings.out}", remedy="run `kronvis run` first")
    return version


def chosen_years(version: PublishedVersion, years: Iterable[int]) -> list[int]:
    """The years asked for, or all; `UsageError` if the version does not have one of them."""
    on_hand: list[int] = version.manifest["years"]
    asked = sorted(set(years)) or on_hand
    missing = sorted(set(asked) - set(on_hand))
    if missing:
        raise UsageError(
            f"{listed(missing)} is not published",
            remedy=f"years published: {listed(on_hand)}; see `kronvis run --help`",
        )
    return asked
