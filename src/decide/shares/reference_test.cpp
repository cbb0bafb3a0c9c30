#include "decide/shares/elections_for_tests.hpp"
#include "decide/shares/greedy.hpp"
#include "decide/shares/purchase_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

namespace moothall::decide::shares {
namespace {

Fraction utility_of_mark(const Election& election, const Options& options, const Mark& mark)
{
    if (!is_support(mark, options.utility)) return 0;
    switch (options.utility) {
    case Utility::cost:
        return Fraction(election.projects()[mark.project].cost, election.money_unit());
    case Utility::cardinality:
        return 1;
    case Utility::points:
        return Fraction(mark.points, election.points_unit());
    case Utility::borda:
        return mark.points;
    }
    return 0;
}

struct Supporter {
    std::size_t voter;
    Fraction utility;
};

/// Smallest rho with sum of min(left, rho * utility) = cost; none when there is not enough.
std::optional<Fraction> rho_of(const Fraction& cost, std::vector<Supporter> supporters,
                               const std::vector<Fraction>& left)
{
    std::ranges::sort(supporters, [&](const Supporter& a, const Supporter& b) {
        return left[a.voter] / a.utility < left[b.voter] / b.utility;
    });
    Fraction missing = cost;
    for (std::size_t at = 0; at < supporters.size(); ++at) {
        Fraction utility = 0;
        for (std::size_t other = at; other < supporters.size(); ++other)
            utility = utility + supporters[other].utility;
        const Fraction rho = (missing / utility).reduced();
        if (rho * supporters[at].utility <= left[supporters[at].voter]) return rho;
        missing = (missing - left[supporters[at].voter]).reduced();
    }
    return {};
}

bool fits_something(const Election& election, const Supporters& supporters, const ReferenceRun& run)
{
    for (std::uint32_t at = 0; at < election.projects().size(); ++at)
        if (election.projects()[at].cost > 0 && supporters.weight[at] > 0 &&
            std::ranges::find(run.selected, at) == run.selected.end() &&
            run.cost + election.projects()[at].cost <= election.budget())
            return true;
    return false;
}

} // namespace

ReferenceRun reference_run(const Election& election, const Options& options,
                           std::int64_t increments)
{
    ReferenceRun run;
    const auto voters = static_cast<std::int64_t>(election.voter_count());
    if (voters == 0) return run;
    const auto supporters = list_supporters(election, options.utility);
    const auto ranks = tie_ranks(election, supporters, options.tie_break);
    const auto& projects = election.projects();

    std::vector<std::vector<Supporter>> supporters_of(projects.size());
    std::vector<Fraction> left(election.voter_count(),
                               Fraction(election.budget(), election.money_unit() * voters) +
                                   Fraction(increments));
    for (std::size_t voter = 0; voter < election.voter_count(); ++voter)
        for (const auto& mark : election.marks(election.ballot_of(voter))) {
            const auto utility = utility_of_mark(election, options, mark);
            if (utility.sign() > 0) supporters_of[mark.project].push_back({voter, utility});
        }

    std::vector<std::uint32_t> rest;
    std::vector<std::uint32_t> free;
    for (std::uint32_t at = 0; at < projects.size(); ++at)
        if (!supporters_of[at].empty()) (projects[at].cost == 0 ? free : rest).push_back(at);
    std::ranges::sort(free, {}, [&](std::uint32_t at) { return ranks[at]; });
    run.selected = free;
    while (true) {
        std::optional<Fraction> best;
        std::uint32_t winner = 0;
        std::vector<std::pair<std::uint32_t, Fraction>> affordable;
        for (const auto at : rest) {
            const Fraction cost(projects[at].cost, election.money_unit());
            const auto rho = rho_of(cost, supporters_of[at], left);
            if (!rho) continue;
            affordable.emplace_back(at, *rho);
            if (best && *best < *rho) continue;
            if (best && *best == *rho && ranks[winner] < ranks[at]) continue;
            best = rho;
            winner = at;
        }
        if (!best) return run;
        for (const auto& supporter : supporters_of[winner]) {
            auto& purse = left[supporter.voter];
            const Fraction wanted = *best * supporter.utility;
            purse = (purse < wanted ? Fraction(0) : purse - wanted).reduced();
        }
        std::erase(rest, winner);
        auto& equal = run.equal.emplace_back();
        for (const auto& [at, rho] : affordable)
            if (at != winner && rho == *best) equal.push_back(at);
        run.selected.push_back(winner);
        run.rhos.push_back(*best);
        run.cost += projects[winner].cost;
    }
}

ReferenceRun reference_add1(const Election& election, const Options& options)
{
    const auto supporters = list_supporters(election, options.utility);
    std::optional<ReferenceRun> previous;
    for (std::int64_t increments = 0;; ++increments) {
        auto run = reference_run(election, options, increments);
        if (run.cost > election.budget()) return previous.value();
        if (!fits_something(election, supporters, run)) return run;
        previous = std::move(run);
    }
}

namespace {

Options draw_reference_options(BallotKind kind)
{
    Options options;
    options.utility = *rc::gen::elementOf(utilities_of(kind));
    options.tie_break.rule =
        *rc::gen::element(TieBreak::Rule::lexicographic, TieBreak::Rule::cheapest_most_votes_lot);
    options.tie_break.seed = *rc::gen::arbitrary<std::uint64_t>();
    return options;
}

/// A tie had a say where a project that asked as little is not among the winners.
void expect_ties_like_reference(const Outcome& outcome, const ReferenceRun& reference,
                                std::size_t free)
{
    std::map<std::uint32_t, std::uint32_t> expected; // who lost to whom, the last time
    for (std::size_t at = 0; at < reference.equal.size(); ++at)
        for (const auto project : reference.equal[at])
            if (std::ranges::find(outcome.selected, project) == outcome.selected.end())
                expected[project] = reference.selected[free + at];
    std::map<std::uint32_t, std::uint32_t> found;
    for (const auto& tie : outcome.ties) {
        const bool completed =
            std::ranges::find(outcome.completed, tie.project) != outcome.completed.end();
        for (const auto project : tie.lost) {
            // The completion gives another chance, in which it may lose by the rule again.
            if (completed)
                expected.erase(project);
            else
                RC_ASSERT(found.emplace(project, tie.project).second);
        }
    }
    RC_ASSERT(found == expected);
}

void expect_like_reference(const Election& election, Options options)
{
    for (const auto completion :
         {Completion::none, Completion::greedy, Completion::add1, Completion::add1_greedy}) {
        options.completion = completion;
        const bool add1 = completion == Completion::add1 || completion == Completion::add1_greedy;
        const bool greedily =
            completion == Completion::greedy || completion == Completion::add1_greedy;
        const auto reference =
            add1 ? reference_add1(election, options) : reference_run(election, options, 0);
        auto expected = reference.selected;
        if (greedily) {
            const auto supporters = list_supporters(election, options.utility);
            const auto ranks = tie_ranks(election, supporters, options.tie_break);
            const auto added = take_greedily(election, supporters, ranks, expected);
            expected.insert(expected.end(), added.projects.begin(), added.projects.end());
        }
        const auto outcome = equal_shares(election, options);
        RC_LOG() << to_text(options.utility) << " " << to_text(completion) << "\n";
        RC_ASSERT(ids(election, outcome.selected) == ids(election, expected));
        const auto free = outcome.rounds.size() - reference.rhos.size();
        for (std::size_t at = 0; at < reference.rhos.size(); ++at)
            RC_ASSERT(rho(election, outcome, outcome.rounds[free + at]) == reference.rhos[at]);
        expect_ties_like_reference(outcome, reference, free);
    }
}

TEST(EqualShares, agrees_with_the_definition_on_small_elections)
{
    EXPECT_TRUE(rc::check("small elections", [] {
        const auto kind = draw_kind();
        expect_like_reference(draw_election(kind).build(), draw_reference_options(kind));
    }));
}

TEST(EqualShares, agrees_with_the_definition_when_shares_are_large)
{
    EXPECT_TRUE(rc::check("costs of many units, so that add1 takes many steps", [] {
        const auto kind = draw_kind();
        const ElectionSizes sizes{5, 6, 300, 700};
        expect_like_reference(draw_election(kind, sizes).build(), draw_reference_options(kind));
    }));
}

TEST(EqualShares, agrees_with_the_definition_on_larger_elections)
{
    EXPECT_TRUE(rc::check("some forty voters", [] {
        const auto kind = draw_kind();
        const ElectionSizes sizes{12, 40, 60, 400};
        const auto election = draw_election(kind, sizes).build();
        const auto options = draw_reference_options(kind);
        const auto reference = reference_run(election, options, 0);
        const auto outcome = equal_shares(election, options);
        RC_ASSERT(ids(election, outcome.selected) == ids(election, reference.selected));
    }));
}

TEST(EqualShares, decides_exactly_where_doubles_cannot)
{
    // 10^17 and 10^17 + 1 are the same double.
    constexpr std::int64_t large = 100'000'000'000'000'000;
    Election election({BallotKind::approval, 30 * large, 0, 0},
                      {{"a", "", large + 1}, {"b", "", large}, {"c", "", large + 2}});
    for (int voter = 0; voter < 3; ++voter) election.add_ballot("v", {{0, 1}, {1, 1}, {2, 1}});
    Options options;
    options.utility = Utility::cardinality;
    EXPECT_EQ(ids(election, equal_shares(election, options).selected),
              (std::vector<std::string>{"b", "a", "c"}));

    // The supporters have exactly the cost; with one smallest unit less they would not.
    Election enough({BallotKind::approval, 3 * large, 0, 0}, {{"a", "", large}});
    enough.add_ballot("v", {{0, 1}});
    enough.add_ballot("w", {});
    enough.add_ballot("x", {});
    EXPECT_EQ(equal_shares(enough, options).selected.size(), 1U);
    Election short_of_one({BallotKind::approval, 3 * large - 1, 0, 0}, {{"a", "", large}});
    short_of_one.add_ballot("v", {{0, 1}});
    short_of_one.add_ballot("w", {});
    short_of_one.add_ballot("x", {});
    EXPECT_TRUE(equal_shares(short_of_one, options).selected.empty());
}

TEST(EqualShares, tells_voters_apart_who_differ_by_less_than_doubles_can_say)
{
    // The first voter buys x alone, for one unit of 10^17. Then both have exactly the cost of p, if
    // the first pays one unit less than the second.
    constexpr std::int64_t large = 100'000'000'000'000'000;
    const auto with_cost = [](std::int64_t cost) {
        Election election({BallotKind::approval, 2 * large, 0, 0}, {{"x", "", 1}, {"p", "", cost}});
        election.add_ballot("first", {{0, 1}, {1, 1}});
        election.add_ballot("second", {{1, 1}});
        return election;
    };
    Options options;
    options.utility = Utility::cardinality;
    const auto enough = with_cost(2 * large - 1);
    const auto outcome = equal_shares(enough, options);
    ASSERT_EQ(ids(enough, outcome.selected), (std::vector<std::string>{"x", "p"}));
    EXPECT_EQ(outcome.rounds[1].price.text(), "100000000000000000");
    EXPECT_EQ(outcome.rounds[1].payers, 2);
    EXPECT_EQ(outcome.rounds[1].payers_with_rest, 0);

    // One unit dearer it is out of reach, and one increment brings it back.
    const auto too_little = with_cost(2 * large);
    EXPECT_EQ(ids(too_little, equal_shares(too_little, options).selected),
              (std::vector<std::string>{"x"}));
    const auto supporters = list_supporters(too_little, options.utility);
    const auto ranks = tie_ranks(too_little, supporters, {});
    PurchaseRun run(too_little, supporters, ranks);
    run.run(0, LookAhead::increments);
    EXPECT_EQ(run.purchases().size(), 1U);
    EXPECT_EQ(run.increments_alike(), 0);
    run.run(1);
    EXPECT_EQ(run.purchases().size(), 2U);
}

TEST(EqualShares, does_not_leap_over_the_end_of_a_tie)
{
    // b ties with a at first, since its first supporter has spent 1000 on c and cannot pay 2000
    // any more; with one increment more she pays one unit more, and b goes before a.
    Election election({BallotKind::approval, 7 * 2500, 0, 0},
                      {{"a", "", 10'000}, {"b", "", 3500}, {"c", "", 1000}});
    for (int voter = 0; voter < 5; ++voter) election.add_ballot("of a", {{0, 1}});
    election.add_ballot("poor", {{1, 1}, {2, 1}});
    election.add_ballot("rich", {{1, 1}});
    Options options;
    options.utility = Utility::cardinality;
    const auto supporters = list_supporters(election, options.utility);
    const auto ranks = tie_ranks(election, supporters, {});
    PurchaseRun run(election, supporters, ranks);
    const auto bought = [&] {
        std::string text;
        for (const auto& purchase : run.purchases())
            text += election.projects()[purchase.project].id;
        return text;
    };
    run.run(0, LookAhead::increments);
    EXPECT_EQ(bought(), "cab");
    EXPECT_EQ(run.increments_alike(), 0);
    run.run(1, LookAhead::increments);
    EXPECT_EQ(bought(), "cba");
    EXPECT_GT(run.increments_alike(), 100);
}

TEST(EqualShares, leaps_over_ties_that_last)
{
    // Twins tie at every increment; only their rank parts them.
    Election election({BallotKind::approval, 10'000'000, 0, 0},
                      {{"a", "", 4'000'000}, {"b", "", 4'000'000}, {"c", "", 9'000'000}});
    for (int voter = 0; voter < 4; ++voter) election.add_ballot("v", {{0, 1}, {1, 1}});
    election.add_ballot("w", {{2, 1}});
    Options options;
    options.completion = Completion::add1;
    const auto outcome = equal_shares(election, options);
    EXPECT_EQ(ids(election, outcome.selected), (std::vector<std::string>{"a", "b"}));
    EXPECT_LT(outcome.runs, 10);
}

TEST(EqualShares, says_where_the_rule_of_ties_left_something_out)
{
    // Each of the three wants of two voters costs all they have.
    Election election(
        {BallotKind::approval, 100, 0, 0},
        {{"a", "", 100}, {"b", "", 100}, {"c", "", 100}, {"d", "", 60}, {"e", "", 60}});
    for (int voter = 0; voter < 2; ++voter) election.add_ballot("v", {{0, 1}, {1, 1}, {2, 1}});
    Options options;
    options.tie_break = {TieBreak::Rule::cheapest_most_votes_lot, 7};
    const auto outcome = equal_shares(election, options);
    ASSERT_EQ(outcome.ties.size(), 1U);
    auto order = outcome.ties[0].lost;
    order.insert(order.begin(), outcome.ties[0].project);
    const auto drawn = [&](std::uint32_t at) { return lot_of(election.projects()[at].id, 7); };
    EXPECT_TRUE(std::ranges::is_sorted(order, {}, drawn));
    EXPECT_EQ(std::set(order.begin(), order.end()), (std::set<std::uint32_t>{0, 1, 2}));

    // What fits in any order needs no rule.
    Election roomy({BallotKind::approval, 200, 0, 0}, {{"a", "", 100}, {"b", "", 100}});
    for (int voter = 0; voter < 2; ++voter) roomy.add_ballot("v", {{0, 1}, {1, 1}});
    EXPECT_TRUE(equal_shares(roomy, options).ties.empty());

    // Nor is a tie what nobody could have had: with 100 left, one of two that cost 60 is taken,
    // and the third, which costs 101, never fitted.
    Election rest({BallotKind::approval, 100, 0, 0},
                  {{"a", "", 60}, {"b", "", 60}, {"c", "", 101}});
    for (std::uint32_t voter = 0; voter < 3; ++voter) rest.add_ballot("v", {{voter, 1}});
    options.tie_break = {};
    options.completion = Completion::greedy;
    const auto completed = equal_shares(rest, options);
    ASSERT_EQ(completed.ties.size(), 1U);
    EXPECT_EQ(completed.ties[0].project, 0U);
    EXPECT_EQ(completed.ties[0].lost, std::vector<std::uint32_t>{1});
}

TEST(EqualShares, leaps_only_over_steps_that_change_nothing)
{
    EXPECT_TRUE(rc::check("increments_alike", [] {
        const auto kind = draw_kind();
        const ElectionSizes sizes{8, 12, 100'000, 400'000};
        const auto election = draw_election(kind, sizes).build();
        const auto options = draw_reference_options(kind);
        const auto supporters = list_supporters(election, options.utility);
        const auto ranks = tie_ranks(election, supporters, options.tie_break);
        PurchaseRun run(election, supporters, ranks);
        const auto bought = [&] {
            std::vector<std::uint32_t> projects;
            for (const auto& purchase : run.purchases()) projects.push_back(purchase.project);
            return projects;
        };
        const auto start = draw(0, 30'000);
        run.run(start, LookAhead::increments);
        const auto alike = run.increments_alike();
        const auto projects = bought();
        for (const auto more : {std::int64_t{0}, std::min<std::int64_t>(alike, 1'000'000'000),
                                draw(0, std::min<std::int64_t>(alike, 1'000'000'000))}) {
            run.run(start + more);
            RC_ASSERT(bought() == projects);
        }
    }));
}

TEST(EqualShares, leaps_far_when_the_unit_is_small)
{
    // A million units for each voter: stepping would take some 400,000 runs.
    Election election({BallotKind::approval, 3'000'000, 0, 0},
                      {{"a", "", 900'000}, {"b", "", 1'700'000}, {"c", "", 1'600'000}});
    election.add_ballot("1", {{0, 1}});
    election.add_ballot("2", {{0, 1}, {1, 1}});
    election.add_ballot("3", {{2, 1}});
    Options options;
    options.completion = Completion::add1;
    const auto outcome = equal_shares(election, options);
    EXPECT_EQ(ids(election, outcome.selected), (std::vector<std::string>{"a", "c"}));
    EXPECT_EQ(outcome.increments, 600'000);
    EXPECT_LT(outcome.runs, 10);
}

} // namespace
} // namespace moothall::decide::shares
