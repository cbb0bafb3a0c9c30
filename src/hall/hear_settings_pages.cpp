// The statuses and tags of voices, for the stewards of the whole hall.

#include "hall/settings.hpp"

#include "hall/templates.hpp"
#include "hear/hear.hpp"
#include "hear/pages.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/problem.hpp"

#include <charconv>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

std::vector<web::Choice> category_choices(const web::Language& language, hear::Category chosen)
{
    std::vector<web::Choice> choices;
    for (const auto& [category, label] :
         {std::pair(hear::Category::open, web::translatable("Open")),
          std::pair(hear::Category::under_review, web::translatable("Under review")),
          std::pair(hear::Category::planned, web::translatable("Planned")),
          std::pair(hear::Category::started, web::translatable("Started")),
          std::pair(hear::Category::done, web::translatable("Done")),
          std::pair(hear::Category::declined, web::translatable("Declined"))})
        choices.push_back({std::string(hear::to_text(category)),
                           std::string(language.t(label)),
                           {},
                           category == chosen});
    return choices;
}

Response show_statuses(const Request& request, Context& context,
                       const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_hall_steward(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    // What was refused of a status that is there already is said above the list.
    const bool of_new_one = refused && request.path("id").empty();
    SettingsForm form{
        .form = web::FilledForm(context.language, request, of_new_one ? refused : std::nullopt),
        .csrf = context.csrf,
        .id = "new",
        .title = std::string(language.t("Another status")),
        .action = "/settings/statuses",
        .button = std::string(language.t("Add it"))};
    auto name = form.form.text("name", language.t("Name"));
    name.required = true;
    name.characters_max = 40;
    if (!of_new_one) name.value.clear();
    form.parts.push_back({FormPart::line, std::move(name)});
    form.parts.push_back(
        {FormPart::select,
         form.form.choose("category", language.t("What does it mean?"),
                          category_choices(language, hear::Category::open), "open")});
    StatusesPage page{.frame = make_settings_frame(request, context, language.t("Statuses")),
                      .menu = make_settings_menu(context, "/settings/statuses"),
                      .refused = refused && !of_new_one ? language.sentence(*refused) : "",
                      .statuses = {},
                      .form = std::move(form)};
    for (auto& status : hear::list_statuses(context.transaction, context.viewer.organisation)) {
        auto categories = category_choices(language, status.category);
        page.statuses.push_back({std::move(status), std::move(categories)});
    }
    web::Writer out;
    html::statuses(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_statuses(const Request& request, Context& context)
{
    return show_statuses(request, context, {});
}

Response answer_status(const Request& request, Context& context,
                       const std::optional<Refusal>& refused)
{
    if (!refused) return Response::see_other("/settings/statuses");
    if (refused->reason == Reason::invalid || refused->reason == Reason::conflict)
        return show_statuses(request, context, refused);
    return context.refuse(*refused);
}

/// A status of the form's fields. The position counts tens, so that one fits between two.
Result<hear::Status> read_status(const Request& request, hear::Status status)
{
    status.name = request.form("name");
    const auto category = hear::category_of(request.form("category"));
    if (!category)
        return Refusal::invalid("category", "A status is open, under review, planned, started, "
                                            "done or declined.");
    status.category = *category;
    const auto position = request.form("position");
    if (!position.empty()) {
        std::int64_t number = 0;
        const auto* end = position.data() + position.size();
        if (std::from_chars(position.data(), end, number).ptr != end || number < 0 || number > 1000)
            return Refusal::invalid("position",
                                    "The place in the list is a number from 0 to 1,000.");
        status.position = number;
    }
    return status;
}

Response post_status(const Request& request, Context& context)
{
    if (const auto may = must_be_hall_steward(context); !may) return context.refuse(may.error());
    hear::Status status;
    for (const auto& other : hear::list_statuses(context.transaction, context.viewer.organisation))
        status.position = std::max(status.position, other.position + 10);
    const auto wanted = read_status(request, status);
    if (!wanted) return answer_status(request, context, wanted.error());
    const auto saved =
        hear::save_status(context.transaction, context.ids, context.now, context.viewer, *wanted);
    if (!saved) return answer_status(request, context, saved.error());
    return answer_status(request, context, {});
}

Response post_status_change(const Request& request, Context& context)
{
    if (const auto may = must_be_hall_steward(context); !may) return context.refuse(may.error());
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto statuses = hear::list_statuses(context.transaction, context.viewer.organisation);
    const auto* before = hear::find_status(statuses, *id);
    if (before == nullptr) return context.refuse(Refusal::not_found());
    const auto wanted = read_status(request, *before);
    if (!wanted) return answer_status(request, context, wanted.error());
    const auto saved =
        hear::save_status(context.transaction, context.ids, context.now, context.viewer, *wanted);
    if (!saved) return answer_status(request, context, saved.error());
    return answer_status(request, context, {});
}

Response post_status_removal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto removed =
        hear::remove_status(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!removed) return answer_status(request, context, removed.error());
    return answer_status(request, context, {});
}

Response show_tags(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_hall_steward(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    TagsPage page{.frame = make_settings_frame(request, context, language.t("Tags")),
                  .menu = make_settings_menu(context, "/settings/tags"),
                  .refused = refused ? language.sentence(*refused) : "",
                  .tags = hear::list_tags(context.transaction, context.viewer.organisation),
                  .empty = {std::string(language.t("There are no tags yet")),
                            std::string(language.t("They are made by whoever says something.")),
                            {},
                            {}}};
    web::Writer out;
    html::tags(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_tags(const Request& request, Context& context)
{
    return show_tags(request, context, {});
}

Response change_tag(const Request& request, Context& context, std::string_view name)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto changed =
        hear::change_tag(context.transaction, context.ids, context.now, context.viewer, *id, name);
    if (changed) return Response::see_other("/settings/tags");
    if (changed.error().reason == Reason::invalid || changed.error().reason == Reason::conflict)
        return show_tags(request, context, changed.error());
    return context.refuse(changed.error());
}

Response post_tag(const Request& request, Context& context)
{
    const auto name = request.form("name");
    if (name.empty())
        return show_tags(request, context, Refusal::invalid("name", "A tag needs a name."));
    return change_tag(request, context, name);
}

Response post_tag_removal(const Request& request, Context& context)
{
    return change_tag(request, context, {});
}

} // namespace

void mount_hear_settings_pages(web::Router& router)
{
    router.get("/settings/statuses", get_statuses);
    router.post("/settings/statuses", post_status);
    router.post("/settings/statuses/:id", post_status_change);
    router.post("/settings/statuses/:id/removal", post_status_removal);
    router.get("/settings/tags", get_tags);
    router.post("/settings/tags/:id", post_tag);
    router.post("/settings/tags/:id/removal", post_tag_removal);
}

} // namespace moothall::hall
