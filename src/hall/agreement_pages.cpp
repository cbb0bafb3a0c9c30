#include "decide/decide.hpp"
#include "hall/agreements.hpp"
#include "hall/compared_versions.hpp"
#include "hall/page_form.hpp"
#include "hall/templates.hpp"
#include "people/people.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/number.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int versions_of_agreement = 20;
constexpr int links_to_choose = 20;

web::Chip chip_of(const act::Agreement& agreement, const web::Language& language)
{
    if (agreement.agreed == agreement.version)
        return {std::string(language.t("Agreed by both sides")), web::Tone::good};
    if (agreement.agreed > 0)
        return {std::string(language.t("A newer version waits to be signed")), web::Tone::warn};
    return {std::string(language.t("Waits to be signed")), web::Tone::warn};
}

Response get_agreements(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto circle = Id::parse(request.query("circle")).value_or(Id{});
    auto found = act::list_agreements(
        context.transaction, {.circle = circle, .after = std::string(request.query("after"))},
        context.viewer);
    if (!found) return context.refuse(found.error());
    AgreementsPage page{.frame = web::make_frame(request, context,
                                                 std::string(language.t("Working agreements")),
                                                 web::Section::people),
                        .agreements = std::move(found->agreements)};
    page.frame.feed_path = "/agreements.atom";
    page.frame.calendar_path = "/calendar.ics";
    for (const auto& agreement : page.agreements)
        page.rows.push_back(
            {agreement, chip_of(agreement, language), std::to_string(agreement.year)});
    for (const auto& one : people::list_circles(context.transaction, context.viewer)) {
        if (one.id == circle) page.circle_name = one.name;
        if ((!circle || one.id == circle) && one.id != context.viewer.everyone &&
            !people::is_company(one.kind) && act::may_write_agreements(context.viewer, one.id))
            page.to_write.push_back({one.name, "/agreements/new?circle=" + one.id.text()});
    }
    const auto here = circle ? "/agreements?circle=" + circle.text() : std::string("/agreements");
    if (!request.query("after").empty()) page.pages.first_path = here;
    if (!found->next.empty())
        page.pages.next_path =
            here + (circle ? "&after=" : "?after=") + web::percent_encode(found->next);
    page.empty = {std::string(language.t("Nothing is agreed yet")),
                  std::string(language.t("A circle and the company write down how they want to "
                                         "work together, and both sign it.")),
                  {},
                  {}};
    web::Writer out;
    html::agreements(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response show_agreement(const Request& request, Context& context, Id id,
                        const std::optional<Refusal>& refused)
{
    const auto agreement = act::find_agreement(context.transaction, id, context.viewer);
    if (!agreement) return context.refuse(agreement.error());
    const auto& viewer = context.viewer;
    AgreementPageView page{
        .frame = web::make_frame(request, context, agreement->title, web::Section::people),
        .agreement = *agreement,
        .chip = chip_of(*agreement, context.language),
        .year = std::to_string(agreement->year)};
    page.frame.feed_path = agreement->path() + ".atom";
    const auto thing = *record::find_thing(context.transaction, viewer.organisation, id);
    page.moderating = hear::find_moderating(context.transaction, viewer, thing, page.frame.csrf);
    auto discussion = hear::make_discussion(request, context, page.frame, thing, refused);
    if (!discussion) return context.refuse(discussion.error());
    page.discussion = *std::move(discussion);
    page.happened = act::find_what_happened(context.transaction, context.now, *agreement, viewer);
    page.versions =
        write::list_versions(context.transaction, viewer.organisation, id, 0, versions_of_agreement)
            .versions;
    if (agreement->before)
        if (const auto before = people::find_seen(context.transaction, agreement->before, viewer))
            page.before_title = before->title;
    page.may_write = act::may_write_agreements(viewer, agreement->circle);
    const auto side = act::side_of(viewer, agreement->circle);
    page.may_sign = side && !agreement->is_signed(*side);
    page.may_begin_next = page.may_write && agreement->agreed > 0 && !agreement->next;
    web::Writer out(16 * 1024);
    html::agreement(out, context.language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_agreement(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_agreement(request, context, *id, {});
}

Response post_agreement_reply(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto agreement = act::find_agreement(context.transaction, *id, context.viewer);
    if (!agreement) return context.refuse(agreement.error());
    const auto said = hear::take_discussion(request, context, *id);
    if (said) return Response::see_other(agreement->path() + "#" + said->id.text());
    if (said.error().reason == Reason::invalid)
        return show_agreement(request, context, *id, said.error());
    return context.refuse(said.error());
}

// -- writing --------------------------------------------------------------------------------------

std::vector<web::Choice> list_links(const Request& request, Context& context,
                                    const act::Agreement& agreement, bool refused)
{
    std::vector<web::Choice> choices;
    const auto sent = request.form_fields.all("link");
    const auto add = [&](Id thing, const std::string& title, const std::string& measure) {
        const auto value = thing.text();
        if (std::ranges::find(choices, value, &web::Choice::value) != choices.end()) return;
        const bool chosen =
            refused ? std::ranges::find(sent, std::string_view(value)) != sent.end()
                    : std::ranges::find(agreement.links, thing, &act::LinkedMeasure::thing) !=
                          agreement.links.end();
        choices.push_back({value, measure.empty() ? title : title + ": " + measure, {}, chosen});
    };
    for (const auto& link : agreement.links) add(link.thing, link.title, link.measure);
    if (const auto goals =
            decide::list_goals(context.transaction, {.limit = links_to_choose}, context.viewer))
        for (const auto& goal : goals->goals) add(goal.id, goal.title, goal.measure);
    if (const auto decisions = decide::list_decisions(
            context.transaction, {.circle = agreement.circle, .limit = links_to_choose},
            context.viewer))
        for (const auto& decision : decisions->decisions)
            add(decision.id, decision.title, decision.measure);
    return choices;
}

/// The form of one that is there, or, without an id, of a new one.
Response show_agreement_form(const Request& request, Context& context,
                             const act::Agreement& agreement, const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const bool is_new = !agreement.id;
    const web::FilledForm form(language, request, refused);
    AgreementFormPage page{
        .frame = web::make_frame(request, context,
                                 std::string(is_new ? language.t("Write a working agreement")
                                                    : language.t("Write another version")),
                                 web::Section::people),
        .form = form};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.path = is_new ? "/agreements/new" : agreement.path() + "/edit";
    page.circle = agreement.circle.text();
    page.circle_name = agreement.circle_name;
    const auto this_year = std::to_string(
        static_cast<int>(Date{std::chrono::floor<std::chrono::days>(context.now)}.year()));
    page.title = form.text("title", language.t("Title"), agreement.title);
    page.title.required = true;
    page.title.characters_max = static_cast<int>(write::page_title_characters_max);
    page.words = form.text("words", language.t("How we want to work together"), agreement.words);
    page.words.required = true;
    page.words.rows = 16;
    page.words.hint = language.t("Markdown works.");
    page.review = form.text("review_on", language.t("When do both sides look at it again?"),
                            agreement.review ? to_text(*agreement.review) : std::string());
    page.review.type = "date";
    if (is_new) {
        page.year = form.text("year", language.t("For which year?"), this_year);
        page.year.type = "number";
        page.year.required = true;
    } else {
        page.version = std::to_string(agreement.version);
        page.said = form.text("said", language.t("What did you change, for everybody to read?"));
        page.said.characters_max = static_cast<int>(write::page_line_characters_max);
    }
    page.links = list_links(request, context, agreement, refused.has_value());
    web::Writer out(16 * 1024);
    html::agreement_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

/// An empty one of the circle that the request names, for who may write there.
Result<act::Agreement> find_empty(Context& context, std::string_view circle_id)
{
    const auto id = Id::parse(circle_id).value_or(Id{});
    const auto circle = people::find_circle(context.transaction, id, context.viewer);
    if (!circle) return circle.error();
    if (!context.viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!act::may_write_agreements(context.viewer, id))
        return Refusal::forbidden("Only members of the circle write on its agreement.");
    act::Agreement agreement;
    agreement.circle = id;
    agreement.circle_name = circle->name;
    return agreement;
}

Response get_new_agreement(const Request& request, Context& context)
{
    const auto empty = find_empty(context, request.query("circle"));
    if (!empty) return context.refuse(empty.error());
    return show_agreement_form(request, context, *empty, {});
}

std::vector<Id> read_links(const Request& request)
{
    std::vector<Id> links;
    for (const auto text : request.form_fields.all("link"))
        if (const auto link = Id::parse(text)) links.push_back(*link);
    return links;
}

/// The HTML of the words, made before the transaction; a refusal is shown with the form.
Response post_new_agreement(const Request& request, Context& context)
{
    const auto empty = find_empty(context, request.form("circle"));
    if (!empty) return context.refuse(empty.error());
    const auto& html = prepared_words(context);
    if (!html) return show_agreement_form(request, context, *empty, html.error());
    if (!request.form("review_on").empty() && !parse_date(request.form("review_on")))
        return show_agreement_form(
            request, context, *empty,
            Refusal::invalid("review_on", "Please give a day, as in 2026-05-31."));
    const auto made = act::write_agreement(
        context.transaction, context.ids, context.now, context.viewer,
        {.title = std::string(request.form("title")),
         .words = std::string(request.form("words")),
         .circle = empty->circle,
         .year = static_cast<int>(web::read_whole(request.form("year")).value_or(0)),
         .review = parse_date(request.form("review_on")),
         .links = read_links(request)},
        *html);
    if (!made) {
        if (made.error().reason == Reason::invalid)
            return show_agreement_form(request, context, *empty, made.error());
        return context.refuse(made.error());
    }
    auto response = Response::see_other(made->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Written. It holds once both sides have signed it."));
    return response;
}

Result<act::Agreement> find_to_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return id.error();
    auto agreement = act::find_agreement(context.transaction, *id, context.viewer);
    if (!agreement) return agreement.error();
    if (!context.viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!act::may_write_agreements(context.viewer, agreement->circle))
        return Refusal::forbidden("Only members of the circle write on its agreement.");
    return agreement;
}

Response get_agreement_edit(const Request& request, Context& context)
{
    const auto agreement = find_to_edit(request, context);
    if (!agreement) return context.refuse(agreement.error());
    return show_agreement_form(request, context, *agreement, {});
}

Response post_agreement_edit(const Request& request, Context& context)
{
    const auto agreement = find_to_edit(request, context);
    if (!agreement) return context.refuse(agreement.error());
    const auto& html = prepared_words(context);
    if (!html) return show_agreement_form(request, context, *agreement, html.error());
    act::AgreementChange change{.title = std::string(request.form("title")),
                                .words = std::string(request.form("words")),
                                .said = std::string(request.form("said")),
                                .review = parse_date(request.form("review_on")),
                                .links = read_links(request),
                                .version = web::read_whole(request.form("version"))};
    const auto changed = act::change_agreement(context.transaction, context.ids, context.now,
                                               context.viewer, agreement->id, change, *html);
    if (!changed) {
        if (changed.error().reason == Reason::invalid || changed.error().reason == Reason::conflict)
            return show_agreement_form(request, context, *agreement, changed.error());
        return context.refuse(changed.error());
    }
    auto response = Response::see_other(changed->path());
    if (changed->version != agreement->version)
        web::give_notice(
            response, context, web::Tone::good,
            context.language.t("Written. It is a new version, which both sides sign again."));
    return response;
}

Response post_signature(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto agreed =
        act::sign_agreement(context.transaction, context.ids, context.now, context.viewer, *id,
                            web::read_whole(request.form("version")).value_or(0));
    if (!agreed) return context.refuse(agreed.error());
    auto response = Response::see_other(agreed->path());
    web::give_notice(response, context, web::Tone::good,
                     agreed->agreed == agreed->version
                         ? context.language.t("Signed. Both sides agree now.")
                         : context.language.t("Signed. The other side has been told."));
    return response;
}

Response post_next_year(const Request& request, Context& context)
{
    const auto agreement = find_to_edit(request, context);
    if (!agreement) return context.refuse(agreement.error());
    const auto next = begin_next_year(context, *agreement);
    if (!next) return context.refuse(next.error());
    auto response = Response::see_other(next->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Begun, with what happened. Change what should be other."));
    return response;
}

Response get_agreement_version(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto agreement = act::find_agreement(context.transaction, *id, context.viewer);
    if (!agreement) return context.refuse(agreement.error());
    const auto compared = compare_versions(request, context, *id);
    if (!compared) return context.refuse(compared.error());
    AgreementVersionPage page{
        .frame = web::make_frame(request, context,
                                 language.t("{1}, version {2}", agreement->title,
                                            std::to_string(compared->version.version)),
                                 web::Section::people),
        .agreement = *agreement,
        .compared = *compared,
        .hunks = compared->row_hunks()};
    page.frame.indexed = false;
    web::Writer out(16 * 1024);
    html::agreement_version(out, language, page);
    return web::show(context, page.frame, out.take());
}

} // namespace

Result<act::Agreement> begin_next_year(Context& context, const act::Agreement& agreement)
{
    const auto& language = context.language;
    const auto happened =
        act::find_what_happened(context.transaction, context.now, agreement, context.viewer);
    const auto words = act::words_of_next(
        agreement, happened, language.t("What happened in {1}", std::to_string(agreement.year)),
        {language.t("kept"), language.t("not kept"), language.t("still open")});
    const auto html = write::render_words(words);
    if (!html) return html.error();
    return act::begin_next_agreement(context.transaction, context.ids, context.now, context.viewer,
                                     agreement.id, words, *html);
}

void mount_agreement_pages(web::Router& router)
{
    router.get("/agreements", get_agreements);
    router.get("/agreements/new", get_new_agreement);
    auto& write_new = router.post("/agreements/new", post_new_agreement);
    write_new.prepare = prepare_page_words;
    write_new.act = web::Act::voice;
    router.get("/agreements/:id", get_agreement);
    router.get("/agreements/:id/edit", get_agreement_edit);
    router.post("/agreements/:id/edit", post_agreement_edit).prepare = prepare_page_words;
    router.get("/agreements/:id/versions/:version", get_agreement_version);
    auto& reply = router.post("/agreements/:id/replies", post_agreement_reply);
    reply.prepare = hear::prepare_discussion;
    reply.act = web::Act::reply;
    router.post("/agreements/:id/signature", post_signature);
    router.post("/agreements/:id/next", post_next_year);
}

} // namespace moothall::hall
