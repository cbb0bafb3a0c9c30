#include "people/oidc.hpp"

#include "people/people.hpp"
#include "people/sign_in.hpp"
#include "web/address.hpp"

namespace moothall::people {

std::string Attempt::nonce() const
{
    return hmac_base64url(browser, "nonce\n" + state);
}

std::string Attempt::verifier() const
{
    return hmac_base64url(browser, "verifier\n" + state);
}

std::string Attempt::secret(const ProviderSettings& settings) const
{
    return browser + '\n' + state + '\n' + settings.issuer + '\n' + settings.client_id;
}

std::string redirect_uri(const web::Organisation& organisation)
{
    return organisation.url + std::string(oidc_path) + "/callback";
}

std::string authorization_url(const ProviderSettings& settings, const Provider& provider,
                              const web::Organisation& organisation, const Attempt& attempt)
{
    auto url = provider.authorization_endpoint;
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += "response_type=code&code_challenge_method=S256";
    url += "&client_id=" + web::percent_encode(settings.client_id);
    url += "&redirect_uri=" + web::percent_encode(redirect_uri(organisation));
    url += "&scope=" + web::percent_encode(settings.scopes);
    url += "&state=" + web::percent_encode(attempt.state);
    url += "&nonce=" + attempt.nonce();
    url += "&code_challenge=" + sha256_base64url(attempt.verifier());
    return url;
}

std::optional<Id> find_identity(store::Transaction& transaction, Id organisation,
                                std::string_view issuer, std::string_view subject)
{
    auto rows = transaction.query(R"sql(
        SELECT person_id FROM identity WHERE org_id = ?1 AND issuer = ?2 AND subject = ?3 )sql",
                                  organisation, issuer, subject);
    if (!rows.next()) return {};
    return rows->id(0);
}

void save_identity(store::Transaction& transaction, Id organisation, std::string_view issuer,
                   std::string_view subject, Id person)
{
    transaction.execute(R"sql(
        INSERT INTO identity (org_id, issuer, subject, person_id) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (org_id, issuer, subject) DO NOTHING )sql",
                        organisation, issuer, subject, person);
}

Result<Person> receive(web::Context& context, const ProviderSettings& settings,
                       const Arrival& arrival)
{
    auto& transaction = context.transaction;
    const auto organisation = context.organisation.id;
    if (const auto known =
            find_identity(transaction, organisation, settings.issuer, arrival.subject)) {
        auto person = find_person_by_id(transaction, organisation, *known);
        if (!person || person->state != PersonState::active)
            return Refusal::forbidden(
                "Your account here is closed. Ask an owner to open it again.");
        return *std::move(person);
    }
    std::string email;
    std::string name;
    for (const auto& claims : arrival.sources) {
        if (email.empty()) email = verified_email(claims, settings.issuer);
        if (name.empty()) name = name_in(claims);
    }
    // An address that anybody may write into her profile would let her in as somebody else.
    if (email.empty())
        return Refusal::forbidden("The identity provider does not say that your e-mail address is "
                                  "verified, so we cannot know you by it. Please tell an owner.");
    auto person = admit(context, email, name);
    if (person)
        save_identity(transaction, organisation, settings.issuer, arrival.subject, person->id);
    return person;
}

} // namespace moothall::people
