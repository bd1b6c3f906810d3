"""In and out: the log-in, the log-out, and the password asked for again."""

from __future__ import annotations

from starlette.responses import Response

from ..errors import BackofficeError, text_of
from ..sessions import Denied
from ..tries import TooMany
from .asked import Asked, Page, StepUp
from .door import SESSION, address_of, visitor
from .language import local

__all__ = ["PAGES", "ask_again", "text"]

#: What a form holds that no page shows again.
_ONCE = ("token", "password", "code", "recovery", "new", "again", "new_password")


def text(asked: Asked, name: str) -> str:
    """A field of the form; empty where it is not there, or is a file."""
    value = asked.form.get(name)
    return value if isinstance(value, str) else ""


def log_in(asked: Asked) -> Response:
    if asked.identity is not None:
        return asked.go(local(asked.query.get("next")))
    return _form(asked)


def _form(asked: Asked, status: int = 200, error: BackofficeError | None = None,
          field: str = "") -> Response:
    found = visitor(asked.web.place, asked.request)
    answer = asked.page(
        "login.html", status, form_token=found.token, field=field,
        name=text(asked, "name"), problem=text_of(error, asked.lang) if error else None,
        next=local(text(asked, "next") or asked.query.get("next")),
        nobody=not asked.ledger.accounts.all())
    for name, value in found.cookies.items():
        asked.web.set_cookie(answer, asked.request, name, value)
    return answer


def signed_in(asked: Asked) -> Response:
    """Whoever was in by this browser is out; what the cookie held before is worth nothing."""
    try:
        opened = asked.ledger.sessions.log_in(
            text(asked, "name"), text(asked, "password"), text(asked, "code"),
            recovery=text(asked, "recovery").strip(),
            address=address_of(asked.request), program=asked.request.headers.get("user-agent"))
    except TooMany as error:
        answer = _form(asked, 429, error)
        answer.headers["retry-after"] = str(error.seconds)
        return answer
    except Denied as error:
        return _form(asked, 401, error, error.field)
    if asked.identity is not None:
        asked.ledger.sessions.log_out(asked.identity.session)
    recovered = opened.user.has_totp and text(asked, "recovery").strip()
    answer = (asked.go("/me", note="recovery_used") if recovered
              else asked.go(local(text(asked, "next"))))
    asked.web.set_cookie(answer, asked.request, SESSION, opened.token)
    return answer


def log_out(asked: Asked) -> Response:
    assert asked.identity is not None
    asked.ledger.sessions.log_out(asked.identity.session)
    answer = asked.go("/login", note="signed_out")
    asked.web.set_cookie(answer, asked.request, SESSION, "")
    return answer


def ask_again(asked: Asked, error: StepUp) -> Response:
    """What was sent once more, with a field for the password, where a page does not ask itself."""
    sent = [(name, value) for name, value in asked.form.multi_items()
            if name not in _ONCE and isinstance(value, str)]
    return asked.page("step_up.html", 403, sent=sent, wrong=error.wrong)


PAGES = (Page("GET", "/login", log_in, "open"), Page("POST", "/login", signed_in, "open"),
         Page("POST", "/logout", log_out, None))
