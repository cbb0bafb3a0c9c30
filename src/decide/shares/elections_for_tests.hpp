#pragma once

#include "decide/shares/election.hpp"
#include "decide/shares/equal_shares.hpp"
#include "decide/shares/fraction.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

/// Random elections, and a second implementation that is too simple to be wrong.
namespace moothall::decide::shares {

struct ElectionSizes {
    int projects_max = 6;
    int voters_max = 9;
    std::int64_t cost_max = 12; // small ones make ties
    std::int64_t budget_max = 40;
};

/// An election as it is drawn, so that it can be built in another order, too.
struct DrawnElection {
    Election::Terms terms;
    std::vector<Project> projects;
    std::vector<std::vector<Mark>> ballots;

    Election build() const
    {
        Election election(terms, projects);
        for (std::size_t at = 0; at < ballots.size(); ++at)
            election.add_ballot("v" + std::to_string(at), ballots[at]);
        return election;
    }
};

inline std::int64_t draw(std::int64_t least, std::int64_t most)
{
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, most + 1));
}

inline DrawnElection draw_election(BallotKind kind, const ElectionSizes& sizes = {})
{
    DrawnElection drawn;
    drawn.terms.kind = kind;
    drawn.terms.money_decimals = static_cast<int>(draw(0, 1));
    drawn.terms.points_decimals = kind == BallotKind::points ? static_cast<int>(draw(0, 1)) : 0;
    // Mostly enough for several projects: with too little nothing happens.
    drawn.terms.budget = draw(draw(0, 9) == 0 ? 0 : sizes.budget_max / 3, sizes.budget_max);
    const auto projects = draw(sizes.projects_max / 3, sizes.projects_max);
    // Ids whose order as text is not that of the numbers: "10" goes before "9".
    for (std::int64_t at = 0; at < projects; ++at)
        drawn.projects.push_back({std::to_string(12 - at), "", draw(0, sizes.cost_max)});
    const auto voters = draw(draw(0, 9) == 0 ? 0 : sizes.voters_max / 2, sizes.voters_max);
    for (std::int64_t voter = 0; voter < voters; ++voter) {
        std::vector<std::uint32_t> named;
        for (std::uint32_t at = 0; at < static_cast<std::uint32_t>(projects); ++at)
            if (draw(0, 1) == 1) named.push_back(at);
        // A random order: it is the ranking.
        for (std::size_t at = named.size(); at > 1; --at)
            std::swap(named[at - 1],
                      named[static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(at) - 1))]);
        auto& ballot = drawn.ballots.emplace_back();
        for (std::size_t place = 0; place < named.size(); ++place) {
            std::int64_t points = 1;
            if (kind == BallotKind::points) points = draw(-1, 5);
            if (kind == BallotKind::ranking)
                points = static_cast<std::int64_t>(named.size() - 1 - place);
            ballot.push_back({named[place], points});
        }
    }
    return drawn;
}

inline BallotKind draw_kind()
{
    return *rc::gen::element(BallotKind::approval, BallotKind::points, BallotKind::ranking);
}

inline std::vector<Utility> utilities_of(BallotKind kind)
{
    std::vector<Utility> utilities;
    for (const auto utility :
         {Utility::cost, Utility::cardinality, Utility::points, Utility::borda})
        if (can_give(kind, utility)) utilities.push_back(utility);
    return utilities;
}

inline std::vector<std::string> ids(const Election& election,
                                    const std::vector<std::uint32_t>& projects)
{
    std::vector<std::string> result;
    for (const auto project : projects) result.push_back(election.projects()[project].id);
    return result;
}

inline void check(const std::string& what, const auto& property)
{
    EXPECT_TRUE(rc::check(what, property)) << what;
}

/// The rule as its definition reads, voter by voter, in fractions only.
struct ReferenceRun {
    std::vector<std::uint32_t> selected;
    std::vector<Fraction> rhos; // of selected projects that are not free
    /// By purchase: what asked exactly as little and went behind.
    std::vector<std::vector<std::uint32_t>> equal;
    std::int64_t cost = 0;
};

ReferenceRun reference_run(const Election& election, const Options& options,
                           std::int64_t increments);
ReferenceRun reference_add1(const Election& election, const Options& options);

} // namespace moothall::decide::shares
