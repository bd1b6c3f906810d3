"""The busted helper on each Lua: it starts a local Cielo, or takes one by its address."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(version: str, **environment: str) -> str:
    interpreter = "luajit" if version == "jit" else f"lua{version}"
    path = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        [ROOT / "tools" / "lua.sh", version, f"--lua=/usr/bin/{interpreter}", "-o",
         "plainTerminal", ROOT / "examples" / "recipes" / "shop_spec.lua"],
        env={**os.environ, "LUA_RUNNER": "busted", "PATH": path, **environment},
        capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("version", ["5.4", "jit"])
def test_starts_one(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CIELO_BASE_URL", raising=False)
    assert "3 successes / 0 failures / 0 errors" in run(version)


@pytest.mark.parametrize("version", ["5.3", "5.1"])
def test_takes_one(version: str, cielo_sandbox: Any) -> None:
    said = run(version, CIELO_BASE_URL=cielo_sandbox.base_url)
    assert "3 successes / 0 failures / 0 errors" in said, said
    assert [one["MerchantOrderId"] for one in cielo_sandbox.sales()] == ["spec2"]
