#include "hall/page_form.hpp"
#include "hall/procedures.hpp"
#include "hall/templates.hpp"
#include "organise/organise.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/number.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// What is done with a procedure that is there.
enum class Aim : std::uint8_t { edit, mend };

ProcedureFormPage make_procedure_form(const Request& request, Context& context, std::string title,
                                      const std::optional<Refusal>& refused,
                                      const write::Procedure& procedure)
{
    const auto& language = context.language;
    ProcedureFormPage page{
        .frame = web::make_frame(request, context, std::move(title), web::Section::strategy),
        .back = "/procedures",
        .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    const auto& form = page.form;
    page.title = form.text("title", language.t("What is done, in a few words"), procedure.title);
    page.title.characters_max = 200;
    page.title.required = true;
    page.purpose = form.text("purpose", language.t("What is it for?"), procedure.purpose);
    page.purpose.hint = language.t("Whoever is in a hurry must see what it protects.");
    page.purpose.characters_max = 1000;
    page.words = form.text("words", language.t("How it is done"), procedure.words);
    page.words.hint = language.t("Markdown works.");
    page.words.rows = 16;
    page.words.required = true;
    page.now = context.now;
    return page;
}

void add_clock(ProcedureFormPage& page, const web::Language& language,
               const write::Procedure& procedure)
{
    page.threshold = page.form.text("threshold", language.t("Mend it after so many bypasses"),
                                    std::to_string(procedure.threshold));
    page.mending_days = page.form.text("mending_days", language.t("Within so many days"),
                                       std::to_string(procedure.mending_days));
    page.threshold->type = page.mending_days->type = "number";
    page.threshold->required = page.mending_days->required = true;
}

Response show_procedure_form(const Context& context, const ProcedureFormPage& page,
                             const std::optional<Refusal>& refused)
{
    web::Writer out(16 * 1024);
    html::procedure_form(out, context.language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

// -- a new one ------------------------------------------------------------------------------------

/// Circles whose work she may write down.
std::vector<web::Choice> list_choices(Context& context)
{
    std::vector<web::Choice> choices;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (write::may_make_procedures(context.viewer, circle.id))
            choices.push_back({circle.id.text(), std::string(context.language.t(circle.name))});
    return choices;
}

Response show_new_procedure(const Request& request, Context& context,
                            const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    auto choices = list_choices(context);
    if (choices.empty())
        return context.refuse(
            Refusal::forbidden("How a circle works is written down by its stewards, and by those "
                               "of its members who work here."));
    auto page = make_procedure_form(request, context,
                                    std::string(language.t("Write a procedure down")), refused, {});
    page.path = "/procedures";
    page.lead = language.t("All who see it may say that they went round it, and challenge it.");
    page.owner = page.form.text("owner", language.t("Who answers for it?"));
    page.owner->hint = language.t("Her name. Left empty, it is you.");
    const auto first = choices.front().value;
    page.circle = page.form.choose("circle", language.t("Whose work is it, and who can read it?"),
                                   std::move(choices), first);
    add_clock(page, language, {});
    page.button = language.t("Write it down");
    return show_procedure_form(context, page, refused);
}

Response get_new_procedure(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    return show_new_procedure(request, context, {});
}

Response post_procedure(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto& html = prepared_words(context);
    if (!html) return show_new_procedure(request, context, html.error());
    const auto owner =
        organise::find_named(context.transaction, context.viewer, request.form("owner"), "owner");
    if (!owner) return show_new_procedure(request, context, owner.error());
    const auto procedure = write::make_procedure(
        context.transaction, context.ids, context.now, context.viewer,
        {.text = {.title = std::string(request.form("title")),
                  .purpose = std::string(request.form("purpose")),
                  .words = std::string(request.form("words")),
                  .said = {}},
         .owner = *owner,
         .circle = web::sent_id(request, "circle"),
         .threshold = web::read_whole(request.form("threshold")).value_or(-1),
         .mending_days = web::read_whole(request.form("mending_days")).value_or(-1)},
        *html);
    if (!procedure) {
        if (procedure.error().reason == Reason::invalid)
            return show_new_procedure(request, context, procedure.error());
        return context.refuse(procedure.error());
    }
    auto response = Response::see_other(procedure->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Written down. Anybody who sees it may challenge it."));
    return response;
}

// -- one that is there ----------------------------------------------------------------------------

Response show_change(const Request& request, Context& context, Id id, Aim aim,
                     const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto procedure = write::find_procedure(context.transaction, id, context.viewer);
    if (!procedure) return context.refuse(procedure.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (!write::may_change(*procedure, context.viewer))
        return context.refuse(
            Refusal::forbidden("Only who answers for it, and stewards of its circle, may change "
                               "it. Anybody may challenge it."));
    const bool mend = aim == Aim::mend;
    auto page = make_procedure_form(
        request, context,
        std::string(mend ? language.t("Mend the procedure") : language.t("Change the procedure")),
        refused, *procedure);
    page.path = "/procedures/" + id.text() + (mend ? "/mending" : "");
    page.back = procedure->path();
    // What was typed on an older version is not to overwrite the newer one unseen.
    page.version = std::to_string(procedure->version);
    page.said = page.form.text("said", language.t("What changed?"));
    page.said->rows = 2;
    page.said->required = mend;
    page.said->hint = language.t("For everybody to read, beside the new version.");
    if (mend) {
        page.lead = language.t("Change it so that nobody has to go round it for these reasons. "
                               "They are told first.");
        if (auto bypasses = write::list_bypasses(context.transaction, id, context.viewer, {}, 100))
            for (auto& bypass : bypasses->bypasses)
                if (bypass.mended_in == 0) page.to_answer.push_back(std::move(bypass));
        page.button = language.t("It is mended");
    } else {
        page.lead = language.t("What it said before stays visible.");
        page.owner =
            page.form.text("owner", language.t("Who answers for it?"), procedure->owner.name);
        add_clock(page, language, *procedure);
        page.button = language.t("Save");
    }
    return show_procedure_form(context, page, refused);
}

Response get_procedure_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_change(request, context, *id, Aim::edit, {});
}

Response get_mending(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_change(request, context, *id, Aim::mend, {});
}

write::ProcedureChange read_text(const Request& request)
{
    write::ProcedureChange change;
    change.title = request.form("title");
    change.purpose = request.form("purpose");
    change.words = request.form("words");
    change.said = request.form("said");
    change.version = web::read_whole(request.form("version")).value_or(-1);
    return change;
}

Response after_change(const Request& request, Context& context, Id id, Aim aim,
                      const Result<write::Procedure>& changed, std::string_view notice)
{
    if (!changed) {
        const auto refused = changed.error();
        if (refused.reason == Reason::invalid || refused.reason == Reason::conflict)
            return show_change(request, context, id, aim, refused);
        return context.refuse(refused);
    }
    auto response = Response::see_other(changed->path());
    web::give_notice(response, context, web::Tone::good, notice);
    return response;
}

Response post_procedure_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& html = prepared_words(context);
    if (!html) return show_change(request, context, *id, Aim::edit, html.error());
    auto change = read_text(request);
    const auto owner =
        organise::find_named(context.transaction, context.viewer, request.form("owner"), "owner");
    if (!owner) return show_change(request, context, *id, Aim::edit, owner.error());
    if (*owner) change.owner = *owner;
    change.threshold = web::read_whole(request.form("threshold")).value_or(-1);
    change.mending_days = web::read_whole(request.form("mending_days")).value_or(-1);
    return after_change(request, context, *id, Aim::edit,
                        write::edit_procedure(context.transaction, context.ids, context.now,
                                              context.viewer, *id, change, *html),
                        context.language.t("Saved. What it said before stays visible."));
}

Response post_mending(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& html = prepared_words(context);
    if (!html) return show_change(request, context, *id, Aim::mend, html.error());
    return after_change(request, context, *id, Aim::mend,
                        mend_procedure(context, *id, read_text(request), *html),
                        context.language.t("Mended. Those who went round it are told."));
}

} // namespace

void mount_procedure_form_pages(web::Router& router)
{
    router.get("/procedures/new", get_new_procedure);
    auto& made = router.post("/procedures", post_procedure);
    made.prepare = prepare_page_words;
    made.act = web::Act::voice;
    router.get("/procedures/:id/edit", get_procedure_edit);
    router.post("/procedures/:id", post_procedure_edit).prepare = prepare_page_words;
    router.get("/procedures/:id/mending", get_mending);
    router.post("/procedures/:id/mending", post_mending).prepare = prepare_page_words;
}

} // namespace moothall::hall
