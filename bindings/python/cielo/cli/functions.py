"""A function of a shop's own, by its name: MODULE:FUNCTION, as servers take applications."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from .misuse import Misuse

__all__ = ["function_named"]


def function_named(text: str, option: str) -> Callable[..., Any]:
    """Of a module that Python finds, or that is in the folder where the command is called."""
    module, _, name = text.partition(":")
    if not all(each.isidentifier() for each in (*module.split("."), name)):
        raise Misuse(f"{option}: {text!r} não é MÓDULO:FUNÇÃO, como loja.equipe:quem_e",
                     f"{option}: {text!r} is not MODULE:FUNCTION, such as shop.staff:who_is")
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ImportError as error:
        raise Misuse(f"{option}: não dá para carregar {module}: {error}",
                     f"{option}: {module} cannot be loaded: {error}") from error
    if not callable(found):
        raise Misuse(f"{option}: {module} não tem a função {name}",
                     f"{option}: {module} has no function {name}")
    function: Callable[..., Any] = found
    return function
