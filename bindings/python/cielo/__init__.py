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

import logging as _logging

from . import _core
from ._core import *
from ._core import __version__ as __version__
from .aio import AsyncClient

__all__ = ["AsyncClient", "__version__"]
__all__ += _core.__all__

_logging.getLogger("cielo").addHandler(_logging.NullHandler())
