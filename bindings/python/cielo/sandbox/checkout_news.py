"""What Checkout tells the shop about its orders [order-notice]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .checkout import (
    BRAND_NUMBERS,
    CHECKOUT_HOST,
    METHODS,
    PRODUCT_TYPES,
    RECURRENCE_TEXTS,
    SHIPPING_TYPES,
)
from .clock import local
from .intervals import INTERVAL_NAMES
from .notify import Notifier
from .store import Order, Store

#: The form kind writes intervals in Portuguese, the JSON kind in English.
PORTUGUESE: Mapping[int, str] = {
    1: "Mensal",
    2: "Bimestral",
    3: "Trimestral",
    6: "Semestral",
    12: "Anual",
}


class CheckoutNews:
    """Posts to the two addresses a shop can have: finished orders, changed orders."""

    def __init__(
        self, store: Store, notifier: Notifier, url: str | None, kind: str, status_url: str | None
    ) -> None:
        self._store = store
        self._notifier = notifier
        self._url = url
        self._kind = kind
        self._status_url = status_url

    def tell_finished(self, order: Order) -> None:
        """The shopper pressed the button, whatever came of it."""
        if not self._url:
            return
        if self._kind == "json":
            path = f"/api/public/v1/orders/{order.merchant_id}/{order.order_number}"
            members = {
                "MerchantId": order.merchant_id,
                "MerchantOrderNumber": order.order_number,
                "Url": CHECKOUT_HOST + path,
            }
            self._notifier.post_json(self._url, order.number, members)
        else:
            members = order_news(self._store, order, form=True)
            self._notifier.post_form(self._url, order.number, _form(members))

    def tell_changed(self, order: Order) -> None:
        """A status changed later; this kind is always a form."""
        if not self._status_url:
            return
        members: dict[str, Any] = {
            "checkout_cielo_order_number": order.number,
            "amount": order.amount,
            "order_number": order.order_number,
            "payment_status": order.status,
            "test_transaction": "True",
            "brand": order.brand,
            "nsu": order.nsu,
            "authorization_code": order.authorization,
        }
        if order.end_to_end_id:
            members["payment_end_to_end_id"] = order.end_to_end_id
        self._notifier.post_form(self._status_url, order.number, _form(members))


def order_news(store: Store, order: Order, form: bool = False) -> dict[str, Any]:
    """An order in a notification; the two kinds differ in dates and intervals."""
    slash = "/" if form else "-"
    created = local(order.created_at).strftime(f"%d{slash}%m{slash}%Y %H:%M:%S")
    customer, services = order.customer, order.shipping["services"]
    members: dict[str, Any] = {
        "checkout_cielo_order_number": order.number,
        "amount": order.amount,
        "order_number": order.order_number,
        "created_date": created,
        "customer_name": customer.get("fullName", ""),
        "customer_identity": customer.get("identity", ""),
        "customer_email": customer.get("email", ""),
        "customer_phone": customer.get("phone", ""),
        "discount_amount": order.discount,
        "shipping_type": SHIPPING_TYPES[order.shipping["type"]],
        "shipping_name": services[0]["name"] if services else "",
        "shipping_price": services[0]["price"] if services else 0,
        "payment_method_type": METHODS[order.method],
        "payment_installments": order.installments,
        "payment_status": order.status,
        "test_transaction": "True",
    }
    members.update(_address(order.shipping.get("address") or {}))
    if order.card:
        members["payment_method_brand"] = BRAND_NUMBERS[order.brand]
        members["payment_maskedcreditcard"] = order.card
        # The key of the sample; the table spells it differently.
        members["payment_antifraudresult"] = 0
        members["tid"], members["nsu"] = order.tid, order.nsu
        members["authorization_code"] = order.authorization
    if order.end_to_end_id:
        members["payment_end_to_end_id"] = order.end_to_end_id
    members.update(_product(store, order))
    members.update(_recurrence(store, order, form))
    return members


def _product(store: Store, order: Order) -> dict[str, Any]:
    made = store.links.get(order.link_id)
    if made is None:
        return {}
    kind = made.body["type"].lower()
    return {
        "product_id": made.link_id,
        "product_type": next(
            number for name, number in PRODUCT_TYPES.items() if name.lower() == kind
        ),
        "product_sku": made.body.get("sku") or "",
        "product_max_number_of_installments": made.body.get("maxnumberofinstallments") or 1,
        "product_expiration_date": made.body.get("expirationdate") or "",
        "product_quantity": "" if made.left is None else made.left,
        "product_description": made.body.get("description") or "",
    }


def _recurrence(store: Store, order: Order, form: bool) -> dict[str, Any]:
    recurrence = store.checkout_recurrences.get(order.recurrence_id)
    if recurrence is None:
        return {}
    names = PORTUGUESE if form else INTERVAL_NAMES
    return {
        "pagador_recurrent_payment_id": recurrence.pagador_id,
        "recurrent_status": RECURRENCE_TEXTS[recurrence.status],
        "start_date": recurrence.start,
        "end_date": recurrence.end,
        "interval": names[recurrence.months],
    }


def _address(address: Mapping[str, Any]) -> dict[str, Any]:
    if not address:
        return {}
    return {
        "shipping_address_zipcode": address.get("zipcode", ""),
        "shipping_address_district": address.get("district", ""),
        "shipping_address_city": address.get("city", ""),
        "shipping_address_state": address.get("state", ""),
        "shipping_address_line1": address.get("street", ""),
        "shipping_address_line2": address.get("complement", ""),
        "shipping_address_number": address.get("number", ""),
    }


def _form(members: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in members.items()}
