"""Compares the code books of the core with the facts under data/, row by row.

    python3 tests/codes/check_codes.py

Compiles dump.c with the core's codes.c (CC and CFLAGS as in the environment)
and reads what it prints. data/ is made by derive.py. mended.csv lists the rows
that Cielo has changed since, one member each, with the reason: they replace
those of data/, and nothing else may differ from it.
"""

import collections
import csv
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import unicodedata
import unittest

from derive import digests

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STRICTNESS = ["unknown", "allowed", "limited", "after", "limited_next_day",
              "never"]

Rule = collections.namedtuple(
    "Rule", "kind max_attempts window_days after_hours")
Code = collections.namedtuple(
    "Code", "operation code category rule change pt en shopper_pt shopper_en")
Status = collections.namedtuple("Status", "book number name wire pt en")
Denial = collections.namedtuple(
    "Denial", "brand code category reversible change pt en")
Merchant = collections.namedtuple(
    "Merchant", "code rule change pt en charged since")
Programme = collections.namedtuple("Programme", "brand rule since")
# A repeat against these is charged from the first on: page on the retry
# programmes. What came later is in mended.csv.
CHARGED = {"03", "21"}
# What a member is where a row of mended.csv does not say it.
UNSAID = {"after_hours": "0", "charged": "0", "since": "0"}


def dump():
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "dump")
        subprocess.run(
            [os.environ.get("CC", "cc"), "-std=c99",
             *shlex.split(os.environ.get("CFLAGS", "")),
             "-I", ROOT / "core/include",
             HERE / "dump.c", ROOT / "core/src/facts/codes.c",
             ROOT / "core/src/base/ascii.c", "-o", program],
            check=True)
        printed = subprocess.run([program], check=True, stdout=subprocess.PIPE)
    return [line.split("\t")
            for line in printed.stdout.decode("utf-8").splitlines()]


def read(path):
    with open(HERE / path, encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def published(name):
    """Cielo's tables as data/ has them."""
    return read("data/" + name + ".csv")


def is_of(row, mended):
    return (row["code"] == mended["code"]
            and row.get("brand", "") == mended["brand"])


def facts(name):
    """The same as they stand today."""
    rows = published(name)
    for mended in read("mended.csv"):
        if mended["table"] != name:
            continue
        old = [row for row in rows if is_of(row, mended)]
        for row in old or [{**UNSAID, "brand": mended["brand"],
                            "code": mended["code"]}]:
            row[mended["member"]] = mended["now"]
            row["since"] = mended["since"] or "0"
            if not old:
                rows.append(row)
    return rows


def rule_of(kind, *figures):
    return Rule(kind, *map(int, figures))


def fact_rule(row):
    return rule_of(row["kind"], row["max_attempts"], row["window_days"],
                   row["after_hours"])


class Books(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        rows = collections.defaultdict(list)
        for kind, *cells in dump():
            rows[kind].append(cells)
        cls.categories = {cells[0] for cells in rows["category"]}
        cls.codes = [Code(*c[:3], rule_of(*c[3:7]), *c[7:])
                     for c in rows["code"]]
        cls.statuses = [Status(c[0], int(c[1]), *c[2:])
                        for c in rows["status"]]
        cls.denials = [Denial(*c[:3], int(c[3]), *c[4:])
                       for c in rows["denial"]]
        cls.merchants = [Merchant(c[0], rule_of(*c[1:5]), *c[5:])
                         for c in rows["merchant"]]
        cls.programmes = [Programme(c[0], rule_of(*c[1:5]), c[5])
                          for c in rows["programme"]]
        cls.visa = {code: category for code, category in rows["visa"]}

    def book(self, operation):
        return [code for code in self.codes if code.operation == operation]

    def numbers(self, book):
        return {s.number: s for s in self.statuses if s.book == book}

    def texts(self):
        for code in self.codes:
            yield from code[5:]
        for row in [*self.statuses, *self.denials, *self.merchants]:
            yield from (row.pt, row.en)


class Facts(Books):
    def test_sale_codes_and_rules(self):
        rows = facts("return_codes")
        for row in rows:
            row["code"] = re.sub(r"^BP ", "BP", row["code"])
        first = [r for r in rows if r["table"] == "return-codes"]
        known = {r["code"] for r in first}
        added = [r for r in rows if r["table"] == "other-return-codes"
                 and r["code"] not in known]
        self.assertEqual(len(first), 108)
        expected = collections.defaultdict(list)
        for row in first + added:
            expected[row["code"]].append(fact_rule(row))
        for seen_in_answers in ("4", "6"):
            expected[seen_in_answers].append(rule_of("never", 0, 0, 0))
        ours = collections.defaultdict(list)
        for code in self.book("sale"):
            ours[code.code].append(code.rule)
        self.assertEqual(ours, expected)

    def test_later_table_is_never_stricter(self):
        """What the sale book relies on when it leaves out a later row."""
        ours = {code.code: code.rule for code in self.book("sale")}
        for row in facts("return_codes"):
            rule = ours[re.sub(r"^BP ", "BP", row["code"])]
            with self.subTest(row["code"]):
                self.assertGreaterEqual(STRICTNESS.index(rule.kind),
                                        STRICTNESS.index(row["kind"]))

    def test_capture_and_void_codes(self):
        for operation, seen in (("capture", {"6"}), ("void", {"FF"})):
            rows = facts(operation + "_codes")
            ours = {code.code: code for code in self.book(operation)}
            self.assertEqual(len(ours), len(self.book(operation)))
            self.assertEqual(set(ours), seen | {r["code"] for r in rows})
            for row in rows:
                with self.subTest(operation=operation, code=row["code"]):
                    kind = ours[row["code"]].rule.kind
                    self.assertEqual(kind == "allowed", row["try_again"] == "1")

    def test_api_errors(self):
        rows = {int(row["code"]) for row in facts("api_errors")}
        self.assertEqual(len(rows), 138)
        self.assertEqual(set(self.numbers("api_error")),
                         rows | {57, 100, 220, 228, 233, 286, 298, 389})

    def test_reason_codes(self):
        ours = self.numbers("reason_code")
        rows = facts("reason_codes")
        self.assertEqual(set(ours), {int(row["number"]) for row in rows}
                         | set(range(25, 34)))
        for row in rows:
            self.assertEqual(ours[int(row["number"])].wire, row["word"])

    def test_statuses(self):
        ours = {(s.book, str(s.number)): s.wire for s in self.statuses
                if s.book in ("sale_status", "order_status")}
        self.assertEqual(ours, {(row["book"], row["number"]): row["word"]
                                for row in facts("statuses")})

    def test_denials(self):
        expected = {}
        for row in facts("abecs"):
            pair = row["brand"], row["code"]
            reversible = int(row["reversible"])
            expected[pair] = min(expected.get(pair, 1), reversible)
        self.assertEqual({(d.brand, d.code): d.reversible
                          for d in self.denials}, expected)
        self.assertEqual(len(self.denials), len(expected))

    def test_visa_and_merchant_advice(self):
        listed = {row["code"]: row["category"] for row in facts("visa")}
        listed["00"] = "0"  # a success: no category
        self.assertEqual(self.visa, listed)
        advice = facts("merchant_advice")
        self.assertEqual(
            {m.code: (m.rule.kind, m.rule.after_hours) for m in self.merchants},
            {row["code"]: (row["kind"], int(row["after_hours"]))
             for row in advice})
        self.assertEqual(
            {m.code: (m.charged, m.since) for m in self.merchants},
            {row["code"]: ("1" if row["code"] in CHARGED
                           else row.get("charged", "0"), row.get("since", "0"))
             for row in advice})

    def test_programmes(self):
        """Page on the brands' retry programmes, which dates nothing."""
        self.assertEqual(
            {p.brand: (p.rule, p.since) for p in self.programmes},
            {brand: (rule_of("limited", repeats, 30, 0), "0")
             for brand, repeats in (("elo", 15), ("master", 7), ("visa", 15))})

    def test_mended_rows_are_of_use(self):
        """Each says something that data/ does not, and why."""
        keys = [(m["table"], m["brand"], m["code"], m["member"])
                for m in read("mended.csv")]
        self.assertEqual(len(keys), len(set(keys)))
        for mended in read("mended.csv"):
            with self.subTest(mended["table"], code=mended["code"]):
                rows = [row.get(mended["member"])
                        for row in published(mended["table"])
                        if is_of(row, mended)]
                self.assertFalse(rows and set(rows) == {mended["now"]})
                self.assertRegex(mended["since"], r"^(20\d\d(0\d|1[0-2]))?$")
                self.assertGreater(len(mended["why"].split()), 3)


class Texts(Books):
    def test_no_copy(self):
        known = {row["sha256"] for row in facts("sentences")}
        copies = {text for text in self.texts() if digests(text) & known}
        self.assertEqual(copies, set())

    def test_shape(self):
        for text in self.texts():
            with self.subTest(text):
                self.assertRegex(text, r"^[^\s].*[.!]$")
                self.assertNotRegex(text, r"\s\s")
                self.assertEqual(text, unicodedata.normalize("NFC", text))
                self.assertLess(len(text), 180)

    def test_each_text_stands_once(self):
        texts = []
        for path in sorted((ROOT / "core/src/facts").glob("codes_*.h")):
            for literal in re.findall(r'"((?:[^"\\]|\\.)*)"', path.read_text(
                    encoding="utf-8")):
                if " " in literal.strip():
                    texts.append(literal)
        twice = [t for t, n in collections.Counter(texts).items() if n > 1]
        self.assertEqual(twice, [])

    def test_categories(self):
        used = {row.category for row in [*self.codes, *self.denials]}
        self.assertEqual(used, self.categories)

    def test_shopper_learns_nothing_about_fraud(self):
        """Fraud and blocks read like any refusal; a wrong security code like
        any other wrong detail."""
        sale = {code.code: code for code in self.book("sale")}
        for code in sale.values():
            alike = {"fraud": "05", "blocked": "05", "security_code": "14"}
            if code.category in alike:
                with self.subTest(code.code):
                    model = sale[alike[code.category]]
                    self.assertEqual(code.shopper_pt, model.shopper_pt)
                    self.assertEqual(code.shopper_en, model.shopper_en)

    def test_names(self):
        for status in self.statuses:
            self.assertRegex(status.name, r"^[a-z][a-z0-9_]*$")
        for book in {s.book for s in self.statuses}:
            names = [s.name for s in self.statuses if s.book == book]
            self.assertEqual(len(names), len(set(names)), book)


if __name__ == "__main__":
    unittest.main()
