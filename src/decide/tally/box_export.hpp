#pragma once

#include "decide/tally/count.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What is published of a closed vote, and how anybody counts it again.
namespace moothall::decide {

struct BoxExport {
    std::string decision; // its id
    std::string title;
    Rules rules;
    std::vector<std::string> circles; // of each electorate, its id
    std::vector<std::string> ballots; // in the order of the box
    std::string root;                 // of the box, in hex
    std::string result;               // the count as JSON, as it was published
};

std::string to_json(const BoxExport& box);
/// Refused with a sentence that says what cannot be read.
Result<BoxExport> parse_box(std::string_view json);

/// What a tie is drawn from: the first 64 bits of the root.
std::uint64_t lot_of(std::string_view root);

/// Counts ballots as they lie in the box; refused when one cannot be read.
Result<Count> count_box(const Rules& rules, std::string_view decision,
                        const std::vector<std::string>& ballots, std::string_view root);

struct Recount {
    Count count;
    std::string root;   // as computed from the ballots
    std::string result; // the count as JSON
    bool same_root = false;
    bool same_result = false;
    bool agrees() const { return same_root && same_result; }
};
/// Counts a published box anew and compares with what was published.
Result<Recount> recount(const BoxExport& box);

} // namespace moothall::decide
