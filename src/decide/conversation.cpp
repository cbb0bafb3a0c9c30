// What a conversation is, who may begin, change and close it.

#include "decide/conversation_store.hpp"

#include "base/invariant.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "record/setting.hpp"
#include "text/place.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace moothall::decide {

namespace {

using namespace std::chrono_literals;

constexpr auto conversation_longest = 24h * 3660; // ten years: beyond that it is a mistake

Result<std::string> check_question(std::string_view wanted)
{
    auto question = normalise_line(wanted);
    if (question.empty())
        return Refusal::invalid("question", "Say what the conversation is about, as a question.");
    if (has_forbidden_characters(question))
        return Refusal::invalid("question", "The text holds characters that no text has.");
    if (count_characters(question) > question_characters_max)
        return Refusal::invalid("question", "A question has at most 200 characters.");
    return question;
}

Result<void> check_closes(std::optional<Time> closes, Time opens, Time now)
{
    if (!closes) return {};
    if (*closes <= now || *closes <= opens)
        return Refusal::invalid("closes_at", "It closes after it opens, and not in the past.");
    if (*closes > now + conversation_longest)
        return Refusal::invalid("closes_at", "This is too far away.");
    return {};
}

/// What a conversation may be about, and whose audience it then has.
Result<record::Thing> find_about(store::Transaction& transaction, Id about, const Viewer& viewer)
{
    auto thing = people::find_seen(transaction, about, viewer);
    if (!thing)
        return Refusal::invalid("about", "There is no such theme, decision or goal that you can "
                                         "see.");
    if (thing->kind != "theme" && thing->kind != "decision" && thing->kind != "goal")
        return Refusal::invalid("about", "A conversation is about a theme, a decision or a goal, "
                                         "or stands by itself.");
    return thing;
}

Result<Conversation> find_to_lead(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto conversation = find_conversation(transaction, id, viewer);
    if (!conversation) return conversation.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_lead(*conversation, viewer))
        return Refusal::forbidden("Only who began this conversation and the circle's stewards may "
                                  "do this.");
    return conversation;
}

Result<void> check_anonymous(store::Transaction& transaction, Id organisation, bool wanted)
{
    if (wanted && !allows_anonymous(transaction, organisation))
        return Refusal::invalid("anonymous", "This organisation does not let people take part "
                                             "without an account.");
    return {};
}

void close_it(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
              const Conversation& conversation, Id actor)
{
    transaction.execute(R"sql(
        UPDATE conversation SET state = 'closed', closed_us = ?3, closed_by = ?4
        WHERE org_id = ?1 AND conversation_id = ?2 )sql",
                        organisation, conversation.id, now, actor);
    transaction.execute("UPDATE thing SET changed_us = ?3 WHERE org_id = ?1 AND thing_id = ?2",
                        organisation, conversation.id, now);
    append_conversation_event(transaction, ids, now, organisation, conversation,
                              "decide.conversation_closed", actor, record::Audience::circle,
                              conversation.about ? std::vector{conversation.about}
                                                 : std::vector<Id>{},
                              JsonWriter()
                                  .begin_object()
                                  .field("people", conversation.people)
                                  .field("visitors", conversation.visitors)
                                  .field("votes", conversation.votes)
                                  .field("statements", conversation.statements)
                                  .end_object()
                                  .take());
}

} // namespace

std::string Conversation::path() const
{
    auto path = record::path_of("conversation", id);
    if (const auto tail = slug(question); !tail.empty()) path += "-" + tail;
    return path;
}

bool may_lead(const Conversation& conversation, const Viewer& viewer)
{
    return viewer.signed_in() &&
           (conversation.owner.id == viewer.person || viewer.is_steward_of(conversation.circle));
}

bool allows_anonymous(store::Transaction& transaction, Id organisation)
{
    return record::find_setting(transaction, organisation, anonymous_setting) == "on";
}

Result<Conversation> begin_conversation(store::Transaction& transaction, IdSource& ids, Time now,
                                        const Viewer& viewer, const NewConversation& wanted,
                                        const hear::Rendered& rendered, std::string_view verb)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    Conversation conversation;
    conversation.circle = wanted.circle ? wanted.circle : viewer.everyone;
    if (wanted.about) {
        const auto about = find_about(transaction, wanted.about, viewer);
        if (!about) return about.error();
        conversation.about = about->id;
        conversation.circle = about->circle;
    } else if (const auto circle = people::find_circle(transaction, conversation.circle, viewer);
               !circle ||
               (circle->visibility != people::Visibility::open && circle->mine == Role::none)) {
        return Refusal::invalid("circle", "There is no such circle that you can see.");
    }
    if (viewer.role_in(conversation.circle) < Role::member)
        return Refusal::forbidden("Only members of this circle may speak here.");
    auto question = check_question(wanted.question);
    if (!question) return question.error();
    conversation.question = *std::move(question);
    conversation.opens = std::max(wanted.opens.value_or(now), now);
    if (conversation.opens > now + conversation_longest)
        return Refusal::invalid("opens_at", "This is too far away.");
    if (auto good = check_closes(wanted.closes, conversation.opens, now); !good)
        return good.error();
    if (auto good = check_anonymous(transaction, viewer.organisation, wanted.anonymous); !good)
        return good.error();
    conversation.id = ids.next(now);
    conversation.organisation = viewer.organisation;
    conversation.words = wanted.words;
    conversation.words_html = rendered.html;
    conversation.moderation = wanted.moderation;
    conversation.anonymous = wanted.anonymous;
    conversation.closes = wanted.closes;
    conversation.owner.id = viewer.person;
    record::save_thing(transaction, viewer.organisation,
                       {.id = conversation.id,
                        .kind = "conversation",
                        .circle = conversation.circle,
                        .author = viewer.person,
                        .title = conversation.question,
                        .created = now,
                        .changed = now,
                        .subject = conversation.about});
    save_conversation(transaction, viewer.organisation, conversation);
    std::vector<std::string> seen;
    for (const auto& text : wanted.statements) {
        auto checked = check_statement(text);
        if (!checked) {
            auto refusal = checked.error();
            refusal.field = "statements";
            return refusal;
        }
        if (std::ranges::find(seen, fold(*checked)) != seen.end()) continue;
        seen.push_back(fold(*checked));
        Statement statement{.id = ids.next(now),
                            .conversation = conversation.id,
                            .text = *std::move(checked),
                            .author = {viewer.person, {}},
                            .created = now};
        save_statement(transaction, viewer.organisation, statement);
    }
    change_counts(transaction, viewer.organisation, conversation.id,
                  {.statements = std::ssize(seen)});
    append_conversation_event(transaction, ids, now, viewer.organisation, conversation, verb,
                              viewer.person, record::Audience::circle,
                              conversation.about ? std::vector{conversation.about}
                                                 : std::vector<Id>{});
    return find_conversation(transaction, conversation.id, viewer);
}

Result<Conversation> change_conversation(store::Transaction& transaction, IdSource& ids, Time now,
                                         const Viewer& viewer, Id id,
                                         const ConversationChange& change,
                                         const std::optional<hear::Rendered>& rendered)
{
    auto before = find_to_lead(transaction, id, viewer);
    if (!before) return before.error();
    if (!lock_conversation(transaction, viewer.organisation, id))
        return Refusal::conflict("This conversation has been closed.");
    Conversation conversation = *before;
    if (change.question) {
        auto question = check_question(*change.question);
        if (!question) return question.error();
        conversation.question = *std::move(question);
    }
    if (change.words) {
        invariant(rendered.has_value(), "words come with what was made of them");
        conversation.words = *change.words;
        conversation.words_html = rendered->html;
    }
    if (change.moderation) conversation.moderation = *change.moderation;
    if (change.anonymous && *change.anonymous != conversation.anonymous) {
        if (auto good = check_anonymous(transaction, viewer.organisation, *change.anonymous); !good)
            return good.error();
        conversation.anonymous = *change.anonymous;
    }
    if (change.closes && *change.closes != conversation.closes) {
        if (auto good = check_closes(*change.closes, conversation.opens, now); !good)
            return good.error();
        conversation.closes = *change.closes;
    }
    if (conversation.question == before->question && conversation.words == before->words &&
        conversation.moderation == before->moderation &&
        conversation.anonymous == before->anonymous && conversation.closes == before->closes)
        return before;
    save_changed_conversation(transaction, viewer.organisation, conversation);
    auto thing = record::find_thing(transaction, viewer.organisation, id);
    invariant(thing.has_value(), "a conversation is a thing");
    thing->title = conversation.question;
    thing->changed = now;
    record::change_thing(transaction, viewer.organisation, *thing);
    append_conversation_event(transaction, ids, now, viewer.organisation, conversation,
                              "decide.conversation_changed", viewer.person,
                              record::Audience::circle);
    return find_conversation(transaction, id, viewer);
}

Result<Conversation> close_conversation(store::Transaction& transaction, IdSource& ids, Time now,
                                        const Viewer& viewer, Id id)
{
    auto conversation = find_to_lead(transaction, id, viewer);
    if (!conversation) return conversation.error();
    if (!lock_conversation(transaction, viewer.organisation, id))
        return Refusal::conflict("This conversation has been closed.");
    // Read again behind the lock: votes that came in between belong to the counts.
    conversation = find_conversation(transaction, id, viewer);
    close_it(transaction, ids, now, viewer.organisation, *conversation, viewer.person);
    return find_conversation(transaction, id, viewer);
}

Result<Conversation> find_conversation(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto found = load_conversations(transaction, viewer, {id});
    if (found.empty()) return Refusal::not_found();
    return std::move(found.front());
}

Result<ConversationList> list_conversations(store::Transaction& transaction,
                                            const ConversationQuery& query, const Viewer& viewer)
{
    Id before{std::numeric_limits<std::int64_t>::max()};
    if (!query.after.empty()) {
        const auto id = Id::parse(query.after);
        if (!id) return not_a_place();
        before = *id;
    }
    auto sql = store::Sql(R"sql(
        SELECT c.conversation_id FROM conversation c
        JOIN thing t ON t.org_id = c.org_id AND t.thing_id = c.conversation_id
        WHERE c.org_id = ?1 AND t.org_id = ?1 AND c.conversation_id < ?3 AND )sql") +
               people::seen;
    sql += query.open ? store::SqlLiteral(" AND c.state = ?4") : store::SqlLiteral(" AND ?4 = ?4");
    sql +=
        query.about ? store::SqlLiteral(" AND c.about_id = ?5") : store::SqlLiteral(" AND ?5 = ?5");
    sql += query.circle ? store::SqlLiteral(" AND t.circle_id = ?6")
                        : store::SqlLiteral(" AND ?6 = ?6");
    sql += " ORDER BY c.conversation_id DESC LIMIT ?7";
    const std::string_view state = !query.open ? "" : *query.open ? "open" : "closed";
    std::vector<Id> found;
    ConversationList list;
    for (const auto& row : transaction.query(sql, viewer.organisation, viewer.person, before, state,
                                             query.about, query.circle, query.limit + 1)) {
        if (std::ssize(found) == query.limit) {
            list.next = found.back().text();
            break;
        }
        found.push_back(row.id(0));
    }
    list.conversations = load_conversations(transaction, viewer, found);
    return list;
}

void tend_conversations(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    constexpr int at_once = 100;
    std::vector<Id> due;
    database.read([&](store::Transaction& transaction) {
        for (const auto& row : transaction.query(R"sql(
                 SELECT conversation_id FROM conversation
                 WHERE org_id = ?1 AND state = 'open' AND closes_us > 0 AND closes_us <= ?2
                 ORDER BY closes_us LIMIT ?3 )sql",
                                                 organisation, now, at_once))
            due.push_back(row.id(0));
    });
    for (const Id id : due)
        database.write([&](store::Transaction& transaction) {
            if (!lock_conversation(transaction, organisation, id)) return;
            const auto thing = record::find_thing(transaction, organisation, id);
            invariant(thing.has_value(), "a conversation is a thing");
            Conversation conversation{.id = id,
                                      .about = thing->subject,
                                      .circle = thing->circle,
                                      .thing_state = thing->state};
            for (const auto& row : transaction.query(R"sql(
                     SELECT people, visitors, votes, statements FROM conversation
                     WHERE org_id = ?1 AND conversation_id = ?2 )sql",
                                                     organisation, id)) {
                conversation.people = row.integer(0);
                conversation.visitors = row.integer(1);
                conversation.votes = row.integer(2);
                conversation.statements = row.integer(3);
            }
            close_it(transaction, ids, now, organisation, conversation, Id{});
        });
}

} // namespace moothall::decide
