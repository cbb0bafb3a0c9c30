#include "sense/similar/similar.hpp"

#include "sense/themes/labelled_for_tests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace moothall::sense {

namespace {

using testing::ElementsAre;

std::vector<std::uint32_t> found(const SimilarTexts& texts, std::string_view query,
                                 std::size_t limit = 3)
{
    std::vector<std::uint32_t> numbers;
    for (const auto& match : texts.find(query, {}, limit)) numbers.push_back(match.text);
    return numbers;
}

SimilarTexts search_in_nine_intents(std::size_t compared_max = 20'000)
{
    const auto data =
        Labelled::read(source_file("src/sense/themes/testdata/banking_nine_intents.tsv"));
    SimilarTexts texts(english(), "en", compared_max);
    for (const auto& text : data.texts) texts.add(text, {});
    return texts;
}

} // namespace

TEST(SimilarTexts, are_found_by_meaning_and_by_words)
{
    SimilarTexts texts(english(), "en");
    texts.add("My parcel has not arrived yet", {});
    texts.add("Invoice X4711 is wrong", "The sum does not add up.");
    texts.add("How do I change my password?", {});
    texts.add("Do you sell gift cards?", {});
    EXPECT_EQ(found(texts, "the package still did not come").front(), 0U);
    EXPECT_EQ(found(texts, "x4711").front(), 1U);
    EXPECT_EQ(found(texts, "reset passwords").front(), 2U);
}

TEST(SimilarTexts, do_not_show_what_was_removed_or_may_not_be_seen)
{
    auto texts = search_in_nine_intents();
    const auto first = found(texts, "my card was stolen").front();
    const auto seen =
        texts.find("my card was stolen", {}, 5, [&](std::uint32_t text) { return text != first; });
    ASSERT_EQ(seen.size(), 5U);
    for (const auto& match : seen) EXPECT_NE(match.text, first);
    texts.remove(first);
    EXPECT_NE(found(texts, "my card was stolen").front(), first);
}

TEST(SimilarTexts, are_not_crowded_out_by_what_may_not_be_seen)
{
    SimilarTexts texts(english(), "en", 100);
    for (int i = 0; i < 600; ++i)
        texts.add("Invoice X4711 is wrong, says customer " + std::to_string(i), {});
    const auto open = texts.add("The lift in the tower stands still, see ticket X4711", {});
    const auto seen =
        texts.find("invoice x4711", {}, 5, [&](std::uint32_t text) { return text == open; });
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].text, open);
    EXPECT_EQ(found(texts, "the lift stands still").front(), open);
}

TEST(SimilarTexts, put_the_same_text_first)
{
    const auto data =
        Labelled::read(source_file("src/sense/themes/testdata/banking_nine_intents.tsv"));
    for (const auto compared_max : {20'000U, 100U}) {
        const auto texts = search_in_nine_intents(compared_max);
        for (std::uint32_t i = 0; i < data.texts.size(); i += 7) {
            const auto matches = texts.find(data.texts[i], {}, 1);
            ASSERT_EQ(matches.size(), 1U);
            EXPECT_NEAR(matches[0].meaning, 1, 1e-3) << data.texts[i];
        }
    }
}

TEST(SimilarTexts, of_nothing_or_among_none_are_none)
{
    SimilarTexts texts(english(), "en");
    EXPECT_TRUE(found(texts, "anything").empty());
    texts.add("One text", {});
    EXPECT_TRUE(found(texts, "").empty());
    EXPECT_THAT(found(texts, "a text"), ElementsAre(0U));
    EXPECT_TRUE(texts.find("a text", {}, 0).empty());
}

TEST(SimilarTexts, have_the_titles_that_people_would_give)
{
    EXPECT_EQ(title_of("A title — and more. And more."), "A title");
    EXPECT_EQ(title_of("First line\nsecond line"), "First line");
    EXPECT_EQ(title_of("One sentence. Another one."), "One sentence.");
}

TEST(SimilarTexts, find_marked_duplicates_as_often_as_measured)
{
    const auto folder = data_folder();
    if (!folder) GTEST_SKIP() << "MOOTHALL_DATA does not name a folder with the labelled data.";
    const auto rows_of = [&](const std::string& name) {
        auto rows = tsv_rows(*folder + "/sense/" + name);
        rows.erase(rows.begin());
        return rows;
    };
    SimilarTexts index(english(), "en");
    std::map<std::string, std::uint32_t> number;
    std::vector<std::string> texts;
    for (const auto& row : rows_of("metase_dups_texts.tsv")) {
        const auto title = title_of(row[1]);
        number[row[0]] = index.add(title, std::string_view(row[1]).substr(title.size()));
        texts.push_back(row[1]);
    }
    std::map<std::uint32_t, std::set<std::uint32_t>> wanted;
    for (const auto& row : rows_of("metase_dups_pairs.tsv")) {
        if (row[2] != "1") continue;
        wanted[number.at(row[0])].insert(number.at(row[1]));
        wanted[number.at(row[1])].insert(number.at(row[0]));
    }
    std::size_t hits = 0;
    for (const auto& [query, duplicates] : wanted) {
        const auto title = title_of(texts[query]);
        const auto matches = index.find(title, std::string_view(texts[query]).substr(title.size()),
                                        5, [&](std::uint32_t text) { return text != query; });
        hits += std::ranges::any_of(
                    matches, [&](const auto& match) { return duplicates.contains(match.text); })
                    ? 1U
                    : 0U;
    }
    const auto recall = static_cast<double>(hits) / static_cast<double>(wanted.size());
    RecordProperty("recall_at_5", std::to_string(recall));
    EXPECT_GE(recall, 0.55);
}

} // namespace moothall::sense
