"""The local Cielo: an HTTP server that answers as Cielo's APIs do.

Start it with ``python -m cielo.sandbox``, or inside a test::

    with cielo.sandbox.run() as sandbox:
        client = cielo.Client(..., base_url=sandbox.base_url)

It keeps books of every sale, moves its own clock, posts notifications and can
be told to fail at any stage of a request.  Nothing in it is shared with the
client it is tested with.

It needs the extra ``sandbox``: without it every name here raises ImportError.
"""

from typing import TYPE_CHECKING, NoReturn

__all__ = ["LocalCielo", "Options", "Sandbox", "run"]

try:
    from .app import Options, Sandbox
    from .runner import LocalCielo, run
except ModuleNotFoundError as _error:
    if _error.name not in ("aiohttp", "jinja2"):
        raise
    _missing = _error.name
    if not TYPE_CHECKING:

        def __getattr__(name: str) -> NoReturn:
            # Not when the package is imported, as python -m does before the
            # command can say it in a sentence.
            if name not in __all__:
                raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
            raise ImportError(
                f"the local Cielo needs {_missing}: "
                "install it with pip install 'libcielo[sandbox]'",
                name=_missing,
            )
