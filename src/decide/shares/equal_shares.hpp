#pragma once

#include "decide/shares/election.hpp"
#include "decide/shares/fraction.hpp"
#include "decide/shares/tie_break.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace moothall::decide::shares {

/// What is done with money that equal shares leave over.
enum class Completion : std::uint8_t {
    none,        // nothing: the rule as its guarantee has it
    add1,        // everybody gets one unit more, again and again, until the projects cost too much
    greedy,      // the rest by total utility for the money
    add1_greedy, // the former, then the latter
};

std::string_view to_text(Completion completion);
std::optional<Completion> completion_of(std::string_view text);

struct Options {
    Utility utility = Utility::cost;
    Completion completion = Completion::none;
    TieBreak tie_break = {};
    /// The greedy completion leaves out projects with fewer voters. 0 is what pabutools does, and
    /// may fund what nobody asked for.
    std::int64_t completion_votes_min = 0;
};

/// One purchase.
struct Round {
    std::uint32_t project = 0;
    /// What a supporter who can pays for each unit of her weight (1, or her points under the
    /// utilities points and borda), in smallest units of money. 0 for a free project.
    Fraction price;
    /// Voters who supported it and had money left; those of them who kept some.
    std::int64_t payers = 0;
    std::int64_t payers_with_rest = 0;
};

struct Outcome {
    static constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();

    Options options;
    /// All winners in the order of selection; the last ones are `completed`.
    std::vector<std::uint32_t> selected;
    /// Those that the greedy completion added; nobody's share paid for them.
    std::vector<std::uint32_t> completed;
    /// Those that were bought with shares, free ones first.
    std::vector<Round> rounds;
    std::int64_t cost = 0;
    /// How many units of money add1 gave to each voter.
    std::int64_t increments = 0;
    /// Where equal projects competed in the last run or its completion, and some were left out.
    std::vector<Tie> ties;
    /// With how much each voter started, in smallest units: budget / voters + increments.
    Fraction share;
    /// By distinct ballot: the round that took the rest of its voters' money, or `never`.
    std::vector<std::uint32_t> emptied_by;
    /// How many runs of the method it took: add1 leaps over steps that change nothing.
    std::int64_t runs = 0;
};

/// The method of equal shares. The utility must be one that the ballots can give.
Outcome equal_shares(const Election& election, const Options& options);
/// The greedy rule alone; `rounds` stays empty and everything is in `selected`.
Outcome greedy(const Election& election, const Options& options);

/// rho of a round, in units of money for each unit of utility: what pabutools calls affordability.
Fraction rho(const Election& election, const Outcome& outcome, const Round& round);
/// How many full supporters paying alike would have paid for it: the cost over the largest single
/// payment when supporters are alike; otherwise in points. For a free project all its votes.
Fraction effective_votes(const Election& election, const Outcome& outcome, const Round& round);

} // namespace moothall::decide::shares
