"""OpenTelemetry: a span for each request to Cielo, out of the logger's lines.

    python otel_spans.py
"""

from __future__ import annotations

import logging

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

import cielo


class Spans(logging.Handler):
    """Lines come where a call ends, in the caller's context: spans are its children.

    Each is as long as its request took; where a call made several, all of them
    end with the call.
    """

    def emit(self, record: logging.LogRecord) -> None:
        if not hasattr(record, "operation"):
            return  # a warning, not a request
        end = int(record.created * 1e9)
        span = trace.get_tracer("cielo").start_span(
            f"cielo {record.operation}",
            kind=SpanKind.CLIENT,
            start_time=end - int((record.ms or 0) * 1e6),
        )
        for name in ("operation", "order", "sent", "request_id"):
            if (value := getattr(record, name)) is not None:
                span.set_attribute(f"cielo.{name}", value)
        if record.status is None:
            span.set_status(Status(StatusCode.ERROR, "no answer"))
        else:
            span.set_attribute("http.response.status_code", record.status)
        span.end(end)


def set_up() -> None:
    logger = logging.getLogger("cielo")
    logger.addHandler(Spans())
    logger.setLevel(logging.DEBUG)


if __name__ == "__main__":
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    trace.set_tracer_provider(provider)
    set_up()
    with cielo.Client() as shop, trace.get_tracer("shop").start_as_current_span("checkout"):
        shop.sales.find("an-order")
