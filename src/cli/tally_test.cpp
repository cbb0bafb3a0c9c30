#include "cli/tally.hpp"

#include "decide/receipts/ballot_box.hpp"
#include "decide/tally/box_export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace moothall::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

struct Told {
    int code;
    std::string out;
    std::string err;
};

class TallyCommand : public ::testing::Test {
protected:
    void SetUp() override
    {
        box.decision = "0am4example00";
        box.title = "Readings by photo";
        box.rules.electorates = {{5, {1, 2}, {1, 5}}};
        box.circles = {"0am4customers"};
        for (const auto* answer : {"yes", "yes", "no"})
            box.ballots.push_back(
                decide::write_ballot(box.rules, box.decision, 0, decide::Choice::of_answer(answer),
                                     "code" + std::to_string(box.ballots.size())));
        box.root = decide::receipts::to_hex(decide::receipts::BallotBox(box.ballots).root());
        box.result = to_json(
            box.rules, decide::count_box(box.rules, box.decision, box.ballots, box.root).value());
    }
    Told tally(const std::string& text, std::vector<std::string_view> options = {})
    {
        const auto path = (std::filesystem::path(::testing::TempDir()) / "box.json").string();
        std::ofstream(path, std::ios::binary) << text;
        options.insert(options.begin(), path);
        CaptureStdout();
        CaptureStderr();
        const int code = tally_command(options);
        return {code, GetCapturedStdout(), GetCapturedStderr()};
    }
    decide::BoxExport box;
};

TEST_F(TallyCommand, counts_a_box_again_and_agrees)
{
    const auto told = tally(to_json(box));
    EXPECT_EQ(told.code, 0) << told.err;
    EXPECT_THAT(told.out, HasSubstr("2 of 3 in favour"));
    EXPECT_THAT(tally(to_json(box), {"--json"}).out, HasSubstr(R"("agrees":true)"));
}

TEST_F(TallyCommand, finds_a_changed_ballot_and_a_changed_result)
{
    auto forged = box;
    forged.ballots[2] =
        decide::write_ballot(box.rules, box.decision, 0, decide::Choice::of_answer("yes"), "code2");
    EXPECT_EQ(tally(to_json(forged)).code, 1);
    EXPECT_THAT(tally(to_json(forged)).err, HasSubstr("root"));
    auto told_wrong = box;
    told_wrong.result.replace(told_wrong.result.find("\"yes\":2"), 7, "\"yes\":3");
    EXPECT_EQ(tally(to_json(told_wrong)).code, 1);
    EXPECT_THAT(tally(to_json(told_wrong)).err, HasSubstr("result"));
}

TEST_F(TallyCommand, says_what_is_wrong_with_a_file_or_a_call)
{
    EXPECT_EQ(tally("{}").code, 1);
    EXPECT_EQ(tally("no json").code, 1);
    EXPECT_EQ(tally(to_json(box), {"another.json"}).code, 2);
    EXPECT_EQ(tally(to_json(box), {"--wrong"}).code, 2);
}

} // namespace
} // namespace moothall::cli
