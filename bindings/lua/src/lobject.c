/* The toolbox: userdata and their classes, functions, wrong arguments. */
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

int lcielo_self_error(lua_State *L, const char *noun, const char *verb)
{
    luaL_where(L, 2);
    if (noun[0] == '-')
        lua_pushfstring(L, "bad self: write client:%s(...)", verb);
    else
        lua_pushfstring(L, "bad self: write client.%s:%s(...)", noun, verb);
    lua_concat(L, 2);
    return lua_error(L);
}

void lcielo_set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

lcielo_tree *lcielo_new_tree(lua_State *L)
{
    return lcielo_new_object(L, sizeof(lcielo_tree), LCIELO_TREE);
}

static int tree_gc(lua_State *L)
{
    lcielo_tree *self = lcielo_test(L, 1, LCIELO_TREE);

    luaL_argcheck(L, self != NULL, 1, "cielo.tree expected");
    cielo_value_free(self->value);
    cielo_text_free(self->text, self->length);
    self->value = NULL;
    self->text = NULL;
    return 0;
}

static const luaL_Reg tree_methods[] = {
    {"__gc", tree_gc},
    {NULL, NULL},
};

void lcielo_open_tree(lua_State *L)
{
    lcielo_class(L, LCIELO_TREE, "cielo.tree", tree_methods);
}
