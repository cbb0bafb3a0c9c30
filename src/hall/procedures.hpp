#pragma once

#include "act/pages.hpp"
#include "hall/compared_versions.hpp"
#include "hear/hear.hpp"
#include "text/json.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"
#include "write/write.hpp"

#include <optional>
#include <string>
#include <vector>

/// How we work: procedures with their bypasses, challenges and versions. Here and not in write/,
/// because a challenge is a call-out of act/, and what comes of a linked voice is told by hear/.
namespace moothall::hall {

void mount_procedure_pages(web::Router& router);
void mount_procedure_form_pages(web::Router& router);
void mount_procedure_api(web::Router& router);

// What happens to a procedure, with what it means for the voices linked to its bypasses: at the
// threshold somebody owes them something, and when it is mended or retired that is done.
Result<write::Logged> log_bypass(web::Context& context, Id procedure,
                                 const write::NewBypass& wanted);
Result<write::Procedure> mend_procedure(web::Context& context, Id procedure,
                                        const write::ProcedureChange& change,
                                        const std::optional<SafeHtml>& html);
Result<write::Procedure> retire_procedure(web::Context& context, Id procedure,
                                          std::string_view why);

/// Bypasses that name a voice, on the page of the voice.
void write_procedure_part(web::Writer& out, const web::Request& request, web::Context& context,
                          const record::Thing& thing);

void write_json(JsonWriter& json, const write::Procedure& procedure);
void write_json(JsonWriter& json, const write::Bypass& bypass);

/// How a procedure stands, as a coloured word.
web::Chip chip_of(const write::Procedure& procedure, const web::Language& language);

struct ProcedureRow {
    const write::Procedure& procedure;
    web::Chip chip;
};

struct ProceduresPage {
    web::Frame frame;
    std::vector<web::Tab> tabs;
    std::string circle_name; // of which they are; empty: of all
    std::vector<ProcedureRow> rows;
    web::Pages pages;
    web::Empty empty;
    bool may_make;
};

struct ProcedurePage {
    web::Frame frame;
    const write::Procedure& procedure;
    web::Chip chip;
    std::vector<write::Bypass> bypasses;
    std::string older_bypasses; // a path; empty: these are all
    std::vector<act::CalloutView> challenges;
    std::vector<write::PageVersion> versions;
    std::string older_versions;
    std::optional<web::LoopLine> loop; // of the voices linked to its bypasses
    hear::Follow follow;
    web::FilledForm bypass_form;
    web::Field for_whom;
    web::Field why;
    web::Field happened;
    web::Field voice;
    bool bypass_refused;
    bool may_change;
    bool may_log;
    bool may_challenge;
    std::string refused; // what was wrong with another form
    std::string challenge_title;
    std::string challenge_body;
    std::string retirement;
    Time now;
};

/// A new one, one that is edited, and one that is mended: the same page to fill in.
struct ProcedureFormPage {
    web::Frame frame;
    std::string path; // where it is sent
    std::string back;
    std::string lead;
    web::FilledForm form;
    web::Field title;
    web::Field purpose;
    web::Field words;
    std::optional<web::Field> said;
    std::optional<web::Field> owner;
    std::optional<web::Field> circle; // of a new one
    std::optional<web::Field> threshold;
    std::optional<web::Field> mending_days;
    std::string version;                  // that it is written on; empty: a new one
    std::vector<write::Bypass> to_answer; // when it is mended
    std::string button;
    Time now;
};

struct DifferencePage {
    web::Frame frame;
    const write::Procedure& procedure;
    const ComparedVersions& compared;
    write::Hunks hunks;
};

} // namespace moothall::hall
