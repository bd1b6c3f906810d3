"""Derives data/ from Cielo's published tables: facts, and hashes of sentences.

    python3 tests/codes/derive.py SOURCE_DIR

SOURCE_DIR holds the tables as CSV under data/ and the notes on the API in
cielo-api.md; neither is part of this repository. What is carried over are
codes, retry rules and brand columns, and of the sentences only SHA-256 digests,
so that check_codes.py can tell a copy without having the text.
"""

import csv
import hashlib
import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
BRANDS = {
    "elo": "elo",
    "visa": "visa",
    "mastercard_hiper": "master",
    "amex": "amex",
    "amex_to_cielo": "amex",
}
# Words that carry no meaning of their own, left out when sentences are compared
# as bags of words, so that a sentence turned around still counts as a copy.
SMALL_WORDS = set(
    "a ao aos as com da das de do dos e em esta foi na nas no nos o os ou para"
    " pela pelo por que se ser seu sua um uma"
    " an and be by for in is it of on or the this to was with".split()
)


def normalise(text):
    """Lower case, no accents, every run of other characters one blank."""
    bare = unicodedata.normalize("NFD", text.lower())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", bare).strip()


def digests(text):
    """The digests under which a cell or a text of ours is compared: it and
    each of its sentences, in their order and as bags of words. Labels of one
    word are nobody's text."""
    found = set()
    for part in [text, *re.split(r"[.!?;:]+(?:\s|$)", text)]:
        words = normalise(part).split()
        bag = sorted(set(words) - SMALL_WORDS)
        if len(words) > 1:
            found.add(_digest(" ".join(words)))
        if len(bag) > 1:
            found.add(_digest("bag " + " ".join(bag)))
    return found


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def rule(text):
    """A retry rule as (kind, attempts, days, hours)."""
    text = normalise(text)
    if text == "nao":
        return "never", 0, 0, 0
    if text == "sim":
        return "allowed", 0, 0, 0
    if text == "":
        return "unknown", 0, 0, 0
    if text == "apenas 4 vezes em 16 dias":
        return "limited", 4, 16, 0
    if text == "a partir do dia seguinte apenas 4 vezes em 16 dias":
        return "limited_next_day", 4, 16, 0
    wait = re.fullmatch(r"retentar a transacao apos (\d+) (dias|horas)", text)
    if not wait:
        raise ValueError("unknown retry rule: " + text)
    return "after", 0, 0, int(wait[1]) * (24 if wait[2] == "dias" else 1)


def return_codes(tables):
    for table in ("return-codes", "other-return-codes"):
        for number, row in enumerate(tables[table], 1):
            yield (table, number, row["code"], *rule(row["retry_rule_pt"]))


def plain_codes(rows, column):
    for row in rows:
        again = "tente novamente" in normalise(row["description_pt"])
        yield row[column], int(again)


def denials(rows):
    for number, row in enumerate(rows, 1):
        reversible = int(normalise(row["code_type_pt"]) == "reversivel")
        for column, brand in BRANDS.items():
            if row[column] == "-" or row[column].startswith("SEM C"):
                continue
            for code in re.split(r"\s+ou\s+", row[column]):
                yield number, brand, code, reversible


def section(notes, heading):
    return re.search(
        rf"^### [\d.]+ {re.escape(heading)}.*?(?=^###? |\Z)", notes, re.M | re.S
    )[0]


def cells(text):
    for line in text.splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def visa(notes):
    for row in cells(section(notes, "Brand retry programmes")):
        if row[0] in ("1", "2", "3"):
            for code in row[2].split():
                yield code, row[0]


def merchant_advice(notes):
    for row in cells(section(notes, "Brand retry programmes")):
        for code, meaning in zip(row[::2], row[1::2]):
            if re.fullmatch(r"\d\d", code):
                yield (code, *advice_rule(code, meaning))


def advice_rule(code, meaning):
    wait = re.search(r"after (\d+) (h|hour|day)", meaning)
    if wait:
        return "after", int(wait[1]) * (24 if wait[2] == "day" else 1)
    # 21 is charged from the first retry, as 03 is.
    if "do not retry" in meaning or code == "21":
        return "never", 0
    return "unknown", 0


def statuses(notes):
    for book, heading, column in (
        ("sale_status", "`Payment.Status`", 1),
        ("order_status", "Checkout payment status", 2),
    ):
        for row in cells(section(notes, heading)):
            if row[0].isdigit():
                yield book, row[0], row[column].strip("–")


def write(name, header, rows):
    with open(HERE / "data" / name, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(source):
    tables = {}
    for path in sorted((source / "data").glob("*.csv")):
        with open(path, encoding="utf-8", newline="") as lines:
            tables[path.stem] = list(csv.DictReader(lines))
    notes = (source / "cielo-api.md").read_text(encoding="utf-8")

    write(
        "return_codes.csv",
        ["table", "row", "code", "kind", "max_attempts", "window_days",
         "after_hours"],
        return_codes(tables),
    )
    write("capture_codes.csv", ["code", "try_again"],
          plain_codes(tables["capture-return-codes"], "code"))
    write("void_codes.csv", ["code", "try_again"],
          plain_codes(tables["void-return-codes"], "return_code"))
    write("api_errors.csv", ["code"],
          ([row["code"]] for row in tables["api-error-codes"]))
    write("reason_codes.csv", ["number", "word"],
          ([row["reason_code"], row["reason_message"]]
           for row in tables["reason-codes"]))
    write("abecs.csv", ["row", "brand", "code", "reversible"],
          denials(tables["abecs-codes"]))
    write("visa.csv", ["code", "category"], visa(notes))
    write("merchant_advice.csv", ["code", "kind", "after_hours"],
          merchant_advice(notes))
    write("statuses.csv", ["book", "number", "word"], statuses(notes))
    found = set()
    for rows in tables.values():
        for row in rows:
            for text in row.values():
                found |= digests(text)
    write("sentences.csv", ["sha256"], ([digest] for digest in sorted(found)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
