/*
 * The JSON tree. A cielo_value is a cJSON node behind a cast, and this is the
 * only file that knows. cJSON alone cuts a string at \u0000, rounds integers,
 * reads [01], 1e400, bad UTF-8, repeated names and text after the end, and
 * looks names up ignoring case. So a text is checked before cJSON sees it, a
 * number is kept as it was written (a cJSON_Raw node), and printing and
 * looking up are done here. Two members that are otherwise unused: `valueint`
 * counts the containers below a node, and the node when it is one; and a text
 * that stands right behind its node, in the same memory, is told by a
 * `valuedouble` of 1.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "json.h"

#define CJSON_NUMBER                                         \
    (CJSON_VERSION_MAJOR * 10000 + CJSON_VERSION_MINOR * 100 \
     + CJSON_VERSION_PATCH)
#if CJSON_NUMBER < 10714
#error "cJSON 1.7.14 or later: older ones do not keep the last item at hand"
#endif

/* ---- nodes ---- */

static cielo_value *as_value(cJSON *node)
{
    return (cielo_value *)node;
}

static cJSON *as_node(cielo_value *value)
{
    return (cJSON *)value;
}

static const cJSON *as_const_node(const cielo_value *value)
{
    return (const cJSON *)value;
}

static int is_container(const cJSON *node)
{
    return node->type == cJSON_Array || node->type == cJSON_Object;
}

static char *copy_bytes(const char *text, size_t length)
{
    char *copy = length < SIZE_MAX ? cJSON_malloc(length + 1) : NULL;

    if (!copy)
        return NULL;
    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

static void free_bytes(char *text)
{
    if (!text)
        return;
    cielo__wipe(text, strlen(text));
    cJSON_free(text);
}

static cJSON *new_node(int type, const char *text, size_t length)
{
    size_t room = text ? length + 1 : 0;
    cJSON *node = length < SIZE_MAX - sizeof(*node)
        ? cJSON_malloc(sizeof(*node) + room)
        : NULL;

    if (!node)
        return NULL;
    memset(node, 0, sizeof(*node));
    node->type = type;
    node->valueint = is_container(node);
    if (!text)
        return node;
    node->valuedouble = 1;
    node->valuestring = (char *)(node + 1);
    memcpy(node->valuestring, text, length);
    node->valuestring[length] = '\0';
    return node;
}

static void free_value(cJSON *node)
{
    char *text = node->valuestring;

    node->valuestring = NULL;
    if (node->valuedouble == 1)
        cielo__wipe(text, strlen(text));
    else
        free_bytes(text);
}

/* cJSON_Delete recurses, and a host may have built a tree of any depth: each
 * node's children are put before what is still to be freed. */
void cielo_value_free(cielo_value *value)
{
    cJSON *node = as_node(value);
    cJSON *next;

    while (node) {
        if (node->child) {
            node->child->prev->next = node->next;
            node->next = node->child;
            node->child = NULL;
        }
        next = node->next;
        free_value(node);
        free_bytes(node->string);
        cJSON_free(node);
        node = next;
    }
}

/* ---- numbers ---- */

/* A double is decided by at most 767 digits and whether any follow. */
enum { NUMBER_DIGITS = 800, NUMBER_EXPONENT = 99999 };

static size_t digits_in(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

/* The length of the number that `text` begins with, 0 when it begins with
 * none. */
static size_t number_length(const char *text, size_t length)
{
    size_t at = length > 0 && text[0] == '-';
    size_t digits = digits_in(text + at, length - at);

    if (digits == 0 || (digits > 1 && text[at] == '0'))
        return 0;
    at += digits;
    if (at < length && text[at] == '.') {
        at++;
        digits = digits_in(text + at, length - at);
        if (digits == 0)
            return 0;
        at += digits;
    }
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        at += at < length && (text[at] == '+' || text[at] == '-');
        digits = digits_in(text + at, length - at);
        if (digits == 0)
            return 0;
        at += digits;
    }
    return at;
}

/* The exponent at `text`, which is empty or such as "e-7"; one past any sense
 * is cut short. */
static int64_t exponent_of(const char *text, size_t length)
{
    int64_t exponent = 0;
    size_t at = length > 1 && (text[1] == '-' || text[1] == '+') ? 2 : 1;

    for (; at < length && exponent < INT64_MAX / 100; at++)
        exponent = exponent * 10 + (text[at] - '0');
    return length > 1 && text[1] == '-' ? -exponent : exponent;
}

/* Rewrites a number without its decimal point, which strtod would look for in
 * the process's locale: 1.5 becomes 15e-1. */
static double to_double(const char *text, size_t length)
{
    char plain[NUMBER_DIGITS + 16];
    size_t used = 0, digits = 0, at;
    int fraction = 0, rest = 0;
    int64_t exponent = 0;

    if (length > 0 && text[0] == '-')
        plain[used++] = '-';
    for (at = used; at < length && text[at] != 'e' && text[at] != 'E'; at++) {
        if (text[at] == '.') {
            fraction = 1;
        } else if (digits == 0 && text[at] == '0') {
            exponent -= fraction;
        } else if (digits < NUMBER_DIGITS) {
            plain[used++] = text[at];
            digits++;
            exponent -= fraction;
        } else {
            rest |= text[at] != '0';
            exponent += !fraction;
        }
    }
    exponent += exponent_of(text + at, length - at) - (digits > 0 && rest);
    if (exponent > NUMBER_EXPONENT)
        exponent = NUMBER_EXPONENT;
    if (exponent < -NUMBER_EXPONENT)
        exponent = -NUMBER_EXPONENT;
    if (digits == 0 || rest)
        plain[used++] = digits == 0 ? '0' : '1';
    snprintf(plain + used, sizeof(plain) - used, "e%d", (int)exponent);
    return strtod(plain, NULL);
}

static int is_finite(double number)
{
    return number - number == 0;
}

static int fits_double(const char *text, size_t length)
{
    /* Without an exponent that takes 309 digits; a call saved for most. */
    if (length < 300 && !memchr(text, 'e', length)
        && !memchr(text, 'E', length))
        return 1;
    return is_finite(to_double(text, length));
}

/* ---- the check before parsing ---- */

enum { FEW_NUMBERS = 32 };

typedef struct scanner {
    const char *text;
    size_t length;
    size_t at;
    int depth;
    int answer;          /* what came in is read, where what goes out is not */
    int unclean;         /* refused for bytes that cielo__utf8_add replaces */
    const char *problem; /* NULL after a refusal: memory was short */
    /* What cJSON is given: each number is a 0 and blanks there. Versions of it
     * follow the locale, stop at 63 characters, or free an unwiped copy. */
    cielo__buf *copy;
    size_t *numbers; /* where each begins: at `few`, or allocated */
    size_t number_count;
    size_t number_room;
    size_t few[FEW_NUMBERS];
} scanner;

/* Makes room for a copy of the text, and for the numbers of a usual answer. */
static int scanner_init(scanner *s, const char *text, size_t length, int answer,
                        cielo__buf *copy)
{
    s->text = text;
    s->length = length;
    s->at = 0;
    s->depth = 0;
    s->answer = answer;
    s->unclean = 0;
    s->problem = NULL;
    s->copy = copy;
    s->numbers = s->few;
    s->number_count = 0;
    s->number_room = FEW_NUMBERS;
    return cielo__buf_add(copy, text, length) == CIELO_OK;
}

static void scanner_clear(scanner *s)
{
    cielo__buf_reset(s->copy);
    if (s->numbers != s->few)
        cJSON_free(s->numbers);
}

static int note_number(scanner *s)
{
    size_t *more;

    if (s->number_count == s->number_room) {
        more = cJSON_malloc(s->number_room * 2 * sizeof(*more));
        if (!more)
            return 0;
        memcpy(more, s->numbers, s->number_count * sizeof(*more));
        if (s->numbers != s->few)
            cJSON_free(s->numbers);
        s->numbers = more;
        s->number_room *= 2;
    }
    s->numbers[s->number_count++] = s->at;
    return 1;
}

static int refuse(scanner *s, const char *problem)
{
    s->problem = problem;
    return 0;
}

/* The next byte, 0 at the end. A NUL in the text reads the same, which is
 * right: no rule takes either. */
static char peek(const scanner *s)
{
    return s->at < s->length ? s->text[s->at] : '\0';
}

static int accept(scanner *s, char c)
{
    if (s->at >= s->length || s->text[s->at] != c)
        return 0;
    s->at++;
    return 1;
}

static void scan_blanks(scanner *s)
{
    while (peek(s) == ' ' || peek(s) == '\t' || peek(s) == '\n'
           || peek(s) == '\r')
        s->at++;
}

/* The number after \u, or -1. */
static long scan_hex(scanner *s)
{
    long code = 0;
    int i;

    for (i = 0; i < 4; i++, s->at++) {
        char c = peek(s);

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

/* What stands for a character in an answer that has none in UTF-8, or that
 * would end a text of C. */
static int use_substitute(scanner *s, size_t digits)
{
    memcpy(s->copy->data + digits, "fffd", 4);
    s->at = digits + 4;
    return 1;
}

static int scan_unicode(scanner *s)
{
    size_t start = s->at;
    long code = scan_hex(s);

    if (code < 0)
        return refuse(s, "bad escape");
    if (code >= 0xD800 && code <= 0xDBFF && accept(s, '\\') && accept(s, 'u')) {
        code = scan_hex(s);
        if (code >= 0xDC00 && code <= 0xDFFF)
            return 1;
        code = 0xD800;
    }
    if (code > 0 && (code < 0xD800 || code > 0xDFFF))
        return 1;
    if (s->answer)
        return use_substitute(s, start);
    s->at = start;
    return refuse(s, code ? "half a surrogate pair" : "a NUL character");
}

static int scan_escape(scanner *s)
{
    char c = peek(s);

    if (c == '\0' || !strchr("\"\\/bfnrtu", c))
        return refuse(s, "bad escape");
    s->at++;
    return c != 'u' || scan_unicode(s);
}

/* Moves past what has no meaning of its own inside a text. */
static void scan_plain(scanner *s)
{
    const char *text = s->text;
    size_t at = s->at, length = s->length;

    while (at < length && (unsigned char)text[at] - 0x20u < 0x60
           && text[at] != '"' && text[at] != '\\')
        at++;
    s->at = at;
}

/* Moves past what a text should not have or one character of UTF-8. */
static int scan_special(scanner *s)
{
    unsigned char c = (unsigned char)s->text[s->at];
    size_t step;

    if (c < 0x20 && !(s->answer && c)) {
        s->unclean = c == 0;
        return refuse(s, "control character in a text");
    }
    step = cielo__utf8(s->text + s->at, s->length - s->at);
    if (!step) {
        s->unclean = 1;
        return refuse(s, "bad UTF-8");
    }
    s->at += step;
    return 1;
}

static int scan_text(scanner *s)
{
    s->at++; /* the quote */
    for (;;) {
        scan_plain(s);
        if (s->at == s->length)
            return refuse(s, "text without an end");
        if (accept(s, '"'))
            return 1;
        if (accept(s, '\\')) {
            if (!scan_escape(s))
                return 0;
            continue;
        }
        if (!scan_special(s))
            return 0;
    }
}

static int scan_number(scanner *s)
{
    const char *text = s->text + s->at;
    size_t length = number_length(text, s->length - s->at);

    if (length == 0)
        return refuse(s, "bad number");
    if (!fits_double(text, length))
        return refuse(s, "number out of range");
    if (!note_number(s))
        return refuse(s, NULL);
    memset(s->copy->data + s->at, ' ', length);
    s->copy->data[s->at] = '0';
    s->at += length;
    return 1;
}

static int scan_word(scanner *s, const char *word)
{
    size_t length = strlen(word);

    if (s->length - s->at < length
        || memcmp(s->text + s->at, word, length) != 0)
        return refuse(s, "unexpected character");
    s->at += length;
    return 1;
}

static int scan_value(scanner *s);

static int scan_name(scanner *s)
{
    scan_blanks(s);
    if (peek(s) != '"')
        return refuse(s, "a member name is missing");
    if (!scan_text(s))
        return 0;
    scan_blanks(s);
    return accept(s, ':') || refuse(s, "a colon is missing");
}

static int scan_container(scanner *s, char end)
{
    if (s->depth == CIELO_VALUE_DEPTH)
        return refuse(s, "nested too deeply");
    s->depth++;
    s->at++; /* the bracket */
    scan_blanks(s);
    if (!accept(s, end)) {
        do {
            if (end == '}' && !scan_name(s))
                return 0;
            if (!scan_value(s))
                return 0;
        } while (accept(s, ','));
        if (!accept(s, end))
            return refuse(s, "a comma or a closing bracket is missing");
    }
    s->depth--;
    return 1;
}

static int scan_any(scanner *s)
{
    char c = peek(s);

    switch (c) {
    case '{':
        return scan_container(s, '}');
    case '[':
        return scan_container(s, ']');
    case '"':
        return scan_text(s);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    default:
        return c == '-' || (c >= '0' && c <= '9')
            ? scan_number(s)
            : refuse(s, "unexpected character");
    }
}

static int scan_value(scanner *s)
{
    scan_blanks(s);
    if (s->at == s->length)
        return refuse(s, "a value is missing");
    if (!scan_any(s))
        return 0;
    scan_blanks(s);
    return 1;
}

static int scan_document(scanner *s)
{
    if (!scan_value(s))
        return 0;
    return s->at == s->length || refuse(s, "text after the end");
}

/* ---- what cJSON's tree lacks ---- */

/* Goes through the numbers of the text in step with the tree. */
typedef struct walker {
    const scanner *scanned;
    size_t number;  /* the next one */
    size_t objects; /* that were entered */
    cielo_error *err;
} walker;

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* 1 when a name stands twice, 0 when none does, -1 without memory. Sorted, as
 * a hostile answer may hold a hundred thousand members. */
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

static unsigned hash_of(const char *name)
{
    unsigned hash = 2166136261u; /* FNV-1a */

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash ^ hash >> 15;
}

static int stands_before(const cJSON *object, const cJSON *member)
{
    const cJSON *other;

    for (other = object->child; other != member; other = other->next)
        if (strcmp(member->string, other->string) == 0)
            return 1;
    return 0;
}

/* As above; of few members only those are compared that share a slot. */
static int has_twin(const cJSON *object)
{
    enum { FEW = 64, SLOTS = 1024 };
    unsigned char taken[SLOTS / 8] = {0};
    const cJSON *member;
    size_t count = 0;

    for (member = object->child; member; member = member->next)
        count++;
    if (count > FEW)
        return has_twin_sorted(object, count);
    for (member = object->child; member; member = member->next) {
        unsigned slot = hash_of(member->string) % SLOTS;
        unsigned bit = 1u << slot % 8;

        if (taken[slot / 8] & bit && stands_before(object, member))
            return 1;
        taken[slot / 8] = (unsigned char)(taken[slot / 8] | bit);
    }
    return 0;
}

/* Where the `count`th object of an accepted text begins. */
static size_t object_at(const char *text, size_t count)
{
    size_t at;

    for (at = 0;; at++) {
        if (text[at] == '{' && --count == 0)
            return at;
        if (text[at] != '"')
            continue;
        for (at++; text[at] != '"'; at++)
            at += text[at] == '\\';
    }
}

static int walk_object(walker *w, const cJSON *object)
{
    int twin = has_twin(object);

    w->objects++;
    if (twin > 0)
        return cielo__reportf(
            w->err, CIELO_EDECODE,
            "not JSON: a member named twice in the object at byte %lu",
            (unsigned long)object_at(w->scanned->text, w->objects));
    return twin < 0 ? cielo__report(w->err, CIELO_EMEMORY, NULL) : CIELO_OK;
}

static int walk_number(walker *w, cJSON *node)
{
    size_t at = w->scanned->numbers[w->number++];
    const char *text = w->scanned->text + at;

    node->valuestring
        = copy_bytes(text, number_length(text, w->scanned->length - at));
    node->type = cJSON_Raw;
    return node->valuestring ? CIELO_OK
                             : cielo__report(w->err, CIELO_EMEMORY, NULL);
}

/* Puts the numbers of the text in the place of cJSON's, counts containers and
 * looks for repeated names. As deep as the scanner let the text be. */
static int walk(walker *w, cJSON *node)
{
    cJSON *child;
    int status = CIELO_OK;

    node->valueint = is_container(node);
    if (node->type == cJSON_Number)
        return walk_number(w, node);
    if (node->type == cJSON_Object)
        status = walk_object(w, node);
    for (child = node->child; child && status == CIELO_OK;
         child = child->next) {
        status = walk(w, child);
        if (node->valueint <= child->valueint)
            node->valueint = child->valueint + 1;
    }
    return status;
}

/* What cJSON made of the scanned text, completed. */
static int parse_scanned(cJSON **out, const scanner *s, cielo_error *err)
{
    walker w = {NULL, 0, 0, NULL};

    *out = cJSON_ParseWithLengthOpts(s->copy->data, s->length + 1, NULL, 1);
    if (!*out)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    w.scanned = s;
    w.err = err;
    return walk(&w, *out);
}

/* `unclean`: whether the text is refused for what cielo__utf8_add replaces;
 * NULL: it is read as what goes out. */
static int parse(cielo_value **out, const char *text, size_t length,
                 int *unclean, cielo__buf *scratch, cielo_error *err)
{
    scanner s;
    cJSON *tree = NULL;
    int status;

    *out = NULL;
    if (!scanner_init(&s, text, length, unclean != NULL, scratch))
        status = cielo__report(err, CIELO_EMEMORY, NULL);
    else if (scan_document(&s))
        status = parse_scanned(&tree, &s, err);
    else if (!s.problem)
        status = cielo__report(err, CIELO_EMEMORY, NULL);
    else /* never the content: it may hold a card number */
        status = cielo__reportf(err, CIELO_EDECODE, "not JSON: %s at byte %lu",
                                s.problem, (unsigned long)s.at);
    if (status == CIELO_OK) {
        *out = as_value(tree);
        tree = NULL; /* moved to the caller */
        cielo__report(err, CIELO_OK, NULL);
    }
    if (unclean)
        *unclean = s.unclean;
    cielo_value_free(as_value(tree));
    scanner_clear(&s);
    return status;
}

int cielo_value_parse(cielo_value **out, const char *text, size_t length,
                      cielo_error *err)
{
    cielo__buf scratch;
    int status;

    cielo__buf_init(&scratch, NULL, SIZE_MAX - 1);
    status = parse(out, text, length, NULL, &scratch, err);
    cielo__buf_clear(&scratch);
    return status;
}

int cielo__answer_parse(cielo_value **out, const char *text, size_t length,
                        const char *content_type, cielo__buf *scratch,
                        cielo_error *err)
{
    size_t mark = cielo__utf8_mark(text, length);
    cielo__buf clean;
    int unclean, status;

    text += mark;
    length -= mark;
    status = parse(out, text, length, &unclean, scratch, err);
    if (status != CIELO_EDECODE || !unclean)
        return status;
    cielo__buf_init(&clean, NULL, SIZE_MAX - 1);
    status
        = cielo__utf8_add(&clean, text, length, cielo__is_latin(content_type))
            == CIELO_OK
        ? parse(out, clean.data, clean.length, &unclean, scratch, err)
        : cielo__report(err, CIELO_EMEMORY, NULL);
    cielo__buf_clear(&clean);
    return status;
}

/* ---- printing ---- */

/*
 * Printed twice, first without `data` to learn the size: so the text is made
 * in one piece of memory. cJSON's printer grows its buffer with realloc, which
 * leaves card data in freed memory, and its variant for a given buffer wants a
 * bound, which takes the same walk, and knows neither depth nor CIELO_INVALID.
 */
typedef struct printer {
    char *data;
    size_t length;
    int status;
} printer;

static void put(printer *p, const char *text, size_t length)
{
    if (length > SIZE_MAX - 1 - p->length)
        p->status = CIELO_EMEMORY;
    if (p->status != CIELO_OK)
        return;
    if (p->data)
        memcpy(p->data + p->length, text, length);
    p->length += length;
}

static void put_escape(printer *p, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    char escape[6] = {'\\', 'u', '0', '0', 0, 0};
    size_t i;

    for (i = 0; i < sizeof(named) - 1; i += 2) {
        if ((unsigned char)named[i] == c) {
            escape[1] = named[i + 1];
            put(p, escape, 2);
            return;
        }
    }
    escape[4] = hex[c >> 4];
    escape[5] = hex[c & 15];
    put(p, escape, sizeof(escape));
}

/* The bytes up to one that is escaped, or to the end. */
static size_t plain_length(const char *text)
{
    const char *at = text;

    while ((unsigned char)*at >= 0x20 && *at != '"' && *at != '\\')
        at++;
    return (size_t)(at - text);
}

static void put_text(printer *p, const char *text)
{
    size_t plain = plain_length(text);

    put(p, "\"", 1);
    for (; text[plain]; plain = plain_length(text)) {
        put(p, text, plain);
        put_escape(p, (unsigned char)text[plain]);
        text += plain + 1;
    }
    put(p, text, plain);
    put(p, "\"", 1);
}

static void put_node(printer *p, const cJSON *node, int depth);

static void put_container(printer *p, const cJSON *node, int depth)
{
    int object = node->type == cJSON_Object;
    const cJSON *child;

    if (depth == CIELO_VALUE_DEPTH) {
        p->status = CIELO_EVALIDATION;
        return;
    }
    put(p, object ? "{" : "[", 1);
    for (child = node->child; child && p->status == CIELO_OK;
         child = child->next) {
        if (child != node->child)
            put(p, ",", 1);
        if (object) {
            put_text(p, child->string);
            put(p, ":", 1);
        }
        put_node(p, child, depth + 1);
    }
    put(p, object ? "}" : "]", 1);
}

static void put_node(printer *p, const cJSON *node, int depth)
{
    switch (cielo_value_type((const cielo_value *)node)) {
    case CIELO_INVALID:
        p->status = CIELO_EVALIDATION;
        return;
    case CIELO_NULL:
        put(p, "null", 4);
        return;
    case CIELO_BOOL:
        if (node->type == cJSON_True)
            put(p, "true", 4);
        else
            put(p, "false", 5);
        return;
    case CIELO_NUMBER:
        put(p, node->valuestring, strlen(node->valuestring));
        return;
    case CIELO_TEXT:
        put_text(p, node->valuestring);
        return;
    case CIELO_ARRAY:
    case CIELO_OBJECT:
        put_container(p, node, depth);
        return;
    }
}

int cielo_value_print(const cielo_value *value, char **text, size_t *length)
{
    printer p = {NULL, 0, CIELO_OK};

    *text = NULL;
    *length = 0;
    put_node(&p, as_const_node(value), 0);
    if (p.status != CIELO_OK)
        return p.status;
    p.data = cJSON_malloc(p.length + 1);
    if (!p.data)
        return CIELO_EMEMORY;
    p.length = 0;
    put_node(&p, as_const_node(value), 0);
    p.data[p.length] = '\0';
    *text = p.data;
    *length = p.length;
    return CIELO_OK;
}

void cielo_text_free(char *text, size_t length)
{
    if (text)
        cielo__wipe(text, length);
    cJSON_free(text);
}

/* ---- building ---- */

cielo_value *cielo_value_new_null(void)
{
    return as_value(new_node(cJSON_NULL, NULL, 0));
}

cielo_value *cielo_value_new_bool(int flag)
{
    return as_value(new_node(flag ? cJSON_True : cJSON_False, NULL, 0));
}

cielo_value *cielo_value_new_array(void)
{
    return as_value(new_node(cJSON_Array, NULL, 0));
}

cielo_value *cielo_value_new_object(void)
{
    return as_value(new_node(cJSON_Object, NULL, 0));
}

cielo_value *cielo_value_new_invalid(const char *reason)
{
    if (!reason)
        reason = "not a JSON value";
    return as_value(new_node(cJSON_Invalid, reason, strlen(reason)));
}

cielo_value *cielo_value_new_integer(int64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof(digits), "%lld", (long long)number);

    return as_value(new_node(cJSON_Raw, digits, (size_t)length));
}

/* Whatever bytes the locale's decimal point has become one '.'. */
static size_t use_point(char *text)
{
    size_t from, to = 0;

    for (from = 0; text[from]; from++) {
        if (strchr("0123456789+-e", text[from]))
            text[to++] = text[from];
        else if (text[to - 1] != '.')
            text[to++] = '.';
    }
    text[to] = '\0';
    return to;
}

cielo_value *cielo_value_new_real(double number)
{
    char text[40];
    size_t length = 0;
    int precision;

    if (!is_finite(number))
        return cielo_value_new_invalid("a number that is not finite");
    for (precision = 15; precision <= 17; precision++) {
        snprintf(text, sizeof(text), "%.*g", precision, number);
        length = use_point(text);
        if (to_double(text, length) == number)
            break;
    }
    return as_value(new_node(cJSON_Raw, text, length));
}

cielo_value *cielo_value_new_number(const char *text, size_t length)
{
    if (length == 0 || number_length(text, length) != length)
        return cielo_value_new_invalid("not a JSON number");
    if (!fits_double(text, length))
        return cielo_value_new_invalid("a number out of range");
    return as_value(new_node(cJSON_Raw, text, length));
}

/* Why JSON cannot hold the text; NULL when it can. */
static const char *text_problem(const char *text, size_t length)
{
    size_t at, step;

    for (at = 0; at < length; at += step) {
        if (text[at] == '\0')
            return "a text with a NUL character in it";
        step = (unsigned char)text[at] < 0x80
            ? 1
            : cielo__utf8(text + at, length - at);
        if (step == 0)
            return "a text that is not UTF-8";
    }
    return NULL;
}

cielo_value *cielo_value_new_text(const char *text, size_t length)
{
    const char *problem = text_problem(text, length);

    if (problem)
        return cielo_value_new_invalid(problem);
    return as_value(new_node(cJSON_String, length ? text : "", length));
}

/* Whether `item` may go into `parent`. */
static int check_place(const cJSON *parent, int type, const cJSON *item)
{
    if (!item)
        return CIELO_EMEMORY;
    if (!parent || parent->type != type)
        return CIELO_EUSAGE;
    return item->valueint < CIELO_VALUE_DEPTH ? CIELO_OK : CIELO_EUSAGE;
}

/* A node that already stands in a tree belongs to that tree, and one put into
 * itself to its caller. */
static int is_taken(const cJSON *parent, const cJSON *item)
{
    return item && (item == parent || item->prev);
}

static void count_containers(cJSON *parent, const cJSON *item)
{
    if (parent->valueint <= item->valueint)
        parent->valueint = item->valueint + 1;
}

int cielo_value_append(cielo_value *array, cielo_value *item)
{
    cJSON *parent = as_node(array), *node = as_node(item);
    int status;

    if (is_taken(parent, node))
        return CIELO_EUSAGE;
    status = check_place(parent, cJSON_Array, node);
    if (status != CIELO_OK) {
        cielo_value_free(item);
        return status;
    }
    cJSON_AddItemToArray(parent, node);
    count_containers(parent, node);
    return CIELO_OK;
}

static cJSON *find(const cJSON *object, const char *name, size_t length)
{
    cJSON *member;

    if (!object || object->type != cJSON_Object)
        return NULL;
    for (member = object->child; member; member = member->next)
        if (strncmp(member->string, name, length) == 0
            && member->string[length] == '\0')
            return member;
    return NULL;
}

static cJSON *find_text(const cJSON *object, const char *name)
{
    return name ? find(object, name, strlen(name)) : NULL;
}

/* Puts `node` where `old` stands. cJSON frees `old`, so what has to be wiped
 * is taken out of it first. */
static void replace(cJSON *parent, cJSON *old, cJSON *node)
{
    cielo_value_free(as_value(old->child)); /* and its siblings */
    free_value(old);
    free_bytes(old->string);
    old->child = NULL;
    old->string = NULL;
    cJSON_ReplaceItemViaPointer(parent, old, node);
}

/* Moves `item` into the object, in the place of `old` or at its end. */
static int put_member(cJSON *parent, const char *name, size_t length,
                      cJSON *old, cJSON *node)
{
    char *copy = copy_bytes(name, length);

    if (!copy) {
        cielo_value_free(as_value(node));
        return CIELO_EMEMORY;
    }
    node->string = copy;
    if (old)
        replace(parent, old, node);
    else
        cJSON_AddItemToArray(parent, node);
    count_containers(parent, node);
    return CIELO_OK;
}

int cielo_value_set_named(cielo_value *object, const char *name, size_t length,
                          cielo_value *item)
{
    cJSON *parent = as_node(object), *node = as_node(item);
    int status;

    if (is_taken(parent, node))
        return CIELO_EUSAGE;
    status = check_place(parent, cJSON_Object, node);
    if (status == CIELO_OK && (!name || text_problem(name, length)))
        status = CIELO_EUSAGE;
    if (status == CIELO_OK)
        return put_member(parent, name, length, find(parent, name, length),
                          node);
    cielo_value_free(item);
    return status;
}

int cielo__value_add(cielo_value *object, const char *name, cielo_value *item)
{
    cJSON *parent = as_node(object), *node = as_node(item);
    int status = check_place(parent, cJSON_Object, node);

    if (status == CIELO_OK)
        return put_member(parent, name, strlen(name), NULL, node);
    cielo_value_free(item);
    return status;
}

int cielo_value_set(cielo_value *object, const char *name, cielo_value *item)
{
    return cielo_value_set_named(object, name, name ? strlen(name) : 0, item);
}

/* NULL also when the tree is nested past the bound, which only a host that
 * kept pointers into it can have made. */
static cJSON *copy_tree(const cJSON *node, int depth)
{
    const char *text = node->valuestring;
    const cJSON *child;
    cJSON *copy;

    if (depth > CIELO_VALUE_DEPTH)
        return NULL;
    copy = new_node(node->type, text, text ? strlen(text) : 0);
    if (!copy)
        return NULL;
    copy->valueint = node->valueint;
    for (child = node->child; child; child = child->next) {
        cJSON *item = copy_tree(child, depth + 1);

        if (!item)
            goto done;
        cJSON_AddItemToArray(copy, item);
        if (!child->string)
            continue;
        item->string = copy_bytes(child->string, strlen(child->string));
        if (!item->string)
            goto done;
    }
    return copy;
done:
    cielo_value_free(as_value(copy));
    return NULL;
}

cielo_value *cielo_value_dup(const cielo_value *value)
{
    return value ? as_value(copy_tree(as_const_node(value), 0)) : NULL;
}

cielo_value *cielo__value_edit(cielo_value *object, const char *name)
{
    return as_value(find_text(as_node(object), name));
}

cielo_value *cielo__value_detach(cielo_value *object, const char *name)
{
    cJSON *parent = as_node(object);
    cJSON *member = find_text(parent, name);

    if (!member)
        return NULL;
    cJSON_DetachItemViaPointer(parent, member);
    free_bytes(member->string);
    member->string = NULL;
    return as_value(member);
}

/* ---- reading ---- */

cielo_type cielo_value_type(const cielo_value *value)
{
    switch (value ? as_const_node(value)->type : cJSON_NULL) {
    case cJSON_NULL:
        return CIELO_NULL;
    case cJSON_False:
    case cJSON_True:
        return CIELO_BOOL;
    case cJSON_Raw:
        return CIELO_NUMBER;
    case cJSON_String:
        return CIELO_TEXT;
    case cJSON_Array:
        return CIELO_ARRAY;
    case cJSON_Object:
        return CIELO_OBJECT;
    default:
        return CIELO_INVALID;
    }
}

int cielo_value_bool(const cielo_value *value)
{
    return value && as_const_node(value)->type == cJSON_True;
}

const char *cielo_value_text(const cielo_value *value, size_t *length)
{
    const char *text = value ? as_const_node(value)->valuestring : NULL;

    if (length)
        *length = text ? strlen(text) : 0;
    return text;
}

int cielo_value_is_integer(const cielo_value *value)
{
    return cielo_value_type(value) == CIELO_NUMBER
        && !strpbrk(as_const_node(value)->valuestring, ".eE");
}

int cielo_value_integer(const cielo_value *value, int64_t *out)
{
    const char *digit;
    int64_t number = 0;
    int negative;

    if (!cielo_value_is_integer(value))
        return 0;
    digit = as_const_node(value)->valuestring;
    negative = *digit == '-';
    /* Counted downwards: INT64_MIN has no positive twin. */
    for (digit += negative; *digit; digit++) {
        int units = *digit - '0';

        if (number < (INT64_MIN + units) / 10)
            return 0;
        number = number * 10 - units;
    }
    if (!negative && number == INT64_MIN)
        return 0;
    *out = negative ? number : -number;
    return 1;
}

double cielo_value_real(const cielo_value *value)
{
    const char *text;

    if (cielo_value_type(value) != CIELO_NUMBER)
        return 0;
    text = as_const_node(value)->valuestring;
    return to_double(text, strlen(text));
}

const cielo_value *cielo_value_first(const cielo_value *value)
{
    return value ? (const cielo_value *)as_const_node(value)->child : NULL;
}

const cielo_value *cielo_value_next(const cielo_value *value)
{
    return value ? (const cielo_value *)as_const_node(value)->next : NULL;
}

size_t cielo_value_size(const cielo_value *value)
{
    const cielo_value *item;
    size_t size = 0;

    for (item = cielo_value_first(value); item; item = cielo_value_next(item))
        size++;
    return size;
}

const char *cielo_value_name(const cielo_value *value, size_t *length)
{
    const char *name = value ? as_const_node(value)->string : NULL;

    if (length)
        *length = name ? strlen(name) : 0;
    return name;
}

const cielo_value *cielo_value_get(const cielo_value *object, const char *name)
{
    return (const cielo_value *)find_text(as_const_node(object), name);
}

static int same_name(const char *a, const char *b)
{
    while (*a && cielo__lower(*a) == cielo__lower(*b)) {
        a++;
        b++;
    }
    return cielo__lower(*a) == cielo__lower(*b);
}

const cielo_value *cielo_value_get_case(const cielo_value *object,
                                        const char *name)
{
    const cielo_value *member, *other = NULL, *null = NULL;

    if (cielo_value_type(object) != CIELO_OBJECT || !name)
        return NULL;
    for (member = cielo_value_first(object); member;
         member = cielo_value_next(member)) {
        if (!same_name(as_const_node(member)->string, name))
            continue;
        if (cielo_value_type(member) == CIELO_NULL)
            null = member;
        else if (strcmp(as_const_node(member)->string, name) == 0)
            return member;
        else if (!other)
            other = member;
    }
    return other ? other : null;
}

static int same_tree(const cJSON *a, const cJSON *b, int depth);

static int same_members(const cJSON *a, const cJSON *b, int depth)
{
    const cJSON *member, *guess = b->child;

    for (member = a->child; member; member = member->next) {
        /* Two trees in the same order take no search. */
        const cJSON *other = guess;

        if (!other || strcmp(other->string, member->string) != 0)
            other = find_text(b, member->string);
        if (!other || !same_tree(member, other, depth))
            return 0;
        guess = other->next;
    }
    return 1;
}

static int same_items(const cJSON *a, const cJSON *b, int depth)
{
    const cJSON *left = a->child, *right = b->child;

    while (left && right && same_tree(left, right, depth)) {
        left = left->next;
        right = right->next;
    }
    return !left && !right;
}

/* Trees nested past the bound are equal to none. */
static int same_tree(const cJSON *a, const cJSON *b, int depth)
{
    if (a->type != b->type || depth > CIELO_VALUE_DEPTH)
        return 0;
    if (a->valuestring)
        return strcmp(a->valuestring, b->valuestring) == 0;
    if (a->type == cJSON_Array)
        return same_items(a, b, depth + 1);
    /* Of two objects without repeated names and with as many members, one
     * holding the other's is enough. */
    return a->type != cJSON_Object
        || (cielo_value_size((const cielo_value *)a)
                == cielo_value_size((const cielo_value *)b)
            && same_members(a, b, depth + 1));
}

int cielo_value_equal(const cielo_value *a, const cielo_value *b)
{
    if (!a || !b)
        return cielo_value_type(a) == CIELO_NULL
            && cielo_value_type(b) == CIELO_NULL;
    return same_tree(as_const_node(a), as_const_node(b), 0);
}
