// The people of the house, for its owners: who is here, who may come in, who owns it.

#include "hall/settings.hpp"

#include "hall/templates.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view people_path = "/settings/people";

web::Chip chip_of_account(people::PersonState state, const web::Language& language)
{
    switch (state) {
    case people::PersonState::unconfirmed:
        return {std::string(language.t("Not confirmed yet")), web::Tone::warn};
    case people::PersonState::deactivated:
        return {std::string(language.t("Closed")), web::Tone::bad};
    case people::PersonState::active:
    case people::PersonState::erased:
        break;
    }
    return {};
}

Response get_people(const Request& request, Context& context)
{
    constexpr int shown = 50;
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    const auto after = web::query_id(request, "after");
    if (!after) return context.refuse(after.error());
    AccountsPage page{.frame = make_settings_frame(request, context, language.t("People")),
                      .menu = make_settings_menu(context, people_path)};
    page.query = clip(normalise_line(request.query("query")), 254);
    auto found =
        people::list_accounts(context.transaction, context.viewer, page.query, *after, shown);
    if (!found) return context.refuse(found.error());
    for (auto& person : found->people) {
        const bool self = person.id == context.viewer.person;
        auto state = chip_of_account(person.state, language);
        page.people.push_back({std::move(person), std::move(state), self});
    }
    const auto path = std::string(people_path) + "?query=" + web::percent_encode(page.query);
    if (*after) page.pages.first_path = path;
    if (found->next) page.pages.next_path = path + "&after=" + found->next.text();
    page.empty = {std::string(language.t("Nobody is found")),
                  std::string(language.t("Try the first letters of a name, or a whole address.")),
                  {},
                  {}};
    web::Writer out;
    html::accounts(out, language, page);
    return web::show(context, page.frame, out.take());
}

/// What was done is said on the list; a conflict too, since the list is where the way out is.
Response answer(const Request& request, const Context& context, const Result<void>& done,
                std::string_view sentence)
{
    if (!done && done.error().reason != Reason::conflict) return context.refuse(done.error());
    auto to = std::string(people_path);
    if (!request.form("query").empty())
        to += "?query=" + web::percent_encode(request.form("query"));
    auto response = Response::see_other(std::move(to));
    if (done)
        web::give_notice(response, context, web::Tone::good, sentence);
    else
        web::give_notice(response, context, web::Tone::bad,
                         context.language.sentence(done.error()));
    return response;
}

Response post_deactivation(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(
        request, context,
        people::deactivate(context.transaction, context.ids, context.now, context.viewer, *id),
        context.language.t("The account is closed. All sessions and tokens have ended."));
}

Response post_reactivation(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(
        request, context,
        people::reactivate(context.transaction, context.ids, context.now, context.viewer, *id),
        context.language.t("The account is open again."));
}

Response post_ownership(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const bool becomes = request.form("owner") == "1";
    return answer(
        request, context,
        people::change_ownership(context.transaction, context.ids, context.now, context.viewer, *id,
                                 becomes ? people::Ownership::owner : people::Ownership::none),
        becomes ? context.language.t("There is one owner more.")
                : context.language.t("There is one owner less."));
}

} // namespace

void mount_account_pages(web::Router& router)
{
    router.get("/settings/people", get_people);
    router.post("/settings/people/:id/deactivation", post_deactivation);
    router.post("/settings/people/:id/reactivation", post_reactivation);
    router.post("/settings/people/:id/ownership", post_ownership);
}

} // namespace moothall::hall
