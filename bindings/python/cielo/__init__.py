"""A client of Cielo's payment APIs.

    import cielo

    with cielo.Client(merchant_id=..., merchant_key=...) as client:
        sale = client.sales.create({
            "MerchantOrderId": "2014111701",
            "Payment": {"Type": "CreditCard", "Amount": 15700, ...},
        })
        print(sale.status_name, sale.payment.payment_id)

AsyncClient has the same names, awaited.  The logger ``cielo`` tells every
request at level DEBUG, without card data, and warns of writes that may have
taken effect and whose caller was not told.
"""

from . import _core
from ._core import *
from ._core import __version__ as __version__

__all__ = ["AsyncClient", "AsyncMany", "Fields", "Many", "__version__", "fields", "progress"]
__all__ += _core.__all__

# The module typing would take as long to import as all of this does.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import aio as aio
    from . import journal as journal
    from . import typed as typed
    from .aio import AsyncClient as AsyncClient
    from .aio_many import AsyncMany as AsyncMany
    from .bar import progress as progress
    from .many import Many as Many
    from .members import Fields as Fields
    from .members import fields as fields
else:
    #: Where names are that most programs do without.
    _ELSEWHERE = {
        "AsyncClient": "aio", "AsyncMany": "aio_many", "Many": "many", "progress": "bar",
        "Fields": "members", "fields": "members",
        "aio": "aio", "journal": "journal", "typed": "typed",
    }

    def __getattr__(name):
        """asyncio is imported for who uses it: blocking programs do not."""
        if name not in _ELSEWHERE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        module = import_module("." + _ELSEWHERE[name], __name__)
        globals()[name] = module if name == _ELSEWHERE[name] else getattr(module, name)
        return globals()[name]

    def __dir__():
        return sorted({*globals(), *_ELSEWHERE})
