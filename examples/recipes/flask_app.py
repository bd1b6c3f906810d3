"""Flask: one blocking client for the process, which its threads share.

    flask --app flask_app run
"""

from __future__ import annotations

import functools
from typing import Any

from flask import Flask, request
from told import shown, told

import cielo

app = Flask(__name__)


@functools.lru_cache
def client() -> cielo.Client:
    """Made when first used, so that nothing is needed to import this."""
    return cielo.Client()


@app.errorhandler(cielo.CieloError)
def failed(error: cielo.CieloError) -> tuple[dict[str, Any], int]:
    status, body = told(error)
    return body, status


@app.post("/sales")
def create() -> dict[str, Any]:
    return shown(client().sales.create(request.get_json()))
