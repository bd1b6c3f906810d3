/* What Cielo posts, and the read that tells whether it is so. */
#include "lcielo.h"

/* cielo.parse_notification(body, content_type) -> what Cielo posted, which is
 * no proof of anything; nil, message, err */
static int parse_notification(lua_State *L)
{
    size_t length;
    const char *body = luaL_checklstring(L, 1, &length);
    const char *type = luaL_optstring(L, 2, NULL);
    lcielo_tree *tree = lcielo_new_tree(L);
    cielo_error err;

    if (cielo_notification_parse(&tree->value, body, length, type, &err) !=
        CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    lcielo_push_value(L, tree->value, CIELO_OBJECT_NOTIFICATION);
    return 1;
}

/* core.confirm(client, notification, options) -> the call of the read that
 * tells the real state; nil, message, err */
static int confirm(lua_State *L)
{
    lcielo_client *client = lcielo_client_of(L, 1);
    lcielo_tree *from, *tree;
    lcielo_arguments in;
    cielo_error err;
    int operation;

    lua_settop(L, 3);
    if (!client)
        return lcielo_self_error(L, "-", "confirm");
    in.L = L;
    in.function = "confirm";
    in.base = 1;
    in.next = in.top = 3;
    if (!lua_istable(L, 2))
        lcielo_type_error(L, 1, in.function, NULL, "table", 2);
    from = lcielo_new_tree(L);
    tree = lcielo_new_tree(L);
    from->value = cielo_value_new_object();
    if (!from->value)
        return luaL_error(L, "not enough memory");
    lcielo_set_value(L, from->value, "notification", 2, CIELO_OBJECT_ANY);
    if (cielo_notification_confirm(
            cielo_value_get(from->value, "notification"), &operation,
            &tree->value, &err) != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    in.params = tree->value;
    in.fields = CIELO_OBJECT_ANY;
    lcielo_read_options(&in);
    return lcielo_start_call(L, client, operation, tree->value);
}

static const luaL_Reg functions[] = {
    {"confirm", confirm},
    {NULL, NULL},
};

static const luaL_Reg public_functions[] = {
    {"parse_notification", parse_notification},
    {NULL, NULL},
};

void lcielo_open_notification(lua_State *L)
{
    lcielo_set_functions(L, functions);
    lcielo_set_public(L, public_functions);
}
