/* What a driver of cosockets needs: HTTP/1.1 as bytes, and the facts of a
 * request that say where they go. */
#include <string.h>

#include "lcielo.h"

typedef struct wire_object {
    lcielo_object object;
    cielo_wire *handle; /* NULL: closed */
} wire_object;

static cielo_wire *check_wire(lua_State *L)
{
    wire_object *self = lcielo_test(L, 1, LCIELO_HTTP);

    luaL_argcheck(L, self != NULL, 1, "cielo.wire expected");
    if (!self->handle)
        luaL_error(L, "the wire was closed");
    return self->handle;
}

static const cielo_request *check_request(lua_State *L, int index)
{
    const cielo_request *request =
        cielo_call_request(lcielo_check_call(L, index)->handle);

    if (!request)
        luaL_error(L, "this call has nothing to send");
    return request;
}

/* core.wire() -> wire */
static int wire_new(lua_State *L)
{
    wire_object *self = lcielo_new_object(L, sizeof(*self), LCIELO_HTTP);

    if (cielo_wire_new(&self->handle, NULL) != CIELO_OK)
        return luaL_error(L, "not enough memory");
    return 1;
}

/* close and __gc: may run twice. Wipes what the exchange left. */
static int wire_close(lua_State *L)
{
    wire_object *self = lcielo_test(L, 1, LCIELO_HTTP);
    cielo_wire *handle;

    luaL_argcheck(L, self != NULL, 1, "cielo.wire expected");
    handle = self->handle;
    self->handle = NULL;
    cielo_wire_free(handle);
    return 0;
}

/* wire:forget() -> whether it can take another call: wipes what it holds of the
 * one before. A wire that was closed cannot. */
static int wire_forget(lua_State *L)
{
    wire_object *self = lcielo_test(L, 1, LCIELO_HTTP);

    luaL_argcheck(L, self != NULL, 1, "cielo.wire expected");
    if (self->handle)
        cielo_wire_forget(self->handle);
    lua_pushboolean(L, self->handle != NULL);
    return 1;
}

/* Pushes the bytes to send, nil for a request that cannot be written;
 * wire:report then says why. They are a Lua string, the one copy of a request
 * that the collector and not this library frees: a cosocket takes nothing
 * else. */
static void push_bytes(lua_State *L, cielo_wire *wire,
                       const cielo_request *request)
{
    const char *data;
    size_t length;

    if (cielo_wire_start(wire, request) == CIELO_OK
        && cielo_wire_output(wire, &data, &length))
        lua_pushlstring(L, data, length);
    else
        lua_pushnil(L);
}

/* wire:start(call) -> those bytes */
static int wire_start(lua_State *L)
{
    cielo_wire *wire = check_wire(L);

    push_bytes(L, wire, check_request(L, 2));
    return 1;
}

/* wire:step(call) -> nothing when the call is done; the deadline, how long it
 * is until then, and, for a record to write: "record"; for a request: whether
 * it writes, whether it asks for a token, host, port, whether TLS, ms to
 * connect in, and the bytes of wire:start, which those that ask for a token
 * have not yet */
static int wire_step(lua_State *L)
{
    cielo_wire *wire = check_wire(L);
    cielo_call *call = lcielo_check_call(L, 2)->handle;
    int64_t now = cielo_now_ms(), deadline;
    cielo_step step = cielo_call_step(call, now);
    const cielo_request *request = cielo_call_request(call);

    if (step == CIELO_STEP_DONE)
        return 0;
    deadline = cielo_call_deadline(call);
    lua_pushnumber(L, (lua_Number)deadline);
    lua_pushnumber(L, (lua_Number)(deadline - now));
    if (step == CIELO_STEP_WAIT)
        return 2;
    if (step == CIELO_STEP_RECORD) {
        lua_pushliteral(L, "record");
        return 3;
    }
    lua_pushboolean(L, request->write);
    lua_pushboolean(L, request->token);
    lua_pushstring(L, request->host);
    lua_pushinteger(L, request->port);
    lua_pushboolean(L, strcmp(request->scheme, "https") == 0);
    lua_pushnumber(L, (lua_Number)request->connect_timeout_ms);
    if (request->token)
        return 8;
    push_bytes(L, wire, request);
    return 9;
}

/* wire:sent(): the kernel took all of it. */
static int wire_sent(lua_State *L)
{
    cielo_wire *wire = check_wire(L);
    const char *data;
    size_t length;

    if (cielo_wire_output(wire, &data, &length))
        cielo_wire_sent(wire, length);
    return 0;
}

/* wire:input(bytes) -> true once the answer is whole or refused */
static int wire_input(lua_State *L)
{
    cielo_wire *wire = check_wire(L);
    size_t length;
    const char *data = luaL_checklstring(L, 2, &length);

    lua_pushboolean(L, cielo_wire_input(wire, data, length)
                           != CIELO_WIRE_MORE);
    return 1;
}

/* wire:eof(): the peer closed. */
static int wire_eof(lua_State *L)
{
    cielo_wire_eof(check_wire(L));
    return 0;
}

static cielo_cause cause_of(const char *word)
{
    static const char *const causes[] = {
#define CIELO_X(name, word) word,
        CIELO_CAUSE_MAP(CIELO_X)
#undef CIELO_X
    };
    size_t i;

    for (i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
        if (strcmp(word, causes[i]) == 0)
            return (cielo_cause)i;
    return CIELO_CAUSE_INTERNAL;
}

/* Tells the call what came; gives the HTTP status, 0 when no answer did, and
 * sets *keep when the connection is in step: nothing came after the answer, and
 * that was one to what was asked. */
static int report(cielo_call *call, const cielo_wire *wire, const char *cause,
                  const char *text, int *keep)
{
    cielo_response response;

    *keep = 0;
    if (cielo_wire_response(wire, &response) == CIELO_OK) {
        *keep = cielo_call_on_response(call, &response) != CIELO_EDECODE
            && cielo_wire_keep(wire);
        return response.http_status;
    }
    cielo_call_on_failure(call, cielo_wire_sent_state(wire),
                          cause ? cause_of(cause) : cielo_wire_cause(wire),
                          cause ? text : cielo_wire_text(wire));
    return 0;
}

/* wire:report(call [, cause [, text]]) -> http_status, whether the connection
 * can take another request: tells the call the answer, or why there is none;
 * `cause` when the connection and not the wire knows. The answer goes from C to
 * C and is never a Lua string. */
static int wire_report(lua_State *L)
{
    cielo_wire *wire = check_wire(L);
    cielo_call *call = lcielo_check_call(L, 2)->handle;
    int keep;

    lua_pushinteger(L, report(call, wire, luaL_optstring(L, 3, NULL),
                              luaL_optstring(L, 4, NULL), &keep));
    lua_pushboolean(L, keep);
    return 2;
}

/* core.authorization(call) -> the header of that name, a secret, and the URL;
 * nothing when the request has none */
static int call_authorization(lua_State *L)
{
    const cielo_request *request = check_request(L, 1);
    size_t i;

    for (i = 0; i < request->header_count; i++) {
        if (strcmp(request->headers[i].name, "Authorization") == 0) {
            lua_pushstring(L, request->headers[i].value);
            lua_pushstring(L, request->url);
            return 2;
        }
    }
    return 0;
}

/* core.token(client) -> the token its calls share and its end in the clock of
 * core.now(); nothing when there is none */
static int client_token(lua_State *L)
{
    lcielo_client *client = lcielo_test(L, 1, LCIELO_CLIENT);
    char buffer[8 * 1024];
    int64_t expires;

    luaL_argcheck(L, client != NULL, 1, "cielo.client expected");
    if (!client->handle
        || cielo_client_token_get(client->handle, buffer, sizeof(buffer),
                                  &expires) != CIELO_OK)
        return 0;
    lua_pushstring(L, buffer);
    lcielo_wipe(buffer, sizeof(buffer));
    lua_pushnumber(L, (lua_Number)expires);
    return 2;
}

static const luaL_Reg methods[] = {
    {"step", wire_step},   {"start", wire_start},   {"sent", wire_sent},
    {"input", wire_input}, {"eof", wire_eof},       {"report", wire_report},
    {"close", wire_close}, {"forget", wire_forget}, {"__gc", wire_close},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"wire", wire_new},
    {"authorization", call_authorization},
    {"token", client_token},
    {NULL, NULL},
};

void lcielo_open_wire(lua_State *L)
{
    lcielo_class(L, LCIELO_HTTP, "cielo.wire", methods);
    lcielo_set_functions(L, functions);
}
