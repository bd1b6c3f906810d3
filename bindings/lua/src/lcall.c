/* One operation: arguments to parameters, the call machine, its outcome. */
#include <string.h>

#include "lcielo.h"

/* ---- arguments ---- */

/* What a parameter takes in Lua. */
enum { TAKES_TEXT = 1, TAKES_NUMBER = 2, TAKES_TABLE = 4, TAKES_ANY = 8 };

typedef struct takes {
    const char *type; /* as CIELO_PARAM_KIND_MAP has it */
    int what;
    const char *expected;
} takes;

static const takes *takes_of(const cielo_param *param)
{
    static const takes all[] = {
        {"text", TAKES_TEXT, "string"},
        {"date", TAKES_TEXT, "string"},
        {"integer", TAKES_NUMBER, "number"},
        {"interval", TAKES_TEXT | TAKES_NUMBER, "string or number"},
        {"object", TAKES_TABLE, "table"},
        {"any", TAKES_ANY, "JSON value"},
    };
    const char *type = cielo_param_type(param->kind);
    size_t last = sizeof(all) / sizeof(all[0]) - 1, i;

    for (i = 0; i < last && strcmp(all[i].type, type) != 0; i++)
        continue;
    return &all[i];
}

const char *lcielo_takes(const cielo_param *param)
{
    return takes_of(param)->expected;
}

typedef struct arguments {
    lua_State *L;
    const char *function; /* the verb, for messages */
    int base;             /* the stack's index of argument 1, less 1 */
    int top;              /* the index of the last argument */
    int next;             /* of the argument to read next */
    cielo_value *params;  /* owned by a userdata */
} arguments;

static int is_taken(lua_State *L, int index, int what)
{
    int type = lua_type(L, index);
    size_t length;

    if ((what & TAKES_TEXT) && lcielo_text(L, index, &length))
        return 1;
    if (what & TAKES_ANY)
        return type != LUA_TNONE && type != LUA_TFUNCTION &&
               type != LUA_TTHREAD;
    return ((what & TAKES_NUMBER) && type == LUA_TNUMBER) ||
           ((what & TAKES_TABLE) && type == LUA_TTABLE);
}

static void check_taken(const arguments *in, const takes *takes, int index)
{
    if (!is_taken(in->L, index, takes->what))
        lcielo_type_error(in->L, index - in->base, in->function, NULL,
                          takes->expected, index);
}

/* Reads a parameter. A table where a scalar may be left out is the trailing one,
 * the options. */
static void read_parameter(arguments *in, const cielo_param *param,
                           int optional)
{
    const takes *takes = takes_of(param);
    int index = in->next;

    if (optional && lua_isnoneornil(in->L, index)) {
        in->next++;
        return;
    }
    if (optional && !(takes->what & (TAKES_ANY | TAKES_TABLE)) &&
        index == in->top && lua_istable(in->L, index))
        return;
    check_taken(in, takes, index);
    lcielo_set_value(in->L, in->params, param->name, index);
    in->next++;
}

/* Reads the arguments that a row names: "payment_id amount?". */
static void read_parameters(arguments *in, const char *params)
{
    const char *name;
    size_t length;

    for (name = params; *name; name += strspn(name, " ?")) {
        length = strcspn(name, " ?");
        read_parameter(in, cielo_param_find(name, length),
                       name[length] == '?');
        name += length;
    }
}

/* Computed times are floats where Lua has integers; part of a millisecond is
 * one. What is out of range is left to the core. */
static void round_up(lua_State *L)
{
    lua_Number number = lua_tonumber(L, -1);
    lua_Integer whole;

    if (!(number > 0 && number < (lua_Number)INT32_MAX))
        return;
    whole = (lua_Integer)number;
    lua_pop(L, 1);
    lua_pushinteger(L, whole + ((lua_Number)whole < number));
}

static void read_options(arguments *in)
{
    lua_State *L = in->L;
    int index = in->next;
    const char *name;
    int number;

    if (lua_isnoneornil(L, index))
        return;
    if (!lua_istable(L, index))
        lcielo_type_error(L, index - in->base, in->function, NULL,
                          "table of options", index);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        number = strcmp(name, "timeout") == 0;
        if (!number && strcmp(name, "request_id") != 0)
            lcielo_argument_error(
                L, index - in->base, in->function,
                lua_pushfstring(L, "unknown option '%s'", name));
        if (lua_type(L, -1) != (number ? LUA_TNUMBER : LUA_TSTRING))
            lcielo_type_error(L, index - in->base, in->function, name,
                              number ? "number" : "string", -1);
        if (number)
            round_up(L);
        lcielo_set_value(L, in->params, name, lua_gettop(L));
    }
}

/* ---- the call ---- */

static lcielo_call *check_call(lua_State *L)
{
    lcielo_call *self = lcielo_test(L, 1, LCIELO_CALL);

    luaL_argcheck(L, self != NULL, 1, "cielo.call expected");
    if (!self->handle)
        luaL_error(L, "the result of this call was taken");
    return self;
}

static int raise_self(lua_State *L, const char *noun, const char *verb)
{
    luaL_where(L, 2);
    if (noun[0] == '-')
        lua_pushfstring(L, "bad self: write client:%s(...)", verb);
    else
        lua_pushfstring(L, "bad self: write client.%s:%s(...)", noun, verb);
    lua_concat(L, 2);
    return lua_error(L);
}

/* Pushes the call of an operation with the parameters of a tree. */
static int start(lua_State *L, lcielo_client *client, int operation,
                 const cielo_value *params)
{
    lcielo_call *self;
    cielo_entropy entropy;
    cielo_error err;
    int status;

    self = lcielo_new_object(L, sizeof(*self), LCIELO_CALL);
    if (!client->handle) /* asked last: a finalizer may have closed it */
        return lcielo_fail_closed(L);
    status = cielo_entropy_fill(&entropy);
    if (status == CIELO_OK)
        status = cielo_call_new(&self->handle, client->handle, operation,
                                params, &entropy, &err);
    else
        lcielo_set_error(&err, status);
    return status == CIELO_OK ? 1 : lcielo_fail(L, &err, NULL);
}

/* core.call(operation, client or noun, ...) -> call; nil, message, err */
static int call_new(lua_State *L)
{
    int operation = (int)luaL_checkinteger(L, 1);
    const cielo_operation *row = cielo_operation_at(operation);
    lcielo_client *client = lcielo_client_of(L, 2);
    arguments in;
    lcielo_tree *tree;

    luaL_argcheck(L, row != NULL, 1, "no such operation");
    if (!client)
        return raise_self(L, row->noun, row->verb);
    tree = lcielo_new_object(L, sizeof(*tree), LCIELO_TREE);
    lua_insert(L, 1); /* below the arguments, so that past them is nothing */
    in.L = L;
    in.function = row->verb;
    in.base = 3;
    in.top = lua_gettop(L);
    in.next = 4;
    tree->value = in.params = cielo_value_new_object();
    if (!tree->value)
        return luaL_error(L, "not enough memory");
    read_parameters(&in, row->params);
    read_options(&in);
    return start(L, client, operation, tree->value);
}

/* core.confirm(client, notification, options) -> the call of the read that
 * tells the real state; nil, message, err */
static int call_confirm(lua_State *L)
{
    lcielo_client *client = lcielo_client_of(L, 1);
    lcielo_tree *from, *tree;
    arguments in;
    cielo_error err;
    int operation;

    lua_settop(L, 3);
    if (!client)
        return raise_self(L, "-", "confirm");
    in.L = L;
    in.function = "confirm";
    in.base = 1;
    in.next = in.top = 3;
    if (!lua_istable(L, 2))
        lcielo_type_error(L, 1, in.function, NULL, "table", 2);
    from = lcielo_new_object(L, sizeof(*from), LCIELO_TREE);
    tree = lcielo_new_object(L, sizeof(*tree), LCIELO_TREE);
    from->value = cielo_value_new_object();
    if (!from->value)
        return luaL_error(L, "not enough memory");
    lcielo_set_value(L, from->value, "notification", 2);
    if (cielo_notification_confirm(
            cielo_value_get(from->value, "notification"), &operation,
            &tree->value, &err) != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    in.params = tree->value;
    read_options(&in);
    return start(L, client, operation, tree->value);
}

/* cielo.parse_notification(body, content_type) -> what Cielo posted, which is
 * no proof of anything; nil, message, err */
static int parse_notification(lua_State *L)
{
    size_t length;
    const char *body = luaL_checklstring(L, 1, &length);
    const char *type = luaL_optstring(L, 2, NULL);
    lcielo_tree *tree = lcielo_new_object(L, sizeof(*tree), LCIELO_TREE);
    cielo_error err;

    if (cielo_notification_parse(&tree->value, body, length, type, &err) !=
        CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    lcielo_push_value(L, tree->value, CIELO_OBJECT_NOTIFICATION);
    return 1;
}

/* cielo.parse_time(text) -> the fields that os.time takes, and usec; nil for nil
 * and for Cielo's "never"; nil, message, err for other texts */
static int parse_time(lua_State *L)
{
    size_t length;
    const char *text;
    cielo_time time;
    cielo_error err;

    if (!lua_isnoneornil(L, 1)) /* a number would pass as text */
        luaL_checktype(L, 1, LUA_TSTRING);
    text = luaL_optlstring(L, 1, CIELO_NEVER, &length);
    if (cielo_time_parse(&time, text, length, &err) != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    if (time.year == 0)
        return 0;
    lua_createtable(L, 0, 7);
#define SET(name, value) (lua_pushinteger(L, (value)), lua_setfield(L, -2, (name)))
    SET("year", time.year);
    SET("month", time.month);
    SET("day", time.day);
    SET("hour", time.hour);
    SET("min", time.minute);
    SET("sec", time.second);
    SET("usec", time.microsecond);
#undef SET
    return 1;
}

static void free_handle(lcielo_call *self)
{
    cielo_call *handle = self->handle;

    self->handle = NULL;
    cielo_call_free(handle);
}

static int call_close(lua_State *L)
{
    lcielo_call *self = lcielo_test(L, 1, LCIELO_CALL);

    luaL_argcheck(L, self != NULL, 1, "cielo.call expected");
    free_handle(self);
    cielo_value_free(self->answer);
    self->answer = NULL;
    self->closed = 1;
    return 0;
}

/* call:perform(slice) -> true when the call ended: blocks at most so many ms,
 * so that the host's signal handlers get their turn in between. */
static int call_perform(lua_State *L)
{
    lcielo_call *self = check_call(L);
    cielo_error err;

    lua_pushboolean(L, cielo_perform_slice(self->handle,
                                           (int)luaL_checkinteger(L, 2),
                                           &err) != CIELO_EAGAIN);
    return 1;
}

/* call:step(now) -> "send", "wait" or "done", and the deadline in ms */
static int call_step(lua_State *L)
{
    lcielo_call *self = check_call(L);
    int64_t now = (int64_t)luaL_checknumber(L, 2);

    switch (cielo_call_step(self->handle, now)) {
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
    lua_pushnumber(L,
                   (lua_Number)cielo_call_deadline(check_call(L)->handle));
    return 1;
}

static void set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text); /* nil for NULL */
    lua_setfield(L, -2, name);
}

/* call:request() -> what to send while "send" is open; its headers, a list of
 * {name, value}, hold secrets */
static int call_request(lua_State *L)
{
    const cielo_request *request = cielo_call_request(check_call(L)->handle);
    size_t i;

    if (!request)
        return 0;
    lua_newtable(L);
    set_text(L, "method", request->method);
    set_text(L, "url", request->url);
    set_text(L, "scheme", request->scheme);
    set_text(L, "host", request->host);
    set_text(L, "target", request->target);
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

/* call:on_response(http_status, body, date, retry_after) */
static int call_on_response(lua_State *L)
{
    lcielo_call *self = check_call(L);
    cielo_response response;
    int status;

    response.http_status = (int)luaL_checkinteger(L, 2);
    response.body = luaL_optlstring(L, 3, "", &response.body_length);
    response.date = luaL_optstring(L, 4, NULL);
    response.retry_after = luaL_optstring(L, 5, NULL);
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
    lcielo_call *self = check_call(L);
    cielo_sent sent = (cielo_sent)luaL_checkoption(L, 2, NULL, sents);
    cielo_cause cause = (cielo_cause)luaL_checkoption(L, 3, NULL, causes);
    const char *text = luaL_optstring(L, 4, NULL);
    int status = cielo_call_on_failure(self->handle, sent, cause, text);

    if (status == CIELO_EUSAGE)
        return luaL_error(L, "%s", cielo_strerror(status));
    return 0;
}

/* call:operation() -> its name, whether it writes */
static int call_operation(lua_State *L)
{
    const cielo_operation *row =
        cielo_operation_at(cielo_call_operation(check_call(L)->handle));

    lua_pushstring(L, row->name);
    lua_pushboolean(L, row->is_write);
    return 2;
}

static int call_cancel(lua_State *L)
{
    cielo_call_cancel(check_call(L)->handle);
    return 0;
}

/* call:result() -> result; nil, message, err. Takes it: what the core kept for
 * the call is freed at once, not when the collector comes by; the answer stays
 * for the result. */
static int call_result(lua_State *L)
{
    lcielo_call *self = check_call(L);
    const cielo_value *value;
    cielo_error err;
    int pushed = 1;

    if (cielo_call_result(self->handle, &value, &err) == CIELO_OK)
        lcielo_push_result(L, 1, value);
    else
        pushed = lcielo_fail(L, &err, cielo_call_details(self->handle));
    free_handle(self);
    return pushed;
}

static const luaL_Reg methods[] = {
    {"perform", call_perform},         {"step", call_step},
    {"deadline", call_deadline},       {"request", call_request},
    {"on_response", call_on_response}, {"on_failure", call_on_failure},
    {"cancel", call_cancel},           {"result", call_result},
    {"operation", call_operation},     {"close", call_close},
    {"__gc", call_close},
    {NULL, NULL},
};

static const luaL_Reg public_functions[] = {
    {"parse_notification", parse_notification},
    {"parse_time", parse_time},
    {NULL, NULL},
};

void lcielo_open_call(lua_State *L)
{
    lcielo_class(L, LCIELO_CALL, "cielo.call", methods);
    lua_pushcfunction(L, call_new);
    lua_setfield(L, -2, "call");
    lua_pushcfunction(L, call_confirm);
    lua_setfield(L, -2, "confirm");
    lcielo_set_public(L, public_functions);
}
