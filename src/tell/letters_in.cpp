#include "tell/letters_in.hpp"

#include "files/files.hpp"
#include "hear/hear.hpp"
#include "jobs/mail.hpp"
#include "organise/organise.hpp"
#include "people/people.hpp"
#include "tell/circle_address.hpp"
#include "tell/letter/answer.hpp"
#include "tell/letter/letter.hpp"
#include "tell/letter/results.hpp"
#include "tell/letter_address.hpp"
#include "tell/letter_received.hpp"
#include "tell/unsubscribe.hpp"
#include "text/unicode.hpp"
#include "web/hall.hpp"
#include "web/log.hpp"
#include "write/write.hpp"

#include <algorithm>
#include <exception>
#include <optional>

namespace moothall::tell {

namespace {

using jobs::LmtpAnswer;
using web::translatable;

/// Absent, not for her, or not to be seen any more: these must not differ.
LmtpAnswer no_such_address()
{
    return LmtpAnswer::refused("5.1.1", translatable("There is no such address here."));
}

/// One answer to one thread, or one voice.
struct Saying {
    Id thing;  // what is answered; none: a voice
    Id circle; // of a voice
    std::string title;
    std::string body;
    hear::Rendered rendered;
};

/// A letter on its way to one recipient.
struct Arrival {
    web::Hall& hall;
    const web::Organisation& house;
    const Letter& letter;
    std::string name; // of the address, before its @
    Time now;
    std::string hash;
};

/// Who wrote it, and where it goes: what the first look at the database says.
struct Addressed {
    Viewer viewer;
    std::string secret;
    Id thing;             // the answered one
    Id circle;            // the addressed one
    bool several = false; // an answer to a letter of several pieces of news
    bool proven_needed = false;
};

void note(const Arrival& arrival, std::string_view outcome, std::string_view why, Id person,
          store::Transaction& transaction, Id thing = {})
{
    note_letter(transaction, arrival.house.id,
                {arrival.hall.ids().next(arrival.now), arrival.now, arrival.hash, person,
                 std::string(outcome), std::string(why), thing});
}

LmtpAnswer refuse(const Arrival& arrival, LmtpAnswer answer, Id person = {})
{
    if (answer.code >= 500)
        arrival.hall.database().write([&](store::Transaction& transaction) {
            note(arrival, "refused", answer.text, person, transaction);
        });
    return answer;
}

/// A "no" of a rule as mail servers say it. Their lines are ASCII (RFC 5321, section 2.4).
LmtpAnswer answer_to(const Refusal& refusal)
{
    std::string sentence;
    for (const char c : web::Language::of("en").sentence(refusal))
        if (static_cast<unsigned char>(c) < 128) sentence += c;
    switch (refusal.reason) {
    case Reason::not_found:
    case Reason::unauthenticated:
        return no_such_address();
    case Reason::too_often:
        return LmtpAnswer::later("4.7.1", sentence);
    case Reason::too_large:
        return {552, "5.3.4", sentence};
    case Reason::forbidden:
    case Reason::conflict:
        return LmtpAnswer::refused("5.7.1", sentence);
    default:
        return LmtpAnswer::refused("5.6.0", sentence);
    }
}

/// Whether it is a letter that this house sent: they are named by the id of their job.
bool is_ours(const Arrival& arrival)
{
    const auto& id = arrival.letter.message_id;
    const auto at = id.rfind('@');
    if (at == std::string::npos || !Id::parse(id.substr(0, at))) return false;
    const auto domain = fold_email(id.substr(at + 1));
    if (domain == mail_domain(arrival.house)) return true;
    const auto settings = arrival.hall.database().read([&](store::Transaction& transaction) {
        return jobs::find_mail_settings(transaction, arrival.house.id);
    });
    return domain == fold_email(settings.from.substr(settings.from.find('@') + 1));
}

/// Why nobody is answered; empty: a person may have written it.
std::string machine_of(const jobs::LmtpEnvelope& envelope, const Arrival& arrival)
{
    if (envelope.sender.empty()) return translatable("It has no sender that could be answered.");
    if (!arrival.letter.automatic.empty())
        return translatable("A program wrote it, or sent it to many.");
    if (is_ours(arrival)) return translatable("It is a letter of ours that came back.");
    return {};
}

/// What a thing's thread is: the thing itself, or for a request what it is about.
Id thread_of(store::Transaction& transaction, Id organisation, Id thing)
{
    auto rows = transaction.query(
        "SELECT about_id FROM request WHERE org_id = ?1 AND request_id = ?2", organisation, thing);
    return rows.next() ? rows->id(0) : thing;
}

/// Finds out who wrote it and whether this address is hers to write to.
Result<Addressed> find_addressed(store::Transaction& transaction, const Arrival& arrival)
{
    const auto& house = arrival.house;
    Addressed addressed;
    if (!takes_answers(transaction, house.id)) return Refusal::not_found();
    const auto writer =
        people::find_person_by_email(transaction, house.id, arrival.letter.from.front());
    const bool known = writer && writer->state == people::PersonState::active;
    if (is_answer_name(arrival.name)) {
        addressed.secret = find_letter_secret(transaction, house.id);
        const auto address = read_answer_name(addressed.secret, house.id, arrival.name);
        if (!address) return Refusal::not_found();
        if (!known || writer->id != address->person)
            return Refusal::forbidden(translatable(
                "This address was made for somebody else. Please write from the e-mail address "
                "that you have here."));
        addressed.thing = address->thing;
        addressed.several = !address->thing;
    } else {
        addressed.circle = find_addressed_circle(transaction, house.id, arrival.name);
        if (!addressed.circle || !known) return Refusal::not_found();
        addressed.proven_needed = true;
    }
    auto viewer = people::make_viewer(transaction, house.id, house.everyone, writer->id);
    if (!viewer) return Refusal::not_found();
    addressed.viewer = *std::move(viewer);
    // Nobody learns by e-mail of a circle that she does not know.
    if (addressed.circle && !people::find_circle(transaction, addressed.circle, addressed.viewer))
        return Refusal::not_found();
    return addressed;
}

/// What the letter says, thread by thread.
Result<std::vector<Saying>> read_sayings(const Arrival& arrival, const Addressed& addressed)
{
    const auto& letter = arrival.letter;
    const auto own_name = arrival.name;
    std::vector<Saying> sayings;
    if (addressed.several) {
        for (auto& answer : answers_in(letter.text, mail_domain(arrival.house))) {
            const auto address =
                read_answer_name(addressed.secret, arrival.house.id, answer.address);
            // What stands above all quotations belongs to no thread, and must not land in a wrong
            // one. A greeting is all that it can be where there are answers below.
            if (!address || address->person != addressed.viewer.person || !address->thing) continue;
            Saying saying;
            saying.thing = address->thing;
            saying.body = std::move(answer.text);
            sayings.push_back(std::move(saying));
        }
        if (sayings.empty())
            return Refusal::invalid(
                "body", translatable("That letter had several pieces of news. Please write below "
                                     "the one that you answer, or to the address that stands "
                                     "there."));
        if (sayings.size() > 1 && !letter.files.empty())
            return Refusal::invalid("files", translatable("Please send files with an answer to "
                                                          "one piece of news only."));
    } else {
        Saying saying;
        saying.thing = addressed.thing;
        saying.circle = addressed.circle;
        saying.body = answer_of(letter.text, addressed.thing ? own_name : std::string());
        if (addressed.circle)
            saying.title = letter.subject.empty() ? made_title(saying.body) : letter.subject;
        sayings.push_back(std::move(saying));
    }
    for (auto& saying : sayings) {
        if (saying.body.empty() && saying.thing && !letter.files.empty())
            saying.body = clip(files::clean_name(letter.files.front().name), 100);
        if (saying.body.empty() && saying.title.empty())
            return Refusal::invalid(
                "body", translatable("There is nothing in this letter above what it quotes."));
        saying.title = clip(saying.title, hear::title_characters_max, Ellipsis::shown);
        auto rendered = hear::render_body(saying.title, saying.body);
        if (!rendered) return rendered.error();
        saying.rendered = *std::move(rendered);
    }
    return sayings;
}

/// Puts what is attached on the shelf.
Result<std::vector<files::File>> take_files(const Arrival& arrival, const Viewer& viewer)
{
    std::vector<files::File> taken;
    if (arrival.letter.files.empty()) return taken;
    auto* shelf = arrival.hall.kept<files::Shelf>();
    if (shelf == nullptr) return Refusal::forbidden("No files are taken here.");
    if (arrival.letter.files.size() > files::files_of_a_thing_max)
        return Refusal::invalid("files", "At most {1} files can hang on one text.")
            .with(std::to_string(files::files_of_a_thing_max));
    for (const auto& attached : arrival.letter.files) {
        web::Upload upload;
        upload.file_name = attached.name;
        upload.content = attached.content;
        auto file = arrival.hall.database().read([&](store::Transaction& transaction) {
            return files::take_file(*shelf, transaction, arrival.hall.ids(), arrival.now, viewer,
                                    upload, {});
        });
        if (!file) return file.error();
        taken.push_back(*std::move(file));
    }
    return taken;
}

Result<Id> say_in_chat(store::Transaction& transaction, const Arrival& arrival,
                       const Viewer& viewer, const Saying& saying)
{
    if (!arrival.letter.files.empty())
        return Refusal::invalid("files",
                                translatable("A chat takes no files. Please send the words "
                                             "alone."));
    const auto rendered = organise::render_line(saying.body);
    if (!rendered) return rendered.error();
    const auto said =
        organise::say_line(transaction, arrival.hall.ids(), arrival.now, viewer, saying.thing,
                           {.client_id = {}, .body = saying.body}, *rendered);
    if (!said) return said.error();
    return Id{}; // who talks with whom is written down nowhere else
}

Result<Id> say(store::Transaction& transaction, const Arrival& arrival, const Viewer& viewer,
               const Saying& saying)
{
    auto& ids = arrival.hall.ids();
    if (!saying.thing) {
        const auto voice = hear::say_voice(
            transaction, ids, arrival.now, viewer,
            {.title = saying.title, .body = saying.body, .circle = saying.circle}, saying.rendered);
        if (!voice) return voice.error();
        return voice->id;
    }
    // A chat is seen by no rule but its own: by those who talk in it.
    if (organise::find_chat(transaction, saying.thing, viewer))
        return say_in_chat(transaction, arrival, viewer, saying);
    const auto thing = people::find_seen(transaction, saying.thing, viewer);
    if (!thing) return thing.error();
    hear::NewReply wanted;
    wanted.body = saying.body;
    Id subject = thread_of(transaction, arrival.house.id, saying.thing);
    if (thing->kind == "reply") {
        subject = thing->subject;
        if (thing->state == record::State::visible) wanted.parent = thing->id;
    }
    const auto reply =
        hear::say_reply(transaction, ids, arrival.now, viewer, subject, wanted, saying.rendered);
    if (!reply) return reply.error();
    // An answer to a comment stands beside the paragraph that the comment is about.
    if (wanted.parent) write::place_beside(transaction, arrival.house.id, reply->id, wanted.parent);
    return reply->id;
}

Id subject_of(const Saying& saying, store::Transaction& transaction, Id organisation, Id said)
{
    if (!saying.thing) return said;
    const auto reply = record::find_thing(transaction, organisation, said);
    return reply ? reply->subject : said;
}

/// Takes back what a refused letter wrote.
struct NotSaid {
    Refusal refusal;
};

Result<void> say_all(const Arrival& arrival, const Viewer& viewer,
                     const std::vector<Saying>& sayings, const std::vector<files::File>& files)
{
    try {
        arrival.hall.database().write([&](store::Transaction& transaction) {
            if (was_said(transaction, arrival.house.id, arrival.hash)) return;
            // Asked again where it counts: roles may have changed since the first look.
            const auto today = people::make_viewer(transaction, arrival.house.id,
                                                   arrival.house.everyone, viewer.person);
            if (!today) throw NotSaid{Refusal::not_found()};
            Id first;
            for (const auto& saying : sayings) {
                const auto said = say(transaction, arrival, *today, saying);
                if (!said) throw NotSaid{said.error()};
                if (!first) first = *said;
            }
            const auto subject = subject_of(sayings.front(), transaction, arrival.house.id, first);
            const auto hung =
                files::attach_files(transaction, arrival.house.id, first, subject, files);
            if (!hung) throw NotSaid{hung.error()};
            note(arrival, "said", {}, viewer.person, transaction, first);
        });
    } catch (const NotSaid& refused) {
        return refused.refusal;
    }
    return {};
}

LmtpAnswer take_letter(const Arrival& arrival, std::string_view authserv_id)
{
    auto& hall = arrival.hall;
    const auto& letter = arrival.letter;
    if (letter.from.size() != 1 || !is_email(letter.from.front()))
        return refuse(arrival, LmtpAnswer::refused(
                                   "5.6.0", translatable("A letter must say who wrote it: one From "
                                                         "field with one address.")));
    const auto& from = letter.from.front();
    const auto sender = judge_sender(letter.results, authserv_id, from.substr(from.rfind('@') + 1));
    if (sender == Sender::forged) {
        hall.database().write([&](store::Transaction& transaction) {
            note(arrival, "dropped",
                 translatable("The mail server says that its sender is forged."), {}, transaction);
        });
        return LmtpAnswer::taken();
    }
    const auto addressed = hall.database().read(
        [&](store::Transaction& transaction) { return find_addressed(transaction, arrival); });
    if (!addressed) return refuse(arrival, answer_to(addressed.error()));
    const auto& viewer = addressed->viewer;
    if (addressed->proven_needed && sender != Sender::proven)
        return refuse(arrival, LmtpAnswer::refused(
                                   "5.7.26", translatable("Nothing proves that this letter is "
                                                          "from its sender: no DKIM signature or "
                                                          "SPF record of its domain passed.")));
    const auto act = addressed->circle ? web::Act::voice : web::Act::reply;
    if (hall.settings().rate_limits)
        if (const auto wait =
                hall.limits().take(arrival.house.id, act, viewer.person.text(), arrival.now))
            return answer_to(Refusal::too_often(*wait));
    const auto sayings = read_sayings(arrival, *addressed);
    if (!sayings) return refuse(arrival, answer_to(sayings.error()), viewer.person);
    const auto files = take_files(arrival, viewer);
    if (!files) return refuse(arrival, answer_to(files.error()), viewer.person);
    const auto said = say_all(arrival, viewer, *sayings, *files);
    if (!said) return refuse(arrival, answer_to(said.error()), viewer.person);
    return LmtpAnswer::taken();
}

/// The organisation whose addresses end so.
std::optional<web::Organisation> find_house(web::Hall& hall, std::string_view recipient)
{
    const auto at = recipient.rfind('@');
    if (at == std::string_view::npos || !is_valid_utf8(recipient)) return {};
    const auto domain = fold_email(recipient.substr(at + 1));
    for (auto& [host, house] : hall.database().read(people::list_organisations))
        if (mail_domain(house) == domain) return std::move(house);
    return {};
}

LmtpAnswer receive(web::Hall& hall, const std::string& authserv_id,
                   const jobs::LmtpEnvelope& envelope, const Result<Letter>& letter,
                   std::string_view recipient)
{
    const auto house = find_house(hall, recipient);
    if (!house) return no_such_address();
    if (!letter) return answer_to(letter.error());
    Arrival arrival{hall,
                    *house,
                    *letter,
                    fold_email(recipient.substr(0, recipient.rfind('@'))),
                    hall.clock().now(),
                    {}};
    arrival.hash =
        letter_hash(letter->message_id.empty() ? letter->text : letter->message_id, arrival.name);
    if (const auto machine = machine_of(envelope, arrival); !machine.empty()) {
        hall.database().write([&](store::Transaction& transaction) {
            note(arrival, "dropped", machine, {}, transaction);
        });
        return LmtpAnswer::taken();
    }
    return take_letter(arrival, authserv_id);
}

} // namespace

jobs::LmtpReceiver make_letter_receiver(web::Hall& hall, std::string authserv_id)
{
    const auto failed = [](const std::exception& failure) {
        web::log({.level = web::LogLevel::error,
                  .message = "a letter could not be taken",
                  .cause = failure.what()});
    };
    jobs::LmtpReceiver receiver;
    receiver.check_recipient = [&hall](std::string_view recipient) {
        // Only whether the domain is ours: whether there is such an address depends on who writes.
        if (!find_house(hall, recipient))
            return LmtpAnswer::refused("5.1.2", "No letters for this domain are taken here.");
        return LmtpAnswer{250, "2.1.5", "OK"};
    };
    receiver.deliver = [&hall, failed, authserv_id = std::move(authserv_id)](
                           const jobs::LmtpEnvelope& envelope, std::string_view message) {
        const auto letter = read_letter(message);
        std::vector<LmtpAnswer> answers;
        for (const auto& recipient : envelope.recipients) {
            try {
                answers.push_back(receive(hall, authserv_id, envelope, letter, recipient));
            } catch (const std::exception& failure) {
                failed(failure);
                answers.push_back(
                    LmtpAnswer::later("4.3.0", "Something broke here. Please try again later."));
            }
        }
        return answers;
    };
    return receiver;
}

} // namespace moothall::tell
