#pragma once

#include "sense/mind.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// Voices by circle and by word, so that these can rise too (signals/signals.hpp): a circle that
/// suddenly says much, about whatever, and a word that turns up in voices that are otherwise
/// unlike.
namespace moothall::sense {

/// How many false alarms a year are borne (SignalSettings) of words and circles together: there are
/// many, and what they say is vaguer than a theme.
inline constexpr double false_alarms_of_groups_a_year = 1;

struct VoiceGroups {
    /// Places among the voices; first those of circles, then those of words.
    std::vector<std::vector<std::uint32_t>> voices;
    /// Of circles; shorter than `voices` by as many as there are words, which name themselves.
    std::vector<std::string> circles;
};

/// Of circles those that are named. Words are compared by their stems, in each voice's language.
VoiceGroups group_voices(const std::vector<VoiceText>& voices,
                         const std::map<Id, std::string>& circles);

} // namespace moothall::sense
