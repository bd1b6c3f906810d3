"""Plain logging: a line of JSON for each request to Cielo.

    python logging_json.py
"""

from __future__ import annotations

import json
import logging

import cielo

#: What every line of the logger has as attributes.
FACTS = ("operation", "order", "status", "ms", "request_id", "sent")


class Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname, "message": record.getMessage()}
        facts = {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
        return json.dumps({**line, **facts})


def set_up() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logger = logging.getLogger("cielo")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)  # attempts are told at this level


if __name__ == "__main__":
    set_up()
    with cielo.Client() as shop:
        shop.sales.find("an-order")
