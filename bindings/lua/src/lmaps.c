/* The core's rows as tables: what the surface and the annotations grow from. */
#include "lcielo.h"

static void set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

static void set_flag(lua_State *L, const char *name, int flag)
{
    lua_pushboolean(L, flag);
    lua_setfield(L, -2, name);
}

/* core.operations() -> one table per row that users call, in order; the core's
 * own steps have no noun */
static int operations(lua_State *L)
{
    const cielo_operation *row;
    int number, position = 0;

    lua_newtable(L);
    for (number = 0; (row = cielo_operation_at(number)) != NULL; number++) {
        if (!row->noun[0])
            continue;
        lua_createtable(L, 0, 12);
        lua_pushinteger(L, number);
        lua_setfield(L, -2, "number");
        set_text(L, "name", row->name);
        set_text(L, "noun", row->noun);
        set_text(L, "verb", row->verb);
        set_text(L, "params", row->params);
        set_text(L, "method", row->method);
        set_text(L, "path", row->path);
        set_text(L, "about", row->about);
        set_flag(L, "is_write", row->is_write);
        set_text(L, "result", cielo_object_name(row->object));
        set_text(L, "fields", cielo_object_name(row->fields));
        set_flag(L, "is_list", row->is_list);
        lua_rawseti(L, -2, ++position);
    }
    return 1;
}

/* core.fields() -> one table per member of the field map */
static int fields(lua_State *L)
{
    static const char *const types[] = {
#define CIELO_X(name, text) #name,
        CIELO_FIELD_TYPE_MAP(CIELO_X)
#undef CIELO_X
    };
    static const char *const uses[] = {"required", "optional", "answer",
                                       "alias"};
    const cielo_field *field;
    int i;

    lua_newtable(L);
    for (i = 0; (field = cielo_field_at((size_t)i)) != NULL; i++) {
        lua_createtable(L, 0, 6);
        set_text(L, "object", cielo_object_name(field->object));
        set_text(L, "wire", field->wire);
        set_text(L, "host", field->host);
        set_text(L, "type", types[field->type]);
        set_text(L, "use", uses[field->use]);
        set_text(L, "child", cielo_object_name(field->child));
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* core.options() -> {name, kind, shareable} in order */
static int options(lua_State *L)
{
    int i = 0;

    lua_newtable(L);
#define CIELO_X(option, option_kind, shareable)       \
    lua_createtable(L, 0, 3);                         \
    set_text(L, "name", #option);                     \
    set_text(L, "kind", #option_kind);                \
    set_flag(L, "shareable", (shareable));            \
    lua_rawseti(L, -2, ++i);
    CIELO_OPTION_MAP(CIELO_X)
#undef CIELO_X
    return 1;
}

/* core.kinds() -> the words of err.kind that a call can end with */
static int kinds(lua_State *L)
{
    int i = 0;

    lua_newtable(L);
#define CIELO_X(name, number, kind, type, text)                      \
    if ((number) != CIELO_OK && (number) != CIELO_EAGAIN) {          \
        lua_pushstring(L, kind);                                     \
        lua_rawseti(L, -2, ++i);                                     \
    }
    CIELO_STATUS_MAP(CIELO_X)
#undef CIELO_X
    return 1;
}

static const luaL_Reg functions[] = {
    {"operations", operations},
    {"fields", fields},
    {"options", options},
    {"kinds", kinds},
    {NULL, NULL},
};

void lcielo_open_maps(lua_State *L)
{
    lcielo_set_functions(L, functions);
}
