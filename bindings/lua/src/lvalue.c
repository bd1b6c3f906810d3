/* Lua values to the core's trees. */
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

/* ---- names, and the rows they are of ---- */

/* A spelling of a member that was seen before: programs use the same few, and
 * Lua has each of them once, at one address, while the list holds it. */
typedef struct spelling {
    const char *text; /* NULL: free */
    int object;
    const cielo_field *field;
} spelling;

/* SPELLINGS is a power of two. A spelling stands in one of so many places. */
enum { SPELLINGS_BITS = 9, SPELLINGS = 1 << SPELLINGS_BITS, PLACES = 4 };

/* Where a value goes. */
typedef struct spot {
    cielo_value *to;
    const char *name; /* NULL: as an item */
    size_t length;
} spot;

/* What the map says of a value: the object it is, and the one that its items
 * are. CIELO_OBJECT_ANY where it says nothing. */
typedef struct kind {
    int self;
    int item;
} kind;

static const kind any = {CIELO_OBJECT_ANY, CIELO_OBJECT_ANY};

/* The tables on the way down to a value, for cycles. */
typedef struct level {
    const void *table;
    const struct level *up;
    int depth;
} level;

/* `names` is the index of the list of spellings. `keys` is that of a list of
 * the names in the objects on the way down that have to be sorted, the first
 * `used` of which are taken: nil until there is one. */
typedef struct reader {
    lua_State *L;
    int count;
    int names;
    spelling *known;
    int keys;
    int used;
} reader;

static size_t hash_of(const char *text, int object)
{
    uint64_t mixed = (uint64_t)(uintptr_t)text + (uint64_t)object * 0x9E37u;

    return (size_t)((mixed * 0x9E3779B97F4A7C15u) >> (64 - SPELLINGS_BITS));
}

/* The row of a member by the name at `index`; NULL if the map has none. */
static const cielo_field *find_field(reader *in, int object, int index)
{
    lua_State *L = in->L;
    size_t length, hash, place = 0, i;
    const char *text = lua_tolstring(L, index, &length);
    const cielo_field *field;

    if (object == CIELO_OBJECT_ANY)
        return NULL;
    hash = hash_of(text, object);
    for (i = 0; i < PLACES; i++) {
        place = (hash + i) & (SPELLINGS - 1);
        if (!in->known[place].text)
            break;
        if (in->known[place].text == text && in->known[place].object == object)
            return in->known[place].field;
    }
    field = cielo_field_by_name(object, text, length);
    if (!field)
        return NULL; /* names that anybody makes up push out no others */
    in->known[place].text = NULL; /* whatever jumps away */
    lua_pushvalue(L, index);
    lua_rawseti(L, in->names, (int)place + 1);
    in->known[place].text = text;
    in->known[place].object = object;
    in->known[place].field = field;
    return field;
}

/* What the checker takes the value of a member for. Where it copies without a
 * look into it, nothing is known of it. */
static kind kind_of(const cielo_field *field)
{
    kind of = any;

    if (!field || field->use == CIELO_USE_ANSWER)
        return of;
    if (field->type == CIELO_FIELD_OBJECT)
        of.self = field->child;
    else if (field->type == CIELO_FIELD_LIST)
        of.item = field->child;
    return of;
}

/* ---- values ---- */

/* A node was not made: names that JSON cannot have are told, once for all of an
 * object. */
static void fail(reader *in, const spot *at)
{
    cielo_value *name = at->name ? cielo_value_new_text(at->name, at->length)
                                 : NULL;
    int bad = cielo_value_type(name) == CIELO_INVALID;

    cielo_value_free(name);
    if (!bad ||
        cielo_value_set(at->to, "?",
                        cielo_value_new_invalid("a name that is not text")) !=
            CIELO_OK)
        luaL_error(in->L, "not enough memory");
}

static void put_invalid(reader *in, const spot *at, const char *reason)
{
    if (!cielo_value_put_invalid(at->to, at->name, at->length, reason))
        fail(in, at);
}

/* Numbers that are no integers here are few. */
static void put_real(reader *in, const spot *at, double number)
{
    cielo_value *node = cielo_value_new_real(number);
    int status = at->name ? cielo_value_set_named(at->to, at->name, at->length,
                                                  node)
                          : cielo_value_append(at->to, node);

    if (status != CIELO_OK)
        fail(in, at);
}

static void put_integer(reader *in, const spot *at, int64_t number)
{
    if (!cielo_value_put_integer(at->to, at->name, at->length, number))
        fail(in, at);
}

/* A whole float is the integer it stands for, on every Lua: JSON libraries give
 * such, and so does a division. */
static void put_number(reader *in, const spot *at, int index)
{
    lua_State *L = in->L;
    lua_Number number = lua_tonumber(L, index);
    lua_Number limit = (lua_Number)LCIELO_EXACT;

#if LCIELO_HAS_INTEGERS
    if (lua_isinteger(L, index)) {
        put_integer(in, at, (int64_t)lua_tointeger(L, index));
        return;
    }
#endif
    if (number >= -limit && number <= limit &&
        number == (lua_Number)(int64_t)number)
        put_integer(in, at, (int64_t)number);
#if !LCIELO_HAS_INTEGERS
    else if (number - number == 0 && (number > limit || number < -limit))
        put_invalid(in, at,
                    "a number past 2^53 is not exact here; give it as text");
#endif
    else
        put_real(in, at, (double)number);
}

static const char *why_invalid(lua_State *L, int index)
{
    switch (lua_type(L, index)) {
    case LUA_TFUNCTION:
        return "a function is not a JSON value";
    case LUA_TTHREAD:
        return "a coroutine is not a JSON value";
    case LUA_TUSERDATA:
    case LUA_TLIGHTUSERDATA:
        return "a userdata is not a JSON value";
    default:
        return "not a JSON value";
    }
}

static void put_null(reader *in, const spot *at)
{
    if (!cielo_value_put_null(at->to, at->name, at->length))
        fail(in, at);
}

/* Puts anything but a table. */
static void put_leaf(reader *in, const spot *at, int index)
{
    lua_State *L = in->L;
    const char *text;
    size_t length;

    switch (lua_type(L, index)) {
    case LUA_TNIL:
        put_null(in, at);
        return;
    case LUA_TBOOLEAN:
        if (!cielo_value_put_bool(at->to, at->name, at->length,
                                  lua_toboolean(L, index)))
            fail(in, at);
        return;
    case LUA_TNUMBER:
        put_number(in, at, index);
        return;
    case LUA_TLIGHTUSERDATA:
        if (!lua_touserdata(L, index)) {
            put_null(in, at); /* cielo.null */
            return;
        }
        break;
    default:
        text = lua_type(L, index) == LUA_TSTRING
            ? lua_tolstring(L, index, &length)
            : lcielo_text(L, index, &length);
        if (!text)
            break;
        if (!cielo_value_put_text(at->to, at->name, at->length, text, length))
            fail(in, at);
        return;
    }
    put_invalid(in, at, why_invalid(L, index));
}

/* ---- tables ---- */

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
    int list;
    int names;
    size_t positions;
    lua_Number last;
} shape;

/* Looks at the keys of the table at the top; gives why JSON has no such table,
 * or NULL. Keys are not converted: that would confuse lua_next. */
static const char *look(reader *in, shape *out)
{
    lua_State *L = in->L;
    lua_Number key;

    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            out->names++;
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
    out->list = is_marked(L, -1);
    if (out->list && out->names)
        return "a list with names";
    out->list |= out->positions > 0;
    return NULL;
}

static void add(reader *in, const spot *at, kind of, const level *up);

/* Fills an object whose names the checker knows, but for one at most, and puts
 * into its own order. Gives 0, and has filled a part of it, where that is not
 * so or where it is none. */
static int fill_known(reader *in, cielo_value *node, int object,
                      const level *up)
{
    lua_State *L = in->L;
    const cielo_field *field;
    int table = lua_gettop(L), unknown = 0;
    spot at;

    at.to = node;
    for (lua_pushnil(L); lua_next(L, table);) {
        if (lua_type(L, table + 1) != LUA_TSTRING)
            break;
        field = find_field(in, object, table + 1);
        if (!field && unknown++)
            break;
        at.name = lua_tolstring(L, table + 1, &at.length);
        add(in, &at, kind_of(field), up);
    }
    if (lua_gettop(L) == table)
        return 1;
    lua_settop(L, table);
    return 0;
}

typedef struct listed {
    const char *text;
    size_t length;
    int key; /* its place in the reader's list, which holds it */
} listed;

static int compare_names(const void *a, const void *b)
{
    const listed *x = a, *y = b;
    size_t shorter = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->text, y->text, shorter);

    return order ? order : (x->length > y->length) - (x->length < y->length);
}

/* Lists the names of the object at the top; gives how many there are. The
 * collector, which may run at any allocation, takes members out of weak tables:
 * a name is listed when it is seen. */
static int list_names(reader *in)
{
    lua_State *L = in->L;
    int count = 0;

    if (lua_isnil(L, in->keys)) {
        lua_createtable(L, 16, 0);
        lua_replace(L, in->keys);
    }
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        lua_pushvalue(L, -2);
        lua_rawseti(L, in->keys, in->used + ++count);
    }
    return count;
}

/* The last `count` names of the reader's list, sorted. */
static void sort_names(reader *in, listed *names, int count)
{
    lua_State *L = in->L;
    int i;

    for (i = 0; i < count; i++) {
        names[i].key = in->used + i + 1;
        lua_rawgeti(L, in->keys, names[i].key);
        names[i].text = lua_tolstring(L, -1, &names[i].length);
        lua_pop(L, 1);
    }
    qsort(names, (size_t)count, sizeof(*names), compare_names);
}

/* Members that the checker does not know stay as they come, and the order of a
 * table's keys differs from run to run: sorted, one table gives the same
 * request and the same problems every time. */
static void fill_sorted(reader *in, cielo_value *node, int object,
                        const level *up)
{
    lua_State *L = in->L;
    int table = lua_gettop(L), count = list_names(in), top, i;
    listed few[16], *names = few;
    spot at;
    kind of;

    at.to = node;
    if ((size_t)count > sizeof(few) / sizeof(few[0]))
        names = lua_newuserdata(L, (size_t)count * sizeof(*names));
    sort_names(in, names, count);
    in->used += count;
    top = lua_gettop(L);
    for (i = 0; i < count; i++) {
        lua_rawgeti(L, in->keys, names[i].key);
        of = kind_of(find_field(in, object, top + 1));
        lua_rawget(L, table);
        at.name = names[i].text; /* the list holds it */
        at.length = names[i].length;
        add(in, &at, of, up);
    }
    in->used -= count;
    lua_settop(L, table);
}

static void fill_array(reader *in, cielo_value *node, int object, size_t count,
                       const level *up)
{
    kind of = any;
    spot at = {NULL, NULL, 0};
    size_t i;

    at.to = node;
    of.self = object;
    for (i = 1; i <= count; i++) {
        lua_rawgeti(in->L, -1, (int)i);
        add(in, &at, of, up);
    }
}

/* Puts an empty container, or why there is none, which is then the last of it;
 * in the place of one that was filled in part where that is `spoiled`. */
static cielo_value *put_container(const spot *at, const char *reason, int list,
                                  int spoiled)
{
    cielo_value *node;

    if (!spoiled && reason)
        return cielo_value_put_invalid(at->to, at->name, at->length, reason);
    if (!spoiled)
        return list ? cielo_value_put_array(at->to, at->name, at->length)
                    : cielo_value_put_object(at->to, at->name, at->length);
    if (reason)
        node = cielo_value_new_invalid(reason);
    else
        node = list ? cielo_value_new_array() : cielo_value_new_object();
    return cielo_value_set_named(at->to, at->name, at->length, node) == CIELO_OK
        ? node
        : NULL;
}

/* Puts a table of any kind, after a look at all of its keys. */
static void put_looked_at(reader *in, const spot *at, kind of,
                          const level *here, const char *reason, int spoiled)
{
    shape seen = {0, 0, 0, 0};
    cielo_value *node;

    if (!reason)
        reason = look(in, &seen);
    node = put_container(at, reason, seen.list, spoiled);
    if (!node)
        fail(in, at);
    else if (reason)
        return;
    else if (seen.list)
        fill_array(in, node, of.item, seen.positions, here);
    else
        fill_sorted(in, node, of.self, here);
}

/* Whether the table at the top is likely an object of the map's. */
static int is_likely_known(lua_State *L, const spot *at, kind of)
{
    if (!at->name || of.self == CIELO_OBJECT_ANY)
        return 0;
    if (!lua_getmetatable(L, -1))
        return 1;
    lua_pop(L, 1);
    return 0;
}

/* Puts the table at the top. It is in its tree while it is filled: whatever
 * jumps out of Lua meanwhile, the tree's owner has all of it. */
static void put_table(reader *in, const spot *at, kind of, const level *up)
{
    const char *reason = NULL;
    int count = in->count, spoiled = 0;
    const level *above;
    cielo_value *node;
    level here;

    here.table = lua_topointer(in->L, -1);
    here.up = up;
    here.depth = up ? up->depth + 1 : 1;
    for (above = up; above; above = above->up)
        if (above->table == here.table)
            reason = "a table that contains itself";
    if (!reason && here.depth > DEPTH_LIMIT)
        reason = "nested too deep";
    if (!reason && is_likely_known(in->L, at, of)) {
        node = cielo_value_put_object(at->to, at->name, at->length);
        if (!node) {
            fail(in, at);
            return;
        }
        if (fill_known(in, node, of.self, &here))
            return;
        spoiled = 1;
        in->count = count;
    }
    put_looked_at(in, at, of, &here, reason, spoiled);
}

/* Adds the value at the top, and pops it. */
static void add(reader *in, const spot *at, kind of, const level *up)
{
    lua_State *L = in->L;

    luaL_checkstack(L, 10, "fields nested too deep");
    in->count++;
    if (in->count == VALUES_LIMIT + 1)
        put_invalid(in, at, "too many values"); /* said once */
    else if (in->count <= VALUES_LIMIT && lua_istable(L, -1))
        put_table(in, at, of, up);
    else if (in->count <= VALUES_LIMIT)
        put_leaf(in, at, -1);
    lua_pop(L, 1);
}

void lcielo_set_value(lua_State *L, cielo_value *object, const char *name,
                      int index, int fields)
{
    int top = lua_gettop(L);
    kind of = any;
    reader in;
    spot at;

    luaL_checkstack(L, 4, "fields");
    lua_getfield(L, LUA_REGISTRYINDEX, LCIELO_SPELLINGS);
    lua_rawgeti(L, top + 1, 0);
    in.L = L;
    in.count = 0;
    in.names = top + 1;
    in.known = lua_touserdata(L, -1);
    in.keys = top + 2;
    in.used = 0;
    lua_pushnil(L);
    lua_replace(L, in.keys);
    lua_pushvalue(L, index);
    at.to = object;
    at.name = name;
    at.length = strlen(name);
    of.self = fields;
    add(&in, &at, of, NULL);
    lua_settop(L, top);
}

void lcielo_open_values(lua_State *L)
{
    spelling *known;
    int i;

    lua_createtable(L, SPELLINGS, 1);
    known = lua_newuserdata(L, SPELLINGS * sizeof(*known));
    for (i = 0; i < SPELLINGS; i++)
        known[i].text = NULL;
    lua_rawseti(L, -2, 0);
    lua_setfield(L, LUA_REGISTRYINDEX, LCIELO_SPELLINGS);
}
