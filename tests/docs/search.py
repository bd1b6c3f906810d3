#!/usr/bin/env python3
"""Builds the site strictly, and holds what its search may be asked.

    .venv/bin/python tests/docs/search.py
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SITE = ROOT / "build" / "test" / "site"
#: What people type, and a page that has it.
ASKED = [
    ("recorrencia", "pt-BR/tasks/recurrence.html"), ("recorrência", "pt-BR/tasks/recurrence.html"),
    ("cartoes", "pt-BR/stored-cards.html"), ("notificacao", "pt-BR/tasks/notifications.html"),
    ("retry_plan", "results.html"), ("boleto", "tasks/boleto.html"),
]


def terms(text: str, separator: str) -> list[str]:
    """As the search's worker takes a text apart: by its tags, then by the separator."""
    return [term for part in re.split(r"<[^>]*>", text.lower()) for term in
            re.split(separator, part) if term]


def main() -> int:
    built = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet",
                            "--site-dir", SITE], cwd=ROOT, check=False,
                           env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    if built.returncode != 0:
        return built.returncode
    index = json.loads((SITE / "search" / "search_index.json").read_text(encoding="utf-8"))
    separator = index["config"]["separator"]
    failed = 0
    for asked, page in ASKED:
        found = {entry["location"].partition("#")[0] for entry in index["docs"]
                 if any(term.startswith(asked) for term in
                        terms(f"{entry['title']} {entry['text']}", separator))}
        if page not in found:
            failed += 1
            print(f"{asked!r} does not find {page}, but {sorted(found)}")
    print(f"{len(ASKED) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
