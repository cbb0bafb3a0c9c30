#include "people/oidc.hpp"

#include "people/oidc_circles.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::people {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto issuer = "https://login.example";

/// Lets somebody arrive whose claims are in the query, as if a provider had said them.
web::Response arrive(const web::Request& request, web::Context& context)
{
    const auto claims = Json::parse(request.query("claims"));
    if (!claims) return context.refuse(claims.error());
    const auto settings = find_provider(context.transaction, context.organisation.id);
    const Arrival arrival{std::string(claims->find("sub").string().value_or("")), {*claims}};
    const auto person = receive(context, settings, arrival);
    if (!person) return context.refuse(person.error());
    const auto roles = apply_claim_rules(
        context.transaction, context.organisation.id, context.organisation.everyone, *person,
        claim_rules_of(settings.circles), arrival.sources, context.now);
    return sign_in(request, context, *person, "/", {.way = "oidc", .roles = roles});
}

/// Whether private addresses hold here, after what was saved and what the operator says.
web::Response tell_reach(const web::Request&, web::Context& context)
{
    const bool near = find_provider(context).private_addresses == jobs::PrivateAddresses::allowed;
    return web::Response::text(near ? "near" : "far");
}

class Oidc : public House {
protected:
    void mount(web::Hall& house) override
    {
        house.router().get("/reach", tell_reach);
        House::mount(house);
        mount_oidc_pages(house.router());
        house.router().get("/arrive", arrive).writes = true;
    }
    void set_up_provider(std::string circles = {})
    {
        write([&](store::Transaction& transaction) {
            save_provider(transaction, organisation.id,
                          {.issuer = issuer,
                           .client_id = "hall",
                           .client_secret = "s3cret",
                           .scopes = "openid",
                           .label = "Northwater account",
                           .circles = std::move(circles)});
        });
        hall->reload_organisations();
    }
    /// Changes the sign-up rule.
    void let_in_by(web::SignUp rule)
    {
        write([&](store::Transaction& transaction) {
            auto changed = organisation;
            changed.sign_up = rule;
            changed.sign_up_domains = {"northwater.example"};
            save_organisation(transaction, changed);
        });
        hall->reload_organisations();
    }
    web::Response come(const std::string& claims)
    {
        return get({}, "/arrive", {{"claims", claims}});
    }
    Circle open_circle(std::string name)
    {
        const auto maker = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return create_circle(transaction, hall->ids(), now(), maker,
                                 {.name = std::move(name), .visibility = Visibility::closed})
                .value();
        });
    }
    Role role_of_her(std::string_view email, Id circle)
    {
        return read([&](store::Transaction& transaction) {
            const auto person = find_person_by_email(transaction, organisation.id, email).value();
            for (const auto& one : list_memberships(transaction, organisation.id, person.id))
                if (one.circle == circle) return one.role;
            return Role::none;
        });
    }
    std::string last_event(std::string_view verb)
    {
        return read([&](store::Transaction& transaction) {
            auto rows = transaction.query("SELECT data FROM event WHERE org_id = ?1 AND verb = ?2 "
                                          "ORDER BY event_id DESC LIMIT 1",
                                          organisation.id, verb);
            return rows.next() ? rows->string(0) : std::string();
        });
    }
    std::int64_t all_events()
    {
        return read([&](store::Transaction& transaction) {
            auto rows =
                transaction.query("SELECT count(*) FROM event WHERE org_id = ?1", organisation.id);
            rows.next();
            return rows->integer(0);
        });
    }
};
MOOTHALL_ON_EACH_ENGINE(Oidc);

TEST_P(Oidc, reaches_no_private_address_that_the_operator_does_not_allow)
{
    write([&](store::Transaction& transaction) {
        save_provider(transaction, organisation.id,
                      {.issuer = "http://10.0.0.1",
                       .client_id = "hall",
                       .private_addresses = jobs::PrivateAddresses::allowed});
    });
    EXPECT_EQ(get({}, "/reach").body, "far");
}

TEST_P(Oidc, without_a_provider_there_is_no_such_way)
{
    EXPECT_EQ(get({}, "/sign-in/oidc").status, 404);
    EXPECT_EQ(get({}, "/sign-in/oidc/callback").status, 404);
    EXPECT_THAT(get({}, "/sign-in").body, Not(HasSubstr("/sign-in/oidc")));
    set_up_provider();
    EXPECT_THAT(get({}, "/sign-in").body, HasSubstr("Northwater account"));
    EXPECT_THAT(get({}, "/sign-in").body, Not(HasSubstr("s3cret")));
}

TEST_P(Oidc, a_new_person_comes_in_by_a_verified_address_and_stays_who_she_is)
{
    set_up_provider();
    const auto claims =
        R"({"sub":"1","name":"Ada Lovelace","email":"ada@b.example","email_verified":true})";
    const auto answer = come(claims);
    EXPECT_EQ(answer.status, 303);
    EXPECT_TRUE(is_signed_in({cookie(answer, "session"), {}}));
    EXPECT_THAT(last_event("people.signed_in"), HasSubstr(R"("way":"oidc")"));
    EXPECT_EQ(events("people.person_came"), 2); // she and the owner

    // The pair of issuer and subject is what counts from now on.
    EXPECT_EQ(come(R"({"sub":"1","email":"new@b.example","email_verified":false})").status, 303);
    EXPECT_EQ(events("people.person_came"), 2);
    const auto person = read([&](store::Transaction& transaction) {
        return find_person_by_email(transaction, organisation.id, "ada@b.example");
    });
    ASSERT_TRUE(person);
    EXPECT_EQ(person->name, "Ada Lovelace");
}

TEST_P(Oidc, an_address_that_is_not_vouched_for_opens_nobodys_account)
{
    set_up_provider();
    for (const auto* claims :
         {R"({"sub":"1","email":"owner@northwater.example"})",
          R"({"sub":"1","email":"owner@northwater.example","email_verified":false})",
          R"({"sub":"1","email":["owner@northwater.example"],"email_verified":true})",
          R"({"sub":"1","email_verified":true})"}) {
        const auto answer = come(claims);
        EXPECT_EQ(answer.status, 403) << claims;
        EXPECT_EQ(cookie(answer, "session"), "");
    }
    EXPECT_EQ(events("people.signed_in"), 0);
    EXPECT_EQ(
        come(R"({"sub":"1","email":"Owner@Northwater.example","email_verified":true})").status,
        303);
}

TEST_P(Oidc, the_rule_of_signing_up_holds_here_too)
{
    set_up_provider();
    let_in_by(web::SignUp::by_invitation);
    const auto ada = R"({"sub":"1","email":"ada@b.example","email_verified":true})";
    EXPECT_EQ(come(ada).status, 403);
    let_in_by(web::SignUp::by_domain);
    EXPECT_EQ(come(ada).status, 403);
    EXPECT_EQ(come(R"({"sub":"2","email":"bo@northwater.example","email_verified":true})").status,
              303);
}

TEST_P(Oidc, a_closed_account_stays_closed_and_an_unconfirmed_one_is_hers_now)
{
    set_up_provider();
    const auto claims = R"({"sub":"1","email":"ada@b.example","email_verified":true})";
    EXPECT_EQ(come(claims).status, 303);
    const auto set_state = [&](PersonState state) {
        write([&](store::Transaction& transaction) {
            auto person =
                find_person_by_email(transaction, organisation.id, "ada@b.example").value();
            person.state = state;
            save_person(transaction, organisation.id, person, now());
        });
    };
    set_state(PersonState::deactivated);
    EXPECT_EQ(come(claims).status, 403);
    EXPECT_EQ(come(R"({"sub":"2","email":"ada@b.example","email_verified":true})").status, 403);

    write([&](store::Transaction& transaction) {
        ASSERT_TRUE(create_person(
            transaction, hall->ids(), now(), organisation.id, organisation.everyone,
            {.name = "Bo", .email = "bo@b.example", .state = PersonState::unconfirmed}));
    });
    EXPECT_EQ(come(R"({"sub":"3","email":"bo@b.example","email_verified":true})").status, 303);
}

TEST_P(Oidc, claims_give_and_take_roles_in_the_circles_that_are_named)
{
    const auto engineers = open_circle("Engineers");
    const auto board = open_circle("Board");
    const auto choir = open_circle("Choir");
    const auto rules = read([&](store::Transaction& transaction) {
        return read_claim_rules(transaction, viewer_of(owner),
                                "groups = eng → Engineers, member\r\n\n"
                                "groups = lead -> engineers, steward\n"
                                "groups=board → Board")
            .value();
    });
    ASSERT_EQ(rules.size(), 3U);
    set_up_provider(to_setting(rules));
    EXPECT_EQ(read([&](store::Transaction& transaction) {
                  return to_typed(transaction, viewer_of(owner), claim_rules_of(to_setting(rules)));
              }),
              "groups = eng → Engineers, member\ngroups = lead → Engineers, steward\n"
              "groups = board → Board, member\n");

    const auto ada = [&](std::string groups) {
        return come(R"({"sub":"1","email":"ada@b.example","email_verified":true,"groups":[)" +
                    groups + "]}");
    };
    EXPECT_EQ(ada(R"("eng","lead")").status, 303);
    EXPECT_EQ(role_of_her("ada@b.example", engineers.id), Role::steward);
    EXPECT_EQ(role_of_her("ada@b.example", board.id), Role::none);
    EXPECT_THAT(last_event("people.signed_in"),
                HasSubstr(R"({"circle":")" + engineers.id.text() + R"(","role":"steward"})"));

    write([&](store::Transaction& transaction) { // by hand, where no rule speaks of it
        const auto person =
            find_person_by_email(transaction, organisation.id, "ada@b.example").value();
        set_role(transaction, organisation.id, choir.id, person.id, Role::member, now());
    });
    const auto before = all_events();
    EXPECT_EQ(ada(R"("board")").status, 303);
    EXPECT_EQ(all_events(), before + 1); // two changes and the sign-in are one event
    EXPECT_EQ(role_of_her("ada@b.example", engineers.id), Role::none);
    EXPECT_EQ(role_of_her("ada@b.example", board.id), Role::member);
    EXPECT_EQ(role_of_her("ada@b.example", choir.id), Role::member);
    EXPECT_EQ(ada("").status, 303);
    EXPECT_EQ(role_of_her("ada@b.example", board.id), Role::none);

    // An owner is a steward whatever her groups are.
    EXPECT_EQ(
        come(R"({"sub":"2","email":"owner@northwater.example","email_verified":true})").status,
        303);
    EXPECT_EQ(role_of_her("owner@northwater.example", board.id), Role::steward);
}

TEST_P(Oidc, nobody_is_taken_out_of_everyone)
{
    const auto rules = read([&](store::Transaction& transaction) {
        return read_claim_rules(transaction, viewer_of(owner), "role = chief → Everyone, steward")
            .value();
    });
    set_up_provider(to_setting(rules));
    EXPECT_EQ(
        come(R"({"sub":"1","email":"a@b.example","email_verified":true,"role":"chief"})").status,
        303);
    EXPECT_EQ(role_of_her("a@b.example", organisation.everyone), Role::steward);
    EXPECT_EQ(come(R"({"sub":"1","role":"none"})").status, 303);
    EXPECT_EQ(role_of_her("a@b.example", organisation.everyone), Role::member);
}

TEST_P(Oidc, lines_that_are_not_understood_are_shown_again)
{
    const auto refused = [&](std::string_view typed) {
        const auto rules = read([&](store::Transaction& transaction) {
            return read_claim_rules(transaction, viewer_of(owner), typed);
        });
        return rules ? "" : rules.error().field;
    };
    EXPECT_EQ(refused(""), "");
    EXPECT_EQ(refused("a = b → Everyone"), "");
    for (const auto* typed : {"a → Everyone", "a = b", "a = b → ", " = b → Everyone",
                              "a = → Everyone", "a = b → Nowhere", "a = b → Everyone, king"})
        EXPECT_EQ(refused(typed), "mapping") << typed;
}

TEST_P(Oidc, an_answer_that_nobody_waits_for_signs_nobody_in)
{
    set_up_provider();
    write([&](store::Transaction& transaction) {
        make_pass(transaction, hall->ids(), now(), organisation.id,
                  {.purpose = "oidc",
                   .detail = "/",
                   .secret = "browser\nstate\nhttps://login.example\nhall"});
    });
    const Sent sent{{"state", "state"}, {"code", "x"}};
    for (const auto& query :
         {sent, Sent{{"code", "x"}}, Sent{{"state", "other"}, {"code", "x"}}, Sent{}}) {
        const auto answer = get({}, "/sign-in/oidc/callback", query); // without the cookie
        EXPECT_EQ(answer.status, 303);
        EXPECT_EQ(header(answer, "Location"), "/sign-in");
        EXPECT_EQ(cookie(answer, "session"), "");
    }
    EXPECT_EQ(events("people.signed_in"), 0);
}

TEST_P(Oidc, nothing_that_is_kept_or_shown_opens_a_try_without_its_cookie)
{
    set_up_provider();
    const ProviderSettings settings{
        .issuer = issuer, .client_id = "hall", .scopes = "openid email"};
    const Provider provider{.authorization_endpoint = "https://login.example/auth?tenant=1"};
    const Attempt attempt{"browser", "state"};
    const auto url = authorization_url(settings, provider, organisation, attempt);
    EXPECT_THAT(url, HasSubstr("https://login.example/auth?tenant=1&response_type=code&"));
    EXPECT_THAT(url, HasSubstr("&scope=openid%20email&state=state&"));
    EXPECT_THAT(url,
                HasSubstr("&redirect_uri=http%3A%2F%2Flocalhost%2Fsign-in%2Foidc%2Fcallback&"));
    EXPECT_THAT(url, Not(HasSubstr("browser")));
    EXPECT_THAT(url, Not(HasSubstr(attempt.verifier())));
    EXPECT_NE(attempt.verifier(), attempt.nonce());
    EXPECT_EQ(attempt.verifier().size(), 43U);
    EXPECT_NE((Attempt{"browser", "another"}.nonce()), attempt.nonce());
    EXPECT_NE((Attempt{"another", "state"}.nonce()), attempt.nonce());
    auto elsewhere = settings;
    elsewhere.issuer = "https://evil.example";
    EXPECT_NE(attempt.secret(elsewhere), attempt.secret(settings));
}

} // namespace

} // namespace moothall::people
