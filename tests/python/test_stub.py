"""The stub says what the module has, and the types hold under mypy."""

from __future__ import annotations

import ast
import glob
import inspect
import os
import subprocess
import sys

import pytest

import cielo
from cielo import _core

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACKAGE = os.path.dirname(cielo.__file__)
SOURCES = os.path.join(ROOT, "bindings", "python", "cielo")
STUB = os.path.join(PACKAGE, "_core.pyi")


def tree() -> ast.Module:
    with open(STUB, encoding="utf-8") as file:
        return ast.parse(file.read())


def names_of(body: list[ast.stmt]) -> set[str]:
    names: set[str] = set()
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def test_generation_is_fresh() -> None:
    script = os.path.join(ROOT, "bindings", "python", "stubgen.py")
    process = subprocess.run([sys.executable, script, "--check"], cwd=ROOT)
    assert process.returncode == 0, "run bindings/python/stubgen.py"


def test_module_names() -> None:
    stub = {name for name in names_of(tree().body) if not name.startswith("_")}
    assert stub == set(_core.__all__)
    assert set(_core.__all__) < set(cielo.__all__)
    for name in cielo.__all__:
        assert hasattr(cielo, name)


@pytest.mark.parametrize(
    "node", [node for node in tree().body if isinstance(node, ast.ClassDef)],
    ids=lambda node: str(node.name),
)
def test_class(node: ast.ClassDef) -> None:
    kind = getattr(_core, node.name)
    if issubclass(kind, (cielo.Result, cielo.CieloError)) and kind is not cielo.Result:
        return  # their members are the field map's, or instance attributes
    stub = {name for name in names_of(node.body) if not name.startswith("__")}
    facts = {"http_status", "request_id", "warnings"} if kind is cielo.Result else set()
    own = {name for name in vars(kind) if not name.startswith("__")}
    if issubclass(kind, tuple):
        own -= {"n_fields", "n_sequence_fields", "n_unnamed_fields"}
    assert stub - facts == own


@pytest.mark.parametrize(
    "node",
    [
        (cls.name, function) for cls in tree().body if isinstance(cls, ast.ClassDef)
        for function in cls.body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("__")
        and not function.decorator_list
    ],
    ids=lambda pair: "%s.%s" % (pair[0], pair[1].name),
)
def test_signature(node: tuple[str, ast.FunctionDef]) -> None:
    method = getattr(getattr(_core, node[0]), node[1].name)
    arguments = node[1].args
    stub = [item.arg for item in arguments.args + arguments.kwonlyargs]
    assert list(inspect.signature(method).parameters) == stub


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One for all files: what they import is read once."""
    return str(tmp_path_factory.mktemp("mypy"))


@pytest.mark.parametrize("path", sorted(
    [os.path.join(SOURCES, "__init__.py"), os.path.join(SOURCES, "aio.py"),
     os.path.join(SOURCES, "many.py"), os.path.join(SOURCES, "aio_many.py"),
     os.path.join(SOURCES, "bar.py"), os.path.join(SOURCES, "members.py"),
     os.path.join(SOURCES, "journal.py"), os.path.join(SOURCES, "aio_journal.py"),
     os.path.join(ROOT, "bindings", "python", "stubgen.py"),
     os.path.join(ROOT, "tests", "support", "script_server.py")]
    + glob.glob(os.path.join(ROOT, "tests", "python", "typing_*.py"))
), ids=os.path.basename)
def test_types(path: str, cache: str) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary",
         "--cache-dir", cache, path],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )
    assert process.returncode == 0, process.stdout
