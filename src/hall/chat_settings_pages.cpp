// Who may write to a person, when she is there, and whom she blocks.

#include "hall/settings.hpp"

#include "hall/templates.hpp"
#include "organise/organise.hpp"
#include "web/problem.hpp"

#include <array>
#include <charconv>
#include <tuple>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view chats_path = "/settings/chats";

constexpr std::array<const char*, 7> weekdays{
    web::translatable("Monday"),   web::translatable("Tuesday"), web::translatable("Wednesday"),
    web::translatable("Thursday"), web::translatable("Friday"),  web::translatable("Saturday"),
    web::translatable("Sunday")};

Response show_chats(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_signed_in(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    const auto door = organise::find_door(context.transaction, context.viewer.organisation,
                                          context.viewer.person);
    SettingsForm form{.form = web::FilledForm(language, request, refused),
                      .csrf = context.csrf,
                      .id = "door",
                      .title = std::string(language.t("Who may write to me")),
                      .lead = std::string(language.t("With those you talk with already you go on, "
                                                     "unless you block them.")),
                      .action = std::string(chats_path),
                      .button = std::string(language.t("Save"))};
    form.parts.push_back(
        {FormPart::choice,
         form.form.choose("door", language.t("Who may begin"),
                          {{"everybody", std::string(language.t("Everybody here"))},
                           {"circles", std::string(language.t("Those in a circle with me"))},
                           {"nobody", std::string(language.t("Nobody"))}},
                          organise::to_text(door.door))});
    form.parts.push_back(
        {FormPart::check, form.form.check("presence",
                                          language.t("Those who may write to me see whether I am "
                                                     "there"),
                                          door.presence)});
    auto named =
        form.form.check("named", language.t("I am named when somebody asks who knows something"),
                        organise::is_named(context.transaction, context.viewer.organisation,
                                           context.viewer.person));
    form.parts.push_back({FormPart::check, std::move(named)});
    auto zone = form.form.text("zone", language.t("Time zone of my hours"), door.zone);
    zone.hint = language.t("For instance Europe/Helsinki. Empty: no hours are shown.");
    form.parts.push_back({FormPart::line, std::move(zone)});
    for (const auto& [name, label, hour] :
         {std::tuple("from", web::translatable("From (hour)"), door.from),
          std::tuple("till", web::translatable("Until (hour)"), door.till)}) {
        auto field = form.form.text(name, language.t(label), std::to_string(hour));
        field.type = "number";
        form.parts.push_back({FormPart::line, std::move(field)});
    }
    for (std::size_t day = 0; day < weekdays.size(); ++day) {
        const auto number = static_cast<char>('1' + day);
        form.parts.push_back(
            {FormPart::check,
             form.form.check(std::string("day") + number, language.t(weekdays[day]),
                             door.days.find(number) != std::string::npos)});
    }
    SettingsPage page{.frame = make_settings_frame(request, context, language.t("Chats")),
                      .menu = make_settings_menu(context, chats_path),
                      .lead = {},
                      .forms = {},
                      .logo = {}};
    page.forms.push_back(std::move(form));
    for (const auto& [person, name] : organise::list_blocked(context.transaction, context.viewer))
        page.forms.push_back({.form = web::FilledForm(language, request),
                              .csrf = context.csrf,
                              .id = "block-" + person.text(),
                              .title = language.t("{1} is blocked", name),
                              .action = "/people/" + person.text() + "/unblock",
                              .button = std::string(language.t("Unblock"))});
    web::Writer out;
    html::settings(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_chats(const Request& request, Context& context)
{
    return show_chats(request, context, {});
}

Response post_chats(const Request& request, Context& context)
{
    if (const auto may = must_be_signed_in(context); !may) return context.refuse(may.error());
    organise::ChatDoor door;
    const auto word = organise::door_of(request.form("door"));
    if (!word)
        return show_chats(
            request, context,
            Refusal::invalid("door", "The door is open to everybody, circles or nobody."));
    door.door = *word;
    door.presence = request.form("presence") == "yes";
    door.zone = request.form("zone");
    door.days.clear();
    for (char day = '1'; day <= '7'; ++day)
        if (request.form(std::string("day") + day) == "yes") door.days += day;
    for (const auto& [name, into] :
         {std::pair("from", &door.from), std::pair("till", &door.till)}) {
        const auto text = request.form(name);
        const auto* const end = text.data() + text.size();
        if (std::from_chars(text.data(), end, *into).ptr != end || text.empty())
            return show_chats(
                request, context,
                Refusal::invalid(name, "The hours begin before they end, from 0 to 24."));
    }
    organise::set_named(context.transaction, context.viewer.organisation, context.viewer.person,
                        request.form("named") == "yes");
    const auto saved =
        organise::save_door(context.transaction, context.ids, context.now, context.viewer, door);
    if (!saved) return show_chats(request, context, saved.error());
    auto response = Response::see_other(std::string(chats_path));
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

} // namespace

void mount_chat_settings_pages(web::Router& router)
{
    router.get("/settings/chats", get_chats);
    router.post("/settings/chats", post_chats);
}

} // namespace moothall::hall
