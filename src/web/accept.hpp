#pragma once

#include <optional>
#include <string_view>

namespace moothall::web {

/// One entry of Accept-Language or Accept-Encoding: "fr-CH;q=0.9" is "fr-CH" with 0.9.
struct Wish {
    std::string_view name;
    double weight = 1; // 0: not wanted; what cannot be read is not wanted either
};

/// Takes the next entry off the front of a header's value, in the order written (RFC 9110, section
/// 12.4.2); nothing at its end.
std::optional<Wish> next_wish(std::string_view& header);

/// Names of codings and languages are compared so.
bool same_but_for_case(std::string_view left, std::string_view right);

} // namespace moothall::web
