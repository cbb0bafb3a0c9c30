#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace moothall::web {

/// A value as one part of an address: all but letters, digits and - _ . ~ become %XX (RFC 3986,
/// section 2).
std::string percent_encode(std::string_view text);

/// What a plus stands for: itself, as in a path, or a space, as in what forms send.
enum class Plus : std::uint8_t { literal, space };
/// The other way round; none when an escape is broken.
std::optional<std::string> percent_decode(std::string_view text, Plus plus);
/// The value of a hexadecimal digit; -1: it is none.
int hex_digit(char c);

/// "/voices" → "/voices?sort=rising" → "/voices?sort=rising&kind=want"
void add_field(std::string& address, std::string_view name, std::string_view value);

} // namespace moothall::web
