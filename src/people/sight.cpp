#include "people/sight.hpp"

namespace moothall::people {

namespace {

/// Of the thing alone, whatever it answers.
bool may_see_itself(store::Transaction& transaction, const Viewer& viewer,
                    const record::Thing& thing)
{
    const auto role = viewer.role_in(thing.circle);
    if (thing.about) {
        const bool about_her = viewer.signed_in() && (thing.about == viewer.person ||
                                                      viewer.role_in(thing.about) != Role::none);
        if (role == Role::none && !about_her) return false;
    } else if (role == Role::none) {
        auto rows = transaction.query(
            "SELECT 1 FROM circle WHERE org_id = ?1 AND circle_id = ?2 AND visibility = 'public'",
            viewer.organisation, thing.circle);
        if (!rows.next()) return false;
    }
    return thing.state == record::State::visible || role == Role::steward ||
           (viewer.signed_in() && thing.author == viewer.person);
}

} // namespace

bool may_see(store::Transaction& transaction, const Viewer& viewer, const record::Thing& thing)
{
    if (!may_see_itself(transaction, viewer, thing)) return false;
    if (!thing.subject) return true;
    const auto subject = record::find_thing(transaction, viewer.organisation, thing.subject);
    return subject && may_see_itself(transaction, viewer, *subject);
}

Result<record::Thing> find_seen(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto thing = record::find_thing(transaction, viewer.organisation, id);
    if (!thing || !may_see(transaction, viewer, *thing)) return Refusal::not_found();
    return *std::move(thing);
}

std::set<Id> list_seen(store::Transaction& transaction, const std::vector<Id>& things,
                       const Viewer& viewer)
{
    std::set<Id> found;
    if (things.empty()) return found;
    for (const auto& row : transaction.query(
             store::Sql("SELECT t.thing_id FROM thing t WHERE t.org_id = ?1 AND t.thing_id "
                        "IN_IDS(?3) AND ") +
                 seen,
             viewer.organisation, viewer.person, store::IdList{things}))
        found.insert(row.id(0));
    return found;
}

} // namespace moothall::people
