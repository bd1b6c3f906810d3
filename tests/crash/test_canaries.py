"""No secret of a write shows in the journal, in a log, on stderr or in what is read."""

from __future__ import annotations

import os
import subprocess
import sys

import dying

import cielo.journal
import cielo.sandbox

#: The id of a client is none: it names the merchant.
SECRETS = ("CANARYNAME", "CANARYHOLDER", "CANARYSTREET", "CANARYSECRET", "canary@example.com",
           "12345678909", "12345987", "1991-01-02", "4024007197692931", "4551870000000357",
           '"973"', "'973'", dying.KEY)


def test_nothing_shows(tmp_path: str) -> None:
    folder, seen = os.path.join(tmp_path, "journal"), os.path.join(tmp_path, "seen")
    with cielo.sandbox.run() as local:
        local.faults([
            {"match": "POST /1/sales", "after": "process", "do": "garbage", "times": 1},
            {"match": "GET /1/sales", "do": "status:500", "times": 0}])
        process = subprocess.run(
            [sys.executable, os.path.join(dying.HERE, "canary.py"), seen],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=120, env=dying.environment(local.base_url, folder))
        assert process.returncode == 0, process.stdout
    with open(seen, encoding="ascii") as file:
        secrets = [*SECRETS, *file.read().split()]
    assert len(secrets) == len(SECRETS) + 1

    entries = list(cielo.journal.read(folder))
    assert len({entry.operation for entry in entries}) >= 8
    journal = "".join(open(path, encoding="utf-8").read() for path in dying.segments(folder))
    for secret in secrets:
        assert secret not in journal, secret
        assert secret not in process.stdout, secret
        assert secret not in repr(entries), secret
    # What may show does: the check reads what it should.
    assert '"first6":"402400"' in journal and "canary1" in journal
    assert "POST" in process.stdout and "OutcomeUnknownError" in process.stdout
    for canary in ("CANARYQUERY", "CANARYSOFT"):
        assert canary not in journal
