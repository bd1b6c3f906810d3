/*
 * The transport over TLS, against an nginx that is started here and has a
 * certificate of its own. Skipped where nginx or openssl is missing.
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "check.h"
#include "fake_call.h"
#include "loopback.h"

/* ---- the nginx ---- */

enum { HTTP_2, HTTP_1, VERSIONS };

static struct {
    char directory[64];
    char certificate[96];
    int ports[VERSIONS];
    pid_t master;
} nginx;

/* What the requests behind nginx are answered by. */
static loopback *upstream;
/* The worker to end at the next requests, until `spared`. */
static long victim;
static int spared;

static void pause_ms(long ms)
{
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};

    nanosleep(&pause, NULL);
}

static void aim(long pid)
{
    pthread_mutex_lock(&upstream->mutex);
    victim = pid;
    spared = 0;
    pthread_mutex_unlock(&upstream->mutex);
}

/* Ends nginx's worker, and with it the connections of the client, once the
 * requests sent together have arrived. Repeated ones are answered. */
static void kills(peer *p)
{
    long pid;

    if (!peer_read(p))
        return;
    pthread_mutex_lock(&p->server->mutex);
    pid = spared ? 0 : victim;
    pthread_mutex_unlock(&p->server->mutex);
    if (pid <= 1) {
        peer_say(p, "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nagain");
        return;
    }
    pause_ms(250);
    pthread_mutex_lock(&p->server->mutex);
    if (!spared)
        kill((pid_t)pid, SIGKILL);
    spared = 1;
    pthread_mutex_unlock(&p->server->mutex);
}

/* A port for a server that sets SO_REUSEADDR, as all do. The kernel gives it to
 * nobody else while this process lives. */
static void reserve_port(int *port)
{
    int one = 1;

    CHECK_INT(setsockopt(loopback_listen(port), SOL_SOCKET, SO_REUSEADDR, &one,
                         sizeof(one)), 0);
}

static int write_configuration(void)
{
    char path[96];
    FILE *file;
    int i;

    snprintf(path, sizeof(path), "%s/nginx.conf", nginx.directory);
    file = fopen(path, "w");
    if (!file)
        return 0;
    fprintf(file, "daemon off; worker_processes 1; pid pid; error_log log;\n"
                  "events {}\nhttp { access_log off; keepalive_timeout 60;\n"
                  "client_body_temp_path body; proxy_temp_path proxy;\n"
                  "fastcgi_temp_path f; uwsgi_temp_path u; "
                  "scgi_temp_path s;\n");
    for (i = 0; i < VERSIONS; i++)
        fprintf(file,
                "server { listen 127.0.0.1:%d ssl%s; ssl_certificate cert;\n"
                "ssl_certificate_key key;\n"
                "location = /who { return 200 "
                "\"$server_protocol $pid $connection "
                "$connection_requests\"; }\n"
                "location / { proxy_pass http://127.0.0.1:%d; } }\n",
                nginx.ports[i], i == HTTP_2 ? " http2" : "", upstream->port);
    fprintf(file, "}\n");
    return fclose(file) == 0;
}

static int listens(int port)
{
    struct sockaddr_in address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int fine;

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)port);
    fine = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    close(fd);
    return fine;
}

/* Runs a command in the directory; gives its process. */
static pid_t spawn(const char *command)
{
    pid_t child = fork();

    if (child == 0) {
        char line[512];

        snprintf(line, sizeof(line), "cd %s; PATH=$PATH:/usr/sbin; %s",
                 nginx.directory, command);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    return child;
}

static int succeeds(const char *command)
{
    int status = -1;

    waitpid(spawn(command), &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int start_nginx(void)
{
    int i;

    snprintf(nginx.directory, sizeof(nginx.directory), "/tmp/cielo-XXXXXX");
    if (!mkdtemp(nginx.directory))
        return 0;
    chmod(nginx.directory, 0755); /* the worker is another user under root */
    snprintf(nginx.certificate, sizeof(nginx.certificate), "%s/cert",
             nginx.directory);
    if (!succeeds("command -v nginx >log && openssl req -x509 -nodes -days 2 "
                  "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=x "
                  "-addext subjectAltName=IP:127.0.0.1 "
                  "-keyout key -out cert 2>>log"))
        return 0;
    upstream = loopback_start(kills);
    for (i = 0; i < VERSIONS; i++)
        reserve_port(&nginx.ports[i]);
    if (!write_configuration())
        return 0;
    nginx.master = spawn("exec nginx -p . -c nginx.conf -e log");
    for (i = 0; i < 400 && !listens(nginx.ports[HTTP_1]); i++)
        pause_ms(50);
    return i < 400;
}

static void nginx_starts(void)
{
    if (!start_nginx())
        printf("skipped: no nginx with TLS could be started\n");
    else
        return;
    if (nginx.master)
        kill(nginx.master, SIGTERM);
    nginx.master = 0;
}

static void nginx_ends(void)
{
    if (nginx.master) {
        kill(nginx.master, SIGTERM);
        waitpid(nginx.master, NULL, 0);
    }
    if (upstream)
        loopback_end(upstream);
    CHECK(succeeds("cd .. && rm -r $OLDPWD"));
}

/* ---- calls ---- */

static char urls[VERSIONS][2][64]; /* by version: /who and /die */

static cielo_client *begin(void)
{
    cielo_client *client = fake_client();
    int i;

    client->ca_file = nginx.certificate;
    for (i = 0; i < VERSIONS; i++) {
        snprintf(urls[i][0], 64, "https://127.0.0.1:%d/who", nginx.ports[i]);
        snprintf(urls[i][1], 64, "https://127.0.0.1:%d/die", nginx.ports[i]);
    }
    pthread_mutex_lock(&upstream->mutex);
    upstream->requests = upstream->writes = 0;
    pthread_mutex_unlock(&upstream->mutex);
    return client;
}

typedef struct who {
    char protocol[16];
    long pid;
    long connection;
    long requests;
} who;

static who ask(cielo_client *client, int version)
{
    cielo_call *call = fake_call(client);
    who answer;

    memset(&answer, 0, sizeof(answer));
    fake_send(call, "GET", urls[version][0], NULL);
    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    CHECK_STR(call->reports[0].text, "");
    CHECK_INT(call->reports[0].http_status, 200);
    if (call->reports[0].body)
        CHECK_INT(sscanf(call->reports[0].body, "%15s %ld %ld %ld",
                         answer.protocol, &answer.pid, &answer.connection,
                         &answer.requests), 4);
    fake_call_free(call);
    return answer;
}

/* Also by a server that would rather speak HTTP/2. */
static void http_1_is_spoken(void)
{
    cielo_client *client;
    int i;

    if (!nginx.master)
        return;
    client = begin();
    for (i = 0; i < VERSIONS; i++) {
        who first = ask(client, i), second = ask(client, i);

        CHECK_STR(first.protocol, "HTTP/1.1");
        CHECK_INT(second.connection, first.connection);
        CHECK_INT(second.requests, 2);
    }
    CHECK_INT(fake_client_end(client), 0);
}

/* ---- the ban on resending ---- */

static void expect_doubt(cielo_call *call)
{
    fake_report *report = &call->reports[0];

    CHECK_INT(report->http_status, 0);
    CHECK_INT(report->sent, CIELO_SENT_MAYBE);
    CHECK_INT(report->cause, CIELO_CAUSE_CLOSED);
}

static void lose_one(int version, const char *method, const char *body)
{
    cielo_client *client = begin();
    cielo_call *call = fake_call(client);

    aim(ask(client, version).pid);
    fake_send(call, method, urls[version][1], body);
    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    expect_doubt(call);
    CHECK_INT(loopback_count(upstream, &upstream->requests), 1);
    fake_call_free(call);
    CHECK_INT(fake_client_end(client), 0);
}

static void a_write_is_never_sent_twice(void)
{
    int i;

    for (i = 0; nginx.master && i < VERSIONS; i++) {
        lose_one(i, "GET", NULL);
        lose_one(i, "POST", "{}");
        lose_one(i, "PUT", "{}");
        lose_one(i, "PUT", NULL);
    }
}

/* A host that only polls. */
static cielo_call *next(cielo_multi *multi)
{
    int64_t limit = cielo_now_ms() + 30000;
    cielo_call *call = NULL;

    while (!(call = cielo_multi_done(multi)) && cielo_now_ms() < limit) {
        struct pollfd fds[64];
        int fd, events, ready = 0;
        nfds_t i;
        int64_t left = cielo_multi_deadline(multi) - cielo_now_ms();

        for (i = 0; cielo_multi_interest(multi, i, &fd, &events); i++) {
            fds[i].fd = fd;
            fds[i].events = (short)((events & CIELO_READABLE ? POLLIN : 0) |
                                    (events & CIELO_WRITABLE ? POLLOUT : 0));
        }
        if (poll(fds, i, left < 0 ? 0 : left > 100 ? 100 : (int)left) < 1) {
            (void)cielo_multi_advance(multi, -1, 0);
            continue;
        }
        while (!fds[--i].revents)
            continue;
        ready = (fds[i].revents & POLLIN ? CIELO_READABLE : 0) |
                (fds[i].revents & POLLOUT ? CIELO_WRITABLE : 0) |
                (fds[i].revents & (POLLERR | POLLHUP) ? CIELO_BROKEN : 0);
        (void)cielo_multi_advance(multi, fds[i].fd, ready);
    }
    CHECK(call);
    return call;
}

static cielo_call *add(cielo_multi *multi, cielo_client *client,
                       const char *method, const char *url)
{
    cielo_call *call = fake_call(client);

    fake_send(call, method, url, *method == 'G' ? NULL : "{}");
    CHECK_INT(cielo_multi_add(multi, call, NULL), CIELO_OK);
    return call;
}

/* Three writes at once. */
static void lose_three(int version)
{
    cielo_client *client = begin();
    cielo_multi *multi;
    cielo_call *calls[3];
    int i;

    CHECK_INT(cielo_multi_new(&multi, client, NULL), CIELO_OK);
    for (i = 0; i < 3; i++)
        calls[i] = add(multi, client, "GET", urls[version][0]);
    for (i = 0; i < 3; i++) {
        cielo_call *call = next(multi);

        CHECK_INT(call->reports[0].http_status, 200);
        if (call->reports[0].body)
            aim(atol(strchr(call->reports[0].body, ' ')));
    }
    for (i = 0; i < 3; i++) {
        fake_call_free(calls[i]);
        calls[i] = add(multi, client, "POST", urls[version][1]);
    }
    for (i = 0; i < 3; i++)
        expect_doubt(next(multi));
    CHECK(loopback_count(upstream, &upstream->writes) <= 3);
    for (i = 0; i < 3; i++)
        fake_call_free(calls[i]);
    cielo_multi_free(multi);
    CHECK_INT(fake_client_end(client), 0);
}

static void nor_is_any_of_many(void)
{
    int i;

    for (i = 0; nginx.master && i < VERSIONS; i++)
        lose_three(i);
}

/* ---- servers that do something wrong ---- */

typedef struct server {
    pid_t process;
    int in;  /* what the server prints */
    int out; /* what it reads, -1: nothing */
    int port;
    char url[64];
} server;

/* What it prints next, as a number. */
static int read_number(const server *s)
{
    char text[32];
    ssize_t got = read(s->in, text, sizeof(text) - 1);

    text[got > 0 ? got : 0] = '\0';
    return got > 0 ? atoi(text) : -1;
}

/* Starts tls_server.py, which stands beside this file. */
static server start_server(const char *mode)
{
    char script[256], key[96];
    int ends[2];
    server s;

    memset(&s, 0, sizeof(s));
    s.out = -1;
    snprintf(script, sizeof(script), "%.*s/tls_server.py",
             (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__);
    snprintf(key, sizeof(key), "%s/key", nginx.directory);
    CHECK(pipe(ends) == 0);
    s.process = fork();
    if (s.process == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execlp("python3", "python3", script, nginx.certificate, key, mode,
               (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    s.in = ends[0];
    s.port = read_number(&s);
    snprintf(s.url, sizeof(s.url), "https://127.0.0.1:%d/", s.port);
    return s;
}

static void end_server(server *s)
{
    if (s->in >= 0)
        close(s->in);
    if (s->out >= 0)
        close(s->out);
    kill(s->process, SIGTERM);
    waitpid(s->process, NULL, 0);
}

static void http_2_alone_is_told_as_no_http_1(void)
{
    cielo_client *client;
    cielo_call *call;
    server s;

    if (!nginx.master)
        return;
    client = begin();
    call = fake_call(client);
    s = start_server("h2");
    fake_send(call, "POST", s.url, "{}");
    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    CHECK_INT(call->reports[0].http_status, 0);
    CHECK_INT(call->reports[0].sent, CIELO_SENT_MAYBE);
    CHECK_INT(call->reports[0].cause, CIELO_CAUSE_PROTOCOL);
    CHECK_STR(call->reports[0].text, "the answer has no HTTP/1.1 status line");
    fake_call_free(call);
    CHECK_INT(fake_client_end(client), 0);
    end_server(&s);
}

/* Our end of the only connection to a port. */
static int socket_to(int port)
{
    struct sockaddr_in address;
    int fd, found = -1;

    for (fd = 3; fd < 256; fd++) {
        socklen_t length = sizeof(address);

        if (getpeername(fd, (struct sockaddr *)&address, &length) == 0
            && address.sin_family == AF_INET
            && ntohs(address.sin_port) == port) {
            CHECK_INT(found, -1);
            found = fd;
        }
    }
    CHECK(found >= 0);
    return found;
}

/* The kernel is to take less of what is sent there than one TLS record. */
static void narrow(int port)
{
    int size = 1;

    CHECK_INT(setsockopt(socket_to(port), SOL_SOCKET, SO_SNDBUF, &size,
                         sizeof(size)), 0);
}

/* Tells one connection from another. */
static int local_port(int port)
{
    struct sockaddr_in address;
    socklen_t length = sizeof(address);

    CHECK_INT(getsockname(socket_to(port), (struct sockaddr *)&address,
                          &length), 0);
    return ntohs(address.sin_port);
}

/* What TLS has made of a request and the kernel has not taken must not leave
 * once the call was told that it did not: on closing a library may send it.
 * With `late` the kernel has room again by then. */
static void lose_in_part(int late)
{
    cielo_client *client = begin();
    cielo_call *call = fake_call(client);
    server s = start_server("stalls");
    char *body = calloc(1, 15001);

    memset(body, 'x', 15000); /* with the head one record, of 16 KB at most */
    fake_send(call, "GET", s.url, NULL);
    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    CHECK_INT(call->reports[0].http_status, 200);
    fake_call_free(call);
    narrow(s.port);
    call = fake_call(client);
    fake_send(call, "POST", s.url, body)->ms = late ? 5000 : 300;
    if (late) {
        CHECK_INT(cielo_perform_slice(call, 100, NULL), CIELO_EAGAIN);
        kill(s.process, SIGUSR1);
        pause_ms(400);
    } else {
        CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
        CHECK_INT(call->reports[0].sent, CIELO_SENT_NO);
        CHECK_INT(call->reports[0].cause, CIELO_CAUSE_TIMEOUT);
    }
    fake_call_free(call);
    kill(s.process, SIGUSR1);
    CHECK_INT(read_number(&s), 0); /* it reads on, to the end */
    CHECK_INT(fake_client_end(client), 0);
    free(body);
    end_server(&s);
}

static void what_was_not_sent_does_not_leave_later(void)
{
    if (!nginx.master)
        return;
    lose_in_part(0);
    lose_in_part(1);
}

/* ---- what is TLS's own on an idle connection ---- */

/* openssl's own server: it sends the lines that it reads, and for "k" the
 * record that changes its keys. */
static server start_openssl(void)
{
    char line[256];
    int ends[2], prints[2], i;
    server s;

    memset(&s, 0, sizeof(s));
    reserve_port(&s.port);
    snprintf(line, sizeof(line),
             "exec openssl s_server -accept 127.0.0.1:%d -cert cert -key key "
             "-crlf 2>/dev/null", s.port);
    CHECK(pipe(ends) == 0 && pipe(prints) == 0);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    fcntl(prints[0], F_SETFD, FD_CLOEXEC);
    fcntl(prints[0], F_SETFL, O_NONBLOCK);
    s.process = fork();
    if (s.process == 0) {
        dup2(ends[0], STDIN_FILENO);
        dup2(prints[1], STDOUT_FILENO);
        CHECK(chdir(nginx.directory) == 0);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    close(prints[1]);
    s.in = prints[0];
    s.out = ends[1];
    for (i = 0; i < 400 && !listens(s.port); i++)
        pause_ms(50);
    snprintf(s.url, sizeof(s.url), "https://127.0.0.1:%d/", s.port);
    return s;
}

static void say(const server *s, const char *text)
{
    pause_ms(100); /* what is said together is taken for one line */
    CHECK(write(s->out, text, strlen(text)) == (ssize_t)strlen(text));
    pause_ms(100);
}

/* Whether it has printed the end of a request, which is one record. */
static int has_request(const server *s)
{
    char text[8192];
    ssize_t got = read(s->in, text, sizeof(text) - 1);

    text[got > 0 ? got : 0] = '\0';
    return strstr(text, "\r\n\r\n{}") != NULL;
}

static void answered_by(const server *s, cielo_client *client)
{
    cielo_call *call = fake_call(client);
    int slices = 0;

    fake_send(call, "POST", s->url, "{}");
    do
        CHECK_INT(cielo_perform_slice(call, 20, NULL), CIELO_EAGAIN);
    while (!has_request(s) && ++slices < 500);
    CHECK(slices < 500);
    say(s, "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}");
    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    CHECK_STR(call->reports[0].text, "");
    CHECK_INT(call->reports[0].http_status, 200);
    fake_call_free(call);
}

static int is_readable(int fd)
{
    struct pollfd p = {fd, POLLIN, 0};

    return poll(&p, 1, 15000) == 1;
}

static void what_is_of_tls_does_not_end_an_idle_connection(void)
{
    cielo_client *client;
    int before;
    server s;

    if (!nginx.master)
        return;
    client = begin();
    s = start_openssl();
    answered_by(&s, client);
    before = local_port(s.port);
    say(&s, "k\n");
    CHECK(is_readable(socket_to(s.port)));
    answered_by(&s, client);
    say(&s, "K\n"); /* this one asks for the same in return */
    CHECK(is_readable(socket_to(s.port)));
    answered_by(&s, client);
    CHECK_INT(local_port(s.port), before);
    CHECK_INT(fake_client_end(client), 0);
    end_server(&s);
}

/* ---- forks ---- */

static void a_fork_says_no_farewell(void)
{
    int i;

    for (i = 0; nginx.master && i < VERSIONS; i++) {
        cielo_client *client = begin();
        who before = ask(client, i), after;
        int status = -1;
        pid_t child = fork();

        if (child == 0) {
            who there = ask(client, i);

            _exit(fake_client_end(client) == 0 &&
                  there.connection != before.connection &&
                  there.requests == 1 ? 0 : 1);
        }
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        after = ask(client, i);
        CHECK_INT(after.connection, before.connection);
        CHECK_INT(after.requests, 2);
        CHECK_INT(fake_client_end(client), 0);
    }
}

/* ---- verification ---- */

static void expect_refusal(cielo_client *client, const char *url)
{
    cielo_call *call = fake_call(client);

    fake_send(call, "POST", url, "{}");
    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    CHECK_INT(call->reports[0].http_status, 0);
    CHECK_INT(call->reports[0].sent, CIELO_SENT_NO);
    CHECK_INT(call->reports[0].cause, CIELO_CAUSE_TLS);
    fake_call_free(call);
    CHECK_INT(fake_client_end(client), 0);
}

static void a_certificate_must_be_trusted_and_fit_the_host(void)
{
    cielo_client *client;
    char url[64];

    if (!nginx.master)
        return;
    client = begin();
    client->ca_file = "";
    expect_refusal(client, urls[HTTP_2][0]);
    client = begin();
    snprintf(url, sizeof(url), "https://localhost:%d/", nginx.ports[HTTP_2]);
    expect_refusal(client, url);
    client = begin();
    client->ca_file = "no such file";
    expect_refusal(client, urls[HTTP_2][0]);
    CHECK_INT(loopback_count(upstream, &upstream->requests), 0);
}

CHECK_MAIN(nginx_starts, http_1_is_spoken, a_write_is_never_sent_twice,
           nor_is_any_of_many, http_2_alone_is_told_as_no_http_1,
           what_was_not_sent_does_not_leave_later,
           what_is_of_tls_does_not_end_an_idle_connection,
           a_fork_says_no_farewell,
           a_certificate_must_be_trusted_and_fit_the_host, nginx_ends)
