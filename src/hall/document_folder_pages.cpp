// A circle's documents as a zip: taken out, tried, and brought in. For pages and programs.

#include "hall/documents.hpp"
#include "hall/import_answer.hpp"
#include "hall/templates.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

Response get_document_zip(const Request& request, Context& context)
{
    const auto asked = web::query_id(request, "circle");
    if (!asked) return context.refuse(asked.error());
    const auto circle = *asked ? *asked : context.viewer.everyone;
    const auto* shelf =
        request.query("files") == "no" ? nullptr : context.hall.kept<files::Shelf>();
    const auto parts = export_documents(context.transaction, circle, context.viewer, shelf);
    if (!parts) return context.refuse(parts.error());
    const auto home = people::find_circle(context.transaction, circle, context.viewer);
    auto name = home ? slug(home->name) : std::string();
    if (name.empty()) name = circle.text();
    Response response;
    response.body = make_archive(*parts);
    response.with("Content-Type", "application/zip");
    return response.with("Content-Disposition",
                         "attachment; filename=\"documents-" + name + ".zip\"");
}

/// What was sent, unpacked and read before the transaction; and tried there, if it was only to be
/// tried, since what a handler writes below 400 stays.
struct SentFolder {
    Result<DocumentFolder> folder = Refusal::invalid("file", "Choose the zip.");
    Result<DocumentImport> tried = DocumentImport();
    Id circle;
    bool dry_run = false;
};

Result<web::Prepared> prepare_folder(const Request& request, Context& context)
{
    if (!context.viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    SentFolder sent;
    sent.circle = context.viewer.everyone;
    if (const auto circle = request.form("circle"); !circle.empty()) {
        const auto id = Id::parse(circle);
        if (!id) return Refusal::invalid("circle", "There is no such circle that you can see.");
        sent.circle = *id;
    }
    sent.dry_run = request.form("try") == "yes" || request.form("dry_run") == "true";
    // Who may write nothing there has nothing unpacked.
    if (!write::may_write_in(context.viewer, sent.circle))
        return Refusal::forbidden("Documents of a circle are written by its members; those of "
                                  "Everyone by people who work here.");
    for (const auto& upload : request.uploads) {
        if (upload.field != "file" || upload.content.empty()) continue;
        const auto name = files::clean_name(upload.file_name);
        const auto unpacked =
            read_archive_bytes(upload.content, name, document_folder_bytes_max, Names::folders);
        if (unpacked) {
            sent.folder = read_document_folder(*unpacked);
        } else {
            // Of the form, and not of the request: it is shown beside the field.
            auto refused = unpacked.error();
            refused.reason = Reason::invalid;
            refused.field = "file";
            sent.folder = refused;
        }
    }
    if (sent.folder)
        take_all_attached(*sent.folder, context.hall.kept<files::Shelf>(), context.transaction,
                          context.ids, context.now, context.viewer);
    if (sent.folder && sent.dry_run)
        sent.tried = try_documents(context.hall.database(), context.ids, context.now,
                                   context.viewer, sent.circle, *sent.folder);
    return web::Prepared::of(std::move(sent));
}

Result<DocumentImport> bring_in(const Request& request, Context& context)
{
    const auto& sent = std::any_cast<const SentFolder&>(context.prepared);
    if (!sent.folder) return sent.folder.error();
    if (sent.dry_run) return sent.tried;
    return import_documents(context.transaction, context.ids, context.now, context.viewer,
                            sent.circle, *sent.folder, request.form("said"));
}

// -- the page -------------------------------------------------------------------------------------

std::string sentence_of_error(const DocumentFileError& error, const web::Language& language)
{
    const auto sentence = sentence_with_field(error.refusal, language);
    if (error.line == 0) return error.name + ": " + sentence;
    return language.t("{1}, line {2}: {3}", error.name, language.number(error.line), sentence);
}

Response show_document_import(const Request& request, Context& context,
                              std::optional<DocumentImport> outcome,
                              const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    auto homes = list_homes(context);
    if (homes.empty())
        return context.refuse(
            Refusal::forbidden("Documents of a circle are written by its members; those of "
                               "Everyone by people who work here."));
    const auto asked =
        request.query("circle").empty() ? request.form("circle") : request.query("circle");
    const auto home = std::ranges::find(homes, asked, &web::Choice::value);
    const auto chosen = home == homes.end() ? homes.front().value : home->value;
    const web::FilledForm form(language, request, refused);
    DocumentImportPage page{
        .frame = web::make_frame(request, context, std::string(language.t("Bring documents in")),
                                 web::Section::documents),
        .form = form,
        .circle = form.choose("circle", language.t("In the tree of which circle?"),
                              std::move(homes), chosen),
        .said = form.text("said", language.t("What changed?"))};
    page.frame.indexed = false;
    page.frame.narrow = true;
    page.said.hint = language.t("For everybody to read, beside the new version.");
    page.said.characters_max = write::page_line_characters_max;
    const bool has_errors = outcome && !outcome->errors.empty();
    if (outcome)
        for (const auto& error : outcome->errors)
            page.errors.push_back(sentence_of_error(error, language));
    page.outcome = std::move(outcome);
    web::Writer out(16 * 1024);
    html::document_import(out, language, page);
    return web::show(context, page.frame, out.take(), status_of_import(refused, has_errors));
}

Response get_document_import(const Request& request, Context& context)
{
    return show_document_import(request, context, {}, {});
}

Response post_document_import(const Request& request, Context& context)
{
    auto outcome = bring_in(request, context);
    if (outcome) return show_document_import(request, context, *std::move(outcome), {});
    const auto refused = outcome.error();
    if (refused.reason == Reason::invalid || refused.reason == Reason::conflict)
        return show_document_import(request, context, {}, refused);
    return context.refuse(refused);
}

// -- for programs ---------------------------------------------------------------------------------

Response post_document_import_api(const Request& request, Context& context)
{
    const auto outcome = bring_in(request, context);
    if (!outcome) return context.refuse(outcome.error());
    ImportAnswer answer(context, !outcome->errors.empty(), outcome->dry_run);
    auto& json = answer.json();
    json.field("files", outcome->files).field("made", outcome->made);
    json.field("changed", outcome->changed).field("unchanged", outcome->unchanged);
    json.field("left_alone", outcome->left_alone).field("dry_run", outcome->dry_run);
    json.key("errors").begin_array();
    for (const auto& error : outcome->errors)
        answer.error(error.refusal, [&](JsonWriter& place) {
            place.field("file", error.name);
            if (error.line > 0) place.field("line", error.line);
        });
    return answer.take();
}

void add_import(web::Route& route)
{
    route.prepare = prepare_folder;
    route.body_bytes_max = document_zip_bytes_max;
    route.act = web::Act::upload;
}

} // namespace

void mount_document_folder_pages(web::Router& router)
{
    router.get("/documents.zip", get_document_zip).slow = true;
    router.get("/documents/import", get_document_import);
    add_import(router.post("/documents/import", post_document_import));
    auto& api = router.post("/api/v1/documents/import", post_document_import_api);
    add_import(api);
    api.json_only = false;
}

} // namespace moothall::hall
