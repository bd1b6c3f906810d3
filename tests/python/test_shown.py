"""No card number that is drawn into a result comes out of a masked copy of it."""

from __future__ import annotations

import pickle
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import GOOD_CARD

import cielo
from cielo import _core

ROUNDS = 8000
SCHEMA = _core._schema()

#: The types of members that the map vouches for: ids and amounts may have as many digits.
VOUCHED = {"ID", "ORDER_ID", "NUMBER", "AMOUNT"}
ROWS: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMA["objects"]}
for _row in SCHEMA["fields"]:
    if _row["type"] not in VOUCHED:
        ROWS[_row["object"]].append(_row)
KINDS = sorted(name for name, rows in ROWS.items() if rows)

STRANGE = ("Note", "x", "Extra", "cvv", "token", "Senha", "data-1", "O que é", "pan")
AROUND = ("", " ", "card ", "cartão: ", "(", "<b>", "12/2030 ", "=", "é", "\n", "987 ", "a",
          "—", '"', "\\", "R$ 15,70 ", "/1/card/", "https://x/y?n=")
BETWEEN = ("", "", " ", "-", ".", "/")


def checked(digits: str) -> str:
    """With the check digit that card numbers end in."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def card(draw: random.Random) -> str:
    size = draw.choice((13, 14, 15, 16, 16, 16, 16, 19))
    return checked(str(draw.randint(3, 6)) + "".join(draw.choices("0123456789", k=size - 2)))


def written(draw: random.Random, number: str) -> str:
    between = draw.choice(BETWEEN)
    groups = re.findall(".{1,4}", number) if between else [number]
    before, after = draw.choice(AROUND), draw.choice(AROUND)
    if len(number) not in (15, 16):  # next to other digits only these are told from chance
        before, after = f"{before}:", f":{after}"
    return before + between.join(groups) + after


def disguised(draw: random.Random, number: str) -> Any:
    """A value that holds the number, in any of the shapes that JSON has."""
    text = written(draw, number)
    shapes: list[Any] = [
        number, text, text, int(number), -int(number), [number, None], [1, {"n": text}],
        {number: True}, {"a": {"b": [[text]]}}]
    if int(number) < 2**53:
        shapes.append(float(number))
    return draw.choice(shapes)


def members(draw: random.Random, kind: str, depth: int) -> dict[str, Any]:
    """What Cielo might answer: members of the map and others, without any card."""
    made: dict[str, Any] = {}
    for row in draw.sample(ROWS[kind], min(len(ROWS[kind]), draw.randint(0, 6))):
        if depth and row["type"] in ("OBJECT", "LIST", "EITHER") and row["child"] in KINDS:
            inner = members(draw, row["child"], depth - 1)
            made[row["wire"]] = [inner] if row["type"] == "LIST" else inner
        else:
            made[row["wire"]] = draw.choice(("text", 5, None, True, "0001-01-01T00:00:00"))
    for name in draw.sample(STRANGE, draw.randint(0, 3)):
        made[name] = draw.choice(("text", 1.5, {"a": 1}, ["x"]))
    return made


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (dict, list)):
            yield from objects(item)


def hide(draw: random.Random, tree: dict[str, Any], number: str) -> None:
    """Puts the number somewhere: over a member, beside them, or into a name."""
    place = draw.choice(list(objects(tree)))
    way = draw.randint(0, 9)
    if way == 0:
        place[written(draw, number)] = draw.choice((1, "x", None))
    elif way < 5 or not place:
        place[draw.choice(STRANGE)] = disguised(draw, number)
    else:
        place[draw.choice(list(place))] = disguised(draw, number)


def digits(text: str) -> str:
    """Without what may stand between groups; a star hides a digit."""
    return re.sub(r"[^0-9*]", "", text)


def told(number: str, text: str) -> bool:
    """Whether more of the number stands there in one piece than chance would have."""
    shown = digits(text)
    return any(number[at:at + 11] in shown for at in range(len(number) - 10))


def copies(result: Any) -> dict[str, str]:
    kept = pickle.dumps(result)
    again = pickle.loads(kept)
    return {
        "repr": repr(result), "str": str(result), "to_json": result.to_json(),
        "to_dict": str(result.to_dict()), "pickle": kept.decode("latin-1"),
        "what was pickled": str(again.to_dict(reveal=True)), "repr of that": repr(again),
    }


@pytest.mark.parametrize("seed", range(4))
def test_a_card_number_is_never_shown(seed: int) -> None:
    draw = random.Random(f"shown {seed}")
    for turn in range(ROUNDS // 4):
        kind, number = draw.choice(KINDS), card(draw)
        tree = members(draw, kind, 3)
        hide(draw, tree, number)
        result = _core._restore(kind, tree, None)
        assert number in digits(str(result.to_dict(reveal=True)))
        for where, text in copies(result).items():
            assert not told(number, text), f"seed {seed}, turn {turn}, {where}: {kind} {tree}"


def test_what_names_no_card_stays_as_it_was() -> None:
    draw = random.Random("plain")
    for _ in range(500):
        kind = draw.choice(KINDS)
        tree = {name: value for name, value in members(draw, kind, 0).items()
                if name in ("Note", "x", "Extra", "data-1", "O que é")}
        assert _core._restore(kind, tree, None).to_dict() == tree


def test_shapes_of_a_card_number() -> None:
    expected = "402400******2931"
    result = _core._restore("Result", {
        "a": int(GOOD_CARD), "b": -int(GOOD_CARD), "c": float(GOOD_CARD), "d": GOOD_CARD + " 12/30",
        "e": "4024 0071 9769 2931", "f": [[GOOD_CARD]], "g": {GOOD_CARD: 1}, "h": GOOD_CARD + "12",
        "i": "https://h/1/CARD/x?y", "cvv": 987, "token": {"t": ["x", 1, True]},
    }, None)
    assert result.to_dict() == {
        "a": expected, "b": "-" + expected, "c": expected + ".***", "d": expected + " ***/***",
        "e": "4024 00** **** 2931", "f": [[expected]], "g": {expected: 1},
        "h": "402400********3112", "i": "https://h/1/CARD/***?y", "cvv": "***",
        "token": {"t": ["***", "***", True]},
    }
    assert GOOD_CARD in result["g"] and result.a == int(GOOD_CARD)


def test_what_a_caller_puts_into_a_list_is_masked_too() -> None:
    result = _core._restore("Result", {"list": []}, None)
    result["list"].extend(
        [GOOD_CARD, {"n": int(GOOD_CARD)}, cielo.Secret("a key"), (GOOD_CARD,)])
    masked = "402400******2931"
    assert result.to_dict() == {"list": [masked, {"n": masked}, "***", [masked]]}
    assert GOOD_CARD not in repr(result) and "a key" not in repr(result)
    result["list"][:] = [{1, 2}]
    assert repr(result) == "Result(list=['...'])"
    for copy in (result.to_dict, result.to_json, lambda: pickle.dumps(result)):
        with pytest.raises(TypeError, match="a value of type set is not a JSON value"):
            copy()
