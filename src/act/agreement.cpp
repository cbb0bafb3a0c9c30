#include "act/agreement.hpp"

#include "base/words.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/json.hpp"
#include "text/place.hpp"
#include "text/unicode.hpp"

#include <algorithm>

namespace moothall::act {

namespace {

constexpr std::size_t links_max = 20;
constexpr int year_min = 2000;
constexpr int year_max = 2200;
constexpr int happened_max = 50; // of each outcome
constexpr int reviews_in_one_go = 50;

constexpr std::pair<Side, std::string_view> side_words[] = {{Side::circle, "circle"},
                                                            {Side::company, "company"}};

// ?1 is the organisation, ?2 the viewer.
constexpr store::SqlLiteral agreement_columns = R"sql(
    SELECT a.agreement_id, t.title, g.words, g.words_html, g.version, a.agreed, a.year, a.review_us, a.before_id,
           t.circle_id, c.name, t.author_id, p.name, t.state, t.created_us, t.changed_us,
           coalesce((SELECT n.agreement_id FROM agreement n
                     WHERE n.org_id = ?1 AND n.before_id = a.agreement_id AND n.before_id <> 0), 0)
    FROM agreement a CROSS JOIN thing t CROSS JOIN page g CROSS JOIN circle c
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
    WHERE a.org_id = ?1 AND t.org_id = ?1 AND g.org_id = ?1 AND c.org_id = ?1 AND t.thing_id = a.agreement_id
      AND g.page_id = a.agreement_id AND c.circle_id = t.circle_id AND )sql";

Agreement read_agreement(const store::Row& row)
{
    Agreement agreement;
    agreement.id = row.id(0);
    agreement.title = row.string(1);
    agreement.words = row.string(2);
    agreement.words_html = SafeHtml::trusted_from_store(row.string(3));
    agreement.version = row.integer(4);
    agreement.agreed = row.integer(5);
    agreement.year = static_cast<int>(row.integer(6));
    if (row.integer(7) != 0)
        agreement.review = Date{std::chrono::floor<std::chrono::days>(row.time(7))};
    agreement.before = row.id(8);
    agreement.circle = row.id(9);
    agreement.circle_name = row.string(10);
    agreement.author = {row.id(11), row.string(12)};
    agreement.state = record::state_of(row.text(13));
    agreement.created = row.time(14);
    agreement.changed = row.time(15);
    agreement.next = row.id(16);
    return agreement;
}

Time review_time(const std::optional<Date>& day)
{
    return day ? Time{std::chrono::sys_days{*day}} : Time{};
}

void read_signatures(store::Transaction& transaction, const Viewer& viewer, Agreement& agreement)
{
    for (const auto& row : transaction.query(R"sql(
             SELECT s.version, s.side, s.person_id, coalesce(p.name, ''), s.signed_us FROM signature s
             LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = s.person_id
             WHERE s.org_id = ?1 AND s.agreement_id = ?2 ORDER BY s.version DESC, s.side LIMIT 100 )sql",
                                             viewer.organisation, agreement.id))
        agreement.signatures.push_back({row.integer(0),
                                        value_of(side_words, row.text(1)).value_or(Side::circle),
                                        {row.id(2), row.string(3)},
                                        row.time(4)});
}

void read_links(store::Transaction& transaction, const Viewer& viewer, Agreement& agreement)
{
    for (const auto& row : transaction.query(store::Sql(R"sql(
             SELECT t.thing_id, t.kind, t.title, coalesce(g.measure, d.measure, ''), coalesce(g.target, d.target, '')
             FROM agreement_link l CROSS JOIN thing t
             LEFT JOIN goal g ON g.org_id = ?1 AND g.goal_id = t.thing_id
             LEFT JOIN decision d ON d.org_id = ?1 AND d.decision_id = t.thing_id
             WHERE l.org_id = ?1 AND t.org_id = ?1 AND l.agreement_id = ?3 AND t.thing_id = l.thing_id AND )sql") +
                                                 people::seen + " ORDER BY t.thing_id",
                                             viewer.organisation, viewer.person, agreement.id))
        agreement.links.push_back(
            {row.id(0), row.string(1), row.string(2), row.string(3), row.string(4)});
}

Result<void> check_links(store::Transaction& transaction, const Viewer& viewer,
                         const std::vector<Id>& links)
{
    if (links.size() > links_max)
        return Refusal::invalid("links", "An agreement names at most 20 goals and decisions.");
    for (const Id link : links) {
        const auto thing = people::find_seen(transaction, link, viewer);
        if (!thing || (thing->kind != "goal" && thing->kind != "decision"))
            return Refusal::invalid("links", "An agreement is held against goals and decisions.");
    }
    return {};
}

void save_links(store::Transaction& transaction, Id organisation, Id agreement,
                std::vector<Id> links)
{
    transaction.execute("DELETE FROM agreement_link WHERE org_id = ?1 AND agreement_id = ?2",
                        organisation, agreement);
    std::ranges::sort(links);
    const auto repeated = std::ranges::unique(links);
    links.erase(repeated.begin(), repeated.end());
    for (const Id link : links) // twenty at most
        transaction.execute(
            "INSERT INTO agreement_link (org_id, agreement_id, thing_id) VALUES (?1, ?2, ?3)",
            organisation, agreement, link);
}

void append_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids, Time now,
                  std::string_view verb, const Agreement& agreement, std::int64_t version)
{
    JsonWriter facts;
    facts.begin_object().field("version", version);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = agreement.id,
                    .actor = viewer.person,
                    .circle = agreement.circle,
                    .at = now,
                    .state = agreement.state,
                    .concerns = {agreement.circle},
                    .data = facts.end_object().take()});
}

/// Its words as one who may write sees them before she changes them.
Result<Agreement> find_to_write(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto agreement = find_agreement(transaction, id, viewer);
    if (!agreement) return agreement.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_write_agreements(viewer, agreement->circle))
        return Refusal::forbidden("Only members of the circle write on its agreement.");
    return agreement;
}

Result<Agreement> save_new(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, const NewAgreement& wanted, const SafeHtml& html,
                           Id before)
{
    if (wanted.year < year_min || wanted.year > year_max)
        return Refusal::invalid("year", "For which year? Write it with four digits.");
    if (wanted.review && !wanted.review->ok())
        return Refusal::invalid("review_on", "Please give a day, as in 2026-05-31.");
    const auto text = write::check_text(
        {.title = wanted.title, .purpose = {}, .words = wanted.words, .said = {}});
    if (!text) return text.error();
    if (const auto checked = check_links(transaction, viewer, wanted.links); !checked)
        return checked.error();
    const Id id = ids.next(now);
    record::save_thing(transaction, viewer.organisation,
                       {.id = id,
                        .kind = "agreement",
                        .circle = wanted.circle,
                        .author = viewer.person,
                        .title = text->title,
                        .created = now,
                        .changed = now});
    write::save_page(transaction, viewer.organisation, id, *text, html, viewer.person, now);
    if (transaction.execute(R"sql(
            INSERT INTO agreement (org_id, agreement_id, year, review_us, asked, before_id, agreed)
            VALUES (?1, ?2, ?3, ?4, 0, ?5, 0) ON CONFLICT DO NOTHING )sql",
                            viewer.organisation, id, wanted.year, review_time(wanted.review),
                            before) == 0)
        return Refusal::conflict("The next year's is begun already.");
    save_links(transaction, viewer.organisation, id, wanted.links);
    const auto made = find_agreement(transaction, id, viewer);
    if (!made) return made.error();
    append_event(transaction, viewer, ids, now, "act.agreement_written", *made, 1);
    return made;
}

} // namespace

std::string_view to_text(Side side)
{
    return word_of(side_words, side);
}

bool Agreement::is_signed(Side side) const
{
    return std::ranges::any_of(signatures, [&](const Signature& signature) {
        return signature.version == version && signature.side == side;
    });
}

std::string Agreement::path() const
{
    return record::path_of("agreement", id);
}

bool may_write_agreements(const Viewer& viewer, Id circle)
{
    return viewer.signed_in() && viewer.role_in(circle) >= Role::member;
}

std::optional<Side> side_of(const Viewer& viewer, Id circle)
{
    if (!may_write_agreements(viewer, circle)) return {};
    if (viewer.is_company() || viewer.owner) return Side::company;
    if (viewer.is_steward_of(circle)) return Side::circle;
    return {};
}

Result<Agreement> write_agreement(store::Transaction& transaction, IdSource& ids, Time now,
                                  const Viewer& viewer, const NewAgreement& wanted,
                                  const SafeHtml& html)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto circle = people::find_circle(transaction, wanted.circle, viewer);
    if (!circle || people::is_company(circle->kind) || circle->id == viewer.everyone)
        return Refusal::invalid("circle", "Choose the circle that agrees with the company.");
    if (!may_write_agreements(viewer, circle->id))
        return Refusal::forbidden("Only members of the circle write on its agreement.");
    return save_new(transaction, ids, now, viewer, wanted, html, {});
}

Result<Agreement> change_agreement(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id id, const AgreementChange& change,
                                   const std::optional<SafeHtml>& html)
{
    const auto before = find_to_write(transaction, id, viewer);
    if (!before) return before.error();
    if (change.version && *change.version != before->version)
        return Refusal::conflict(
            "Somebody wrote a newer version meanwhile. Look at it, and write on that one.");
    if (change.review && !change.review->ok())
        return Refusal::invalid("review_on", "Please give a day, as in 2026-05-31.");
    const auto text = write::check_text({.title = change.title.value_or(before->title),
                                         .purpose = {},
                                         .words = change.words.value_or(before->words),
                                         .said = change.said});
    if (!text) return text.error();
    if (change.links)
        if (const auto checked = check_links(transaction, viewer, *change.links); !checked)
            return checked.error();
    const bool reads_differently = text->title != before->title || text->words != before->words;
    const bool other_day = change.review && change.review != before->review;
    if (!reads_differently && !other_day && !change.links) return before;
    if (reads_differently) {
        if (!write::save_version(transaction, viewer.organisation, id, before->version, *text,
                                 html.value_or(before->words_html), write::Mends::no, viewer.person,
                                 now))
            return Refusal::conflict(
                "Somebody wrote a newer version meanwhile. Look at it, and write on that one.");
        record::change_thing(transaction, viewer.organisation,
                             {.id = id,
                              .kind = "agreement",
                              .circle = before->circle,
                              .state = before->state,
                              .author = before->author.id,
                              .title = text->title,
                              .created = before->created,
                              .changed = now});
    }
    if (other_day)
        transaction.execute("UPDATE agreement SET review_us = ?3, asked = 0 WHERE org_id = ?1 AND "
                            "agreement_id = ?2",
                            viewer.organisation, id, review_time(change.review));
    if (change.links) save_links(transaction, viewer.organisation, id, *change.links);
    append_event(transaction, viewer, ids, now, "act.agreement_changed", *before,
                 before->version + std::int64_t{reads_differently});
    return find_agreement(transaction, id, viewer);
}

Result<Agreement> sign_agreement(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id id, std::int64_t version)
{
    const auto agreement = find_to_write(transaction, id, viewer);
    if (!agreement) return agreement.error();
    const auto side = side_of(viewer, agreement->circle);
    if (!side)
        return Refusal::forbidden("A steward of the circle signs for it, and somebody of the "
                                  "company who is in it for the company.");
    if (version != agreement->version)
        return Refusal::conflict("There is a newer version. Read it before you sign.");
    if (transaction.execute(R"sql(
            INSERT INTO signature (org_id, agreement_id, version, side, person_id, signed_us)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (org_id, agreement_id, version, side) DO NOTHING )sql",
                            viewer.organisation, id, version, to_text(*side), viewer.person,
                            now) == 0)
        return Refusal::conflict("Your side has signed this version already.");
    const bool both = agreement->is_signed(*side == Side::circle ? Side::company : Side::circle);
    if (both)
        transaction.execute(
            "UPDATE agreement SET agreed = ?3 WHERE org_id = ?1 AND agreement_id = ?2",
            viewer.organisation, id, version);
    append_event(transaction, viewer, ids, now,
                 both ? "act.agreement_agreed" : "act.agreement_signed", *agreement, version);
    return find_agreement(transaction, id, viewer);
}

std::string words_of_next(const Agreement& agreement, const WhatHappened& happened,
                          std::string_view heading,
                          const std::array<std::string_view, 3>& kept_broken_open)
{
    std::string words = agreement.words;
    while (words.ends_with('\n')) words.pop_back();
    words += "\n\n## " + std::string(heading) + "\n\n";
    const std::vector<Commitment>* const outcomes[] = {&happened.kept, &happened.broken,
                                                       &happened.open};
    for (std::size_t i = 0; i < std::size(outcomes); ++i)
        for (const auto& promise : *outcomes[i]) {
            // A title is somebody's words: it stands here as text, whatever it holds.
            std::string title;
            for (const char c : promise.what) {
                if (std::string_view("\\`*_{}[]()<>#!|&~").find(c) != std::string_view::npos)
                    title += '\\';
                title += c;
            }
            words += "- " + std::string(kept_broken_open[i]) + ": [" + title + "](" +
                     record::path_of("commitment", promise.id) + ")\n";
        }
    return words;
}

Result<Agreement> begin_next_agreement(store::Transaction& transaction, IdSource& ids, Time now,
                                       const Viewer& viewer, Id id, std::string_view words,
                                       const SafeHtml& html)
{
    const auto agreement = find_to_write(transaction, id, viewer);
    if (!agreement) return agreement.error();
    if (agreement->agreed == 0)
        return Refusal::conflict("Nobody has agreed to this one yet: sign it first, both sides.");
    if (agreement->next) return Refusal::conflict("The next year's is begun already.");
    NewAgreement wanted{.title = agreement->title,
                        .words = std::string(words),
                        .circle = agreement->circle,
                        .year = agreement->year + 1,
                        .review = {},
                        .links = {}};
    // "… in 2026" is called "… in 2027".
    const auto this_year = std::to_string(agreement->year);
    if (const auto at = wanted.title.find(this_year); at != std::string::npos)
        wanted.title.replace(at, this_year.size(), std::to_string(wanted.year));
    if (agreement->review) {
        const auto next = *agreement->review + std::chrono::years{1};
        wanted.review = next.ok() ? next : next.year() / next.month() / std::chrono::last;
    }
    for (const auto& link : agreement->links) wanted.links.push_back(link.thing);
    return save_new(transaction, ids, now, viewer, wanted, html, id);
}

Result<Agreement> find_agreement(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    std::optional<Agreement> found;
    for (const auto& row : transaction.query(store::Sql(agreement_columns) +
                                                 "a.agreement_id = ?3 AND " + people::seen,
                                             viewer.organisation, viewer.person, id))
        found = read_agreement(row);
    if (!found) return Refusal::not_found();
    read_signatures(transaction, viewer, *found);
    read_links(transaction, viewer, *found);
    return *std::move(found);
}

WhatHappened find_what_happened(store::Transaction& transaction, Time now,
                                const Agreement& agreement, const Viewer& viewer)
{
    WhatHappened happened;
    const auto list = [&](CommitmentQuery query, std::vector<Commitment>& into) {
        query.circle = agreement.circle;
        query.limit = happened_max;
        auto found = list_commitments(transaction, now, query, viewer);
        if (!found) return;
        for (auto& promise : found->commitments) {
            // Those of the year; and none that one of the two sides would not see.
            const auto day = promise.settled
                                 ? Date{std::chrono::floor<std::chrono::days>(*promise.settled)}
                                 : promise.due;
            if (static_cast<int>(day.year()) == agreement.year &&
                (promise.circle == agreement.circle || promise.circle == viewer.everyone))
                into.push_back(std::move(promise));
        }
    };
    list({.state = CommitmentState::kept}, happened.kept);
    list({.state = CommitmentState::broken}, happened.broken);
    list({.state = CommitmentState::withdrawn}, happened.broken);
    list({.running = true}, happened.open);
    return happened;
}

Result<AgreementPage> list_agreements(store::Transaction& transaction, const AgreementQuery& query,
                                      const Viewer& viewer)
{
    const auto place = read_place_in_list<Id>(query.after);
    if (!place) return place.error();
    const Id before = *place;
    auto sql = store::Sql(agreement_columns);
    sql += query.circle ? store::SqlLiteral("t.circle_id = ?3") : store::SqlLiteral("?3 = ?3");
    sql +=
        before ? store::SqlLiteral(" AND a.agreement_id < ?4") : store::SqlLiteral(" AND ?4 = ?4");
    sql += " AND t.state = 'visible' AND ";
    sql += people::seen;
    sql += " ORDER BY a.agreement_id DESC LIMIT ?5";
    AgreementPage page;
    for (const auto& row : transaction.query(sql, viewer.organisation, viewer.person, query.circle,
                                             before, query.limit + 1)) {
        if (std::ssize(page.agreements) == query.limit) {
            page.next = page.agreements.back().id.text();
            break;
        }
        page.agreements.push_back(read_agreement(row));
    }
    return page;
}

std::int64_t ask_for_reviews(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    const auto list = [&](store::Transaction& transaction) {
        std::vector<std::pair<Id, Id>> due; // with its circle
        for (const auto& row : transaction.query(R"sql(
                 SELECT a.agreement_id, t.circle_id FROM agreement a CROSS JOIN thing t
                 WHERE a.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = a.agreement_id AND a.asked = 0
                   AND a.review_us > 0 AND a.review_us <= ?2 AND t.state = 'visible'
                 ORDER BY a.review_us, a.agreement_id LIMIT ?3 )sql",
                                                 organisation, now, reviews_in_one_go))
            due.emplace_back(row.id(0), row.id(1));
        return due;
    };
    // Most of the time nothing is due: that is seen without a write.
    if (database.read(list).empty()) return 0;
    return database.write([&](store::Transaction& transaction) {
        const auto due = list(transaction);
        for (const auto& [agreement, circle] : due) {
            transaction.execute(
                "UPDATE agreement SET asked = 1 WHERE org_id = ?1 AND agreement_id = ?2",
                organisation, agreement);
            record::append(transaction, organisation, ids,
                           {.verb = "act.agreement_review_due",
                            .thing = agreement,
                            .circle = circle,
                            .at = now,
                            .concerns = {circle}});
        }
        return std::ssize(due);
    });
}

} // namespace moothall::act
