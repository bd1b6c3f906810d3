#!/bin/sh
# Builds .venv (the package with its extras) and .rocks/5.4, 5.3 and 5.1 (the
# rock), and builds them again when the sources are newer.
set -eu
python=${1:-python3}
cd "$(dirname "$0")/.."
mkdir -p build

# 1 when a stamp is older than what it stands for.
stale() {
    stamp=$1
    shift
    [ ! -e "$stamp" ] || [ -n "$(find "$@" -newer "$stamp" -type f \
        ! -name '*.pyc' ! -name '*.so' ! -name '*.o' 2>/dev/null | head -n 1)" ]
}

if [ ! -x .venv/bin/python ]; then
    echo "making .venv"
    rm -rf .venv build/env.python
    "$python" -m venv .venv
fi
if stale build/env.tools tools/*requirements.txt examples/recipes/requirements.txt \
    || [ ! -e .venv/.tools ]; then
    echo "installing Python packages into .venv"
    .venv/bin/python -m pip install -q --disable-pip-version-check \
        -r tools/requirements.txt -r tools/docs-requirements.txt \
        -r examples/recipes/requirements.txt
    touch build/env.tools .venv/.tools
fi
if stale build/env.python core bindings/python setup.py pyproject.toml \
    MANIFEST.in || [ ! -e .venv/.package ]; then
    echo "installing the package into .venv"
    .venv/bin/python -m pip install -q --disable-pip-version-check \
        --force-reinstall --no-deps '.[sandbox]'
    touch build/env.python .venv/.package
fi

# LuaRocks builds beside the sources: each version has a copy of its own.
rock() {
    version=$1
    tree=$PWD/.rocks/$version
    copy=build/rock/$version
    rm -rf "$copy"
    mkdir -p "$copy/bindings"
    cp -r core rockspec "$copy"
    cp -r bindings/lua "$copy/bindings"
    find "$copy" -name '*.o' -delete
    (cd "$copy" && luarocks --lua-version "$version" make --tree "$tree" \
        rockspec/lua-cielo-scm-1.rockspec \
        CURL_INCDIR="/usr/include/$(gcc -print-multiarch)") \
        >"build/rock.$version.log" 2>&1 || {
        cat "build/rock.$version.log" >&2
        exit 1
    }
}

for version in 5.4 5.3 5.1; do
    if stale "build/env.rock.$version" core bindings/lua rockspec \
        || [ ! -d ".rocks/$version" ]; then
        echo "installing the rock into .rocks/$version"
        rock "$version"
        touch "build/env.rock.$version"
    fi
done
