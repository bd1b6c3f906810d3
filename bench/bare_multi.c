/*
 * The floor of many calls at once: libcurl's multi interface over epoll, as its
 * manual advises (curl_multi_socket_action), with AT_ONCE easy handles that
 * POST the bytes of a sale again and again. No JSON, no checks, no retries.
 *
 *     bare_multi URL SALE_FILE WARM COUNT AT_ONCE
 */
#include <sys/epoll.h>
#include <unistd.h>

#include "bare.h"

#define EVENTS 64

struct loop {
    CURLM *multi;
    int epoll;
    long wait_ms; /* until libcurl's timer; -1: none is set */
    int left;     /* calls to start */
    int running;
};

static int watch(CURL *curl, curl_socket_t fd, int what, void *context,
                 void *known)
{
    struct loop *loop = context;
    struct epoll_event event;

    (void)curl;
    memset(&event, 0, sizeof(event));
    event.data.fd = fd;
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0u)
        | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    epoll_ctl(loop->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
    curl_multi_assign(loop->multi, fd, loop);
    return 0;
}

static int set_timer(CURLM *multi, long wait_ms, void *context)
{
    struct loop *loop = context;

    (void)multi;
    loop->wait_ms = wait_ms;
    return 0;
}

static void start(struct loop *loop, struct exchange *exchange)
{
    exchange->length = 0;
    curl_multi_add_handle(loop->multi, exchange->curl);
    loop->left--;
    loop->running++;
}

/* What ended is begun anew while there are calls to make. */
static void take_ended(struct loop *loop)
{
    CURLMsg *message;
    int more;

    while ((message = curl_multi_info_read(loop->multi, &more))) {
        CURLcode code = message->data.result;
        CURL *curl = message->easy_handle;
        struct exchange *exchange;

        curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&exchange);
        check(exchange, code);
        curl_multi_remove_handle(loop->multi, curl);
        loop->running--;
        if (loop->left > 0)
            start(loop, exchange);
    }
}

static void turn(struct loop *loop)
{
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(loop->epoll, events, EVENTS, (int)loop->wait_ms);
    int i, running;

    if (ready == 0) {
        loop->wait_ms = -1;
        curl_multi_socket_action(loop->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    for (i = 0; i < ready; i++) {
        int what = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0)
            | (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0)
            | (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);

        curl_multi_socket_action(loop->multi, events[i].data.fd, what,
                                 &running);
    }
    take_ended(loop);
}

static void run(struct loop *loop, struct exchange *exchanges, int at_once,
                int count)
{
    int i;

    loop->left = count;
    for (i = 0; i < at_once && loop->left > 0; i++)
        start(loop, &exchanges[i]);
    while (loop->running > 0)
        turn(loop);
}

int main(int argc, char **argv)
{
    struct loop loop = { NULL, -1, -1, 0, 0 };
    struct exchange *exchanges;
    struct measured before;
    struct curl_slist *list;
    int i, at_once, count;
    char *sale;

    if (argc != 6)
        return 2;
    sale = read_file(argv[2]);
    count = number_of(argv[4]);
    at_once = number_of(argv[5]);
    list = headers();
    loop.multi = curl_multi_init();
    loop.epoll = epoll_create1(0);
    exchanges = calloc((size_t)at_once, sizeof(*exchanges));
    if (!loop.multi || loop.epoll < 0 || !exchanges)
        return 1;
    curl_multi_setopt(loop.multi, CURLMOPT_SOCKETFUNCTION, watch);
    curl_multi_setopt(loop.multi, CURLMOPT_SOCKETDATA, &loop);
    curl_multi_setopt(loop.multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(loop.multi, CURLMOPT_TIMERDATA, &loop);
    curl_multi_setopt(loop.multi, CURLMOPT_MAXCONNECTS, (long)at_once);
    for (i = 0; i < at_once; i++) {
        prepare(&exchanges[i], argv[1], list, sale);
        curl_easy_setopt(exchanges[i].curl, CURLOPT_PRIVATE, &exchanges[i]);
    }
    run(&loop, exchanges, at_once, number_of(argv[3]));
    before = measured_from();
    run(&loop, exchanges, at_once, count);
    report(before, count);
    for (i = 0; i < at_once; i++)
        curl_easy_cleanup(exchanges[i].curl);
    curl_multi_cleanup(loop.multi);
    curl_slist_free_all(list);
    close(loop.epoll);
    free(exchanges);
    free(sale);
    return 0;
}
