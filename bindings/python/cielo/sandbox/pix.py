"""What the answer to a new Pix says, and how long its code lives [pix-life]."""

from __future__ import annotations

import binascii
import uuid
from typing import Any

from .api3 import CIELO2
from .clock import DAY
from .exchange import cents
from .validation import SaleRequest

CODE_SECONDS = 7200  # of the older integration, unless the sale names another span
LONGEST_CODE_SECONDS = int(DAY)  # Cielo2's span unless the sale names a shorter one

#: A picture of one white point stands for every QR code.
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2sQAAAABJRU5ErkJggg=="
)


def pix_details(wanted: SaleRequest, txid: str) -> dict[str, Any]:
    """The members of a Pix, with the spelling of answers of 2025 [pix-shape]."""
    options = wanted.payment.get("QrCode")
    seconds = cents(options.get("Expiration")) if isinstance(options, dict) else None
    usual = LONGEST_CODE_SECONDS if wanted.provider == CIELO2 else CODE_SECONDS
    return {
        "AcquirerTransactionId": str(uuid.uuid4()),
        "QrCodeBase64Image": PICTURE,
        "QrCodeString": _code(f"pix.example/qr/v2/{txid}"),
        "QrCodeExpiration": min(seconds or usual, LONGEST_CODE_SECONDS),
        "SentOrderId": txid,
        "Currency": "BRL",
        "Country": "BRA",
        "Provider": wanted.provider,
    }


def _code(address: str) -> str:
    """What the payer scans, as BR Code writes it; the address leads nowhere."""
    account = _part(0, "br.gov.bcb.pix") + _part(25, address)
    parts = ((0, "01"), (26, account), (52, "0000"), (53, "986"), (58, "BR"),
             (59, "LOJA LOCAL"), (60, "SAO PAULO"), (62, _part(5, "***")))
    text = "".join(_part(number, value) for number, value in parts) + "6304"
    return f"{text}{binascii.crc_hqx(text.encode('ascii'), 0xFFFF):04X}"


def _part(number: int, value: str) -> str:
    return f"{number:02d}{len(value):02d}{value}"
