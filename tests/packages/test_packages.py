"""The packages of a release, quickly: without optimizing, against the system's libraries.

`make packages` makes and tries them as they are published.
"""

from __future__ import annotations

import email
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import zipfile
from typing import Any

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command: Any, **environment: str) -> str:
    done = subprocess.run([str(word) for word in command], cwd=ROOT, text=True, check=False,
                          env={**os.environ, **environment},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    place = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "build", "-q", "--sdist", "--no-isolation", "-o", place, ".")
    [found] = place.iterdir()
    return found


@pytest.fixture(scope="module")
def wheel(sdist: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Built from the sdist alone."""
    place = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps",
        "--no-build-isolation", "-w", place, sdist, CFLAGS="-O0 -g0 -fno-lto")
    [found] = place.iterdir()
    return found


def test_sdist_has_what_is_built(sdist: pathlib.Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {str(path.relative_to(ROOT)) for folder in ("core/src", "core/include",
              "bindings/python/src") for path in (ROOT / folder).rglob("*.[ch]")}
    assert wanted <= names and {"LICENSE", "README.md", "setup.py"} <= names


def test_an_index_can_show_them(sdist: pathlib.Path, wheel: pathlib.Path) -> None:
    run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel)
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        about = email.message_from_bytes(archive.read(name))
    assert about["License-Expression"] == "MIT" and about["License-File"] == "LICENSE"
    assert len(about.get_all("Project-URL", [])) == 4
    links = re.findall(r"\]\(([^)]*)\)", str(about.get_payload()))
    assert links and all(link.startswith(("https://", "#")) for link in links)


def test_a_wheel_needs_no_compiler(wheel: pathlib.Path) -> None:
    said = run("tools/with-sandbox.sh", "tests/packages/try_wheel.sh", sys.executable,
               wheel.parent)
    assert ": pending with libcielo" in said


def test_rocks_are_packed_and_installed(tmp_path: pathlib.Path) -> None:
    run("tools/rocks.sh", "5.4", CFLAGS="-O0 -fPIC", DIST=str(tmp_path))
    said = run("tools/with-sandbox.sh", "tests/packages/try_rock.sh", "5.4", tmp_path)
    assert said.startswith("lua5.4: ")
    [release] = tmp_path.glob("lua-cielo-[0-9]*-1.rockspec")
    assert "homepage" in release.read_text() and '"scm' not in release.read_text()
