#include "hear/reach.hpp"

#include "people/circle.hpp"
#include "record/consumer.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace moothall::hear {

namespace {

constexpr std::string_view reach_follower = "reach";
constexpr int events_for_reach_max = 2000; // in one transaction
constexpr int voices_for_reach_max = 500;
constexpr int weeks_late = 4;
constexpr int weeks_early = 12;
constexpr std::int64_t never = 1'000'000; // a day long after all others

std::int64_t day_of(Time time)
{
    return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

/// Half a person is added to either side, so that one after none is no endless growth.
double growth_of(const Reach& reach)
{
    return (static_cast<double>(reach.late) / weeks_late + 0.5) /
           (static_cast<double>(reach.early) / weeks_early + 0.5);
}

/// What one person said of a voice and of what was merged into it.
struct Backing {
    bool backs = false; // not its author alone
    bool important = false;
    bool vital = false;
    Time since;
};

struct Backers {
    std::unordered_map<Id, Backing> of; // by person

    void add(Id person, std::string_view matters, Time since)
    {
        auto& backing = of[person];
        backing.since = backing.backs ? std::min(backing.since, since) : since;
        backing.backs = true;
        backing.vital |= matters == "vital";
        backing.important |= matters == "important";
    }
};

Reach reach_of(const Backers& backers, const std::unordered_map<Id, std::vector<Id>>& circles,
               Time now)
{
    Reach reach;
    std::unordered_set<Id> touched;
    for (const auto& [person, backing] : backers.of) {
        if (const auto hers = circles.find(person); hers != circles.end())
            touched.insert(hers->second.begin(), hers->second.end());
        if (!backing.backs) continue;
        if (backing.vital)
            ++reach.vital;
        else if (backing.important)
            ++reach.important;
        const auto days = day_of(now) - day_of(backing.since);
        if (days < weeks_late * 7)
            ++reach.late;
        else if (days < (weeks_late + weeks_early) * 7)
            ++reach.early;
    }
    reach.circles = std::ssize(touched);
    return reach;
}

void save_reach(store::Transaction& transaction, Id organisation, Id voice, const Reach& reach,
                Time now)
{
    const bool moves = reach.late > 0 || reach.early > 0;
    transaction.execute(R"sql(
        INSERT INTO voice_reach (org_id, voice_id, vital, important, pressing, circles, late, early, rising, look_again)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (org_id, voice_id) DO UPDATE SET vital = excluded.vital, important = excluded.important,
            pressing = excluded.pressing, circles = excluded.circles, late = excluded.late, early = excluded.early,
            rising = excluded.rising, look_again = excluded.look_again )sql",
                        organisation, voice, reach.vital, reach.important,
                        2 * reach.vital + reach.important, reach.circles, reach.late, reach.early,
                        growth_of(reach), moves ? day_of(now) + 1 : never);
}

/// Voices that somebody said something of, or whose backers came into a circle or left one.
std::set<Id> touched_voices(store::Transaction& transaction, Id organisation, Id& last, Id until,
                            std::int64_t& events)
{
    std::set<Id> things;
    std::vector<Id> movers;
    for (const auto& [event, verb, thing] :
         record::list_concerned(transaction, organisation, last, until, events_for_reach_max)) {
        if (event != last) ++events;
        last = event;
        if (verb.starts_with("hear.")) things.insert(thing);
        if (verb.starts_with("people.member_") || verb == "people.person_erased")
            movers.push_back(thing);
    }
    // A person who says and backs more than that is right when the rest is touched again.
    if (movers.empty()) return things;
    for (const auto& row : transaction.query(
             "SELECT voice_id FROM support WHERE org_id = ?1 AND person_id IN_IDS(?2) LIMIT 1000",
             organisation, store::IdList{movers}))
        things.insert(row.id(0));
    for (const auto& row : transaction.query("SELECT thing_id FROM thing WHERE org_id = ?1 AND "
                                             "author_id IN_IDS(?2) AND kind = 'voice' LIMIT 1000",
                                             organisation, store::IdList{movers}))
        things.insert(row.id(0));
    return things;
}

} // namespace

void count_reach(store::Transaction& transaction, Id organisation, Time now,
                 const std::vector<Id>& voices)
{
    // A voice that was merged counts at its own place, for when it stands again, and at the one
    // that stands for it.
    std::map<Id, Backers> backers;
    const store::IdList wanted{voices};
    for (const auto& row : transaction.query(R"sql(
             SELECT v.voice_id, t.author_id FROM voice v
             JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
             WHERE v.org_id = ?1 AND t.org_id = ?1 AND (v.voice_id IN_IDS(?2) OR v.voice_id IN
                 (SELECT m.root_id FROM voice_merge m WHERE m.org_id = ?1 AND m.voice_id IN_IDS(?2))) )sql",
                                             organisation, wanted)) {
        auto& of = backers[row.id(0)].of;
        if (row.id(1)) of[row.id(1)];
    }
    std::vector<Id> all;
    for (const auto& [voice, some] : backers) all.push_back(voice);
    for (const auto& row : transaction.query(R"sql(
             SELECT s.voice_id, s.person_id, s.matters, s.created_us FROM support s
             WHERE s.org_id = ?1 AND s.voice_id IN_IDS(?2) AND s.confirmed = 1 )sql",
                                             organisation, store::IdList{all}))
        backers[row.id(0)].add(row.id(1), row.text(2), row.time(3));
    for (const auto& row : transaction.query(R"sql(
             SELECT m.root_id, s.person_id, s.matters, s.created_us FROM voice_merge m
             JOIN support s ON s.org_id = m.org_id AND s.voice_id = m.voice_id
             LEFT JOIN merge_objection o ON o.org_id = ?1 AND o.voice_id = m.voice_id AND o.into_id = m.into_id
                 AND o.person_id = s.person_id
             WHERE m.org_id = ?1 AND s.org_id = ?1 AND m.root_id IN_IDS(?2) AND s.confirmed = 1
               AND o.person_id IS NULL )sql",
                                             organisation, store::IdList{all}))
        backers[row.id(0)].add(row.id(1), row.text(2), row.time(3));

    std::vector<Id> people;
    for (const auto& [voice, some] : backers)
        for (const auto& [person, backing] : some.of) people.push_back(person);
    std::ranges::sort(people);
    people.erase(std::ranges::unique(people).begin(), people.end());
    const auto circles = people::list_open_circles(transaction, organisation, people);
    for (const auto& [voice, some] : backers)
        save_reach(transaction, organisation, voice, reach_of(some, circles, now), now);
}

std::int64_t keep_reach(store::Database& database, Id organisation, Time now)
{
    const Id until = record::first_unsettled(database, now);
    const bool due = database.read([&](store::Transaction& transaction) {
        return record::has_news(transaction, organisation, reach_follower, until) ||
               transaction
                   .query(
                       "SELECT 1 FROM voice_reach WHERE org_id = ?1 AND look_again <= ?2 LIMIT 1",
                       organisation, day_of(now))
                   .next();
    });
    if (!due) return 0;
    return database.write([&](store::Transaction& transaction) {
        std::int64_t done = 0;
        auto last = record::lock_consumer(transaction, organisation, reach_follower);
        auto voices = touched_voices(transaction, organisation, last, until, done);
        for (const auto& row : transaction.query(
                 "SELECT voice_id FROM voice_reach WHERE org_id = ?1 AND look_again <= ?2 "
                 "ORDER BY look_again, voice_id LIMIT ?3",
                 organisation, day_of(now), voices_for_reach_max)) {
            voices.insert(row.id(0));
            ++done;
        }
        count_reach(transaction, organisation, now, {voices.begin(), voices.end()});
        record::save_consumer(transaction, organisation, reach_follower, last);
        return done;
    });
}

} // namespace moothall::hear
