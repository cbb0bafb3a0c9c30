#include "tell/reader.hpp"

#include "people/secret.hpp"
#include "record/record.hpp"

namespace moothall::tell {

namespace {

void note(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
          std::string_view verb)
{
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = viewer.person,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .audience = record::Audience::actor});
}

Refusal not_signed_in()
{
    return Refusal::unauthenticated("Please sign in first.");
}

void save_feed(store::Transaction& transaction, const Viewer& viewer, std::string_view hash,
               Time made)
{
    transaction.execute(R"sql(
        INSERT INTO reader (org_id, person_id, digest_id, report, feed_hash, feed_made_us)
        VALUES (?1, ?2, 0, 0, ?3, ?4)
        ON CONFLICT (org_id, person_id)
        DO UPDATE SET feed_hash = excluded.feed_hash, feed_made_us = excluded.feed_made_us )sql",
                        viewer.organisation, viewer.person, hash, made);
}

} // namespace

ReaderChoice find_reader_choice(store::Transaction& transaction, Id organisation, Id person)
{
    ReaderChoice choice;
    for (const auto& row : transaction.query("SELECT report, feed_hash, feed_made_us FROM reader "
                                             "WHERE org_id = ?1 AND person_id = ?2",
                                             organisation, person)) {
        choice.report = row.truth(0);
        if (!row.text(1).empty()) choice.feed_made = row.time(2);
    }
    return choice;
}

Result<void> choose_report(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, bool wanted)
{
    if (!viewer.signed_in()) return not_signed_in();
    if (find_reader_choice(transaction, viewer.organisation, viewer.person).report == wanted)
        return {};
    transaction.execute(R"sql(
        INSERT INTO reader (org_id, person_id, digest_id, report, feed_hash, feed_made_us)
        VALUES (?1, ?2, 0, ?3, '', 0)
        ON CONFLICT (org_id, person_id) DO UPDATE SET report = excluded.report )sql",
                        viewer.organisation, viewer.person, wanted);
    note(transaction, ids, now, viewer, "tell.report_letter_chosen");
    return {};
}

Result<std::string> make_feed(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer)
{
    if (!viewer.signed_in()) return not_signed_in();
    auto secret = people::make_secret();
    save_feed(transaction, viewer, people::hash_secret(secret), now);
    note(transaction, ids, now, viewer, "tell.feed_made");
    return secret;
}

Result<void> end_feed(store::Transaction& transaction, IdSource& ids, Time now,
                      const Viewer& viewer)
{
    if (!viewer.signed_in()) return not_signed_in();
    if (!find_reader_choice(transaction, viewer.organisation, viewer.person).feed_made) return {};
    save_feed(transaction, viewer, "", Time{});
    note(transaction, ids, now, viewer, "tell.feed_ended");
    return {};
}

std::optional<Id> find_feed_owner(store::Transaction& transaction, Id organisation,
                                  std::string_view secret)
{
    // The hash of an empty secret is in no row, but need not be asked for.
    if (secret.empty()) return {};
    auto rows = transaction.query(R"sql(
        SELECT r.person_id FROM reader r JOIN person p ON p.org_id = r.org_id AND p.person_id = r.person_id
        WHERE r.org_id = ?1 AND p.org_id = ?1 AND r.feed_hash = ?2 AND r.feed_hash <> '' AND p.state = 'active' )sql",
                                  organisation, people::hash_secret(secret));
    if (!rows.next()) return {};
    return rows->id(0);
}

void forget_reader_choice(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute("DELETE FROM reader WHERE org_id = ?1 AND person_id = ?2", organisation,
                        person);
}

} // namespace moothall::tell
