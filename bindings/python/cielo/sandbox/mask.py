"""What the journal may show of a request: no card, no code, no key, no token.

Of a card number the first six and the last four digits stay; all else that is
secret becomes three stars.  A text is looked at as it came and as it reads once
its escapes are gone, since a digit may be written ``4``, ``%34`` or ``\\u0034``.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from .exchange import mask

STARS = "***"

#: How often escapes are taken off: "%2534" is "%34" is "4".
READINGS = 4

#: A longer run of digits is no card number; what it is nobody knows.
LONGEST_CARD = 19

#: Names whose values nobody may see, and endings of such: letters and digits only.
SECRET_NAMES = frozenset(("cavv", "cookie", "signature", "xid"))
SECRET_ENDINGS = (
    "accesskey",
    "apikey",
    "authorization",
    "cardcode",
    "codigodeseguranca",
    "codigoseguranca",
    "cryptogram",
    "cvc",
    "cvc2",
    "cvv",
    "cvv2",
    "ephemeralpublickey",
    "merchantkey",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "secretkey",
    "securitycode",
    "senha",
    "setcookie",
    "token",
    "walletkey",
)

#: Ways of ``Authorization``, which are no secret themselves.
SCHEMES = frozenset(("basic", "bearer", "digest", "negotiate"))

# Ids of Cielo's may be made of digits, and the numbers that a shop gives as well: a
# test looks for its request by them.
ID_NAMES = (
    "acquirer order id",
    "acquirer tid",
    "checkout cielo order number",
    "merchant id",
    "merchant order id",
    "merchant order number",
    "order id",
    "order number",
    "payment id",
    "recurrence id",
    "recurrent payment id",
    "request id",
    "sent order id",
    "tid",
)
NAMED = "(?:%s)" % "|".join(name.replace(" ", "[_-]?") for name in ID_NAMES)
GUID = r"(?<!\w)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?!\w)"
STEPS = rf"(?:sales/)?{NAMED}|orders/{GUID}|sales|orders|products|RecurrentPayment"
WHOLE = r"[\w.-]+"
NUMBER = re.compile(WHOLE)
ID_NAME = re.compile(NAMED, re.I)
# Each ends with what cannot part the groups of a card's number.
ID = re.compile(
    "|".join(
        (
            GUID,
            rf'(?<!\w){NAMED}"\s*:\s*"({WHOLE})(?=")',
            rf'(?<!\w){NAMED}"\s*:\s*(\d+)(?=\s*[,}}\]])',
            rf"(?<!\w){NAMED}=({WHOLE})(?=[&;#]|$)",
            rf"/(?:{STEPS})/({WHOLE})(?=[?#]|/\D|$)",
        )
    ),
    re.I,
)
# A stored card's token stands in its address.
STORED = re.compile(r"(/card/)[^/?#\s\"'<>\\]+", re.I)

# Without any of these nothing in a text is hidden.
SUSPECT = re.compile(r"[=%\\\"]|/card/|(?:\d(?:[^\w*]|_){0,3}){13}", re.I)
RUN = re.compile(r"(?<!\d)\d{13,}(?!\d)")
CHAIN = re.compile(r"(?<![\d*])\d+(?:[^\w*]{1,3}\d+)+(?![\d*])")
CARD = r"\d{6}\*{6}\d{4}"
BEFORE = re.compile(rf"(?<!\d)\d{{3,4}}([^\w*]{{1,3}}{CARD})")
AFTER = re.compile(rf"({CARD}[^\w*]{{1,3}})\d{{2,4}}(?:/\d{{2,4}})?(?!\d)")

MEMBER = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s"\[{,}\]][^,}\]]*)')
PAIR = re.compile(r"(?<![\w.%\[\]-])([\w.%\[\]-]+)=([^&;\s\"'<>]*)")
UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")


@lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Whether a member, a parameter or a header of this name is secret."""
    bare = re.sub("[^0-9a-z]", "", _read(name).lower())
    return bare in SECRET_NAMES or bare.endswith(SECRET_ENDINGS)


def shown_text(text: str) -> str:
    """Any text, whole or cut: JSON, forms and addresses among them.

    As it came, or as it reads where escapes conceal what is hidden.
    """
    if not SUSPECT.search(text):
        return text
    came = reading = _hide_named(text)
    concealed = False
    for _ in range(READINGS):
        last, reading = reading, _read(reading)
        if reading == last:
            break
        hidden = _hide_named(reading)
        concealed |= hidden != reading
        reading = hidden
    else:
        return STARS
    # Digits next to an escape are parts of a number: only the last reading has it
    # whole, and the text as it came will do if it then reads the same.
    plain = _hide_all_but_ids(came)
    if reading == came:
        return plain
    shown = _hide_all_but_ids(reading)
    return plain if not concealed and _read_all(plain) == shown else shown


def shown_number(number: str) -> str:
    """The number that a shop gives its order, or an id: whole, unless it is a card's."""
    if not NUMBER.fullmatch(number):
        return shown_text(number)
    digits = _bare(number)
    return mask(digits) if _is_sound(digits) else number


def is_id(name: str) -> bool:
    """Whether a member or a header of this name is an order's number or an id."""
    return ID_NAME.fullmatch(name) is not None


def shown_tree(value: Any, secret: bool = False, number: bool = False) -> Any:
    """A decoded JSON value; what stands in a secret member is as secret.

    A `number` is an order's, or an id.
    """
    if isinstance(value, dict):
        return {
            shown_text(name): shown_tree(item, secret or is_secret(name), is_id(name))
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [shown_tree(item, secret) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if secret:
        return STARS
    text = value if isinstance(value, str) else repr(value)
    shown = shown_number(text) if number else shown_text(text)
    return value if shown == text else shown


def shown_header(name: str, value: str) -> str:
    """The value of a header; of credentials their scheme stays."""
    if not is_secret(name):
        return shown_number(value) if is_id(name) else shown_text(value)
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} {STARS}" if blank and scheme.lower() in SCHEMES else STARS


def shown_body(body: bytes) -> str:
    """A body as it came, but for what is hidden in it."""
    raw = body.decode("utf-8", "replace")
    text = shown_text(raw)
    try:
        tree = shown_tree(json.loads(raw))
    except (ValueError, RecursionError):
        return text
    return text if _is_json_of(text, tree) else json.dumps(tree)


# -- inside ------------------------------------------------------------------


def _is_json_of(text: str, tree: Any) -> bool:
    try:
        return bool(json.loads(text) == tree)
    except (ValueError, RecursionError):
        return False


def _read(text: str) -> str:
    """The text with one layer of escapes taken off."""
    if "\\u" in text:
        text = UNICODE.sub(lambda match: _character(match[1]), text)
    return unquote(text, errors="replace") if "%" in text else text


def _character(digits: str) -> str:
    """Half a pair by itself can be written in no encoding."""
    return "\ufffd" if digits[0] in "dD" and digits[1] in "89abcdefABCDEF" else chr(int(digits, 16))


def _read_all(text: str) -> str:
    for _ in range(READINGS):
        text = _read(text)
    return text


def _hide_named(text: str) -> str:
    text = STORED.sub(rf"\1{STARS}", text)
    return PAIR.sub(_hide_pair, MEMBER.sub(_hide_member, text))


def _hide_all_but_ids(text: str) -> str:
    """Leaves ids and orders' numbers, unless one is a card's."""
    parts, end = [], 0
    for match in ID.finditer(text):
        start = match.start(match.lastindex or 0)
        parts += [_hide_numbers(text[end : match.start()]), text[match.start() : start]]
        parts.append(shown_number(text[start : match.end()]))
        end = match.end()
    return "".join([*parts, _hide_numbers(text[end:])])


def _bare(number: str) -> str:
    return re.sub("[_.-]", "", number)


def _hide_member(match: re.Match[str]) -> str:
    return f'"{match[1]}"{match[2]}"{STARS}"' if is_secret(match[1]) else match[0]


def _hide_pair(match: re.Match[str]) -> str:
    return f"{match[1]}={STARS}" if is_secret(match[1]) else match[0]


def _hide_numbers(text: str) -> str:
    text = CHAIN.sub(_hide_groups, RUN.sub(_hide_run, text))
    return BEFORE.sub(rf"{STARS}\1", AFTER.sub(rf"\1{STARS}", text))


def _hide_run(match: re.Match[str]) -> str:
    return mask(match[0]) if len(match[0]) <= LONGEST_CARD else STARS


def _hide_groups(match: re.Match[str]) -> str:
    """A card number written in groups, wherever it stands among others."""
    pieces = re.split(r"(\D+)", match[0])  # groups, and between them what parts them
    at = 0
    while at < len(pieces):
        ends = [
            end
            for end in range(at + 3, min(len(pieces), at + 2 * LONGEST_CARD) + 1, 2)
            if _is_grouped_card(pieces[at:end:2], set(pieces[at + 1 : end : 2]))
        ]
        if ends:
            end = min(ends, key=lambda end: _rank("".join(pieces[at:end:2])))
            pieces[at:end] = [mask("".join(pieces[at:end:2]))]
        at += 2
    return "".join(pieces)


def _rank(digits: str) -> tuple[bool, int]:
    """Sound ones first, then those of sixteen digits: a longer one may hold a code."""
    size = len(digits)
    return not _is_sound(digits), 16 - size if size <= 16 else size


def _is_grouped_card(groups: list[str], signs: set[str]) -> bool:
    """Parted alike, and printed in fours or sound."""
    sizes = [len(group) for group in groups]
    if not 13 <= sum(sizes) <= LONGEST_CARD or len(signs) != 1:
        return False
    even = len(set(sizes[:-1])) == 1 and sizes[-1] <= sizes[0]
    if even and sizes[0] == 4 and signs <= set(" -./"):
        return True
    return (even or sizes in ([4, 6, 5], [4, 6, 4])) and _is_sound("".join(groups))


def _is_sound(digits: str) -> bool:
    """A card's length, a brand's first digits, and the check digit holds."""
    if not digits.isdecimal() or not 13 <= len(digits) <= LONGEST_CARD:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) << (place % 2)
        total += value - 9 if value > 9 else value
    is_brand = 3 <= int(digits[0]) <= 6 or 2221 <= int(digits[:4]) <= 2720
    return is_brand and total % 10 == 0
