#include "decide/shares/elections_for_tests.hpp"
#include "decide/shares/equal_shares.hpp"
#include "decide/shares/pabulib.hpp"

#include <gtest/gtest.h>

namespace moothall::decide::shares {
namespace {

const std::string good_meta = "META\nkey;value\nnum_projects;2\nnum_votes;2\nbudget;10\nvote_type;";
const std::string two_projects = "PROJECTS\nproject_id;cost\na;4\nb;6\n";

std::string file(const std::string& type, const std::string& votes)
{
    return good_meta + type + "\n" + two_projects + "VOTES\n" + votes;
}

std::string problem_of(const std::string& text)
{
    const auto reading = read_pabulib(text);
    if (!reading.problem) return "(none)";
    EXPECT_FALSE(reading.election);
    return std::to_string(reading.problem->line) + ": " + reading.problem->text();
}

TEST(Pabulib, reads_costs_and_the_budget_as_decimals)
{
    const auto reading = read_pabulib(
        "\xEF\xBB\xBFmeta;;\r\nKey;Value\r\nbudget;1000,50\r\nvote_type;choose-1\r\n"
        "\r\nProjects\r\nproject_id;cost;name\r\n a ; 3.25 ;\"Trees; \"\"many\"\"\"\r\n"
        "b;400000.0;\r\nc;1e2;None\r\nVOTES\r\nvoter_id;vote\r\n1; a \r\n");
    ASSERT_TRUE(reading.election);
    const auto& election = *reading.election;
    EXPECT_EQ(election.money_decimals(), 2);
    EXPECT_EQ(election.budget(), 100'050);
    EXPECT_EQ(election.projects()[0].id, "a");
    EXPECT_EQ(election.projects()[0].cost, 325);
    EXPECT_EQ(election.projects()[0].name, "Trees; \"many\"");
    EXPECT_EQ(election.projects()[1].cost, 40'000'000);
    EXPECT_EQ(election.projects()[2].cost, 10'000);
    EXPECT_EQ(election.projects()[2].name, "");
    EXPECT_EQ(election.voter_count(), 1U);
    EXPECT_EQ(election.marks(0).size(), 1U);
}

TEST(Pabulib, reads_every_kind_of_ballot)
{
    {
        const auto reading = read_pabulib(file("approval", "voter_id;vote\n1;b,a\n2;\n"));
        ASSERT_TRUE(reading.election);
        EXPECT_EQ(reading.election->kind(), BallotKind::approval);
        EXPECT_EQ(reading.election->marks(0).size(), 2U);
        EXPECT_EQ(reading.election->marks(1).size(), 0U);
        EXPECT_EQ(reading.election->voter_count(), 2U);
    }
    {
        const auto reading =
            read_pabulib(file("cumulative", "voter_id;vote;points\n1;a,b;1.5,2\n2;a;none\n"));
        ASSERT_TRUE(reading.election);
        EXPECT_EQ(reading.election->kind(), BallotKind::points);
        EXPECT_EQ(reading.election->points_decimals(), 1);
        EXPECT_EQ(reading.election->marks(0)[0], (Mark{0, 15}));
        EXPECT_EQ(reading.election->marks(0)[1], (Mark{1, 20}));
        EXPECT_EQ(reading.election->marks(1).size(), 0U);
    }
    {
        const auto reading = read_pabulib(file("ordinal", "voter_id;vote\n1;b,a\n2;a\n"));
        ASSERT_TRUE(reading.election);
        EXPECT_EQ(reading.election->kind(), BallotKind::ranking);
        EXPECT_EQ(reading.election->marks(0)[0], (Mark{0, 0}));
        EXPECT_EQ(reading.election->marks(0)[1], (Mark{1, 1}));
    }
    EXPECT_EQ(read_pabulib(file("scoring", "voter_id;vote;points\n")).election->kind(),
              BallotKind::points);
}

TEST(Pabulib, keeps_what_the_file_says_besides)
{
    const auto reading = read_pabulib(
        "META\nkey;value\nunit;Vienna\nbudget;1\nvote_type;approval\n"
        "PROJECTS\nproject_id;cost;name;target;selected\na;1;A;youth,elderly;1\nb;1;B;none\n"
        "VOTES\nvoter_id;vote;age;sex\n1;a;40-59;F\n");
    ASSERT_TRUE(reading.election);
    EXPECT_EQ(reading.details.meta[0].second, "Vienna");
    EXPECT_EQ(reading.details.project_columns,
              (std::vector<std::string>{"beneficiaries", "selected"}));
    EXPECT_EQ(reading.details.project_values[0], (std::vector<std::string>{"youth,elderly", "1"}));
    EXPECT_EQ(reading.details.project_values[1], (std::vector<std::string>{"", ""}));
}

TEST(Pabulib, quotes_are_read_as_pythons_csv_module_does)
{
    const auto reading = read_pabulib(
        "META\nkey;value\nbudget;1\nvote_type;approval\nPROJECTS\nproject_id;cost;name\n"
        "a;1;\"over\ntwo lines\"\nb;1;5\" pipes\nc;1;\"AS\" and more\nVOTES\nvoter_id;vote\n"
        "1;\"a,b\"\n2;nobody\n");
    EXPECT_EQ(reading.problem->line, 14U); // the quoted line's end was counted
    EXPECT_FALSE(reading.election);
    const auto good = read_pabulib(
        "META\nkey;value\nbudget;1\nvote_type;approval\nPROJECTS\nproject_id;cost;name\n"
        "b;1;5\" pipes\nc;1;\"AS\" and more\nVOTES\nvoter_id;vote\n1;\"b,c\"\n");
    ASSERT_TRUE(good.election);
    EXPECT_EQ(good.election->projects()[0].name, "5\" pipes");
    EXPECT_EQ(good.election->projects()[1].name, "AS and more");
    EXPECT_EQ(good.election->marks(0).size(), 2U);
}

TEST(Pabulib, equal_ballots_are_kept_once)
{
    const auto reading = read_pabulib(file("approval", "voter_id;vote\nx;a,b\ny;b,a\nz;a\n"));
    ASSERT_TRUE(reading.election);
    const auto& election = *reading.election;
    EXPECT_EQ(election.voter_count(), 3U);
    EXPECT_EQ(election.ballot_count(), 2U);
    EXPECT_EQ(election.voters_of(0), 2);
    EXPECT_EQ(election.ballot_of(*election.find_voter("y")), 0U);
    EXPECT_FALSE(election.find_voter("nobody"));
}

TEST(Pabulib, warns_of_what_is_odd)
{
    const auto reading = read_pabulib(file("approval", "voter_id;vote\n1;a,b,a\n1;a\n3;a\n"));
    ASSERT_TRUE(reading.election);
    ASSERT_EQ(reading.warnings.size(), 3U);
    EXPECT_EQ(reading.warnings[0].text(), "The vote names the project a twice; it counts once.");
    EXPECT_EQ(reading.warnings[0].line, 13U);
    EXPECT_EQ(reading.warnings[1].text(), "The voter 1 has voted before; both ballots count.");
    EXPECT_EQ(reading.warnings[2].text(), "num_votes says 2, but the file has 3.");
    EXPECT_EQ(reading.election->marks(reading.election->ballot_of(0)).size(), 2U);
    EXPECT_EQ(
        read_pabulib(file("scoring", "voter_id;vote;points\n1;a;-2\n2;b;1\n")).warnings.size(), 1U);
}

TEST(Pabulib, a_bad_file_is_refused_with_the_line_and_what_is_wrong)
{
    EXPECT_EQ(problem_of(""), "1: The file ends before its votes. It must have the sections META, "
                              "PROJECTS and VOTES, each with a header line.");
    EXPECT_EQ(problem_of("hello\n"), "1: The file must begin with a line that says META.");
    EXPECT_EQ(problem_of(good_meta + "approval\n" + two_projects),
              "11: The file ends before its votes. It must have the sections META, PROJECTS and "
              "VOTES, each with a header line.");
    EXPECT_EQ(problem_of("META\nkey;value\nbudget;1\nPROJECTS\n"),
              "4: META does not say the vote_type.");
    EXPECT_EQ(problem_of("META\nkey;value\nvote_type;approval\nPROJECTS\n"),
              "4: META does not say the budget.");
    EXPECT_EQ(problem_of("META\nkey;value\nvote_type\n"),
              "3: A line of META needs a key, a ; and a value.");
    EXPECT_EQ(problem_of("META\nkey;value\nVOTES\n"),
              "3: The sections must be META, PROJECTS and VOTES, once each and in this order.");
    EXPECT_EQ(problem_of("META\nkey;value\nbudget;ten\nvote_type;approval\nPROJECTS\n"),
              "3: The budget is ten; it must be a number.");
    EXPECT_EQ(problem_of("META\nkey;value\nbudget;-1\nvote_type;approval\nPROJECTS\n"),
              "3: The budget is -1; it must not be negative.");
    EXPECT_EQ(
        problem_of("META\nkey;value\nbudget;1e30\nvote_type;approval\nPROJECTS\n"),
        "3: The budget 1e30 is too long a number to count with: at most 18 digits, 12 of them "
        "after the point.");
    EXPECT_EQ(problem_of("META\nkey;value\nbudget;1\nvote_type;guess\nPROJECTS\n"),
              "4: The vote_type is guess; it must be approval, choose-1, cumulative, scoring or "
              "ordinal.");
    const std::string meta = good_meta + "approval\n";
    EXPECT_EQ(problem_of(meta + "PROJECTS\nproject_id;price\n"),
              "8: PROJECTS needs a column cost.");
    EXPECT_EQ(problem_of(meta + "PROJECTS\nproject_id;cost\na;\n"),
              "9: The project a has no cost.");
    EXPECT_EQ(problem_of(meta + "PROJECTS\nproject_id;cost\na;1,000,000\n"),
              "9: The cost is 1,000,000; it must be a number.");
    EXPECT_EQ(problem_of(meta + "PROJECTS\nproject_id;cost\na;1,000\n"),
              "9: The cost is 1,000; its comma may part thousands or decimals. Write the number "
              "without it, or with a point.");
    EXPECT_EQ(problem_of(meta + "PROJECTS\nproject_id;cost\na;1,0,5\n"),
              "9: The cost is 1,0,5; it must be a number.");
    EXPECT_EQ(problem_of(meta + "PROJECTS\nproject_id;cost\na;1\na;2\n"),
              "10: The project a is listed twice.");
    EXPECT_EQ(problem_of(meta + "PROJECTS\nproject_id;cost\na;1;2\n"),
              "9: This line has more fields than the header. A field that holds ; must stand in "
              "quotation marks.");
    EXPECT_EQ(problem_of(meta + "PROJECTS\nproject_id;cost\na;1\nb;\"2\nVOTES\nvoter_id;vote\n"),
              "10: A quotation mark is opened here and never closed.");
    EXPECT_EQ(problem_of(meta + "PROJECTS\nproject_id;cost\na;4000000000000000000\n"),
              "9: The cost 4000000000000000000 is too long a number to count with: at most 18 "
              "digits, 12 of them after the point.");
    EXPECT_EQ(problem_of(meta + "PROJECTS\nproject_id;cost\na;0.01\nb;100000000000000000\n"
                                "VOTES\nvoter_id;vote\n"),
              "10: The amounts of money are too large to be added up exactly.");
    EXPECT_EQ(problem_of(file("approval", "voter_id;votes\n")), "12: VOTES needs a column vote.");
    EXPECT_EQ(problem_of(file("approval", "voter_id;vote\n1;a,c\n")),
              "13: The vote names the project c, which is not in PROJECTS.");
    EXPECT_EQ(problem_of(file("approval", "voter_id;vote\n1;a\xFF\n")),
              "13: This line is no text in UTF-8.");
    EXPECT_EQ(problem_of(file("cumulative", "voter_id;vote;points\n1;a,b;1\n")),
              "13: There are fewer points than projects in this vote.");
    EXPECT_EQ(problem_of(file("cumulative", "voter_id;vote;points\n1;a;1,2\n")),
              "13: There are more points than projects in this vote.");
    EXPECT_EQ(problem_of(file("cumulative", "voter_id;vote;points\n1;a;many\n")),
              "13: The points are many; they must be numbers.");
    EXPECT_EQ(problem_of(file("cumulative", "voter_id;vote\n1;a\n")),
              "12: VOTES needs a column points.");
    EXPECT_EQ(problem_of(file("scoring", "voter_id;vote;points\n1;a;9007199254740993\n")),
              "13: The points are too large to be added up exactly.");
}

TEST(Pabulib, what_may_be_a_mistake_is_said)
{
    const auto reading =
        read_pabulib("META\nkey;value\nvote_type;approval\nbudget;10\nbudget;20\nPROJECTS\n"
                     "project_id;cost\na;5,5\nb;6,5\nVOTES\nvoter_id;vote\n1;a\n");
    ASSERT_TRUE(reading.election);
    EXPECT_EQ(reading.election->budget(), 200);
    EXPECT_EQ(reading.election->projects()[0].cost, 55);
    ASSERT_EQ(reading.warnings.size(), 2U); // the comma only once
    EXPECT_EQ(reading.warnings[0].line, 5U);
    EXPECT_EQ(reading.warnings[0].text(), "META says budget more than once; the last one counts.");
    EXPECT_EQ(reading.warnings[1].line, 8U);
    EXPECT_EQ(reading.warnings[1].text(),
              "The comma in 5,5 is read as a decimal point, as in all amounts here.");
}

TEST(Pabulib, who_names_a_project_with_negative_points_supports_it_where_only_the_name_counts)
{
    const auto reading = read_pabulib(
        "META\nkey;value\nvote_type;scoring\nbudget;10\nPROJECTS\nproject_id;cost\na;10\n"
        "VOTES\nvoter_id;vote;points\n1;a;-1\n2;a;2\n");
    ASSERT_TRUE(reading.election);
    Options options;
    // As pabutools' Cost_Sat and Cardinality_Sat: only both together can pay for it.
    for (const auto utility : {Utility::cost, Utility::cardinality}) {
        options.utility = utility;
        EXPECT_EQ(equal_shares(*reading.election, options).selected.size(), 1U);
    }
    options.utility = Utility::points;
    EXPECT_EQ(equal_shares(*reading.election, options).selected.size(), 0U);
}

TEST(Pabulib, a_voter_who_looks_like_something_else_is_not_lost_in_writing)
{
    Election election({BallotKind::approval, 10, 0, 0}, {{"a", "", 4}});
    election.add_ballot("", {});
    election.add_ballot("Votes", {}); // not the title of a section
    const auto reading = read_pabulib(write_pabulib(election, {}));
    ASSERT_TRUE(reading.election);
    ASSERT_EQ(reading.election->voter_count(), 2U);
    EXPECT_EQ(reading.election->voter(0), "1");
    EXPECT_EQ(reading.election->voter(1), "Votes");
}

TEST(Pabulib, what_is_written_reads_back_the_same)
{
    EXPECT_TRUE(rc::check("round trip", [] {
        auto drawn = draw_election(draw_kind());
        // The largest decimals that anything has are what reading finds; make sure something has.
        if (drawn.terms.money_decimals == 1) drawn.terms.budget = drawn.terms.budget / 10 * 10 + 1;
        for (auto& project : drawn.projects)
            project.name =
                "a" +
                *rc::gen::container<std::string>(rc::gen::element('a', ';', '"', ',', '\n', ' ')) +
                "z"; // space around a field does not belong to it
        const auto election = drawn.build();
        PabulibDetails details;
        details.meta = {{"unit", "a;b"}, {"budget", "wrong"}};
        details.project_columns = {"category"};
        details.project_values.assign(drawn.projects.size(), {"x;\"y\""});
        const auto text = write_pabulib(election, details);
        const auto reading = read_pabulib(text);
        RC_ASSERT(!reading.problem);
        RC_ASSERT(write_pabulib(*reading.election, reading.details) == text);
        RC_ASSERT(reading.election->voter_count() == election.voter_count());
        for (std::size_t at = 0; at < drawn.projects.size(); ++at) {
            RC_ASSERT(reading.election->projects()[at].cost == election.projects()[at].cost);
            RC_ASSERT(reading.election->projects()[at].id == election.projects()[at].id);
        }
        for (const auto utility : utilities_of(election.kind())) {
            Options options;
            options.utility = utility;
            options.completion = Completion::add1_greedy;
            RC_ASSERT(equal_shares(*reading.election, options).selected ==
                      equal_shares(election, options).selected);
        }
    }));
}

} // namespace
} // namespace moothall::decide::shares
