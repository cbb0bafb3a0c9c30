#pragma once

#include "hear/hear.hpp"
#include "hear/import_undo.hpp"
#include "jobs/job.hpp"
#include "people/account.hpp"
#include "people/session.hpp"
#include "sense/sense.hpp"
#include "tell/letter_received.hpp"
#include "tell/webhook.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"
#include "write/write.hpp"

/// The settings: what a person sets for herself, and what owners and stewards set for the house.
namespace moothall::hall {

/// "/settings", "/settings/security".
void mount_settings_pages(web::Router& router);
/// "/settings/export", "/settings/erasure".
void mount_own_data_pages(web::Router& router);
/// "/settings/organisation" and "/logo.png".
void mount_organisation_pages(web::Router& router);
/// "/settings/people".
void mount_account_pages(web::Router& router);
/// "/settings/identity".
void mount_identity_pages(web::Router& router);
/// "/settings/mail", "/settings/jobs", "/settings/backup".
void mount_upkeep_pages(web::Router& router);
/// "/settings/mail/answers".
void mount_letters_in_pages(web::Router& router);
/// "/settings/files".
void mount_file_settings_pages(web::Router& router);
/// "/settings/statuses", "/settings/tags".
void mount_hear_settings_pages(web::Router& router);
/// "/settings/import".
void mount_import_pages(web::Router& router);
/// "/settings/letters", "/api/v1/me/letters" and "/api/v1/me/feed".
void mount_letters_pages(web::Router& router);
/// "/settings/chats".
void mount_chat_settings_pages(web::Router& router);
/// "/settings/webhooks".
void mount_webhook_pages(web::Router& router);
/// "/api/v1/me/tokens", "/api/v1/me/sessions".
void mount_account_api(web::Router& router);

/// The pages of the settings, those that the viewer may use.
struct SettingsMenu {
    std::vector<web::Tab> mine;
    std::vector<web::Tab> house; // empty for most people
};
SettingsMenu make_settings_menu(const web::Context& context, std::string_view here);

/// A frame for a page of the settings.
web::Frame make_settings_frame(const web::Request& request, const web::Context& context,
                               std::string_view title);

/// Refused unless the viewer is signed in; an owner; a steward of the hall.
Result<void> must_be_signed_in(const web::Context& context);
Result<void> must_be_owner(const web::Context& context);
Result<void> must_be_hall_steward(const web::Context& context);

/// Something was set for the whole house: stewards see it in the log.
void append_settings_event(web::Context& context, std::string_view verb);

/// A field with the part that shows it.
struct FormPart {
    enum Look : std::uint8_t { line, area, select, choice, check };
    Look look;
    web::Field field;
};

/// A form of the settings: nearly all of them are a few fields and a button.
struct SettingsForm {
    web::FilledForm form;
    std::string csrf;
    std::string id;    // of its heading
    std::string title; // empty: the page has it already
    std::string lead;
    std::string action;
    std::string button;
    std::vector<FormPart> parts;
    bool danger = false;
    bool takes_files = false;
};

struct SettingsPage {
    web::Frame frame;
    SettingsMenu menu;
    std::string lead;
    std::vector<SettingsForm> forms;
    std::string logo; // its path, when there is one
};

struct SecurityPage {
    web::Frame frame;
    SettingsMenu menu;
    std::vector<people::Session> sessions;
    Id here; // the session she looks from
    std::vector<people::ApiToken> tokens;
    std::string new_token; // shown once
    SettingsForm token_form;
    SettingsForm password_form;
    Time now;
};

struct OwnDataPage {
    web::Frame frame;
    SettingsMenu menu;
    SettingsForm erasure;
    bool last_owner;
};

/// One kind of fact, in words.
struct FactKindLine {
    write::FactKind kind;
    std::string about;
    std::string type;
};
struct FactKindsPage {
    web::Frame frame;
    SettingsMenu menu;
    std::vector<FactKindLine> lines;
    SettingsForm form; // of a new one, or of the one that is changed
};

struct AccountLine {
    people::Person person;
    web::Chip state;
    bool self;
};
struct AccountsPage {
    web::Frame frame;
    SettingsMenu menu;
    std::string query;
    std::vector<AccountLine> people;
    web::Pages pages;
    web::Empty empty;
};

/// What the engine that reads voices holds and did, in this process.
struct EnginePart {
    std::vector<sense::TableInUse> tables;
    std::int64_t voices = 0;
    std::string megabytes;
    std::int64_t runs = 0;
    std::string seconds; // of processor time
};
struct JobsPage {
    web::Frame frame;
    SettingsMenu menu;
    EnginePart engine;
    std::vector<jobs::JobLine> jobs;
    web::Empty empty;
    Time now;
};

/// "/settings/mail/answers".
struct LettersInPage {
    web::Frame frame;
    SettingsMenu menu;
    std::string lead;
    bool may_switch = false; // the server takes letters at all
    SettingsForm form;
    std::vector<tell::LetterReceived> letters;
    web::Empty empty;
    Time now;
};

struct BackupLine {
    std::string name;
    std::int64_t kilobytes;
    Time written;
};
struct BackupPage {
    web::Frame frame;
    SettingsMenu menu;
    SettingsForm form;
    std::string folder;
    std::vector<BackupLine> files;
    std::string last_error; // what went wrong the last time; empty: nothing
    std::string checked;    // what the last restore check said; empty: none yet
};

struct LettersPage {
    web::Frame frame;
    SettingsMenu menu;
    SettingsForm report;
    std::optional<Time> feed_made;
    std::string new_feed;     // its address, shown once
    std::string new_calendar; // that of its dates
};

struct WebhookLine {
    tell::Webhook webhook;
    web::Chip state;
    std::string hears_of;
    std::string path;
};
struct WebhooksPage {
    web::Frame frame;
    SettingsMenu menu;
    std::vector<WebhookLine> lines;
    SettingsForm form; // of a new one
};
struct WebhookPage {
    web::Frame frame;
    SettingsMenu menu;
    WebhookLine line;
    std::string secret; // shown once
    std::vector<tell::Delivery> deliveries;
    web::Empty empty;
    Time now;
};

struct StatusLine {
    hear::Status status;
    std::vector<web::Choice> categories;
};
struct StatusesPage {
    web::Frame frame;
    SettingsMenu menu;
    std::string refused; // the sentence; empty: nothing was
    std::vector<StatusLine> statuses;
    SettingsForm form; // of a new one
};

struct TagsPage {
    web::Frame frame;
    SettingsMenu menu;
    std::string refused;
    std::vector<hear::Tag> tags;
    web::Empty empty;
};

struct ImportLine {
    hear::ImportRun run;
    web::Chip state;
};
struct ImportsPage {
    web::Frame frame;
    SettingsMenu menu;
    web::FilledForm form;
    web::Field text;
    web::Field format;
    web::Field circle;
    std::vector<ImportLine> lines;
    Time now;
};
/// A word for a status in a file, and the status that its voices will have.
struct StatusOfImport {
    std::string word;
    std::string word_name; // of the form's field that holds it
    web::Field field;
};

struct ImportPage {
    web::Frame frame;
    SettingsMenu menu;
    web::FilledForm form;
    hear::ImportRun run;
    web::Chip state;
    hear::ImportReport tried;              // of a draft
    std::string unusable;                  // why a draft cannot be brought in at all
    std::vector<hear::RefusedRow> refused; // the first of them
    std::vector<web::Field> columns;       // of a draft: which column is what
    std::vector<StatusOfImport> statuses;  // and which status is what
    hear::TakenBack taken_back;
};

} // namespace moothall::hall
