/*
 * Many sales at once through one cielo_multi: AT_ONCE calls are kept in flight
 * until COUNT have ended.
 *
 *     many URL WARM COUNT AT_ONCE [CONNECTIONS]
 *
 * CONNECTIONS are the most in use, further calls queue for one; without it each
 * call in flight has its own.
 */
#include <sys/epoll.h>
#include <unistd.h>

#include "sale.h"

#define EVENTS 64

struct loop {
    cielo_client *client;
    cielo_multi *multi;
    int epoll;
    int left; /* calls to start */
    int running;
};

static void start(struct loop *loop)
{
    if (cielo_multi_add(loop->multi, make_call(loop->client), NULL) != CIELO_OK)
        exit(1);
    loop->left--;
    loop->running++;
}

/* For each that ended another is begun, while there are calls to make. */
static void take_ended(struct loop *loop)
{
    cielo_call *call;

    while ((call = cielo_multi_done(loop->multi))) {
        check(call);
        cielo_call_free(call);
        loop->running--;
        if (loop->left > 0)
            start(loop);
    }
}

static int wait_ms(const struct loop *loop)
{
    int64_t until = cielo_multi_deadline(loop->multi), now = cielo_now_ms();

    if (until < 0)
        return -1;
    return until > now ? (int)(until - now) : 0;
}

/* Told of what changed alone, of which there is nothing while calls go on. */
static void watch(struct loop *loop)
{
    struct epoll_event event;
    int fd, events;

    while (cielo_multi_change(loop->multi, &fd, &events)) {
        memset(&event, 0, sizeof(event));
        event.data.fd = fd;
        event.events = (events & CIELO_READABLE ? EPOLLIN : 0u)
            | (events & CIELO_WRITABLE ? EPOLLOUT : 0u);
        if (events == 0)
            epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
        else if (epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event) != 0)
            epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

static void turn(struct loop *loop)
{
    struct epoll_event events[EVENTS];
    int i, ready;

    watch(loop);
    ready = epoll_wait(loop->epoll, events, EVENTS, wait_ms(loop));
    if (ready == 0)
        cielo_multi_advance(loop->multi, -1, 0);
    for (i = 0; i < ready; i++) {
        int what = (events[i].events & EPOLLIN ? CIELO_READABLE : 0)
            | (events[i].events & EPOLLOUT ? CIELO_WRITABLE : 0)
            | (events[i].events & (EPOLLERR | EPOLLHUP) ? CIELO_BROKEN : 0);

        cielo_multi_advance(loop->multi, events[i].data.fd, what);
    }
    take_ended(loop);
}

static void run(struct loop *loop, int at_once, int count)
{
    loop->left = count;
    while (loop->running < at_once && loop->left > 0)
        start(loop);
    cielo_multi_advance(loop->multi, -1, 0);
    while (loop->running > 0)
        turn(loop);
}

int main(int argc, char **argv)
{
    struct loop loop = { NULL, NULL, -1, 0, 0 };
    struct measured before;
    int at_once, count;

    if (argc < 5)
        return 2;
    count = number_of(argv[3]);
    at_once = number_of(argv[4]);
    loop.client = make_client(
        argv[1], NULL, argc > 5 ? number_of(argv[5]) : 20000);
    loop.epoll = epoll_create1(0);
    if (loop.epoll < 0
        || cielo_multi_new(&loop.multi, loop.client, NULL) != CIELO_OK)
        return 1;
    run(&loop, at_once, number_of(argv[2]));
    before = measured_from();
    run(&loop, at_once, count);
    report(before, count);
    cielo_multi_free(loop.multi);
    cielo_client_unref(loop.client);
    close(loop.epoll);
    return 0;
}
