"""Filters as words: of an address, of the command, of Python; and what is refused."""

from __future__ import annotations

import datetime
import random
from zoneinfo import ZoneInfo

import pytest

from cielo.backoffice import words
from cielo.backoffice.filters import FIELDS, FilterError, Filters, Window
from cielo.backoffice.when import span_of
from cielo.backoffice.words import (
    FRAUD,
    GROUPS,
    LANGUAGES,
    WORDS,
    cents_of,
    fraud_of,
    label,
    moment_text,
    money_text,
    number_text,
    reais_of,
    word_of,
    words_of,
)

UTC = datetime.timezone.utc
ZONE = ZoneInfo("America/Sao_Paulo")
NOW = datetime.datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
SAMPLES = {"ec": ("1044748068", "1"), "status": WORDS, "group": GROUPS, "fraud": FRAUD,
           "status_number": ("2", "11"), "card": ("0181", "4242"), "date": ("order", "capture"),
           "since": ("30d", "27/10/2026 00:00", "2026-10-27T00:00:00-03:00"),
           "until": ("27/11/2026 23:59", "1h"), "amount_min": ("57,00",), "amount_max": ("99,00",)}
ODD = ("--x", "a b", "50% & more=less; \"é\"", "-1", "'", "+", "$HOME", "ação/½")


def test_they_read_what_they_write() -> None:
    chance = random.Random(1)
    for _ in range(300):
        pairs = []
        for field in chance.sample(FIELDS, chance.randint(0, 6)):
            values = SAMPLES.get(field.name, ODD)
            for value in chance.sample(values, chance.randint(1, min(3, len(values)))
                                       if field.many else 1):
                pairs.append((field.name, value))
        filters = Filters.from_pairs(pairs)
        assert sorted(filters.pairs()) == sorted((name, value.lower() if name in (
            "means", "payment_id", "kind", "recurrence") else value) for name, value in pairs)
        assert Filters.from_query(filters.query()) == filters
        assert Filters.from_query("?" + filters.query() + "&tid=&page=2",
                                  ignore=("page",)) == filters
        assert Filters.from_command(filters.command()) == filters
        assert Filters.from_pairs(filters.pairs()) == filters


def test_words_of_the_command() -> None:
    filters = Filters.from_command("--status not-paid --status=paid --since 30d --means Visa "
                                   "--amount-min 1.234,56 --fraud 2")
    assert filters == Filters.of(status=["not_paid", "paid"], since="30d", means="visa",
                                 amount_min=123456, fraud="reject")
    assert filters.without("status", "paid").status == ("not_paid",)
    assert filters.without("status").status == () and filters.without("means").means == ()
    assert Filters.of(since=NOW, tid=None).since == "2026-11-27T15:30:00+00:00"
    assert Filters.of(until=NOW.date()).until == "2026-11-27"


@pytest.mark.parametrize("words, said", [
    ("--status payd", "status: 'payd' is none of in_doubt, paid.*did you mean paid?"),
    ("--stat paid", "stat: is no filter; did you mean status?"),
    ("--card 455187", "card: takes the last four digits"),
    ("--ec 10x", "ec: '10x' is no number"), ("--ec ٣", "ec: .* is no number"),
    ("--amount-min 1,234", "amount_min: is no sum in reais"),
    ("--amount-min 5,00 --amount-min 6,00", "amount_min: is given twice"),
    ("--since yesteryear", "since: is no moment: write 30d"),
    ("--since 31/02/2026", "since: is no day or hour there is"),
    ("--since 2026-11-27T25:00", "since: is no day or hour there is"),
    ("--since 0001-01-01", "since: is in the year 1"),
    ("--since 99999w", "since: is too long ago"),
    ("--status-number -1", "status_number: '-1' is no number"),
    ("--tid", "--tid: needs a value"), ("tid 1", "tid: is no option"),
    ("--tid 'x", "search: cannot be split"), ("--tid " + "9" * 200, "tid: is longer than 128"),
    ("--tid 'a\tb'", "tid: has characters that cannot be printed"),
    ("--date made --fraud 9", "date: 'made' is none of.*fraud: '9' is none of"),
    (" ".join(f"--tid {n}" for n in range(101)), "tid: takes at most 100 values"),
])
def test_what_says_nothing_sensible_is_named_with_its_rule(words: str, said: str) -> None:
    with pytest.raises(FilterError, match=said) as caught:
        Filters.from_command(words)
    assert caught.value.problems and caught.value.exit_code == 2


def test_spans_and_amounts_that_are_the_wrong_way_round() -> None:
    with pytest.raises(FilterError, match="since: 1h is after until 2h"):
        Filters.of(since="1h", until="2h").window(NOW, ZONE)
    with pytest.raises(FilterError, match="amount_min: 6,00 is above amount_max 5,00"):
        Filters.of(amount_min=600, amount_max=500).amounts()
    with pytest.raises(ValueError, match="without zone"):
        Filters.of(since=datetime.datetime(2026, 1, 1))


@pytest.mark.parametrize("text, begin, length", [
    ("30d", "2026-10-28T15:30:00+00:00", 0), ("2h", "2026-11-27T13:30:00+00:00", 0),
    ("15m", "2026-11-27T15:15:00+00:00", 0), ("4W", "2026-10-30T15:30:00+00:00", 0),
    ("today", "2026-11-27T03:00:00+00:00", 86400), ("Ontem", "2026-11-26T03:00:00+00:00", 86400),
    ("27/11/2026", "2026-11-27T03:00:00+00:00", 86400), ("1/2/2026", "2026-02-01T03:00:00+00:00",
                                                        86400),
    ("2026-11-27", "2026-11-27T03:00:00+00:00", 86400),
    ("27/11/2026 11:19", "2026-11-27T14:19:00+00:00", 60),
    ("27/11/2026 11:19:23", "2026-11-27T14:19:23+00:00", 1),
    ("2026-11-27T11:19", "2026-11-27T14:19:00+00:00", 60),
    ("2026-11-27 11:19:23.5", "2026-11-27T14:19:23+00:00", 1),
    ("2026-11-27T11:19:23Z", "2026-11-27T11:19:23+00:00", 1),
    ("2026-11-27T11:19:23-0200", "2026-11-27T13:19:23+00:00", 1),
    ("2026-11-27T11:19:23+05:30", "2026-11-27T05:49:23+00:00", 1),
])
def test_moments_as_people_write_them(text: str, begin: str, length: int) -> None:
    span = span_of(text, NOW, ZONE)
    assert span.begin.isoformat() == begin
    assert span.end - span.begin == datetime.timedelta(seconds=length)


def test_a_day_is_as_long_as_the_zone_makes_it() -> None:
    # In 2018 clocks went forward at midnight of the fourth of November.
    span = span_of("04/11/2018", NOW, ZONE)
    assert span.end - span.begin == datetime.timedelta(hours=23)


def test_until_takes_in_what_it_names() -> None:
    window = Filters.of(since="27/11/2026", until="27/11/2026").window(NOW, ZONE)
    assert window == Window(datetime.datetime(2026, 11, 27, 3, tzinfo=UTC),
                            datetime.datetime(2026, 11, 28, 3, tzinfo=UTC))
    assert Filters().window(NOW, ZONE) == Window(NOW - datetime.timedelta(days=30), None)
    assert Filters.of(tid="1").window(NOW, ZONE) is None
    assert Filters.of(status="in-doubt").window(NOW, ZONE) is None
    assert Filters.of(tid="1", until="today").window(NOW, ZONE) is not None


@pytest.mark.parametrize("text, cents", [
    ("57,00", 5700), ("1.234,56", 123456), ("1234.56", 123456), ("57", 5700), ("R$ 57,00", 5700),
    ("0,01", 1), ("1.234.567,89", 123456789), (" 57.00 ", 5700),
    ("1,234", None), ("1.234", None), ("1,234.56", None), ("57,0", None), ("57,000", None),
    ("-57,00", None), ("", None), ("1.23,45", None), ("12345678901234", None), ("٥٧,00", None),
    ("1e3", None), (",50", None), ("1.234.56", None),
])
def test_sums_in_reais(text: str, cents: int | None) -> None:
    if cents is None:
        with pytest.raises(ValueError, match="is "):
            cents_of(text)
        return
    assert cents_of(text) == cents == cents_of(reais_of(cents))


def test_words_that_people_read() -> None:
    for lang in LANGUAGES:
        assert all(label("status", word, lang) not in ("", word) for word in WORDS)
        assert all(label("group", word, lang) for word in GROUPS)
        assert all(label("fraud", word, lang) != word for word in FRAUD)
    assert label("status", None) == "" and label("group", "cheque") == "cheque"
    assert money_text(123456789012).replace("\xa0", " ") == "R$ 1.234.567.890,12"
    assert money_text(5700, "en") == "R$57.00"
    assert number_text(10000) == "10.000" and number_text(10000, "en") == "10,000"
    assert moment_text(NOW, ZONE) == "27/11/2026 12:30:00"
    assert moment_text(NOW, ZONE, "en") == "2026-11-27 12:30:00"
    assert [fraud_of(number) for number in (None, 0, "1", 5, 9)] == [
        None, "unknown", "accept", "unfinished", "9"]


def test_what_follows_from_a_number_is_the_word() -> None:
    for status in range(25):
        for voided in (None, NOW, NOW + datetime.timedelta(hours=30)):
            assert word_of(status, received=NOW, voided=voided) in words_of(status)


@pytest.mark.parametrize(("name", "typed", "word"), [
    ("status", "pago", "paid"), ("status", "Pagas", "paid"), ("status", "não pago", "not_paid"),
    ("status", "NAO-PAGA", "not_paid"), ("status", "em dúvida", "in_doubt"),
    ("status", "estornadas", "reversed"), ("status", "pendentes", "pending"),
    ("group", "crédito", "credit_card"), ("group", "cartão de débito", "debit_card"),
    ("group", "pix", "pix"), ("fraud", "rejeitada", "reject"), ("date", "captura", "capture"),
    ("status", "not paid", "not_paid"), ("status", "aborted", "aborted"),
])
def test_words_may_be_portuguese(name, typed, word):
    """As people say them; an address has the one word."""
    found = Filters.of(**{name: typed})
    assert found.pairs() == [(name, word)]
    assert Filters.of(**{name: word}) == found


def test_near_words_are_told_in_either_language():
    for typed, near in (("pagoo", "pago"), ("payd", "paid"), ("nao autorisado", "nao_autorizado")):
        with pytest.raises(FilterError, match=f"did you mean {near}") as caught:
            Filters.of(status=typed)
        assert f"quis dizer {near}?" in caught.value.text("pt")
        assert "paid (pago)" in caught.value.text("pt")


def test_no_portuguese_word_means_two_things():
    for kind in ("status", "group", "fraud", "date"):
        for word in words.labels(kind):
            assert words.word_typed(kind, words.label(kind, word, "pt")) == word
            assert words.word_typed(kind, word) == word
