/*
 * Whatever the bytes: no crash, and what is read prints, reads back equal and
 * copies equal, is what cJSON reads of it too, and can be put together anew.
 * With -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION this is only the target that
 * libFuzzer links; without, it runs the files it is given, where a name that
 * begins with "yes" must be read, one that begins with "no" must be refused,
 * and one that begins with "answer" read as what came in only.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                  \
    do {                                                               \
        if (!(cond)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
            abort();                                                   \
        }                                                              \
    } while (0)

/* Every getter on every node; numbers are finite and read alike both ways. */
static void visit(const cielo_value *value)
{
    const cielo_value *child;
    int64_t integer = 0;
    size_t length, count = 0;

    REQUIRE(cielo_value_type(value) != CIELO_INVALID);
    if (cielo_value_text(value, &length))
        REQUIRE(strlen(cielo_value_text(value, NULL)) == length);
    REQUIRE(cielo_value_real(value) - cielo_value_real(value) == 0);
    if (cielo_value_integer(value, &integer)) {
        REQUIRE(cielo_value_is_integer(value));
        REQUIRE(cielo_value_real(value) == (double)integer);
    }
    for (child = cielo_value_first(value); child;
         child = cielo_value_next(child)) {
        const char *name = cielo_value_name(child, &length);

        /* Looking each up takes square time, so not in the widest. */
        if (name && count < 100) {
            REQUIRE(cielo_value_get(value, name) == child);
            REQUIRE(cielo_value_get_case(value, name) != NULL);
        }
        visit(child);
        count++;
    }
    REQUIRE(cielo_value_size(value) == count);
}

/* Members in the other order, which equality does not see. */
static cielo_value *turned(const cielo_value *object)
{
    cielo_value *result = cielo_value_new_object();
    const cielo_value *first = cielo_value_first(object), *member;

    REQUIRE(result);
    for (member = first ? cielo_value_next(first) : NULL; member;
         member = cielo_value_next(member))
        REQUIRE(cielo_value_set(result, cielo_value_name(member, NULL),
                                cielo_value_dup(member))
                == CIELO_OK);
    if (first)
        REQUIRE(cielo_value_set(result, cielo_value_name(first, NULL),
                                cielo_value_dup(first))
                == CIELO_OK);
    return result;
}

static void require_same(const cielo_value *value, cielo_value *other)
{
    REQUIRE(other);
    REQUIRE(cielo_value_equal(value, other));
    REQUIRE(cielo_value_equal(other, value));
    cielo_value_free(other);
}

/* A text that is JSON says to another reader what it says to ours. */
static void require_read(const cielo_value *value, const cJSON *node)
{
    const cielo_value *child = cielo_value_first(value);
    size_t length = 0;
    const char *text = cielo_value_text(value, &length);

    switch (cielo_value_type(value)) {
    case CIELO_NULL:
        REQUIRE(cJSON_IsNull(node));
        break;
    case CIELO_BOOL:
        REQUIRE(cJSON_IsBool(node));
        REQUIRE(cJSON_IsTrue(node) == cielo_value_bool(value));
        break;
    case CIELO_NUMBER: /* of which cJSON reads 63 characters */
        REQUIRE(cJSON_IsNumber(node));
        REQUIRE(length > 60 || node->valuedouble == cielo_value_real(value));
        break;
    case CIELO_TEXT:
        REQUIRE(cJSON_IsString(node));
        REQUIRE(strcmp(node->valuestring, text) == 0);
        break;
    default:
        REQUIRE(cielo_value_type(value) == CIELO_ARRAY ? cJSON_IsArray(node)
                                                       : cJSON_IsObject(node));
    }
    for (node = node->child; node && child; node = node->next) {
        const char *name = cielo_value_name(child, NULL);

        REQUIRE(!name == !node->string);
        REQUIRE(!name || strcmp(name, node->string) == 0);
        require_read(child, node);
        child = cielo_value_next(child);
    }
    REQUIRE(!node && !child);
}

/* cJSON stops at 63 characters of a number, and takes the rest for another. */
static int has_long_number(const cielo_value *value)
{
    const cielo_value *child;
    size_t length = 0;

    cielo_value_text(value, &length);
    if (cielo_value_type(value) == CIELO_NUMBER && length > 60)
        return 1;
    for (child = cielo_value_first(value); child;
         child = cielo_value_next(child)) {
        if (has_long_number(child))
            return 1;
    }
    return 0;
}

static void require_read_alike(const cielo_value *value, const char *text,
                               size_t length)
{
    cJSON *tree;

    if (has_long_number(value))
        return;
    tree = cJSON_ParseWithLength(text, length);
    REQUIRE(tree);
    require_read(value, tree);
    cJSON_Delete(tree);
}

static void put_alike(cielo_value *to, const cielo_value *value)
{
    size_t length = 0, size = 0;
    const char *name = cielo_value_name(value, &length);
    const char *text = cielo_value_text(value, &size);
    const cielo_value *child;
    cielo_value *made;

    if (cielo_value_type(to) == CIELO_ARRAY) {
        name = NULL;
        length = 0;
    }
    switch (cielo_value_type(value)) {
    case CIELO_NULL:
        made = cielo_value_put_null(to, name, length);
        break;
    case CIELO_BOOL:
        made = cielo_value_put_bool(to, name, length, cielo_value_bool(value));
        break;
    case CIELO_NUMBER:
        made = cielo_value_put_number(to, name, length, text, size);
        break;
    case CIELO_TEXT:
        made = cielo_value_put_text(to, name, length, text, size);
        break;
    case CIELO_ARRAY:
        made = cielo_value_put_array(to, name, length);
        break;
    default:
        made = cielo_value_put_object(to, name, length);
    }
    REQUIRE(made);
    for (child = cielo_value_first(value); child;
         child = cielo_value_next(child))
        put_alike(made, child);
}

/* The same, node by node in a block. */
static cielo_value *put_anew(const cielo_value *value)
{
    cielo_value *root = cielo_value_new_block(cielo_value_type(value));
    const cielo_value *child;

    REQUIRE(root);
    for (child = cielo_value_first(value); child;
         child = cielo_value_next(child))
        put_alike(root, child);
    return root;
}

/* What was read, which is taken, prints as JSON that is read everywhere. */
static void check(cielo_value *value)
{
    cielo_value *again;
    cielo_error err;
    char *text, *same;
    size_t length, same_length;

    visit(value);
    REQUIRE(cielo_value_print(value, &text, &length) == CIELO_OK);
    REQUIRE(strlen(text) == length);
    REQUIRE(cielo_value_parse(&again, text, length, &err) == CIELO_OK);
    REQUIRE(cielo_value_print(again, &same, &same_length) == CIELO_OK);
    REQUIRE(length == same_length && memcmp(text, same, length) == 0);
    require_same(value, again);
    require_read_alike(value, text, length);
    require_same(value, cielo_value_dup(value));
    if (cielo_value_type(value) == CIELO_ARRAY
        || cielo_value_type(value) == CIELO_OBJECT)
        require_same(value, put_anew(value));
    if (cielo_value_type(value) == CIELO_OBJECT
        && cielo_value_size(value) < 100)
        require_same(value, turned(value));
    cielo_text_free(text, length);
    cielo_text_free(same, same_length);
    cielo_value_free(value);
}

/* 1 when the bytes are JSON. */
static int run(const char *data, size_t size)
{
    cielo_value *value;
    cielo_error err;

    if (cielo_value_parse(&value, data, size, &err) != CIELO_OK) {
        REQUIRE(value == NULL);
        REQUIRE(err.status == CIELO_EDECODE);
        return 0;
    }
    require_read_alike(value, data, size);
    check(value);
    return 1;
}

/* The same as an answer of a charset; one that is JSON reads no other way. */
static int run_answer(const char *data, size_t size, const char *type)
{
    cielo_value *value, *strict;
    cielo__buf scratch;
    cielo_error err;
    int status;

    cielo__buf_init(&scratch, NULL, SIZE_MAX - 1);
    status = cielo__answer_parse(&value, data, size, type, &scratch, &err);
    cielo__buf_clear(&scratch);
    REQUIRE(status == CIELO_OK || (status == CIELO_EDECODE && !value));
    if (cielo_value_parse(&strict, data, size, NULL) == CIELO_OK) {
        REQUIRE(status == CIELO_OK);
        require_same(value, strict);
    }
    if (status == CIELO_OK)
        check(value);
    return status == CIELO_OK;
}

/* Any bytes as a text and as a number: a node always, and one that prints when
 * it is valid. */
static void build(const char *data, size_t size)
{
    cielo_value *array = cielo_value_new_array();
    cielo_value *text = cielo_value_new_text(data, size);
    cielo_value *number = cielo_value_new_number(data, size);
    int valid = cielo_value_type(text) != CIELO_INVALID
        && cielo_value_type(number) != CIELO_INVALID;
    char *printed;
    size_t length;

    REQUIRE(array && text && number);
    REQUIRE(cielo_value_append(array, text) == CIELO_OK);
    REQUIRE(cielo_value_append(array, number) == CIELO_OK);
    REQUIRE(cielo_value_print(array, &printed, &length)
            == (valid ? CIELO_OK : CIELO_EVALIDATION));
    if (valid)
        REQUIRE(run(printed, length));
    cielo_text_free(printed, length);
    cielo_value_free(array);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run((const char *)data, size);
    run_answer((const char *)data, size, NULL);
    run_answer((const char *)data, size, "text/json; charset=latin1");
    build((const char *)data, size);
    if (size == sizeof(double)) {
        double number;
        cielo_value *value;

        memcpy(&number, data, sizeof(number));
        value = cielo_value_new_real(number);
        if (cielo_value_type(value) == CIELO_NUMBER)
            REQUIRE(cielo_value_real(value) == number);
        cielo_value_free(value);
    }
    return 0;
}

#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    long end;

    *size = 0;
    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) >= 0
        && fseek(file, 0, SEEK_SET) == 0 && (data = malloc((size_t)end + 1)))
        *size = fread(data, 1, (size_t)end, file);
    fclose(file);
    return data;
}

static int run_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t size;
    char *data = read_file(path, &size);
    int json, answer, right;

    if (!data) {
        printf("%s: cannot be read\n", path);
        return 0;
    }
    json = run(data, size);
    answer = run_answer(data, size, NULL);
    LLVMFuzzerTestOneInput((const uint8_t *)data, size);
    free(data);
    right = strncmp(name, "yes", 3) == 0  ? json
        : strncmp(name, "no", 2) == 0     ? !json && !answer
        : strncmp(name, "answer", 6) == 0 ? !json && answer
                                          : 1;
    if (!right)
        printf("%s: read%s\n", path,
               json         ? " everywhere"
                   : answer ? " as an answer"
                            : " nowhere");
    return right;
}

int main(int argc, char **argv)
{
    int passed = 0, i;

    for (i = 1; i < argc; i++)
        passed += run_file(argv[i]);
    printf("%d passed, %d failed\n", passed, argc - 1 - passed);
    return argc < 2 || passed != argc - 1;
}
#endif
