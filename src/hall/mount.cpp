#include "hall/mount.hpp"

#include "act/api.hpp"
#include "act/moderating.hpp"
#include "act/pages.hpp"
#include "decide/api.hpp"
#include "decide/budget_results.hpp"
#include "decide/conversation_pages.hpp"
#include "decide/delegation_pages.hpp"
#include "decide/pages.hpp"
#include "decide/part.hpp"
#include "decide/priority.hpp"
#include "files/pages.hpp"
#include "hall/agreements.hpp"
#include "hall/carry_files.hpp"
#include "hall/documents.hpp"
#include "hall/facts.hpp"
#include "hall/furnish.hpp"
#include "hall/goals.hpp"
#include "hall/mine.hpp"
#include "hall/open_page_pages.hpp"
#include "hall/pages.hpp"
#include "hall/procedures.hpp"
#include "hall/settings.hpp"
#include "hall/widget.hpp"
#include "hear/api.hpp"
#include "hear/merge_pages.hpp"
#include "hear/moderated.hpp"
#include "hear/pages.hpp"
#include "hear/unconfirmed.hpp"
#include "learn/pages.hpp"
#include "organise/api.hpp"
#include "organise/code_pages.hpp"
#include "organise/pages.hpp"
#include "people/api.hpp"
#include "people/pages.hpp"
#include "people/people.hpp"
#include "people/sign_in.hpp"
#include "sense/api.hpp"
#include "sense/pages.hpp"
#include "sense/revenue.hpp"
#include "tell/changelog_pages.hpp"
#include "tell/circle_address.hpp"
#include "tell/event_api.hpp"
#include "tell/feed_pages.hpp"
#include "tell/notification.hpp"
#include "tell/preview.hpp"
#include "tell/report_pages.hpp"
#include "tell/sitemap.hpp"
#include "tell/unsubscribe.hpp"
#include "tell/webhook.hpp"
#include "web/assets.hpp"
#include "web/frame.hpp"
#include "web/language.hpp"
#include "web/style_page.hpp"

namespace moothall::hall {

namespace {

/// What circles pay, for the order of themes.
std::map<Id, std::int64_t> revenue_of_circles(store::Transaction& transaction, const Viewer& viewer)
{
    std::map<Id, std::int64_t> known;
    for (const auto& circle : decide::list_revenues(transaction, viewer))
        if (circle.revenue) known.emplace(circle.circle, *circle.revenue);
    return known;
}

} // namespace

web::Hooks make_hooks()
{
    web::Hooks hooks;
    hooks.identify = people::identify;
    hooks.touch = people::touch;
    hooks.organisations = people::list_organisations;
    hooks.public_circles = people::list_public_circles;
    hooks.events_since = tell::events_since;
    hooks.error_page = web::error_page;
    hooks.furnish = furnish;
    hooks.figures = sense::write_figures;
    hooks.navigation = {
        {web::Section::hall, web::translatable("Hall"), "/"},
        {web::Section::voices, web::translatable("Voices"), "/voices"},
        {web::Section::themes, web::translatable("Themes"), "/themes"},
        {web::Section::decisions, web::translatable("Decisions"), "/decisions"},
        {web::Section::promises, web::translatable("Promises"), "/promises"},
        {web::Section::documents, web::translatable("Documents"), "/documents"},
        {web::Section::strategy, web::translatable("Strategy"), "/strategy"},
        {web::Section::report, web::translatable("The report"), "/report"},
        {web::Section::people, web::translatable("People"), "/people"},
    };
    hooks.thing_parts = {sense::write_part,
                         decide::write_part,
                         decide::write_conversation_part,
                         organise::write_knowers_part,
                         organise::write_part,
                         act::write_part,
                         write_procedure_part};
    hooks.circle_part = write_facts_of_circle;
    return hooks;
}

void mount(web::Hall& hall)
{
    auto& router = hall.router();
    hall.keep(std::make_shared<hear::WhenModerated>(hear::WhenModerated{{act::follow_moderation}}));
    hall.keep(std::make_shared<decide::BudgetResults>());
    hall.keep(std::make_shared<tell::Previews>());
    hall.keep(std::make_shared<sense::Revenues>(sense::Revenues{revenue_of_circles}));
    web::mount_operations(hall);
    web::mount_assets(router);
    web::mount_frame(router);
    mount_openapi(router);
    web::mount_style(router);
    hall.keep(std::make_shared<files::Shelf>(shelf_folder(hall.settings().data_folder)));
    files::mount_file_pages(router);
    files::mount_file_api(router);
    people::mount_people_api(router);
    people::mount_sign_in_pages(router);
    people::mount_oidc_pages(router);
    people::mount_circle_pages(router);
    people::mount_forum_pages(router);
    people::mount_invitation_pages(router);
    mount_front_pages(router);
    mount_mine_pages(router);
    mount_person_pages(router);
    mount_settings_pages(router);
    mount_own_data_pages(router);
    mount_organisation_pages(router);
    mount_account_pages(router);
    mount_identity_pages(router);
    mount_upkeep_pages(router);
    mount_letters_in_pages(router);
    mount_file_settings_pages(router);
    mount_widget_pages(router);
    mount_widget_settings_pages(router);
    mount_hear_settings_pages(router);
    mount_import_pages(router);
    mount_letters_pages(router);
    mount_webhook_pages(router);
    hear::mount_import_api(router);
    mount_account_api(router);
    hear::mount_voice_api(router);
    hear::mount_reply_api(router);
    hear::mount_loop_api(router);
    hear::mount_merge_api(router);
    hear::mount_voice_pages(router);
    hear::mount_voice_list_pages(router);
    hear::mount_say_pages(router);
    hear::mount_story_pages(router);
    hear::mount_unconfirmed_pages(router);
    hear::mount_moderation_pages(router);
    hear::mount_merge_pages(router);
    sense::mount_theme_pages(router);
    sense::mount_theme_form_pages(router);
    sense::mount_theme_api(router);
    sense::mount_rise_pages(router);
    decide::mount_decision_api(router);
    decide::mount_budget_api(router);
    decide::mount_decision_pages(router);
    decide::mount_proposal_pages(router);
    decide::mount_vote_pages(router);
    decide::mount_budget_file_pages(router);
    decide::mount_budget_pages(router);
    decide::mount_priority_pages(router);
    decide::mount_conversation_pages(router);
    decide::mount_conversation_form_pages(router);
    decide::mount_conversation_file_pages(router);
    decide::mount_conversation_api(router);
    decide::mount_delegation_pages(router);
    decide::mount_delegation_api(router);
    organise::mount_request_api(router);
    organise::mount_request_pages(router);
    organise::mount_barrier_api(router);
    organise::mount_barrier_pages(router);
    organise::mount_know_api(router);
    organise::mount_know_pages(router);
    organise::mount_code_pages(router);
    organise::mount_chat_api(router);
    organise::mount_chat_pages(router);
    mount_chat_settings_pages(router);
    act::mount_commitment_api(router);
    act::mount_callout_api(router);
    act::mount_promise_pages(router);
    act::mount_callout_pages(router);
    mount_agreement_api(router);
    mount_agreement_pages(router);
    mount_goal_api(router);
    mount_goal_pages(router);
    mount_open_page_api(router);
    mount_open_page_pages(router);
    mount_document_api(router);
    mount_suggestion_api(router);
    mount_document_form_pages(router);
    mount_document_folder_pages(router);
    mount_document_pages(router);
    mount_suggestion_pages(router);
    mount_fact_api(router);
    mount_fact_form_pages(router);
    mount_fact_pages(router);
    mount_fact_file_pages(router);
    mount_place_pages(router);
    mount_fact_settings_pages(router);
    mount_procedure_api(router);
    mount_procedure_form_pages(router);
    mount_procedure_pages(router);
    tell::mount_event_api(router);
    learn::mount_clock_pages(router);
    learn::mount_clock_api(router);
    tell::mount_notification_pages(router);
    tell::mount_report_pages(router);
    tell::mount_changelog_pages(router);
    tell::mount_changelog_api(router);
    tell::mount_feed_pages(router);
    tell::mount_thing_feeds(router);
    tell::mount_calendar_pages(router);
    tell::mount_sitemap_pages(router);
    tell::mount_preview_pages(router);
    tell::mount_unsubscribe_pages(router);
    tell::mount_webhook_api(router);
    tell::mount_circle_mail(router);
}

} // namespace moothall::hall
