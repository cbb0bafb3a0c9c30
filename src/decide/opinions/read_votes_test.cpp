#include "decide/opinions/read_votes.hpp"

#include <gtest/gtest.h>

namespace moothall::decide::opinions {
namespace {

Result<VoteTable> read(std::string_view text)
{
    CsvReader reader(text);
    return read_votes(reader);
}

Result<std::vector<StatementLine>> read_lines(std::string_view text)
{
    CsvReading reading;
    reading.field_count = CsvFieldCount::any;
    CsvReader reader(text, reading);
    return read_statements(reader);
}

int vote_of(const VoteTable& votes, std::string_view participant, std::string_view statement)
{
    const auto row = votes.row(*votes.find_participant(participant));
    for (std::size_t at = 0; at < row.votes.size(); ++at)
        if (votes.statement_id(row.statements[at]) == statement) return row.votes[at];
    return 99;
}

/// Where the refusal says the fault is.
std::string line_of(const Refusal& refusal)
{
    return refusal.arguments.empty() ? "" : refusal.arguments.front();
}

TEST(ReadVotes, a_long_file_and_a_matrix_say_the_same)
{
    const auto as_lines = read("participant,statement,vote\n1,a,1\n1,b,-1\n2,b,0\n");
    const auto as_matrix = read("participant,a,b,c\n1,1,-1,\n2,,0,\n3,,,\n");
    for (const auto* votes : {&as_lines, &as_matrix}) {
        ASSERT_TRUE(votes->has_value());
        EXPECT_EQ((*votes)->participants(), 2U);
        EXPECT_EQ((*votes)->statements(), 2U);
        EXPECT_EQ((*votes)->votes(), 3U);
        EXPECT_EQ(vote_of(**votes, "1", "a"), 1);
        EXPECT_EQ(vote_of(**votes, "1", "b"), -1);
        EXPECT_EQ(vote_of(**votes, "2", "b"), 0);
    }
}

TEST(ReadVotes, polis_own_files_are_understood)
{
    const auto votes = read("timestamp,datetime,comment-id,voter-id,vote\n"
                            "300,x,4,7,1\n"
                            "100,x,4,7,-1\n");
    ASSERT_TRUE(votes.has_value());
    EXPECT_EQ(vote_of(*votes, "7", "4"), 1) << "the latest vote counts, wherever it stands";

    const auto people = read("participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,0,1\n"
                             "5,x,0,0,2,1,1,1,-1\n");
    ASSERT_TRUE(people.has_value());
    EXPECT_EQ(people->statements(), 2U);
    EXPECT_EQ(vote_of(*people, "5", "1"), -1);
}

TEST(ReadVotes, tabs_decimals_and_spaces_do_not_matter)
{
    const auto votes = read("Participant\tStatement\tVote\n1\t a \t1.0\n1\tb\t -1\n2\ta\t+1\n");
    ASSERT_TRUE(votes.has_value());
    EXPECT_EQ(vote_of(*votes, "1", "a"), 1);
    EXPECT_EQ(vote_of(*votes, "1", "b"), -1);
    EXPECT_EQ(vote_of(*votes, "2", "a"), 1);
}

TEST(ReadVotes, a_bad_file_is_refused_with_the_line_at_fault)
{
    EXPECT_EQ(line_of(read("participant,statement,vote\n1,a,1\n1,b,2\n").error()), "3");
    EXPECT_EQ(line_of(read("participant,statement,vote\n1,a,1.5\n").error()), "2");
    EXPECT_EQ(line_of(read("participant,statement,vote\n,a,1\n").error()), "2");
    EXPECT_EQ(line_of(read("participant,statement,vote\n1,,1\n").error()), "2");
    EXPECT_EQ(line_of(read("participant,a,b\n1,1,-1\n2,yes,1\n").error()), "3");
    EXPECT_EQ(line_of(read("participant,a,a\n1,1,-1\n").error()), "1");
    EXPECT_EQ(line_of(read("who,what\n1,1\n").error()), "1");
    EXPECT_EQ(line_of(read("participant,vote\n1,1\n").error()), "1");
    EXPECT_EQ(line_of(read("participant,statement\n1,1\n").error()), "1");
    EXPECT_EQ(line_of(read("timestamp,participant,statement,vote\nx,1,a,1\n").error()), "2");
    EXPECT_FALSE(read("").has_value());
    EXPECT_FALSE(read("participant,statement,vote\n").has_value());
    EXPECT_FALSE(read("participant,a,b\n1,,\n").has_value());
    EXPECT_FALSE(read("participant,a,b\n1,1\n").has_value());
}

TEST(ReadStatements, moderation_and_text_are_read_in_any_order_of_columns)
{
    const auto lines = read_lines("statement,moderated,agrees,disagrees,text\n"
                                  "0,1,3,4,\"We want trams, soon\"\n"
                                  "1,-1,0,0,Spam\n");
    ASSERT_TRUE(lines.has_value());
    ASSERT_EQ(lines->size(), 2U);
    EXPECT_EQ((*lines)[0].text, "We want trams, soon");
    EXPECT_FALSE((*lines)[0].moderated_out);
    EXPECT_EQ((*lines)[0].disagrees, 4);
    EXPECT_TRUE((*lines)[1].moderated_out);

    auto votes = read("participant,0,1\n1,1,1\n");
    ASSERT_TRUE(votes.has_value());
    moderate(*votes, *lines);
    EXPECT_FALSE(votes->is_moderated_out(0));
    EXPECT_TRUE(votes->is_moderated_out(1));
}

TEST(ReadStatements, a_body_without_quotes_keeps_its_commas_and_line_ends)
{
    const auto lines =
        read_lines("timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
                   "1,7,3,1,0,1,More trams, fewer cars\n"
                   "and benches, too\n"
                   "2,8,3,1,0,-1,Next\n");
    ASSERT_TRUE(lines.has_value());
    ASSERT_EQ(lines->size(), 2U);
    EXPECT_EQ((*lines)[0].text, "More trams, fewer cars\nand benches, too");
    EXPECT_EQ((*lines)[1].id, "8");
    EXPECT_TRUE((*lines)[1].moderated_out);
}

TEST(ReadStatements, a_bad_file_is_refused_with_the_line_at_fault)
{
    EXPECT_EQ(line_of(read_lines("id,text\n1,a\n").error()), "1");
    EXPECT_EQ(line_of(read_lines("statement,text\n1,a\n1,b\n").error()), "3");
    EXPECT_EQ(line_of(read_lines("statement,moderated,text\n1,maybe,b\n").error()), "2");
    EXPECT_EQ(line_of(read_lines("statement,moderated,text\n1\n").error()), "2");
    EXPECT_EQ(line_of(read_lines("statement,text\n,b\n").error()), "2");
    EXPECT_FALSE(read_lines("").has_value());
}

TEST(ReadVotes, reversed_signs_are_noticed_by_the_counts_of_the_statements)
{
    const auto lines =
        read_lines("statement,moderated,agrees,disagrees,text\na,1,3,1,A\nb,1,0,4,B\n");
    ASSERT_TRUE(lines.has_value());
    auto right = read("participant,a,b\n1,1,-1\n2,1,-1\n3,1,-1\n4,-1,-1\n");
    ASSERT_TRUE(right.has_value());
    EXPECT_FALSE(are_signs_reversed(*right, *lines));
    right->reverse_signs();
    EXPECT_TRUE(are_signs_reversed(*right, *lines));
    EXPECT_FALSE(are_signs_reversed(*right, {})) << "without counts nothing can be said";
}

} // namespace
} // namespace moothall::decide::opinions
