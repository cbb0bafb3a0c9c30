#include "act/moderating.hpp"

#include "act/commitment_store.hpp"

namespace moothall::act {

namespace {

bool is_hidden_by(const record::Thing& after, Id person, const Viewer& viewer)
{
    return after.state == record::State::hidden && person == viewer.person;
}

Result<void> count_commitment(store::Transaction& transaction, const Viewer& viewer,
                              const record::Thing& after, std::int64_t change)
{
    if (is_hidden_by(after, after.author, viewer))
        return Refusal::forbidden("You promised this: withdraw it with a reason, or ask another "
                                  "steward to hide it.");
    for (const auto& row :
         transaction.query("SELECT state, overdue, judged_us, counted FROM commitment "
                           "WHERE org_id = ?1 AND commitment_id = ?2",
                           viewer.organisation, after.id))
        if (const auto state = commitment_state_of(row.text(0)))
            add_to_figures(transaction, viewer.organisation, after.circle,
                           {*state, {row.truth(1), row.time(2)}, row.truth(3)}, change);
    return {};
}

Result<void> count_callout(store::Transaction& transaction, const Viewer& viewer,
                           const record::Thing& after, std::int64_t change)
{
    Id about;
    for (const auto& row : transaction.query(
             "SELECT about_id, called_id, state FROM callout WHERE org_id = ?1 AND callout_id = ?2",
             viewer.organisation, after.id)) {
        if (is_hidden_by(after, row.id(1), viewer))
            return Refusal::forbidden("You are called out here: another steward must hide it.");
        if (row.text(2) != "closed") about = row.id(0);
    }
    if (about)
        transaction.execute("UPDATE commitment SET callouts = callouts + ?3 WHERE org_id = ?1 AND "
                            "commitment_id = ?2",
                            viewer.organisation, about, change);
    return {};
}

} // namespace

Result<void> follow_moderation(store::Transaction& transaction, const Viewer& viewer,
                               const record::Thing& before, const record::Thing& after)
{
    const bool was = before.state == record::State::visible;
    const bool is = after.state == record::State::visible;
    if (was == is) return {};
    const std::int64_t change = is ? 1 : -1;
    if (after.kind == "commitment") return count_commitment(transaction, viewer, after, change);
    if (after.kind == "voice") return count_callout(transaction, viewer, after, change);
    return {};
}

} // namespace moothall::act
