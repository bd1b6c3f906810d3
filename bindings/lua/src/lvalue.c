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

/* ---- to Lua ---- */

/* Places of a state that a tree is pushed with, on the stack meanwhile. */
typedef struct writer {
    lua_State *L;
    int classes;               /* the metatables of results, in a list */
    int names;                 /* Lua names of members, in a list */
    const cielo_field **known; /* the rows of those members */
} writer;

#define KNOWN 512

static void open_writer(writer *out, lua_State *L)
{
    luaL_checkstack(L, 8, "answer");
    out->L = L;
    lua_getfield(L, LUA_REGISTRYINDEX, LCIELO_RESULTS);
    out->classes = lua_gettop(L);
    lua_rawgeti(L, out->classes, 0);
    out->names = out->classes + 1;
    lua_rawgeti(L, out->names, 0);
    out->known = lua_touserdata(L, -1);
}

/* Leaves what is on the top in the place of what open_writer pushed. */
static void close_writer(const writer *out)
{
    lua_replace(out->L, out->classes);
    lua_settop(out->L, out->classes);
}

/* Gives the table at the top the metatable of its kind. */
static void set_class(const writer *out, int object, int list)
{
    lua_rawgeti(out->L, out->classes, LCIELO_PLACE_OF(object, list));
    lua_setmetatable(out->L, -2);
}

static size_t place_of(int object, const char *name, size_t length)
{
    size_t hash = (size_t)object * 7919 + length, i;

    for (i = 0; i < length; i++)
        hash = hash * 31 + (unsigned char)name[i];
    return hash % KNOWN;
}

/* Pushes the name in Lua of a member and gives its row; pushes nothing for one
 * that the map does not know. Answers have the same members from one sale to
 * the next, so that rows and names are kept where their hash says. */
static const cielo_field *push_known(const writer *out, int object,
                                     const char *name, size_t length)
{
    lua_State *L = out->L;
    size_t place = place_of(object, name, length);
    const cielo_field *field = out->known[place];

    if (field && field->object == object && strcmp(field->wire, name) == 0) {
        lua_rawgeti(L, out->names, (int)place + 1);
        return field;
    }
    field = cielo_field_by_wire(object, name, length);
    if (!field)
        return NULL;
    lua_pushstring(L, field->host);
    lua_pushvalue(L, -1);
    lua_rawseti(L, out->names, (int)place + 1);
    out->known[place] = field;
    return field;
}

static void push_node(const writer *out, const cielo_value *value, int object,
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
    int type = field ? field->type : CIELO_FIELD_OPEN;
    int64_t number;

    if (type == CIELO_FIELD_CARD_NUMBER) {
        lcielo_push_secret(L, text, length);
        return;
    }
    switch (cielo_field_reads(type, text, length, &number)) {
    case CIELO_BOOL:
        lua_pushboolean(L, number != 0);
        break;
    case CIELO_NUMBER:
        lua_pushinteger(L, (lua_Integer)number);
        break;
    default:
        lua_pushlstring(L, text, length);
    }
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

/* Whether an object only refers to the number of another, as the serializer
 * that Cielo uses writes it: it has nothing else, but for a number of its
 * own. */
static int is_reference(const cielo_value *value)
{
    size_t size = cielo_value_size(value);

    return cielo_value_get(value, "$ref") &&
           (size == 1 || (size == 2 && cielo_value_get(value, "$id")));
}

/* What is in the wire form only: nulls, how Checkout writes "never", references
 * and "$id". */
static int is_wire_only(const cielo_value *member, const char *name)
{
    size_t length;
    const char *text;
    int64_t number;

    switch (cielo_value_type(member)) {
    case CIELO_NULL:
        return 1;
    case CIELO_OBJECT:
        return cielo_value_size(member) <= 2 && is_reference(member);
    case CIELO_TEXT:
        text = cielo_value_text(member, &length);
        return strcmp(name, "$id") == 0 ||
               cielo_field_reads(CIELO_FIELD_OPEN, text, length, &number) ==
                   CIELO_NULL;
    default:
        return strcmp(name, "$id") == 0;
    }
}

/* Whether the table below the name at the top has a value under it. */
static int is_set(lua_State *L)
{
    int set;

    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    set = !lua_isnil(L, -1);
    lua_pop(L, 1);
    return set;
}

/* Where the map does not know a member, one that is named as a card's number is
 * a Secret all the same. */
static const cielo_field *read_as(const cielo_field *field, const char *name,
                                  size_t length)
{
    const cielo_field *card;

    if (field)
        return field;
    card = cielo_field_by_name(CIELO_OBJECT_CARD, name, length);
    return card && card->type == CIELO_FIELD_CARD_NUMBER ? card : NULL;
}

/* The name that the map has first wins over other spellings, and of those the
 * one that came first: the core decides by the same. */
static int is_first_name(const cielo_field *field, const char *name)
{
    return field && field->use != CIELO_USE_ALIAS
        && strcmp(field->wire, name) == 0;
}

/* Sets the members of an object in the table at the top. */
static void set_members(const writer *out, const cielo_value *value,
                        int object)
{
    const cielo_field *field;
    const cielo_value *member;
    const char *name;
    size_t length;

    for (member = cielo_value_first(value); member;
         member = cielo_value_next(member)) {
        name = cielo_value_name(member, &length);
        if (is_wire_only(member, name))
            continue;
        field = push_known(out, object, name, length);
        if (!field)
            push_host_name(out->L, object, name, length);
        if (!is_first_name(field, name) && is_set(out->L)) {
            lua_pop(out->L, 1);
            continue;
        }
        push_node(out, member, field ? field->child : CIELO_OBJECT_ANY,
                  read_as(field, name, length));
        lua_rawset(out->L, -3);
    }
}

static void set_items(const writer *out, const cielo_value *value, int object,
                      const cielo_field *field)
{
    const cielo_value *item;
    int position = 0;

    for (item = cielo_value_first(value); item; item = cielo_value_next(item)) {
        push_node(out, item, object, field);
        lua_rawseti(out->L, -2, ++position);
    }
}

static void push_node(const writer *out, const cielo_value *value, int object,
                      const cielo_field *field)
{
    lua_State *L = out->L;
    int size = (int)cielo_value_size(value);

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
        luaL_checkstack(L, 8, "answer nested too deep");
        lua_createtable(L, size, 0);
        set_items(out, value, object, field);
        set_class(out, object, 1);
        break;
    case CIELO_OBJECT:
        luaL_checkstack(L, 8, "answer nested too deep");
        lua_createtable(L, 0, size);
        set_members(out, value, object);
        set_class(out, object, 0);
        break;
    default:
        lua_pushlightuserdata(L, NULL); /* cielo.null */
    }
}

void lcielo_push_value(lua_State *L, const cielo_value *value, int object)
{
    writer out;

    open_writer(&out, L);
    push_node(&out, value, object, NULL);
    close_writer(&out);
}

/* Sets in the result at the top what the wire has no member for: one of that
 * name wins. */
static void add_facts(const writer *out, const cielo_value *facts)
{
    const cielo_value *fact;
    const char *name;
    size_t length;

    for (fact = cielo_value_first(facts); fact; fact = cielo_value_next(fact)) {
        if (cielo_value_type(fact) == CIELO_NULL)
            continue;
        name = cielo_value_name(fact, &length);
        lua_pushlstring(out->L, name, length);
        if (is_set(out->L)) {
            lua_pop(out->L, 1);
            continue;
        }
        push_node(out, fact, CIELO_OBJECT_ANY, NULL);
        lua_rawset(out->L, -3);
    }
}

/* The same for the advice on a repeat. */
static void add_advice(lua_State *L, cielo_call *call)
{
    cielo_advice advice;

    lua_pushliteral(L, "advice");
    if (is_set(L) || !cielo_call_advice(call, &advice)) {
        lua_pop(L, 1);
        return;
    }
    lcielo_push_advice(L, &advice);
    lua_rawset(L, -3);
}

/* Gives the root a metatable of its own: its kind's, and the call at `index`,
 * which has the answer as it came: the names Cielo used, their order, nulls,
 * "$id". */
static void add_wire(const writer *out, int index, int place)
{
    lua_State *L = out->L;

    lua_createtable(L, 0, 5);
    lua_rawgeti(L, out->classes, place);
    lua_getfield(L, -1, "__tostring");
    lua_setfield(L, -3, "__tostring");
    lua_getfield(L, -1, "__name");
    lua_pushvalue(L, -1);
    lua_setfield(L, -4, "__metatable");
    lua_setfield(L, -3, "__name");
    lua_pop(L, 1);
    lua_pushinteger(L, place);
    lua_setfield(L, -2, LCIELO_PLACE);
    lua_pushvalue(L, index);
    lua_setfield(L, -2, LCIELO_WIRE);
    lua_setmetatable(L, -2);
}

static void push_root(const writer *out, cielo_call *call,
                      const cielo_value *value, int object)
{
    lua_State *L = out->L;
    const cielo_value *facts = cielo_call_facts(call);
    int size = (int)cielo_value_size(value);
    int extra = (int)cielo_value_size(facts) + 1; /* the advice */

    if (!facts)
        luaL_error(L, "not enough memory");
    if (cielo_value_type(value) == CIELO_ARRAY)
        lua_createtable(L, size, extra);
    else
        lua_createtable(L, 0, size + extra);
    if (cielo_value_type(value) == CIELO_ARRAY) {
        set_items(out, value, object, NULL);
    } else if (!value || cielo_value_type(value) == CIELO_OBJECT) {
        set_members(out, value, object);
    } else {
        push_node(out, value, object, NULL);
        lua_setfield(L, -2, "value"); /* a bare number, text or boolean */
    }
    add_facts(out, facts);
    add_advice(L, call);
}

void lcielo_push_result(lua_State *L, int index, const cielo_value *value)
{
    lcielo_call *self = lcielo_test(L, index, LCIELO_CALL);
    const cielo_operation *row =
        cielo_operation_at(cielo_call_operation(self->handle));
    writer out;

    if (cielo_value_type(value) == CIELO_NULL)
        value = NULL; /* an answer without members */
    open_writer(&out, L);
    push_root(&out, self->handle, value, row->object);
    add_wire(&out, index,
             LCIELO_PLACE_OF(row->object,
                             cielo_value_type(value) == CIELO_ARRAY));
    self->answer = cielo_call_take_result(self->handle);
    close_writer(&out);
}

/* Pushes an empty list of names; its zeroth item are their rows. */
static void push_names(lua_State *L)
{
    const cielo_field **known;
    size_t i;

    lua_createtable(L, KNOWN, 1);
    known = lua_newuserdata(L, KNOWN * sizeof(*known));
    for (i = 0; i < KNOWN; i++)
        known[i] = NULL;
    lua_rawseti(L, -2, 0);
}

void lcielo_open_values(lua_State *L)
{
    const char *name;
    int object, list;

    lua_newtable(L);
    for (object = 0; (name = cielo_object_name(object)) != NULL; object++)
        for (list = 0; list < 2; list++) {
            lua_createtable(L, 0, 4);
            lua_pushfstring(L, list ? "cielo.%s[]" : "cielo.%s", name);
            lua_pushvalue(L, -1);
            lua_setfield(L, -3, "__name");
            lua_setfield(L, -2, "__metatable");
            lua_pushinteger(L, LCIELO_PLACE_OF(object, list));
            lua_setfield(L, -2, LCIELO_PLACE);
            lua_rawseti(L, -2, LCIELO_PLACE_OF(object, list));
        }
    push_names(L);
    lua_rawseti(L, -2, 0);
    lua_setfield(L, LUA_REGISTRYINDEX, LCIELO_RESULTS);
}
