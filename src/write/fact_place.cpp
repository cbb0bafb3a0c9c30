#include "write/fact_place.hpp"

#include "base/invariant.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"
#include "write/fact_store.hpp"
#include "write/page.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace moothall::write {

namespace {

constexpr std::size_t place_name_characters_max = 120;
constexpr int places_max = 50; // of one keeper

Result<std::string> read_place_name(std::string_view written)
{
    auto name = normalise_line(written);
    if (name.empty()) return Refusal::invalid("name", "Please give a name.");
    if (count_characters(name) > place_name_characters_max)
        return Refusal::invalid("name", "A name has at most {1} characters.")
            .with(std::to_string(place_name_characters_max));
    return name;
}

Place read_place(const store::Row& row)
{
    Place place{.id = row.id(0), .name = row.string(1), .keeper = row.id(2), .made = row.time(3)};
    if (const auto removed = row.time(4); removed != Time{}) place.removed = removed;
    place.removed_by = {row.id(5), row.string(6)};
    place.removed_why = row.string(7);
    return place;
}

constexpr store::SqlLiteral place_columns = R"sql(
    SELECT p.place_id, t.title, p.keeper_id, p.made_us, p.removed_us, p.removed_by, coalesce(r.name, ''),
           p.removed_why
    FROM place p JOIN thing t ON t.org_id = p.org_id AND t.thing_id = p.place_id
    LEFT JOIN person r ON r.org_id = ?1 AND r.person_id = p.removed_by
    WHERE p.org_id = ?1 AND t.org_id = ?1 )sql";

/// Whom it touches that nothing more is said about a place, or that it goes on: who said what is
/// known there, and those facts, for who follows one of them.
std::vector<Id> list_holders(store::Transaction& transaction, const Viewer& viewer, Id place)
{
    constexpr int holders_max = 200;
    std::vector<Id> holders;
    for (const auto& row : transaction.query(R"sql(
             SELECT f.fact_id FROM fact f WHERE f.org_id = ?1 AND f.about_id = ?2
             UNION
             SELECT v.said_by FROM fact f JOIN fact_version v ON v.org_id = f.org_id AND v.fact_id = f.fact_id
             WHERE f.org_id = ?1 AND v.org_id = ?1 AND f.about_id = ?2 AND v.said_by <> 0
             ORDER BY 1 DESC LIMIT ?3 )sql",
                                             viewer.organisation, place, holders_max))
        holders.push_back(row.id(0));
    return holders;
}

void append_place_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids,
                        Time now, std::string_view verb, const Place& place, Id circle,
                        std::vector<Id> concerns = {})
{
    concerns.push_back(place.keeper);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = place.id,
                    .actor = viewer.person,
                    .circle = circle,
                    .at = now,
                    .state = record::State::hidden, // as in append_fact_event()
                    .concerns = std::move(concerns)});
}

} // namespace

Refusal removed_place()
{
    return Refusal::conflict("This place was removed. Nothing more is said about it.");
}

Refusal only_hers_to_say()
{
    return Refusal::forbidden("Facts about somebody are said by herself and by those who serve "
                              "her.");
}

std::string Place::path() const
{
    return record::path_of("place", id);
}

std::string AboutWhom::path() const
{
    return record::path_of(to_text(kind), id);
}

bool speaks_for(const Viewer& viewer, Id keeper)
{
    if (!viewer.signed_in()) return false;
    if (keeper == viewer.person) return true;
    // Who works here is a member of a customer's circle to serve it, and owners are of all.
    return keeper != viewer.everyone && viewer.role_in(keeper) >= Role::member &&
           !viewer.is_company() && !viewer.owner;
}

bool serves_in(const Viewer& viewer, Id readers)
{
    return viewer.signed_in() && viewer.is_company() && viewer.role_in(readers) >= Role::member;
}

bool may_add_place(store::Transaction& transaction, const Viewer& viewer, const AboutWhom& keeper)
{
    return keeper.kind != FactSubject::place && keeper.id != viewer.everyone &&
           (keeper.hers ||
            serves_in(viewer, find_serving_circle(transaction, viewer.organisation)));
}

bool may_rename_place(store::Transaction& transaction, const Viewer& viewer, const AboutWhom& place)
{
    if (place.hers) return true;
    const auto thing = record::find_thing(transaction, viewer.organisation, place.id);
    return thing && serves_in(viewer, thing->circle);
}

Result<Place> make_place(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id keeper, std::string_view written)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto about = find_about(transaction, keeper, viewer);
    if (!about) return about.error();
    if (about->kind == FactSubject::place || keeper == viewer.everyone)
        return Refusal::invalid("keeper", "A place is a person's or a circle's.");
    const Id serving = find_serving_circle(transaction, viewer.organisation);
    if (!may_add_place(transaction, viewer, *about)) return only_hers_to_say();
    auto name = read_place_name(written);
    if (!name) return name.error();
    const auto others = list_places(transaction, keeper, viewer);
    if (std::ssize(others) >= places_max)
        return Refusal::conflict("There are so many places that nobody finds one.");
    if (std::ranges::find(others, *name, &Place::name) != others.end())
        return Refusal::invalid("name", "There is one of this name already.");
    const Place place{.id = ids.next(now), .name = *std::move(name), .keeper = keeper, .made = now};
    // In a hall without a company circle nobody serves: only whose it is sees it.
    const Id circle = serving ? serving : place.id;
    record::save_thing(transaction, viewer.organisation,
                       {.id = place.id,
                        .kind = "place",
                        .circle = circle,
                        .author = viewer.person,
                        .title = place.name,
                        .created = now,
                        .changed = now,
                        .about = keeper});
    transaction.execute(
        "INSERT INTO place (org_id, place_id, keeper_id, made_us) VALUES (?1, ?2, ?3, ?4)",
        viewer.organisation, place.id, keeper, now);
    append_place_event(transaction, viewer, ids, now, "write.place_made", place, circle);
    return place;
}

Result<Place> rename_place(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id id, std::string_view written)
{
    auto place = find_place(transaction, id, viewer);
    if (!place) return place.error();
    auto thing = record::find_thing(transaction, viewer.organisation, id);
    invariant(thing.has_value(), "a place is a thing");
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!speaks_for(viewer, place->keeper) && !serves_in(viewer, thing->circle))
        return only_hers_to_say();
    if (place->removed) return removed_place();
    auto name = read_place_name(written);
    if (!name) return name.error();
    if (*name == place->name) return place;
    for (const auto& other : list_places(transaction, place->keeper, viewer))
        if (other.name == *name && other.id != id)
            return Refusal::invalid("name", "There is one of this name already.");
    place->name = *std::move(name);
    thing->title = place->name;
    thing->changed = now;
    record::change_thing(transaction, viewer.organisation, *thing);
    append_place_event(transaction, viewer, ids, now, "write.place_renamed", *place, thing->circle);
    return place;
}

namespace {

/// One that she may remove or bring back, for whom she may name it.
Result<Place> find_to_remove(store::Transaction& transaction, const Viewer& viewer, Id id)
{
    auto place = find_place(transaction, id, viewer);
    if (!place) return place.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto thing = record::find_thing(transaction, viewer.organisation, id);
    invariant(thing.has_value(), "a place is a thing");
    if (!speaks_for(viewer, place->keeper) && !serves_in(viewer, thing->circle))
        return only_hers_to_say();
    return place;
}

} // namespace

Result<Place> remove_place(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id id, std::string_view written)
{
    const auto place = find_to_remove(transaction, viewer, id);
    if (!place) return place.error();
    const auto why = check_line(written, "why");
    if (!why) return why.error();
    if (why->empty())
        return Refusal::invalid("why", "Please say why. Whoever sees the place reads it.");
    if (transaction.execute(R"sql(
            UPDATE place SET removed_us = ?3, removed_by = ?4, removed_why = ?5
            WHERE org_id = ?1 AND place_id = ?2 AND removed_us = 0 )sql",
                            viewer.organisation, id, now, viewer.person, *why) == 0)
        return Refusal::conflict("This place was removed already.");
    const auto thing = record::find_thing(transaction, viewer.organisation, id);
    append_place_event(transaction, viewer, ids, now, "write.place_removed", *place, thing->circle,
                       list_holders(transaction, viewer, id));
    return find_place(transaction, id, viewer);
}

Result<Place> restore_place(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id id)
{
    const auto place = find_to_remove(transaction, viewer, id);
    if (!place) return place.error();
    for (const auto& other : list_places(transaction, place->keeper, viewer))
        if (other.name == place->name && other.id != id)
            return Refusal::conflict("There is one of this name already.");
    if (transaction.execute(R"sql(
            UPDATE place SET removed_us = 0, removed_by = 0, removed_why = ''
            WHERE org_id = ?1 AND place_id = ?2 AND removed_us > 0 )sql",
                            viewer.organisation, id) == 0)
        return Refusal::conflict("This place was not removed.");
    const auto thing = record::find_thing(transaction, viewer.organisation, id);
    append_place_event(transaction, viewer, ids, now, "write.place_restored", *place, thing->circle,
                       list_holders(transaction, viewer, id));
    return find_place(transaction, id, viewer);
}

Result<Place> find_place(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto rows =
        transaction.query(store::Sql(place_columns) + " AND p.place_id = ?3 AND " + people::seen,
                          viewer.organisation, viewer.person, id);
    if (!rows.next()) return Refusal::not_found();
    return read_place(rows.row());
}

std::vector<Place> list_places(store::Transaction& transaction, Id keeper, const Viewer& viewer,
                               Places which)
{
    std::vector<Place> places;
    for (const auto& row : transaction.query(
             store::Sql(place_columns) +
                 " AND p.keeper_id = ?3 AND (p.removed_us > 0) = (?5 = 1) AND " + people::seen +
                 " ORDER BY p.place_id LIMIT ?4",
             viewer.organisation, viewer.person, keeper, places_max, which == Places::removed))
        places.push_back(read_place(row));
    return places;
}

Result<AboutWhom> find_about(store::Transaction& transaction, Id about, const Viewer& viewer)
{
    const auto thing = record::find_thing(transaction, viewer.organisation, about);
    const auto kind = thing ? fact_subject_of(thing->kind) : std::nullopt;
    if (!kind) return Refusal::not_found();
    AboutWhom whom{.id = about, .kind = *kind, .keeper = about};
    switch (*kind) {
    case FactSubject::person: {
        const auto person = people::find_person(transaction, about, viewer);
        if (!person) return person.error();
        if (person->state == people::PersonState::erased) return Refusal::not_found();
        whom.name = person->name;
        break;
    }
    case FactSubject::circle: {
        const auto circle = people::find_circle(transaction, about, viewer);
        if (!circle) return circle.error();
        whom.name = circle->name;
        break;
    }
    case FactSubject::place: {
        const auto place = find_place(transaction, about, viewer);
        if (!place) return place.error();
        whom.name = place->name;
        whom.keeper = place->keeper;
        whom.removed = place->removed.has_value();
        break;
    }
    }
    whom.hers = speaks_for(viewer, whom.keeper);
    return whom;
}

std::vector<Id> list_abouts_of(store::Transaction& transaction, const Viewer& viewer)
{
    std::vector<Id> keepers;
    if (!viewer.signed_in()) return keepers;
    keepers.push_back(viewer.person);
    for (const auto& membership : viewer.memberships)
        if (speaks_for(viewer, membership.circle)) keepers.push_back(membership.circle);
    auto abouts = keepers;
    for (const auto& row :
         transaction.query("SELECT place_id FROM place WHERE org_id = ?1 AND "
                           "keeper_id IN_IDS(?2) AND removed_us = 0 ORDER BY place_id",
                           viewer.organisation, store::IdList{keepers}))
        abouts.push_back(row.id(0));
    return abouts;
}

} // namespace moothall::write
