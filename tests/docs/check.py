#!/usr/bin/env python3
"""Runs what the written pages show, and holds the generated ones to the core.

    .venv/bin/python tests/docs/check.py [page...]

Every fenced block is run as it stands against a local Cielo, one for all of
them, which has forgotten the block before: python with the package of .venv,
lua with each Lua, c compiled with the library, nginx inside a server of its
own. Blocks marked sh are commands that cannot all be run inside a test (they
install); each line must be one of the kinds known below and name what exists.
Links between pages must lead somewhere, and twins show the same code.
"""

from __future__ import annotations

import functools
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Callable, NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "openresty"))

from support import free_port  # noqa: E402

PYTHON = str(ROOT / ".venv" / "bin" / "python")
LUAS = ("5.4", "5.3", "5.1", "jit")
PAGES = ["README.md", "README.pt-BR.md", "CHANGELOG.md", "CONTRIBUTING.md",
         *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]
C_INDEX = "docs/reference/c-api.md"
MODULES = "/usr/lib/nginx/modules"


class Block(NamedTuple):
    page: str
    line: int
    kind: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line} ({self.kind})"


class Failure(Exception):
    pass


class Skip(Exception):
    pass


#: Comments, by the kind of a block; the space tells -- from an option's.
HASH, DASHES = r"(?:^|[ ]+)\# .*$", r"(?:^|[ ]+)-- .*$"
COMMENTS = {
    "python": HASH, "sh": HASH, "lua": DASHES, "nginx": f"{HASH}|{DASHES}",
    "c": r"/\*.*?\*/",
}


def bare(block: Block) -> tuple[str, str]:
    """Its kind, and its code with a mark in the place of each comment."""
    comment = COMMENTS.get(block.kind)
    text = re.sub(comment, "#", block.text, flags=re.M | (
        re.S if block.kind == "c" else 0)) if comment else block.text
    return block.kind, text


def blocks(page: str) -> Iterator[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page, line, match.group(1), match.group(2))


# ---- running ----

def forget() -> None:
    address = os.environ["CIELO_BASE_URL"] + "/_sandbox/reset"
    with urllib.request.urlopen(address, data=b"", timeout=30):
        pass


def run(command: list[str], *, sandbox: bool = True) -> str:
    if sandbox:
        forget()
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
    if done.returncode:
        raise Failure(f"exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def at_home(text: str, folder: str) -> str:
    """What pages keep where a shop keeps it stays in the block's own folder."""
    return text.replace("/var/lib/shop", folder)


def run_python(block: Block, folder: str) -> None:
    path = pathlib.Path(folder) / "block.py"
    path.write_text(at_home(block.text, folder), encoding="utf-8")
    run([PYTHON, "-W", "error", str(path)])


def run_lua(block: Block, folder: str) -> None:
    path = pathlib.Path(folder) / "block.lua"
    path.write_text(at_home(block.text, folder), encoding="utf-8")
    for version in LUAS:
        run(["tools/lua.sh", version, str(path)])


def run_c(block: Block, folder: str) -> None:
    source, program = os.path.join(folder, "block.c"), os.path.join(folder, "block")
    pathlib.Path(source).write_text(at_home(block.text, folder), encoding="utf-8")
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libcurl", "libcjson"], check=True,
                           text=True, stdout=subprocess.PIPE).stdout.split()
    run(["make", "--no-print-directory", "-s", "lib"], sandbox=False)
    run([os.environ.get("CC", "cc"), "-std=c99", "-Wall", "-Wextra", "-Werror", "-Icore/include",
         source, "build/libcielo.a", *flags, "-lpthread", "-o", program], sandbox=False)
    run([program])


NGINX = """
daemon off; master_process off; worker_processes 1;
load_module {modules}/ndk_http_module.so;
load_module {modules}/ngx_http_lua_module.so;
pid {folder}/nginx.pid;
error_log stderr warn;
{environment}
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    lua_package_path "{folder}/?.lua;{rocks}/share/lua/5.1/?.lua;\
{rocks}/share/lua/5.1/?/init.lua;;";
    lua_package_cpath "{rocks}/lib/lua/5.1/?.so;;";
    {http}
    server {{
        listen 127.0.0.1:{port};
        {server}
    }}
}}
"""


# What a configuration shown whole leaves to Debian's defaults.
WHOLE = """
daemon off; master_process off; worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
{environment}
{text}
"""
PLACES = """http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
"""


#: What is posted to a place that takes no GET.
POSTED = {"/notifications":
          b'{"PaymentId": "24bc8366-fc31-4d6c-8555-17049a836a07", "ChangeType": 1}'}


def write_modules(block: Block, folder: str) -> None:
    """Those that the page showed before, by the names in their first lines."""
    for other in blocks(block.page):
        name = re.match(r"-- (\w+\.lua)\n", other.text)
        if name and other.line < block.line:
            (pathlib.Path(folder) / name.group(1)).write_text(other.text, encoding="utf-8")


def run_nginx(block: Block, folder: str) -> None:
    if not (ROOT / ".rocks/5.1/share/lua/5.1/resty/cielo.lua").exists():
        raise Skip("the rock has no resty.cielo")
    if not os.path.exists(f"{MODULES}/ngx_http_lua_module.so"):
        raise Skip("nginx has no Lua module")
    port = free_port()
    names = [f"env CIELO_{name};" for name in (
        "BASE_URL", "MERCHANT_ID", "MERCHANT_KEY", "CLIENT_ID", "CLIENT_SECRET",
        "CHECKOUT_MERCHANT_ID")]
    path = pathlib.Path(folder) / "nginx.conf"
    if "\nhttp {\n" in block.text:
        text = whole_server(block.text, folder, port, "\n".join(names))
    else:
        at_http, at_server = split_directives(block.text)
        text = at_home(NGINX.format(
            modules=MODULES, folder=folder, rocks=ROOT / ".rocks/5.1", port=port,
            environment="\n".join(names), http=at_http, server=at_server), folder)
    path.write_text(text, encoding="utf-8")
    write_modules(block, folder)
    places = re.findall(r"^\s*location (?:= )?(\S+) {", block.text, re.M)
    run([PYTHON, __file__, "--nginx", folder, str(path), str(port), *places])


def whole_server(text: str, folder: str, port: int, environment: str) -> str:
    """A whole configuration, with what it needs installed inside the folder."""
    run(["make", "--no-print-directory", "-s", "install-openresty", f"PREFIX={folder}/local",
         "CFLAGS=-O2 -g -Werror"],
        sandbox=False)
    (pathlib.Path(folder) / "modules").symlink_to(MODULES)
    text = re.sub(r"^env .*\n", "", text, flags=re.M)
    text = re.sub(r"listen [\d.:]+;", f"listen 127.0.0.1:{port};", text)
    text = at_home(text.replace("/usr/local/", f"{folder}/local/"), folder)
    text = text.replace("http {\n", PLACES.format(folder=folder), 1)
    return WHOLE.format(folder=folder, environment=environment, text=text)


def split_directives(text: str) -> tuple[str, str]:
    """Directives of http {} stand alone on their line; the rest is a server's."""
    names = ("lua_shared_dict", "resolver", "resolver_timeout", "lua_ssl_trusted_certificate",
             "lua_ssl_verify_depth", "lua_ssl_protocols", "init_by_lua_block")
    lines = text.split("\n")
    http = [line for line in lines if line.split(" ")[0] in names]
    return "\n".join(http), "\n".join(line for line in lines if line not in http)


def inside_nginx(folder: str, path: str, port: str, places: list[str]) -> int:
    """Starts nginx, asks each place of the block once, and stops it."""
    server = subprocess.Popen(["/usr/sbin/nginx", "-e", "stderr", "-p", folder, "-c", path])
    try:
        for place in places:
            print(place, ask(f"http://127.0.0.1:{port}{place}", server, POSTED.get(place)))
    finally:
        server.terminate()
        server.wait()
    return 0


def ask(url: str, server: subprocess.Popen[bytes], posted: bytes | None = None) -> str:
    asked = urllib.request.Request(url, posted, {"Content-Type": "application/json"})
    limit = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < limit:
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as answer:
            raise Failure(f"{answer.code}: {answer.read().decode()}") from None
        except urllib.error.URLError:
            time.sleep(0.1)
    raise Failure(f"nobody answers {url}")


# ---- commands ----

def check_make(words: list[str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word in words[1:]:
        name = word.partition("=")[0]
        if not re.search(rf"^{re.escape(name)}( \?=|:)|{re.escape(name)}=", makefile, re.M):
            raise Failure(f"the Makefile has no {word}")


def check_apt(words: list[str]) -> None:
    known = (ROOT / "tools/deps.sh").read_text(encoding="utf-8")
    for package in words[words.index("install") + 1:]:
        if not re.search(rf"(?<![\w.-]){re.escape(package)}(?![\w.-])", known):
            raise Failure(f"tools/deps.sh does not install {package}")


def check_pip(words: list[str]) -> None:
    if words[1] != "install" or words[2] not in (".", ".[sandbox]"):
        raise Failure("what does it install?")


def check_files(words: list[str]) -> None:
    for word in words[1:]:
        if "/" in word and not word.startswith(("/", "-", "http", "CURL_INCDIR")) \
                and "$" not in word and not (ROOT / word).exists():
            raise Failure(f"{word} does not exist")


def check_sandbox(words: list[str]) -> None:
    help_text = run([PYTHON, "-m", "cielo.sandbox", "--help"], sandbox=False)
    options = re.findall(r"--[a-z-]+", help_text)
    for word in words[1:]:
        if word.startswith("--") and word not in options:
            raise Failure(f"the local Cielo has no {word}")


def check_program(words: list[str]) -> None:
    if words[0] == "python" and words[1:3] == ["-m", "cielo.sandbox"]:
        return check_sandbox(words)
    return check_files(words)


def check_cielo(words: list[str]) -> None:
    """A command that there is, with options that it has."""
    import click

    from cielo.cli.root import cielo

    context = cielo.make_context("cielo", ["code"])
    command: click.Command = cielo
    for word in words[1:]:
        if not isinstance(command, click.Group):
            break
        found = command.get_command(context, word)
        if found is None:
            raise Failure(f"cielo has no {word}")
        command = found
    known = {option for each in command.get_params(context)
             for option in (*each.opts, *each.secondary_opts)}
    for word in words[1:]:
        if word.startswith("--") and word.partition("=")[0] not in known:
            raise Failure(f"{' '.join(words[:3])} has no {word}")


def check_curl(words: list[str]) -> None:
    admin = (ROOT / "bindings/python/cielo/sandbox/admin.py").read_text(encoding="utf-8")
    for handle in re.findall(r"/_sandbox/(\w+)", " ".join(words)):
        if f'"{handle}"' not in admin:
            raise Failure(f"the local Cielo has no handle {handle}")


COMMANDS: dict[str, Callable[[list[str]], None]] = {
    "make": check_make, "apt-get": check_apt, "pip": check_pip, "luarocks": check_files,
    "cc": lambda words: None, "clang": lambda words: None, "python": check_program,
    "python3": check_files,
    ".venv/bin/python": check_files, "cielo-sandbox": check_sandbox, "curl": check_curl,
    "cielo": check_cielo, "git": lambda words: None, "cd": lambda words: None,
}


def check_sh(block: Block, folder: str) -> None:
    del folder
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        while words and (words[0] == "sudo" or re.match(r"[A-Z_0-9]+=", words[0])):
            words.pop(0)
        if not words:
            continue
        if words[0] in COMMANDS:
            COMMANDS[words[0]](words)
        elif (ROOT / words[0]).exists():
            check_files(words)
        else:
            raise Failure(f"an unknown command: {line}")


CHECKS: dict[str, Callable[[Block, str], None]] = {
    "python": run_python, "lua": run_lua, "c": run_c, "nginx": run_nginx, "sh": check_sh,
}


# ---- pages ----

def anchors(path: pathlib.Path) -> set[str]:
    found = set()
    for heading in re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M):
        plain = re.sub(r"[`*]", "", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def check_links(page: str) -> None:
    path = ROOT / page
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        if not there.exists():
            raise Failure(f"{target} does not exist")
        if anchor and anchor not in anchors(there):
            raise Failure(f"{target}: no such heading")


def check_index() -> None:
    """The C page names every public function once, and nothing that is not there."""
    headers = "".join(
        re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        for path in sorted((ROOT / "core/include/cielo").glob("*.h")))
    functions = set(re.findall(r"^CIELO_API [^;]*?\b(cielo_\w+)\(", headers, re.M))
    page = (ROOT / C_INDEX).read_text(encoding="utf-8")
    named = re.findall(r"\b(?:cielo|CIELO)_\w+", page)
    wrong = sorted(name for name in functions if named.count(name) != 1)
    # A constant may be pasted together from its row: CIELO_OK from X(OK, ...).
    strange = sorted({name for name in named if not re.search(
        rf"\b(?:{name}|{re.sub('^CIELO_(OP_)?', '', name)})\b", headers)})
    if wrong:
        raise Failure(f"{C_INDEX} is to name once: {', '.join(wrong)}")
    if strange:
        raise Failure(f"{C_INDEX} names what no header has: {', '.join(strange)}")


def check_fresh() -> None:
    run([PYTHON, "tools/docs.py", "--check"], sandbox=False)


def check_pictures() -> None:
    run([PYTHON, "tools/life.py", "--check"], sandbox=False)


PORTUGUESE = ".pt-BR.md"


def check_same_blocks(page: str, twin: str) -> None:
    """Of a page in two languages only the words of people differ, and comments are those."""
    if [bare(block) for block in blocks(page)] != [bare(block) for block in blocks(twin)]:
        raise Failure(f"{page} and {twin} show different code")


# ---- counting ----

class Count:
    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0

    def hold(self, name: str, check: Callable[[], None]) -> None:
        try:
            check()
        except Skip as reason:
            self.skipped += 1
            print(f"skipped: {name}: {reason}")
        except (Failure, subprocess.SubprocessError, OSError) as problem:
            self.failed += 1
            print(f"failed: {name}: {problem}")
        else:
            self.passed += 1


def check_pages(count: Count, pages: list[str]) -> None:
    seen: set[tuple[str, str]] = set()
    for page in pages:
        count.hold(f"links of {page}", functools.partial(check_links, page))
        if page.endswith(PORTUGUESE):
            twin = page.replace(PORTUGUESE, ".md")
            count.hold(f"{twin} and {page} agree",
                       functools.partial(check_same_blocks, twin, page))
        for block in blocks(page):
            # What two languages share, and generated pages show, runs once.
            if block.kind not in CHECKS or "/reference/" in block.page \
                    or bare(block) in seen:
                continue
            seen.add(bare(block))
            folder = tempfile.mkdtemp()
            try:
                count.hold(block.name, functools.partial(CHECKS[block.kind], block, folder))
            finally:
                shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--nginx"]:
        folder, path, port = arguments[1:4]
        return inside_nginx(folder, path, port, arguments[4:])
    if arguments[:1] != ["--inside"]:
        os.chdir(ROOT)
        os.execv("tools/with-sandbox.sh",
                 ["tools/with-sandbox.sh", PYTHON, __file__, "--inside", *arguments])
    count = Count()
    pages = arguments[1:] or PAGES
    check_pages(count, pages)
    if pages == PAGES:
        count.hold("generated pages are fresh", check_fresh)
        count.hold("the C page names every function", check_index)
        count.hold("pictures are fresh", check_pictures)
    print(f"{count.passed} passed, {count.failed} failed"
          + (f", {count.skipped} skipped" if count.skipped else ""))
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
