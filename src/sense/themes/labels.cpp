#include "sense/themes/labels.hpp"

#include "base/invariant.hpp"
#include "sense/themes/stop_words.hpp"
#include "text/language.hpp"
#include "text/markdown.hpp"
#include "text/unicode.hpp"

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace moothall::sense {

namespace {

constexpr std::size_t texts_read_max = 200;
constexpr std::size_t texts_for_language = 30;
constexpr std::size_t keywords_max = 5;
constexpr std::size_t example_words_max = 30;
constexpr std::size_t example_characters_max = 60; // as the name of a group
// A pair that is used nearly as often as its words says more than either.
constexpr double pair_bonus = 1.25;
// Words used in more groups than this name none of them.
constexpr double groups_share_max = 0.4;

// How a word is written, counted apart where it begins a sentence: there its large letter says
// nothing.
struct Surface {
    std::map<std::string, std::size_t, std::less<>> inside;
    std::map<std::string, std::size_t, std::less<>> at_begin;

    void add(std::string_view word, bool begins)
    {
        auto& counts = begins ? at_begin : inside;
        const auto at = counts.find(word);
        if (at == counts.end()) {
            counts.emplace(word, 1);
        } else {
            ++at->second;
        }
    }
};

std::string with_case(const std::string& text, const std::string& language, bool first_large)
{
    auto wide = icu::UnicodeString::fromUTF8(text);
    const icu::Locale locale(language.empty() ? "root" : language.c_str());
    if (first_large) {
        const auto end = wide.moveIndex32(0, 1);
        auto first = wide.tempSubString(0, end);
        wide.replace(0, end, first.toUpper(locale));
    } else {
        wide.toLower(locale);
    }
    std::string result;
    wide.toUTF8String(result);
    return result;
}

std::string commonest(const Surface& surface, const std::string& language)
{
    const auto most = [](const auto& counts) {
        return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })
            ->first;
    };
    if (!surface.inside.empty()) return most(surface.inside);
    // German nouns are written large anywhere; elsewhere a large letter here is the sentence's.
    const auto word = most(surface.at_begin);
    return language == "de" ? word : with_case(word, language, false);
}

struct Term {
    std::vector<std::string> stems; // one or two
    std::size_t texts = 0;          // of the group that use it
    double score = 0;
};

// The words of one group of texts.
class LabelWords {
public:
    explicit LabelWords(std::string language) : language_(std::move(language)) {}

    void read(std::string_view text)
    {
        std::set<std::string> seen;
        std::string previous; // stem of the last word that says something
        const char* end_of_last = text.data();
        auto begins = true;
        for (const auto word : words(text)) {
            const std::string_view between(end_of_last,
                                           static_cast<std::size_t>(word.data() - end_of_last));
            if (between.find_first_of(".!?:;\n") != std::string_view::npos) {
                begins = true;
                previous.clear();
            }
            end_of_last = word.data() + word.size();
            const auto stem = stem_of(word);
            const auto begins_here = std::exchange(begins, false);
            if (stem.empty()) continue;
            surfaces_[stem].add(word, begins_here);
            if (seen.insert(stem).second) count({stem});
            if (!previous.empty() && previous != stem && seen.insert(previous + ' ' + stem).second)
                count({previous, stem});
            previous = stem;
        }
        ++texts_;
    }

    std::map<std::string, Term>& terms() { return terms_; }
    std::size_t texts() const { return texts_; }
    /// What fewer texts use says nothing of the group.
    std::size_t texts_min() const
    {
        constexpr double share_min = 0.04;
        const auto few = static_cast<std::size_t>(
            std::ceil(static_cast<double>(std::max<std::size_t>(texts_, 1)) * share_min));
        return std::min(std::max<std::size_t>(few, 2), texts_);
    }
    /// Keeps what a label can be made of: most pairs of words stand in one text only, and those of
    /// all groups took more memory than all else of a run.
    void forget_rare()
    {
        std::erase_if(terms_, [least = texts_min()](const auto& entry) {
            return entry.second.texts < least;
        });
        std::set<std::string_view> used;
        for (const auto& [key, term] : terms_) used.insert(term.stems.begin(), term.stems.end());
        std::erase_if(surfaces_, [&](const auto& entry) { return !used.contains(entry.first); });
        stems_ = {};
    }
    const std::string& language() const { return language_; }
    std::string spelled(const Term& term) const
    {
        std::string text;
        for (const auto& stem : term.stems) {
            if (!text.empty()) text += ' ';
            text += commonest(surfaces_.at(stem), language_);
        }
        return text;
    }

private:
    // Empty for what says nothing: stop words and bare numbers.
    std::string stem_of(std::string_view word)
    {
        const auto known = stems_.find(std::string(word));
        if (known != stems_.end()) return known->second;
        const auto folded = fold(word);
        const auto is_number =
            std::ranges::all_of(folded, [](char c) { return c >= '0' && c <= '9'; });
        auto stem_text = is_number || is_stop_word(language_, folded)
                             ? std::string()
                             : stem(language_.empty() ? "en" : language_, folded);
        return stems_.emplace(word, std::move(stem_text)).first->second;
    }
    void count(std::vector<std::string> stems)
    {
        auto key = stems.front();
        if (stems.size() > 1) key += ' ' + stems.back();
        auto& term = terms_[key];
        if (term.texts++ == 0) term.stems = std::move(stems);
    }

    std::string language_;
    std::size_t texts_ = 0;
    std::map<std::string, Term> terms_;
    std::unordered_map<std::string, Surface> surfaces_;
    std::unordered_map<std::string, std::string> stems_;
};

std::vector<std::uint32_t> evenly(const std::vector<std::uint32_t>& members, std::size_t count)
{
    if (members.size() <= count) return members;
    std::vector<std::uint32_t> chosen;
    for (std::size_t i = 0; i < count; ++i) chosen.push_back(members[i * members.size() / count]);
    return chosen;
}

std::string language_of(std::span<const std::string_view> texts,
                        const std::vector<std::uint32_t>& members)
{
    std::string together;
    for (const auto text : evenly(members, texts_for_language)) {
        together += texts[text].substr(0, 300);
        together += '\n';
    }
    return detect_language(together);
}

std::optional<std::uint32_t> central_text(std::span<const std::string_view> texts,
                                          const std::vector<std::uint32_t>& members,
                                          const Points& points,
                                          std::span<const std::uint32_t> point_of)
{
    std::vector<float> sum(points.dimension());
    for (const auto text : members) points.add_to(sum, point_of[text]);
    Points centre(points.dimension());
    centre.add(sum);
    std::vector<std::pair<float, std::uint32_t>> order; // nearest first
    for (const auto text : members)
        order.emplace_back(-Points::similarity(points, point_of[text], centre, 0), text);
    std::ranges::sort(order);
    for (const auto& [near, text] : order) {
        const auto count = words(texts[text]).size();
        if (count >= 2 && count <= example_words_max) return text;
    }
    return std::nullopt;
}

// The most telling terms, no two of which share a stem.
std::vector<Term> chosen_terms(LabelWords& vocabulary,
                               const std::unordered_map<std::string, double>& shares,
                               const std::unordered_map<std::string, std::size_t>& groups_using,
                               std::size_t groups)
{
    const auto texts = static_cast<double>(std::max<std::size_t>(vocabulary.texts(), 1));
    std::vector<Term> terms;
    for (auto& [key, term] : vocabulary.terms()) {
        if (term.texts < vocabulary.texts_min()) continue;
        if (groups >= 5 && static_cast<double>(groups_using.at(key)) >
                               groups_share_max * static_cast<double>(groups))
            continue;
        const auto rarity = std::log(1 + static_cast<double>(groups) / (0.5 + shares.at(key)));
        term.score = static_cast<double>(term.texts) / texts * rarity *
                     (term.stems.size() > 1 ? pair_bonus : 1.0);
        terms.push_back(term);
    }
    std::ranges::sort(terms, [](const auto& left, const auto& right) {
        return left.score > right.score || (left.score == right.score && left.stems < right.stems);
    });
    std::vector<Term> chosen;
    std::set<std::string> used;
    // A word waits for the pair that holds most of its uses.
    for (const auto& term : terms) {
        if (chosen.size() == keywords_max) break;
        if (std::ranges::any_of(term.stems, [&](const auto& s) { return used.contains(s); }))
            continue;
        const auto* best = &term;
        if (term.stems.size() == 1)
            for (const auto& pair : terms)
                if (pair.stems.size() == 2 && pair.texts * 5 >= term.texts * 2 &&
                    (pair.stems[0] == term.stems[0] || pair.stems[1] == term.stems[0]) &&
                    !used.contains(pair.stems[0]) && !used.contains(pair.stems[1])) {
                    best = &pair;
                    break;
                }
        for (const auto& s : best->stems) used.insert(s);
        chosen.push_back(*best);
    }
    return chosen;
}

void name(std::vector<ThemeLabel>& labels, std::span<const std::string_view> texts)
{
    std::vector<std::size_t> words_used(labels.size(), 1);
    const auto spell = [&](std::size_t i) {
        auto& label = labels[i];
        std::string text;
        for (std::size_t k = 0; k < std::min(words_used[i], label.keywords.size()); ++k) {
            if (k > 0) text += ", ";
            text += label.keywords[k];
        }
        label.label = text.empty() ? text : with_case(text, label.language, true);
    };
    for (std::size_t i = 0; i < labels.size(); ++i) {
        // A single word says little by itself.
        if (!labels[i].keywords.empty() && labels[i].keywords[0].find(' ') == std::string::npos)
            words_used[i] = 2;
        spell(i);
    }
    for (std::size_t more = 3; more <= keywords_max; ++more) {
        std::map<std::string, std::size_t> uses;
        for (const auto& label : labels) ++uses[label.label];
        for (std::size_t i = 0; i < labels.size(); ++i)
            if (uses[labels[i].label] > 1) {
                words_used[i] = more - 1 > words_used[i] ? more - 1 : more;
                spell(i);
            }
    }
    // Where the same is said in most groups no words set one apart: then somebody's own words do.
    for (auto& label : labels)
        if (label.label.empty() && label.example)
            label.label = made_title(texts[*label.example], example_characters_max);
    // What is still the same, or has no words, is told apart by a number.
    std::map<std::string, std::size_t> uses;
    for (auto& label : labels) {
        const auto use = ++uses[label.label];
        if (label.label.empty()) {
            label.label = "#" + std::to_string(use);
        } else if (use > 1) {
            label.label += " #" + std::to_string(use);
        }
    }
}

} // namespace

std::vector<ThemeLabel> label_groups(std::span<const std::string_view> texts,
                                     std::span<const std::int32_t> group_of, std::size_t groups,
                                     const Points& points, std::span<const std::uint32_t> point_of,
                                     const LabelSettings& settings)
{
    invariant(texts.size() == group_of.size() && texts.size() == point_of.size(),
              "every text has a group and a point");
    std::vector<std::vector<std::uint32_t>> members(groups);
    for (std::uint32_t text = 0; text < texts.size(); ++text)
        if (group_of[text] >= 0 && (!settings.may_see || settings.may_see(text)))
            members[static_cast<std::size_t>(group_of[text])].push_back(text);

    std::vector<ThemeLabel> labels(groups);
    std::vector<LabelWords> vocabularies;
    std::unordered_map<std::string, double> shares; // of each term, summed over groups
    std::unordered_map<std::string, std::size_t> groups_using;
    for (std::size_t group = 0; group < groups; ++group) {
        labels[group].language = language_of(texts, members[group]);
        auto& vocabulary = vocabularies.emplace_back(labels[group].language);
        for (const auto text : evenly(members[group], texts_read_max)) vocabulary.read(texts[text]);
        for (const auto& [key, term] : vocabulary.terms()) {
            const auto share =
                static_cast<double>(term.texts) / static_cast<double>(vocabulary.texts());
            shares[key] += share;
            auto& uses = groups_using[key];
            if (share > 0.05) ++uses;
        }
        vocabulary.forget_rare();
    }
    for (std::size_t group = 0; group < groups; ++group) {
        for (const auto& term : chosen_terms(vocabularies[group], shares, groups_using, groups))
            labels[group].keywords.push_back(vocabularies[group].spelled(term));
        labels[group].example = central_text(texts, members[group], points, point_of);
    }
    name(labels, texts);
    return labels;
}

} // namespace moothall::sense
