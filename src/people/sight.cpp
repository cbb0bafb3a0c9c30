#include "people/sight.hpp"

namespace moothall::people {

namespace {

/// Of the thing alone, whatever it answers.
bool may_see_itself(store::Transaction& transaction, const Viewer& viewer,
                    const record::Thing& thing)
{
    auto role = viewer.role_in(thing.circle);
    const bool about_her =
        thing.about && viewer.signed_in() &&
        (thing.about == viewer.person || viewer.role_in(thing.about) != Role::none);
    if (role == Role::none && !about_her) {
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

} // namespace moothall::people
