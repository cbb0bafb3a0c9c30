// Votes on statements: whose they are, what counts, what comes next.

#include "decide/conversation_vote.hpp"

#include "decide/conversation_map.hpp"
#include "decide/conversation_store.hpp"
#include "decide/opinions/representation.hpp"
#include "decide/receipts/sha256.hpp"
#include "people/people.hpp"
#include "record/record.hpp"

#include <cmath>

namespace moothall::decide {

namespace {

using opinions::Vote;

Result<void> check_voter(store::Transaction& transaction, const Conversation& conversation,
                         const Viewer& viewer, const Voter& voter)
{
    if (viewer.signed_in()) return {};
    if (!conversation.anonymous || !allows_anonymous(transaction, viewer.organisation) ||
        voter.visitor.empty())
        return Refusal::unauthenticated("Please sign in to take part.");
    return {};
}

std::optional<Vote> find_vote(store::Transaction& transaction, Id organisation, Id conversation,
                              Id participant, Id statement)
{
    for (const auto& row : transaction.query(R"sql(
             SELECT vote FROM statement_vote WHERE org_id = ?1 AND conversation_id = ?2
               AND participant_id = ?3 AND statement_id = ?4 )sql",
                                             organisation, conversation, participant, statement))
        return static_cast<Vote>(row.integer(0));
    return {};
}

/// One vote more or less in the counts that a statement keeps.
void count_vote(store::Transaction& transaction, Id organisation, Id conversation, Id statement,
                Vote vote, bool visitor, int by)
{
    const std::int64_t agree = vote == Vote::agree ? by : 0;
    const std::int64_t disagree = vote == Vote::disagree ? by : 0;
    const std::int64_t pass = vote == Vote::pass ? by : 0;
    transaction.execute(visitor ? store::SqlLiteral(R"sql(
        UPDATE statement SET visitor_agrees = visitor_agrees + ?4,
            visitor_disagrees = visitor_disagrees + ?5, visitor_passes = visitor_passes + ?6
        WHERE org_id = ?1 AND conversation_id = ?2 AND statement_id = ?3 )sql")
                                : store::SqlLiteral(R"sql(
        UPDATE statement SET agrees = agrees + ?4, disagrees = disagrees + ?5, passes = passes + ?6
        WHERE org_id = ?1 AND conversation_id = ?2 AND statement_id = ?3 )sql"),
                        organisation, conversation, statement, agree, disagree, pass);
}

/// A number in (0, 1) made from who asks and what is asked, the same on every machine.
double drawn(Id participant, Id statement)
{
    constexpr std::uint64_t golden = 0x9E3779B97F4A7C15U; // SplitMix64 (Steele and others, 2014)
    auto bits = static_cast<std::uint64_t>(participant.value) * golden +
                static_cast<std::uint64_t>(statement.value);
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBU;
    bits ^= bits >> 31;
    constexpr int kept = 53;
    return (static_cast<double>(bits >> (64 - kept)) + 0.5) / std::exp2(kept);
}

} // namespace

std::string hash_visitor(std::string_view cookie, Id conversation)
{
    if (cookie.empty()) return {};
    return receipts::to_hex(receipts::sha256(conversation.text() + ":" + std::string(cookie)));
}

Result<void> cast_opinion(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, Id id, Id statement_id, Vote vote,
                          const Voter& voter)
{
    const auto conversation = find_conversation(transaction, id, viewer);
    if (!conversation) return conversation.error();
    const auto statement = find_statement(transaction, *conversation, statement_id, viewer);
    if (!statement) return statement.error();
    if (const auto may = check_voter(transaction, *conversation, viewer, voter); !may) return may;
    // The lock: the same person voting twice at once counts once, and the close comes after.
    if (!lock_conversation(transaction, viewer.organisation, id) || !conversation->takes_votes(now))
        return Refusal::conflict("This conversation does not take votes now.");
    const auto again = load_statement(transaction, viewer.organisation, id, statement_id);
    if (again->state != StatementState::shown)
        return Refusal::conflict("This statement cannot be voted on.");

    auto participant = load_participant(transaction, viewer.organisation, id, voter);
    const bool first = !participant;
    if (first) {
        participant = Participant{ids.next(now), !voter.person, 0};
        save_participant(transaction, viewer.organisation, id, participant->id, voter, {});
    }
    const auto before =
        find_vote(transaction, viewer.organisation, id, participant->id, statement_id);
    if (before == vote) return {};
    transaction.execute(R"sql(
        INSERT INTO statement_vote (org_id, conversation_id, participant_id, statement_id, vote, cast_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (org_id, conversation_id, participant_id, statement_id)
        DO UPDATE SET vote = excluded.vote, cast_us = excluded.cast_us )sql",
                        viewer.organisation, id, participant->id, statement_id,
                        static_cast<int>(vote), now);
    const bool visitor = participant->visitor;
    if (before)
        count_vote(transaction, viewer.organisation, id, statement_id, *before, visitor, -1);
    count_vote(transaction, viewer.organisation, id, statement_id, vote, visitor, 1);
    const std::int64_t more = before ? 0 : 1;
    change_counts(transaction, viewer.organisation, id,
                  {.people = first && !visitor ? 1 : 0,
                   .visitors = first && visitor ? 1 : 0,
                   .votes = visitor ? 0 : more,
                   .visitor_votes = visitor ? more : 0});
    const auto place = place_participant(transaction, viewer.organisation, id, participant->id);
    transaction.execute(R"sql(
        UPDATE participant SET votes = votes + ?4, x = ?5, y = ?6, opinion_group = ?7,
            revision = (SELECT c.revision FROM conversation c WHERE c.org_id = ?1 AND c.conversation_id = ?2)
        WHERE org_id = ?1 AND conversation_id = ?2 AND participant_id = ?3 )sql",
                        viewer.organisation, id, participant->id, more, place.x, place.y,
                        place.group);
    append_conversation_event(transaction, ids, now, viewer.organisation, *conversation,
                              "decide.opinion_given", viewer.person, record::Audience::actor);
    return {};
}

OpinionStanding find_opinion_standing(store::Transaction& transaction,
                                      const Conversation& conversation, const Voter& voter)
{
    const auto organisation = conversation.organisation;
    const auto participant = load_participant(transaction, organisation, conversation.id, voter);
    if (!participant) return {};
    return find_place(transaction, organisation, conversation.id, participant->id);
}

std::optional<Statement> find_next_statement(store::Transaction& transaction,
                                             const Conversation& conversation, const Voter& voter)
{
    const auto organisation = conversation.organisation;
    const auto participant = load_participant(transaction, organisation, conversation.id, voter);
    const Id who = participant ? participant->id : Id{};
    Id next{};
    double soonest = 0;
    for (const auto& row : transaction.query(R"sql(
             SELECT s.statement_id, s.agrees, s.disagrees, s.passes, s.extremity FROM statement s
             WHERE s.org_id = ?1 AND s.conversation_id = ?2 AND s.state = 'shown'
               AND NOT EXISTS (SELECT 1 FROM statement_vote v
                               WHERE v.org_id = ?1 AND v.conversation_id = ?2 AND v.participant_id = ?3
                                 AND v.statement_id = s.statement_id) )sql",
                                             organisation, conversation.id, who)) {
        const opinions::Counts counts{.agree = row.integer(1),
                                      .disagree = row.integer(2),
                                      .seen = row.integer(1) + row.integer(2) + row.integer(3)};
        const double priority = opinions::routing_priority(counts, row.number(4), false);
        // An exponential race: the chance to be first is the share of the priority.
        const double arrives = -std::log(drawn(who, row.id(0))) / priority;
        if (next && arrives >= soonest) continue;
        next = row.id(0);
        soonest = arrives;
    }
    if (!next) return {};
    return load_statement(transaction, organisation, conversation.id, next);
}

std::vector<OwnOpinion> list_own_opinions(store::Transaction& transaction,
                                          const Conversation& conversation, const Voter& voter)
{
    const auto organisation = conversation.organisation;
    std::vector<OwnOpinion> own;
    const auto participant = load_participant(transaction, organisation, conversation.id, voter);
    if (!participant) return own;
    for (const auto& row : transaction.query(R"sql(
             SELECT s.statement_id, s.number, s.text, s.state, v.vote, v.cast_us
             FROM statement_vote v
             JOIN statement s ON s.org_id = v.org_id AND s.conversation_id = v.conversation_id
                             AND s.statement_id = v.statement_id
             WHERE v.org_id = ?1 AND s.org_id = ?1 AND v.conversation_id = ?2 AND v.participant_id = ?3
             ORDER BY s.number )sql",
                                             organisation, conversation.id, participant->id)) {
        OwnOpinion one;
        one.statement.id = row.id(0);
        one.statement.conversation = conversation.id;
        one.statement.number = row.integer(1);
        one.statement.text = row.string(2);
        one.statement.state = statement_state_of(row.text(3)).value_or(StatementState::declined);
        one.vote = static_cast<Vote>(row.integer(4));
        one.cast = row.time(5);
        own.push_back(std::move(one));
    }
    return own;
}

std::string_view to_text(Vote vote)
{
    switch (vote) {
    case Vote::agree:
        return "agree";
    case Vote::disagree:
        return "disagree";
    case Vote::pass:
        return "pass";
    }
    return {};
}

std::optional<Vote> vote_of(std::string_view text)
{
    for (const auto vote : {Vote::agree, Vote::disagree, Vote::pass})
        if (to_text(vote) == text) return vote;
    return {};
}

void write_own_opinions(store::Transaction& transaction, JsonWriter& json, Id organisation,
                        Id person)
{
    json.key("conversations").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT t.thing_id, t.title, t.created_us FROM thing t
             WHERE t.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'conversation' ORDER BY t.thing_id )sql",
                                             organisation, person))
        json.begin_object()
            .field("id", row.id(0))
            .field("question", row.text(1))
            .field("created_at", row.time(2))
            .end_object();
    json.end_array().key("statements").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT conversation_id, text, state, created_us FROM statement
             WHERE org_id = ?1 AND author_id = ?2 ORDER BY statement_id )sql",
                                             organisation, person))
        json.begin_object()
            .field("conversation", row.id(0))
            .field("text", row.text(1))
            .field("state", row.text(2))
            .field("created_at", row.time(3))
            .end_object();
    json.end_array().key("opinions").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT v.conversation_id, s.text, v.vote, v.cast_us FROM participant p
             JOIN statement_vote v ON v.org_id = p.org_id AND v.conversation_id = p.conversation_id
                                  AND v.participant_id = p.participant_id
             JOIN statement s ON s.org_id = v.org_id AND s.conversation_id = v.conversation_id
                             AND s.statement_id = v.statement_id
             WHERE p.org_id = ?1 AND v.org_id = ?1 AND s.org_id = ?1 AND p.person_id = ?2
             ORDER BY v.conversation_id, s.number )sql",
                                             organisation, person))
        json.begin_object()
            .field("conversation", row.id(0))
            .field("statement", row.text(1))
            .field("vote", to_text(static_cast<Vote>(row.integer(2))))
            .field("cast_at", row.time(3))
            .end_object();
    json.end_array();
}

void forget_statements(store::Transaction& transaction, Id organisation, Id person,
                       std::string_view sentence)
{
    transaction.execute("UPDATE statement SET text = ?3 WHERE org_id = ?1 AND author_id = ?2",
                        organisation, person, sentence);
    transaction.execute(R"sql(
        UPDATE statement SET reason = ?3 WHERE org_id = ?1 AND judged_by = ?2 AND reason <> '' )sql",
                        organisation, person, sentence);
}

void forget_opinions(store::Transaction& transaction, Id organisation, Id person)
{
    struct Taken {
        Id conversation;
        Id participant;
        std::int64_t votes;
    };
    std::vector<Taken> taken;
    for (const auto& row : transaction.query(R"sql(
             SELECT conversation_id, participant_id, votes FROM participant
             WHERE org_id = ?1 AND person_id = ?2 )sql",
                                             organisation, person))
        taken.push_back({row.id(0), row.id(1), row.integer(2)});
    for (const auto& one : taken) {
        transaction.execute(R"sql(
            UPDATE statement SET
                agrees = agrees - (SELECT count(*) FROM statement_vote v WHERE v.org_id = ?1
                    AND v.conversation_id = ?2 AND v.participant_id = ?3
                    AND v.statement_id = statement.statement_id AND v.vote = 1),
                disagrees = disagrees - (SELECT count(*) FROM statement_vote v WHERE v.org_id = ?1
                    AND v.conversation_id = ?2 AND v.participant_id = ?3
                    AND v.statement_id = statement.statement_id AND v.vote = -1),
                passes = passes - (SELECT count(*) FROM statement_vote v WHERE v.org_id = ?1
                    AND v.conversation_id = ?2 AND v.participant_id = ?3
                    AND v.statement_id = statement.statement_id AND v.vote = 0)
            WHERE org_id = ?1 AND conversation_id = ?2 )sql",
                            organisation, one.conversation, one.participant);
        transaction.execute(R"sql(
            DELETE FROM statement_vote WHERE org_id = ?1 AND conversation_id = ?2 AND participant_id = ?3 )sql",
                            organisation, one.conversation, one.participant);
        transaction.execute(R"sql(
            DELETE FROM participant WHERE org_id = ?1 AND conversation_id = ?2 AND participant_id = ?3 )sql",
                            organisation, one.conversation, one.participant);
        // The stored map has her place in it; a new one is found without her.
        transaction.execute("DELETE FROM opinion_map WHERE org_id = ?1 AND conversation_id = ?2",
                            organisation, one.conversation);
        change_counts(transaction, organisation, one.conversation,
                      {.people = -1, .votes = -one.votes});
    }
    transaction.execute("UPDATE statement SET author_id = 0 WHERE org_id = ?1 AND author_id = ?2",
                        organisation, person);
}

} // namespace moothall::decide
