#!/bin/sh
# The release's rockspec, its source rock, and binary rocks for 5.4, 5.3 and 5.1
# (which LuaJIT and nginx load too), into build/dist:
#     tools/rocks.sh            all of them
#     tools/rocks.sh 5.4        the binary rock of this Lua alone
# DIST is another folder for them, CFLAGS how they are compiled. Packed from what is committed, as the tag of the release will have it.
set -eu
cd "$(dirname "$0")/.."
version=$(sed -n 's/^#define CIELO_VERSION "\(.*\)"/\1/p' core/include/cielo/cielo.h)
dist=${DIST:-$PWD/build/dist}
work=$PWD/build/rocks
curl="CURL_INCDIR=/usr/include/$(gcc -print-multiarch)"
rm -rf "$work"
mkdir -p "$dist" "$work"
[ $# -gt 0 ] || set -- 5.4 5.3 5.1

rockspec=$work/lua-cielo-$version-1.rockspec
sed -e "s/^version = .*/version = \"$version-1\"/" -e "s/^  branch = .*/  tag = \"v$version\",/" \
    -e '/^-- /d' rockspec/lua-cielo-scm-1.rockspec >"$rockspec"
cp "$rockspec" "$dist"

# The project's address leads to this checkout, with the tag that is to come.
git clone -q --bare --no-hardlinks . "$work/project.git"
git -C "$work/project.git" tag -f "v$version" "$(git rev-parse HEAD)" >/dev/null
export GIT_CONFIG_COUNT=1
export GIT_CONFIG_KEY_0="url.file://$work/project.git.insteadOf"
export GIT_CONFIG_VALUE_0=https://github.com/libcielo/libcielo.git

quietly() {
    (cd "$work" && "$@") >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        exit 1
    }
}

quietly luarocks --lua-version 5.4 pack "$rockspec"
mv "$work"/*.src.rock "$dist"
# A binary rock names the system it is for, not the Lua: each has a folder.
for lua; do
    tree=$work/tree-$lua
    quietly luarocks --lua-version "$lua" install --tree "$tree" \
        "$dist/lua-cielo-$version-1.src.rock" "$curl" "CFLAGS=${CFLAGS:--O2 -fPIC}"
    quietly luarocks --lua-version "$lua" --tree "$tree" pack lua-cielo
    mkdir -p "$dist/lua-$lua"
    mv "$work"/*.rock "$dist/lua-$lua"
done
find "$dist" -name '*.rock*'
