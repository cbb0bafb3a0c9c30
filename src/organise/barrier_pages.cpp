#include "hear/unconfirmed.hpp"
#include "organise/barrier.hpp"
#include "organise/pages.hpp"
#include "organise/templates.hpp"
#include "people/naming.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <array>

namespace moothall::organise {

namespace {

using web::Context;
using web::Response;

const char* name_of_barrier(BarrierKind kind)
{
    switch (kind) {
    case BarrierKind::connection:
        return web::translatable("The connection or a firewall");
    case BarrierKind::device:
        return web::translatable("The device or the browser");
    case BarrierKind::senses:
        return web::translatable("Seeing, hearing or the keyboard");
    case BarrierKind::language:
        return web::translatable("The language");
    case BarrierKind::permission:
        return web::translatable("I am not allowed to");
    case BarrierKind::other:
        break;
    }
    return web::translatable("Something else");
}

std::vector<web::Choice> barrier_kind_choices(const web::Language& language)
{
    std::vector<web::Choice> choices;
    for (const auto kind : {BarrierKind::connection, BarrierKind::device, BarrierKind::senses,
                            BarrierKind::language, BarrierKind::permission, BarrierKind::other})
        choices.push_back(
            {std::string(to_text(kind)), std::string(language.t(name_of_barrier(kind)))});
    return choices;
}

web::Chip chip_of(const Barrier& barrier, const web::Language& language)
{
    switch (barrier.state) {
    case BarrierState::removed:
        return {std::string(language.t("Removed")), web::Tone::good};
    case BarrierState::stays:
        return {std::string(language.t("Stays")), web::Tone::plain};
    case BarrierState::planned:
        if (!barrier.overdue) return {std::string(language.t("Planned")), web::Tone::accent};
        break;
    case BarrierState::open:
        if (!barrier.overdue)
            return {std::string(language.t("Waits for an answer")), web::Tone::warn};
        break;
    }
    return {std::string(language.t("Overdue")), web::Tone::bad};
}

BarrierView view_of(const Barrier& barrier, const web::Language& language)
{
    return {.barrier = barrier,
            .chip = chip_of(barrier, language),
            .kind = name_of_barrier(barrier.kind),
            .answered_by = people::name_of(barrier.answered_by, language)};
}

Response get_barriers(const web::Request& request, Context& context)
{
    const auto& language = context.language;
    struct Show {
        std::string_view word;
        const char* label;
        BarrierQuery query;
    };
    const std::array<Show, 4> shows{
        {{"open", web::translatable("Still there"), {.settled = false}},
         {"removed",
          web::translatable("Removed"),
          {.settled = true, .state = BarrierState::removed}},
         {"stays", web::translatable("Stays"), {.settled = true, .state = BarrierState::stays}},
         {"all", web::translatable("All"), {}}}};
    const auto* chosen = &shows.front();
    BarriersPage page{.frame =
                          web::make_frame(request, context, std::string(language.t("Barriers")),
                                          web::Section::promises)};
    page.frame.feed_path = "/barriers.atom";
    for (const auto& show : shows)
        if (show.word == request.query("state")) chosen = &show;
    for (const auto& show : shows)
        page.tabs.push_back({std::string(language.t(show.label)),
                             "/barriers?state=" + std::string(show.word), &show == chosen});
    auto query = chosen->query;
    query.after = request.query("after");
    auto found = list_barriers(context.transaction, query, context.viewer);
    if (!found) return context.refuse(found.error());
    page.barriers = std::move(found->barriers);
    for (const auto& barrier : page.barriers) page.rows.push_back(view_of(barrier, language));
    const auto here = "/barriers?state=" + std::string(chosen->word);
    if (!query.after.empty()) page.pages.first_path = here;
    if (!found->next.empty())
        page.pages.next_path = here + "&after=" + web::percent_encode(found->next);
    page.empty = {std::string(language.t("Nothing stands here")),
                  std::string(language.t("What you could not do is said by the link in the foot of "
                                         "every page. You need no account.")),
                  std::string(language.t("Say what you could not do")), "/barriers/new"};
    page.now = context.now;
    web::Writer out;
    html::barriers(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response show_barrier(const web::Request& request, Context& context, Id id,
                      const std::optional<Refusal>& refused)
{
    const auto barrier = find_barrier(context.transaction, id, context.viewer);
    if (!barrier) return context.refuse(barrier.error());
    const auto& language = context.language;
    const web::FilledForm form(language, request, refused);
    BarrierPageView page{
        .frame = web::make_frame(request, context, barrier->what, web::Section::promises),
        .view = view_of(*barrier, language),
        .form = form};
    page.frame.narrow = true;
    page.frame.feed_path = barrier->path() + ".atom";
    const auto thing = *record::find_thing(context.transaction, context.viewer.organisation, id);
    page.moderating =
        hear::find_moderating(context.transaction, context.viewer, thing, page.frame.csrf);
    auto discussion = hear::make_discussion(request, context, page.frame, thing, refused);
    if (!discussion) return context.refuse(discussion.error());
    page.discussion = *std::move(discussion);
    page.may_answer = context.viewer.is_hall_steward() && !barrier->is_settled();
    page.state = form.choose("state", language.t("What becomes of it?"),
                             {{"planned", std::string(language.t("It will be removed, by a day"))},
                              {"removed", std::string(language.t("It is removed"))},
                              {"stays", std::string(language.t("It stays, and this is why"))}},
                             "planned");
    page.remedy =
        form.text("remedy", language.t("What is done about it, for all to read"), barrier->remedy);
    page.remedy.required = true;
    page.due = form.text("due", language.t("By when, if it is planned"));
    page.due.type = "date";
    page.who = form.text("who", language.t("Who is shut out?"), barrier->who);
    page.kind = form.choose("kind", language.t("What stands in the way?"),
                            barrier_kind_choices(language), to_text(barrier->kind));
    page.now = context.now;
    web::Writer out;
    html::barrier(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_barrier(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_barrier(request, context, *id, {});
}

Response show_barrier_form(const web::Request& request, Context& context,
                           const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const web::FilledForm form(language, request, refused);
    BarrierFormPage page{.frame = web::make_frame(request, context,
                                                  std::string(language.t("I could not …")),
                                                  web::Section::none),
                         .form = form};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.what = form.text("what", language.t("What could you not do?"));
    page.what.required = true;
    page.what.characters_max = 200;
    page.kind = form.choose("kind", language.t("What stood in the way?"),
                            barrier_kind_choices(language), "other");
    page.who = form.text("who", language.t("Who is shut out by this?"));
    page.who.hint = language.t("People with an old telephone, for instance. It may stay empty.");
    page.words = form.text("words", language.t("What happened?"));
    page.words.hint = language.t("It may stay empty.");
    page.page = public_part(context.transaction, context.viewer,
                            refused ? request.form("page") : request.query("page"));
    page.without_account = !context.viewer.signed_in();
    if (page.without_account) page.stamp = hear::make_form_stamp(context);
    web::Writer out;
    html::barrier_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_new_barrier(const web::Request& request, Context& context)
{
    return show_barrier_form(request, context, {});
}

Response post_barrier(const web::Request& request, Context& context)
{
    const auto& language = context.language;
    auto response = Response::see_other("/barriers");
    const bool by_program = !context.viewer.signed_in() && !request.form("website").empty();
    if (!by_program) {
        if (!context.viewer.signed_in())
            if (const auto human = hear::check_form_stamp(context, request.form("stamp")); !human)
                return show_barrier_form(request, context, human.error());
        const auto kind = barrier_kind_of(request.form("kind"));
        const auto reported =
            report_barrier(context.transaction, context.ids, context.now, context.viewer,
                           {.what = std::string(request.form("what")),
                            .kind = kind.value_or(BarrierKind::other),
                            .words = std::string(request.form("words")),
                            .who = std::string(request.form("who")),
                            .page = std::string(request.form("page"))});
        if (!reported) return show_barrier_form(request, context, reported.error());
        if (reported->thing_state == record::State::visible) {
            response = Response::see_other(reported->path());
            web::give_notice(
                response, context, web::Tone::good,
                language.t("Thank you. It stands in the register, and its clock runs."));
            return response;
        }
    }
    // A program that fills in what people do not see hears that all is well.
    web::give_notice(response, context, web::Tone::warn,
                     language.t("Thank you. A steward looks at it before all see it."));
    return response;
}

Response post_barrier_answer(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    BarrierAnswer answer{.state =
                             barrier_state_of(request.form("state")).value_or(BarrierState::open),
                         .remedy = std::string(request.form("remedy")),
                         .due = parse_date(request.form("due")),
                         .kind = barrier_kind_of(request.form("kind"))};
    if (request.form_fields.has("who")) answer.who = std::string(request.form("who"));
    const auto answered =
        answer_barrier(context.transaction, context.ids, context.now, context.viewer, *id, answer);
    if (!answered) {
        if (answered.error().reason == Reason::invalid)
            return show_barrier(request, context, *id, answered.error());
        return context.refuse(answered.error());
    }
    auto response = Response::see_other(answered->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Answered in the open."));
    return response;
}

Response post_barrier_reply(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto barrier = find_barrier(context.transaction, *id, context.viewer);
    if (!barrier) return context.refuse(barrier.error());
    const auto said = hear::take_discussion(request, context, *id);
    if (said) return Response::see_other(barrier->path() + "#" + said->id.text());
    if (said.error().reason == Reason::invalid)
        return show_barrier(request, context, *id, said.error());
    return context.refuse(said.error());
}

} // namespace

void mount_barrier_pages(web::Router& router)
{
    router.get("/barriers", get_barriers);
    router.get("/barriers/new", get_new_barrier);
    router.post("/barriers/new", post_barrier).act = web::Act::report;
    router.get("/barriers/:id", get_barrier);
    router.post("/barriers/:id/answer", post_barrier_answer);
    auto& reply = router.post("/barriers/:id/replies", post_barrier_reply);
    reply.prepare = hear::prepare_discussion;
    reply.act = web::Act::reply;
}

} // namespace moothall::organise
