/* cielo.Secret: text that prints masked and is wiped when it dies. */
#include "state.h"

#include <string.h>

typedef struct SecretObject {
    PyObject_HEAD
    size_t length;
    char *text; /* UTF-8, NUL-terminated */
} SecretObject;

/* The longest that a shorter text is shown as. */
#define STARS "***"

static void wipe(void *memory, size_t size)
{
    volatile unsigned char *byte = memory;

    while (size--)
        *byte++ = 0;
}

PyObject *secret_new(PyTypeObject *type, const char *text, size_t length)
{
    SecretObject *self = (SecretObject *)type->tp_alloc(type, 0);

    if (!self)
        return NULL;
    self->text = PyMem_Malloc(length + 1);
    if (!self->text) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    memcpy(self->text, text, length);
    self->text[length] = '\0';
    self->length = length;
    return (PyObject *)self;
}

const char *secret_text(PyObject *op, size_t *length)
{
    SecretObject *self = (SecretObject *)op;

    *length = self->length;
    return self->text;
}

static PyObject *secret_tp_new(PyTypeObject *type, PyObject *args,
                               PyObject *kwargs)
{
    static char *keywords[] = {"text", NULL};
    PyObject *value;
    const char *text;
    Py_ssize_t length;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:Secret", keywords,
                                     &value))
        return NULL;
    result_note_reader(value);
    if (Py_IS_TYPE(value, type))
        return Py_NewRef(value);
    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError, "text must be str, not %.100s",
                     Py_TYPE(value)->tp_name);
        return NULL;
    }
    text = PyUnicode_AsUTF8AndSize(value, &length);
    if (!text) {
        PyErr_Clear();
        PyErr_SetString(PyExc_ValueError, "text cannot be encoded as UTF-8");
        return NULL;
    }
    return secret_new(type, text, (size_t)length);
}

static void secret_dealloc(PyObject *op)
{
    SecretObject *self = (SecretObject *)op;

    if (self->text)
        wipe(self->text, self->length);
    PyMem_Free(self->text);
    free_object(op);
}

/* As the core's mask has it: what a card number may show, or stars. */
static PyObject *secret_str(PyObject *op)
{
    SecretObject *self = (SecretObject *)op;
    size_t size = self->length + sizeof(STARS), length;
    char *masked = PyMem_Malloc(size);
    PyObject *text;

    if (!masked)
        return PyErr_NoMemory();
    length = cielo_mask(self->text, self->length, masked, size);
    text = PyUnicode_DecodeUTF8(masked, (Py_ssize_t)length, "replace");
    PyMem_Free(masked);
    return text;
}

static PyObject *secret_repr(PyObject *op)
{
    PyObject *masked = secret_str(op), *repr;

    if (!masked)
        return NULL;
    repr = PyUnicode_FromFormat("Secret(%R)", masked);
    Py_DECREF(masked);
    return repr;
}

static PyObject *reveal(SecretObject *self)
{
    return PyUnicode_DecodeUTF8(self->text, (Py_ssize_t)self->length, "strict");
}

/* In a time that depends on the lengths alone. */
static int same_text(const char *a, size_t a_length, const char *b,
                     size_t b_length)
{
    unsigned char difference = a_length != b_length;
    size_t i;

    for (i = 0; i < a_length; i++)
        difference |= (unsigned char)(a[i] ^ b[b_length ? i % b_length : 0]);
    return difference == 0;
}

static PyObject *secret_compare(PyObject *op, PyObject *other, int how)
{
    SecretObject *self = (SecretObject *)op;
    const char *text;
    Py_ssize_t length;
    int same;

    if (how != Py_EQ && how != Py_NE)
        Py_RETURN_NOTIMPLEMENTED;
    if (Py_IS_TYPE(other, Py_TYPE(op))) {
        text = ((SecretObject *)other)->text;
        length = (Py_ssize_t)((SecretObject *)other)->length;
    } else if (PyUnicode_Check(other)) {
        text = PyUnicode_AsUTF8AndSize(other, &length);
        if (!text) {
            PyErr_Clear();
            return PyBool_FromLong(how == Py_NE);
        }
    } else {
        Py_RETURN_NOTIMPLEMENTED;
    }
    same = same_text(self->text, self->length, text, (size_t)length);
    return PyBool_FromLong(how == Py_EQ ? same : !same);
}

/* Equal to a str of the same text, so their hashes are the same. */
static Py_hash_t secret_hash(PyObject *op)
{
    PyObject *text = reveal((SecretObject *)op);
    Py_hash_t hash;

    if (!text)
        return -1;
    hash = PyObject_Hash(text);
    Py_DECREF(text);
    return hash;
}

static PyObject *secret_reveal(PyObject *op, PyObject *ignored)
{
    (void)ignored;
    return reveal((SecretObject *)op);
}

static PyObject *secret_reduce(PyObject *op, PyObject *ignored)
{
    PyObject *masked = secret_str(op);

    (void)ignored;
    if (!masked)
        return NULL;
    return Py_BuildValue("O(N)", (PyObject *)Py_TYPE(op), masked);
}

/* Nothing in it changes, and a copy made by pickling would be masked. */
static PyObject *secret_copy(PyObject *op, PyObject *ignored)
{
    (void)ignored;
    return Py_NewRef(op);
}

static PyMethodDef secret_methods[] = {
    {"reveal", secret_reveal, METH_NOARGS,
     "reveal($self)\n--\n\nThe text itself."},
    {"__reduce__", secret_reduce, METH_NOARGS,
     "__reduce__($self)\n--\n\nPickles the masked text."},
    {"__copy__", secret_copy, METH_NOARGS, NULL},
    {"__deepcopy__", secret_copy, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot secret_slots[] = {
    {Py_tp_doc,
     "Secret(text)\n--\n\n"
     "Text that is not shown by accident, such as a card number.\n\n"
     "str() and repr() of a card number give its first six and last four\n"
     "digits, those of any other text stars only; pickling keeps no more.\n"
     "Accepted in fields and parameters wherever text is; ids, order numbers\n"
     "and paths given so are named in errors and logs all the same. Equal to\n"
     "the same text."},
    {Py_tp_new, secret_tp_new},
    {Py_tp_dealloc, secret_dealloc},
    {Py_tp_str, secret_str},
    {Py_tp_repr, secret_repr},
    {Py_tp_richcompare, secret_compare},
    {Py_tp_hash, secret_hash},
    {Py_tp_methods, secret_methods},
    {0, NULL},
};

PyType_Spec secret_spec = {
    .name = "cielo.Secret",
    .basicsize = sizeof(SecretObject),
    .flags = Py_TPFLAGS_DEFAULT | IMMUTABLE_FLAG,
    .slots = secret_slots,
};
