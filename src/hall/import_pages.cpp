// Bringing in what people said elsewhere: a file, a look at what it would become, the work itself.

#include "hall/settings.hpp"

#include "hall/archive.hpp"
#include "hall/templates.hpp"
#include "hear/hear.hpp"
#include "hear/import_formats.hpp"
#include "hear/import_undo.hpp"
#include "hear/pages.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/hall.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view import_path = "/settings/import";

web::Chip chip_of_run(const hear::ImportRun& run, const web::Language& language)
{
    if (run.state == "draft") return {std::string(language.t("Not begun")), web::Tone::warn};
    if (run.state == "waiting") return {std::string(language.t("Waits")), web::Tone::warn};
    if (run.state == "running") return {std::string(language.t("Runs")), web::Tone::accent};
    if (run.state == "cancelled") return {std::string(language.t("Cancelled")), web::Tone::plain};
    if (run.state == "undoing")
        return {std::string(language.t("Is taken back")), web::Tone::accent};
    if (run.state == "undone") return {std::string(language.t("Taken back")), web::Tone::plain};
    if (run.state == "failed") return {std::string(language.t("Failed")), web::Tone::bad};
    return {std::string(language.t("Done")), web::Tone::good};
}

const char* name_of_field(std::string_view field)
{
    if (field == "title") return web::translatable("Title");
    if (field == "body") return web::translatable("Text");
    if (field == "kind") return web::translatable("Kind");
    if (field == "status") return web::translatable("Status");
    if (field == "tags") return web::translatable("Tags");
    if (field == "author_name") return web::translatable("Author's name");
    if (field == "author_email") return web::translatable("Author's e-mail");
    if (field == "votes") return web::translatable("Votes");
    if (field == "created") return web::translatable("Said on");
    if (field == "circle") return web::translatable("Circle");
    return web::translatable("Number in the file's source");
}

/// The circles that the viewer looks after.
web::Field circle_field(const web::FilledForm& form, Context& context, Id chosen)
{
    std::vector<web::Choice> choices;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (context.viewer.is_steward_of(circle.id))
            choices.push_back({circle.id.text(), std::string(context.language.t(circle.name))});
    if (!chosen) chosen = context.viewer.everyone;
    return form.choose("circle", context.language.t("Circle, for rows that name none"),
                       std::move(choices), chosen.text());
}

/// How a format is called where it comes from: a name, not to be translated.
std::string name_of_format(std::string_view format)
{
    if (format == "github") return "GitHub";
    if (format == "uservoice") return "UserVoice";
    auto name = std::string(format);
    name.front() = static_cast<char>(name.front() - 'a' + 'A');
    return name;
}

web::Field format_field(const web::FilledForm& form, const web::Language& language)
{
    std::vector<web::Choice> choices{{"csv", std::string(language.t("A table of voices (CSV)"))}};
    for (const auto& format : hear::import_formats())
        choices.push_back({format, name_of_format(format)});
    auto field =
        form.choose("format", language.t("Where does it come from?"), std::move(choices), "csv");
    field.hint = language.t("What another program exports: its table, its JSON, or the whole zip.");
    return field;
}

std::vector<ImportLine> make_lines(Context& context)
{
    constexpr int shown = 20;
    std::vector<ImportLine> lines;
    for (auto& run : hear::list_imports(context.transaction, context.viewer, shown)) {
        auto state = chip_of_run(run, context.language);
        lines.push_back({std::move(run), std::move(state)});
    }
    return lines;
}

Response show_imports(const Request& request, Context& context,
                      const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_hall_steward(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    web::FilledForm form(language, request, refused);
    auto text = form.text("text", language.t("Or paste the rows here"));
    text.hint = language.t("The first line names the columns, as in: title,votes,created");
    text.rows = 6;
    auto circle = circle_field(form, context, {});
    auto format = format_field(form, language);
    ImportsPage page{.frame = make_settings_frame(request, context, language.t("Import")),
                     .menu = make_settings_menu(context, import_path),
                     .form = std::move(form),
                     .text = std::move(text),
                     .format = std::move(format),
                     .circle = std::move(circle),
                     .lines = make_lines(context),
                     .now = context.now};
    web::Writer out;
    html::imports(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_imports(const Request& request, Context& context)
{
    return show_imports(request, context, {});
}

Result<web::Prepared> prepare_import(const Request& request, Context& context)
{
    if (const auto may = must_be_hall_steward(context); !may) return may.error();
    Result<hear::NewImport> wanted = hear::NewImport{};
    for (const auto& upload : request.uploads) {
        if (upload.field != "file" || upload.content.empty()) continue;
        wanted->name = upload.file_name;
        wanted->text = upload.content;
    }
    if (wanted->text.empty()) wanted->text = request.form("text");
    if (const auto circle = request.form("circle"); !circle.empty()) {
        const auto id = Id::parse(circle);
        if (!id) return Refusal::not_found();
        wanted->circle = *id;
    }
    // What is wrong with the file is told on the form: the handler shows it.
    const auto format = request.form("format");
    if (!format.empty() && format != "csv") {
        const bool zip = wanted->text.starts_with("PK");
        constexpr std::size_t unpacked_bytes_max = 4 * hear::import_bytes_max;
        auto files =
            zip ? read_archive_bytes(wanted->text, wanted->name, unpacked_bytes_max, Names::flat)
                : Result<std::vector<hear::ExportedFile>>(
                      std::vector<hear::ExportedFile>{{wanted->name, wanted->text}});
        auto rows = files ? hear::read_export(format, *files) : Result<std::string>(files.error());
        if (!rows) {
            wanted = rows.error();
            return web::Prepared::of(std::move(wanted));
        }
        wanted->name = format;
        wanted->text = *std::move(rows);
    }
    auto shape = hear::measure_table(wanted->text);
    if (!shape)
        wanted = shape.error();
    else
        wanted->shape = *std::move(shape);
    return web::Prepared::of(std::move(wanted));
}

Response post_import(const Request& request, Context& context)
{
    const auto& wanted = std::any_cast<const Result<hear::NewImport>&>(context.prepared);
    if (!wanted) return show_imports(request, context, wanted.error());
    const auto run =
        hear::draft_import(context.transaction, context.ids, context.now, context.viewer, *wanted);
    if (!run) return show_imports(request, context, run.error());
    return Response::see_other(run->path());
}

/// Which status here each word of the file becomes, as the hall's own words for them.
std::vector<StatusOfImport> make_statuses(const web::FilledForm& form, Context& context,
                                          const hear::ImportRun& run, std::string_view text)
{
    const auto& language = context.language;
    const auto known = hear::list_statuses(context.transaction, context.viewer.organisation);
    const auto there = hear::list_statuses_there(run, text, known);
    std::vector<StatusOfImport> statuses;
    if (!there) return statuses;
    for (const auto& one : *there) {
        const auto number = std::to_string(statuses.size());
        std::vector<web::Choice> choices;
        if (one.becomes.empty())
            choices.push_back({"", std::string(language.t("None of ours: these rows stay out"))});
        for (const auto& status : known)
            choices.push_back({status.id.text(), std::string(language.t(status.name))});
        auto field =
            form.choose("status-" + number, one.word.empty() ? language.t("none named") : one.word,
                        std::move(choices), one.becomes);
        field.hint = language.tn("{1} voice", "{1} voices", one.rows);
        statuses.push_back({one.word, "word-" + number, std::move(field)});
    }
    return statuses;
}

ImportPage make_import_page(const Request& request, Context& context, const hear::ImportRun& run,
                            const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    ImportPage page{.frame = make_settings_frame(request, context, language.t("Import")),
                    .menu = make_settings_menu(context, import_path),
                    .form = web::FilledForm(language, request, refused),
                    .run = run,
                    .state = chip_of_run(run, language)};
    if (run.state != "draft") {
        page.taken_back =
            hear::find_taken_back(context.transaction, context.viewer.organisation, run.id);
        page.refused =
            hear::list_refused_rows(context.transaction, context.viewer.organisation, run.id);
        return page;
    }
    const auto text =
        hear::find_import_text(context.transaction, context.viewer.organisation, run.id);
    const auto tried = hear::try_import(context.hall.database(), context.ids, context.hall.clock(),
                                        context.viewer, run, text);
    if (tried) {
        page.tried = *tried;
        page.refused = page.tried.refused;
        if (std::ssize(page.refused) > hear::import_refusals_max)
            page.refused.resize(static_cast<std::size_t>(hear::import_refusals_max));
    } else {
        page.unusable =
            web::Language::fill(language.t(tried.error().sentence), tried.error().arguments);
    }
    std::vector<web::Choice> columns{{"", std::string(language.t("in no column"))}};
    if (const auto shape = hear::measure_table(text))
        for (const auto& name : shape->header)
            if (!name.empty()) columns.push_back({name, name});
    for (const auto& field : hear::import_fields()) {
        std::string column;
        for (const auto& [known, where] : tried ? page.tried.columns : run.columns)
            if (known == field) column = where;
        page.columns.push_back(
            page.form.choose(field, language.t(name_of_field(field)), columns, column));
    }
    page.columns.push_back(circle_field(page.form, context, run.circle));
    page.statuses = make_statuses(page.form, context, run, text);
    return page;
}

Response show_import(const Request& request, Context& context,
                     const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_hall_steward(context); !may) return context.refuse(may.error());
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto run = hear::find_import(context.transaction, context.viewer, *id);
    if (!run) return context.refuse(run.error());
    const auto page = make_import_page(request, context, *run, refused);
    web::Writer out;
    if (request.wants_fragment())
        html::import_state(out, context.language, page);
    else
        html::import_run(out, context.language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_import(const Request& request, Context& context)
{
    return show_import(request, context, {});
}

Response post_columns(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    hear::ImportChoices choices;
    choices.circle = Id::parse(request.form("circle")).value_or(Id{});
    for (const auto& field : hear::import_fields())
        choices.columns.emplace_back(field, std::string(request.form(field)));
    for (std::size_t at = 0; at < hear::statuses_there_max; ++at) {
        const auto number = std::to_string(at);
        if (const auto status = request.form("status-" + number); !status.empty())
            choices.statuses.emplace_back(request.form("word-" + number), status);
    }
    const auto run = hear::change_import(context.transaction, context.viewer, *id, choices);
    if (!run) return context.refuse(run.error());
    return Response::see_other(run->path());
}

Response post_start(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto run =
        hear::start_import(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!run) return context.refuse(run.error());
    return Response::see_other(run->path());
}

Response post_cancellation(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto run =
        hear::cancel_import(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!run) return context.refuse(run.error());
    auto response = Response::see_other(run->made > 0 ? run->path() : std::string(import_path));
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Nothing more is brought in."));
    return response;
}

Response post_undoing(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto run =
        hear::undo_import(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!run) return context.refuse(run.error());
    return Response::see_other(run->path());
}

} // namespace

void mount_import_pages(web::Router& router)
{
    router.get(std::string(import_path), get_imports);
    auto& post = router.post(std::string(import_path), post_import);
    post.prepare = prepare_import;
    post.body_bytes_max = hear::import_bytes_max;
    router.get("/settings/import/:id", get_import).slow = true; // a draft is tried
    router.post("/settings/import/:id/columns", post_columns);
    router.post("/settings/import/:id/start", post_start);
    router.post("/settings/import/:id/undoing", post_undoing);
    router.post("/settings/import/:id/cancellation", post_cancellation);
}

} // namespace moothall::hall
