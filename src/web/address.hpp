#pragma once

#include <string>
#include <string_view>

namespace moothall::web {

/// A value as one part of an address: all but letters, digits and - _ . ~ become %XX (RFC 3986,
/// section 2).
std::string percent_encode(std::string_view text);

} // namespace moothall::web
