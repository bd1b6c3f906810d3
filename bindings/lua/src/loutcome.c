/* What became of a call: its result or error, and what is told meanwhile. */
#include <stdio.h>
#include <string.h>

#include "lcielo.h"

/* ---- results ---- */

/* A time-out (ms) so short is mostly one that was meant in seconds. */
#define SHORT 100

/* Says so of a call that may have ended by it. */
static void tell_short(const lcielo_call *self, cielo_error *err)
{
    size_t used = strlen(err->message);

    if (self->timeout > 0 && self->timeout < SHORT
        && (err->status == CIELO_ETIMEOUT || err->status == CIELO_EUNKNOWN
            || err->status == CIELO_ETRANSPORT))
        snprintf(err->message + used, sizeof(err->message) - used,
                 " (its time-out was %d ms: times are in milliseconds)",
                 (int)self->timeout);
}

/* call:result() -> result; nil, message, err. Takes it: what the core kept for
 * the call is freed at once, not when the collector comes by; the answer stays
 * for the result. */
static int call_result(lua_State *L)
{
    lcielo_call *self = lcielo_check_call(L, 1);
    const cielo_value *value;
    cielo_error err;
    int pushed = 1;

    if (cielo_call_result(self->handle, &value, &err) == CIELO_OK) {
        lcielo_push_result(L, 1, value);
    } else {
        tell_short(self, &err);
        pushed = lcielo_fail(L, &err, cielo_call_details(self->handle));
    }
    lcielo_end_call(self);
    return pushed;
}

/* core.attempts(call) -> one table per exchange that ended, without secrets */
static int call_attempts(lua_State *L)
{
    const cielo_value *details =
        cielo_call_details(lcielo_check_call(L, 1)->handle);

    lcielo_push_value(L, cielo_value_get(details, "attempts"),
                      CIELO_OBJECT_ANY);
    return 1;
}

int lcielo_push_attempt(lua_State *L, cielo_call *call)
{
    lcielo_tree *tree = lcielo_new_tree(L);

    tree->value = cielo_call_attempt(call);
    if (!tree->value)
        return 0;
    lcielo_push_value(L, tree->value, CIELO_OBJECT_ANY);
    cielo_value_free(tree->value);
    tree->value = NULL;
    return 1;
}

/* call:attempt() -> the next attempt that ended and was not given here, with
 * the call's operation and order; nil */
static int call_attempt(lua_State *L)
{
    return lcielo_push_attempt(L, lcielo_check_call(L, 1)->handle);
}

/* core.warnings(call) -> what is sent although Cielo may take it otherwise than
 * was meant; nothing when there is nothing to tell */
static int call_warnings(lua_State *L)
{
    const cielo_value *warnings =
        cielo_call_warnings(lcielo_check_call(L, 1)->handle);

    if (!warnings)
        return 0;
    lcielo_push_value(L, warnings, CIELO_OBJECT_ANY);
    return 1;
}

/* ---- writes that nobody is told of ---- */

static lcielo_call *check_ended(lua_State *L)
{
    lcielo_call *self = lcielo_test(L, 1, LCIELO_CALL);

    luaL_argcheck(L, self != NULL, 1, "cielo.call expected");
    return self;
}

/* call:abandon() -> what has to be known of a write that is in doubt or was
 * answered and that nobody is told of; nil for all others. Ends the call. */
static int call_abandon(lua_State *L)
{
    char text[LCIELO_ABANDONED];

    if (!lcielo_abandon(check_ended(L), text, sizeof(text)))
        return 0;
    lua_pushstring(L, text);
    return 1;
}

/* call:name([order]) -> its operation and what it names, for a log; whether it
 * writes. Its result may have been taken. */
static int call_name(lua_State *L)
{
    const lcielo_call *self = check_ended(L);
    char text[LCIELO_ABANDONED];

    lcielo_write_name(self, luaL_optstring(L, 2, NULL), text, sizeof(text));
    lua_pushstring(L, text);
    lua_pushboolean(L, self->is_write);
    return 2;
}

static const luaL_Reg methods[] = {
    {"abandon", call_abandon},
    {"attempt", call_attempt},
    {"name", call_name},
    {"result", call_result},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"attempts", call_attempts},
    {"warnings", call_warnings},
    {NULL, NULL},
};

void lcielo_open_outcome(lua_State *L)
{
    luaL_getmetatable(L, LCIELO_CALL);
    lcielo_set_functions(L, methods);
    lua_pop(L, 1);
    lcielo_set_functions(L, functions);
}
