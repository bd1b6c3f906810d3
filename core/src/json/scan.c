/*
 * JSON texts to trees, in one pass: the text is copied into the block of the
 * tree, read there once, and what texts, names and numbers it has are made into
 * such where they stand, with a NUL behind each, so that nodes point at them.
 *
 * That takes at most 36 times the bytes of the text and some more, whatever the
 * text: a node, of 64 bytes, takes two of the text at least, one of its own and
 * one that parts it from the next, and no chunk is made for more nodes than the
 * rest of the text can have. An answer of Cielo's takes some 5 times its bytes.
 */
#include <stdlib.h>

#include "node.h"

typedef struct scanner {
    char *text;
    char *at;
    char *end; /* where a NUL stands */
    cielo__block *block;
    size_t room; /* nodes that the block has or had room for */
    int depth;
    int answer;  /* what came in is read, where what goes out is not */
    int unclean; /* refused for bytes that cielo__utf8_add replaces */
    size_t twin; /* where the first object begins that names a member twice */
    const char *problem; /* NULL after a refusal: memory was short */
} scanner;

static int refuse(scanner *s, const char *problem)
{
    s->problem = problem;
    return 0;
}

/* The next byte that is no blank, 0 at the end. A NUL in the text reads the
 * same, which is right: no rule takes either. */
static char next(scanner *s)
{
    char *at = s->at;

    while ((unsigned char)*at <= ' '
           && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    s->at = at;
    return *at;
}

/* ---- texts ---- */

/* The number after \u, or -1. */
static long scan_hex(scanner *s)
{
    long code = 0;
    int i;

    for (i = 0; i < 4; i++, s->at++) {
        char c = *s->at;

        if (c >= '0' && c <= '9')
            code = code * 16 + (c - '0');
        else if (c >= 'a' && c <= 'f')
            code = code * 16 + (c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            code = code * 16 + (c - 'A' + 10);
        else
            return -1;
    }
    return code;
}

/* Writes a character as UTF-8 and gives where the next one goes. */
static char *put_character(char *to, unsigned long code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *to++ = (char)(0xE0 | code >> 12);
        } else {
            *to++ = (char)(0xF0 | code >> 18);
            *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        }
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    }
    *to++ = (char)(0x80 | (code & 0x3F));
    return to;
}

/* Past \u, to which a low half may belong. */
static char *scan_unicode(scanner *s, char *to)
{
    enum { SUBSTITUTE = 0xFFFD };
    char *start = s->at;
    long code = scan_hex(s), low;

    if (code < 0) {
        refuse(s, "bad escape");
        return NULL;
    }
    if (code >= 0xD800 && code <= 0xDBFF && s->at[0] == '\\'
        && s->at[1] == 'u') {
        s->at += 2;
        low = scan_hex(s);
        if (low >= 0xDC00 && low <= 0xDFFF)
            return put_character(to,
                                 (unsigned long)(0x10000
                                                 + (code - 0xD800) * 0x400
                                                 + (low - 0xDC00)));
    }
    if (code > 0 && (code < 0xD800 || code > 0xDFFF))
        return put_character(to, (unsigned long)code);
    if (!s->answer) {
        s->at = start;
        refuse(s, code ? "half a surrogate pair" : "a NUL character");
        return NULL;
    }
    /* What stands for a character that has none in UTF-8, or that would end a
     * text of C. */
    s->at = start + 4;
    return put_character(to, SUBSTITUTE);
}

static char *scan_escape(scanner *s, char *to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char c = *++s->at;
    const char *found = c ? strchr(from, c) : NULL;

    if (!found && c != 'u') {
        refuse(s, "bad escape");
        return NULL;
    }
    s->at++;
    if (!found)
        return scan_unicode(s, to);
    *to = into[found - from];
    return to + 1;
}

/* Moves what a text should not have or one character of UTF-8. */
static char *scan_special(scanner *s, char *to)
{
    unsigned char c = (unsigned char)*s->at;
    size_t step;

    if (c < 0x20 && !(s->answer && c)) {
        s->unclean = c == 0;
        refuse(s, "control character in a text");
        return NULL;
    }
    step = cielo__utf8(s->at, (size_t)(s->end - s->at));
    if (!step) {
        s->unclean = 1;
        refuse(s, "bad UTF-8");
        return NULL;
    }
    memmove(to, s->at, step);
    s->at += step;
    return to + step;
}

/* 1 for what stands for itself in a text: ASCII from the blank on, but for
 * quote and backslash. */
#define EIGHT 1, 1, 1, 1, 1, 1, 1, 1
static const unsigned char plain[256]
    = {0,     0,     0,     0,     0,     0,     0, 0, 0, 0, 0, 0, 0, 0,
       0,     0,     0,     0,     0,     0,     0, 0, 0, 0, 0, 0, 0, 0,
       0,     0,     0,     0,     1,     1,     0, 1, 1, 1, 1, 1,       /* " */
       EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, 1, 1, 1, 1, 0, 1, 1, 1, /* \ */
       EIGHT, EIGHT, EIGHT, EIGHT};
#undef EIGHT

/* The first byte from `at` on that has a meaning of its own inside a text, or
 * is past ASCII. */
static inline char *plain_end(char *at)
{
    while (!cielo__special(at, 1))
        at += 8;
    while (plain[(unsigned char)*at])
        at++;
    return at;
}

/* The rest of a text, moved down over what its escapes leave. */
static char *scan_rest(scanner *s, char *to)
{
    char *run;

    for (;;) {
        if (*s->at == '"')
            return to;
        if (s->at == s->end) {
            refuse(s, "text without an end");
            return NULL;
        }
        to = *s->at == '\\' ? scan_escape(s, to) : scan_special(s, to);
        if (!to)
            return NULL;
        run = s->at;
        s->at = plain_end(run);
        memmove(to, run, (size_t)(s->at - run));
        to += s->at - run;
    }
}

/* The text whose quote is next; NULL when it is refused. */
static inline char *scan_text(scanner *s, size_t *length)
{
    char *start = s->at + 1, *end;

    s->at = plain_end(start);
    end = *s->at == '"' ? s->at : scan_rest(s, s->at);
    if (!end)
        return NULL;
    s->at++; /* the quote */
    *end = '\0';
    *length = (size_t)(end - start);
    return start;
}

/* ---- other values ---- */

/* Before a number stands what was read already, or the byte before the text:
 * moved there, the number has room for its NUL. */
static void keep_number(cJSON *node, char *start, size_t length,
                        size_t name_length)
{
    size_t i;

    node->type = cJSON_Raw;
    node->valuestring = start - 1;
    for (i = 0; i < length; i++)
        start[i - 1] = start[i];
    start[length - 1] = '\0';
    cielo__set_lengths(node, length, name_length);
}

static int scan_number(scanner *s, cJSON *node, size_t name_length)
{
    char *start = s->at, *at = start;
    size_t length;

    while (cielo__is_digit(*at))
        at++;
    length = (size_t)(at - start);
    /* Most are integers, of fewer digits than a double's range. */
    if (length < 20 && start[0] != '0' && start[0] != '-' && *at != '.'
        && *at != 'e' && *at != 'E') {
        s->at = at;
        keep_number(node, start, length, name_length);
        return 1;
    }
    length = cielo__number_length(start, (size_t)(s->end - start));
    if (length == 0)
        return refuse(s, "bad number");
    if (!cielo__number_fits(start, length))
        return refuse(s, "number out of range");
    s->at += length;
    keep_number(node, start, length, name_length);
    return 1;
}

static int scan_word(scanner *s, cJSON *node, int type, const char *word,
                     size_t name_length)
{
    size_t length = strlen(word);

    if (strncmp(s->at, word, length) != 0)
        return refuse(s, "unexpected character");
    s->at += length;
    node->type = type;
    node->valuestring = NULL;
    cielo__set_lengths(node, 0, name_length);
    return 1;
}

/* ---- nodes ---- */

/* Room for as many nodes more as there are, but not for more than the rest of
 * the text can have. */
static int make_room(scanner *s)
{
    size_t most = (size_t)(s->end - s->at) / 2 + 2;
    size_t more = s->room < most ? s->room : most;

    s->room += more;
    return cielo__block_extend(s->block, more * sizeof(cJSON));
}

/* The next child; what it holds is filled in when it has been read. */
static inline cJSON *add_node(scanner *s, cJSON *parent, cJSON *last)
{
    cielo__chunk *chunk = s->block->now;
    cJSON *node;

    if ((size_t)(chunk->texts - chunk->nodes) < sizeof(cJSON)
        && !make_room(s)) {
        refuse(s, NULL);
        return NULL;
    }
    node = cielo__block_node(s->block);
    node->next = NULL;
    node->prev = last ? last : node;
    node->child = NULL;
    node->string = NULL;
    node->valueint = CIELO__IN_BLOCK;
    if (last)
        last->next = node;
    else
        parent->child = node;
    parent->child->prev = node;
    return node;
}

/* ---- members named twice ---- */

/* Of as many members only those are compared that share a slot; more are
 * sorted, as a hostile answer may hold a hundred thousand. */
enum { FEW = 64, SLOTS = 256 };

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* 1 when a name stands twice, 0 when none does, -1 without memory. */
static int has_twin_sorted(const cJSON *object, size_t count)
{
    const char **names = cJSON_malloc(count * sizeof(*names));
    const cJSON *member;
    size_t i = 0;
    int found = 0;

    if (!names)
        return -1;
    for (member = object->child; member; member = member->next)
        names[i++] = member->string;
    qsort(names, count, sizeof(*names), compare_texts);
    for (i = 1; i < count && !found; i++)
        found = strcmp(names[i - 1], names[i]) == 0;
    cJSON_free(names);
    return found;
}

static int stands_before(const cJSON *object, const cJSON *member,
                         size_t length)
{
    const cJSON *other;

    for (other = object->child; other != member; other = other->next)
        if (cielo__name_length(other) == length
            && memcmp(other->string, member->string, length) == 0)
            return 1;
    return 0;
}

/* 1 when the name may stand before: its slot is taken already. */
static int take_slot(unsigned char taken[SLOTS / 8], const char *name,
                     size_t length)
{
    const unsigned char *byte = (const unsigned char *)name;
    size_t last = length - (length > 0);
    size_t slot = (length * 67 + byte[0] * 5u + byte[last / 2] * 29u
                   + byte[last] * 113u)
        % SLOTS;
    unsigned bit = 1u << slot % 8;
    int was = (taken[slot / 8] & bit) != 0;

    taken[slot / 8] = (unsigned char)(taken[slot / 8] | bit);
    return was;
}

/* ---- containers ---- */

static int scan_value(scanner *s, cJSON *node, cJSON *parent,
                      size_t name_length);

static int scan_items(scanner *s, cJSON *array)
{
    cJSON *item = NULL;

    s->at++; /* the bracket */
    if (next(s) != ']') {
        do {
            item = add_node(s, array, item);
            if (!item || !scan_value(s, item, array, 0))
                return 0;
        } while (next(s) == ',' && s->at++);
        if (*s->at != ']')
            return refuse(s, "a comma or a closing bracket is missing");
    }
    s->at++;
    return 1;
}

/* A name and its colon. */
static char *scan_name(scanner *s, size_t *length)
{
    char *name;

    if (next(s) != '"') {
        refuse(s, "a member name is missing");
        return NULL;
    }
    name = scan_text(s, length);
    if (!name)
        return NULL;
    if (next(s) != ':') {
        refuse(s, "a colon is missing");
        return NULL;
    }
    s->at++;
    return name;
}

static int scan_members(scanner *s, cJSON *object)
{
    unsigned char taken[SLOTS / 8] = {0};
    size_t start = (size_t)(s->at - s->text), count = 0, length;
    cJSON *member = NULL;
    int twin = 0;

    s->at++; /* the bracket */
    if (next(s) != '}') {
        do {
            char *name = scan_name(s, &length);

            member = name ? add_node(s, object, member) : NULL;
            if (!member)
                return 0;
            member->string = name;
            member->valueint |= CIELO__NAME_STAYS;
            if (!scan_value(s, member, object, length))
                return 0;
            if (count++ < FEW && take_slot(taken, name, length))
                twin |= stands_before(object, member, length);
        } while (next(s) == ',' && s->at++);
        if (*s->at != '}')
            return refuse(s, "a comma or a closing bracket is missing");
    }
    s->at++;
    if (count > FEW && !twin)
        twin = has_twin_sorted(object, count);
    if (twin > 0 && start < s->twin)
        s->twin = start;
    return twin >= 0 || refuse(s, NULL);
}

static int scan_container(scanner *s, cJSON *node, cJSON *parent,
                          size_t name_length)
{
    if (s->depth == CIELO_VALUE_DEPTH)
        return refuse(s, "nested too deeply");
    s->depth++;
    node->type = *s->at == '{' ? cJSON_Object : cJSON_Array;
    node->valueint |= 1;
    node->valuestring = (char *)(void *)parent;
    cielo__set_lengths(node, 0, name_length);
    if (!(*s->at == '{' ? scan_members(s, node) : scan_items(s, node)))
        return 0;
    s->depth--;
    if (parent)
        cielo__raise(parent, cielo__height(node));
    return 1;
}

/* Fills in a node of which the name is known. */
static int scan_value(scanner *s, cJSON *node, cJSON *parent,
                      size_t name_length)
{
    size_t length;
    char c = next(s);

    switch (c) {
    case '{':
    case '[':
        return scan_container(s, node, parent, name_length);
    case '"':
        node->type = cJSON_String;
        node->valuestring = scan_text(s, &length);
        if (!node->valuestring)
            return 0;
        cielo__set_lengths(node, length, name_length);
        return 1;
    case 't':
        return scan_word(s, node, cJSON_True, "true", name_length);
    case 'f':
        return scan_word(s, node, cJSON_False, "false", name_length);
    case 'n':
        return scan_word(s, node, cJSON_NULL, "null", name_length);
    default:
        if (s->at == s->end)
            return refuse(s, "a value is missing");
        return c == '-' || cielo__is_digit(c)
            ? scan_number(s, node, name_length)
            : refuse(s, "unexpected character");
    }
}

/* ---- whole texts ---- */

/* A byte before the text, for a number that it begins with; behind it a NUL and
 * as many bytes as are looked at together. */
enum { BEFORE = 1, BEHIND = 8 };

/* Copies the text into a block with room for the nodes of a usual answer. */
static int scanner_init(scanner *s, const char *text, size_t length, int answer)
{
    enum { BYTES_A_NODE = 16, MORE_NODES = 4 };
    size_t room;
    cielo__chunk *chunk;

    memset(s, 0, sizeof(*s));
    s->room = length / BYTES_A_NODE + MORE_NODES;
    room = s->room * sizeof(cJSON);
    s->answer = answer;
    s->twin = SIZE_MAX;
    if (length > SIZE_MAX / 2 || room > SIZE_MAX / 4)
        return 0;
    s->block = cielo__block_new(room + BEFORE + length + BEHIND);
    if (!s->block)
        return 0;
    s->block->refs = 1; /* the scanner's */
    chunk = &s->block->first;
    chunk->texts -= BEFORE + length + BEHIND;
    s->text = chunk->texts + BEFORE;
    if (length)
        memcpy(s->text, text, length);
    s->at = s->text;
    s->end = s->text + length;
    memset(s->end, 0, BEHIND);
    return 1;
}

static int scan_document(scanner *s, cJSON *node)
{
    if (!scan_value(s, node, NULL, 0))
        return 0;
    next(s);
    return s->at == s->end || refuse(s, "text after the end");
}

/* What is refused, without its content: that may hold a card number. */
static int report_refusal(const scanner *s, cielo_error *err)
{
    if (!s->problem)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    return cielo__reportf(err, CIELO_EDECODE, "not JSON: %s at byte %lu",
                          s->problem, (unsigned long)(s->at - s->text));
}

/* The tree of a text that was read: the root holds the block, but for a text, a
 * number or a word, which stands alone. */
static cielo_value *finish(scanner *s, cJSON *root)
{
    if (!cielo__is_container(root))
        return cielo_value_dup(cielo__as_value(root));
    cielo__block_root(s->block, root);
    root->prev = NULL;
    return cielo__as_value(root);
}

static int parse_scanned(cielo_value **out, scanner *s, cielo_error *err)
{
    cJSON *root = cielo__block_node(s->block);

    memset(root, 0, sizeof(*root));
    root->valueint = CIELO__IN_BLOCK;
    if (!scan_document(s, root))
        return report_refusal(s, err);
    if (s->twin != SIZE_MAX)
        return cielo__reportf(
            err, CIELO_EDECODE,
            "not JSON: a member named twice in the object at byte %lu",
            (unsigned long)s->twin);
    *out = finish(s, root);
    return cielo__report(err, *out ? CIELO_OK : CIELO_EMEMORY, NULL);
}

/* `unclean`: whether the text is refused for what cielo__utf8_add replaces;
 * NULL: it is read as what goes out. */
static int parse(cielo_value **out, const char *text, size_t length,
                 int *unclean, cielo_error *err)
{
    scanner s;
    int status;

    *out = NULL;
    if (!scanner_init(&s, text, length, unclean != NULL))
        return cielo__report(err, CIELO_EMEMORY, NULL);
    status = parse_scanned(out, &s, err);
    if (unclean)
        *unclean = s.unclean;
    cielo__block_unref(s.block);
    return status;
}

int cielo_value_parse(cielo_value **out, const char *text, size_t length,
                      cielo_error *err)
{
    return parse(out, text, length, NULL, err);
}

int cielo__answer_parse(cielo_value **out, const char *text, size_t length,
                        const char *content_type, cielo__buf *scratch,
                        cielo_error *err)
{
    size_t mark = cielo__utf8_mark(text, length);
    int unclean = 0, status;

    text += mark;
    length -= mark;
    status = parse(out, text, length, &unclean, err);
    if (status != CIELO_EDECODE || !unclean)
        return status;
    cielo__buf_reset(scratch);
    status
        = cielo__utf8_add(scratch, text, length, cielo__is_latin(content_type))
            == CIELO_OK
        ? parse(out, scratch->data, scratch->length, &unclean, err)
        : cielo__report(err, CIELO_EMEMORY, NULL);
    cielo__buf_reset(scratch);
    return status;
}
