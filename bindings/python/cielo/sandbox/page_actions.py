"""What the buttons of the page do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Callable

from .checkout_shopper import TEST_CARD, CheckoutShopper
from .clock import LATEST, Clock
from .faults import Faults, read_faults
from .shopper import Shopper

#: What a span of time may be counted in.
SECONDS: Mapping[str, int] = {"minutes": 60, "hours": 3600, "days": 86_400}

#: A card that Checkout declines, by its last digit [test-mode].
DECLINED_CARD = TEST_CARD[:-1] + "7"

Form = Mapping[str, str]


class ActionProblem(Exception):
    """What is wrong with a form."""


class Actions:
    """One method for each button; ActionProblem and PayProblem say why it did nothing."""

    def __init__(
        self,
        shopper: Shopper,
        checkout_shopper: CheckoutShopper,
        faults: Faults,
        clock: Clock,
        *,
        advance: Callable[[float], None],
        reset: Callable[[], None],
    ) -> None:
        self._shopper = shopper
        self._checkout_shopper = checkout_shopper
        self._faults = faults
        self._clock = clock
        self._advance = advance
        self._reset = reset
        self._known: Mapping[str, Callable[[Form], object]] = {
            "pay": self._pay,
            "decline": self._decline,
            "expire": self._expire,
            "advance": self._move_clock,
            "reset": lambda form: self._reset(),
            "fault": self._add_fault,
            "end": self._end_faults,
        }

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def run(self, name: str, form: Form) -> None:
        """Do what the button of this name says, to what its form names."""
        self._known[name](form)

    def _pay(self, form: Form) -> None:
        if "sale" in form:
            self._shopper.pay(form["sale"], True, "")
        else:
            self._checkout(form, TEST_CARD)

    def _decline(self, form: Form) -> None:
        if "sale" in form:
            self._shopper.pay(form["sale"], False, "")
        else:
            self._checkout(form, DECLINED_CARD)

    def _checkout(self, form: Form, card: str) -> None:
        """Pays a page, a link or an order; only cards are declined."""
        wanted = {"card": card, "method": form.get("method", "creditCard")}
        if card == DECLINED_CARD and wanted["method"] != "debitCard":
            wanted["method"] = "creditCard"
        if "link" in form:
            self._checkout_shopper.pay_link(form["link"], wanted)
        else:
            self._checkout_shopper.pay_page(form.get("page", form.get("order", "")), wanted)

    def _expire(self, form: Form) -> None:
        if "sale" in form:
            self._shopper.lapse(form["sale"])
        else:
            self._checkout_shopper.lapse(form.get("order", ""))

    def _move_clock(self, form: Form) -> None:
        count, unit = form.get("count", ""), form.get("unit", "")
        if not re.fullmatch("[0-9]{1,4}", count) or unit not in SECONDS:
            raise ActionProblem("the clock moves by 0 to 9999 minutes, hours or days")
        seconds = int(count) * SECONDS[unit]
        if seconds > LATEST - self._clock.now():
            raise ActionProblem("the clock never goes past the year 2199")
        self._advance(seconds)

    def _add_fault(self, form: Form) -> None:
        entry = {
            "match": form.get("match", ""),
            "after": form.get("after", "read"),
            "do": form.get("do", ""),
            "times": _whole(form.get("times", "1")),
            "delay_ms": _whole(form.get("delay_ms", "0")),
        }
        try:
            self._faults.list = [*self._faults.list, *read_faults([entry])]
        except ValueError as error:
            raise ActionProblem(str(error)) from error

    def _end_faults(self, form: Form) -> None:
        self._faults.list = []


def _whole(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ActionProblem(f"a whole number is expected, not {text[:20]!r}")
    return int(text)
