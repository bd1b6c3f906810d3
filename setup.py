"""Builds cielo._core: the core and the Python binding in one extension."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from glob import glob

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError, LinkError

LIBRARIES = {"libcurl": "7.80", "libcjson": "1.7"}

MISSING = """
libcielo is built against {names}, and pkg-config does not find {it}.
On Debian or Ubuntu:

    apt-get install build-essential pkg-config python3-dev \\
        libcurl4-openssl-dev libcjson-dev

Elsewhere install the development files of libcurl ({curl} or later) and cJSON,
and put their .pc files on PKG_CONFIG_PATH.
"""


def pkg_config(*arguments):
    command = [os.environ.get("PKG_CONFIG", "pkg-config"), *arguments]
    try:
        return shlex.split(subprocess.run(
            command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True,
        ).stdout)
    except (OSError, subprocess.CalledProcessError):
        return None


def missing():
    return [
        name for name, version in LIBRARIES.items()
        if pkg_config("--exists", "%s >= %s" % (name, version)) is None
    ]


class Build(build_ext):
    """Asks pkg-config when something is compiled, so that an sdist needs none."""

    def build_extension(self, ext):
        names = missing()
        if names:
            sys.exit(MISSING.format(
                names=" and ".join(names), it="them" if len(names) > 1 else "it",
                curl=LIBRARIES["libcurl"],
            ))
        ext.extra_compile_args += pkg_config("--cflags", *LIBRARIES)
        ext.extra_link_args += pkg_config("--libs", *LIBRARIES)
        # Refused at linking as well, or what was compiled with it would link to nothing.
        if "-fno-lto" not in os.environ.get("CFLAGS", "") and self.can_link(LTO):
            ext.extra_compile_args.append(LTO)
            ext.extra_link_args.append(LTO)
        if sys.platform.startswith("linux"):
            # Only the module's init is for the outside: an installed libcielo
            # in the same process must not be taken for ours, nor ours for it.
            ext.extra_link_args.append("-Wl,--version-script=%s" % EXPORTS)
        super().build_extension(ext)

    def can_link(self, flag):
        """Whether compiler and linker both take a flag: some pairs do not."""
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "probe.c")
            with open(source, "w", encoding="ascii") as file:
                file.write("int probe(void) { return 0; }\n")
            try:
                objects = self.compiler.compile([source], output_dir=folder,
                                                extra_postargs=[flag])
                self.compiler.link_shared_object(
                    objects, os.path.join(folder, "probe.so"), extra_postargs=[flag])
            except (CompileError, LinkError):
                return False
        return True


# The binding reads the core's trees node by node, through functions of a line
# or two in other files: this lets them be inlined.
LTO = "-flto=auto"

EXPORTS = "bindings/python/src/exports.map"

PROJECT = "https://github.com/libcielo/libcielo"


def version():
    with open("core/include/cielo/cielo.h", encoding="utf-8") as header:
        found = re.search(r'#define CIELO_VERSION "([^"]+)"', header.read())
    assert found
    return found.group(1)


def readme(tag):
    """README.md with links that lead somewhere from a package index too."""
    with open("README.md", encoding="utf-8") as page:
        text = re.sub(r"(!\[[^]]*\]\()(?![a-z]+:)", r"\1%s/raw/%s/" % (PROJECT, tag), page.read())
    return re.sub(r"\]\((?!#|[a-z]+:)", "](%s/blob/%s/" % (PROJECT, tag), text)


flags = ["-std=c99", "-fvisibility=hidden", "-Wall", "-Wextra"]
if os.environ.get("CIELO_WERROR"):
    flags.append("-Werror")

setup(
    version=version(),
    long_description=readme("v" + version()),
    long_description_content_type="text/markdown",
    cmdclass={"build_ext": Build},
    ext_modules=[
        Extension(
            "cielo._core",
            sources=sorted(glob("core/src/*/*.c")) + sorted(glob("bindings/python/src/*.c")),
            depends=sorted(
                glob("core/src/*/*.h") + glob("core/include/cielo/*.h")
                + glob("bindings/python/src/*.h") + [EXPORTS]
            ),
            include_dirs=["core/include"],
            extra_compile_args=flags,
        )
    ],
)
