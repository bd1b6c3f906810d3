"""Sales while Python has no memory: what is told of each, against what was done.

    python tests/python/no_memory.py BASE_URL blocking|result|doubt answered|mute

In a process of its own, as all of Python's allocations fail from some point on.
Prints one JSON object: for each order what its caller knows.
"""

from __future__ import annotations

import _testcapi  # type: ignore[import-not-found]
import asyncio
import contextlib
import functools
import json
import logging
import sys
from typing import Any, Callable

import cielo

LINES: list[str] = []

#: More than a call makes.
ALLOCATIONS = 70

#: 0: until its end. A doubt is told to the log, whose Python code never ends then.
LASTING: dict[str, list[int]] = {"blocking": [0], "result": [0], "doubt": []}


class Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        LINES.append(record.getMessage())


def fields(order: str) -> dict[str, Any]:
    return {"MerchantOrderId": order, "Payment": {
        "Type": "CreditCard", "Amount": 100, "Installments": 1, "CreditCard": {
            "CardNumber": "4024007197692931", "Holder": "A", "ExpirationDate": "12/2030",
            "SecurityCode": "123", "Brand": "Visa"}}}


def causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def told(order: str, result: Any, error: BaseException | None) -> Any:
    if result is not None:
        return ["result", result.payment.payment_id]
    logged = any(line.startswith(f"sale_create of order {order} ") for line in LINES)
    for cause in causes(error):
        if isinstance(cause, StopIteration):  # that it was raised here found no memory
            return ["result", cause.value.payment.payment_id]
        if isinstance(cause, cielo.OutcomeUnknownError) and cause.merchant_order_id == order:
            direct = cause in (error, error.__cause__ if error else None)
            return ["cause" if direct else "context", cause.sent, logged]
    return ["log" if logged else "nothing", type(error).__name__]


def starve(call: Callable[[], Any], start: int, stop: int) -> tuple[Any, Any]:
    result = error = None
    # Python drops an exception for which it cannot make the frames to trace it by:
    # this one has its, and a partial has none.
    frame = sys._getframe()
    _testcapi.set_nomemory(start, stop)
    try:
        result = call()
    except StopIteration as ended:
        result = ended.value
    except BaseException as raised:
        error = raised
        raised.__traceback__ = None  # it would hold this frame, and so itself
    finally:
        _testcapi.remove_mem_hooks()
    del frame
    return result, error


def first(call: Callable[[], Any]) -> None:
    """What is made once is there; the logs that waited for memory are told."""
    with contextlib.suppress(cielo.OutcomeUnknownError, StopIteration, asyncio.CancelledError):
        call()


def blocking(base_url: str) -> Callable[[str], Callable[[], Any]]:
    client = cielo.Client(merchant_id="m", merchant_key="k", base_url=base_url, reconcile=False)
    first(lambda: client.sales.create(fields("first")))
    return lambda order: functools.partial(client.sales.create, fields(order))


def awaited(base_url: str, end: str) -> Callable[[str], Callable[[], Any]]:
    """What a call that ended tells who awaits it, or cancels it.

    Without memory the loop itself would go astray.
    """
    loop = asyncio.new_event_loop()
    client = cielo.AsyncClient(
        merchant_id="m", merchant_key="k", base_url=base_url, reconcile=False)

    async def ended(order: str) -> Any:
        call = client.sales.create(fields(order))
        await asyncio.wait([call.send(None)])
        return call

    def make(order: str) -> Callable[[], Any]:
        call: Any = loop.run_until_complete(ended(order))
        return (functools.partial(call.send, None) if end == "result"
                else functools.partial(call.throw, asyncio.CancelledError()))

    first(make("first"))
    return make


def main() -> None:
    base_url, flavour, way = sys.argv[1:]
    logging.getLogger("cielo").addHandler(Lines())
    make = blocking(base_url) if flavour == "blocking" else awaited(base_url, flavour)
    outcomes: dict[str, Any] = {}
    for start in range(ALLOCATIONS):
        for stop in (start + 1, start + 5, *LASTING[flavour]):
            order = f"{way}x{start}x{stop}"
            result, error = starve(make(order), start, stop)
            first(make(f"after{order}"))
            outcomes[order] = told(order, result, error)
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main()
