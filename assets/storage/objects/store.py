"""A folder of objects: read, write, write on a condition, list, remove; and what failures of the service mean.

The only module that knows the library (obstore, the extra `s3`). It retries by itself what may be repeated, within
`Patience`. Messages are made from status and code of an answer alone, never from its text: services repeat in it what
was signed and who signed.
"""

import hashlib
import importlib.util
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from assets.storage.objects.place import Place, endpoint_of, require_credentials
from schemas.errors import CannotPublish, KronvisError, SourceUnavailable, UsageError

if TYPE_CHECKING:
    from obstore import PutMode
    from obstore.store import S3Store

_SHOWN_STATUS: Final = re.compile(r"status code: (\d{3})")
_SHOWN_CODE: Final = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_TRY_LATER: Final = {408, 409, 429}
_SERVER_ERROR: Final = 500
_CONDITION_PROBE: Final = "conditions.probe"
_NO_SUCH_TAG: Final = '"00000000000000000000000000000000"'

T = TypeVar("T")


class CannotSend(CannotPublish):
    """Sending is refused, and would be again until somebody sees to it; what is published locally stands."""


class StoreUnavailable(SourceUnavailable):
    """The object storage gave no usable answer in time; what it holds is as it was, or a version not yet shown."""


class MovedMeanwhile(CannotSend):
    """What was to be replaced is not what it was when it was read: somebody else was first."""


class Patience(NamedTuple):
    """How long one request may take, and how often and how long it is repeated when the service fails."""

    request_seconds: float = 60.0
    retries: int = 5
    retry_seconds: float = 120.0


USUAL_PATIENCE: Final = Patience()


class Listed(NamedTuple):
    """An object as a listing shows it; the tag is the MD5 of its bytes with most services, but not with all."""

    size: int
    tag: str


class Read(NamedTuple):
    """The bytes of an object and the tag they had when they were read."""

    content: bytes
    tag: str


@dataclass(frozen=True)
class Store:
    """The objects below a place. Paths are relative to it. Every method raises `CannotSend` or `StoreUnavailable`."""

    place: Place
    objects: "S3Store"

    def read(self, path: str) -> Read | None:
        """An object whole, or None if there is none."""
        import obstore  # noqa: PLC0415 - an extra, only where versions are sent

        def fetch() -> Read:
            answer = obstore.get(self.objects, path)
            return Read(bytes(answer.bytes()), answer.meta["e_tag"] or "")

        try:
            return self._asking(fetch, f"reading {path}")
        except FileNotFoundError:
            return None

    def write(self, path: str, content: bytes) -> str:
        """Put an object there, whatever is there; its new tag."""
        return self._put(path, content, "overwrite")

    def write_if(self, path: str, content: bytes, tag: str | None) -> None:
        """Put an object there if it still has `tag`, or if there is none; otherwise `MovedMeanwhile`."""
        try:
            self._put(path, content, "create" if tag is None else {"e_tag": tag})
        except FileNotFoundError:
            raise MovedMeanwhile(self.place.address(path), "is not there any more", remedy="try again") from None

    def has(self, path: str) -> bool:
        """Whether there is such an object."""
        import obstore  # noqa: PLC0415 - see above

        try:
            self._asking(lambda: obstore.head(self.objects, path), f"asking for {path}")
        except FileNotFoundError:
            return False
        return True

    def listed(self, folder: str) -> dict[str, Listed]:
        """All objects below `folder`, by their path in it."""
        import obstore  # noqa: PLC0415 - see above

        def pages() -> dict[str, Listed]:
            found = [one for page in obstore.list(self.objects, f"{folder}/") for one in page]
            return {
                one["path"].removeprefix(f"{folder}/"): Listed(one["size"], (one["e_tag"] or "").strip('"'))
                for one in found
            }

        return self._asking(pages, f"listing {folder}")

    def folders(self, folder: str) -> list[str]:
        """The names of the folders in `folder`, in order."""
        import obstore  # noqa: PLC0415 - see above

        found = self._asking(lambda: obstore.list_with_delimiter(self.objects, f"{folder}/"), f"listing {folder}")
        return sorted(path.rstrip("/").rpartition("/")[2] for path in found["common_prefixes"])

    def remove(self, path: str) -> None:
        """Remove an object; that it is not there is as good."""
        import obstore  # noqa: PLC0415 - see above

        try:
            self._asking(lambda: obstore.delete(self.objects, path), f"removing {path}")
        except FileNotFoundError:
            return

    def require_conditions(self) -> None:
        """`CannotSend` if the service takes a write whose condition does not hold.

        Some do, without a word; two senders at once would then both believe that they were first.
        """
        with suppress(MovedMeanwhile):
            self.write_if(_CONDITION_PROBE, b"", None)
        for tag in (None, _NO_SUCH_TAG):
            try:
                self.write_if(_CONDITION_PROBE, b"", tag)
            except MovedMeanwhile:
                continue
            raise CannotSend(
                self.place.address(),
                "the service writes although the condition of the write does not hold (If-Match, If-None-Match)",
                remedy="send to a service that honours conditional writes: here two senders could not be kept apart",
            )

    def _put(self, path: str, content: bytes, mode: "PutMode") -> str:
        import obstore  # noqa: PLC0415 - see above

        # In one piece: the tag of many pieces is not the MD5 of the whole, and no piece is left behind by a kill.
        put = self._asking(
            lambda: obstore.put(self.objects, path, content, mode=mode, use_multipart=False), f"writing {path}"
        )
        return (put["e_tag"] or "").strip('"')

    def _asking(self, ask: Callable[[], T], what: str) -> T:
        """Ask, and tell failures in our own words; `FileNotFoundError` is for an object that is not there."""
        from obstore import exceptions as failures  # noqa: PLC0415 - see above

        try:
            return ask()
        except (failures.BaseError, OSError, ValueError) as error:
            told = _told(error, self.place.address(), what)
        # Out here, so that the error of the library is not even the context of ours: logs write contexts out.
        raise told


def open_store(place: Place, patience: Patience = USUAL_PATIENCE) -> Store:
    """The objects below a place, with endpoint and credentials of the environment; nothing is asked yet.

    `UsageError` if the extra is not installed, there are no credentials, or the endpoint is not safe.
    """
    require_library()
    from obstore.store import S3Store  # noqa: PLC0415 - an extra

    endpoint = endpoint_of(os.environ)
    require_credentials(os.environ)
    objects = S3Store(
        place.bucket,
        prefix=place.prefix or None,
        client_options={
            "timeout": timedelta(seconds=patience.request_seconds),
            "connect_timeout": timedelta(seconds=min(10.0, patience.request_seconds)),
            "allow_http": endpoint is not None and endpoint.startswith("http:"),
        },
        retry_config={
            "max_retries": patience.retries,
            "retry_timeout": timedelta(seconds=patience.retry_seconds),
        },
        # Removal in bulk is what services that are compatible with S3 most often lack.
        config={"disable_bulk_delete": True, **({} if endpoint is None else {"endpoint": endpoint})},
    )
    return Store(place, objects)


def require_library() -> None:
    """`UsageError` if the extra that speaks to object storage is not installed."""
    if importlib.util.find_spec("obstore") is None:
        raise UsageError(
            "sending to object storage needs the extra `s3`, which is not installed", remedy="pip install -e '.[s3]'"
        )


def md5_of(content: bytes) -> str:
    """What most services give as the tag of an object; not a protection against malice."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _told(error: Exception, where: str, what: str) -> KronvisError | FileNotFoundError:
    """What is to be raised instead of an error of the library, from the status and code of the answer alone."""
    from obstore import exceptions as failures  # noqa: PLC0415 - see above

    text = str(error)
    status, code = _SHOWN_STATUS.search(text), _SHOWN_CODE.search(text)
    if isinstance(error, (failures.AlreadyExistsError, failures.PreconditionError)):
        return MovedMeanwhile(where, f"{what}: somebody else was first", remedy="try again")
    if code and code[1] == "NoSuchBucket":
        return CannotSend(where, "there is no such bucket", remedy="create it, or correct the address")
    if isinstance(error, FileNotFoundError):
        return FileNotFoundError(f"{what}: there is no such object")
    answered = f"{status[1]}{f' ({code[1]})' if code else ''}" if status else "nothing, or broke off"
    told = f"{what}: the service answered {answered}"
    if status and int(status[1]) < _SERVER_ERROR and int(status[1]) not in _TRY_LATER:
        return CannotSend(where, told, remedy="see to address, credentials and rights; then `kronvis send`")
    return StoreUnavailable(f"{where}: {told}", remedy="try `kronvis send` later; it sends what is missing")
