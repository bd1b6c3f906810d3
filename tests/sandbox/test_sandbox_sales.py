"""Creating, capturing, voiding and reading sales."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from sandbox_support import CARD, CUSTOMER, DAY, Shop, card_ending, open_card


def test_authorised_sale_has_the_documented_shape(shop: Shop) -> None:
    answer = shop.sell(SoftDescriptor="123456789ABCD")
    assert answer.status == 201
    tree = answer.json
    payment = tree["Payment"]
    assert tree["MerchantOrderId"] == "order1"
    assert tree["Customer"]["Name"] == "Comprador Teste"
    assert payment["Status"] == 1 and payment["ReturnCode"] == "4"
    assert payment["Provider"] == "Simulado" and payment["Interest"] == 0
    assert payment["Capture"] is False and payment["SoftDescriptor"] == "123456789ABCD"
    assert payment["CreditCard"]["CardNumber"] == "409168******7641"
    assert "SecurityCode" not in payment["CreditCard"]
    assert len(payment["CreditCard"]["PaymentAccountReference"]) == 29
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", payment["ReceivedDate"])
    assert re.fullmatch(r"\d{6}", payment["ProofOfSale"])
    assert re.fullmatch(r"\d{6}", payment["AuthorizationCode"])
    assert payment["Tid"].isdigit() and "CapturedAmount" not in payment
    assert [link["Rel"] for link in payment["Links"]] == ["self", "capture", "void"]
    assert CARD.encode() not in answer.body


def test_received_date_is_brasilia_time_of_the_date_header(shop: Shop) -> None:
    answer = shop.sell()
    sent = parsedate_to_datetime(answer.headers["Date"])
    assert answer.headers["Date"].endswith("GMT")
    received = time.strptime(answer.json["Payment"]["ReceivedDate"], "%Y-%m-%d %H:%M:%S")
    assert (sent.hour - received.tm_hour) % 24 == 3


@pytest.mark.parametrize(
    ("digit", "code"), [(2, "05"), (3, "57"), (5, "78"), (7, "77"), (8, "70")]
)
def test_last_digit_denies(shop: Shop, digit: int, code: str) -> None:
    answer = shop.sell(card={"CardNumber": card_ending(digit)})
    payment = answer.json["Payment"]
    assert answer.status == 201
    assert payment["Status"] == 3 and payment["ReturnCode"] == code
    assert [link["Rel"] for link in payment["Links"]] == ["self"]
    assert not {"AuthorizationCode", "ProofOfSale"} & set(payment)


@pytest.mark.parametrize("digit", [0, 1, 4])
def test_last_digit_approves(shop: Shop, digit: int) -> None:
    payment = shop.paid(card={"CardNumber": card_ending(digit)}, Capture=True)
    assert payment["Status"] == 2 and payment["ReturnCode"] == "6"
    assert payment["CapturedAmount"] == 15700 and payment["CapturedDate"]


def test_digit_nine_follows_the_seed(package: Any) -> None:
    def draw() -> list[int]:
        with package.run(seed=3) as server, Shop(server) as shop:
            sales = [shop.paid(card={"CardNumber": card_ending(9)}) for _ in range(12)]
        return [sale["Status"] for sale in sales]

    first = draw()
    assert first == draw() and set(first) == {0, 1}


def test_text_booleans_and_trailing_slash(shop: Shop) -> None:
    body = {
        "MerchantOrderId": "2014111701",
        "Payment": {
            "Type": "CreditCard",
            "Amount": 100,
            "Installments": 1,
            "Capture": "True",
            "CreditCard": open_card(SaveCard="false"),
        },
    }
    answer = shop.post("/1/Sales/", body).json
    assert answer["Payment"]["Capture"] is True
    assert answer["Payment"]["CreditCard"]["SaveCard"] is False
    assert answer["Customer"]["Name"] == "[Guest]"


def test_debit_is_captured_by_itself(shop: Shop) -> None:
    payment = shop.paid(Type="DebitCard", card={"CardOnFile": {"Usage": "First"}})
    assert payment["Status"] == 2 and payment["ReturnCode"] == "6" and payment["Interest"] == 0
    assert payment["DebitCard"]["CardOnFile"] == {"Usage": "First"}
    assert [link["Rel"] for link in payment["Links"]] == ["self", "void"]
    assert shop.put(f"/1/sales/{payment['PaymentId']}/capture").codes == [310]


def test_debit_with_redirect_waits_for_the_shopper(shop: Shop, sandbox: Any) -> None:
    assert shop.sell(Type="DebitCard", Authenticate=True).codes == [163]
    payment = shop.paid(Type="DebitCard", Authenticate=True, ReturnUrl="https://loja.example/")
    assert payment["Status"] == 0 and payment["AuthenticationUrl"]
    sandbox.pay(payment["PaymentId"])
    assert shop.read(payment["PaymentId"])["Status"] == 2


def test_debit_with_an_address_to_come_back_to_is_redirected(shop: Shop) -> None:
    back = {"Type": "DebitCard", "ReturnUrl": "https://loja.example/"}
    payment = shop.paid(**back)
    assert (payment["Status"], payment["Authenticate"]) == (0, False)
    assert payment["AuthenticationUrl"]
    proof = {"Cavv": "c", "Xid": "x", "Eci": "5", "Version": "2", "ReferenceId": "r"}
    assert shop.paid(**back, ExternalAuthentication=proof)["Status"] == 2
    wallet = {"Type": "ApplePay", "WalletKey": "k"}
    assert shop.paid(**back, Wallet=wallet)["Status"] == 2


def test_card_tokens_in_sales(shop: Shop) -> None:
    saved = shop.paid(card={"SaveCard": True})
    token = saved["CreditCard"]["CardToken"]
    node = {"CardToken": token, "Brand": "Visa"}
    body = {
        "MerchantOrderId": "bytoken",
        "Payment": {"Type": "CreditCard", "Amount": 1, "Installments": 1, "CreditCard": node},
    }
    answer = shop.post("/1/sales/", body)
    assert answer.status == 201
    assert answer.json["Payment"]["CreditCard"]["CardToken"] == token
    assert "CardNumber" not in answer.json["Payment"]["CreditCard"]
    node["CardToken"] = "00000000-0000-0000-0000-000000000000"
    assert shop.post("/1/sales/", body).codes == [130]


@pytest.mark.usefixtures("slow_refunds")
def test_pix_is_paid_and_refunded(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid(Type="Pix")
    path = f"/1/sales/{payment['PaymentId']}"
    assert payment["Status"] == 12 and payment["ReturnCode"] == "0"
    assert payment["QrCodeString"] and payment["QrCodeBase64Image"]
    assert len(payment["ProofOfSale"]) == 20
    assert shop.put(f"{path}/void").codes == [309]
    sandbox.pay(payment["PaymentId"])
    paid = shop.read(payment["PaymentId"])
    assert paid["Status"] == 2 and paid["EndToEndId"].startswith("E")
    refund = shop.put(f"{path}/void").json
    assert (refund["Status"], refund["ReasonCode"], refund["ReturnCode"]) == (12, 0, "0")
    assert shop.read(payment["PaymentId"])["Status"] == 12
    sandbox.advance(61)
    assert shop.read(payment["PaymentId"])["Status"] == 11


def test_pix_code_expires(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid(Type="Pix")
    sandbox.advance(7201)
    with pytest.raises(ValueError, match="expired"):
        sandbox.pay(payment["PaymentId"])


def test_boleto(shop: Shop, sandbox: Any) -> None:
    assert shop.sell(Type="Boleto").codes == [129, 197, 198, 199, 200, 201, 202]
    address = {
        "Street": "Rua Teste",
        "Number": "1",
        "ZipCode": "12345678",
        "City": "Rio de Janeiro",
        "State": "RJ",
        "District": "Centro",
    }
    body = {
        "MerchantOrderId": "boleto1",
        "Customer": dict(CUSTOMER, Address=address),
        "Payment": {"Type": "Boleto", "Amount": 500, "Provider": "Simulado"},
    }
    payment = shop.post("/1/sales", body).json["Payment"]
    assert payment["Status"] == 1 and len(payment["BarCodeNumber"]) == 44 and payment["Url"]
    assert not {"Number", "Tid", "SentOrderId", "ProofOfSale"} & set(payment)
    assert shop.put(f"/1/sales/{payment['PaymentId']}/void").codes == [310]
    sandbox.pay(payment["PaymentId"])
    assert shop.read(payment["PaymentId"])["Status"] == 2


def test_qr_code(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid(Type="qrcode", Capture=True)
    assert payment["Status"] == 12 and payment["QrCodeBase64Image"]
    sandbox.pay(payment["PaymentId"], card="4551870000000182")
    assert shop.read(payment["PaymentId"])["Status"] == 3


def test_card_renewal(shop: Shop) -> None:
    card = {"CardNumber": card_ending(3), "ExpirationDate": "01/2020"}
    payment = shop.sell(Recurrent=True, card=card).json["Payment"]
    assert payment["Status"] == 3
    new = payment["NewCard"]
    assert len(new["CardNumber"]) == 16 and new["Brand"] == "Visa"
    renewed = {"CardNumber": new["CardNumber"], "ExpirationDate": new["ExpirationDate"]}
    assert shop.sell(Recurrent=True, card=renewed).json["Payment"]["Status"] == 1
    assert "*" in shop.read(payment["PaymentId"])["NewCard"]["CardNumber"]


def test_own_recurrence_needs_its_mark(shop: Shop) -> None:
    on_file = {"Usage": "Used", "Reason": "Recurring"}
    assert shop.paid(card={"CardOnFile": on_file})["Status"] == 3
    marked = shop.sell(Recurrent=True, card={"CardOnFile": on_file}).json
    assert marked["Payment"]["Status"] == 1 and "RecurrentPayment" not in marked["Payment"]
    assert [link["Rel"] for link in marked["Links"]] == ["self", "capture", "void"]


def test_wallet_needs_no_card(shop: Shop) -> None:
    wallet = {"Type": "ApplePay", "WalletKey": "abc"}
    payment = {"Type": "CreditCard", "Amount": 100, "Installments": 1, "Wallet": wallet}
    answer = shop.post("/1/sales", {"MerchantOrderId": "wallet", "Payment": payment})
    assert answer.json["Payment"]["Status"] == 1
    assert answer.json["Payment"]["Wallet"] == wallet


def test_every_problem_is_reported_at_once(shop: Shop) -> None:
    answer = shop.sell(
        order="no spaces",
        Amount="19.99",
        Installments=0,
        Currency="USD",
        card={
            "CardNumber": "4024x",
            "Holder": "José",
            "ExpirationDate": "13/2030",
            "Brand": None,
            "SecurityCode": "12345",
        },
    )
    assert answer.status == 400
    assert answer.codes == [107, 108, 176, 123, 182, 146, 213, 214, 126]
    assert all(isinstance(problem["Message"], str) for problem in answer.json)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (b"", [184]),
        (b"{", [184]),
        (b"[1]", [184]),
        (b"\xff", [184]),
        (b'{"Payment": 3}', [122, 184, 119]),
        (b"{}", [122, 119]),
    ],
)
def test_bodies_that_are_no_sale(shop: Shop, body: bytes, codes: list[int]) -> None:
    answer = shop.post("/1/sales", body)
    assert answer.status == 400 and answer.codes == codes


@pytest.mark.parametrize(
    ("payment", "codes"),
    [
        ({"Amount": 0}, [108]),
        ({"Amount": None}, [108]),
        ({"Type": None}, [102]),
        ({"Type": "Pix!"}, [103]),
        ({"Type": "Cheque"}, [173]),
        ({"Provider": "Outro"}, [133]),
        ({"Installments": None}, [123]),
        ({"Installments": 2, "Recurrent": True}, [179]),
        ({"Recurrent": True, "Authenticate": True}, [186]),
        ({"SoftDescriptor": "1" * 256}, [0]),
        ({"FraudAnalysis": "yes"}, [184]),
        ({"Capture": "maybe"}, [184]),
        ({"card": {"CardNumber": "1" * 20}}, [128]),
        ({"card": {"Brand": "Banco"}}, [185]),
        ({"Type": "DebitCard", "card": {"Brand": "Amex"}}, [185]),
        ({"card": {"SaveCard": True, "CardNumber": card_ending(2)}}, [213]),
    ],
)
def test_validation_codes(shop: Shop, payment: dict[str, Any], codes: list[int]) -> None:
    assert shop.sell(**payment).codes == codes


def test_capture_whole_once(shop: Shop) -> None:
    payment = shop.paid()
    answer = shop.put(f"/1/sales/{payment['PaymentId']}/capture")
    assert answer.status == 200
    assert answer.json["Status"] == 2 and answer.json["ReturnCode"] == "6"
    assert [link["Rel"] for link in answer.json["Links"]] == ["self", "void"]
    again = shop.put(f"/1/sales/{payment['PaymentId']}/capture")
    assert again.status == 400
    assert again.json == [{"Code": 308, "Message": "Transaction not available to capture"}]


def test_capture_in_part(shop: Shop) -> None:
    payment = shop.paid()
    path = f"/1/sales/{payment['PaymentId']}"
    assert shop.put(f"{path}/capture?amount=15701").codes == [308]
    assert shop.put(f"{path}/capture?amount=0").codes == [108]
    assert shop.put(f"{path}/capture?amount=1x").codes == [108]
    assert shop.put(f"{path}/capture?amount=5000&serviceTaxAmount=100").status == 200
    read = shop.read(payment["PaymentId"])
    assert (read["Amount"], read["CapturedAmount"], read["ServiceTaxAmount"]) == (15700, 5000, 100)
    assert shop.put(f"{path}/capture?amount=100").codes == [308]


def test_capture_of_denied_unknown_and_foreign(shop: Shop, sandbox: Any) -> None:
    denied = shop.paid(card={"CardNumber": card_ending(2)})
    assert shop.put(f"/1/sales/{denied['PaymentId']}/capture").codes == [308]
    unknown = shop.put("/1/sales/00000000-0000-0000-0000-000000000000/capture")
    assert unknown.status == 404 and unknown.body == b""
    sale = shop.paid()
    with Shop(sandbox, merchant="another") as other:
        assert other.put(f"/1/sales/{sale['PaymentId']}/capture").status == 404


def test_void_on_the_same_day_and_later(shop: Shop, sandbox: Any) -> None:
    first, second = shop.paid(), shop.paid(Capture=True)
    answer = shop.put(f"/1/sales/{first['PaymentId']}/void").json
    assert answer["Status"] == 10 and answer["ReturnCode"] == "9"
    assert [link["Rel"] for link in answer["Links"]] == ["self"]
    assert shop.put(f"/1/sales/{first['PaymentId']}/void").codes == [309]
    sandbox.advance(DAY)
    assert shop.put(f"/1/sales/{second['PaymentId']}/void").json["Status"] == 11
    read = shop.read(second["PaymentId"])
    assert read["VoidedAmount"] == 15700 and read["VoidedDate"] > read["CapturedDate"]


def test_void_in_part(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid()
    path = f"/1/sales/{payment['PaymentId']}"
    assert shop.put(f"{path}/void?amount=100").codes == [309]
    shop.put(f"{path}/capture")
    answer = shop.put(f"{path}/void?amount=100").json
    assert (answer["Status"], answer["ReturnCode"], answer["ProviderReturnCode"]) == (2, "0", "0")
    assert "void" in [link["Rel"] for link in answer["Links"]]
    assert shop.put(f"{path}/void?amount=200").codes == [309], "within five seconds"
    sandbox.advance(5)
    assert shop.put(f"{path}/void?amount=15601").codes == [309]
    assert shop.put(f"{path}/void?amount=200").status == 200
    assert shop.read(payment["PaymentId"])["VoidedAmount"] == 300
    sandbox.advance(5)
    assert shop.put(f"{path}/void").json["ReturnCode"] == "9"
    assert shop.read(payment["PaymentId"])["VoidedAmount"] == 15700


def test_last_partial_void_ends_the_sale(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid(Capture=True, Amount=300)
    path = f"/1/sales/{payment['PaymentId']}/void"
    shop.put(f"{path}?amount=100")
    sandbox.advance(5)
    assert shop.put(f"{path}?amount=200").json["Status"] in (10, 11)


def test_debit_goes_back_in_part_only_once(shop: Shop, sandbox: Any) -> None:
    path = f"/1/sales/{shop.paid(Type='DebitCard')['PaymentId']}/void"
    assert shop.put(f"{path}?amount=100").status == 200
    sandbox.advance(5)
    assert shop.put(f"{path}?amount=100").codes == [309]
    assert shop.put(path).status == 200


def test_void_by_order_takes_the_newest(shop: Shop) -> None:
    old, new = shop.paid(order="twice"), shop.paid(order="twice")
    assert shop.put("/1/sales/OrderId/twice/void").status == 200
    assert shop.read(old["PaymentId"])["Status"] == 1
    assert shop.read(new["PaymentId"])["Status"] == 10
    assert shop.put("/1/sales/OrderId/never/void").status == 404


def test_queries(shop: Shop, sandbox: Any) -> None:
    first, second = shop.paid(order="same"), shop.paid(order="same")
    read = shop.get(f"/1/sales/{first['PaymentId'].upper()}").json
    assert read["Payment"]["Tid"] == first["Tid"] and read["Customer"]["Address"] == {}
    by_tid = shop.get(f"/1/sales/acquirerTid/{second['Tid']}").json
    assert by_tid["Payment"]["PaymentId"] == second["PaymentId"]
    assert by_tid["AcquirerOrderId"] != "same", "a repeated number is replaced"
    found = shop.get("/1/sales?merchantOrderId=same").json
    assert found["ReasonCode"] == 0 and found["ReasonMessage"] == "Successful"
    assert [sale["PaymentId"] for sale in found["Payments"]] == [
        first["PaymentId"],
        second["PaymentId"],
    ]
    date = found["Payments"][0]["ReceveidDate"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", date)
    missing = shop.get("/1/sales?merchantOrderId=none")
    assert missing.status == 404 and missing.body == b""
    with Shop(sandbox, merchant="another") as other:
        assert other.get(f"/1/sales/{first['PaymentId']}").status == 404
        assert other.get("/1/sales?merchantOrderId=same").status == 404


def test_queries_end_after_three_months(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid(order="ageing")
    sandbox.advance(80 * DAY)
    assert shop.get(f"/1/sales/{payment['PaymentId']}").status == 200
    sandbox.advance(15 * DAY)
    assert shop.get(f"/1/sales/{payment['PaymentId']}").status == 404
    assert shop.get(f"/1/sales/acquirerTid/{payment['Tid']}").status == 404
    assert shop.get("/1/sales?merchantOrderId=ageing").status == 404


def test_books_hold_every_event(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid(Capture=True)
    shop.put(f"/1/sales/{payment['PaymentId']}/void?amount=700")
    shop.put(f"/1/sales/{payment['PaymentId']}/void?amount=700")
    (line,) = sandbox.sales()
    assert line["Status"] == 2 and line["CapturedAmount"] == 15700
    assert line["VoidedAmount"] == 700 and line["CardNumber"] == "409168******7641"
    events = [(event["What"], event["Amount"]) for event in line["Events"]]
    assert events[:3] == [("created", 15700), ("captured", 15700), ("voided", 700)]
    assert "five seconds" in events[3][0]
