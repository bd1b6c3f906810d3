/* Small servers on the loopback, one thread per connection, each of which
 * follows a script: a function that is given the connection. */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LOOPBACK_CONNECTIONS 512

struct loopback;

typedef struct peer {
    struct loopback *server;
    pthread_t thread;
    int fd;
    int number; /* of the connection, from 0 */
    char request[70000];
    size_t length; /* of what was read of the request */
} peer;

typedef struct loopback {
    int fd;
    int port;
    pthread_t thread;
    pthread_mutex_t mutex;
    void (*script)(peer *p);
    peer *peers[LOOPBACK_CONNECTIONS];
    int connections;
    int requests;
    int writes; /* requests other than GET */
    int marks;  /* of scripts, and one for each connection that ended */
    unsigned allowed; /* bits that loopback_allow set */
    int ending;
    char last[70000];
    char url[64];
} loopback;

static inline int peer_say(peer *p, const char *text)
{
    size_t length = strlen(text);

    return send(p->fd, text, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* Reads one request with its body; 0 at the end of the connection. */
static inline int peer_read(peer *p)
{
    size_t need = 0;

    p->length = 0;
    memset(p->request, 0, 4);
    while (!need || p->length < need) {
        ssize_t got = recv(p->fd, p->request + p->length,
                           sizeof(p->request) - 1 - p->length, 0);
        char *end, *header;

        if (got <= 0)
            return 0;
        p->length += (size_t)got;
        p->request[p->length] = '\0';
        end = strstr(p->request, "\r\n\r\n");
        if (!need && end) {
            need = (size_t)(end - p->request) + 4;
            header = strstr(p->request, "Content-Length: ");
            if (header && header < end)
                need += (size_t)atoi(header + 16);
        }
    }
    pthread_mutex_lock(&p->server->mutex);
    p->server->requests++;
    p->server->writes += strncmp(p->request, "GET ", 4) != 0;
    memcpy(p->server->last, p->request, p->length + 1);
    pthread_mutex_unlock(&p->server->mutex);
    return 1;
}

/* A script has come so far that somebody may be waiting for it. */
static inline void peer_mark(peer *p)
{
    pthread_mutex_lock(&p->server->mutex);
    p->server->marks++;
    pthread_mutex_unlock(&p->server->mutex);
}

static inline void loopback_nap(void)
{
    struct timespec nap = {0, 2000000};

    nanosleep(&nap, NULL);
}

/* Holds a script until `bit` is allowed or the server ends. */
static inline void peer_await(peer *p, int bit)
{
    int go = 0;

    while (!go) {
        pthread_mutex_lock(&p->server->mutex);
        go = p->server->ending || (p->server->allowed >> bit & 1u);
        pthread_mutex_unlock(&p->server->mutex);
        if (!go)
            loopback_nap();
    }
}

static inline void *loopback_serve(void *argument)
{
    peer *p = argument;

    p->server->script(p);
    shutdown(p->fd, SHUT_RDWR); /* closed when the server ends */
    peer_mark(p);
    return NULL;
}

static inline void *loopback_accept(void *argument)
{
    loopback *server = argument;
    int fd;

    while ((fd = accept(server->fd, NULL, NULL)) >= 0) {
        peer *p = calloc(1, sizeof(*p));

        pthread_mutex_lock(&server->mutex);
        p->server = server;
        p->fd = fd;
        p->number = server->connections++;
        server->peers[p->number] = p;
        pthread_create(&p->thread, NULL, loopback_serve, p);
        pthread_mutex_unlock(&server->mutex);
        if (p->number == LOOPBACK_CONNECTIONS - 1)
            break;
    }
    return NULL;
}

/* A socket that listens on a free port of 127.0.0.1. */
static inline int loopback_listen(int *port)
{
    struct sockaddr_in address;
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&address, size) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        abort();
    *port = ntohs(address.sin_port);
    return fd;
}

static inline loopback *loopback_start(void (*script)(peer *p))
{
    loopback *server = calloc(1, sizeof(*server));

    server->script = script;
    server->fd = loopback_listen(&server->port);
    if (listen(server->fd, 128) != 0)
        abort();
    snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%d/1/sales",
             server->port);
    pthread_mutex_init(&server->mutex, NULL);
    pthread_create(&server->thread, NULL, loopback_accept, server);
    return server;
}

static inline void loopback_end(loopback *server)
{
    int i;

    pthread_mutex_lock(&server->mutex);
    server->ending = 1;
    pthread_mutex_unlock(&server->mutex);
    shutdown(server->fd, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->fd);
    for (i = 0; i < server->connections; i++) {
        shutdown(server->peers[i]->fd, SHUT_RDWR);
        pthread_join(server->peers[i]->thread, NULL);
        close(server->peers[i]->fd);
        free(server->peers[i]);
    }
    pthread_mutex_destroy(&server->mutex);
    free(server);
}

static inline int loopback_count(loopback *server, const int *counter)
{
    int count;

    pthread_mutex_lock(&server->mutex);
    count = *counter;
    pthread_mutex_unlock(&server->mutex);
    return count;
}

/* The same once it is `wanted` or more, for which it is given ten seconds. */
static inline int loopback_reaches(loopback *server, const int *counter,
                                   int wanted)
{
    int count, naps = 0;

    while ((count = loopback_count(server, counter)) < wanted && naps++ < 5000)
        loopback_nap();
    return count;
}

static inline void loopback_allow(loopback *server, int bit)
{
    pthread_mutex_lock(&server->mutex);
    server->allowed |= 1u << bit;
    pthread_mutex_unlock(&server->mutex);
}

#endif
