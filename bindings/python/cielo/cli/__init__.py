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
        import sys
        from importlib.metadata import version

        if sys.argv[1:] == ["--version"]:
            print(version("libcielo"))
            return 0
        print("cielo: this command needs more: pip install 'libcielo[backoffice]'",
              file=sys.stderr)
        return 1
    del _click
    from .root import run

    return run()
