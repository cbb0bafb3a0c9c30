#include "hall/chores.hpp"

#include "act/act.hpp"
#include "act/evidence.hpp"
#include "act/reminder.hpp"
#include "decide/decide.hpp"
#include "files/files.hpp"
#include "hall/backup.hpp"
#include "hall/open_page.hpp"
#include "hear/hear.hpp"
#include "hear/import_undo.hpp"
#include "hear/lapse.hpp"
#include "hear/merge_proposal.hpp"
#include "hear/search.hpp"
#include "jobs/mail.hpp"
#include "learn/learn.hpp"
#include "organise/organise.hpp"
#include "people/pass.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "sense/sense.hpp"
#include "tell/chat_letters.hpp"
#include "tell/digest.hpp"
#include "tell/letter_received.hpp"
#include "tell/notification.hpp"
#include "tell/sitemap.hpp"
#include "tell/webhook.hpp"
#include "text/json.hpp"
#include "web/idempotency.hpp"
#include "web/language.hpp"
#include "web/log.hpp"
#include "write/page_search.hpp"
#include "write/write.hpp"

namespace moothall::hall {

namespace {

constexpr std::chrono::minutes shelf_pause{10};

void send_letter(web::Hall& hall, const jobs::Job& job)
{
    const auto mail = jobs::read_mail(job.payload);
    const auto settings = hall.database().read([&](store::Transaction& transaction) {
        return jobs::find_mail_settings(transaction, job.organisation);
    });
    const auto host = settings.from.substr(settings.from.find('@') + 1);
    jobs::send_mail(mail, settings, job.id.text() + "@" + host, hall.clock().now(),
                    hall.settings().data_folder + "/mail");
}

/// A piece of an import; another job brings in the next, so that other work has its turn.
void bring_in(web::Hall& hall, const jobs::Job& job)
{
    const auto payload = Json::parse(job.payload);
    const auto run = payload ? Id::parse(payload->find("run").string().value_or("")) : std::nullopt;
    const auto organisation = hall.database().read([&](store::Transaction& transaction) {
        return people::find_organisation(transaction, job.organisation);
    });
    if (!run || !organisation) throw std::runtime_error("the job names no import");
    if (!hear::bring_in_piece(hall.database(), hall.ids(), hall.clock(), job.organisation,
                              organisation->everyone, *run))
        return;
    hall.database().write([&](store::Transaction& transaction) {
        const auto now = hall.clock().now();
        jobs::enqueue(transaction, hall.ids(), now, job.organisation,
                      {.kind = hear::import_job, .payload = job.payload, .run_at = now});
    });
}

/// A piece of an import that is taken back; another job takes the next.
void take_back(web::Hall& hall, const jobs::Job& job)
{
    const auto payload = Json::parse(job.payload);
    const auto run = payload ? Id::parse(payload->find("run").string().value_or("")) : std::nullopt;
    const auto house = hall.database().read([&](store::Transaction& transaction) {
        return people::find_organisation(transaction, job.organisation);
    });
    if (!run || !house) throw std::runtime_error("the job names no import");
    if (!hear::take_back_piece(hall.database(), hall.ids(), hall.clock(), job.organisation, *run,
                               web::Language::of(house->language).t("Import taken back")))
        return;
    hall.database().write([&](store::Transaction& transaction) {
        const auto now = hall.clock().now();
        jobs::enqueue(transaction, hall.ids(), now, job.organisation,
                      {.kind = hear::import_undo_job, .payload = job.payload, .run_at = now});
    });
}

void clear_away(web::Hall& hall, Id organisation)
{
    constexpr std::int64_t rows_max = 10'000;
    const auto now = hall.clock().now();
    hall.database().write([&](store::Transaction& transaction) {
        if (const auto house = people::find_organisation(transaction, organisation))
            hear::take_away_unconfirmed(transaction, hall.ids(), now, organisation,
                                        web::Language::of(house->language).t("Never confirmed"),
                                        rows_max);
        people::purge_passes(transaction, organisation, now);
        people::purge_sessions(transaction, organisation, now);
        jobs::purge_jobs(transaction, organisation, now);
        hear::purge_imports(transaction, organisation, now);
        tell::purge_deliveries(transaction, organisation, now);
        tell::purge_letters_received(transaction, organisation, now);
        web::purge_idempotency(transaction, organisation, now, rows_max);
    });
}

/// Takes what no row names off the shelf, a sixteenth of it each time, and forgets what was brought
/// and hung on nothing for a day.
void tidy_shelf(web::Hall& hall, Id organisation)
{
    constexpr std::int64_t rows_max = 1'000;
    constexpr std::string_view digits = "0123456789abcdef";
    auto* shelf = hall.kept<files::Shelf>();
    if (shelf == nullptr) return;
    const auto now = hall.clock().now();
    hall.database().write([&](store::Transaction& transaction) {
        files::remove_waiting(transaction, organisation, now - std::chrono::hours{24}, rows_max);
    });
    const auto round =
        std::chrono::duration_cast<std::chrono::minutes>(now.time_since_epoch()) / shelf_pause;
    const auto first = digits[static_cast<std::size_t>(round) % digits.size()];
    hall.database().read([&](store::Transaction& transaction) {
        for (const char second : digits)
            // A request lives for minutes; what came an hour ago has its row by now.
            shelf->collect(organisation, std::string{first, second}, now - std::chrono::hours{1},
                           [&](const std::string& hash) {
                               return files::is_named(transaction, organisation, hash);
                           });
    });
}

} // namespace

std::unique_ptr<jobs::Runner> make_runner(web::Hall& hall)
{
    auto runner = std::make_unique<jobs::Runner>(hall.database(), hall.clock(),
                                                 [](std::string_view what, std::string_view why) {
                                                     web::log({.level = web::LogLevel::warning,
                                                               .message = "background work failed",
                                                               .route = what,
                                                               .cause = why});
                                                 });
    runner->as_node(hall.settings().node);
    runner->on(std::string(hear::import_job),
               [&hall](const jobs::Job& job) { bring_in(hall, job); });
    runner->on(std::string(hear::import_undo_job),
               [&hall](const jobs::Job& job) { take_back(hall, job); });
    runner->on("mail.send", [&hall](const jobs::Job& job) { send_letter(hall, job); });
    // What is known of the meaning of voices lives as long as the hall, and follows the log.
    auto engine = std::make_shared<sense::Engine>(hall.database(), hall.clock(), hall.ids());
    organise::tell_evidence(*engine);
    act::tell_evidence(*engine);
    hall.keep(engine);
    hall.keep(std::make_shared<hear::Finder>(sense::make_finder(engine)));
    const auto nearness = sense::make_near_voices(engine);
    runner->every("merging", std::chrono::seconds{20}, [&hall, nearness](Id organisation) {
        hear::find_proposals(hall.database(), hall.ids(), hall.clock().now(), organisation,
                             nearness, sense::says_nothing);
    });
    runner->on(
        std::string(sense::themes_job),
        [engine](const jobs::Job& job) { engine->find_themes(job); }, jobs::Pace::slow);
    runner->on(
        std::string(decide::grouping_job),
        [&hall](const jobs::Job& job) {
            decide::group_conversation(hall.database(), hall.clock(), job);
        },
        jobs::Pace::slow);
    runner->on(
        std::string(decide::explanation_job),
        [&hall](const jobs::Job& job) { decide::explain_budget(hall.database(), job); },
        jobs::Pace::slow);
    runner->every("seal", std::chrono::seconds{2}, [&hall](Id organisation) {
        const auto now = hall.clock().now();
        const bool due = hall.database().read([&](store::Transaction& transaction) {
            return record::has_unsealed(transaction, organisation, now);
        });
        if (due)
            hall.database().write([&](store::Transaction& transaction) {
                record::seal(transaction, organisation, now);
            });
    });
    runner->every("events", std::chrono::seconds{2}, [&hall, engine](Id organisation) {
        // Ten thousand followers are twenty pieces, a transaction each: others write in between.
        for (int round = 0; round < 20; ++round)
            if (tell::tell_of_events(hall.database(), organisation, hall.clock().now(),
                                     hall.ids()) == 0)
                break;
        tell::follow_for_webhooks(hall.database(), organisation, hall.clock().now(), hall.ids());
        // After an import of a whole hall there is much to catch up with; other chores wait too.
        for (int round = 0; round < 20; ++round)
            if (learn::follow_log(hall.database(), organisation, hall.clock().now()) == 0) break;
    });
    // Woken half a second after an event: a new voice is in its theme within a second.
    runner->every("settled events", std::chrono::seconds{2},
                  [engine](Id organisation) { engine->follow(organisation); });
    runner->on(std::string(tell::webhook_job), [&hall](const jobs::Job& job) {
        tell::send_to_webhook(hall.database(), hall.clock(), hall.ids(), job,
                              tell::private_addresses_of(hall.settings()));
    });
    runner->every("letters", std::chrono::seconds{20}, [&hall](Id organisation) {
        // A piece at a time, so that other work has its turn.
        for (int round = 0; round < 5; ++round)
            if (tell::send_rounds(hall.database(), organisation, hall.clock().now(), hall.ids()) ==
                0)
                break;
        for (int round = 0; round < 5; ++round)
            if (tell::write_chat_letters(hall.database(), organisation, hall.clock().now(),
                                         hall.ids()) == 0)
                break;
    });
    // Until all is indexed with stems, as after an upgrade; then it is one look at a row.
    runner->every("search", std::chrono::seconds{20}, [&hall](Id organisation) {
        write::renew_document_index(hall.database(), organisation);
        for (int round = 0; round < 20; ++round)
            if (hear::renew_index(hall.database(), organisation) == 0) break;
    });
    runner->every("reach", std::chrono::seconds{10}, [&hall](Id organisation) {
        for (int round = 0; round < 20; ++round)
            if (hear::keep_reach(hall.database(), organisation, hall.clock().now()) == 0) break;
    });
    runner->every("sitemap", std::chrono::minutes{5}, [&hall](Id organisation) {
        for (int round = 0; round < 20; ++round)
            if (tell::keep_sitemap(hall.database(), organisation, hall.clock().now()) == 0) break;
    });
    runner->every("promises", std::chrono::seconds{5}, [&hall](Id organisation) {
        const auto now = hall.clock().now();
        act::remind(hall.database(), organisation, now, hall.ids());
        act::note_overdue(hall.database(), organisation, now, hall.ids());
        act::ask_for_reviews(hall.database(), organisation, now, hall.ids());
        write::note_overdue(hall.database(), organisation, now, hall.ids());
        act::note_callout_answers(hall.database(), organisation, now, hall.ids());
        organise::note_answers(hall.database(), organisation, now, hall.ids());
        organise::note_overdue_barriers(hall.database(), organisation, now, hall.ids());
    });
    runner->every("signals", std::chrono::hours{1},
                  [engine](Id organisation) { engine->look_for_signals(organisation); });
    // Called for each organisation, of which the first finds it due and serves all.
    runner->every("decisions", std::chrono::seconds{5}, [&hall](Id organisation) {
        decide::tend(hall.database(), organisation, hall.clock().now(), hall.ids());
        end_asking(hall.database(), organisation, hall.clock().now(), hall.ids());
        decide::tend_conversations(hall.database(), organisation, hall.clock().now(), hall.ids());
    });
    // The maps of conversations: one that was slow to find waits the longer for the next time.
    runner->every("opinions", std::chrono::seconds{2}, [&hall](Id organisation) {
        decide::group_opinions(hall.database(), organisation, hall.clock(), hall.ids());
    });
    runner->every("backup", std::chrono::minutes{10}, [&hall](Id /*organisation*/) {
        make_scheduled_backup(hall.database(), hall.settings().data_folder, hall.clock().now());
    });
    runner->every("files", shelf_pause,
                  [&hall](Id organisation) { tidy_shelf(hall, organisation); });
    runner->every("clear away", std::chrono::hours{1},
                  [&hall](Id organisation) { clear_away(hall, organisation); });
    return runner;
}

} // namespace moothall::hall
