#include "hall/open_page.hpp"

#include "base/invariant.hpp"
#include "decide/decide.hpp"
#include "people/people.hpp"
#include "record/record.hpp"

#include <algorithm>

namespace moothall::hall {

namespace {

constexpr int titles_offered = 60;
constexpr std::size_t titles_max = 50;
constexpr int names_shown = 200;
constexpr std::chrono::days consent_lasts{14};
constexpr std::chrono::days review_after{180};

constexpr store::SqlLiteral page_columns = R"sql(
    SELECT o.page_id, o.circle_id, c.name, c.purpose, o.words, o.words_html, o.state, o.decision_id, o.opened_us,
        CASE WHEN o.state = 'asked' AND EXISTS
            (SELECT 1 FROM decision d WHERE d.org_id = ?1 AND d.decision_id = o.decision_id AND
               (d.state = 'withdrawn' OR (d.state IN ('closed', 'reviewed') AND d.outcome <> 'passed'))) THEN 1 ELSE 0 END
    FROM open_page o JOIN thing t ON t.org_id = o.org_id AND t.thing_id = o.page_id
    JOIN circle c ON c.org_id = o.org_id AND c.circle_id = o.circle_id
    WHERE o.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 )sql";

OpenPage read_page(const store::Row& row)
{
    OpenPage page;
    page.id = row.id(0);
    page.circle = row.id(1);
    page.circle_name = row.string(2);
    page.purpose = row.string(3);
    page.words = row.string(4);
    page.words_html = SafeHtml::trusted_from_store(row.string(5));
    const auto state = row.text(6);
    page.state = state == "open"    ? PageState::open
                 : state == "asked" ? PageState::asked
                                    : PageState::written;
    page.decision = row.id(7);
    if (row.integer(8) != 0) page.opened = row.time(8);
    // The vote is another stage's, which knows nothing of this page: that it came to nothing is so
    // at once, and written down here by the next chore.
    if (row.truth(9)) page.state = PageState::written;
    return page;
}

/// What stands on the pages: three queries for any number of them.
void fill(store::Transaction& transaction, Id organisation, std::vector<OpenPage>& pages)
{
    std::vector<Id> ids;
    std::vector<Id> circles;
    for (const auto& page : pages) {
        ids.push_back(page.id);
        circles.push_back(page.circle);
    }
    const auto page_of = [&](Id id) -> OpenPage& {
        return *std::ranges::find(pages, id, &OpenPage::id);
    };
    // A title goes as soon as its thing is hidden or leaves the circle.
    for (const auto& row : transaction.query(R"sql(
             SELECT o.page_id, t.thing_id, t.kind, t.title FROM open_page_title o
             JOIN open_page g ON g.org_id = o.org_id AND g.page_id = o.page_id
             JOIN thing t ON t.org_id = o.org_id AND t.thing_id = o.thing_id
             WHERE o.org_id = ?1 AND g.org_id = ?1 AND t.org_id = ?1 AND o.page_id IN_IDS(?2)
               AND t.circle_id = g.circle_id AND t.state = 'visible' ORDER BY t.kind, t.thing_id )sql",
                                             organisation, store::IdList{ids}))
        page_of(row.id(0)).titles.push_back({row.id(1), row.string(2), row.string(3)});
    for (const auto& row : transaction.query(R"sql(
             SELECT o.page_id, p.person_id, p.name FROM open_page_person o
             JOIN open_page g ON g.org_id = o.org_id AND g.page_id = o.page_id
             JOIN membership m ON m.org_id = o.org_id AND m.person_id = o.person_id
             JOIN person p ON p.org_id = o.org_id AND p.person_id = o.person_id
             WHERE o.org_id = ?1 AND g.org_id = ?1 AND m.org_id = ?1 AND p.org_id = ?1 AND o.page_id IN_IDS(?2)
               AND m.circle_id = g.circle_id AND p.state = 'active' ORDER BY p.name_fold )sql",
                                             organisation, store::IdList{ids}))
        if (auto& names = page_of(row.id(0)).names; std::ssize(names) < names_shown)
            names.push_back({row.id(1), row.string(2)});
    // Of its one circle, whoever looks: how its promises are kept is what it shows.
    const auto rates = act::list_kept_rates_of(transaction, organisation, circles);
    for (std::size_t at = 0; at < pages.size(); ++at) pages[at].promises = rates[at];
}

Result<OpenPage> find_as_steward(store::Transaction& transaction, Id circle, const Viewer& viewer)
{
    auto page = find_open_page(transaction, circle, viewer);
    if (!page) return page.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_steward_of(circle))
        return Refusal::forbidden("Only a steward of this circle may do this.");
    return page;
}

void append_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids, Time now,
                  std::string_view verb, Id page, Id circle, Id audience,
                  std::vector<Id> concerns = {})
{
    concerns.push_back(circle);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = page,
                    .actor = viewer.person,
                    .circle = audience,
                    .at = now,
                    .concerns = std::move(concerns)});
}

/// The state, and with it whose audience the page has.
void save_state(store::Transaction& transaction, Id organisation, Id everyone, const OpenPage& page,
                PageState state, Id decision, Time now)
{
    const bool open = state == PageState::open;
    transaction.execute(R"sql(
        UPDATE open_page SET state = ?3, decision_id = ?4, opened_us = ?5
        WHERE org_id = ?1 AND page_id = ?2 )sql",
                        organisation, page.id,
                        open                        ? "open"
                        : state == PageState::asked ? "asked"
                                                    : "written",
                        decision, open ? now : Time{});
    auto thing = record::find_thing(transaction, organisation, page.id);
    invariant(thing.has_value(), "an open page is a thing");
    thing->circle = open ? everyone : page.circle;
    thing->changed = now;
    record::change_thing(transaction, organisation, *thing);
}

/// Withdraws the vote on the page, if it still runs.
Result<void> end_vote(store::Transaction& transaction, IdSource& ids, Time now,
                      const Viewer& viewer, const OpenPage& page, std::string_view reason)
{
    if (page.state != PageState::asked) return {};
    const auto decision = decide::find_decision(transaction, page.decision, viewer);
    if (!decision || decision->state != decide::DecisionState::voting) return {};
    const auto withdrawn = decide::withdraw(transaction, ids, now, viewer, page.decision, reason);
    if (!withdrawn) return withdrawn.error();
    return {};
}

Result<void> check_titles(store::Transaction& transaction, const Viewer& viewer, Id circle,
                          const std::vector<Id>& titles)
{
    if (titles.size() > titles_max)
        return Refusal::invalid("titles", "At most 50 titles stand on the page.");
    for (const Id title : titles) {
        const auto thing = people::find_seen(transaction, title, viewer);
        if (!thing || thing->circle != circle || thing->state != record::State::visible)
            return Refusal::invalid("titles", "Only what is in this circle can be named.");
    }
    return {};
}

} // namespace

Result<OpenPage> find_open_page(store::Transaction& transaction, Id circle, const Viewer& viewer)
{
    std::vector<OpenPage> pages;
    for (const auto& row :
         transaction.query(store::Sql(page_columns) + " AND o.circle_id = ?3 AND " + people::seen,
                           viewer.organisation, viewer.person, circle))
        pages.push_back(read_page(row));
    if (pages.empty()) return Refusal::not_found();
    fill(transaction, viewer.organisation, pages);
    return std::move(pages.front());
}

std::vector<OpenPage> list_open_pages(store::Transaction& transaction, const Viewer& viewer,
                                      int limit)
{
    std::vector<OpenPage> pages;
    for (const auto& row :
         transaction.query(store::Sql(page_columns) + " AND o.state = 'open' AND " + people::seen +
                               " ORDER BY c.name, o.page_id LIMIT ?3",
                           viewer.organisation, viewer.person, limit))
        pages.push_back(read_page(row));
    if (!pages.empty()) fill(transaction, viewer.organisation, pages);
    return pages;
}

std::vector<ChosenTitle> list_titles_to_choose(store::Transaction& transaction, Id circle,
                                               const Viewer& viewer)
{
    std::vector<ChosenTitle> titles;
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT t.thing_id, t.kind, t.title, CASE WHEN x.thing_id IS NULL THEN 0 ELSE 1 END
             FROM thing t
             LEFT JOIN open_page o ON o.org_id = ?1 AND o.circle_id = ?3
             LEFT JOIN open_page_title x ON x.org_id = ?1 AND x.page_id = o.page_id AND x.thing_id = t.thing_id
             WHERE t.org_id = ?1 AND t.circle_id = ?3 AND t.state = 'visible'
               AND t.kind IN ('voice', 'decision', 'commitment', 'procedure') AND )sql") +
                               people::seen + " ORDER BY 4 DESC, t.thing_id DESC LIMIT ?4",
                           viewer.organisation, viewer.person, circle, titles_offered))
        titles.push_back({row.id(0), row.string(1), row.string(2), row.truth(3)});
    return titles;
}

Result<OpenPage> write_open_page(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id circle_id, std::string_view words,
                                 const hear::Rendered& rendered, const std::vector<Id>& titles,
                                 const web::Language& language)
{
    const auto circle = people::find_circle(transaction, circle_id, viewer);
    if (!circle) return circle.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_steward_of(circle_id))
        return Refusal::forbidden("Only a steward of this circle may do this.");
    if (circle_id == viewer.everyone)
        return Refusal::conflict("Everyone is no circle of its own: all see what is in it.");
    if (words.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return Refusal::invalid("words", "Say how you work together.");
    if (auto checked = check_titles(transaction, viewer, circle_id, titles); !checked)
        return checked.error();
    const auto before = find_open_page(transaction, circle_id, viewer);
    if (before && before->state == PageState::open)
        return Refusal::conflict("The page is open. Close it first: the circle consented to what "
                                 "stands there.");
    const Id id = before ? before->id : ids.next(now);
    if (before) {
        if (const auto ended = end_vote(transaction, ids, now, viewer, *before,
                                        language.t("The page was written anew."));
            !ended)
            return ended.error();
        transaction.execute(
            "UPDATE open_page SET words = ?3, words_html = ?4 WHERE org_id = ?1 AND page_id = ?2",
            viewer.organisation, id, words, rendered.html.html);
        save_state(transaction, viewer.organisation, viewer.everyone, *before, PageState::written,
                   {}, now);
    } else {
        record::save_thing(transaction, viewer.organisation,
                           {.id = id,
                            .kind = "open-page",
                            .circle = circle_id,
                            .author = viewer.person,
                            .title = circle->name,
                            .created = now,
                            .changed = now});
        transaction.execute(R"sql(
            INSERT INTO open_page (org_id, page_id, circle_id, words, words_html, state, decision_id, opened_us)
            VALUES (?1, ?2, ?3, ?4, ?5, 'written', 0, 0) )sql",
                            viewer.organisation, id, circle_id, words, rendered.html.html);
    }
    transaction.execute("DELETE FROM open_page_title WHERE org_id = ?1 AND page_id = ?2",
                        viewer.organisation, id);
    for (const Id title : titles)
        transaction.execute(R"sql(
            INSERT INTO open_page_title (org_id, page_id, thing_id) VALUES (?1, ?2, ?3)
            ON CONFLICT (org_id, page_id, thing_id) DO NOTHING )sql",
                            viewer.organisation, id, title);
    append_event(transaction, viewer, ids, now, "hall.open_page_written", id, circle_id, circle_id);
    return find_open_page(transaction, circle_id, viewer);
}

Result<OpenPage> ask_for_consent(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id circle, const web::Language& language)
{
    const auto page = find_as_steward(transaction, circle, viewer);
    if (!page) return page.error();
    if (page->state != PageState::written) return Refusal::conflict("The circle is asked already.");
    decide::NewDecision wanted;
    wanted.title = language.t("Open our page “How we work together” to everybody");
    wanted.belief = language.t("others learn from how we work together");
    wanted.beneficiary = language.t("those who do not know us yet");
    wanted.measure = language.t("objections from among us");
    wanted.target = language.t("none");
    wanted.method = decide::Method::consent;
    wanted.review_on = Date{std::chrono::floor<std::chrono::days>(now) + review_after};
    wanted.closes = now + consent_lasts;
    wanted.electorates = {{.circle = circle, .threshold = {1, 1}, .quorum = {2, 3}}};
    auto decision = decide::propose(transaction, ids, now, viewer, wanted);
    if (decision) decision = decide::open_voting(transaction, ids, now, viewer, decision->id);
    if (!decision) return decision.error();
    save_state(transaction, viewer.organisation, viewer.everyone, *page, PageState::asked,
               decision->id, now);
    append_event(transaction, viewer, ids, now, "hall.open_page_asked", page->id, circle, circle,
                 {decision->id});
    return find_open_page(transaction, circle, viewer);
}

Result<OpenPage> open_page(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id circle)
{
    const auto page = find_as_steward(transaction, circle, viewer);
    if (!page) return page.error();
    if (page->state == PageState::open) return Refusal::conflict("The page is open already.");
    if (page->state == PageState::asked) {
        const auto decision = decide::find_decision(transaction, page->decision, viewer);
        // Whoever wants it open may not cut short the time in which others could object.
        if (decision && !decision->early_reason.empty())
            return Refusal::conflict("The vote ended before all had their time to object. Write "
                                     "the page again and ask the circle anew.");
        if (decision && decision->outcome == "passed") {
            save_state(transaction, viewer.organisation, viewer.everyone, *page, PageState::open,
                       page->decision, now);
            append_event(transaction, viewer, ids, now, "hall.open_page_opened", page->id, circle,
                         viewer.everyone, {page->decision});
            return find_open_page(transaction, circle, viewer);
        }
    }
    return Refusal::conflict("The circle has not consented yet.");
}

Result<OpenPage> withdraw_asking(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id circle, std::string_view reason)
{
    const auto page = find_as_steward(transaction, circle, viewer);
    if (!page) return page.error();
    if (page->state != PageState::asked) return Refusal::conflict("The circle is not asked.");
    if (const auto ended = end_vote(transaction, ids, now, viewer, *page, reason); !ended)
        return ended.error();
    save_state(transaction, viewer.organisation, viewer.everyone, *page, PageState::written, {},
               now);
    append_event(transaction, viewer, ids, now, "hall.open_page_asking_withdrawn", page->id, circle,
                 circle, {page->decision});
    return find_open_page(transaction, circle, viewer);
}

std::int64_t end_asking(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    constexpr int pages_at_once = 100;
    // Most of the time none is over: that is seen without a write.
    const auto find_over = [&](store::Transaction& transaction) {
        std::vector<OpenPage> over;
        for (const auto& row : transaction.query(store::Sql(page_columns) + R"sql(
                 AND o.state = 'asked' AND EXISTS
                     (SELECT 1 FROM decision d WHERE d.org_id = ?1 AND d.decision_id = o.decision_id
                        AND (d.state = 'withdrawn' OR (d.state IN ('closed', 'reviewed')
                             AND (d.outcome <> 'passed' OR d.early_reason <> ''))))
                 ORDER BY o.page_id LIMIT ?2 )sql",
                                                 organisation, pages_at_once))
            over.push_back(read_page(row));
        return over;
    };
    if (database.read(find_over).empty()) return 0;
    return database.write([&](store::Transaction& transaction) {
        const auto over = find_over(transaction);
        for (const auto& page : over) {
            save_state(transaction, organisation, Id{}, page, PageState::written, {}, now);
            record::append(transaction, organisation, ids,
                           {.verb = "hall.open_page_not_consented",
                            .thing = page.id,
                            .circle = page.circle,
                            .at = now,
                            .concerns = {page.circle, page.decision}});
        }
        return std::ssize(over);
    });
}

Result<OpenPage> close_page(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id circle)
{
    const auto page = find_as_steward(transaction, circle, viewer);
    if (!page) return page.error();
    if (page->state != PageState::open) return Refusal::conflict("The page is not open.");
    save_state(transaction, viewer.organisation, viewer.everyone, *page, PageState::written, {},
               now);
    append_event(transaction, viewer, ids, now, "hall.open_page_closed", page->id, circle, circle);
    return find_open_page(transaction, circle, viewer);
}

Result<OpenPage> name_oneself(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id circle, Naming naming)
{
    const auto page = find_open_page(transaction, circle, viewer);
    if (!page) return page.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (viewer.role_in(circle) == Role::none)
        return Refusal::forbidden("Only members of this circle may do this.");
    const bool shown = naming == Naming::shown;
    const auto changed =
        shown
            ? transaction.execute(R"sql(
                    INSERT INTO open_page_person (org_id, page_id, person_id, agreed_us)
                    VALUES (?1, ?2, ?3, ?4) ON CONFLICT (org_id, page_id, person_id) DO NOTHING )sql",
                                  viewer.organisation, page->id, viewer.person, now)
            : transaction.execute("DELETE FROM open_page_person WHERE org_id = ?1 AND page_id = ?2 "
                                  "AND person_id = ?3",
                                  viewer.organisation, page->id, viewer.person);
    if (changed > 0)
        append_event(transaction, viewer, ids, now,
                     shown ? "hall.name_shown" : "hall.name_withheld", page->id, circle, circle);
    return find_open_page(transaction, circle, viewer);
}

void forget_name(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute("DELETE FROM open_page_person WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
}

} // namespace moothall::hall
