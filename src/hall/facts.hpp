#pragma once

#include "hear/hear.hpp"
#include "text/json.hpp"
#include "web/frame.hpp"
#include "web/hall.hpp"
#include "web/line_chart.hpp"
#include "web/router.hpp"
#include "write/write.hpp"

#include <optional>
#include <string>
#include <vector>

/// Facts about people, circles and places: their pages and API. Here and not in write/, because who
/// serves somebody follows her facts (hear/), and they stand on her record.
namespace moothall::hall {

/// "/facts", "/facts/:id".
void mount_fact_pages(web::Router& router);
/// What is said, taken back and checked there, and "/facts/new".
void mount_fact_form_pages(web::Router& router);
/// "/facts.csv", "/facts/import".
void mount_fact_file_pages(web::Router& router);
/// "/places/:id".
void mount_place_pages(web::Router& router);
/// "/settings/facts".
void mount_fact_settings_pages(web::Router& router);
void mount_fact_api(web::Router& router);

// -- what pages and API share ---------------------------------------------------------------------

/// Whoever serves somebody and has a fact of hers in hand hears when it changes from then on.
Result<write::Fact> follow_as_server(web::Context& context, Result<write::Fact> fact);
/// The table of a request: a file that was sent, or the field "text".
std::string_view table_of_request(const web::Request& request);
void write_json(JsonWriter& json, const write::FactKind& kind);
void write_json(JsonWriter& json, const write::Fact& fact);

// -- how a fact is shown --------------------------------------------------------------------------

/// In the reader's language: "1,234.5 m³", "3 May 2026", an address on one line.
std::string value_in_words(const write::FactKind& kind, const write::FactVersion& version,
                           const web::Language& language);
/// What struck the program in a reading; empty: nothing.
std::string note_in_words(const write::UsageNote& note, const web::Language& language);
/// Whether it was checked; an empty label: nothing to say.
web::Chip chip_of(const write::FactVersion& version, const web::Language& language);
const char* label_of(write::FactType type);
const char* label_of(write::FactSubject about);

struct FactLine {
    write::Fact fact;
    std::string value;
    std::string note;
    web::Chip chip;
};
FactLine make_fact_line(write::Fact fact, const web::Language& language);

/// The facts about one, on her page: for hall/_facts.html.
struct FactsPart {
    write::AboutWhom about;
    std::vector<FactLine> lines;
    std::vector<write::FactKind> missing; // that the viewer may say
    std::vector<write::Place> places;
    std::vector<write::Place> removed_places;
    bool may_add_place = false;
    bool shown() const
    {
        return !lines.empty() || !missing.empty() || !places.empty() || !removed_places.empty() ||
               may_add_place;
    }
};
FactsPart make_facts_part(web::Context& context, const write::AboutWhom& about);
/// On the page of a circle (web::Hooks::circle_part).
void write_facts_of_circle(web::Writer& out, web::Context& context, Id circle);

struct FactsPage {
    web::Frame frame;
    std::vector<web::Tab> tabs;
    std::optional<FactsPart> mine;
    std::vector<FactLine> lines; // of her circles and places, or that wait for a check
    bool checks = false;         // the page of those that wait
    bool may_import = false;
    std::string table_path; // as a table
    web::Pages pages;
    web::Empty empty;
};

struct FactVersionLine {
    write::FactVersion version;
    std::string value;
    std::string note;
    web::Chip chip;
    std::string used; // of a reading: a day since the one before
};

/// The fields in which a value is written.
struct FactFields {
    std::optional<web::Field> line;   // text, number, date, reading
    std::optional<web::Field> choice; // a select
    std::vector<web::Field> address;
    std::optional<web::Field> day; // of a reading
    web::Field why;
};
FactFields make_fact_fields(const web::FilledForm& form, const web::Language& language,
                            const write::FactKind& kind, const write::FactVersion& shown, Time now);
/// What was sent in them.
Result<write::Saying> read_saying(const web::Request& request, const write::FactKind& kind,
                                  Time now);

struct FactPage {
    web::Frame frame;
    const write::Fact& fact;
    FactVersionLine shown;
    std::string readers; // who sees it
    web::FilledForm form;
    FactFields fields;
    std::vector<FactVersionLine> waiting; // for the viewer, who may check them
    web::LineChart chart;
    std::vector<FactVersionLine> readings;
    web::Pages pages; // of readings
    std::vector<FactVersionLine> versions;
    std::string older_versions; // a path
    hear::Follow follow;
    Time now;
};
web::Response show_fact(const web::Request& request, web::Context& context, Id id,
                        const std::optional<Refusal>& refused);

/// A fact that is not known yet.
struct FactFormPage {
    web::Frame frame;
    write::AboutWhom about;
    write::FactKind kind;
    std::string readers;
    web::FilledForm form;
    FactFields fields;
};
/// "Seen by you and by The company."
std::string readers_in_words(const write::FactKind& kind, const write::AboutWhom& about,
                             const web::Language& language);

struct PlacePage {
    web::Frame frame;
    std::string keeper_name; // empty: the viewer may not know of that circle
    std::string keeper_path;
    FactsPart part;
    web::FilledForm form;
    write::Place place;
    std::optional<web::Field> name; // to call it otherwise
    std::optional<web::Field> why;  // to remove it
    bool may_restore = false;
};
struct PlaceFormPage {
    web::Frame frame;
    write::AboutWhom keeper;
    web::FilledForm form;
    web::Field name;
};

struct FactImportPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field text;
    std::optional<write::FactImport> outcome;
    std::vector<std::string> errors; // "Line 12: …"
};

} // namespace moothall::hall
