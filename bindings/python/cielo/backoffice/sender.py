"""Which processes that change payments still live, told by locks and not by numbers.

Who makes a change has a file of its own beside the journal that it writes, and holds its
lock as long as it lives. Who finds the file and its lock free knows two things: that
process sends nothing more, and what it sent is in this journal. Where there is no such
file, the process was another machine's, and neither is known.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import platform
import time
import uuid
from collections.abc import Collection, Iterator
from types import TracebackType

__all__ = ["Sender", "alone", "has_ended", "sweep"]

NEW = 60.0  # seconds


def _path(folder: str, name: str) -> str:
    return os.path.join(folder, f"{name.rpartition(':')[2]}.sender")


def _make(path: str, access: int) -> int:
    """Opens a file that is not there yet.

    What root's command makes belongs to the owner of the folder, whose service could not open
    it otherwise; never what it finds, which may be a link to something else.
    """
    file = os.open(path, access | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):  # where root may not give files away
            os.fchown(file, os.stat(os.path.dirname(path)).st_uid, -1)
    return file


class Sender:
    """A process, or a part of it, that changes payments; `name` stands in its changes."""

    def __init__(self, folder: str) -> None:
        self.name = f"{platform.node()}:{os.getpid()}:{uuid.uuid4().hex}"
        self._path = _path(folder, self.name)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self._file = _make(self._path, os.O_RDWR)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self.clean = True  # whether it leaves no change open

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        """Where changes are open its file stays, by which they are found."""
        if self.clean:
            os.unlink(self._path)
        os.close(self._file)


@contextlib.contextmanager
def alone(folder: str, job: str) -> Iterator[bool]:
    """Whether no living process does this job with this journal; it is ours meanwhile."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, f"{job.replace(':', '-')}.lock")
    # Read only: another user of the journal's group may have made it.
    try:
        file = _make(path, os.O_RDONLY)
    except FileExistsError:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(file)


def has_ended(folder: str, name: str) -> bool:
    """Whether a sender of this journal is surely through; False where nobody can tell."""
    try:
        file = os.open(_path(folder, name), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(file)


def sweep(folder: str, needed: Collection[str]) -> None:
    """Removes the files of senders that have ended, but for those with changes open."""
    kept = {_path(folder, name) for name in needed}
    for entry in os.scandir(folder):
        if not entry.name.endswith(".sender") or entry.path in kept:
            continue
        with contextlib.suppress(FileNotFoundError):  # another one was faster
            # One that was made just now may not have its lock yet.
            if time.time() - entry.stat().st_mtime > NEW and has_ended(folder, entry.name[:-7]):
                os.unlink(entry.path)
