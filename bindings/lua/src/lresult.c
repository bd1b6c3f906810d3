/* The core's trees as Lua tables: results, and what errors tell. */
#include <string.h>

#include "lcielo.h"

/* ---- names of members, and the rows they are of ---- */

/* Answers have the same members from one sale to the next, so that the rows of
 * their names, and those names in Lua, are kept where the hash of the wire name
 * says. Only names that are written as the map writes them are kept: others
 * are whoever's, and could push these out. */
typedef struct known {
    const cielo_field *field; /* NULL: free */
    size_t length;            /* of its wire name */
    int is_first;             /* no other spelling of the member wins */
    int is_fact;              /* a fact is called as it is in Lua */
} known;

/* KNOWN is a power of two. A name stands in one of so many places. */
enum { KNOWN_BITS = 9, KNOWN = 1 << KNOWN_BITS, PLACES = 4 };

/* The list of Lua names: those of `known`, then those of facts, then those of a
 * root's metatable. */
enum {
    FACT_NAMES = KNOWN + 1,
    CLASS_NAMES = FACT_NAMES + CIELO_FACT_COUNT,
    CLASS_MEMBERS = 4 /* that a root has from its kind, before its own */
};

static const char *const class_names[CLASS_MEMBERS + 1] = {
    "__name", "__metatable", "__tostring", LCIELO_PLACE, LCIELO_WIRE};

/* Places of a state that a tree is pushed with, on the stack meanwhile. */
typedef struct writer {
    lua_State *L;
    int classes;   /* the metatables of results, in a list */
    int names;     /* Lua names of members, in a list */
    known *known;  /* the rows of those members */
    int collides;  /* a member of the root may be called as a fact is */
} writer;

static void open_writer(writer *out, lua_State *L)
{
    luaL_checkstack(L, 8, "answer");
    out->L = L;
    out->collides = 0;
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

/* Of the first and the last bytes, which tell names of one object apart. */
static size_t hash_of(int object, const char *name, size_t length)
{
    uint64_t first = 0, last = 0;

    if (length >= sizeof(first)) {
        memcpy(&first, name, sizeof(first));
        memcpy(&last, name + length - sizeof(last), sizeof(last));
    } else if (length > 0) {
        first = (unsigned char)name[0] | (uint64_t)length << 8;
        last = (unsigned char)name[length / 2] |
               (uint64_t)(unsigned char)name[length - 1] << 8;
    }
    first ^= (last << 1 | last >> 63) + (uint64_t)object * 0x9E3779B97F4A7C15u;
    return (size_t)((first * 0xD6E8FEB86659FD93u) >> (64 - KNOWN_BITS));
}

static int is_fact_name(const char *name)
{
    const cielo_detail *fact;
    size_t i;

    for (i = 0; (fact = cielo_fact_at(i)) != NULL; i++)
        if (strcmp(fact->name, name) == 0)
            return 1;
    return 0;
}

/* Keeps the row in a free place of its hash, or in the last one. */
static void keep_known(const writer *out, size_t hash, const cielo_field *field,
                       size_t length)
{
    size_t place = hash, i;

    for (i = 0; i < PLACES; i++) {
        place = (hash + i) & (KNOWN - 1);
        if (!out->known[place].field)
            break;
    }
    lua_pushvalue(out->L, -1);
    lua_rawseti(out->L, out->names, (int)place + 1);
    out->known[place].field = field;
    out->known[place].length = length;
    out->known[place].is_first = field->use != CIELO_USE_ALIAS;
    out->known[place].is_fact = is_fact_name(field->host);
}

/* Pushes the name in Lua of a member and gives its row; pushes nothing for one
 * that the map does not know. The name that the map has first wins over other
 * spellings, and of those the one that came first: the core decides by the
 * same. */
static const cielo_field *push_known(writer *out, int object, const char *name,
                                     size_t length, int *is_first)
{
    size_t hash = hash_of(object, name, length), i;
    const cielo_field *field;

    for (i = 0; i < PLACES; i++) {
        size_t place = (hash + i) & (KNOWN - 1);
        const known *at = &out->known[place];

        if (!at->field)
            break;
        if (at->length == length && at->field->object == object &&
            memcmp(at->field->wire, name, length) == 0) {
            out->collides |= at->is_fact;
            *is_first = at->is_first;
            lua_rawgeti(out->L, out->names, (int)place + 1);
            return at->field;
        }
    }
    out->collides = 1; /* or not: it is looked at */
    *is_first = 0;
    field = cielo_field_by_wire(object, name, length);
    if (!field)
        return NULL;
    lua_pushstring(out->L, field->host);
    if (memcmp(field->wire, name, length) == 0) {
        *is_first = field->use != CIELO_USE_ALIAS;
        keep_known(out, hash, field, length);
    }
    return field;
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

/* ---- values ---- */

static void push_node(writer *out, const cielo_value *value, int object,
                      const cielo_field *field);

static void push_number(lua_State *L, const cielo_value *value)
{
    int64_t number;
    size_t length;
    const char *text;

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
    } else if (!cielo_value_is_integer(value)) {
        lua_pushnumber(L, (lua_Number)cielo_value_real(value));
        return;
    }
    text = cielo_value_text(value, &length);
    lua_pushlstring(L, text, length);
}

/* Pushes a text as one that a member of `type` holds. */
static void push_text(lua_State *L, const char *text, size_t length, int type)
{
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

/* ---- members ---- */

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
        if (cielo_field_reads(CIELO_FIELD_OPEN, text, length, &number) ==
            CIELO_NULL)
            return 1;
        break;
    default:
        break;
    }
    return name[0] == '$' && strcmp(name, "$id") == 0;
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
static const cielo_field *read_as(const char *name, size_t length)
{
    const cielo_field *card =
        cielo_field_by_name(CIELO_OBJECT_CARD, name, length);

    return card && card->type == CIELO_FIELD_CARD_NUMBER ? card : NULL;
}

/* Sets the members of an object in the table at the top. */
static void set_members(writer *out, const cielo_value *value, int object)
{
    const cielo_field *field;
    const cielo_value *member;
    const char *name;
    size_t length;
    int is_first;

    for (member = cielo_value_first(value); member;
         member = cielo_value_next(member)) {
        name = cielo_value_name(member, &length);
        if (is_wire_only(member, name))
            continue;
        field = push_known(out, object, name, length, &is_first);
        if (!field)
            push_host_name(out->L, object, name, length);
        if (!is_first && is_set(out->L)) {
            lua_pop(out->L, 1);
            continue;
        }
        if (field)
            push_node(out, member, field->child, field);
        else
            push_node(out, member, CIELO_OBJECT_ANY, read_as(name, length));
        lua_rawset(out->L, -3);
    }
}

static void set_items(writer *out, const cielo_value *value, int object,
                      const cielo_field *field)
{
    const cielo_value *item;
    int position = 0;

    for (item = cielo_value_first(value); item; item = cielo_value_next(item)) {
        push_node(out, item, object, field);
        lua_rawseti(out->L, -2, ++position);
    }
}

static void push_node(writer *out, const cielo_value *value, int object,
                      const cielo_field *field)
{
    lua_State *L = out->L;
    int type = field ? field->type : CIELO_FIELD_OPEN;
    const char *text;
    size_t length;

    switch (cielo_value_type(value)) {
    case CIELO_BOOL:
        lua_pushboolean(L, cielo_value_bool(value));
        break;
    case CIELO_NUMBER:
        if (type != CIELO_FIELD_CARD_NUMBER) {
            push_number(L, value);
            break;
        } /* fall through */
    case CIELO_TEXT:
        text = cielo_value_text(value, &length);
        push_text(L, text, length, type);
        break;
    case CIELO_ARRAY:
        luaL_checkstack(L, 8, "answer nested too deep");
        lua_createtable(L, (int)cielo_value_size(value), 0);
        set_items(out, value, object, field);
        set_class(out, object, 1);
        break;
    case CIELO_OBJECT:
        luaL_checkstack(L, 8, "answer nested too deep");
        lua_createtable(L, 0, (int)cielo_value_size(value));
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

/* ---- what a result has beside its members ---- */

/* Pushes a fact as Lua has it; nothing, which gives 0, where there is none or
 * nobody knows it. */
static int push_fact(writer *out, const cielo_call *call, size_t index)
{
    const cielo_value *warnings;
    cielo_fact_value fact;

    if (index == CIELO_FACT_warnings) {
        warnings = cielo_call_warnings(call);
        if (warnings)
            push_node(out, warnings, CIELO_OBJECT_ANY, NULL);
        return warnings != NULL;
    }
    if (index == CIELO_FACT_advice)
        return lcielo_push_advice_of(out->L, call);
    if (!cielo_call_fact(call, index, &fact))
        return 0;
    switch (fact.type) {
    case CIELO_TEXT:
        lua_pushstring(out->L, fact.text);
        return 1;
    case CIELO_NUMBER:
        lua_pushinteger(out->L, (lua_Integer)fact.number);
        return 1;
    case CIELO_BOOL:
        lua_pushboolean(out->L, fact.number != 0);
        return 1;
    default:
        return 0;
    }
}

/* Sets in the result at the top what the wire has no member for: one of that
 * name wins. */
static void add_facts(writer *out, const cielo_call *call)
{
    lua_State *L = out->L;
    int collides = out->collides;
    size_t i;

    for (i = 0; i < CIELO_FACT_COUNT; i++) {
        lua_rawgeti(L, out->names, FACT_NAMES + (int)i);
        if ((!collides || !is_set(L)) && push_fact(out, call, i))
            lua_rawset(L, -3);
        else
            lua_pop(L, 1);
    }
}

/* Gives the root at the top a metatable of its own: its kind's, and the call at
 * `index`, which has the answer as it came, with the names Cielo used, their
 * order, nulls, "$id". */
static void add_wire(const writer *out, int index, int place)
{
    lua_State *L = out->L;
    int i;

    lua_createtable(L, 0, CLASS_MEMBERS + 1);
    lua_rawgeti(L, out->classes, place);
    for (i = 0; i < CLASS_MEMBERS; i++) {
        lua_rawgeti(L, out->names, CLASS_NAMES + i);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        lua_rawset(L, -4);
    }
    lua_pop(L, 1);
    lua_rawgeti(L, out->names, CLASS_NAMES + CLASS_MEMBERS);
    lua_pushvalue(L, index);
    lua_rawset(L, -3);
    lua_setmetatable(L, -2);
}

static void push_root(writer *out, const cielo_call *call,
                      const cielo_value *value, int object)
{
    lua_State *L = out->L;
    int list = cielo_value_type(value) == CIELO_ARRAY;
    int size = (int)cielo_value_size(value);

    if (list)
        lua_createtable(L, size, CIELO_FACT_COUNT);
    else
        lua_createtable(L, 0, size + CIELO_FACT_COUNT);
    if (list) {
        set_items(out, value, object, NULL);
    } else if (!value || cielo_value_type(value) == CIELO_OBJECT) {
        set_members(out, value, object);
    } else {
        push_node(out, value, object, NULL);
        lua_setfield(L, -2, "value"); /* a bare number, text or boolean */
    }
    add_facts(out, call);
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

/* ---- the state ---- */

/* Pushes the list of names; its zeroth item are their rows. */
static void push_names(lua_State *L)
{
    const cielo_detail *fact;
    known *rows;
    int i;

    lua_createtable(L, CLASS_NAMES + CLASS_MEMBERS, 1);
    rows = lua_newuserdata(L, KNOWN * sizeof(*rows));
    for (i = 0; i < KNOWN; i++)
        rows[i].field = NULL;
    lua_rawseti(L, -2, 0);
    for (i = 0; (fact = cielo_fact_at((size_t)i)) != NULL; i++) {
        lua_pushstring(L, fact->name);
        lua_rawseti(L, -2, FACT_NAMES + i);
    }
    for (i = 0; i <= CLASS_MEMBERS; i++) {
        lua_pushstring(L, class_names[i]);
        lua_rawseti(L, -2, CLASS_NAMES + i);
    }
}

/* Pushes the metatables of results, each at its place. */
static void push_classes(lua_State *L)
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
}

void lcielo_open_results(lua_State *L)
{
    push_classes(L);
    push_names(L);
    lua_rawseti(L, -2, 0);
    lua_setfield(L, LUA_REGISTRYINDEX, LCIELO_RESULTS);
}
