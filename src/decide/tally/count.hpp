#pragma once

#include "decide/methods/motion.hpp"
#include "decide/methods/ranked_pairs.hpp"
#include "decide/methods/totals.hpp"
#include "decide/methods/transferable_vote.hpp"
#include "decide/tally/budget_count.hpp"
#include "decide/tally/choice.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Counts the ballots of a closed vote: see count.cpp for the rule of several electorates.
namespace moothall::decide {

/// Why an electorate, or the whole, did not pass; passed: it did.
enum class Why : std::uint8_t {
    passed,
    no_ballots,   // nobody voted, or all were blank
    quorum,       // too few voted
    threshold,    // too few were for it
    objection,    // somebody objects
    disagreement, // the electorates chose different options
};
std::string_view to_text(Why why);

struct ElectorateCount {
    std::int64_t members = 0;
    std::int64_t ballots = 0;
    std::int64_t blank = 0; // abstentions, and ballots that name no option
    bool quorum_reached = false;
    std::int64_t missing_for_quorum = 0;
    /// What is held against the threshold: `backing` of `backing_of`.
    std::int64_t backing = 0;
    std::int64_t backing_of = 0;
    bool threshold_reached = false;
    /// consent, stand-aside, objection; or yes, no, abstain.
    std::vector<std::int64_t> answers;
    std::vector<std::int64_t> totals; // of each option: votes, approvals, points, first places
    std::vector<Option> ranking;      // all options, the winner first; empty for one proposal
    std::vector<Option> winners;
    bool tie_broken = false; // the tie rule had a say in who won
    std::optional<methods::RankedPairsResult> pairs;
    std::optional<methods::TransferableVoteResult> transfers;
    Why why = Why::no_ballots;
    bool passes() const { return why == Why::passed; }
};

struct Count {
    std::vector<ElectorateCount> electorates;
    std::vector<Option> winners; // what all electorates chose; empty when it did not pass
    Why why = Why::no_ballots;
    std::optional<BudgetCount> budget; // of equal shares
    bool passes() const { return why == Why::passed; }
};

/// `lot` is what a tie is drawn from when the rules say so: the first 64 bits of the box's root.
Count count_ballots(const Rules& rules, std::span<const Ballot> ballots, std::uint64_t lot);

/// The count as JSON, as pages, the API and the export show it: equal counts give equal bytes.
std::string to_json(const Rules& rules, const Count& count);

} // namespace moothall::decide
