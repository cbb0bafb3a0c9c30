#pragma once

#include "decide/methods/ballots.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The ways of counting that add up: single choice, approval, score.
namespace moothall::decide::methods {

struct TotalsResult {
    std::vector<std::int64_t> totals;     // of each option: votes, approvals, or points
    std::vector<std::int64_t> supporters; // of each option: how many ballots gave it anything
    std::int64_t ballots = 0;
    std::int64_t blank = 0; // ballots that gave nothing to any option
    /// All options by their totals, equal ones by the tie order.
    std::vector<Option> ranking;
    /// The options with the largest total, before any tie is broken.
    std::vector<Option> leaders;
    /// The best `places` of the ranking; none when every ballot is blank.
    std::vector<Option> winners;
    /// Those among whom the tie order decided who is the last to win; empty when it had no say.
    std::vector<Option> tied_for_last_place;
    /// Score only: [option][points], how many ballots gave so many points.
    std::vector<std::vector<std::int64_t>> scores;

    /// More than half of the ballots that were not blank: of interest for a single choice.
    bool has_majority(Option option) const { return 2 * totals[option] > ballots - blank; }
};

/// One option a ballot, or none. O(ballots + options log options), as all of these.
TotalsResult count_single_choice(std::span<const std::optional<Option>> ballots,
                                 const TieOrder& ties, std::size_t places = 1);

/// Any number of options a ballot, each once.
TotalsResult count_approval(std::span<const std::vector<Option>> ballots, const TieOrder& ties,
                            std::size_t places = 1);

struct Score {
    Option option;
    std::int32_t points; // 0 … most
};

/// Points for any options; an option left out gets none, like one with 0 points. The sum decides
/// and not the mean, so that one enthusiast does not beat a hundred friends.
TotalsResult count_score(std::span<const std::vector<Score>> ballots, std::int32_t most,
                         const TieOrder& ties, std::size_t places = 1);

} // namespace moothall::decide::methods
