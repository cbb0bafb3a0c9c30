// The page and the API of the highest number of wants.

#include "decide/priority.hpp"

#include "decide/budget.hpp"
#include "decide/budget_api.hpp"
#include "decide/pages.hpp"
#include "decide/priority_view.hpp"
#include "decide/templates.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

double number_of(std::int64_t hundredths)
{
    return static_cast<double>(hundredths) / money_unit;
}

Result<std::int64_t> read_capacity(const Request& request)
{
    const auto text = request.query("capacity");
    if (text.empty()) return capacity_default;
    const auto capacity = read_amount(text);
    if (!capacity || *capacity < 1 || *capacity > days_max * money_unit)
        return Refusal::invalid("capacity", "Say how many days of work there are, as a number.");
    return *capacity;
}

std::string days(std::int64_t hundredths, const web::Language& language)
{
    if (hundredths % money_unit == 0)
        return language.tn("{1} day", "{1} days", hundredths / money_unit);
    return language.t("{1} days", language.decimal(number_of(hundredths), 1));
}

/// Why a want is not in the fair set, said with numbers.
PriorityLine make_line(const Candidate& candidate, bool says_why, const web::Language& language)
{
    PriorityLine line{
        candidate.title,
        candidate.path(),
        days(candidate.effort, language),
        language.tn("{1} person wants it", "{1} people want it", candidate.supporters),
        {}};
    if (says_why)
        line.why = language.t("Those who want it have {1} of {2} left.",
                              days(candidate.left, language), days(candidate.effort, language));
    return line;
}

PrioritySet make_set(const Priorities& found, const Proposal& proposal, const char* name,
                     const char* words, bool fair, const web::Language& language)
{
    PrioritySet set;
    set.name = language.t(name);
    set.words = language.t(words);
    set.effort = days(proposal.effort, language);
    set.people =
        language.t("{1} of {2} people get something they want", proposal.people, found.people);
    std::vector<bool> chosen(found.candidates.size());
    for (const auto at : proposal.chosen) {
        chosen[at] = true;
        set.chosen.push_back(make_line(found.candidates[at], false, language));
    }
    for (std::size_t at = 0; at < found.candidates.size(); ++at)
        if (!chosen[at]) set.left_out.push_back(make_line(found.candidates[at], fair, language));
    return set;
}

Response show_priorities(const Request& request, Context& context,
                         const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto capacity = read_capacity(request);
    const auto wrong = refused    ? refused
                       : capacity ? std::nullopt
                                  : std::optional(capacity.error());
    const auto found = find_priorities(context.transaction, context.viewer,
                                       capacity ? *capacity : capacity_default);
    PrioritiesPage page{.frame =
                            web::make_frame(request, context,
                                            std::string(language.t("The highest number of wants")),
                                            web::Section::voices),
                        .form = web::FilledForm(language, request, wrong)};
    page.capacity = page.form.text("capacity", language.t("Days of work there are"),
                                   amount_text(found.capacity));
    page.is_empty = found.candidates.empty();
    page.sets.push_back(make_set(
        found, found.fair, web::translatable("The fair set"),
        web::translatable("Everybody has an equal share of the days; a want is taken when those "
                          "who want it can give its days together."),
        true, language));
    page.sets.push_back(make_set(
        found, found.loudest, web::translatable("What most ask for"),
        web::translatable("The most supporters first, as long as it fits."), false, language));
    if (found.paying)
        page.sets.push_back(
            make_set(found, *found.paying, web::translatable("What pays most"),
                     web::translatable("The most revenue of the circles behind it first."), false,
                     language));
    page.may_record = is_of_company(context.viewer);
    page.no_revenue = !found.paying;
    for (const auto& revenue : list_revenues(context.transaction, context.viewer))
        page.revenues.push_back({revenue.circle, std::string(language.t(revenue.name)),
                                 revenue.revenue ? amount_text(*revenue.revenue) : std::string()});
    web::Writer out(16 * 1024);
    html::priorities(out, language, page);
    return web::show(context, page.frame, out.take(), wrong ? web::status_of(wrong->reason) : 200);
}

Response get_priorities(const Request& request, Context& context)
{
    return show_priorities(request, context, {});
}

/// What was typed into a field that may be left empty to take the number away.
Result<std::optional<std::int64_t>> read_field(std::string_view text, const char* field,
                                               const char* sentence)
{
    if (text.empty()) return std::optional<std::int64_t>{};
    const auto amount = read_amount(text);
    if (!amount) return Refusal::invalid(field, sentence);
    return amount;
}

Response post_effort(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto effort =
        read_field(request.form("days"), "days", "Say how many days of work, as a number: 0.5, 3.");
    if (!effort) return context.refuse(effort.error());
    const auto set = estimate_effort(context.transaction, context.ids, context.now, context.viewer,
                                     *id, *effort);
    if (!set) return context.refuse(set.error());
    auto response = Response::see_other("/voices/" + id->text());
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

Response post_revenue(const Request& request, Context& context)
{
    const auto circle = Id::parse(request.form("circle"));
    if (!circle) return context.refuse(Refusal::not_found());
    const auto revenue = read_field(request.form("revenue"), "revenue",
                                    "This is an amount with at most two decimals.");
    if (!revenue) return context.refuse(revenue.error());
    const auto set = record_revenue(context.transaction, context.ids, context.now, context.viewer,
                                    *circle, *revenue);
    if (!set) return context.refuse(set.error());
    auto response = Response::see_other("/priorities#revenue");
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

void write_proposal(JsonWriter& json, const char* name, const Priorities& found,
                    const Proposal& proposal)
{
    json.key(name).begin_object().key("chosen").begin_array();
    std::vector<bool> chosen(found.candidates.size());
    for (const auto at : proposal.chosen) {
        chosen[at] = true;
        json.value(found.candidates[at].voice);
    }
    json.end_array().key("left_out").begin_array();
    for (std::size_t at = 0; at < found.candidates.size(); ++at)
        if (!chosen[at]) json.value(found.candidates[at].voice);
    json.end_array().field("days", number_of(proposal.effort));
    json.field("people", proposal.people).field("empty_handed", proposal.empty_handed);
    json.end_object();
}

Response get_priorities_api(const Request& request, Context& context)
{
    const auto capacity = read_capacity(request);
    if (!capacity) return context.refuse(capacity.error());
    const auto found = find_priorities(context.transaction, context.viewer, *capacity);
    JsonWriter json(4096);
    json.begin_object().field("capacity", number_of(found.capacity)).field("people", found.people);
    json.key("voices").begin_array();
    for (const auto& candidate : found.candidates) {
        json.begin_object().field("id", candidate.voice).field("title", candidate.title);
        json.field("days", number_of(candidate.effort)).field("supporters", candidate.supporters);
        json.field("days_left", number_of(candidate.left)).field("url", candidate.path());
        json.end_object();
    }
    json.end_array();
    write_proposal(json, "fair", found, found.fair);
    write_proposal(json, "loudest", found, found.loudest);
    if (found.paying)
        write_proposal(json, "paying", found, *found.paying);
    else
        json.null_field("paying");
    return Response::json(json.end_object().take());
}

Response answer_effort(Context& context, Id voice)
{
    const auto effort = find_effort(context.transaction, voice, context.viewer);
    JsonWriter json;
    json.begin_object().field("voice", voice);
    json.field("days", effort ? std::optional(number_of(*effort)) : std::nullopt).end_object();
    return Response::json(json.take());
}

Response put_effort(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto effort = read_money(*body, "days");
    // Who may not estimate hears that first.
    const auto set = estimate_effort(context.transaction, context.ids, context.now, context.viewer,
                                     *id, effort ? *effort : std::int64_t{-1});
    if (!set) return context.refuse(set.error());
    return answer_effort(context, *id);
}

Response delete_effort(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto set = estimate_effort(context.transaction, context.ids, context.now, context.viewer,
                                     *id, std::nullopt);
    if (!set) return context.refuse(set.error());
    return answer_effort(context, *id);
}

Response set_revenue(Context& context, Id circle, std::optional<std::int64_t> revenue)
{
    const auto set = record_revenue(context.transaction, context.ids, context.now, context.viewer,
                                    circle, revenue);
    if (!set) return context.refuse(set.error());
    JsonWriter json;
    json.begin_object().field("circle", circle);
    json.field("revenue", revenue ? std::optional(number_of(*revenue)) : std::nullopt).end_object();
    return Response::json(json.take());
}

Response put_revenue(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto revenue = read_money(*body, "revenue");
    return set_revenue(context, *id, revenue ? *revenue : std::int64_t{-1});
}

Response delete_revenue(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return set_revenue(context, *id, std::nullopt);
}

} // namespace

void mount_priority_pages(web::Router& router)
{
    router.get("/priorities", get_priorities).slow = true;
    router.post("/voices/:id/effort", post_effort);
    router.post("/priorities/revenue", post_revenue);
    router.get("/api/v1/priorities", get_priorities_api).slow = true;
    router.put("/api/v1/voices/:id/effort", put_effort);
    router.del("/api/v1/voices/:id/effort", delete_effort);
    router.put("/api/v1/circles/:id/revenue", put_revenue);
    router.del("/api/v1/circles/:id/revenue", delete_revenue);
}

} // namespace moothall::decide
