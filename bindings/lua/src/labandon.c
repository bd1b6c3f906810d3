/* Writes that nobody is told of, in words. */
#include <stdio.h>
#include <string.h>

#include "lcielo.h"

static void leave_many(lcielo_call *self)
{
    if (self->many)
        self->leave(self);
}

void lcielo_end_call(lcielo_call *self)
{
    cielo_call *handle;

    leave_many(self);
    handle = self->handle;
    if (!handle)
        return;
    self->handle = NULL;
    self->settled = cielo_call_settled(handle);
    cielo_call_free(handle);
}

void lcielo_write_name(const lcielo_call *self, const char *order, char *out,
                       size_t size)
{
    const char *subject = self->subject;

    if (!order && *subject)
        subject += 2; /* the comma */
    snprintf(out, size, "%s%s%s%s%s",
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

/* An order's number and Cielo's words are others': none begins a line. */
static void keep_to_one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            *text = '?';
}

/* Whether a call that ended so is a write that somebody has to know of. */
static int is_told_of(const lcielo_call *self, int status)
{
    return self->is_write && (status == CIELO_EUNKNOWN || status == CIELO_OK);
}

int lcielo_abandon(lcielo_call *self, char *text, size_t size)
{
    const cielo_value *value;
    cielo_error err;
    size_t used;
    int status, told;

    leave_many(self);
    if (!self->handle)
        return 0;
    cielo_call_cancel(self->handle);
    /* Nobody waits for it: what is not noted is in doubt when its time is
     * over. */
    (void)cielo_journal_write(self->handle, NULL, NULL);
    status = cielo_call_result(self->handle, &value, &err);
    told = is_told_of(self, status);
    if (told) {
        const char *order
            = text_of(cielo_call_details(self->handle), "merchant_order_id");

        lcielo_write_name(self, *order ? order : NULL, text, size);
        used = strlen(text);
        if (status == CIELO_OK)
            write_answer(self, value, text + used, size - used);
        else
            snprintf(text + used, size - used, ": %s", err.message);
        keep_to_one_line(text);
    }
    lcielo_end_call(self);
    return told;
}

/* A write that is dropped has nobody who could be told, since a finalizer
 * raises to whoever allocates next or to nobody: standard error is left, which
 * nginx directs to its log. Lua 5.4's warn() is off unless asked for, and no
 * other Lua has it. */
void lcielo_drop_call(lcielo_call *self)
{
    char text[LCIELO_ABANDONED];

    if (lcielo_abandon(self, text, sizeof(text)))
        fprintf(stderr, "cielo: a call was dropped: %s\n", text);
}
