#include "cli/opinions.hpp"

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
using testing::StartsWith;

struct Run {
    int code;
    std::string out;
    std::string err;
};

Run run(const std::vector<std::string_view>& words)
{
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = opinions_command(words);
    auto out = testing::internal::GetCapturedStdout();
    return {code, std::move(out), testing::internal::GetCapturedStderr()};
}

/// A folder of its own that goes when the test does.
class OpinionsCommand : public testing::Test {
protected:
    void SetUp() override
    {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::temp_directory_path() /
                  (std::string("moothall-opinions-") + test->name());
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string write(const std::string& name, const std::string& text) const
    {
        const auto path = (folder_ / name).string();
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }

    /// Two camps of six on seven statements; the last one unites them, and somebody voted once.
    std::string votes() const
    {
        std::string lines = "participant,statement,vote\n";
        for (int person = 1; person <= 12; ++person)
            for (int statement = 1; statement <= 7; ++statement)
                lines += std::to_string(person) + "," + std::to_string(statement) + "," +
                         (statement == 7 || person <= 6 ? "1" : "-1") + "\n";
        return write("votes.csv", lines + "99,1,0\n");
    }

private:
    std::filesystem::path folder_;
};

TEST_F(OpinionsCommand, answers_json_and_nothing_else)
{
    const auto path = votes();
    const auto result = run({path, "--json"});
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.err, "");
    const auto json = Json::parse(result.out);
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->find("participants").integer(), 13);
    EXPECT_EQ(json->find("statements").integer(), 7);
    const auto groups = json->find("groups");
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups.at(0).find("id").string(), "0");
    EXPECT_EQ(groups.at(0).find("size").integer(), 6);
    EXPECT_EQ(groups.at(0).find("members").size(), 6U);
    const auto first = groups.at(0).find("represented_by").at(0);
    EXPECT_EQ(first.keys(),
              (std::vector<std::string_view>{"statement", "direction", "repness", "p"}));
    EXPECT_EQ(json->find("map").size(), 13U);
    const auto alone = json->find("map").at(12);
    EXPECT_EQ(alone.find("participant").string(), "99");
    EXPECT_EQ(alone.find("group").kind(), Json::Kind::null);
    EXPECT_TRUE(alone.find("x").number().has_value());
    EXPECT_EQ(json->find("ungrouped").at(0).string(), "99");
    const auto consensus = json->find("consensus");
    EXPECT_EQ(consensus.find("agree").at(0).find("statement").string(), "7");
    EXPECT_EQ(consensus.find("disagree").size(), 0U);
    EXPECT_EQ(consensus.find("group_informed").size(), 7U);
}

TEST_F(OpinionsCommand, leaves_out_what_was_moderated_and_shows_what_statements_say)
{
    const auto path = votes();
    const auto statements = write("statements.csv", "statement,moderated,text\n"
                                                    "1,-1,Spam\n2,1,\"More trams, fewer cars\"\n");
    const auto json = run({path, "--statements", statements, "--json"});
    EXPECT_EQ(json.code, 0);
    EXPECT_THAT(json.out, testing::Not(HasSubstr(R"("statement":"1")")));
    const auto text = run({path, "--statements", statements});
    EXPECT_EQ(text.code, 0);
    EXPECT_THAT(text.out, HasSubstr("More trams, fewer cars"));
    EXPECT_THAT(text.out, HasSubstr("Group 1: 6 people"));
}

TEST_F(OpinionsCommand, reads_votes_whose_signs_are_reversed_and_says_so)
{
    const auto path = votes();
    const auto statements = write("statements.csv", "statement,agrees,disagrees\n7,0,12\n");
    const auto result = run({path, "--statements", statements, "--json"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.err, HasSubstr("1 means disagree"));
    const auto json = Json::parse(result.out);
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->find("consensus").find("disagree").at(0).find("statement").string(), "7");
}

TEST_F(OpinionsCommand, names_the_file_and_the_line_of_a_fault)
{
    const auto path = write("bad.csv", "participant,statement,vote\n1,a,1\n1,b,maybe\n");
    const auto result = run({path});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, StartsWith("moothall: " + path + ": line 3: "));
    EXPECT_EQ(run({"no-such-file.csv"}).code, 1);
    const auto empty = write("empty.csv", "");
    EXPECT_EQ(run({empty}).code, 1);
    const auto good = votes();
    EXPECT_EQ(run({good, "--statements", path}).code, 0) << "it has a column of statements";
    EXPECT_EQ(run({good, "--statements", empty}).code, 1);
}

TEST_F(OpinionsCommand, refuses_wrong_usage_in_one_sentence)
{
    for (const auto& words : std::vector<std::vector<std::string_view>>{
             {}, {"a.csv", "b.csv"}, {"a.csv", "--fast"}, {"a.csv", "--statements"}}) {
        const auto result = run(words);
        EXPECT_EQ(result.code, 2);
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
    }
    const auto help = run({"--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.out, StartsWith("Usage: moothall opinions VOTES.csv"));
}

} // namespace
} // namespace moothall::cli
