/*
 * What differs between Lua 5.1 (and LuaJIT), 5.2, 5.3 and 5.4, in one place.
 * Built with the headers of 5.1 the module uses only what PUC 5.1 exports, so
 * that one file loads there, in LuaJIT and in nginx.
 */
#ifndef LCIELO_COMPAT_H
#define LCIELO_COMPAT_H

#include <lauxlib.h>
#include <lua.h>

#if LUA_VERSION_NUM >= 503
#  define LCIELO_HAS_INTEGERS 1
#else
#  define LCIELO_HAS_INTEGERS 0
#endif

/* The largest magnitude below which every integer is a double. */
#define LCIELO_EXACT ((int64_t)1 << 53)

#if LUA_VERSION_NUM >= 502
#  define lcielo_rawlen(L, index) lua_rawlen((L), (index))
#else
#  define lcielo_rawlen(L, index) lua_objlen((L), (index))
#endif

/* A table of a userdata's own, which lives as long as it does. */
#if LUA_VERSION_NUM >= 502
#  define lcielo_set_state(L, index) lua_setuservalue((L), (index))
#  define lcielo_push_state(L, index) lua_getuservalue((L), (index))
#else
#  define lcielo_set_state(L, index) lua_setfenv((L), (index))
#  define lcielo_push_state(L, index) lua_getfenv((L), (index))
#endif

#define lcielo_absolute(L, index) \
    ((index) > 0 || (index) <= LUA_REGISTRYINDEX ? (index) \
                                                 : lua_gettop(L) + (index) + 1)

#if defined(_WIN32)
#  define LCIELO_EXPORT __declspec(dllexport)
#elif defined(__GNUC__) && __GNUC__ >= 4
#  define LCIELO_EXPORT __attribute__((visibility("default")))
#else
#  define LCIELO_EXPORT
#endif

#endif
