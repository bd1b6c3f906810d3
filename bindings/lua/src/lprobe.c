/* The conversions alone, for the specs and bench/json_lua.lua: nothing that
 * users call. */
#include "lcielo.h"

/* core._read(bytes, object) -> a JSON text as the result of a call has it, an
 * object of that number; nil, message, err */
static int read_bytes(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    int object = (int)luaL_checkinteger(L, 2);
    lcielo_tree *tree;
    cielo_error err;

    luaL_argcheck(L, cielo_object_name(object) != NULL, 2, "no such object");
    tree = lcielo_new_tree(L);
    if (cielo_value_parse(&tree->value, text, length, &err) != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    lcielo_push_value(L, tree->value, object);
    cielo_value_free(tree->value);
    tree->value = NULL;
    return 1;
}

/* core._checked(call) -> the body of the first request of a call, nil where its
 * parameters have problems; ends the call */
static int checked_bytes(lua_State *L)
{
    lcielo_call *self = lcielo_check_call(L, 1);
    const cielo_request *request;

    cielo_call_step(self->handle, cielo_now_ms());
    request = cielo_call_request(self->handle);
    if (request && request->body)
        lua_pushlstring(L, request->body, request->body_length);
    else
        lua_pushnil(L);
    lcielo_end_call(self);
    return 1;
}

static const luaL_Reg functions[] = {
    {"_read", read_bytes},
    {"_checked", checked_bytes},
    {NULL, NULL},
};

void lcielo_open_probe(lua_State *L)
{
    lcielo_set_functions(L, functions);
}
