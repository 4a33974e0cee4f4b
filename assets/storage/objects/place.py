"""Where versions are sent and who may: bucket, prefix, endpoint and credentials, before anything is asked.

Knows addresses and the standard AWS variables of the environment. Credentials are never read here: whether there are
any is all that is asked, and the library that signs takes them from the environment by itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from assets.storage.addresses import is_loopback
from schemas.errors import UsageError, listed

_SCHEME: Final = "s3://"
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# What needs no escaping in an address, in any program that reads it.
_FOLDER: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
# The third is the name that object_store, polars and delta-rs know besides.
_ENDPOINT_VARIABLES: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_CREDENTIAL_VARIABLES: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)


@dataclass(frozen=True)
class Place:
    """A folder of a bucket: `s3://bucket/prefix`; the prefix may be empty."""

    bucket: str
    prefix: str

    def address(self, path: str = "") -> str:
        """`s3://bucket/prefix/path`."""
        return _SCHEME + "/".join(part for part in (self.bucket, self.prefix, path) if part)


def place_of(written: str) -> Place:
    """The place that `s3://bucket/prefix` names; `UsageError` if it is no such address."""
    bucket, _, prefix = written.removeprefix(_SCHEME).rstrip("/").partition("/")
    folders = prefix.split("/") if prefix else []
    if (
        not written.startswith(_SCHEME)
        or not _BUCKET.fullmatch(bucket)
        or not all(_FOLDER.fullmatch(one) for one in folders)
    ):
        raise UsageError(
            "the place to send versions to is no address of the form s3://bucket/prefix",
            remedy="a bucket, then folders of letters, digits, . _ and -; endpoint and credentials belong in AWS_… "
            "variables, not in the address",
        )
    return Place(bucket, prefix)


def endpoint_of(environment: Mapping[str, str]) -> str | None:
    """The service's own address, or None for AWS; `UsageError` if it is not safe to send credentials' signatures to.

    Plain http is for this machine only, unless `AWS_ALLOW_HTTP=true` says that the network in between is trusted.
    """
    name = next((one for one in _ENDPOINT_VARIABLES if environment.get(one)), None)
    if name is None:
        return None
    url = environment[name]
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"} or parts.username is not None or parts.query:
        # Not shown: somebody may have written a password into it.
        raise UsageError(f"{name} is not the address of a service", remedy="https://host or https://host:port")
    if parts.scheme == "http" and not is_loopback(host) and not _http_is_allowed(environment):
        raise UsageError(
            f"{name} is plain http to another machine ({host}): anyone in between could read and change what is sent",
            remedy="use https, or set AWS_ALLOW_HTTP=true if the network in between is yours",
        )
    return url


def require_credentials(environment: Mapping[str, str]) -> None:
    """`UsageError` unless the environment has credentials, or says where a machine's own are given out."""
    found = [name for name in _CREDENTIAL_VARIABLES if environment.get(name)]
    if not found or (found[0] == "AWS_ACCESS_KEY_ID" and not environment.get("AWS_SECRET_ACCESS_KEY")):
        raise UsageError(
            "there are no credentials for object storage in the environment",
            remedy=f"set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or one of {listed(_CREDENTIAL_VARIABLES[1:])}",
        )


def reading_options(environment: Mapping[str, str]) -> dict[str, str]:
    """`storage_options` of polars: the endpoint, and that it may be http; credentials polars takes by itself."""
    endpoint = endpoint_of(environment)
    if endpoint is None:
        return {}
    plain = {"aws_allow_http": "true"} if endpoint.startswith("http:") else {}
    return {"aws_endpoint_url": endpoint, **plain}


def _http_is_allowed(environment: Mapping[str, str]) -> bool:
    return environment.get("AWS_ALLOW_HTTP", "").lower() in {"1", "true"}
