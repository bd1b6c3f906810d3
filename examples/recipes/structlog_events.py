"""structlog: the lines of the logger `cielo` as events, beside the application's own.

    python structlog_events.py
"""

from __future__ import annotations

import logging

import structlog
from logging_json import FACTS

import cielo


def set_up() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,  # the request's, such as its user
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(allow=FACTS),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    ))
    logger = logging.getLogger("cielo")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)


if __name__ == "__main__":
    set_up()
    with cielo.Client() as shop, structlog.contextvars.bound_contextvars(user="aline"):
        shop.sales.find("an-order")
