#include "learn/heard_people.hpp"

#include <vector>

namespace moothall::learn {

namespace {

constexpr Id all_public{};

std::int64_t one_if(bool truth)
{
    return truth ? 1 : 0;
}

} // namespace

void HeardPeople::Got::add(const Got& other, std::int64_t times)
{
    voices += other.voices * times;
    answered += other.answered * times;
    outcomes += other.outcomes * times;
}

void HeardPeople::add(Id person, Id circle, bool answered, bool outcome, std::int64_t by)
{
    added_[person][circle].add({1, one_if(answered), one_if(outcome)}, by);
}

std::map<Id, HeardPeople::GotByCircle> HeardPeople::read_rows() const
{
    std::map<Id, GotByCircle> people;
    std::vector<Id> named;
    for (const auto& [person, got] : added_) named.push_back(person);
    if (!moved_.empty())
        for (const auto& row : transaction_.query(
                 "SELECT person_id FROM loop_person WHERE org_id = ?1 AND circle_id IN_IDS(?2)",
                 organisation_, store::IdList{std::vector<Id>(moved_.begin(), moved_.end())}))
            named.push_back(row.id(0));
    for (const auto& person : named) people[person];
    if (named.empty()) return people;
    for (const auto& row :
         transaction_.query("SELECT person_id, circle_id, voices, answered, outcomes, several "
                            "FROM loop_person WHERE org_id = ?1 AND person_id IN_IDS(?2)",
                            organisation_, store::IdList{named}))
        people[row.id(0)][row.id(1)] = {row.integer(2), row.integer(3), row.integer(4),
                                        row.integer(5)};
    return people;
}

/// From her circles follow her row of all public ones, and whether she spoke in several closed
/// ones.
void HeardPeople::complete(GotByCircle& rows, const std::set<Id>& open)
{
    rows.erase(all_public);
    Got summed;
    std::int64_t closed = 0;
    for (const auto& [circle, got] : rows)
        if (open.contains(circle))
            summed.add(got);
        else if (got.voices > 0)
            ++closed;
    for (auto& [circle, got] : rows) got.several = one_if(!open.contains(circle) && closed > 1);
    if (summed.voices > 0) rows[all_public] = summed;
}

/// Adds one person to the figures of her circles, or takes her off them.
void HeardPeople::count(const GotByCircle& rows, const std::set<Id>& open, std::int64_t times)
{
    const auto people_of = [](const Got& got) {
        return Got{one_if(got.voices > 0), one_if(got.answered > 0), one_if(got.outcomes > 0)};
    };
    const auto summed = rows.find(all_public);
    const auto in_public = people_of(summed == rows.end() ? Got{} : summed->second);
    for (const auto& [circle, got] : rows) {
        const auto own = people_of(got);
        counts_[circle].own.add(own, times);
        if (circle == all_public || open.contains(circle) || got.several != 0) continue;
        counts_[circle].more.add({one_if(own.voices > in_public.voices),
                                  one_if(own.answered > in_public.answered),
                                  one_if(own.outcomes > in_public.outcomes)},
                                 times);
    }
}

void HeardPeople::save(const std::set<Id>& was_public, const std::set<Id>& is_public)
{
    for (const auto& [person, before] : read_rows()) {
        auto after = before;
        if (const auto added = added_.find(person); added != added_.end())
            for (const auto& [circle, got] : added->second) after[circle].add(got);
        std::erase_if(after, [](const auto& row) { return row.second.voices <= 0; });
        complete(after, is_public);
        if (after == before && moved_.empty()) continue;
        count(before, was_public, -1);
        count(after, is_public, 1);
        save_person(person, before, after);
    }
    save_circles();
}

void HeardPeople::save_person(Id person, const GotByCircle& before, const GotByCircle& after)
{
    for (const auto& [circle, got] : before)
        if (!after.contains(circle))
            transaction_.execute("DELETE FROM loop_person WHERE org_id = ?1 AND person_id = ?2 "
                                 "AND circle_id = ?3",
                                 organisation_, person, circle);
    for (const auto& [circle, got] : after) {
        const auto known = before.find(circle);
        if (known != before.end() && known->second == got) continue;
        transaction_.execute(R"sql(
            INSERT INTO loop_person (org_id, person_id, circle_id, voices, answered, outcomes, several)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (org_id, person_id, circle_id) DO UPDATE SET voices = excluded.voices,
                answered = excluded.answered, outcomes = excluded.outcomes, several = excluded.several )sql",
                             organisation_, person, circle, got.voices, got.answered, got.outcomes,
                             got.several);
    }
}

void HeardPeople::save_circles()
{
    for (const auto& [circle, count] : counts_) {
        if (count.own == Got{} && count.more == Got{}) continue;
        transaction_.execute(R"sql(
            INSERT INTO loop_circle (org_id, circle_id, people, answered, outcomes, more_people, more_answered,
                more_outcomes)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (org_id, circle_id) DO UPDATE SET people = loop_circle.people + excluded.people,
                answered = loop_circle.answered + excluded.answered,
                outcomes = loop_circle.outcomes + excluded.outcomes,
                more_people = loop_circle.more_people + excluded.more_people,
                more_answered = loop_circle.more_answered + excluded.more_answered,
                more_outcomes = loop_circle.more_outcomes + excluded.more_outcomes )sql",
                             organisation_, circle, count.own.voices, count.own.answered,
                             count.own.outcomes, count.more.voices, count.more.answered,
                             count.more.outcomes);
    }
}

} // namespace moothall::learn
