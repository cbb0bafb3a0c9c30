#include "decide/opinions/read_votes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace moothall::decide::opinions {

namespace {

constexpr std::array<std::string_view, 5> participant_names{
    "participant", "participant-id", "participant_id", "voter-id", "voter_id"};
constexpr std::array<std::string_view, 4> statement_names{"statement", "statement_id", "comment-id",
                                                          "comment_id"};
constexpr std::array<std::string_view, 1> vote_names{"vote"};
constexpr std::array<std::string_view, 1> time_names{"timestamp"};
constexpr std::array<std::string_view, 1> moderated_names{"moderated"};
constexpr std::array<std::string_view, 1> agrees_names{"agrees"};
constexpr std::array<std::string_view, 1> disagrees_names{"disagrees"};
constexpr std::array<std::string_view, 2> text_names{"text", "comment-body"};
// What Polis' participants-votes.csv says about a person before the votes.
constexpr std::array<std::string_view, 6> not_statements{"xid",     "group-id", "n-comments",
                                                         "n-votes", "n-agree",  "n-disagree"};

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

template <class Names>
bool is_one_of(const Names& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string in_lower_case(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

template <class Names>
std::optional<std::size_t> find_column(const std::vector<std::string>& header, const Names& names)
{
    for (std::size_t column = 0; column < header.size(); ++column)
        if (is_one_of(names, in_lower_case(trimmed(header[column])))) return column;
    return {};
}

/// 1, 0 and -1, also as programs that know only decimals write them: 1.0, +1, -1.00.
std::optional<Vote> parse_vote(std::string_view text)
{
    text = trimmed(text);
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text.empty() || (text.front() != '0' && text.front() != '1')) return {};
    const bool one = text.front() == '1';
    text.remove_prefix(1);
    if (!text.empty() && (text.front() != '.' || text.find_first_not_of('0', 1) != text.npos))
        return {};
    if (!one) return Vote::pass;
    return negative ? Vote::disagree : Vote::agree;
}

std::optional<std::int64_t> parse_integer(std::string_view text)
{
    text = trimmed(text);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

Refusal at_line(std::string sentence, std::size_t line)
{
    return Refusal::malformed(std::move(sentence)).with(std::to_string(line));
}

Refusal no_vote(std::size_t line, std::string_view text)
{
    return at_line("line {1}: “{2}” is not a vote; a vote is 1 (agree), 0 (pass) or -1 (disagree)",
                   line)
        .with(std::string(text));
}

struct LongColumns {
    std::size_t participant;
    std::size_t statement;
    std::size_t vote;
    std::optional<std::size_t> time;
};

Result<VoteTable> read_long(CsvReader& reader, const LongColumns& columns)
{
    const auto needed =
        std::max({columns.participant, columns.statement, columns.vote, columns.time.value_or(0)});
    VoteTableBuilder builder;
    CsvRecord record;
    while (true) {
        const auto more = reader.next(record);
        if (!more) return more.error();
        if (!*more) break;
        if (record.fields.size() <= needed)
            return at_line("line {1}: a participant, a statement and a vote were expected",
                           record.line);
        const auto participant = trimmed(record.fields[columns.participant]);
        const auto statement = trimmed(record.fields[columns.statement]);
        if (participant.empty())
            return at_line("line {1}: the participant is missing", record.line);
        if (statement.empty()) return at_line("line {1}: the statement is missing", record.line);
        const auto vote = parse_vote(record.fields[columns.vote]);
        if (!vote) return no_vote(record.line, record.fields[columns.vote]);
        std::int64_t when = 0;
        if (columns.time) {
            const auto time = parse_integer(record.fields[*columns.time]);
            if (!time)
                return at_line("line {1}: “{2}” is not a timestamp; a whole number was expected",
                               record.line)
                    .with(record.fields[*columns.time]);
            when = *time;
        }
        builder.add(participant, statement, *vote, when);
    }
    if (builder.votes() == 0) return Refusal::malformed("there are no votes in it");
    return std::move(builder).build();
}

Result<VoteTable> read_matrix(CsvReader& reader, const CsvRecord& header, std::size_t id_column)
{
    std::vector<std::string> statements(header.fields.size()); // empty: no statement
    std::unordered_set<std::string> seen;
    for (std::size_t column = 0; column < header.fields.size(); ++column) {
        if (column == id_column) continue;
        const auto name = trimmed(header.fields[column]);
        if (is_one_of(not_statements, name)) continue;
        if (name.empty())
            return at_line("line {1}: column {2} has no statement", header.line)
                .with(std::to_string(column + 1));
        if (!seen.emplace(name).second)
            return at_line("line {1}: the statement “{2}” has two columns", header.line)
                .with(std::string(name));
        statements[column] = std::string(name);
    }

    VoteTableBuilder builder;
    CsvRecord record;
    while (true) {
        const auto more = reader.next(record);
        if (!more) return more.error();
        if (!*more) break;
        if (record.fields.size() != statements.size())
            return at_line("line {1}: it has {2} fields, the first line has {3}", record.line)
                .with(std::to_string(record.fields.size()))
                .with(std::to_string(statements.size()));
        const auto participant = trimmed(record.fields[id_column]);
        if (participant.empty())
            return at_line("line {1}: the participant is missing", record.line);
        for (std::size_t column = 0; column < statements.size(); ++column) {
            const std::string_view cell = record.fields[column];
            if (cell.empty() || statements[column].empty() || trimmed(cell).empty()) continue;
            const auto vote = parse_vote(cell);
            if (!vote) return no_vote(record.line, cell);
            builder.add(participant, statements[column], *vote);
        }
    }
    if (builder.votes() == 0) return Refusal::malformed("there are no votes in it");
    return std::move(builder).build();
}

} // namespace

Result<VoteTable> read_votes(CsvReader& reader)
{
    CsvRecord header;
    const auto more = reader.next(header);
    if (!more) return more.error();
    if (!*more) return Refusal::malformed("it is empty");
    const auto participant = find_column(header.fields, participant_names);
    if (!participant)
        return at_line("line {1}: a column “participant” was expected in the header", header.line);
    const auto statement = find_column(header.fields, statement_names);
    const auto vote = find_column(header.fields, vote_names);
    if (statement && vote)
        return read_long(reader,
                         {*participant, *statement, *vote, find_column(header.fields, time_names)});
    if (statement)
        return at_line("line {1}: a column “vote” was expected in the header", header.line);
    if (vote)
        return at_line("line {1}: a column “statement” was expected in the header", header.line);
    if (header.fields.size() < 2)
        return at_line("line {1}: columns of statements were expected in the header", header.line);
    return read_matrix(reader, header, *participant);
}

Result<std::vector<StatementLine>> read_statements(CsvReader& reader)
{
    CsvRecord record;
    const auto any = reader.next(record);
    if (!any) return any.error();
    if (!*any) return Refusal::malformed("it is empty");
    const auto columns = record.fields.size();
    const auto id_column = find_column(record.fields, statement_names);
    if (!id_column)
        return at_line("line {1}: a column “statement” was expected in the header", record.line);
    const auto moderated_column = find_column(record.fields, moderated_names);
    const auto agrees_column = find_column(record.fields, agrees_names);
    const auto disagrees_column = find_column(record.fields, disagrees_names);
    const auto text_column = find_column(record.fields, text_names);
    const bool text_is_last = text_column && *text_column + 1 == columns;

    std::vector<StatementLine> statements;
    std::unordered_set<std::string> seen;
    while (true) {
        const auto more = reader.next(record);
        if (!more) return more.error();
        if (!*more) return statements;

        std::optional<std::int64_t> moderated = 0;
        if (moderated_column && record.fields.size() >= columns)
            moderated = parse_integer(record.fields[*moderated_column]);
        if (record.fields.size() < columns || !moderated) {
            if (!text_is_last || statements.empty() || record.fields.size() >= columns)
                return record.fields.size() < columns
                           ? at_line("line {1}: it has {2} fields, the first line has {3}",
                                     record.line)
                                 .with(std::to_string(record.fields.size()))
                                 .with(std::to_string(columns))
                           : at_line("line {1}: “{2}” does not say whether the statement is "
                                     "moderated: write -1 (out), 0 or 1",
                                     record.line)
                                 .with(record.fields[*moderated_column]);
            auto& text = statements.back().text;
            char between = '\n';
            for (const auto& part : record.fields) {
                text += between;
                text += part;
                between = ',';
            }
            continue;
        }

        StatementLine statement;
        statement.id = std::string(trimmed(record.fields[*id_column]));
        if (statement.id.empty()) return at_line("line {1}: the statement is missing", record.line);
        if (!seen.insert(statement.id).second)
            return at_line("line {1}: the statement “{2}” is listed twice", record.line)
                .with(statement.id);
        statement.moderated_out = *moderated == -1;
        if (agrees_column) statement.agrees = parse_integer(record.fields[*agrees_column]);
        if (disagrees_column) statement.disagrees = parse_integer(record.fields[*disagrees_column]);
        if (text_column) statement.text = record.fields[*text_column];
        if (text_is_last)
            for (std::size_t extra = columns; extra < record.fields.size(); ++extra)
                statement.text += "," + record.fields[extra];
        statements.push_back(std::move(statement));
    }
}

void moderate(VoteTable& votes, std::span<const StatementLine> statements)
{
    std::unordered_set<std::string_view> out;
    for (const auto& statement : statements)
        if (statement.moderated_out) out.insert(statement.id);
    for (std::size_t at = 0; at < votes.statements(); ++at)
        if (out.contains(votes.statement_id(at))) votes.moderate_out(at);
}

bool are_signs_reversed(const VoteTable& votes, std::span<const StatementLine> statements)
{
    std::vector<std::int64_t> plus(votes.statements(), 0);
    std::vector<std::int64_t> minus(votes.statements(), 0);
    for (std::size_t person = 0; person < votes.participants(); ++person) {
        const auto row = votes.row(person);
        for (std::size_t at = 0; at < row.votes.size(); ++at) {
            plus[row.statements[at]] += row.votes[at] > 0;
            minus[row.statements[at]] += row.votes[at] < 0;
        }
    }
    std::unordered_map<std::string_view, const StatementLine*> lines;
    for (const auto& statement : statements) lines.emplace(statement.id, &statement);

    std::int64_t off_as_written = 0;
    std::int64_t off_when_reversed = 0;
    for (std::size_t at = 0; at < votes.statements(); ++at) {
        const auto line = lines.find(votes.statement_id(at));
        if (line == lines.end() || !line->second->agrees || !line->second->disagrees) continue;
        const auto agrees = *line->second->agrees;
        const auto disagrees = *line->second->disagrees;
        constexpr auto plausible = std::numeric_limits<std::int32_t>::max();
        if (agrees < 0 || disagrees < 0 || agrees > plausible || disagrees > plausible) continue;
        off_as_written += std::abs(plus[at] - agrees) + std::abs(minus[at] - disagrees);
        off_when_reversed += std::abs(minus[at] - agrees) + std::abs(plus[at] - disagrees);
    }
    // Counts and votes seldom agree to the last one: they were exported at different times. The
    // factor is chosen by hand; where the signs are right the ratio is far below 1.
    return off_as_written > 4 * off_when_reversed;
}

} // namespace moothall::decide::opinions
