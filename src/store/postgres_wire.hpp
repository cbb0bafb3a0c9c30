#pragma once

#include "store/database.hpp"

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>

namespace moothall::store {

struct PostgresCloser {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};
using PostgresHandle = std::unique_ptr<PGconn, PostgresCloser>;
using PostgresResult = std::unique_ptr<PGresult, PostgresCloser>;

/// Connects with the settings we rely on. Throws Busy when the server cannot be reached.
PostgresHandle connect_postgres(const std::string& url);

/// SQLSTATE of an error, five characters; empty when the connection was lost.
std::string_view sql_state(const PGresult* result);

/// True when the same work may succeed at a second try: it was chosen as the victim of a deadlock,
/// lost a race, or was cut off by Citus.
bool is_worth_another_try(const PGresult* result);

/// True when nothing more can be done on this connection, but may be on a new one.
bool is_end_of_connection(const PGresult* result);

/// Throws what an error of the server means.
[[noreturn]] void throw_postgres_error(const PGresult* result, std::string_view sql);

/// The name of a constraint from a message of Citus, which leaves the field for it empty and adds
/// the number of the shard: `… unique constraint "vote_pkey_102044"`. Empty when none is named.
std::string constraint_in_message(std::string_view message);

} // namespace moothall::store
