"""The types of what is sent, as mypy and pyright see them: a table of wrong and right lines.

pyright is basedpyright's, which brings the node that it runs on.
"""

from __future__ import annotations

import glob
import json
import os
import re
import subprocess
import sys
from typing import NamedTuple

import pytest
from test_stub import ROOT

pytest.importorskip("basedpyright", reason="checkers run in .venv alone: no basedpyright here")

HEAD = """\
from __future__ import annotations
import datetime as datetime
from typing import Any, Dict
import cielo
from cielo.typed import CardFields as CardFields, SaleFields as SaleFields

def case(client: cielo.Client, error: cielo.CieloError, sale: cielo.Sale,
         read: Dict[str, Any], brand: str) -> None:
    """

CARD = '{"card_number": "4024007197692931", "brand": "Visa"}'


class Wrong(NamedTuple):
    code: str
    #: What each checker says of it, a part.
    mypy: str
    pyright: str


WRONG = [
    Wrong('client.sales.create({"merchant_order_id": "a", "payment": {"amont": 1}})',
          'Extra key "amont" for TypedDict "PaymentFields"', '"amont" is an undefined item'),
    Wrong('client.sales.create({"MerchantOrderId": "a", "Payment": {"Instalments": 1}})',
          'Extra key "Instalments"', '"Instalments" is an undefined item'),
    Wrong('client.sales.create({"payment": {"instalments": 1}})',
          'Extra key "instalments"', '"instalments" is an undefined item'),
    Wrong('client.sales.create({"payment": {"credit_card": {"cvv": "123"}}})',
          'Extra key "cvv" for TypedDict "CardFields"', '"cvv" is an undefined item'),
    Wrong('client.sales.create({"paymnt": {}})', 'Extra key "paymnt"', '"paymnt" is an undefined'),
    Wrong('client.sales.create({"payment": {"amount": "157"}})', 'has type "int"',
          'not assignable to "int"'),
    Wrong('client.sales.create({"payment": {"amount": None}})', 'has type "int"',
          'not assignable to "int"'),
    Wrong('client.sales.create({"payment": {"type": "CreditCart"}})', "'CreditCart'",
          '"Literal[\'CreditCart\']"'),
    Wrong('client.sales.create({"payment": {"credit_card": {"brand": brand}}})', '"str"',
          '"str" is not assignable'),
    Wrong('client.sales.create({"payment": {"payment_id": "a"}})',
          'Extra key "payment_id"', '"payment_id" is an undefined item'),
    Wrong('client.sales.create(read)', 'expected "SaleFields"', 'not assignable to "SaleFields"'),
    Wrong('client.recurrences.set_payment("id", {"Amuont": 1})', 'Extra key "Amuont"',
          '"Amuont" is an undefined item'),
    Wrong('client.cards.tokenize({"holdr": "a"})', 'Extra key "holdr"', '"holdr" is an undefined'),
    Wrong('client.links.create({"type": "Asset", "nam": "a"})', 'Extra key "nam"',
          '"nam" is an undefined item'),
    Wrong('client.orders.create({"cart": {"items": [{"nam": "a"}]}})',
          'Extra key "nam" for TypedDict "PageItemFields"', '"nam" is an undefined item'),
    Wrong('cielo.Client(environment="prod")', "'prod'", '"Literal[\'prod\']"'),
    Wrong('client.environment == "prod"', "Non-overlapping", "no overlap"),
    Wrong('error.sent == "nope"', "Non-overlapping", "no overlap"),
    Wrong('error.kind == "time_out"', "Non-overlapping", "no overlap"),
    Wrong('error.problems[0].rule == "sice"', "Non-overlapping", "no overlap"),
    Wrong('error.attempts[0].cause == "slow"', "Non-overlapping", "no overlap"),
    Wrong('sale.status_name == "authorised"', "Non-overlapping", "no overlap"),
    Wrong('sale.advice.retry.kind == "sometimes"', "Non-overlapping", "no overlap"),
    Wrong('sale.advice.change == "cards"', "Non-overlapping", "no overlap"),
    Wrong('cielo.return_code("51", operation="voids")', "'voids'", '"Literal[\'voids\']"'),
    Wrong('client.recurrences.set_interval("id", "Monthy")', "'Monthy'",
          '"Literal[\'Monthy\']"'),
    Wrong('cielo.Fields(5)', '"int"', '"Literal[5]"'),
]

RIGHT = [
    'client.sales.create({"merchant_order_id": "a", "payment": {"type": "CreditCard", '
    f'"amount": 1, "installments": 1, "credit_card": {CARD}}}}})',
    'client.sales.create({"MerchantOrderId": "a", "Payment": {"Type": "Pix", "Amount": 1, '
    '"Provider": "Cielo2", "QrCode": {"Expiration": 60}}})',
    'client.sales.create({"MerchantOrderId": "a", "payment": {"Amount": 1, "type": "Boleto"}})',
    'client.sales.create({"payment": {"type": "Boleto", "expiration_date": '
    'datetime.date(2026, 12, 31), "recurrent_payment": {"end_date": datetime.date.max}}})',
    'client.sales.create({"customer": {"birthdate": datetime.date(1990, 1, 2), "email": None}})',
    'client.sales.create({"payment": {"capture": "true", "interest": "ByMerchant", '
    '"recurrent_payment": {"interval": 6, "authorize_now": True}}})',
    'client.sales.create({"payment": {"recurrent_payment": {"interval": "SemiAnnual"}}})',
    'client.sales.create({"payment": {"credit_card": {"card_number": cielo.Secret("4")}}})',
    'client.sales.create({})',
    'client.sales.create(cielo.Fields(read))',
    'client.sales.create(cielo.Fields(sale))',
    'client.sales.create({"merchant_order_id": "a", "payment": cielo.Fields(read)})',
    'client.sales.create({"payment": {"credit_card": {"brand": cielo.Fields(read)["brand"]}}})',
    'client.sales.create(cielo.next_charge(sale, "b", 500))',
    'card: CardFields = {"card_token": "a"}\n    '
    'whole: SaleFields = {"payment": {"credit_card": card}}\n    client.sales.create(whole)',
    'client.orders.create({"Cart": {"Items": [{"Name": "a", "Type": "Asset"}]}})',
    'client.links.update("id", {"name": "a"})',
    'client.recurrences.set_interval("id", "SemiAnnual")',
    'client.recurrences.set_interval("id", 6)',
    'cielo.retry_plan(sale)',
    'print(error.sent == "maybe", error.kind == "timeout", sale.status_name == "authorized")',
    'print([one.name for one in cielo.fields("payment") if one.required])',
]


def blocks() -> list[tuple[str, str]]:
    """The programs of the README and of the pages, which are pasted into files as they are."""
    found = []
    for path in [os.path.join(ROOT, "README.md")] + sorted(
            glob.glob(os.path.join(ROOT, "docs", "**", "*.md"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        name = re.sub(r"\W", "_", os.path.relpath(path, ROOT)[:-3])
        found += [(f"{name}_{number}", code) for number, code in enumerate(
            re.findall(r"^```python\n(.*?)^```", text, re.S | re.M)) if "import cielo" in code]
    return found


#: Pasted code annotates nothing, and takes what a book surely has as there.  What brings
#: other packages is not followed into: that is the slow part.
MYPY = """\
[mypy]
strict = True
[mypy-cielo.sandbox.*,cielo.backoffice.*]
follow_imports = skip
"""
PYRIGHT = {"typeCheckingMode": "strict", "reportUnusedExpression": False}
LOOSE = """\
# mypy: disable-error-code="no-untyped-def,no-untyped-call,union-attr"
# pyright: standard, reportOptionalMemberAccess=false
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = tmp_path_factory.mktemp("typed")
    for part, cases in (("wrong", [one.code for one in WRONG]), ("right", RIGHT)):
        for number, code in enumerate(cases):
            (made / f"{part}_{number}.py").write_text(HEAD + code + "\n")
    for name, code in blocks():
        (made / f"pasted_{name}.py").write_text(LOOSE + code)
    (made / "mypy.ini").write_text(MYPY)
    (made / "pyrightconfig.json").write_text(json.dumps(PYRIGHT))
    return str(made)


def run(folder: str, *command: str) -> str:
    process = subprocess.run([sys.executable, "-m", *command], cwd=folder,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.returncode in (0, 1), process.stdout
    return process.stdout


Said = dict[str, str]


@pytest.fixture(scope="module")
def mypy_says(folder: str) -> Said:
    """What mypy says of each file."""
    said: Said = {}
    for line in run(folder, "mypy", "--no-error-summary", "--cache-dir", "cache",
                    ".").splitlines():
        path, _, text = line.partition(":")
        said[path] = said.get(path, "") + text + "\n"
    return said


@pytest.fixture(scope="module")
def pyright_says(folder: str) -> Said:
    said: Said = {}
    text = run(folder, "basedpyright", "--outputjson", "--pythonpath", sys.executable)
    for one in json.loads(text)["generalDiagnostics"]:
        if one["severity"] == "error":
            name = os.path.basename(one["file"])
            said[name] = said.get(name, "") + one["message"] + "\n"
    return said


@pytest.mark.parametrize("number", range(len(WRONG)), ids=lambda number: WRONG[number].code[:60])
def test_wrong(number: int, mypy_says: Said, pyright_says: Said) -> None:
    name = f"wrong_{number}.py"
    assert WRONG[number].mypy in mypy_says.get(name, "")
    assert WRONG[number].pyright in pyright_says.get(name, "")


def test_right(mypy_says: Said, pyright_says: Said) -> None:
    for said in (mypy_says, pyright_says):
        assert {name: text for name, text in said.items() if name.startswith("right")} == {}


def test_pasted(mypy_says: Said, pyright_says: Said) -> None:
    assert len(blocks()) > 10
    for said in (mypy_says, pyright_says):
        assert {name: text for name, text in said.items()
                if name.startswith("pasted")} == {}
