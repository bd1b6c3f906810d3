/* cielo.Secret: text that shows itself masked. */
#include <string.h>

#include "lcielo.h"

typedef struct secret {
    lcielo_object object;
    size_t length;
    char text[1]; /* `length` bytes and a NUL */
} secret;

void lcielo_wipe(void *memory, size_t size)
{
    volatile unsigned char *byte = memory;

    while (size--)
        *byte++ = 0;
}

void lcielo_push_secret(lua_State *L, const char *text, size_t length)
{
    secret *self =
        lcielo_new_object(L, sizeof(*self) + length, LCIELO_SECRET);

    memcpy(self->text, text, length);
    self->length = length;
}

/* cielo.Secret(text) */
int lcielo_secret_new(lua_State *L)
{
    size_t length;
    const char *text;

    luaL_checktype(L, 1, LUA_TSTRING);
    text = lua_tolstring(L, 1, &length);
    lcielo_push_secret(L, text, length);
    return 1;
}

const char *lcielo_text(lua_State *L, int index, size_t *length)
{
    secret *self;

    if (lua_type(L, index) == LUA_TSTRING)
        return lua_tolstring(L, index, length);
    self = lcielo_test(L, index, LCIELO_SECRET);
    if (!self)
        return NULL;
    *length = self->length;
    return self->text;
}

static int is_card_byte(char c)
{
    return (c >= '0' && c <= '9') || c == '*';
}

int lcielo_mask(char *text, size_t length)
{
    int card = length >= 13 && length <= 19;
    char masked[20];
    size_t i;

    for (i = 0; i < length; i++)
        card = card && is_card_byte(text[i]);
    if (card) {
        cielo_mask(text, length, masked, sizeof(masked));
        memcpy(text, masked, length);
        return 1;
    }
    memset(text, '*', length);
    return 0;
}

/* The first digit of the brands and the check digit (ISO/IEC 7812-1, annex B)
 * tell card numbers from most other long ones, such as Tids, which people want
 * to see. */
static int is_card(const char *digits, size_t count)
{
    int sum = 0;
    size_t i;

    if (count < 13 || count > 19 || digits[0] < '2' || digits[0] > '6')
        return 0;

    for (i = 0; i < count; i++) {
        int digit = digits[i] - '0';

        if ((count - i) % 2 == 0)
            digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
        sum += digit;
    }
    return sum % 10 == 0;
}

/* The digits of the run at `text`, in which single blanks and hyphens may
 * stand; `*length` is the run's. At most 20 are counted: more is no card. */
static size_t card_run(const char *text, size_t rest, char *digits,
                       size_t *length)
{
    size_t i, count = 0;

    *length = 0;
    for (i = 0; i < rest; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            if (count < 20)
                digits[count++] = text[i];
            *length = i + 1;
        } else if ((text[i] != ' ' && text[i] != '-') || *length != i) {
            break;
        }
    }
    return count;
}

static void mask_run(char *text, size_t length, size_t count)
{
    size_t i, seen = 0;

    for (i = 0; i < length; i++)
        if (text[i] != ' ' && text[i] != '-' && (++seen > 6) &&
            seen <= count - 4)
            text[i] = '*';
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Whether an id of the form 8-4-4-4-12 stands here: some have as many digits
 * in a row as a card. */
static int is_guid(const char *text, size_t rest)
{
    size_t i;

    if (rest < 36)
        return 0;
    for (i = 0; i < 36; i++) {
        char c = (char)lower(text[i]);

        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (c != '-')
                return 0;
        } else if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return 0;
        }
    }
    return 1;
}

void lcielo_mask_cards(char *text, size_t length)
{
    char digits[20];
    size_t i, run, count;

    for (i = 0; i < length; i += run ? run : 1) {
        if (is_guid(text + i, length - i)) {
            run = 36;
            continue;
        }
        count = card_run(text + i, length - i, digits, &run);
        if (is_card(digits, count))
            mask_run(text + i, run, count);
    }
}

static int is_secret_type(int type)
{
    return type == CIELO_FIELD_CARD_NUMBER ||
           type == CIELO_FIELD_SECURITY_CODE || type == CIELO_FIELD_TOKEN ||
           type == CIELO_FIELD_CIPHER;
}

/* "card_number" is "CardNumber": neither case nor "_" counts. */
static int same_name(const char *wire, const char *name, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (name[i] == '_')
            continue;
        if (lower(name[i]) != lower(*wire))
            return 0;
        wire++;
    }
    return !*wire;
}

const cielo_field *lcielo_secret_field(const char *name, size_t length)
{
    const cielo_field *field;
    size_t i;

    for (i = 0; (field = cielo_field_at(i)) != NULL; i++)
        if (is_secret_type(field->type) && same_name(field->wire, name, length))
            return field;
    return NULL;
}

static secret *check_secret(lua_State *L)
{
    secret *self = lcielo_test(L, 1, LCIELO_SECRET);

    luaL_argcheck(L, self != NULL, 1, "cielo.Secret expected");
    return self;
}

static int secret_reveal(lua_State *L)
{
    secret *self = check_secret(L);

    lua_pushlstring(L, self->text, self->length);
    return 1;
}

static int secret_tostring(lua_State *L)
{
    secret *self = check_secret(L);
    char card[20];

    if (self->length < sizeof(card)) {
        memcpy(card, self->text, self->length);
        if (lcielo_mask(card, self->length)) {
            lua_pushlstring(L, card, self->length);
            return 1;
        }
    }
    lua_pushliteral(L, "******"); /* not even its length */
    return 1;
}

static int secret_equal(lua_State *L)
{
    size_t n, m;
    const char *a = lcielo_text(L, 1, &n);
    const char *b = lcielo_text(L, 2, &m);

    lua_pushboolean(L, a && b && n == m && memcmp(a, b, n) == 0);
    return 1;
}

static int secret_gc(lua_State *L)
{
    secret *self = check_secret(L);

    lcielo_wipe(self->text, self->length);
    return 0;
}

static const luaL_Reg methods[] = {
    {"reveal", secret_reveal},   {"__tostring", secret_tostring},
    {"__eq", secret_equal},      {"__gc", secret_gc},
    {NULL, NULL},
};

void lcielo_open_secret(lua_State *L)
{
    lcielo_class(L, LCIELO_SECRET, "cielo.Secret", methods);
}
