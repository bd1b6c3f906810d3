/* The journal's files as they were written: one segment's records, what
 * segments there are, and the end of old ones. */
#include "state.h"

#include <string.h>

typedef struct RecordsObject {
    PyObject_HEAD
    cielo_records *handle; /* NULL after close() */
    int busy;              /* atomic: a thread is inside */
} RecordsObject;

static PyObject *records_new(PyTypeObject *type, PyObject *args,
                             PyObject *kwargs)
{
    static char *names[] = {"", "", "", NULL};
    module_state *state = state_of(type);
    PyObject *value, *folder;
    RecordsObject *self;
    const char *segment;
    long long start;
    cielo_error err;
    int status;

    if (!state || !PyArg_ParseTupleAndKeywords(args, kwargs, "OsL:_Records",
                                               names, &value, &segment, &start))
        return NULL;
    folder = parse_folder(value);
    self = folder ? (RecordsObject *)type->tp_alloc(type, 0) : NULL;
    if (self) {
        Py_BEGIN_ALLOW_THREADS
        status = cielo_records_open(&self->handle, PyBytes_AS_STRING(folder),
                                    segment, start, NULL, &err);
        Py_END_ALLOW_THREADS
        if (status != CIELO_OK) {
            raise_error(state, NULL, &err);
            Py_CLEAR(self);
        }
    }
    Py_XDECREF(folder);
    return (PyObject *)self;
}

static void records_dealloc(PyObject *op)
{
    cielo_records_close(((RecordsObject *)op)->handle);
    free_object(op);
}

static int take_batch(RecordsObject *self, cielo_value **batch,
                      int64_t *offsets, int *count, cielo_error *err)
{
    const cielo_value *record;
    int status = CIELO_OK;

    while (*count < JOURNAL_BATCH) {
        status = cielo_records_next(self->handle, &record, &offsets[*count],
                                    err);
        if (status != CIELO_OK)
            break;
        batch[*count] = cielo_value_dup(record);
        if (!batch[*count]) {
            err->status = CIELO_EMEMORY;
            return CIELO_EMEMORY;
        }
        ++*count;
    }
    return status;
}

static int enter(RecordsObject *self)
{
    if (atomic_swap(&self->busy, 1)) {
        PyErr_SetString(PyExc_RuntimeError,
                        "the segment is being read in another thread");
        return 0;
    }
    if (self->handle)
        return 1;
    atomic_swap(&self->busy, 0);
    PyErr_SetString(PyExc_RuntimeError, "the segment is closed");
    return 0;
}

static PyObject *records_take(PyObject *op, PyObject *ignored)
{
    RecordsObject *self = (RecordsObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    cielo_value *batch[JOURNAL_BATCH];
    int64_t offsets[JOURNAL_BATCH];
    cielo_error err;
    PyObject *list;
    int count = 0, status;

    (void)ignored;
    if (!state || !enter(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = take_batch(self, batch, offsets, &count, &err);
    Py_END_ALLOW_THREADS
    atomic_swap(&self->busy, 0);
    list = list_batch(batch, offsets, count);
    if (list && status != CIELO_OK && status != CIELO_ENOTFOUND) {
        Py_DECREF(list);
        return raise_error(state, NULL, &err);
    }
    return list;
}

static PyObject *get_damaged(PyObject *op, void *closure)
{
    RecordsObject *self = (RecordsObject *)op;
    size_t damaged;

    (void)closure;
    if (!enter(self))
        return NULL;
    damaged = cielo_records_damaged(self->handle);
    atomic_swap(&self->busy, 0);
    return PyLong_FromSize_t(damaged);
}

static PyObject *records_close(PyObject *op, PyObject *ignored)
{
    RecordsObject *self = (RecordsObject *)op;

    (void)ignored;
    if (!self->handle)
        Py_RETURN_NONE;
    if (!enter(self))
        return NULL;
    cielo_records_close(self->handle);
    self->handle = NULL;
    atomic_swap(&self->busy, 0);
    Py_RETURN_NONE;
}

static PyGetSetDef records_getset[] = {
    {"damaged", get_damaged, NULL, "Lines that were skipped so far.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef records_methods[] = {
    {"take", records_take, METH_NOARGS,
     "take($self)\n--\n\n"
     "The next few records, each with the offset behind it; none at the end."},
    {"close", records_close, METH_NOARGS, "close($self)\n--\n\n"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot records_slots[] = {
    {Py_tp_doc, "_Records(folder, segment, start, /)\n--\n\n"
                "A segment of the journal, from an offset on."},
    {Py_tp_new, records_new},
    {Py_tp_dealloc, records_dealloc},
    {Py_tp_methods, records_methods},
    {Py_tp_getset, records_getset},
    {0, NULL},
};

PyType_Spec records_spec = {
    .name = "cielo._core._Records",
    .basicsize = sizeof(RecordsObject),
    .flags = Py_TPFLAGS_DEFAULT | IMMUTABLE_FLAG,
    .slots = records_slots,
};

/* ---- the module's functions ---- */

PyObject *journal_segments(PyObject *module, PyObject *folder)
{
    module_state *state = PyModule_GetState(module);
    PyObject *path = parse_folder(folder), *plain;
    cielo_value *segments = NULL;
    cielo_error err;
    int status;

    if (!path)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = cielo_journal_segments(&segments, PyBytes_AS_STRING(path), &err);
    Py_END_ALLOW_THREADS
    Py_DECREF(path);
    if (status != CIELO_OK)
        return raise_error(state, NULL, &err);
    plain = value_to_plain(segments);
    cielo_value_free(segments);
    return plain;
}

PyObject *journal_prune(PyObject *module, PyObject *args)
{
    module_state *state = PyModule_GetState(module);
    PyObject *folder, *path;
    size_t removed = 0;
    cielo_error err;
    int days, status;

    if (!PyArg_ParseTuple(args, "Oi:_journal_prune", &folder, &days))
        return NULL;
    path = parse_folder(folder);
    if (!path)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = cielo_journal_prune(PyBytes_AS_STRING(path), days, &removed, &err);
    Py_END_ALLOW_THREADS
    Py_DECREF(path);
    if (status == CIELO_EAGAIN)
        Py_RETURN_NONE;
    return status == CIELO_OK ? PyLong_FromSize_t(removed)
                              : raise_error(state, NULL, &err);
}
