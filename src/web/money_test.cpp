#include "web/money.hpp"

#include "web/language.hpp"

#include <gtest/gtest.h>

namespace moothall::web {
namespace {

std::string twelve(const char* language, std::string_view unit)
{
    const auto around = around_amount(unit, Language::of(language));
    return around.before + "12" + around.after;
}

TEST(Money, stands_where_each_language_puts_it)
{
    EXPECT_EQ(twelve("en", "€"), "€12");
    EXPECT_EQ(twelve("en", "EUR"), "€12");
    EXPECT_EQ(twelve("en", "£"), "£12");
    EXPECT_EQ(twelve("en", "$"), "$12");
    EXPECT_EQ(twelve("en", "CAD"), "CA$12");
    EXPECT_EQ(twelve("en", "HUF"), "HUF\u00a012");
    EXPECT_EQ(twelve("fr", "€"), "12\u00a0€");
    EXPECT_EQ(twelve("fr", "£"), "12\u00a0£");
    EXPECT_EQ(twelve("tr", "₺"), "₺12");
    EXPECT_EQ(twelve("fi", "€"), "12\u00a0€");
}

TEST(Money, that_is_no_currency_has_its_unit_last)
{
    for (const auto* unit : {"days", "kr", "QQQ", "eur", "points of 0.5", ""})
        EXPECT_EQ(twelve("en", unit), "12\u00a0" + std::string(unit)) << unit;
}

} // namespace
} // namespace moothall::web
