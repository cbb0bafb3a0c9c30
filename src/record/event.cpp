#include "record/record.hpp"

#include <algorithm>

namespace moothall::record {

std::string_view to_text(Audience audience)
{
    switch (audience) {
    case Audience::circle:
        return "circle";
    case Audience::stewards:
        return "stewards";
    case Audience::actor:
        return "actor";
    }
    return "actor";
}

Id newest_event(store::Transaction& transaction)
{
    Id newest;
    // One look at the end of each organisation's log: grouped, it would be read from end to end.
    for (const auto& row : transaction.query(R"sql(
             SELECT coalesce((SELECT max(e.event_id) FROM event e WHERE e.org_id = o.org_id), 0) FROM org o )sql"))
        newest = std::max(newest, row.id(0));
    return newest;
}

Id append(store::Transaction& transaction, Id organisation, IdSource& ids, const Event& event)
{
    const Id id = ids.next(event.at);
    transaction.execute(R"sql(
        INSERT INTO event (org_id, event_id, verb, thing_id, actor_id, circle_id, audience, at_us, data)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) )sql",
                        organisation, id, event.verb, event.thing, event.actor, event.circle,
                        to_text(event.audience), event.at,
                        event.data.empty() ? std::string_view("{}") : std::string_view(event.data));

    auto things = event.concerns;
    things.push_back(event.thing);
    std::ranges::sort(things);
    const auto repeated = std::ranges::unique(things);
    things.erase(repeated.begin(), repeated.end());
    for (const Id thing : things) {
        if (!thing) continue;
        transaction.execute(
            "INSERT INTO event_thing (org_id, thing_id, event_id) VALUES (?1, ?2, ?3)",
            organisation, thing, id);
    }

    if (event.audience == Audience::circle) {
        std::string notice = "e:";
        notice += organisation.text() + ':' + id.text() + ':';
        notice += event.verb;
        notice += ':' + event.thing.text() + ':' + event.circle.text() + ':';
        notice += to_text(event.state);
        transaction.notify(std::move(notice));
    }
    return id;
}

} // namespace moothall::record
