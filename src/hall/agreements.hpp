#pragma once

#include "act/act.hpp"
#include "hall/compared_versions.hpp"
#include "hear/discussion.hpp"
#include "hear/moderated.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

#include <optional>
#include <string>
#include <vector>

/// The pages and the API of working agreements (act/agreement.hpp). Here and not in act/, because
/// what they are held against is shown beside them.
namespace moothall::hall {

void mount_agreement_pages(web::Router& router);
void mount_agreement_api(web::Router& router);

/// Begins the next year's with the words of this one and what happened, in the writer's language.
Result<act::Agreement> begin_next_year(web::Context& context, const act::Agreement& agreement);

struct AgreementRow {
    const act::Agreement& agreement;
    web::Chip chip;
    std::string year; // a name and no number: "2026"
};

struct AgreementsPage {
    web::Frame frame;
    std::string circle_name; // of which they are; empty: of all
    std::vector<act::Agreement> agreements;
    std::vector<AgreementRow> rows; // of those
    std::vector<web::Tab> to_write; // circles whose agreement she may begin
    web::Pages pages;
    web::Empty empty;
};

struct AgreementPageView {
    web::Frame frame;
    const act::Agreement& agreement;
    web::Chip chip;
    std::string year;
    hear::Moderating moderating;
    hear::Discussion discussion;
    act::WhatHappened happened;
    std::vector<write::PageVersion> versions;
    std::string before_title; // of the year before
    bool may_write;
    bool may_sign; // her side has not signed the newest version
    bool may_begin_next;
};

struct AgreementFormPage {
    web::Frame frame;
    web::FilledForm form;
    std::string path;
    std::string version; // that is written on; empty: a new one
    std::string circle;  // whose it will be
    std::string circle_name;
    web::Field title;
    web::Field words;
    web::Field year;
    web::Field review;
    web::Field said;
    std::vector<web::Choice> links;
};

struct AgreementVersionPage {
    web::Frame frame;
    const act::Agreement& agreement;
    const ComparedVersions& compared;
    std::vector<write::RowHunk> hunks;
};

} // namespace moothall::hall
