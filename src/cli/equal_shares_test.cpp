#include "cli/equal_shares.hpp"

#include "text/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace moothall::cli {
namespace {

using testing::HasSubstr;

struct Ran {
    int code = 0;
    std::string out;
    std::string error;
};

Ran ran(int (*command)(std::span<const std::string_view>), std::vector<std::string_view> words)
{
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Ran result;
    result.code = command(words);
    std::fflush(stdout);
    result.out = testing::internal::GetCapturedStdout();
    result.error = testing::internal::GetCapturedStderr();
    return result;
}

/// A file that is gone when the test ends.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string_view text)
        : path_(std::filesystem::path(testing::TempDir()) /
                (std::string("equal_shares_") +
                 testing::UnitTest::GetInstance()->current_test_info()->name() + ".pb"))
    {
        std::ofstream(path_, std::ios::binary) << text;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() { std::filesystem::remove(path_); }

    const std::string& path() const { return path_; }

private:
    std::string path_;
};

constexpr std::string_view town = "META\nkey;value\nbudget;1000.5\nvote_type;approval\n"
                                  "PROJECTS\nproject_id;cost;name\narena;800;Arena\n"
                                  "lights;300;Lights\ntrees;100;Trees\n"
                                  "VOTES\nvoter_id;vote\n1;arena,lights\n2;arena,lights\n"
                                  "3;arena\n4;arena\n5;arena\n6;arena\n7;arena\n8;arena\n9;arena\n"
                                  "10;trees\n";

std::vector<std::string> strings(const Json& list)
{
    std::vector<std::string> result;
    for (std::size_t at = 0; at < list.size(); ++at)
        result.emplace_back(list.at(at).string().value_or(""));
    return result;
}

TEST(EqualSharesCommand, answers_in_json_and_nothing_else)
{
    const TemporaryFile file(town);
    const auto result =
        ran(equal_shares_command, {file.path(), "--json", "--completion", "greedy"});
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.error, "");
    const auto json = Json::parse(result.out).value();
    EXPECT_EQ(json.find("rule").string(), "equal-shares");
    EXPECT_EQ(json.find("utility").string(), "cost");
    EXPECT_EQ(json.find("completion").string(), "greedy");
    EXPECT_EQ(json.find("budget").number(), 1000.5);
    EXPECT_EQ(strings(json.find("selected")), (std::vector<std::string>{"arena", "trees"}));
    EXPECT_EQ(json.find("cost").integer(), 900);
    EXPECT_EQ(json.find("voters").integer(), 10);
    EXPECT_EQ(json.find("completed").size(), 0U);
    const auto round = json.find("rounds").at(0);
    EXPECT_EQ(round.find("project").string(), "arena");
    EXPECT_EQ(round.find("rho").string(), "1/9");
    EXPECT_EQ(round.find("effective_votes").number(), 9.0);
}

TEST(EqualSharesCommand, tells_a_voter_and_a_loser)
{
    const TemporaryFile file(town);
    const auto result =
        ran(equal_shares_command, {file.path(), "--json", "--explain=lights", "--voter", "3"});
    const auto json = Json::parse(result.out).value();
    EXPECT_EQ(json.find("explained").find("fate").string(), "lost");
    EXPECT_EQ(json.find("explained").find("votes").integer(), 2);
    EXPECT_EQ(json.find("explained").find("would_have_won_at_cost").integer(), 22);
    const auto payment = json.find("voter").find("payments").at(0);
    EXPECT_EQ(payment.find("project").string(), "arena");
    EXPECT_EQ(payment.find("others").integer(), 8);
    EXPECT_EQ(json.find("voter").find("share").string(), "2001/20");

    const auto text = ran(equal_shares_command, {file.path(), "--explain=lights", "--voter=3"});
    EXPECT_THAT(text.out, HasSubstr("At a cost of 22 it would have won."));
    EXPECT_THAT(text.out, HasSubstr("together with 8 others for arena Arena"));
    EXPECT_EQ(ran(equal_shares_command, {file.path(), "--voter", "11"}).code, 1);
    EXPECT_EQ(ran(equal_shares_command, {file.path(), "--explain", "moon"}).code, 1);
}

TEST(GreedyCommand, goes_by_votes)
{
    const TemporaryFile file(town);
    const auto result = ran(greedy_command, {file.path(), "--json"});
    EXPECT_EQ(result.code, 0);
    const auto json = Json::parse(result.out).value();
    EXPECT_EQ(json.find("rule").string(), "greedy");
    EXPECT_EQ(strings(json.find("selected")), (std::vector<std::string>{"arena", "trees"}));
    EXPECT_EQ(ran(greedy_command, {file.path(), "--completion", "add1"}).code, 2);
}

TEST(EqualSharesCommand, wrong_usage_is_one_sentence_and_code_2)
{
    const TemporaryFile file(town);
    for (const std::vector<std::string_view>& words : {std::vector<std::string_view>{},
                                                       {file.path(), "another"},
                                                       {file.path(), "--utility", "joy"},
                                                       {file.path(), "--utility", "points"},
                                                       {file.path(), "--utility", "borda"},
                                                       {file.path(), "--completion", "more"},
                                                       {file.path(), "--tie-break", "coin"},
                                                       {file.path(), "--seed", "-1"},
                                                       {file.path(), "--seed"},
                                                       {file.path(), "--fast"},
                                                       {file.path(), "--minimum-votes", "few"}}) {
        const auto result = ran(equal_shares_command, words);
        EXPECT_EQ(result.code, 2);
        EXPECT_EQ(result.out, "");
        EXPECT_THAT(result.error, testing::MatchesRegex("moothall: [^\n]+\\.\n"));
    }
    EXPECT_EQ(ran(equal_shares_command, {"--help"}).code, 0);
    EXPECT_THAT(ran(greedy_command, {"--help"}).out, HasSubstr("moothall greedy FILE.pb"));
}

TEST(EqualSharesCommand, a_bad_file_is_named_with_its_line_and_code_1)
{
    const TemporaryFile file("META\nkey;value\nbudget;lots\nvote_type;approval\nPROJECTS\n");
    const auto result = ran(equal_shares_command, {file.path(), "--json"});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.error,
              "moothall: " + file.path() + ":3: The budget is lots; it must be a number.\n");
    EXPECT_EQ(ran(equal_shares_command, {"/nowhere/at/all.pb"}).code, 1);
    EXPECT_EQ(ran(equal_shares_command, {testing::TempDir()}).code, 1);
}

} // namespace
} // namespace moothall::cli
