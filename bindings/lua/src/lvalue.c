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

typedef struct reader {
    lua_State *L;
    int count;
} reader;

static void add(reader *in, cielo_value *parent, const char *name,
                size_t length, const level *up);

#if LCIELO_HAS_INTEGERS
/* Where Lua tells 100 from 100.0 the second stays a fraction, so that a
 * computed amount is refused rather than charged. */
static cielo_value *new_number(lua_State *L, int index)
{
    lua_Number number = lua_tonumber(L, index);
    char text[32];

    if (lua_isinteger(L, index))
        return cielo_value_new_integer((int64_t)lua_tointeger(L, index));
    if (!(number > -(lua_Number)LCIELO_EXACT &&
          number < (lua_Number)LCIELO_EXACT) ||
        number != (lua_Number)(int64_t)number)
        return cielo_value_new_real((double)number);
    snprintf(text, sizeof(text), "%" PRId64 ".0", (int64_t)number);
    return cielo_value_new_number(text, strlen(text));
}
#else
static cielo_value *new_number(lua_State *L, int index)
{
    lua_Number number = lua_tonumber(L, index);
    lua_Number limit = (lua_Number)LCIELO_EXACT;

    if (number >= -limit && number <= limit &&
        number == (lua_Number)(int64_t)number)
        return cielo_value_new_integer((int64_t)number);
    if (number - number == 0 && (number > limit || number < -limit))
        return cielo_value_new_invalid("a number past 2^53 is not exact here; "
                                       "give it as text");
    return cielo_value_new_real((double)number);
}
#endif

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

/* Whether the table at `index` says that it is a list, even when empty:
 * cielo.array{} and the lists in results do. */
static int is_marked(lua_State *L, int index)
{
    int marked;

    if (!lua_getmetatable(L, index))
        return 0;
    lua_pushliteral(L, LCIELO_LIST);
    lua_rawget(L, -2);
    marked = lua_toboolean(L, -1);
    lua_pop(L, 2);
    return marked;
}

typedef struct shape {
    size_t names;
    size_t positions;
    lua_Number last;
} shape;

/* Counts the keys of the table at the top; gives why JSON has no such table,
 * or NULL. Keys are not converted: that would confuse lua_next. */
static const char *count_keys(lua_State *L, shape *out)
{
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
    reason = count_keys(in->L, out);
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
} name;

static int compare_names(const void *a, const void *b)
{
    const name *x = a, *y = b;
    size_t shorter = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->text, y->text, shorter);

    return order ? order : (x->length > y->length) - (x->length < y->length);
}

/* The order of a table's keys differs from run to run; sorted, one table gives
 * the same request and the same problems every time. The keys are counted anew
 * and held by a table: the collector, which may run at any allocation, takes
 * members out of weak tables, and finalizers may do as they like. */
static void fill_object(reader *in, cielo_value *node, const level *at,
                        size_t count)
{
    lua_State *L = in->L;
    int table = lua_gettop(L), keys = table + 2;
    name *names = lua_newuserdata(L, (count + 1) * sizeof(*names));
    size_t i, found = 0;

    lua_createtable(L, (int)count, 0);
    for (lua_pushnil(L); found < count && lua_next(L, table);) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            continue;
        names[found].text = lua_tolstring(L, -1, &names[found].length);
        lua_pushvalue(L, -1);
        lua_rawseti(L, keys, (int)++found);
    }
    lua_settop(L, keys);
    qsort(names, found, sizeof(*names), compare_names);
    for (i = 0; i < found; i++) {
        lua_pushlstring(L, names[i].text, names[i].length);
        lua_rawget(L, table);
        add(in, node, names[i].text, names[i].length, at);
    }
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
    reader in = {NULL, 0};

    in.L = L;
    lua_pushvalue(L, index);
    add(&in, object, name, strlen(name), NULL);
}

/* ---- to Lua ---- */

/* Pushes the metatable of results that are an `object`, or a list of them. */
static void push_class(lua_State *L, int object, int list)
{
    lua_getfield(L, LUA_REGISTRYINDEX, LCIELO_RESULTS);
    lua_rawgeti(L, -1, 2 * object + list + 1);
    lua_remove(L, -2);
}

static void push_node(lua_State *L, const cielo_value *value, int object,
                      const cielo_field *field);

static void push_number(lua_State *L, const cielo_value *value)
{
    int64_t number;
    size_t length;
    const char *text;

    if (!cielo_value_is_integer(value)) {
        lua_pushnumber(L, (lua_Number)cielo_value_real(value));
        return;
    }
    if (cielo_value_integer(value, &number)) {
#if LCIELO_HAS_INTEGERS
        if (number >= LUA_MININTEGER && number <= LUA_MAXINTEGER) {
            lua_pushinteger(L, (lua_Integer)number);
            return;
        }
#else
        if (number >= -LCIELO_EXACT && number <= LCIELO_EXACT) {
            lua_pushnumber(L, (lua_Number)number);
            return;
        }
#endif
    }
    text = cielo_value_text(value, &length);
    lua_pushlstring(L, text, length);
}

static void push_text(lua_State *L, const cielo_value *value,
                      const cielo_field *field)
{
    size_t length;
    const char *text = cielo_value_text(value, &length);

    if (field && field->type == CIELO_FIELD_CARD_NUMBER)
        lcielo_push_secret(L, text, length);
    else
        lua_pushlstring(L, text, length);
}

static void push_host_name(lua_State *L, int object, const char *name,
                           size_t length)
{
    char buffer[96];
    size_t needed;
    char *out;

    needed = cielo_host_name(object, name, length, buffer, sizeof(buffer));
    if (needed < sizeof(buffer)) {
        lua_pushlstring(L, buffer, needed);
        return;
    }
    out = lua_newuserdata(L, needed + 1);
    cielo_host_name(object, name, length, out, needed + 1);
    lua_pushlstring(L, out, needed);
    lua_remove(L, -2);
}

static void push_object(lua_State *L, const cielo_value *value, int object)
{
    const cielo_field *field;
    const cielo_value *member;
    const char *name;
    size_t length;

    lua_createtable(L, 0, (int)cielo_value_size(value));
    for (member = cielo_value_first(value); member;
         member = cielo_value_next(member)) {
        name = cielo_value_name(member, &length);
        /* "$id" numbers objects for the serializer Cielo uses; it says nothing
         * and is in the wire form only. */
        if (cielo_value_type(member) == CIELO_NULL || strcmp(name, "$id") == 0)
            continue;
        field = cielo_field_by_wire(object, name, length);
        if (field)
            lua_pushstring(L, field->host);
        else
            push_host_name(L, object, name, length);
        push_node(L, member, field ? field->child : CIELO_OBJECT_ANY,
                  field ? field : lcielo_secret_field(name, length));
        lua_rawset(L, -3);
    }
}

static void push_array(lua_State *L, const cielo_value *value, int object,
                       const cielo_field *field)
{
    const cielo_value *item;
    int position = 0;

    lua_createtable(L, (int)cielo_value_size(value), 0);
    for (item = cielo_value_first(value); item; item = cielo_value_next(item)) {
        push_node(L, item, object, field);
        lua_rawseti(L, -2, ++position);
    }
}

static void push_node(lua_State *L, const cielo_value *value, int object,
                      const cielo_field *field)
{
    luaL_checkstack(L, 8, "answer nested too deep");
    switch (cielo_value_type(value)) {
    case CIELO_BOOL:
        lua_pushboolean(L, cielo_value_bool(value));
        break;
    case CIELO_NUMBER:
        if (field && field->type == CIELO_FIELD_CARD_NUMBER)
            push_text(L, value, field);
        else
            push_number(L, value);
        break;
    case CIELO_TEXT:
        push_text(L, value, field);
        break;
    case CIELO_ARRAY:
        push_array(L, value, object, field);
        push_class(L, object, 1);
        lua_setmetatable(L, -2);
        break;
    case CIELO_OBJECT:
        push_object(L, value, object);
        push_class(L, object, 0);
        lua_setmetatable(L, -2);
        break;
    default:
        lua_pushlightuserdata(L, NULL); /* cielo.null */
    }
}

void lcielo_push_value(lua_State *L, const cielo_value *value, int object)
{
    push_node(L, value, object, NULL);
}

/* Sets in the result at the top what the wire has no member for. */
static void add_facts(lua_State *L, const cielo_value *facts)
{
    const cielo_value *fact;
    const char *name;
    size_t length;

    for (fact = cielo_value_first(facts); fact; fact = cielo_value_next(fact)) {
        if (cielo_value_type(fact) == CIELO_NULL)
            continue;
        name = cielo_value_name(fact, &length);
        lua_pushlstring(L, name, length);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        if (!lua_isnil(L, -1)) {
            lua_pop(L, 2);
            continue;
        }
        lua_pop(L, 1);
        push_node(L, fact, CIELO_OBJECT_ANY, NULL);
        lua_rawset(L, -3);
    }
}

/* The same for the advice on a repeat, which no member of Cielo's is. */
static void add_advice(lua_State *L, const cielo_call *call)
{
    cielo_advice advice;
    int taken;

    if (!cielo_call_advice(call, &advice))
        return;
    lua_pushliteral(L, "advice");
    lua_rawget(L, -2);
    taken = !lua_isnil(L, -1);
    lua_pop(L, 1);
    if (taken)
        return;
    lcielo_push_advice(L, &advice);
    lua_setfield(L, -2, "advice");
}

/* Gives the root a metatable of its own, a copy of its kind's that also holds
 * the answer as it came: the names Cielo used, their order, nulls, "$id". */
static void add_wire(lua_State *L, lcielo_call *self, int object, int list)
{
    static const char *const shared[] = {"__tostring", "__name", "__metatable",
                                         LCIELO_OBJECT, LCIELO_LIST};
    size_t i;

    lua_createtable(L, 0, 6);
    push_class(L, object, list);
    for (i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
        lua_getfield(L, -1, shared[i]);
        lua_setfield(L, -3, shared[i]);
    }
    lua_pop(L, 1);
    lua_pushlstring(L, self->text ? self->text : "{}",
                    self->text ? self->length : 2);
    lua_setfield(L, -2, LCIELO_WIRE);
    lua_setmetatable(L, -2);
}

void lcielo_push_result(lua_State *L, lcielo_call *self,
                        const cielo_value *value)
{
    const cielo_operation *row =
        cielo_operation_at(cielo_call_operation(self->handle));
    int list = cielo_value_type(value) == CIELO_ARRAY;

    if (cielo_value_type(value) == CIELO_NULL)
        value = NULL; /* an answer without members */
    if (value &&
        cielo_value_print(value, &self->text, &self->length) != CIELO_OK)
        luaL_error(L, "not enough memory");
    if (list) {
        push_array(L, value, row->object, NULL);
    } else if (!value || cielo_value_type(value) == CIELO_OBJECT) {
        push_object(L, value, row->object);
    } else {
        lua_createtable(L, 0, 3);
        push_node(L, value, row->object, NULL);
        lua_setfield(L, -2, "value"); /* a bare number, text or boolean */
    }
    add_facts(L, cielo_call_facts(self->handle));
    add_advice(L, self->handle);
    add_wire(L, self, row->object, list);
}

void lcielo_open_values(lua_State *L)
{
    const char *name;
    int object, list;

    lua_newtable(L);
    for (object = 0; (name = cielo_object_name(object)) != NULL; object++)
        for (list = 0; list < 2; list++) {
            lua_createtable(L, 0, 6);
            lua_pushfstring(L, list ? "cielo.%s[]" : "cielo.%s", name);
            lua_pushvalue(L, -1);
            lua_setfield(L, -3, "__name");
            lua_setfield(L, -2, "__metatable");
            lua_pushinteger(L, object);
            lua_setfield(L, -2, LCIELO_OBJECT);
            lua_pushboolean(L, list);
            lua_setfield(L, -2, LCIELO_LIST);
            lua_rawseti(L, -2, 2 * object + list + 1);
        }
    lua_setfield(L, LUA_REGISTRYINDEX, LCIELO_RESULTS);
}
