#!/bin/sh
# Runs Lua of a version (5.4, 5.3, 5.1 or jit) with the rock of this tree.
set -eu
version=$1
shift
top=$(cd "$(dirname "$0")/.." && pwd)
case $version in
jit) program=luajit rocks=5.1 ;;
*) program=lua$version rocks=$version ;;
esac
tree=$top/.rocks/$rocks
LUA_PATH="$tree/share/lua/$rocks/?.lua;$tree/share/lua/$rocks/?/init.lua;;"
LUA_CPATH="$tree/lib/lua/$rocks/?.so;;"
export LUA_PATH LUA_CPATH
unset LUA_INIT LUA_PATH_5_4 LUA_CPATH_5_4 LUA_PATH_5_3 LUA_CPATH_5_3
exec "${LUA_RUNNER:-/usr/bin/$program}" "$@"
