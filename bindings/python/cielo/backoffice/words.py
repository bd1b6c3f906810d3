"""The Backoffice's words: for the state of a sale, how it is paid, what it costs and when.

What people read is here in Portuguese and in English, amounts and moments too.
"""

from __future__ import annotations

import datetime
import difflib
import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from babel.numbers import format_currency, format_decimal

from .errors import BadValue

__all__ = ["FRAUD", "GROUPS", "LANGUAGES", "WORDS", "Means", "cents_of", "fraud_of", "label",
           "labels", "means_of", "moment_text", "money_text", "near_words", "number_text",
           "reais_of", "word_of", "word_typed", "words_of"]

# A canceled sale is told as reversed when its last void came so soon after it.
REVERSED = datetime.timedelta(hours=24)

# Cielo's status of a sale, in the words of its Backoffice.
_BY_STATUS = {
    0: "not_finished",
    1: "not_paid",
    2: "paid",
    3: "not_authorized",
    10: "canceled",
    11: "canceled",
    12: "pending",
    13: "aborted",
    20: "scheduled",
}

# Every word a sale can have, in the order in which screens offer them. Those
# that are no status of Cielo's: a sale whose outcome nobody knows, one that was
# surely never made, and a status that is in no table.
WORDS = ("in_doubt", "paid", "not_paid", "pending", "not_authorized", "canceled", "reversed",
         "not_finished", "aborted", "scheduled", "not_made", "unknown")


def word_of(status: int | None, *, in_doubt: bool = False,
            received: datetime.datetime | None = None,
            voided: datetime.datetime | None = None) -> str:
    """The word for a sale; what is in doubt is never told as anything else."""
    if in_doubt:
        return "in_doubt"
    if status is None:
        return "not_made"
    word = _BY_STATUS.get(status, "unknown")
    if word == "canceled" and received and voided and voided - received < REVERSED:
        return "reversed"
    return word


def words_of(status: int) -> tuple[str, ...]:
    """The words that sales with that status have, when they are not in doubt."""
    word = _BY_STATUS.get(status, "unknown")
    return (word, "reversed") if word == "canceled" else (word,)


class Means(NamedTuple):
    """How a sale is paid: the group, which knows no brand, and the means itself."""

    group: str | None
    name: str | None


# The groups, by Cielo's type of a payment.
_BY_TYPE = {
    "creditcard": "credit_card",
    "debitcard": "debit_card",
    "pix": "pix",
    "boleto": "boleto",
    "qrcode": "qr_code",
    "electronictransfer": "transfer",
    "voucher": "voucher",
}

GROUPS = tuple(dict.fromkeys(_BY_TYPE.values()))

# Of these the brand tells the means, of others who provides them.
_BY_BRAND = ("credit_card", "debit_card", "voucher")


def means_of(type_: str | None, brand: str | None, provider: str | None) -> Means:
    """Group and means of a payment, in lower case: ("credit_card", "visa")."""
    if not type_:
        return Means(None, None)
    group = _BY_TYPE.get(type_.lower(), type_.lower())
    name = brand if group in _BY_BRAND else provider
    return Means(group, name.lower() if name else group)


# Cielo's status of its antifraud analysis, by number.
FRAUD = ("unknown", "accept", "reject", "review", "aborted", "unfinished")


def fraud_of(status: int | str | None) -> str | None:
    """The word for the antifraud's status; a number that is in no table stays one."""
    if status is None:
        return None
    text = str(status)
    return FRAUD[int(text)] if text.isdecimal() and int(text) < len(FRAUD) else text


# ---- what people read ----

LANGUAGES = ("pt", "en")
_LOCALES = {"pt": "pt_BR", "en": "en_US"}
# How moments are written: as Brazil does, and in the order that sorts.
_MOMENTS = {"pt": "%d/%m/%Y %H:%M:%S", "en": "%Y-%m-%d %H:%M:%S"}

# What people call means for short.
_SHORT = {"credito": "credit_card", "debito": "debit_card", "transferencia": "transfer"}

# By what they are words of, each in Portuguese and in English.
_LABELS = {
    "status": {
        "in_doubt": ("Em dúvida", "In doubt"),
        "paid": ("Pago", "Paid"),
        "not_paid": ("Não pago", "Not paid"),
        "pending": ("Pendente", "Pending"),
        "not_authorized": ("Não autorizado", "Not authorized"),
        "canceled": ("Cancelado", "Canceled"),
        "reversed": ("Estornado", "Reversed"),
        "not_finished": ("Não finalizado", "Not finished"),
        "aborted": ("Abortado", "Aborted"),
        "scheduled": ("Agendado", "Scheduled"),
        "not_made": ("Não efetuado", "Not made"),
        "unknown": ("Desconhecido", "Unknown"),
    },
    "job": {
        "ingest": ("Leitura do diário", "Reading the journal"),
        "doubts": ("Consulta das dúvidas", "Looking at doubts"),
        "notices": ("Consulta dos avisos", "Looking at notifications"),
        "nights": ("Consultas da noite", "Nightly looks"),
        "night": ("Consulta da noite da loja", "Nightly look of the store"),
        "batches": ("Procura de lotes", "Looking for batches"),
        "batch": ("Lote", "Batch"),
    },
    "group": {
        "credit_card": ("Cartão de crédito", "Credit card"),
        "debit_card": ("Cartão de débito", "Debit card"),
        "pix": ("Pix", "Pix"),
        "boleto": ("Boleto", "Boleto"),
        "qr_code": ("QR Code", "QR code"),
        "transfer": ("Transferência eletrônica", "Bank transfer"),
        "voucher": ("Voucher", "Voucher"),
    },
    "fraud": {
        "unknown": ("Sem resultado", "No result"),
        "accept": ("Aceita", "Accepted"),
        "reject": ("Rejeitada", "Rejected"),
        "review": ("Em revisão", "In review"),
        "aborted": ("Abortada", "Aborted"),
        "unfinished": ("Não concluída", "Unfinished"),
    },
    "date": {
        "order": ("Pedido", "Order"),
        "capture": ("Captura", "Capture"),
        "cancel": ("Cancelamento", "Cancel"),
    },
    "standing": {  # of a payment, in a sentence: Cielo's numbers as a reason keeps them
        "authorized": ("autorizada", "authorized"),
        "paid": ("paga", "paid"),
        "status 0": ("não finalizada", "not finished"),
        "status 3": ("não autorizada", "not authorized"),
        "status 10": ("cancelada", "canceled"),
        "status 11": ("estornada", "reversed"),
        "status 12": ("pendente", "pending"),
        "status 13": ("abortada", "aborted"),
        "status 20": ("agendada", "scheduled"),
    },
    "verb": {"capture": ("capturar", "capture"), "void": ("cancelar", "void")},
    "batch": {  # and its rows
        "ready": ("pronto", "ready"),
        "running": ("em curso", "running"),
        "paused": ("em pausa", "paused"),
        "done": ("acabado", "done"),
        "waiting": ("à espera", "waiting"),
        "sending": ("a enviar", "being sent"),
        "pending": ("aceito", "accepted"),
        "refused": ("recusado", "refused"),
        "failed": ("não enviado", "not sent"),
        "in_doubt": ("em dúvida", "in doubt"),
    },
    "row": {  # of a batch
        "waiting": ("à espera", "waiting"),
        "sending": ("enviando", "being sent"),
        "done": ("feita", "done"),
        "pending": ("aceita", "accepted"),
        "refused": ("recusada", "refused"),
        "failed": ("não enviada", "not sent"),
        "in_doubt": ("em dúvida", "in doubt"),
    },
    "rows": {  # many
        "waiting": ("à espera", "waiting"),
        "sending": ("enviando", "being sent"),
        "done": ("feitas", "done"),
        "pending": ("aceitas", "accepted"),
        "refused": ("recusadas", "refused"),
        "failed": ("não enviadas", "not sent"),
        "in_doubt": ("em dúvida", "in doubt"),
    },
    "notice": {  # of Cielo's
        "waiting": ("a consultar", "to be looked up"),
        "done": ("consultado", "looked up"),
        "unknown": ("a Cielo não conhece", "Cielo knows of none"),
        "failed": ("não se pôde consultar", "could not be looked up"),
    },
    "operation": {  # of the API
        "sale_create": ("venda", "sale"),
        "sale_capture": ("captura", "capture"),
        "sale_void": ("cancelamento", "void"),
        "sale_void_by_order": ("cancelamento pelo pedido", "void by order number"),
        "order_capture": ("captura no Checkout", "capture at Checkout"),
        "order_void": ("cancelamento no Checkout", "void at Checkout"),
        "recurrence_deactivate": ("fim de recorrência", "end of a recurrence"),
        "recurrence_reactivate": ("volta de recorrência", "resumption of a recurrence"),
        "recurrence_set_amount": ("valor de recorrência", "amount of a recurrence"),
        "card_tokenize": ("guarda de cartão", "storing of a card"),
    },
    "event": {  # what the ledger was told of a sale
        "intent": ("enviada", "sent"),
        "outcome": ("resposta", "answer"),
        "settled": ("dúvida resolvida", "doubt settled"),
        "look": ("consulta da dúvida", "look at the doubt"),
        "seen": ("consultada na Cielo", "looked up at Cielo"),
        "notice": ("aviso da Cielo", "notice of Cielo's"),
        "change": ("mudança", "change"),
    },
    "result": {  # of a write, by its answer or a look
        "approved": ("aprovada", "approved"),
        "done": ("feita", "done"),
        "pending": ("aceita, ainda não feita", "accepted, not done yet"),
        "declined": ("negada", "declined"),
        "failed": ("não foi feita", "not done"),
        "unknown": ("ainda não se sabe", "not known yet"),
        "adopted": ("aconteceu", "happened"),
        "absent": ("não aconteceu", "did not happen"),
        "answered": ("a resposta lá estava", "its answer was there"),
    },
    "entry": {  # of a journal
        "open": ("a caminho", "open"),
        "done": ("respondida", "done"),
        "in_doubt": ("em dúvida", "in doubt"),
        "adopted": ("aconteceu", "adopted"),
        "absent": ("não aconteceu", "absent"),
        "unknown": ("ainda não se sabe", "unknown"),
    },
    "saw": {  # of a look at what is in doubt
        "nothing": ("nada com esse pedido", "nothing of that order"),
        "adopted": ("aconteceu", "it happened"),
        "unread": ("a Cielo não pôde ser consultada", "Cielo could not be asked"),
        "several": ("várias que podem ser", "several that may be it"),
        "unsure": ("algo que pode ser outra coisa", "something that may be another"),
    },
    "recurrence": {
        "active": ("ativa", "active"),
        "failing": ("falhando", "failing"),
        "suspended": ("suspensa", "suspended"),
        "disabled": ("desativada", "disabled"),
        "ended": ("encerrada", "ended"),
    },
    "kind": {  # of an error of ours
        "validation": ("um campo quebra uma regra", "a field breaks a rule"),
        "transport": ("sem conexão com a Cielo", "no connection to Cielo"),
        "timeout": ("sem resposta a tempo", "no answer in time"),
        "outcome_unknown": ("em dúvida", "in doubt"),
        "authentication": ("a Cielo não aceitou as chaves", "Cielo refused the keys"),
        "permission": ("a Cielo não o permite a esta loja", "Cielo does not allow it"),
        "not_found": ("a Cielo não o conhece", "Cielo knows no such thing"),
        "rate_limit": ("pedidos demais", "too many requests"),
        "invalid_request": ("a Cielo recusou o pedido", "Cielo refused the request"),
        "server": ("falha na Cielo", "a failure of Cielo's"),
        "decode": ("a resposta não se entende", "the answer cannot be read"),
        "journal": ("o diário não pôde guardar", "the journal could not keep it"),
        "closed": ("o programa já tinha fechado", "the program had closed"),
        "memory": ("faltou memória", "out of memory"),
        "cancelled": ("foi interrompido", "it was interrupted"),
        "absent": ("nunca chegou à Cielo", "it never reached Cielo"),
    },
    "rule": {  # of a field of what is sent
        "required": ("falta", "is missing"),
        "type": ("é de outro tipo", "is of another type"),
        "size": ("é curto ou longo demais", "is too short or too long"),
        "format": ("não tem a forma que deve ter", "has not the form it must have"),
        "range": ("é pouco ou demais", "is too little or too much"),
        "choice": ("não é um dos que há", "is none of those there are"),
        "unknown_name": ("não existe", "does not exist"),
        "given_twice": ("foi dado duas vezes", "is given twice"),
        "conflict": ("não combina com outro campo", "goes not with another field"),
        "json": ("não é JSON", "is no JSON"),
        "unrecorded": ("não ficou no diário", "is not in the journal"),
    },
    "cause": {  # why no answer came
        "connect": ("a conexão não se fez", "no connection was made"),
        "tls": ("a conexão não é segura", "the connection is not safe"),
        "timeout": ("o tempo acabou", "the time ran out"),
        "closed": ("a conexão se fechou", "the connection was closed"),
        "protocol": ("o que veio não é HTTP", "what came is no HTTP"),
        "too_large": ("a resposta é grande demais", "the answer is too large"),
        "cancelled": ("foi interrompido", "it was interrupted"),
        "memory": ("faltou memória", "out of memory"),
        "internal": ("falha do programa", "a failure of the program"),
    },
    "did": {  # of the audit
        "capture": ("captura", "capture"),
        "void": ("cancelamento", "void"),
        "sale.look": ("consulta de uma venda", "look at a sale"),
        "doubt.look": ("consulta de uma dúvida", "look at a doubt"),
        "doubt.close": ("dúvida encerrada", "doubt closed"),
        "batch make": ("lote feito", "batch made"),
        "batch amend": ("valor num lote mudado", "amount in a batch changed"),
        "batch omit": ("linhas tiradas de um lote", "rows left out of a batch"),
        "batch run": ("lote começado", "batch started"),
        "batch pause": ("lote posto em pausa", "batch paused"),
        "batch stop": ("lote parou sozinho", "batch stopped by itself"),
        "batch retry": ("não enviadas postas à espera", "unsent rows made to wait again"),
        "batch drop": ("lote descartado", "batch dropped"),
        "export": ("exportação", "export"),
        "export batch": ("exportação de um lote", "export of a batch"),
        "recurrence.add": ("recorrência nova", "new recurrence"),
        "recurrence.suspend": ("recorrência suspensa", "recurrence suspended"),
        "recurrence.resume": ("recorrência retomada", "recurrence resumed"),
        "retry.set": ("regra de tentativas", "rule of retries"),
        "tariff.set": ("preço", "price"),
        "tariff.remove": ("preço removido", "price removed"),
        "statement.tell": ("total da Cielo no extrato", "Cielo's total in the statement"),
        "store.set": ("dados da loja", "facts of a store"),
        "user add": ("usuário novo", "new user"),
        "user rights": ("direitos de um usuário", "rights of a user"),
        "user disable": ("usuário não entra mais", "user kept out"),
        "user enable": ("usuário entra outra vez", "user let in again"),
        "user password": ("senha nova", "new password"),
        "user totp": ("segundo fator ligado", "second factor set up"),
        "user totp reset": ("segundo fator retirado", "second factor taken away"),
        "user recovery": ("códigos de recuperação novos", "new recovery codes"),
        "user recovery used": ("código de recuperação usado", "recovery code used"),
        "log-in": ("entrada", "log-in"),
        "log-in failed": ("entrada que falhou", "log-in that failed"),
        "log-out": ("saída", "log-out"),
        "step-up": ("senha confirmada", "password confirmed"),
        "step-up failed": ("senha não confirmada", "password not confirmed"),
        "sessions ended": ("outras sessões encerradas", "other sessions ended"),
    },
    "wrong": {  # at a log-in
        "password": ("a senha", "the password"),
        "code": ("o código", "the code"),
        "recovery": ("o código de recuperação", "the recovery code"),
    },
    "deviation": {
        "not_foretold": ("cobrança não prevista em", "not foretold, on"),
        "missing": ("falta a cobrança de", "missing, of"),
        "amount": ("outro valor em", "another amount, on"),
        "deactivated": ("desativada em", "deactivated on"),
    },
}


def label(of: str, word: str | None, lang: str = "pt") -> str:
    """What a screen says for a word of a kind of words; others stay as they are."""
    if word is None:
        return ""
    found = _LABELS[of].get(word)
    return found[LANGUAGES.index(lang)] if found else word


def labels(of: str) -> tuple[str, ...]:
    """The words of a kind."""
    return tuple(_LABELS[of])


def word_typed(of: str, text: str) -> str | None:
    """The word of a kind that somebody typed: as it is, or as Portuguese calls it."""
    typed = _folded(text)
    found = {**_portuguese(of), **{word: word for word in _LABELS[of]}}
    # "pagas" are sales, where the label says "Pago".
    masculine = re.sub("as?$", "o", typed.rstrip("s"))
    return found.get(typed) or found.get(typed.rstrip("s")) or found.get(masculine)


def near_words(of: str, text: str) -> list[str]:
    """Those that may have been meant."""
    typed = _folded(text)
    # What is authorised and not captured, Cielo's own pages call not paid.
    if of == "status" and re.fullmatch("authori[sz]ed|autorizad[oa]s?", typed):
        return ["not_paid"]
    return difflib.get_close_matches(typed, [*_LABELS[of], *_portuguese(of)], 1)


def _portuguese(of: str) -> dict[str, str]:
    """Words by what Portuguese calls them, as far as that is one thing."""
    named = [(_folded(each[0]), word) for word, each in _LABELS[of].items()]
    named += [(short, word) for short, word in _SHORT.items() if word in _LABELS[of]]
    names = [name for name, _ in named]
    return {name: word for name, word in named if names.count(name) == 1}


def _folded(text: str) -> str:
    """Without accents, in small letters, one mark between words."""
    plain = unicodedata.normalize("NFKD", text.strip().lower())
    return re.sub(r"[\s_-]+", "_", "".join(
        each for each in plain if not unicodedata.combining(each)))


def money_text(cents: int, lang: str = "pt") -> str:
    """An amount with its currency, as people of that language write it."""
    return format_currency(Decimal(cents) / 100, "BRL", locale=_LOCALES[lang])


def number_text(number: int, lang: str = "pt") -> str:
    return format_decimal(number, locale=_LOCALES[lang])


def moment_text(moment: datetime.datetime, zone: datetime.tzinfo, lang: str = "pt") -> str:
    """A moment in a store's zone, to the second."""
    return moment.astimezone(zone).strftime(_MOMENTS[lang])


# ---- reais as they are typed ----

# Of "1,234" nobody can say whether it is a thousand or one and a bit; "1.234" is no
# better. So a sum has two decimals or none, and thousands only as Brazil writes them.
_REAIS = re.compile(r"(?:R\$[ \u00a0\u202f]*)?(?:(\d+)|(\d{1,3}(?:\.\d{3})+)(?=,))"
                    r"(?:[.,](\d{2}))?", re.A)
# Above any sale, and far below what a column can hold.
_MOST_DIGITS = 12


def cents_of(text: str) -> int:
    """Cents out of reais as people write them: 57,00, 1.234,56, 1234.56 and 57.

    BadValue for what could be read in two ways, such as 1,234.
    """
    found = _REAIS.fullmatch(text.strip())
    if not found:
        raise BadValue("is no sum in reais, such as 57,00, 1.234,56 or 1234.56",
                       "não é uma soma em reais, como 57,00, 1.234,56 ou 1234.56")
    whole = (found[1] or found[2]).replace(".", "")
    if len(whole) > _MOST_DIGITS:
        raise BadValue("is more than any sale", "é mais do que qualquer venda")
    return int(whole) * 100 + int(found[3] or 0)


def reais_of(cents: int) -> str:
    """Reais with a decimal comma and nothing else: 1234,56."""
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100},{cents % 100:02d}"
