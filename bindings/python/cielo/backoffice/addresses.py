"""Addresses of machines: one of IPv4 is the same in the guise of IPv6.

A socket for both kinds tells of who asks by IPv4 as `::ffff:192.0.2.1`.
"""

from __future__ import annotations

import ipaddress
from typing import Union

__all__ = ["Address", "Network", "address_in", "network_in"]

Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

# Of the bits of such a guise those before the address itself.
_GUISE = 96


def address_in(text: str) -> Address:
    """ValueError for what is none."""
    one = ipaddress.ip_address(text)
    return getattr(one, "ipv4_mapped", None) or one


def network_in(text: str) -> Network:
    """A network, or a single address as one; ValueError for what is neither."""
    found = ipaddress.ip_network(text)
    inner = getattr(found.network_address, "ipv4_mapped", None)
    if inner is None or found.prefixlen < _GUISE:
        return found
    return ipaddress.ip_network((inner, found.prefixlen - _GUISE))
