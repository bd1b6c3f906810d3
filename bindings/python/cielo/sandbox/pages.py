"""Checkout pages and payment links: what a shopper can be sent to."""

from __future__ import annotations

import uuid
from typing import Any

from .books import Books
from .checkout import (
    MOST_INSTALLMENTS,
    PRODUCT_TYPES,
    STATUS_WORDS,
    Form,
    is_recent,
    link,
    lowered,
    numbered,
)
from .clock import iso
from .exchange import Answer, Refusal, Request, cents, not_found, reply
from .store import Link, Page

#: Members of a link and how its answer writes them.
LINK_MEMBERS = (
    "OrderNumber",
    "type",
    "name",
    "description",
    "showDescription",
    "price",
    "expirationDate",
    "weight",
    "softDescriptor",
    "maxNumberOfInstallments",
    "quantity",
    "sku",
)
SHIPPING_MEMBERS = ("type", "name", "price", "originZipcode")
RECURRENT_MEMBERS = ("interval", "endDate")
#: Members that an answer writes as numbers, even if they came as text [link-rules].
LINK_NUMBERS = ("price", "weight", "maxNumberOfInstallments")

LARGEST = 10**15


class Pages:
    """``POST /api/public/v1/orders``."""

    def __init__(self, books: Books) -> None:
        self._store = books.store
        self._clock = books.clock

    def create(self, request: Request) -> Answer:
        """A page is no transaction yet: nothing can be found until it is paid."""
        body = request.object()
        check_page(body)
        page = Page(
            page_id=str(uuid.uuid4()),
            merchant_id=request.merchant,
            order_number=body.get("OrderNumber") or uuid.uuid4().hex,
            body=body,
            created_at=self._clock.now(),
        )
        self._store.save(page)
        answer = dict(body, OrderNumber=page.order_number)
        answer["Settings"] = {
            "CheckoutUrl": link("", "", f"/transacional/order/index?id={page.page_id}")["href"],
            "Profile": "CheckoutCielo",
            "Version": 1,
        }
        return reply(answer, 201)


def check_page(body: dict[str, Any]) -> None:
    """Every rule of a page at once [page-rules]."""
    form, root = Form(), lowered(body)
    form.order_number(root.get("ordernumber"))
    form.text("SoftDescriptor", root.get("softdescriptor"), 13)
    cart = form.node("Cart", root, needed=True)
    items = cart.get("items")
    if not isinstance(items, list) or not items:
        form.add("Cart.Items", "At least one item is required.")
    else:
        for item in items:
            _check_item(form, lowered(item) if isinstance(item, dict) else {})
    discount = form.node("Cart.Discount", cart)
    if discount:
        form.choice("Cart.Discount.Type", discount.get("type"), {"Amount": 1, "Percent": 2})
        form.number("Cart.Discount.Value", discount.get("value"), 0, LARGEST, needed=True)
    shipping = form.node("Shipping", root, needed=True)
    kind = form.shipping(shipping)
    services = shipping.get("services")
    if kind == "FixedAmount" and not services:
        form.add("Shipping.Services", "A fixed amount needs a service.")
    for service in services if isinstance(services, list) else []:
        node = lowered(service) if isinstance(service, dict) else {}
        form.text("Shipping.Services.Name", node.get("name"), 128, needed=True)
        form.number("Shipping.Services.Price", node.get("price"), 0, LARGEST, needed=True)
    _check_payment(form, form.node("Payment", root), kind)
    customer = form.node("Customer", root)
    for name, longest in (("Identity", 14), ("FullName", 288), ("Email", 64), ("Phone", 11)):
        value = customer.get(name.lower())
        # A sample of the manual writes the document as a number.
        is_number = isinstance(value, int) and not isinstance(value, bool)
        form.text(f"Customer.{name}", str(value) if is_number else value, longest)
    form.text("Options.ReturnUrl", form.node("Options", root).get("returnurl"), 255)
    form.finish()


def _check_item(form: Form, item: dict[str, Any]) -> None:
    form.text("Cart.Items.Name", item.get("name"), 128, needed=True)
    form.text("Cart.Items.Description", item.get("description"), 256)
    form.number("Cart.Items.UnitPrice", item.get("unitprice"), 0, LARGEST, needed=True)
    form.number("Cart.Items.Quantity", item.get("quantity"), 1, 10**9, needed=True)
    kinds = {name: value for name, value in PRODUCT_TYPES.items() if name != "Recurrent"}
    form.choice("Cart.Items.Type", item.get("type"), kinds)
    form.text("Cart.Items.Sku", item.get("sku"), 32)


def _check_payment(form: Form, payment: dict[str, Any], shipping: str) -> None:
    for name in ("Installments", "MaxNumberOfInstallments"):
        form.number(f"Payment.{name}", payment.get(name.lower()), 1, MOST_INSTALLMENTS)
    for name in ("BoletoDiscount", "DebitDiscount", "FirstInstallmentDiscount"):
        form.number(f"Payment.{name}", payment.get(name.lower()), 0, 100)
    plan = form.node("Payment.RecurrentPayment", payment)
    if plan:
        form.plan("Payment.RecurrentPayment", plan)
        if shipping != "WithoutShipping":
            form.add("Shipping.Type", "A recurrence has no delivery: WithoutShipping.")


class Links:
    """``/api/public/v1/products``."""

    def __init__(self, books: Books) -> None:
        self._store = books.store
        self._clock = books.clock

    def create(self, request: Request) -> Answer:
        """``POST``: 201."""
        made = Link(
            link_id=str(uuid.uuid4()),
            merchant_id=request.merchant,
            body={},
            created_at=self._clock.now(),
        )
        return self._put(made, request, 201)

    def get(self, request: Request, link_id: str) -> Answer:
        """``GET``: 200."""
        return reply(self._tree(self._find(link_id)))

    def update(self, request: Request, link_id: str) -> Answer:
        """``PUT``: 200; the body replaces what the link said."""
        return self._put(self._find(link_id), request, 200)

    def delete(self, request: Request, link_id: str) -> Answer:
        """``DELETE``: 204."""
        self._store.remove(self._find(link_id))
        return Answer(204)

    def payments(self, request: Request, link_id: str) -> Answer:
        """``GET …/payments``: what came of the link."""
        made = self._find(link_id)
        found = [
            {
                "orderNumber": order.number,
                "createdDate": iso(order.created_at),
                "payment": {
                    "price": order.amount,
                    "numberOfPayments": order.installments,
                    "createdDate": iso(order.created_at),
                    "status": STATUS_WORDS[order.status],
                },
                "links": [link("GET", "self", f"/api/public/v2/orders/{order.number}")],
            }
            for order in self._store.orders.values()
            if order.link_id == made.link_id and is_recent(order, self._clock.now())
        ]
        tree = {
            "productId": made.link_id,
            "createdDate": iso(made.created_at),
            "orders": found,
        }
        return reply(numbered(tree))

    def _find(self, link_id: str) -> Link:
        made = self._store.links.get(link_id.lower())
        if made is None:
            raise Refusal(not_found())
        return made

    def _put(self, made: Link, request: Request, status: int) -> Answer:
        body = lowered(request.object())
        check_link(body)
        made.body = body
        quantity = body.get("quantity")
        made.left = None if quantity is None else int(quantity)
        self._store.save(made)
        return reply(self._tree(made), status)

    def _tree(self, made: Link) -> dict[str, Any]:
        tree: dict[str, Any] = {"id": made.link_id}
        tree.update(_named(made.body, LINK_MEMBERS))
        for name in LINK_NUMBERS:
            if name in tree:
                tree[name] = cents(tree[name])
        if made.left is not None:
            tree["quantity"] = made.left
        tree["shipping"] = _named(lowered(made.body["shipping"]), SHIPPING_MEMBERS)
        if made.body.get("recurrent"):
            tree["recurrent"] = _named(lowered(made.body["recurrent"]), RECURRENT_MEMBERS)
        tree["shortUrl"] = f"http://bit.ly/{made.link_id[:8]}"
        # Singular, capital A: the links of links are written differently.
        path = f"/Api/public/v1/product/{made.link_id}"
        verbs = (("GET", "self"), ("PUT", "update"), ("DELETE", "delete"))
        tree["links"] = [link(method, rel, path) for method, rel in verbs]
        return tree


def check_link(body: dict[str, Any]) -> None:
    """Every rule of a link at once [link-rules]; names come in lower case."""
    form = Form()
    form.order_number(body.get("ordernumber"))
    kind = form.choice("Type", body.get("type"), PRODUCT_TYPES)
    form.text("Name", body.get("name"), 128, needed=True)
    form.text("Description", body.get("description"), 256)
    form.number("Price", body.get("price"), 1, LARGEST, needed=True)
    form.day("ExpirationDate", body.get("expirationdate"))
    form.text("SoftDescriptor", body.get("softdescriptor"), 13)
    form.number("Quantity", body.get("quantity"), 1, 99)
    form.number("Weight", body.get("weight"), 0, 10**9)
    form.text("Sku", body.get("sku"), 32)
    most = form.number(
        "MaxNumberOfInstallments", body.get("maxnumberofinstallments"), 1, MOST_INSTALLMENTS
    )
    if kind == "Recurrent" and (most or 1) > 1:
        form.add("MaxNumberOfInstallments", "A recurrence has no instalments.")
    shipping = form.node("Shipping", body, needed=True)
    if form.shipping(shipping) == "FixedAmount":
        form.text("Shipping.Name", shipping.get("name"), 128, needed=True)
        form.number("Shipping.Price", shipping.get("price"), 0, LARGEST, needed=True)
    form.plan("Recurrent", form.node("Recurrent", body))
    form.finish()


def _named(node: dict[str, Any], members: tuple[str, ...]) -> dict[str, Any]:
    return {
        name: node[name.lower()] for name in members if node.get(name.lower()) is not None
    }
