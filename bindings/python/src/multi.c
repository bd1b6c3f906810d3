/* The calls of one event loop: what to watch, until when, and what ended. */
#include "state.h"

#include <string.h>

/* What the loop was last told of a descriptor. */
typedef struct watched {
    int events;
    unsigned round;
} watched;

typedef struct MultiObject {
    PyObject_HEAD
    cielo_multi *handle; /* NULL after close() */
    PyObject *calls;     /* address of the core's call to our Call */
    watched *by_fd;
    int fd_room;
    int *fds; /* those with events, `fd_count` of them */
    int fd_count;
    int fd_capacity;
    unsigned round;
    int busy; /* atomic: a thread is inside */
} MultiObject;

PyObject *multi_new(module_state *state, cielo_client *client)
{
    PyTypeObject *type = state->multi_type;
    MultiObject *self = (MultiObject *)type->tp_alloc(type, 0);
    cielo_error err;

    if (!self)
        return NULL;
    self->calls = PyDict_New();
    if (self->calls &&
        cielo_multi_new(&self->handle, client, &err) != CIELO_OK)
        raise_error(state, NULL, &err);
    if (self->handle)
        return (PyObject *)self;
    Py_DECREF(self);
    return NULL;
}

static int enter(MultiObject *self)
{
    if (atomic_swap(&self->busy, 1)) {
        PyErr_SetString(PyExc_RuntimeError,
                        "another thread is inside this event loop's calls");
        return 0;
    }
    if (self->handle)
        return 1;
    atomic_swap(&self->busy, 0);
    PyErr_SetString(PyExc_RuntimeError, "closed");
    return 0;
}

static void leave(MultiObject *self)
{
    atomic_swap(&self->busy, 0);
}

/* ---- what changed for the loop ---- */

static int make_room(MultiObject *self, int fd)
{
    if (fd >= self->fd_room) {
        int room = fd < 64 ? 64 : fd * 2;
        watched *grown
            = PyMem_Realloc(self->by_fd, (size_t)room * sizeof(*grown));

        if (!grown)
            return 0;
        memset(grown + self->fd_room, 0,
               (size_t)(room - self->fd_room) * sizeof(*grown));
        self->by_fd = grown;
        self->fd_room = room;
    }
    if (self->fd_count == self->fd_capacity) {
        int capacity = self->fd_capacity ? self->fd_capacity * 2 : 16;
        int *grown
            = PyMem_Realloc(self->fds, (size_t)capacity * sizeof(*grown));

        if (!grown)
            return 0;
        self->fds = grown;
        self->fd_capacity = capacity;
    }
    return 1;
}

static int add_change(PyObject *changes, int fd, int before, int after)
{
    PyObject *change = Py_BuildValue("(iii)", fd, before, after);
    int status = change ? PyList_Append(changes, change) : -1;

    Py_XDECREF(change);
    return status;
}

/* Those that are no longer wanted come first: a number may be used again. */
static int drop_old(MultiObject *self, PyObject *changes)
{
    int i = 0;

    while (i < self->fd_count) {
        int fd = self->fds[i];

        if (self->by_fd[fd].round == self->round) {
            i++;
            continue;
        }
        if (add_change(changes, fd, self->by_fd[fd].events, 0) < 0)
            return -1;
        self->by_fd[fd].events = 0;
        self->fds[i] = self->fds[--self->fd_count];
    }
    return 0;
}

static PyObject *collect_changes(MultiObject *self)
{
    PyObject *changes = PyList_New(0);
    size_t i;
    int fd, events;

    if (!changes)
        return NULL;
    self->round++;
    for (i = 0; cielo_multi_interest(self->handle, i, &fd, &events); i++) {
        if (!make_room(self, fd)) {
            Py_DECREF(changes);
            return PyErr_NoMemory();
        }
        if (events)
            self->by_fd[fd].round = self->round;
    }
    if (drop_old(self, changes) < 0)
        goto failed;
    for (i = 0; cielo_multi_interest(self->handle, i, &fd, &events); i++) {
        watched *seen = &self->by_fd[fd];

        if (seen->events == events)
            continue;
        if (!make_room(self, fd))
            goto no_memory;
        if (add_change(changes, fd, seen->events, events) < 0)
            goto failed;
        if (!seen->events)
            self->fds[self->fd_count++] = fd;
        seen->events = events;
    }
    return changes;
no_memory:
    PyErr_NoMemory();
failed:
    Py_DECREF(changes);
    return NULL;
}

static PyObject *collect_done(MultiObject *self)
{
    PyObject *done = PyList_New(0);
    cielo_call *call;

    while (done && (call = cielo_multi_done(self->handle)) != NULL) {
        PyObject *key = PyLong_FromVoidPtr(call);
        PyObject *object =
            key ? PyDict_GetItemWithError(self->calls, key) : NULL;
        int status = -1;

        if (object) {
            atomic_swap(&((CallObject *)object)->in_multi, 0);
            status = PyList_Append(done, object);
            if (PyDict_DelItem(self->calls, key) < 0)
                status = -1;
        }
        Py_XDECREF(key);
        if (status < 0)
            Py_CLEAR(done);
    }
    return done;
}

static PyObject *delay(MultiObject *self)
{
    int64_t at = cielo_multi_deadline(self->handle), ms;

    if (at < 0)
        Py_RETURN_NONE;
    ms = at - cielo_now_ms();
    return PyFloat_FromDouble(ms > 0 ? (double)ms / 1000.0 : 0.0);
}

/* ---- methods ---- */

static PyObject *multi_advance(PyObject *op, PyObject *const *args,
                               Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"fd", 1, 0}, {"ready", 1, 0}};
    MultiObject *self = (MultiObject *)op;
    PyObject *given[2], *done = NULL, *changes = NULL, *wait = NULL;
    PyObject *told = NULL;
    int fd, ready, status;

    if (!parse_args("advance", specs, 2, args, nargs, kwnames, given))
        return NULL;
    fd = (int)PyLong_AsLong(given[0]);
    ready = (int)PyLong_AsLong(given[1]);
    if (PyErr_Occurred() || !enter(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = cielo_multi_advance(self->handle, fd, ready);
    Py_END_ALLOW_THREADS
    done = collect_done(self);
    if (done)
        changes = collect_changes(self);
    if (changes)
        wait = delay(self);
    if (wait)
        told = Py_BuildValue("(OOOO)", done, changes, wait,
                             status == CIELO_OK ? Py_False : Py_True);
    leave(self);
    Py_XDECREF(done);
    Py_XDECREF(changes);
    Py_XDECREF(wait);
    return told;
}

static CallObject *take_call(module_state *state, const char *function,
                             PyObject *const *args, Py_ssize_t nargs,
                             PyObject *kwnames)
{
    static const arg_spec specs[] = {{"call", 1, 0}};
    PyObject *call;

    if (!state || !parse_args(function, specs, 1, args, nargs, kwnames, &call))
        return NULL;
    if (Py_IS_TYPE(call, state->call_type))
        return (CallObject *)call;
    PyErr_Format(PyExc_TypeError, "%s() wants a call", function);
    return NULL;
}

static PyObject *multi_add(PyObject *op, PyObject *const *args,
                           Py_ssize_t nargs, PyObject *kwnames)
{
    MultiObject *self = (MultiObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    CallObject *call = take_call(state, "add", args, nargs, kwnames);
    PyObject *key, *told = NULL;
    cielo_error err;

    if (!call || !enter(self))
        return NULL;
    if (atomic_swap(&call->in_multi, 1)) {
        leave(self);
        PyErr_SetString(PyExc_RuntimeError, "the call is under way");
        return NULL;
    }
    key = PyLong_FromVoidPtr(call->handle);
    if (key && PyDict_SetItem(self->calls, key, (PyObject *)call) == 0) {
        if (cielo_multi_add(self->handle, call->handle, &err) == CIELO_OK) {
            told = Py_NewRef(Py_None);
        } else {
            PyDict_DelItem(self->calls, key);
            raise_error(state, NULL, &err);
        }
    }
    if (!told)
        atomic_swap(&call->in_multi, 0);
    Py_XDECREF(key);
    leave(self);
    return told;
}

/* False when the call had ended already. */
static PyObject *multi_remove(PyObject *op, PyObject *const *args,
                              Py_ssize_t nargs, PyObject *kwnames)
{
    MultiObject *self = (MultiObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    CallObject *call = take_call(state, "remove", args, nargs, kwnames);
    PyObject *key;
    int found = -1;

    if (!call || !enter(self))
        return NULL;
    key = PyLong_FromVoidPtr(call->handle);
    if (key)
        found = PyDict_Contains(self->calls, key);
    if (found > 0) {
        Py_INCREF(call);
        cielo_multi_remove(self->handle, call->handle);
        atomic_swap(&call->in_multi, 0);
        if (PyDict_DelItem(self->calls, key) < 0)
            found = -1;
        Py_DECREF(call);
    }
    Py_XDECREF(key);
    leave(self);
    return found < 0 ? NULL : PyBool_FromLong(found);
}

static PyObject *multi_watched(PyObject *op, PyObject *ignored)
{
    MultiObject *self = (MultiObject *)op;
    PyObject *list = PyList_New(0);
    int i;

    (void)ignored;
    for (i = 0; list && i < self->fd_count; i++) {
        int fd = self->fds[i];

        if (add_change(list, fd, self->by_fd[fd].events, 0) < 0)
            Py_CLEAR(list);
    }
    return list;
}

static void release(MultiObject *self)
{
    PyObject *key, *call;
    Py_ssize_t position = 0;

    cielo_multi_free(self->handle);
    self->handle = NULL;
    while (self->calls && PyDict_Next(self->calls, &position, &key, &call))
        atomic_swap(&((CallObject *)call)->in_multi, 0);
    Py_CLEAR(self->calls);
}

static PyObject *multi_close(PyObject *op, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames)
{
    MultiObject *self = (MultiObject *)op;

    (void)args;
    if (!parse_none("close", nargs, kwnames) || !enter(self))
        return NULL;
    release(self);
    leave(self);
    Py_RETURN_NONE;
}

static void multi_dealloc(PyObject *op)
{
    MultiObject *self = (MultiObject *)op;

    release(self);
    PyMem_Free(self->by_fd);
    PyMem_Free(self->fds);
    free_object(op);
}

static PyMethodDef multi_methods[] = {
    {"advance", METHOD(multi_advance), METHOD_FLAGS,
     "advance($self, fd, ready)\n--\n\n"
     "Goes on; fd is -1 when only time passed. Gives the calls that ended,\n"
     "the descriptors to watch otherwise (fd, before, after), the seconds\n"
     "until it must be called again (or None), and whether no further call\n"
     "can start."},
    {"add", METHOD(multi_add), METHOD_FLAGS,
     "add($self, call)\n--\n\nStarts a call at the next advance."},
    {"remove", METHOD(multi_remove), METHOD_FLAGS,
     "remove($self, call)\n--\n\nCancels a call; False when it had ended."},
    {"watched", multi_watched, METH_NOARGS,
     "watched($self)\n--\n\nThe descriptors watched, as changes to nothing."},
    {"close", METHOD(multi_close), METHOD_FLAGS,
     "close($self)\n--\n\nCancels every call and closes the connections."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot multi_slots[] = {
    {Py_tp_doc, "The calls of one event loop."},
    {Py_tp_dealloc, multi_dealloc},
    {Py_tp_methods, multi_methods},
    NO_NEW_SLOT
    {0, NULL},
};

PyType_Spec multi_spec = {
    .name = "cielo._core._Multi",
    .basicsize = sizeof(MultiObject),
    .flags = Py_TPFLAGS_DEFAULT | NO_NEW_FLAG | IMMUTABLE_FLAG,
    .slots = multi_slots,
};
