#include "hall/erasure.hpp"

#include "act/act.hpp"
#include "decide/decide.hpp"
#include "hall/open_page.hpp"
#include "jobs/mail.hpp"
#include "organise/organise.hpp"
#include "people/account.hpp"
#include "people/erased.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "sense/person_data.hpp"
#include "tell/notification.hpp"
#include "tell/reader.hpp"
#include "text/json.hpp"
#include "web/idempotency.hpp"
#include "write/write.hpp"

namespace moothall::hall {

Result<void> erase_person(web::Context& context, hear::Texts texts)
{
    auto& transaction = context.transaction;
    const auto organisation = context.organisation.id;
    const auto person = people::find_person_by_id(transaction, organisation, context.viewer.person);
    if (!context.viewer.signed_in() || !person)
        return Refusal::unauthenticated("Please sign in first.");
    if (people::is_last_owner(transaction, organisation, person->id))
        return Refusal::conflict(
            "You are the last owner. Make somebody else an owner first, so that the house is not "
            "left without one.");

    const auto& house_language = web::Language::of(context.organisation.language);
    const auto erased = house_language.t("Erased by its author");
    hear::forget_author(transaction, organisation, person->id, texts, erased);
    organise::forget_author(transaction, organisation, person->id, texts, erased);
    act::forget_author(transaction, organisation, person->id, texts, erased);
    // After her own words went: these reasons are the house's, and stay.
    organise::decline_of_leaver(transaction, context.ids, context.now, context.viewer,
                                house_language.t("Who was asked has left. Please ask somebody "
                                                 "else."));
    act::withdraw_of_leaver(transaction, context.ids, context.now, context.viewer,
                            house_language.t("Who promised it has left."));
    decide::leave_projects(transaction, organisation, person->id);
    write::forget_named(transaction, organisation, person->id);
    write::forget_facts(transaction, organisation, person->id);
    if (texts == hear::Texts::emptied) {
        decide::forget_reasons(transaction, organisation, person->id, erased);
        decide::forget_statements(transaction, organisation, person->id, erased);
        sense::forget_words(transaction, organisation, person->id, erased);
        write::forget_words(transaction, organisation, person->id, erased);
    }
    decide::forget_opinions(transaction, organisation, person->id);
    decide::forget_delegations(transaction, organisation, person->id);
    forget_name(transaction, organisation, person->id);
    tell::forget_reader(transaction, organisation, person->id);
    jobs::forget_letters(transaction, organisation, person->email);
    jobs::forget_spooled(context.hall.settings().data_folder + "/mail",
                         jobs::find_mail_settings(transaction, organisation).from, person->email);
    web::forget_answers(transaction, organisation, person->id, person->name);
    people::note_erased(transaction, organisation, person->email);
    people::forget_person(transaction, organisation, *person, context.now);
    record::append(
        transaction, organisation, context.ids,
        {.verb = "people.person_erased",
         .thing = person->id,
         .actor = person->id,
         .circle = context.organisation.everyone,
         .at = context.now,
         .data = texts == hear::Texts::emptied ? R"({"texts":"emptied"})" : R"({"texts":"stay"})"});
    return {};
}

std::string export_own_data(web::Context& context)
{
    auto& transaction = context.transaction;
    const auto& viewer = context.viewer;
    const auto organisation = viewer.organisation;
    const auto person = people::find_person_by_id(transaction, organisation, viewer.person);
    JsonWriter json(64 * 1024);
    json.begin_object().field("exported_at", context.now);
    if (person) {
        json.key("person").begin_object().field("id", person->id).field("name", person->name);
        json.field("email", person->email).field("about", person->about);
        json.field("language", person->language).field("theme", person->theme);
        json.field("shortcuts", person->shortcuts).field("mail", person->mail);
        json.field("owner", person->owner).field("has_password", person->has_password);
        json.field("created_at", person->created).end_object();
    }
    json.key("circles").begin_array();
    for (const auto& circle : people::list_circles(transaction, viewer)) {
        if (circle.mine == Role::none) continue;
        json.begin_object().field("id", circle.id).field("name", circle.name);
        json.field("role", people::to_text(circle.mine)).end_object();
    }
    json.end_array();
    hear::write_own_data(transaction, json, organisation, viewer.person);
    organise::write_own_data(transaction, json, organisation, viewer.person);
    act::write_own_data(transaction, json, organisation, viewer.person);
    decide::write_own_data(transaction, json, organisation, viewer.person);
    decide::write_own_goals(transaction, json, organisation, viewer.person);
    decide::write_own_opinions(transaction, json, organisation, viewer.person);
    decide::write_own_delegations(transaction, json, organisation, viewer.person);
    sense::write_own_data(transaction, json, organisation, viewer.person);
    write::write_own_data(transaction, json, organisation, viewer.person);
    json.key("sessions").begin_array();
    for (const auto& session :
         people::list_sessions(transaction, organisation, viewer.person, context.now)) {
        json.begin_object().field("id", session.id).field("device", session.device);
        json.field("created_at", session.created).field("used_at", session.used).end_object();
    }
    json.end_array().key("tokens").begin_array();
    for (const auto& token : people::list_api_tokens(transaction, organisation, viewer.person)) {
        json.begin_object().field("id", token.id).field("name", token.name);
        json.field("created_at", token.created).field("used_at", token.used).end_object();
    }
    json.end_array();
    const auto letters = tell::find_reader_choice(transaction, organisation, viewer.person);
    json.key("letters").begin_object().field("report", letters.report);
    json.field("feed_made_at", letters.feed_made).end_object();
    return json.end_object().take();
}

} // namespace moothall::hall
