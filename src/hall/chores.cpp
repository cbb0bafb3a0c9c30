#include "hall/chores.hpp"

#include "decide/decide.hpp"
#include "hall/backup.hpp"
#include "jobs/mail.hpp"
#include "learn/learn.hpp"
#include "people/pass.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "tell/notification.hpp"
#include "web/idempotency.hpp"
#include "web/log.hpp"

namespace moothall::hall {

namespace {

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

void clear_away(web::Hall& hall, Id organisation)
{
    constexpr std::int64_t rows_max = 10'000;
    const auto now = hall.clock().now();
    hall.database().write([&](store::Transaction& transaction) {
        people::purge_passes(transaction, organisation, now);
        people::purge_sessions(transaction, organisation, now);
        jobs::purge_jobs(transaction, organisation, now);
        web::purge_idempotency(transaction, organisation, now, rows_max);
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
    runner->on("mail.send", [&hall](const jobs::Job& job) { send_letter(hall, job); });
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
    runner->every("events", std::chrono::seconds{2}, [&hall](Id organisation) {
        tell::tell_of_events(hall.database(), organisation, hall.clock().now(), hall.ids());
        learn::follow_log(hall.database(), organisation, hall.clock().now());
    });
    // Called for each organisation, of which the first finds it due and serves all.
    runner->every("decisions", std::chrono::seconds{5}, [&hall](Id organisation) {
        decide::tend(hall.database(), organisation, hall.clock().now(), hall.ids());
    });
    runner->every("backup", std::chrono::minutes{10}, [&hall](Id /*organisation*/) {
        make_scheduled_backup(hall.database(), hall.settings().data_folder, hall.clock().now());
    });
    runner->every("clear away", std::chrono::hours{1},
                  [&hall](Id organisation) { clear_away(hall, organisation); });
    return runner;
}

} // namespace moothall::hall
