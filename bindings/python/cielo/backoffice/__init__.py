"""A Backoffice of the shop's own: what became of its sales, and what may be done with them.

    pip install 'libcielo[backoffice]'

It needs what this extra installs, and the Python that those libraries need. A ledger that
several machines share is in PostgreSQL: the extra ``postgres``.
"""

from __future__ import annotations

try:
    import babel as _babel
    import sqlalchemy as _sqlalchemy
except ImportError as error:
    raise ImportError(f"cielo.backoffice needs {error.name} and more: "
                      "pip install 'libcielo[backoffice]'") from error
if _sqlalchemy.__version__.startswith("1."):
    raise ImportError(f"cielo.backoffice needs SQLAlchemy 2, and {_sqlalchemy.__version__} is "
                      "installed: pip install 'libcielo[backoffice]'")

from .errors import BackofficeError, InDoubt, Refused, Usage
from .ledger import Ledger
from .person import Person

__all__ = ["BackofficeError", "InDoubt", "Ledger", "Person", "Refused", "Usage"]

del _babel, _sqlalchemy
