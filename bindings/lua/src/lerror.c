/* A failure of the core as nil, message, table. */
#include <string.h>

#include "lcielo.h"

static int error_tostring(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushliteral(L, "message");
    lua_rawget(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING)
        lua_pushliteral(L, "cielo.Error");
    return 1;
}

/* Sets what the details do not have, so that err.problems is always a table
 * and err.sent always a word. */
static void set_default(lua_State *L, const char *name)
{
    lua_getfield(L, -2, name);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_setfield(L, -2, name);
    } else {
        lua_pop(L, 2);
    }
}

static void set_default_list(lua_State *L, const char *name)
{
    lua_newtable(L);
    lcielo_mark_list(L);
    set_default(L, name);
}

static void push_members(lua_State *L, const cielo_error *err,
                         const cielo_value *details)
{
    const cielo_value *found = cielo_value_get(details, "found");

    if (cielo_value_type(details) == CIELO_OBJECT)
        lcielo_push_value(L, details, CIELO_OBJECT_ANY);
    else
        lua_newtable(L);
    if (found) {
        lcielo_push_value(L, found, CIELO_OBJECT_SALE);
        lua_setfield(L, -2, "found");
    }
    lua_pushstring(L, cielo_status_name(err->status));
    set_default(L, "kind");
    lua_pushstring(L, err->message);
    set_default(L, "message");
    lua_pushliteral(L, "no");
    set_default(L, "sent");
    set_default_list(L, "problems");
    set_default_list(L, "errors");
    set_default_list(L, "attempts");
}

int lcielo_fail(lua_State *L, const cielo_error *err,
                const cielo_value *details)
{
    lua_pushnil(L);
    push_members(L, err, details);
    luaL_getmetatable(L, LCIELO_ERROR);
    lua_setmetatable(L, -2);
    lua_getfield(L, -1, "message");
    lua_insert(L, -2);
    return 3;
}

void lcielo_set_error(cielo_error *err, int status)
{
    memset(err, 0, sizeof(*err));
    err->status = status;
    strcpy(err->message, cielo_strerror(status));
}

int lcielo_fail_closed(lua_State *L)
{
    cielo_error err;

    lcielo_set_error(&err, CIELO_ECLOSED);
    return lcielo_fail(L, &err, NULL);
}

static const luaL_Reg methods[] = {
    {"__tostring", error_tostring},
    {NULL, NULL},
};

void lcielo_open_errors(lua_State *L)
{
    lcielo_plain_class(L, LCIELO_ERROR, "cielo.Error", methods);
}
