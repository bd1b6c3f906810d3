"""What the page that follows an act says of it, by the word in its address."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["NOTES", "Note"]


class Note(NamedTuple):
    kind: str  # done, info, warn
    pt: str
    en: str


NOTES = {
    "saved": Note("done", "Salvo.", "Saved."),
    "removed": Note("done", "Removido.", "Removed."),
    "batch_begun": Note("info", "Este lote já foi começado.", "This batch was begun already."),
    "batch_dropped": Note("done", "Lote descartado: nada foi enviado.",
                          "The batch was dropped: nothing was sent."),
    "doubt_adopted": Note("done", "Já se sabe: aconteceu, e está no livro.",
                          "Now it is known: it happened, and is in the ledger."),
    "doubt_absent": Note("done", "Já se sabe: não aconteceu. Pode ser feito de novo.",
                         "Now it is known: it did not happen. It may be done again."),
    "doubt_answered": Note("done", "Já se sabe em que deu.", "Now it is known what became of it."),
    "doubt_unknown": Note("warn", "A Cielo foi consultada, e ainda não se sabe. Não repita.",
                          "Cielo was asked, and it is not known yet. Do not repeat it."),
    "doubt_closed": Note("done", "A dúvida foi encerrada.", "The doubt was closed."),
    "captured": Note("done", "Capturado.", "Captured."),
    "voided": Note("done", "Cancelado.", "Voided."),
    "change_pending": Note("info", "A Cielo aceitou, e ainda não terminou.",
                           "Cielo took it, and has not finished yet."),
    "change_in_doubt": Note(
        "warn", "Ninguém sabe ainda em que deu: não repita. A Cielo é consultada até se saber.",
        "Nobody knows yet what became of it: do not repeat it. Cielo is asked until it is known."),
    "looked_done": Note("done", "Consultado na Cielo agora.", "Looked up at Cielo just now."),
    "looked_unknown": Note("warn", "A Cielo não conhece este pagamento.",
                           "Cielo knows no such payment."),
    "looked_failed": Note("warn", "A Cielo não respondeu; a consulta fica na fila.",
                          "Cielo did not answer; the look waits in the queue."),
    "signed_out": Note("info", "Você saiu.", "You signed out."),
    "password_changed": Note("done", "A senha mudou e todas as sessões acabaram. Entre com a nova.",
                             "The password changed and all sessions ended. Sign in with the new "
                             "one."),
    "sessions_ended": Note("done", "As outras sessões acabaram.", "The other sessions ended."),
    "recovery_used": Note(
        "warn", "Você entrou com um código de recuperação, que não vale mais. Ligue o segundo "
        "fator no aparelho novo: os códigos são refeitos.",
        "You came in by a recovery code, which is good no more. Set up the second factor on the "
        "new device: the codes are made anew."),
    "user_added": Note("done", "Usuário criado.", "User added."),
    "user_saved": Note("done", "Salvo: vale já na próxima página que abrir.",
                       "Saved: it holds from the next page this user opens."),
    "user_disabled": Note("done", "Não entra mais; as sessões acabaram.",
                          "Comes in no more; the sessions ended."),
    "user_enabled": Note("done", "Pode entrar outra vez.", "May come in again."),
    "user_password": Note("done", "A senha mudou; as sessões acabaram.",
                          "The password changed; the sessions ended."),
    "user_totp": Note("done", "Segundo fator retirado; entra só com a senha até ligar outro.",
                      "Second factor taken away; the password does until there is another."),
}
