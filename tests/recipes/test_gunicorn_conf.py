"""gunicorn: workers that were forked after the application was loaded."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from typing import Any

from conftest import RECIPES, sale


def test_workers_sell_after_the_fork(cielo_sandbox: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # gunicorn takes a listening socket over, so that no port is guessed.
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "gunicorn_conf.py",
             "--bind", f"fd://{listener.fileno()}", "flask_app:app"],
            cwd=RECIPES, pass_fds=[listener.fileno()], stderr=subprocess.PIPE, text=True)
        try:
            for number in range(6):
                request = urllib.request.Request(
                    "http://127.0.0.1:%d/sales" % listener.getsockname()[1],
                    json.dumps(sale(f"fork{number}")).encode(),
                    {"Content-Type": "application/json"})
                with urllib.request.urlopen(request, timeout=60) as answer:
                    assert json.load(answer)["approved"]
        finally:
            server.terminate()
            _, log = server.communicate(timeout=60)
    assert server.returncode == 0, log
    assert len(cielo_sandbox.sales()) == 6
