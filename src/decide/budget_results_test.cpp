#include "decide/budget_results.hpp"

#include <gtest/gtest.h>

namespace moothall::decide {
namespace {

std::shared_ptr<const WrittenResult> written(std::string html)
{
    return std::make_shared<const WrittenResult>(WrittenResult{"It passed.", std::move(html)});
}

TEST(BudgetResults, are_found_until_something_changes)
{
    BudgetResults results;
    EXPECT_EQ(results.find("0am4 en", "closed"), nullptr);
    results.keep("0am4 en", "closed", written("<p>soon</p>"));
    ASSERT_NE(results.find("0am4 en", "closed"), nullptr);
    EXPECT_EQ(results.find("0am4 en", "closed")->html, "<p>soon</p>");
    EXPECT_EQ(results.find("0am4 fi", "closed"), nullptr);
    EXPECT_EQ(results.find("0am4 en", "explained"), nullptr);
    results.keep("0am4 en", "explained", written("<p>why</p>"));
    EXPECT_EQ(results.find("0am4 en", "explained")->html, "<p>why</p>");
    EXPECT_EQ(results.find("0am4 en", "closed"), nullptr);
}

TEST(BudgetResults, of_old_budgets_make_room_and_one_that_is_being_sent_stays)
{
    BudgetResults results;
    results.keep("0am100 en", "closed", written("the oldest"));
    const auto sent = results.find("0am100 en", "closed");
    for (int budget = 200; budget < 300; ++budget)
        results.keep("0am" + std::to_string(budget) + " en", "closed", written("newer"));
    EXPECT_EQ(results.find("0am100 en", "closed"), nullptr);
    EXPECT_NE(results.find("0am299 en", "closed"), nullptr);
    EXPECT_EQ(sent->html, "the oldest");
}

} // namespace
} // namespace moothall::decide
