#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace moothall::web {

/// A whole number from 0 on, as forms and addresses write it; none for anything else.
inline std::optional<std::int64_t> read_whole(std::string_view text)
{
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || number < 0) return {};
    return number;
}

} // namespace moothall::web
