/* What a host that moves the bytes itself does for the journal: a write is
 * noted and on disk before it is sent, and its outcome is noted after. */
#define _POSIX_C_SOURCE 200809L /* fdatasync */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lcielo.h"

/* ---- of a call ---- */

/* call:record_write() -> a ticket, 0 when there is nothing to wait for: at
 * "record", and once more when the call is done, before its result is taken;
 * nil, message when it could not be written */
static int call_record_write(lua_State *L)
{
    lcielo_call *self = lcielo_check_call(L, 1);
    uint64_t ticket = 0;
    cielo_error err;

    if (cielo_journal_write(self->handle, &ticket, &err) != CIELO_OK) {
        lua_pushnil(L);
        lua_pushstring(L, err.message);
        return 2;
    }
    lua_pushnumber(L, (lua_Number)ticket);
    return 1;
}

/* call:on_record(ok [, why]): whether the record is on disk, while "record" is
 * open */
static int call_on_record(lua_State *L)
{
    lcielo_call *self = lcielo_check_call(L, 1);
    const char *why = luaL_optstring(L, 3, NULL);
    int status
        = cielo_call_on_record(self->handle, lua_toboolean(L, 2), why);

    if (status != CIELO_OK)
        return luaL_error(L, "%s", cielo_strerror(status));
    return 0;
}

/* ---- of a client ---- */

/* The client of a handle, which may be closed while its calls go on: a sync is
 * under way for them, and has to come to its end. */
static cielo_client *check_syncing(lua_State *L)
{
    lcielo_client *self = lcielo_test(L, 1, LCIELO_CLIENT);

    luaL_argcheck(L, self != NULL, 1, "cielo.client expected");
    if (!self->syncing && self->handle)
        self->syncing = cielo_client_ref(self->handle);
    if (!self->syncing)
        luaL_error(L, "the client was closed");
    return self->syncing;
}

static uint64_t check_ticket(lua_State *L)
{
    lua_Number ticket = luaL_checknumber(L, 2);

    luaL_argcheck(L, ticket >= 0 && ticket <= (lua_Number)LCIELO_EXACT, 2,
                  "no ticket");
    return (uint64_t)ticket;
}

/* true; false; nil, message */
static int push_status(lua_State *L, int status, const cielo_error *err)
{
    if (status == CIELO_OK || status == CIELO_EAGAIN) {
        lua_pushboolean(L, status == CIELO_OK);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, err->message);
    return 2;
}

/* handle:sync_begin() -> the descriptor that core.fdatasync is to be called
 * for, in any thread, and the ticket that handle:sync_end is to be told;
 * nothing when there is none to sync, or it is under way */
static int client_sync_begin(lua_State *L)
{
    uint64_t ticket;
    int fd;

    if (!cielo_journal_sync_begin(check_syncing(L), &fd, &ticket))
        return 0;
    lua_pushinteger(L, fd);
    lua_pushnumber(L, (lua_Number)ticket);
    return 2;
}

/* handle:sync_end(ticket, errno): what core.fdatasync gave */
static int client_sync_end(lua_State *L)
{
    cielo_client *client = check_syncing(L);

    cielo_journal_sync_end(client, check_ticket(L),
                           (int)luaL_checkinteger(L, 3));
    return 0;
}

/* handle:sync_start(ticket) -> true: a thread of the library's own syncs it;
 * nil, message */
static int client_sync_start(lua_State *L)
{
    cielo_client *client = check_syncing(L);
    cielo_error err;

    return push_status(
        L, cielo_journal_sync_start(client, check_ticket(L), &err), &err);
}

/* handle:synced(ticket) -> true once it is on disk, false until then; nil,
 * message when it never will be */
static int client_synced(lua_State *L)
{
    cielo_client *client = check_syncing(L);
    cielo_error err;

    return push_status(
        L, cielo_journal_synced(client, check_ticket(L), &err), &err);
}

/* handle:journal() -> the folder of its journal; nothing when it keeps none */
static int client_journal(lua_State *L)
{
    const lcielo_client *self = lcielo_test(L, 1, LCIELO_CLIENT);

    luaL_argcheck(L, self != NULL, 1, "cielo.client expected");
    lua_pushstring(L, self->handle ? cielo_client_journal(self->handle) : NULL);
    return 1;
}

/* core.fdatasync(fd) -> 0, or the errno: blocks, for a thread that may */
static int sync_data(lua_State *L)
{
    int fd = (int)luaL_checkinteger(L, 1);

    lua_pushinteger(L, fdatasync(fd) == 0 ? 0 : errno);
    return 1;
}

/* core.unwritable(folder) -> why nothing can be made in it; nothing if it can
 */
static int unwritable(lua_State *L)
{
    if (access(luaL_checkstring(L, 1), W_OK | X_OK) == 0)
        return 0;
    lua_pushstring(L, strerror(errno));
    return 1;
}

static const luaL_Reg call_methods[] = {
    {"record_write", call_record_write},
    {"on_record", call_on_record},
    {NULL, NULL},
};

static const luaL_Reg client_methods[] = {
    {"sync_begin", client_sync_begin}, {"sync_end", client_sync_end},
    {"sync_start", client_sync_start}, {"synced", client_synced},
    {"journal", client_journal},       {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"fdatasync", sync_data},
    {"unwritable", unwritable},
    {NULL, NULL},
};

void lcielo_open_record(lua_State *L)
{
    luaL_getmetatable(L, LCIELO_CALL);
    lcielo_set_functions(L, call_methods);
    luaL_getmetatable(L, LCIELO_CLIENT);
    lcielo_set_functions(L, client_methods);
    lua_pop(L, 2);
    lcielo_set_functions(L, functions);
}
