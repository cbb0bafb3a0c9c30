#include "hear/reply.hpp"

#include "hear/merge.hpp"
#include "hear/moderation.hpp"
#include "hear/support.hpp"
#include "hear/tree.hpp"
#include "hear/voice_store.hpp"
#include "people/people.hpp"
#include "text/place.hpp"

#include <algorithm>
#include <unordered_map>

namespace moothall::hear {

namespace {

constexpr store::SqlLiteral columns = R"sql(
    SELECT r.reply_id, r.subject_id, r.parent_id, r.body, r.body_html, r.language, t.author_id, pa.name,
           r.written_by, pw.name, t.state, t.created_us, t.changed_us, coalesce(v.answer_id, 0)
    FROM reply r CROSS JOIN thing t
    LEFT JOIN person pa ON pa.org_id = ?1 AND pa.person_id = t.author_id
    LEFT JOIN person pw ON pw.org_id = ?1 AND pw.person_id = r.written_by
    LEFT JOIN voice v ON v.org_id = ?1 AND v.voice_id = r.subject_id
    WHERE r.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = r.reply_id )sql";

Reply read_reply(const store::Row& row)
{
    Reply reply;
    reply.id = row.id(0);
    reply.subject = row.id(1);
    reply.parent = row.id(2);
    reply.body = row.string(3);
    reply.body_html = SafeHtml::trusted_from_store(row.string(4));
    reply.language = row.string(5);
    reply.author = {row.id(6), row.string(7)};
    if (row.id(8) != row.id(6)) reply.written_by = {row.id(8), row.string(9)};
    reply.state = record::state_of(row.text(10));
    reply.created = row.time(11);
    reply.changed = row.time(12);
    reply.is_answer = row.id(13) == reply.id;
    return reply;
}

/// What a reply answers is named to who sees that too.
void leave_out_unseen_parents(store::Transaction& transaction, std::vector<Reply>& replies,
                              const Viewer& viewer)
{
    std::vector<Id> shown;
    for (const auto& reply : replies) shown.push_back(reply.id);
    std::ranges::sort(shown);
    std::vector<Id> elsewhere;
    for (const auto& reply : replies)
        if (reply.parent && !std::ranges::binary_search(shown, reply.parent))
            elsewhere.push_back(reply.parent);
    if (elsewhere.empty()) return;
    const auto seen = people::list_seen(transaction, elsewhere, viewer);
    for (auto& reply : replies)
        if (reply.parent && !std::ranges::binary_search(shown, reply.parent) &&
            !seen.contains(reply.parent))
            reply.parent = {};
}

/// The voice at which a reply stands that is shown with another one; that one without such a reply.
Id find_subject(store::Transaction& transaction, Id organisation, Id shown, Id reply)
{
    if (!reply) return shown;
    auto rows = transaction.query(R"sql(
        SELECT r.subject_id FROM reply r
        JOIN voice_merge m ON m.org_id = r.org_id AND m.voice_id = r.subject_id
        WHERE r.org_id = ?1 AND m.org_id = ?1 AND r.reply_id = ?2 AND m.root_id = ?3 )sql",
                                  organisation, reply, shown);
    return rows.next() ? rows->id(0) : shown;
}

Result<void> check_body(std::string_view body)
{
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return Refusal::invalid("body", "Please write something first.");
    return {};
}

} // namespace

Result<Reply> say_reply(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id shown, const NewReply& wanted,
                        const Rendered& rendered)
{
    // Who answers a reply that came with a merged voice speaks there: undoing the merge takes the
    // whole conversation along.
    const Id subject = find_subject(transaction, viewer.organisation, shown, wanted.parent);
    const auto thing = people::find_seen(transaction, subject, viewer);
    if (!thing) return thing.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in to reply.");
    // What is about somebody has no thread: a reply would be for all who see its circle.
    if (thing->kind == "reply" || thing->kind == "person" || thing->kind == "circle" ||
        thing->about)
        return Refusal::not_found();
    if (viewer.role_in(thing->circle) < Role::member)
        return Refusal::forbidden("You are not a member of this circle. Join it to reply there.");
    if (const auto good = check_body(wanted.body); !good) return good.error();
    Id author = viewer.person;
    if (wanted.on_behalf_of && wanted.on_behalf_of != viewer.person) {
        if (!viewer.is_company())
            return Refusal::forbidden("Only people of the company may write for somebody else.");
        const auto person = people::find_person(transaction, wanted.on_behalf_of, viewer);
        if (!person || person->state == people::PersonState::erased)
            return Refusal::invalid("on_behalf_of", "There is no such person to write for.");
        author = person->id;
    }
    auto concerns = find_mentions(transaction, viewer.organisation, rendered.mentions);
    const auto mentioned = concerns;
    concerns.push_back(subject);
    concerns.push_back(thing->author);
    if (author != viewer.person) concerns.push_back(author);
    if (wanted.parent) {
        auto rows = transaction.query(R"sql(
            SELECT t.author_id FROM reply r JOIN thing t ON t.org_id = r.org_id AND t.thing_id = r.reply_id
            WHERE r.org_id = ?1 AND t.org_id = ?1 AND r.reply_id = ?2 AND r.subject_id = ?3
              AND t.state = 'visible' )sql",
                                      viewer.organisation, wanted.parent, subject);
        if (!rows.next())
            return Refusal::invalid("parent", "What you answer is not here any more.");
        concerns.push_back(rows->id(0));
    }

    const Id id = ids.next(now);
    auto state = wanted.state;
    if (state == record::State::visible && is_held(transaction, viewer, thing->circle))
        state = record::State::held;
    const auto created = wanted.created.value_or(now);
    record::save_thing(transaction, viewer.organisation,
                       {id, "reply", thing->circle, state, author, {}, created, created, subject});
    transaction.execute(R"sql(
        INSERT INTO reply (org_id, reply_id, subject_id, parent_id, body, body_html, language, written_by)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) )sql",
                        viewer.organisation, id, subject, wanted.parent, wanted.body,
                        rendered.html.html, rendered.language, viewer.person);
    save_mentions(transaction, viewer.organisation, id, mentioned);
    if (state == record::State::visible) count_reply(transaction, viewer.organisation, subject, 1);
    follow_by_default(transaction, viewer.organisation, subject, author);
    if (const auto hung = files::hang_files(transaction, viewer, id, subject, wanted.files); !hung)
        return hung.error();
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "hear.reply_said",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = thing->circle,
                    .at = now,
                    .state = thing->state == record::State::visible ? state : thing->state,
                    .concerns = std::move(concerns)});
    return find_reply(transaction, id, viewer);
}

Result<Reply> find_reply(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    auto rows =
        transaction.query(store::Sql(columns) + " AND r.reply_id = ?2", viewer.organisation, id);
    if (!rows.next()) return Refusal::not_found();
    std::vector<Reply> found{read_reply(rows.row())};
    leave_out_unseen_parents(transaction, found, viewer);
    found.front().files = files::list_files_of(transaction, viewer.organisation, id);
    return std::move(found.front());
}

Result<Reply> edit_reply(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id id, std::string_view body,
                         const Rendered& rendered, WithFiles files)
{
    const auto before = find_reply(transaction, id, viewer);
    if (!before) return before.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_word(transaction, viewer, id, before->author.id, before->written_by.id))
        return Refusal::forbidden("Only its author may change a reply.");
    if (const auto good = check_body(body); !good) return good.error();
    if (before->body == body && files == WithFiles::same) return *before;
    if (before->body != body)
        save_revision(transaction, ids, now, viewer.organisation, id, viewer.person, {},
                      before->body);
    transaction.execute(R"sql(
        UPDATE reply SET body = ?3, body_html = ?4, language = ?5 WHERE org_id = ?1 AND reply_id = ?2 )sql",
                        viewer.organisation, id, body, rendered.html.html, rendered.language);
    transaction.execute("UPDATE thing SET changed_us = ?3 WHERE org_id = ?1 AND thing_id = ?2",
                        viewer.organisation, id, now);
    auto mentioned = find_mentions(transaction, viewer.organisation, rendered.mentions);
    save_mentions(transaction, viewer.organisation, id, mentioned);
    const auto thing = record::find_thing(transaction, viewer.organisation, id);
    mentioned.push_back(before->subject);
    if (before->author.id != viewer.person) mentioned.push_back(before->author.id);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "hear.reply_edited",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = thing->circle,
                    .at = now,
                    .state = thing->state,
                    .concerns = std::move(mentioned)});
    return find_reply(transaction, id, viewer);
}

Result<ReplyPage> list_replies(store::Transaction& transaction, Id subject, const Viewer& viewer,
                               std::string_view after, int limit)
{
    if (const auto seen = people::find_seen(transaction, subject, viewer); !seen)
        return seen.error();
    const auto place = read_place_in_list<Id>(after);
    if (!place) return place.error();
    const Id last = *place;
    ReplyPage page;
    const auto read = [&](store::Rows rows) {
        for (const auto& row : rows) {
            if (std::ssize(page.replies) == limit) {
                page.next = page.replies.back().id.text();
                break;
            }
            page.replies.push_back(read_reply(row));
        }
    };
    auto subjects = list_merged_ids(transaction, viewer.organisation, {subject});
    if (subjects.empty()) { // one range of an index, as it is asked for most voices
        read(transaction.query(store::Sql(columns) +
                                   " AND r.subject_id = ?3 AND r.reply_id > ?4 AND " +
                                   people::seen + " ORDER BY r.reply_id LIMIT ?5",
                               viewer.organisation, viewer.person, subject, last, limit + 1));
        subjects.push_back(subject);
    } else {
        subjects.push_back(subject);
        read(transaction.query(
            store::Sql(columns) + " AND r.subject_id IN_IDS(?3) AND r.reply_id > ?4 AND " +
                people::seen + " ORDER BY r.reply_id LIMIT ?5",
            viewer.organisation, viewer.person, store::IdList{subjects}, last, limit + 1));
    }
    if (page.replies.empty()) return page;
    leave_out_unseen_parents(transaction, page.replies, viewer);
    // Only to the replies that are shown: a file of a hidden one is as unseen as that.
    std::unordered_map<Id, Reply*> by_id;
    for (auto& reply : page.replies) by_id.emplace(reply.id, &reply);
    for (auto& file : files::list_files(transaction, viewer.organisation, subjects))
        if (const auto at = by_id.find(file.thing); at != by_id.end())
            at->second->files.push_back(std::move(file));
    return page;
}

std::vector<Reply> thread(std::vector<Reply> replies)
{
    constexpr int depth_max = 4;
    std::unordered_map<Id, std::vector<std::size_t>> children;
    std::unordered_map<Id, bool> present;
    for (const auto& reply : replies) present[reply.id] = true;
    for (std::size_t at = 0; at < replies.size(); ++at)
        children[present.contains(replies[at].parent) ? replies[at].parent : Id{}].push_back(at);

    std::vector<Reply> ordered;
    ordered.reserve(replies.size());
    // A stack of our own: a thread may be deeper than the machine's.
    std::vector<std::pair<std::size_t, int>> open;
    const auto push_children = [&](Id parent, int depth) {
        const auto found = children.find(parent);
        if (found == children.end()) return;
        for (auto at = found->second.rbegin(); at != found->second.rend(); ++at)
            open.emplace_back(*at, depth);
    };
    push_children(Id{}, 0);
    while (!open.empty()) {
        const auto [at, depth] = open.back();
        open.pop_back();
        const Id id = replies[at].id;
        replies[at].depth = std::min(depth, depth_max);
        ordered.push_back(std::move(replies[at]));
        push_children(id, depth + 1);
    }
    return ordered;
}

} // namespace moothall::hear
