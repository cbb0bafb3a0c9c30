#pragma once

#include "base/result.hpp"
#include "decide/opinions/votes.hpp"
#include "text/csv.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace moothall::decide::opinions {

/// Reads votes in one of two shapes, told apart by the header:
/// - long: a column each for participant, statement and vote, in any order and with others beside
///   them; with a column `timestamp` the latest vote counts, else the last in the file;
/// - matrix: `participant`, then one column for each statement; an empty cell is a statement that
///   this person has not seen.
/// A vote is 1 (agree), 0 (pass) or -1 (disagree). Polis' own names are understood as well:
/// voter-id, comment-id, and the columns that its participants-votes.csv has before the statements.
/// A refusal names the line and what is wrong there.
Result<VoteTable> read_votes(CsvReader& reader);

struct StatementLine {
    std::string id;
    std::string text;
    bool moderated_out = false;
    std::optional<std::int64_t> agrees;
    std::optional<std::int64_t> disagrees;
};

/// Reads statements: a column `statement` (or comment-id) and, if there are, moderated (-1 is out),
/// agrees, disagrees, text (or comment-body).
///
/// One of Polis' exports writes bodies without quotes, so a text may hold commas and line ends of
/// its own: what follows a whole record without being one is taken as the rest of its text. Give
/// the reader CsvFieldCount::any.
Result<std::vector<StatementLine>> read_statements(CsvReader& reader);

/// Takes the statements that moderation took out, out of the table.
void moderate(VoteTable& votes, std::span<const StatementLine> statements);

/// Whether 1 means "disagree" in these votes, as in Polis' database and in one of its exports,
/// judged by the counts of agrees and disagrees that the statements came with. False in doubt.
/// VoteTable::reverse_signs sets it right.
bool are_signs_reversed(const VoteTable& votes, std::span<const StatementLine> statements);

} // namespace moothall::decide::opinions
