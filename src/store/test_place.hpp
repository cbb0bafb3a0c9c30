#pragma once

#include "store/migrate.hpp"

#include <memory>
#include <string>

namespace moothall::store {

/// True when tests can use the engine here: SQLite always, PostgreSQL when MOOTHALL_TEST_POSTGRES
/// holds the address of a server on which databases may be made (tools/postgres/private.sh makes
/// one).
bool is_available_for_tests(Engine engine);

/// A place for one database of a test: a folder in memory, or a database of its own on the test
/// server. Nothing is in it yet. Removed in the end.
class TestPlace {
public:
    explicit TestPlace(Engine engine);
    ~TestPlace();
    TestPlace(const TestPlace&) = delete;
    TestPlace& operator=(const TestPlace&) = delete;

    /// For Settings::url.
    const std::string& url() const { return url_; }
    /// The folder, with SQLite.
    const std::string& folder() const { return folder_; }

private:
    Engine engine_;
    std::string folder_;
    std::string name_; // of the database, with PostgreSQL
    std::string url_;
};

/// A database of its own with the tables of Moothall, gone when it is closed. (To be quick, tables
/// are made once in a process: SQLite's file is copied, PostgreSQL's database emptied and used
/// again, with the rows that the migrations put into it.)
std::unique_ptr<Database> open_test_database(Engine engine);

/// The same with other tables or settings (whose url is not looked at).
std::unique_ptr<Database> open_test_database(Engine engine, std::span<const Migration> migrations,
                                             Settings settings = {});

} // namespace moothall::store
