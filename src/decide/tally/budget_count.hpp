#pragma once

#include "decide/shares/equal_shares.hpp"
#include "decide/shares/explanation.hpp"
#include "decide/tally/choice.hpp"

#include <span>
#include <string>
#include <vector>

/// Counts the ballots of a shared budget: see budget_count.cpp for which rule.
namespace moothall::decide {

/// What another rule would have bought, and how far that reaches.
struct Selection {
    std::vector<Option> projects; // in the order in which it took them, free ones left out
    std::int64_t cost = 0;        // hundredths
    shares::Reach reach;
};

/// Where the rule of ties had a say: of equal projects it took one and left others out.
struct BudgetTie {
    Option project;
    std::vector<Option> lost;
    std::vector<Option> lot; // those that only the lot told apart, in its order; empty: none
};

struct BudgetCount {
    std::int64_t voters = 0;  // who named a project: each has a share
    int decimals = 0;         // of the amounts in `outcome`
    shares::Outcome outcome;  // free projects left out
    std::vector<Option> free; // cost nothing, and somebody wants them: in, nobody's payment
    std::vector<Option> unwanted_free;
    std::vector<BudgetTie> ties;
    std::vector<std::int64_t> votes;
    std::vector<shares::ProjectAccount> accounts; // of each project
    /// What the voters of each electorate paid, by round, in hundredths: for the picture of where
    /// the money came from. Rounded, so that a sum may be a cent beside the cost.
    std::vector<std::vector<std::int64_t>> paid_by;
    Selection shared;
    Selection greedy;
    Selection most_votes;

    std::vector<Option> winners() const;
};

/// The projects that a ballot names, in the order of their numbers; with points, those that got
/// some.
std::vector<Option> list_named(const Rules& rules, const Choice& choice);

/// Projects that cost nothing are in as soon as one ballot names them, and change nothing else; a
/// file shows their votes all the same.
enum class FreeProjects : std::uint8_t { left_out, kept };
/// The election that a box holds. Ballots that name no project are left out: they have no share.
shares::Election make_election(const Rules& rules, std::span<const Ballot> ballots,
                               FreeProjects free = FreeProjects::left_out);
/// How it is counted; `lot` is what ties are drawn from when the rules say so.
shares::Options budget_options(const Rules& rules, std::uint64_t lot);

BudgetCount count_budget(const Rules& rules, std::span<const Ballot> ballots, std::uint64_t lot);

/// Writes the member "budget" of a count's JSON.
void write_budget(JsonWriter& json, const Rules& rules, const BudgetCount& count);

// -- one voter ------------------------------------------------------------------------------------

struct VoterPayment {
    Option project;
    std::int64_t cents = 0; // rounded to hundredths for people
    std::int64_t others = 0;
};
/// Where the share of one voter went, made from the published count and her ballot alone.
struct VoterShare {
    std::int64_t cents = 0; // of her share, as it was counted at the end
    /// How much of it stood on paper only: the count was repeated with larger shares to spend more
    /// of the budget.
    std::int64_t added_cents = 0;
    std::int64_t paid_cents = 0;
    std::vector<VoterPayment> payments;
    std::int64_t left_cents = 0; // on paper, where something was added
};
/// `result` is a count's JSON. None when it is of no budget, or her ballot has no share.
std::optional<VoterShare> share_of_voter(const Rules& rules, const Json& result,
                                         const Choice& choice);

} // namespace moothall::decide
