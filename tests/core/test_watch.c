/* Descriptors as a host is told of them: of numbers that come back under
 * another socket, whether or not anybody said that the first was closed. */
#include "check.h"

#include "http/http.h"

typedef struct scene {
    cielo__watches watches;
    cielo__line lines[2];
} scene;

static void begin(scene *s)
{
    memset(s, 0, sizeof(*s));
    cielo__watches_init(&s->watches, cielo__allocator(NULL));
}

static void end(scene *s)
{
    CHECK_INT(s->watches.status, CIELO_OK);
    cielo__watches_clear(&s->watches);
}

static void set(scene *s, int line, int events)
{
    cielo__watch_set(&s->watches, &s->lines[line], 5, events);
}

/* The next change of number 5 has these events; -1: there is none. */
static void tells(scene *s, int events)
{
    int fd = 5, told = -1;

    CHECK_INT(cielo__watch_change(&s->watches, &fd, &told), events >= 0);
    CHECK_INT(fd, 5);
    CHECK_INT(told, events);
}

/* How many the host finds, which looks at the whole list. */
static int listed(scene *s)
{
    int fd, events, count = 0;

    while (cielo__watch_at(&s->watches, (size_t)count, &fd, &events))
        count++;
    return count;
}

/* libcurl 7.88 closes a socket that did not come to connect without its
 * callback, and the next one of the line has its number at once. */
static void a_silent_end_is_told_when_the_number_is_back(void)
{
    scene s;

    begin(&s);
    set(&s, 0, CIELO_WRITABLE);
    tells(&s, CIELO_WRITABLE);
    set(&s, 0, 0);
    cielo__watch_opened(&s.watches, 5);
    set(&s, 1, CIELO_WRITABLE);
    CHECK(cielo__watch_line(&s.watches, 5) == &s.lines[1]);
    tells(&s, 0);
    tells(&s, CIELO_WRITABLE);
    tells(&s, -1);
    end(&s);
}

static void so_is_one_that_nothing_was_said_of(void)
{
    scene s;

    begin(&s);
    set(&s, 0, CIELO_WRITABLE);
    tells(&s, CIELO_WRITABLE);
    cielo__watch_opened(&s.watches, 5);
    CHECK(cielo__watch_line(&s.watches, 5) == NULL);
    set(&s, 1, CIELO_WRITABLE);
    tells(&s, 0);
    tells(&s, CIELO_WRITABLE);
    tells(&s, -1);
    end(&s);
}

static void a_line_cannot_end_the_watch_of_another(void)
{
    scene s;

    begin(&s);
    set(&s, 0, CIELO_WRITABLE);
    tells(&s, CIELO_WRITABLE);
    cielo__watch_opened(&s.watches, 5);
    set(&s, 1, CIELO_WRITABLE);
    set(&s, 0, 0);
    CHECK(cielo__watch_line(&s.watches, 5) == &s.lines[1]);
    tells(&s, 0);
    tells(&s, CIELO_WRITABLE);
    set(&s, 1, 0);
    tells(&s, 0);
    end(&s);
}

static void a_host_with_a_list_sees_it_missing_first(void)
{
    scene s;

    begin(&s);
    set(&s, 0, CIELO_WRITABLE);
    CHECK_INT(listed(&s), 1);
    set(&s, 0, 0);
    cielo__watch_opened(&s.watches, 5);
    set(&s, 1, CIELO_WRITABLE);
    CHECK_INT(listed(&s), 0);
    cielo__watch_round(&s.watches);
    CHECK_INT(listed(&s), 1);
    end(&s);
}

/* One that opened goes from libcurl's hands to ours. */
static void a_socket_that_stays_is_not_missed(void)
{
    scene s;

    begin(&s);
    CHECK_INT(listed(&s), 0);
    cielo__watch_opened(&s.watches, 5);
    set(&s, 0, CIELO_WRITABLE);
    CHECK_INT(listed(&s), 1);
    tells(&s, CIELO_WRITABLE);
    set(&s, 0, 0);
    set(&s, 0, CIELO_READABLE);
    CHECK_INT(listed(&s), 1);
    tells(&s, CIELO_READABLE);
    tells(&s, -1);
    end(&s);
}

CHECK_MAIN(a_silent_end_is_told_when_the_number_is_back,
           so_is_one_that_nothing_was_said_of,
           a_line_cannot_end_the_watch_of_another,
           a_host_with_a_list_sees_it_missing_first,
           a_socket_that_stays_is_not_missed)
