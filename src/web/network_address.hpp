#pragma once

#include <string>

namespace moothall::web {

/// Whether `text` is an address or a range ("10.0.0.0/8"), as ServerSettings::proxies takes them.
bool is_address_or_range(const std::string& text);

} // namespace moothall::web
