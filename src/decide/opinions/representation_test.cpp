#include "decide/opinions/representation.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace moothall::decide::opinions {
namespace {

/// `rows[person][statement]`: 1, 0, -1, or 9 for not seen.
VoteTable table(const std::vector<std::vector<int>>& rows)
{
    VoteTableBuilder builder;
    for (std::size_t person = 0; person < rows.size(); ++person)
        for (std::size_t at = 0; at < rows[person].size(); ++at)
            if (rows[person][at] != 9)
                builder.add(std::to_string(person), std::to_string(at),
                            static_cast<Vote>(rows[person][at]));
    return std::move(builder).build();
}

/// Two camps of six: they part on statements 0 and 1, and share 2; 3 was seen by one camp only.
VoteTable two_camps()
{
    std::vector<std::vector<int>> rows;
    for (int person = 0; person < 6; ++person) rows.push_back({1, -1, 1, 1});
    for (int person = 0; person < 6; ++person) rows.push_back({-1, 1, 1, 9});
    return table(rows);
}

const std::vector<std::int32_t> camps{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};

TEST(Representation, figures_are_those_of_the_paper)
{
    const auto votes = two_camps();
    const auto counts = count_by_group(votes, camps, 2);
    EXPECT_EQ(counts[0][0].agree, 6);
    EXPECT_EQ(counts[1][0].disagree, 6);
    EXPECT_EQ(counts[1][3].seen, 0);

    const auto found = find_representatives(votes, counts, 5, BestAgree::of_agreed);
    ASSERT_EQ(found.size(), 2U);
    const auto& first = found[0].front();
    EXPECT_EQ(first.statement, 0U);
    EXPECT_EQ(first.direction, Direction::agree);
    EXPECT_TRUE(first.best_agree);
    EXPECT_DOUBLE_EQ(first.probability, 7.0 / 8);
    EXPECT_DOUBLE_EQ(first.repness, (7.0 / 8) / (1.0 / 8));
    EXPECT_DOUBLE_EQ(first.probability_test, 2 * std::sqrt(7.0) * 0.5);
    // Seven of seven against one of seven, with one added to each.
    EXPECT_NEAR(first.repness_test, (1 - 1.0 / 7) / std::sqrt(8.0 / 14 * (6.0 / 14) * (2.0 / 7)),
                1e-12);
}

TEST(Representation, agrees_come_before_disagrees_and_what_all_share_stands_for_nobody)
{
    const auto votes = two_camps();
    const auto found =
        find_representatives(votes, count_by_group(votes, camps, 2), 5, BestAgree::of_agreed);
    ASSERT_EQ(found[0].size(), 2U);
    EXPECT_EQ(found[0][1].statement, 1U);
    EXPECT_EQ(found[0][1].direction, Direction::disagree);
    for (const auto& group : found)
        for (const auto& one : group) EXPECT_NE(one.statement, 2U);
}

TEST(Representation, a_statement_that_was_moderated_out_stands_for_nobody)
{
    auto votes = two_camps();
    votes.moderate_out(0);
    const auto counts = count_by_group(votes, camps, 2);
    for (const auto& group : find_representatives(votes, counts, 5, BestAgree::of_agreed))
        for (const auto& one : group) EXPECT_NE(one.statement, 0U);
    EXPECT_EQ(find_consensus(votes, counts, 5, ModeratedOut::left_out).group_informed.size(), 3U);
    EXPECT_EQ(find_consensus(votes, counts, 5, ModeratedOut::included).group_informed.size(), 4U);
}

TEST(Representation, a_group_is_not_led_by_what_it_rejects)
{
    // Of the second group 30 in 100 agree with statement 1, of the first 90: for Polis' product of
    // four factors the two negative ones make that a better agree than 52 against 51.
    std::vector<std::vector<int>> rows;
    for (int person = 0; person < 100; ++person)
        rows.push_back({person < 51 ? 1 : -1, person < 90 ? 1 : -1});
    for (int person = 0; person < 100; ++person)
        rows.push_back({person < 52 ? 1 : -1, person < 30 ? 1 : -1});
    const auto votes = table(rows);
    std::vector<std::int32_t> groups(200, 0);
    std::fill(groups.begin() + 100, groups.end(), 1);
    const auto counts = count_by_group(votes, groups, 2);
    const auto leads = [&](BestAgree rule) {
        const auto found = find_representatives(votes, counts, 5, rule);
        for (const auto& one : found[1])
            if (one.best_agree) return one.statement;
        return std::size_t{99};
    };
    EXPECT_EQ(leads(BestAgree::of_agreed), 0U);
    EXPECT_EQ(leads(BestAgree::as_polis), 1U);
}

TEST(Consensus, is_of_all_participants_and_multiplies_over_groups)
{
    const auto votes = two_camps();
    const auto consensus =
        find_consensus(votes, count_by_group(votes, camps, 2), 5, ModeratedOut::left_out);
    ASSERT_FALSE(consensus.agree.empty());
    EXPECT_EQ(consensus.agree.front().statement, 2U);
    EXPECT_EQ(consensus.agree.front().counts.agree, 12);
    EXPECT_TRUE(consensus.disagree.empty());
    ASSERT_EQ(consensus.group_informed.size(), 4U);
    EXPECT_DOUBLE_EQ(consensus.group_informed[2].agree, 7.0 / 8 * (7.0 / 8));
    EXPECT_DOUBLE_EQ(consensus.group_informed[0].disagree, 1.0 / 8 * (7.0 / 8));
    EXPECT_DOUBLE_EQ(consensus.group_informed[3].agree, 7.0 / 8 * 0.5) << "nobody saw: one half";
}

TEST(Routing, new_and_telling_statements_come_first)
{
    const Counts fresh{0, 0, 0};
    const Counts old{10, 10, 20};
    EXPECT_GT(routing_priority(fresh, 1, false), routing_priority(old, 1, false));
    EXPECT_GT(routing_priority(old, 2, false), routing_priority(old, 1, false));
    const Counts passed{1, 1, 20};
    EXPECT_GT(routing_priority(old, 1, false), routing_priority(passed, 1, false));
    EXPECT_EQ(routing_priority(old, 1, true), 49);
    // (1 - 1/2) (1 + 0) 1/2 = 1/4 with nine times the weight of a new one.
    EXPECT_DOUBLE_EQ(routing_priority(fresh, 0, false), 2.25 * 2.25);
}

} // namespace
} // namespace moothall::decide::opinions
