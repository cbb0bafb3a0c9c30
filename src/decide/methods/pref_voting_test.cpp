#include "decide/methods/ranked_pairs.hpp"
#include "decide/methods/sorted_for_tests.hpp"
#include "decide/methods/totals.hpp"
#include "decide/methods/transferable_vote.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

/// 2,000 random profiles and what pref-voting 1.18.2 (PyPI) makes of them. The file was made by
/// tools/golden/make_ballots.py, which says what its fields are.
namespace moothall::decide::methods {
namespace {

Option option_of(char digit)
{
    return static_cast<Option>(digit - '0');
}

std::vector<Option> options_of(std::string_view text)
{
    std::vector<Option> options;
    if (text == "-") return options;
    for (const char digit : text) options.push_back(option_of(digit));
    return options;
}

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
    return parts;
}

Ranking ranking_of(std::string_view text)
{
    Ranking ranking;
    bool inside = false;
    for (const char c : text) {
        if (c == '(') {
            ranking.emplace_back();
            inside = true;
        } else if (c == ')') {
            inside = false;
        } else if (inside) {
            ranking.back().push_back(option_of(c));
        } else {
            ranking.push_back({option_of(c)});
        }
    }
    return ranking;
}

struct Profile {
    std::string line;
    std::size_t places;
    TieOrder ties;
    std::vector<RankingBallots> rankings;
    std::vector<std::vector<Option>> approvals;
    std::vector<std::vector<Score>> scores;
    std::vector<std::string> results;

    bool has_equals() const { return results[2] == "-"; }
};

std::vector<Profile> profiles()
{
    std::ifstream file(MOOTHALL_SOURCE_DIR "/src/decide/methods/testdata/pref_voting.txt");
    std::vector<Profile> all;
    for (std::string line; std::getline(file, line);) {
        const auto fields = split(line, ' ');
        Profile profile{line, std::stoul(fields[1]), TieOrder(options_of(fields[2])), {}, {}, {},
                        {}};
        for (const auto& ballot : split(fields[3], ';')) {
            const auto parts = split(ballot, ':');
            profile.rankings.push_back({ranking_of(parts[1]), std::stol(parts[0])});
        }
        for (const auto& ballot : split(fields[4], ';'))
            profile.approvals.push_back(options_of(ballot));
        for (const auto& ballot : split(fields[5], ';')) {
            auto& scores = profile.scores.emplace_back();
            for (Option option = 0; option < ballot.size(); ++option)
                if (ballot[option] != '.') scores.push_back({option, ballot[option] - '0'});
        }
        profile.results.assign(fields.begin() + 7, fields.end());
        all.push_back(std::move(profile));
    }
    return all;
}

TEST(PrefVoting, there_are_2000_profiles_and_ties_are_common)
{
    const auto all = profiles();
    EXPECT_EQ(all.size(), 2000U);
    std::size_t tied = 0;
    for (const auto& profile : all) tied += profile.results[4].size() > 1;
    EXPECT_GT(tied, 400U);
}

TEST(PrefVoting, ranked_pairs_give_the_same_winner_and_the_same_order)
{
    for (const auto& profile : profiles()) {
        const auto result = count_ranked_pairs(profile.rankings, profile.ties);
        EXPECT_EQ(result.ranking.front(), options_of(profile.results[0]).front()) << profile.line;
        EXPECT_EQ(result.ranking, options_of(profile.results[1])) << profile.line;
    }
}

TEST(PrefVoting, the_transferable_vote_elects_the_same)
{
    std::size_t compared = 0;
    for (const auto& profile : profiles()) {
        if (profile.has_equals()) continue;
        const auto result = count_transferable_vote(profile.rankings, profile.ties, profile.places);
        EXPECT_EQ(sorted(result.elected), options_of(profile.results[2])) << profile.line;
        ++compared;
    }
    EXPECT_GT(compared, 1000U);
}

TEST(PrefVoting, a_single_choice_has_the_same_leaders)
{
    for (const auto& profile : profiles()) {
        if (profile.has_equals()) continue;
        std::vector<std::optional<Option>> ballots;
        for (const auto& [ranking, count] : profile.rankings)
            ballots.insert(ballots.end(), static_cast<std::size_t>(count), ranking.front().front());
        const auto result = count_single_choice(ballots, profile.ties);
        EXPECT_EQ(sorted(result.leaders), options_of(profile.results[3])) << profile.line;
        EXPECT_EQ(result.winners.front(), profile.ties.first_of(result.leaders));
    }
}

TEST(PrefVoting, approval_and_score_have_the_same_leaders)
{
    for (const auto& profile : profiles()) {
        const auto approved = count_approval(profile.approvals, profile.ties);
        EXPECT_EQ(sorted(approved.leaders), options_of(profile.results[4])) << profile.line;
        const auto scored = count_score(profile.scores, 5, profile.ties);
        EXPECT_EQ(sorted(scored.leaders), options_of(profile.results[5])) << profile.line;
    }
}

} // namespace
} // namespace moothall::decide::methods
