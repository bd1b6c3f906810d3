"""nginx, HAProxy and Apache of the system as child processes: as origins that
answer sales by themselves, or as proxies before a local Cielo.

Each listens on a free loopback port, keeps its files in a folder of its own and
writes a line per request: method, path, status, the port the client came from,
and whether its TLS session was resumed.
"""

from __future__ import annotations

import abc
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

import pytest

PATIENCE = 60.0
SBIN = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))

#: What an origin says to a sale: ORDER is replaced, and orders are twelve digits.
SALE = ('{"MerchantOrderId":"ORDER","Payment":{"PaymentId":"00000000-0000-4000-8000-ORDER",'
        '"Type":"CreditCard","Amount":15700,"Installments":1,"Status":1,"ReturnCode":"4",'
        '"Tid":"1006993069000509C0FA"}}')


class Line(NamedTuple):
    """One request as the server saw it."""

    method: str
    path: str
    status: int
    client: str  # the port that the client came from: its connection
    resumed: bool


class Habits(NamedTuple):
    """What the servers are asked to do; None leaves it at their own default."""

    upstream: int | None = None  # port of the Cielo behind; None: an origin
    certificate: str | None = None  # PEM with the key in it: TLS 1.3 alone
    requests: int | None = None  # so many on a connection
    idle_ms: int | None = None  # a connection waits so long for the next
    close: bool = False  # no connection is kept
    body_limit: int | None = None  # 413 past it
    answer_ms: int = 30000  # the Cielo behind must answer in this time
    chunked: bool = False  # of an origin: no Content-Length
    hints: bool = False  # 103 before each answer
    connect: bool = False  # takes CONNECT to any port


def find(program: str) -> str | None:
    return shutil.which(program, path=SBIN)


_reserved: list[socket.socket] = []


def free_port() -> int:
    """One that nobody is given again while this process lives."""
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    probe.bind(("127.0.0.1", 0))
    _reserved.append(probe)
    return int(probe.getsockname()[1])


def closed_by(port: int) -> float:
    """Waits until a server has closed every connection of this machine to it; gives
    how long (s) one that watches them needs to see it."""
    def none_is_open() -> bool:
        with open("/proc/net/tcp", encoding="ascii") as file:
            rows = [line.split() for line in file.readlines()[1:]]
        return not any(row[2].endswith(":%04X" % port) and row[3] == "01" for row in rows)

    wait_for("the server to close", none_is_open)
    return 0.02


def wait_for(what: str, condition: Callable[[], Any]) -> None:
    limit = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError(what)
        time.sleep(0.02)


class Server(abc.ABC):
    """A program with one configuration; `reload` begins anew without a pause."""

    name = ""
    program = ""
    hup = signal.SIGHUP
    quit = signal.SIGTERM

    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self.folder = tempfile.mkdtemp(prefix=f"cielo-{self.name}-")
        os.chmod(self.folder, 0o755)  # workers of another user read scripts there
        self.port = free_port()
        self.log = os.path.join(self.folder, "access.log")
        self.path = os.path.join(self.folder, "server.conf")
        self.write(self.path, self.configuration())
        with open(self.log, "ab") as log, \
                open(os.path.join(self.folder, "errors"), "ab") as errors:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=errors,
                start_new_session=True)
        try:
            wait_for(f"{self.name} to listen", self._listens)
        except TimeoutError as error:
            self.stop()
            raise RuntimeError(f"{error}: {self.errors()}") from None

    @property
    def base_url(self) -> str:
        return "%s://127.0.0.1:%d" % ("https" if self.habits.certificate else "http", self.port)

    @abc.abstractmethod
    def configuration(self) -> str:
        """The text of its configuration file."""

    @abc.abstractmethod
    def command(self) -> list[str]:
        """What starts it in the foreground."""

    def write(self, path: str, text: str) -> str:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def _listens(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended: {self.errors()}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def errors(self) -> str:
        with open(os.path.join(self.folder, "errors"), encoding="utf-8",
                  errors="replace") as file:
            return file.read()

    def lines(self) -> list[Line]:
        """Of requests; what else there is has fewer words."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            rows = [line.split() for line in file]
        return [Line(row[0], row[1], int(row[2]), row[3], row[4] in ("r", "1", "Resumed"))
                for row in rows if len(row) == 5 and row[2].isdigit()]

    def writes(self) -> list[Line]:
        return [line for line in self.lines() if line.method in ("POST", "PUT")]

    def reload(self) -> None:
        os.kill(self.process.pid, self.hup)

    def stop(self) -> None:
        self.process.send_signal(self.quit)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Nginx(Server):
    name = program = "nginx"

    def command(self) -> list[str]:
        return [str(find("nginx")), "-e", "stderr", "-p", self.folder, "-c", self.path]

    def configuration(self) -> str:
        habits = self.habits
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in (
            "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return f"""
daemon off;
{"user root;" if os.geteuid() == 0 else ""}
worker_processes 1;
pid {self.folder}/pid;
{self._modules()}
events {{ worker_connections 1024; }}
http {{
  log_format line '$request_method $uri $status $remote_port $ssl_session_reused-';
  log_format tls '$request_method $uri $status $remote_port $ssl_session_reused';
  access_log {self.log} {"tls" if habits.certificate else "line"};
  {temporary}
  {self._timing()}
  server {{
    listen 127.0.0.1:{self.port}{" ssl" if habits.certificate else ""};
    {self._tls()}
    location / {{ {self._answer()} }}
  }}
}}
"""

    def _modules(self) -> str:
        if self.habits.upstream:
            return ""
        folder = next((path for path in ("/usr/lib/nginx/modules", "/usr/share/nginx/modules")
                       if os.path.exists(f"{path}/ngx_http_lua_module.so")), None)
        return (f"load_module {folder}/ndk_http_module.so;\n"
                f"load_module {folder}/ngx_http_lua_module.so;")

    def _timing(self) -> str:
        habits = self.habits
        said = [f"keepalive_requests {habits.requests or 1000};"]
        if habits.close:
            said.append("keepalive_timeout 0;")
        elif habits.idle_ms:
            said.append(f"keepalive_timeout {habits.idle_ms}ms;")
        if habits.body_limit is not None:
            said.append(f"client_max_body_size {habits.body_limit};")
        return " ".join(said)

    def _tls(self) -> str:
        path = self.habits.certificate
        return (f"ssl_certificate {path}; ssl_certificate_key {path}; ssl_protocols TLSv1.3;"
                if path else "")

    def _answer(self) -> str:
        habits = self.habits
        if habits.upstream:
            return f"""proxy_pass http://127.0.0.1:{habits.upstream};
              proxy_http_version 1.1; proxy_set_header Connection "";
              proxy_read_timeout {habits.answer_ms}ms;"""
        length = "" if habits.chunked else "ngx.header.content_length = #text"
        return f"""content_by_lua_block {{
            ngx.req.read_body()
            local order = (ngx.req.get_body_data() or ""):match '"MerchantOrderId":"(%d+)"'
            local text = ([[{SALE}]]):gsub("ORDER", order)
            ngx.status = 201
            ngx.header.content_type = "application/json"
            {length}
            ngx.print(text:sub(1, 20))
            ngx.flush(true)
            ngx.print(text:sub(21)) }}"""


class HAProxy(Server):
    name = program = "haproxy"
    hup = signal.SIGUSR2  # of its master
    quit = signal.SIGTERM

    def command(self) -> list[str]:
        return [str(find("haproxy")), "-W", "-f", self.path]

    def configuration(self) -> str:
        habits = self.habits
        tls = (f" ssl crt {habits.certificate} ssl-min-ver TLSv1.3" if habits.certificate else "")
        idle = habits.idle_ms or 30000
        return f"""
global
  log stdout format raw local0
  nbthread 1  # where two threads log at once, one gives its line up
  hard-stop-after 10s
defaults
  mode http
  log global
  log-format "%HM %HP %ST %cp %[ssl_fc_is_resumed]"
  option {"httpclose" if habits.close else "http-keep-alive"}
  timeout connect 5s
  timeout client 30s
  timeout http-keep-alive {idle}ms
  timeout server {habits.answer_ms}ms
frontend front
  bind 127.0.0.1:{self.port}{tls}
{self._rules()}
{self._backend()}
"""

    def _rules(self) -> str:
        habits, rules = self.habits, []
        if habits.requests:  # it has no such limit: as often by chance
            rules.append("http-after-response set-header Connection close if { rand(%d) eq 0 }"
                         % habits.requests)
        if habits.body_limit is not None:
            rules.append("http-request deny deny_status 413 if "
                         "{ req.hdr(content-length) -m int gt %d }" % habits.body_limit)
        if habits.hints:
            rules.append('http-request early-hint Link "</sale.css>; rel=preload; as=style"')
        if not habits.upstream:
            text = self.write(os.path.join(self.folder, "sale.json"), SALE.replace(
                "ORDER", "%[req.body,json_query('$.MerchantOrderId')]"))
            rules = ["option http-buffer-request", *rules,
                     "http-request return status 201 content-type application/json "
                     f"lf-file {text}"]
        else:
            rules.append("default_backend cielo")
        return "\n".join("  " + rule for rule in rules)

    def _backend(self) -> str:
        if not self.habits.upstream:
            return ""
        return f"backend cielo\n  server one 127.0.0.1:{self.habits.upstream}"


class Apache(Server):
    name = "apache"
    program = "apache2"
    hup = signal.SIGUSR1  # "graceful"

    MODULES = ("mpm_event", "authz_core", "ssl", "socache_shmcb", "proxy", "proxy_http",
               "proxy_connect", "alias", "lua")
    FOLDER = "/usr/lib/apache2/modules"

    def command(self) -> list[str]:
        return [str(find("apache2")), "-d", self.folder, "-f", self.path, "-DFOREGROUND"]

    def configuration(self) -> str:
        habits = self.habits
        loaded = "\n".join(f"LoadModule {name}_module {self.FOLDER}/mod_{name}.so"
                           for name in self.MODULES)
        resumed = "%{SSL_SESSION_RESUMED}x" if habits.certificate else "-"
        return f"""
{loaded}
ServerName 127.0.0.1
Listen 127.0.0.1:{self.port}
PidFile {self.folder}/pid
DefaultRuntimeDir {self.folder}
Mutex file:{self.folder}
{"User nobody" if os.geteuid() == 0 else ""}
{"Group nogroup" if os.geteuid() == 0 else ""}
ErrorLog {self.folder}/errors
LogFormat "%m %U %>s %{{remote}}p {resumed}" line
CustomLog {self.log} line
StartServers 1
ThreadsPerChild 32
MaxRequestWorkers 64
KeepAlive {"Off" if habits.close else "On"}
MaxKeepAliveRequests {habits.requests or 1000}
KeepAliveTimeout {habits.idle_ms or 30000}ms
{self._limit()}
{self._tls()}
{self._answer()}
"""

    def _tls(self) -> str:
        path = self.habits.certificate
        return (f"SSLEngine on\nSSLCertificateFile {path}\nSSLProtocol TLSv1.3\n"
                f"SSLSessionCache shmcb:{self.folder}/sessions(512000)" if path else "")

    def _limit(self) -> str:
        """LimitRequestBody does not hold for what is passed on."""
        limit = self.habits.body_limit
        return ("" if limit is None else
                f'<If "%{{HTTP:Content-Length}} -gt {limit}">\nRedirect 413 /\n</If>')

    def _answer(self) -> str:
        habits = self.habits
        if habits.connect:
            return "ProxyRequests On\nAllowCONNECT 1-65535\nKeepAlive On"
        if habits.upstream:
            # A kept connection that the Cielo closed would be tried anew, and with it
            # the write: the proxy's own habit, and not what is looked at.
            return (f"ProxyPass / http://127.0.0.1:{habits.upstream}/ disablereuse=on\n"
                    f"ProxyTimeout {max(habits.answer_ms // 1000, 1)}")
        length = "" if habits.chunked else 'r.headers_out["Content-Length"] = tostring(#text)'
        script = self.write(os.path.join(self.folder, "sale.lua"), f"""
function handle(r)
  local order = r:requestbody():match('"MerchantOrderId":"(%d+)"')
  local text = ([[{SALE}]]):gsub("ORDER", order)
  r.status = 201
  r.content_type = "application/json"
  {length}
  r:write(text:sub(1, 20))
  r:flush()
  r:write(text:sub(21))
  return apache2.OK
end
""")
        return f"LuaMapHandler ^/ {script} handle"


KINDS: dict[str, type[Server]] = {"nginx": Nginx, "haproxy": HAProxy, "apache": Apache}


def need(kind: str) -> str:
    """The kind; a test that wants one that is not installed is skipped."""
    program = KINDS[kind].program
    if not find(program):
        pytest.skip(f"{program} is not installed")
    return kind


@contextlib.contextmanager
def running(kind: str, **habits: Any) -> Iterator[Server]:
    server = KINDS[kind](Habits(**habits))
    try:
        yield server
    finally:
        server.stop()


def certificate(folder: str) -> tuple[str, str]:
    """A certificate for 127.0.0.1 that vouches for itself: with its key, and alone."""
    both, alone, key = (os.path.join(folder, name) for name in ("both.pem", "ca.pem", "key.pem"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=real.test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
         alone], check=True, capture_output=True)
    with open(both, "w", encoding="ascii") as file:
        for path in (alone, key):
            with open(path, encoding="ascii") as part:
                file.write(part.read())
    return both, alone
