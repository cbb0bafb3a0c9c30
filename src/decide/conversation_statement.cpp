// Statements: proposed by anybody who may speak, shown or judged by who leads the conversation.

#include "base/words.hpp"
#include "decide/conversation_store.hpp"

#include "record/record.hpp"
#include "sense/similar/word_index.hpp"
#include "text/language.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace moothall::decide {

namespace {

constexpr std::size_t declining_reason_characters_max = 1000;

constexpr std::array<std::pair<StatementState, std::string_view>, 3> statement_states{
    {{StatementState::shown, "shown"},
     {StatementState::waiting, "waiting"},
     {StatementState::declined, "declined"}}};

struct Judged {
    Conversation conversation;
    Statement statement;
};
Result<Judged> find_to_judge(store::Transaction& transaction, const Viewer& viewer, Id id,
                             Id statement_id)
{
    const auto conversation = find_conversation(transaction, id, viewer);
    if (!conversation) return conversation.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    // What may not be read is answered as what is not there, before anything is said about rights.
    const auto seen = find_statement(transaction, *conversation, statement_id, viewer);
    if (!seen) return seen.error();
    if (!may_lead(*conversation, viewer))
        return Refusal::forbidden("Only who began this conversation and the circle's stewards may "
                                  "do this.");
    if (!lock_conversation(transaction, viewer.organisation, id))
        return Refusal::conflict("This conversation has been closed.");
    // Read again behind the lock, so that of two who judge at once the second is told.
    return Judged{*conversation,
                  *load_statement(transaction, viewer.organisation, id, statement_id)};
}

/// Whether the very same is there already, in whatever case and accents.
bool is_said(store::Transaction& transaction, Id organisation, Id conversation,
             std::string_view text)
{
    const auto wanted = fold(text);
    for (const auto& row : transaction.query(R"sql(
             SELECT text FROM statement
             WHERE org_id = ?1 AND conversation_id = ?2 AND state <> 'declined' ORDER BY number )sql",
                                             organisation, conversation))
        if (fold(row.text(0)) == wanted) return true;
    return false;
}

std::vector<Id> author_of(const Statement& statement)
{
    if (!statement.author.id) return {};
    return {statement.author.id};
}

std::string event_data(const Statement& statement)
{
    return JsonWriter()
        .begin_object()
        .field("statement", statement.id)
        .field("number", statement.number)
        .field("state", to_text(statement.state))
        .end_object()
        .take();
}

} // namespace

std::string_view to_text(StatementState state)
{
    return word_of(statement_states, state);
}

std::optional<StatementState> statement_state_of(std::string_view text)
{
    return value_of(statement_states, text);
}

Result<std::string> check_statement(std::string_view wanted)
{
    auto text = normalise_line(wanted);
    if (text.empty()) return Refusal::invalid("text", "A statement is one sentence.");
    if (has_forbidden_characters(text))
        return Refusal::invalid("text", "The text holds characters that no text has.");
    if (count_characters(text) > statement_characters_max)
        return Refusal::invalid("text", "A statement has at most 280 characters: people agree with "
                                        "one thing at a time.");
    return text;
}

Result<Statement> propose_statement(store::Transaction& transaction, IdSource& ids, Time now,
                                    const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto conversation = find_conversation(transaction, id, viewer);
    if (!conversation) return conversation.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const bool leads = may_lead(*conversation, viewer);
    if (!leads && viewer.role_in(conversation->circle) < Role::member)
        return Refusal::forbidden("Only members of this circle may speak here.");
    auto text = check_statement(wanted);
    if (!text) return text.error();
    if (!lock_conversation(transaction, viewer.organisation, id) ||
        (conversation->closes && now >= *conversation->closes))
        return Refusal::conflict("This conversation has been closed.");
    if (conversation->statements + conversation->waiting >= statements_max)
        return Refusal::conflict("A conversation has at most 1,000 statements.");
    if (is_said(transaction, viewer.organisation, id, *text))
        return Refusal::conflict("This statement is there already.");
    Statement statement{.id = ids.next(now),
                        .conversation = id,
                        .text = *std::move(text),
                        .author = {viewer.person, {}},
                        .state = conversation->moderation == StatementsWait::yes && !leads
                                     ? StatementState::waiting
                                     : StatementState::shown,
                        .created = now};
    save_statement(transaction, viewer.organisation, statement);
    const bool waits = statement.state == StatementState::waiting;
    change_counts(transaction, viewer.organisation, id,
                  {.statements = waits ? 0 : 1, .waiting = waits ? 1 : 0});
    append_conversation_event(
        transaction, ids, now, viewer.organisation, *conversation,
        waits ? "decide.statement_waits" : "decide.statement_proposed", viewer.person,
        waits ? record::Audience::stewards : record::Audience::circle, {}, event_data(statement));
    return *load_statement(transaction, viewer.organisation, id, statement.id);
}

Result<Statement> accept_statement(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id id, Id statement_id)
{
    auto found = find_to_judge(transaction, viewer, id, statement_id);
    if (!found) return found.error();
    auto& statement = found->statement;
    if (statement.state == StatementState::shown)
        return Refusal::conflict("This statement is shown already.");
    const bool waited = statement.state == StatementState::waiting;
    statement.state = StatementState::shown;
    statement.reason.clear();
    statement.judged_by.id = viewer.person;
    statement.judged = now;
    save_statement_state(transaction, viewer.organisation, statement);
    change_counts(transaction, viewer.organisation, id,
                  {.statements = 1, .waiting = waited ? -1 : 0});
    append_conversation_event(transaction, ids, now, viewer.organisation, found->conversation,
                              "decide.statement_accepted", viewer.person, record::Audience::circle,
                              author_of(statement), event_data(statement));
    return *load_statement(transaction, viewer.organisation, id, statement_id);
}

Result<Statement> decline_statement(store::Transaction& transaction, IdSource& ids, Time now,
                                    const Viewer& viewer, Id id, Id statement_id,
                                    std::string_view wanted)
{
    auto found = find_to_judge(transaction, viewer, id, statement_id);
    if (!found) return found.error();
    auto& statement = found->statement;
    if (statement.state == StatementState::declined)
        return Refusal::conflict("This statement was declined already.");
    auto reason = normalise_line(wanted);
    if (reason.empty() || has_forbidden_characters(reason))
        return Refusal::invalid("reason", "Please give a reason. It is public.");
    if (count_characters(reason) > declining_reason_characters_max)
        return Refusal::invalid("reason", "A reason has at most 1,000 characters.");
    const bool waited = statement.state == StatementState::waiting;
    statement.state = StatementState::declined;
    statement.reason = std::move(reason);
    statement.judged_by.id = viewer.person;
    statement.judged = now;
    save_statement_state(transaction, viewer.organisation, statement);
    change_counts(transaction, viewer.organisation, id,
                  {.statements = waited ? 0 : -1, .waiting = waited ? -1 : 0});
    append_conversation_event(transaction, ids, now, viewer.organisation, found->conversation,
                              "decide.statement_declined", viewer.person, record::Audience::circle,
                              author_of(statement), event_data(statement));
    return *load_statement(transaction, viewer.organisation, id, statement_id);
}

Result<Statement> find_statement(store::Transaction& transaction, const Conversation& conversation,
                                 Id id, const Viewer& viewer)
{
    auto statement = load_statement(transaction, viewer.organisation, conversation.id, id);
    if (!statement) return Refusal::not_found();
    const bool own = viewer.signed_in() && statement->author.id == viewer.person;
    if (statement->state != StatementState::shown && !own && !may_lead(conversation, viewer))
        return Refusal::not_found();
    return *std::move(statement);
}

std::vector<Statement> list_statements(store::Transaction& transaction,
                                       const Conversation& conversation,
                                       const StatementQuery& query, const Viewer& viewer)
{
    auto statements = load_statements(transaction, viewer.organisation, conversation.id,
                                      query.state, query.after, query.limit);
    if (query.state == StatementState::shown || may_lead(conversation, viewer)) return statements;
    const auto is_own = [&](const Statement& one) {
        return viewer.signed_in() && one.author.id == viewer.person;
    };
    if (query.state == StatementState::waiting)
        std::erase_if(statements, [&](const Statement& one) { return !is_own(one); });
    for (auto& one : statements)
        if (!is_own(one)) {
            one.text.clear();
            one.author = {};
        }
    return statements;
}

std::vector<Statement> find_similar_statements(store::Transaction& transaction,
                                               const Conversation& conversation,
                                               std::string_view text, const Viewer& viewer,
                                               std::size_t limit)
{
    // Chosen by hand: two statements that share a third of what is said in them, by weight, are
    // worth a look. Lower, and "we should" finds everything; higher, and a rewording is missed.
    constexpr double alike_enough = 0.3;
    auto language = detect_language(text);
    if (language.empty()) language = viewer.language.empty() ? "en" : viewer.language;
    const sense::WordIndex index(language);
    auto statements = load_statements(transaction, viewer.organisation, conversation.id,
                                      StatementState::shown, -1, statements_max);
    std::vector<std::set<std::string>> stems;
    std::map<std::string, double> weight; // first how many statements have it
    for (const auto& statement : statements) {
        const auto of_one = index.stems(statement.text);
        stems.emplace_back(of_one.begin(), of_one.end());
        for (const auto& stem : stems.back()) weight[stem] += 1;
    }
    const auto all = index.stems(text);
    const std::set<std::string> asked(all.begin(), all.end());
    for (const auto& stem : asked) weight[stem] += 1;
    const auto texts = static_cast<double>(statements.size() + 1);
    for (auto& [stem, of_stem] : weight) of_stem = std::log(1 + texts / of_stem);
    const auto length_of = [&](const std::set<std::string>& of) {
        double sum = 0;
        for (const auto& stem : of) sum += weight.at(stem) * weight.at(stem);
        return std::sqrt(sum);
    };
    const double length = length_of(asked);
    std::vector<std::pair<double, std::size_t>> found;
    for (std::size_t at = 0; at < stems.size(); ++at) {
        double shared = 0;
        for (const auto& stem : stems[at])
            if (asked.contains(stem)) shared += weight.at(stem) * weight.at(stem);
        if (shared == 0) continue;
        const double alike = shared / (length * length_of(stems[at]));
        if (alike >= alike_enough) found.emplace_back(-alike, at);
    }
    std::ranges::sort(found);
    std::vector<Statement> similar;
    for (const auto& [alike, at] : found) {
        if (similar.size() == limit) break;
        similar.push_back(std::move(statements[at]));
    }
    return similar;
}

} // namespace moothall::decide
