// The widget's settings, for owners: the sites that may hold it, its line, and the secret.

#include "hall/templates.hpp"
#include "hall/widget.hpp"
#include "hall/widget_page.hpp"
#include "people/people.hpp"
#include "people/secret.hpp"
#include "record/record.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view widget_path = "/settings/widget";

void save_widget_setting(Context& context, std::string_view setting, std::string_view value)
{
    people::save_setting(context.transaction, context.organisation.id, setting, value);
    record::append(context.transaction, context.organisation.id, context.ids,
                   {.verb = "people.widget_changed",
                    .thing = context.organisation.everyone,
                    .actor = context.viewer.person,
                    .circle = context.organisation.everyone,
                    .at = context.now,
                    .audience = record::Audience::stewards});
}

Response show_widget(const Request& request, Context& context,
                     const std::optional<Refusal>& refused, std::string new_secret)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    SettingsForm form{.form = web::FilledForm(language, request, refused),
                      .csrf = context.csrf,
                      .id = "your-sites",
                      .title = std::string(language.t("Your sites")),
                      .action = std::string(widget_path),
                      .button = std::string(language.t("Save"))};
    std::string known;
    for (const auto& site : find_widget_sites(context.transaction, context.organisation.id))
        known += site + "\n";
    auto sites = form.form.text("sites", language.t("Sites whose pages may hold it"), known);
    sites.hint = language.t("One a line, as https://shop.example. No other page can show it.");
    sites.rows = 3;
    form.parts.push_back({FormPart::area, std::move(sites)});
    WidgetSettingsPage page{.frame = make_settings_frame(request, context, language.t("Widget")),
                            .menu = make_settings_menu(context, widget_path),
                            .sites = std::move(form),
                            .snippet = "<script src=\"" + context.organisation.url +
                                       "/widget.js\" data-token=\"…\" async></script>",
                            .has_secret =
                                !people::find_setting(context.transaction, context.organisation.id,
                                                      widget_secret_setting)
                                     .empty(),
                            .secret = std::move(new_secret)};
    web::Writer out;
    html::widget_settings(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_widget_settings(const Request& request, Context& context)
{
    return show_widget(request, context, {}, {});
}

Response post_widget(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto sites = read_widget_sites(request.form("sites"));
    if (!sites) return show_widget(request, context, sites.error(), {});
    std::string text;
    for (const auto& site : *sites) text += site + "\n";
    save_widget_setting(context, widget_sites_setting, text);
    auto response = Response::see_other(std::string(widget_path));
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

Response post_secret(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    auto secret = people::make_secret();
    save_widget_setting(context, widget_secret_setting, secret);
    return show_widget(request, context, {}, std::move(secret));
}

} // namespace

void mount_widget_settings_pages(web::Router& router)
{
    router.get("/settings/widget", get_widget_settings);
    router.post("/settings/widget", post_widget);
    router.post("/settings/widget/secret", post_secret).keeps_answer = false;
}

} // namespace moothall::hall
