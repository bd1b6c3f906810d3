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
static int secret_new(lua_State *L)
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

static void push_masked(lua_State *L, const secret *self)
{
    size_t room = LCIELO_SHOWN(self->length);
    char *shown = lua_newuserdata(L, room);

    lua_pushlstring(L, shown,
                    cielo_mask(self->text, self->length, shown, room));
    lua_remove(L, -2);
}

static int secret_tostring(lua_State *L)
{
    push_masked(L, check_secret(L));
    return 1;
}

/* "card " .. secret, and the other way round: masked, as tostring has it. */
static int secret_concat(lua_State *L)
{
    const secret *self;
    int side;

    for (side = 1; side <= 2; side++) {
        self = lcielo_test(L, side, LCIELO_SECRET);
        if (self)
            push_masked(L, self);
        else if (lua_isstring(L, side))
            lua_pushvalue(L, side);
        else
            return luaL_error(L, "attempt to concatenate a %s value",
                              luaL_typename(L, side));
    }
    lua_concat(L, 2);
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
    {"__concat", secret_concat}, {"__eq", secret_equal},
    {"__gc", secret_gc},
    {NULL, NULL},
};

static const luaL_Reg public_functions[] = {
    {"Secret", secret_new},
    {NULL, NULL},
};

void lcielo_open_secret(lua_State *L)
{
    lcielo_class(L, LCIELO_SECRET, "cielo.Secret", methods);
    lcielo_set_public(L, public_functions);
}
