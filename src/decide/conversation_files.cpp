#include "decide/conversation_files.hpp"

#include "decide/chance.hpp"
#include "decide/conversation_store.hpp"
#include "text/csv.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace moothall::decide {

namespace {

using opinions::Vote;

Refusal refused_at(Refusal refusal, const char* field)
{
    refusal.reason = Reason::invalid;
    refusal.field = field;
    return refusal;
}

/// The numbers 0 … count - 1 in an order drawn by lot.
std::vector<std::size_t> draw_order(std::size_t count)
{
    std::vector<std::string> lots;
    for (std::size_t at = 0; at < count; ++at) lots.push_back(std::to_string(at));
    shuffle_ballots(lots);
    std::vector<std::size_t> order;
    for (const auto& lot : lots) order.push_back(std::stoul(lot));
    return order;
}

std::string seconds_of(Time time)
{
    return std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

/// A text of any length and with any line ends becomes a statement of ours.
std::string text_of(const opinions::StatementLine& line)
{
    auto text = normalise_line(line.text);
    if (text.empty()) text = "#" + line.id;
    return clip(text, statement_characters_max, Ellipsis::shown);
}

struct Counted {
    std::vector<VoteCounts> of; // by the table's statements
};

Counted count(const opinions::VoteTable& votes)
{
    Counted counted{std::vector<VoteCounts>(votes.statements())};
    for (std::size_t person = 0; person < votes.participants(); ++person) {
        const auto row = votes.row(person);
        for (std::size_t at = 0; at < row.votes.size(); ++at) {
            auto& counts = counted.of[row.statements[at]];
            (row.votes[at] > 0   ? counts.agrees
             : row.votes[at] < 0 ? counts.disagrees
                                 : counts.passes) += 1;
        }
    }
    return counted;
}

} // namespace

Result<PolisFiles> read_polis(std::string_view comments, std::string_view votes)
{
    PolisFiles files;
    CsvReader comment_reader(
        comments, {.apostrophe = CsvApostrophe::taken_off, .field_count = CsvFieldCount::any});
    auto statements = opinions::read_statements(comment_reader);
    if (!statements) return refused_at(statements.error(), "comments");
    files.statements = *std::move(statements);
    CsvReader vote_reader(votes);
    auto table = opinions::read_votes(vote_reader);
    if (!table) return refused_at(table.error(), "votes");
    files.votes = *std::move(table);
    std::unordered_map<std::string_view, bool> known;
    for (const auto& line : files.statements) known.emplace(line.id, true);
    for (std::size_t at = 0; at < files.votes.statements(); ++at)
        if (!known.contains(files.votes.statement_id(at)))
            return Refusal::invalid("votes",
                                    "The statement “{1}” is not in the file of statements.")
                .with(files.votes.statement_id(at));
    files.reversed = opinions::are_signs_reversed(files.votes, files.statements);
    if (files.reversed) files.votes.reverse_signs();
    return files;
}

Result<Conversation> bring_in_polis(store::Transaction& transaction, IdSource& ids, Time now,
                                    const Viewer& viewer, const NewConversation& wanted,
                                    const hear::Rendered& rendered, const PolisFiles& files)
{
    if (std::ssize(files.statements) > statements_max)
        return Refusal::invalid("comments", "A conversation has at most 1,000 statements.");
    auto begun = begin_conversation(transaction, ids, now, viewer, wanted, rendered,
                                    "decide.conversation_imported");
    if (!begun) return begun.error();
    const auto counted = count(files.votes);
    std::vector<Id> statement_of(files.votes.statements());
    std::int64_t shown = 0;
    // In the table's order, which is that of the ids: so a statement's number sorts as in the file.
    std::vector<std::pair<std::size_t, std::size_t>> lines; // place in the table, in the file
    for (std::size_t at = 0; at < files.statements.size(); ++at)
        lines.emplace_back(
            files.votes.find_statement(files.statements[at].id).value_or(files.votes.statements()),
            at);
    std::ranges::sort(lines);
    for (const auto& [place, in_file] : lines) {
        const auto* const line = &files.statements[in_file];
        Statement statement{
            .id = ids.next(now), .conversation = begun->id, .text = text_of(*line), .created = now};
        if (line->moderated_out) {
            statement.state = StatementState::declined;
            statement.reason = "Polis: moderated = -1";
        }
        shown += line->moderated_out ? 0 : 1;
        save_statement(transaction, viewer.organisation, statement);
        if (place == files.votes.statements()) continue; // nobody voted on it
        statement_of[place] = statement.id;
        transaction.execute(R"sql(
            UPDATE statement SET agrees = ?4, disagrees = ?5, passes = ?6
            WHERE org_id = ?1 AND conversation_id = ?2 AND statement_id = ?3 )sql",
                            viewer.organisation, begun->id, statement.id, counted.of[place].agrees,
                            counted.of[place].disagrees, counted.of[place].passes);
    }
    for (std::size_t person = 0; person < files.votes.participants(); ++person) {
        const Id participant = ids.next(now);
        const auto row = files.votes.row(person);
        save_participant(transaction, viewer.organisation, begun->id, participant, {},
                         clip(files.votes.participant_id(person), 100));
        transaction.execute(R"sql(
            UPDATE participant SET votes = ?4
            WHERE org_id = ?1 AND conversation_id = ?2 AND participant_id = ?3 )sql",
                            viewer.organisation, begun->id, participant, row.votes.size());
        for (std::size_t at = 0; at < row.votes.size(); ++at)
            transaction.execute(R"sql(
                INSERT INTO statement_vote (org_id, conversation_id, participant_id, statement_id, vote, cast_us)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6) )sql",
                                viewer.organisation, begun->id, participant,
                                statement_of[row.statements[at]], int{row.votes[at]}, now);
    }
    change_counts(transaction, viewer.organisation, begun->id,
                  {.statements = shown,
                   .people = static_cast<std::int64_t>(files.votes.participants()),
                   .votes = static_cast<std::int64_t>(files.votes.votes())});
    return find_conversation(transaction, begun->id, viewer);
}

std::string write_comments(store::Transaction& transaction, const Conversation& conversation)
{
    CsvWriter csv;
    for (const auto* name : {"timestamp", "datetime", "comment-id", "author-id", "agrees",
                             "disagrees", "moderated", "comment-body"})
        csv.field(name);
    csv.end_record();
    // Who waits is nobody's to read yet; who was declined has votes in the file, but no words.
    for (const auto state : {StatementState::shown, StatementState::declined})
        for (const auto& one : load_statements(transaction, conversation.organisation,
                                               conversation.id, state, -1, statements_max)) {
            const bool is_shown = state == StatementState::shown;
            csv.field(seconds_of(one.created)).field(to_rfc3339(one.created));
            csv.number(one.number).field({}); // whose it is could be held against the votes
            csv.number(one.people.agrees).number(one.people.disagrees);
            csv.number(is_shown ? 1 : -1).field(is_shown ? one.text : std::string()).end_record();
        }
    return csv.take();
}

Result<std::string> write_votes(store::Transaction& transaction, const Conversation& conversation,
                                const Viewer& viewer, VotesAs shape)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_lead(conversation, viewer))
        return Refusal::forbidden("Only who began this conversation and the circle's stewards may "
                                  "do this.");
    if (conversation.open)
        return Refusal::conflict("The votes can be taken along once the conversation is closed.");
    const auto votes = load_votes(transaction, viewer.organisation, conversation.id);
    const auto& table = votes.table;
    const auto order = draw_order(table.participants());
    CsvWriter csv;
    if (shape == VotesAs::lines) {
        for (const auto* name : {"timestamp", "datetime", "comment-id", "voter-id", "vote"})
            csv.field(name);
        csv.end_record();
        const auto closed = conversation.closed.value_or(conversation.changed);
        for (std::size_t number = 0; number < order.size(); ++number) {
            const auto row = table.row(order[number]);
            for (std::size_t at = 0; at < row.votes.size(); ++at)
                csv.field(seconds_of(closed))
                    .field(to_rfc3339(closed))
                    .field(table.statement_id(row.statements[at]))
                    .number(number)
                    .number(int{row.votes[at]})
                    .end_record();
        }
        return csv.take();
    }
    for (const auto* name :
         {"participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"})
        csv.field(name);
    for (std::size_t at = 0; at < table.statements(); ++at) csv.field(table.statement_id(at));
    csv.end_record();
    for (std::size_t number = 0; number < order.size(); ++number) {
        const auto row = table.row(order[number]);
        csv.number(number).field({}).field({}).number(row.votes.size());
        csv.number(std::ranges::count(row.votes, 1)).number(std::ranges::count(row.votes, -1));
        std::size_t at = 0;
        for (std::size_t statement = 0; statement < table.statements(); ++statement) {
            if (at < row.statements.size() && row.statements[at] == statement)
                csv.number(int{row.votes[at++]});
            else
                csv.field({});
        }
        csv.end_record();
    }
    return csv.take();
}

} // namespace moothall::decide
