#pragma once

#include "store/database.hpp"

#include <span>
#include <string>
#include <string_view>

namespace moothall::store {

/// Refuses what only one of the engines would take: text that is not UTF-8 or holds NUL (BadText),
/// numbers that are not finite (a bug).
void check_bindable(std::span<const Value> values);

/// The beginning of a statement on one line, for the text of a Failure. It never holds what people
/// typed: that is bound.
std::string shortened(std::string_view sql);

/// Adds a notice unless the transaction has it already (PostgreSQL drops doubles too).
void add_note(std::vector<std::string>& notes, std::string text);

} // namespace moothall::store
