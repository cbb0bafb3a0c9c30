// The organisation's own identity provider (OpenID Connect), for its owners.

#include "hall/settings.hpp"

#include "hall/templates.hpp"
#include "people/oidc.hpp"
#include "people/oidc_circles.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"
#include "web/hall.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view identity_path = "/settings/identity";
constexpr std::string_view test_path = "/settings/identity/test";

void add_fields(SettingsForm& sent, Context& context, const people::ProviderSettings& settings)
{
    const auto& language = context.language;
    const auto& form = sent.form;
    const auto add = [&](FormPart::Look look, web::Field field) {
        sent.parts.push_back({look, std::move(field)});
    };
    auto issuer = form.text("issuer", language.t("Issuer"), settings.issuer);
    issuer.placeholder = "https://login.example/realms/northwater";
    issuer.autocomplete = "off";
    issuer.hint = language.t("Its address, as the provider writes it. Empty: nobody signs in this "
                             "way.");
    add(FormPart::line, std::move(issuer));
    auto client = form.text("client_id", language.t("Client id"), settings.client_id);
    client.autocomplete = "off";
    add(FormPart::line, std::move(client));
    auto secret = form.text("client_secret", language.t("Client secret"));
    secret.type = "password";
    secret.autocomplete = "new-password";
    secret.value.clear();
    secret.hint = settings.client_secret.empty()
                      ? language.t("None is set.")
                      : language.t("One is set, and never shown again. Left empty, it stays; for "
                                   "another issuer or client it must be typed again.");
    add(FormPart::line, std::move(secret));
    auto scopes = form.text("scopes", language.t("Scopes"), settings.scopes);
    scopes.autocomplete = "off";
    scopes.hint = language.t("What we ask for: openid, email and profile, and maybe groups.");
    add(FormPart::line, std::move(scopes));
    auto label = form.text("label", language.t("Words on the button"), settings.label);
    label.placeholder = language.t("Sign in through {1}", context.organisation.name);
    label.characters_max = 60;
    add(FormPart::line, std::move(label));
    auto mapping = form.text("mapping", language.t("Circles that come and go with claims"),
                             people::to_typed(context.transaction, context.viewer,
                                              people::claim_rules_of(settings.circles)));
    mapping.placeholder = "groups = engineering → Engineers, member";
    mapping.hint = language.t(
        "One a line: claim = value → circle, role. At each sign-in whoever has the claim gets the "
        "role (guest, member or steward), and whoever has it no more loses it.");
    mapping.rows = 4;
    add(FormPart::area, std::move(mapping));
    // Whoever runs the server says first whether there is a choice.
    if (!context.hall.settings().private_addresses) return;
    auto near = form.check("private_addresses", language.t("The provider is in our own network"),
                           settings.private_addresses == jobs::PrivateAddresses::allowed);
    near.hint = language.t("Lets this server call addresses that are not of the public internet, "
                           "and http without TLS.");
    add(FormPart::check, std::move(near));
}

Response show_identity(const Request& request, Context& context,
                       const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    const auto settings = people::find_provider(context);
    SettingsPage page{.frame =
                          make_settings_frame(request, context, language.t("Identity provider")),
                      .menu = make_settings_menu(context, identity_path)};
    page.lead =
        language.t("People can sign in with the account that they have at your own provider "
                   "(OpenID Connect). There, register {1} as the address to come back to.",
                   people::redirect_uri(context.organisation));
    SettingsForm form{.form = web::FilledForm(language, request, refused),
                      .csrf = context.csrf,
                      .action = std::string(identity_path),
                      .button = std::string(language.t("Save"))};
    add_fields(form, context, settings);
    page.forms.push_back(std::move(form));
    if (!settings.issuer.empty())
        page.forms.push_back(
            {.form = web::FilledForm(language, request),
             .csrf = context.csrf,
             .id = "test",
             .title = std::string(language.t("Does it work?")),
             .lead = std::string(language.t("Reads what the provider says of itself, with what was "
                                            "saved, and says what is wrong.")),
             .action = std::string(test_path),
             .button = std::string(language.t("Try the provider"))});
    web::Writer out;
    html::settings(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_identity(const Request& request, Context& context)
{
    return show_identity(request, context, {});
}

/// People paste the address of the document as well as the issuer's.
std::string issuer_of(std::string_view typed)
{
    constexpr std::string_view document = "/.well-known/openid-configuration";
    auto issuer = normalise_line(typed);
    if (issuer.ends_with(document)) issuer.resize(issuer.size() - document.size());
    return issuer;
}

/// The scopes, each once, with the one that makes it OpenID Connect; none when one cannot be.
std::optional<std::string> scopes_of(std::string_view typed)
{
    auto scopes = normalise_line(typed);
    if (scopes.empty()) return std::string(people::usual_scopes);
    for (const char c : scopes) // RFC 6749, section 3.3
        if (c < ' ' || c >= 127 || c == '"' || c == '\\') return {};
    if ((' ' + scopes + ' ').find(" openid ") == std::string::npos) scopes = "openid " + scopes;
    return scopes;
}

Result<people::ProviderSettings> read_form(const Request& request, Context& context)
{
    constexpr std::size_t text_bytes_max = 1000;
    people::ProviderSettings typed;
    typed.issuer = issuer_of(request.form("issuer"));
    typed.client_id = normalise_line(request.form("client_id"));
    typed.client_secret = normalise_line(request.form("client_secret"));
    typed.label = normalise_line(request.form("label"));
    if (context.hall.settings().private_addresses && request.form("private_addresses") == "yes")
        typed.private_addresses = jobs::PrivateAddresses::allowed;
    for (const auto* field : {"issuer", "client_id", "client_secret", "scopes"})
        if (request.form(field).size() > text_bytes_max)
            return Refusal::invalid(field, "This text is too long.");
    if (count_characters(typed.label) > 60)
        return Refusal::invalid("label", "These words have at most 60 characters.");
    auto scopes = scopes_of(request.form("scopes"));
    if (!scopes) return Refusal::invalid("scopes", "Scopes are words with spaces between them.");
    typed.scopes = *std::move(scopes);
    const auto rules =
        people::read_claim_rules(context.transaction, context.viewer, request.form("mapping"));
    if (!rules) return rules.error();
    typed.circles = people::to_setting(*rules);
    if (typed.issuer.empty()) return typed;

    if (const auto good = jobs::check_outbound_url(typed.issuer, typed.private_addresses); !good)
        return Refusal{Reason::invalid, good.error().sentence, "issuer", {}, {}};
    if (typed.issuer.find('?') != std::string::npos)
        return Refusal::invalid("issuer", "An issuer's address has no question mark.");
    if (typed.private_addresses == jobs::PrivateAddresses::refused &&
        !typed.issuer.starts_with("https://"))
        return Refusal::invalid("issuer", "An issuer's address begins with https://.");
    if (typed.client_id.empty())
        return Refusal::invalid("client_id",
                                "Which client are we there? The provider gave you its id.");
    return typed;
}

Response post_identity(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    auto typed = read_form(request, context);
    if (!typed) return show_identity(request, context, typed.error());
    // A secret belongs to an issuer and a client: nobody may have it sent to a server of her own by
    // changing the address alone.
    const auto before = people::find_provider(context);
    const bool same = typed->issuer == before.issuer && typed->client_id == before.client_id;
    if (same && typed->client_secret.empty()) typed->client_secret = before.client_secret;
    people::save_provider(context.transaction, context.organisation.id, *typed);
    record::append(context.transaction, context.organisation.id, context.ids,
                   {.verb = "people.identity_provider_changed",
                    .thing = context.organisation.everyone,
                    .actor = context.viewer.person,
                    .circle = context.organisation.everyone,
                    .at = context.now,
                    .audience = record::Audience::stewards});
    auto response = Response::see_other(std::string(identity_path));
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

/// What the test found; nothing: all is well.
struct Tried {
    std::optional<Refusal> refused;
};

Result<web::Prepared> prepare_provider_test(const Request&, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return may.error();
    const auto settings = people::find_provider(context);
    if (settings.issuer.empty())
        return web::Prepared::of(Tried{Refusal::conflict("No issuer is set yet.")});
    const auto provider = people::discover(settings);
    if (!provider) return web::Prepared::of(Tried{provider.error()});
    return web::Prepared::of(Tried{});
}

Response post_provider_test(const Request&, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto& tried = std::any_cast<const Tried&>(context.prepared);
    const auto& language = context.language;
    auto response = Response::see_other(std::string(identity_path));
    if (tried.refused)
        web::give_notice(response, context, web::Tone::bad, language.sentence(*tried.refused));
    else
        web::give_notice(response, context, web::Tone::good,
                         language.t("The provider answers, and offers all that is needed. Whether "
                                    "it knows this client shows when somebody signs in."));
    return response;
}

} // namespace

void mount_identity_pages(web::Router& router)
{
    router.get(std::string(identity_path), get_identity);
    router.post(std::string(identity_path), post_identity);
    auto& test = router.post(std::string(test_path), post_provider_test);
    test.prepare = prepare_provider_test;
    test.reads_only = true; // it changes nothing, and waits for another server
    test.act = web::Act::webhook;
}

} // namespace moothall::hall
