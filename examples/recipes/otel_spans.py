"""OpenTelemetry: a span for each request to Cielo, inside the application's own.

    python otel_spans.py
"""

from __future__ import annotations

import time
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

import cielo

#: What a span says beside the status, by the name that it has there.
SAID = {
    "url": "url.full", "method": "http.request.method", "operation": "cielo.operation",
    "order": "cielo.order", "sent": "cielo.sent", "request_id": "cielo.request_id",
}


def make_span(attempt: dict[str, Any]) -> None:
    """A request has just ended, in the context of whoever made the call.

    Retries, tokens and look-ups have spans of their own.  Nothing here holds card
    data, keys or tokens.
    """
    end = time.time_ns()
    span = trace.get_tracer("cielo").start_span(
        f"cielo {attempt['operation']}",
        kind=SpanKind.CLIENT,
        start_time=end - attempt["ms"] * 1_000_000,
        attributes={name: attempt[fact] for fact, name in SAID.items() if attempt[fact]},
    )
    if attempt["http_status"] is None:
        span.set_status(Status(StatusCode.ERROR, attempt["cause"]))
    else:
        span.set_attribute("http.response.status_code", attempt["http_status"])
    span.end(end)


if __name__ == "__main__":
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    trace.set_tracer_provider(provider)
    with cielo.Client(on_attempt=make_span) as shop:
        with trace.get_tracer("shop").start_as_current_span("checkout"):
            shop.sales.find("an-order")
