"""Whether a request comes from a page of another site.

Any page that a browser shows may send forms to this machine.  Browsers tell
where a form comes from; a client that is no browser tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def is_foreign(headers: Mapping[str, str]) -> bool:
    """``Sec-Fetch-Site`` decides; browsers leave it out where the address is no secure one."""
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("Origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() != headers.get("Host", "").lower()
    except ValueError:
        return True
