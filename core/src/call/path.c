/* Texts that go into an address, held against what would lead elsewhere. */
#include <string.h>

#include "check.h"

static int is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* "." or ".." between slashes of either kind; what follows a ";" is not part of
 * the name to some servers. */
static int has_directions(const char *text, size_t length)
{
    size_t start, dots;

    for (start = 0; start < length; start++) {
        if (start > 0 && !is_slash(text[start - 1]))
            continue;
        for (dots = 0; start + dots < length && text[start + dots] == '.';)
            dots++;
        if ((dots == 1 || dots == 2)
            && (start + dots == length || is_slash(text[start + dots])
                || text[start + dots] == ';'))
            return 1;
    }
    return 0;
}

static size_t count_slashes(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += (size_t)is_slash(*text);
    return count;
}

/* 1 for what leads elsewhere once its escapes are read, however often a server
 * and what stands before it do so; in a whole path no slash may be hidden.
 * Without memory to look at it 1 too. */
static int leads_astray(cielo__check *c, const char *text, size_t length,
                        int whole)
{
    enum { MOST_READINGS = 4 };
    char *copy;
    size_t slashes;
    int readings, bad = has_directions(text, length);

    if (bad || !memchr(text, '%', length))
        return bad;
    copy = cielo__strndup(NULL, text, length);
    if (!copy) {
        c->status = CIELO_EMEMORY;
        return 1;
    }
    slashes = count_slashes(copy);
    for (readings = 0; !bad && cielo__unescape(copy); readings++)
        bad = readings == MOST_READINGS || has_directions(copy, strlen(copy))
            || (whole && count_slashes(copy) != slashes);
    bad = bad || strstr(copy, "%00"); /* which no reading takes away */
    cielo__free_secret(NULL, copy);
    return bad;
}

/* Path parts that a server might read as directions are problems, since no
 * escape takes their meaning away. */
void cielo__check_path_part(cielo__check *c, const cielo_value *in, int size)
{
    const cielo_field field = {"", "", 0, CIELO_FIELD_TEXT, size, 0, 0};
    size_t length, i;
    const char *text;

    if (cielo_value_type(in) != CIELO_TEXT) {
        cielo__check_problem(c, NULL, RULE_TYPE, "must be text");
        return;
    }
    text = cielo_value_text(in, &length);
    if (length == 0 || leads_astray(c, text, length, 0)) {
        cielo__check_problem(
            c, NULL, RULE_FORMAT,
            "must not be empty, nor \".\" or \"..\" between slashes, "
            "escaped or not");
        return;
    }
    for (i = 0; i < length; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F) {
            cielo__check_problem(c, NULL, RULE_FORMAT,
                                 "holds a control character");
            return;
        }
    }
    cielo__check_size(c, &field, text, length);
}

static int is_escaped_well(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (text[i] == '%' && !cielo__is_escape(text + i))
            return 0;
    }
    return 1;
}

/* 1 for printed ASCII that begins no fragment and has no backslash. */
static int is_plain(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        unsigned char ch = (unsigned char)text[i];

        if (ch <= 0x20 || ch >= 0x7F || ch == '#' || ch == '\\')
            return 0;
    }
    return 1;
}

void cielo__check_target(cielo__check *c, const cielo_value *in)
{
    size_t length = 0, end;
    const char *text = cielo_value_text(in, &length), *twice;

    if (cielo_value_type(in) != CIELO_TEXT || text[0] != '/') {
        cielo__check_problem(c, NULL, RULE_FORMAT,
                             "must be text that starts with \"/\"");
        return;
    }
    end = strcspn(text, "?");
    if (!is_plain(text + 1, length - 1)
        || !is_escaped_well(text + 1, end - 1)) {
        cielo__check_problem(
            c, NULL, RULE_FORMAT,
            "must be percent-encoded ASCII without a fragment");
        return;
    }
    /* A last slash leaves an empty end, which Cielo's own paths have. */
    twice = strstr(text, "//");
    if ((twice && twice < text + end) || leads_astray(c, text, end, 1))
        cielo__check_problem(
            c, NULL, RULE_FORMAT,
            "must have no empty, \".\" or \"..\" segment and no slash "
            "that is escaped");
}
