/* Results as people and files see them: what is masked, and the wire form. */
#include <string.h>

#include "lcielo.h"

void lcielo_mark_list(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, LCIELO_RESULTS);
    lua_rawgeti(L, -1, LCIELO_PLACE_OF(CIELO_OBJECT_ANY, 1));
    lua_setmetatable(L, -3);
    lua_pop(L, 1);
}

/* cielo.array(t): marks `t` as a list, even when it is empty. */
int lcielo_array(lua_State *L)
{
    if (lua_isnoneornil(L, 1)) {
        lua_settop(L, 0);
        lua_newtable(L);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lcielo_mark_list(L);
    return 1;
}

/* The call that the root of a result at `index` is of; NULL for other values. */
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
int lcielo_kind(lua_State *L)
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
int lcielo_show_with(lua_State *L)
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

static int is_hidden(const cielo_field *field)
{
    return field && (field->type == CIELO_FIELD_SECURITY_CODE ||
                     field->type == CIELO_FIELD_TOKEN ||
                     field->type == CIELO_FIELD_CIPHER);
}

/* Whether nothing but its text tells what a member holds. Ids, dates and
 * amounts may look like cards and are none. */
static int is_open(const cielo_field *field)
{
    return !field || field->type == CIELO_FIELD_TEXT ||
           field->type == CIELO_FIELD_WORD ||
           field->type == CIELO_FIELD_DESCRIPTOR ||
           field->type == CIELO_FIELD_VARIANT ||
           field->type == CIELO_FIELD_OPEN;
}

/* The link of a stored card ends in its token: gives the length up to there. */
static size_t before_token(const char *text, size_t length)
{
    static const char part[] = "/card/";
    size_t i, size = sizeof(part) - 1;

    for (i = 0; i + size < length; i++)
        if (memcmp(text + i, part, size) == 0)
            return i + size;
    return length;
}

/* Pushes `text`, the value of a member, as it may be shown. */
static void push_masked(lua_State *L, const cielo_field *field,
                        const char *text, size_t length)
{
    char *copy;
    size_t shown;

    if (is_hidden(field)) {
        lua_pushliteral(L, "******");
        return;
    }
    copy = lua_newuserdata(L, length + 1);
    memcpy(copy, text, length);
    if (field && field->type == CIELO_FIELD_CARD_NUMBER)
        lcielo_mask(copy, length);
    else if (is_open(field))
        lcielo_mask_cards(copy, length);
    shown = is_open(field) ? before_token(copy, length) : length;
    lua_pushlstring(L, copy, shown);
    lcielo_wipe(copy, length);
    lua_remove(L, -2);
    if (shown < length) {
        lua_pushliteral(L, "******");
        lua_concat(L, 2);
    }
}

/* core.masked(object, name, text) -> the text as it may be shown */
int lcielo_masked(lua_State *L)
{
    int object = (int)luaL_checkinteger(L, 1);
    size_t name_length, length;
    const char *name = luaL_optlstring(L, 2, "", &name_length);
    const char *text = luaL_checklstring(L, 3, &length);
    const cielo_field *field;

    field = cielo_field_by_name(object, name, name_length);
    push_masked(L, field ? field : lcielo_secret_field(name, name_length),
                text, length);
    return 1;
}

/* A masked copy of `from` under way to `to`, which a userdata owns. */
static void copy_masked(lua_State *L, const cielo_value *from,
                        cielo_value *to, int object, const cielo_field *field);

static cielo_value *new_masked(lua_State *L, const cielo_value *value,
                               const cielo_field *field)
{
    cielo_value *copy;
    const char *text;
    size_t length;

    switch (cielo_value_type(value)) {
    case CIELO_OBJECT:
        return cielo_value_new_object();
    case CIELO_ARRAY:
        return cielo_value_new_array();
    case CIELO_NULL:
    case CIELO_BOOL:
        return cielo_value_dup(value);
    default:
        text = cielo_value_text(value, &length);
        push_masked(L, field, text, length);
        text = lua_tolstring(L, -1, &length);
        /* A number that had to be masked is no number any more. */
        copy = cielo_value_type(value) == CIELO_NUMBER &&
                       !memchr(text, '*', length)
                   ? cielo_value_dup(value)
                   : cielo_value_new_text(text, length);
        lua_pop(L, 1);
        return copy;
    }
}

static void add_masked(lua_State *L, const cielo_value *from, cielo_value *to,
                       int object, const cielo_field *field)
{
    cielo_value *copy = new_masked(L, from, field);
    const char *name;
    size_t length;
    int status;

    name = cielo_value_name(from, &length);
    status = name ? cielo_value_set_named(to, name, length, copy)
                  : cielo_value_append(to, copy);
    if (status != CIELO_OK)
        luaL_error(L, "not enough memory");
    copy_masked(L, from, copy, object, field);
}

static void copy_masked(lua_State *L, const cielo_value *from,
                        cielo_value *to, int object, const cielo_field *field)
{
    const cielo_value *item;
    const char *name;
    size_t length;

    luaL_checkstack(L, 6, "answer nested too deep");
    for (item = cielo_value_first(from); item; item = cielo_value_next(item)) {
        name = cielo_value_name(item, &length);
        if (!name) {
            add_masked(L, item, to, object, field);
            continue;
        }
        field = cielo_field_by_wire(object, name, length);
        add_masked(L, item, to, field ? field->child : CIELO_OBJECT_ANY,
                   field ? field : lcielo_secret_field(name, length));
    }
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
int lcielo_to_json(lua_State *L)
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
    to = lcielo_new_object(L, sizeof(*to), LCIELO_TREE);
    if (!reveal) {
        to->value = new_masked(L, from, NULL);
        copy_masked(L, from, to->value, object, NULL);
        from = to->value;
    }
    if (cielo_value_print(from, &to->text, &to->length) != CIELO_OK)
        return luaL_error(L, "not enough memory");
    lua_pushlstring(L, to->text, to->length);
    return 1;
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

static const luaL_Reg methods[] = {
    {"__gc", tree_gc},
    {NULL, NULL},
};

void lcielo_open_tree(lua_State *L)
{
    lcielo_class(L, LCIELO_TREE, "cielo.tree", methods);
}
