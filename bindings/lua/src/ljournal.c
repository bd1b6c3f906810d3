/* Reading the journal back: its entries, the calls that settle them, and its
 * segments record by record. */
#include "lcielo.h"

static const char LCIELO_JOURNAL[] = "cielo.journal";
static const char LCIELO_LOCK[] = "cielo.journal_lock";
static const char LCIELO_RECORDS[] = "cielo.records";

typedef struct journal_object {
    lcielo_object object;
    cielo_journal *handle; /* NULL: closed */
} journal_object;

typedef struct lock_object {
    lcielo_object object;
    cielo_journal_lock *handle; /* NULL: let go */
} lock_object;

typedef struct records_object {
    lcielo_object object;
    cielo_records *handle; /* NULL: closed */
} records_object;

/* ---- entries ---- */

static cielo_journal *check_journal(lua_State *L)
{
    journal_object *self = lcielo_test(L, 1, LCIELO_JOURNAL);

    luaL_argcheck(L, self != NULL, 1, "cielo.journal expected");
    if (!self->handle)
        luaL_error(L, "the journal was closed");
    return self->handle;
}

/* core.journal(folder) -> reader; nil, message, err */
static int journal_open(lua_State *L)
{
    const char *folder = luaL_checkstring(L, 1);
    journal_object *self = lcielo_new_object(L, sizeof(*self), LCIELO_JOURNAL);
    cielo_error err;

    if (cielo_journal_open(&self->handle, folder, NULL, &err) != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    return 1;
}

/* reader:load(bytes) -> true when all is read, false when there is more; nil,
 * message, err */
static int journal_load(lua_State *L)
{
    cielo_journal *journal = check_journal(L);
    lua_Integer bytes = luaL_checkinteger(L, 2);
    cielo_error err;
    int status;

    luaL_argcheck(L, bytes >= 0, 2, "negative");
    status = cielo_journal_load(journal, (size_t)bytes, &err);
    if (status != CIELO_OK && status != CIELO_EAGAIN)
        return lcielo_fail(L, &err, NULL);
    lua_pushboolean(L, status == CIELO_OK);
    return 1;
}

/* Gives an entry; nothing when there is none; nil, message, err. */
static int push_entry(lua_State *L, int status, const cielo_value *entry,
                      const cielo_error *err)
{
    if (status == CIELO_ENOTFOUND)
        return 0;
    if (status != CIELO_OK)
        return lcielo_fail(L, err, NULL);
    lcielo_push_value(L, entry, CIELO_OBJECT_ANY);
    lua_pushnil(L);
    lua_setfield(L, -2, "told"); /* settling goes by it, and nobody else */
    return 1;
}

/* reader:next(in_doubt) -> the next entry, of those in doubt or of all; nothing
 * past the last; nil, message, err */
static int journal_next(lua_State *L)
{
    cielo_journal *journal = check_journal(L);
    const cielo_value *entry = NULL;
    cielo_error err;
    int status
        = cielo_journal_next(journal, lua_toboolean(L, 2), &entry, &err);

    return push_entry(L, status, entry, &err);
}

/* reader:find(id) -> an entry; nothing; nil, message, err */
static int journal_find(lua_State *L)
{
    cielo_journal *journal = check_journal(L);
    const char *id = luaL_checkstring(L, 2);
    const cielo_value *entry = NULL;
    cielo_error err;
    int status = cielo_journal_find(journal, id, &entry, &err);

    return push_entry(L, status, entry, &err);
}

/* reader:count() -> {segments, entries, in_doubt, damaged} */
static int journal_count(lua_State *L)
{
    cielo_journal_counts counts;

    cielo_journal_count(check_journal(L), &counts);
    lua_createtable(L, 0, 4);
#define SET(name) \
    (lua_pushinteger(L, (lua_Integer)counts.name), \
     lua_setfield(L, -2, #name))
    SET(segments);
    SET(entries);
    SET(in_doubt);
    SET(damaged);
#undef SET
    return 1;
}

/* close and __gc: may run twice. */
static int journal_close(lua_State *L)
{
    journal_object *self = lcielo_test(L, 1, LCIELO_JOURNAL);
    cielo_journal *handle;

    luaL_argcheck(L, self != NULL, 1, "cielo.journal expected");
    handle = self->handle;
    self->handle = NULL;
    cielo_journal_close(handle);
    return 0;
}

/* ---- settling ---- */

/* reader:settle(handle of a client, id) -> the call that looks once what became
 * of an entry; nothing when there is no such entry; nil, message, err */
static int journal_settle(lua_State *L)
{
    cielo_journal *journal = check_journal(L);
    lcielo_client *client = lcielo_test(L, 2, LCIELO_CLIENT);
    const char *id = luaL_checkstring(L, 3);
    lcielo_call *self = lcielo_new_object(L, sizeof(*self), LCIELO_CALL);
    const cielo_value *entry;
    cielo_entropy entropy;
    cielo_error err;
    int status;

    luaL_argcheck(L, client != NULL, 2, "cielo.client expected");
    if (!client->handle)
        return lcielo_fail_closed(L);
    status = cielo_journal_find(journal, id, &entry, &err);
    if (status == CIELO_ENOTFOUND)
        return 0;
    if (status == CIELO_OK) {
        status = cielo_entropy_fill(&entropy);
        if (status != CIELO_OK)
            lcielo_set_error(&err, status);
    }
    if (status == CIELO_OK)
        status = cielo_settle_new(&self->handle, client->handle, entry,
                                  &entropy, &err);
    if (status != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    self->operation = cielo_call_operation(self->handle);
    return 1;
}

/* call:settled() -> "adopted", "absent" or "unknown", of a call that settled
 * and whose result was taken; nil for all others */
static int call_settled(lua_State *L)
{
    const lcielo_call *self = lcielo_test(L, 1, LCIELO_CALL);

    luaL_argcheck(L, self != NULL, 1, "cielo.call expected");
    lua_pushstring(L, cielo_settled_name(self->settled));
    return 1;
}

/* core.journal_lock(folder) -> the lock of who settles; false while another has
 * it; nil, message, err */
static int lock_take(lua_State *L)
{
    const char *folder = luaL_checkstring(L, 1);
    lock_object *self = lcielo_new_object(L, sizeof(*self), LCIELO_LOCK);
    cielo_error err;
    int status = cielo_journal_lock_take(&self->handle, folder, &err);

    if (status == CIELO_OK)
        return 1;
    if (status != CIELO_EAGAIN)
        return lcielo_fail(L, &err, NULL);
    lua_pushboolean(L, 0);
    return 1;
}

/* close and __gc: may run twice. */
static int lock_close(lua_State *L)
{
    lock_object *self = lcielo_test(L, 1, LCIELO_LOCK);
    cielo_journal_lock *handle;

    luaL_argcheck(L, self != NULL, 1, "cielo.journal_lock expected");
    handle = self->handle;
    self->handle = NULL;
    cielo_journal_lock_free(handle);
    return 0;
}

/* ---- segments ---- */

/* core.segments(folder) -> a list of {name, size, live}, oldest first; nil,
 * message, err */
static int segments(lua_State *L)
{
    const char *folder = luaL_checkstring(L, 1);
    lcielo_tree *tree = lcielo_new_tree(L);
    cielo_error err;

    if (cielo_journal_segments(&tree->value, folder, &err) != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    lcielo_push_value(L, tree->value, CIELO_OBJECT_ANY);
    return 1;
}

/* core.prune(folder, days) -> how many segments were removed; false while the
 * folder is being settled; nil, message, err */
static int prune(lua_State *L)
{
    const char *folder = luaL_checkstring(L, 1);
    lua_Number days = luaL_checknumber(L, 2);
    size_t removed = 0;
    cielo_error err;
    int status;

    luaL_argcheck(L, days >= 0 && days <= INT32_MAX && days == (int)days, 2,
                  "a whole number of days expected");
    status = cielo_journal_prune(folder, (int)days, &removed, &err);
    if (status == CIELO_EAGAIN)
        lua_pushboolean(L, 0);
    else if (status != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    else
        lua_pushinteger(L, (lua_Integer)removed);
    return 1;
}

static cielo_records *check_records(lua_State *L)
{
    records_object *self = lcielo_test(L, 1, LCIELO_RECORDS);

    luaL_argcheck(L, self != NULL, 1, "cielo.records expected");
    if (!self->handle)
        luaL_error(L, "the segment was closed");
    return self->handle;
}

/* core.records(folder, segment, from) -> its records from there on; nil,
 * message, err */
static int records_open(lua_State *L)
{
    const char *folder = luaL_checkstring(L, 1);
    const char *segment = luaL_checkstring(L, 2);
    lua_Number from = luaL_optnumber(L, 3, 0);
    records_object *self;
    cielo_error err;

    luaL_argcheck(L, from >= 0 && from <= (lua_Number)LCIELO_EXACT, 3,
                  "no offset");
    self = lcielo_new_object(L, sizeof(*self), LCIELO_RECORDS);
    if (cielo_records_open(&self->handle, folder, segment, (int64_t)from, NULL,
                           &err) != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    return 1;
}

/* records() -> a record, the offset behind it; nothing at the end, where more
 * may come later. Raises, as the lines of a file do: a loop has nobody to give
 * an error to. */
static int records_next(lua_State *L)
{
    cielo_records *records = check_records(L);
    const cielo_value *record;
    int64_t offset;
    cielo_error err;
    int status = cielo_records_next(records, &record, &offset, &err);

    if (status == CIELO_ENOTFOUND)
        return 0;
    if (status != CIELO_OK)
        return luaL_error(L, "%s", err.message);
    lcielo_push_value(L, record, CIELO_OBJECT_ANY);
    lua_pushnumber(L, (lua_Number)offset);
    return 2;
}

/* records:damaged() -> how many lines were skipped so far */
static int records_damaged(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)cielo_records_damaged(check_records(L)));
    return 1;
}

/* close and __gc: may run twice. */
static int records_close(lua_State *L)
{
    records_object *self = lcielo_test(L, 1, LCIELO_RECORDS);
    cielo_records *handle;

    luaL_argcheck(L, self != NULL, 1, "cielo.records expected");
    handle = self->handle;
    self->handle = NULL;
    cielo_records_close(handle);
    return 0;
}

static const luaL_Reg journal_methods[] = {
    {"load", journal_load},     {"next", journal_next},
    {"find", journal_find},     {"count", journal_count},
    {"settle", journal_settle}, {"close", journal_close},
    {"__gc", journal_close},    {NULL, NULL},
};

static const luaL_Reg lock_methods[] = {
    {"close", lock_close},
    {"__gc", lock_close},
    {NULL, NULL},
};

static const luaL_Reg records_methods[] = {
    {"__call", records_next}, {"damaged", records_damaged},
    {"close", records_close}, {"__gc", records_close},
    {NULL, NULL},
};

static const luaL_Reg call_methods[] = {
    {"settled", call_settled},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"journal", journal_open}, {"journal_lock", lock_take},
    {"segments", segments},    {"records", records_open},
    {"prune", prune},          {NULL, NULL},
};

void lcielo_open_journal(lua_State *L)
{
    lcielo_class(L, LCIELO_JOURNAL, "cielo.journal", journal_methods);
    lcielo_class(L, LCIELO_LOCK, "cielo.journal_lock", lock_methods);
    lcielo_class(L, LCIELO_RECORDS, "cielo.records", records_methods);
    luaL_getmetatable(L, LCIELO_CALL);
    lcielo_set_functions(L, call_methods);
    lua_pop(L, 1);
    lcielo_set_functions(L, functions);
}
