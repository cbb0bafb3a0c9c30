#pragma once

#include "base/invariant.hpp"
#include "store/database.hpp"

#include <vector>

namespace moothall::store {

/// Knows what runs on this thread: a read inside a read joins it, and a read or write on a thread
/// that writes (inside a write, or in its `done`) is found out instead of waiting for itself for
/// ever.
class Running {
public:
    enum class Kind : std::uint8_t { read, write };

    Running(const Database* database, Kind kind, Transaction* transaction)
    {
        here().push_back({database, kind, transaction});
    }
    ~Running() { here().pop_back(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    /// The read that runs on this thread, if one does.
    static Transaction* current_read(const Database* database)
    {
        for (const auto& entry : here()) {
            if (entry.database != database) continue;
            invariant(entry.kind == Kind::read,
                      "a write reads through its own transaction, or it would not see its changes");
            return entry.transaction;
        }
        return nullptr;
    }

    static void expect_no_write(const Database* database)
    {
        for (const auto& entry : here())
            invariant(
                entry.database != database || entry.kind != Kind::write,
                "a write does not wait for another write: on SQLite it would wait for itself");
    }

private:
    struct Entry {
        const Database* database;
        Kind kind;
        Transaction* transaction;
    };
    static std::vector<Entry>& here()
    {
        static thread_local std::vector<Entry> entries;
        return entries;
    }
};

} // namespace moothall::store
