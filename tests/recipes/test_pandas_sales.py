"""pandas: sales counted by their status."""

from __future__ import annotations

from typing import Any

import pytest


def test_counts_by_status(recipe: Any, capsys: pytest.CaptureFixture[str]) -> None:
    recipe.main()
    rows = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert rows["authorized"] == ["6", "6027"]
    assert rows["denied"] == ["3", "3009"]
