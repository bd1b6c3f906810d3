/* The network's two sides: what the core sees of it as lines, in lines.c, and
 * what befalls a request and its answer, in network.c. */
#ifndef SIM_LINES_H
#define SIM_LINES_H

#include "http/line.h"
#include "sim.h"

/* Bytes on their way to the host. */
struct sim_message {
    struct sim_message *next; /* at the host's side, the one that came after */
    sim_line *line;
    const sim_exchange *from; /* the request that it comes after ... */
    const sim_exchange *of;   /* ... and the one whose answer it is */
    int end; /* of the connection, after them: 1 in order, 2 reset */
    int64_t came;
    size_t length;
    size_t read;
    char bytes[];
};

/* A request on its way: made at the call's SEND, and once more where the core
 * sends it anew. */
struct sim_exchange {
    struct sim_exchange *all;
    sim_call *c;
    sim_line *line; /* that it went over, NULL as long as it has none */
    char origin[80];
    sim_fault fault;
    sim_random draw;
    uint64_t sequence; /* of its asking, among those of the world */
    int64_t asked;     /* when that was */
    int64_t served;    /* when it got a line, -1: not yet */
    int64_t roomy;     /* when its line had room again, -1: it had not */
    int write;
    int reused;           /* its line had served another */
    const char *bytes_at; /* where the core keeps what is to be sent */
    size_t total, taken;  /* by the kernel */
    size_t came;          /* bytes that were read after it */
    int told_no;          /* the call was told that it did not go */
    int stopped;          /* what ends the stop of its line is on its way */
    char *bytes;
};

/* How far a line is with opening. */
typedef enum sim_stage {
    SIM_RESOLVING,  /* a name is looked up: no descriptor yet */
    SIM_CONNECTING, /* ready to write once it is made */
    SIM_SHAKING,    /* hands: TLS */
    SIM_OPENED
} sim_stage;

/* A connection, as its host has it. */
struct sim_line {
    cielo__line line;        /* first: all that the core sees */
    struct sim_line *all;    /* the next of the world */
    struct sim_line *beside; /* the next that the family has */
    sim_world *world;
    sim_family *family;
    sim_loop *loop; /* whose it is, NULL for a blocking call's */
    const cielo__watcher *watcher;
    char origin[80];
    int freed;
    int bell; /* it is none, but what a thread rings */
    int rung;
    int fd; /* -1: none */
    int tls;
    /* opening */
    cielo__line_state state;
    sim_stage stage;
    sim_fault fault;
    sim_random draw;
    int told;         /* that it is ready, since anything came of that */
    int64_t resolved; /* true times: when the name is known ... */
    int64_t limit;    /* ... and when it is given up */
    int made;         /* the peer has done its part of this stage */
    cielo_cause cause;
    const char *text;
    /* to the peer */
    sim_exchange *now; /* whose request is under way */
    int served;        /* requests */
    int spent;         /* it must not serve another */
    int old;           /* of before idle ones were to be closed: likewise */
    int64_t idle;      /* since when */
    size_t room;       /* that the kernel has for more */
    size_t held;       /* bytes that TLS took and the kernel did not */
    sim_exchange *held_of;
    int broken;
    /* from the peer */
    sim_message *first, *last;
    size_t came;     /* messages there */
    size_t drawn;    /* of them, that TLS took from the kernel already */
    int end;         /* 1 in order, 2 reset */
    int64_t ended;   /* when that came while it was idle, else -1 */
    int ticket;      /* TLS has something to read that is nobody's answer */
    int64_t arrives; /* what is on its way comes no earlier than this */
};

/* ---- network.c: to lines.c ---- */

/* The exchange whose request this is, or of which these are the next bytes. */
sim_exchange *sim_exchange_asking(sim_process *p, const cielo_request *request);
sim_exchange *sim_exchange_sending(sim_process *p, const char *data);
/* It has a line, or is to open one. */
void sim_have_turn(sim_world *w, sim_exchange *e);
/* It begins to use the line. */
void sim_transmit(sim_world *w, sim_exchange *e, sim_line *k);
/* The kernel takes bytes of it. */
void sim_take(sim_world *w, sim_exchange *e, size_t count);
/* The kernel has no room: something will end that, or nothing. */
void sim_stop(sim_world *w, sim_exchange *e);
/* Bytes of the message are read as the exchange's answer. */
void sim_note_read(sim_exchange *e, const sim_message *m, size_t count);

/* ---- lines.c: to network.c and loop.c ---- */

/* What a descriptor is ready for. */
int sim_line_ready(const sim_line *k);
/* It may be ready for what it was not. */
void sim_line_changed(sim_line *k);
/* Its peer ends it, as sim_message says. */
void sim_line_end(sim_line *k, int how);
/* It comes at the host's side. */
void sim_line_receive(sim_line *k, sim_message *m);
/* Lines of the family to one place that are opening or under way. */
int sim_lines_used(const sim_family *f, const char *origin);
/* A bell has a number too, and a poller watches it. */
sim_line *sim_line_of_bell(sim_process *p);
void sim_line_drop_bell(sim_process *p, sim_line *k);
/* Before the line is used no more. */
void sim_line_note_full(const sim_line *k);

#endif
