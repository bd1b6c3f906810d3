"""What ``--help`` says, in English and in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping

from .page_text import LANGUAGES

_DESCRIPTION = """\
A local Cielo for tests: answers API 3.0 and Checkout as the documentation
describes them, and keeps books. On API 3.0 the last digit of a card number
decides what the acquirer says: 0, 1 and 4 authorise, 6 times out and is settled
later as the seed draws, 9 is drawn at once, the others deny. What was paid by a
card that ends in 6664, and amounts that end in 6.66, are not given back. All
hosts of Cielo are this one address; give it to a client as its base_url.
"""

_DESCRIPTION_PT = """\
Uma Cielo local, para testes: responde à API 3.0 e ao Checkout como a
documentação os descreve, e guarda o que foi vendido. Na API 3.0 o último dígito
do cartão decide o que a adquirente diz: 0, 1 e 4 autorizam, 6 esgota o tempo e
se decide depois como a semente sorteia, 9 é sorteado na hora, os outros negam.
O que foi pago com um cartão de final 6664, e valores de final 6,66, não se
devolvem. Todos os endereços da Cielo são este um só: dê-o ao cliente como
base_url.
"""

_EPILOG = """\
GET / shows the books, the requests and the faults in a browser, with buttons.

handles, as JSON over HTTP:
  GET  /_sandbox/requests       requests received, card data and keys masked
  GET  /_sandbox/sales          the books; also orders (of Checkout),
                                recurrences, consents, notifications
  POST /_sandbox/faults         [{"match": "POST /1/sales", "after": "process",
                                  "do": "reset", "times": 1, "delay_ms": 0}]
                                after: read, process, headers, half_body
                                do: close, reset, stall, status:503, garbage,
                                reply with {"status", "headers", "body"}
                                times: 0 or -1 means for ever
  POST /_sandbox/clock          {"advance_seconds": 86400}
  POST /_sandbox/pay            {"payment_id": "..."}: the shopper pays a Pix,
                                boleto or QR code, or agrees to Pix Automatico
                                ("approve": false refuses). {"order": page id,
                                order number or pending order} and {"link": id}
                                pay through Checkout, with "card" (last digit 0
                                to 4 authorises), "installments", "method",
                                "capture"; "later_card" is what a recurrence
                                charges later
  POST /_sandbox/reset          forget everything

notifications leave at once; a post not answered 200 is tried again after 0.3,
0.6 and 1.2 seconds.
"""

_EPILOG_PT = """\
GET / mostra num navegador as vendas, as requisições e as falhas, com botões.

comandos, em JSON por HTTP:
  GET  /_sandbox/requests       o que foi recebido, sem dados de cartão e chaves
  GET  /_sandbox/sales          as vendas; também orders (do Checkout),
                                recurrences, consents, notifications
  POST /_sandbox/faults         [{"match": "POST /1/sales", "after": "process",
                                  "do": "reset", "times": 1, "delay_ms": 0}]
                                after: read, process, headers, half_body
                                do: close, reset, stall, status:503, garbage,
                                reply com {"status", "headers", "body"}
                                times: 0 ou -1 é para sempre
  POST /_sandbox/clock          {"advance_seconds": 86400}
  POST /_sandbox/pay            {"payment_id": "..."}: quem compra paga um Pix,
                                boleto ou QR code, ou aceita o Pix Automático
                                ("approve": false recusa). {"order": id da
                                página, número ou pedido pendente} e {"link":
                                id} pagam pelo Checkout, com "card" (finais 0 a
                                4 autorizam), "installments", "method",
                                "capture"; "later_card" é o cartão que uma
                                recorrência cobra depois
  POST /_sandbox/reset          apaga tudo

as notificações saem na hora; a que não recebe 200 é tentada de novo depois de
0,3, 0,6 e 1,2 segundos.
"""

#: In the order of the languages; options by their names.
_TEXTS: Mapping[str, tuple[str, str]] = {
    "usage": ("usage: ", "uso: "),
    "options": ("options", "opções"),
    "description": (_DESCRIPTION, _DESCRIPTION_PT),
    "epilog": (_EPILOG, _EPILOG_PT),
    "--help": ("show this and exit", "mostra isto e acaba"),
    "--version": ("show the version and exit", "mostra a versão e acaba"),
    "--lang": ("language of this help", "língua desta ajuda"),
    "--host": ("address to listen on (%(default)s)", "endereço onde atende (%(default)s)"),
    "--port": (
        "port to listen on (%(default)s); 0 picks a free one",
        "porta onde atende (%(default)s); 0 toma uma livre",
    ),
    "--state": (
        "SQLite file that keeps the books",
        "arquivo SQLite que guarda o que foi vendido",
    ),
    "--seed": ("makes what is drawn repeatable", "faz repetir o que é sorteado"),
    "--notify-url": (
        "where notifications are posted",
        "para onde vão as notificações",
    ),
    "--notify-kind": (
        "form of Checkout's notifications (%(default)s)",
        "forma das notificações do Checkout (%(default)s)",
    ),
    "--status-url": (
        "where Checkout's status changes are posted",
        "para onde vão as mudanças de status do Checkout",
    ),
    "--merchant": (
        "accept only these stores; may be repeated (default: any)",
        "aceita só estas lojas; pode repetir-se (padrão: qualquer uma)",
    ),
    "--client": (
        "accept only these OAuth clients; may be repeated (default: any)",
        "aceita só estes clientes OAuth; pode repetir-se (padrão: qualquer um)",
    ),
    "--recurrence-tries": (
        "tries beside each declined charge of a recurrence, 0 to 4 (%(default)s)",
        "tentativas além de cada cobrança negada de uma recorrência, de 0 a 4 (%(default)s)",
    ),
    "--recurrence-retry-days": (
        "days between those tries, 1 to 4 (%(default)s)",
        "dias entre essas tentativas, de 1 a 4 (%(default)s)",
    ),
    "--recurrence-disable": (
        "disable a recurrence when its tries are used up (default: it goes on)",
        "desativa a recorrência ao fim das tentativas (padrão: ela segue)",
    ),
    "--days-ago": (
        "new books begin so many days ago; move the clock to today (%(default)s)",
        "vendas novas começam há tantos dias; adiante o relógio até hoje (%(default)s)",
    ),
    "HOST": ("HOST", "ENDEREÇO"),
    "PORT": ("PORT", "PORTA"),
    "FILE": ("FILE", "ARQUIVO"),
    "ID:KEY": ("ID:KEY", "ID:CHAVE"),
    "ID:SECRET": ("ID:SECRET", "ID:SEGREDO"),
}


def help_text(name: str, lang: str) -> str:
    return _TEXTS[name][LANGUAGES.index(lang)]
