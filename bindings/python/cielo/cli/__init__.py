"""The command ``cielo``: sales, batches, doubts, the statement, in a terminal.

    pip install 'libcielo[backoffice]'

Nothing is imported here: `cielo code 51` needs no ledger, and starts as fast as it can.
"""

from __future__ import annotations

__all__ = ["main"]


def main() -> int:
    """The console script."""
    try:
        import click as _click
    except ImportError:
        import os
        import sys
        from importlib.metadata import version

        from .speech import language

        if sys.argv[1:] == ["--version"]:
            print(version("libcielo"))
            return 0
        told = {"pt": "este comando precisa de mais", "en": "this command needs more"}
        print(f"cielo: {told[language(sys.argv[1:], os.environ)]}: "
              "pip install 'libcielo[backoffice]'", file=sys.stderr)
        return 1
    del _click
    from .root import run

    return run()
