/* cielo.next_charge: the fields of a stored card's next charge. */
#include <string.h>

#include "lcielo.h"

/* Pushes a tree as users write fields, in wire names. The token shows itself
 * masked: the fields may well end in a log. */
static void push_fields(lua_State *L, const cielo_value *value)
{
    const cielo_value *item;
    const char *name, *text;
    size_t length;

    luaL_checkstack(L, 4, NULL);
    lua_newtable(L);
    for (item = cielo_value_first(value); item; item = cielo_value_next(item)) {
        name = cielo_value_name(item, NULL);
        text = cielo_value_text(item, &length);
        if (cielo_value_type(item) == CIELO_OBJECT)
            push_fields(L, item);
        else if (strcmp(name, "CardToken") == 0)
            lcielo_push_secret(L, text, length);
        else
            lcielo_push_value(L, item, CIELO_OBJECT_ANY);
        lua_setfield(L, -2, name);
    }
}

/* Gives what lcielo_fail gives, with every problem. */
static int refuse(lua_State *L, lcielo_tree *tree, cielo_value *problems,
                  const cielo_error *err)
{
    if (problems) {
        tree->value = cielo_value_new_object();
        if (cielo_value_set(tree->value, "problems", problems) != CIELO_OK)
            return luaL_error(L, "not enough memory");
    }
    return lcielo_fail(L, err, tree->value);
}

/* The texts that the table at `index` may hold. */
static void read_options(lua_State *L, int index, cielo_value *given)
{
    static const char *const names[] = {"reason", "transaction_link_id"};
    size_t length, i;

    if (lua_isnoneornil(L, index))
        return;
    luaL_checktype(L, index, LUA_TTABLE);
    for (i = 0; i < 2; i++) {
        lua_getfield(L, index, names[i]);
        luaL_argcheck(L, lua_isnil(L, -1) || lcielo_text(L, -1, &length), index,
                      "reason and transaction_link_id must be strings");
        if (!lua_isnil(L, -1))
            lcielo_set_value(L, given, names[i], lua_gettop(L),
                             CIELO_OBJECT_ANY);
        lua_pop(L, 1);
    }
}

/* cielo.next_charge(sale, merchant_order_id, amount, options) -> the fields of
 * the charge; nil, message, err */
static int next_charge(lua_State *L)
{
    cielo_value *problems = NULL;
    lcielo_tree *from, *given, *made, *details;
    lcielo_arguments in;
    cielo_error err;

    lua_settop(L, 4);
    luaL_checktype(L, 1, LUA_TTABLE);
    from = lcielo_new_tree(L);
    given = lcielo_new_tree(L);
    made = lcielo_new_tree(L);
    details = lcielo_new_tree(L);
    from->value = cielo_value_new_object();
    given->value = cielo_value_new_object();
    if (!from->value || !given->value)
        return luaL_error(L, "not enough memory");
    lcielo_set_value(L, from->value, "sale", 1, CIELO_OBJECT_ANY);
    in.L = L;
    in.function = "next_charge";
    in.base = 0;
    in.next = 2;
    in.top = 3;
    in.fields = CIELO_OBJECT_ANY;
    in.params = given->value;
    lcielo_read_parameters(&in, "merchant_order_id amount");
    read_options(L, 4, given->value);
    if (cielo_next_charge(&made->value, &problems,
                          cielo_value_get(from->value, "sale"), given->value,
                          &err) != CIELO_OK)
        return refuse(L, details, problems, &err);
    push_fields(L, made->value);
    return 1;
}

static const luaL_Reg public_functions[] = {
    {"next_charge", next_charge},
    {NULL, NULL},
};

void lcielo_open_charge(lua_State *L)
{
    lcielo_set_public(L, public_functions);
}
