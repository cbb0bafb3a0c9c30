#include "text/place.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace moothall {

namespace {

/// Reads "value_id" into `place`.
template <class Place>
std::optional<Place> read_value_and_id(std::string_view text)
{
    const auto line = text.rfind('_');
    if (line == std::string_view::npos) return {};
    Place place;
    const auto [end, error] = std::from_chars(text.data(), text.data() + line, place.value);
    const auto id = Id::parse(text.substr(line + 1));
    if (error != std::errc{} || end != text.data() + line || !id) return {};
    place.id = *id;
    return place;
}

} // namespace

std::string NumberPlace::text() const
{
    std::array<char, 400> buffer{}; // the longest double without an exponent takes some 330
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed)
            .ptr;
    return std::string(buffer.data(), end) + '_' + id.text();
}

std::optional<NumberPlace> NumberPlace::parse(std::string_view text)
{
    constexpr double largest = 9007199254740992; // 2^53
    auto place = read_value_and_id<NumberPlace>(text);
    if (!place || !std::isfinite(place->value) || std::abs(place->value) > largest) return {};
    return place;
}

std::string WholePlace::text() const
{
    return std::to_string(value) + '_' + id.text();
}

std::optional<WholePlace> WholePlace::parse(std::string_view text)
{
    return read_value_and_id<WholePlace>(text);
}

std::string NamePlace::text() const
{
    return id.text() + '_' + name;
}

std::optional<NamePlace> NamePlace::parse(std::string_view text)
{
    const auto line = text.find('_');
    if (line == std::string_view::npos) return {};
    const auto id = Id::parse(text.substr(0, line));
    if (!id) return {};
    return NamePlace{std::string(text.substr(line + 1)), *id};
}

Refusal not_a_place()
{
    return Refusal::invalid("after", "This is not a place in the list. Begin again without it.");
}

} // namespace moothall
