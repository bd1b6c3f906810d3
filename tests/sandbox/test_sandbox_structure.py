"""The modules of the local Cielo form floors: none imports in a circle."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def imports(package: Any) -> dict[str, set[str]]:
    """The modules of the package that each of them names, if only for a type."""
    folder = Path(package.__file__).parent
    return {path.stem: imported(path) for path in folder.glob("*.py") if path.stem != "__init__"}


def imported(path: Path) -> set[str]:
    return {
        node.module or ""
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module
    }


def test_no_circle(imports: dict[str, set[str]]) -> None:
    left = dict(imports)
    while left:
        lowest = [name for name, used in left.items() if not used & left.keys()]
        assert lowest, f"a circle of imports among {sorted(left)}"
        for name in lowest:
            del left[name]


def test_only_what_runs_the_application_knows_it(imports: dict[str, set[str]]) -> None:
    assert [name for name, used in imports.items() if "app" in used] == ["runner"]
