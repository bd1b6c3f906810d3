/* cielo_perform and what one exchange makes of what a server does to it. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "check.h"
#include "fake_call.h"
#include "loopback.h"

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

/* ---- running one call against one script ---- */

/* A client, a server and a call with its outcome; `end` takes them down and
 * finds leaks. */
typedef struct scene {
    cielo_client *client;
    loopback *server;
    cielo_call *call;
    fake_report *report; /* of the first SEND */
    cielo_error err;
} scene;

static scene begin(void (*script)(peer *p))
{
    scene s;

    memset(&s, 0, sizeof(s));
    s.client = fake_client();
    s.server = loopback_start(script);
    s.call = fake_call(s.client);
    s.report = &s.call->reports[0];
    return s;
}

static void end(scene *s)
{
    fake_call_free(s->call);
    CHECK_INT(s->client->refs, 1);
    CHECK_INT(fake_client_end(s->client), 0);
    loopback_end(s->server);
}

static scene run(void (*script)(peer *p), const char *method, const char *body)
{
    scene s = begin(script);

    fake_send(s.call, method, s.server->url, body);
    CHECK_INT(cielo_perform(s.call, &s.err), CIELO_OK);
    CHECK_INT(s.call->reported, 1);
    return s;
}

static void expect_failure(void (*script)(peer *p), cielo_sent sent,
                           cielo_cause cause)
{
    scene s = run(script, "POST", "{}");

    CHECK_INT(s.report->http_status, 0);
    CHECK_INT(s.report->sent, sent);
    CHECK_INT(s.report->cause, cause);
    CHECK(s.report->text[0]);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 1);
    end(&s);
}

static int count_of(const char *text, const char *part)
{
    int count = 0;

    for (; (text = strstr(text, part)) != NULL; text++)
        count++;
    return count;
}

/* ---- requests ---- */

static void keep_alive(peer *p)
{
    while (peer_read(p) && peer_say(p, OK_ANSWER))
        continue;
}

static void sends_what_the_call_says(void)
{
    scene s = run(keep_alive, "POST", "{\"Amount\":100}");
    const char *sent = s.server->last;

    CHECK_INT(s.report->http_status, 200);
    CHECK_STR(s.report->body, "{}");
    CHECK(strncmp(sent, "POST /1/sales HTTP/1.1\r\n", 24) == 0);
    CHECK(strstr(sent, "\r\nContent-Length: 14\r\n"));
    CHECK(strstr(sent, "\r\nContent-Type: application/json\r\n"));
    CHECK(strstr(sent, "\r\nMerchantKey: the key\r\n"));
    CHECK(strstr(sent, "\r\nX-Empty: \r\n"));
    CHECK(!strstr(sent, "Expect:"));
    CHECK_INT(count_of(sent, "Content-Type"), 1);
    CHECK(strstr(sent, "\r\n\r\n{\"Amount\":100}"));
    end(&s);
}

static void a_put_without_body_has_length_zero(void)
{
    const char *methods[] = {"PUT", "POST"};
    size_t i;

    for (i = 0; i < 2; i++) {
        scene s = begin(keep_alive);

        fake_send(s.call, methods[i], s.server->url, NULL)
            ->request.header_count = 0;
        CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
        CHECK(strncmp(s.server->last, methods[i], strlen(methods[i])) == 0);
        CHECK(strstr(s.server->last, "\r\nContent-Length: 0\r\n"));
        CHECK(!strstr(s.server->last, "Content-Type"));
        CHECK(!strstr(s.server->last, "Expect"));
        end(&s);
    }
}

static void a_get_or_delete_has_no_body(void)
{
    scene s = begin(keep_alive);

    fake_send(s.call, "POST", s.server->url, "{}");
    fake_send(s.call, "DELETE", s.server->url, NULL);
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK(strncmp(s.server->last, "DELETE /1/sales ", 16) == 0);
    CHECK(!strstr(s.server->last, "Content-Length"));
    end(&s);

    s = begin(keep_alive);
    fake_send(s.call, "POST", s.server->url, "{}");
    fake_send(s.call, "GET", s.server->url, NULL);
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK(strncmp(s.server->last, "GET /1/sales ", 13) == 0);
    CHECK(!strstr(s.server->last, "Content-Length"));
    end(&s);
}

static void the_path_is_left_as_it_is(void)
{
    scene s = begin(keep_alive);
    char url[128];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d/1/../a/./b%%2F?x=%%20",
             s.server->port);
    fake_send(s.call, "GET", url, NULL);
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK(strncmp(s.server->last, "GET /1/../a/./b%2F?x=%20 HTTP", 29) == 0);
    end(&s);
}

static void other_protocols_are_refused(void)
{
    const char *urls[] = {"file:///etc/hostname", "ftp://127.0.0.1/", "::"};
    size_t i;

    for (i = 0; i < 3; i++) {
        scene s = begin(keep_alive);

        fake_send(s.call, "GET", urls[i], NULL);
        CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
        CHECK_INT(s.report->http_status, 0);
        CHECK_INT(s.report->sent, CIELO_SENT_NO);
        end(&s);
    }
}

/* ---- connections ---- */

/* Answers on it are one off: the next request has another connection. */
static void a_foreign_answer_ends_its_connection(void)
{
    scene s = begin(keep_alive);

    s.call->foreign = 1;
    fake_send(s.call, "GET", s.server->url, NULL);
    fake_send(s.call, "POST", s.server->url, "{}");
    fake_send(s.call, "GET", s.server->url, NULL);
    CHECK_INT(cielo_perform(s.call, &s.err), CIELO_OK);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 3);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 3);
    CHECK_INT(s.call->reports[2].http_status, 200);
    end(&s);
}

static void a_connection_is_reused(void)
{
    scene s = begin(keep_alive);
    int i;

    for (i = 0; i < 4; i++)
        fake_send(s.call, i % 2 ? "GET" : "POST", s.server->url,
                  i % 2 ? NULL : "{}");
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.call->reports[3].http_status, 200);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 4);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 1);
    end(&s);
}

static void closing_idle_ones_makes_the_next_connect_afresh(void)
{
    scene s = run(keep_alive, "GET", NULL);
    cielo_call *later = fake_call(s.client);

    cielo_client_close_idle(s.client);
    fake_send(later, "GET", s.server->url, NULL);
    CHECK_INT(cielo_perform(later, NULL), CIELO_OK);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 2);
    fake_call_free(later);
    end(&s);
}

static void a_pair_taken_before_closing_is_not_kept(void)
{
    scene s = begin(keep_alive);
    cielo_call *later = fake_call(s.client);

    fake_send(s.call, "GET", s.server->url, NULL);
    CHECK_INT(cielo_perform_slice(s.call, 0, NULL), CIELO_EAGAIN);
    cielo_client_close_idle(s.client);
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    fake_send(later, "GET", s.server->url, NULL);
    CHECK_INT(cielo_perform(later, NULL), CIELO_OK);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 2);
    fake_call_free(later);
    end(&s);
}

/* ---- the ban on resending ---- */

/* The first connection answers once, then ends on the second request. */
static void closes_when_reused(peer *p)
{
    if (p->number > 0) {
        keep_alive(p);
        return;
    }
    if (peer_read(p) && peer_say(p, OK_ANSWER))
        peer_read(p);
}

/* The same, with a reset instead of an orderly end. */
static void resets_when_reused(peer *p)
{
    struct linger linger = {1, 0};
    int null = open("/dev/null", O_RDONLY);

    closes_when_reused(p);
    if (p->number == 0) {
        setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
        dup2(null, p->fd); /* closes it, and the number stays taken */
    }
    close(null);
}

static void expect_one(void (*script)(peer *p), const char *method,
                       const char *body)
{
    scene s = begin(script);
    fake_report *report = &s.call->reports[1];

    fake_send(s.call, "GET", s.server->url, NULL);
    fake_send(s.call, method, s.server->url, body);
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(report->http_status, 0);
    CHECK_INT(report->sent, CIELO_SENT_MAYBE);
    CHECK_INT(report->cause, CIELO_CAUSE_CLOSED);
    CHECK_STR(report->text, "the connection ended without an answer");
    CHECK_INT(loopback_count(s.server, &s.server->writes), 1);
    end(&s);
}

static void a_write_is_never_sent_twice(void)
{
    expect_one(closes_when_reused, "POST", "{}");
    expect_one(closes_when_reused, "POST", NULL);
    expect_one(closes_when_reused, "PUT", "{}");
    expect_one(closes_when_reused, "PUT", NULL);
    expect_one(closes_when_reused, "DELETE", NULL);
    expect_one(resets_when_reused, "POST", "{}");
    expect_one(resets_when_reused, "PUT", NULL);
}

/* That is for the call to decide, which has its own retries. */
static void a_read_is_not_repeated_here(void)
{
    scene s = begin(closes_when_reused);

    fake_send(s.call, "GET", s.server->url, NULL);
    fake_send(s.call, "GET", s.server->url, NULL);
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.call->reports[1].http_status, 0);
    CHECK_INT(s.call->reports[1].sent, CIELO_SENT_MAYBE);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 2);
    end(&s);
}

/* Nothing listens any more: that must not pass for "no connection was made". */
static void closes_for_good(peer *p)
{
    if (peer_read(p) && peer_say(p, OK_ANSWER) && peer_read(p))
        shutdown(p->server->fd, SHUT_RDWR);
}

static void a_lost_write_is_in_doubt_even_if_the_server_is_gone(void)
{
    expect_one(closes_for_good, "POST", "{}");
}

/* ---- failures ---- */

static void a_refused_connection_sent_nothing(void)
{
    scene s = begin(keep_alive);
    char url[64];
    int port, fd = loopback_listen(&port); /* bound, and not listening */

    snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
    fake_send(s.call, "POST", url, "{}");
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.report->sent, CIELO_SENT_NO);
    CHECK_INT(s.report->cause, CIELO_CAUSE_CONNECT);
    CHECK(s.report->text[0]);
    close(fd);
    end(&s);
}

static void an_unknown_host_or_proxy_sent_nothing(void)
{
    scene s = begin(keep_alive);
    char proxy[64], host[96];
    int port, fd = loopback_listen(&port);

    /* Too long a label to be asked for: no name server has a part in it. */
    memset(host, 'a', sizeof(host));
    memcpy(host, "http://", 7);
    strcpy(host + 80, ".invalid/");
    fake_send(s.call, "POST", host, "{}");
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.report->sent, CIELO_SENT_NO);
    CHECK_INT(s.report->cause, CIELO_CAUSE_CONNECT);
    end(&s);

    s = begin(keep_alive);
    snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", port);
    s.client->proxy = proxy;
    fake_send(s.call, "POST", "http://10.0.0.1/", "{}");
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.report->sent, CIELO_SENT_NO);
    CHECK_INT(s.report->cause, CIELO_CAUSE_CONNECT);
    close(fd);
    end(&s);
}

/* libcurl quotes an address it cannot use, password and all. */
static void the_password_of_a_proxy_is_not_told(void)
{
    static const char *const proxies[]
        = {"foo://user:PASSWORD@127.0.0.1:9",
           "http://us er:PASSWORD@127.0.0.1"};
    size_t i;

    for (i = 0; i < 2; i++) {
        scene s = begin(keep_alive);

        s.client->proxy = proxies[i];
        fake_send(s.call, "POST", "http://10.0.0.1/", "{}");
        CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
        CHECK_INT(s.report->sent, CIELO_SENT_NO);
        CHECK(strstr(s.report->text, "proxy") != NULL);
        CHECK(strstr(s.report->text, "PASSWORD") == NULL);
        end(&s);
    }
}

/* Nothing checks the one that libcurl takes from the environment; what it reads
 * as the host may be a piece of the password. */
static void the_password_of_a_proxy_outside_is_not_told(void)
{
    scene s = begin(keep_alive);

    setenv("https_proxy", "http://user:PASS@WORD.invalid/X@127.0.0.1", 1);
    fake_send(s.call, "POST", "https://10.0.0.1/", "{}");
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    unsetenv("https_proxy");
    CHECK_INT(s.report->sent, CIELO_SENT_NO);
    CHECK(strstr(s.report->text, "proxy") != NULL);
    CHECK(strstr(s.report->text, "WORD") == NULL);
    end(&s);
}

static void plain_http_takes_no_proxy_of_the_environment(void)
{
    scene s = begin(keep_alive);

    setenv("http_proxy", "http://127.0.0.1:1", 1);
    fake_send(s.call, "POST", s.server->url, "{}");
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.report->http_status, 200);
    unsetenv("http_proxy");
    end(&s);
}

/* Else a request that is to leave through one would leave past it, where
 * somebody has set NO_PROXY for other programs. */
static void the_proxy_of_the_options_takes_every_host(void)
{
    static const char *const names[] = {"no_proxy", "NO_PROXY"};
    static const char *const hosts[] = {"*", "127.0.0.1,example.org"};
    size_t i;

    for (i = 0; i < 4; i++) {
        scene s = begin(keep_alive);
        char proxy[64];
        int port, fd = loopback_listen(&port);

        snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", port);
        close(fd); /* nobody listens: what leaves past it arrives */
        s.client->proxy = proxy;
        setenv(names[i % 2], hosts[i / 2], 1);
        fake_send(s.call, "POST", s.server->url, "{}");
        CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
        unsetenv(names[i % 2]);
        CHECK_INT(s.report->sent, CIELO_SENT_NO);
        CHECK_INT(s.report->cause, CIELO_CAUSE_CONNECT);
        CHECK_INT(loopback_count(s.server, &s.server->requests), 0);
        end(&s);
    }
}

static void a_request_in_other_hands_is_not_sent(void)
{
    scene s = begin(keep_alive);
    cielo_multi *multi = NULL;

    fake_send(s.call, "POST", s.server->url, "{}");
    CHECK_INT(cielo_call_step(s.call, cielo_now_ms()), CIELO_STEP_SEND);
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_EUSAGE);
    CHECK_INT(cielo_multi_new(&multi, s.client, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_add(multi, s.call, NULL), CIELO_EUSAGE);
    cielo_multi_free(multi);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 0);
    end(&s);
}

static void refuses_tunnel(peer *p)
{
    char answer[7000];

    snprintf(answer, sizeof(answer),
             "HTTP/1.1 407 Authenticate\r\nContent-Length: 6000\r\n\r\n"
             "%06000d", 0);
    peer_read(p);
    peer_say(p, answer);
}

static void a_proxy_that_opens_no_tunnel_is_no_answer(void)
{
    scene s = begin(refuses_tunnel);
    char proxy[64];

    snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", s.server->port);
    s.client->proxy = proxy;
    fake_send(s.call, "POST", "https://10.0.0.1/", "{}");
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.report->http_status, 0);
    CHECK_INT(s.report->sent, CIELO_SENT_NO);
    CHECK_INT(s.report->cause, CIELO_CAUSE_CONNECT);
    CHECK(strncmp(s.server->last, "CONNECT 10.0.0.1:443 ", 21) == 0);
    CHECK(!strstr(s.server->last, "MerchantKey"));
    end(&s);
}

static void speaks_no_tls(peer *p)
{
    peer_read(p);
    peer_say(p, OK_ANSWER);
}

static void no_tls_sent_nothing(void)
{
    scene s = begin(speaks_no_tls);
    char url[64];

    snprintf(url, sizeof(url), "https://127.0.0.1:%d/", s.server->port);
    fake_send(s.call, "POST", url, "{}")->ms = 2000;
    s.call->turns[0].request.connect_timeout_ms = 300;
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.report->sent, CIELO_SENT_NO);
    CHECK(s.report->cause == CIELO_CAUSE_TLS ||
          s.report->cause == CIELO_CAUSE_TIMEOUT);
    end(&s);
}

static void stalls(peer *p)
{
    peer_read(p);
    peer_read(p);
}

static void a_stalled_answer_times_out_in_doubt(void)
{
    scene s = begin(stalls);
    int64_t start = cielo_now_ms();

    fake_send(s.call, "POST", s.server->url, "{}")->ms = 250;
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.report->sent, CIELO_SENT_MAYBE);
    CHECK_INT(s.report->cause, CIELO_CAUSE_TIMEOUT);
    CHECK(cielo_now_ms() - start >= 250);
    CHECK(cielo_now_ms() - start < 10000);
    end(&s);
}

static void stalls_in_the_headers(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nContent-");
    peer_read(p);
}

static void a_status_line_is_proof_of_arrival(void)
{
    scene s = begin(stalls_in_the_headers);

    fake_send(s.call, "POST", s.server->url, "{}")->ms = 250;
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.report->sent, CIELO_SENT_YES);
    CHECK_INT(s.report->cause, CIELO_CAUSE_TIMEOUT);
    end(&s);
}

static void a_passed_deadline_sends_nothing(void)
{
    scene s = begin(keep_alive);

    fake_send(s.call, "POST", "http://10.255.255.1:9/", "{}")->ms = 30;
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.report->sent, CIELO_SENT_NO);
    end(&s);
}

static void closes(peer *p)
{
    peer_read(p);
}

static void cuts_the_body(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":");
}

static void cuts_after_headers(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
}

static void cuts_the_headers(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nContent-Le");
}

static void cuts_before_the_blank_line(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nServer: x\r\n");
}

static void cuts_the_status_line(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 2");
}

static void cuts_a_chunk(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                "5\r\nhello\r\n50\r\nhal");
}

static void a_cut_answer_is_closed(void)
{
    expect_failure(closes, CIELO_SENT_MAYBE, CIELO_CAUSE_CLOSED);
    expect_failure(cuts_the_status_line, CIELO_SENT_YES, CIELO_CAUSE_CLOSED);
    expect_failure(cuts_the_headers, CIELO_SENT_YES, CIELO_CAUSE_CLOSED);
    expect_failure(cuts_before_the_blank_line, CIELO_SENT_YES,
                   CIELO_CAUSE_CLOSED);
    expect_failure(cuts_after_headers, CIELO_SENT_YES, CIELO_CAUSE_CLOSED);
    expect_failure(cuts_the_body, CIELO_SENT_YES, CIELO_CAUSE_CLOSED);
    expect_failure(cuts_a_chunk, CIELO_SENT_YES, CIELO_CAUSE_CLOSED);
}

/* ---- hostile answers ---- */

static void says_garbage(peer *p)
{
    peer_read(p);
    peer_say(p, "SSH-2.0-what is this\r\n\r\nno HTTP at all\r\n");
}

static void says_a_bad_chunk(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                "zz\r\nhello\r\n0\r\n\r\n");
}

static void says_an_unknown_encoding(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nContent-Encoding: rot13\r\n"
                "Content-Length: 2\r\n\r\n{}");
}

static void says_a_broken_encoding(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                "Content-Length: 20\r\n\r\nthis is not gzip at ");
}

static void says_a_bad_length(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}");
}

static void says_endless_headers(peer *p)
{
    char line[64];
    int i;

    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\n");
    for (i = 0;; i++) {
        snprintf(line, sizeof(line), "X-%d: y\r\n", i);
        if (!peer_say(p, line))
            break;
    }
}

static void says_an_endless_line(peer *p)
{
    char part[1025];

    memset(part, 'y', sizeof(part) - 1);
    part[sizeof(part) - 1] = '\0';
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nX: ");
    while (peer_say(p, part))
        continue;
}

static void says_long_lines(peer *p)
{
    char line[9000];

    memset(line, 'y', sizeof(line));
    memcpy(line, "X: ", 3);
    memcpy(line + sizeof(line) - 3, "\r\n", 3);
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\n");
    while (peer_say(p, line))
        continue;
}

static void says_continue_forever(peer *p)
{
    peer_read(p);
    while (peer_say(p, "HTTP/1.1 100 Continue\r\n\r\n"))
        continue;
}

static void what_is_no_http_is_a_protocol_failure(void)
{
    expect_failure(says_garbage, CIELO_SENT_MAYBE, CIELO_CAUSE_PROTOCOL);
    expect_failure(says_a_bad_chunk, CIELO_SENT_YES, CIELO_CAUSE_PROTOCOL);
    expect_failure(says_an_unknown_encoding, CIELO_SENT_YES,
                   CIELO_CAUSE_PROTOCOL);
    expect_failure(says_a_broken_encoding, CIELO_SENT_YES,
                   CIELO_CAUSE_PROTOCOL);
    expect_failure(says_a_bad_length, CIELO_SENT_YES, CIELO_CAUSE_PROTOCOL);
}

static void headers_have_a_limit(void)
{
    expect_failure(says_endless_headers, CIELO_SENT_YES, CIELO_CAUSE_PROTOCOL);
    expect_failure(says_an_endless_line, CIELO_SENT_YES, CIELO_CAUSE_PROTOCOL);
    expect_failure(says_long_lines, CIELO_SENT_YES, CIELO_CAUSE_PROTOCOL);
    expect_failure(says_continue_forever, CIELO_SENT_YES,
                   CIELO_CAUSE_PROTOCOL);
}

static void say_until_closed(peer *p, const char *head)
{
    char part[16385];

    memset(part, 'z', sizeof(part) - 1);
    part[sizeof(part) - 1] = '\0';
    peer_read(p);
    peer_say(p, head);
    while (peer_say(p, part))
        continue;
}

static void says_ten_megabytes(peer *p)
{
    say_until_closed(p, "HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n");
}

static void says_endless_body(peer *p)
{
    say_until_closed(p, "HTTP/1.1 200 OK\r\n\r\n");
}

static void a_body_has_a_limit(void)
{
    expect_failure(says_ten_megabytes, CIELO_SENT_YES, CIELO_CAUSE_TOO_LARGE);
    expect_failure(says_endless_body, CIELO_SENT_YES, CIELO_CAUSE_TOO_LARGE);
}

/* ---- answers ---- */

static void says_chunks(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 201 Created\r\ndate:  Tue, 01 Sep 2026 10:00:00 GMT "
                "\r\nRetry-After: 7\r\n"
                "CONTENT-TYPE:text/json; charset=latin1 \r\n"
                "Transfer-Encoding: chunked\r\n\r\n"
                "3\r\n{\"a\r\n3\r\n\":1\r\n1\r\n}\r\n0\r\n"
                "Date: not this\r\n\r\n");
}

static void an_answer_is_given_with_its_headers(void)
{
    scene s = run(says_chunks, "POST", "{}");

    CHECK_INT(s.report->http_status, 201);
    CHECK_STR(s.report->date, "Tue, 01 Sep 2026 10:00:00 GMT");
    CHECK_STR(s.report->retry_after, "7");
    CHECK_STR(s.report->content_type, "text/json; charset=latin1");
    CHECK_STR(s.report->body, "{\"a\":1}");
    end(&s);
}

static void redirects(peer *p)
{
    char answer[256];

    snprintf(answer, sizeof(answer),
             "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
             p->server->url);
    while (peer_read(p) && peer_say(p, answer))
        continue;
}

static void a_redirect_is_not_followed(void)
{
    scene s = run(redirects, "POST", "{}");

    CHECK_INT(s.report->http_status, 302);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 1);
    end(&s);
}

static void says_continue_first(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 100 Continue\r\nDate: early\r\nRetry-After: 1\r\n"
                "Content-Type: early\r\n\r\n"
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
    peer_say(p, OK_ANSWER);
}

static void interim_answers_are_skipped(void)
{
    scene s = run(says_continue_first, "POST", "{}");

    CHECK_INT(s.report->http_status, 200);
    CHECK_STR(s.report->body, "{}");
    CHECK_STR(s.report->date, "");
    CHECK_STR(s.report->retry_after, "");
    CHECK_STR(s.report->content_type, "");
    end(&s);
}

static void says_too_much(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}and more");
    peer_read(p);
}

static void says_nothing_in_204(peer *p)
{
    peer_read(p);
    peer_say(p, "HTTP/1.1 204 No Content\r\n\r\n");
}

static void odd_lengths_are_read_as_http_says(void)
{
    scene s = run(says_too_much, "POST", "{}");

    CHECK_STR(s.report->body, "{}");
    end(&s);
    s = run(says_nothing_in_204, "PUT", NULL);
    CHECK_INT(s.report->http_status, 204);
    CHECK_INT(s.report->body_length, 0);
    end(&s);
}

/* ---- slices ---- */

static void a_slice_gives_the_thread_back(void)
{
    scene s = begin(stalls);
    int64_t start;
    int i;

    fake_send(s.call, "POST", s.server->url, "{}");
    for (i = 0; i < 3; i++) {
        start = cielo_now_ms();
        CHECK_INT(cielo_perform_slice(s.call, 40, &s.err), CIELO_EAGAIN);
        CHECK(cielo_now_ms() - start >= 35);
        CHECK(cielo_now_ms() - start < 5000);
    }
    CHECK_INT(s.err.status, CIELO_EAGAIN);
    cielo_call_cancel(s.call);
    CHECK_INT(cielo_perform_slice(s.call, 40, &s.err), CIELO_ECANCELLED);
    CHECK_INT(loopback_reaches(s.server, &s.server->requests, 1), 1);
    end(&s);
}

static void slices_come_to_the_end(void)
{
    scene s = begin(keep_alive);
    int status, turns = 0;

    fake_send(s.call, "POST", s.server->url, "{}");
    fake_wait(s.call, 400, 0);
    fake_send(s.call, "GET", s.server->url, NULL);
    do
        status = cielo_perform_slice(s.call, 5, NULL);
    while (status == CIELO_EAGAIN && ++turns < 1000);
    CHECK_INT(status, CIELO_OK);
    CHECK(turns >= 5);
    CHECK_INT(s.call->reports[1].http_status, 200);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 1);
    end(&s);
}

static void a_call_freed_between_slices_takes_its_exchange_along(void)
{
    scene s = begin(stalls);

    fake_send(s.call, "POST", s.server->url, "{}");
    CHECK_INT(cielo_perform_slice(s.call, 0, NULL), CIELO_EAGAIN);
    end(&s);
}

static void *bump_later(void *client)
{
    struct timespec pause = {0, 50 * 1000000};

    nanosleep(&pause, NULL);
    fake_client_bump(client);
    return NULL;
}

static void a_wait_ends_with_the_epoch(void)
{
    scene s = begin(keep_alive);
    int64_t start = cielo_now_ms();
    pthread_t thread;

    fake_wait(s.call, 20000, 1);
    pthread_create(&thread, NULL, bump_later, s.client);
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK(cielo_now_ms() - start < 5000);
    pthread_join(thread, NULL);
    end(&s);
}

static void no_call_is_a_usage_error(void)
{
    cielo_error err;

    CHECK_INT(cielo_perform(NULL, &err), CIELO_EUSAGE);
    CHECK_INT(cielo_perform_slice(NULL, 10, NULL), CIELO_EUSAGE);
}

/* ---- threads, memory, forks ---- */

enum { THREADS = 4, CALLS = 40 };

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
        if (cielo_perform(call, NULL) != CIELO_OK ||
            call->reports[0].http_status != 200)
            failed++;
        cielo__client_lock(s->client);
        fake_call_free(call);
        cielo__client_unlock(s->client);
    }
    return (void *)failed;
}

static void threads_share_a_client(void)
{
    scene s = begin(keep_alive);
    pthread_t threads[THREADS];
    void *failed;
    int i;

    for (i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, make_calls, &s);
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &failed);
        CHECK(!failed);
    }
    CHECK_INT(loopback_count(s.server, &s.server->requests), THREADS * CALLS);
    CHECK(loopback_count(s.server, &s.server->connections) <= THREADS);
    end(&s);
}

static void every_failing_allocation_is_survived(void)
{
    int left, failures = 0;

    for (left = 0; left < 40; left++) {
        scene s = begin(keep_alive);

        s.client->left = left;
        fake_send(s.call, "POST", s.server->url, "{}");
        CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
        CHECK_INT(s.call->reported, 1);
        if (s.report->http_status == 0) {
            failures++;
            CHECK_INT(s.report->cause, CIELO_CAUSE_MEMORY);
        }
        end(&s);
    }
    CHECK(failures > 3 && failures < 30);
}

static int exchange_in_child(scene *s)
{
    cielo_call *call = fake_call(s->client);
    int fine;

    fake_send(call, "GET", s->server->url, NULL);
    fine = cielo_perform(call, NULL) == CIELO_OK &&
           call->reports[0].http_status == 200;
    fake_call_free(call);
    return fine;
}

static void wait_for_success(pid_t child)
{
    int status = -1;

    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_fork_leaves_the_connections_to_the_parent(void)
{
    scene s = run(keep_alive, "POST", "{}");
    cielo_call *later = fake_call(s.client);
    pid_t child = fork();

    if (child == 0)
        _exit(exchange_in_child(&s) ? 0 : 1);
    wait_for_success(child);
    fake_send(later, "POST", s.server->url, "{}");
    CHECK_INT(cielo_perform(later, NULL), CIELO_OK);
    CHECK_INT(later->reports[0].http_status, 200);
    CHECK_INT(loopback_count(s.server, &s.server->connections), 2);
    CHECK_INT(loopback_count(s.server, &s.server->writes), 2);
    fake_call_free(later);
    end(&s);
}

static void answers_when_allowed(peer *p)
{
    while (peer_read(p)) {
        peer_await(p, 0);
        peer_say(p, OK_ANSWER);
    }
}

/* The child reports doubt at once and goes on by itself; the parent still gets
 * the answer of the exchange it began. */
static void a_fork_amid_an_exchange_leaves_it_to_the_parent(void)
{
    scene s = begin(answers_when_allowed);
    pid_t child;

    fake_send(s.call, "POST", s.server->url, "{}");
    do
        CHECK_INT(cielo_perform_slice(s.call, 20, NULL), CIELO_EAGAIN);
    while (loopback_count(s.server, &s.server->requests) < 1);
    child = fork();
    if (child == 0) {
        int fine = cielo_perform(s.call, NULL) == CIELO_OK &&
                   s.report->http_status == 0 &&
                   s.report->sent == CIELO_SENT_MAYBE &&
                   s.report->cause == CIELO_CAUSE_CLOSED &&
                   exchange_in_child(&s);

        _exit(fine ? 0 : 1);
    }
    loopback_allow(s.server, 0);
    CHECK_INT(cielo_perform(s.call, NULL), CIELO_OK);
    CHECK_INT(s.report->http_status, 200);
    wait_for_success(child);
    CHECK_INT(loopback_count(s.server, &s.server->writes), 1);
    end(&s);
}

/* ---- clock and entropy ---- */

static void entropy_differs(void)
{
    cielo_entropy a, b;

    memset(&a, 0, sizeof(a));
    memset(&b, 0, sizeof(b));
    CHECK_INT(cielo_entropy_fill(&a), CIELO_OK);
    CHECK_INT(cielo_entropy_fill(&b), CIELO_OK);
    CHECK(memcmp(&a, &b, sizeof(a)) != 0);
    CHECK(a.bytes[30] || a.bytes[31] || b.bytes[30] || b.bytes[31]);
}

CHECK_MAIN(a_foreign_answer_ends_its_connection, sends_what_the_call_says,
           a_put_without_body_has_length_zero,
           a_get_or_delete_has_no_body, the_path_is_left_as_it_is,
           other_protocols_are_refused, a_connection_is_reused,
           closing_idle_ones_makes_the_next_connect_afresh,
           a_pair_taken_before_closing_is_not_kept,
           a_write_is_never_sent_twice, a_read_is_not_repeated_here,
           a_lost_write_is_in_doubt_even_if_the_server_is_gone,
           a_refused_connection_sent_nothing,
           an_unknown_host_or_proxy_sent_nothing,
           the_password_of_a_proxy_is_not_told,
           the_password_of_a_proxy_outside_is_not_told,
           a_request_in_other_hands_is_not_sent,
           plain_http_takes_no_proxy_of_the_environment,
           the_proxy_of_the_options_takes_every_host,
           a_proxy_that_opens_no_tunnel_is_no_answer, no_tls_sent_nothing,
           a_stalled_answer_times_out_in_doubt,
           a_status_line_is_proof_of_arrival, a_passed_deadline_sends_nothing,
           a_cut_answer_is_closed, what_is_no_http_is_a_protocol_failure,
           headers_have_a_limit, a_body_has_a_limit,
           an_answer_is_given_with_its_headers, a_redirect_is_not_followed,
           interim_answers_are_skipped, odd_lengths_are_read_as_http_says,
           a_slice_gives_the_thread_back, slices_come_to_the_end,
           a_call_freed_between_slices_takes_its_exchange_along,
           a_wait_ends_with_the_epoch, no_call_is_a_usage_error,
           threads_share_a_client, every_failing_allocation_is_survived,
           a_fork_leaves_the_connections_to_the_parent,
           a_fork_amid_an_exchange_leaves_it_to_the_parent, entropy_differs)
