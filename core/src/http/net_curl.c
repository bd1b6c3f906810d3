/* libcurl in this process: its start, the signal it may raise, and what the
 * lines of a client share of it. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "line_curl.h"

/* ---- the one-time start ---- */

static pthread_once_t start_once = PTHREAD_ONCE_INIT;
static CURLcode start_code = CURLE_FAILED_INIT;
static int raises_sigpipe;
static const char *ca_file;

/* Debian, Alpine, Arch; Fedora and its kin; openSUSE; BSD. */
static const char *const ca_places[]
    = {"/etc/ssl/certs/ca-certificates.crt",
       "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
       "/etc/pki/tls/certs/ca-bundle.crt",
       "/etc/ssl/ca-bundle.pem",
       "/etc/ssl/cert.pem",
       NULL};

static int is_there(const char *path)
{
    return path && access(path, R_OK) == 0;
}

/* The first of `places` that is there, where neither the file nor the folder
 * is that libcurl looks for. */
static const char *find_ca(const char *file, const char *folder,
                           const char *const *places)
{
    if (!file || is_there(file) || is_there(folder))
        return NULL;
    while (*places && !is_there(*places))
        places++;
    return *places;
}

static void start_curl(void)
{
    const curl_version_info_data *info;

    start_code = curl_global_init(CURL_GLOBAL_DEFAULT);
    info = curl_version_info(CURLVERSION_NOW);
    raises_sigpipe = info->version_num < 0x075800;
    ca_file = find_ca(info->cainfo, info->capath, ca_places);
}

const char *cielo__net_ca_file(void)
{
    return ca_file;
}

int cielo__net_start(void)
{
    if (pthread_once(&start_once, start_curl) != 0 || start_code != CURLE_OK)
        return CIELO_ETRANSPORT;
    return CIELO_OK;
}

/* ---- SIGPIPE ---- */

void cielo__hush_begin(cielo__hush *h)
{
    sigset_t set;

    h->active = 0;
    if (!raises_sigpipe || sigpending(&set) != 0 || sigismember(&set, SIGPIPE))
        return; /* one that waits already is not ours to take */
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    h->active = pthread_sigmask(SIG_BLOCK, &set, &h->before) == 0;
}

void cielo__hush_end(const cielo__hush *h)
{
    struct timespec none = {0, 0};
    sigset_t set;

    if (!h->active)
        return;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
#ifdef __APPLE__ /* has no sigtimedwait, and its sockets do not raise it */
    (void)none;
#else
    while (sigtimedwait(&set, NULL, &none) < 0 && errno == EINTR)
        continue;
#endif
    (void)pthread_sigmask(SIG_SETMASK, &h->before, NULL);
}

/* ---- the net ---- */

/* A child's copy may be locked by a thread that is not there: it is cleaned up
 * without. */
static void lock_share(CURL *easy, curl_lock_data data, curl_lock_access access,
                       void *context)
{
    cielo__net *net = context;

    (void)easy;
    (void)access;
    if (net->forks == cielo__forks())
        pthread_mutex_lock(&net->locks[data]);
}

static void unlock_share(CURL *easy, curl_lock_data data, void *context)
{
    cielo__net *net = context;

    (void)easy;
    if (net->forks == cielo__forks())
        pthread_mutex_unlock(&net->locks[data]);
}

cielo__net *cielo__net_new(const cielo_allocator *mem)
{
    cielo__net *net = cielo__calloc(mem, sizeof(*net));
    int i;

    if (!net)
        return NULL;
    net->mem = mem;
    net->forks = cielo__forks();
    net->share = curl_share_init();
    if (!net->share) {
        cielo__free(mem, net);
        return NULL;
    }
    for (i = 0; i < CURL_LOCK_DATA_LAST; i++)
        (void)pthread_mutex_init(&net->locks[i], NULL);
    (void)curl_share_setopt(net->share, CURLSHOPT_LOCKFUNC, lock_share);
    (void)curl_share_setopt(net->share, CURLSHOPT_UNLOCKFUNC, unlock_share);
    (void)curl_share_setopt(net->share, CURLSHOPT_USERDATA, net);
    (void)curl_share_setopt(net->share, CURLSHOPT_SHARE,
                            CURL_LOCK_DATA_SSL_SESSION);
    (void)curl_share_setopt(net->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    return net;
}

void cielo__net_free(cielo__net *net)
{
    int i;

    if (!net)
        return;
    if (net->forks == cielo__forks()) {
        (void)curl_share_cleanup(net->share);
        for (i = 0; i < CURL_LOCK_DATA_LAST; i++)
            pthread_mutex_destroy(&net->locks[i]);
    }
    cielo__free(net->mem, net);
}
