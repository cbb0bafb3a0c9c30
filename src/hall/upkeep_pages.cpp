// What keeps the house running, for its owners: letters, background work, backups.

#include "hall/settings.hpp"

#include "hall/templates.hpp"
#include "hear/hear.hpp"
#include "hear/import_undo.hpp"
#include "jobs/mail.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "sense/sense.hpp"
#include "tell/webhook.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/language.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

std::string setting(Context& context, std::string_view name)
{
    return people::find_setting(context.transaction, context.organisation.id, name);
}

void save(Context& context, std::string_view name, std::string_view value)
{
    people::save_setting(context.transaction, context.organisation.id, name, value);
}

Response back(const Context& context, std::string path, std::string_view notice)
{
    auto response = Response::see_other(std::move(path));
    web::give_notice(response, context, web::Tone::good, notice);
    return response;
}

// -- mail -----------------------------------------------------------------------------------------

Response show_mail(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    SettingsPage page{.frame = make_settings_frame(request, context, language.t("Mail")),
                      .menu = make_settings_menu(context, "/settings/mail")};
    const auto server = setting(context, "mail.server");
    if (server.empty())
        page.lead = language.t("No server is set: letters stay in the folder {1}.",
                               context.hall.settings().data_folder + "/mail/new");
    SettingsForm sent{.form = web::FilledForm(context.language, request, refused),
                      .csrf = context.csrf,
                      .action = "/settings/mail",
                      .button = std::string(language.t("Save"))};
    const auto& form = sent.form;
    auto address = form.text("server", language.t("Server"), server);
    address.placeholder = "smtps://mail.example:465";
    address.hint = language.t("smtp://host:587 or smtps://host:465. Empty: letters stay in a "
                              "folder of this server.");
    sent.parts.push_back({FormPart::line, std::move(address)});
    auto user = form.text("user", language.t("User"), setting(context, "mail.user"));
    user.autocomplete = "off";
    sent.parts.push_back({FormPart::line, std::move(user)});
    auto password = form.text("password", language.t("Password"));
    password.type = "password";
    password.autocomplete = "new-password";
    password.value.clear();
    password.hint = setting(context, "mail.password").empty()
                        ? language.t("None is set.")
                        : language.t("One is set, and never shown again. Left empty, it stays; for "
                                     "another server or user it must be typed again.");
    sent.parts.push_back({FormPart::line, std::move(password)});
    auto from = form.text("from", language.t("Address that letters come from"),
                          setting(context, "mail.from"));
    from.type = "email";
    from.placeholder = jobs::find_mail_settings(context.transaction, context.organisation.id).from;
    sent.parts.push_back({FormPart::line, std::move(from)});
    page.forms.push_back(std::move(sent));
    page.forms.push_back({.form = web::FilledForm(language, request),
                          .csrf = context.csrf,
                          .id = "test",
                          .title = std::string(language.t("Does it work?")),
                          .lead = std::string(language.t(
                              "What went wrong with a letter stands on the page of jobs.")),
                          .action = "/settings/mail/test",
                          .button = std::string(language.t("Send a test letter to me"))});
    web::Writer out;
    html::settings(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_mail(const Request& request, Context& context)
{
    return show_mail(request, context, {});
}

bool is_mail_server(std::string_view address)
{
    for (const std::string_view scheme : {"smtp://", "smtps://"})
        if (address.starts_with(scheme) && address.size() > scheme.size())
            return address.find_first_of(" @?#\"<>") == std::string_view::npos;
    return false;
}

/// Whether the port that a server's address names, if it names one, is one.
bool has_good_port(std::string_view address)
{
    const auto host = address.substr(address.find("//") + 2);
    const auto authority = host.substr(0, host.find('/'));
    const auto colon = authority.rfind(':');
    const auto bracket = authority.rfind(']'); // of an IPv6 address, which is full of colons
    if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket))
        return true;
    const auto text = authority.substr(colon + 1);
    std::uint16_t port = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() && port > 0;
}

Response post_mail(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto server = normalise_line(request.form("server"));
    const auto user = normalise_line(request.form("user"));
    const auto from = normalise_line(request.form("from"));
    if (!server.empty() && !is_mail_server(server))
        return show_mail(request, context,
                         Refusal::invalid("server", "The address of a mail server reads like "
                                                    "smtps://mail.example:465."));
    if (!server.empty() && !has_good_port(server))
        return show_mail(
            request, context,
            Refusal::invalid("server", "The port of a mail server is a number up to 65535."));
    if (!from.empty() && !is_email(from))
        return show_mail(request, context,
                         Refusal::invalid("from", "This is not an e-mail address."));
    // A password belongs to a server and a user: nobody may send it to a server of her own by
    // changing the address alone.
    const bool elsewhere =
        server != setting(context, "mail.server") || user != setting(context, "mail.user");
    const auto password = request.form("password");
    if (elsewhere || !password.empty()) save(context, "mail.password", password);
    save(context, "mail.server", server);
    save(context, "mail.user", user);
    save(context, "mail.from", from);
    append_settings_event(context, "people.mail_changed");
    return back(context, "/settings/mail", context.language.t("Saved."));
}

Response post_test_letter(const Request&, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    const auto person = people::find_person_by_id(context.transaction, context.viewer.organisation,
                                                  context.viewer.person);
    if (!person || person->email.empty())
        return context.refuse(Refusal::conflict("We know no e-mail address of yours."));
    jobs::Mail mail;
    mail.to = person->email;
    mail.subject = language.t("{1}: a test letter", context.organisation.name);
    mail.text = language.t("Letters leave {1}. You asked for this one on the page of settings.\n",
                           context.organisation.name);
    jobs::enqueue_mail(context.transaction, context.ids, context.now, context.organisation.id,
                       mail);
    append_settings_event(context, "people.test_letter_sent");
    return back(context, "/settings/mail",
                language.t("A letter is on its way to {1}.", clip(person->email, 100)));
}

// -- jobs -----------------------------------------------------------------------------------------

EnginePart read_engine(const web::Language& language)
{
    const auto& figures = sense::process_figures();
    return {.tables = sense::tables_in_use(),
            .voices = static_cast<std::int64_t>(figures.voices.load()),
            .megabytes = language.decimal(static_cast<double>(figures.bytes.load()) / 1e6, 1),
            .runs = static_cast<std::int64_t>(figures.runs.load()),
            .seconds = language.decimal(static_cast<double>(figures.cpu_us.load()) / 1e6, 1)};
}

/// What a job does, in words; its own name where none are known.
std::string work_of(std::string_view kind)
{
    if (kind == "mail.send") return web::translatable("A letter");
    if (kind == hear::import_job) return web::translatable("An import comes in");
    if (kind == hear::import_undo_job) return web::translatable("An import is taken back");
    if (kind == sense::themes_job) return web::translatable("Themes are looked for");
    if (kind == tell::webhook_job) return web::translatable("News goes to another program");
    return std::string(kind);
}

Response get_jobs(const Request& request, Context& context)
{
    constexpr int shown = 100;
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    JobsPage page{.frame = make_settings_frame(request, context, language.t("Jobs")),
                  .menu = make_settings_menu(context, "/settings/jobs"),
                  .engine = read_engine(language),
                  .jobs = jobs::list_jobs(context.transaction, context.viewer.organisation,
                                          context.now, shown),
                  .empty = {std::string(language.t("Nothing waits")),
                            std::string(language.t(
                                "Letters and other work that is done later are shown here.")),
                            {},
                            {}},
                  .now = context.now};
    for (auto& job : page.jobs) job.kind = language.t(work_of(job.kind));
    web::Writer out;
    html::jobs(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response post_retry(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (!jobs::retry(context.transaction, context.viewer.organisation, *id, context.now))
        return context.refuse(
            Refusal::conflict("This job has not failed, or somebody put it back already."));
    append_settings_event(context, "people.job_retried");
    return back(context, "/settings/jobs", context.language.t("It is tried again."));
}

// -- backup
// ---------------------------------------------------------------------------------------

/// The files in the folder of backups, newest first.
std::vector<BackupLine> list_backups(const std::filesystem::path& folder)
{
    std::vector<BackupLine> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        std::error_code gone; // a file may be taken away while we look
        if (!entry.is_regular_file(gone)) continue;
        const auto bytes = entry.file_size(gone);
        const auto written = entry.last_write_time(gone);
        if (gone) continue;
        const auto time = std::chrono::time_point_cast<std::chrono::microseconds>(
            std::chrono::file_clock::to_sys(written));
        files.push_back({entry.path().filename().string(),
                         static_cast<std::int64_t>((bytes + 999) / 1000), Time(time)});
    }
    std::ranges::sort(files, std::ranges::greater{}, &BackupLine::written);
    constexpr std::size_t shown = 50;
    if (files.size() > shown) files.resize(shown);
    return files;
}

Response show_backup(const Request& request, Context& context,
                     const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    SettingsForm form{.form = web::FilledForm(context.language, request, refused),
                      .csrf = context.csrf,
                      .action = "/settings/backup",
                      .button = std::string(language.t("Save"))};
    const auto schedule = setting(context, "backup.schedule");
    form.parts.push_back({FormPart::choice,
                          form.form.choose("schedule", language.t("How often?"),
                                           {{"off", std::string(language.t("Never"))},
                                            {"daily", std::string(language.t("Every day"))},
                                            {"weekly", std::string(language.t("Every week"))}},
                                           schedule.empty() ? std::string_view("off") : schedule)});
    const auto kept = setting(context, "backup.keep");
    auto keep = form.form.text("keep", language.t("How many are kept"),
                               kept.empty() ? std::string_view("7") : kept);
    keep.type = "number";
    keep.required = true;
    form.parts.push_back({FormPart::line, std::move(keep)});
    const auto folder = context.hall.settings().data_folder + "/backups";
    BackupPage page{.frame = make_settings_frame(request, context, language.t("Backup")),
                    .menu = make_settings_menu(context, "/settings/backup"),
                    .form = std::move(form),
                    .folder = folder,
                    .files = list_backups(folder),
                    .last_error = setting(context, "backup.last_error"),
                    .checked = setting(context, "backup.last_check")};
    web::Writer out;
    html::backup(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_backup(const Request& request, Context& context)
{
    return show_backup(request, context, {});
}

Response post_backup(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto schedule = request.form("schedule");
    if (schedule != "off" && schedule != "daily" && schedule != "weekly")
        return show_backup(
            request, context,
            Refusal::invalid("schedule", "A backup is made never, every day or every week."));
    const auto keep = request.form("keep");
    int number = 0;
    const auto* end = keep.data() + keep.size();
    if (std::from_chars(keep.data(), end, number).ptr != end || number < 1 || number > 365)
        return show_backup(request, context,
                           Refusal::invalid("keep", "Please keep from 1 to 365 backups."));
    save(context, "backup.schedule", schedule);
    save(context, "backup.keep", std::to_string(number));
    append_settings_event(context, "people.backup_changed");
    return back(context, "/settings/backup", context.language.t("Saved."));
}

} // namespace

void mount_upkeep_pages(web::Router& router)
{
    router.get("/settings/mail", get_mail);
    router.post("/settings/mail", post_mail);
    router.post("/settings/mail/test", post_test_letter).act = web::Act::sign_in_code;
    router.get("/settings/jobs", get_jobs);
    router.post("/settings/jobs/:id/retry", post_retry);
    router.get("/settings/backup", get_backup).slow = true; // reads a folder
    router.post("/settings/backup", post_backup);
}

} // namespace moothall::hall
