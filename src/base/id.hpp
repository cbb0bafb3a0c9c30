#pragma once

#include "base/time.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace moothall {

/// Names a thing, person, circle, event or organisation: 63 bits, time-ordered, made by the server.
///
/// 41 bits of milliseconds since 2024, 10 of the node, 12 of a sequence: no count leaks and no node
/// has to ask another. People and programs see it as 13 characters of Crockford's base 32
/// (https://www.crockford.com/base32.html), which sorts like the number. Zero means "none".
struct Id {
    std::int64_t value = 0;

    explicit operator bool() const { return value != 0; }
    auto operator<=>(const Id&) const = default;

    /// 13 characters of 0-9 a-z without i, l, o and u.
    std::string text() const;
    /// Reads what text() wrote, in either case; O reads as 0, I and L as 1. None for anything else.
    static std::optional<Id> parse(std::string_view text);
};

/// Makes ids. One for each node; safe to call from any thread. Ids never repeat and never fall,
/// also when the clock does.
class IdSource {
public:
    /// `node` in [0, 1023]: two servers on one database must differ.
    explicit IdSource(std::uint16_t node = 0);
    Id next(Time now);
    /// Ids from now on are higher than `id`: the newest one stored, in case the clock was set back.
    void start_above(Id id);

private:
    std::mutex mutex_;
    std::int64_t last_ = 0; // milliseconds << 12 | sequence
    std::int64_t node_;
};

} // namespace moothall

template <>
struct std::hash<moothall::Id> {
    std::size_t operator()(moothall::Id id) const noexcept
    {
        return std::hash<std::int64_t>{}(id.value);
    }
};
