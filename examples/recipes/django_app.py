"""Django, settings and all in one file.

    python django_app.py runserver
"""

from __future__ import annotations

import functools
import json
import os
import sys

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST
from told import shown, told

import cielo

settings.configure(
    SECRET_KEY=os.environ.get("DJANGO_SECRET_KEY") or os.urandom(32).hex(),
    ALLOWED_HOSTS=["127.0.0.1", "localhost", "testserver"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[__name__ + ".cielo_errors"],
)
django.setup()


@functools.lru_cache
def client() -> cielo.Client:
    return cielo.Client()


class cielo_errors:  # noqa: N801: middleware is named as a function is
    """Turns what the client raises in any view into an answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> JsonResponse | None:
        if not isinstance(error, cielo.CieloError):
            return None
        status, body = told(error)
        return JsonResponse(body, status=status)


@csrf_exempt  # an API of JSON; a page's form keeps its token
@require_POST
@sensitive_post_parameters()  # no card in the report of an error
@sensitive_variables("fields")
def create(request: HttpRequest) -> JsonResponse:
    fields = json.loads(request.body)
    return JsonResponse(shown(client().sales.create(fields)))


urlpatterns = [path("sales", create)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
