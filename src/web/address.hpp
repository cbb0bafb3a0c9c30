#pragma once

#include <string>
#include <string_view>

namespace moothall::web {

/// A value as one part of an address: all but letters, digits and - _ . ~ become %XX (RFC 3986,
/// section 2).
std::string percent_encode(std::string_view text);

/// "/voices" → "/voices?sort=rising" → "/voices?sort=rising&kind=want"
void add_field(std::string& address, std::string_view name, std::string_view value);

} // namespace moothall::web
