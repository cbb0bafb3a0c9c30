#pragma once

#include "decide/methods/ballots.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace moothall::decide::methods {

/// Votes are counted in hundred-thousandths, as the Scottish rules have it: all sums are exact.
inline constexpr std::int64_t vote_units = 100'000;

enum class StageKind : std::uint8_t {
    first_preferences,
    surplus,     // what an elected option has above the quota goes on
    exclusion,   // the last one is out and its votes go on
    last_places, // as many are left as places: all of them are elected
};

/// How it was decided who of several equals was taken.
enum class TieBreak : std::uint8_t {
    none,
    earlier_stage, // the latest stage at which they were not equal
    tie_order,
};

struct VoteTransfer {
    Option to;
    std::int64_t units;
};

/// One step of the count, as a result page shows it.
struct Stage {
    StageKind kind;
    std::optional<Option> of; // whose votes went on
    std::vector<Option> tied; // the equals among whom `of` was taken; empty when it was alone
    TieBreak tie_break = TieBreak::none;
    std::vector<VoteTransfer> transfers; // by option
    /// What went to nobody here: ballots that name nobody any more, and what rounding down left.
    std::int64_t not_transferable = 0;
    std::vector<std::int64_t> totals; // of each option, after the stage, in units
    std::vector<Option> elected;      // at this stage, most votes first
};

struct TransferableVoteResult {
    std::int64_t ballots = 0; // that name at least one option
    std::int64_t quota = 0;   // in whole votes
    std::vector<Stage> stages;
    std::vector<Option> elected; // in the order of their election
};

/// The single transferable vote for `places` places by the Scottish rules: see
/// transferable_vote.cpp. No two options may stand in one place of a ranking.
TransferableVoteResult count_transferable_vote(std::span<const RankingBallots> ballots,
                                               const TieOrder& ties, std::size_t places);

} // namespace moothall::decide::methods
