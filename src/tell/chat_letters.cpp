#include "tell/chat_letters.hpp"

#include "jobs/mail.hpp"
#include "organise/organise.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "tell/letter_address.hpp"
#include "tell/unsubscribe.hpp"
#include "text/unicode.hpp"
#include "web/language.hpp"

#include <algorithm>
#include <vector>

namespace moothall::tell {

namespace {

constexpr int chat_letters_max = 40; // in one transaction
constexpr int lines_in_letter = 10;
constexpr std::chrono::minutes quiet{10}; // she may be reading, the other still be writing

struct WaitingTalker {
    Id chat;
    Id person;
    std::string email;
    std::string language;
    std::int64_t read = 0;
    std::int64_t last = 0;
};

std::vector<WaitingTalker> list_waiting_readers(store::Transaction& transaction, Id organisation,
                                                Time now)
{
    std::vector<WaitingTalker> waiting;
    for (const auto& row : transaction.query(
             R"sql(
             SELECT m.chat_id, m.person_id, coalesce(p.email, ''), p.language, m.read_sequence, c.last_sequence
             FROM chat_member m JOIN person p ON p.org_id = m.org_id AND p.person_id = m.person_id
             JOIN chat c ON c.org_id = m.org_id AND c.chat_id = m.chat_id
             WHERE m.org_id = ?1 AND p.org_id = ?1 AND c.org_id = ?1 AND m.unread > 0 AND m.until_sequence = -1
               AND m.lettered_sequence <= m.read_sequence AND p.state = 'active' AND coalesce(p.email, '') <> ''
               AND m.last_us <= CASE p.mail WHEN 'now' THEN ?2 WHEN 'daily' THEN ?3 WHEN 'weekly' THEN ?4 ELSE 0 END
               AND m.last_us <= ?2
             ORDER BY m.last_us, m.chat_id, m.person_id LIMIT ?5 )sql",
             organisation, now - quiet, now - std::chrono::days{1}, now - std::chrono::days{7},
             chat_letters_max))
        waiting.push_back(
            {row.id(0), row.id(1), row.string(2), row.string(3), row.integer(4), row.integer(5)});
    return waiting;
}

/// What the others said since she last read; empty when she may not read it any more.
std::string words_for(store::Transaction& transaction, const Viewer& viewer,
                      const organise::Chat& chat, std::int64_t read, std::string& from)
{
    auto lines = organise::list_lines(transaction, viewer, chat, {.limit = lines_in_letter});
    std::string words;
    for (const auto& line : lines) {
        if (line.sequence <= read || line.author.id == viewer.person || line.body.empty()) continue;
        if (from.empty()) from = line.author.name;
        words += line.author.name + ":\n" + line.body + "\n\n";
    }
    return words;
}

void write_chat_letter(store::Transaction& transaction, const web::Organisation& house, Time now,
                       IdSource& ids, const WaitingTalker& waiting)
{
    const auto viewer = people::make_viewer(transaction, house.id, house.everyone, waiting.person);
    if (!viewer) return;
    const auto chat = organise::find_chat(transaction, waiting.chat, *viewer);
    if (!chat || !chat->is_in()) return;
    std::string from;
    const auto words = words_for(transaction, *viewer, *chat, waiting.read, from);
    if (words.empty()) return;
    const auto& language =
        web::Language::of(waiting.language.empty() ? house.language : waiting.language);
    const auto secret = unsubscribe_secret(transaction, house.id);
    jobs::Mail mail;
    mail.to = waiting.email;
    mail.subject = chat->circle ? language.t("{1} wrote in the chat of {2}.", from,
                                             language.t(chat->circle_name))
                                : language.t("{1} wrote to you in a chat.", from);
    mail.subject = clip(mail.subject, 200, Ellipsis::shown);
    mail.text = mail.subject + "\n\n" + words + house.url + chat->path() + "\n\n-- \n";
    mail.text += language.t("You get this because it was not read for a while. In your settings "
                            "you choose whether letters come at once, daily or never: {1}",
                            house.url + "/settings");
    mail.thread = chat->id.text();
    if (takes_answers(transaction, house.id)) {
        mail.reply_to =
            answer_name(secret, house.id, {waiting.person, chat->id}) + '@' + mail_domain(house);
        mail.text += '\n' + language.t("You can answer this letter: what you write stands there "
                                       "under your name. ({1})",
                                       mail.reply_to);
    }
    mail.unsubscribe_url = unsubscribe_url(house, secret, waiting.person, all_letters);
    mail.text +=
        '\n' + language.t("No such letters any more, with one click: {1}", mail.unsubscribe_url);
    mail.text += '\n';
    jobs::enqueue_mail(transaction, ids, now, house.id, mail);
}

} // namespace

std::int64_t write_chat_letters(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    const auto some = database.read([&](store::Transaction& transaction) {
        return !list_waiting_readers(transaction, organisation, now).empty();
    });
    if (!some) return 0;
    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        const auto house = people::find_organisation(transaction, organisation);
        if (!house) return 0;
        std::int64_t looked_at = 0;
        for (const auto& waiting : list_waiting_readers(transaction, organisation, now)) {
            // The row is the lock too: another node may have been quicker.
            if (transaction.execute(R"sql(
                    UPDATE chat_member SET lettered_sequence = ?4
                    WHERE org_id = ?1 AND chat_id = ?2 AND person_id = ?3 AND lettered_sequence <= read_sequence )sql",
                                    organisation, waiting.chat, waiting.person, waiting.last) == 0)
                continue;
            ++looked_at;
            write_chat_letter(transaction, *house, now, ids, waiting);
        }
        return looked_at;
    });
}

} // namespace moothall::tell
