#include "hear/import_rows.hpp"

#include "hear/merge.hpp"
#include "hear/support.hpp"
#include "hear/tree.hpp"
#include "people/erased.hpp"
#include "people/people.hpp"
#include "text/json.hpp"

namespace moothall::hear {

namespace {

std::string_view source_of(const ImportPlace& place, std::string_view source_id)
{
    return source_id.starts_with("id ") ? place.source : place.origin;
}

} // namespace

Id find_brought(const ImportPlace& place, std::string_view source_id)
{
    // Once, files with ids were told apart by their names: what came in then is still known.
    auto rows = place.transaction.query(R"sql(
        SELECT thing_id FROM source WHERE org_id = ?1 AND origin IN (?2, ?3) AND source_id = ?4 )sql",
                                        place.viewer.organisation, source_of(place, source_id),
                                        place.origin, source_id);
    return rows.next() ? rows->id(0) : Id{};
}

void note_brought(const ImportPlace& place, std::string_view source_id, Id thing)
{
    place.transaction.execute(R"sql(
        INSERT INTO source (org_id, origin, source_id, thing_id, run_id) VALUES (?1, ?2, ?3, ?4, ?5) )sql",
                              place.viewer.organisation, source_of(place, source_id), source_id,
                              thing, place.run);
}

bool is_known_author(const ImportPlace& place, const std::string& key, const std::string& email)
{
    if (!email.empty() &&
        people::find_person_by_email(place.transaction, place.viewer.organisation, email))
        return true;
    return !key.empty() && find_brought(place, "person " + key);
}

Result<Id> take_person(const ImportPlace& place, const std::string& key, const std::string& name,
                       const std::string& email, std::int64_t& made)
{
    if (!email.empty())
        if (const auto known =
                people::find_person_by_email(place.transaction, place.viewer.organisation, email))
            return known->id;
    if (email.empty() && (key.empty() || name.empty())) return Id{};
    // Who was erased is nobody here, whatever another program still knows of her.
    if (!email.empty() && people::was_erased(place.transaction, place.viewer.organisation, email))
        return Id{};
    const auto source_id = "person " + key;
    if (!key.empty())
        if (const Id known = find_brought(place, source_id)) return known;
    auto person = people::create_person(place.transaction, place.ids, place.now,
                                        place.viewer.organisation, place.viewer.everyone,
                                        {.name = name,
                                         .email = email,
                                         .state = people::PersonState::unconfirmed,
                                         .actor = place.viewer.person});
    if (!person) return person.error();
    if (!key.empty()) note_brought(place, source_id, person->id);
    ++made;
    return person->id;
}

void bring_in_reply(const ImportPlace& place, Id voice, Id author, std::string_view source_id,
                    std::string_view body, const Rendered& rendered, Time said)
{
    const auto subject = record::find_thing(place.transaction, place.viewer.organisation, voice);
    if (!subject) return;
    const Id id = place.ids.next(place.now);
    record::save_thing(
        place.transaction, place.viewer.organisation,
        {id, "reply", subject->circle, record::State::visible, author, {}, said, said, voice});
    place.transaction.execute(R"sql(
        INSERT INTO reply (org_id, reply_id, subject_id, parent_id, body, body_html, language, written_by)
        VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7) )sql",
                              place.viewer.organisation, id, voice, body, rendered.html.html,
                              rendered.language, author);
    count_reply(place.transaction, place.viewer.organisation, voice, 1);
    note_brought(place, source_id, id);
    JsonWriter facts;
    facts.begin_object().field("run", place.run);
    record::append(place.transaction, place.viewer.organisation, place.ids,
                   {.verb = "hear.reply_imported",
                    .thing = id,
                    .actor = place.viewer.person,
                    .circle = subject->circle,
                    .at = place.now,
                    .state = subject->state,
                    .concerns = {voice, author},
                    .data = facts.end_object().take()});
}

Result<bool> bring_in_duplicate(const ImportPlace& place, Id voice, Id into)
{
    auto rows = place.transaction.query(
        "SELECT 1 FROM source WHERE org_id = ?1 AND thing_id = ?2 AND run_id = ?3",
        place.viewer.organisation, voice, place.run);
    if (!rows.next()) return false;
    const auto merged =
        merge_duplicate(place.transaction, place.ids, place.now, place.viewer, voice, into);
    // A piece of the run that was begun twice merges once.
    if (!merged && merged.error().reason == Reason::conflict) return false;
    if (!merged) return merged.error();
    return true;
}

bool bring_in_support(const ImportPlace& place, Id voice, Id person, Time since)
{
    const auto given = place.transaction.execute(R"sql(
        INSERT INTO support (org_id, voice_id, person_id, matters, confirmed, created_us)
        VALUES (?1, ?2, ?3, '', 1, ?4) ON CONFLICT (org_id, voice_id, person_id) DO NOTHING )sql",
                                                 place.viewer.organisation, voice, person, since);
    if (given == 0) return false;
    count_given(place.transaction, place.viewer.organisation, voice, person, {},
                {true, true, false});
    follow_by_default(place.transaction, place.viewer.organisation, voice, person);
    return true;
}

} // namespace moothall::hear
