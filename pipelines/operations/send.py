"""Sending what is published locally to object storage: after a publication, and by `kronvis send`.

What is published locally stands whether or not it can be sent; the next sending sends what is missing.
"""

import os

from assets.storage.objects.place import endpoint_of, require_credentials
from assets.storage.objects.pointer import Pointer
from assets.storage.objects.sending import Sent, point_at, send
from assets.storage.objects.store import Store, open_store, require_library
from assets.storage.published import PublishedVersion
from assets.storage.versions import version_named
from pipelines.settings import Settings
from schemas.errors import EXIT_SOURCE_UNAVAILABLE, KronvisError, UsageError


class NotSent(KronvisError):
    """A version is published here but could not be sent; running the years again would change nothing."""

    exit_code = EXIT_SOURCE_UNAVAILABLE


def require_way(settings: Settings) -> None:
    """Before anything is computed: `UsageError` if versions are to be sent but extra, credentials or https lack."""
    if settings.send_to is not None:
        require_library()
        require_credentials(os.environ)
        endpoint_of(os.environ)


def send_published(settings: Settings, version: PublishedVersion) -> Sent:
    """Send a version that was just published; `NotSent` says why not, and that it is published here all the same."""
    try:
        return send(version, _store(settings), settings.keep_versions)
    except KronvisError as error:
        raise NotSent(
            f"version {version.id} is published in {settings.out} but was not sent: {error.message}",
            remedy=error.remedy,
        ) from error


def send_again(settings: Settings, name: str) -> Sent:
    """Send a version that is on disk, as `version_named` knows it: what is missing there is uploaded, then it is shown.

    `UsageError` if there is none of that name; otherwise raises what `send` does.
    """
    return send(version_named(settings.out, name), _store(settings), settings.keep_versions)


def take_back(settings: Settings, version: str) -> Pointer:
    """Let readers of the object storage see an earlier version that is kept there; what is published here stays."""
    return point_at(version, _store(settings))


def _store(settings: Settings) -> Store:
    if settings.send_to is None:
        raise UsageError("no place to send to is set", remedy="set KRONVIS_SEND_TO=s3://bucket/prefix")
    return open_store(settings.send_to)
