/* Preloaded into Node.js: says when the addon calls one of the functions that BUSBAR_TRAP names, and refuses it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __aarch64__
#define OLDEST "GLIBC_2.17"
#else
#define OLDEST "GLIBC_2.2.5"
#endif

/* napi_no_external_buffers_allowed: what Electron answers. */
static int refuse(void) {
  fputs("trap: called\n", stderr);
  return 22;
}

/* The addon asks for each function of Node-API by its name. */
void *dlsym(void *handle, const char *name) {
  static void *(*real)(void *, const char *);
  if (real == NULL) real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", OLDEST);
  const char *trapped = getenv("BUSBAR_TRAP");
  if (trapped != NULL && name != NULL && strncmp(name, "napi_", 5) == 0 && strstr(trapped, name) != NULL) {
    fprintf(stderr, "trap: set for %s\n", name);
    return (void *)refuse;
  }
  return real(handle, name);
}
