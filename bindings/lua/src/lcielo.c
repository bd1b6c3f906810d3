/* The module cielo.core: what cielo/init.lua is built of. */
#define _GNU_SOURCE /* dladdr, RTLD_NODELETE */

#include <dlfcn.h>
#include <string.h>

#include "lcielo.h"

const char LCIELO_CLIENT[] = "cielo.client";
const char LCIELO_CALL[] = "cielo.call";
const char LCIELO_HTTP[] = "cielo.http";
const char LCIELO_SECRET[] = "cielo.secret";
const char LCIELO_TREE[] = "cielo.tree";

void *lcielo_new_object(lua_State *L, size_t size, const char *class)
{
    lcielo_object *object = lua_newuserdata(L, size);

    memset(object, 0, size);
    object->class = class;
    luaL_getmetatable(L, class);
    lua_setmetatable(L, -2);
    return object;
}

/* The address of a name of ours stands in no other module's userdata, and needs
 * no look-up in the registry. */
void *lcielo_test(lua_State *L, int index, const char *class)
{
    lcielo_object *object = lua_touserdata(L, index);

    if (!object || lcielo_rawlen(L, index) < sizeof(*object) ||
        object->class != class)
        return NULL;
    return object;
}

void lcielo_set_functions(lua_State *L, const luaL_Reg *functions)
{
    for (; functions->name; functions++) {
        lua_pushcfunction(L, functions->func);
        lua_setfield(L, -2, functions->name);
    }
}

void lcielo_class(lua_State *L, const char *name, const char *title,
                  const luaL_Reg *functions)
{
    luaL_newmetatable(L, name);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, title);
    lua_setfield(L, -2, "__name");
    lua_pushstring(L, title);
    lua_setfield(L, -2, "__metatable");
    lcielo_set_functions(L, functions);
    lua_pop(L, 1);
}

void lcielo_plain_class(lua_State *L, const char *name, const char *title,
                        const luaL_Reg *functions)
{
    lcielo_class(L, name, title, functions);
    luaL_getmetatable(L, name);
    lua_pushnil(L);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

void lcielo_set_public(lua_State *L, const luaL_Reg *functions)
{
    lua_getfield(L, -1, "public");
    lcielo_set_functions(L, functions);
    lua_pop(L, 1);
}

int lcielo_argument_error(lua_State *L, int argument, const char *function,
                          const char *text)
{
    luaL_where(L, 2);
    lua_pushfstring(L, "bad argument #%d to '%s' (%s)", argument, function,
                    text);
    lua_concat(L, 2);
    return lua_error(L);
}

int lcielo_type_error(lua_State *L, int argument, const char *function,
                      const char *name, const char *expected, int index)
{
    const char *got = lua_isnone(L, index) ? "no value"
                                           : luaL_typename(L, index);
    const char *text =
        name ? lua_pushfstring(L, "%s: %s expected, got %s", name, expected,
                               got)
             : lua_pushfstring(L, "%s expected, got %s", expected, got);

    return lcielo_argument_error(L, argument, function, text);
}

static int now(lua_State *L)
{
    lua_pushnumber(L, (lua_Number)cielo_now_ms());
    return 1;
}

static const luaL_Reg functions[] = {
    {"kind", lcielo_kind},
    {"masked", lcielo_masked},
    {"now", now},
    {"show_with", lcielo_show_with},
    {NULL, NULL},
};

static const luaL_Reg public_functions[] = {
    {"Secret", lcielo_secret_new},
    {"array", lcielo_array},
    {"to_json", lcielo_to_json},
    {NULL, NULL},
};

/* LuaJIT closes libraries before the last finalizers run, and one of those may
 * have made something of ours, whose own finalizer is in here. */
static void stay_loaded(void)
{
    static const char here = 0;
    Dl_info info;

    if (dladdr(&here, &info) && info.dli_fname)
        (void)dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

LCIELO_EXPORT int luaopen_cielo_core(lua_State *L);

LCIELO_EXPORT int luaopen_cielo_core(lua_State *L)
{
    stay_loaded();
    lua_newtable(L);
    lcielo_set_functions(L, functions);
    lua_newtable(L);
    lua_setfield(L, -2, "public");
    lcielo_set_public(L, public_functions);
    lua_pushlightuserdata(L, NULL); /* as lua-cjson and ngx.null */
    lua_setfield(L, -2, "null");
    lua_pushstring(L, cielo_version());
    lua_setfield(L, -2, "version");
    lcielo_open_values(L);
    lcielo_open_tree(L);
    lcielo_open_secret(L);
    lcielo_open_errors(L);
    lcielo_open_client(L);
    lcielo_open_call(L);
    lcielo_open_wire(L);
    lcielo_open_maps(L);
    lcielo_open_codes(L);
    return 1;
}
