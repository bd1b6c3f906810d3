/* What became of a call: its result or error, and what is told meanwhile. */
#include <stdio.h>
#include <string.h>

#include "lcielo.h"

/* ---- results ---- */

/* call:result() -> result; nil, message, err. Takes it: what the core kept for
 * the call is freed at once, not when the collector comes by; the answer stays
 * for the result. */
static int call_result(lua_State *L)
{
    lcielo_call *self = lcielo_check_call(L, 1);
    const cielo_value *value;
    cielo_error err;
    int pushed = 1;

    if (cielo_call_result(self->handle, &value, &err) == CIELO_OK)
        lcielo_push_result(L, 1, value);
    else
        pushed = lcielo_fail(L, &err, cielo_call_details(self->handle));
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

/* "sale_void of order 2014111701, payment_id 24bc8366-..." */
static int write_name(const lcielo_call *self, const char *order, char *out,
                      size_t size)
{
    const char *subject = self->subject;

    if (!order && *subject)
        subject += 2; /* the comma */
    return snprintf(out, size, "%s%s%s%s%s",
                    cielo_operation_at(self->operation)->name,
                    order || *subject ? " of " : "", order ? "order " : "",
                    order ? order : "", subject);
}

static const char *text_of(const cielo_value *object, const char *name)
{
    const char *text = cielo_value_text(cielo_value_get(object, name), NULL);

    return text ? text : "";
}

/* "authorized, approved, PaymentId 24bc8366-...": facts, and the id of a sale
 * that was made. */
static void write_answer(lcielo_call *self, const cielo_value *value,
                         char *out, size_t size)
{
    static const char *const words[] = {"approved", "declined", "pending"};
    const cielo_value *facts = cielo_call_facts(self->handle);
    const cielo_value *payment = cielo_value_get_case(value, "Payment");
    const char *id
        = cielo_value_text(cielo_value_get_case(payment, "PaymentId"), NULL);
    const char *status = text_of(facts, "status_name"), *word = "";
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (cielo_value_bool(cielo_value_get(facts, words[i])) == 1)
            word = words[i];
    snprintf(out, size, " was answered%s%s%s%s%s%s",
             *status || *word || id ? ": " : "", status,
             *status && *word ? ", " : "", word,
             id ? (*status || *word ? ", PaymentId " : "PaymentId ") : "",
             id ? id : "");
}

/* Whether a call that ended so is a write that somebody has to know of. A read
 * among requests of any kind is none. */
static int is_told_of(const lcielo_call *self, int status)
{
    const cielo_operation *row = cielo_operation_at(self->operation);

    return row->is_write
        && (status == CIELO_EUNKNOWN
            || (status == CIELO_OK && self->operation != CIELO_OP_REQUEST));
}

int lcielo_abandon(lcielo_call *self, char *text, size_t size)
{
    const cielo_value *value;
    cielo_error err;
    size_t used;
    int status, told;

    if (!self->handle)
        return 0;
    cielo_call_cancel(self->handle);
    status = cielo_call_result(self->handle, &value, &err);
    told = is_told_of(self, status);
    if (told) {
        const char *order
            = text_of(cielo_call_details(self->handle), "merchant_order_id");

        write_name(self, *order ? order : NULL, text, size);
        used = strlen(text);
        if (status == CIELO_OK)
            write_answer(self, value, text + used, size - used);
        else
            snprintf(text + used, size - used, ": %s", err.message);
    }
    lcielo_end_call(self);
    return told;
}

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

    write_name(self, luaL_optstring(L, 2, NULL), text, sizeof(text));
    lua_pushstring(L, text);
    lua_pushboolean(L, cielo_operation_at(self->operation)->is_write);
    return 2;
}

static const luaL_Reg methods[] = {
    {"abandon", call_abandon},
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
