/* What an event loop does for the calls that run in it: it watches their
 * descriptors, and keeps one timer. */
#include "state.h"

#include <string.h>
#include <time.h>

PyObject *loop_running(module_state *state)
{
    if (!state->running_loop)
        state->running_loop = import_name("asyncio", "get_running_loop");
    return state->running_loop ? PyObject_CallNoArgs(state->running_loop)
                               : NULL;
}

PyObject *weak_target(PyObject *reference)
{
#if PY_VERSION_HEX >= 0x030D0000
    PyObject *target = NULL;

    if (PyWeakref_GetRef(reference, &target) < 0)
        PyErr_Clear();
    return target;
#else
    PyObject *target = PyWeakref_GetObject(reference);

    return target == Py_None ? NULL : Py_NewRef(target);
#endif
}

/* ---- what the loop calls ---- */

/* A descriptor's readiness, or with -1 the timer. */
typedef struct WatchObject {
    PyObject_HEAD
    PyObject *multi; /* a weak reference */
    int fd;
    int ready;
} WatchObject;

static PyObject *watch_new(module_state *state, MultiObject *multi, int fd,
                           int ready)
{
    PyTypeObject *type = state->watch_type;
    WatchObject *self = (WatchObject *)type->tp_alloc(type, 0);

    if (!self)
        return NULL;
    self->fd = fd;
    self->ready = ready;
    self->multi = PyWeakref_NewRef((PyObject *)multi, NULL);
    if (!self->multi)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static PyObject *watch_call(PyObject *op, PyObject *args, PyObject *kwargs)
{
    WatchObject *self = (WatchObject *)op;
    MultiObject *multi = (MultiObject *)weak_target(self->multi);
    int status;

    (void)args;
    (void)kwargs;
    if (!multi) /* a timer that was left behind */
        Py_RETURN_NONE;
    if (self->fd < 0)
        multi->timer_at = -1;
    status = multi->advance(multi, self->fd, self->ready);
    Py_DECREF(multi);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static void watch_dealloc(PyObject *op)
{
    Py_XDECREF(((WatchObject *)op)->multi);
    free_object(op);
}

static PyType_Slot watch_slots[] = {
    {Py_tp_doc, "What an event loop calls for the calls that run in it."},
    {Py_tp_dealloc, watch_dealloc},
    {Py_tp_call, watch_call},
    NO_NEW_SLOT
    {0, NULL},
};

PyType_Spec watch_spec = {
    .name = "cielo._core._Watch",
    .basicsize = sizeof(WatchObject),
    .flags = Py_TPFLAGS_DEFAULT | NO_NEW_FLAG | IMMUTABLE_FLAG,
    .slots = watch_slots,
};

/* ---- descriptors ---- */

static int make_room(MultiObject *self, int fd)
{
    int room = fd < 64 ? 64 : fd * 2;
    unsigned char *watched;

    if (fd < self->room)
        return 0;
    watched = PyMem_Realloc(self->watched, (size_t)room);
    if (!watched) {
        PyErr_NoMemory();
        return -1;
    }
    memset(watched + self->room, 0, (size_t)(room - self->room));
    self->watched = watched;
    self->room = room;
    return 0;
}

static int remove_watch(module_state *state, MultiObject *self, PyObject *loop,
                        int fd, int event)
{
    PyObject *number = PyLong_FromLong(fd), *removed = NULL;

    if (number)
        removed = PyObject_CallMethodOneArg(
            loop,
            event == CIELO_READABLE ? state->str_remove_reader
                                    : state->str_remove_writer,
            number);
    Py_XDECREF(number);
    Py_XDECREF(removed);
    /* Of a number that is closed already some loops complain as they forget
     * it. */
    if (!removed && PyErr_ExceptionMatches(PyExc_OSError)) {
        PyErr_Clear();
    } else if (!removed) {
        return -1;
    }
    self->watched[fd] &= (unsigned char)~event;
    return 0;
}

static int add_watch(module_state *state, MultiObject *self, PyObject *loop,
                     int fd, int event)
{
    PyObject *watch = watch_new(state, self, fd, event);
    PyObject *number = PyLong_FromLong(fd), *added = NULL;

    if (watch && number)
        added = PyObject_CallMethodObjArgs(
            loop,
            event == CIELO_READABLE ? state->str_add_reader
                                    : state->str_add_writer,
            number, watch, NULL);
    Py_XDECREF(watch);
    Py_XDECREF(number);
    if (!added)
        return -1;
    Py_DECREF(added);
    self->watched[fd] |= (unsigned char)event;
    return 0;
}

static int set_watch(module_state *state, MultiObject *self, PyObject *loop,
                     int fd, int events)
{
    static const int each[] = {CIELO_READABLE, CIELO_WRITABLE};
    size_t i;

    if (make_room(self, fd) < 0)
        return -1;
    for (i = 0; i < 2; i++)
        if (self->watched[fd] & ~events & each[i] &&
            remove_watch(state, self, loop, fd, each[i]) < 0)
            return -1;
    for (i = 0; i < 2; i++)
        if (events & ~self->watched[fd] & each[i] &&
            add_watch(state, self, loop, fd, each[i]) < 0)
            return -1;
    return 0;
}

/* A connection outlives the call that opened it, and the timer serves all: what
 * the loop keeps for them holds nothing of that call's context. */
static PyObject *enter_no_context(void)
{
    PyObject *context = PyContext_New();

    if (context && PyContext_Enter(context) < 0)
        Py_CLEAR(context);
    return context;
}

static void leave_context(PyObject *context)
{
    PyContext_Exit(context);
    Py_DECREF(context);
}

int loop_watch(module_state *state, MultiObject *self)
{
    PyObject *loop = weak_target(self->loop), *context;
    int status;

    if (!loop)
        return 0;
    context = enter_no_context();
    if (!context) {
        Py_DECREF(loop);
        return -1;
    }
    status = set_watch(state, self, loop, self->change_fd,
                       self->change_events);
    leave_context(context);
    Py_DECREF(loop);
    return status;
}

/* ---- the timer ---- */

static int cancel_timer(module_state *state, MultiObject *self)
{
    PyObject *handle = self->timer ? weak_target(self->timer) : NULL;
    PyObject *done = NULL;

    if (handle)
        done = PyObject_CallMethodNoArgs(handle, state->str_cancel);
    Py_CLEAR(self->timer);
    self->timer_at = -1;
    if (handle && !done) {
        Py_DECREF(handle);
        return -1;
    }
    Py_XDECREF(done);
    Py_XDECREF(handle);
    return 0;
}

/* The clock of timers stands still while the machine sleeps, so that one which
 * was set before is late by as much. */
static int64_t timers_now_ms(void)
{
    struct timespec now = {0, 0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One that is early does no harm, and costs less than a new one per call; nor
 * does the ms that lies between two clocks. */
int loop_arm(module_state *state, MultiObject *self, int64_t at)
{
    int64_t left = at - cielo_now_ms(), ms = left > 0 ? left : 0;
    int64_t timer_at = timers_now_ms() + ms;
    PyObject *loop, *context = NULL;
    PyObject *delay = NULL, *watch = NULL, *handle = NULL;

    if (self->timer_at >= 0 && self->timer_at <= timer_at + 1)
        return 0;
    loop = weak_target(self->loop);
    if (!loop)
        return 0;
    if (cancel_timer(state, self) == 0) {
        delay = PyFloat_FromDouble((double)ms / 1000.0);
        watch = watch_new(state, self, -1, 0);
        context = delay && watch ? enter_no_context() : NULL;
    }
    if (context) {
        handle = PyObject_CallMethodObjArgs(loop, state->str_call_later, delay,
                                            watch, NULL);
        leave_context(context);
    }
    /* A collection meanwhile may have set another, which does no harm. */
    Py_XSETREF(self->timer, handle ? PyWeakref_NewRef(handle, NULL) : NULL);
    if (self->timer)
        self->timer_at = timer_at;
    Py_XDECREF(handle);
    Py_XDECREF(watch);
    Py_XDECREF(delay);
    Py_DECREF(loop);
    return self->timer ? 0 : -1;
}

void loop_nudge(module_state *state, MultiObject *self)
{
    PyObject *loop = weak_target(self->loop), *told = NULL;
    PyObject *watch = loop ? watch_new(state, self, -1, 0) : NULL;

    if (watch)
        told = PyObject_CallMethodOneArg(
            loop, state->str_call_soon_threadsafe, watch);
    if (!told && PyErr_ExceptionMatches(PyExc_Exception))
        PyErr_Clear(); /* the loop is closed */
    Py_XDECREF(told);
    Py_XDECREF(watch);
    Py_XDECREF(loop);
}

int loop_leave(module_state *state, MultiObject *self, PyObject *loop)
{
    int status = cancel_timer(state, self), fd;

    for (fd = 0; fd < self->room; fd++)
        if (self->watched[fd] && set_watch(state, self, loop, fd, 0) < 0)
            status = -1;
    return status;
}
