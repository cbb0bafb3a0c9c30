#include "hear/pages.hpp"

#include "hear/moderated.hpp"
#include "hear/templates.hpp"
#include "hear/voice_form.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

namespace moothall::hear {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// The page of a thing, or of what it answers: a voice, a decision.
Result<std::string> find_path(Context& context, Id thing)
{
    const auto found = people::find_seen(context.transaction, thing, context.viewer);
    if (!found) return found.error();
    // A reply has no page of its own; a request does, though it is about something.
    if (auto path = record::path_of(found->kind, thing); !path.empty()) return path;
    const auto subject = people::find_seen(context.transaction, found->subject, context.viewer);
    if (!subject) return subject.error();
    return record::path_of(subject->kind, subject->id) + "#" + thing.text();
}

enum class Ask : std::uint8_t { report, hiding, declining, blocking, moving };

const char* title_of(Ask ask)
{
    switch (ask) {
    case Ask::report:
        return web::translatable("Report this");
    case Ask::declining:
        return web::translatable("Decline this");
    case Ask::blocking:
        return web::translatable("Decline this and block its author");
    case Ask::moving:
        return web::translatable("Move this");
    case Ask::hiding:
        break;
    }
    return web::translatable("Hide this");
}
const char* question_of(Ask ask)
{
    if (ask == Ask::report) return web::translatable("What is wrong with it?");
    if (ask == Ask::hiding) return web::translatable("Why is it hidden?");
    if (ask == Ask::moving) return web::translatable("Why is it moved?");
    return web::translatable("Why is it declined?");
}
const char* button_of(Ask ask)
{
    if (ask == Ask::report) return web::translatable("Report");
    if (ask == Ask::hiding) return web::translatable("Hide");
    if (ask == Ask::declining) return web::translatable("Decline");
    if (ask == Ask::moving) return web::translatable("Move");
    return web::translatable("Decline and block");
}
std::string_view place_of(Ask ask)
{
    if (ask == Ask::report) return "/report";
    if (ask == Ask::hiding) return "/hiding";
    if (ask == Ask::declining) return "/declining";
    if (ask == Ask::moving) return "/moving";
    return "/declining?block=yes";
}

Response show_reason(const Request& request, Context& context, Ask ask,
                     const std::optional<Refusal>& refused)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto path = find_path(context, *id); !path) return context.refuse(path.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto& language = context.language;
    const bool reports = ask == Ask::report;
    const web::FilledForm form(language, request, refused);
    ReasonPage page{.frame =
                        web::make_frame(request, context, std::string(language.t(title_of(ask))),
                                        web::Section::voices),
                    .form = form};
    page.frame.narrow = true;
    page.takes_back =
        ask == Ask::hiding && was_written_for(context.transaction, context.viewer, *id);
    page.reason = form.text("reason", language.t(question_of(ask)));
    page.reason.required = true;
    page.action = "/things/" + id->text() + std::string(place_of(ask));
    page.lead =
        reports
            ? language.t(
                  "The stewards of its circle look at it. Who reported it is not shown to others.")
            : language.t("The reason is public, in the log of what was hidden. What was said is "
                         "then seen by its "
                         "author and the stewards only.");
    if (ask == Ask::moving) {
        page.lead = language.t("The reason is public, in the log of what was moved. Its author is "
                               "told, and sees it where it goes.");
        page.moves = true;
        page.circle =
            form.choose("circle", language.t("Where does it belong?"), circle_choices(context));
    }
    if (ask == Ask::blocking)
        page.lead += ' ' + std::string(language.t("Its author reads on in this circle and does not "
                                                  "speak there, until a steward lets her again."));
    page.button = language.t(button_of(ask));
    if (page.takes_back) {
        page.frame.title = language.t("Take it back");
        page.lead = language.t("What was written for you is then seen by you and the stewards "
                               "only. Whoever wrote it is told.");
        page.button = language.t("Take it back");
    }
    web::Writer out;
    html::reason(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_report(const Request& request, Context& context)
{
    return show_reason(request, context, Ask::report, {});
}

Response post_report(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto done = report(context.transaction, context.ids, context.now, context.viewer, *id,
                             request.form("reason"));
    if (!done) {
        if (done.error().reason == Reason::invalid)
            return show_reason(request, context, Ask::report, done.error());
        return context.refuse(done.error());
    }
    auto response = Response::see_other(*find_path(context, *id));
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Thank you. A steward will look at it."));
    return response;
}

Response get_hiding(const Request& request, Context& context)
{
    return show_reason(request, context, Ask::hiding, {});
}

Response post_hiding(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const bool takes_back = was_written_for(context.transaction, context.viewer, *id);
    const auto done = hide(context.transaction, context.ids, context.now, context.viewer, *id,
                           request.form("reason"), context.hall.kept<WhenModerated>());
    if (!done) {
        if (done.error().reason == Reason::invalid)
            return show_reason(request, context, Ask::hiding, done.error());
        return context.refuse(done.error());
    }
    if (takes_back) {
        auto response = Response::see_other(find_path(context, *id).value());
        web::give_notice(response, context, web::Tone::good,
                         context.language.t("It is taken back."));
        return response;
    }
    auto response = Response::see_other("/moderation/log");
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("It is hidden. The reason is public."));
    return response;
}

Response get_moving(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    return show_reason(request, context, Ask::moving, {});
}

Response post_moving(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto moved =
        move_voice(context.transaction, context.ids, context.now, context.viewer, *id,
                   Id::parse(request.form("circle")).value_or(Id{}), request.form("reason"));
    if (!moved) {
        if (moved.error().reason == Reason::invalid)
            return show_reason(request, context, Ask::moving, moved.error());
        return context.refuse(moved.error());
    }
    auto response = Response::see_other(moved->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("It is moved. The reason is public."));
    return response;
}

Ask ask_of(const Request& request)
{
    return request.query("block") == "yes" ? Ask::blocking : Ask::declining;
}

Response get_declining(const Request& request, Context& context)
{
    return show_reason(request, context, ask_of(request), {});
}

Response post_declining(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto ask = ask_of(request);
    const auto done =
        decline(context.transaction, context.ids, context.now, context.viewer, *id,
                request.form("reason"), ask == Ask::blocking ? Block::yes : Block::no);
    if (!done) {
        if (done.error().reason == Reason::invalid)
            return show_reason(request, context, ask, done.error());
        return context.refuse(done.error());
    }
    auto response = Response::see_other("/moderation");
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("It is declined. The reason is public."));
    return response;
}

Response post_showing(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto done = show_again(context.transaction, context.ids, context.now, context.viewer, *id,
                                 context.hall.kept<WhenModerated>());
    if (!done) return context.refuse(done.error());
    const auto path = find_path(context, *id);
    return Response::see_other(path ? *path : "/moderation");
}

Response post_approval(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto done = approve(context.transaction, context.ids, context.now, context.viewer, *id,
                              request.form("trust") == "1", context.hall.kept<WhenModerated>());
    if (!done) return context.refuse(done.error());
    return Response::see_other("/moderation");
}

Response get_moderation(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const ModerationPage page{web::make_frame(request, context,
                                              std::string(context.language.t("Moderation")),
                                              web::Section::settings),
                              list_waiting(context.transaction, context.viewer, 50), context.now};
    web::Writer out;
    html::moderation(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

Response get_log(const Request& request, Context& context)
{
    const HiddenPage page{
        web::make_frame(request, context,
                        std::string(context.language.t("What was hidden, and why")),
                        web::Section::voices),
        list_hidden(context.transaction, context.viewer, 200),
        list_moved(context.transaction, context.viewer, 200),
        list_looked_at(context.transaction, context.viewer)};
    web::Writer out;
    html::hidden(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

} // namespace

const char* words_of_kind(std::string_view kind)
{
    if (kind == "reply") return web::translatable("A reply");
    if (kind == "decision") return web::translatable("A decision");
    if (kind == "commitment") return web::translatable("Promise");
    if (kind == "request") return web::translatable("Request");
    if (kind == "project") return web::translatable("Project");
    if (kind == "conversation") return web::translatable("Conversation");
    if (kind == "announcement") return web::translatable("An announcement");
    if (kind == "circle") return web::translatable("A forum");
    if (kind == "barrier") return web::translatable("A barrier");
    if (kind == "agreement") return web::translatable("A working agreement");
    if (kind == "document") return web::translatable("A document");
    if (kind == "bypass") return web::translatable("A way round a procedure");
    return web::translatable("A voice");
}

void mount_moderation_pages(web::Router& router)
{
    router.get("/things/:id/report", get_report);
    router.post("/things/:id/report", post_report).act = web::Act::report;
    router.get("/things/:id/hiding", get_hiding);
    router.post("/things/:id/hiding", post_hiding);
    router.get("/things/:id/moving", get_moving);
    router.post("/things/:id/moving", post_moving);
    router.get("/things/:id/declining", get_declining);
    router.post("/things/:id/declining", post_declining);
    router.post("/things/:id/showing", post_showing);
    router.post("/things/:id/approval", post_approval);
    router.get("/moderation", get_moderation);
    router.get("/moderation/log", get_log);
}

} // namespace moothall::hear
