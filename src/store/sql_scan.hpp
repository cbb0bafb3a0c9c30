#pragma once

#include "store/database.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace moothall::store {

/// Where the string, quoted name, dollar quote or comment that begins at `at` ends; `at` itself
/// when none begins there. An unfinished one ends with the text.
std::size_t past_quoted(std::string_view sql, std::size_t at);

/// True for what may stand inside a name.
bool is_name_character(char character);

/// The text an engine is given for a statement in our dialect: `?1` becomes `$1` for PostgreSQL,
/// `[NOT] IN_IDS(?1)` becomes each engine's way to ask for one of many. Quotes and comments stay.
std::string translate(std::string_view sql, Engine engine);

/// The highest n of the parameters `?n`.
std::size_t parameter_count(std::string_view sql);

} // namespace moothall::store
