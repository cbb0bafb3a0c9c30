// Facts as a table: one's own out, and stewards' in.

#include "hall/facts.hpp"
#include "hall/import_answer.hpp"
#include "hall/templates.hpp"
#include "web/api.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

Response get_table(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto kind = web::query_id(request, "kind");
    if (!kind) return context.refuse(kind.error());
    if (*kind)
        if (const auto known = write::find_fact_kind(context.transaction, *kind, context.viewer);
            !known)
            return context.refuse(known.error());
    Response response;
    response.body = write::write_fact_table(context.transaction, context.viewer, *kind);
    response.with("Content-Type", "text/csv; charset=utf-8");
    response.with("Content-Disposition", "attachment; filename=\"facts.csv\"");
    return response;
}

std::string sentence_of_error(const write::FactRowError& error, const web::Language& language)
{
    return language.t("Line {1}: {2}", std::to_string(error.line),
                      sentence_with_field(error.refusal, language));
}

Response show_fact_import(const Request& request, Context& context,
                          std::optional<write::FactImport> outcome,
                          const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (!write::may_import_facts(context.viewer))
        return context.refuse(Refusal::forbidden("Only a steward of those who see such facts "
                                                 "brings them in."));
    const web::FilledForm form(language, request, refused);
    FactImportPage page{.frame = web::make_frame(request, context,
                                                 std::string(language.t("Bring in facts")),
                                                 web::Section::people),
                        .form = form,
                        .text = form.text("text", language.t("Or paste the rows here"))};
    page.frame.indexed = false;
    page.frame.narrow = true;
    page.text.rows = 10;
    page.text.hint = language.t("The first line names the columns: about, kind, value, taken_on, "
                                "why. “about” is the last part of the address of a person’s, "
                                "circle’s or place’s page; a table that was taken out has it.");
    // What was tried stands in the field, so that it can be brought in with the next press.
    if (outcome && (outcome->dry_run || !outcome->errors.empty()))
        page.text.value = table_of_request(request);
    else if (outcome)
        page.text.value.clear();
    const bool has_errors = outcome && !outcome->errors.empty();
    if (outcome)
        for (const auto& error : outcome->errors)
            page.errors.push_back(sentence_of_error(error, language));
    page.outcome = std::move(outcome);
    web::Writer out(16 * 1024);
    html::fact_import(out, language, page);
    return web::show(context, page.frame, out.take(), status_of_import(refused, has_errors));
}

Response get_fact_import(const Request& request, Context& context)
{
    return show_fact_import(request, context, {}, {});
}

/// Read before the transaction; what is wrong with the table is told on the form.
Result<web::Prepared> prepare_fact_import(const Request& request, Context&)
{
    return web::Prepared::of(write::read_fact_rows(table_of_request(request)));
}

Response post_fact_import(const Request& request, Context& context)
{
    const auto& rows = std::any_cast<const Result<std::vector<write::FactRow>>&>(context.prepared);
    if (!rows) return show_fact_import(request, context, {}, rows.error());
    auto outcome = write::import_facts(context.transaction, context.ids, context.now,
                                       context.viewer, *rows, request.form("try") != "no");
    if (!outcome) {
        if (outcome.error().reason == Reason::conflict)
            return show_fact_import(request, context, {}, outcome.error());
        return context.refuse(outcome.error());
    }
    return show_fact_import(request, context, *std::move(outcome), {});
}

} // namespace

void mount_fact_file_pages(web::Router& router)
{
    constexpr std::size_t table_bytes_max = 4 * 1024 * 1024;
    router.get("/facts.csv", get_table).slow = true;
    router.get("/facts/import", get_fact_import);
    auto& import = router.post("/facts/import", post_fact_import);
    import.prepare = prepare_fact_import;
    import.body_bytes_max = table_bytes_max;
    import.act = web::Act::upload;
}

} // namespace moothall::hall
