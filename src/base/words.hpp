#pragma once

#include <iterator>
#include <optional>
#include <string_view>
#include <type_traits>

/// A table of pairs, value and word, says once how an enumeration is written in the database, the
/// API and forms; these read it in both directions.
namespace moothall {

/// Empty for a value that the table leaves out.
template <class Table, class Value>
std::string_view word_of(const Table& table, Value value)
{
    for (const auto& [known, word] : table)
        if (known == value) return word;
    return "";
}

/// None for a word that the table does not hold.
template <class Table>
auto value_of(const Table& table, std::string_view text)
    -> std::optional<std::remove_cvref_t<decltype(std::begin(table)->first)>>
{
    for (const auto& [value, word] : table)
        if (word == text) return value;
    return {};
}

} // namespace moothall
