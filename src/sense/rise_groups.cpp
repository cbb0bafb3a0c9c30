#include "sense/rise_groups.hpp"

#include "sense/signals/base_rate.hpp"
#include "sense/similar/word_index.hpp"
#include "text/language.hpp"

#include <algorithm>

namespace moothall::sense {

VoiceGroups group_voices(const std::vector<VoiceText>& voices,
                         const std::map<Id, std::string>& circles)
{
    std::map<Id, std::vector<std::uint32_t>> by_circle;
    std::map<std::string, std::vector<std::uint32_t>> by_word;
    std::map<std::string, WordIndex> languages;
    for (std::uint32_t i = 0; i < voices.size(); ++i) {
        if (circles.contains(voices[i].circle)) by_circle[voices[i].circle].push_back(i);
        const auto whole = voices[i].whole();
        auto language = detect_language(whole);
        auto stems = languages.try_emplace(language, language).first->second.stems(whole);
        std::ranges::sort(stems);
        const auto [rest, end] = std::ranges::unique(stems);
        stems.erase(rest, end);
        for (const auto& word : stems) by_word[word].push_back(i);
    }
    VoiceGroups groups;
    for (auto& [circle, theirs] : by_circle) {
        groups.voices.push_back(std::move(theirs));
        groups.circles.push_back(circles.at(circle));
    }
    for (auto& [word, theirs] : by_word)
        if (theirs.size() >= count_min) groups.voices.push_back(std::move(theirs));
    return groups;
}

} // namespace moothall::sense
