"""What an address says about where it leads: this machine, or the public internet. Loads nothing that can go there."""

import ipaddress


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
