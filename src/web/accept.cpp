#include "web/accept.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::web {

namespace {

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// What stands before `mark`; it and the mark are taken off `rest`.
std::string_view take_before(std::string_view& rest, char mark)
{
    const auto part = rest.substr(0, rest.find(mark));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return part;
}

/// Of the parameters after a name only the weight means something here.
double weight_of(std::string_view parameters)
{
    while (!parameters.empty()) {
        const auto parameter = trimmed(take_before(parameters, ';'));
        if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
        const auto value = parameter.substr(2);
        double weight = 0;
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), weight);
        const bool whole = error == std::errc{} && end == value.data() + value.size();
        return whole && weight >= 0 && weight <= 1 ? weight : 0;
    }
    return 1;
}

} // namespace

std::optional<Wish> next_wish(std::string_view& header)
{
    while (!header.empty()) {
        auto rest = take_before(header, ',');
        const auto name = trimmed(take_before(rest, ';'));
        if (!name.empty()) return Wish{name, weight_of(rest)};
    }
    return {};
}

bool same_but_for_case(std::string_view left, std::string_view right)
{
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::ranges::equal(left, right, {}, lower, lower);
}

} // namespace moothall::web
