#include "web/accent.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>

namespace moothall::web {
namespace {

std::string style_sheet()
{
    std::ifstream file(MOOTHALL_SOURCE_DIR "/src/web/assets/moothall.css");
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The values a token has in the style sheet: light first, then dark.
std::vector<Colour> values_of(const std::string& token)
{
    const auto text = style_sheet();
    const std::regex pattern("--" + token + ": (#[0-9a-f]{6});");
    std::vector<Colour> values;
    for (auto at = std::sregex_iterator(text.begin(), text.end(), pattern);
         at != std::sregex_iterator(); ++at)
        values.push_back(parse_colour((*at)[1].str()).value());
    return values;
}

TEST(Accents, colours_are_read_and_written)
{
    EXPECT_EQ(to_text(parse_colour("#0f6B5c").value()), "#0f6b5c");
    for (const auto* bad : {"", "#fff", "0f6b5", "0f6b5cc", "#0f6b5g", "0f6b5c;"})
        EXPECT_FALSE(parse_colour(bad)) << bad;
}

TEST(Accents, contrast_is_that_of_the_guidelines)
{
    EXPECT_NEAR(contrast({0, 0, 0}, {255, 255, 255}), 21, 0.001);
    EXPECT_NEAR(contrast({255, 255, 255}, {255, 255, 255}), 1, 0.001);
    // The grey that is named everywhere as the lightest one for text on white.
    EXPECT_NEAR(contrast({0x76, 0x76, 0x76}, {255, 255, 255}), 4.54, 0.01);
}

TEST(Accents, a_colour_that_reads_already_is_left_alone)
{
    const Colour house{0x0f, 0x6b, 0x5c};
    EXPECT_EQ(accent_on_light(house).accent, house);
    EXPECT_EQ(accent_on_light(house).ink, (Colour{255, 255, 255}));
}

RC_GTEST_PROP(Accents, whatever_is_wished_for_can_be_read,
              (std::uint8_t red, std::uint8_t green, std::uint8_t blue))
{
    const Colour wished{red, green, blue};
    for (const bool dark : {false, true}) {
        const auto accent = dark ? accent_on_dark(wished) : accent_on_light(wished);
        RC_ASSERT(contrast(accent.accent, accent.ink) >= 4.5);
        RC_ASSERT(contrast(accent.accent, accent.wash) >= 4.5);
        for (const auto* token : {"paper", "card", "wash"}) {
            const auto grounds = values_of(token);
            RC_ASSERT(contrast(accent.accent, grounds.at(dark ? 1 : 0)) >= 4.5);
        }
        // Text on the pale ground is ink.
        RC_ASSERT(contrast(values_of("ink").at(dark ? 1 : 0), accent.wash) >= 7);
    }
}

} // namespace
} // namespace moothall::web
