/* Connections of blocking calls: which are used again, how many there are, and
 * what of a request had left when one was lost. */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "fake_call.h"
#include "loopback.h"

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

/* ---- a scene ---- */

typedef struct scene {
    cielo_client *client;
    loopback *server;
    cielo_call *call;
} scene;

static scene begin(void (*script)(peer *p))
{
    scene s;

    s.client = fake_client();
    s.server = loopback_start(script);
    s.call = fake_call(s.client);
    return s;
}

/* Its kernel takes little for who reads nothing. */
static scene begin_narrow(void (*script)(peer *p))
{
    scene s = begin(script);
    int size = 4096;

    setsockopt(s.server->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    return s;
}

static void end(scene *s)
{
    fake_call_free(s->call);
    CHECK_INT(s->client->refs, 1);
    CHECK_INT(fake_client_end(s->client), 0);
    loopback_end(s->server);
}

/* In slices, until the server has read so many requests. */
static void drive(scene *s, cielo_call *call, int requests)
{
    int slices = 0;

    do
        CHECK_INT(cielo_perform_slice(call, 20, NULL), CIELO_EAGAIN);
    while (loopback_count(s->server, &s->server->requests) < requests
           && ++slices < 500);
    CHECK_INT(loopback_count(s->server, &s->server->requests), requests);
}

/* Sends through a call of its own; its report is copied out, without body. */
static fake_report ask(scene *s, const char *method, const char *body)
{
    cielo_call *call = fake_call(s->client);
    fake_report report;

    fake_send(call, method, s->server->url, body);
    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    CHECK_INT(call->reported, 1);
    report = call->reports[0];
    fake_call_free(call);
    return report;
}

static void pause_ms(long ms)
{
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};

    nanosleep(&pause, NULL);
}

static void keep_alive(peer *p)
{
    while (peer_read(p) && peer_say(p, OK_ANSWER))
        continue;
}

/* ---- which are used again ---- */

static void closes_after_one(peer *p)
{
    if (p->number > 0)
        keep_alive(p);
    else if (peer_read(p))
        peer_say(p, OK_ANSWER);
}

static void speaks_unasked(peer *p)
{
    if (p->number > 0) {
        keep_alive(p);
        return;
    }
    if (peer_read(p))
        peer_say(p, OK_ANSWER);
    pause_ms(50);
    peer_say(p, OK_ANSWER);
    peer_mark(p);
    peer_read(p);
}

static void speaks_too_long(peer *p)
{
    if (p->number > 0)
        keep_alive(p);
    else if (peer_read(p)
             && peer_say(p, OK_ANSWER "HTTP/1.1 500 No\r\n\r\n")) {
        peer_mark(p);
        peer_read(p);
    }
}

static void says_close(peer *p)
{
    while (peer_read(p)
           && peer_say(p, "HTTP/1.1 200 OK\r\nConnection: x, close\r\n"
                          "Content-Length: 2\r\n\r\n{}"))
        continue;
}

static void speaks_http_1_0(peer *p)
{
    while (peer_read(p)
           && peer_say(p, "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"))
        continue;
}

static void ends_the_body_by_closing(peer *p)
{
    if (peer_read(p))
        peer_say(p, "HTTP/1.1 200 OK\r\n\r\n{}");
}

/* Two writes, both answered, on a connection each; the second once the first
 * connection's script has come to its `marks`. */
static void needs_two(void (*script)(peer *p), int marks)
{
    scene s = begin(script);

    CHECK_INT(ask(&s, "POST", "{}").http_status, 200);
    CHECK(loopback_reaches(s.server, &s.server->marks, marks) >= marks);
    pause_ms(20); /* the kernel passes it on */
    CHECK_INT(ask(&s, "POST", "{}").http_status, 200);
    CHECK_INT(loopback_count(s.server, &s.server->writes), 2);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 2);
    end(&s);
}

static void what_ended_or_spoke_while_idle_is_not_used(void)
{
    needs_two(closes_after_one, 1);
    needs_two(speaks_unasked, 1);
    needs_two(speaks_too_long, 1);
}

static void nor_is_what_its_server_will_close(void)
{
    needs_two(says_close, 0);
    needs_two(speaks_http_1_0, 0);
    needs_two(ends_the_body_by_closing, 1);
}

static void answers_amid_interim_ones(peer *p)
{
    while (peer_read(p)
           && peer_say(p, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                          "HTTP/1.1 100 Continue\r\n\r\n" OK_ANSWER))
        continue;
}

static void speaks_http_1_0_and_keeps(peer *p)
{
    while (peer_read(p)
           && peer_say(p, "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
                          "Content-Length: 2\r\n\r\n{}"))
        continue;
}

static void needs_one(void (*script)(peer *p))
{
    scene s = begin(script);

    CHECK_INT(ask(&s, "POST", "{}").http_status, 200);
    CHECK_INT(ask(&s, "POST", "{}").http_status, 200);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 1);
    end(&s);
}

static void what_is_in_step_is(void)
{
    needs_one(keep_alive);
    needs_one(answers_amid_interim_ones);
    needs_one(speaks_http_1_0_and_keeps);
}

/* ---- what had left ---- */

enum { LARGE = 3500000 }; /* more than our kernel holds */

static char *large_body(void)
{
    char *body = malloc(LARGE + 1);

    memset(body, 'x', LARGE);
    body[LARGE] = '\0';
    return body;
}

static void resets(peer *p)
{
    struct linger linger = {1, 0};
    int null = open("/dev/null", O_RDONLY);

    setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    dup2(null, p->fd); /* closes it, and the number stays taken */
    close(null);
}

/* Reads the beginning of a request. */
static int peer_begin(peer *p)
{
    char piece[512];
    ssize_t got = recv(p->fd, piece, sizeof(piece), 0);

    pthread_mutex_lock(&p->server->mutex);
    p->server->requests += got > 0;
    pthread_mutex_unlock(&p->server->mutex);
    return got > 0;
}

static void reads_a_little(peer *p)
{
    peer_begin(p);
    pause_ms(100);
    resets(p);
}

static void what_was_not_taken_whole_was_not_sent(void)
{
    char *body = large_body();
    scene s = begin_narrow(reads_a_little);
    fake_report report = ask(&s, "POST", body);

    CHECK_INT(report.http_status, 0);
    CHECK_INT(report.sent, CIELO_SENT_NO);
    CHECK_INT(report.cause, CIELO_CAUSE_CLOSED);
    CHECK_STR(report.text,
              "the connection ended before all of the request was taken");
    CHECK_INT(loopback_count(s.server, &s.server->connections), 1);
    end(&s);
    free(body);
}

static void reads_nothing_more(peer *p)
{
    peer_begin(p);
    peer_await(p, 0);
}

static void nor_was_what_nobody_took_in_time(void)
{
    char *body = large_body();
    scene s = begin_narrow(reads_nothing_more);
    fake_report *report = &s.call->reports[0];

    fake_send(s.call, "POST", s.server->url, body)->ms = 250;
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(report->sent, CIELO_SENT_NO);
    CHECK_INT(report->cause, CIELO_CAUSE_TIMEOUT);
    CHECK_STR(report->text, "the request was not taken in time");
    end(&s);
    free(body);
}

/* Answers one request, and begins to read a second; later connections are
 * `rest`. */
static void loses_the_second(peer *p, void (*rest)(peer *p))
{
    if (p->number > 0) {
        rest(p);
    } else if (peer_read(p) && peer_say(p, OK_ANSWER)) {
        reads_a_little(p);
    }
}

/* Takes a body of LARGE bytes to its end. */
static void takes_all(peer *p)
{
    char piece[65536];
    int size = sizeof(piece);
    size_t left = LARGE;
    char *body = NULL;
    ssize_t got;

    setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    for (p->length = 0; !body; body = strstr(p->request, "\r\n\r\n")) {
        got = recv(p->fd, p->request + p->length, 512, 0);
        if (got <= 0)
            return;
        p->length += (size_t)got;
        p->request[p->length] = '\0';
    }
    left -= p->length - (size_t)(body + 4 - p->request);
    while (left > 0 && (got = recv(p->fd, piece, sizeof(piece), 0)) > 0)
        left -= (size_t)got;
    peer_say(p, OK_ANSWER);
}

static void loses_the_second_once(peer *p)
{
    loses_the_second(p, takes_all);
}

static void loses_all_but_the_first(peer *p)
{
    loses_the_second(p, reads_a_little);
}

/* Surely not carried out, and the kept connection may have been at fault: once
 * more on a new one, and only once. */
static void what_a_kept_connection_did_not_take_goes_once_more(void)
{
    char *body = large_body();
    scene s = begin_narrow(loses_the_second_once);
    fake_report report;

    CHECK_INT(ask(&s, "GET", NULL).http_status, 200);
    report = ask(&s, "POST", body);
    CHECK_INT(report.http_status, 200);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 2);
    end(&s);

    s = begin_narrow(loses_all_but_the_first);
    CHECK_INT(ask(&s, "GET", NULL).http_status, 200);
    report = ask(&s, "POST", body);
    CHECK_INT(report.http_status, 0);
    CHECK_INT(report.sent, CIELO_SENT_NO);
    CHECK_INT(report.cause, CIELO_CAUSE_CLOSED);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 2);
    end(&s);
    free(body);
}

static void loses_the_second_of_two(peer *p)
{
    if (p->number > 1) {
        takes_all(p);
    } else if (peer_read(p)) {
        peer_await(p, 0);
        if (peer_say(p, OK_ANSWER))
            reads_a_little(p);
    }
}

/* Not on another kept one, which may have been lost with the first. */
static void and_on_a_new_one_though_another_is_kept(void)
{
    char *body = large_body();
    scene s = begin_narrow(loses_the_second_of_two);
    cielo_call *other = fake_call(s.client);

    fake_send(s.call, "GET", s.server->url, NULL);
    drive(&s, s.call, 1);
    fake_send(other, "GET", s.server->url, NULL);
    drive(&s, other, 2);
    loopback_allow(s.server, 0);
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(cielo_perform(other, NULL), CIELO_OK);
    CHECK_INT(ask(&s, "POST", body).http_status, 200);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 3);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 3);
    fake_call_free(other);
    end(&s);
    free(body);
}

static void answers_early(peer *p)
{
    if (p->number > 0) {
        keep_alive(p);
        return;
    }
    peer_begin(p);
    peer_say(p, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}");
    peer_await(p, 0);
}

/* The rest of the request must not be read as the next one. */
static void an_early_answer_is_heard_and_ends_the_connection(void)
{
    char *body = large_body();
    scene s = begin_narrow(answers_early);

    CHECK_INT(ask(&s, "POST", body).http_status, 413);
    CHECK_INT(ask(&s, "POST", "{}").http_status, 200);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 2);
    end(&s);
    free(body);
}

/* ---- how many ---- */

enum { THREADS = 6, CALLS = 10 };

static void counts_those_open(peer *p)
{
    static int most;

    while (peer_read(p)) {
        pause_ms(2);
        pthread_mutex_lock(&p->server->mutex);
        most = p->server->connections > most ? p->server->connections : most;
        pthread_mutex_unlock(&p->server->mutex);
        peer_say(p, OK_ANSWER);
    }
}

static void *make_calls(void *argument)
{
    scene *s = argument;
    long failed = 0;
    int i;

    for (i = 0; i < CALLS; i++) {
        cielo_call *call;

        /* The fake counts its references without atomics. */
        cielo__client_lock(s->client);
        call = fake_call(s->client);
        cielo__client_unlock(s->client);
        fake_send(call, "POST", s->server->url, "{}");
        failed += cielo_perform(call, NULL) != CIELO_OK
            || call->reports[0].http_status != 200;
        cielo__client_lock(s->client);
        fake_call_free(call);
        cielo__client_unlock(s->client);
    }
    return (void *)failed;
}

static void threads_wait_for_a_connection(void)
{
    scene s = begin(counts_those_open);
    pthread_t threads[THREADS];
    void *failed;
    int i;

    s.client->max_connections = 2;
    for (i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, make_calls, &s);
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &failed);
        CHECK(!failed);
    }
    CHECK_INT(loopback_count(s.server, &s.server->requests), THREADS * CALLS);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 2);
    end(&s);
}

static void stalls(peer *p)
{
    while (peer_read(p))
        continue;
}

static void a_turn_that_never_comes_times_out_unsent(void)
{
    scene s = begin(stalls);
    cielo_call *second = fake_call(s.client);
    cielo_call *third = fake_call(s.client);
    int64_t start;

    s.client->max_connections = 1;
    fake_send(s.call, "POST", s.server->url, "{}");
    drive(&s, s.call, 1);
    fake_send(third, "POST", s.server->url, "{}")->ms = 60000;
    start = cielo_now_ms();
    CHECK_INT(cielo_perform_slice(third, 20, NULL), CIELO_EAGAIN);
    CHECK(cielo_now_ms() - start < 30000);
    fake_call_free(third);
    fake_send(second, "POST", s.server->url, "{}")->ms = 200;
    start = cielo_now_ms();
    CHECK_INT(cielo_perform(second, NULL), CIELO_OK);
    CHECK(cielo_now_ms() - start >= 200);
    CHECK_INT(second->reports[0].sent, CIELO_SENT_NO);
    CHECK_INT(second->reports[0].cause, CIELO_CAUSE_TIMEOUT);
    CHECK(strstr(second->reports[0].text, "max_connections"));
    CHECK_INT(loopback_count(s.server, &s.server->requests), 1);
    fake_call_free(second);
    end(&s);
}

static void *wait_for_turn(void *call)
{
    return cielo_perform(call, NULL) == CIELO_OK ? NULL : call;
}

/* The thread is the parent's: nobody is there to end its wait. */
static void a_child_lets_go_of_a_call_that_waits_for_its_turn(void)
{
    scene s = begin(stalls);
    cielo_call *second = fake_call(s.client);
    struct timespec pause = {0, 100 * 1000000};
    int status = -1;
    pthread_t thread;
    void *failed;
    pid_t child;

    s.client->max_connections = 1;
    fake_send(s.call, "POST", s.server->url, "{}");
    CHECK_INT(cielo_perform_slice(s.call, 50, NULL), CIELO_EAGAIN);
    fake_send(second, "POST", s.server->url, "{}")->ms = 500;
    pthread_create(&thread, NULL, wait_for_turn, second);
    nanosleep(&pause, NULL);
    child = fork();
    if (child == 0) {
        alarm(30);
        fake_call_free(second);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    pthread_join(thread, &failed);
    CHECK(!failed);
    CHECK_INT(second->reports[0].sent, CIELO_SENT_NO);
    fake_call_free(second);
    end(&s);
}

/* The first in the queue has it, whether it is waiting in a slice or not. */
static void turns_come_in_order(void)
{
    scene s = begin(stalls);
    cielo_call *calls[3];
    int i;

    s.client->max_connections = 1;
    fake_send(s.call, "POST", s.server->url, "{}");
    drive(&s, s.call, 1);
    for (i = 0; i < 3; i++) {
        calls[i] = fake_call(s.client);
        fake_send(calls[i], "POST", s.server->url, "{}");
        CHECK_INT(cielo_perform_slice(calls[i], 0, NULL), CIELO_EAGAIN);
    }
    fake_call_free(calls[1]); /* one leaves the queue from its middle */
    cielo_call_cancel(s.call);
    CHECK_INT(cielo_perform_slice(calls[2], 50, NULL), CIELO_EAGAIN);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 1);
    drive(&s, calls[0], 2);
    fake_call_free(calls[0]);
    drive(&s, calls[2], 3);
    fake_call_free(calls[2]);
    end(&s);
}

/* ---- what is left behind ---- */

enum { STACK = 1024 * 1024 };
#define MARK "a-card-token-of-the-answer"

static void answers_with_mark(peer *p)
{
    while (peer_read(p)
           && peer_say(p, "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n" MARK))
        continue;
}

static void *ask_once(void *argument)
{
    CHECK_INT(ask(argument, "GET", NULL).http_status, 200);
    return NULL;
}

/* Read past the sanitizer, to which the stack of a thread that ended is out of
 * bounds. */
__attribute__((no_sanitize("address"))) static int has_mark(const char *stack)
{
    size_t at, n;

    for (at = 0; at + sizeof(MARK) <= STACK; at++) {
        for (n = 0; n < sizeof(MARK) - 1 && stack[at + n] == MARK[n]; n++)
            continue;
        if (n == sizeof(MARK) - 1)
            return 1;
    }
    return 0;
}

static void no_answer_stays_on_the_stack(void)
{
    scene s = begin(answers_with_mark);
    pthread_attr_t attributes;
    pthread_t thread;
    void *stack;

    CHECK_INT(posix_memalign(&stack, 65536, STACK), 0);
    CHECK_INT(pthread_attr_init(&attributes), 0);
    CHECK_INT(pthread_attr_setstack(&attributes, stack, STACK), 0);
    CHECK_INT(pthread_create(&thread, &attributes, ask_once, &s), 0);
    pthread_join(thread, NULL);
    CHECK(!has_mark(stack));
    pthread_attr_destroy(&attributes);
    free(stack);
    end(&s);
}

/* ---- a proxy ---- */

static loopback *behind; /* what the proxy connects to */

static void pass_on(int from, int to)
{
    char piece[4096];
    ssize_t got = recv(from, piece, sizeof(piece), 0);

    if (got <= 0 || send(to, piece, (size_t)got, MSG_NOSIGNAL) != got)
        shutdown(to, SHUT_RDWR);
}

/* Opens a tunnel, whatever is asked for, and says much with it. */
static void tunnels(peer *p)
{
    char answer[6000];
    struct sockaddr_in address;
    struct pollfd fds[2];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(answer, sizeof(answer),
             "HTTP/1.1 200 Connected\r\nX-Long: %05000d\r\nVia: x\r\n\r\n", 0);
    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)behind->port);
    if (peer_read(p) && strncmp(p->request, "CONNECT ", 8) == 0
        && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0
        && peer_say(p, answer)) {
        fds[0].fd = p->fd;
        fds[1].fd = fd;
        fds[0].events = fds[1].events = POLLIN;
        while (poll(fds, 2, 5000) > 0 && !((fds[0].revents | fds[1].revents)
                                           & (POLLHUP | POLLERR))) {
            if (fds[0].revents)
                pass_on(p->fd, fd);
            if (fds[1].revents)
                pass_on(fd, p->fd);
        }
    }
    close(fd);
}

static void plain_http_goes_through_a_tunnel_too(void)
{
    scene s;
    char proxy[64];
    cielo_call *call;
    int i;

    behind = loopback_start(keep_alive);
    s = begin(tunnels);
    snprintf(proxy, sizeof(proxy), "http://user:word@127.0.0.1:%d",
             s.server->port);
    s.client->proxy = proxy;
    for (i = 0; i < 2; i++) {
        call = fake_call(s.client);
        fake_send(call, "POST", "http://10.0.0.1:81/1/sales", "{}");
        CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
        CHECK_STR(call->reports[0].text, "");
        CHECK_INT(call->reports[0].http_status, 200);
        fake_call_free(call);
    }
    CHECK(strncmp(s.server->last, "CONNECT 10.0.0.1:81 HTTP/1.1\r\n", 30) == 0);
    CHECK(strstr(s.server->last, "\r\nProxy-Authorization: Basic "));
    CHECK(!strstr(s.server->last, "MerchantKey"));
    CHECK(strncmp(behind->last, "POST /1/sales HTTP/1.1\r\n"
                                "Host: 10.0.0.1:81\r\n", 43) == 0);
    CHECK(!strstr(behind->last, "Proxy-"));
    CHECK_INT(loopback_count(s.server, &s.server->connections), 1);
    CHECK_INT(loopback_count(behind, &behind->writes), 2);
    end(&s);
    loopback_end(behind);
}

CHECK_MAIN(what_ended_or_spoke_while_idle_is_not_used,
           nor_is_what_its_server_will_close, what_is_in_step_is,
           what_was_not_taken_whole_was_not_sent,
           nor_was_what_nobody_took_in_time,
           what_a_kept_connection_did_not_take_goes_once_more,
           and_on_a_new_one_though_another_is_kept,
           an_early_answer_is_heard_and_ends_the_connection,
           threads_wait_for_a_connection,
           a_turn_that_never_comes_times_out_unsent,
           a_child_lets_go_of_a_call_that_waits_for_its_turn,
           turns_come_in_order, no_answer_stays_on_the_stack,
           plain_http_goes_through_a_tunnel_too)
