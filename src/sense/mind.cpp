#include "sense/mind.hpp"

#include "text/markdown.hpp"
#include "text/unicode.hpp"
#include "web/language.hpp"
#include "web/log.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace moothall::sense {

namespace {

// A word is put right when it is this near to one that people use, by its length in characters:
// chosen by hand so that one slip of a finger is forgiven, and two in a long word.
constexpr std::size_t one_slip_from = 4;
constexpr std::size_t two_slips_from = 8;
constexpr std::size_t word_bytes_max = 40;

/// The number of letters to change, add, leave out or swap with a neighbour (optimal string
/// alignment; F. J. Damerau, "A technique for computer detection and correction of spelling
/// errors", Communications of the ACM 7(3), 1964). Words are folded, so nearly all are one byte a
/// letter.
std::size_t distance(std::string_view left, std::string_view right)
{
    std::array<std::array<std::size_t, word_bytes_max + 1>, 3> rows{};
    auto* before = &rows[0];
    auto* above = &rows[1];
    auto* row = &rows[2];
    std::iota(above->begin(), above->begin() + static_cast<std::ptrdiff_t>(right.size()) + 1,
              std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        (*row)[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t change = left[i - 1] == right[j - 1] ? 0 : 1;
            auto least = std::min({(*above)[j] + 1, (*row)[j - 1] + 1, (*above)[j - 1] + change});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                least = std::min(least, (*before)[j - 2] + 1);
            (*row)[j] = least;
        }
        auto* const oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return (*above)[right.size()];
}

constexpr store::SqlLiteral text_columns = R"sql(
    SELECT t.thing_id, t.circle_id, c.visibility = 'public', t.title, v.body, t.created_us, v.kind
    FROM thing t JOIN voice v ON v.org_id = t.org_id AND v.voice_id = t.thing_id
    JOIN circle c ON c.org_id = t.org_id AND c.circle_id = t.circle_id
    WHERE t.org_id = ?1 AND v.org_id = ?1 AND c.org_id = ?1 AND t.kind = 'voice' AND t.state = 'visible' )sql";

VoiceText read_voice_text(const store::Row& row)
{
    VoiceText voice;
    voice.voice = row.id(0);
    voice.circle = row.id(1);
    voice.is_public = row.truth(2);
    voice.title = row.string(3);
    voice.body = body_beside(row.text(3), row.text(4));
    voice.said = row.time(5);
    voice.kind = row.string(6);
    return voice;
}

} // namespace

const LoadedModel* Tables::find(std::string_view table)
{
    const std::lock_guard lock(mutex_);
    const auto known = loaded_.find(table);
    if (known != loaded_.end()) return known->second.get();
    auto loaded = load_model(table);
    if (!loaded) {
        web::log({.level = web::LogLevel::warning,
                  .message = "no word table: themes are made by hand and search is by words",
                  .route = table,
                  .cause = web::Language::fill(loaded.error().sentence, loaded.error().arguments)});
        loaded_.emplace(table, nullptr);
        return nullptr;
    }
    checksums_.emplace(table, checksum_of_file((*loaded)->path));
    return loaded_.emplace(table, std::move(*loaded)).first->second.get();
}

std::vector<std::string> Tables::in_use() const
{
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [table, checksum] : checksums_) names.push_back(table + " " + checksum);
    return names;
}

std::string VoiceText::whole() const
{
    return body.empty() ? title : title + " — " + body;
}

std::string body_beside(std::string_view title, std::string_view markdown)
{
    if (markdown.empty() || markdown == title) return {};
    auto body = plain_text(markdown);
    while (!body.empty() && (body.back() == '\n' || body.back() == ' ')) body.pop_back();
    auto start = title;
    if (start.ends_with("…")) start.remove_suffix(std::string_view("…").size());
    if (body.starts_with(start)) body.erase(0, title == start ? start.size() : 0);
    const auto first = body.find_first_not_of(" \n.");
    return first == std::string::npos ? std::string() : body.substr(first);
}

std::vector<VoiceText> read_voice_texts(store::Transaction& transaction, Id organisation)
{
    std::vector<VoiceText> voices;
    for (const auto& row :
         transaction.query(store::Sql(text_columns) + " ORDER BY t.thing_id", organisation))
        voices.push_back(read_voice_text(row));
    return voices;
}

std::vector<VoiceText> read_voice_texts(store::Transaction& transaction, Id organisation,
                                        const std::vector<Id>& wanted)
{
    std::vector<VoiceText> voices;
    for (const auto& row : transaction.query(store::Sql(text_columns) +
                                                 " AND t.thing_id IN_IDS(?2) ORDER BY t.thing_id",
                                             organisation, store::IdList{wanted}))
        voices.push_back(read_voice_text(row));
    return voices;
}

Mind::Mind(const LoadedModel& table, std::string language)
    : texts_(table.model, std::move(language)), dimension_(table.model.dimension())
{
}

void Mind::put(const VoiceText& voice)
{
    const std::unique_lock lock(mutex_);
    if (const auto before = number_of_.find(voice.voice); before != number_of_.end())
        texts_.remove(before->second);
    const auto number = texts_.add(voice.title, voice.body);
    entries_.push_back({voice.voice, voice.circle, voice.is_public});
    number_of_[voice.voice] = number;
    if (!voice.is_public) return;
    const auto folded = fold(voice.whole());
    for (const auto word : words(folded))
        if (word.size() >= one_slip_from && word.size() <= word_bytes_max)
            ++dictionary_[std::string(word)];
}

void Mind::take_out(Id voice)
{
    const std::unique_lock lock(mutex_);
    const auto found = number_of_.find(voice);
    if (found == number_of_.end()) return;
    texts_.remove(found->second);
    number_of_.erase(found);
}

std::vector<Mind::Found> Mind::to_found(const std::vector<Match>& matches) const
{
    std::vector<Found> found;
    for (const auto& match : matches)
        found.push_back({entries_[match.text].voice, match.score, match.meaning, match.words});
    return found;
}

std::vector<Mind::Found> Mind::find(std::string_view title, std::string_view body,
                                    std::size_t limit, const Viewer& viewer) const
{
    const std::shared_lock lock(mutex_);
    return to_found(texts_.find(title, body, limit, [&](std::uint32_t text) {
        const auto& entry = entries_[text];
        return entry.is_public || viewer.role_in(entry.circle) != Role::none;
    }));
}

std::vector<Mind::Found> Mind::find_public(const VoiceText& voice, std::size_t limit) const
{
    const std::shared_lock lock(mutex_);
    return to_found(texts_.find(voice.title, voice.body, limit, [&](std::uint32_t text) {
        return entries_[text].is_public && entries_[text].voice != voice.voice;
    }));
}

std::string Mind::mended(std::string_view query) const
{
    const auto folded = fold(query);
    std::string better;
    const std::shared_lock lock(mutex_);
    for (const auto word : words(folded)) {
        if (!better.empty()) better += ' ';
        const auto letters = count_characters(word);
        if (letters < one_slip_from || word.size() > word_bytes_max ||
            dictionary_.contains(std::string(word))) {
            better += word;
            continue;
        }
        const std::size_t slips = letters >= two_slips_from ? 2 : 1;
        std::size_t least = slips + 1;
        const std::pair<const std::string, std::uint32_t>* best = nullptr;
        bool begins = false; // people search while they type: the start of a word is no slip
        for (const auto& known : dictionary_) {
            if (known.first.starts_with(word)) {
                begins = true;
                break;
            }
            const auto longer = std::max(known.first.size(), word.size());
            const auto shorter = std::min(known.first.size(), word.size());
            if (longer - shorter > slips) continue;
            const auto far = distance(word, known.first);
            if (far < least || (far == least && best != nullptr &&
                                std::pair(known.second, std::string_view(best->first)) >
                                    std::pair(best->second, std::string_view(known.first)))) {
                least = far;
                best = &known;
            }
        }
        better += begins || best == nullptr ? word : std::string_view(best->first);
    }
    return better;
}

std::size_t Mind::size() const
{
    const std::shared_lock lock(mutex_);
    return number_of_.size();
}

std::size_t Mind::bytes() const
{
    // Two points, the stems of some twelve words, and the entry; the dictionary's nodes.
    const std::shared_lock lock(mutex_);
    return entries_.size() * (2 * (dimension_ + 4) + 12 * 24 + sizeof(Entry) + 32) +
           dictionary_.size() * 80;
}

} // namespace moothall::sense
