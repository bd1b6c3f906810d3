#!/usr/bin/env python3
"""Holds the core, both bindings, the pages and the packages to each other.

    .venv/bin/python tests/parity/check.py

The core's maps are read as the compiler reads them (tools/docs.py), Python by
looking at the installed module, each Lua by asking the installed rock.
"""

from __future__ import annotations

import ast
import fnmatch
import importlib.metadata
import inspect
import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterable
from typing import Any, Callable

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True

import cielo  # noqa: E402
import docs  # noqa: E402

LUAS = ("5.4", "5.3", "5.1", "jit")

# Functions of the public headers that no test and no example needs to call,
# each with its reason.
UNUSED_ALLOWED: dict[str, str] = {}

# What the modules of both languages export beside the books.
MODULE_NAMES = ("Secret", "return_code", "return_codes", "abecs", "merchant_advice",
                "next_charge", "parse_notification", "retry_plan")
CLIENT_NAMES = ("with_options", "close", "confirm")
# The verbs of the noun that is no operation's, with their parameters.
JOURNAL_VERBS: dict[str, list[str]] = {
    "journal.in_doubt": [], "journal.settle": ["entry?"], "journal.entries": []}

# The classes of the stub, and of the Lua annotations, by the owner of a detail. Attempts
# and entries are plain tables in Lua.
PYTHON_OWNERS = {"ERROR": "CieloError", "PROBLEM": "Problem", "ENTRY": "ErrorEntry",
                 "ATTEMPT": "Attempt"}
LUA_OWNERS = {"ERROR": "cielo.Error", "PROBLEM": "cielo.Problem"}

# A word that the type of a fact or a detail must have.
PYTHON_TYPES = {"TEXT": "str", "RULE": "_Rule", "CAUSE": "_Cause", "STATUS": r"_\w+Status",
                "KIND": "_Kind", "SENT": "_Sent", "NUMBER": "int", "BOOL": "bool",
                "ADVICE": "Advice", "PROBLEMS": "Problem", "ERRORS": "ErrorEntry",
                "ATTEMPTS": "Attempt", "FOUND": "Payment"}
# What an error of Python's that was made from a text alone does not know.
BARE = ("CieloError", "sent")
LUA_TYPES = {"TEXT": "string", "RULE": "cielo.Rule", "CAUSE": "cielo.Cause", "STATUS": "Status",
             "KIND": "cielo.Kind", "SENT": '"maybe"', "NUMBER": "integer",
             "BOOL": "boolean", "ADVICE": "cielo.Advice", "PROBLEMS": "cielo.Problem[]"}

# Words that the type of a parameter must have, by the types of CIELO_PARAM_KIND_MAP.
PYTHON_PARAMS = {"text": ["_Text"], "integer": ["int"], "date": ["_Text", "_date"],
                 "moment": ["float", "_datetime"],
                 "interval": ["_Interval", "int"], "object": [r"\w+Fields"], "any": ["Any"]}
LUA_PARAMS = {"text": ["string"], "integer": ["integer"], "date": ["string"],
              "moment": ["integer"],
              "interval": ['"Monthly"', "integer"], "object": ["table"], "any": ["any"]}

# What no sentence of an error needs a class for: the host raises its own.
HOST_KINDS = {"ok", "again"}

LUA_DUMP = """
local cielo = require "cielo"
local client = assert(cielo.new{ merchant_id = "a", merchant_key = "b",
                                 base_url = "http://127.0.0.1:1" })
print("version\\t" .. cielo._VERSION)
for name in pairs(cielo) do print("module\\t" .. name) end
for name, noun in pairs(client) do
  print("client\\t" .. name)
  if type(noun) == "table" then
    for verb in pairs(noun) do print("verb\\t" .. name .. "." .. verb) end
    for line in tostring(noun):gmatch("[^\\n]+") do
      local verb, params = line:match("^%s+:([%w_]+)%((.*)%)$")
      if verb then print("signature\\t" .. name .. "." .. verb .. "\\t" .. params) end
    end
  end
end
for _, name in ipairs{ OPTIONS } do
  local made, problem = pcall(cielo.new, { [name] = false })
  if not made and problem:find("unknown", 1, true) then print("refused\\t" .. name) end
end
"""


class Count:
    def __init__(self) -> None:
        self.passed = self.failed = 0

    def hold(self, truth: object, name: str) -> None:
        if truth:
            self.passed += 1
        else:
            self.failed += 1
            print(f"failed: {name}")

    def same(self, ours: object, theirs: object, name: str) -> None:
        self.hold(ours == theirs, f"{name}: {ours!r} is not {theirs!r}")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


# ---- Python ----

def python_params(method: Callable[..., Any]) -> list[str]:
    """As a row writes them: `name` or `name?`."""
    return [p.name + ("" if p.default is p.empty else "?")
            for p in inspect.signature(method).parameters.values()
            if p.kind is not p.KEYWORD_ONLY and p.name != "self"]


def check_python(count: Count, maps: dict[str, docs.Rows]) -> None:
    blocking = cielo.Client(merchant_id="a", merchant_key="b", base_url="http://127.0.0.1:1")
    clients = (blocking, cielo.AsyncClient(merchant_id="a", merchant_key="b",
                                           base_url="http://127.0.0.1:1"))
    for client in clients:
        name = type(client).__name__
        known: dict[str, set[str]] = {}
        for row in docs.operations(maps):
            noun, verb, params = row.noun, row.verb, row.params.split()
            if not noun:
                continue
            owner = client if noun == "-" else getattr(client, noun, None)
            known.setdefault(noun, set()).add(verb)
            method = getattr(owner, verb, None)
            count.hold(method, f"{name}: {noun}.{verb} is there")
            if method is None:
                continue
            count.same(python_params(method), params, f"{name}: signature of {noun}.{verb}")
            keywords = [p for p in inspect.signature(method).parameters.values()
                        if p.kind is p.KEYWORD_ONLY]
            count.same([p.name for p in keywords], ["timeout", "request_id"],
                       f"{name}: keywords of {noun}.{verb}")
            help_text = method.__doc__ or ""
            count.hold(help_text if noun == "-" else row.about in help_text,
                       f"{name}: help of {noun}.{verb} says what it does")
        for noun, verbs in known.items():
            if noun != "-":
                there = {verb for verb in dir(getattr(client, noun)) if not verb.startswith("_")}
                count.same(there, verbs, f"{name}: verbs of {noun}")
        for method_name in CLIENT_NAMES:
            count.hold(hasattr(client, method_name), f"{name}: has {method_name}")
    for _name, _number, kind, klass, _text in maps["status"]:
        if klass != "-":
            error = getattr(cielo, klass, None)
            count.hold(error and issubclass(error, cielo.CieloError), f"cielo.{klass} is an error")
            count.same(getattr(error, "kind", None), kind, f"kind of cielo.{klass}")
            count.hold(klass in cielo.__all__, f"cielo.{klass} is exported")
    for name in [name for _, name in maps["book"]] + list(MODULE_NAMES):
        count.hold(hasattr(cielo, name), f"Python: cielo.{name}")
        count.hold(name in cielo.__all__, f"Python: cielo.{name} is exported")
    options = inspect.signature(cielo.Client).parameters
    for name, _kind, _shareable in maps["option"]:
        count.hold(name in options, f"Python: Client takes {name}")
    for detail in docs.details(maps, "ERROR"):
        count.hold(hasattr(cielo.CieloError("x"), detail.name),
                   f"Python: an error has {detail.name}")
    blocking.close()


# ---- the Python stub ----

Classes = dict[str, dict[str, str]]


def stub_classes() -> tuple[Classes, Classes]:
    """The attributes of each class, with their types, and the parameters of each method."""
    attributes: Classes = {}
    methods: Classes = {}
    for node in ast.parse(read("bindings/python/cielo/_core.pyi")).body:
        if not isinstance(node, ast.ClassDef):
            continue
        own = attributes.setdefault(node.name, {})
        for item in node.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                own[item.target.id] = ast.unparse(item.annotation)
            elif isinstance(item, ast.FunctionDef) and item.decorator_list and item.returns:
                own[item.name] = ast.unparse(item.returns)
            elif isinstance(item, ast.FunctionDef):
                methods[f"{node.name}.{item.name}"] = {
                    arg.arg: ast.unparse(arg.annotation) if arg.annotation else ""
                    for arg in item.args.args}
    return attributes, methods


def check_stub_details(count: Count, name: str, known: dict[str, str],
                       rows: Iterable[docs.Detail]) -> None:
    for row in rows:
        kind = known.get(row.name, "")
        count.hold(re.search(rf"\b{PYTHON_TYPES[row.type]}\b", kind),
                   f"_core.pyi: {name}.{row.name} is {PYTHON_TYPES[row.type]}, not {kind!r}")
        count.same(kind.startswith("Optional["),
                   row.known == "MAYBE" or (name, row.name) == BARE,
                   f"_core.pyi: {name}.{row.name} may be None")


def check_stub(count: Count, maps: dict[str, docs.Rows]) -> None:
    classes, methods = stub_classes()
    for owner, name in PYTHON_OWNERS.items():
        rows = docs.details(maps, owner)
        count.same(set(classes[name]), {row.name for row in rows}, f"_core.pyi: {name}")
        check_stub_details(count, name, classes[name], rows)
    for _, name in maps["object"]:
        if name in classes:
            check_stub_details(count, name, classes[name], docs.facts_of(maps, name))
    params = docs.params_by_name(maps)
    types = dict(maps["param_kind"])
    for row in docs.operations(maps):
        if not row.noun:
            continue
        owner = "Client" if row.noun == "-" else row.noun.capitalize()
        for name in (f"{owner}.{row.verb}", f"Async{owner}.{row.verb}"):
            there = methods.get(name.replace("AsyncClient", "_AsyncClient"), {})
            for word in row.params.split():
                param = params[word.rstrip("?")]
                kind = there.get(param.name, "")
                wanted = ["_Host"] if param.kind == "HOST" else PYTHON_PARAMS[types[param.kind]]
                count.hold(all(re.search(rf"\b{part}\b", kind) for part in wanted),
                           f"_core.pyi: {param.name} of {name} is {wanted}, not {kind!r}")
                count.same(kind.startswith("Optional["),
                           word.endswith("?") and param.kind != "BODY",
                           f"_core.pyi: {param.name} of {name} may be left out")


# ---- Lua ----

def ask_lua(version: str, options: Iterable[str]) -> dict[str, docs.Rows]:
    script = LUA_DUMP.replace("OPTIONS", ", ".join(json.dumps(name) for name in options))
    done = subprocess.run([str(ROOT / "tools/lua.sh"), version, "-e", script], check=False,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SystemExit(f"Lua {version}: {done.stdout}")
    return docs.by_kind([line.split("\t") for line in done.stdout.splitlines()])


def check_lua(count: Count, maps: dict[str, docs.Rows], version: str) -> None:
    told = ask_lua(version, [row[0] for row in maps["option"]])
    verbs = {row[0] for row in told["verb"]}
    client = {row[0] for row in told["client"]}
    signatures = {row[0]: row[1] for row in told["signature"]}
    wanted = {f"{row.noun}.{row.verb}": row.params.split() for row in docs.operations(maps)
              if row.noun not in ("", "-")} | JOURNAL_VERBS
    count.same(verbs, set(wanted), f"Lua {version}: verbs")
    for name, params in wanted.items():
        count.same(signatures.get(name), docs.lua_params(params),
                   f"Lua {version}: signature of {name}")
    for name in (*CLIENT_NAMES, "many"):
        count.hold(name in client, f"Lua {version}: client:{name}")
    module = {row[0] for row in told["module"]}
    for name in [name for _, name in maps["book"]] + [*MODULE_NAMES, "journal"]:
        count.hold(name in module, f"Lua {version}: cielo.{name}")
    count.same(told["version"], [[f"lua-cielo {maps['version'][0][0]}"]], f"Lua {version}: version")
    count.same(told.get("refused", []), [], f"Lua {version}: options")


def lua_classes(meta: str) -> Classes:
    """The fields of each class of the annotations, with their types."""
    classes: Classes = {}
    own: dict[str, str] = {}
    for line in meta.splitlines():
        if match := re.match(r"---@class ([\w.]+)", line):
            own = classes.setdefault(match[1], {})
        elif match := re.match(r"---@field (\w+)\??\s+(.*)", line):
            own[match[1]] = match[2]
    return classes


def lua_methods(meta: str) -> Classes:
    """The parameters of each method, "?" behind what may be left out, with their types."""
    return {function: dict(re.findall(r"---@param (\w+\??) (.*)", head))
            for head, function in re.findall(
                r"((?:^---.*\n)+)^function (\w+:\w+)\(", meta, re.M)}


def check_lua_details(count: Count, name: str, known: dict[str, str],
                      rows: Iterable[docs.Detail]) -> None:
    for row in rows:
        # What has no word here is a table or a list of tables.
        wanted = LUA_TYPES.get(row.type, "")
        kind = known.get(row.name, "none")
        count.hold(row.name in known and wanted in kind,
                   f"meta.lua: {row.name} of {name} is {wanted}, not {kind!r}")


def check_lua_annotations(count: Count, maps: dict[str, docs.Rows]) -> None:
    meta = read("bindings/lua/cielo/meta.lua")
    classes, methods = lua_classes(meta), lua_methods(meta)
    for owner, name in LUA_OWNERS.items():
        rows = docs.details(maps, owner)
        count.same(set(classes[name]), {row.name for row in rows}, f"meta.lua: {name}")
        check_lua_details(count, name, classes[name], rows)
    for _, name in maps["object"]:
        check_lua_details(count, name, classes.get(f"cielo.{name}", {}), docs.facts_of(maps, name))
    params = docs.params_by_name(maps)
    types = dict(maps["param_kind"])
    for row in docs.operations(maps):
        owner = "client" if row.noun == "-" else row.noun
        there = methods.get(f"{owner}:{row.verb}")
        if not row.noun:
            continue
        count.hold(there is not None, f"meta.lua: {owner}:{row.verb}")
        for word in row.params.split() if there else ():
            param = params[word.rstrip("?")]
            kind = (there or {}).get(word, "")
            wanted = ['"query"'] if param.kind == "HOST" else LUA_PARAMS[types[param.kind]]
            count.hold(all(part in kind for part in wanted),
                       f"meta.lua: {word} of {owner}:{row.verb} is {wanted}, not {kind!r}")
    for _name, _number, kind, _klass, _text in maps["status"]:
        if kind not in HOST_KINDS:
            count.hold(f'---| "{kind}"' in meta, f"meta.lua: kind {kind}")
    for name in [name for _, name in maps["book"]] + list(MODULE_NAMES):
        count.hold(re.search(rf"(cielo\.{name}\(|@field {name}\b)", meta), f"meta.lua: {name}")
    for name, _kind, _shareable in maps["option"]:
        count.hold(f"---@field {name}?" in meta, f"meta.lua: option {name}")


# ---- pages ----

def check_pages(count: Count, maps: dict[str, docs.Rows], books: dict[str, docs.Rows]) -> None:
    operations = read("docs/reference/operations.md")
    for row in docs.operations(maps):
        count.hold(f"`CIELO_OP_{row.ident}`" in operations, f"operations.md: CIELO_OP_{row.ident}")
        for word in row.params.split():
            count.hold(word.rstrip("?") in docs.params_by_name(maps),
                       f"CIELO_PARAM_MAP has {word} of {row.ident}")
    for _name, kind, _size, _about in maps["param"]:
        count.hold(kind in docs.PARAM_KINDS, f"docs.py spells parameters of kind {kind}")
    errors = read("docs/reference/errors.md")
    for owner in ("ERROR", "PROBLEM", "ENTRY", "ATTEMPT"):
        for detail in docs.details(maps, owner):
            count.hold(f"\n| `{detail.name}` |" in errors, f"errors.md: {detail.name}")
    results = [read("docs/results.md"), read("docs/results.pt-BR.md")]
    options = [read("docs/options.md"), read("docs/options.pt-BR.md")]
    for _name, _number, kind, klass, _text in maps["status"]:
        if kind in HOST_KINDS:
            continue
        count.hold(f"`{kind}`" in errors, f"errors.md: {kind}")
        for number, page in enumerate(results):
            if kind != "usage":
                count.hold(f"`{kind}`" in page, f"results {number}: kind {kind}")
            if klass != "-":
                count.hold(f"`{klass}`" in page, f"results {number}: {klass}")
    for name, _kind, _shareable in maps["option"]:
        for number, page in enumerate(options):
            count.hold(f"`{name}`" in page, f"options {number}: {name}")
    for variable in sorted(set(re.findall(r"CIELO_[A-Z_]+", read("core/src/call/options.c")))):
        if f'"{variable}"' in read("core/src/call/options.c"):
            for number, page in enumerate(options):
                count.hold(f"`{variable}`" in page, f"options {number}: {variable}")
    codes = read("docs/reference/codes.md")
    for _, name in maps["book"]:
        count.hold(f"\n## {name}\n" in codes, f"codes.md: {name}")
    for row in books["code"]:
        count.hold(f"| `{row[1]}` |" in codes, f"codes.md: return code {row[1]}")
    fields = read("docs/reference/fields.md")
    for _owner, name, _type, _known, _about in maps["fact"]:
        count.hold(f"\n| `{name}` |" in fields, f"fields.md: the fact {name}")
    for ident, name in maps["object"]:
        if any(row[0] == ident for row in maps["field"]):
            count.hold(f"\n## {name}\n" in fields, f"fields.md: {name}")


# ---- public functions ----

def public_functions() -> list[str]:
    names = []
    for path in sorted((ROOT / "core/include/cielo").glob("*.h")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        names += re.findall(r"^CIELO_API [^;]*?\b(cielo_\w+)\(", text, re.M)
    return names


def texts_below(folders: Iterable[str], suffixes: tuple[str, ...]) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace")
                     for folder in folders for path in sorted((ROOT / folder).rglob("*"))
                     if path.suffix in suffixes)


def check_functions(count: Count) -> None:
    used = set(re.findall(r"\bcielo_\w+", texts_below(("tests", "examples"), (".c", ".h"))))
    names = public_functions()
    for name in names:
        if name not in UNUSED_ALLOWED:
            count.hold(name in used, f"{name} is used in a test or an example")
    for name, reason in UNUSED_ALLOWED.items():
        count.hold(name in names and name not in used and reason,
                   f"the exception for {name} is still needed")


# ---- packages ----

def manifest_files() -> set[str]:
    found = set()
    every = [str(path.relative_to(ROOT)) for folder in ("core", "bindings")
             for path in (ROOT / folder).rglob("*") if path.is_file()]
    for line in read("MANIFEST.in").splitlines():
        words = line.split()
        if words[:1] == ["include"]:
            found |= {path for path in words[1:] if (ROOT / path).exists()}
        elif words[:1] == ["recursive-include"]:
            found |= {path for path in every if path.startswith(words[1] + "/") and any(
                fnmatch.fnmatch(os.path.basename(path), pattern) for pattern in words[2:])}
    return found


def check_packages(count: Count, maps: dict[str, docs.Rows]) -> None:
    version = maps["version"][0]
    count.same(version[0], version[1], "CIELO_VERSION and its parts")
    count.same(cielo.__version__, version[0], "cielo.__version__")
    count.same(importlib.metadata.version("libcielo"), version[0], "the version of the package")
    count.hold(version[0] in read("CHANGELOG.md"), "CHANGELOG.md names the version")
    sources = {str(p.relative_to(ROOT)) for p in (ROOT / "core/src").glob("*/*.c")}
    headers = {str(p.relative_to(ROOT)) for pattern in ("core/src/*/*.h", "core/include/cielo/*.h")
               for p in ROOT.glob(pattern)}
    rock = read("rockspec/lua-cielo-scm-1.rockspec")
    listed = set(re.findall(r'"((?:core|bindings)/[\w/.]+)"', rock))
    for path in sorted(sources):
        count.hold(path in listed, f"the rockspec lists {path}")
    for path in sorted(p for p in listed if not (ROOT / p).exists()):
        count.hold(False, f"the rockspec lists {path}, which is not there")
    for pattern in ("bindings/lua/src/*.c", "bindings/lua/cielo/*.lua",
                    "bindings/lua/resty/**/*.lua"):
        for found in sorted(ROOT.glob(pattern)):
            path = str(found.relative_to(ROOT))
            count.hold(path in listed, f"the rockspec lists {path}")
    packed = manifest_files()
    for path in sorted(sources | headers | {
            str(p.relative_to(ROOT)) for suffix in ("c", "h")
            for p in (ROOT / "bindings/python/src").glob(f"*.{suffix}")}):
        count.hold(path in packed, f"MANIFEST.in lists {path}")


def main() -> int:
    os.chdir(ROOT)
    count = Count()
    maps, books = docs.read_maps(), docs.read_books()
    check_python(count, maps)
    check_stub(count, maps)
    for version in LUAS:
        check_lua(count, maps, version)
    check_lua_annotations(count, maps)
    check_pages(count, maps, books)
    check_functions(count)
    check_packages(count, maps)
    print(f"{count.passed} passed, {count.failed} failed")
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main())
