"""What an address says about where it leads: this machine, or the public internet. Loads nothing that can go there."""

import ipaddress
from typing import Final
from urllib.parse import SplitResult, urlsplit

_SHOWN: Final = 200


def printable(text: str) -> str:
    """`text` as it may be shown: bounded, on one line and without control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:_SHOWN])


def is_loopback(host: str) -> bool:
    """Whether a host, as it is written in an address, is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not this machine, this network, a group or reserved."""
    ip = ipaddress.ip_address(address)
    return ip.is_global and not ip.is_multicast


def netloc_of(url: str) -> str:
    """Host and port, as they may be shown; the address itself is never shown, since it may hold a password."""
    return printable(urlsplit(url).netloc.rpartition("@")[2])


def origin_of(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """Scheme, host and port: what makes two addresses the same service."""
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def is_public_https(url: str) -> bool:
    """Whether an address is https to a host that may be public, without a password; `ValueError` if it is none.

    Of a name nothing is known here: a session for the public internet looks where the connection leads.
    """
    parts = urlsplit(url)
    scheme, host, _ = origin_of(parts)
    return scheme == "https" and bool(host) and "@" not in parts.netloc and _may_be_public(host or "")


def is_http_to_this_machine(url: str) -> bool:
    """Whether an address is plain http to a server of this machine; `ValueError` if it is no address."""
    parts = urlsplit(url)
    scheme, host, _ = origin_of(parts)
    return scheme == "http" and "@" not in parts.netloc and is_loopback(host or "")


def _may_be_public(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:
        return host != "localhost"


def is_same_service(url: str, target: str) -> bool:
    """Whether `target` stays with the service of `url` and carries no password; `ValueError` if it is no address."""
    parts = urlsplit(target)
    return origin_of(parts) == origin_of(urlsplit(url)) and "@" not in parts.netloc
