#include "hear/unconfirmed.hpp"

#include "hear/moderation.hpp"
#include "hear/support.hpp"
#include "hear/templates.hpp"
#include "hear/tree.hpp"
#include "hear/voice_store.hpp"
#include "jobs/mail.hpp"
#include "people/newcomer.hpp"
#include "people/pages.hpp"
#include "people/pass.hpp"
#include "people/people.hpp"
#include "people/secret.hpp"
#include "people/sign_in.hpp"
#include "people/templates.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <charconv>

namespace moothall::hear {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::chrono::hours letter_lasts{24};
constexpr std::chrono::seconds form_age_min{2}; // nobody writes and sends faster
constexpr std::chrono::hours form_age_max{24};

std::string sign(Context& context, std::string_view time)
{
    const auto key =
        people::find_setting(context.transaction, context.organisation.id, "web.visitor_key");
    return people::hash_secret(key + "\nform shown at " + std::string(time));
}

/// Whoever has the address: somebody who is here, or a person who is made and waits to confirm.
/// None when the account is closed: nothing is done, and nothing tells so.
Result<std::optional<people::Person>> find_claimed(Context& context, std::string_view name,
                                                   std::string_view email)
{
    if (context.organisation.sign_up == web::SignUp::by_invitation)
        return Refusal::unauthenticated("Please sign in to say something.");
    const auto address = normalise_line(email);
    if (!is_email(address)) return Refusal::invalid("email", "This is not an e-mail address.");
    if (!people::may_sign_up(context.organisation, address))
        return Refusal::invalid("email", "This house is for addresses of other domains.");
    const auto folded = fold_email(address);
    for (const std::string_view subject : {std::string_view(folded), std::string_view()})
        if (const auto allowed = web::allow(context, web::Act::sign_in_code, subject); !allowed)
            return allowed.error();
    auto person =
        people::find_person_by_email(context.transaction, context.organisation.id, address);
    if (person) {
        if (person->state == people::PersonState::deactivated)
            return std::optional<people::Person>();
        return person;
    }
    auto made = people::create_newcomer(
        context.transaction, context.ids, context.now, context.organisation.id,
        context.organisation.everyone,
        {.name = std::string(name), .email = address, .state = people::PersonState::unconfirmed},
        context.language);
    if (!made) return made.error();
    return std::optional(*std::move(made));
}

/// Her rights in Everyone, and nothing else, until she has shown that the address is hers.
Viewer stranger_as(const Context& context, const people::Person& person)
{
    Viewer viewer;
    viewer.organisation = context.organisation.id;
    viewer.everyone = context.organisation.everyone;
    viewer.person = person.id;
    viewer.memberships.push_back({context.organisation.everyone, Role::member, false});
    return viewer;
}

std::string make_link(Context& context, std::string_view purpose, const people::Person& person,
                      Id voice)
{
    const auto email = fold_email(person.email);
    const auto secret =
        people::make_pass(context.transaction, context.ids, context.now, context.organisation.id,
                          {.purpose = purpose,
                           .email = email,
                           .person = person.id,
                           .thing = voice,
                           .lasts = letter_lasts});
    return context.organisation.url + "/confirm?secret=" + secret;
}

void send_letter(Context& context, const people::Person& person, std::string subject,
                 std::string text)
{
    jobs::Mail mail;
    mail.to = person.email;
    mail.subject = std::move(subject);
    mail.text = std::move(text);
    jobs::enqueue_mail(context.transaction, context.ids, context.now, context.organisation.id,
                       mail);
}

Refusal used_up()
{
    return Refusal::gone("This link was used already, or is not good any more.");
}

/// What a link confirms, whichever of both it is.
template <class Look>
std::optional<people::Pass> look_for_pass(Context& context, std::string_view secret, Look&& look)
{
    for (const auto* purpose : {"confirm_voice", "confirm_support"})
        if (auto pass =
                look(context.transaction, context.organisation.id, purpose, secret, context.now))
            return pass;
    return {};
}

/// Lets a confirmed voice be seen, unless it has to wait for a steward as any newcomer's; then, or
/// when a steward hid it meanwhile, it stays where it is.
void confirm_voice(Context& context, const Viewer& viewer, Id id)
{
    auto thing = record::find_thing(context.transaction, viewer.organisation, id);
    if (!thing || thing->state != record::State::held) return;
    const bool waits = is_held(context.transaction, viewer, thing->circle);
    if (!waits) {
        thing->state = record::State::visible;
        record::change_thing(context.transaction, viewer.organisation, *thing);
        if (const auto voice = load_voice(context.transaction, id, viewer))
            count_voice(context.transaction, viewer.organisation, id,
                        {thing->circle, voice->kind, voice->status.id}, 1);
    }
    record::append(context.transaction, viewer.organisation, context.ids,
                   {.verb = "hear.voice_confirmed",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = thing->circle,
                    .at = context.now,
                    .audience = waits ? record::Audience::stewards : record::Audience::circle,
                    .state = thing->state});
}

void confirm_support(Context& context, const Viewer& viewer, Id voice)
{
    const auto confirmed = context.transaction.execute(R"sql(
        UPDATE support SET confirmed = 1
        WHERE org_id = ?1 AND voice_id = ?2 AND person_id = ?3 AND confirmed = 0 )sql",
                                                       viewer.organisation, voice, viewer.person);
    const auto thing = record::find_thing(context.transaction, viewer.organisation, voice);
    if (confirmed == 0 || !thing) return;
    const auto after = find_given(context.transaction, viewer.organisation, voice, viewer.person);
    auto before = after;
    before.confirmed = false;
    count_given(context.transaction, viewer.organisation, voice, viewer.person, before, after);
    follow_by_default(context.transaction, viewer.organisation, voice, viewer.person);
    record::append(context.transaction, viewer.organisation, context.ids,
                   {.verb = "hear.support_given",
                    .thing = voice,
                    .actor = viewer.person,
                    .circle = thing->circle,
                    .at = context.now,
                    .state = thing->state});
}

bool is_confirmed(Context& context, Id voice, Id person)
{
    return context.transaction
        .query("SELECT 1 FROM support WHERE org_id = ?1 AND voice_id = ?2 AND person_id = ?3 AND "
               "confirmed = 1",
               context.organisation.id, voice, person)
        .next();
}

Response get_confirm(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto pass = look_for_pass(context, request.query("secret"), people::find_pass);
    if (!pass) return context.refuse(used_up());
    const auto thing =
        record::find_thing(context.transaction, context.organisation.id, pass->thing);
    people::LinkPage page{
        .frame = web::make_frame(request, context, std::string(language.t("Was it you?")),
                                 web::Section::voices),
        .lead =
            language.t("“{1}” waits for you to confirm it.", thing ? thing->title : std::string()),
        .action = "/confirm",
        .secret = std::string(request.query("secret")),
        .button = std::string(language.t("Yes, it was me")),
        .fields = {},
        .form = web::FilledForm(language, request)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    web::Writer out;
    people::html::link(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response post_confirm(const Request& request, Context& context)
{
    const auto pass = look_for_pass(context, request.form("secret"), people::use_pass);
    auto person =
        pass ? people::find_person_by_id(context.transaction, context.organisation.id, pass->person)
             : std::nullopt;
    if (!person || (person->state != people::PersonState::active &&
                    person->state != people::PersonState::unconfirmed))
        return context.refuse(used_up());
    const bool had_account = person->state == people::PersonState::active;
    if (!had_account) {
        person->state = people::PersonState::active;
        people::save_person(context.transaction, context.organisation.id, *person, context.now);
    }
    const auto viewer = people::make_viewer(context.transaction, context.organisation.id,
                                            context.organisation.everyone, person->id);
    if (!viewer) return context.refuse(used_up());
    if (pass->purpose == "confirm_voice")
        confirm_voice(context, *viewer, pass->thing);
    else
        confirm_support(context, *viewer, pass->thing);
    // Whoever holds the link may be another than the account's person: it confirms, and opens
    // nothing that was there before.
    const auto to = "/voices/" + pass->thing.text();
    auto response = had_account ? Response::see_other(to)
                                : people::sign_in(request, context, *person, to, {.way = "link"});
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Thank you. It is confirmed."));
    return response;
}

Response show_support(const Request& request, Context& context,
                      const std::optional<Refusal>& refused)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    if (context.viewer.signed_in()) return Response::see_other(voice->path());
    const auto& language = context.language;
    LetterSupportPage page{
        .frame = web::make_frame(request, context, std::string(language.t("Me too")),
                                 web::Section::voices),
        .voice = *voice,
        .form = web::FilledForm(language, request, refused),
        .email = {},
        .by_invitation = context.organisation.sign_up == web::SignUp::by_invitation,
        .stamp = make_form_stamp(context)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.email = page.form.text("email", language.t("Your e-mail address"));
    page.email.type = "email";
    page.email.autocomplete = "email";
    page.email.required = true;
    web::Writer out;
    html::support_by_letter(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_support(const Request& request, Context& context)
{
    return show_support(request, context, {});
}

Response post_support_letter(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (request.form("website").empty()) {
        if (const auto human = check_form_stamp(context, request.form("stamp")); !human)
            return show_support(request, context, human.error());
        const auto given = support_by_letter(context, request.form("email"), *id);
        if (!given) {
            if (given.error().reason == Reason::invalid)
                return show_support(request, context, given.error());
            return context.refuse(given.error());
        }
    }
    auto response = Response::see_other("/voices/" + id->text());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("A letter is on its way. It counts once you press the "
                                        "button behind its link, within a day."));
    return response;
}

} // namespace

std::string make_form_stamp(web::Context& context)
{
    const auto time = std::to_string(context.now.time_since_epoch().count());
    return time + "." + sign(context, time);
}

Result<void> check_form_stamp(web::Context& context, std::string_view stamp)
{
    const auto point = stamp.find('.');
    const auto time = stamp.substr(0, point);
    std::int64_t shown_us = 0;
    const auto read = std::from_chars(time.data(), time.data() + time.size(), shown_us);
    const bool ours = point != std::string_view::npos && read.ec == std::errc{} &&
                      read.ptr == time.data() + time.size() &&
                      stamp.substr(point + 1) == sign(context, time);
    const auto age = context.now - Time{std::chrono::microseconds{ours ? shown_us : 0}};
    if (!ours || age < form_age_min || age > form_age_max)
        return Refusal::conflict("This form was sent very quickly, or was open for too long. "
                                 "Please look it over and send it again.");
    return {};
}

Result<void> say_by_letter(web::Context& context, std::string_view name, std::string_view email,
                           const NewVoice& wanted, const Rendered& rendered)
{
    const auto person = find_claimed(context, name, email);
    if (!person) return person.error();
    if (!*person) return {};
    NewVoice voice = wanted;
    voice.circle = context.organisation.everyone;
    voice.on_behalf_of = {};
    voice.tags.clear(); // whoever has not shown who she is makes no tags
    voice.state = record::State::held;
    const auto said = say_voice(context.transaction, context.ids, context.now,
                                stranger_as(context, **person), voice, rendered);
    if (!said) return said.error();
    const auto link = make_link(context, "confirm_voice", **person, said->id);
    send_letter(context, **person,
                context.language.t("{1}: was it you?", context.organisation.name),
                context.language.t(
                    "Somebody, probably you, said to {1}:\n\n    {2}\n\nIf it was you, open this "
                    "link within a day, and all will see it:\n{3}\n\nIf it was not, do nothing: "
                    "nobody will see it.\n",
                    context.organisation.name, said->title, link));
    return {};
}

Result<void> support_by_letter(web::Context& context, std::string_view email, Id voice)
{
    const auto thing = people::find_seen(context.transaction, voice, context.viewer);
    if (!thing) return thing.error();
    if (thing->kind != "voice" || thing->circle != context.organisation.everyone)
        return Refusal::unauthenticated("Please sign in to say \"me too\".");
    if (thing->state != record::State::visible)
        return Refusal::conflict("This voice is not open to everybody at the moment.");
    const auto person = find_claimed(context, {}, email);
    if (!person) return person.error();
    if (!*person) return {};
    const auto given = context.transaction.execute(
        R"sql(
        INSERT INTO support (org_id, voice_id, person_id, matters, confirmed, created_us)
        VALUES (?1, ?2, ?3, '', 0, ?4) ON CONFLICT (org_id, voice_id, person_id) DO NOTHING )sql",
        context.organisation.id, voice, (*person)->id, context.now);
    if (given == 0 && is_confirmed(context, voice, (*person)->id)) return {}; // nothing tells so
    if (given == 1)
        count_given(context.transaction, context.organisation.id, voice, (*person)->id, {},
                    {true, false, false});
    record::append(context.transaction, context.organisation.id, context.ids,
                   {.verb = "hear.support_waits",
                    .thing = voice,
                    .actor = (*person)->id,
                    .circle = thing->circle,
                    .at = context.now,
                    .audience = record::Audience::actor});
    const auto link = make_link(context, "confirm_support", **person, voice);
    send_letter(context, **person,
                context.language.t("{1}: was it you?", context.organisation.name),
                context.language.t(
                    "Somebody, probably you, said \"me too\" at {1} to:\n\n    {2}\n\nIf it was "
                    "you, open this link within a day, and it counts:\n{3}\n\nIf it was not, do "
                    "nothing.\n",
                    context.organisation.name, thing->title, link));
    return {};
}

void mount_unconfirmed_pages(web::Router& router)
{
    router.get("/confirm", get_confirm);
    router.post("/confirm", post_confirm).act = web::Act::sign_in_try;
    router.get("/voices/:id/support", get_support);
    router.post("/voices/:id/support/letter", post_support_letter).act = web::Act::support;
}

} // namespace moothall::hear
