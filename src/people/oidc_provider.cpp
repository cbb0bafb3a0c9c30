#include "people/oidc_provider.hpp"

#include "people/oidc_circles.hpp"
#include "people/organisation.hpp"
#include "web/address.hpp"
#include "web/hall.hpp"

#include <sodium.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

namespace moothall::people {

namespace {

constexpr std::chrono::minutes remembered_for{10};
constexpr std::string_view discovery_path = "/.well-known/openid-configuration";

Refusal no_json(std::string what)
{
    return Refusal::conflict("{1} is no JSON that we understand.").with(std::move(what));
}

Refusal not_readable(std::string what, int status)
{
    return Refusal::conflict("{1} cannot be read: the answer is {2}.")
        .with(std::move(what))
        .with(std::to_string(status));
}

/// What a provider published, by its address. Of this process alone: another node asks for itself.
class Memory {
public:
    std::optional<Json> find(const std::string& url, Time now)
    {
        const std::lock_guard lock(mutex_);
        const auto found = documents_.find(url);
        if (found == documents_.end() || found->second.until <= now) return {};
        return found->second.document;
    }
    void keep(const std::string& url, const Json& document, Time now)
    {
        constexpr std::size_t documents_max = 1000; // two for each organisation
        const std::lock_guard lock(mutex_);
        std::erase_if(documents_, [&](const auto& one) { return one.second.until <= now; });
        if (documents_.size() < documents_max)
            documents_.insert_or_assign(url, Kept{document, now + remembered_for});
    }

private:
    struct Kept {
        Json document;
        Time until;
    };
    std::mutex mutex_;
    std::map<std::string, Kept> documents_;
};

Memory& memory()
{
    static Memory documents;
    return documents;
}

Result<Json> fetch_json(const std::string& url, const ProviderSettings& settings, std::string what)
{
    const auto answer = jobs::call_outbound({.url = url,
                                             .headers = {{"Accept", "application/json"}},
                                             .private_addresses = settings.private_addresses,
                                             .redirects_max = 3});
    if (!answer) return answer.error();
    if (answer->status != 200) return not_readable(std::move(what), answer->status);
    auto json = Json::parse(answer->body);
    if (!json || json->kind() != Json::Kind::object) return no_json(std::move(what));
    return *std::move(json);
}

std::string text_of(const Json& json, std::string_view field)
{
    return std::string(json.find(field).string().value_or(""));
}

bool lists(const Json& list, std::string_view value)
{
    for (std::size_t index = 0; index < list.size(); ++index)
        if (list.at(index).string() == value) return true;
    return false;
}

/// A secret goes there, or a person: over TLS, unless the provider is a neighbour by http.
Result<void> check_endpoint(const std::string& url, std::string_view name,
                            const ProviderSettings& settings)
{
    if (url.empty())
        return Refusal::conflict("The discovery document has no {1}.").with(std::string(name));
    const bool secure = url.starts_with("https://") || settings.issuer.starts_with("http://");
    if (!secure || !jobs::check_outbound_url(url, settings.private_addresses))
        return Refusal::conflict("The {1} of the discovery document is not an address that we may "
                                 "call.")
            .with(std::string(name));
    return {};
}

/// The keys of the provider; read anew when the token is signed by one that is not among them.
Result<Json> find_keys(const Provider& provider, const ProviderSettings& settings,
                       std::string_view token, Time now)
{
    if (auto known = memory().find(provider.jwks_uri, now); known && has_key_for(token, *known))
        return *std::move(known);
    auto keys = fetch_json(provider.jwks_uri, settings, "jwks_uri");
    if (keys) memory().keep(provider.jwks_uri, *keys, now);
    return keys;
}

/// application/x-www-form-urlencoded
std::string to_form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields)
{
    std::string form;
    for (const auto& [name, value] : fields) {
        if (!form.empty()) form += '&';
        form += name;
        form += '=';
        form += web::percent_encode(value);
    }
    return form;
}

/// Why a provider did not take a code, from its `error` (RFC 6749, section 5.2).
Refusal not_taken(const Json& answer, int status)
{
    const auto error = text_of(answer, "error");
    if (error == "invalid_client" || error == "unauthorized_client" ||
        (error.empty() && status == 401))
        return Refusal::conflict(
            "The identity provider does not accept this hall's client id and secret. Please tell "
            "an owner.");
    if (error == "invalid_grant")
        return Refusal::conflict("The identity provider does not know this sign-in any more. "
                                 "Please try once more.");
    const bool plain =
        !error.empty() && error.size() <= 40 &&
        std::ranges::all_of(error, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    return Refusal::conflict("The identity provider refuses ({1}).")
        .with(plain ? error : std::to_string(status));
}

/// The client's secret as a header (RFC 6749, section 2.3.1, which wants both parts encoded first).
std::string basic_authorization(std::string_view client_id, std::string_view client_secret)
{
    const auto pair = web::percent_encode(client_id) + ':' + web::percent_encode(client_secret);
    std::string text(sodium_base64_encoded_len(pair.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(pair.data()),
                      pair.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back(); // the zero at its end
    return "Basic " + text;
}

struct Tokens {
    std::string id;
    std::string access;
};

Result<Tokens> exchange(const ProviderSettings& settings, const Provider& provider,
                        const CodeGrant& grant)
{
    jobs::OutboundCall call{.method = "POST",
                            .url = provider.token_endpoint,
                            .headers = {{"Accept", "application/json"},
                                        {"Content-Type", "application/x-www-form-urlencoded"}},
                            .private_addresses = settings.private_addresses};
    call.body = to_form({{"grant_type", "authorization_code"},
                         {"code", grant.code},
                         {"redirect_uri", grant.redirect_uri},
                         {"code_verifier", grant.verifier}});
    if (settings.client_secret.empty() || !provider.takes_basic)
        call.body += '&' + to_form({{"client_id", settings.client_id}});
    if (!settings.client_secret.empty()) {
        if (provider.takes_basic)
            call.headers.emplace_back(
                "Authorization", basic_authorization(settings.client_id, settings.client_secret));
        else
            call.body += '&' + to_form({{"client_secret", settings.client_secret}});
    }
    const auto answer = jobs::call_outbound(call);
    if (!answer) return answer.error();
    const auto json = Json::parse(answer->body);
    if (answer->status != 200) return not_taken(json ? *json : Json(), answer->status);
    if (!json) return no_json("token_endpoint");
    Tokens tokens{text_of(*json, "id_token"), text_of(*json, "access_token")};
    if (tokens.id.empty())
        return Refusal::conflict("The identity provider sends no ID token. Is “openid” among the "
                                 "scopes?");
    return tokens;
}

/// Whether the ID token alone says all that we want to know.
bool says_enough(const IdToken& token, const ProviderSettings& settings)
{
    if (!token.claims.find("email") || name_in(token.claims).empty()) return false;
    return std::ranges::all_of(claim_rules_of(settings.circles), [&](const ClaimRule& rule) {
        return static_cast<bool>(token.claims.find(rule.claim.substr(0, rule.claim.find('.')))) ||
               static_cast<bool>(token.claims.find(rule.claim));
    });
}

Result<Json> fetch_userinfo(const ProviderSettings& settings, const Provider& provider,
                            const Tokens& tokens, const IdToken& token)
{
    const auto answer = jobs::call_outbound(
        {.url = provider.userinfo_endpoint,
         .headers = {{"Accept", "application/json"}, {"Authorization", "Bearer " + tokens.access}},
         .private_addresses = settings.private_addresses});
    if (!answer) return answer.error();
    if (answer->status != 200) return not_readable("userinfo_endpoint", answer->status);
    auto json = Json::parse(answer->body);
    if (!json) return no_json("userinfo_endpoint");
    // Another person's profile under this sign-in is the swap that this claim is there against
    // (OpenID Connect Core 1.0, section 5.3.2).
    if (json->find("sub").string() != token.subject)
        return Refusal::forbidden(
            "What the identity provider sent is about somebody else. You are not signed in.");
    return *std::move(json);
}

} // namespace

ProviderSettings find_provider(store::Transaction& transaction, Id organisation)
{
    ProviderSettings found;
    for (const auto& row : transaction.query("SELECT name, value FROM setting WHERE org_id = ?1 "
                                             "AND name >= 'oidc.' AND name < 'oidc/'",
                                             organisation)) {
        const auto name = row.text(0);
        if (name == "oidc.issuer") found.issuer = row.string(1);
        if (name == "oidc.client_id") found.client_id = row.string(1);
        if (name == "oidc.client_secret") found.client_secret = row.string(1);
        if (name == "oidc.scopes") found.scopes = row.string(1);
        if (name == "oidc.label") found.label = row.string(1);
        if (name == "oidc.mapping") found.circles = row.string(1);
        if (name == "oidc.private_addresses" && row.text(1) == "allowed")
            found.private_addresses = jobs::PrivateAddresses::allowed;
    }
    if (found.scopes.empty()) found.scopes = usual_scopes;
    return found;
}

ProviderSettings find_provider(const web::Context& context)
{
    auto settings = find_provider(context.transaction, context.organisation.id);
    if (!context.hall.settings().private_addresses)
        settings.private_addresses = jobs::PrivateAddresses::refused;
    return settings;
}

void save_provider(store::Transaction& transaction, Id organisation,
                   const ProviderSettings& settings)
{
    const bool allowed = settings.private_addresses == jobs::PrivateAddresses::allowed;
    for (const auto& [name, value] :
         {std::pair<std::string_view, std::string_view>("oidc.issuer", settings.issuer),
          {"oidc.client_id", settings.client_id},
          {"oidc.client_secret", settings.client_secret},
          {"oidc.scopes", settings.scopes},
          {"oidc.label", settings.label},
          {"oidc.mapping", settings.circles},
          {"oidc.private_addresses", allowed ? "allowed" : "refused"}})
        save_setting(transaction, organisation, name, value);
    transaction.notify("hosts");
}

Result<Provider> read_discovery(const Json& document, const ProviderSettings& settings)
{
    Provider provider{.issuer = text_of(document, "issuer"),
                      .authorization_endpoint = text_of(document, "authorization_endpoint"),
                      .token_endpoint = text_of(document, "token_endpoint"),
                      .jwks_uri = text_of(document, "jwks_uri"),
                      .userinfo_endpoint = text_of(document, "userinfo_endpoint")};
    if (provider.issuer != settings.issuer)
        return Refusal::conflict("The discovery document is of another issuer: it says {1}.")
            .with(provider.issuer.empty() ? "–" : provider.issuer.substr(0, 200));
    for (const auto& [url, name] : {std::pair<const std::string&, std::string_view>(
                                        provider.authorization_endpoint, "authorization_endpoint"),
                                    {provider.token_endpoint, "token_endpoint"},
                                    {provider.jwks_uri, "jwks_uri"}})
        if (const auto good = check_endpoint(url, name, settings); !good) return good.error();
    if (!provider.userinfo_endpoint.empty())
        if (const auto good =
                check_endpoint(provider.userinfo_endpoint, "userinfo_endpoint", settings);
            !good)
            return good.error();

    const auto refuses = [&](std::string_view field, std::string_view value) {
        const auto list = document.find(field);
        return list && !lists(list, value);
    };
    if (refuses("response_types_supported", "code"))
        return Refusal::conflict("The provider does not offer the authorisation code flow.");
    if (refuses("code_challenge_methods_supported", "S256"))
        return Refusal::conflict("The provider does not offer PKCE with S256.");
    constexpr std::string_view algorithms = "id_token_signing_alg_values_supported";
    if (refuses(algorithms, "RS256") && refuses(algorithms, "PS256") &&
        refuses(algorithms, "ES256"))
        return Refusal::conflict("The provider signs ID tokens neither by RS256 nor by PS256 or "
                                 "ES256.");
    const auto ways = document.find("token_endpoint_auth_methods_supported");
    provider.takes_basic = !ways || lists(ways, "client_secret_basic");
    provider.names_itself =
        document.find("authorization_response_iss_parameter_supported").boolean().value_or(false);
    return provider;
}

Result<Provider> discover(const ProviderSettings& settings)
{
    auto issuer = settings.issuer;
    if (issuer.ends_with('/')) issuer.pop_back();
    const auto document =
        fetch_json(issuer + std::string(discovery_path), settings, "openid-configuration");
    if (!document) return document.error();
    return read_discovery(*document, settings);
}

Result<Provider> find_discovered(const ProviderSettings& settings, Time now)
{
    auto url = settings.issuer;
    if (url.ends_with('/')) url.pop_back();
    url += discovery_path;
    // What is remembered is checked again: the settings may have changed since.
    if (const auto known = memory().find(url, now)) return read_discovery(*known, settings);
    const auto document = fetch_json(url, settings, "openid-configuration");
    if (!document) return document.error();
    auto provider = read_discovery(*document, settings);
    if (provider) memory().keep(url, *document, now);
    return provider;
}

Result<Arrival> redeem_code(const ProviderSettings& settings, const Provider& provider,
                            const CodeGrant& grant, Time now)
{
    const auto tokens = exchange(settings, provider, grant);
    if (!tokens) return tokens.error();
    const auto keys = find_keys(provider, settings, tokens->id, now);
    if (!keys) return keys.error();
    const auto token = check_id_token(tokens->id, *keys,
                                      {.issuer = settings.issuer,
                                       .client_id = settings.client_id,
                                       .nonce = grant.nonce,
                                       .now = now});
    if (!token) return token.error();
    Arrival arrival{token->subject, {token->claims}};
    const bool may_ask = !provider.userinfo_endpoint.empty() && !tokens->access.empty();
    if (may_ask && !says_enough(*token, settings)) {
        if (!belongs_to(*token, tokens->access))
            return Refusal::forbidden(
                "What the identity provider sent does not belong together. You are not signed in.");
        auto userinfo = fetch_userinfo(settings, provider, *tokens, *token);
        if (!userinfo) return userinfo.error();
        arrival.sources.push_back(*std::move(userinfo));
    }
    return arrival;
}

} // namespace moothall::people
