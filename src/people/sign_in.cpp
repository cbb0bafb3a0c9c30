#include "people/sign_in.hpp"

#include "jobs/mail.hpp"
#include "people/newcomer.hpp"
#include "people/people.hpp"
#include "people/secret.hpp"
#include "record/record.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/cookies.hpp"

#include <algorithm>
#include <array>

namespace moothall::people {

namespace {

constexpr std::chrono::minutes code_lasts{10};
constexpr int code_tries = 5;

/// One browser asks for one address at a time: what its codes are filed under.
std::string code_file(std::string_view browser, std::string_view email_fold)
{
    return hash_secret(std::string(browser) + "\n" + std::string(email_fold));
}

/// What a typed code must match: the code alone is worth nothing in another browser.
std::string code_secret(std::string_view file, std::string_view code)
{
    return std::string(file) + "\n" + std::string(code);
}

std::vector<Id> circles_of(const std::vector<RoleChange>& roles)
{
    std::vector<Id> circles;
    for (const auto& change : roles) circles.push_back(change.circle);
    return circles;
}

std::string to_data(const Entry& entry)
{
    JsonWriter json;
    json.begin_object().field("way", entry.way);
    if (!entry.roles.empty()) {
        json.key("roles").begin_array();
        for (const auto& [circle, role] : entry.roles)
            json.begin_object().field("circle", circle).field("role", to_text(role)).end_object();
        json.end_array();
    }
    return json.end_object().take();
}

} // namespace

bool may_sign_up(const web::Organisation& organisation, std::string_view email)
{
    switch (organisation.sign_up) {
    case web::SignUp::open:
        return true;
    case web::SignUp::by_invitation:
        return false;
    case web::SignUp::by_domain:
        break;
    }
    const auto folded = fold_email(email);
    const auto domain = folded.substr(folded.rfind('@') + 1);
    return std::ranges::find(organisation.sign_up_domains, domain) !=
           organisation.sign_up_domains.end();
}

void ask_for_code(web::Context& context, std::string_view email, std::string_view browser)
{
    auto& transaction = context.transaction;
    const auto organisation = context.organisation.id;
    const auto folded = fold_email(email);
    const auto person = find_person_by_email(transaction, organisation, folded);
    const bool known = person && (person->state == PersonState::active ||
                                  person->state == PersonState::unconfirmed);
    const bool welcome = known || (!person && may_sign_up(context.organisation, folded));
    const auto& language = context.language;

    jobs::Mail mail;
    mail.to = person ? person->email : normalise_line(email);
    if (welcome) {
        const auto code = make_code();
        const auto file = code_file(browser, folded);
        end_passes(transaction, organisation, "sign_in", folded, {}, {}, context.now);
        make_pass(transaction, context.ids, context.now, organisation,
                  {.purpose = "sign_in",
                   .email = folded,
                   .person = known ? person->id : Id{},
                   .detail = file,
                   .lasts = code_lasts,
                   .tries = code_tries,
                   .secret = code_secret(file, code)});
        mail.subject = language.t("{1}: your code is {2}", context.organisation.name, code);
        mail.text = language.t("Your code to sign in to {1} is\n\n    {2}\n\nIt is good for ten "
                               "minutes, in the browser "
                               "where you asked for it. If you did not ask, do nothing: nobody can "
                               "come in without it.\n",
                               context.organisation.name, code);
    } else if (person) {
        mail.subject = language.t("{1}: your account is closed", context.organisation.name);
        mail.text =
            language.t("Somebody, probably you, wanted to sign in to {1} with this address. "
                       "The account it has there is closed. An owner can open it again.\n",
                       context.organisation.name);
    } else {
        mail.subject =
            language.t("{1}: there is no account for this address", context.organisation.name);
        mail.text = language.t(
            "Somebody, probably you, wanted to sign in to {1} with this address. There is no "
            "account for "
            "it, and new ones are by invitation. Ask somebody who is there to invite you.\n",
            context.organisation.name);
    }
    jobs::enqueue_mail(transaction, context.ids, context.now, organisation, mail);
}

Result<Person> enter_by_code(web::Context& context, std::string_view email,
                             std::string_view browser, std::string_view code)
{
    auto& transaction = context.transaction;
    const auto organisation = context.organisation.id;
    const auto folded = fold_email(email);
    const auto wrong = Refusal::invalid(
        "code", "This code is not right, or not good any more. Look again, or ask for a new one.");
    const auto file = code_file(browser, folded);
    if (!use_pass(transaction, organisation, "sign_in", code_secret(file, code), context.now)) {
        count_wrong_tries(transaction, organisation, "sign_in", file, context.now);
        return wrong;
    }
    auto person = admit(context, email);
    if (!person) return wrong;
    return person;
}

Result<Person> admit(web::Context& context, std::string_view email, std::string_view name)
{
    auto& transaction = context.transaction;
    const auto organisation = context.organisation.id;
    auto person = find_person_by_email(transaction, organisation, email);
    // Where what was imported of hers is taken back at this moment, she may be forgotten by now.
    if (person && person->state == PersonState::unconfirmed &&
        transaction.execute("UPDATE person SET state = state "
                            "WHERE org_id = ?1 AND person_id = ?2 AND state = 'unconfirmed'",
                            organisation, person->id) == 0)
        person = find_person_by_email(transaction, organisation, email);
    if (!person) {
        if (!may_sign_up(context.organisation, email))
            return Refusal::forbidden("There is no account for your address, and new ones are by "
                                      "invitation. Ask somebody who is there to invite you.");
        return create_newcomer(
            transaction, context.ids, context.now, organisation, context.organisation.everyone,
            {.name = std::string(name), .email = std::string(email)}, context.language);
    }
    if (person->state == PersonState::unconfirmed) {
        // She proved that the address is hers: what she said before, or what was imported of hers,
        // is hers now.
        person->state = PersonState::active;
        save_person(transaction, organisation, *person, context.now);
    }
    if (person->state != PersonState::active)
        return Refusal::forbidden("Your account here is closed. Ask an owner to open it again.");
    return *std::move(person);
}

std::string make_sign_in_link(store::Transaction& transaction, IdSource& ids, Time now,
                              const web::Organisation& organisation, Id person)
{
    const auto secret =
        make_pass(transaction, ids, now, organisation.id,
                  {.purpose = "sign_in_link", .person = person, .lasts = code_lasts, .tries = 1});
    return organisation.url + "/sign-in/link?secret=" + secret;
}

web::Response sign_in(const web::Request& request, web::Context& context, const Person& person,
                      std::string_view to, const Entry& entry)
{
    // A session that was there before ends: nobody's cookie, planted or left, becomes hers.
    if (context.viewer.session)
        end_sessions(context.transaction, context.organisation.id, context.viewer.person,
                     context.viewer.session);
    const auto secret =
        start_session(context.transaction, context.ids, context.now, context.organisation.id,
                      person.id, describe_device(request.header("user-agent")));
    record::append(context.transaction, context.organisation.id, context.ids,
                   {.verb = "people.signed_in",
                    .thing = person.id,
                    .actor = person.id,
                    .circle = context.organisation.everyone,
                    .at = context.now,
                    .audience = record::Audience::actor,
                    .concerns = circles_of(entry.roles),
                    .data = to_data(entry)});
    auto next = safe_path(to);
    if (is_nameless(person)) next = "/sign-in/name?back=" + web::percent_encode(next);
    auto response = web::Response::see_other(next);
    web::set_cookie(response, context, web::session_cookie, secret, session_lasts);
    web::clear_cookie(response, context, "signing_in");
    return response;
}

std::string describe_device(std::string_view user_agent)
{
    using Names = std::array<std::pair<std::string_view, std::string_view>, 6>;
    // In the order in which they must be asked: each browser also says the names of those before it
    // in time.
    static constexpr Names browsers{{{"Edg/", "Edge"},
                                     {"OPR/", "Opera"},
                                     {"Firefox/", "Firefox"},
                                     {"Chrome/", "Chrome"},
                                     {"Safari/", "Safari"},
                                     {"curl/", "curl"}}};
    static constexpr Names systems{{{"Android", "Android"},
                                    {"iPhone", "iPhone"},
                                    {"iPad", "iPad"},
                                    {"Windows", "Windows"},
                                    {"Mac OS X", "macOS"},
                                    {"Linux", "Linux"}}};
    const auto name_in = [&](const Names& names) -> std::string_view {
        for (const auto& [mark, name] : names)
            if (user_agent.find(mark) != std::string_view::npos) return name;
        return {};
    };
    const auto browser = name_in(browsers);
    const auto system = name_in(systems);
    if (browser.empty()) return system.empty() ? std::string("?") : std::string(system);
    return system.empty() ? std::string(browser)
                          : std::string(browser) + " · " + std::string(system);
}

std::string safe_path(std::string_view wanted)
{
    const bool ours = wanted.starts_with('/') && !wanted.starts_with("//") &&
                      wanted.find('\\') == std::string_view::npos &&
                      wanted.find_first_of("\r\n\t") == std::string_view::npos;
    return ours ? std::string(wanted) : "/";
}

} // namespace moothall::people
