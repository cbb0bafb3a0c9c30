#include "organise/chat_store.hpp"

#include "people/people.hpp"
#include "record/record.hpp"
#include "text/place.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace moothall::organise {

namespace {

// ?1 is the organisation, ?2 the viewer. The rule of chats: who is in it, or was, and of a circle's
// chat whoever is a member of the circle today.
constexpr store::SqlLiteral chats_let_in = R"sql(
    SELECT c.chat_id, c.circle_id, coalesce(k.name, ''), c.about_id, c.opened_by, c.asked_id, c.answered,
           c.last_sequence, coalesce(cm.last_us, 0), coalesce(cm.until_sequence, -1), coalesce(cm.read_sequence, 0),
           coalesce(cm.unread, 0), c.paragraph
    FROM chat c
    LEFT JOIN chat_member cm ON cm.org_id = ?1 AND cm.chat_id = c.chat_id AND cm.person_id = ?2
    LEFT JOIN circle k ON k.org_id = ?1 AND k.circle_id = c.circle_id
    WHERE c.org_id = ?1 AND ?2 <> 0
      AND ((c.circle_id = 0 AND cm.person_id IS NOT NULL)
           OR EXISTS (SELECT 1 FROM membership m
                      WHERE m.org_id = ?1 AND m.circle_id = c.circle_id AND m.person_id = ?2)) )sql";

Chat read_chat(const store::Row& row)
{
    Chat chat;
    chat.id = row.id(0);
    chat.circle = row.id(1);
    chat.circle_name = row.string(2);
    chat.about = row.id(3);
    chat.opened_by = row.id(4);
    chat.asked = row.id(5);
    chat.answered = row.truth(6);
    chat.last_sequence = row.integer(7);
    chat.last = row.time(8);
    chat.until = row.integer(9);
    chat.read = row.integer(10);
    chat.unread = row.integer(11);
    chat.paragraph = row.integer(12);
    return chat;
}

constexpr std::array<std::pair<LineKind, std::string_view>, 4> line_kinds{
    {{LineKind::words, "words"},
     {LineKind::handed_over, "handed_over"},
     {LineKind::left, "left"},
     {LineKind::kept, "kept"}}};

constexpr store::SqlLiteral line_columns = R"sql(
    SELECT l.sequence, l.kind, l.author_id, coalesce(pa.name, ''), l.client_id, l.person_id, coalesce(pt.name, ''),
           l.thing_id, l.body, l.body_html, l.said_us
    FROM chat_line l
    LEFT JOIN person pa ON pa.org_id = ?1 AND pa.person_id = l.author_id
    LEFT JOIN person pt ON pt.org_id = ?1 AND pt.person_id = l.person_id
    WHERE l.org_id = ?1 AND l.chat_id = ?2 )sql";

Line read_line(const store::Row& row)
{
    Line line;
    line.sequence = row.integer(0);
    for (const auto& [kind, text] : line_kinds)
        if (text == row.text(1)) line.kind = kind;
    line.author = {row.id(2), row.string(3)};
    line.client_id = row.string(4);
    line.person = {row.id(5), row.string(6)};
    line.thing = row.id(7);
    line.body = row.string(8);
    line.body_html = SafeHtml::trusted_from_store(row.string(9));
    line.said = row.time(10);
    return line;
}

/// Who left reads up to where she left.
std::int64_t last_readable(const Chat& chat)
{
    return chat.is_in() ? chat.last_sequence : chat.until;
}

} // namespace

std::string_view to_text(LineKind kind)
{
    for (const auto& [known, text] : line_kinds)
        if (known == kind) return text;
    return "words";
}

std::optional<Chat> load_chat(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    for (const auto& row : transaction.query(store::Sql(chats_let_in) + " AND c.chat_id = ?3",
                                             viewer.organisation, viewer.person, id))
        return read_chat(row);
    return {};
}

void load_talkers(store::Transaction& transaction, const Viewer& viewer, std::vector<Chat>& chats)
{
    std::vector<Id> ids;
    std::unordered_map<Id, Chat*> of;
    for (auto& chat : chats) {
        ids.push_back(chat.id);
        of.emplace(chat.id, &chat);
    }
    if (ids.empty()) return;
    for (const auto& row : transaction.query(R"sql(
             SELECT cm.chat_id, cm.person_id, p.name, cm.read_sequence, cm.until_sequence
             FROM chat_member cm JOIN person p ON p.org_id = cm.org_id AND p.person_id = cm.person_id
             WHERE cm.org_id = ?1 AND p.org_id = ?1 AND cm.chat_id IN_IDS(?2)
             ORDER BY cm.chat_id, cm.since_us, cm.person_id LIMIT 1000 )sql",
                                             viewer.organisation, store::IdList{ids}))
        of.at(row.id(0))->talkers.push_back(
            {{row.id(1), row.string(2)}, row.integer(3), row.integer(4) >= 0});
}

void load_subjects(store::Transaction& transaction, const Viewer& viewer, std::vector<Chat>& chats)
{
    std::vector<Id> ids;
    for (const auto& chat : chats)
        if (chat.about) ids.push_back(chat.about);
    std::unordered_map<Id, std::pair<std::string, std::string>> seen;
    if (!ids.empty())
        for (const auto& row :
             transaction.query(store::Sql(R"sql(
                 SELECT t.thing_id, t.kind, t.title FROM thing t WHERE t.org_id = ?1 AND t.thing_id IN_IDS(?3) AND )sql") +
                                   people::seen,
                               viewer.organisation, viewer.person, store::IdList{ids}))
            seen.emplace(row.id(0),
                         std::pair(row.string(2), record::path_of(row.text(1), row.id(0))));
    for (auto& chat : chats) {
        const auto found = seen.find(chat.about);
        if (found == seen.end()) {
            chat.about = {};
            chat.paragraph = 0;
        } else {
            chat.about_title = found->second.first;
            chat.about_path = found->second.second;
            if (chat.paragraph > 0) chat.about_path += "#p" + std::to_string(chat.paragraph);
        }
    }
}

std::optional<Id> find_chat_once(store::Transaction& transaction, Id organisation,
                                 std::string_view once_key)
{
    for (const auto& row :
         transaction.query("SELECT chat_id FROM chat WHERE org_id = ?1 AND once_key = ?2",
                           organisation, once_key))
        return row.id(0);
    return {};
}

bool save_chat(store::Transaction& transaction, Id organisation, const Chat& chat,
               std::string_view once_key, Time now)
{
    return transaction.execute(R"sql(
        INSERT INTO chat (org_id, chat_id, circle_id, about_id, once_key, opened_by, asked_id, answered,
            last_sequence, waits_for, waits_us, opened_us, paragraph)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, 0, 0, ?8, ?9)
        ON CONFLICT (org_id, once_key) DO NOTHING )sql",
                               organisation, chat.id, chat.circle, chat.about, once_key,
                               chat.opened_by, chat.asked, now, chat.paragraph) == 1;
}

void save_member(store::Transaction& transaction, Id organisation, Id chat, Id person, Time now)
{
    transaction.execute(R"sql(
        INSERT INTO chat_member (org_id, chat_id, person_id, since_us, until_sequence, read_sequence, unread, last_us)
        VALUES (?1, ?2, ?3, ?4, -1, 0, 0, ?4)
        ON CONFLICT (org_id, chat_id, person_id) DO UPDATE SET until_sequence = -1 )sql",
                        organisation, chat, person, now);
}

void save_member_left(store::Transaction& transaction, Id organisation, Id chat, Id person,
                      std::int64_t until)
{
    transaction.execute(R"sql(
        UPDATE chat_member SET until_sequence = ?4, unread = 0
        WHERE org_id = ?1 AND chat_id = ?2 AND person_id = ?3 )sql",
                        organisation, chat, person, until);
}

std::int64_t count_opened(store::Transaction& transaction, const Viewer& viewer, Time since)
{
    auto rows = transaction.query(
        "SELECT count(*) FROM chat WHERE org_id = ?1 AND opened_by = ?2 AND opened_us > ?3",
        viewer.organisation, viewer.person, since);
    return rows.next() ? rows->integer(0) : 0;
}

std::int64_t take_sequence(store::Transaction& transaction, Id organisation, Id chat)
{
    auto rows = transaction.query(R"sql(
        UPDATE chat SET last_sequence = last_sequence + 1 WHERE org_id = ?1 AND chat_id = ?2
        RETURNING last_sequence )sql",
                                  organisation, chat);
    return rows.next() ? rows->integer(0) : 0;
}

void give_sequence_back(store::Transaction& transaction, Id organisation, Id chat)
{
    transaction.execute(
        "UPDATE chat SET last_sequence = last_sequence - 1 WHERE org_id = ?1 AND chat_id = ?2",
        organisation, chat);
}

bool save_line(store::Transaction& transaction, Id organisation, Id chat, const Line& line)
{
    return transaction.execute(R"sql(
        INSERT INTO chat_line (org_id, chat_id, sequence, author_id, client_id, kind, person_id, thing_id, body,
            body_html, said_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT (org_id, chat_id, author_id, client_id) DO NOTHING )sql",
                               organisation, chat, line.sequence, line.author.id, line.client_id,
                               to_text(line.kind), line.person.id, line.thing, line.body,
                               line.body_html.html, line.said) == 1;
}

std::vector<Id> note_line(store::Transaction& transaction, Id organisation, const Chat& chat,
                          Id author, std::int64_t sequence, Time now)
{
    std::vector<Id> people;
    for (const auto& row :
         transaction.query(R"sql(
             UPDATE chat_member SET last_us = ?5, unread = CASE WHEN person_id = ?3 THEN 0 ELSE unread + 1 END,
                 read_sequence = CASE WHEN person_id = ?3 THEN ?4 ELSE read_sequence END
             WHERE org_id = ?1 AND chat_id = ?2 AND until_sequence = -1
               AND (?6 = 0 OR EXISTS (SELECT 1 FROM membership m WHERE m.org_id = ?1 AND m.circle_id = ?6
                                      AND m.person_id = chat_member.person_id))
             RETURNING person_id )sql",
                           organisation, chat.id, author, sequence, now, chat.circle))
        people.push_back(row.id(0));
    return people;
}

std::optional<Line> find_line_sent(store::Transaction& transaction, Id organisation, Id chat,
                                   Id author, std::string_view client_id)
{
    for (const auto& row :
         transaction.query(store::Sql(line_columns) + " AND l.author_id = ?3 AND l.client_id = ?4",
                           organisation, chat, author, client_id))
        return read_line(row);
    return {};
}

void tell_members(store::Transaction& transaction, Id organisation, const std::vector<Id>& people,
                  std::string_view topic)
{
    for (const Id person : people) {
        std::string notice = "to:" + organisation.text() + ':' + person.text() + ':';
        notice += topic;
        transaction.notify(std::move(notice));
    }
}

std::vector<Id> list_members_of(store::Transaction& transaction, Id organisation, const Chat& chat)
{
    std::vector<Id> people;
    for (const auto& row : transaction.query(R"sql(
             SELECT cm.person_id FROM chat_member cm WHERE cm.org_id = ?1 AND cm.chat_id = ?2
               AND cm.until_sequence = -1
               AND (?3 = 0 OR EXISTS (SELECT 1 FROM membership m WHERE m.org_id = ?1 AND m.circle_id = ?3
                                      AND m.person_id = cm.person_id)) )sql",
                                             organisation, chat.id, chat.circle))
        people.push_back(row.id(0));
    return people;
}

namespace {

/// The question that a line was kept as may be hidden or moved since.
void leave_out_unseen_questions(store::Transaction& transaction, std::vector<Line>& lines,
                                const Viewer& viewer)
{
    std::vector<Id> questions;
    for (const auto& line : lines)
        if (line.thing) questions.push_back(line.thing);
    const auto seen = people::list_seen(transaction, questions, viewer);
    for (auto& line : lines)
        if (line.thing && !seen.contains(line.thing)) line.thing = {};
}

} // namespace

std::vector<Line> list_lines(store::Transaction& transaction, const Viewer& viewer,
                             const Chat& chat, const LineQuery& query)
{
    std::vector<Line> lines;
    if (query.after >= 0) {
        for (const auto& row : transaction.query(
                 store::Sql(line_columns) + " AND l.sequence > ?3 AND l.sequence <= "
                                            "?4 ORDER BY l.sequence LIMIT ?5",
                 viewer.organisation, chat.id, query.after, last_readable(chat), query.limit))
            lines.push_back(read_line(row));
        leave_out_unseen_questions(transaction, lines, viewer);
        return lines;
    }
    const auto before = query.before >= 0 ? std::min(query.before, last_readable(chat) + 1)
                                          : last_readable(chat) + 1;
    for (const auto& row : transaction.query(
             store::Sql(line_columns) + " AND l.sequence < ?3 ORDER BY l.sequence DESC LIMIT ?4",
             viewer.organisation, chat.id, before, query.limit))
        lines.push_back(read_line(row));
    std::ranges::reverse(lines);
    leave_out_unseen_questions(transaction, lines, viewer);
    return lines;
}

std::vector<Line> find_lines(store::Transaction& transaction, const Viewer& viewer,
                             const Chat& chat, const std::vector<std::int64_t>& sequences)
{
    std::vector<Id> wanted;
    wanted.reserve(sequences.size());
    for (const auto sequence : sequences) wanted.push_back(Id{sequence});
    std::vector<Line> lines;
    for (const auto& row : transaction.query(
             store::Sql(line_columns) + " AND l.sequence IN_IDS(?3) AND l.sequence "
                                        "<= ?4 ORDER BY l.sequence",
             viewer.organisation, chat.id, store::IdList{wanted}, last_readable(chat)))
        lines.push_back(read_line(row));
    return lines;
}

Result<ChatList> list_chats(store::Transaction& transaction, const Viewer& viewer,
                            std::string_view after, int limit)
{
    // The cursor is the last chat of the page before: where it stands is read anew.
    const auto place = read_place_in_list<Id>(after);
    if (!place) return place.error();
    const Id last = *place;
    ChatList list;
    if (!viewer.signed_in()) return list;
    auto sql = store::Sql(chats_let_in) + " AND cm.person_id IS NOT NULL";
    sql += last ? store::SqlLiteral(R"sql( AND (cm.last_us < (SELECT b.last_us FROM chat_member b
                      WHERE b.org_id = ?1 AND b.chat_id = ?3 AND b.person_id = ?2)
                  OR (cm.chat_id < ?3 AND cm.last_us = (SELECT b.last_us FROM chat_member b
                      WHERE b.org_id = ?1 AND b.chat_id = ?3 AND b.person_id = ?2))) )sql")
                : store::SqlLiteral(" AND ?3 = ?3");
    sql += " ORDER BY cm.last_us DESC, cm.chat_id DESC LIMIT ?4";
    for (const auto& row :
         transaction.query(sql, viewer.organisation, viewer.person, last, limit + 1)) {
        if (std::ssize(list.chats) == limit) {
            list.next = list.chats.back().id.text();
            break;
        }
        list.chats.push_back(read_chat(row));
    }
    load_talkers(transaction, viewer, list.chats);
    load_subjects(transaction, viewer, list.chats);
    return list;
}

std::int64_t count_unread_chats(store::Transaction& transaction, const Viewer& viewer)
{
    if (!viewer.signed_in()) return 0;
    auto rows = transaction.query(R"sql(
        SELECT count(*) FROM (SELECT 1 AS waits FROM chat_member cm
            CROSS JOIN chat c
            WHERE cm.org_id = ?1 AND c.org_id = ?1 AND cm.person_id = ?2 AND cm.unread > 0 AND c.chat_id = cm.chat_id
              AND (c.circle_id = 0 OR EXISTS (SELECT 1 FROM membership m
                   WHERE m.org_id = ?1 AND m.circle_id = c.circle_id AND m.person_id = ?2))
            LIMIT 100) counted )sql",
                                  viewer.organisation, viewer.person);
    return rows.next() ? rows->integer(0) : 0;
}

void append_chat_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids,
                       Time now, std::string_view verb, Id chat, std::vector<Id> concerns)
{
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = chat,
                    .actor = viewer.person,
                    .circle = chat,
                    .at = now,
                    .audience = record::Audience::actor,
                    .concerns = std::move(concerns)});
}

} // namespace moothall::organise
