#pragma once

#include "hear/hear.hpp"

/// Saying no to what was held for a steward.
namespace moothall::hear {

enum class Block : std::uint8_t { no, yes };

/// What was held is not shown to all; the reason is public, in the log of what was hidden. With
/// `block` its author is a guest of the circle from then on: she reads and does not speak, until
/// one of its stewards makes her a member again. Stewards of the circle; people of the company and
/// stewards are not blocked so. One event.
Result<void> decline(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                     Id thing, std::string_view reason, Block block);

/// The circles, among those the viewer sees, where a steward looks at what newcomers say first.
struct LookedAt {
    Id circle;
    std::string name;
};
std::vector<LookedAt> list_looked_at(store::Transaction& transaction, const Viewer& viewer);

} // namespace moothall::hear
