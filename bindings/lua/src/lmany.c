/* Many calls, a few at once: the order that the core decides, and its engine
 * where no host has a loop of its own. cielo/many.lua makes iterators of it. */
#include "lcielo.h"

static const char LCIELO_MANY[] = "cielo.many";

/* REFUSED: the engine had no memory for it, and it has ended. */
enum { WAITING, STARTED, REFUSED };

struct lcielo_many {
    lcielo_object object;
    cielo_many *handle; /* NULL: over */
    cielo_multi *multi; /* NULL: a host's loop moves the calls */
    lcielo_call *calls; /* that are in it */
    int refused;        /* of those: how many the engine would not take */
};

static lcielo_many *check_many(lua_State *L)
{
    lcielo_many *self = lcielo_test(L, 1, LCIELO_MANY);

    luaL_argcheck(L, self != NULL, 1, "cielo.many expected");
    return self;
}

/* ---- calls come and leave ---- */

static void link_call(lcielo_many *self, lcielo_call *call)
{
    call->many = self;
    call->stage = WAITING;
    call->before = NULL;
    call->after = self->calls;
    if (self->calls)
        self->calls->before = call;
    self->calls = call;
    cielo_call_set_user(call->handle, call);
}

static lcielo_call *unlink_call(lcielo_call *call)
{
    if (call->before)
        call->before->after = call->after;
    else
        call->many->calls = call->after;
    if (call->after)
        call->after->before = call->before;
    call->many->refused -= call->stage == REFUSED;
    call->many = NULL;
    return call;
}

/* Takes out what was not started. */
static void drop_waiting(lcielo_many *self)
{
    cielo_call *call;

    while ((call = cielo_many_take(self->handle)) != NULL)
        unlink_call(cielo_call_user(call));
}

/* The next call that may start now, or NULL. */
static lcielo_call *start_call(lcielo_many *self)
{
    cielo_call *handle = cielo_many_start(self->handle, cielo_now_ms());
    lcielo_call *call = handle ? cielo_call_user(handle) : NULL;

    if (call)
        call->stage = STARTED;
    return call;
}

/* Starts what may be: a call that the engine has no memory for has ended. */
static void start_calls(lcielo_many *self)
{
    lcielo_call *call;

    while ((call = start_call(self)) != NULL) {
        if (cielo_multi_add(self->multi, call->handle, NULL) == CIELO_OK)
            continue;
        cielo_call_cancel(call->handle);
        call->stage = REFUSED;
        self->refused++;
    }
}

/* The next call that ended, taken out; NULL when there is none. */
static lcielo_call *take_ended(lcielo_many *self)
{
    cielo_call *call = cielo_multi_done(self->multi);
    lcielo_call *ended = call ? cielo_call_user(call) : NULL;

    if (!ended && self->refused > 0)
        for (ended = self->calls; ended && ended->stage != REFUSED;)
            ended = ended->after;
    if (!ended)
        return NULL;
    cielo_many_ended(self->handle, ended->handle, cielo_now_ms());
    return unlink_call(ended);
}

/* Starts nothing more, and goes on for `ms` at most with what is under way,
 * which nobody is told of; gives 1 when nothing is any more. */
static int run_out(lcielo_many *self, int ms)
{
    lcielo_call *call;

    if (!self->handle)
        return 1;
    drop_waiting(self);
    if (!self->multi)
        return 1;
    if (self->calls)
        cielo_multi_wait(self->multi, ms);
    while ((call = take_ended(self)) != NULL)
        lcielo_drop_call(call);
    return !self->calls;
}

/* The same to its end, from a finalizer, where no code of the host's runs:
 * attempts go untold. */
static void run_out_untold(lcielo_many *self)
{
    while (!run_out(self, 100))
        while (cielo_multi_attempt(self->multi))
            continue;
}

/* Whose finalizer is the first to run, the call's or the many's, nobody knows:
 * one of a call that is still in there ends the many. */
static void leave(lcielo_call *call)
{
    lcielo_many *self = call->many;

    if (self->multi) {
        run_out_untold(self);
    } else if (call->stage == STARTED) {
        cielo_many_ended(self->handle, call->handle, cielo_now_ms());
        unlink_call(call);
    } else {
        drop_waiting(self);
    }
}

/* ---- for cielo/many.lua, and for loops of others ---- */

/* core.many(handle, concurrency, state [, own_loop]) -> many, whose state is
 * any table of its maker's; nil, message, err */
static int many_new(lua_State *L)
{
    lcielo_client *client = lcielo_test(L, 1, LCIELO_CLIENT);
    int concurrency = (int)luaL_checkinteger(L, 2), status;
    int own_loop = lua_toboolean(L, 4);
    lcielo_many *self;
    cielo_error err;

    luaL_argcheck(L, client != NULL, 1, "cielo.client expected");
    luaL_checktype(L, 3, LUA_TTABLE);
    self = lcielo_new_object(L, sizeof(*self), LCIELO_MANY);
    lua_pushvalue(L, 3);
    lcielo_set_state(L, -2);
    if (!client->handle)
        return lcielo_fail_closed(L);
    status = cielo_many_new(&self->handle, client->handle, concurrency, &err);
    if (status == CIELO_OK && !own_loop)
        status = cielo_multi_new(&self->multi, client->handle, &err);
    return status == CIELO_OK ? 1 : lcielo_fail(L, &err, NULL);
}

/* many:state() -> the table that it was made with */
static int many_state(lua_State *L)
{
    check_many(L);
    lcielo_push_state(L, 1);
    return 1;
}

/* many:room() -> whether another call may be put in */
static int many_room(lua_State *L)
{
    const lcielo_many *self = check_many(L);

    lua_pushboolean(L, self->handle && cielo_many_room(self->handle));
    return 1;
}

/* many:put(call, index) -> true; nil, message, err. The state is to hold the
 * call for its stay. */
static int many_put(lua_State *L)
{
    lcielo_many *self = check_many(L);
    lcielo_call *call = lcielo_check_call(L, 2);
    lua_Integer index = luaL_checkinteger(L, 3);
    cielo_error err;

    luaL_argcheck(L, self->handle != NULL, 1, "it is over");
    luaL_argcheck(L, !call->many, 2, "it is in one already");
    if (cielo_many_put(self->handle, call->handle, &err) != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    call->index = index;
    call->leave = leave;
    link_call(self, call);
    lua_pushboolean(L, 1);
    return 1;
}

/* many:count() -> the calls in it, started or not */
static int many_count(lua_State *L)
{
    const lcielo_many *self = check_many(L);

    lua_pushinteger(L, self->handle
                           ? (lua_Integer)cielo_many_count(self->handle)
                           : 0);
    return 1;
}

/* many:run(ms): starts what may be, and waits for what is under way, for so
 * long at most. */
static int many_run(lua_State *L)
{
    lcielo_many *self = check_many(L);
    lua_Integer ms = luaL_checkinteger(L, 2);
    int64_t deadline, left;

    luaL_argcheck(L, self->handle && self->multi, 1, "nothing runs here");
    start_calls(self);
    if (self->refused > 0)
        return 0;
    deadline = cielo_many_deadline(self->handle);
    left = deadline < 0 ? ms : deadline - cielo_now_ms();
    cielo_multi_wait(self->multi, (int)(left < 0 ? 0 : left < ms ? left : ms));
    return 0;
}

/* many:attempt() -> the next attempt that ended, as call:attempt gives it; nil.
 * Its call goes on then. */
static int many_attempt(lua_State *L)
{
    lcielo_many *self = check_many(L);
    cielo_call *call = self->multi ? cielo_multi_attempt(self->multi) : NULL;

    return call ? lcielo_push_attempt(L, call) : 0;
}

/* many:done() -> the index of the next call that ended, taken out; nil */
static int many_done(lua_State *L)
{
    lcielo_many *self = check_many(L);
    const lcielo_call *call;

    luaL_argcheck(L, self->handle && self->multi, 1, "nothing runs here");
    call = take_ended(self);
    if (!call)
        return 0;
    lua_pushinteger(L, call->index);
    return 1;
}

/* many:start() -> the index of the next call that may start now; nil and, where
 * there is one, the ms until it is worth asking again though none ended. Of a
 * host's own loop: a call leaves when its result is taken or it is closed. */
static int many_start(lua_State *L)
{
    lcielo_many *self = check_many(L);
    const lcielo_call *call;
    int64_t deadline, left;

    luaL_argcheck(L, self->handle && !self->multi, 1, "it starts them itself");
    call = start_call(self);
    if (call) {
        lua_pushinteger(L, call->index);
        return 1;
    }
    deadline = cielo_many_deadline(self->handle);
    if (deadline < 0)
        return 0;
    left = deadline - cielo_now_ms();
    lua_pushnil(L);
    lua_pushnumber(L, left > 0 ? (lua_Number)left : 0);
    return 2;
}

/* many:run_out(ms) -> whether nothing is under way any more: starts nothing
 * more, and names what ends meanwhile and somebody has to know of. */
static int many_run_out(lua_State *L)
{
    lcielo_many *self = check_many(L);

    lua_pushboolean(L, run_out(self, (int)luaL_checkinteger(L, 2)));
    return 1;
}

/* May run twice. */
static int many_gc(lua_State *L)
{
    lcielo_many *self = check_many(L);
    cielo_multi *multi = self->multi;
    cielo_many *handle = self->handle;

    run_out_untold(self);
    while (self->calls) /* of a host's loop: they are its own to end */
        unlink_call(self->calls);
    self->multi = NULL;
    self->handle = NULL;
    cielo_multi_free(multi);
    cielo_many_free(handle);
    return 0;
}

/* core.many_with(step, close): what the iterators do, in Lua */
static int many_with(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    luaL_getmetatable(L, LCIELO_MANY);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "__call");
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, "close");
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, "__close");
    return 0;
}

static const luaL_Reg methods[] = {
    {"state", many_state}, {"room", many_room},       {"put", many_put},
    {"count", many_count}, {"run", many_run},         {"done", many_done},
    {"start", many_start}, {"run_out", many_run_out}, {"__gc", many_gc},
    {"attempt", many_attempt},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"many", many_new},
    {"many_with", many_with},
    {NULL, NULL},
};

void lcielo_open_many(lua_State *L)
{
    lcielo_class(L, LCIELO_MANY, "cielo.many", methods);
    lcielo_set_functions(L, functions);
}
