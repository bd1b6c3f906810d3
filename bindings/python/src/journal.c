/* What cielo/journal.py is made over: a folder of the journal as the core reads
 * it, and its lock. */
#include "state.h"

#include <string.h>

/* So much is read between two looks at signals. */
#define SLICE_BYTES ((size_t)4 * 1024 * 1024)

PyObject *parse_folder(PyObject *value)
{
    PyObject *bytes = NULL;

    return PyUnicode_FSConverter(value, &bytes) ? bytes : NULL;
}

PyObject *list_batch(cielo_value **batch, const int64_t *numbers, int count)
{
    PyObject *list = PyList_New(0);
    int i;

    for (i = 0; i < count; i++) {
        PyObject *plain = list ? value_to_plain(batch[i]) : NULL;

        if (plain && numbers)
            Py_SETREF(plain, Py_BuildValue("(OL)", plain,
                                           (long long)numbers[i]));
        if (list && (!plain || PyList_Append(list, plain) < 0))
            Py_CLEAR(list);
        Py_XDECREF(plain);
        cielo_value_free(batch[i]);
    }
    return list;
}

/* ---- a folder ---- */

typedef struct JournalObject {
    PyObject_HEAD
    PyObject *folder; /* bytes */
    cielo_journal *handle; /* NULL until it is loaded */
    cielo_journal_lock *lock;
    int busy;   /* atomic: a thread is inside */
    int closed; /* atomic: who leaves it last frees */
} JournalObject;

static void free_handles(JournalObject *self)
{
    cielo_journal_close(self->handle);
    self->handle = NULL;
    cielo_journal_lock_free(self->lock);
    self->lock = NULL;
}

/* 0 with an exception set where another thread is inside, or it is closed. */
static int enter(JournalObject *self)
{
    if (atomic_swap(&self->busy, 1)) {
        PyErr_SetString(PyExc_RuntimeError,
                        "the journal is being read in another thread");
        return 0;
    }
    if (!atomic_get(&self->closed))
        return 1;
    atomic_swap(&self->busy, 0);
    PyErr_SetString(PyExc_RuntimeError, "the journal is closed");
    return 0;
}

/* As often as close() came meanwhile. */
static void leave(JournalObject *self)
{
    do {
        if (atomic_get(&self->closed))
            free_handles(self);
        atomic_swap(&self->busy, 0);
    } while (atomic_get(&self->closed) && (self->handle || self->lock) &&
             !atomic_swap(&self->busy, 1));
}

static PyObject *journal_new(PyTypeObject *type, PyObject *args,
                             PyObject *kwargs)
{
    PyObject *value, *folder;
    JournalObject *self;

    if (kwargs && PyDict_GET_SIZE(kwargs) > 0) {
        PyErr_SetString(PyExc_TypeError, "_Journal() takes no keywords");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "O:_Journal", &value))
        return NULL;
    folder = parse_folder(value);
    if (!folder)
        return NULL;
    self = (JournalObject *)type->tp_alloc(type, 0);
    if (self)
        self->folder = folder;
    else
        Py_DECREF(folder);
    return (PyObject *)self;
}

static void journal_dealloc(PyObject *op)
{
    free_handles((JournalObject *)op);
    Py_XDECREF(((JournalObject *)op)->folder);
    free_object(op);
}

/* True once the one settler's lock is ours. */
static PyObject *journal_lock(PyObject *op, PyObject *ignored)
{
    JournalObject *self = (JournalObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    cielo_error err;
    int status = CIELO_OK;

    (void)ignored;
    if (!state || !enter(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    if (!self->lock)
        status = cielo_journal_lock_take(
            &self->lock, PyBytes_AS_STRING(self->folder), &err);
    Py_END_ALLOW_THREADS
    leave(self);
    if (status != CIELO_OK && status != CIELO_EAGAIN)
        return raise_error(state, NULL, &err);
    return PyBool_FromLong(status == CIELO_OK);
}

static int load_slice(JournalObject *self, cielo_error *err)
{
    int status = CIELO_OK;

    Py_BEGIN_ALLOW_THREADS
    if (!self->handle)
        status = cielo_journal_open(
            &self->handle, PyBytes_AS_STRING(self->folder), NULL, err);
    if (status == CIELO_OK)
        status = cielo_journal_load(self->handle, SLICE_BYTES, err);
    Py_END_ALLOW_THREADS
    return status;
}

static PyObject *journal_load(PyObject *op, PyObject *ignored)
{
    JournalObject *self = (JournalObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    cielo_error err;
    int status;

    (void)ignored;
    if (!state || !enter(self))
        return NULL;
    do {
        status = load_slice(self, &err);
    } while (status == CIELO_EAGAIN && !atomic_get(&self->closed) &&
             PyErr_CheckSignals() == 0);
    leave(self);
    if (PyErr_Occurred())
        return NULL;
    if (status != CIELO_OK && status != CIELO_EAGAIN)
        return raise_error(state, NULL, &err);
    Py_RETURN_NONE;
}

static int take_batch(JournalObject *self, int in_doubt, cielo_value **batch,
                      int *count, cielo_error *err)
{
    const cielo_value *entry;
    int status = CIELO_OK;

    while (*count < JOURNAL_BATCH) {
        status = cielo_journal_next(self->handle, in_doubt, &entry, err);
        if (status != CIELO_OK)
            break;
        batch[*count] = cielo_value_dup(entry);
        if (!batch[*count]) {
            err->status = CIELO_EMEMORY;
            return CIELO_EMEMORY;
        }
        ++*count;
    }
    return status;
}

static int is_loaded(JournalObject *self)
{
    if (!self->handle)
        PyErr_SetString(PyExc_RuntimeError, "the journal is not loaded");
    return self->handle != NULL;
}

static PyObject *journal_take(PyObject *op, PyObject *const *args,
                              Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"in_doubt", 1, 0}};
    JournalObject *self = (JournalObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    cielo_value *batch[JOURNAL_BATCH];
    PyObject *flag, *list;
    cielo_error err;
    int count = 0, in_doubt, status = CIELO_OK;

    if (!state || !parse_args("take", specs, 1, args, nargs, kwnames, &flag))
        return NULL;
    in_doubt = PyObject_IsTrue(flag);
    if (in_doubt < 0 || !enter(self))
        return NULL;
    if (is_loaded(self)) {
        Py_BEGIN_ALLOW_THREADS
        status = take_batch(self, in_doubt, batch, &count, &err);
        Py_END_ALLOW_THREADS
    }
    leave(self);
    list = PyErr_Occurred() ? NULL : list_batch(batch, NULL, count);
    if (list && status != CIELO_OK && status != CIELO_ENOTFOUND) {
        Py_DECREF(list);
        return raise_error(state, NULL, &err);
    }
    return list;
}

cielo_value *journal_entry(module_state *state, PyObject *op, PyObject *id)
{
    JournalObject *self = (JournalObject *)op;
    const char *text = parse_text(state, "id", id, 0);
    const cielo_value *entry = NULL;
    cielo_value *copy = NULL;
    cielo_error err;
    int status = CIELO_OK;

    if (!text || !enter(self))
        return NULL;
    if (is_loaded(self)) {
        Py_BEGIN_ALLOW_THREADS
        status = cielo_journal_find(self->handle, text, &entry, &err);
        copy = status == CIELO_OK ? cielo_value_dup(entry) : NULL;
        Py_END_ALLOW_THREADS
        if (status == CIELO_OK && !copy)
            PyErr_NoMemory();
    }
    leave(self);
    if (status != CIELO_OK && status != CIELO_ENOTFOUND)
        raise_error(state, NULL, &err);
    return copy;
}

static PyObject *journal_find(PyObject *op, PyObject *const *args,
                              Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"id", 1, 0}};
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *id, *plain;
    cielo_value *entry;

    if (!state || !parse_args("find", specs, 1, args, nargs, kwnames, &id))
        return NULL;
    entry = journal_entry(state, op, id);
    if (PyErr_Occurred())
        return NULL;
    plain = value_to_plain(entry); /* None for none */
    cielo_value_free(entry);
    return plain;
}

static PyObject *journal_counts(PyObject *op, PyObject *ignored)
{
    JournalObject *self = (JournalObject *)op;
    cielo_journal_counts counts = {0, 0, 0, 0};

    (void)ignored;
    if (!enter(self))
        return NULL;
    if (is_loaded(self))
        cielo_journal_count(self->handle, &counts);
    leave(self);
    return PyErr_Occurred()
               ? NULL
               : Py_BuildValue("(nnnn)", (Py_ssize_t)counts.segments,
                               (Py_ssize_t)counts.entries,
                               (Py_ssize_t)counts.in_doubt,
                               (Py_ssize_t)counts.damaged);
}

static PyObject *journal_close(PyObject *op, PyObject *ignored)
{
    JournalObject *self = (JournalObject *)op;

    (void)ignored;
    atomic_swap(&self->closed, 1);
    if (!atomic_swap(&self->busy, 1))
        leave(self);
    Py_RETURN_NONE;
}

static PyMethodDef journal_methods[] = {
    {"lock", journal_lock, METH_NOARGS,
     "lock($self)\n--\n\nWhether the settler's lock is ours now."},
    {"load", journal_load, METH_NOARGS,
     "load($self)\n--\n\nReads what there is, and begins anew."},
    {"take", METHOD(journal_take), METHOD_FLAGS,
     "take($self, in_doubt)\n--\n\nThe next few entries; none at the end."},
    {"find", METHOD(journal_find), METHOD_FLAGS,
     "find($self, id)\n--\n\nThe entry of an id, or None."},
    {"counts", journal_counts, METH_NOARGS,
     "counts($self)\n--\n\nSegments, entries, those in doubt, damaged lines."},
    {"close", journal_close, METH_NOARGS,
     "close($self)\n--\n\nLets go of the lock and of what was read."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot journal_slots[] = {
    {Py_tp_doc, "_Journal(folder)\n--\n\nA folder of the journal, read."},
    {Py_tp_new, journal_new},
    {Py_tp_dealloc, journal_dealloc},
    {Py_tp_methods, journal_methods},
    {0, NULL},
};

PyType_Spec journal_spec = {
    .name = "cielo._core._Journal",
    .basicsize = sizeof(JournalObject),
    .flags = Py_TPFLAGS_DEFAULT | IMMUTABLE_FLAG,
    .slots = journal_slots,
};
