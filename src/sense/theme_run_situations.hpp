#pragma once

#include "sense/mind.hpp"
#include "sense/theme.hpp"
#include "sense/themes/text_space.hpp"

#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

/// Situations ("When …, I want …, so that …") are written by people. A run suggests which voices
/// were said in them.
namespace moothall::sense {

/// What is known of situations before a run.
struct Situations {
    std::vector<std::pair<Id, std::string>> written; // those that everybody sees, with their words
    std::unordered_map<Id, std::pair<Id, bool>> placements; // of voices; whether by people
    std::set<std::pair<Id, Id>> apart;                      // voice and situation
};
Situations read_situations(store::Transaction& transaction, Id organisation);

struct Suggestion {
    Id voice;
    Id situation; // none: taken out again
    double nearness = 0;
};
/// What is to change. A voice joins the situation that it is nearest to, by the words of the
/// situation and by what people put into it, if it is near at all; what people said stays.
/// `voices` are the texts of the space.
std::vector<Suggestion> suggest_situations(const Situations& situations,
                                           const std::vector<VoiceText>& voices,
                                           const TextSpace& space);

} // namespace moothall::sense
