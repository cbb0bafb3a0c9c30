#include "decide/shares/decimal.hpp"
#include "decide/shares/equal_shares.hpp"
#include "decide/shares/pabulib.hpp"
#include "text/json.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

// Outcomes of pabutools 1.2.3 (https://pypi.org/project/pabutools/): exact fractions, ties by id as
// text, resolute. testdata/small_cases.jsonl is ours (drawn at random or made by hand) with
// pabutools' outcomes; the files of real elections (https://pabulib.org) state no licence that
// would let us publish them, so they are read from the folder that MOOTHALL_DATA names.

namespace moothall::decide::shares {
namespace {

std::string read_file(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<std::string> strings(const Json& list)
{
    std::vector<std::string> result;
    for (std::size_t at = 0; at < list.size(); ++at)
        result.emplace_back(list.at(at).string().value_or("(no string)"));
    return result;
}

std::vector<std::string> selected(const Election& election, const Outcome& outcome)
{
    std::vector<std::string> ids;
    for (const auto at : outcome.selected) ids.push_back(election.projects()[at].id);
    return ids;
}

Utility utility_named(std::string_view name)
{
    return name == "card" ? Utility::cardinality : utility_of(name).value();
}

TEST(LikePabutools, small_cases)
{
    std::ifstream file(MOOTHALL_SOURCE_DIR "/src/decide/shares/testdata/small_cases.jsonl");
    std::string line;
    int cases = 0;
    int outcomes = 0;
    while (std::getline(file, line)) {
        const auto json = Json::parse(line).value();
        const auto reading = read_pabulib(json.find("pb").string().value());
        ASSERT_TRUE(reading.election) << line;
        const auto& election = *reading.election;
        EXPECT_EQ(static_cast<std::int64_t>(election.voter_count()), json.find("voters").integer());
        ++cases;
        const auto expected = json.find("expected");
        for (const auto key : expected.keys()) {
            // greedy_UTILITY, or mes_UTILITY_plain|add1 and perhaps _greedy
            const bool is_greedy = key.starts_with("greedy_");
            const auto begin = key.find('_') + 1;
            const auto end = std::min(key.find('_', begin), key.size());
            Options options;
            options.utility = utility_named(key.substr(begin, end - begin));
            const auto rest = key.substr(end);
            if (rest == "_plain_greedy") options.completion = Completion::greedy;
            if (rest == "_add1") options.completion = Completion::add1;
            if (rest == "_add1_greedy") options.completion = Completion::add1_greedy;
            const auto outcome =
                is_greedy ? greedy(election, options) : equal_shares(election, options);
            EXPECT_EQ(selected(election, outcome), strings(expected.find(key)))
                << json.find("name").string().value() << " " << key;
            ++outcomes;
        }
    }
    EXPECT_EQ(cases, 208);
    EXPECT_EQ(outcomes, 2080);
}

TEST(LikePabutools, real_elections)
{
    const char* data = std::getenv("MOOTHALL_DATA");
    if (data == nullptr)
        GTEST_SKIP() << "Left out: MOOTHALL_DATA does not name the folder with pabulib/ and "
                        "expected/pabulib/.";
    const std::filesystem::path folder(data);
    int outcomes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "expected" / "pabulib")) {
        const auto json = Json::parse(read_file(entry.path())).value();
        const std::string name(json.find("instance").string().value());
        const auto reading = read_pabulib(read_file(folder / "pabulib" / name));
        ASSERT_TRUE(reading.election) << name;
        const auto& election = *reading.election;
        EXPECT_EQ(static_cast<std::int64_t>(election.voter_count()), json.find("voters").integer());
        EXPECT_EQ(static_cast<std::int64_t>(election.ballot_count()),
                  json.find("distinct_ballots").integer())
            << name;
        const auto rules = json.find("rules");
        for (const auto key : rules.keys()) {
            const auto rule = rules.find(key);
            const auto begin = key.find('_') + 1;
            const auto end = std::min(key.find('_', begin), key.size());
            Options options;
            options.utility = utility_named(key.substr(begin, end - begin));
            const auto compare = [&](const Outcome& outcome, std::size_t count, const char* list) {
                if (!rule.find(list)) return; // it took pabutools too long
                auto ids = selected(election, outcome);
                ids.resize(count);
                EXPECT_EQ(ids, strings(rule.find(list))) << name << " " << key << " " << list;
                ++outcomes;
            };
            if (key.starts_with("greedy_")) {
                const auto outcome = greedy(election, options);
                compare(outcome, outcome.selected.size(), "selected_in_order");
                EXPECT_EQ(decimal_text(outcome.cost, election.money_decimals()),
                          rule.find("total_cost").string());
                continue;
            }
            options.completion =
                key.ends_with("_add1") ? Completion::add1_greedy : Completion::greedy;
            const auto outcome = equal_shares(election, options);
            compare(outcome, outcome.rounds.size(), "selected_in_order");
            compare(outcome, outcome.selected.size(), "with_greedy_completion");
            if (const auto cost = rule.find("with_greedy_completion_cost").string()) {
                EXPECT_EQ(decimal_text(outcome.cost, election.money_decimals()), *cost);
            }
        }
    }
    EXPECT_GE(outcomes, 100);
}

} // namespace
} // namespace moothall::decide::shares
