#include "hear/moderated.hpp"

#include "hear/declining.hpp"
#include "hear/loop.hpp"
#include "hear/merge.hpp"
#include "hear/reply.hpp"
#include "hear/tree.hpp"
#include "hear/voice_store.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"
#include "web/language.hpp"
#include "write/write.hpp"

#include <algorithm>
#include <unordered_map>

namespace moothall::hear {

namespace {

constexpr std::size_t reason_characters_max = 1000;
constexpr auto taken_back_reason = web::translatable("Taken back by the one it was written for.");

/// Moves a thing to another state and keeps all counts right.
Result<void> move_to(store::Transaction& transaction, const Viewer& viewer,
                     const record::Thing& before, record::State state, Time now,
                     const WhenModerated* when_moderated)
{
    auto thing = before;
    thing.state = state;
    thing.changed = now;
    if (when_moderated != nullptr)
        for (const auto& tell : when_moderated->told)
            if (const auto told = tell(transaction, viewer, before, thing); !told)
                return told.error();
    // What is not for all does not stand for others, and others not for it.
    if (before.kind == "voice" && before.state == record::State::visible)
        stand_alone(transaction, viewer.organisation, before.id);
    record::change_thing(transaction, viewer.organisation, thing);
    if (thing.kind == "document")
        write::set_card_state(transaction, viewer.organisation, thing.id, state);
    const bool was = before.state == record::State::visible;
    const bool is = state == record::State::visible;
    if (was == is) return {};
    if (thing.kind == "voice") {
        if (const auto voice = load_voice(transaction, thing.id, viewer))
            count_voice(transaction, viewer.organisation, thing.id,
                        {thing.circle, voice->kind, voice->status.id}, is ? 1 : -1);
    } else if (thing.kind == "reply") {
        auto rows =
            transaction.query("SELECT subject_id FROM reply WHERE org_id = ?1 AND reply_id = ?2",
                              viewer.organisation, thing.id);
        if (rows.next()) {
            const Id subject = rows->id(0);
            count_reply(transaction, viewer.organisation, subject, is ? 1 : -1);
        }
    } else if (thing.kind == "bypass") {
        write::count_bypass(transaction, viewer.organisation, thing.id, is ? 1 : -1);
    } else if (thing.kind == "circle") {
        if (is)
            people::give_back_circle(transaction, viewer.organisation, thing.id);
        else
            people::withhold_circle(transaction, viewer.organisation, thing.id);
    }
    return {};
}

/// Whom hiding a thing or showing it again concerns: its author, and the voices that came to
/// something through it, for what came of them is not seen any more, or again.
std::vector<Id> concerned_by(store::Transaction& transaction, Id organisation,
                             const record::Thing& thing)
{
    constexpr int voices_told_max = 5000;
    auto concerns = list_things_through(transaction, organisation, thing.id, voices_told_max);
    concerns.push_back(thing.author);
    return concerns;
}

constexpr std::string_view moderated_kinds[] = {
    "voice",   "reply",        "decision", "project", "bypass",    "conversation", "commitment",
    "request", "announcement", "circle",   "barrier", "agreement", "document"};

bool is_moderated(std::string_view kind)
{
    return std::ranges::find(moderated_kinds, kind) != std::end(moderated_kinds);
}

/// What was proposed or promised is withdrawn by its own rules, with its reason where others look
/// for it: it does not just go away. A circle is made private on its page.
bool may_take_back(const record::Thing& thing, const Viewer& viewer)
{
    return viewer.signed_in() && thing.author == viewer.person && thing.kind != "decision" &&
           thing.kind != "commitment" && thing.kind != "circle" && thing.kind != "agreement" &&
           thing.kind != "document";
}

/// Of circles those that people open for others to see, a forum first of all: what only its members
/// know of is theirs, and the company's own are its owners'.
bool is_for_others(store::Transaction& transaction, const Viewer& viewer, Id circle)
{
    const auto found = people::find_circle(transaction, circle, viewer);
    return found && circle != viewer.everyone && !people::is_company(found->kind) &&
           (found->visibility != people::Visibility::closed || found->withheld);
}

/// Of circles it is said in words of their own: who is in which circle is read anew by them.
std::string_view verb_of(const record::Thing& thing, std::string_view verb)
{
    if (thing.kind != "circle") return verb;
    if (verb == "hear.thing_shown") return "people.circle_shown";
    if (verb == "hear.thing_approved") return "people.circle_approved";
    if (verb == "hear.thing_declined") return "people.circle_declined";
    return "people.circle_hidden";
}

Result<record::Thing> find_moderated(store::Transaction& transaction, const Viewer& viewer, Id id)
{
    auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    // What nobody was shown yet is not hidden, and not shown by showing it again.
    if (!is_moderated(thing->kind) || thing->state == record::State::draft)
        return Refusal::not_found();
    if (thing->kind == "circle" && !is_for_others(transaction, viewer, id))
        return Refusal::not_found();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    return thing;
}

/// Said without an account, and its author has not confirmed yet that it was she.
bool waits_for_author(store::Transaction& transaction, const Viewer& viewer, Id thing)
{
    return transaction
        .query(R"sql(
            SELECT 1 FROM pass WHERE org_id = ?1 AND thing_id = ?2 AND purpose = 'confirm_voice'
              AND used_us IS NULL )sql",
               viewer.organisation, thing)
        .next();
}

/// Who wrote it for its author; none: she did.
Id find_other_writer(store::Transaction& transaction, Id organisation, const record::Thing& thing)
{
    auto rows = transaction.query(R"sql(
        SELECT v.written_by FROM voice v WHERE v.org_id = ?1 AND v.voice_id = ?2
        UNION ALL
        SELECT r.written_by FROM reply r WHERE r.org_id = ?1 AND r.reply_id = ?2 )sql",
                                  organisation, thing.id);
    if (!rows.next() || rows->id(0) == thing.author) return {};
    return rows->id(0);
}

void settle(store::Transaction& transaction, const Viewer& viewer, Id thing, Time now)
{
    transaction.execute(R"sql(
        UPDATE complaint SET settled_us = ?3, settled_by = ?4
        WHERE org_id = ?1 AND thing_id = ?2 AND settled_us = 0 )sql",
                        viewer.organisation, thing, now, viewer.person);
}

} // namespace

Result<std::string> check_reason(std::string_view wanted)
{
    auto reason = normalise_line(wanted);
    if (reason.empty()) return Refusal::invalid("reason", "Please give a reason. It is public.");
    if (count_characters(reason) > reason_characters_max)
        return Refusal::invalid("reason", "A reason has at most 1,000 characters.");
    return reason;
}

Result<void> report(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                    Id id, std::string_view wanted)
{
    const auto thing = find_moderated(transaction, viewer, id);
    if (!thing) return thing.error();
    auto reason = normalise_line(wanted);
    if (reason.empty())
        return Refusal::invalid("reason", "Please say in a few words what is wrong with it.");
    if (count_characters(reason) > reason_characters_max)
        return Refusal::invalid("reason", "A reason has at most 1,000 characters.");
    const auto made = transaction.execute(R"sql(
        INSERT INTO complaint (org_id, thing_id, person_id, reason, created_us, settled_us, settled_by)
        VALUES (?1, ?2, ?3, ?4, ?5, 0, 0) ON CONFLICT (org_id, thing_id, person_id) DO NOTHING )sql",
                                          viewer.organisation, id, viewer.person, reason, now);
    if (made == 0)
        return Refusal::conflict("You have reported this already. A steward will look at it.");
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "hear.thing_reported",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = thing->circle,
                    .at = now,
                    .audience = record::Audience::stewards});
    return {};
}

bool was_written_for(store::Transaction& transaction, const Viewer& viewer, Id id)
{
    const auto thing = record::find_thing(transaction, viewer.organisation, id);
    return thing && viewer.signed_in() && thing->author == viewer.person &&
           find_other_writer(transaction, viewer.organisation, *thing);
}

Result<void> hide(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                  Id id, std::string_view wanted, const WhenModerated* when_moderated)
{
    const auto thing = find_moderated(transaction, viewer, id);
    if (!thing) return thing.error();
    const bool steward = viewer.is_steward_of(thing->circle);
    if (!steward && !may_take_back(*thing, viewer))
        return Refusal::forbidden("Only its author and the circle's stewards may do this.");
    // What somebody else wrote for her she takes back without having to give the public a reason.
    const Id writer = thing->author == viewer.person
                          ? find_other_writer(transaction, viewer.organisation, *thing)
                          : Id{};
    const auto reason =
        writer ? Result<std::string>(std::string(taken_back_reason)) : check_reason(wanted);
    if (!reason) return reason.error();
    if (thing->state == record::State::hidden) return Refusal::conflict("It is hidden already.");
    if (const auto moved =
            move_to(transaction, viewer, *thing, record::State::hidden, now, when_moderated);
        !moved)
        return moved.error();
    transaction.execute(R"sql(
        INSERT INTO hiding (org_id, thing_id, reason, hidden_by, hidden_us) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (org_id, thing_id) DO UPDATE
        SET reason = excluded.reason, hidden_by = excluded.hidden_by, hidden_us = excluded.hidden_us )sql",
                        viewer.organisation, id, *reason, viewer.person, now);
    settle(transaction, viewer, id, now);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = steward && !writer ? verb_of(*thing, "hear.thing_hidden")
                                               : "hear.thing_taken_back",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = thing->circle,
                    .at = now,
                    .state = record::State::hidden,
                    .concerns = concerned_by(transaction, viewer.organisation, *thing)});
    // Whoever wrote it does not see it any more, and is told in its circle.
    if (writer)
        record::append(transaction, viewer.organisation, ids,
                       {.verb = "hear.words_taken_back",
                        .thing = thing->circle,
                        .actor = viewer.person,
                        .circle = thing->circle,
                        .at = now,
                        .audience = record::Audience::stewards,
                        .concerns = {writer}});
    return {};
}

Result<void> hide(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                  Id id, std::string_view wanted)
{
    return hide(transaction, ids, now, viewer, id, wanted, nullptr);
}

Moderating find_moderating(store::Transaction& transaction, const Viewer& viewer,
                           const record::Thing& thing, std::string_view csrf)
{
    Moderating offered;
    offered.hidden = thing.state == record::State::hidden;
    if (!viewer.signed_in()) return offered;
    offered.path = "/things/" + thing.id.text();
    offered.csrf = csrf;
    offered.may_hide = viewer.is_steward_of(thing.circle) || may_take_back(thing, viewer);
    offered.may_report = !offered.hidden && thing.author != viewer.person;
    if (!offered.hidden) return offered;
    for (const auto& row :
         transaction.query("SELECT reason FROM hiding WHERE org_id = ?1 AND thing_id = ?2",
                           viewer.organisation, thing.id))
        offered.reason = row.string(0);
    return offered;
}

Result<void> show_again(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id id, const WhenModerated* when_moderated)
{
    const auto thing = find_moderated(transaction, viewer, id);
    if (!thing) return thing.error();
    if (thing->state != record::State::hidden) return Refusal::conflict("It is not hidden.");
    bool by_herself = false;
    {
        auto rows =
            transaction.query("SELECT hidden_by FROM hiding WHERE org_id = ?1 AND thing_id = ?2",
                              viewer.organisation, id);
        by_herself = rows.next() && rows->id(0) == viewer.person && thing->author == viewer.person;
    }
    if (!viewer.is_steward_of(thing->circle) && !by_herself)
        return Refusal::forbidden("Only a steward of the circle may show it again.");
    // Taking back and showing again is no way around the steward: what comes from a newcomer waits
    // again, as would anything new that she says there.
    const bool waits =
        waits_for_author(transaction, viewer, id) || is_held(transaction, viewer, thing->circle);
    const auto state = waits ? record::State::held : record::State::visible;
    if (const auto moved = move_to(transaction, viewer, *thing, state, now, when_moderated); !moved)
        return moved.error();
    transaction.execute("DELETE FROM hiding WHERE org_id = ?1 AND thing_id = ?2",
                        viewer.organisation, id);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb_of(*thing, "hear.thing_shown"),
                    .thing = id,
                    .actor = viewer.person,
                    .circle = thing->circle,
                    .at = now,
                    .state = state,
                    .concerns = concerned_by(transaction, viewer.organisation, *thing)});
    return {};
}

Result<void> show_again(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id id)
{
    return show_again(transaction, ids, now, viewer, id, nullptr);
}

Result<void> approve(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                     Id id, bool trust, const WhenModerated* when_moderated)
{
    const auto thing = find_moderated(transaction, viewer, id);
    if (!thing) return thing.error();
    if (!viewer.is_steward_of(thing->circle))
        return Refusal::forbidden("Only a steward of the circle may do this.");
    // Another steward was faster: the log must not say of what she declined that it was approved,
    // nor its author be trusted for it.
    if (thing->state != record::State::held && thing->state != record::State::visible)
        return Refusal::conflict("It does not wait for a steward any more.");
    if (thing->state == record::State::held && waits_for_author(transaction, viewer, id))
        return Refusal::conflict("Its author has not confirmed yet that it was she who said it.");
    if (thing->state == record::State::held)
        if (const auto moved =
                move_to(transaction, viewer, *thing, record::State::visible, now, when_moderated);
            !moved)
            return moved.error();
    settle(transaction, viewer, id, now);
    if (trust)
        transaction.execute("UPDATE person SET trusted = 1 WHERE org_id = ?1 AND person_id = ?2",
                            viewer.organisation, thing->author);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb_of(*thing, "hear.thing_approved"),
                    .thing = id,
                    .actor = viewer.person,
                    .circle = thing->circle,
                    .at = now,
                    .audience = thing->state == record::State::held ? record::Audience::circle
                                                                    : record::Audience::stewards,
                    .concerns = {thing->author}});
    return {};
}

Result<void> approve(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                     Id id, bool trust)
{
    return approve(transaction, ids, now, viewer, id, trust, nullptr);
}

Result<void> decline(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                     Id id, std::string_view wanted, Block block)
{
    const auto thing = find_moderated(transaction, viewer, id);
    if (!thing) return thing.error();
    if (!viewer.is_steward_of(thing->circle))
        return Refusal::forbidden("Only a steward of the circle may do this.");
    const auto reason = check_reason(wanted);
    if (!reason) return reason.error();
    if (thing->state != record::State::held)
        return Refusal::conflict("It does not wait for a steward any more.");
    if (block == Block::yes) {
        if (!thing->author) return Refusal::conflict("Nobody is known as its author.");
        auto rows = transaction.query(R"sql(
            SELECT 1 FROM membership m JOIN circle c ON c.org_id = m.org_id AND c.circle_id = m.circle_id
            WHERE m.org_id = ?1 AND c.org_id = ?1 AND m.person_id = ?2
              AND ((m.circle_id = ?3 AND m.role = 'steward')
                   OR (c.kind IN ('company', 'team') AND m.role IN ('member', 'steward'))) )sql",
                                      viewer.organisation, thing->author, thing->circle);
        if (rows.next())
            return Refusal::conflict("People of the company and stewards are not blocked like "
                                     "this. Change her role on the circle's page.");
    }
    // What was held was counted by nobody.
    if (const auto moved =
            move_to(transaction, viewer, *thing, record::State::hidden, now, nullptr);
        !moved)
        return moved.error();
    transaction.execute(R"sql(
        INSERT INTO hiding (org_id, thing_id, reason, hidden_by, hidden_us) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (org_id, thing_id) DO UPDATE
        SET reason = excluded.reason, hidden_by = excluded.hidden_by, hidden_us = excluded.hidden_us )sql",
                        viewer.organisation, id, *reason, viewer.person, now);
    settle(transaction, viewer, id, now);
    if (block == Block::yes) {
        transaction.execute(R"sql(
            INSERT INTO circle_block (org_id, circle_id, person_id, blocked_by, blocked_us)
            VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (org_id, circle_id, person_id) DO NOTHING )sql",
                            viewer.organisation, thing->circle, thing->author, viewer.person, now);
        people::set_role(transaction, viewer.organisation, thing->circle, thing->author,
                         Role::guest, now);
    }
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb_of(*thing, "hear.thing_declined"),
                    .thing = id,
                    .actor = viewer.person,
                    .circle = thing->circle,
                    .at = now,
                    .audience = record::Audience::stewards,
                    .concerns = {thing->author},
                    .data = block == Block::yes ? R"({"blocked":true})" : R"({"blocked":false})"});
    return {};
}

std::vector<LookedAt> list_looked_at(store::Transaction& transaction, const Viewer& viewer)
{
    std::vector<LookedAt> circles;
    for (const auto& row : transaction.query(R"sql(
             SELECT c.circle_id, c.name FROM circle c
             WHERE c.org_id = ?1 AND c.moderation = 'newcomers'
               AND (c.visibility = 'public' OR c.circle_id IN
                    (SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2))
             ORDER BY c.name, c.circle_id LIMIT 200 )sql",
                                             viewer.organisation, viewer.person))
        circles.push_back({row.id(0), row.string(1)});
    return circles;
}

std::vector<Waiting> list_waiting(store::Transaction& transaction, const Viewer& viewer, int limit)
{
    std::vector<Waiting> waiting;
    std::vector<Id> ids;
    for (const auto& row : transaction.query(R"sql(
             SELECT t.thing_id, t.kind, t.title, coalesce(v.excerpt, r.body, f.purpose, ''), t.author_id, p.name, t.circle_id,
                    c.name, t.state, t.created_us, coalesce(r.subject_id, t.thing_id),
                    coalesce(s.kind, t.kind)
             FROM thing t
             JOIN membership m ON m.org_id = t.org_id AND m.circle_id = t.circle_id
             JOIN circle c ON c.org_id = t.org_id AND c.circle_id = t.circle_id
             LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
             LEFT JOIN voice v ON v.org_id = ?1 AND v.voice_id = t.thing_id
             LEFT JOIN reply r ON r.org_id = ?1 AND r.reply_id = t.thing_id
             LEFT JOIN thing s ON s.org_id = ?1 AND s.thing_id = r.subject_id
             LEFT JOIN circle f ON f.org_id = ?1 AND f.circle_id = t.thing_id
             WHERE t.org_id = ?1 AND m.org_id = ?1 AND c.org_id = ?1 AND m.person_id = ?2 AND m.role = 'steward'
               AND (t.thing_id IN (SELECT h.thing_id FROM thing h WHERE h.org_id = ?1 AND h.state = 'held'
                       AND NOT EXISTS (SELECT 1 FROM pass w WHERE w.org_id = ?1 AND w.thing_id = h.thing_id
                                       AND w.purpose = 'confirm_voice' AND w.used_us IS NULL))
                    OR t.thing_id IN (SELECT q.thing_id FROM complaint q WHERE q.org_id = ?1 AND q.settled_us = 0))
             ORDER BY t.created_us, t.thing_id LIMIT ?3 )sql",
                                             viewer.organisation, viewer.person, limit)) {
        Waiting one;
        one.thing = row.id(0);
        one.kind = row.string(1);
        one.title = row.string(2);
        one.excerpt = clip(normalise_line(row.text(3)), 300, Ellipsis::shown);
        one.author = {row.id(4), row.string(5)};
        one.circle = row.id(6);
        one.circle_name = row.string(7);
        one.state = record::state_of(row.text(8));
        one.since = row.time(9);
        one.path = record::path_of(row.text(11), row.id(10)) +
                   (one.kind == "reply" ? "#" + one.thing.text() : "");
        ids.push_back(one.thing);
        waiting.push_back(std::move(one));
    }
    std::unordered_map<Id, Waiting*> by_id;
    for (auto& one : waiting) by_id.emplace(one.thing, &one);
    for (const auto& row : transaction.query(R"sql(
             SELECT thing_id, reason FROM complaint
             WHERE org_id = ?1 AND settled_us = 0 AND thing_id IN_IDS(?2) ORDER BY created_us )sql",
                                             viewer.organisation, store::IdList{ids}))
        by_id.at(row.id(0))->reasons.push_back(row.string(1));
    return waiting;
}

std::vector<Hidden> list_hidden(store::Transaction& transaction, const Viewer& viewer, int limit)
{
    std::vector<Hidden> hidden;
    for (const auto& row : transaction.query(R"sql(
             SELECT h.thing_id, t.kind, h.reason, h.hidden_by, p.name, h.hidden_us
             FROM hiding h JOIN thing t ON t.org_id = h.org_id AND t.thing_id = h.thing_id
             LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = h.hidden_by
             WHERE h.org_id = ?1 AND t.org_id = ?1 AND t.circle_id IN
                 (SELECT c.circle_id FROM circle c WHERE c.org_id = ?1 AND c.visibility = 'public'
                  UNION ALL
                  SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2)
             ORDER BY h.hidden_us DESC, h.thing_id LIMIT ?3 )sql",
                                             viewer.organisation, viewer.person, limit))
        hidden.push_back(
            {row.id(0), row.string(1), row.string(2), {row.id(3), row.string(4)}, row.time(5)});
    return hidden;
}

bool is_held(store::Transaction& transaction, const Viewer& viewer, Id circle)
{
    return !viewer.is_steward_of(circle) && people::is_looked_at_first(transaction, viewer, circle);
}

} // namespace moothall::hear
