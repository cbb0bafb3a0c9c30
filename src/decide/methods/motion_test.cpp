#include "decide/methods/motion.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace moothall::decide::methods {
namespace {

std::vector<Answer> answers(int yes, int no, int abstain)
{
    std::vector<Answer> all;
    all.insert(all.end(), static_cast<std::size_t>(yes), Answer::yes);
    all.insert(all.end(), static_cast<std::size_t>(no), Answer::no);
    all.insert(all.end(), static_cast<std::size_t>(abstain), Answer::abstain);
    return all;
}

Electorate electorate(std::int64_t members, Share threshold, Bar bar, Share quorum, int yes, int no,
                      int abstain)
{
    return {{members, threshold, bar, quorum}, answers(yes, no, abstain)};
}

TEST(Motion, both_the_company_and_its_customers_must_want_it)
{
    const auto company = electorate(20, {1, 2}, Bar::more_than, {1, 2}, 12, 3, 1);
    const auto customers_for = electorate(100, {2, 3}, Bar::at_least, {1, 5}, 16, 8, 0);
    const auto customers_against = electorate(100, {2, 3}, Bar::at_least, {1, 5}, 15, 8, 9);

    const auto passes = count_motion(std::vector{company, customers_for});
    EXPECT_TRUE(passes.passes);
    EXPECT_EQ(passes.electorates[1].missing_for_threshold, 0);

    const auto fails = count_motion(std::vector{company, customers_against});
    EXPECT_FALSE(fails.passes);
    EXPECT_TRUE(fails.electorates[0].passes);
    EXPECT_FALSE(fails.electorates[1].passes);
    EXPECT_TRUE(fails.electorates[1].quorum_reached);
    EXPECT_EQ(fails.electorates[1].missing_for_threshold, 1);
}

TEST(Motion, exactly_two_thirds_pass_a_bar_of_two_thirds_and_a_tie_fails_more_than_half)
{
    const auto two_thirds =
        count_motion(std::vector{electorate(9, {2, 3}, Bar::at_least, {0, 1}, 6, 3, 0)});
    EXPECT_TRUE(two_thirds.passes);
    const auto tie =
        count_motion(std::vector{electorate(9, {1, 2}, Bar::more_than, {0, 1}, 3, 3, 0)});
    EXPECT_FALSE(tie.passes);
    EXPECT_EQ(tie.electorates[0].missing_for_threshold, 1);
}

TEST(Motion, an_abstention_counts_for_the_quorum_and_not_for_the_threshold)
{
    const auto result =
        count_motion(std::vector{electorate(10, {1, 2}, Bar::more_than, {1, 2}, 1, 0, 4)});
    EXPECT_TRUE(result.electorates[0].quorum_reached);
    EXPECT_TRUE(result.passes);
    const auto too_few =
        count_motion(std::vector{electorate(11, {1, 2}, Bar::more_than, {1, 2}, 1, 0, 4)});
    EXPECT_FALSE(too_few.passes);
    EXPECT_EQ(too_few.electorates[0].missing_for_quorum, 1) << "six of eleven are needed";
}

TEST(Motion, nothing_passes_where_nobody_says_yes_or_no)
{
    const auto result =
        count_motion(std::vector{electorate(3, {0, 1}, Bar::at_least, {0, 1}, 0, 0, 3)});
    EXPECT_FALSE(result.passes);
    EXPECT_FALSE(count_motion({}).passes) << "no electorate, no decision";
}

TEST(Motion, one_no_stops_all_and_no_number_of_yes_helps)
{
    const auto all = electorate(9, {1, 1}, Bar::at_least, {0, 1}, 8, 1, 0);
    EXPECT_FALSE(count_motion(std::vector{all}).electorates[0].missing_for_threshold.has_value());
    const auto none = electorate(9, {1, 1}, Bar::at_least, {0, 1}, 0, 0, 2);
    EXPECT_EQ(count_motion(std::vector{none}).electorates[0].missing_for_threshold, 1);
}

TEST(Motion, what_is_missing_is_exactly_enough)
{
    EXPECT_TRUE(rc::check([] {
        const auto yes = *rc::gen::inRange(0, 30);
        const auto no = *rc::gen::inRange(0, 30);
        const auto whole = *rc::gen::inRange(1, 10);
        const Share threshold{*rc::gen::inRange(0, whole), whole};
        const auto bar = *rc::gen::element(Bar::more_than, Bar::at_least);
        const auto passes = [&](int more) {
            return count_motion(
                       std::vector{electorate(1000, threshold, bar, {0, 1}, yes + more, no, 0)})
                .passes;
        };
        const auto result =
            count_motion(std::vector{electorate(1000, threshold, bar, {0, 1}, yes, no, 0)});
        const auto missing = result.electorates[0].missing_for_threshold;
        RC_ASSERT(missing.has_value());
        RC_ASSERT(passes(static_cast<int>(*missing)));
        if (*missing > 0) RC_ASSERT(!passes(static_cast<int>(*missing) - 1));
    }));
}

TEST(Motion, more_yes_never_harms_and_more_no_never_helps)
{
    EXPECT_TRUE(rc::check([] {
        const auto yes = *rc::gen::inRange(0, 30);
        const auto no = *rc::gen::inRange(0, 30);
        const Share quorum{*rc::gen::inRange(0, 4), 4};
        const auto passes = [&](int more_yes, int more_no) {
            return count_motion(std::vector{electorate(70, {2, 3}, Bar::at_least, quorum,
                                                       yes + more_yes, no + more_no, 0)})
                .passes;
        };
        if (passes(0, 0)) RC_ASSERT(passes(1, 0));
        // A no may make the quorum: then it can help a motion through, which is why people stay
        // away. With the quorum reached already it cannot.
        if (!passes(0, 0) && compare(yes + no, 70, quorum) >= 0) RC_ASSERT(!passes(0, 1));
    }));
}

TEST(Consent, one_objection_stops_and_a_stand_aside_does_not)
{
    using enum ConsentAnswer;
    const ConsentRules rules{6, {1, 2}};
    const auto passes = count_consent(std::vector{consent, stand_aside, consent}, rules);
    EXPECT_TRUE(passes.passes);
    EXPECT_EQ(passes.stand_asides, 1);
    EXPECT_FALSE(count_consent(std::vector{consent, consent, consent, objection}, rules).passes);
    const auto too_few = count_consent(std::vector{consent, consent}, rules);
    EXPECT_FALSE(too_few.passes);
    EXPECT_EQ(too_few.missing_for_quorum, 1);
    EXPECT_FALSE(count_consent({}, {6, {0, 1}}).passes) << "silence is no consent";
}

} // namespace
} // namespace moothall::decide::methods
