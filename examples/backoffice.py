"""A local Cielo, a shop of forty days and the Backoffice over it, until Ctrl-C: `make backoffice`.

    .venv/bin/python examples/backoffice.py [--port 8640] [--lang pt|en]

Everything is in a temporary folder, and gone afterwards. Sales by Lua and by nginx stand
beside those of Python where they are installed.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import sys
import tempfile

from backoffice_data import DAYS, KEYS, fill

import cielo.sandbox
from cielo.backoffice import Ledger
from cielo.backoffice.roles import ROLES
from cielo.backoffice.totp import new_key

ROOT = pathlib.Path(__file__).resolve().parents[1]
USERS = {"ana": "owner", "bia": "viewer"}
#: Sales by the other hosts; each says itself where it is not installed.
OTHERS = (["tools/lua.sh", "5.4", "examples/lua/sale.lua"], ["examples/openresty/try.sh"])


def add_users(ledger: Ledger) -> dict[str, str]:
    """Their passwords are drawn anew each time, and kept nowhere."""
    passwords = {name: secrets.token_urlsafe(12) for name in USERS}
    for name, role in USERS.items():
        ledger.accounts.add(name, passwords[name], {None: ROLES[role]})
    return passwords


def sell_elsewhere(environment: dict[str, str]) -> None:
    for command in OTHERS:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True,
                              check=False)
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            print(f"no sales by {command[-1]}: {' '.join(last)}", file=sys.stderr)


def free_port(wanted: int) -> int:
    """The one that is wanted, or else any that is free."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SystemExit("no port is free")


def tell(lang: str, passwords: dict[str, str], cielos: str) -> None:
    first, second = (("dona", "só vê") if lang == "pt" else ("owner", "only looks"))
    print(f"""
  ana   {passwords['ana']}   ({first})
  bia   {passwords['bia']}   ({second})
  {'A Cielo local' if lang == 'pt' else 'The local Cielo'}: {cielos}
  {'Ctrl-C acaba e apaga tudo.' if lang == 'pt' else 'Ctrl-C ends it and removes everything.'}
""", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8640)
    parser.add_argument("--lang", choices=("pt", "en"), default="pt")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))  # which cleans up too
    port, secret = free_port(given.port), secrets.token_urlsafe(24)
    print("fazendo quarenta dias de vendas..." if given.lang == "pt" else
          "making forty days of sales...", flush=True)
    with tempfile.TemporaryDirectory(prefix="cielo-backoffice-") as folder, cielo.sandbox.run(
            days_ago=DAYS, seed=1,
            notify_url=f"http://127.0.0.1:{port}/notify/1/{secret}") as sandbox:
        url, journal = f"sqlite:///{folder}/ledger.db", f"{folder}/journal"
        environment = {**os.environ, **KEYS, "CIELO_BASE_URL": sandbox.base_url,
                       "CIELO_LEDGER": url, "CIELO_JOURNAL": journal,
                       "CIELO_NOTIFY_SECRET": secret, "CIELO_BACKOFFICE_KEY": new_key()}
        with Ledger(url, [journal]) as ledger:
            made = fill(ledger, sandbox)
            with open(made.stores[0].keys or "", "a", encoding="utf-8") as keys:
                keys.write(f"CIELO_NOTIFY_SECRET={secret}\n")
            passwords = add_users(ledger)
        sell_elsewhere(environment)
        tell(given.lang, passwords, sandbox.base_url)
        serving = subprocess.Popen([sys.executable, "-m", "cielo.cli", "--lang", given.lang,
                                    "backoffice", "serve", "--port", str(port)], env=environment)
        try:
            return serving.wait()
        except KeyboardInterrupt:  # which it got too
            return serving.wait()
        finally:
            serving.terminate()
            serving.wait()


if __name__ == "__main__":
    sys.exit(main())
