// What an owner sets about the house itself, and its logo.

#include "hall/settings.hpp"

#include "decide/decide.hpp"
#include "hall/templates.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "tell/digest.hpp"
#include "text/time_zone.hpp"
#include "text/unicode.hpp"
#include "web/accent.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view organisation_path = "/settings/organisation";
constexpr std::size_t logo_bytes_max = 100 * 1000;
constexpr std::uint32_t logo_side_max = 2000; // pixels: a browser must not unpack a gigabyte
constexpr int base64 = sodium_base64_VARIANT_ORIGINAL;

std::uint32_t big_endian(std::string_view bytes)
{
    std::uint32_t number = 0;
    for (const char byte : bytes.substr(0, 4))
        number = number << 8 | static_cast<unsigned char>(byte);
    return number;
}

/// Whether these bytes are a PNG from the first to the last, by walking its chunks (PNG
/// specification, second edition, section 5): what a browser is told to be a picture is one, and
/// nothing hides behind its end.
bool is_png(std::string_view bytes)
{
    constexpr std::string_view signature{"\x89PNG\r\n\x1a\n", 8};
    constexpr std::size_t frame = 12; // length, type and checksum of a chunk
    if (!bytes.starts_with(signature)) return false;
    bytes.remove_prefix(signature.size());
    for (bool first = true; bytes.size() >= frame; first = false) {
        const std::size_t length = big_endian(bytes);
        const auto type = bytes.substr(4, 4);
        if (length > bytes.size() - frame || first != (type == "IHDR")) return false;
        if (first) {
            if (length != 13) return false;
            const auto width = big_endian(bytes.substr(8));
            const auto height = big_endian(bytes.substr(12));
            if (width == 0 || height == 0 || width > logo_side_max || height > logo_side_max)
                return false;
        }
        bytes.remove_prefix(frame + length);
        if (type == "IEND") return length == 0 && bytes.empty();
    }
    return false;
}

std::string to_base64(std::string_view bytes)
{
    std::string text(sodium_base64_encoded_len(bytes.size(), base64), '\0');
    sodium_bin2base64(text.data(), text.size(),
                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), base64);
    text.pop_back(); // sodium's own NUL
    return text;
}

std::string from_base64(std::string_view text)
{
    std::string bytes(text.size() / 4 * 3 + 3, '\0');
    std::size_t length = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), nullptr, &length, nullptr, base64) != 0)
        return {};
    bytes.resize(length);
    return bytes;
}

std::string joined(const std::vector<std::string>& domains)
{
    std::string text;
    for (const auto& domain : domains) {
        if (!text.empty()) text += ", ";
        text += domain;
    }
    return text;
}

std::string_view to_text(web::SignUp rule)
{
    switch (rule) {
    case web::SignUp::open:
        return "open";
    case web::SignUp::by_domain:
        return "by_domain";
    case web::SignUp::by_invitation:
        return "by_invitation";
    }
    return "by_invitation";
}

/// The domains of "northwater.example, @saint-aubin.example"; refused with what is none.
Result<std::vector<std::string>> read_domains(std::string_view text)
{
    std::vector<std::string> domains;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(", ;\n\r"), text.size());
        auto domain = fold_email(normalise_line(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (domain.starts_with('@')) domain.erase(0, 1);
        if (domain.empty()) continue;
        if (!is_email("somebody@" + domain))
            return Refusal::invalid("domains", "“{1}” is not a domain of e-mail addresses.")
                .with(clip(domain, 60));
        if (std::ranges::find(domains, domain) == domains.end())
            domains.push_back(std::move(domain));
        if (domains.size() > 50)
            return Refusal::invalid("domains", "Please give at most 50 domains.");
    }
    return domains;
}

/// Lays the form over the times at which letters leave; what was not sent stays.
Result<tell::LetterTimes> read_letter_times(const Request& request, tell::LetterTimes times)
{
    if (const auto zone = normalise_line(request.form("time_zone")); !zone.empty()) {
        if (!is_time_zone(zone))
            return Refusal::invalid("time_zone", "A time zone reads like Europe/Helsinki, or UTC.");
        times.zone = zone;
    }
    if (const auto hour = request.form("letters_hour"); !hour.empty()) {
        const auto [end, error] =
            std::from_chars(hour.data(), hour.data() + hour.size(), times.hour);
        if (error != std::errc{} || end != hour.data() + hour.size() || times.hour < 0 ||
            times.hour > 23)
            return Refusal::invalid("letters_hour", "An hour is a number from 0 to 23.");
    }
    return times;
}

/// Lays the form over the organisation.
Result<web::Organisation> read_form(const Request& request, web::Organisation organisation)
{
    organisation.name = normalise_line(request.form("name"));
    if (organisation.name.empty() || count_characters(organisation.name) > 100)
        return Refusal::invalid("name", "An organisation needs a name of 1 to 100 characters.");
    const auto accent = normalise_line(request.form("accent"));
    organisation.accent.clear();
    if (!accent.empty()) {
        const auto colour = web::parse_colour(accent);
        if (!colour)
            return Refusal::invalid("accent",
                                    "A colour reads like #0f6b5c: six hexadecimal digits.");
        organisation.accent = web::to_text(*colour);
    }
    organisation.language = request.form("language");
    if (std::ranges::find(web::Language::codes(), organisation.language) ==
        web::Language::codes().end())
        return Refusal::invalid("language", "We speak English, French, Turkish and Finnish.");
    const auto rule = request.form("sign_up");
    if (rule == "open")
        organisation.sign_up = web::SignUp::open;
    else if (rule == "by_domain")
        organisation.sign_up = web::SignUp::by_domain;
    else if (rule == "by_invitation")
        organisation.sign_up = web::SignUp::by_invitation;
    else
        return Refusal::invalid("sign_up", "Please choose who may come in.");
    auto domains = read_domains(request.form("domains"));
    if (!domains) return domains.error();
    if (organisation.sign_up == web::SignUp::by_domain && domains->empty())
        return Refusal::invalid("domains", "Please give the domains whose people may come in.");
    organisation.sign_up_domains = *std::move(domains);
    return organisation;
}

SettingsForm make_organisation_form(const Request& request, Context& context,
                                    const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto& organisation = context.organisation;
    SettingsForm shown{.form = web::FilledForm(context.language, request, refused),
                       .csrf = context.csrf,
                       .action = std::string(organisation_path),
                       .button = std::string(language.t("Save"))};
    const auto& form = shown.form;
    auto name = form.text("name", language.t("Name of the organisation"), organisation.name);
    name.required = true;
    name.characters_max = 100;
    shown.parts.push_back({FormPart::line, std::move(name)});
    auto accent = form.text("accent", language.t("Accent colour"), organisation.accent);
    accent.placeholder = "#0f6b5c";
    accent.hint = language.t("Six hexadecimal digits. It is made darker or lighter where it could "
                             "not be read. Empty: the house's own.");
    shown.parts.push_back({FormPart::line, std::move(accent)});
    std::vector<web::Choice> languages;
    for (const auto& code : web::Language::codes())
        languages.push_back({code, language.of(code).own_name()});
    shown.parts.push_back(
        {FormPart::select, form.choose("language",
                                       language.t("Language of those who have not "
                                                  "chosen one"),
                                       std::move(languages), organisation.language)});
    shown.parts.push_back(
        {FormPart::choice,
         form.choose("sign_up", language.t("Who may come in?"),
                     {{"open", std::string(language.t("Everybody"))},
                      {"by_domain", std::string(language.t("Who has an address of these domains"))},
                      {"by_invitation", std::string(language.t("Only who is invited"))}},
                     to_text(organisation.sign_up))});
    auto domains =
        form.text("domains", language.t("Domains"), joined(organisation.sign_up_domains));
    domains.hint = language.t("Separated by commas: northwater.example, saint-aubin.example");
    shown.parts.push_back({FormPart::line, std::move(domains)});
    auto anonymous =
        form.check("anonymous", language.t("Conversations may let people vote without an account"),
                   decide::allows_anonymous(context.transaction, organisation.id));
    anonymous.hint =
        language.t("Whoever begins one decides. Such votes are counted and drawn apart "
                   "and do not move the map.");
    shown.parts.push_back({FormPart::check, std::move(anonymous)});
    const auto times = tell::find_letter_times(context.transaction, organisation.id);
    auto zone = form.text("time_zone", language.t("Time zone"), times.zone);
    zone.hint = language.t("Its name in the database of time zones: Europe/Helsinki, "
                           "America/New_York, UTC.");
    zone.characters_max = 64;
    shown.parts.push_back({FormPart::line, std::move(zone)});
    std::vector<web::Choice> hours;
    for (int hour = 0; hour < 24; ++hour) {
        const auto digits = std::to_string(hour);
        hours.push_back({digits, (hour < 10 ? "0" : "") + digits + ":00"});
    }
    shown.parts.push_back(
        {FormPart::select,
         form.choose("letters_hour", language.t("Daily, weekly and monthly letters leave at"),
                     std::move(hours), std::to_string(times.hour))});
    return shown;
}

SettingsForm make_logo_form(const Request& request, Context& context,
                            const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    SettingsForm shown{.form = web::FilledForm(context.language, request, refused),
                       .csrf = context.csrf,
                       .id = "logo",
                       .title = std::string(language.t("Logo")),
                       .action = "/settings/organisation/logo",
                       .button = std::string(language.t("Save the logo")),
                       .takes_files = true};
    auto file = shown.form.text("logo", language.t("A picture"));
    file.type = "file";
    file.value.clear();
    file.hint = language.t("PNG, at most 100 kB. It stands beside the name on every page.");
    shown.parts.push_back({FormPart::line, std::move(file)});
    if (!context.organisation.logo.empty())
        shown.parts.push_back(
            {FormPart::check, shown.form.check("remove", language.t("Take the logo away"))});
    return shown;
}

Response show_organisation(const Request& request, Context& context,
                           const std::optional<Refusal>& refused)
{
    const bool of_logo = refused && refused->field == "logo";
    SettingsPage page{.frame =
                          make_settings_frame(request, context, context.language.t("Organisation")),
                      .menu = make_settings_menu(context, organisation_path)};
    page.logo = context.organisation.logo;
    page.forms.push_back(
        make_organisation_form(request, context, of_logo ? std::nullopt : refused));
    page.forms.push_back(make_logo_form(request, context, of_logo ? refused : std::nullopt));
    web::Writer out;
    html::settings(out, context.language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_organisation(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    return show_organisation(request, context, {});
}

Response back(const Context& context)
{
    auto response = Response::see_other(std::string(organisation_path));
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

Response post_organisation(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto wanted = read_form(request, context.organisation);
    if (!wanted) return show_organisation(request, context, wanted.error());
    const auto times = read_letter_times(
        request, tell::find_letter_times(context.transaction, context.organisation.id));
    if (!times) return show_organisation(request, context, times.error());
    people::save_organisation(context.transaction, *wanted);
    people::save_setting(context.transaction, wanted->id, tell::zone_setting, times->zone);
    people::save_setting(context.transaction, wanted->id, tell::hour_setting,
                         std::to_string(times->hour));
    people::save_setting(context.transaction, wanted->id, decide::anonymous_setting,
                         request.form("anonymous").empty() ? "" : "on");
    append_settings_event(context, "people.organisation_changed");
    return back(context);
}

Response post_logo(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    std::string logo;
    if (request.form("remove") != "1") {
        const auto upload = std::ranges::find(request.uploads, "logo", &web::Upload::field);
        if (upload == request.uploads.end() || upload->content.empty())
            return show_organisation(request, context,
                                     Refusal::invalid("logo", "Please choose a picture first."));
        if (upload->content.size() > logo_bytes_max || !is_png(upload->content))
            return show_organisation(
                request, context,
                Refusal::invalid("logo", "The logo is a PNG of at most 100 kB and 2,000 pixels "
                                         "on each side."));
        logo = to_base64(upload->content);
    }
    people::save_logo(context.transaction, context.organisation.id, logo);
    append_settings_event(context, "people.logo_changed");
    return back(context);
}

Response get_logo(const Request&, Context& context)
{
    auto png = from_base64(people::find_logo(context.transaction, context.organisation.id));
    if (png.empty()) return context.refuse(Refusal::not_found());
    Response response;
    response.with("Content-Type", "image/png").with("Cache-Control", "public, max-age=300");
    response.body = std::move(png);
    return response;
}

} // namespace

void mount_organisation_pages(web::Router& router)
{
    router.get("/settings/organisation", get_organisation);
    router.post("/settings/organisation", post_organisation);
    auto& logo = router.post("/settings/organisation/logo", post_logo);
    logo.body_bytes_max = 2 * logo_bytes_max;
    logo.act = web::Act::upload;
    router.get("/logo.png", get_logo);
}

} // namespace moothall::hall
