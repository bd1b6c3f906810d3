#!/bin/sh
# The sdist, and from it a wheel for each CPython at hand, into build/dist:
#     tools/wheels.sh              the CPythons under ~/.pyenv and on PATH, 3.9 and later
#     tools/wheels.sh python3.11   this one
# A wheel holds libcurl, OpenSSL and cJSON: it needs glibc and nothing else.
set -eu
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
dist=build/dist
raw=build/wheels
tools/lean.sh
rm -rf "$dist" "$raw"
mkdir -p "$dist" "$raw"

python -m build -q --sdist -o "$dist" . >"$raw/sdist.log" 2>&1 || {
    cat "$raw/sdist.log" >&2
    exit 1
}

# One program a line for each minor version, .venv's first.
pythons() {
    for program in "$PWD/.venv/bin/python" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3.*[0-9] \
        /usr/bin/python3.*[0-9] /usr/local/bin/python3.*[0-9]; do
        minor=$("$program" -c 'import os, sys, sysconfig, ensurepip, venv
assert os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
assert sys.version_info >= (3, 9)
print(sys.version_info[1])' 2>/dev/null) || continue
        case " ${seen:-} " in *" $minor "*) continue ;; esac
        seen="${seen:-} $minor"
        echo "$program"
    done
}

# Their texts go along, since their licences ask for it; what some CPythons say
# of their own folder when they link does not.
mend() {
    rm -rf "$raw/open"
    python -m wheel unpack -d "$raw/open" "$1" >/dev/null
    patchelf --remove-rpath "$raw"/open/*/cielo/_core.*.so
    cp build/lean/licenses/* "$raw"/open/*/*.dist-info/licenses
    python -m wheel pack -d "$(dirname "$1")" "$raw"/open/* >/dev/null
}

[ $# -gt 0 ] || set -- $(pythons)
for program; do
    "$program" -m venv --clear "$raw/env"
    PKG_CONFIG_PATH=$PWD/build/lean/lib/pkgconfig LDFLAGS="-Wl,-s -Wl,--gc-sections" \
        "$raw/env/bin/python" -m pip wheel -q --disable-pip-version-check --no-deps \
        -w "$raw" "$dist"/libcielo-*.tar.gz
    mend "$raw"/libcielo-*.whl
    python -m auditwheel repair --strip -w "$dist" "$raw"/libcielo-*.whl >"$raw/auditwheel.log" 2>&1 || {
        cat "$raw/auditwheel.log" >&2
        exit 1
    }
    rm "$raw"/libcielo-*.whl
    tools/with-sandbox.sh tests/packages/try_wheel.sh "$program" "$dist"
done
python -m twine check --strict "$dist"/libcielo-*
ls -l "$dist"
