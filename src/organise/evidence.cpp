#include "organise/evidence.hpp"

#include "sense/sense.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace moothall::organise {

namespace {

// Chosen by hand, as the order in which people would believe it: an answer that helped, a skill
// that others vouch for, a request she answered, and any reply.
constexpr double weight_of_answer = 3;
constexpr double weight_of_reply = 1;
constexpr double weight_of_request = 1.5;
constexpr double weight_of_skill = 1;
constexpr double weight_of_vouch = 0.5; // for each doubling of those who vouch
constexpr double weight_of_code = 0.5;  // for each doubling of commits of these days
constexpr double weight_of_code_max = 2;

using sense::Evidence;
using sense::TakeEvidence;
using store::Transaction;

/// All rows, or those of certain things, of a statement that ends in a WHERE.
template <class Read>
void read_all(Transaction& transaction, store::SqlLiteral sql, store::SqlLiteral of_these,
              Id organisation, const std::vector<Id>* things, const TakeEvidence& take, Read&& read)
{
    if (things == nullptr) {
        for (const auto& row : transaction.query(sql, organisation)) take(read(row));
    } else if (!things->empty()) {
        for (const auto& row :
             transaction.query(store::Sql(sql) + of_these, organisation, store::IdList{*things}))
            take(read(row));
    }
}

// Who asked does not know by asking. Both texts speak: what was asked, and what she said.
constexpr store::SqlLiteral replies_to_others = R"sql(
    SELECT r.reply_id, r.subject_id, t.author_id, t.circle_id, c.visibility = 'public', s.title, r.body,
           coalesce(v.answer_id, 0) = r.reply_id, t.created_us
    FROM reply r JOIN thing t ON t.org_id = r.org_id AND t.thing_id = r.reply_id
    JOIN thing s ON s.org_id = r.org_id AND s.thing_id = r.subject_id
    JOIN circle c ON c.org_id = r.org_id AND c.circle_id = t.circle_id
    LEFT JOIN voice v ON v.org_id = r.org_id AND v.voice_id = r.subject_id
    WHERE r.org_id = ?1 AND t.org_id = ?1 AND s.org_id = ?1 AND c.org_id = ?1 AND t.state = 'visible'
      AND s.state = 'visible' AND t.author_id <> 0 AND t.author_id <> s.author_id )sql";

Evidence read_reply(const store::Row& row)
{
    Evidence one;
    one.source = row.id(0);
    one.about = row.id(1);
    one.person = row.id(2);
    one.circle = row.id(3);
    one.is_public = row.truth(4);
    one.text = row.string(5) + " — " + sense::body_beside(row.text(5), row.text(6));
    one.weight = row.truth(7) ? weight_of_answer : weight_of_reply;
    one.at = row.time(8);
    return one;
}

/// Of a large hall the newest replies, and those before them that were chosen as answers: each is
/// kept in memory (about 400 bytes), and what was said years ago counts for little.
void read_replies(Transaction& transaction, Id organisation, const std::vector<Id>* things,
                  const TakeEvidence& take)
{
    if (things != nullptr) {
        read_all(transaction, replies_to_others,
                 " AND (r.reply_id IN_IDS(?2) OR r.subject_id IN_IDS(?2))", organisation, things,
                 take, read_reply);
        return;
    }
    constexpr std::int64_t replies_max = 100'000;
    constexpr std::int64_t piece = 2'000;
    Id before{std::numeric_limits<std::int64_t>::max()};
    for (std::int64_t taken = 0, of_piece = piece; of_piece == piece && taken < replies_max;
         taken += of_piece) {
        of_piece = 0;
        for (const auto& row :
             transaction.query(store::Sql(replies_to_others) +
                                   " AND r.reply_id < ?2 ORDER BY r.reply_id DESC LIMIT ?3",
                               organisation, before, piece)) {
            take(read_reply(row));
            before = row.id(0);
            ++of_piece;
        }
    }
    for (const auto& row : transaction.query(
             store::Sql(replies_to_others) + " AND r.reply_id < ?2 AND v.answer_id = r.reply_id",
             organisation, before))
        take(read_reply(row));
}

void read_requests(Transaction& transaction, Id organisation, const std::vector<Id>* things,
                   const TakeEvidence& take)
{
    read_all(transaction, R"sql(
            SELECT q.request_id, q.about_id, q.person_id, t.circle_id, c.visibility = 'public', s.title, q.topic,
                   q.words, q.ended_us
            FROM request q JOIN thing t ON t.org_id = q.org_id AND t.thing_id = q.request_id
            JOIN thing s ON s.org_id = q.org_id AND s.thing_id = q.about_id
            JOIN circle c ON c.org_id = q.org_id AND c.circle_id = t.circle_id
            WHERE q.org_id = ?1 AND t.org_id = ?1 AND s.org_id = ?1 AND c.org_id = ?1 AND q.state = 'answered'
              AND q.person_id <> 0 AND t.state = 'visible' AND s.state = 'visible' )sql",
             " AND (q.request_id IN_IDS(?2) OR q.about_id IN_IDS(?2))", organisation, things, take,
             [](const store::Row& row) {
                 Evidence one;
                 one.source = row.id(0);
                 one.about = row.id(1);
                 one.person = row.id(2);
                 one.circle = row.id(3);
                 one.is_public = row.truth(4);
                 one.text = row.string(5) + " — " + row.string(6) + " " + row.string(7);
                 one.weight = weight_of_request;
                 one.at = row.time(8);
                 return one;
             });
}

void read_skills(Transaction& transaction, Id organisation, const std::vector<Id>* things,
                 const TakeEvidence& take)
{
    read_all(transaction, R"sql(
            SELECT h.skill_id, h.person_id, t.circle_id, c.visibility = 'public', k.name, h.words, h.vouches, h.since_us
            FROM skill_holder h JOIN skill k ON k.org_id = h.org_id AND k.skill_id = h.skill_id
            JOIN thing t ON t.org_id = h.org_id AND t.thing_id = h.skill_id
            JOIN circle c ON c.org_id = h.org_id AND c.circle_id = t.circle_id
            WHERE h.org_id = ?1 AND k.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND t.state = 'visible' )sql",
             " AND h.skill_id IN_IDS(?2)", organisation, things, take, [](const store::Row& row) {
                 Evidence one;
                 one.source = row.id(0);
                 one.person = row.id(1);
                 one.circle = row.id(2);
                 one.is_public = row.truth(3);
                 one.text = row.string(4) + " — " + row.string(5);
                 one.weight = weight_of_skill +
                              weight_of_vouch * std::log2(1 + static_cast<double>(row.integer(6)));
                 one.at = row.time(7);
                 return one;
             });
}

/// Folders of the code: their names, and what her commits say they do. The repository itself says
/// nothing about what somebody knows.
void read_code(Transaction& transaction, Id organisation, const std::vector<Id>* things,
               const TakeEvidence& take)
{
    read_all(transaction, R"sql(
            SELECT c.thing_id, a.person_id, t.circle_id, k.visibility = 'public', t.title, a.words, a.weight, a.newest_us
            FROM code_component c
            JOIN code_author a ON a.org_id = c.org_id AND a.repository_id = c.repository_id AND a.path = c.path
            JOIN thing t ON t.org_id = c.org_id AND t.thing_id = c.thing_id
            JOIN circle k ON k.org_id = c.org_id AND k.circle_id = t.circle_id
            WHERE c.org_id = ?1 AND a.org_id = ?1 AND t.org_id = ?1 AND k.org_id = ?1 AND c.thing_id <> 0
              AND c.path <> '' AND t.state = 'visible' )sql",
             " AND c.thing_id IN_IDS(?2)", organisation, things, take, [](const store::Row& row) {
                 Evidence one;
                 one.source = row.id(0);
                 one.person = row.id(1);
                 one.circle = row.id(2);
                 one.is_public = row.truth(3);
                 one.text = row.string(4);
                 for (auto& c : one.text)
                     if (c == '/' || c == '_' || c == '-') c = ' ';
                 one.text += " — " + row.string(5);
                 one.weight = std::min(
                     weight_of_code_max,
                     weight_of_code * std::log2(1 + static_cast<double>(row.integer(6)) / 1000));
                 one.at = row.time(7);
                 return one;
             });
}

} // namespace

void tell_evidence(sense::Engine& engine)
{
    engine.read_evidence_by(read_replies);
    engine.read_evidence_by(read_requests);
    engine.read_evidence_by(read_skills);
    engine.read_evidence_by(read_code);
}

} // namespace moothall::organise
