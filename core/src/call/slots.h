/* What a transport sees of clients and calls beyond their public headers. */
#ifndef CIELO_SLOTS_H
#define CIELO_SLOTS_H

#include <cielo/call.h>
#include <cielo/client.h>

/* ---- client.c ---- */

/* Makes the shared state safe to touch, in a forked child too. */
void cielo__client_lock(cielo_client *client);
void cielo__client_unlock(cielo_client *client);
/* The slot where a transport keeps what calls share (its idle connections);
 * use it under the lock. `destroy` runs with the last reference, and with
 * `idle_only` 1 when idle connections are to be closed. */
void **cielo__client_transport(cielo_client *client,
                               void (*destroy)(void *transport, int idle_only));
/* Blocks until the epoch is no longer `epoch`, or until it is `until` ms in the
 * clock of conditions (base/cond.h). */
void cielo__client_wait(cielo_client *client, uint64_t epoch, int64_t until);
const cielo_allocator *cielo__client_allocator(const cielo_client *client);
/* Whether one was made of the other by cielo_client_with, or both of a
 * third. */
int cielo__client_shares(const cielo_client *client, const cielo_client *other);
/* Options the transport needs; "" when not given. */
const char *cielo__client_ca_file(const cielo_client *client);
const char *cielo__client_proxy(const cielo_client *client);
/* 1 when an intent has to be on disk before its write is sent, and when files
 * of the journal are for the owner's group too. */
int cielo__client_journal_syncs(const cielo_client *client);
int cielo__client_journal_is_shared(const cielo_client *client);
/* The slot where the journal's writer is kept; use it under the lock. `destroy`
 * runs with the last reference. */
void **cielo__client_writer(cielo_client *client,
                            void (*destroy)(void *writer));
/* At least 1. */
size_t cielo__client_max_connections(const cielo_client *client);

/* ---- call.c ---- */

cielo_client *cielo__call_client(const cielo_call *call);
/* 1 while a request is with a host that has not reported yet. */
int cielo__call_is_open(const cielo_call *call);
/* 1 when an attempt ended that its client wants told, and that was not given by
 * cielo_call_attempt. */
int cielo__call_has_news(const cielo_call *call);
/* In how many ms of its last step it has to have ended: its steps have a clock
 * of the host's. */
int64_t cielo__call_left(const cielo_call *call);
/* 1 when it ended as a read that Cielo bills, which the journal counts. */
int cielo__call_is_use(const cielo_call *call);
/* A slot in which a transport keeps its exchange for this call; `destroy` runs
 * when the call is freed or cancelled with the slot still set. */
void **cielo__call_transport(cielo_call *call, void (*destroy)(void *exchange));
/* A number of whoever noted the call's intent. While it is not 0, `ended` runs
 * when the call was cancelled, or is freed, and has an outcome to note. */
unsigned *cielo__call_note(cielo_call *call, void (*ended)(cielo_call *call));

#endif
