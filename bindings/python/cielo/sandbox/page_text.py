"""Every word of the page, in English and in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

#: In the order of the pairs below.
LANGUAGES = ("en", "pt")

#: What `lang` of a document says.
TAGS: Mapping[str, str] = {"en": "en", "pt": "pt-BR"}

TEXTS: Mapping[str, tuple[str, str]] = {
    "title": ("Local Cielo", "Cielo local"),
    "skip": ("Skip to the contents", "Ir para o conteúdo"),
    "language": ("Language", "Idioma"),
    "parts": ("Parts of this page", "Partes desta página"),
    "address": ("Address for clients", "Endereço para os clientes"),
    "clock": ("Clock (Brasília)", "Relógio (Brasília)"),
    "real_time": ("real time", "hora certa"),
    "ahead": ("ahead", "adiantado"),
    "updates": ("This page renews itself.", "Esta página se atualiza sozinha."),
    "lost": ("The local Cielo does not answer.", "A Cielo local não responde."),
    "refresh": ("Refresh", "Atualizar"),
    # -- controls
    "controls": ("Time and books", "Tempo e registros"),
    "advance": ("Advance the clock", "Adiantar o relógio"),
    "unit": ("unit", "unidade"),
    "minutes": ("minutes", "minutos"),
    "hours": ("hours", "horas"),
    "days": ("days", "dias"),
    "advance_do": ("Advance", "Adiantar"),
    "reset": ("Forget everything…", "Apagar tudo…"),
    "reset_warning": (
        "Sales, orders, stored cards, requests and faults are forgotten, on disk too, and the "
        "clock returns to real time.",
        "Vendas, pedidos, cartões guardados, requisições e falhas são apagados, também do disco, "
        "e o relógio volta à hora certa.",
    ),
    "reset_do": ("Forget everything", "Apagar tudo"),
    # -- records
    "sales": ("Sales", "Vendas"),
    "old_pix": (
        "A Pix here has another provider than Cielo2, or none. The local Cielo takes it, as Cielo "
        "does for older stores; to newer ones Cielo refuses it.",
        "Há um Pix com provedor diferente de Cielo2, ou sem provedor. A Cielo local o aceita, como "
        "a Cielo nas lojas mais antigas; às mais novas a Cielo o recusa.",
    ),
    "offers": ("Waiting for a shopper", "À espera do comprador"),
    "offers_help": (
        "Checkout pages and payment links that nobody has paid yet.",
        "Páginas do Checkout e links de pagamento que ninguém pagou ainda.",
    ),
    "orders": ("Checkout orders", "Pedidos do Checkout"),
    "requests": ("Requests", "Requisições"),
    "requests_help": (
        "Newest first; card data, keys and tokens masked.",
        "As mais novas primeiro; dados de cartão, chaves e tokens ocultos.",
    ),
    "notifications": ("Notifications", "Notificações"),
    "faults": ("Faults", "Falhas"),
    "faults_help": (
        "What goes wrong on purpose; the first that fits a request is acted out.",
        "O que dá errado de propósito; vale a primeira que casa com a requisição.",
    ),
    "newest": ("newest of", "mais novos, de"),
    "show": ("show", "mostrar"),
    # -- columns
    "when": ("When", "Quando"),
    "number": ("Order", "Pedido"),
    "kind": ("Kind", "Tipo"),
    "page": ("page", "página"),
    "link": ("link", "link"),
    "means": ("Means", "Meio"),
    "amount": ("Amount", "Valor"),
    "status": ("Status", "Status"),
    "actions": ("Actions", "Ações"),
    "history": ("History", "Histórico"),
    "expired_mark": ("expired", "expirado"),
    "part_mark": ("refunded in part", "devolvido em parte"),
    "no_answer": ("no answer", "sem resposta"),
    "headers": ("Headers", "Cabeçalhos"),
    "body": ("Body", "Corpo"),
    "no_body": ("No body.", "Sem corpo."),
    "cut": ("cut here; whole in the JSON", "cortado aqui; inteiro no JSON"),
    "fault": ("fault", "falha"),
    "content": ("Content", "Conteúdo"),
    "under_way": ("on its way", "a caminho"),
    "match": ("Requests", "Requisições"),
    "after": ("After", "Depois de"),
    "do": ("What happens", "O que acontece"),
    "delay": ("Pause, ms", "Pausa, ms"),
    "times": ("Times", "Vezes"),
    "used": ("Used", "Usada"),
    "for_ever": ("for ever", "sempre"),
    "only_wait": ("only wait", "só esperar"),
    # -- empty
    "no_sales": ("No sale yet. Give a client this address:", "Nenhuma venda ainda. Dê a um "
                 "cliente este endereço:"),
    "no_orders": (
        "No order yet. One comes to be when a page or a link is paid.",
        "Nenhum pedido ainda. Surge um quando uma página ou um link é pago.",
    ),
    "no_requests": ("No request yet.", "Nenhuma requisição ainda."),
    "no_notifications": ("No notification yet.", "Nenhuma notificação ainda."),
    "no_target": (
        "Nothing is posted: start with --notify-url, or --status-url for changed orders.",
        "Nada é enviado: inicie com --notify-url, ou --status-url para pedidos alterados.",
    ),
    "no_faults": ("Nothing goes wrong.", "Nada dá errado."),
    # -- what can be done
    "pay": ("Pay", "Pagar"),
    "decline": ("Decline", "Negar"),
    "expire": ("Expire", "Expirar"),
    "add_fault": ("Add a fault", "Acrescentar uma falha"),
    "add_fault_do": ("Add", "Acrescentar"),
    "end_faults": ("End all faults", "Encerrar as falhas"),
    # -- what was done
    "done_pay": ("The shopper has pressed the button.", "O comprador apertou o botão."),
    "done_decline": ("Declined.", "Negado."),
    "done_expire": ("Expired: it cannot be paid any more.", "Expirou: já não pode ser pago."),
    "done_advance": ("The clock was advanced.", "O relógio foi adiantado."),
    "done_reset": ("Everything was forgotten.", "Tudo foi apagado."),
    "done_fault": ("The fault was added.", "A falha foi acrescentada."),
    "done_end": ("No more faults.", "Falhas encerradas."),
    "failed": ("That did not work:", "Não deu certo:"),
    "foreign": (
        "Refused: the form was sent from the page of another site.",
        "Recusado: o formulário foi enviado da página de outro site.",
    ),
}

#: Statuses of API 3.0 by number, and how they look.
SALE_STATUSES: Mapping[int, tuple[str, str]] = {
    0: ("Not finished", "Não finalizada"),
    1: ("Authorised", "Autorizada"),
    2: ("Paid", "Paga"),
    3: ("Denied", "Negada"),
    10: ("Voided", "Cancelada"),
    11: ("Refunded", "Devolvida"),
    12: ("Pending", "Pendente"),
    13: ("Aborted", "Abortada"),
    20: ("Scheduled", "Programada"),
}
SALE_TONES: Mapping[int, str] = {
    0: "wait", 1: "good", 2: "good", 3: "bad", 10: "off", 11: "off", 12: "wait", 13: "bad",
    20: "wait",
}

#: The same of Checkout.
ORDER_STATUSES: Mapping[int, tuple[str, str]] = {
    1: ("Pending", "Pendente"),
    2: ("Paid", "Pago"),
    3: ("Denied", "Negado"),
    4: ("Expired", "Expirado"),
    5: ("Voided", "Cancelado"),
    6: ("Not finalised", "Não finalizado"),
    7: ("Authorised", "Autorizado"),
    8: ("Chargeback", "Chargeback"),
}
ORDER_TONES: Mapping[int, str] = {
    1: "wait", 2: "good", 3: "bad", 4: "off", 5: "off", 6: "wait", 7: "good", 8: "bad",
}

#: Means of payment, of both APIs.
MEANS: Mapping[str, tuple[str, str]] = {
    "creditcard": ("Credit", "Crédito"),
    "debitcard": ("Debit", "Débito"),
    "pix": ("Pix", "Pix"),
    "boleto": ("Boleto", "Boleto"),
    "qrcode": ("QR code", "QR Code"),
}

#: Lines of the history of a sale or an order; a reason may follow, as "void refused: too late".
EVENTS: Mapping[str, tuple[str, str]] = {
    "created": ("created", "criação"),
    "captured": ("captured", "captura"),
    "capture refused": ("capture refused", "captura recusada"),
    "voided": ("voided", "cancelamento"),
    "void denied": ("void denied", "cancelamento negado"),
    "void refused": ("void refused", "cancelamento recusado"),
    "refund asked": ("refund asked", "devolução pedida"),
    "code removed": ("code removed", "código removido"),
    "consent given": ("consent given", "consentimento dado"),
    "consent refused": ("consent refused", "consentimento recusado"),
    "found authorised": ("found authorised", "constatada autorizada"),
    "found not charged": ("found not charged", "constatada sem cobrança"),
    "finished": ("finished", "finalização"),
    "paid": ("paid", "pagamento"),
    "expired": ("expired", "expiração"),
}

#: What no later event undoes.
REMOVED = "code removed"

#: Those that leave the status as it was, and how they look beside it.
MARKS: Mapping[str, str] = {
    "capture refused": "bad",
    "void denied": "bad",
    "void refused": "bad",
    "refund asked": "wait",
    REMOVED: "off",
    "consent given": "good",
    "consent refused": "bad",
}


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._at = LANGUAGES.index(language)
        self.texts = SimpleNamespace(**{name: pair[self._at] for name, pair in TEXTS.items()})

    def of(self, table: Mapping[str, tuple[str, str]], name: str) -> str:
        """The word for a name, or the name where there is none."""
        pair = table.get(name)
        return pair[self._at] if pair else name

    def event(self, what: str) -> str:
        """A line of the history; its reason, if it has one, stays as the books say it."""
        name, colon, why = what.partition(":")
        return self.of(EVENTS, name) + colon + why

    def status(self, table: Mapping[int, tuple[str, str]], status: int) -> str:
        """The number of a status, with its word."""
        pair = table.get(status)
        return f"{status} {pair[self._at]}" if pair else str(status)


def choose_language(asked: str, accepted: str) -> str:
    """The language that was asked for, else the one the browser likes best."""
    if asked in LANGUAGES:
        return asked
    best, chosen = 0.0, LANGUAGES[0]
    for part in accepted.split(","):
        tag, _semicolon, weight = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES and _weight(weight) > best:
            best, chosen = _weight(weight), language
    return chosen


def _weight(text: str) -> float:
    """What ``q=0.8`` says; 1 when nothing is said, 0 when it cannot be read."""
    name, _sign, number = text.replace(" ", "").partition("=")
    if name.lower() != "q":
        return 1.0
    try:
        return float(number)
    except ValueError:
        return 0.0
