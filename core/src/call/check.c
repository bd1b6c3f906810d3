/* Problems and warnings of a call's parameters, and where they stand. */
#include <stdio.h>

#include "check.h"

/* Members that no document knows are whoever's: their number has no end. */
enum { NAME_LIMIT = 64, MOST_WARNINGS = 32 };

static void add_note(cielo__check *c, cielo_value *notes, const char *name,
                     const char *rule, const char *message)
{
    cielo__buf path;

    cielo__buf_init(&path, NULL, CIELO__PATH_LIMIT * 2);
    /* A member's name is the user's text: it might be a card number. */
    cielo__text_shown(&path, cielo__buf_string(&c->path), c->path.length, NULL,
                      CIELO__PATH_LIMIT);
    if (name && path.length > 0)
        cielo__buf_char(&path, '.');
    if (name)
        cielo__buf_text(&path, name);
    if (cielo__problem_add(notes, cielo__buf_string(&path), rule, message)
        != CIELO_OK)
        c->status = CIELO_EMEMORY;
    cielo__buf_clear(&path);
}

void cielo__check_problem(cielo__check *c, const char *name, const char *rule,
                          const char *message)
{
    add_note(c, c->input->problems, name, rule, message);
}

void cielo__check_breach(cielo__check *c, const char *rule, const char *message)
{
    if (c->rules)
        cielo__check_problem(c, NULL, rule, message);
}

void cielo__check_warn(cielo__check *c, const char *name, const char *rule,
                       const char *message)
{
    if (!c->rules)
        return;
    if (!c->input->warnings)
        c->input->warnings = cielo_value_new_array();
    if (cielo_value_size(c->input->warnings) < MOST_WARNINGS - 1) {
        add_note(c, c->input->warnings, name, rule, message);
    } else if (!c->last) {
        c->last = cielo_value_new_array();
        add_note(c, c->last, name, rule, message);
    } else {
        c->untold++;
    }
}

/* The last warning that there is room for, which says how many more there are.
 */
static void add_last(cielo__check *c, const cielo_value *last)
{
    const char *text = cielo_value_text(cielo_value_get(last, "message"), NULL);
    char message[320];

    if (c->untold)
        snprintf(message, sizeof(message), "%s (and %lu more warning%s)", text,
                 (unsigned long)c->untold, c->untold > 1 ? "s" : "");
    if (cielo__problem_add(
            c->input->warnings,
            cielo_value_text(cielo_value_get(last, "path"), NULL),
            cielo_value_text(cielo_value_get(last, "rule"), NULL),
            c->untold ? message : text)
        != CIELO_OK)
        c->status = CIELO_EMEMORY;
}

void cielo__check_end(cielo__check *c)
{
    const cielo_value *last = cielo_value_first(c->last);

    if (last)
        add_last(c, last);
    cielo_value_free(c->last);
    cielo__buf_clear(&c->path);
}

void cielo__check_judge(cielo__check *c, const cielo_field *field,
                        const char *rule, const char *message)
{
    switch (cielo__field_policy(field)) {
    case CIELO_POLICY_REFUSE:
        cielo__check_breach(c, rule, message);
        break;
    case CIELO_POLICY_WARN:
        cielo__check_warn(c, NULL, rule, message);
        break;
    }
}

size_t cielo__check_enter(cielo__check *c, const char *name, size_t length)
{
    size_t before = c->path.length;
    size_t shown = length < NAME_LIMIT ? length : NAME_LIMIT;

    /* Cut on a character, not on one of its later bytes. */
    while (shown < length && shown > 0
           && ((unsigned char)name[shown] & 0xC0) == 0x80)
        shown--;
    if (before > 0)
        cielo__buf_char(&c->path, '.');
    cielo__buf_add(&c->path, name, shown);
    return before;
}

void cielo__check_enter_index(cielo__check *c, size_t index)
{
    cielo__buf_char(&c->path, '[');
    cielo__buf_integer(&c->path, (int64_t)index);
    cielo__buf_char(&c->path, ']');
}

void cielo__check_leave(cielo__check *c, size_t before)
{
    c->path.length = before;
    c->path.status = CIELO_OK; /* what did not fit is left behind */
    if (c->path.data)
        c->path.data[before] = '\0';
}
