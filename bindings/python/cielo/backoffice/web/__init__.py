"""The Backoffice's pages: the ledger's work for people who never see a terminal.

    app = cielo.backoffice.web.create_app(ledger)

An ASGI application: `cielo backoffice serve` runs it by itself, and a shop mounts it in its
own. It has no logic of its own: what it shows and does is the ledger's.
"""

from __future__ import annotations

try:
    import jinja2 as _jinja2
    import python_multipart as _multipart
    import starlette as _starlette
except ImportError as error:
    raise ImportError(f"cielo.backoffice.web needs {error.name} and more: "
                      "pip install 'libcielo[backoffice]'") from error

from .app import create_app

__all__ = ["create_app"]

del _jinja2, _multipart, _starlette
