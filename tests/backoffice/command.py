"""The command `cielo` as tests call it: in this process, in one of its own, in a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from typing import Any

from cielo.cli.root import run

WORDS = (sys.executable, "-m", "cielo.cli")


class Command:
    """Calls the command in this process, with a ledger and a journal."""

    def __init__(self, capfd: Any, *options: str) -> None:
        self._capfd = capfd
        self._options = options
        self.err = ""

    def __call__(self, *words: str, code: int = 0) -> str:
        """Its output; fails where it does not end with `code`."""
        self._capfd.readouterr()
        got = run([*self._options, "--lang", "en", *words])
        out, self.err = self._capfd.readouterr()
        assert got == code, (got, out, self.err)
        return str(out)

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code))


class Terminal:
    """A process of the command in a terminal of its own."""

    def __init__(self, *words: str, program: tuple[str, ...] = WORDS, **more: str) -> None:
        self._terminal, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        self.process = subprocess.Popen(
            [*program, *words], stdin=inside, stdout=inside, stderr=inside, start_new_session=True,
            # Who runs the tests in the background has them ignore Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            env={**environment, "TERM": "xterm-256color", "COLUMNS": "120", **more})
        os.close(inside)
        self.text = ""

    def read(self, until: Callable[[str], bool] = lambda text: False, seconds: float = 60) -> str:
        """Until it says so, or the process ends."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit and not until(self.text):
            if not select.select([self._terminal], [], [], 0.1)[0]:
                continue
            try:
                self.text += os.read(self._terminal, 65536).decode(errors="replace")
            except OSError:  # its end
                break
        return self.text

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def end(self, seconds: float = 60) -> int:
        self.read(seconds=seconds)
        os.close(self._terminal)
        return self.process.wait(seconds)


def process(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, without a terminal."""
    return subprocess.run([*WORDS, *words], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, env={**os.environ, **more}, timeout=120)
