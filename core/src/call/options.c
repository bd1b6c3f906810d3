/* Options: what was given and what the environment says, checked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static int is_given(const char *text)
{
    return text && *text;
}

static int copy_setting(const cielo_allocator *mem, char **out,
                        const char *given, const char *variable)
{
    const char *text = given ? given : variable ? getenv(variable) : NULL;

    *out = cielo__strdup(mem, text ? text : "");
    return *out ? CIELO_OK : CIELO_EMEMORY;
}

/* ---- a proxy's user and password ---- */

static const char *last_of(const char *at, const char *end, char sought)
{
    while (end > at) {
        if (*--end == sought)
            return end;
    }
    return NULL;
}

/* The address behind the scheme, which may be left out. */
static const char *after_scheme(const char *url)
{
    const char *at = strstr(url, "://");

    return at ? at + 3 : url;
}

typedef struct forms {
    const cielo_allocator *mem;
    char **list;
    size_t count;
    int status;
} forms;

static void add_form(forms *f, const char *at, const char *end)
{
    char *copy = cielo__strndup(f->mem, at, (size_t)(end - at));

    if (copy)
        f->list[f->count++] = copy;
    else
        f->status = CIELO_EMEMORY;
}

/* Whole and in halves: parsers part user and password at the first or at the
 * last colon, and what they would part elsewhere is refused. */
static void add_forms(forms *f, const char *text)
{
    const char *end = text + strlen(text);
    const char *first = strchr(text, ':');
    const char *last = strrchr(text, ':');

    add_form(f, text, end);
    if (!first)
        return;
    add_form(f, text, first);
    add_form(f, first + 1, end);
    if (first == last)
        return;
    add_form(f, text, last);
    add_form(f, last + 1, end);
}

static void add_base64(forms *f, const char *text)
{
    cielo__buf out;

    cielo__buf_init(&out, f->mem, SIZE_MAX - 1);
    if (cielo__buf_base64(&out, text, strlen(text)) == CIELO_OK)
        add_form(f, cielo__buf_string(&out),
                 cielo__buf_string(&out) + out.length);
    else
        f->status = CIELO_EMEMORY;
    cielo__buf_clear(&out);
}

/* What stands before the last "@", wherever a parser would see it: as it is, as
 * a proxy is told it, and as that is written in a header. */
static int copy_proxy_secrets(const cielo_allocator *mem, cielo__settings *to)
{
    const char *start = after_scheme(to->proxy);
    const char *end = strrchr(start, '@');
    forms f = {mem, to->proxy_secrets, 0, CIELO_OK};
    char *plain;

    if (!end)
        return CIELO_OK;
    plain = cielo__strndup(mem, start, (size_t)(end - start));
    if (!plain)
        return CIELO_EMEMORY;
    add_forms(&f, plain);
    cielo__unescape(plain);
    add_forms(&f, plain);
    add_base64(&f, plain);
    cielo__free_secret(mem, plain);
    return f.status;
}

/* What the tokens for a shop's page are asked with. */
static int copy_browser_settings(const cielo_allocator *mem,
                                 cielo__settings *to, const cielo_options *from)
{
    return copy_setting(mem, &to->mpi_client_id, from->mpi_client_id,
                        "CIELO_MPI_CLIENT_ID")
        || copy_setting(mem, &to->mpi_client_secret, from->mpi_client_secret,
                        "CIELO_MPI_CLIENT_SECRET")
        || copy_setting(mem, &to->post_client_id, from->post_client_id,
                        "CIELO_POST_CLIENT_ID")
        || copy_setting(mem, &to->post_client_secret, from->post_client_secret,
                        "CIELO_POST_CLIENT_SECRET");
}

/* A folder by the path that it has now: a process that works elsewhere later,
 * or asks again from elsewhere, has to find its doubts. One that has no such
 * path stays as it was given, which check_journal refuses. */
static int copy_folder(const cielo_allocator *mem, char **out,
                       const char *given, const char *variable)
{
    int status = copy_setting(mem, out, given, variable), error;
    char *absolute;

    if (status != CIELO_OK || !**out)
        return status;
    absolute = cielo__absolute(mem, *out, &error);
    if (!absolute)
        return error == ENOMEM ? CIELO_EMEMORY : CIELO_OK;
    cielo__free(mem, *out);
    *out = absolute;
    return CIELO_OK;
}

int cielo__settings_copy(const cielo_allocator *mem, cielo__settings *to,
                         const cielo_options *from)
{
    /* An explicit environment beats CIELO_BASE_URL. */
    const char *base = is_given(from->environment) ? NULL : "CIELO_BASE_URL";

    return copy_setting(mem, &to->merchant_id, from->merchant_id,
                        "CIELO_MERCHANT_ID")
        || copy_setting(mem, &to->merchant_key, from->merchant_key,
                        "CIELO_MERCHANT_KEY")
        || copy_setting(mem, &to->client_id, from->client_id, "CIELO_CLIENT_ID")
        || copy_setting(mem, &to->client_secret, from->client_secret,
                        "CIELO_CLIENT_SECRET")
        || copy_setting(mem, &to->checkout_merchant_id,
                        from->checkout_merchant_id,
                        "CIELO_CHECKOUT_MERCHANT_ID")
        || copy_browser_settings(mem, to, from)
        || copy_setting(mem, &to->environment, from->environment,
                        "CIELO_ENVIRONMENT")
        || copy_setting(mem, &to->base_url, from->base_url, base)
        || copy_setting(mem, &to->ca_file, from->ca_file, NULL)
        || copy_setting(mem, &to->proxy, from->proxy, NULL)
        || copy_proxy_secrets(mem, to)
        || copy_setting(mem, &to->user_agent, from->user_agent, NULL)
        || copy_folder(mem, &to->journal, from->journal, "CIELO_JOURNAL")
        || copy_setting(mem, &to->journal_sync, from->journal_sync, NULL)
        || copy_setting(mem, &to->journal_mode, from->journal_mode, NULL);
}

/* Texts that become header values: a line break would add a header. */
int cielo__is_header_text(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return 0;
    }
    return 1;
}

static int check_headers(const cielo__settings *s, cielo_value *problems)
{
    const struct {
        const char *name;
        const char *text;
    } texts[] = {{"merchant_id", s->merchant_id},
                 {"merchant_key", s->merchant_key},
                 {"client_id", s->client_id},
                 {"client_secret", s->client_secret},
                 {"checkout_merchant_id", s->checkout_merchant_id},
                 {"mpi_client_id", s->mpi_client_id},
                 {"mpi_client_secret", s->mpi_client_secret},
                 {"post_client_id", s->post_client_id},
                 {"post_client_secret", s->post_client_secret},
                 {"user_agent", s->user_agent}};
    const size_t count = sizeof(texts) / sizeof(texts[0]);
    int status = CIELO_OK;
    size_t i;

    for (i = 0; i < count && status == CIELO_OK; i++) {
        if (!cielo__is_header_text(texts[i].text))
            status = cielo__problem_add(problems, texts[i].name, RULE_FORMAT,
                                        "must not hold control characters");
    }
    return status;
}

/* A number up to 255 that no reader takes for octal; 0 for none. */
static size_t dotted_part(const char *at)
{
    size_t length = strspn(at, "0123456789");
    int number = 0;
    size_t i;

    for (i = 0; i < length && i < 3; i++)
        number = number * 10 + (at[i] - '0');
    return length > 3 || number > 255 || (length > 1 && *at == '0') ? 0
                                                                    : length;
}

/* What is not written out in four numbers may be a name for a resolver. */
static int is_dotted(const char *host)
{
    int parts = 0;
    size_t length;

    while ((length = dotted_part(host)) > 0 && ++parts < 4
           && host[length] == '.')
        host += length + 1;
    return parts == 4 && host[length] == '\0';
}

static int is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0
        || (strncmp(host, "127.", 4) == 0 && is_dotted(host));
}

static int parse_port(const char *text, size_t length, int *port)
{
    size_t i;

    *port = 0;
    for (i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || *port > 6553)
            return 0;
        *port = *port * 10 + (text[i] - '0');
    }
    return length > 0 && *port > 0 && *port < 65536;
}

/* The host, with or without brackets, up to its port. */
static const char *parse_host(const char *at, const char *end,
                              cielo__address *out)
{
    const char *stop;

    if (at < end && *at == '[') {
        stop = memchr(at, ']', (size_t)(end - at));
        if (!stop || (size_t)(stop - at) > sizeof(out->host))
            return NULL;
        memcpy(out->host, at + 1, (size_t)(stop - at - 1));
        out->host[stop - at - 1] = '\0';
        return stop + 1;
    }
    for (stop = at; stop < end && *stop != ':'; stop++) {
        if (!((cielo__lower(*stop) >= 'a' && cielo__lower(*stop) <= 'z')
              || (*stop >= '0' && *stop <= '9') || *stop == '-' || *stop == '.'
              || *stop == '_'))
            return NULL;
    }
    if (stop == at || (size_t)(stop - at) >= sizeof(out->host))
        return NULL;
    memcpy(out->host, at, (size_t)(stop - at));
    out->host[stop - at] = '\0';
    return stop;
}

/* A host and perhaps a port, and nothing else. */
static int parse_place(const char *at, const char *end, cielo__address *out)
{
    at = parse_host(at, end, out);
    return at
        && (at == end
            || (*at == ':'
                && parse_port(at + 1, (size_t)(end - at - 1), &out->port)));
}

int cielo__address_parse(cielo__address *out, const char *url)
{
    const char *at, *end;
    size_t length;

    memset(out, 0, sizeof(*out));
    if (strncmp(url, "https://", 8) == 0) {
        memcpy(out->scheme, "https", 6);
        out->port = 443;
        at = url + 8;
    } else if (strncmp(url, "http://", 7) == 0) {
        memcpy(out->scheme, "http", 5);
        out->port = 80;
        at = url + 7;
    } else {
        return 0;
    }
    end = at + strcspn(at, "/?#");
    if (!parse_place(at, end, out))
        return 0;
    out->target = (size_t)(end - url);
    length = strlen(end);
    while (length > 0 && end[length - 1] == '/')
        length--;
    if (length >= sizeof(out->prefix) || strcspn(end, "?#") < length
        || !cielo__is_header_text(end) || strchr(end, ' '))
        return 0;
    memcpy(out->prefix, end, length);
    out->prefix[length] = '\0';
    return 1;
}

static int check_base_url(const cielo__settings *s, int plain,
                          cielo_value *problems)
{
    cielo__address address;

    if (!is_given(s->base_url))
        return CIELO_OK;
    if (!cielo__address_parse(&address, s->base_url))
        return cielo__problem_add(problems, "base_url", RULE_FORMAT,
                                  "must be http:// or https://, a host, and "
                                  "optionally a port and a path");
    if (strcmp(address.scheme, "http") == 0 && !plain
        && !is_loopback(address.host))
        return cielo__problem_add(problems, "base_url", RULE_CONFLICT,
                                  "plain http:// goes to a loopback host only, "
                                  "unless allow_plain_http is set");
    return CIELO_OK;
}

/* Those that libcurl knows. */
static int is_proxy_scheme(const char *at, size_t length)
{
    static const char *const names[]
        = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strlen(names[i]) == length
            && cielo__same_case(at, names[i], length))
            return 1;
    }
    return 0;
}

/* What no two parsers read alike is not taken: a password with such a sign
 * would be looked up as a host. */
static int is_userinfo(const char *at, const char *end)
{
    for (; at < end; at++) {
        unsigned char c = (unsigned char)*at;

        if (c <= 0x20 || c == 0x7F || strchr("@\\", *at)
            || (c == '%' && !cielo__is_escape(at)))
            return 0;
    }
    return 1;
}

static int is_proxy(const char *url)
{
    const char *at = after_scheme(url);
    const char *end = at + strcspn(at, "/?#");
    const char *user_end = last_of(at, end, '@');
    cielo__address address;

    memset(&address, 0, sizeof(address));
    if (at != url && !is_proxy_scheme(url, (size_t)(at - url) - 3))
        return 0;
    if (*end && strcmp(end, "/") != 0)
        return 0;
    if (user_end && !is_userinfo(at, user_end))
        return 0;
    return parse_place(user_end ? user_end + 1 : at, end, &address);
}

/* The address is not quoted: it may hold a password. */
static int check_proxy(const cielo__settings *s, cielo_value *problems)
{
    if (!is_given(s->proxy) || is_proxy(s->proxy))
        return CIELO_OK;
    return cielo__problem_add(problems, "proxy", RULE_FORMAT,
                              "must be a host, and optionally a scheme, user "
                              "and password (percent-encoded) and a port: "
                              "http://user:password@host:3128");
}

static int check_environment(const cielo__settings *s, cielo_value *problems)
{
    if (!is_given(s->environment) || strcmp(s->environment, "sandbox") == 0
        || strcmp(s->environment, "production") == 0)
        return CIELO_OK;
    return cielo__problem_add(problems, "environment", RULE_CHOICE,
                              "must be \"sandbox\" or \"production\"");
}

/* The folder is made and looked at with the first record. */
static int check_journal(const cielo__settings *s, cielo_value *problems)
{
    int status = CIELO_OK;

    if (*s->journal && *s->journal != '/')
        status = cielo__problem_add(problems, "journal", RULE_FORMAT,
                                    "must be an absolute path: the folder that "
                                    "this process works in has none");
    if (status == CIELO_OK && is_given(s->journal_sync)
        && strcmp(s->journal_sync, "intent") != 0
        && strcmp(s->journal_sync, "off") != 0)
        status = cielo__problem_add(problems, "journal_sync", RULE_CHOICE,
                                    "must be \"intent\" or \"off\"");
    if (status == CIELO_OK && is_given(s->journal_mode)
        && strcmp(s->journal_mode, "private") != 0
        && strcmp(s->journal_mode, "group") != 0)
        status = cielo__problem_add(problems, "journal_mode", RULE_CHOICE,
                                    "must be \"private\" or \"group\"");
    return status;
}

static int check_numbers(const cielo_options *o, cielo_value *problems)
{
    int status = CIELO_OK;

    if (o->timeout_ms == 0 || o->timeout_ms < -1)
        status = cielo__problem_add(problems, "timeout", RULE_RANGE,
                                    "must be above 0");
    if (status == CIELO_OK
        && (o->connect_timeout_ms == 0 || o->connect_timeout_ms < -1))
        status = cielo__problem_add(problems, "connect_timeout", RULE_RANGE,
                                    "must be above 0");
    if (status == CIELO_OK && (o->max_retries < -1 || o->max_retries > 100))
        status = cielo__problem_add(problems, "max_retries", RULE_RANGE,
                                    "must be from 0 to 100");
    if (status == CIELO_OK
        && (o->max_connections == 0 || o->max_connections < -1))
        status = cielo__problem_add(problems, "max_connections", RULE_RANGE,
                                    "must be above 0");
    return status;
}

void cielo__settings_free(const cielo_allocator *mem, cielo__settings *s)
{
    size_t i;

    cielo__free(mem, s->merchant_id);
    cielo__free_secret(mem, s->merchant_key);
    cielo__free(mem, s->client_id);
    cielo__free_secret(mem, s->client_secret);
    cielo__free(mem, s->checkout_merchant_id);
    cielo__free(mem, s->mpi_client_id);
    cielo__free_secret(mem, s->mpi_client_secret);
    cielo__free(mem, s->post_client_id);
    cielo__free_secret(mem, s->post_client_secret);
    cielo__free(mem, s->environment);
    cielo__free(mem, s->base_url);
    cielo__free(mem, s->ca_file);
    cielo__free_secret(mem, s->proxy); /* may carry a password */
    for (i = 0; i < CIELO__PROXY_FORMS; i++)
        cielo__free_secret(mem, s->proxy_secrets[i]);
    cielo__free(mem, s->user_agent);
    cielo__free(mem, s->journal);
    cielo__free(mem, s->journal_sync);
    cielo__free(mem, s->journal_mode);
}

/* Options that no client can change once it shares connections and token. */
static int check_fixed(const cielo_options *o, cielo_value *problems)
{
    const struct {
        const char *name;
        int given;
    } options[] = {{"merchant_id", o->merchant_id != NULL},
                   {"merchant_key", o->merchant_key != NULL},
                   {"client_id", o->client_id != NULL},
                   {"client_secret", o->client_secret != NULL},
                   {"checkout_merchant_id", o->checkout_merchant_id != NULL},
                   {"mpi_client_id", o->mpi_client_id != NULL},
                   {"mpi_client_secret", o->mpi_client_secret != NULL},
                   {"post_client_id", o->post_client_id != NULL},
                   {"post_client_secret", o->post_client_secret != NULL},
                   {"environment", o->environment != NULL},
                   {"base_url", o->base_url != NULL},
                   {"ca_file", o->ca_file != NULL},
                   {"proxy", o->proxy != NULL},
                   {"user_agent", o->user_agent != NULL},
                   {"allow_plain_http", o->allow_plain_http != -1},
                   {"max_connections", o->max_connections != -1},
                   {"journal", o->journal != NULL},
                   {"journal_sync", o->journal_sync != NULL},
                   {"journal_required", o->journal_required != -1},
                   {"journal_mode", o->journal_mode != NULL},
                   {"allocator", o->allocator != NULL},
                   {"tell_attempts", o->tell_attempts != -1}};
    int status = CIELO_OK;
    size_t i;

    for (i = 0; i < sizeof(options) / sizeof(options[0]) && status == CIELO_OK;
         i++) {
        if (options[i].given)
            status = cielo__problem_add(problems, options[i].name,
                                        RULE_CONFLICT,
                                        "cannot differ between clients that "
                                        "share connections");
    }
    return status;
}

/* What the options and the environment variables give together. */
static int check_settings(const cielo_options *o, cielo_value *problems)
{
    const cielo_allocator *mem = cielo__allocator(o->allocator);
    cielo__settings s;
    int status;

    memset(&s, 0, sizeof(s));
    status = cielo__settings_copy(mem, &s, o) ? CIELO_EMEMORY : CIELO_OK;
    if (status == CIELO_OK)
        status = check_environment(&s, problems);
    if (status == CIELO_OK)
        status = check_headers(&s, problems);
    if (status == CIELO_OK)
        status = check_base_url(&s, o->allow_plain_http == 1, problems);
    if (status == CIELO_OK)
        status = check_proxy(&s, problems);
    if (status == CIELO_OK)
        status = check_journal(&s, problems);
    cielo__settings_free(mem, &s);
    return status;
}

/* The caller's struct may be an older or a newer one. */
int cielo__options_read(cielo_options *out, const cielo_options *given,
                        cielo_error *err)
{
    const cielo_options defaults = CIELO_OPTIONS_INIT;

    *out = defaults;
    if (!given)
        return CIELO_OK;
    if (given->struct_size < sizeof(size_t)
        || given->struct_size > sizeof(cielo_options))
        return cielo__report(err, CIELO_EUSAGE,
                             "start from CIELO_OPTIONS_INIT");
    memcpy(out, given, given->struct_size);
    out->struct_size = sizeof(*out);
    return CIELO_OK;
}

int cielo_options_problems(cielo_value **out, const cielo_options *options,
                           const cielo_client *client)
{
    cielo_options o;
    cielo_value *problems;
    int status = cielo__options_read(&o, options, NULL);

    *out = NULL;
    if (status != CIELO_OK)
        return status;
    problems = cielo_value_new_array();
    status = problems ? check_numbers(&o, problems) : CIELO_EMEMORY;
    if (status == CIELO_OK)
        status = client ? check_fixed(&o, problems)
                        : check_settings(&o, problems);
    if (status == CIELO_OK && cielo_value_size(problems) > 0)
        *out = problems;
    else
        cielo_value_free(problems);
    return status;
}

/* CIELO_OK for options that can be had. */
int cielo__options_check(const cielo_options *o, const cielo_client *client,
                         cielo_error *err)
{
    cielo_value *problems;
    int status = cielo_options_problems(&problems, o, client);

    if (status != CIELO_OK)
        return cielo__report(err, status, NULL);
    if (problems)
        status = cielo__problems_report(problems, err);
    cielo_value_free(problems);
    return status;
}
