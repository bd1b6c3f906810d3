"""The dates of recurrences, and what deviates from them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from cielo.backoffice.due_dates import (
    Foretold,
    Plan,
    Rule,
    Seen,
    dates,
    deviations,
    foretell,
    next_date,
)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


MONTHLY = Plan(1, 10, None)


@pytest.mark.parametrize("due, plan, following", [
    ("2026-01-31", Plan(1, 31, None), "2026-02-28"),
    ("2026-02-28", Plan(1, 31, None), "2026-03-31"),
    ("2028-01-30", Plan(1, 30, None), "2028-02-29"),
    ("2026-12-05", Plan(1, 5, None), "2027-01-05"),
    ("2026-08-31", Plan(6, 31, None), "2027-02-28"),
    ("2024-02-29", Plan(12, 29, None), "2025-02-28"),
    ("2026-01-10", Plan(1, 10, day("2026-02-10")), "2026-02-10"),
    ("2026-01-10", Plan(1, 10, day("2026-02-09")), None),
])
def test_the_next_date(due, plan, following):
    assert next_date(day(due), plan) == (following and day(following))


def test_a_month_end_comes_back():
    assert [str(each) for each in dates(day("2026-01-31"), Plan(1, 31, None),
                                        day("2026-05-31"))] == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_what_is_foretold():
    assert list(foretell(day("2026-01-10"), MONTHLY, Rule(), day("2026-03-10"))) == [
        Foretold(day(each), day(each), 0) for each in ("2026-01-10", "2026-02-10", "2026-03-10")]


def test_retries_are_foretold():
    rule = Rule(tries=3, days=2)
    told = list(foretell(day("2026-01-10"), MONTHLY, rule, day("2026-02-10"),
                         (2, day("2026-01-14"))))
    assert [(str(each.date), each.retry) for each in told] == [
        ("2026-01-14", 2), ("2026-01-16", 3), ("2026-02-10", 0)]


def seen(when: str, amount: int = 100, declined: bool = False, final: bool = False) -> Seen:
    return Seen(day(when), amount, declined, final)


def told(*charges: Seen, today: str = "2026-03-05", rule: Any = None,
         amount: int | None = 100) -> list[tuple[str, str]]:
    return [(each.kind, str(each.date)) for each in deviations(
        day("2026-01-10"), MONTHLY, rule or Rule(), charges, day(today), amount)]


def test_nothing_deviates():
    assert told(seen("2026-01-10"), seen("2026-02-10", declined=True), seen("2026-02-11")) == []


@pytest.mark.parametrize("charges, expected", [
    ([], [("missing", "2026-01-10"), ("missing", "2026-02-10")]),
    (["2026-01-10"], [("missing", "2026-02-10")]),
    (["2026-01-10", "2026-01-11", "2026-02-10"], [("not_foretold", "2026-01-11")]),
    (["2026-01-05", "2026-01-10", "2026-02-10"], [("not_foretold", "2026-01-05")]),
    (["2026-01-10", "2026-02-20"], [("not_foretold", "2026-02-20")]),
])
def test_charges_beside_the_plan(charges, expected):
    assert told(*map(seen, charges)) == expected


def test_other_amounts():
    assert told(seen("2026-01-10", 200), seen("2026-02-10")) == [("amount", "2026-01-10")]


def test_a_retry_that_was_not_made():
    assert told(seen("2026-01-10"), seen("2026-02-10", declined=True)) == [
        ("missing", "2026-02-11")]


def test_no_retry_after_a_denial_for_good():
    assert told(seen("2026-01-10"), seen("2026-02-10", declined=True, final=True)) == []
    assert told(seen("2026-01-10"), seen("2026-02-10", declined=True, final=True),
                seen("2026-02-11")) == [("not_foretold", "2026-02-11")]


def test_more_retries_than_the_rule_has():
    declined = [seen(f"2026-02-{n}", declined=True) for n in (10, 11, 12)]
    assert told(seen("2026-01-10"), *declined, rule=Rule(tries=1)) == [
        ("not_foretold", "2026-02-12")]


def test_one_that_is_due_today_is_not_missing_yet():
    assert told(seen("2026-01-10"), today="2026-02-11") == []
    assert told(seen("2026-01-10"), today="2026-02-12") == [("missing", "2026-02-10")]
