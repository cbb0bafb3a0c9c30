#pragma once

#include "base/id.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Places in lists: the cursors that `after` carries. Each holds what a list is ordered by and, as
/// that may be the same for several, the id. What somebody made up is none of them.
namespace moothall {

/// In a list ordered by a number: "value_id", the value never as 1e+15, since a plus in an address
/// is read as a space.
struct NumberPlace {
    double value = 0;
    Id id;

    std::string text() const;
    /// None also for what is no finite number, or more than any list of ours counts: 2^53, up to
    /// which a double holds every whole number, and past which it may not be one for a database.
    static std::optional<NumberPlace> parse(std::string_view text);
};

/// In a list ordered by a whole number, such as a time: "value_id".
struct WholePlace {
    std::int64_t value = 0;
    Id id;

    std::string text() const;
    static std::optional<WholePlace> parse(std::string_view text);
};

/// In a list ordered by a name, of which there may be several: "id_name".
struct NamePlace {
    std::string name;
    Id id;

    std::string text() const;
    static std::optional<NamePlace> parse(std::string_view text);
};

/// What is said of an `after` that is no place in the list.
Refusal not_a_place();

/// The place that `after` says; the very start when it is empty.
template <class Place>
Result<Place> read_place_in_list(std::string_view after)
{
    if (after.empty()) return Place{};
    auto place = Place::parse(after);
    if (!place) return not_a_place();
    return *std::move(place);
}

} // namespace moothall
