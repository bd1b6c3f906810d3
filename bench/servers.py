"""What the contestants talk to: nginx, nginx over TLS 1.3, and one that is slow."""

from __future__ import annotations

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

HERE = pathlib.Path(__file__).resolve().parent

CONFIGURATION = """
daemon off;
master_process off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    keepalive_requests 100000000;
    keepalive_timeout 300s;
    server {{
        listen 127.0.0.1:{port};
        listen 127.0.0.1:{secure} ssl;
        ssl_certificate {folder}/bench.pem;
        ssl_certificate_key {folder}/bench.key;
        ssl_protocols TLSv1.3;
        default_type application/json;
        location / {{ return 201 '{answer}'; }}
    }}
}}
"""


def pin(core: int) -> None:
    """Keeps this process on one core: servers on the last, clients on the first,
    so that neither's moving about is counted as work."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core]})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certify(folder: str) -> str:
    """A throw-away certificate for 127.0.0.1 that vouches for itself."""
    path = f"{folder}/bench.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=bench.test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
         f"{folder}/bench.key", "-out", path], check=True, stderr=subprocess.DEVNULL)
    return path


@contextlib.contextmanager
def quick(folder: str) -> Iterator[tuple[str, str, str]]:
    """nginx that answers a fixed sale: its address, the one over TLS, whom to trust."""
    port, secure = free_port(), free_port()
    trusted = certify(folder)
    answer = (HERE / "answer.json").read_text(encoding="utf-8").strip()
    path = pathlib.Path(folder) / "nginx.conf"
    path.write_text(CONFIGURATION.format(folder=folder, port=port, secure=secure, answer=answer),
                    encoding="utf-8")
    program = subprocess.Popen(["nginx", "-e", "stderr", "-p", folder, "-c", str(path)],
                               preexec_fn=lambda: pin(-1))
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", f"https://127.0.0.1:{secure}", trusted
    finally:
        program.terminate()
        program.wait()


@contextlib.contextmanager
def slow(seconds: float = 1.0) -> Iterator[str]:
    """One that answers after so long, however many ask."""
    with subprocess.Popen([sys.executable, str(HERE / "slow.py"), str(seconds)],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          preexec_fn=lambda: pin(-1)) as program:
        assert program.stdout is not None
        yield program.stdout.readline().strip()
        program.terminate()  # its connections may be many
