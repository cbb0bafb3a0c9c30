/* Preloaded before SQLite: says of each statement how many steps of SQLite's machine it took. measure.py reads it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sqlite3.h>
#include <stdio.h>

int sqlite3_reset(sqlite3_stmt *statement)
{
    static int (*reset)(sqlite3_stmt *);
    if (!reset) *(void **)&reset = dlsym(RTLD_NEXT, "sqlite3_reset");
    if (statement) {
        int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
        if (steps) fprintf(stderr, "STEPS %d %s\n", steps, sqlite3_sql(statement));
    }
    return reset(statement);
}
