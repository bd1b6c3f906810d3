"""nginx and a local Cielo as child processes, for the suites beside this file."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.join(ROOT, "tests", "openresty")
ROCKS = os.path.join(ROOT, ".rocks", "5.1")
PATIENCE = 60.0

#: Secrets that no log and no answer may hold.
CARD = "4091688625337641"
CODE = "973"
KEY = "CANARYKEYABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
SECRET = "CANARYSECRETabcdefghijklmnopqrst"
MPI_SECRET = "CANARYMPISECRETabcdefghijklmnopq"
POST_SECRET = "CANARYPOSTSECRETabcdefghijklmnop"
CREDENTIALS = {
    "merchant_id": "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d",
    "merchant_key": KEY,
    "client_id": "2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11",
    "client_secret": SECRET,
    "checkout_merchant_id": "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d",
    "mpi_client_id": "2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11",
    "mpi_client_secret": MPI_SECRET,
    "post_client_id": "2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11",
    "post_client_secret": POST_SECRET,
}


def leaks(text: str) -> list[str]:
    """The secrets that `text` shows, each as a log would: the three digits of
    the code alone stand by chance in any of nginx's timers and addresses."""
    shown = (CARD, KEY, SECRET, MPI_SECRET, POST_SECRET,
             f'"SecurityCode":"{CODE}', f"security_code={CODE}")
    return [secret for secret in shown if secret in text]


def module_folder() -> str:
    for folder in ("/usr/lib/nginx/modules", "/usr/share/nginx/modules"):
        if os.path.exists(os.path.join(folder, "ngx_http_lua_module.so")):
            return folder
    raise RuntimeError("nginx's Lua module is missing (libnginx-mod-http-lua)")


def wait_for(what: str, condition: Any, patience: float = PATIENCE) -> None:
    limit = time.monotonic() + patience
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError(what)
        time.sleep(0.02)


_reserved: list[socket.socket] = []


def free_port() -> int:
    """One that nobody is given again while this process lives: it stays bound, and
    shared with whoever asks for it by number and SO_REUSEADDR, as nginx does."""
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(("127.0.0.1", 0))
    _reserved.append(probe)
    return int(probe.getsockname()[1])


def fetch(port: int, path: str, body: Any = None, method: str | None = None,
          timeout: float = 60) -> tuple[int, str]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method or ("GET" if data is None else "POST"), path, data)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


class Cielo:
    """``python -m cielo.sandbox`` on a free port."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cielo.sandbox", "--port", "0", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.base_url = line[line.index("http://"):].split()[0]
        self.port = int(self.base_url.rsplit(":", 1)[1])

    def get(self, name: str) -> Any:
        return json.loads(fetch(self.port, "/_sandbox/" + name)[1])

    def post(self, name: str, body: Any) -> Any:
        status, text = fetch(self.port, "/_sandbox/" + name, body)
        assert status == 200, text
        return json.loads(text)

    def faults(self, *faults: dict[str, Any]) -> None:
        self.post("faults", list(faults))

    def reset(self) -> None:
        self.faults()
        self.post("reset", {})

    def connections(self) -> int:
        """Established connections to it, counted by the kernel."""
        wanted, count = f":{self.port:04X}", 0
        with open("/proc/net/tcp", encoding="ascii") as table:
            for row in table:
                words = row.split()
                count += words[1].endswith(wanted) and words[3] == "01"
        return count

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()


LOCATIONS = """
location = /call { content_by_lua_block { require("service").call() } }
location = /sale { content_by_lua_block { require("service").sale() } }
location = /blocking { content_by_lua_block { require("service").blocking() } }
location = /go { content_by_lua_block {
  ngx.shared.cielo:set("go " .. ngx.var.arg_order, true) } }
location = /static { return 200 "here\\n"; }
"""

CONFIGURATION = """
load_module {modules}/ndk_http_module.so;
load_module {modules}/ngx_http_lua_module.so;
{user}
worker_processes {workers};
worker_shutdown_timeout {shutdown};
daemon on;
pid {prefix}/nginx.pid;
error_log {prefix}/error.log {level};
{main}
{environment}
events {{ worker_connections {connections}; }}
http {{
  log_format outcome '$time_local "$request_uri" $status $request_time "$outcome"';
  access_log {prefix}/access.log outcome;
  client_body_temp_path {prefix}/body;
  proxy_temp_path {prefix}/proxy;
  fastcgi_temp_path {prefix}/fastcgi;
  uwsgi_temp_path {prefix}/uwsgi;
  scgi_temp_path {prefix}/scgi;
  client_body_buffer_size 1m;
  lua_package_path "{here}/?.lua;{prefix}/?.lua;{rocks}/share/lua/5.1/?.lua;\
{rocks}/share/lua/5.1/?/init.lua;;";
  lua_package_cpath "{rocks}/lib/lua/5.1/?.so;;";
  lua_shared_dict cielo 1m;
  {http}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    set $outcome "";
    {server}
    log_by_lua_block {{ ngx.var.outcome = ngx.ctx.outcome or "" }}
    {locations}
  }}
}}
"""


class Nginx:
    """nginx with the rock of this tree, its files in a folder of its own."""

    def __init__(self, cielo_url: str, workers: int = 1, http: str = "", server: str = "",
                 locations: str = "", level: str = "debug", shutdown: str = "30s",
                 environment: dict[str, str] | None = None, connections: int = 4096,
                 main: str = "", user: str = "root") -> None:
        self.prefix = tempfile.mkdtemp(prefix="cielo-nginx-")
        os.chmod(self.prefix, 0o755)
        self.port = free_port()
        self.masters: list[int] = []
        variables = {"CIELO_" + name.upper(): value for name, value in CREDENTIALS.items()}
        variables.update({"CIELO_BASE_URL": cielo_url}, **(environment or {}))
        self.path = os.path.join(self.prefix, "nginx.conf")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(
                modules=module_folder(), workers=workers, prefix=self.prefix, level=level,
                shutdown=shutdown, connections=connections,
                user=f"user {user};" if os.geteuid() == 0 else "", here=HERE, rocks=ROCKS,
                main=main,
                environment="".join(f"env {name};\n" for name in variables),
                http=http, server=server, locations=LOCATIONS + locations, port=self.port))
        # A daemon, because a master in the foreground refuses to be upgraded.
        started = subprocess.run(
            ["/usr/sbin/nginx", "-p", self.prefix, "-c", self.path],
            env={**os.environ, **variables}, capture_output=True, text=True, check=False)
        if started.returncode != 0:
            raise RuntimeError(started.stderr + self.errors())
        try:
            wait_for("nginx to listen", self._listens)
            wait_for("its workers", self.workers)
        except TimeoutError:
            self.stop()
            raise

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return bool(self.read("nginx.pid")) and probe.connect_ex(
                ("127.0.0.1", self.port)) == 0

    def read(self, name: str) -> str:
        # An upgrade renames and removes its files at any moment.
        try:
            with open(os.path.join(self.prefix, name), encoding="utf-8",
                      errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def errors(self) -> str:
        return self.read("error.log")

    def get(self, path: str, timeout: float = 60) -> str:
        status, text = fetch(self.port, path, timeout=timeout)
        assert status == 200, f"{status} {text}"
        return text.rstrip("\n")

    def call(self, operation: str, params: dict[str, Any] | None = None,
             **options: Any) -> dict[str, Any]:
        status, text = fetch(self.port, "/call", {
            "operation": operation, "params": params or {}, "options": options})
        assert status == 200, text
        answer: dict[str, Any] = json.loads(text)
        return answer

    def workers(self) -> list[int]:
        """Those that take requests; the ones that a reload retires do not."""
        found = []
        for pid in children(self.master()):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
                if file.read().rstrip(b"\0 ") == b"nginx: worker process":
                    found.append(pid)
        return found

    def master(self) -> int:
        """Of an upgrade the newest.

        Its file is away while nginx renames it; the last one read then holds.
        """
        pid = self.read("nginx.pid").strip()
        if pid and int(pid) not in self.masters:
            self.masters.append(int(pid))
        if not self.masters:
            raise RuntimeError("nginx is not running")
        return self.masters[-1]

    def reload(self) -> None:
        before = set(self.workers())
        os.kill(self.master(), signal.SIGHUP)
        wait_for("new workers", lambda: self.workers() and not before & set(self.workers()))

    def upgrade(self) -> None:
        """The binary again beside the old one, which then leaves."""
        old = self.master()
        os.kill(old, signal.SIGUSR2)
        wait_for("a new master", lambda: self.master() != old)
        wait_for("its workers", self.workers)
        os.kill(old, signal.SIGQUIT)
        wait_for("the old master to leave", lambda: not alive(old))
        self.masters.remove(old)

    def stop(self) -> None:
        with contextlib.suppress(RuntimeError):
            self.master()
        for end in (signal.SIGQUIT, signal.SIGTERM, signal.SIGKILL):
            for pid in filter(alive, self.masters):
                os.kill(pid, end)
            with contextlib.suppress(TimeoutError):
                wait_for("nginx to leave", lambda: not any(map(alive, self.masters)))
                break
        shutil.rmtree(self.prefix, ignore_errors=True)


def alive(pid: int) -> bool:
    """Not gone, and not an orphan that nobody reaps: that one has no words."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return bool(file.read())
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def resident(pid: int) -> int:
    """KB of memory of a process."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


@contextlib.contextmanager
def running(cielo: Cielo, **arguments: Any) -> Iterator[Nginx]:
    nginx = Nginx(cielo.base_url, **arguments)
    try:
        yield nginx
    finally:
        nginx.stop()


def sale_fields(order: str, amount: int = 15700, **card: Any) -> dict[str, Any]:
    return {
        "MerchantOrderId": order,
        "Customer": {"Name": "Comprador"},
        "Payment": {
            "Type": "CreditCard", "Amount": amount, "Installments": 1,
            "CreditCard": {"CardNumber": CARD, "Holder": "Teste Holder",
                           "ExpirationDate": "12/2030", "SecurityCode": CODE,
                           "Brand": "Visa", **card},
        },
    }


def certificate(folder: Any, name: str) -> str:
    """Its own authority, for 127.0.0.1; the key stands beside it."""
    path = f"{folder}/{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         f"/CN={name}.test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
         f"{folder}/{name}.key", "-out", path], check=True, capture_output=True)
    return path


def path_of(base: str, **arguments: Any) -> str:
    return base + "?" + urllib.parse.urlencode(arguments)


def stop_midway(nginx: Nginx, path: str, order: str, begun: Callable[[], bool],
                **arguments: Any) -> str:
    """The answer of a request that calls await_go() of service.lua, and goes on once its
    write has begun."""
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(fetch, nginx.port, path_of(path, order=order, **arguments))
        wait_for("the write", begun)
        fetch(nginx.port, path_of("/go", order=order))
        return asked.result()[1]
