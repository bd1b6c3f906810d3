"""How the answers of API 3.0 write a sale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api3 import AUTHORIZED, PAID, QUERY_HOST, TRANSACTION_HOST, link
from .clock import stamp
from .store import Sale


def sale_tree(sale: Sale, query: bool = False) -> dict[str, Any]:
    """The whole sale; a query shows a little more than the answer to the sale."""
    payment = _payment(sale, query)
    tree: dict[str, Any] = {"MerchantOrderId": sale.order_number}
    # A new Pix says it at once, a card only when it is asked for [order-number].
    if sale.acquirer_order_id and (query or sale.type == "Pix"):
        tree["AcquirerOrderId"] = sale.acquirer_order_id
    if sale.description:
        tree["OrderDescription"] = sale.description
    tree["Customer"] = customer = shown_customer(sale.customer)
    if query:
        customer.setdefault("Address", {})
    tree["Payment"] = payment
    # An own recurrence is answered with its links at the root [links-places].
    own = not query and sale.details.get("Recurrent")
    (tree if own else payment)["Links"] = _links(sale)
    return tree


def change_tree(sale: Sale, members: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a capture or a void: links stand at the root."""
    answer: dict[str, Any] = {"Status": sale.status, "Tid": sale.tid}
    for name in ("ProofOfSale", "AuthorizationCode"):
        if name in sale.details:
            answer[name] = sale.details[name]
    answer.update(members)
    answer["Links"] = _links(sale)
    return answer


def _payment(sale: Sale, query: bool) -> dict[str, Any]:
    payment: dict[str, Any] = dict(sale.details)
    payment["PaymentId"] = sale.payment_id
    payment["Type"] = sale.type
    if sale.amount:  # a consent alone has none
        payment["Amount"] = sale.amount
    payment["ReceivedDate"] = stamp(sale.received_at)
    if sale.tid:
        payment["Tid"] = sale.tid
    if sale.captured_amount:
        payment["CapturedAmount"] = sale.captured_amount
        payment["CapturedDate"] = stamp(sale.captured_at)
    if sale.voided_amount and query:
        payment["VoidedAmount"] = sale.voided_amount
        payment["VoidedDate"] = stamp(sale.voided_at)
    if sale.type not in ("Pix", "Boleto"):
        payment["SentOrderId"] = sale.acquirer_order_id or sale.order_number
    payment["Status"] = sale.status
    if sale.return_code:
        payment["ReturnCode"] = sale.return_code
        payment["ReturnMessage"] = sale.return_message
    return payment


def shown_customer(customer: Mapping[str, Any]) -> dict[str, Any]:
    """The buyer as answers show one, with the kind of each address [address-type]."""
    shown = {"Name": "[Guest]", **customer}
    for name in ("Address", "DeliveryAddress"):
        if isinstance(shown.get(name), dict):
            shown[name] = {**shown[name], "AddressType": shown[name].get("AddressType", 0)}
    return shown


def _links(sale: Sale) -> list[dict[str, str]]:
    """What can be done with the sale now."""
    path = f"/1/sales/{sale.payment_id}"
    links = [link("GET", "self", QUERY_HOST + path)]
    card = sale.type != "Boleto"
    if sale.status == AUTHORIZED and card:
        links.append(link("PUT", "capture", f"{TRANSACTION_HOST}{path}/capture"))
    if sale.status in (AUTHORIZED, PAID) and card:
        links.append(link("PUT", "void", f"{TRANSACTION_HOST}{path}/void"))
    return links
