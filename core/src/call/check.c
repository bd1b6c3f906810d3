/* Problems and warnings of a call's parameters, and where they stand. */
#include <stdio.h>
#include <string.h>

#include "check.h"

/* Members that no document knows are whoever's: their number has no end. */
enum { NAME_LIMIT = 64, MOST_WARNINGS = 32 };

void cielo__check_init(cielo__check *c, cielo__input *input, int rules)
{
    c->input = input;
    c->rules = rules;
    c->ignore_required = 0;
    c->status = CIELO_OK;
    c->depth = 0;
    c->last = NULL;
    c->untold = 0;
}

/* The name of a step, cut on a character, not on one of its later bytes. */
static void add_name(cielo__buf *path, const cielo__step *step)
{
    size_t length = step->number == CIELO__WHOLE ? strlen(step->name)
                                                 : step->number;
    size_t shown = length < NAME_LIMIT ? length : NAME_LIMIT;

    while (shown < length && shown > 0
           && ((unsigned char)step->name[shown] & 0xC0) == 0x80)
        shown--;
    if (path->length > 0)
        cielo__buf_char(path, '.');
    cielo__buf_add(path, step->name, shown);
}

/* What does not fit is left out. */
static void add_path(cielo__buf *path, const cielo__check *c)
{
    size_t i;

    for (i = 0; i < c->depth && path->status == CIELO_OK; i++) {
        const cielo__step *step = &c->steps[i];

        if (step->name) {
            add_name(path, step);
            continue;
        }
        cielo__buf_char(path, '[');
        cielo__buf_integer(path, (int64_t)step->number);
        cielo__buf_char(path, ']');
    }
}

static void add_note(cielo__check *c, cielo_value *notes, const char *name,
                     const char *rule, const char *message)
{
    cielo__buf whole, path;

    cielo__buf_init(&whole, NULL, CIELO__PATH_LIMIT);
    cielo__buf_init(&path, NULL, CIELO__PATH_LIMIT * 2);
    add_path(&whole, c);
    /* A member's name is the user's text: it might be a card number. */
    cielo__text_shown(&path, cielo__buf_string(&whole), whole.length, NULL,
                      CIELO__PATH_LIMIT);
    if (name && path.length > 0)
        cielo__buf_char(&path, '.');
    if (name)
        cielo__buf_text(&path, name);
    if (whole.status == CIELO_EMEMORY
        || cielo__problem_add(notes, cielo__buf_string(&path), rule, message)
            != CIELO_OK)
        c->status = CIELO_EMEMORY;
    cielo__buf_clear(&path);
    cielo__buf_clear(&whole);
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

size_t cielo__count_characters(const char *text, size_t length)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

void cielo__check_size(cielo__check *c, const cielo_field *field,
                       const char *text, size_t length)
{
    char message[96];

    if (field->size == 0 || length <= (size_t)field->size
        || cielo__count_characters(text, length) <= (size_t)field->size)
        return;
    snprintf(message, sizeof(message), "has %lu characters; at most %d fit",
             (unsigned long)cielo__count_characters(text, length), field->size);
    cielo__check_judge(c, field, RULE_SIZE, message);
}

static size_t enter(cielo__check *c, const char *name, size_t number)
{
    size_t before = c->depth;

    if (before < CIELO__MOST_STEPS) {
        c->steps[before].name = name;
        c->steps[before].number = number;
        c->depth++;
    }
    return before;
}

size_t cielo__check_enter(cielo__check *c, const char *name, size_t length)
{
    return enter(c, name, length);
}

void cielo__check_enter_index(cielo__check *c, size_t index)
{
    enter(c, NULL, index);
}

void cielo__check_leave(cielo__check *c, size_t before)
{
    c->depth = before;
}
