/* One operation: the machine of the core, which a host drives to its end. */
#include <stdio.h>
#include <string.h>

#include "lcielo.h"

lcielo_call *lcielo_check_call(lua_State *L, int index)
{
    lcielo_call *self = lcielo_test(L, index, LCIELO_CALL);

    luaL_argcheck(L, self != NULL, index, "cielo.call expected");
    if (!self->handle)
        luaL_error(L, "the result of this call was taken");
    return self;
}

/* Room for what a write names. */
#define SUBJECT 160

/* Appends ", payment_id 24bc8366-...": an id as it may be shown, or the word
 * of a method. */
static void add_named(char *out, const char *name, size_t length,
                      const cielo_value *params)
{
    char given[SUBJECT / 4], shown[SUBJECT / 2];
    size_t used = strlen(out), size = 0;
    const char *text;

    snprintf(given, sizeof(given), "%.*s", (int)length, name);
    text = cielo_value_text(cielo_value_get(params, given), &size);
    if (!text)
        return;
    cielo_id_shown(text, size, shown, sizeof(shown));
    snprintf(out + used, SUBJECT - used, ", %s %s", given, shown);
}

/* What a write names beside an order, which the core knows: for the line that
 * tells of a write whose caller is gone. */
static void read_subject(char *out, const cielo_operation *row,
                         const cielo_value *params)
{
    const cielo_param *param;
    const char *name;
    size_t length;

    out[0] = '\0';
    if (!row->is_write)
        return;
    for (name = row->params; *name; name += strspn(name, " ?")) {
        length = strcspn(name, " ?");
        param = cielo_param_find(name, length);
        /* No path: its query and its escapes may hide anything. */
        if (param->kind == CIELO_PARAM_ID || param->kind == CIELO_PARAM_METHOD)
            add_named(out, name, length, params);
        name += length;
    }
}

/* A request of any kind writes unless its method says that it reads. */
static int is_write(int operation, const cielo_value *params)
{
    const char *method
        = cielo_value_text(cielo_value_get(params, "method"), NULL);

    return cielo_operation_at(operation)->is_write
        && !(method && strcmp(method, "GET") == 0);
}

static int64_t timeout_of(const lcielo_client *client,
                          const cielo_value *params)
{
    int64_t own;

    if (cielo_value_integer(cielo_value_get(params, "timeout"), &own))
        return own;
    return cielo_client_timeout(client->handle);
}

int lcielo_start_call(lua_State *L, lcielo_client *client, int operation,
                      const cielo_value *params)
{
    lcielo_call *self;
    cielo_entropy entropy;
    cielo_error err;
    char subject[SUBJECT];
    int status;

    read_subject(subject, cielo_operation_at(operation), params);
    self = lcielo_new_object(L, sizeof(*self) + strlen(subject), LCIELO_CALL);
    self->operation = operation;
    self->is_write = is_write(operation, params);
    memcpy(self->subject, subject, strlen(subject) + 1);
    if (!client->handle) /* asked last: a finalizer may have closed it */
        return lcielo_fail_closed(L);
    self->timeout = timeout_of(client, params);
    status = cielo_entropy_fill(&entropy);
    if (status == CIELO_OK)
        status = cielo_call_new(&self->handle, client->handle, operation,
                                params, &entropy, &err);
    else
        lcielo_set_error(&err, status);
    return status == CIELO_OK ? 1 : lcielo_fail(L, &err, NULL);
}

lcielo_tree *lcielo_read_call(lua_State *L, int *operation,
                              lcielo_client **client)
{
    const cielo_operation *row;
    lcielo_arguments in;
    lcielo_tree *tree;

    *operation = (int)luaL_checkinteger(L, 1);
    row = cielo_operation_at(*operation);
    luaL_argcheck(L, row != NULL, 1, "no such operation");
    *client = lcielo_client_of(L, 2);
    if (!*client)
        lcielo_self_error(L, row->noun, row->verb);
    tree = lcielo_new_tree(L);
    lua_insert(L, 1); /* below the arguments, so that past them is nothing */
    in.L = L;
    in.function = row->verb;
    in.base = 3;
    in.top = lua_gettop(L);
    in.next = 4;
    in.fields = row->fields;
    tree->value = in.params = cielo_value_new_block(CIELO_OBJECT);
    if (!tree->value)
        luaL_error(L, "not enough memory");
    lcielo_read_parameters(&in, row->params);
    lcielo_read_options(&in);
    return tree;
}

/* core.call(operation, client or noun, ...) -> call, handle of the client; nil,
 * message, err */
static int call_new(lua_State *L)
{
    lcielo_client *client;
    int operation, started;
    lcielo_tree *tree = lcielo_read_call(L, &operation, &client);

    started = lcielo_start_call(L, client, operation, tree->value);
    cielo_value_free(tree->value); /* the call has what it needs of it */
    tree->value = NULL;
    if (started != 1)
        return started;
    lcielo_push_handle(L, 3);
    return 2;
}

/* close and __gc: may run twice. */
static int call_close(lua_State *L)
{
    lcielo_call *self = lcielo_test(L, 1, LCIELO_CALL);

    luaL_argcheck(L, self != NULL, 1, "cielo.call expected");
    lcielo_drop_call(self);
    cielo_value_free(self->answer);
    self->answer = NULL;
    self->closed = 1;
    return 0;
}

/* call:perform(slice) -> true when the call ended: blocks at most so many ms,
 * so that the host's signal handlers get their turn in between. */
static int call_perform(lua_State *L)
{
    lcielo_call *self = lcielo_check_call(L, 1);
    cielo_error err;

    lua_pushboolean(L, cielo_perform_slice(self->handle,
                                           (int)luaL_checkinteger(L, 2),
                                           &err) != CIELO_EAGAIN);
    return 1;
}

/* call:step(now) -> "record", "send", "wait" or "done", and the deadline in ms
 */
static int call_step(lua_State *L)
{
    lcielo_call *self = lcielo_check_call(L, 1);
    int64_t now = (int64_t)luaL_checknumber(L, 2);

    switch (cielo_call_step(self->handle, now)) {
    case CIELO_STEP_RECORD:
        lua_pushliteral(L, "record");
        break;
    case CIELO_STEP_SEND:
        lua_pushliteral(L, "send");
        break;
    case CIELO_STEP_WAIT:
        lua_pushliteral(L, "wait");
        break;
    default:
        lua_pushliteral(L, "done");
    }
    lua_pushnumber(L, (lua_Number)cielo_call_deadline(self->handle));
    return 2;
}

static int call_deadline(lua_State *L)
{
    const lcielo_call *self = lcielo_check_call(L, 1);

    lua_pushnumber(L, (lua_Number)cielo_call_deadline(self->handle));
    return 1;
}

/* call:request() -> what to send while "send" is open; its headers, a list of
 * {name, value}, hold secrets */
static int call_request(lua_State *L)
{
    const cielo_request *request =
        cielo_call_request(lcielo_check_call(L, 1)->handle);
    size_t i;

    if (!request)
        return 0;
    lua_newtable(L);
    lcielo_set_text(L, "method", request->method);
    lcielo_set_text(L, "url", request->url);
    lcielo_set_text(L, "scheme", request->scheme);
    lcielo_set_text(L, "host", request->host);
    lcielo_set_text(L, "target", request->target);
    lua_pushinteger(L, request->port);
    lua_setfield(L, -2, "port");
    lua_pushboolean(L, request->write);
    lua_setfield(L, -2, "write");
    lua_pushnumber(L, (lua_Number)request->connect_timeout_ms);
    lua_setfield(L, -2, "connect_timeout");
    if (request->body)
        lua_pushlstring(L, request->body, request->body_length);
    else
        lua_pushnil(L);
    lua_setfield(L, -2, "body");
    lua_createtable(L, (int)request->header_count, 0);
    for (i = 0; i < request->header_count; i++) {
        lua_createtable(L, 2, 0);
        lua_pushstring(L, request->headers[i].name);
        lua_rawseti(L, -2, 1);
        lua_pushstring(L, request->headers[i].value);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "headers");
    return 1;
}

/* call:on_response(http_status, body, date, retry_after, content_type) */
static int call_on_response(lua_State *L)
{
    lcielo_call *self = lcielo_check_call(L, 1);
    cielo_response response;
    int status;

    response.http_status = (int)luaL_checkinteger(L, 2);
    response.body = luaL_optlstring(L, 3, "", &response.body_length);
    response.date = luaL_optstring(L, 4, NULL);
    response.retry_after = luaL_optstring(L, 5, NULL);
    response.content_type = luaL_optstring(L, 6, NULL);
    status = cielo_call_on_response(self->handle, &response);
    if (status == CIELO_EUSAGE)
        return luaL_error(L, "%s", cielo_strerror(status));
    return 0; /* what else goes wrong ends the call by its own rules */
}

/* call:on_failure(sent, cause, text): no whole answer came */
static int call_on_failure(lua_State *L)
{
    static const char *const sents[] = {"no", "maybe", "yes", NULL};
    static const char *const causes[] = {
#define CIELO_X(name, word) word,
        CIELO_CAUSE_MAP(CIELO_X)
#undef CIELO_X
            NULL};
    lcielo_call *self = lcielo_check_call(L, 1);
    cielo_sent sent = (cielo_sent)luaL_checkoption(L, 2, NULL, sents);
    cielo_cause cause = (cielo_cause)luaL_checkoption(L, 3, NULL, causes);
    const char *text = luaL_optstring(L, 4, NULL);
    int status = cielo_call_on_failure(self->handle, sent, cause, text);

    if (status == CIELO_EUSAGE)
        return luaL_error(L, "%s", cielo_strerror(status));
    return 0;
}

static int call_cancel(lua_State *L)
{
    cielo_call_cancel(lcielo_check_call(L, 1)->handle);
    return 0;
}

static const luaL_Reg methods[] = {
    {"perform", call_perform},         {"step", call_step},
    {"deadline", call_deadline},       {"request", call_request},
    {"on_response", call_on_response}, {"on_failure", call_on_failure},
    {"cancel", call_cancel},           {"close", call_close},
    {"__gc", call_close},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"call", call_new},
    {NULL, NULL},
};

void lcielo_open_call(lua_State *L)
{
    lcielo_class(L, LCIELO_CALL, "cielo.call", methods);
    lcielo_set_functions(L, functions);
}
