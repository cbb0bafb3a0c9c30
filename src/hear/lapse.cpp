#include "hear/lapse.hpp"

#include "hear/search.hpp"
#include "hear/support.hpp"
#include "hear/tree.hpp"
#include "people/account.hpp"
#include "people/people.hpp"
#include "record/record.hpp"

#include <vector>

namespace moothall::hear {

namespace {

/// After the letter was sent, which ends after a day; people::purge_passes() comes a day later.
constexpr std::chrono::hours patience{24 * 29};

struct Unanswered {
    Id thing;
    Id person;
};

/// What letters of one purpose wait for in vain, without another letter that is still good.
std::vector<Unanswered> list_ended(store::Transaction& transaction, Id organisation,
                                   std::string_view purpose, Time now, std::int64_t rows_max)
{
    std::vector<Unanswered> ended;
    for (const auto& row : transaction.query(
             R"sql(
             SELECT DISTINCT p.thing_id, p.person_id FROM pass p
             WHERE p.org_id = ?1 AND p.purpose = ?2 AND p.used_us IS NULL AND p.expires_us < ?3
               AND NOT EXISTS (SELECT 1 FROM pass n WHERE n.org_id = ?1 AND n.purpose = ?2
                               AND n.thing_id = p.thing_id AND n.person_id = p.person_id
                               AND n.expires_us >= ?3)
             ORDER BY p.thing_id, p.person_id LIMIT ?4 )sql",
             organisation, purpose, now - patience, rows_max))
        ended.push_back({row.id(0), row.id(1)});
    return ended;
}

void forget_letters(store::Transaction& transaction, Id organisation, std::string_view purpose,
                    const Unanswered& waiting)
{
    transaction.execute(R"sql(
        DELETE FROM pass WHERE org_id = ?1 AND purpose = ?2 AND thing_id = ?3 AND person_id = ?4
            AND used_us IS NULL )sql",
                        organisation, purpose, waiting.thing, waiting.person);
}

bool take_away_voice(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                     const Unanswered& waiting, std::string_view sentence)
{
    auto thing = record::find_thing(transaction, organisation, waiting.thing);
    if (!thing || thing->kind != "voice" || thing->state == record::State::visible) return false;
    thing->state = record::State::hidden;
    thing->author = {};
    thing->title = sentence;
    thing->changed = now;
    record::change_thing(transaction, organisation, *thing);
    transaction.execute(R"sql(
        UPDATE voice SET body = '', body_html = '', excerpt = '', language = '', written_by = 0
        WHERE org_id = ?1 AND voice_id = ?2 )sql",
                        organisation, thing->id);
    transaction.execute("DELETE FROM revision WHERE org_id = ?1 AND thing_id = ?2", organisation,
                        thing->id);
    transaction.execute("DELETE FROM mention WHERE org_id = ?1 AND thing_id = ?2", organisation,
                        thing->id);
    transaction.execute("DELETE FROM follow WHERE org_id = ?1 AND thing_id = ?2 AND person_id = ?3",
                        organisation, thing->id, waiting.person);
    index_words(transaction, organisation, thing->id, {}, {});
    record::append(transaction, organisation, ids,
                   {.verb = "hear.voice_lapsed",
                    .thing = thing->id,
                    .circle = thing->circle,
                    .at = now,
                    .audience = record::Audience::stewards,
                    .state = thing->state});
    return true;
}

bool take_away_support(store::Transaction& transaction, Id organisation, const Unanswered& waiting)
{
    const auto given = find_given(transaction, organisation, waiting.thing, waiting.person);
    if (!given.there || given.confirmed) return false;
    return remove_support(transaction, organisation, waiting.thing, waiting.person);
}

/// Whether nothing but an address is known of her.
bool left_nothing_else(store::Transaction& transaction, Id organisation, Id person)
{
    return transaction
        .query(R"sql(
            SELECT 1 FROM person p
            WHERE p.org_id = ?1 AND p.person_id = ?2 AND p.state = 'unconfirmed'
              AND NOT EXISTS (SELECT 1 FROM thing t WHERE t.org_id = ?1 AND t.author_id = ?2
                              AND t.thing_id <> ?2)
              AND NOT EXISTS (SELECT 1 FROM support s WHERE s.org_id = ?1 AND s.person_id = ?2)
              AND NOT EXISTS (SELECT 1 FROM pass w WHERE w.org_id = ?1 AND w.person_id = ?2
                              AND w.used_us IS NULL) )sql",
               organisation, person)
        .next();
}

} // namespace

bool forget_if_nothing_left(store::Transaction& transaction, IdSource& ids, Time now,
                            Id organisation, Id id)
{
    // Her row is the lock: if she signs in at this moment she stays, or she is somebody new.
    if (transaction.execute("UPDATE person SET state = state "
                            "WHERE org_id = ?1 AND person_id = ?2 AND state = 'unconfirmed'",
                            organisation, id) == 0 ||
        !left_nothing_else(transaction, organisation, id))
        return false;
    const auto person = people::find_person_by_id(transaction, organisation, id);
    const auto thing = record::find_thing(transaction, organisation, id);
    if (!person || !thing) return false;
    people::forget_person(transaction, organisation, *person, now);
    record::append(transaction, organisation, ids,
                   {.verb = "people.person_erased",
                    .thing = id,
                    .circle = thing->circle,
                    .at = now,
                    .audience = record::Audience::stewards});
    return true;
}

Lapsed take_away_unconfirmed(store::Transaction& transaction, IdSource& ids, Time now,
                             Id organisation, std::string_view sentence, std::int64_t rows_max)
{
    Lapsed lapsed;
    std::vector<Id> people;
    constexpr std::string_view of_voices = "confirm_voice";
    constexpr std::string_view of_supports = "confirm_support";
    for (const auto& waiting : list_ended(transaction, organisation, of_voices, now, rows_max)) {
        forget_letters(transaction, organisation, of_voices, waiting);
        lapsed.voices +=
            take_away_voice(transaction, ids, now, organisation, waiting, sentence) ? 1 : 0;
        people.push_back(waiting.person);
    }
    for (const auto& waiting : list_ended(transaction, organisation, of_supports, now, rows_max)) {
        forget_letters(transaction, organisation, of_supports, waiting);
        lapsed.supports += take_away_support(transaction, organisation, waiting) ? 1 : 0;
        people.push_back(waiting.person);
    }
    for (const Id id : people)
        if (forget_if_nothing_left(transaction, ids, now, organisation, id)) ++lapsed.people;
    return lapsed;
}

} // namespace moothall::hear
