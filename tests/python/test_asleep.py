"""A machine that slept while calls of an event loop were under way."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

import pytest
from quick_server import QuickServer

SOURCE = pathlib.Path(__file__).parents[1] / "support" / "asleep.c"

SLEEPS = """
import asyncio, ctypes, sys, time
import cielo
ID = "24bc8366-fc31-4d6c-8555-17049a836a00"

async def late(client, timeout):
    begun = time.monotonic()
    try:
        await client.sales.get(ID, timeout=timeout)
    except cielo.RequestTimeoutError:
        return time.monotonic() - begun

async def main():
    options = {"merchant_id": "a", "merchant_key": "b", "base_url": sys.argv[1]}
    async with cielo.AsyncClient(**options, max_retries=0) as client:
        before = asyncio.ensure_future(late(client, 15))
        await asyncio.sleep(0.5)  # its connection is made, and its timer is the time-out's
        ctypes.c_int64.in_dll(ctypes.CDLL(sys.argv[2]), "asleep").value = 3600
        print(await late(client, 0.3), await before)

asyncio.run(main())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux") or not shutil.which("cc"),
                    reason="needs a compiler, and a clock that goes on while a machine sleeps")
def test_no_timer_of_before_makes_a_call_late(tmp_path: pathlib.Path) -> None:
    library = str(tmp_path / "asleep.so")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, str(SOURCE)], check=True)
    with QuickServer() as server:
        server.wait(60)
        told = subprocess.run(
            [sys.executable, "-c", SLEEPS, server.base_url, library], check=True, timeout=50,
            stdout=subprocess.PIPE, text=True,
            env={**os.environ, "LD_PRELOAD": library})
        server.wait(0)
    after, before = map(float, told.stdout.split())
    assert 0.2 < after < 10 and before < 10
