"""Plain logging, structlog and OpenTelemetry, each told the same story."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from conftest import sale
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import cielo


@contextlib.contextmanager
def set_up_by(recipe: Any) -> Iterator[None]:
    logger = logging.getLogger("cielo")
    before, level = list(logger.handlers), logger.level
    recipe.set_up()
    try:
        yield
    finally:
        logger.handlers[:], logger.level = before, level
        logging.getLogger().manager._clear_cache()  # type: ignore[attr-defined]


def sell_with_a_lost_answer(sandbox: Any, **options: Any) -> None:
    sandbox.faults([{"match": "POST /1/sales", "after": "process", "do": "close", "times": 1}])
    with cielo.Client(**options) as client:
        assert client.sales.create(sale("told1")).reconciled


@pytest.mark.parametrize("name", ["logging_json", "structlog_events"])
def test_lines_of_json(name: str, cielo_sandbox: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with set_up_by(__import__(name)), structlog.contextvars.bound_contextvars(user="aline"):
        sell_with_a_lost_answer(cielo_sandbox)
    lost, look = [json.loads(line) for line in capsys.readouterr().err.splitlines()][:2]
    assert (lost["operation"], lost["order"]) == ("sale_create", "told1")
    assert (lost["status"], lost["sent"]) == (None, "maybe")
    assert (look["status"], look["sent"]) == (200, "yes") and look["ms"] >= 0
    assert lost["request_id"] != look["request_id"]
    assert (lost.get("user") == "aline") == (name == "structlog_events")


def test_spans(cielo_sandbox: Any) -> None:
    import otel_spans

    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)

    async def sell() -> None:
        async with cielo.AsyncClient(on_attempt=otel_spans.make_span) as client:
            await client.sales.create(sale("span2"))

    with trace.get_tracer("shop").start_as_current_span("checkout") as checkout:
        sell_with_a_lost_answer(cielo_sandbox, on_attempt=otel_spans.make_span)
        asyncio.run(sell())
    lost, look, *_, last, root = kept.get_finished_spans()
    assert root.name == "checkout" and not lost.status.is_ok
    assert look.attributes["http.response.status_code"] == 200
    assert last.attributes["cielo.order"] == "span2"
    for span in (lost, look, last):
        assert span.name == "cielo sale_create"
        assert span.parent.span_id == checkout.get_span_context().span_id
        assert 0 <= span.end_time - span.start_time < 60e9
    assert lost.end_time <= look.end_time <= last.end_time <= root.end_time
