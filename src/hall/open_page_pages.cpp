#include "hall/open_page_pages.hpp"

#include "decide/decide.hpp"
#include "hall/templates.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

std::string together_path(Id circle)
{
    return "/circles/" + circle.text() + "/together";
}

Response get_list(const Request& request, Context& context)
{
    const auto& language = context.language;
    TogetherList page{.frame = web::make_frame(request, context,
                                               std::string(language.t("How we work together")),
                                               web::Section::people)};
    page.frame.canonical_url = context.organisation.url + "/together";
    page.pages = list_open_pages(context.transaction, context.viewer);
    page.empty = {
        std::string(language.t("No circle has opened its page yet")),
        std::string(language.t("A circle may show everybody how it works with us, if nobody in it "
                               "objects. Its stewards ask for that on the circle's page."))};
    web::Writer out(8 * 1024);
    html::together_list(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response show_page(const Request& request, Context& context, Id circle,
                   const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    const auto found = find_open_page(context.transaction, circle, viewer);
    const bool member = viewer.role_in(circle) != Role::none;
    // Before it is written only those who could write it find a page here.
    const bool steward = viewer.is_steward_of(circle) && circle != viewer.everyone;
    if (!found && !steward) return context.refuse(found.error());
    std::string name;
    if (found) {
        name = found->circle_name;
    } else {
        const auto own = people::find_circle(context.transaction, circle, viewer);
        if (!own) return context.refuse(own.error());
        name = own->name;
    }
    TogetherPage page{.frame =
                          web::make_frame(request, context,
                                          language.t("How we work together: {1}", language.t(name)),
                                          web::Section::people),
                      .circle = circle,
                      .circle_name = name,
                      .page = found ? &*found : nullptr,
                      .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = found && found->state == PageState::open;
    page.frame.canonical_url = context.organisation.url + together_path(circle);
    page.member = member;
    page.steward = steward;
    if (found) {
        page.named = viewer.signed_in() &&
                     std::ranges::find(found->names, viewer.person, &hear::Someone::id) !=
                         found->names.end();
        if (found->decision && member)
            if (const auto decision =
                    decide::find_decision(context.transaction, found->decision, viewer)) {
                page.consented = decision->outcome == "passed" && decision->early_reason.empty();
                if (decision->state == decide::DecisionState::voting)
                    page.vote_ends = decision->closes;
            }
    }
    if (steward && !(found && found->state == PageState::open)) {
        page.to_choose = list_titles_to_choose(context.transaction, circle, viewer);
        page.words = page.form.text("words", language.t("How we work together"),
                                    found ? std::string_view(found->words) : std::string_view());
        page.words.hint = language.t("What others may know. Markdown works.");
        page.words.rows = 8;
        page.words.required = true;
    }
    if (steward && page.vote_ends) {
        page.reason = page.form.text("reason", language.t("Why, for everybody to read"));
        page.reason.required = true;
        page.reason.characters_max = 1000;
    }
    if (refused) page.refused = language.sentence(*refused);
    web::Writer out(8 * 1024);
    html::together(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_page(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_page(request, context, *id, {});
}

Response after_change(const Request& request, Context& context, Id circle,
                      const Result<OpenPage>& changed, std::string_view notice)
{
    if (!changed) {
        const auto reason = changed.error().reason;
        if (reason == Reason::invalid || reason == Reason::conflict)
            return show_page(request, context, circle, changed.error());
        return context.refuse(changed.error());
    }
    auto response = Response::see_other(together_path(circle));
    web::give_notice(response, context, web::Tone::good, notice);
    return response;
}

Result<web::Prepared> prepare_words(const Request& request, Context&)
{
    auto rendered = hear::render_body({}, request.form("words"));
    if (!rendered) return rendered.error();
    return web::Prepared::of(*std::move(rendered));
}

Response post_words(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    std::vector<Id> titles;
    for (const auto text : request.form_fields.all("title"))
        if (const auto title = Id::parse(text)) titles.push_back(*title);
    return after_change(request, context, *id,
                        write_open_page(context.transaction, context.ids, context.now,
                                        context.viewer, *id, request.form("words"),
                                        std::any_cast<const hear::Rendered&>(context.prepared),
                                        titles, web::Language::of(context.organisation.language)),
                        context.language.t("Written. Only the circle sees it until it consents."));
}

Response post_asking(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(request, context, *id,
                        ask_for_consent(context.transaction, context.ids, context.now,
                                        context.viewer, *id,
                                        web::Language::of(context.organisation.language)),
                        context.language.t("The circle is asked."));
}

Response post_asking_withdrawal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(request, context, *id,
                        withdraw_asking(context.transaction, context.ids, context.now,
                                        context.viewer, *id, request.form("reason")),
                        context.language.t("The circle is asked no more."));
}

Response post_opening(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(
        request, context, *id,
        open_page(context.transaction, context.ids, context.now, context.viewer, *id),
        context.language.t("Everybody can read it now."));
}

Response post_closing(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(
        request, context, *id,
        close_page(context.transaction, context.ids, context.now, context.viewer, *id),
        context.language.t("Only the circle sees it now."));
}

Response post_name(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(
        request, context, *id,
        name_oneself(context.transaction, context.ids, context.now, context.viewer, *id,
                     request.form("shown") == "yes" ? Naming::shown : Naming::withheld),
        context.language.t("Saved."));
}

} // namespace

void mount_open_page_pages(web::Router& router)
{
    router.get("/together", get_list);
    router.get("/circles/:id/together", get_page);
    router.post("/circles/:id/together", post_words).prepare = prepare_words;
    router.post("/circles/:id/together/asking", post_asking);
    router.post("/circles/:id/together/withdrawal", post_asking_withdrawal);
    router.post("/circles/:id/together/opening", post_opening);
    router.post("/circles/:id/together/closing", post_closing);
    router.post("/circles/:id/together/name", post_name);
}

} // namespace moothall::hall
