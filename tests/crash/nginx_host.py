"""nginx as a host that is to be killed: a worker makes one write of a client with a
journal, and this program ends as the worker did.

    nginx_host.py sale ORDER AMOUNT | capture PAYMENT AMOUNT | void PAYMENT AMOUNT
"""

from __future__ import annotations

import http.client
import os
import signal
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "openresty"))

from host import fields  # noqa: E402
from support import Nginx, wait_for  # noqa: E402

#: What the worker is to be given of this program's own environment.
PASSED = ("LD_PRELOAD", "CRASH_AT", "CRASH_JOURNAL", "CRASH_REQUEST", "CIELO_JOURNAL",
          "CIELO_MERCHANT_ID", "CIELO_MERCHANT_KEY")
DIED = "exited on signal 9"


def main(operation: str, what: str, amount: int) -> None:
    nginx = Nginx(os.environ["CIELO_BASE_URL"], level="info", environment={
        name: os.environ[name] for name in PASSED if name in os.environ})
    try:
        params = ({"fields": fields(what, amount)} if operation == "sale"
                  else {"payment_id": what, "amount": amount})
        try:
            print(nginx.call("sale_create" if operation == "sale" else f"sale_{operation}",
                             params))
        except (http.client.HTTPException, OSError):  # a worker that dies closes the connection
            wait_for("its master to tell", lambda: DIED in nginx.errors())
        errors = nginx.errors()
    finally:
        nginx.stop()
    print(errors)
    if DIED in errors:
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
