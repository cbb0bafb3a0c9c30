#include "hall/settings.hpp"

#include "record/record.hpp"

namespace moothall::hall {

namespace {

void add(std::vector<web::Tab>& tabs, std::string_view label, std::string path,
         std::string_view here)
{
    const bool is_here = path == here;
    tabs.push_back({std::string(label), std::move(path), is_here});
}

} // namespace

SettingsMenu make_settings_menu(const web::Context& context, std::string_view here)
{
    const auto& language = context.language;
    SettingsMenu menu;
    add(menu.mine, language.t("Me"), "/settings", here);
    add(menu.mine, language.t("Sign-in and tokens"), "/settings/security", here);
    add(menu.mine, language.t("Chats"), "/settings/chats", here);
    add(menu.mine, language.t("Letters and feeds"), "/settings/letters", here);
    add(menu.mine, language.t("My data"), "/settings/erasure", here);
    if (context.viewer.owner) {
        add(menu.house, language.t("Organisation"), "/settings/organisation", here);
        add(menu.house, language.t("People"), "/settings/people", here);
        add(menu.house, language.t("Identity provider"), "/settings/identity", here);
    }
    if (context.viewer.owner || context.viewer.is_hall_steward()) {
        add(menu.house, language.t("Statuses"), "/settings/statuses", here);
        add(menu.house, language.t("Tags"), "/settings/tags", here);
        add(menu.house, language.t("Facts"), "/settings/facts", here);
        add(menu.house, language.t("Import"), "/settings/import", here);
    }
    if (context.viewer.owner) {
        add(menu.house, language.t("Mail"), "/settings/mail", here);
        add(menu.house, language.t("Webhooks"), "/settings/webhooks", here);
        add(menu.house, language.t("Answers by e-mail"), "/settings/mail/answers", here);
        add(menu.house, language.t("Jobs"), "/settings/jobs", here);
        add(menu.house, language.t("Widget"), "/settings/widget", here);
        add(menu.house, language.t("Files"), "/settings/files", here);
        add(menu.house, language.t("Backup"), "/settings/backup", here);
    }
    return menu;
}

web::Frame make_settings_frame(const web::Request& request, const web::Context& context,
                               std::string_view title)
{
    auto frame = web::make_frame(request, context, std::string(title), web::Section::settings);
    frame.indexed = false;
    return frame;
}

Result<void> must_be_signed_in(const web::Context& context)
{
    if (!context.viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    return {};
}

Result<void> must_be_owner(const web::Context& context)
{
    if (const auto may = must_be_signed_in(context); !may) return may;
    if (!context.viewer.owner) return Refusal::forbidden("Only an owner may see this.");
    return {};
}

Result<void> must_be_hall_steward(const web::Context& context)
{
    if (const auto may = must_be_signed_in(context); !may) return may;
    if (!context.viewer.is_hall_steward())
        return Refusal::forbidden("Only stewards of the whole hall may see this.");
    return {};
}

void append_settings_event(web::Context& context, std::string_view verb)
{
    record::append(context.transaction, context.organisation.id, context.ids,
                   {.verb = verb,
                    .thing = context.organisation.everyone,
                    .actor = context.viewer.person,
                    .circle = context.organisation.everyone,
                    .at = context.now,
                    .audience = record::Audience::stewards});
}

} // namespace moothall::hall
