/* Types, names and imports: what every file of the extension uses. */
#include "state.h"

#include <string.h>

void free_object(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    type->tp_free(self);
    Py_DECREF(type);
}

#ifndef Py_TPFLAGS_DISALLOW_INSTANTIATION
PyObject *refuse_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    (void)args;
    (void)kwargs;
    PyErr_Format(PyExc_TypeError, "cannot create '%.100s' instances",
                 type->tp_name);
    return NULL;
}
#endif

#if PY_VERSION_HEX < 0x030A0000
/* There a type made from a spec loses the signature that its doc begins
 * with. */
static int keep_signature(PyTypeObject *type, const PyType_Spec *spec)
{
    const PyType_Slot *at;
    size_t size;
    char *doc;

    for (at = spec->slots; at->slot; at++) {
        if (at->slot != Py_tp_doc)
            continue;
        size = strlen(at->pfunc) + 1;
        doc = PyObject_Malloc(size);
        if (!doc) {
            PyErr_NoMemory();
            return -1;
        }
        memcpy(doc, at->pfunc, size);
        PyObject_Free((void *)type->tp_doc);
        type->tp_doc = doc;
    }
    return 0;
}
#else
#define keep_signature(type, spec) 0
#endif

int add_type(PyObject *module, PyType_Spec *spec, PyObject *bases,
             PyTypeObject **slot)
{
    *slot = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, bases);
    if (!*slot || keep_signature(*slot, spec) < 0)
        return -1;
    return PyModule_AddType(module, *slot);
}

int add_object(PyObject *module, const char *name, PyObject *object)
{
    if (PyModule_AddObject(module, name, Py_NewRef(object)) == 0)
        return 0;
    Py_DECREF(object);
    return -1;
}

int add_struct(PyObject *module, PyStructSequence_Desc *desc,
               PyTypeObject **slot)
{
    *slot = PyStructSequence_NewType(desc);
    return *slot ? PyModule_AddType(module, *slot) : -1;
}

PyObject *import_name(const char *module_name, const char *name)
{
    PyObject *module = PyImport_ImportModule(module_name), *value;

    if (!module)
        return NULL;
    value = PyObject_GetAttrString(module, name);
    Py_DECREF(module);
    return value;
}

static int import_into(PyObject **slot, const char *module, const char *name)
{
    PyObject *value;

    if (*slot)
        return 0;
    value = import_name(module, name);
    if (!value)
        return -1;
    *slot = value;
    return 0;
}

static int import_utc(module_state *state)
{
    PyObject *timezone = import_name("datetime", "timezone");

    if (!timezone)
        return -1;
    Py_XSETREF(state->utc, PyObject_GetAttrString(timezone, "utc"));
    Py_DECREF(timezone);
    return state->utc ? 0 : -1;
}

/* Looked for when a value is of none of the common types. */
int import_values(module_state *state)
{
    if (state->uuid_class)
        return 0;
    if (import_into(&state->mapping_abc, "collections.abc", "Mapping") < 0 ||
        import_into(&state->sequence_abc, "collections.abc", "Sequence") < 0 ||
        import_into(&state->date_class, "datetime", "date") < 0 ||
        import_into(&state->datetime_class, "datetime", "datetime") < 0 ||
        import_into(&state->timedelta_class, "datetime", "timedelta") < 0 ||
        import_into(&state->decimal_class, "decimal", "Decimal") < 0 ||
        import_into(&state->json_dumps, "json", "dumps") < 0 ||
        import_utc(state) < 0 ||
        import_into(&state->uuid_class, "uuid", "UUID") < 0)
        return -1;
    return 0;
}
