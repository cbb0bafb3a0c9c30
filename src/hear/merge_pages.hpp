#pragma once

#include "hear/merge_proposal.hpp"
#include "hear/pages.hpp"

/// Merging two voices, and the list of those that may be merged.
namespace moothall::hear {

void mount_merge_pages(web::Router& router);
void mount_merge_api(web::Router& router);

struct MergingPage {
    web::Frame frame;
    const Voice& voice;
    std::string query;
    std::string refused; // why these two are not merged
    std::vector<VoiceRow> found;
    bool searched;
    const MergePreview* preview;
    std::vector<VoiceRow> pair; // of the preview
    std::string sum;            // "23 + 14 people = 34"
    std::string twice;          // "3 people back both and count once."
};

struct ProposalRow {
    const Proposal& proposal;
    std::string older_people;
    std::string newer_people;
    std::string nearness; // "91 % alike"
    std::string words;
};
struct ProposalsPage {
    web::Frame frame;
    std::vector<ProposalRow> rows;
    web::Pages pages;
    web::Empty empty;
};

} // namespace moothall::hear
