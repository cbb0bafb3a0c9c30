#pragma once

#include "store/database.hpp"

#include <span>
#include <string_view>
#include <vector>

/// Which tables an export of an organisation holds, and which it leaves out and why.
namespace moothall::hall {

/// One file of an export: how the rows of a table are read and written. `kinds` has a letter for
/// each column: i an id (null: none), n a number, d a fraction, t text, T text or nothing, h the
/// HTML of the Markdown in the column before it, - a secret, which stays here.
struct CarriedTable {
    std::string_view file;
    std::string_view kinds;
    std::string_view columns;
    store::SqlLiteral select;
    store::SqlLiteral insert;
};

/// In the order in which they are written: rows that others point at come first, circles before all
/// other things.
std::span<const CarriedTable> carried_tables();

struct TableLeftOut {
    std::string_view table;
    std::string_view why;
};
std::span<const TableLeftOut> tables_left_out();

/// The table's name in the database.
std::string_view table_of(const CarriedTable& table);
std::vector<std::string_view> columns_of(const CarriedTable& table);

} // namespace moothall::hall
