/* cielo.Secret: text that prints masked and is wiped when it dies. */
#include "state.h"

#include <string.h>

typedef struct SecretObject {
    PyObject_HEAD
    size_t length;
    char *text; /* UTF-8, NUL-terminated */
} SecretObject;

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

/* A masked number may be masked again, so stars count as digits. */
static int looks_like_card(const char *text, size_t length)
{
    size_t i;

    if (length < 13 || length > 19)
        return 0;
    for (i = 0; i < length; i++) {
        int inside = i >= 6 && i < length - 4;

        if (!(text[i] >= '0' && text[i] <= '9') && !(inside && text[i] == '*'))
            return 0;
    }
    return 1;
}

PyObject *mask_card(const char *text, size_t length)
{
    char masked[24];

    /* Of a key or a token, the ends would say too much. */
    if (!looks_like_card(text, length))
        return PyUnicode_FromString(STARS);
    cielo_mask(text, length, masked, sizeof(masked));
    return PyUnicode_FromString(masked);
}

/* The last digit of a card number is a check on the others, and the first tells
 * the brands from other industries (ISO/IEC 7812). */
static int passes_check(const char *digits, size_t count)
{
    int sum = 0;
    size_t i;

    if (digits[0] < '2' || digits[0] > '6')
        return 0;
    for (i = 0; i < count; i++) {
        int digit = digits[count - 1 - i] - '0';

        if (i % 2)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

/* Masks the run of digits that starts at `i`, if it is a card number, and
 * gives the index behind the run. */
static Py_ssize_t mask_run(Py_UCS4 *text, Py_ssize_t i, Py_ssize_t length)
{
    char digits[20];
    Py_ssize_t at[20];
    size_t count = 0, k;

    for (; i < length; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            if (count < sizeof(digits)) {
                digits[count] = (char)text[i];
                at[count] = i;
            }
            count++;
        } else if ((text[i] != ' ' && text[i] != '-') || i + 1 >= length ||
                   text[i + 1] < '0' || text[i + 1] > '9') {
            break;
        }
    }
    if (count >= 13 && count <= 19 && passes_check(digits, count))
        for (k = 6; k < count - 4; k++)
            text[at[k]] = '*';
    return i;
}

/* Whether an id of the form 8-4-4-4-12 stands here: some have as many digits
 * in a row as a card. */
static int is_guid(const Py_UCS4 *text, Py_ssize_t rest)
{
    Py_ssize_t i;

    if (rest < 36)
        return 0;
    for (i = 0; i < 36; i++) {
        int is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;

        if (text[i] > 127 ||
            !(is_hyphen ? text[i] == '-' : Py_ISXDIGIT(text[i])))
            return 0;
    }
    return 1;
}

PyObject *mask_numbers(PyObject *text)
{
    Py_ssize_t length = PyUnicode_GetLength(text), i;
    Py_UCS4 *copy;
    PyObject *masked;

    if (length < 13)
        return Py_NewRef(text);
    copy = PyUnicode_AsUCS4Copy(text);
    if (!copy)
        return NULL;
    for (i = 0; i < length;) {
        if (is_guid(copy + i, length - i))
            i += 36;
        else if (copy[i] >= '0' && copy[i] <= '9')
            i = mask_run(copy, i, length);
        else
            i++;
    }
    masked = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, copy, length);
    wipe(copy, (size_t)length * sizeof(*copy));
    PyMem_Free(copy);
    return masked;
}

static PyObject *secret_str(PyObject *op)
{
    SecretObject *self = (SecretObject *)op;

    return mask_card(self->text, self->length);
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

static PyObject *secret_reveal(PyObject *op, PyObject *const *args,
                               Py_ssize_t nargs, PyObject *kwnames)
{
    (void)args;
    if (!parse_none("reveal", nargs, kwnames))
        return NULL;
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
    {"reveal", METHOD(secret_reveal), METHOD_FLAGS,
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
