#include "people/sign_in.hpp"

#include "people/founding.hpp"
#include "people/pages.hpp"
#include "people/people.hpp"
#include "people/secret.hpp"
#include "people/templates.hpp"
#include "text/unicode.hpp"
#include "web/cookies.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

namespace moothall::people {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// The people of the sample company whom a visitor may be.
const std::vector<web::Choice>& sample_people()
{
    static const std::vector<web::Choice> people{
        {"aino@saint-aubin.example", web::translatable("Be Aino (customer)")},
        {"bob@northwater.example", web::translatable("Be Bob (employee)")},
        {"jeanne@saint-aubin.example", web::translatable("Be the mayor")},
        {"owner@northwater.example", web::translatable("Be the owner")},
    };
    return people;
}

/// Who is meant by one of them. The sample may have been made for an owner of another address,
/// which nobody is told.
std::optional<Person> find_sample_person(Context& context, std::string_view email)
{
    const auto organisation = context.organisation.id;
    if (email != sample_people().back().value)
        return find_person_by_email(context.transaction, organisation, email);
    return find_person_by_id(context.transaction, organisation,
                             find_first_owner(context.transaction, organisation));
}

std::string back_of(const Request& request)
{
    const auto back = request.form("back").empty() ? request.query("back") : request.form("back");
    return safe_path(back);
}

Response show_sign_in(const Request& request, Context& context,
                      const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const web::FilledForm form(context.language, request, refused);
    SignInPage page{.frame = web::make_frame(request, context, std::string(language.t("Sign in")),
                                             web::Section::none),
                    .form = form};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.back = back_of(request);
    page.email = form.text("email", language.t("Your e-mail address"));
    page.email.type = "email";
    page.email.autocomplete = "username";
    page.email.required = true;
    page.password = form.text("password", language.t("Password"));
    page.password.type = "password";
    page.password.autocomplete = "current-password";
    page.password.value.clear();
    if (context.organisation.oidc) {
        page.oidc_label = find_setting(context.transaction, context.organisation.id, "oidc.label");
        if (page.oidc_label.empty())
            page.oidc_label = language.t("Sign in through {1}", context.organisation.name);
    }
    if (context.organisation.sample)
        for (const auto& person : sample_people())
            if (find_sample_person(context, person.value))
                page.sample_people.push_back({person.value, std::string(language.t(person.label))});
    web::Writer out;
    html::sign_in(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_sign_in(const Request& request, Context& context)
{
    if (context.viewer.signed_in()) return Response::see_other(back_of(request));
    return show_sign_in(request, context, {});
}

Response show_code(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const web::FilledForm form(context.language, request, refused);
    CodePage page{.frame =
                      web::make_frame(request, context, std::string(language.t("Type your code")),
                                      web::Section::none),
                  .form = form};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.email = normalise_line(request.form("email"));
    page.back = back_of(request);
    page.code = form.text("code", language.t("Code"));
    page.code.value.clear();
    page.code.required = true;
    page.code.autocomplete = "one-time-code";
    page.code.hint = language.t("Eight digits from the letter.");
    web::Writer out;
    html::code(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response post_sign_in(const Request& request, Context& context)
{
    const auto email = normalise_line(request.form("email"));
    if (!is_email(email))
        return show_sign_in(request, context,
                            Refusal::invalid("email", "This is not an e-mail address."));
    if (const auto allowed = web::allow(context, web::Act::sign_in_code, fold_email(email));
        !allowed)
        return context.refuse(allowed.error());
    if (const auto allowed = web::allow(context, web::Act::sign_in_code); !allowed)
        return context.refuse(allowed.error());
    const auto browser = make_secret();
    ask_for_code(context, email, browser);
    auto response = show_code(request, context, {});
    web::set_cookie(response, context, "signing_in", browser, std::chrono::minutes{15});
    return response;
}

Response post_code(const Request& request, Context& context)
{
    const auto email = fold_email(normalise_line(request.form("email")));
    if (const auto allowed = web::allow(context, web::Act::sign_in_try); !allowed)
        return context.refuse(allowed.error());
    if (const auto allowed = web::allow(context, web::Act::sign_in_try, email); !allowed)
        return context.refuse(allowed.error());
    std::string code;
    for (const char c : request.form("code"))
        if (c >= '0' && c <= '9') code += c;
    const auto browser = web::read_cookie(request, context.organisation, "signing_in");
    const auto person = enter_by_code(context, email, browser, code);
    if (!person) {
        // The wrong try was counted, so this answer must commit although it refuses.
        auto response = show_code(request, context, person.error());
        response.status = 200;
        return response;
    }
    return sign_in(request, context, *person, back_of(request), {.way = "code"});
}

struct PasswordTried {
    Id person;
};

Result<web::Prepared> prepare_password(const Request& request, Context& context)
{
    const auto email = fold_email(normalise_line(request.form("email")));
    if (const auto allowed = web::allow(context, web::Act::sign_in_try, email); !allowed)
        return allowed.error();
    // As slow for nobody as for somebody.
    const auto hash = find_password_hash(context.transaction, context.organisation.id, email);
    const bool right = verify_password(hash, request.form("password").substr(0, 1024));
    PasswordTried tried;
    if (right)
        if (const auto person =
                find_person_by_email(context.transaction, context.organisation.id, email))
            tried.person = person->id;
    return web::Prepared::of(tried);
}

Response post_password(const Request& request, Context& context)
{
    const auto& tried = std::any_cast<const PasswordTried&>(context.prepared);
    const auto person =
        find_person_by_id(context.transaction, context.organisation.id, tried.person);
    if (!tried.person || !person || person->state != PersonState::active)
        return show_sign_in(
            request, context,
            Refusal::invalid("password", "The address or the password is not right."));
    return sign_in(request, context, *person, back_of(request), {.way = "password"});
}

Response post_sample(const Request& request, Context& context)
{
    if (!context.organisation.sample) return context.refuse(Refusal::not_found());
    for (const auto& choice : sample_people())
        if (choice.value == request.form("email"))
            if (const auto person = find_sample_person(context, choice.value))
                return sign_in(request, context, *person, back_of(request), {.way = "sample"});
    return context.refuse(Refusal::not_found());
}

Response get_link(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto pass = find_pass(context.transaction, context.organisation.id, "sign_in_link",
                                request.query("secret"), context.now);
    if (!pass)
        return context.refuse(Refusal::gone(
            "This link was used already, or is not good any more. Ask for a new one."));
    LinkPage page{.frame = web::make_frame(request, context, std::string(language.t("Sign in")),
                                           web::Section::none),
                  .lead = std::string(language.t("This link signs you in, once.")),
                  .action = "/sign-in/link",
                  .secret = std::string(request.query("secret")),
                  .button = std::string(language.t("Sign in")),
                  .fields = {},
                  .form = web::FilledForm(language, request)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    web::Writer out;
    html::link(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response post_link(const Request& request, Context& context)
{
    const auto pass = use_pass(context.transaction, context.organisation.id, "sign_in_link",
                               request.form("secret"), context.now);
    const auto person =
        pass ? find_person_by_id(context.transaction, context.organisation.id, pass->person)
             : std::nullopt;
    if (!person || person->state != PersonState::active)
        return context.refuse(Refusal::gone(
            "This link was used already, or is not good any more. Ask for a new one."));
    return sign_in(request, context, *person, "/", {.way = "link"});
}

Response show_name(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto person =
        find_person_by_id(context.transaction, context.organisation.id, context.viewer.person);
    if (!person) return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const web::FilledForm form(language, request, refused);
    NamePage page{.frame = web::make_frame(request, context,
                                           std::string(language.t("What are you called?")),
                                           web::Section::none),
                  .called = person->name,
                  .form = form};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.back = back_of(request);
    page.name = form.text("name", language.t("Your name"));
    page.name.autocomplete = "name";
    page.name.required = true;
    page.name.characters_max = 100;
    web::Writer out;
    html::name(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_name(const Request& request, Context& context)
{
    return show_name(request, context, {});
}

Response post_name(const Request& request, Context& context)
{
    const auto changed = change_person(context.transaction, context.ids, context.now,
                                       context.viewer, {.name = std::string(request.form("name"))});
    if (!changed) return show_name(request, context, changed.error());
    return Response::see_other(back_of(request));
}

Response post_sign_out(const Request&, Context& context)
{
    if (context.viewer.session)
        end_sessions(context.transaction, context.organisation.id, context.viewer.person,
                     context.viewer.session);
    auto response = Response::see_other("/");
    web::clear_cookie(response, context, web::session_cookie);
    return response;
}

} // namespace

void mount_sign_in_pages(web::Router& router)
{
    router.get("/sign-in", get_sign_in);
    router.post("/sign-in", post_sign_in);
    router.post("/sign-in/code", post_code);
    auto& password = router.post("/sign-in/password", post_password);
    password.prepare = prepare_password;
    password.act = web::Act::sign_in_try;
    router.post("/sign-in/sample", post_sample);
    router.get("/sign-in/link", get_link);
    router.post("/sign-in/link", post_link).act = web::Act::sign_in_try;
    router.get("/sign-in/name", get_name);
    router.post("/sign-in/name", post_name);
    router.post("/sign-out", post_sign_out);
}

} // namespace moothall::people
