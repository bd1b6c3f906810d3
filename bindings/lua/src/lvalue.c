/* Lua values to the core's trees and back. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lcielo.h"

/* More values than any object of Cielo's has: a table in which others are
 * shared many times over must end as a problem, not as gigabytes. */
#define VALUES_LIMIT 20000

/* The core's bound, less the objects that stand around the fields. */
#define DEPTH_LIMIT (CIELO_VALUE_DEPTH - 2)

/* ---- from Lua ---- */

/* The tables on the way down to a value, for cycles. */
typedef struct level {
    const void *table;
    const struct level *up;
    int depth;
} level;

/* `keys` is the index of a list of the names in the objects on the way down,
 * the first `used` of which are taken: one list for all of a value. */
typedef struct reader {
    lua_State *L;
    int count;
    int keys;
    int used;
} reader;

static void add(reader *in, cielo_value *parent, const char *name,
                size_t length, const level *up);

/* A whole float is the integer it stands for, on every Lua: JSON libraries give
 * such, and so does a division. */
static cielo_value *new_number(lua_State *L, int index)
{
    lua_Number number = lua_tonumber(L, index);
    lua_Number limit = (lua_Number)LCIELO_EXACT;

#if LCIELO_HAS_INTEGERS
    if (lua_isinteger(L, index))
        return cielo_value_new_integer((int64_t)lua_tointeger(L, index));
#endif
    if (number >= -limit && number <= limit &&
        number == (lua_Number)(int64_t)number)
        return cielo_value_new_integer((int64_t)number);
#if !LCIELO_HAS_INTEGERS
    if (number - number == 0 && (number > limit || number < -limit))
        return cielo_value_new_invalid("a number past 2^53 is not exact here; "
                                       "give it as text");
#endif
    return cielo_value_new_real((double)number);
}

static cielo_value *new_invalid(lua_State *L, int index)
{
    switch (lua_type(L, index)) {
    case LUA_TFUNCTION:
        return cielo_value_new_invalid("a function is not a JSON value");
    case LUA_TTHREAD:
        return cielo_value_new_invalid("a coroutine is not a JSON value");
    case LUA_TUSERDATA:
    case LUA_TLIGHTUSERDATA:
        return cielo_value_new_invalid("a userdata is not a JSON value");
    default:
        return cielo_value_new_invalid("not a JSON value");
    }
}

/* The node of anything but a table. Raises nothing. */
static cielo_value *new_leaf(lua_State *L, int index)
{
    const char *text;
    size_t length;

    switch (lua_type(L, index)) {
    case LUA_TNIL:
        return cielo_value_new_null();
    case LUA_TBOOLEAN:
        return cielo_value_new_bool(lua_toboolean(L, index));
    case LUA_TNUMBER:
        return new_number(L, index);
    case LUA_TLIGHTUSERDATA:
        if (!lua_touserdata(L, index))
            return cielo_value_new_null(); /* cielo.null */
        return new_invalid(L, index);
    default:
        text = lcielo_text(L, index, &length);
        return text ? cielo_value_new_text(text, length)
                    : new_invalid(L, index);
    }
}

int lcielo_place(lua_State *L, int index)
{
    int place;

    if (!lua_istable(L, index) || !lua_getmetatable(L, index))
        return 0;
    lua_pushliteral(L, LCIELO_PLACE);
    lua_rawget(L, -2);
    place = (int)lua_tointeger(L, -1);
    lua_pop(L, 2);
    return place;
}

/* Whether the table at `index` says that it is a list, even when empty:
 * cielo.array{} and the lists in results do. */
static int is_marked(lua_State *L, int index)
{
    int place = lcielo_place(L, index);

    return place > 0 && place % 2 == 0;
}

typedef struct shape {
    int names;
    size_t positions;
    lua_Number last;
} shape;

/* Counts the keys of the table at the top and lists its names; gives why JSON
 * has no such table, or NULL. Keys are not converted: that would confuse
 * lua_next. A name is listed when it is seen: the collector, which may run at
 * any allocation, takes members out of weak tables. */
static const char *count_keys(reader *in, shape *out)
{
    lua_State *L = in->L;
    lua_Number key;

    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            lua_pushvalue(L, -2);
            lua_rawseti(L, in->keys, in->used + ++out->names);
            continue;
        }
        key = lua_type(L, -2) == LUA_TNUMBER ? lua_tonumber(L, -2) : 0;
        if (!(key >= 1 && key <= (lua_Number)LCIELO_EXACT) ||
            key != (lua_Number)(int64_t)key) {
            lua_pop(L, 2);
            return "a key that is neither a name nor a position";
        }
        out->positions++;
        if (key > out->last)
            out->last = key;
    }
    if (out->names && out->positions)
        return "a table with both names and positions";
    if (out->last != (lua_Number)out->positions)
        return "a list with holes";
    return NULL;
}

static cielo_value *new_table(reader *in, const level *up, shape *out)
{
    const void *self = lua_topointer(in->L, -1);
    const char *reason;
    const level *at;
    int list;

    for (at = up; at; at = at->up)
        if (at->table == self)
            return cielo_value_new_invalid("a table that contains itself");
    if (up && up->depth >= DEPTH_LIMIT)
        return cielo_value_new_invalid("nested too deep");
    reason = count_keys(in, out);
    list = is_marked(in->L, -1);
    if (!reason && list && out->names)
        reason = "a list with names";
    if (reason)
        return cielo_value_new_invalid(reason);
    return list || out->positions ? cielo_value_new_array()
                                  : cielo_value_new_object();
}

typedef struct name {
    const char *text;
    size_t length;
    int key; /* its place in the reader's list, which holds it */
} name;

static int compare_names(const void *a, const void *b)
{
    const name *x = a, *y = b;
    size_t shorter = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->text, y->text, shorter);

    return order ? order : (x->length > y->length) - (x->length < y->length);
}

/* The last `count` names of the reader's list, sorted. */
static void sort_names(reader *in, name *names, int count)
{
    lua_State *L = in->L;
    int i;

    for (i = 0; i < count; i++) {
        names[i].key = in->used - count + i + 1;
        lua_rawgeti(L, in->keys, names[i].key);
        names[i].text = lua_tolstring(L, -1, &names[i].length);
        lua_pop(L, 1);
    }
    qsort(names, (size_t)count, sizeof(*names), compare_names);
}

/* The order of a table's keys differs from run to run; sorted, one table gives
 * the same request and the same problems every time. */
static void fill_object(reader *in, cielo_value *node, const level *at,
                        int count)
{
    lua_State *L = in->L;
    int table = lua_gettop(L), i;
    name few[16], *names = few;

    if ((size_t)count > sizeof(few) / sizeof(few[0]))
        names = lua_newuserdata(L, (size_t)count * sizeof(*names));
    in->used += count;
    sort_names(in, names, count);
    for (i = 0; i < count; i++) {
        lua_rawgeti(L, in->keys, names[i].key);
        lua_rawget(L, table);
        add(in, node, names[i].text, names[i].length, at);
    }
    in->used -= count;
    lua_settop(L, table);
}

/* Fills `node`, in its tree already, from the table at the top. */
static void fill(reader *in, cielo_value *node, const level *at,
                 const shape *seen)
{
    size_t i;

    if (cielo_value_type(node) == CIELO_ARRAY)
        for (i = 1; i <= seen->positions; i++) {
            lua_rawgeti(in->L, -1, (int)i);
            add(in, node, NULL, 0, at);
        }
    else if (cielo_value_type(node) == CIELO_OBJECT)
        fill_object(in, node, at, seen->names);
}

/* Adds the value at the top to `parent`, under `name` or as an item, and pops
 * it. A container is attached while empty and filled in place: whatever jumps
 * out of Lua meanwhile, the tree's owner has all of it. */
static void add(reader *in, cielo_value *parent, const char *name,
                size_t length, const level *up)
{
    lua_State *L = in->L;
    cielo_value *item;
    shape seen = {0, 0, 0};
    int status, table = lua_type(L, -1) == LUA_TTABLE;
    level at;

    luaL_checkstack(L, 10, "fields nested too deep");
    if (++in->count > VALUES_LIMIT + 1) {
        lua_pop(L, 1); /* said once */
        return;
    }
    if (in->count > VALUES_LIMIT) {
        table = 0;
        item = cielo_value_new_invalid("too many values");
    } else {
        item = table ? new_table(in, up, &seen) : new_leaf(L, -1);
    }
    status = name ? cielo_value_set_named(parent, name, length, item)
                  : cielo_value_append(parent, item);
    if (status == CIELO_EUSAGE)
        status = cielo_value_set(
            parent, "?", cielo_value_new_invalid("a name that is not text"));
    else if (status == CIELO_OK && table) {
        at.table = lua_topointer(L, -1);
        at.up = up;
        at.depth = up ? up->depth + 1 : 1;
        fill(in, item, &at, &seen);
    }
    if (status != CIELO_OK)
        luaL_error(L, "not enough memory");
    lua_pop(L, 1);
}

void lcielo_set_value(lua_State *L, cielo_value *object, const char *name,
                      int index)
{
    reader in = {NULL, 0, 0, 0};
    int top = lua_gettop(L);

    in.L = L;
    if (lua_istable(L, index)) {
        lua_createtable(L, 16, 0);
        in.keys = top + 1;
    }
    lua_pushvalue(L, index);
    add(&in, object, name, strlen(name), NULL);
    lua_settop(L, top);
}
