/* How the public functions are declared: exported, callable from C and C++. */
#ifndef CIELO_API_H
#define CIELO_API_H

#if defined(_WIN32)
#  if defined(CIELO_BUILD)
#    define CIELO_API __declspec(dllexport)
#  else
#    define CIELO_API
#  endif
#elif defined(__GNUC__) && __GNUC__ >= 4
#  define CIELO_API __attribute__((visibility("default")))
#else
#  define CIELO_API
#endif

#ifdef __cplusplus
#  define CIELO_BEGIN extern "C" {
#  define CIELO_END }
#else
#  define CIELO_BEGIN
#  define CIELO_END
#endif

#endif
