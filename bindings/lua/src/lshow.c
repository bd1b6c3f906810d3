/* Results as people and files see them: lists, masked text, the wire form. */
#include "lcielo.h"

void lcielo_mark_list(lua_State *L, int object)
{
    lua_getfield(L, LUA_REGISTRYINDEX, LCIELO_RESULTS);
    lua_rawgeti(L, -1, LCIELO_PLACE_OF(object, 1));
    lua_setmetatable(L, -3);
    lua_pop(L, 1);
}

/* cielo.array(t): marks `t` as a list, even when it is empty. */
static int array(lua_State *L)
{
    if (lua_isnoneornil(L, 1)) {
        lua_settop(L, 0);
        lua_newtable(L);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lcielo_mark_list(L, CIELO_OBJECT_ANY);
    return 1;
}

/* The call that the root of a result at `index` is of; NULL for other
 * values. */
static const lcielo_call *wire_of(lua_State *L, int index)
{
    const lcielo_call *call;

    if (!lua_istable(L, index) || !lua_getmetatable(L, index))
        return NULL;
    lua_pushliteral(L, LCIELO_WIRE);
    lua_rawget(L, -2);
    call = lcielo_test(L, -1, LCIELO_CALL);
    lua_pop(L, 2); /* the metatable holds it */
    return call;
}

/* core.kind(result) -> the number of its object, and whether to_json takes it;
 * nil for other values. */
static int kind(lua_State *L)
{
    int place = lcielo_place(L, 1), object = (place - 1) / 2;

    if (place == 0)
        return 0;
    lua_pushinteger(L, object);
    lua_pushboolean(L, wire_of(L, 1) != NULL);
    return 2;
}

/* Gives the metatable at the top, which it pops, the function at 1. */
static void set_tostring(lua_State *L)
{
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
}

/* core.show_with(f): what tostring does with a result, and with the parts of an
 * advice. */
static int show_with(lua_State *L)
{
    static const char *const parts[] = {LCIELO_RETRY, LCIELO_SOURCE,
                                        LCIELO_SOURCES};
    size_t i;

    luaL_checktype(L, 1, LUA_TFUNCTION);
    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        luaL_getmetatable(L, parts[i]);
        set_tostring(L);
    }
    lua_getfield(L, LUA_REGISTRYINDEX, LCIELO_RESULTS);
    for (i = 1; i <= lcielo_rawlen(L, -1); i++) {
        lua_rawgeti(L, -1, (int)i);
        set_tostring(L);
    }
    return 0;
}

/* core.masked(object, name, text) -> the text of a member as it may be shown */
static int masked(lua_State *L)
{
    int object = (int)luaL_checkinteger(L, 1);
    size_t name_length, length, room;
    const char *name = luaL_checklstring(L, 2, &name_length);
    const char *text = luaL_checklstring(L, 3, &length);
    char *shown;

    room = LCIELO_SHOWN(length);
    shown = lua_newuserdata(L, room);
    lua_pushlstring(L, shown,
                    cielo_text_shown(object, name, name_length, text, length,
                                     shown, room));
    return 1;
}

static int is_revealing(lua_State *L, int index)
{
    int reveal;

    if (lua_isnoneornil(L, index))
        return 0;
    luaL_checktype(L, index, LUA_TTABLE);
    lua_getfield(L, index, "reveal");
    reveal = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return reveal;
}

/* cielo.to_json(result, {reveal = false}) -> the answer as Cielo wrote it */
static int to_json(lua_State *L)
{
    int object, reveal = is_revealing(L, 2);
    const lcielo_call *wire = wire_of(L, 1);
    const cielo_value *from;
    lcielo_tree *to;

    luaL_argcheck(L, wire != NULL, 1, "result of a call expected");
    /* A finalizer may keep a result whose call was finalized before it. */
    luaL_argcheck(L, !wire->closed, 1, "its answer was freed");
    from = wire->answer;
    if (cielo_value_type(from) == CIELO_NULL) {
        lua_pushliteral(L, "{}");
        return 1;
    }
    object = (lcielo_place(L, 1) - 1) / 2;
    to = lcielo_new_tree(L);
    if (!reveal)
        from = to->value = cielo_value_shown(from, object);
    if (!from
        || cielo_value_print(from, &to->text, &to->length) != CIELO_OK)
        return luaL_error(L, "not enough memory");
    lua_pushlstring(L, to->text, to->length);
    return 1;
}

static const luaL_Reg functions[] = {
    {"kind", kind},
    {"masked", masked},
    {"show_with", show_with},
    {NULL, NULL},
};

static const luaL_Reg public_functions[] = {
    {"array", array},
    {"to_json", to_json},
    {NULL, NULL},
};

void lcielo_open_show(lua_State *L)
{
    lcielo_set_functions(L, functions);
    lcielo_set_public(L, public_functions);
}
