#include "organise/follow_up.hpp"

#include "hear/loop.hpp"
#include "organise/answer_time.hpp"
#include "record/consumer.hpp"
#include "record/record.hpp"

#include <vector>

namespace moothall::organise {

namespace {
constexpr int replies_max = 300; // in one transaction
}

std::int64_t
follow_replies(store::Database& database, Id organisation, Time now, std::string_view consumer,
               const std::function<void(store::Transaction&, const SaidReply&)>& notice)
{
    constexpr std::string_view verb = "hear.reply_said";
    const Id until = record::first_unsettled(database, now);
    const bool waiting = database.read([&](store::Transaction& transaction) {
        return record::has_news(transaction, organisation, consumer, until, verb);
    });
    if (!waiting) return 0;

    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        Id last = record::lock_consumer(transaction, organisation, consumer);
        std::vector<SaidReply> replies;
        std::int64_t seen = 0;
        for (const auto& row : transaction.query(R"sql(
                 SELECT e.event_id, r.reply_id, r.subject_id, t.author_id, t.circle_id, t.state, t.created_us
                 FROM event e CROSS JOIN reply r CROSS JOIN thing t
                 WHERE e.org_id = ?1 AND r.org_id = ?1 AND t.org_id = ?1 AND e.verb = ?5
                   AND e.event_id > ?2 AND e.event_id < ?3 AND r.reply_id = e.thing_id AND t.thing_id = r.reply_id
                 ORDER BY e.event_id LIMIT ?4 )sql",
                                                 organisation, last, until, replies_max, verb)) {
            last = row.id(0);
            ++seen;
            if (record::state_of(row.text(5)) != record::State::visible) continue;
            replies.push_back({row.id(1), row.id(2), row.id(3), row.id(4), row.time(6)});
        }
        for (const auto& reply : replies) notice(transaction, reply);
        record::save_consumer(transaction, organisation, consumer, last);
        return seen;
    });
}

std::int64_t note_answers(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    struct Answered {
        Id request;
        Id asker;
        Time asked;
    };
    return follow_replies(
        database, organisation, now, "organise",
        [&](store::Transaction& transaction, const SaidReply& said) {
            std::vector<Answered> answered;
            for (const auto& row :
                 transaction.query(R"sql(
                     SELECT request_id, asker_id, asked_us FROM request
                     WHERE org_id = ?1 AND about_id = ?2 AND person_id = ?3 AND ended = 0 AND asked_us <= ?4 )sql",
                                   organisation, said.subject, said.author, said.at))
                answered.push_back({row.id(0), row.id(1), row.time(2)});
            for (const auto& one : answered) {
                const auto changed =
                    transaction.execute(R"sql(
                    UPDATE request SET state = 'answered', ended = 1, ended_us = ?3, answer_id = ?4
                    WHERE org_id = ?1 AND request_id = ?2 AND ended = 0 )sql",
                                        organisation, one.request, said.at, said.reply);
                if (changed == 0) continue;
                keep_answer_time(transaction, organisation, said.circle, said.author,
                                 said.at - one.asked);
                hear::reach_stage(transaction, organisation, said.subject, hear::Stage::organise,
                                  one.request, "organise.request_answered", said.at,
                                  {.by = said.author});
                record::append(transaction, organisation, ids,
                               {.verb = "organise.request_answered",
                                .thing = one.request,
                                .actor = said.author,
                                .circle = said.circle,
                                .at = now,
                                .concerns = {said.subject, one.asker, said.reply}});
            }
        });
}

} // namespace moothall::organise
