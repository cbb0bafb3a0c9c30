#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What the receiving mail server found out about who sent a letter (RFC 8601).
namespace moothall::tell {

enum class Sender : std::uint8_t {
    proven,  // the domain of its From field signed it or sent it
    unknown, // nobody says anything that counts
    forged,  // the server says that it is not from there
};

/// Reads the Authentication-Results fields of a letter from `domain`, but only those that begin
/// with `authserv_id`, the name of the server that we trust: anybody can write such a field. That
/// server takes away those that came with its name (RFC 8601, section 5), or nothing is proven.
///
/// DKIM and SPF say which domain signed or sent; only one that is that of the From field, or above
/// it, says anything about its author (the "relaxed alignment" of RFC 7489, section 3.1). DMARC has
/// made that comparison already.
Sender judge_sender(const std::vector<std::string>& results, std::string_view authserv_id,
                    std::string_view domain);

} // namespace moothall::tell
