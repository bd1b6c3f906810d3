"""The local Cielo: an HTTP server that answers as Cielo's APIs do.

Start it with ``python -m cielo.sandbox``, or inside a test::

    with cielo.sandbox.run() as sandbox:
        client = cielo.Client(..., base_url=sandbox.base_url)

It keeps books of every sale, moves its own clock, posts notifications and can
be told to fail at any stage of a request.  Nothing in it is shared with the
client it is tested with.
"""

try:
    import aiohttp as _aiohttp  # noqa: F401
except ImportError as _error:
    raise ImportError(
        "the local Cielo needs aiohttp: install it with pip install 'libcielo[sandbox]'"
    ) from _error

from .app import Options, Sandbox
from .runner import LocalCielo, run

__all__ = ["LocalCielo", "Options", "Sandbox", "run"]
