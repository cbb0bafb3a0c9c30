#include "sense/themes/themes.hpp"

#include "sense/near/random.hpp"
#include "sense/themes/labelled_for_tests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>

namespace moothall::sense {

namespace {

using testing::ElementsAre;
using testing::Optional;

TextSpace space_of(std::span<const std::string_view> texts)
{
    TextSpaceSettings settings;
    settings.threads = 2;
    return *TextSpace::build(english(), texts, settings);
}

Themes themes_of(const TextSpace& space, std::span<const Wish> wishes = {},
                 const Themes* previous = nullptr, Rebuild rebuild = Rebuild::gently)
{
    ThemeSettings settings;
    settings.threads = 2;
    settings.wishes = wishes;
    settings.previous = previous;
    settings.rebuild = rebuild;
    return *find_themes(space, settings);
}

const Labelled& nine_intents()
{
    static const auto data =
        Labelled::read(source_file("src/sense/themes/testdata/banking_nine_intents.tsv"));
    return data;
}

Wish together(std::uint32_t left, std::uint32_t right)
{
    return {Wish::Kind::together, left, right};
}
Wish apart(std::uint32_t left, std::uint32_t right)
{
    return {Wish::Kind::apart, left, right};
}

} // namespace

TEST(Themes, are_the_intents_of_the_people_who_wrote)
{
    const auto& data = nine_intents();
    const auto themes = themes_of(space_of(data.views()));
    EXPECT_GT(v_measure(data.labels, themes.theme_of), 0.85);
    EXPECT_THAT(themes.themes.size(), testing::AllOf(testing::Ge(7U), testing::Le(14U)));
    EXPECT_TRUE(themes.parents.empty());
    EXPECT_LT(themes.unassigned(), 8U);
    std::size_t total = themes.unassigned();
    for (std::size_t i = 0; i < themes.themes.size(); ++i) {
        EXPECT_EQ(themes.themes[i].size, themes.members()[i].size());
        EXPECT_EQ(themes.themes[i].id, i + 1);
        total += themes.themes[i].size;
    }
    EXPECT_EQ(total, data.texts.size());
}

TEST(Themes, are_none_of_texts_that_say_nothing)
{
    const std::vector<std::string_view> texts(50, "");
    EXPECT_EQ(themes_of(space_of(texts)).unassigned(), 50U);
}

TEST(Themes, do_not_depend_on_the_order_of_the_texts)
{
    const auto texts = nine_intents().views();
    std::vector<std::size_t> order(texts.size());
    std::iota(order.begin(), order.end(), 0U);
    Random(3).shuffle(order);
    std::vector<std::string_view> shuffled;
    for (const auto at : order) shuffled.push_back(texts[at]);
    const auto themes = themes_of(space_of(texts));
    const auto of_shuffled = themes_of(space_of(shuffled));
    ASSERT_EQ(of_shuffled.themes.size(), themes.themes.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        EXPECT_EQ(of_shuffled.theme_of[i], themes.theme_of[order[i]]);
}

TEST(Themes, are_not_changed_by_copies_of_a_text)
{
    auto texts = nine_intents().views();
    const auto before = themes_of(space_of(texts));
    const auto count = texts.size();
    for (int copy = 0; copy < 40; ++copy) texts.push_back(texts[17]);
    for (std::size_t i = 0; i < count; i += 10) texts.push_back(texts[i]);
    const auto after = themes_of(space_of(texts));
    // Themes may change places, since they are sorted by size: compare who is with whom.
    std::vector<std::int32_t> first(after.theme_of.begin(),
                                    after.theme_of.begin() + static_cast<std::ptrdiff_t>(count));
    EXPECT_EQ(after.themes.size(), before.themes.size());
    EXPECT_DOUBLE_EQ(v_measure(before.theme_of, first), 1);
    EXPECT_EQ(after.theme_of[count + 5], after.theme_of[17]);
}

TEST(Themes, leave_out_what_is_about_nothing_here)
{
    auto texts = nine_intents().views();
    const auto count = texts.size();
    for (const auto text :
         {"", "   ", "qwzx vbnmk", "the otters of the northern fjords sleep afloat"})
        texts.emplace_back(text);
    const auto themes = themes_of(space_of(texts));
    for (auto i = count; i < texts.size(); ++i) EXPECT_EQ(themes.theme_of[i], no_theme) << texts[i];
}

TEST(Themes, keep_their_ids_when_texts_come_and_when_all_is_built_anew)
{
    const auto texts = nine_intents().views();
    std::vector<std::string_view> old;
    std::vector<std::string_view> added;
    for (std::size_t i = 0; i < texts.size(); ++i) (i % 10 == 9 ? added : old).push_back(texts[i]);
    auto space = space_of(old);
    const auto before = themes_of(space);
    space.add(added);
    for (const auto rebuild : {Rebuild::gently, Rebuild::afresh}) {
        const auto after = themes_of(space, {}, &before, rebuild);
        std::size_t kept = 0;
        std::size_t assigned = 0;
        for (std::size_t i = 0; i < old.size(); ++i) {
            if (before.theme_of[i] == no_theme) continue;
            ++assigned;
            if (after.theme_of[i] == no_theme) continue;
            kept += after.themes[static_cast<std::size_t>(after.theme_of[i])].id ==
                            before.themes[static_cast<std::size_t>(before.theme_of[i])].id
                        ? 1U
                        : 0U;
        }
        EXPECT_GT(static_cast<double>(kept), 0.9 * static_cast<double>(assigned));
        EXPECT_GE(after.next_id, before.next_id);
    }
    // One that just came joins the theme that a rebuild gives it, nearly always.
    const auto after = themes_of(space, {}, &before);
    std::size_t same = 0;
    for (std::size_t i = 0; i < added.size(); ++i) {
        const auto joined = theme_by_neighbours(space, before, old.size() + i);
        const auto given = after.theme_of[old.size() + i];
        if (joined == no_theme || given == no_theme) continue;
        same += before.themes[static_cast<std::size_t>(joined)].id ==
                        after.themes[static_cast<std::size_t>(given)].id
                    ? 1U
                    : 0U;
    }
    EXPECT_GT(static_cast<double>(same), 0.85 * static_cast<double>(added.size()));
}

TEST(Themes, obey_what_people_said)
{
    const auto& data = nine_intents();
    const auto space = space_of(data.views());
    const auto free = themes_of(space);
    // A text of the first intent and one of the third, and two of the fifth.
    ASSERT_NE(free.theme_of[2], free.theme_of[65]);
    ASSERT_EQ(free.theme_of[121], free.theme_of[125]);
    const std::vector<Wish> wishes = {together(2, 65), apart(121, 125)};
    for (const auto rebuild : {Rebuild::afresh, Rebuild::gently}) {
        const auto themes = themes_of(space, wishes, &free, rebuild);
        EXPECT_EQ(themes.theme_of[2], themes.theme_of[65]);
        EXPECT_NE(themes.theme_of[2], no_theme);
        EXPECT_NE(themes.theme_of[121], themes.theme_of[125]);
        EXPECT_TRUE(themes.overruled.empty());
        EXPECT_GT(v_measure(data.labels, themes.theme_of), 0.8);
    }
}

TEST(Themes, are_left_when_told_to_stop)
{
    const auto space = space_of(nine_intents().views());
    ThemeSettings settings;
    settings.progress = [](std::string_view, double) { return Continue::no; };
    EXPECT_FALSE(find_themes(space, settings).has_value());
    TextSpaceSettings space_settings;
    space_settings.search.progress = settings.progress;
    EXPECT_FALSE(TextSpace::build(english(), nine_intents().views(), space_settings).has_value());
}

TEST(Themes, of_no_texts_are_none)
{
    const auto themes = themes_of(space_of({}));
    EXPECT_TRUE(themes.themes.empty());
    const std::vector<std::string_view> one = {"a single text"};
    EXPECT_EQ(themes_of(space_of(one)).unassigned(), 1U);
}

TEST(Themes, reach_the_quality_measured_on_real_data)
{
    const auto folder = data_folder();
    if (!folder) GTEST_SKIP() << "MOOTHALL_DATA does not name a folder with the labelled data.";
    const std::vector<std::pair<std::string, double>> wanted = {{"banking77_train.tsv", 0.811},
                                                                {"hwu64_kfold1.tsv", 0.753}};
    for (const auto& [file, v_min] : wanted) {
        const auto data = Labelled::read(*folder + "/sense/" + file);
        const auto space = space_of(data.views());
        const auto themes = themes_of(space);
        EXPECT_GE(v_measure(data.labels, themes.theme_of), v_min) << file;
        EXPECT_GT(themes.parents.size(), 5U);
        EXPECT_LT(themes.unassigned(), data.texts.size() / 100);
    }
}

TEST(Wishes, that_contradict_later_ones_are_overruled)
{
    const std::vector<std::uint32_t> points = {0, 1, 2, 3, 3};
    const std::vector<Wish> wishes = {together(0, 1), apart(0, 1), apart(3, 4), together(1, 2),
                                      together(2, 0)};
    const auto settled = settle(wishes, points, 4);
    // The last two say 1 = 2 = 0, so the second cannot hold; texts 3 and 4 are copies.
    EXPECT_THAT(settled.overruled, ElementsAre(1U, 2U));
    EXPECT_THAT(settled.node_of, ElementsAre(0, 0, 0, 1));
    EXPECT_TRUE(settled.apart.empty());
}

TEST(Wishes, to_be_together_yield_to_a_later_one_to_be_apart)
{
    const std::vector<std::uint32_t> points = {0, 1, 2};
    const std::vector<Wish> wishes = {together(0, 1), together(1, 2), apart(0, 2)};
    const auto settled = settle(wishes, points, 3);
    EXPECT_THAT(settled.overruled, ElementsAre(0U));
    EXPECT_THAT(settled.node_of, ElementsAre(0, 1, 1));
    EXPECT_THAT(settled.apart, ElementsAre(std::pair(0U, 1U)));
}

TEST(MatchedGroups, give_a_name_to_the_larger_part_and_to_nobody_by_accident)
{
    // The first group splits 4 to 2; the second goes on with a stranger; the third dissolves.
    const std::vector<std::int32_t> before = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, -1};
    const std::vector<std::int32_t> after = {0, 0, 0, 0, 2, 2, 1, 1, 1, 0, 1, 3, -1, 1, 3, 3, 3};
    EXPECT_THAT(matched_groups(before, 3, after, 4),
                ElementsAre(Optional(0U), Optional(1U), std::nullopt, Optional(2U)));
}

} // namespace moothall::sense
