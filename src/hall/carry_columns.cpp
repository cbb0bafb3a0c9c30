// What the description of a carried table says by itself.

#include "hall/carry_tables.hpp"

namespace moothall::hall {

std::string_view table_of(const CarriedTable& carried_table)
{
    constexpr std::string_view start = "INSERT INTO ";
    auto sql = std::string_view(carried_table.insert.text);
    sql.remove_prefix(start.size());
    return sql.substr(0, sql.find(' '));
}

std::vector<std::string_view> columns_of(const CarriedTable& carried_table)
{
    std::vector<std::string_view> parts;
    auto text = carried_table.columns;
    while (true) {
        const auto end = text.find(' ');
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

} // namespace moothall::hall
