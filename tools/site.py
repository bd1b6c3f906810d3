"""What the site wants otherwise than the repository, of the pages that both show.

A hook of mkdocs (mkdocs.yml). Its start page is README; links to what is no page lead to
the repository; and since each language is a site of its own, links name no language.
"""

from __future__ import annotations

import json
import pathlib
import posixpath
import re
import unicodedata
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

ROOT = pathlib.Path(__file__).resolve().parent.parent
PORTUGUESE = ".pt-BR"
START = {"README.md": "index.md", f"README{PORTUGUESE}.md": f"index{PORTUGUESE}.md"}
FENCE = re.compile(r"(^```.*?^```$)", re.M | re.S)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PIPE = re.compile(r"`[^`\n]*\\\|[^`\n]*`")  # escaped, in code: the site takes it as it is
TWIN = re.compile(r"^\*\[(?:Em português|In English)\]\([^)]*\)\*\n", re.M)


def anchor(heading: str, separator: str) -> str:
    """As the repository's own reader names headings: one link does for both."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", separator)


def named(entries: list[Any]) -> set[str]:
    found: set[str] = set()
    for entry in entries:
        if isinstance(entry, dict):
            for inner in entry.values():
                found |= named(inner if isinstance(inner, list) else [inner])
        else:
            found.add(entry)
    return found


def expand(entries: list[Any], docs: pathlib.Path, known: set[str]) -> list[Any]:
    """The navigation with the pages that its patterns stand for."""
    whole: list[Any] = []
    for entry in entries:
        if isinstance(entry, dict):
            whole.append({title: expand(inner, docs, known) for title, inner in entry.items()})
        elif "*" in entry:
            pages = sorted(str(path.relative_to(docs)) for path in docs.glob(entry))
            whole += [page for page in pages if page not in known and PORTUGUESE not in page]
        else:
            whole.append(entry)
    return whole


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    config.mdx_configs["toc"]["slugify"] = anchor
    assert config.nav is not None
    known = named(config.nav)
    whole = expand(config.nav, pathlib.Path(config.docs_dir), known)
    config.nav = [entry for entry in whole if named([entry])]
    return config


def headings(path: pathlib.Path) -> list[str]:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return [anchor(re.sub(r"[`*]", "", heading), "-")
            for heading in re.findall(r"^#+ (.*)$", text, re.M)]


def translated(path: str, heading: str) -> str:
    """The same heading on the page's twin, which has them in the same order."""
    page = ROOT / path
    twin = page.with_name(page.stem + PORTUGUESE + page.suffix)
    if not heading or not twin.exists():
        return heading
    here, there = headings(page), headings(twin)
    return there[here.index(heading)] if heading in here and len(here) == len(there) else heading


def repoint(target: str, page: str, repository: str, language: str) -> str:
    """A link as it stands on a page of the repository, as the site's page has it."""
    name, mark, heading = target.partition("#")
    if not name or ":" in name:
        return target
    folder = "" if page.startswith("index") else posixpath.join("docs", posixpath.dirname(page))
    path = posixpath.normpath(posixpath.join(folder, name))
    inside = START.get(path) or (path[5:] if path.startswith("docs/") else None)
    if inside is None:
        kind = "tree" if (ROOT / path).is_dir() else "blob"
        return f"{repository}/{kind}/main/{path}{mark}{heading}"
    if PORTUGUESE == f".{language}" and PORTUGUESE not in page:  # shown for want of a twin
        heading = translated(path, heading)
    inside = posixpath.relpath(inside.replace(PORTUGUESE, ""), posixpath.dirname(page) or ".")
    return inside + mark + heading


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    source, repository = page.file.src_uri, config.extra["repository"]
    i18n: Any = config.plugins["i18n"]
    language = i18n.current_language
    for readme, start in START.items():
        if source == start:
            markdown = (ROOT / readme).read_text(encoding="utf-8")
    parts = FENCE.split(TWIN.sub("", markdown, count=1))
    for at in range(0, len(parts), 2):
        parts[at] = LINK.sub(lambda link: f"]({repoint(link[1], source, repository, language)})",
                             parts[at])
        parts[at] = PIPE.sub(lambda code: code[0].replace("\\|", "|"), parts[at])
    return "".join(parts)


def on_page_context(
    context: dict[str, Any], *, page: Page, config: MkDocsConfig, nav: Any,
) -> dict[str, Any]:
    """The chooser of languages leads to the same page in the other one, from a disk too."""
    languages = config.plugins["i18n"].config.languages
    folders = {one.locale: "" if one.default else f"{one.locale}/" for one in languages}
    url = page.url
    for folder in folders.values():
        url = url.removeprefix(folder)
    config.extra["alternate"] = [
        {"name": one.name, "lang": one.locale, "link": (folders[one.locale] + url) or "./"}
        for one in languages]
    return context


def unaccented(text: str) -> str:
    """The words of a text that have accents, once each, without them."""
    found = dict.fromkeys(re.findall(r"\w*[^\W\d_a-zA-Z]\w*", text.lower()))
    plain = unicodedata.normalize("NFKD", " ".join(found))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@event_priority(-1000)  # the last, when all languages are in the index
def on_post_build(config: MkDocsConfig) -> None:
    """Beside its own words an entry of the search gets those that nobody sees."""
    path = pathlib.Path(config.site_dir, "search", "search_index.json")
    index = json.loads(path.read_text(encoding="utf-8"))
    for entry in index["docs"]:
        words = unaccented(f"{entry['title']} {entry['text']}")
        if words:
            entry["text"] += f"<p hidden>{words}</p>"
    path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
