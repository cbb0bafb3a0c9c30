#pragma once

#include "store/database.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::store {

/// One file of migrations/, embedded at build time. `0007_decide_ballots.sql` serves both engines,
/// unless `0007_decide_ballots.pg.sql` stands beside it for PostgreSQL.
struct Migration {
    int number;
    std::string_view name;
    std::string_view sqlite;
    std::string_view postgres;
};

/// All of them, in order (made by cmake/migrations.cmake).
std::span<const Migration> migrations();

/// Splits a migration into its statements: at semicolons outside of quotes and comments.
std::vector<std::string> split_statements(std::string_view sql);

/// The checksum kept in schema_migration: SHA-256 of the text that ran, in hex.
std::string checksum(std::string_view sql);

} // namespace moothall::store
