#pragma once

#include "text/csv.hpp"
#include "write/fact.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Facts as a table: out, and in again.
namespace moothall::write {

inline constexpr std::size_t fact_rows_max = 10'000;

/// What stands of facts, a line for each, and of meters a line for each reading: of the viewer, or
/// of one kind that she serves with. The first 10,000 lines.
std::string write_fact_table(store::Transaction& transaction, const Viewer& viewer, Id kind);

/// A line that says a fact: of whom or what, which, and what it says.
struct FactRow {
    std::size_t line = 0;
    std::string about; // an id
    std::string kind;  // an id, or a name
    std::string value;
    std::string taken_on;
    std::string why;
};
/// Reads the lines of a table, whatever their order of columns; others are left alone. Refused
/// when it has no column `about`, `kind` or `value`, no line, or more than 10,000. Asks no
/// database.
Result<std::vector<FactRow>> read_fact_rows(std::string_view table);

struct FactRowError {
    std::size_t line = 0;
    Refusal refusal;
};
struct FactImport {
    std::int64_t rows = 0;
    std::int64_t facts = 0;                // that say something else now
    std::int64_t readings = 0;             // of those rows
    std::int64_t noted = 0;                // readings that struck the program
    std::vector<FactRowError> errors = {}; // the first 100; with one nothing is written
    bool dry_run = false;
};
bool may_import_facts(const Viewer& viewer);
/// Brings them in, all or none: for stewards of those who see them. One event for each fact, and
/// one for the run.
Result<FactImport> import_facts(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, const std::vector<FactRow>& rows,
                                bool dry_run);

} // namespace moothall::write
