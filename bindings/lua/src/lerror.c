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

/* Pushes what stands where the details say nothing, for a type that has such a
 * value; gives 0 for the others. */
static int push_default(lua_State *L, int type)
{
    switch (type) {
    case CIELO_DETAIL_SENT:
        lua_pushliteral(L, "no");
        return 1;
    case CIELO_DETAIL_PROBLEMS:
    case CIELO_DETAIL_ERRORS:
    case CIELO_DETAIL_ATTEMPTS:
        lua_newtable(L);
        lcielo_mark_list(L, CIELO_OBJECT_ANY);
        return 1;
    case CIELO_DETAIL_FOUND:
        lua_newtable(L);
        lcielo_mark_list(L, CIELO_OBJECT_SALE);
        return 1;
    default:
        return 0;
    }
}

/* Sets in the table at the top what a row of the map promises: err.problems is
 * always a list and err.sent always a word. Payments are read as such. */
static void set_detail(lua_State *L, const cielo_detail *row,
                       const cielo_value *details)
{
    const cielo_value *value = cielo_value_get(details, row->name);

    if (value && row->type == CIELO_DETAIL_FOUND)
        lcielo_push_value(L, value, CIELO_OBJECT_SALE);
    else if (value || !row->known || !push_default(L, row->type))
        return;
    lua_setfield(L, -2, row->name);
}

static void push_members(lua_State *L, const cielo_error *err,
                         const cielo_value *details)
{
    const cielo_detail *row;
    size_t i;

    if (cielo_value_type(details) == CIELO_OBJECT)
        lcielo_push_value(L, details, CIELO_OBJECT_ANY);
    else
        lua_newtable(L);
    for (i = 0; (row = cielo_detail_at(i)) != NULL; i++)
        if (row->owner == CIELO_OF_ERROR)
            set_detail(L, row, details);
    lcielo_set_text(L, "kind", cielo_status_name(err->status));
    lcielo_set_text(L, "message", err->message);
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

static int status_of(const char *kind)
{
#define CIELO_X(name, number, word, type, text) \
    if (strcmp(kind, word) == 0)                \
        return number;
    CIELO_STATUS_MAP(CIELO_X)
#undef CIELO_X
    return CIELO_EUSAGE;
}

/* core.fail(kind, message) -> nil, message, err: for what a host refuses */
static int fail(lua_State *L)
{
    const char *kind = luaL_checkstring(L, 1);
    const char *message = luaL_checkstring(L, 2);
    cielo_error err;

    memset(&err, 0, sizeof(err));
    err.status = status_of(kind);
    strncpy(err.message, message, sizeof(err.message) - 1);
    return lcielo_fail(L, &err, NULL);
}

static const luaL_Reg methods[] = {
    {"__tostring", error_tostring},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"fail", fail},
    {NULL, NULL},
};

void lcielo_open_errors(lua_State *L)
{
    lcielo_plain_class(L, LCIELO_ERROR, "cielo.Error", methods);
    lcielo_set_functions(L, functions);
}
