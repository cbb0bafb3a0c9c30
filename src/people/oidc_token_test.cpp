#include "people/oidc_token.hpp"

#include "people/oidc_circles.hpp"
#include "people/oidc_provider.hpp"

#include <cjose/cjose.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace moothall::people {

namespace {

using ::testing::HasSubstr;

/// A pair of keys made for the test.
class KeyPair {
public:
    KeyPair(std::string kid, cjose_jwk_t* made)
        : kid_(std::move(kid)), key_(made, cjose_jwk_release)
    {
    }
    static KeyPair rsa(std::string kid, std::size_t bits = 2048)
    {
        cjose_err error{};
        return {std::move(kid), cjose_jwk_create_RSA_random(bits, nullptr, 0, &error)};
    }
    static KeyPair ec(std::string kid, cjose_jwk_ec_curve curve = CJOSE_JWK_EC_P_256)
    {
        cjose_err error{};
        return {std::move(kid), cjose_jwk_create_EC_random(curve, &error)};
    }
    static KeyPair secret(std::string kid, std::string_view bytes)
    {
        cjose_err error{};
        return {std::move(kid),
                cjose_jwk_create_oct_spec(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                          bytes.size(), &error)};
    }

    /// The public half, with `more` members before it: `"use":"sig",`.
    std::string published(std::string_view more = {}) const
    {
        cjose_err error{};
        const std::unique_ptr<char, void (*)(void*)> json(
            cjose_jwk_to_json(key_.get(), false, &error), std::free);
        std::string text = "{" + std::string(more);
        if (!kid_.empty()) text += R"("kid":")" + kid_ + "\",";
        return text + (json.get() + 1);
    }
    /// A compact JWS. `head` is put into it beside alg and kid.
    std::string sign(std::string_view algorithm, std::string_view payload,
                     std::pair<const char*, const char*> head = {}) const
    {
        cjose_err error{};
        auto* header = cjose_header_new(&error);
        cjose_header_set(header, CJOSE_HDR_ALG, std::string(algorithm).c_str(), &error);
        if (!kid_.empty()) cjose_header_set(header, CJOSE_HDR_KID, kid_.c_str(), &error);
        if (head.first != nullptr && *head.second == '[')
            cjose_header_set_raw(header, head.first, head.second, &error);
        else if (head.first != nullptr)
            cjose_header_set(header, head.first, head.second, &error);
        auto* made = cjose_jws_sign(key_.get(), header,
                                    reinterpret_cast<const std::uint8_t*>(payload.data()),
                                    payload.size(), &error);
        EXPECT_NE(made, nullptr) << error.message;
        const char* text = nullptr;
        cjose_jws_export(made, &text, &error);
        std::string compact(text);
        cjose_jws_release(made);
        cjose_header_release(header);
        return compact;
    }

private:
    std::string kid_;
    std::unique_ptr<cjose_jwk_t, bool (*)(cjose_jwk_t*)> key_;
};

const KeyPair& rsa()
{
    static const auto key = KeyPair::rsa("rsa");
    return key;
}
const KeyPair& ec()
{
    static const auto key = KeyPair::ec("ec");
    return key;
}

Json key_set(std::initializer_list<std::string> keys)
{
    std::string text;
    for (const auto& key : keys) text += (text.empty() ? "" : ",") + key;
    return Json::parse("{\"keys\":[" + text + "]}").value();
}
Json both()
{
    return key_set({rsa().published(), ec().published()});
}

const Time now = *parse_time("2026-05-04T08:00:00Z");
constexpr std::int64_t now_seconds = 1'777'881'600;

const TokenExpectation expected{"https://login.example", "hall", "the-nonce", now};

/// A good payload in which one member is replaced, or taken out by an empty value.
std::string payload(std::string_view name = {}, std::string_view value = {})
{
    const std::pair<std::string_view, std::string> members[] = {
        {"iss", "\"https://login.example\""},
        {"aud", "\"hall\""},
        {"sub", "\"user-1\""},
        {"nonce", "\"the-nonce\""},
        {"iat", std::to_string(now_seconds - 5)},
        {"exp", std::to_string(now_seconds + 300)},
        {"email", "\"ada@northwater.example\""}};
    std::string text = "{";
    bool replaced = name.empty();
    const auto add = [&](std::string_view key, std::string_view what) {
        if (what.empty()) return;
        if (text.size() > 1) text += ',';
        text += '"' + std::string(key) + "\":" + std::string(what);
    };
    for (const auto& [key, what] : members) {
        if (key == name) replaced = true;
        add(key, key == name ? value : what);
    }
    if (!replaced) add(name, value);
    return text + "}";
}

bool good(std::string_view token, const Json& keys)
{
    return check_id_token(token, keys, expected).has_value();
}

TEST(IdTokens, the_clock_of_this_test_is_right)
{
    EXPECT_EQ(now.time_since_epoch(), std::chrono::seconds(now_seconds));
}

TEST(IdTokens, each_of_the_three_ways_to_sign_is_taken)
{
    for (const auto& token : {rsa().sign("RS256", payload()), rsa().sign("PS256", payload()),
                              ec().sign("ES256", payload())}) {
        const auto read = check_id_token(token, both(), expected);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->subject, "user-1");
        EXPECT_EQ(read->claims.find("email").string(), "ada@northwater.example");
    }
}

TEST(IdTokens, no_other_way_to_sign_is)
{
    const auto more = KeyPair::ec("p384", CJOSE_JWK_EC_P_384);
    EXPECT_FALSE(good(rsa().sign("RS384", payload()), both()));
    EXPECT_FALSE(good(rsa().sign("RS512", payload()), both()));
    EXPECT_FALSE(good(more.sign("ES384", payload()), key_set({more.published()})));
    const auto shared = KeyPair::secret("shared", "0123456789abcdef0123456789abcdef");
    EXPECT_FALSE(good(shared.sign("HS256", payload()), key_set({shared.published()})));
    // The public key as the secret of an HMAC.
    const auto confused = KeyPair::secret("rsa", rsa().published());
    EXPECT_FALSE(good(confused.sign("HS256", payload()), both()));
}

TEST(IdTokens, a_token_without_a_signature_is_none)
{
    // {"alg":"none"} and {"alg":"RS256","kid":"rsa"}
    const auto whole = rsa().sign("RS256", payload());
    const auto body = whole.substr(whole.find('.'), whole.rfind('.') - whole.find('.') + 1);
    EXPECT_FALSE(good("eyJhbGciOiJub25lIn0" + body, both()));
    EXPECT_FALSE(good("eyJhbGciOiJOb25lIn0" + body, both()));
    EXPECT_FALSE(good(whole.substr(0, whole.rfind('.') + 1), both()));
    EXPECT_FALSE(good(whole.substr(0, whole.rfind('.')), both()));
    for (const auto* token : {"", ".", "..", "...", "a.b.c", "{}"})
        EXPECT_FALSE(good(token, both())) << token;
}

TEST(IdTokens, nobody_elses_key_will_do)
{
    const auto thief = KeyPair::rsa("rsa");
    EXPECT_FALSE(good(thief.sign("RS256", payload()), both()));
    EXPECT_FALSE(good(rsa().sign("RS256", payload()), key_set({})));
    EXPECT_FALSE(good(rsa().sign("RS256", payload()), key_set({ec().published()})));
    EXPECT_FALSE(good(rsa().sign("RS256", payload()), key_set({thief.published()})));
    auto changed = rsa().sign("RS256", payload());
    const auto at = changed.find('.') + 20;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(good(changed, both()));
}

TEST(IdTokens, a_key_is_used_only_for_what_it_is_there_for)
{
    const auto token = rsa().sign("RS256", payload());
    EXPECT_TRUE(good(token, key_set({rsa().published(R"("use":"sig","alg":"RS256",)")})));
    EXPECT_FALSE(good(token, key_set({rsa().published(R"("use":"enc",)")})));
    EXPECT_FALSE(good(token, key_set({rsa().published(R"("alg":"PS256",)")})));
    const auto weak = KeyPair::rsa("weak", 1024);
    EXPECT_FALSE(good(weak.sign("RS256", payload()), key_set({weak.published()})));
}

TEST(IdTokens, without_a_name_each_fitting_key_is_tried)
{
    const auto first = KeyPair::rsa("");
    const auto second = KeyPair::rsa("");
    const auto keys = key_set({first.published(), ec().published(), second.published()});
    EXPECT_TRUE(good(second.sign("RS256", payload()), keys));
    EXPECT_FALSE(good(KeyPair::rsa("").sign("RS256", payload()), keys));
    EXPECT_TRUE(has_key_for(rsa().sign("RS256", payload()), both()));
    EXPECT_FALSE(has_key_for(KeyPair::rsa("new").sign("RS256", payload()), both()));
}

TEST(IdTokens, heads_that_ask_for_more_are_refused)
{
    EXPECT_FALSE(good(rsa().sign("RS256", payload(), {"crit", R"(["exp"])"}), both()));
    EXPECT_FALSE(good(rsa().sign("RS256", payload(), {"typ", "at+jwt"}), both()));
    EXPECT_TRUE(good(rsa().sign("RS256", payload(), {"typ", "JWT"}), both()));
}

TEST(IdTokens, what_is_meant_for_another_sign_in_is_refused_by_name)
{
    const std::pair<std::string_view, std::string> wrong[] = {
        {"iss", "\"https://login.example/\""},
        {"iss", "\"https://evil.example\""},
        {"iss", "[\"https://login.example\"]"},
        {"iss", ""},
        {"aud", "\"other\""},
        {"aud", "[]"},
        {"aud", "[\"other\"]"},
        {"aud", "[\"hall\",\"other\"]"}, // and no azp
        {"aud", ""},
        {"aud", "{\"hall\":true}"},
        {"azp", "\"other\""},
        {"azp", "true"},
        {"exp", std::to_string(now_seconds - 120)},
        {"exp", "\"" + std::to_string(now_seconds + 300) + "\""},
        {"exp", "1e300"},
        {"exp", "-1"},
        {"exp", ""},
        {"iat", std::to_string(now_seconds + 121)},
        {"iat", ""},
        {"nbf", std::to_string(now_seconds + 121)},
        {"nbf", "null"},
        {"nonce", "\"another\""},
        {"nonce", "\"\""},
        {"nonce", ""},
        {"nonce", "[\"the-nonce\"]"},
        {"sub", "\"\""},
        {"sub", ""},
        {"sub", "1"},
        {"sub", "\"" + std::string(256, 'x') + "\""},
    };
    for (const auto& [name, value] : wrong) {
        const auto refused =
            check_id_token(rsa().sign("RS256", payload(name, value)), both(), expected);
        ASSERT_FALSE(refused) << name << " " << value;
        const auto& arguments = refused.error().arguments;
        ASSERT_EQ(arguments.size(), 1U) << name;
        EXPECT_EQ(arguments.front(), name == "azp" ? "aud" : name) << value;
    }
    // A claim given twice has two readings.
    EXPECT_FALSE(good(rsa().sign("RS256", R"({"aud":"other",)" + payload().substr(1)), both()));
    EXPECT_FALSE(good(rsa().sign("RS256", "[]"), both()));
    EXPECT_FALSE(good(rsa().sign("RS256", "no json"), both()));
}

TEST(IdTokens, clocks_may_differ_by_two_minutes)
{
    EXPECT_TRUE(
        good(rsa().sign("RS256", payload("exp", std::to_string(now_seconds - 119))), both()));
    EXPECT_TRUE(
        good(rsa().sign("RS256", payload("iat", std::to_string(now_seconds + 119))), both()));
    EXPECT_TRUE(
        good(rsa().sign("RS256", payload("nbf", std::to_string(now_seconds + 119))), both()));
    EXPECT_TRUE(good(rsa().sign("RS256", payload("aud", R"(["hall"])")), both()));
    EXPECT_TRUE(good(rsa().sign("RS256", payload("azp", R"("hall")")), both()));
    EXPECT_TRUE(
        good(rsa().sign("RS256", R"({"azp":"hall",)" + payload("aud", R"(["o","hall"])").substr(1)),
             both()));
}

TEST(IdTokens, nothing_that_we_forgot_to_ask_for_is_taken)
{
    auto nothing = expected;
    nothing.nonce.clear();
    EXPECT_FALSE(check_id_token(rsa().sign("RS256", payload("nonce", "\"\"")), both(), nothing));
    nothing = expected;
    nothing.client_id.clear();
    EXPECT_FALSE(check_id_token(rsa().sign("RS256", payload("aud", "\"\"")), both(), nothing));
}

TEST(IdTokens, an_access_token_is_known_by_its_hash)
{
    // OpenID Connect Core 1.0, appendix A.3.
    const auto claims = Json::parse(R"({"at_hash":"77QmUPtjPfzWtF2AnpK9RQ"})").value();
    const IdToken token{"1", claims};
    EXPECT_TRUE(belongs_to(token, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"));
    EXPECT_FALSE(belongs_to(token, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Z"));
    EXPECT_TRUE(belongs_to({"1", Json::parse("{}").value()}, "anything"));
}

TEST(Challenges, are_those_of_the_standard)
{
    // RFC 7636, appendix B.
    EXPECT_EQ(sha256_base64url("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    // RFC 4231, test case 2.
    EXPECT_EQ(hmac_base64url("Jefe", "what do ya want for nothing?"),
              "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
}

TEST(Addresses, count_only_when_the_provider_vouches_for_them)
{
    const auto email = [](const char* claims, const char* issuer = "https://login.example") {
        return verified_email(Json::parse(claims).value(), issuer);
    };
    constexpr auto entra = "https://login.microsoftonline.com/tenant/v2.0";
    EXPECT_EQ(email(R"({"email":"a@b.example","email_verified":true})"), "a@b.example");
    EXPECT_EQ(email(R"({"email":"a@b.example","email_verified":"true"})"), "a@b.example");
    EXPECT_EQ(email(R"({"email":"a@b.example","xms_edov":true})", entra), "a@b.example");
    EXPECT_EQ(email(R"({"email":"a@b.example","xms_edov":"1"})", entra), "a@b.example");
    for (const auto* claims :
         {R"({"email":"a@b.example"})", R"({"email":"a@b.example","email_verified":false})",
          R"({"email":"a@b.example","email_verified":1})",
          R"({"email":"a@b.example","email_verified":"yes"})",
          R"({"email":["a@b.example"],"email_verified":true})",
          R"({"email":"no address","email_verified":true})", R"({"email_verified":true})",
          R"({"email":"a@b.example","xms_edov":true})"})
        EXPECT_EQ(email(claims), "") << claims;
}

TEST(Names, are_what_people_are_called_and_no_addresses)
{
    const auto name = [](const char* claims) { return name_in(Json::parse(claims).value()); };
    EXPECT_EQ(name(R"({"name":" Ada  Lovelace "})"), "Ada Lovelace");
    EXPECT_EQ(name(R"({"given_name":"Ada","family_name":"Lovelace"})"), "Ada Lovelace");
    EXPECT_EQ(name(R"({"name":"ada@b.example","preferred_username":"ada"})"), "ada");
    EXPECT_EQ(name(R"({"preferred_username":"ada@b.example"})"), "");
}

TEST(ClaimRules, find_values_alone_in_lists_and_inside_objects)
{
    const std::vector<Json> sources{
        Json::parse(R"({"groups":["a","b"],"level":3,"staff":true,"realm_access":{"roles":["r"]},
            "https://hall.example/team":"blue","nested":[["a"]]})")
            .value(),
        Json::parse(R"({"department":"Water"})").value()};
    const auto has = [&](const char* claim, const char* value) {
        return has_claim(sources, {claim, value, {}, Role::member});
    };
    EXPECT_TRUE(has("groups", "b"));
    EXPECT_TRUE(has("level", "3"));
    EXPECT_TRUE(has("staff", "true"));
    EXPECT_TRUE(has("realm_access.roles", "r"));
    EXPECT_TRUE(has("https://hall.example/team", "blue"));
    EXPECT_TRUE(has("department", "Water"));
    EXPECT_FALSE(has("groups", "A"));
    EXPECT_FALSE(has("groups", "c"));
    EXPECT_FALSE(has("groups", "a,b"));
    EXPECT_FALSE(has("nested", "a"));
    EXPECT_FALSE(has("realm_access", "r"));
    EXPECT_FALSE(has("absent", ""));
}

class Discovery : public ::testing::Test {
protected:
    static std::string fault(std::string_view change, std::string_view to, bool local = false)
    {
        std::string text = R"({"issuer":"https://login.example",
            "authorization_endpoint":"https://login.example/auth",
            "token_endpoint":"https://login.example/token","jwks_uri":"https://login.example/keys",
            "userinfo_endpoint":"https://login.example/me","response_types_supported":["code"],
            "id_token_signing_alg_values_supported":["RS256"],
            "code_challenge_methods_supported":["S256"]})";
        text.replace(text.find(change), change.size(), to);
        const ProviderSettings settings{.issuer = "https://login.example",
                                        .private_addresses = local
                                                                 ? jobs::PrivateAddresses::allowed
                                                                 : jobs::PrivateAddresses::refused};
        const auto read = read_discovery(Json::parse(text).value(), settings);
        return read ? "" : read.error().sentence;
    }
};

TEST_F(Discovery, says_plainly_what_is_wrong)
{
    EXPECT_EQ(fault("RS256", "ES256"), "");
    EXPECT_THAT(fault("https://login.example\",", "https://login.example/\","),
                HasSubstr("another issuer"));
    EXPECT_THAT(fault("\"token_endpoint\"", "\"no_endpoint\""), HasSubstr("has no {1}"));
    EXPECT_THAT(fault("https://login.example/token", "http://login.example/token"),
                HasSubstr("not an address"));
    EXPECT_THAT(fault("https://login.example/keys", "https://127.0.0.1/keys"),
                HasSubstr("not an address"));
    EXPECT_EQ(fault("https://login.example/keys", "https://127.0.0.1/keys", true), "");
    EXPECT_THAT(fault("https://login.example/auth", "javascript:alert(1)"),
                HasSubstr("not an address"));
    EXPECT_THAT(fault("[\"code\"]", "[\"id_token\"]"), HasSubstr("authorisation code flow"));
    EXPECT_THAT(fault("[\"S256\"]", "[\"plain\"]"), HasSubstr("PKCE"));
    EXPECT_THAT(fault("RS256", "HS256"), HasSubstr("RS256"));
}

} // namespace

} // namespace moothall::people
