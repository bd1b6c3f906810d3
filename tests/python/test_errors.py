"""Errors: classes, attributes, pickles, and what the logger says."""

from __future__ import annotations

import logging
import pickle
import socket
from typing import Any, Callable

import pytest
from conftest import card_sale

import cielo


def test_classes() -> None:
    answers = {
        cielo.AuthenticationError, cielo.PermissionDeniedError, cielo.NotFoundError,
        cielo.RateLimitError, cielo.InvalidRequestError, cielo.ServerError,
    }
    others = {
        cielo.ValidationError, cielo.TransportError, cielo.RequestTimeoutError,
        cielo.OutcomeUnknownError, cielo.DecodeError, cielo.ClosedError,
    }
    assert all(issubclass(kind, cielo.ApiError) for kind in answers)
    assert all(issubclass(kind, cielo.CieloError) for kind in answers | others)
    assert not any(issubclass(kind, cielo.ApiError) for kind in others)
    assert cielo.NotFoundError.kind == "not_found"


def test_made_by_hand() -> None:
    error = cielo.NotFoundError("gone", http_status=404)
    assert (str(error), error.message, error.http_status) == ("gone", "gone", 404)
    assert error.sent is None and list(error.errors) == [] and error.found == ()
    assert error.args == ("gone", {"http_status": 404}) and repr(error) == "NotFoundError('gone')"
    assert str(cielo.NotFoundError(message="gone")) == "gone"
    assert cielo.NotFoundError().args == () and cielo.NotFoundError("a", 5).args == (  # type: ignore[arg-type]
        "a", 5)


def test_validation_lists_every_problem(client: cielo.Client, sandbox: Any) -> None:
    before = len(sandbox.requests())
    fields = card_sale(order="not valid!", amount=1.5)
    fields["Payment"]["CreditCard"]["CardNumber"] = 4024007197692931
    with pytest.raises(cielo.ValidationError) as caught:
        client.sales.create(fields)
    rules = {problem.path: problem.rule for problem in caught.value.problems}
    assert len(rules) >= 3
    assert caught.value.sent == "no" and caught.value.kind == "validation"
    assert caught.value.problems[0][0] == caught.value.problems[0].path
    assert len(sandbox.requests()) == before


def test_answers(client: cielo.Client) -> None:
    with pytest.raises(cielo.NotFoundError) as caught:
        client.sales.get("00000000-0000-0000-0000-000000000000")
    error = caught.value
    assert error.http_status == 404 and error.operation == "sale_get"
    assert error.sent == "yes" and error.request_id
    assert error.attempts[0].http_status == 404 and error.attempts[0].method == "GET"


def test_error_entries(client: cielo.Client) -> None:
    fields = card_sale(order="not valid")
    with pytest.raises(cielo.InvalidRequestError) as caught:
        client.with_options(validate=False).sales.create(fields)
    assert caught.value.errors[0].code and caught.value.errors[0].message
    assert caught.value.body and caught.value.sent == "yes"


def port_of(unused: socket.socket) -> int:
    """A port that refuses, and is given to nobody else while `unused` is open."""
    unused.bind(("127.0.0.1", 0))
    return int(unused.getsockname()[1])


def test_nobody_listens() -> None:
    with socket.socket() as bound, cielo.Client(
        merchant_id="m", merchant_key="k", base_url="http://127.0.0.1:%d" % port_of(bound)
    ) as client:
        with pytest.raises(cielo.TransportError) as caught:
            client.sales.create(card_sale())
        assert caught.value.sent == "no"


def test_lost_write(
    make_client: Callable[..., cielo.Client], faults: Callable[..., None]
) -> None:
    faults(match="POST /1/sales", after="process", do="close")
    client = make_client(reconcile=False)
    fields = card_sale()
    with pytest.raises(cielo.OutcomeUnknownError) as caught:
        client.sales.create(fields)
    assert caught.value.merchant_order_id == fields["MerchantOrderId"]
    assert caught.value.sent in ("maybe", "yes")


def test_settled_write(client: cielo.Client, faults: Callable[..., None]) -> None:
    faults(match="POST /1/sales", after="process", do="close")
    sale = client.sales.create(card_sale())
    assert sale.reconciled and sale.approved


def test_timeout_of_a_read(client: cielo.Client, faults: Callable[..., None]) -> None:
    faults(match="GET /1/sales", after="read", do="stall", times=3)
    with pytest.raises(cielo.RequestTimeoutError):
        client.sales.get("00000000-0000-0000-0000-000000000000", timeout=0.3)


def test_pickles_whole(client: cielo.Client) -> None:
    with pytest.raises(cielo.NotFoundError) as caught:
        client.sales.get("00000000-0000-0000-0000-000000000000")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is cielo.NotFoundError and str(again) == str(caught.value)
    assert again.attempts == caught.value.attempts and again.http_status == 404


def test_logger_is_silent_by_default(
    client: cielo.Client, capfd: pytest.CaptureFixture[str]
) -> None:
    client.sales.create(card_sale())
    assert capfd.readouterr() == ("", "")
    assert any(
        isinstance(handler, logging.NullHandler)
        for handler in logging.getLogger("cielo").handlers
    )


def test_logger_tells_each_attempt(
    client: cielo.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "cielo"):
        client.sales.create(card_sale())
    [record] = caplog.records
    assert record.name == "cielo" and "POST" in record.getMessage()
    assert "-> 201" in record.getMessage()


def test_a_line_has_its_facts_as_attributes(
    client: cielo.Client, faults: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    faults(match="POST /1/sales", after="process", do="close")
    with caplog.at_level(logging.DEBUG, "cielo"):
        sale = client.sales.create(card_sale())
    lost, look = caplog.records[:2]
    facts = ("operation", "order", "status", "sent")
    assert [getattr(lost, name) for name in facts] == [
        "sale_create", sale.merchant_order_id, None, "maybe"]
    assert (look.status, look.sent) == (200, "yes")  # type: ignore[attr-defined]
    assert lost.ms >= 0 and lost.request_id  # type: ignore[attr-defined]


def test_a_factory_of_records_keeps_its_names(
    client: cielo.Client, caplog: pytest.LogCaptureFixture
) -> None:
    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = logging.LogRecord(*args, **kwargs)
        record.request_id = "the application's"
        return record

    former = logging.getLogRecordFactory()
    logging.setLogRecordFactory(make)
    try:
        with caplog.at_level(logging.DEBUG, "cielo"):
            client.sales.create(card_sale())
    finally:
        logging.setLogRecordFactory(former)
    [record] = caplog.records
    assert record.request_id == "the application's"  # type: ignore[attr-defined]
    assert "-> 201" in record.getMessage()


def test_whose_level_tells_attempts(client: cielo.Client, caplog: pytest.LogCaptureFixture) -> None:
    def told() -> int:
        caplog.clear()
        client.sales.create(card_sale())
        return len(caplog.records)

    assert told() == 0
    with caplog.at_level(logging.DEBUG):  # of the root
        assert told() == 1
        logging.disable(logging.DEBUG)
        try:
            assert told() == 0
        finally:
            logging.disable(logging.NOTSET)
        with caplog.at_level(logging.INFO, "cielo"):
            assert told() == 0
    with caplog.at_level(5, "cielo"):
        assert told() == 1


def test_a_logger_that_raises_hides_no_outcome(
    client: cielo.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(record: logging.LogRecord) -> bool:
        raise RuntimeError("a filter of the application's")

    logger = logging.getLogger("cielo")
    unraised: list[Any] = []
    monkeypatch.setattr("sys.unraisablehook", unraised.append)
    logger.setLevel(logging.DEBUG)
    logger.addFilter(broken)
    try:
        assert client.sales.create(card_sale()).approved
    finally:
        logger.removeFilter(broken)
        logger.setLevel(logging.NOTSET)
    assert unraised
