// Which programs hear of what: a page for owners.

#include "hall/settings.hpp"

#include "hall/templates.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view webhooks_path = "/settings/webhooks";
constexpr int deliveries_shown = 100;

std::string webhook_path(Id webhook)
{
    return std::string(webhooks_path) + '/' + webhook.text();
}

web::Chip chip_of_webhook(const tell::Webhook& webhook, const web::Language& language)
{
    if (!webhook.on) return {std::string(language.t("Switched off")), web::Tone::bad};
    if (webhook.failing_since) return {std::string(language.t("Takes nothing")), web::Tone::warn};
    return {std::string(language.t("On")), web::Tone::good};
}

/// "Decisions and goals, Requests": what it hears of.
std::string hears_of(const tell::Webhook& webhook, const web::Language& language)
{
    if (webhook.verbs.empty()) return std::string(language.t("Everything"));
    std::vector<std::string> words;
    for (const auto& verb : webhook.verbs) {
        std::string word = verb;
        for (const auto& family : tell::verb_families())
            if (family.name == verb) word = language.t(family.label);
        words.push_back(std::move(word));
    }
    return language.list(words);
}

WebhookLine line_of(tell::Webhook webhook, const web::Language& language)
{
    WebhookLine line{.state = chip_of_webhook(webhook, language),
                     .hears_of = hears_of(webhook, language),
                     .path = webhook_path(webhook.id)};
    webhook.circle_name = language.t(webhook.circle_name);
    line.webhook = std::move(webhook);
    return line;
}

SettingsForm make_webhook_form(const Request& request, Context& context,
                               const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    SettingsForm shown{
        .form = web::FilledForm(context.language, request, refused),
        .csrf = context.csrf,
        .id = "new",
        .title = std::string(language.t("A new webhook")),
        .lead = std::string(language.t(
                    "It is sent ids and addresses, never texts, signed with a secret of its own. A "
                    "program that wants the texts asks the API for them.")) +
                " " + std::string(language.t("Nothing ticked: it hears of everything.")),
        .action = std::string(webhooks_path),
        .button = std::string(language.t("Make the webhook"))};
    const auto& form = shown.form;
    auto url = form.text("url", language.t("Address"));
    url.type = "url";
    url.required = true;
    url.characters_max = 2000;
    url.placeholder = "https://";
    url.hint = language.t("On the public internet; addresses of this machine and of the local "
                          "network are refused.");
    shown.parts.push_back({FormPart::line, std::move(url)});
    std::vector<web::Choice> circles;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        circles.push_back(
            {circle.id.text(),
             circle.id == context.viewer.everyone
                 ? std::string(language.t("Everyone: what is public, and nothing else"))
                 : language.t("{1}: what is public, and what its members see", circle.name)});
    shown.parts.push_back(
        {FormPart::select, form.choose("circle", language.t("Whose sight it has"),
                                       std::move(circles), context.viewer.everyone.text())});
    for (const auto& family : tell::verb_families())
        shown.parts.push_back({FormPart::check, form.check("verbs_" + std::string(family.name),
                                                           language.t(family.label), false)});
    return shown;
}

Response show_webhooks(const Request& request, Context& context,
                       const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    auto webhooks = tell::list_webhooks(context.transaction, context.viewer);
    if (!webhooks) return context.refuse(webhooks.error());
    WebhooksPage page{.frame = make_settings_frame(request, context, language.t("Webhooks")),
                      .menu = make_settings_menu(context, webhooks_path),
                      .form = make_webhook_form(request, context, refused)};
    for (auto& webhook : *webhooks) page.lines.push_back(line_of(std::move(webhook), language));
    web::Writer out;
    html::webhooks(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

/// `secret` is that of a webhook that was made just now: it is shown this once.
Response show_webhook(const Request& request, Context& context, Id id, std::string secret)
{
    const auto& language = context.language;
    auto webhook = tell::find_webhook(context.transaction, id, context.viewer);
    if (!webhook) return context.refuse(webhook.error());
    WebhookPage page{.frame = make_settings_frame(request, context, language.t("Webhook")),
                     .menu = make_settings_menu(context, webhooks_path),
                     .line = line_of(*std::move(webhook), language),
                     .secret = std::move(secret),
                     .now = context.now};
    page.deliveries = tell::list_deliveries(context.transaction, context.viewer.organisation, id,
                                            deliveries_shown);
    page.empty = {std::string(language.t("Nothing was sent yet")),
                  std::string(language.t("Try it, or wait until something happens.")),
                  {},
                  {}};
    web::Writer out;
    html::webhook(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response get_webhooks(const Request& request, Context& context)
{
    return show_webhooks(request, context, {});
}

Response get_webhook(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_webhook(request, context, *id, {});
}

Response post_webhook(const Request& request, Context& context)
{
    tell::NewWebhook wanted;
    wanted.url = request.form("url");
    for (const auto& family : tell::verb_families())
        if (request.form("verbs_" + std::string(family.name)) == "yes")
            wanted.verbs.emplace_back(family.name);
    // All of them is the same as none: it goes on hearing of families that come later.
    if (wanted.verbs.size() == tell::verb_families().size()) wanted.verbs.clear();
    wanted.circle = web::sent_id(request, "circle");
    const auto made =
        tell::make_webhook(context.transaction, context.ids, context.now, context.viewer, wanted,
                           tell::private_addresses_of(context.hall.settings()));
    if (!made) {
        if (made.error().reason == Reason::invalid || made.error().reason == Reason::conflict)
            return show_webhooks(request, context, made.error());
        return context.refuse(made.error());
    }
    return show_webhook(request, context, made->webhook.id, made->secret);
}

Response back(const Context& context, std::string path, web::Tone tone, std::string_view sentence)
{
    auto response = Response::see_other(std::move(path));
    web::give_notice(response, context, tone, sentence);
    return response;
}

Result<web::Prepared> prepare_webhook_test(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return id.error();
    auto tried = tell::try_webhook(context.transaction, context.ids, context.now, context.viewer,
                                   *id, context.organisation.url,
                                   tell::private_addresses_of(context.hall.settings()));
    if (!tried) return tried.error();
    return web::Prepared::of(*std::move(tried));
}

Response post_webhook_test(const Request&, Context& context)
{
    const auto& tried = std::any_cast<const tell::Try&>(context.prepared);
    const auto found = tell::find_webhook(context.transaction, tried.webhook, context.viewer);
    if (!found) return context.refuse(found.error());
    tell::note_try(context.transaction, context.ids, context.now, context.viewer, tried);
    if (tried.error.empty())
        return back(context, webhook_path(tried.webhook), web::Tone::good,
                    context.language.t("It was taken."));
    return back(context, webhook_path(tried.webhook), web::Tone::bad,
                context.language.t("It was not taken: {1}", tried.error));
}

Response post_webhook_removal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto removed =
        tell::remove_webhook(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!removed) return context.refuse(removed.error());
    return back(context, std::string(webhooks_path), web::Tone::good,
                context.language.t("The webhook is removed."));
}

Response post_on(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto on =
        tell::switch_on(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!on) return context.refuse(on.error());
    return back(context, webhook_path(*id), web::Tone::good,
                context.language.t("The webhook hears of what happens from now on."));
}

} // namespace

void mount_webhook_pages(web::Router& router)
{
    router.get("/settings/webhooks", get_webhooks);
    auto& made = router.post("/settings/webhooks", post_webhook);
    made.keeps_answer = false;
    made.act = web::Act::webhook;
    router.get("/settings/webhooks/:id", get_webhook);
    auto& test = router.post("/settings/webhooks/:id/test", post_webhook_test);
    test.prepare = prepare_webhook_test;
    test.act = web::Act::webhook;
    router.post("/settings/webhooks/:id/removal", post_webhook_removal);
    router.post("/settings/webhooks/:id/on", post_on);
}

} // namespace moothall::hall
