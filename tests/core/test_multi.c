/* cielo_multi under a host that watches descriptors as event loops do. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "check.h"
#include "fake_call.h"
#include "loopback.h"

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

/* ---- the host ---- */

enum { HOST_FDS = 4096 };

/*
 * Registers what changed since it last looked, as asyncio does, and takes
 * offence like it: changing the registration of a number that was closed and
 * opened again in between fails, since the kernel forgot the old one.
 */
typedef struct host {
    cielo_multi *multi;
    int epoll;
    int watched[HOST_FDS]; /* events by number */
    int advances;
    int batch; /* how many events it passes on before it looks again */
} host;

static void host_watch(host *h, int fd, int events)
{
    struct epoll_event event;
    int operation = !h->watched[fd] ? EPOLL_CTL_ADD
                    : events        ? EPOLL_CTL_MOD
                                    : EPOLL_CTL_DEL;

    if (h->watched[fd] == events)
        return;
    memset(&event, 0, sizeof(event));
    event.events = (events & CIELO_READABLE ? EPOLLIN : 0) |
                   (events & CIELO_WRITABLE ? EPOLLOUT : 0);
    event.data.fd = fd;
    /* A number closed by now needs no farewell. */
    CHECK(epoll_ctl(h->epoll, operation, fd, &event) == 0 || !events);
    h->watched[fd] = events;
}

/* Told of changes instead of looking through the list of all. */
static int by_changes;

static void host_sync(host *h)
{
    static int wanted[HOST_FDS];
    int fd, events;
    size_t i;

    while (by_changes && cielo_multi_change(h->multi, &fd, &events)) {
        CHECK(fd >= 0 && fd < HOST_FDS && h->watched[fd] != events);
        host_watch(h, fd, events);
    }
    if (by_changes)
        return;
    memset(wanted, 0, sizeof(wanted));
    for (i = 0; cielo_multi_interest(h->multi, i, &fd, &events); i++) {
        CHECK(fd >= 0 && fd < HOST_FDS && !wanted[fd]);
        wanted[fd] = events;
    }
    for (fd = 0; fd < HOST_FDS; fd++)
        host_watch(h, fd, wanted[fd]);
}

static void host_advance(host *h, int fd, int ready)
{
    h->advances++;
    (void)cielo_multi_advance(h->multi, fd, ready);
}

/* Waits once for what the multi waits for, and goes on. */
static void host_turn(host *h)
{
    struct epoll_event events[64];
    int64_t left = cielo_multi_deadline(h->multi) - cielo_now_ms();
    int count, i;

    CHECK(cielo_multi_deadline(h->multi) >= 0);
    count = epoll_wait(h->epoll, events, h->batch,
                       left < 0 ? 0 : left > 1000 ? 1000 : (int)left);
    for (i = 0; i < count; i++)
        host_advance(h, events[i].data.fd,
                     (events[i].events & EPOLLIN ? CIELO_READABLE : 0) |
                         (events[i].events & EPOLLOUT ? CIELO_WRITABLE : 0) |
                         (events[i].events & (EPOLLERR | EPOLLHUP)
                              ? CIELO_BROKEN
                              : 0));
    if (count < 1)
        host_advance(h, -1, 0);
    host_sync(h);
}

/* Turns until a call ended, for at most half a minute. */
static cielo_call *host_next(host *h)
{
    int64_t limit = cielo_now_ms() + 30000;
    cielo_call *call;

    while (!(call = cielo_multi_done(h->multi)) && cielo_now_ms() < limit)
        host_turn(h);
    CHECK(call);
    return call;
}

static void host_start(host *h, cielo_client *client)
{
    memset(h, 0, sizeof(*h));
    h->batch = 1;
    h->epoll = epoll_create1(EPOLL_CLOEXEC);
    CHECK_INT(cielo_multi_new(&h->multi, client, NULL), CIELO_OK);
}

static void host_end(host *h)
{
    cielo_multi_free(h->multi);
    close(h->epoll);
}

/* ---- a scene ---- */

typedef struct scene {
    cielo_client *client;
    loopback *server;
    host host;
} scene;

static void begin(scene *s, void (*script)(peer *p))
{
    s->client = fake_client();
    s->server = loopback_start(script);
    host_start(&s->host, s->client);
}

static void end(scene *s)
{
    host_end(&s->host);
    CHECK_INT(s->client->refs, 1);
    CHECK_INT(fake_client_end(s->client), 0);
    loopback_end(s->server);
}

static cielo_call *add(scene *s, const char *method, const char *body)
{
    cielo_call *call = fake_call(s->client);

    if (method)
        fake_send(call, method, s->server->url, body);
    else
        fake_wait(call, 60000, 0);
    CHECK_INT(cielo_multi_add(s->host.multi, call, NULL), CIELO_OK);
    return call;
}

static void finish(scene *s, int http_status)
{
    cielo_call *call = host_next(&s->host);

    if (!call)
        return;
    CHECK_INT(call->status, CIELO_OK);
    CHECK_INT(call->reports[0].http_status, http_status);
    fake_call_free(call);
}

/* ---- scripts ---- */

static void keep_alive(peer *p)
{
    while (peer_read(p) && peer_say(p, OK_ANSWER))
        continue;
}

static void stalls(peer *p)
{
    while (peer_read(p))
        continue;
}

static void closes_when_reused(peer *p)
{
    if (p->number > 0) {
        keep_alive(p);
        return;
    }
    if (peer_read(p) && peer_say(p, OK_ANSWER))
        peer_read(p);
}

static void answers_once(peer *p)
{
    if (peer_read(p))
        peer_say(p, "HTTP/1.1 200 OK\r\nConnection: close\r\n"
                    "Content-Length: 2\r\n\r\n{}");
}

/* Answers after as many milliseconds as the path says. */
static void answers_by_path(peer *p)
{
    struct timespec pause = {0, 0};

    while (peer_read(p)) {
        pause.tv_nsec = atol(strchr(p->request, '/') + 1) * 1000000L;
        nanosleep(&pause, NULL);
        peer_say(p, OK_ANSWER);
    }
}

/* ---- tests ---- */

static void calls_run_side_by_side(void)
{
    int64_t start = cielo_now_ms();
    scene s;
    int i;

    begin(&s, answers_by_path);
    snprintf(s.server->url, sizeof(s.server->url), "http://127.0.0.1:%d/600",
             s.server->port);
    for (i = 0; i < 20; i++)
        add(&s, "POST", "{}");
    for (i = 0; i < 20; i++)
        finish(&s, 200);
    CHECK(cielo_now_ms() - start < 9000);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 20);
    end(&s);
}

/* Answers once the number of its path is allowed. */
static void answers_when_allowed(peer *p)
{
    while (peer_read(p)) {
        peer_await(p, atoi(strchr(p->request, '/') + 1));
        peer_say(p, OK_ANSWER);
    }
}

static void calls_end_in_the_order_of_their_answers(void)
{
    static const int order[] = {1, 2, 0};
    cielo_call *calls[3];
    char url[3][64];
    scene s;
    int i;

    begin(&s, answers_when_allowed);
    for (i = 0; i < 3; i++) {
        snprintf(url[i], sizeof(url[i]), "http://127.0.0.1:%d/%d",
                 s.server->port, i);
        calls[i] = fake_call(s.client);
        fake_send(calls[i], "GET", url[i], NULL);
        CHECK_INT(cielo_multi_add(s.host.multi, calls[i], NULL), CIELO_OK);
    }
    for (i = 0; i < 3; i++) {
        loopback_allow(s.server, order[i]);
        CHECK(host_next(&s.host) == calls[order[i]]);
    }
    CHECK(!cielo_multi_done(s.host.multi));
    for (i = 0; i < 3; i++)
        fake_call_free(calls[i]);
    end(&s);
}

static void connections_are_reused(void)
{
    scene s;
    int i;

    begin(&s, keep_alive);
    for (i = 0; i < 10; i++) {
        add(&s, "POST", "{}");
        finish(&s, 200);
    }
    CHECK_INT(loopback_count(s.server, &s.server->connections), 1);
    CHECK(s.host.advances < 60);
    CHECK_INT(cielo_multi_deadline(s.host.multi), -1);
    end(&s);
}

static void a_foreign_answer_ends_its_connection(void)
{
    scene s;
    int i;

    begin(&s, keep_alive);
    for (i = 0; i < 3; i++) {
        add(&s, "POST", "{}")->foreign = 1;
        finish(&s, 200);
    }
    CHECK_INT(loopback_count(s.server, &s.server->requests), 3);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 3);
    end(&s);
}

static void a_write_is_never_sent_twice(void)
{
    static const char *const methods[] = {"POST", "PUT", "PUT", "DELETE"};
    static const char *const bodies[] = {"{}", "{}", NULL, NULL};
    int i;

    for (i = 0; i < 4; i++) {
        cielo_call *call;
        scene s;

        begin(&s, closes_when_reused);
        add(&s, "GET", NULL);
        finish(&s, 200);
        add(&s, methods[i], bodies[i]);
        call = host_next(&s.host);
        CHECK_INT(call->reports[0].http_status, 0);
        CHECK_INT(call->reports[0].sent, CIELO_SENT_MAYBE);
        CHECK_INT(call->reports[0].cause, CIELO_CAUSE_CLOSED);
        CHECK_INT(loopback_count(s.server, &s.server->writes), 1);
        fake_call_free(call);
        end(&s);
    }
}

/* Each answer closes its connection, whose number the next one gets in the
 * same advance: the host's poller must not be left with the dead one. */
static void come_back(int batch)
{
    scene s;
    int i, k;

    begin(&s, answers_once);
    s.host.batch = batch;
    for (i = 0; i < 10; i++) {
        cielo_call *call = fake_call(s.client);

        for (k = 0; k < FAKE_STEPS; k++)
            fake_send(call, "GET", s.server->url, NULL);
        CHECK_INT(cielo_multi_add(s.host.multi, call, NULL), CIELO_OK);
        if (i % 2)
            continue;
        call = host_next(&s.host);
        for (k = 0; k < FAKE_STEPS; k++)
            CHECK_INT(call->reports[k].http_status, 200);
        fake_call_free(call);
    }
    for (i = 0; i < 5; i++)
        finish(&s, 200);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 80);
    end(&s);
}

static void a_number_that_comes_back_is_watched_anew(void)
{
    come_back(1);
    come_back(64);
}

/* A name that takes the resolver's thread, which has sockets of its own. */
static void a_name_is_resolved(void)
{
    cielo_call *call;
    char name[128], url[160];
    scene s;

    begin(&s, keep_alive);
    CHECK_INT(gethostname(name, sizeof(name)), 0);
    snprintf(url, sizeof(url), "http://%s:%d/", name, s.server->port);
    call = fake_call(s.client);
    fake_send(call, "GET", url, NULL);
    CHECK_INT(cielo_multi_add(s.host.multi, call, NULL), CIELO_OK);
    host_next(&s.host);
    if (!call->reports[0].http_status) { /* only 127.0.0.1 is listened on */
        CHECK_INT(call->reports[0].sent, CIELO_SENT_NO);
        CHECK(call->reports[0].cause == CIELO_CAUSE_CONNECT ||
              call->reports[0].cause == CIELO_CAUSE_TIMEOUT); /* a resolver's */
    }
    fake_call_free(call);
    end(&s);
}

static void a_send_times_out(void)
{
    cielo_call *call;
    scene s;

    begin(&s, stalls);
    call = add(&s, "POST", "{}");
    call->turns[0].ms = 500;
    CHECK(host_next(&s.host) == call);
    CHECK_INT(call->reports[0].sent, CIELO_SENT_MAYBE);
    CHECK_INT(call->reports[0].cause, CIELO_CAUSE_TIMEOUT);
    fake_call_free(call);
    end(&s);
}

static void nap(int ms)
{
    struct timespec pause = {0, ms * 1000000L};

    nanosleep(&pause, NULL);
}

/* Reads nothing until it is allowed, and then all. */
static void reads_late(peer *p)
{
    ssize_t got;

    peer_await(p, 0);
    while ((got = recv(p->fd, p->request, sizeof(p->request), 0)) > 0)
        if (memchr(p->request, '!', (size_t)got))
            peer_mark(p);
}

/* A host that was away until its call's time was over sends nothing more of it:
 * who reads the journal may have told the sale to be none. */
static void nothing_leaves_too_late(void)
{
    enum { SIZE = 3900 * 1024 };
    char *body = malloc(SIZE + 1);
    cielo_call *call;
    scene s;

    begin(&s, keep_alive);
    call = add(&s, "POST", "{}");
    call->turns[0].ms = 100;
    host_advance(&s.host, -1, 0); /* it connects */
    host_sync(&s.host);
    nap(150);
    CHECK(host_next(&s.host) == call);
    CHECK_INT(call->reports[0].sent, CIELO_SENT_NO);
    CHECK_INT(call->reports[0].cause, CIELO_CAUSE_TIMEOUT);
    fake_call_free(call);
    CHECK_INT(s.server->requests, 0);
    end(&s);

    memset(body, ' ', SIZE);
    body[SIZE - 1] = '!'; /* its end */
    body[SIZE] = '\0';
    begin(&s, reads_late);
    call = add(&s, "POST", body);
    call->turns[0].ms = 200;
    while (s.host.advances < 20 && cielo_multi_deadline(s.host.multi) > 0) {
        host_advance(&s.host, -1, 0);
        host_sync(&s.host);
        nap(5);
    }
    nap(150);
    loopback_allow(s.server, 0);
    nap(50); /* there is room again */
    CHECK(host_next(&s.host) == call);
    CHECK_INT(call->reports[0].sent, CIELO_SENT_NO);
    CHECK_INT(call->reports[0].cause, CIELO_CAUSE_TIMEOUT);
    fake_call_free(call);
    nap(50);
    CHECK_INT(loopback_count(s.server, &s.server->marks), 1); /* it ended */
    end(&s);
    free(body);
}

static void a_refused_connection_sent_nothing(void)
{
    cielo_call *call;
    char url[64];
    int port, fd = loopback_listen(&port);
    scene s;

    begin(&s, keep_alive);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
    call = fake_call(s.client);
    fake_send(call, "POST", url, "{}");
    CHECK_INT(cielo_multi_add(s.host.multi, call, NULL), CIELO_OK);
    CHECK(host_next(&s.host) == call);
    CHECK_INT(call->reports[0].sent, CIELO_SENT_NO);
    CHECK_INT(call->reports[0].cause, CIELO_CAUSE_CONNECT);
    fake_call_free(call);
    close(fd);
    end(&s);
}

static void waits_end_by_time_or_epoch(void)
{
    cielo_call *timed, *woken, *never;
    int64_t start = cielo_now_ms();
    scene s;

    begin(&s, keep_alive);
    timed = fake_call(s.client);
    woken = fake_call(s.client);
    never = fake_call(s.client);
    fake_wait(never, 60000, 9);
    fake_wait(woken, 60000, 1);
    fake_wait(timed, 120, 0);
    CHECK_INT(cielo_multi_add(s.host.multi, never, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_add(s.host.multi, woken, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_add(s.host.multi, timed, NULL), CIELO_OK);
    CHECK(host_next(&s.host) == timed);
    CHECK(cielo_now_ms() - start >= 120);
    fake_client_bump(s.client);
    CHECK(host_next(&s.host) == woken);
    CHECK(cielo_now_ms() - start < 30000);
    fake_call_free(timed);
    fake_call_free(woken);
    CHECK_INT(never->status, CIELO_EAGAIN);
    cielo_multi_remove(s.host.multi, never);
    fake_call_free(never);
    end(&s);
}

static void removing_cancels(void)
{
    cielo_call *sending, *waiting, *fresh, *ended;
    scene s;

    begin(&s, stalls);
    ended = fake_call(s.client);
    CHECK_INT(cielo_multi_add(s.host.multi, ended, NULL), CIELO_OK);
    sending = add(&s, "POST", "{}");
    waiting = add(&s, NULL, NULL);
    while (loopback_count(s.server, &s.server->requests) < 1)
        host_turn(&s.host);
    fresh = add(&s, "POST", "{}");
    cielo_multi_remove(s.host.multi, sending);
    cielo_multi_remove(s.host.multi, waiting);
    cielo_multi_remove(s.host.multi, fresh);
    cielo_multi_remove(s.host.multi, ended);
    cielo_multi_remove(s.host.multi, ended); /* twice does no harm */
    CHECK_INT(sending->status, CIELO_ECANCELLED);
    CHECK_INT(waiting->status, CIELO_ECANCELLED);
    CHECK_INT(fresh->status, CIELO_ECANCELLED);
    CHECK_INT(ended->status, CIELO_OK);
    CHECK(!cielo_multi_done(s.host.multi));
    fake_call_free(sending);
    fake_call_free(waiting);
    fake_call_free(fresh);
    fake_call_free(ended);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 1);
    end(&s);
}

static void calls_may_be_freed_first(void)
{
    cielo_call *sending, *waiting, *ended;
    scene s;

    begin(&s, stalls);
    ended = fake_call(s.client);
    CHECK_INT(cielo_multi_add(s.host.multi, ended, NULL), CIELO_OK);
    sending = add(&s, "POST", "{}");
    waiting = add(&s, NULL, NULL);
    while (loopback_count(s.server, &s.server->requests) < 1)
        host_turn(&s.host);
    fake_call_free(sending);
    fake_call_free(waiting);
    fake_call_free(ended);
    host_advance(&s.host, -1, 0);
    CHECK(!cielo_multi_done(s.host.multi));
    CHECK_INT(cielo_multi_deadline(s.host.multi), -1);
    end(&s);
}

static void freeing_the_multi_cancels_all(void)
{
    cielo_call *calls[4];
    scene s;
    int i;

    begin(&s, stalls);
    calls[0] = fake_call(s.client);
    CHECK_INT(cielo_multi_add(s.host.multi, calls[0], NULL), CIELO_OK);
    calls[1] = add(&s, "POST", "{}");
    calls[2] = add(&s, NULL, NULL);
    while (loopback_count(s.server, &s.server->requests) < 1)
        host_turn(&s.host);
    calls[3] = add(&s, "POST", "{}");
    host_end(&s.host);
    CHECK_INT(calls[0]->status, CIELO_OK);
    for (i = 0; i < 4; i++) {
        CHECK(i == 0 || calls[i]->status == CIELO_ECANCELLED);
        fake_call_free(calls[i]);
    }
    host_start(&s.host, s.client);
    end(&s);
}

static void a_call_runs_in_one_place(void)
{
    cielo_call *call;
    cielo_error err;
    scene s;

    begin(&s, stalls);
    call = add(&s, "POST", "{}");
    CHECK_INT(cielo_multi_add(s.host.multi, call, &err), CIELO_EUSAGE);
    CHECK_INT(cielo_perform_slice(call, 10, &err), CIELO_EUSAGE);
    cielo_multi_remove(s.host.multi, call);
    fake_call_free(call);

    call = fake_call(s.client);
    fake_send(call, "POST", s.server->url, "{}");
    CHECK_INT(cielo_perform_slice(call, 0, NULL), CIELO_EAGAIN);
    CHECK_INT(cielo_multi_add(s.host.multi, call, &err), CIELO_EUSAGE);
    cielo_multi_remove(s.host.multi, call); /* not its call: left alone */
    CHECK_INT(call->status, CIELO_EAGAIN);
    fake_call_free(call);
    end(&s);
}

static void a_call_of_a_stranger_is_refused(void)
{
    cielo_client *stranger = fake_client();
    cielo_call *call = fake_call(stranger);
    cielo_error err;
    scene s;

    begin(&s, stalls);
    fake_send(call, "POST", s.server->url, "{}");
    CHECK_INT(cielo_multi_add(s.host.multi, call, &err), CIELO_EUSAGE);
    CHECK_INT(cielo_call_step(call, cielo_now_ms()), CIELO_STEP_SEND);
    fake_call_free(call);
    CHECK_INT(fake_client_end(stranger), 0);
    end(&s);
}

static void nothing_given_is_a_usage_error(void)
{
    cielo_multi *multi;
    cielo_error err;
    int fd, events;

    CHECK_INT(cielo_multi_new(&multi, NULL, &err), CIELO_EUSAGE);
    CHECK(!multi);
    CHECK_INT(cielo_multi_add(NULL, NULL, &err), CIELO_EUSAGE);
    CHECK_INT(cielo_multi_advance(NULL, -1, 0), CIELO_EUSAGE);
    CHECK(!cielo_multi_done(NULL));
    CHECK_INT(cielo_multi_interest(NULL, 0, &fd, &events), 0);
    CHECK_INT(cielo_multi_deadline(NULL), -1);
    cielo_multi_remove(NULL, NULL);
    cielo_multi_free(NULL);
}

/* Of this thread, whatever else the machine does. */
static double own_seconds(void)
{
    struct timespec spent;

    CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) == 0);
    return (double)spent.tv_sec + (double)spent.tv_nsec * 1e-9;
}

/* With a crowd that only waits, the busy few must not pay for walking it. */
static void ten_thousand_waiting_calls_cost_nothing(void)
{
    enum { CROWD = 10000 };
    cielo_call **crowd = calloc(CROWD, sizeof(*crowd));
    double start;
    scene s;
    int i;

    begin(&s, keep_alive);
    for (i = 0; i < CROWD; i++)
        crowd[i] = add(&s, NULL, NULL);
    host_advance(&s.host, -1, 0);
    start = own_seconds();
    for (i = 0; i < 300; i++) {
        add(&s, "GET", NULL);
        finish(&s, 200);
    }
    CHECK(own_seconds() - start < 2);
    for (i = 0; i < CROWD; i++) {
        cielo_multi_remove(s.host.multi, crowd[i]);
        fake_call_free(crowd[i]);
    }
    free(crowd);
    end(&s);
}

static void every_failing_allocation_is_survived(void)
{
    int left, failures = 0;

    for (left = 0; left < 40; left++) {
        cielo_call *call;
        cielo_error err;
        scene s;

        s.client = fake_client();
        s.server = loopback_start(keep_alive);
        s.client->left = left;
        memset(&s.host, 0, sizeof(s.host));
        s.host.batch = 1;
        s.host.epoll = epoll_create1(EPOLL_CLOEXEC);
        call = fake_call(s.client);
        fake_send(call, "POST", s.server->url, "{}");
        if (cielo_multi_new(&s.host.multi, s.client, &err) != CIELO_OK ||
            cielo_multi_add(s.host.multi, call, &err) != CIELO_OK) {
            CHECK_INT(err.status, CIELO_EMEMORY);
            failures++;
        } else {
            CHECK(host_next(&s.host) == call);
            failures += call->reports[0].http_status == 0;
        }
        fake_call_free(call);
        end(&s);
    }
    CHECK(failures > 3 && failures < 30);
}

/* The child's multi is lost, its calls end; the parent's goes on. */
static void a_fork_leaves_the_multi_to_the_parent(void)
{
    cielo_call *call, *other;
    cielo_error err;
    scene s;
    pid_t child;
    int status = -1;
    int fd, events;

    begin(&s, answers_by_path);
    call = fake_call(s.client);
    snprintf(s.server->url, sizeof(s.server->url), "http://127.0.0.1:%d/200",
             s.server->port);
    fake_send(call, "POST", s.server->url, "{}");
    CHECK_INT(cielo_multi_add(s.host.multi, call, NULL), CIELO_OK);
    other = add(&s, NULL, NULL);
    while (loopback_count(s.server, &s.server->requests) < 1)
        host_turn(&s.host);
    child = fork();
    if (child == 0) {
        int fine = cielo_multi_advance(s.host.multi, -1, 0) != CIELO_OK &&
                   cielo_multi_add(s.host.multi, call, &err) != CIELO_OK &&
                   cielo_multi_interest(s.host.multi, 0, &fd, &events) == 0 &&
                   cielo_multi_deadline(s.host.multi) <= cielo_now_ms() &&
                   cielo_multi_done(s.host.multi) == call &&
                   call->status == CIELO_ECANCELLED &&
                   call->reported == 0 && /* the parent may send it yet */
                   cielo_multi_done(s.host.multi) == other &&
                   cielo_multi_deadline(s.host.multi) == -1;

        cielo_multi_free(s.host.multi);
        _exit(fine ? 0 : 1);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(host_next(&s.host) == call);
    CHECK_INT(call->reports[0].http_status, 200);
    fake_call_free(call);
    add(&s, "POST", "{}");
    finish(&s, 200);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 1);
    cielo_multi_remove(s.host.multi, other);
    fake_call_free(other);
    end(&s);
}

/* ---- the cap ---- */

/* Asks for `count` paths at once, /1 and so on, each answered after 30 ms. */
static void ask_many(scene *s, int count, cielo_call **calls, char (*urls)[64])
{
    int i;

    for (i = 0; i < count; i++) {
        snprintf(urls[i], 64, "http://127.0.0.1:%d/30?%d", s->server->port,
                 i + 1);
        calls[i] = fake_call(s->client);
        fake_send(calls[i], "POST", urls[i], "{}");
        CHECK_INT(cielo_multi_add(s->host.multi, calls[i], NULL), CIELO_OK);
    }
}

static void begin_with(scene *s, void (*script)(peer *p), size_t connections)
{
    s->client = fake_client();
    s->client->max_connections = connections;
    s->server = loopback_start(script);
    host_start(&s->host, s->client);
}

static void calls_beyond_the_cap_wait_in_turn(void)
{
    enum { CALLS = 9 };
    cielo_call *calls[CALLS];
    char urls[CALLS][64];
    scene s;
    int i;

    begin_with(&s, answers_by_path, 3);
    ask_many(&s, CALLS, calls, urls);
    for (i = 0; i < CALLS; i++) { /* three at a time: when the i-th ends, only
                                     the first i + 3 have begun */
        cielo_call *call = host_next(&s.host);
        int k;

        for (k = 0; k < i + 3 && k < CALLS && calls[k] != call; k++)
            continue;
        CHECK(k < i + 3 && k < CALLS);
        CHECK_INT(call->reports[0].http_status, 200);
    }
    CHECK_INT(loopback_count(s.server, &s.server->connections), 3);
    for (i = 0; i < CALLS; i++)
        fake_call_free(calls[i]);
    end(&s);
}

/* What the kernel did not take whole is surely not sent: a host that drops the
 * call need not look it up. Of what it took nobody knows. */
static void a_call_that_is_removed_unsent_says_so(void)
{
    cielo_call *first, *second;
    scene s;

    begin_with(&s, stalls, 1);
    first = add(&s, "POST", "{}");
    second = add(&s, "POST", "{}");
    while (loopback_count(s.server, &s.server->requests) < 1)
        host_turn(&s.host);
    cielo_multi_remove(s.host.multi, second);
    CHECK_INT(second->reported, 1);
    CHECK_INT(second->reports[0].sent, CIELO_SENT_NO);
    CHECK_INT(second->reports[0].cause, CIELO_CAUSE_CANCELLED);
    cielo_multi_remove(s.host.multi, first);
    CHECK_INT(first->reported, 0);
    fake_call_free(first);
    fake_call_free(second);
    end(&s);
}

/* What ended is to be fetched before the host sleeps. */
static void a_call_that_ended_at_once_is_due(void)
{
    cielo_call *call;
    scene s;

    begin(&s, stalls);
    call = fake_call(s.client); /* without a turn: done at its first step */
    CHECK_INT(cielo_multi_add(s.host.multi, call, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_advance(s.host.multi, -1, 0), CIELO_OK);
    CHECK(cielo_multi_deadline(s.host.multi) <= cielo_now_ms());
    CHECK(cielo_multi_done(s.host.multi) == call);
    CHECK_INT(cielo_multi_deadline(s.host.multi), -1);
    fake_call_free(call);
    end(&s);
}

static void a_turn_that_never_comes_times_out_unsent(void)
{
    cielo_call *first, *second;
    int64_t start = cielo_now_ms();
    scene s;

    begin_with(&s, stalls, 1);
    first = add(&s, "POST", "{}");
    second = add(&s, "POST", "{}");
    second->turns[0].ms = 200;
    CHECK(host_next(&s.host) == second);
    CHECK(cielo_now_ms() - start >= 200);
    CHECK_INT(second->reports[0].sent, CIELO_SENT_NO);
    CHECK_INT(second->reports[0].cause, CIELO_CAUSE_TIMEOUT);
    CHECK(strstr(second->reports[0].text, "max_connections"));
    CHECK_INT(loopback_reaches(s.server, &s.server->requests, 1), 1);
    cielo_multi_remove(s.host.multi, first);
    fake_call_free(first);
    fake_call_free(second);
    end(&s);
}

/* The one that waits goes on when the other is removed, or when a blocking
 * call of the client ends. */
static void a_turn_comes_from_whoever_leaves(void)
{
    cielo_call *first, *second, *blocking;
    scene s;

    begin_with(&s, answers_by_path, 1);
    snprintf(s.server->url, sizeof(s.server->url), "http://127.0.0.1:%d/300",
             s.server->port);
    first = add(&s, "POST", "{}");
    second = add(&s, "POST", "{}");
    while (loopback_count(s.server, &s.server->requests) < 1)
        host_turn(&s.host);
    cielo_multi_remove(s.host.multi, first);
    fake_call_free(first);
    CHECK(host_next(&s.host) == second);
    CHECK_INT(second->reports[0].http_status, 200);
    fake_call_free(second);

    blocking = fake_call(s.client);
    fake_send(blocking, "POST", s.server->url, "{}");
    CHECK_INT(cielo_perform_slice(blocking, 30, NULL), CIELO_EAGAIN);
    second = add(&s, "POST", "{}");
    host_turn(&s.host);
    CHECK(loopback_count(s.server, &s.server->requests) <= 3);
    CHECK_INT(cielo_perform(blocking, NULL), CIELO_OK);
    CHECK_INT(blocking->reports[0].http_status, 200);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 3);
    CHECK(host_next(&s.host) == second);
    CHECK_INT(second->reports[0].http_status, 200);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 4);
    fake_call_free(blocking);
    fake_call_free(second);
    end(&s);
}

/* ---- idle connections ---- */

static void closes_after_one(peer *p)
{
    if (p->number > 0)
        keep_alive(p);
    else if (peer_read(p))
        peer_say(p, OK_ANSWER);
}

static void speaks_unasked(peer *p)
{
    struct timespec pause = {0, 100 * 1000000L};

    if (p->number > 0) {
        keep_alive(p);
        return;
    }
    if (peer_read(p))
        peer_say(p, OK_ANSWER);
    nanosleep(&pause, NULL);
    peer_say(p, OK_ANSWER);
    peer_read(p);
}

static size_t watched(host *h)
{
    size_t count = 0;
    int fd;

    for (fd = 0; fd < HOST_FDS; fd++)
        count += h->watched[fd] != 0;
    return count;
}

/* What happens to an idle connection is seen when it happens. */
static void leave_idle(void (*script)(peer *p))
{
    int64_t limit = cielo_now_ms() + 15000;
    struct epoll_event event;
    scene s;

    begin(&s, script);
    add(&s, "POST", "{}");
    finish(&s, 200);
    host_sync(&s.host);
    while (watched(&s.host) && cielo_now_ms() < limit)
        if (epoll_wait(s.host.epoll, &event, 1, 100) == 1) {
            host_advance(&s.host, event.data.fd, CIELO_READABLE);
            host_sync(&s.host);
        }
    CHECK_INT(watched(&s.host), 0);
    add(&s, "POST", "{}");
    finish(&s, 200);
    CHECK_INT(watched(&s.host), 1);
    CHECK_INT(loopback_count(s.server, &s.server->writes), 2);
    end(&s);
}

static void an_idle_connection_that_ends_is_let_go_of(void)
{
    leave_idle(closes_after_one);
}

static void so_is_one_that_speaks_unasked(void)
{
    leave_idle(speaks_unasked);
}

static void closing_idle_ones_leaves_those_of_a_multi(void)
{
    scene s;

    begin(&s, keep_alive);
    add(&s, "POST", "{}");
    finish(&s, 200);
    cielo_client_close_idle(s.client);
    add(&s, "POST", "{}");
    finish(&s, 200);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 1);
    end(&s);
}

/* Its descriptor is registered once, and is not touched between calls. */
static void a_connection_is_watched_once(void)
{
    int fd, events, told = 0;
    scene s;
    int i;

    if (!by_changes)
        return;
    begin(&s, keep_alive);
    add(&s, "POST", "{}");
    finish(&s, 200);
    host_sync(&s.host);
    for (i = 0; i < 20; i++) {
        cielo_call *call = add(&s, "POST", "{}"), *done = NULL;

        while (!done) {
            struct epoll_event event;

            host_advance(&s.host, -1, 0);
            if (epoll_wait(s.host.epoll, &event, 1, 1000) == 1)
                host_advance(&s.host, event.data.fd, CIELO_READABLE);
            told += cielo_multi_change(s.host.multi, &fd, &events);
            done = cielo_multi_done(s.host.multi);
        }
        CHECK(done == call);
        fake_call_free(call);
    }
    CHECK_INT(told, 0);
    end(&s);
}

static cielo_call *wait_for_attempt(scene *s)
{
    int64_t limit = cielo_now_ms() + 10000;
    cielo_call *told;

    while (!(told = cielo_multi_attempt(s->host.multi))
           && cielo_now_ms() < limit) {
        CHECK(cielo_multi_done(s->host.multi) == NULL);
        CHECK_INT(cielo_multi_wait(s->host.multi, 100), CIELO_OK);
    }
    return told;
}

static void an_attempt_is_told_before_its_call_goes_on(void)
{
    cielo_call *call;
    scene s;

    begin(&s, keep_alive);
    call = add(&s, "GET", NULL);
    fake_wait(call, 0, 0);
    call->news = 1;
    CHECK(wait_for_attempt(&s) == call); /* it waits */
    CHECK(wait_for_attempt(&s) == call); /* it ended */
    CHECK(cielo_multi_attempt(s.host.multi) == NULL);
    CHECK(cielo_multi_done(s.host.multi) == call);
    fake_call_free(call);
    call = add(&s, "GET", NULL);
    call->news = 1;
    while (cielo_multi_deadline(s.host.multi) > cielo_now_ms())
        CHECK_INT(cielo_multi_wait(s.host.multi, -1), CIELO_OK);
    cielo_multi_remove(s.host.multi, call); /* untold */
    CHECK(cielo_multi_attempt(s.host.multi) == NULL);
    fake_call_free(call);
    end(&s);
}

static void all_of_it_holds_by_changes(void)
{
    by_changes = 1;
    calls_run_side_by_side();
    calls_end_in_the_order_of_their_answers();
    connections_are_reused();
    a_foreign_answer_ends_its_connection();
    a_write_is_never_sent_twice();
    a_number_that_comes_back_is_watched_anew();
    a_name_is_resolved();
    a_send_times_out();
    a_refused_connection_sent_nothing();
    waits_end_by_time_or_epoch();
    removing_cancels();
    calls_may_be_freed_first();
    freeing_the_multi_cancels_all();
    a_call_runs_in_one_place();
    a_call_of_a_stranger_is_refused();
    nothing_given_is_a_usage_error();
    ten_thousand_waiting_calls_cost_nothing();
    every_failing_allocation_is_survived();
    a_fork_leaves_the_multi_to_the_parent();
    calls_beyond_the_cap_wait_in_turn();
    a_turn_that_never_comes_times_out_unsent();
    a_turn_comes_from_whoever_leaves();
    an_idle_connection_that_ends_is_let_go_of();
    so_is_one_that_speaks_unasked();
    closing_idle_ones_leaves_those_of_a_multi();
    a_connection_is_watched_once();
}

CHECK_MAIN(calls_run_side_by_side, calls_end_in_the_order_of_their_answers,
           connections_are_reused,
           a_foreign_answer_ends_its_connection,
           a_write_is_never_sent_twice,
           a_number_that_comes_back_is_watched_anew,
           a_name_is_resolved, a_send_times_out,
           nothing_leaves_too_late,
           a_refused_connection_sent_nothing,
           waits_end_by_time_or_epoch, removing_cancels,
           calls_may_be_freed_first, freeing_the_multi_cancels_all,
           a_call_runs_in_one_place,
           a_call_of_a_stranger_is_refused,
           nothing_given_is_a_usage_error,
           ten_thousand_waiting_calls_cost_nothing,
           every_failing_allocation_is_survived,
           a_fork_leaves_the_multi_to_the_parent,
           calls_beyond_the_cap_wait_in_turn,
           a_call_that_is_removed_unsent_says_so,
           a_call_that_ended_at_once_is_due,
           a_turn_that_never_comes_times_out_unsent,
           a_turn_comes_from_whoever_leaves,
           an_idle_connection_that_ends_is_let_go_of,
           so_is_one_that_speaks_unasked,
           closing_idle_ones_leaves_those_of_a_multi,
           a_connection_is_watched_once,
           an_attempt_is_told_before_its_call_goes_on,
           all_of_it_holds_by_changes)
