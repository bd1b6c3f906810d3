"""Why something was not done, as the ledger keeps it, in Portuguese too.

The reasons of rows and changes are kept as they were told then, in English. What Cielo or a
network said is in nobody's hands, and stays as it is.
"""

from __future__ import annotations

import re

import cielo

from .answers import kept_text
from .batch_rows import Row
from .words import label

__all__ = ["refusal_text", "row_text", "why_text"]

_TEXTS = {
    "its process ended before anything was sent":
        "o programa terminou antes de enviar",
    "its process ended, and nobody knows what came of it":
        "o programa terminou no meio, e ninguém sabe em que deu",
    "it was settled: it never reached Cielo": "consultado depois: nunca chegou à Cielo",
    "a write to this payment is in doubt, or under way":
        "outra operação deste pagamento está em dúvida, ou a caminho",
    "Cielo wants five seconds between two voids":
        "a Cielo pede cinco segundos entre dois cancelamentos",
    "Cielo's number of this payment is not known":
        "não se sabe o número deste pagamento na Cielo",
    "Cielo's number of this payment is not known: it cannot be changed":
        "não se sabe o número deste pagamento na Cielo: não pode ser mudado",
    "somebody else changes this payment": "outra pessoa está mudando este pagamento",
    "the answer does not say what became of it": "a resposta não diz em que deu",
    "how much is left is not known: only the whole can be changed":
        "não se sabe quanto resta: só o todo pode ser mudado",
    "Cielo: by the shop": "Cielo: pela loja",
    "Cielo: its tries were used up": "Cielo: as tentativas se esgotaram",
    "Cielo: the card has expired": "Cielo: o cartão venceu",
    "it was taken": "outro assumiu",
    "the shop left it for now": "a loja a deixou para depois",
    "what became of an attempt is not known yet": "ainda não se sabe em que deu uma tentativa",
    "its brand allows this card no more attempts for now":
        "a bandeira não permite mais tentativas com este cartão por enquanto",
    "it was changed meanwhile": "foi mudada nesse meio-tempo",
    "it was not sent: its process ended before":
        "não foi enviada: o programa terminou antes",
    "the journal does not know its end yet": "o diário ainda não sabe em que deu",
    "somebody says that it was made, and Cielo was not asked yet":
        "alguém diz que foi feita, e ainda não se perguntou à Cielo",
    "a payment of this kind is never captured": "um pagamento deste meio nunca se captura",
    "Cielo voids no payment of this kind: give its money back another way":
        "a Cielo não cancela pagamentos deste meio: devolva o dinheiro de outro modo",
    "what is not captured yet can only be voided whole":
        "o que ainda não foi capturado só pode ser cancelado por inteiro",
}

_PATTERNS = tuple((re.compile(pattern), told) for pattern, told in (
    (r"nothing is left to (?P<verb>\w+): (?P<standing>.+)",
     "não resta nada a {verb}: {standing}"),
    (r"only (?P<sum>[\d,]+) is left to (?P<verb>\w+): (?P<standing>.+)",
     "só restam {sum} a {verb}: {standing}"),
    (r"(?P<sum>[\d,]+) in all of one payment: (?P<who>.+) voids up to (?P<limit>[\d,]+)",
     "{sum} ao todo de um pagamento: {who} cancela até {limit}"),
    (r"(?P<sum>[\d,]+) in all by the batch (?P<batch>\d+): (?P<who>.+) voids up to "
     r"(?P<limit>[\d,]+)", "{sum} ao todo pelo lote {batch}: {who} cancela até {limit}"),
    (r"(?P<who>.+) voids up to (?P<limit>[\d,]+), and how much this is only Cielo knows",
     "{who} cancela até {limit}, e quanto isto é só a Cielo sabe"),
    (r"a change that (?P<who>.+) made is in doubt", "uma mudança de {who} está em dúvida"),
    (r"a change of this payment by (?P<who>.+) is under way",
     "uma mudança deste pagamento por {who} está a caminho"),
    (r"it could not be read: (?P<told>.+)", "não se pôde ler: {told}"),
    (r"outcome unknown \(.+\): look (?P<what>.+) up before repeating",
     "ninguém sabe em que deu: consulte {what} antes de repetir"),
    (r"declined with the code (?P<code>\S+), which forbids to try this card again",
     "negada com o código {code}, que proíbe tentar este cartão de novo"),
    (r"declined with the code (?P<code>\S+); its tries are used up",
     "negada com o código {code}; as tentativas se esgotaram"),
    (r"declined with the code (?P<code>\S+); its tries were used up",
     "negada com o código {code}; as tentativas se esgotaram"),
    (r"no keys for the store (?P<store>.+) in (?P<place>.+): name a file that has them "
     r"\(cielo store set --keys\), with (?P<name>CIELO_MERCHANT_ID=\S+) among them",
     "não há chaves da loja {store} em {place}: dê um arquivo que as tenha (cielo store set "
     "--keys), com {name} entre elas"),
    (r"declined with the code (?P<code>\S+)", "negada com o código {code}"),
    (r"(?P<who>.+) started it, and comes in no more", "{who} o começou, e não entra mais"),
    (r"(?P<who>.+) started it, and may no longer (?P<verb>\w+) in block here",
     "{who} o começou, e não pode mais {verb} em lote nesta loja"),
))
_STANDING = re.compile(r"it is (?P<status>.+), (?P<captured>[\d,]+) captured, (?P<voided>[\d,]+) "
                       r"voided(?:, (?P<pending>[\d,]+) pending)?")


def why_text(why: str | None, lang: str = "pt") -> str:
    """What a screen says for a reason that the ledger keeps; "" where it has none."""
    if not why or lang != "pt":
        return why or ""
    if why in _TEXTS:
        return _TEXTS[why]
    for pattern, told in _PATTERNS:
        found = pattern.fullmatch(why)
        if found:
            return told.format(**{name: _part(name, text)
                                  for name, text in found.groupdict().items()})
    return kept_text(why) or why


def refusal_text(code: str, why: str | None, verb: str, lang: str = "pt") -> str:
    """By Cielo's code of a capture or a void, where its book is known; else as it was told."""
    of_request = cielo.api_error(code) if "HTTP" in (why or "") else None
    book = of_request or cielo.return_code(code, operation="void" if verb == "void" else "capture")
    return why_text(why, lang) if book is None else book.meaning("pt" if lang == "pt" else "en")


def row_text(row: Row, verb: str, lang: str = "pt") -> str:
    """Of a row of a batch: by Cielo's code where it told one, else as it was told."""
    if row.state == "refused" and row.code:
        return refusal_text(row.code, row.why, verb, lang)
    if row.state == "pending":
        return ("a Cielo aceitou e ainda conclui" if lang == "pt" else
                "Cielo took it, and will finish it")
    return why_text(row.why, lang)


_WHAT = {"order": "o pedido", "payment": "o pagamento", "it": "isto"}


def _part(name: str, text: str) -> str:
    if name == "verb":
        return label("verb", text)
    if name == "what":
        word, blank, rest = text.partition(" ")
        return _WHAT.get(word, word) + blank + rest
    if name == "told":
        return kept_text(text) or text
    if name == "place":
        return text.replace("the environment", "variáveis do ambiente")
    return _standing(text) if name == "standing" else text


def _standing(text: str) -> str:
    found = _STANDING.fullmatch(text)
    if not found:
        return text
    told = (f"está {label('standing', found['status'])}, {found['captured']} "
            f"capturados, {found['voided']} cancelados")
    return told + (f", {found['pending']} pendentes" if found["pending"] else "")
