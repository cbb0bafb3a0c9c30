// What is said, taken back and checked on the page of a fact, and of one that is not known yet.

#include "hall/facts.hpp"
#include "hall/templates.hpp"
#include "web/api.hpp"
#include "web/number.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// After something was said: back to the fact, with what struck the program in it.
Response answer_said(Context& context, const write::Fact& fact,
                     const std::optional<Date>& taken_on = {})
{
    auto response = Response::see_other(fact.path());
    std::string note;
    if (taken_on && fact.shown.taken_on == taken_on)
        note = note_in_words(fact.shown.note, context.language);
    if (!note.empty())
        web::give_notice(response, context, web::Tone::warn,
                         context.language.t("Saved. {1}", note));
    else
        web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

/// What a form refuses is said on the page it came from; the rest has a page of its own.
bool is_told_there(const Refusal& refusal)
{
    return refusal.reason == Reason::invalid || refusal.reason == Reason::conflict;
}

// -- a fact that is not known yet -----------------------------------------------------------------

Response show_new_fact(const Request& request, Context& context,
                       const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto sent = [&](std::string_view name) {
        return Id::parse(request.query(name).empty() ? request.form(name) : request.query(name))
            .value_or(Id{});
    };
    auto kind = write::find_fact_kind(context.transaction, sent("kind"), context.viewer);
    if (!kind) return context.refuse(kind.error());
    auto about = write::find_about(context.transaction, sent("about"), context.viewer);
    if (!about) return context.refuse(about.error());
    if (about->kind != kind->about) return context.refuse(Refusal::not_found());
    const web::FilledForm form(language, request, refused);
    auto readers = readers_in_words(*kind, *about, language);
    FactFormPage page{.frame = web::make_frame(request, context, kind->name, web::Section::people),
                      .about = *std::move(about),
                      .kind = *std::move(kind),
                      .readers = std::move(readers),
                      .form = form};
    page.frame.indexed = false;
    page.frame.narrow = true;
    page.fields = make_fact_fields(form, language, page.kind, {}, context.now);
    web::Writer out(8 * 1024);
    html::fact_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_new_fact(const Request& request, Context& context)
{
    return show_new_fact(request, context, {});
}

Response post_fact(const Request& request, Context& context)
{
    const auto kind = write::find_fact_kind(
        context.transaction, Id::parse(request.form("kind")).value_or(Id{}), context.viewer);
    if (!kind) return context.refuse(kind.error());
    const auto saying = read_saying(request, *kind, context.now);
    if (!saying) return show_new_fact(request, context, saying.error());
    const auto fact = follow_as_server(
        context,
        write::say_fact(context.transaction, context.ids, context.now, context.viewer,
                        Id::parse(request.form("about")).value_or(Id{}), kind->id, *saying));
    if (fact) return answer_said(context, *fact, saying->taken_on);
    if (is_told_there(fact.error())) return show_new_fact(request, context, fact.error());
    return context.refuse(fact.error());
}

// -- one that is known ----------------------------------------------------------------------------

Response post_change(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto before = write::find_fact(context.transaction, *id, context.viewer);
    if (!before) return context.refuse(before.error());
    auto saying = read_saying(request, before->kind, context.now);
    if (!saying) return show_fact(request, context, *id, saying.error());
    // A reading is added to others; what is no reading replaces what she saw.
    if (!saying->taken_on) saying->seen_version = web::read_whole(request.form("version"));
    const auto fact =
        follow_as_server(context, write::change_fact(context.transaction, context.ids, context.now,
                                                     context.viewer, *id, *saying));
    if (fact) return answer_said(context, *fact, saying->taken_on);
    if (is_told_there(fact.error())) return show_fact(request, context, *id, fact.error());
    return context.refuse(fact.error());
}

Response post_fact_undoing(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto fact = follow_as_server(
        context, write::undo_fact(context.transaction, context.ids, context.now, context.viewer,
                                  *id, web::read_whole(request.form("version")).value_or(0)));
    if (fact) return answer_said(context, *fact);
    if (is_told_there(fact.error())) return show_fact(request, context, *id, fact.error());
    return context.refuse(fact.error());
}

Response post_check(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto verdict = request.form("verdict");
    if (verdict != "is-so" && verdict != "is-not-so")
        return show_fact(request, context, *id,
                         Refusal::invalid("verdict", "Say whether it is so."));
    const auto fact = follow_as_server(
        context,
        write::check_fact(context.transaction, context.ids, context.now, context.viewer, *id,
                          web::read_whole(request.form("version")).value_or(0),
                          verdict == "is-so" ? write::Verdict::is_so : write::Verdict::is_not_so,
                          request.form("reason")));
    if (fact) return answer_said(context, *fact);
    if (is_told_there(fact.error())) return show_fact(request, context, *id, fact.error());
    return context.refuse(fact.error());
}

Response post_fact_follow(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto fact = write::find_fact(context.transaction, *id, context.viewer);
    if (!fact) return context.refuse(fact.error());
    const bool follows = request.form("outcome") == "yes";
    const auto changed = hear::change_follow(context.transaction, context.ids, context.now,
                                             context.viewer, *id, {follows, follows});
    if (!changed) return context.refuse(changed.error());
    return answer_said(context, *fact);
}

} // namespace

void mount_fact_form_pages(web::Router& router)
{
    router.get("/facts/new", get_new_fact);
    router.post("/facts", post_fact);
    router.post("/facts/:id", post_change);
    router.post("/facts/:id/undoing", post_fact_undoing);
    router.post("/facts/:id/check", post_check);
    router.post("/facts/:id/follow", post_fact_follow);
}

} // namespace moothall::hall
