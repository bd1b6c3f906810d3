/* Lines of the simulated network, and the clock and the chance of its hosts, in
 * place of those that the core has of the system. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "lines.h"

/* ---- clock and chance ---- */

int64_t cielo_now_ms(void)
{
    const sim_process *p = sim_here();

    return p ? sim_clock(p->world, p) : 0;
}

int64_t cielo__cond_ms(int64_t until_ms)
{
    return until_ms; /* no machine sleeps */
}

int64_t cielo_wall_ms(void)
{
    const sim_process *p = sim_here();

    return p ? SIM_EPOCH_MS + p->world->now + p->machine->wall : 0;
}

int cielo_entropy_fill(cielo_entropy *entropy)
{
    sim_process *p = sim_here();
    size_t i;

    for (i = 0; i < sizeof(entropy->bytes); i++)
        entropy->bytes[i] = (unsigned char)sim_next(&p->world->draw);
    entropy->wall_ms = cielo_wall_ms();
    return CIELO_OK;
}

/* ---- the net ---- */

struct cielo__net {
    const cielo_allocator *mem;
};

int cielo__net_start(void)
{
    return CIELO_OK;
}

cielo__net *cielo__net_new(const cielo_allocator *mem)
{
    cielo__net *net = cielo__calloc(mem, sizeof(*net));

    if (net)
        net->mem = mem;
    return net;
}

void cielo__net_free(cielo__net *net)
{
    if (net)
        cielo__free(net->mem, net);
}

/* ---- lines ---- */

static sim_line *line_of(cielo__line *line)
{
    sim_line *k = (sim_line *)line;

    if (k->freed)
        sim_break(k->world, NULL, "a line is used that was let go of");
    return k;
}

static sim_family *family_of(sim_process *p, const cielo_client *client)
{
    int i = 0;

    while (p->families[i].client != client && p->families[i].other != client)
        i++;
    return &p->families[i];
}

int sim_lines_used(const sim_family *f, const char *origin)
{
    const sim_line *k;
    int used = 0;

    for (k = f->lines; k; k = k->beside)
        used += (k->now || k->state == CIELO__LINE_OPENING)
            && strcmp(k->origin, origin) == 0;
    return used;
}

void sim_line_note_full(const sim_line *k)
{
    if (sim_lines_used(k->family, k->origin) >= k->family->most)
        k->family->full = k->world->now;
}

static void check_used(const sim_line *k, const sim_exchange *e)
{
    int used = sim_lines_used(k->family, k->origin);

    if (used > k->family->most)
        sim_break(k->world, e->c, "%d connections at once, and %d are allowed",
                  used, k->family->most);
    sim_line_note_full(k);
}

/* The lowest that is free, as a system gives them. */
static void open_number(sim_line *k)
{
    sim_process *p = k->family->process;

    k->fd = 3;
    while (p->numbers[k->fd])
        if (++k->fd == SIM_NUMBERS_OPEN)
            abort();
    p->numbers[k->fd] = k;
}

static void watch(sim_line *k, int events)
{
    if (k->watcher)
        k->watcher->watch(k->watcher->context, &k->line, k->fd, events);
}

static void close_number(sim_line *k)
{
    int fd = k->fd;

    if (fd < 0)
        return;
    k->family->process->numbers[fd] = NULL;
    k->fd = -1;
    if (k->watcher)
        k->watcher->closed(k->watcher->context, fd);
}

int sim_line_ready(const sim_line *k)
{
    int ready = 0;

    if (k->bell)
        return k->rung ? CIELO_READABLE : 0;
    if (k->stage == SIM_CONNECTING)
        return k->made ? CIELO_WRITABLE : 0;
    if (k->stage == SIM_SHAKING)
        return k->made ? CIELO_READABLE : 0;
    if (k->came > k->drawn || k->end || k->ticket || k->broken)
        ready |= CIELO_READABLE;
    if (k->room > 0 || k->broken || k->end == 2)
        ready |= CIELO_WRITABLE;
    return ready;
}

void sim_line_changed(sim_line *k)
{
    k->told = 0;
    if (k->loop && !k->freed)
        sim_loop_poke(k->world, k->loop, k);
}

static void fail(sim_line *k, cielo_cause cause, const char *text)
{
    sim_line_note_full(k);
    k->state = CIELO__LINE_FAILED;
    k->cause = cause;
    k->text = text;
    close_number(k);
}

/* ---- opening ---- */

static void expect(sim_line *k, int64_t most)
{
    k->made = 0;
    if (k->fault != SIM_FAULT_CONNECT_LATE)
        sim_at(k->world, k->world->now + 1 + sim_below(&k->draw, most),
               SIM_CONNECTED, k, 0);
}

static void connect_to(sim_line *k)
{
    k->stage = SIM_CONNECTING;
    open_number(k);
    watch(k, CIELO_WRITABLE);
    expect(k, 40);
}

static void open_up(sim_line *k)
{
    watch(k, 0);
    k->stage = SIM_OPENED;
    k->state = CIELO__LINE_OPEN;
    k->idle = k->world->now;
    k->ticket = k->tls && sim_chance(&k->draw, 500);
}

static void go_on(sim_line *k)
{
    if (k->fault == SIM_FAULT_REFUSED) {
        fail(k, CIELO_CAUSE_CONNECT, "refused");
    } else if (k->stage == SIM_CONNECTING && sim_chance(&k->draw, 80)) {
        close_number(k); /* another address is tried */
        connect_to(k);
    } else if (k->stage == SIM_CONNECTING && k->tls) {
        k->stage = SIM_SHAKING;
        watch(k, CIELO_READABLE);
        expect(k, 40);
    } else {
        open_up(k);
    }
}

static sim_line *new_line(sim_world *w, sim_exchange *e)
{
    sim_line *k = calloc(1, sizeof(*k));

    if (!k)
        abort();
    k->all = w->lines;
    w->lines = k;
    k->world = w;
    k->family = e->c->family;
    k->beside = k->family->lines;
    k->family->lines = k;
    k->loop = sim_loop_here();
    k->fd = -1;
    k->ended = -1;
    k->draw = sim_stream(sim_next(&e->draw), 1);
    k->fault = e->fault;
    k->tls = sim_chance(&k->draw, 500);
    strcpy(k->origin, e->origin);
    return k;
}

sim_line *sim_line_of_bell(sim_process *p)
{
    sim_line *k = calloc(1, sizeof(*k));

    if (!k)
        abort();
    k->world = p->world;
    k->all = p->world->lines;
    p->world->lines = k;
    k->family = sim_loop_here() ? sim_loop_here()->family : &p->families[0];
    k->bell = 1;
    k->draw = sim_stream(sim_next(&p->perils), 2);
    open_number(k);
    return k;
}

void sim_line_drop_bell(sim_process *p, sim_line *k)
{
    p->numbers[k->fd] = NULL;
    k->fd = -1;
    k->freed = 1;
}

cielo__line *cielo__line_open(cielo__net *net, cielo_client *client,
                              const cielo_request *request, int64_t limit_ms,
                              const cielo__watcher *watcher)
{
    sim_process *p = sim_here();
    sim_exchange *e = p->struck ? NULL : sim_exchange_asking(p, request);
    sim_line *k;

    (void)net;
    if (!e)
        return NULL;
    k = new_line(p->world, e);
    k->watcher = watcher;
    k->limit = p->world->now + limit_ms;
    k->resolved = p->world->now;
    if (family_of(p, client) != e->c->family)
        sim_break(p->world, e->c, "a line of another client");
    if (sim_chance(&k->draw, 300))
        k->resolved += sim_below(&k->draw, 60);
    sim_have_turn(p->world, e);
    check_used(k, e);
    if (k->resolved <= p->world->now)
        connect_to(k);
    else if (!k->loop)
        sim_at(p->world, k->resolved, SIM_CONNECTED, k, 0);
    return &k->line;
}

void sim_connected(sim_line *k)
{
    if (k->freed || k->state != CIELO__LINE_OPENING)
        return;
    k->made = k->stage != SIM_RESOLVING;
    sim_line_changed(k);
}

void cielo__line_advance(cielo__line *line, int fd, int ready)
{
    sim_line *k = line_of(line);
    int64_t now = k->world->now;

    (void)ready;
    if (k->state != CIELO__LINE_OPENING)
        return;
    if (now >= k->limit)
        fail(k, CIELO_CAUSE_TIMEOUT, "no connection in time");
    else if (k->stage == SIM_RESOLVING && now >= k->resolved)
        connect_to(k);
    else if (fd >= 0 && fd == k->fd && k->made)
        go_on(k);
}

int64_t cielo__line_timer(const cielo__line *line)
{
    const sim_line *k = (const sim_line *)line;
    int64_t when = k->limit;

    if (k->stage == SIM_RESOLVING && k->resolved < when)
        when = k->resolved;
    return when + k->family->process->offset;
}

/* True time of a moment in the clock of the process. */
static int64_t true_time(const sim_line *k, int64_t moment)
{
    return moment - k->family->process->offset;
}

void cielo__line_finish(cielo__line *line, int64_t until_ms)
{
    sim_line *k = line_of(line);
    int64_t until = true_time(k, until_ms);

    for (;;) {
        cielo__line_advance(line, k->made ? k->fd : -1, 0);
        if (k->state != CIELO__LINE_OPENING)
            return;
        if (k->world->now >= until)
            return;
        (void)sim_pass(k->world, until < k->limit ? until : k->limit);
    }
}

cielo__line_state cielo__line_state_of(const cielo__line *line)
{
    return ((const sim_line *)line)->state;
}

cielo_cause cielo__line_cause(const cielo__line *line)
{
    return ((const sim_line *)line)->cause;
}

const char *cielo__line_text(const cielo__line *line)
{
    return ((const sim_line *)line)->text;
}

/* ---- sending ---- */

/* A request begins on this line: is that one fit for it? */
static void begin(sim_line *k, sim_exchange *e)
{
    sim_world *w = k->world;

    if (e->line)
        sim_break(w, e->c, "one request over two lines");
    if (k->now)
        sim_break(w, e->c, "two requests over one line at once");
    if (strcmp(k->origin, e->origin) != 0)
        sim_break(w, e->c, "to %s over a line to %s", e->origin, k->origin);
    if (k->first || k->end || k->broken)
        sim_break(w, e->c, "over a line on which something had come");
    if (k->spent || (k->old && k->served > 0))
        sim_break(w, e->c, "over a line that must not serve another request");
    if (w->now - k->idle > 60000)
        sim_break(w, e->c, "over a line that was idle for %lld ms",
                  (long long)(w->now - k->idle));
    sim_transmit(w, e, k);
    check_used(k, e);
}

/* What TLS took before is to be given again, and goes as a whole. */
static ptrdiff_t send_held(sim_line *k, sim_exchange *e, size_t length)
{
    size_t held = k->held;

    if (length < held)
        sim_break(k->world, e->c, "other bytes than TLS holds");
    k->held = 0;
    sim_take(k->world, e, held < length ? held : length);
    return (ptrdiff_t)held;
}

static ptrdiff_t send_some(sim_line *k, sim_exchange *e, size_t length)
{
    size_t count = length;

    if (k->room == 0) {
        if (k->tls && !k->held && sim_chance(&e->draw, 700)) {
            k->held = length;
            k->held_of = e;
        }
        sim_stop(k->world, e);
        return CIELO__LINE_AGAIN;
    }
    if (k->held)
        return send_held(k, e, length);
    if (sim_chance(&e->draw, 50))
        count = 1 + (size_t)sim_below(&e->draw, (int64_t)length);
    if (count > k->room)
        count = k->room;
    if (k->room != SIZE_MAX)
        k->room -= count;
    sim_take(k->world, e, count);
    return (ptrdiff_t)count;
}

ptrdiff_t cielo__line_send(cielo__line *line, const char *data, size_t length)
{
    sim_line *k = line_of(line);
    sim_exchange *e = sim_exchange_sending(k->family->process, data);
    ptrdiff_t sent;

    if (k->family->process->struck || sim_peril(k->family->process))
        return CIELO__LINE_BROKEN;
    if (!e || length > e->total - e->taken
        || memcmp(data, e->bytes + e->taken, length) != 0) {
        sim_break(k->world, NULL, "bytes are sent that are of no request");
        return CIELO__LINE_BROKEN;
    }
    if (k->now != e)
        begin(k, e);
    if (k->broken || k->end == 2)
        return CIELO__LINE_BROKEN;
    sent = send_some(k, e, length);
    (void)sim_peril(k->family->process);
    return sent;
}

/* ---- receiving ---- */

void sim_line_end(sim_line *k, int how)
{
    k->end = how;
    if (!k->now && k->state == CIELO__LINE_OPEN)
        k->ended = k->world->now;
}

void sim_line_receive(sim_line *k, sim_message *m)
{
    if (m->length == 0) {
        sim_line_end(k, m->end);
        free(m);
        return;
    }
    if (k->last)
        k->last->next = m;
    else
        k->first = m;
    k->last = m;
    k->came++;
}

static void drop_first(sim_line *k)
{
    sim_message *m = k->first;

    k->first = m->next;
    if (!k->first)
        k->last = NULL;
    k->came--;
    k->drawn -= k->drawn > 0;
    k->end |= m->end;
    free(m);
}

/* TLS reads what the kernel has, and keeps what nobody asked for yet. */
static void draw_in(sim_line *k)
{
    k->ticket = 0;
    if (k->tls)
        k->drawn = k->came;
}

ptrdiff_t cielo__line_receive(cielo__line *line, char *buffer, size_t size)
{
    sim_line *k = line_of(line);
    sim_message *m = k->first;
    size_t count;

    if (k->family->process->struck)
        return CIELO__LINE_BROKEN;
    if (k->broken)
        return CIELO__LINE_BROKEN;
    if (m && k->drawn == 0 && sim_chance(&k->draw, 30))
        return CIELO__LINE_AGAIN;
    draw_in(k);
    if (!m)
        return k->end == 1 ? 0
            : k->end       ? CIELO__LINE_BROKEN
                           : CIELO__LINE_AGAIN;
    count = m->length - m->read;
    if (count > size)
        count = size;
    if (sim_chance(&k->draw, 50))
        count = 1 + (size_t)sim_below(&k->draw, (int64_t)count);
    memcpy(buffer, m->bytes + m->read, count);
    if (k->now)
        sim_note_read(k->now, m, count);
    m->read += count;
    if (m->read == m->length)
        drop_first(k);
    return (ptrdiff_t)count;
}

int cielo__line_is_sound(cielo__line *line)
{
    sim_line *k = line_of(line);

    draw_in(k);
    return !k->first && !k->end && !k->broken;
}

/* ---- waiting ---- */

int cielo__line_fd(const cielo__line *line)
{
    return ((const sim_line *)line)->fd;
}

int cielo__line_wait(cielo__line *line, int events, int64_t ms)
{
    sim_line *k = line_of(line);
    int64_t until = k->world->now + (ms > 0 ? ms : 0);

    while (!(sim_line_ready(k) & events) && sim_pass(k->world, until))
        continue;
    return (sim_line_ready(k) & CIELO_READABLE) != 0;
}

/* ---- the end ---- */

static void leave_family(sim_line *k)
{
    sim_line **at = &k->family->lines;

    while (*at != k)
        at = &(*at)->beside;
    *at = k->beside;
}

/* A TLS layer that is closed politely sends what it holds. */
static void flush(sim_line *k)
{
    sim_exchange *e = k->held_of;

    sim_take(k->world, e, k->held);
    k->held = 0;
    if (e->taken < e->total)
        return;
    e->c->unsafe |= e->write;
    if (e->told_no)
        sim_break(k->world, e->c,
                  "told not sent, and it was sent as the line was closed");
}

void cielo__line_free(cielo__line *line, int amid)
{
    sim_line *k = line_of(line);

    if (k->freed)
        return;
    sim_line_note_full(k);
    if (k->loop && k->ended >= 0 && k->ended + 200 < k->world->now)
        sim_break(k->world, NULL, "an idle line was kept long after its end");
    if (k->held && !amid && !k->family->process->dying
        && !k->family->process->struck)
        flush(k);
    leave_family(k);
    close_number(k);
    while (k->first)
        drop_first(k);
    k->freed = 1;
}

void cielo__line_abandon(cielo__line *line, int idle)
{
    (void)idle;
    sim_break(line_of(line)->world, NULL, "a line is left to a parent");
}

void sim_lines_free(sim_world *w)
{
    while (w->lines) {
        sim_line *k = w->lines;

        w->lines = k->all;
        if (!k->freed)
            sim_break(w, NULL, "a line that nobody closed");
        while (k->first)
            drop_first(k);
        free(k);
    }
}
