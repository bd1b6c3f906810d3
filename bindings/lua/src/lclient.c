/* The handle of a client: settings from a table, one reference of the core. */
#include <string.h>

#include "lcielo.h"

typedef struct setting {
    lua_State *L;
    const char *function;
    int table;
} setting;

/* Pushes the option, so that its text stays until the core has copied it;
 * gives 0 when it was not given. */
static int push_option(const setting *at, const char *name)
{
    luaL_checkstack(at->L, 4, "too many options");
    lua_pushstring(at->L, name);
    lua_rawget(at->L, at->table);
    return !lua_isnil(at->L, -1);
}

static void fail(const setting *at, const char *name, const char *expected)
{
    lcielo_type_error(at->L, 1, at->function, name, expected, -1);
}

static void read_text(const setting *at, const char *name, const char **out)
{
    size_t length;
    const char *text;

    if (!push_option(at, name))
        return;
    text = lcielo_text(at->L, -1, &length);
    if (!text)
        fail(at, name, "string");
    if (strlen(text) != length)
        lcielo_argument_error(
            at->L, 1, at->function,
            lua_pushfstring(at->L, "%s: text holds a NUL", name));
    *out = text;
}

/* No part of one is rounded away: 1.5 is somebody's seconds. */
static void check_whole(const setting *at, const char *name,
                        lua_Number number, const char *unit)
{
    if (number != (lua_Number)(int64_t)number)
        lcielo_argument_error(at->L, 1, at->function,
                              lua_pushfstring(at->L, "%s: whole number%s "
                                              "expected, got %f",
                                              name, unit, number));
}

static lua_Number read_number(const setting *at, const char *name,
                              const char *unit)
{
    lua_Number number;

    if (lua_type(at->L, -1) != LUA_TNUMBER)
        fail(at, name, "number");
    number = lua_tonumber(at->L, -1);
    if (number - number != 0 || number > (lua_Number)INT32_MAX)
        lcielo_argument_error(
            at->L, 1, at->function,
            lua_pushfstring(at->L, "%s: number out of range", name));
    if (number >= 0)
        check_whole(at, name, number, unit);
    /* To the core -1 is "not given"; what is below it is a problem. */
    return number < 0 ? -2 : number;
}

static void read_ms(const setting *at, const char *name, int64_t *out)
{
    if (push_option(at, name))
        *out = (int64_t)read_number(at, name, " of milliseconds");
}

static void read_count(const setting *at, const char *name, int *out)
{
    if (push_option(at, name))
        *out = (int)read_number(at, name, "");
}

static void read_flag(const setting *at, const char *name, int *out)
{
    if (!push_option(at, name))
        return;
    if (!lua_isboolean(at->L, -1))
        fail(at, name, "boolean");
    *out = lua_toboolean(at->L, -1);
}

/* A function, which the handle keeps: the core is only to say when. */
static void read_on_attempt(const setting *at, cielo_options *out)
{
    if (push_option(at, "on_attempt")) {
        if (!lua_isfunction(at->L, -1))
            fail(at, "on_attempt", "function");
        out->tell_attempts = 1;
    }
    lua_pop(at->L, 1);
}

static const char *const names[] = {
    "on_attempt",
#define CIELO_X(option, kind, shareable) #option,
    CIELO_OPTION_MAP(CIELO_X)
#undef CIELO_X
    NULL
};

static int is_option(const char *name)
{
    size_t i;

    for (i = 0; names[i]; i++)
        if (strcmp(name, names[i]) == 0)
            return 1;
    return 0;
}

/* A name that is no option is a mistake in the program, as in `new{timout=1}`,
 * which must not pass as the default. */
static void check_names(const setting *at)
{
    lua_State *L = at->L;

    for (lua_pushnil(L); lua_next(L, at->table); lua_pop(L, 1))
        if (lua_type(L, -2) != LUA_TSTRING || !is_option(lua_tostring(L, -2)))
            lcielo_refuse_option(L, 1, at->function, -2, names);
}

static void read_options(lua_State *L, int index, const char *function,
                         cielo_options *out)
{
    setting at;

    if (!lua_istable(L, index))
        lcielo_type_error(L, 1, function, NULL, "table", index);
    at.L = L;
    at.function = function;
    at.table = index;
    check_names(&at);
    read_on_attempt(&at, out);
#define TEXT(name) read_text(&at, #name, &out->name);
#define SECRET(name) read_text(&at, #name, &out->name);
#define MS(name) read_ms(&at, #name, &out->name##_ms);
#define COUNT(name) read_count(&at, #name, &out->name);
#define FLAG(name) read_flag(&at, #name, &out->name);
#define CIELO_X(name, kind, shareable) kind(name)
    CIELO_OPTION_MAP(CIELO_X)
#undef CIELO_X
#undef TEXT
#undef SECRET
#undef MS
#undef COUNT
#undef FLAG
}

/* The handle on the stack's top keeps on_attempt of the table at `index`. */
static void keep_on_attempt(lua_State *L, int index)
{
    lcielo_client *self = lcielo_test(L, -1, LCIELO_CLIENT);

    lua_newtable(L);
    lua_getfield(L, index, "on_attempt");
    lua_setfield(L, -2, "on_attempt");
    lcielo_set_state(L, -2);
    self->tells = 1;
}

/* handle:on_attempt() -> the function that is told of attempts; nil */
static int client_on_attempt(lua_State *L)
{
    const lcielo_client *self = lcielo_test(L, 1, LCIELO_CLIENT);

    luaL_argcheck(L, self != NULL, 1, "cielo.client expected");
    if (!self->tells)
        return 0;
    lcielo_push_state(L, 1);
    lua_getfield(L, -1, "on_attempt");
    return 1;
}

lcielo_client *lcielo_push_handle(lua_State *L, int index)
{
    lcielo_client *self;

    if (!lua_istable(L, index) || !lua_getmetatable(L, index))
        return NULL;
    lua_pushstring(L, LCIELO_CLIENT);
    lua_rawget(L, -2);
    lua_remove(L, -2);
    self = lcielo_test(L, -1, LCIELO_CLIENT);
    if (!self)
        lua_pop(L, 1);
    return self;
}

lcielo_client *lcielo_client_of(lua_State *L, int index)
{
    lcielo_client *self = lcielo_push_handle(L, index);

    if (self)
        lua_pop(L, 1); /* the metatable holds it */
    return self;
}

/* core.handle(client) -> its handle, nil for other values */
static int client_handle(lua_State *L)
{
    if (!lcielo_push_handle(L, 1))
        lua_pushnil(L);
    return 1;
}

static lcielo_client *check_client(lua_State *L)
{
    lcielo_client *self = lcielo_test(L, 1, LCIELO_CLIENT);

    luaL_argcheck(L, self != NULL, 1, "cielo.client expected");
    return self;
}

/* Gives what lcielo_fail gives, for what cielo_client_new or, for a `client`,
 * cielo_client_with refused: with every problem. */
static int refuse(lua_State *L, const cielo_options *options,
                  const cielo_client *client, const cielo_error *err)
{
    lcielo_tree *tree = lcielo_new_tree(L);
    cielo_value *problems = NULL;

    if (err->status == CIELO_EVALIDATION)
        cielo_options_problems(&problems, options, client);
    if (problems) {
        tree->value = cielo_value_new_object();
        if (cielo_value_set(tree->value, "problems", problems) != CIELO_OK)
            return luaL_error(L, "not enough memory");
    }
    return lcielo_fail(L, err, tree->value);
}

/* core.client(options) -> handle */
static int client_new(lua_State *L)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    lcielo_client *self;
    cielo_error err;

    lua_settop(L, 1);
    if (lua_isnil(L, 1)) {
        lua_newtable(L);
        lua_replace(L, 1);
    }
    read_options(L, 1, "new", &options);
    self = lcielo_new_object(L, sizeof(*self), LCIELO_CLIENT);
    if (cielo_client_new(&self->handle, &options, &err) != CIELO_OK)
        return refuse(L, &options, NULL, &err);
    if (options.tell_attempts == 1)
        keep_on_attempt(L, 1);
    return 1;
}

/* handle:with(options) -> handle */
static int client_with(lua_State *L)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    lcielo_client *self = check_client(L), *other;
    cielo_error err;

    lua_settop(L, 2);
    read_options(L, 2, "with_options", &options);
    if (options.tell_attempts == 1)
        lcielo_argument_error(L, 1, "with_options",
                              "on_attempt is of all that share: "
                              "give it to new");
    other = lcielo_new_object(L, sizeof(*other), LCIELO_CLIENT);
    if (!self->handle)
        return lcielo_fail_closed(L);
    if (cielo_client_with(&other->handle, self->handle, &options, &err) !=
        CIELO_OK)
        return refuse(L, &options, self->handle, &err);
    if (self->tells) {
        lcielo_push_state(L, 1);
        lcielo_set_state(L, -2);
        other->tells = 1;
    }
    return 1;
}

/* May run twice, in any order with the calls, which hold references of their
 * own. */
static int client_close(lua_State *L)
{
    lcielo_client *self = check_client(L);
    cielo_client *handle = self->handle;

    self->handle = NULL;
    cielo_client_unref(handle);
    return 0;
}

/* handle:where() -> environment, base URL, time-out in ms; nothing if closed */
static int client_where(lua_State *L)
{
    lcielo_client *self = check_client(L);

    if (!self->handle)
        return 0;
    lua_pushstring(L, cielo_client_environment(self->handle));
    lua_pushstring(L, cielo_client_base_url(self->handle));
    lua_pushnumber(L, (lua_Number)cielo_client_timeout(self->handle));
    return 3;
}

/* handle:epoch() -> changes when calls that wait should be stepped again */
static int client_epoch(lua_State *L)
{
    lcielo_client *self = check_client(L);

    if (!self->handle)
        return 0;
    lua_pushnumber(L, (lua_Number)cielo_client_epoch(self->handle));
    return 1;
}

static int client_gc(lua_State *L)
{
    lcielo_client *self = check_client(L);
    cielo_client *syncing = self->syncing;

    self->syncing = NULL;
    cielo_client_unref(syncing);
    return client_close(L);
}

static const luaL_Reg methods[] = {
    {"close", client_close}, {"where", client_where},
    {"epoch", client_epoch}, {"__gc", client_gc},
    {"on_attempt", client_on_attempt},                {NULL, NULL},
};

void lcielo_open_client(lua_State *L)
{
    lcielo_class(L, LCIELO_CLIENT, "cielo.client", methods);
    lua_pushcfunction(L, client_new);
    lua_setfield(L, -2, "client");
    lua_pushcfunction(L, client_handle);
    lua_setfield(L, -2, "handle");
    lua_pushcfunction(L, client_with);
    lua_setfield(L, -2, "with");
}
