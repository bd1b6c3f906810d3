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

/* core._checked(operation, client or noun, ...) -> the body that the arguments
 * of a verb become; nil, message, err */
static int checked_bytes(lua_State *L)
{
    lcielo_client *client;
    int operation, status;
    lcielo_tree *tree = lcielo_read_call(L, &operation, &client);
    cielo_error err;

    if (!client->handle)
        return lcielo_fail_closed(L);
    status = cielo_fields_check(&tree->text, &tree->length, NULL,
                                client->handle, operation, tree->value, &err);
    if (status != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    lua_pushlstring(L, tree->text ? tree->text : "", tree->length);
    cielo_value_free(tree->value);
    cielo_text_free(tree->text, tree->length);
    tree->value = NULL;
    tree->text = NULL;
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
