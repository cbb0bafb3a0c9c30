#include "decide/conversation_store.hpp"

#include "people/people.hpp"
#include "record/record.hpp"

#include <unordered_map>

namespace moothall::decide {

namespace {

constexpr store::SqlLiteral statement_columns = R"sql(
    SELECT s.statement_id, s.conversation_id, s.number, s.text, s.author_id, coalesce(p.name, ''), s.state,
           s.reason, s.judged_by, coalesce(j.name, ''), s.judged_us, s.created_us, s.agrees, s.disagrees,
           s.passes, s.visitor_agrees, s.visitor_disagrees, s.visitor_passes
    FROM statement s
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = s.author_id
    LEFT JOIN person j ON j.org_id = ?1 AND j.person_id = s.judged_by
    WHERE s.org_id = ?1 AND s.conversation_id = ?2 )sql";

std::optional<Time> maybe(Time time)
{
    return time == Time{} ? std::nullopt : std::optional(time);
}

Statement read_statement(const store::Row& row)
{
    return {.id = row.id(0),
            .conversation = row.id(1),
            .number = row.integer(2),
            .text = row.string(3),
            .author = {row.id(4), row.string(5)},
            .state = statement_state_of(row.text(6)).value_or(StatementState::declined),
            .reason = row.string(7),
            .judged_by = {row.id(8), row.string(9)},
            .judged = maybe(row.time(10)),
            .created = row.time(11),
            .people = {row.integer(12), row.integer(13), row.integer(14)},
            .visitors = {row.integer(15), row.integer(16), row.integer(17)}};
}

} // namespace

void save_conversation(store::Transaction& transaction, Id organisation,
                       const Conversation& conversation)
{
    transaction.execute(
        R"sql(
        INSERT INTO conversation (org_id, conversation_id, about_id, words, words_html, state, moderation,
            anonymous, opens_us, closes_us, closed_us, closed_by, next_number, statements, waiting, people,
            visitors, votes, visitor_votes, revision, grouped)
        VALUES (?1, ?2, ?3, ?4, ?5, 'open', ?6, ?7, ?8, ?9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1) )sql",
        organisation, conversation.id, conversation.about, conversation.words,
        conversation.words_html.html, conversation.moderation == StatementsWait::yes ? "on" : "off",
        conversation.anonymous, conversation.opens, conversation.closes.value_or(Time{}));
}

void save_changed_conversation(store::Transaction& transaction, Id organisation,
                               const Conversation& conversation)
{
    transaction.execute(R"sql(
        UPDATE conversation SET words = ?3, words_html = ?4, moderation = ?5, anonymous = ?6, closes_us = ?7
        WHERE org_id = ?1 AND conversation_id = ?2 )sql",
                        organisation, conversation.id, conversation.words,
                        conversation.words_html.html,
                        conversation.moderation == StatementsWait::yes ? "on" : "off",
                        conversation.anonymous, conversation.closes.value_or(Time{}));
}

std::vector<Conversation> load_conversations(store::Transaction& transaction, const Viewer& viewer,
                                             const std::vector<Id>& found)
{
    if (found.empty()) return {};
    std::unordered_map<Id, Conversation> by_id;
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT c.conversation_id, t.title, c.words, c.words_html, c.about_id, coalesce(a.kind, ''),
                    coalesce(a.title, ''), t.circle_id, r.name, r.visibility, t.author_id,
                    coalesce(p.name, ''), t.state, c.state, c.moderation, c.anonymous, c.opens_us,
                    c.closes_us, c.closed_us, t.created_us, t.changed_us, c.statements, c.waiting, c.people,
                    c.visitors, c.votes, c.visitor_votes, c.revision, c.grouped
             FROM conversation c
             JOIN thing t ON t.org_id = c.org_id AND t.thing_id = c.conversation_id
             JOIN circle r ON r.org_id = t.org_id AND r.circle_id = t.circle_id
             LEFT JOIN thing a ON a.org_id = ?1 AND a.thing_id = c.about_id
             LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
             WHERE c.org_id = ?1 AND t.org_id = ?1 AND r.org_id = ?1 AND c.conversation_id IN_IDS(?3) AND )sql") +
                               people::seen,
                           viewer.organisation, viewer.person, store::IdList{found})) {
        Conversation one;
        one.id = row.id(0);
        one.organisation = viewer.organisation;
        one.question = row.string(1);
        one.words = row.string(2);
        one.words_html = SafeHtml::trusted_from_store(row.string(3));
        one.about = row.id(4);
        one.about_kind = row.string(5);
        one.about_title = row.string(6);
        one.circle = row.id(7);
        one.circle_name = row.string(8);
        one.circle_is_public = row.text(9) == "public";
        one.owner = {row.id(10), row.string(11)};
        one.thing_state = record::state_of(row.text(12));
        one.open = row.text(13) == "open";
        one.moderation = row.text(14) == "on" ? StatementsWait::yes : StatementsWait::no;
        one.anonymous = row.truth(15);
        one.opens = row.time(16);
        one.closes = maybe(row.time(17));
        one.closed = maybe(row.time(18));
        one.created = row.time(19);
        one.changed = row.time(20);
        one.statements = row.integer(21);
        one.waiting = row.integer(22);
        one.people = row.integer(23);
        one.visitors = row.integer(24);
        one.votes = row.integer(25);
        one.visitor_votes = row.integer(26);
        one.revision = row.integer(27);
        one.grouped = row.integer(28);
        by_id.emplace(one.id, std::move(one));
    }
    std::vector<Conversation> conversations;
    for (const Id id : found)
        if (const auto one = by_id.find(id); one != by_id.end())
            conversations.push_back(std::move(one->second));
    return conversations;
}

bool lock_conversation(store::Transaction& transaction, Id organisation, Id conversation)
{
    return transaction.execute(R"sql(
        UPDATE conversation SET revision = revision
        WHERE org_id = ?1 AND conversation_id = ?2 AND state = 'open' )sql",
                               organisation, conversation) == 1;
}

void change_counts(store::Transaction& transaction, Id organisation, Id conversation,
                   const CountChange& change)
{
    transaction.execute(R"sql(
        UPDATE conversation SET statements = statements + ?3, waiting = waiting + ?4, people = people + ?5,
            visitors = visitors + ?6, votes = votes + ?7, visitor_votes = visitor_votes + ?8,
            revision = revision + 1
        WHERE org_id = ?1 AND conversation_id = ?2 )sql",
                        organisation, conversation, change.statements, change.waiting,
                        change.people, change.visitors, change.votes, change.visitor_votes);
}

void save_statement(store::Transaction& transaction, Id organisation, Statement& statement)
{
    auto rows = transaction.query(R"sql(
        UPDATE conversation SET next_number = next_number + 1
        WHERE org_id = ?1 AND conversation_id = ?2 RETURNING next_number - 1 )sql",
                                  organisation, statement.conversation);
    rows.next();
    statement.number = rows->integer(0);
    transaction.execute(R"sql(
        INSERT INTO statement (org_id, conversation_id, statement_id, number, text, author_id, state, reason,
            judged_by, judged_us, created_us, agrees, disagrees, passes, visitor_agrees, visitor_disagrees,
            visitor_passes, centre, axis_x, axis_y, extremity)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) )sql",
                        organisation, statement.conversation, statement.id, statement.number,
                        statement.text, statement.author.id, to_text(statement.state),
                        statement.reason, statement.judged_by.id, statement.judged.value_or(Time{}),
                        statement.created);
}

void save_statement_state(store::Transaction& transaction, Id organisation,
                          const Statement& statement)
{
    transaction.execute(R"sql(
        UPDATE statement SET state = ?4, reason = ?5, judged_by = ?6, judged_us = ?7
        WHERE org_id = ?1 AND conversation_id = ?2 AND statement_id = ?3 )sql",
                        organisation, statement.conversation, statement.id,
                        to_text(statement.state), statement.reason, statement.judged_by.id,
                        statement.judged.value_or(Time{}));
}

std::vector<Statement> load_statements(store::Transaction& transaction, Id organisation,
                                       Id conversation, StatementState state, std::int64_t after,
                                       int limit)
{
    std::vector<Statement> statements;
    for (const auto& row :
         transaction.query(store::Sql(statement_columns) +
                               " AND s.state = ?3 AND s.number > ?4 ORDER BY s.number LIMIT ?5",
                           organisation, conversation, to_text(state), after, limit))
        statements.push_back(read_statement(row));
    return statements;
}

std::optional<Statement> load_statement(store::Transaction& transaction, Id organisation,
                                        Id conversation, Id statement)
{
    for (const auto& row :
         transaction.query(store::Sql(statement_columns) + " AND s.statement_id = ?3", organisation,
                           conversation, statement))
        return read_statement(row);
    return {};
}

std::optional<Participant> load_participant(store::Transaction& transaction, Id organisation,
                                            Id conversation, const Voter& voter)
{
    if (!voter.known()) return {};
    const auto sql = store::Sql("SELECT participant_id, person_id, votes FROM participant "
                                "WHERE org_id = ?1 AND conversation_id = ?2 AND ") +
                     (voter.person ? store::SqlLiteral("person_id = ?3 AND ?4 = ?4")
                                   : store::SqlLiteral("visitor = ?4 AND ?3 = ?3"));
    for (const auto& row :
         transaction.query(sql, organisation, conversation, voter.person, voter.visitor))
        return Participant{row.id(0), !row.id(1), row.integer(2)};
    return {};
}

void save_participant(store::Transaction& transaction, Id organisation, Id conversation,
                      Id participant, const Voter& voter, std::string_view label)
{
    transaction.execute(R"sql(
        INSERT INTO participant (org_id, conversation_id, participant_id, person_id, visitor, label, votes,
            x, y, opinion_group, revision)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, -1, 0) )sql",
                        organisation, conversation, participant, voter.person, voter.visitor,
                        label);
}

void append_conversation_event(store::Transaction& transaction, IdSource& ids, Time now,
                               Id organisation, const Conversation& conversation,
                               std::string_view verb, Id actor, record::Audience audience,
                               std::vector<Id> concerns, std::string data)
{
    record::append(transaction, organisation, ids,
                   {.verb = verb,
                    .thing = conversation.id,
                    .actor = actor,
                    .circle = conversation.circle,
                    .at = now,
                    .audience = audience,
                    .state = conversation.thing_state,
                    .concerns = std::move(concerns),
                    .data = std::move(data)});
}

} // namespace moothall::decide
