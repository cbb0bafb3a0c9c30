#include "act/pages.hpp"
#include "act/templates.hpp"
#include "people/naming.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

namespace moothall::act {

namespace {

using web::Context;
using web::Request;
using web::Response;

Result<web::Prepared> prepare_answer(const Request& request, Context&)
{
    auto rendered = hear::render_body({}, request.form("body"));
    if (!rendered) return rendered.error();
    return web::Prepared::of(*std::move(rendered));
}

/// What was wrong, with the form as it was typed.
Response show_refused(const Request& request, Context& context, Id id, const Refusal& refused)
{
    const auto callout = find_callout(context.transaction, id, context.viewer);
    if (!callout || refused.reason != Reason::invalid) return context.refuse(refused);
    CalloutPage page{.frame =
                         web::make_frame(request, context, callout->title, web::Section::promises),
                     .view = view_of(*callout, context.viewer, context.language),
                     .refused = context.language.sentence(refused),
                     .now = context.now};
    page.frame.narrow = true;
    page.view.with_about = true;
    page.view.answer = request.form("body");
    page.view.why = request.form("why");
    web::Writer out(16 * 1024);
    html::callout_page(out, context.language, page);
    return web::show(context, page.frame, out.take(), web::status_of(refused.reason));
}

Response after_change(const Request& request, Context& context, Id id,
                      const Result<Callout>& changed, std::string_view notice)
{
    if (!changed) return show_refused(request, context, id, changed.error());
    auto response = Response::see_other(changed->path);
    web::give_notice(response, context, web::Tone::good, notice);
    return response;
}

Response post_answer(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(request, context, *id,
                        answer_callout(context.transaction, context.ids, context.now,
                                       context.viewer, *id, request.form("body"),
                                       std::any_cast<const hear::Rendered&>(context.prepared)),
                        context.language.t("Answered in the open. Who raised it is told."));
}

Response post_closing(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(request, context, *id,
                        close_callout(context.transaction, context.ids, context.now, context.viewer,
                                      *id, request.form("why")),
                        context.language.t("Closed."));
}

} // namespace

web::Chip chip_of(const Callout& callout, const web::Language& language)
{
    switch (callout.state) {
    case CalloutState::open:
        if (callout.about_kind == "procedure")
            return {std::string(language.t("Challenged")), web::Tone::warn};
        return callout.about_kind == "goal"
                   ? web::Chip{std::string(language.t("Questioned")), web::Tone::warn}
                   : web::Chip{std::string(language.t("Called out")), web::Tone::bad};
    case CalloutState::answered:
        return {std::string(language.t("Answered")),
                callout.is_challenge() ? web::Tone::accent : web::Tone::warn};
    case CalloutState::closed:
        break;
    }
    return {std::string(language.t("Closed")), web::Tone::good};
}

CalloutView view_of(const Callout& callout, const Viewer& viewer, const web::Language& language)
{
    const bool called = viewer.signed_in() && callout.called.id == viewer.person;
    const bool raised = viewer.signed_in() && callout.raiser.id == viewer.person;
    const bool open = callout.state != CalloutState::closed;
    return {.callout = callout,
            .chip = chip_of(callout, language),
            .may_answer = called && callout.state == CalloutState::open,
            .may_close = open && (raised || (viewer.is_steward_of(callout.circle) && !called)),
            .needs_reason = !raised,
            .with_about = false,
            .with_title = true,
            .raiser = people::name_of(callout.raiser, language),
            .called = people::name_of(callout.called, language),
            .closed_by = people::name_of(callout.closed_by, language)};
}

void mount_callout_pages(web::Router& router)
{
    auto& answer = router.post("/callouts/:id/answer", post_answer);
    answer.prepare = prepare_answer;
    answer.act = web::Act::reply;
    router.post("/callouts/:id/closing", post_closing);
}

} // namespace moothall::act
