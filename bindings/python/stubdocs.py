"""Gives a stub the docstrings of what it describes, so that editors show what help() does."""

from __future__ import annotations

import ast
import inspect
from typing import Any


def doc_of(owner: Any, name: str) -> str:
    """The name's own docstring: not that of the class of its value, nor one inherited."""
    value = inspect.getattr_static(owner, name, None)
    if isinstance(value, (str, int, tuple, type(None))):
        return ""
    return inspect.cleandoc(getattr(value, "__doc__", None) or "")


def quoted(text: str, indent: str) -> list[str]:
    """As the lines of a string literal that holds just the text."""
    safe = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if safe.endswith('"'):
        safe += " "
    lines = f'"""{safe}"""'.split("\n")
    return [indent + line if line else "" for line in lines]


def is_empty(node: ast.FunctionDef | ast.ClassDef) -> bool:
    only = node.body[0]
    return isinstance(only, ast.Expr) and isinstance(only.value, ast.Constant) \
        and only.value.value is ...


def edit(lines: list[str], node: ast.stmt, text: str) -> None:
    """Puts the docstring into the lines; of a variable it stands below."""
    indent = " " * node.col_offset
    if isinstance(node, ast.AnnAssign):
        at = node.end_lineno or node.lineno
        lines[at:at] = quoted(text, indent)
        return
    assert isinstance(node, (ast.FunctionDef, ast.ClassDef))
    first = node.body[0]
    inner = quoted(text, indent + "    ")
    if is_empty(node):
        line = lines[first.lineno - 1]
        head = line[:first.col_offset].rstrip()
        lines[first.lineno - 1:first.lineno] = ([head] if head else []) + inner
        return
    top = min([first.lineno] + [item.lineno for item in getattr(first, "decorator_list", [])])
    lines[top - 1:top - 1] = inner


def members(body: list[ast.stmt], owner: Any) -> list[tuple[ast.stmt, str]]:
    found: list[tuple[ast.stmt, str]] = []
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            name = node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        else:
            continue
        if name.startswith("_"):
            continue
        text = doc_of(owner, name)
        if text:
            found.append((node, text))
        if isinstance(node, ast.ClassDef):
            found += members(node.body, getattr(owner, name))
    return found


def documented(stub: str, module: Any) -> str:
    lines = stub.split("\n")
    # From the last to the first, so that the numbers of lines hold.
    found = sorted(members(ast.parse(stub).body, module), key=lambda one: -one[0].lineno)
    for node, text in found:
        edit(lines, node, text)
    return "\n".join(lines)
