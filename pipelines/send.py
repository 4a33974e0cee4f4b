"""Sending what is published locally to object storage: after a publication, and by `kronvis send`.

What is published locally stands whether or not it can be sent; the next sending sends what is missing.
"""

import json
import os

from assets.storage.objects.place import endpoint_of, require_credentials
from assets.storage.objects.pointer import Pointer
from assets.storage.objects.sending import MANIFEST, Sent, point_at, send
from assets.storage.objects.store import Store, open_store, require_library
from assets.storage.publishing import PublishedVersion, current_version, version_folders
from pipelines.settings import Settings
from schemas.errors import EXIT_SOURCE_UNAVAILABLE, KronvisError, UsageError, listed


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


def send_again(settings: Settings, version: str | None) -> Sent:
    """Send the current version, or another that is on disk: what is missing there is uploaded, then it is shown.

    `UsageError` if there is none, or none of that id; otherwise raises what `send` does.
    """
    return send(_on_disk(settings, version), _store(settings), settings.keep_versions)


def take_back(settings: Settings, version: str) -> Pointer:
    """Let readers of the object storage see an earlier version that is kept there; what is published here stays."""
    return point_at(version, _store(settings))


def _store(settings: Settings) -> Store:
    if settings.send_to is None:
        raise UsageError("no place to send to is set", remedy="set KRONVIS_SEND_TO=s3://bucket/prefix")
    return open_store(settings.send_to)


def _on_disk(settings: Settings, version: str | None) -> PublishedVersion:
    current = current_version(settings.out)
    if current is None:
        raise UsageError(f"nothing is published in {settings.out}", remedy="run `kronvis run` first")
    if version is None or version == current.id:
        return current
    folders = {folder.name: folder for folder in version_folders(settings.out)}
    if version not in folders:
        raise UsageError(f"there is no version {version}", remedy=f"on disk are {listed(list(folders))}")
    manifest = json.loads((folders[version] / MANIFEST).read_text(encoding="utf-8"))
    return PublishedVersion(version, folders[version], is_new=False, manifest=manifest)
