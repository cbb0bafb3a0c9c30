#include "sense/mind.hpp"

#include "text/markdown.hpp"
#include "text/unicode.hpp"
#include "web/language.hpp"
#include "web/log.hpp"

#include <algorithm>

namespace moothall::sense {

namespace {

// Chosen by hand on the sample: below, people see no likeness.
constexpr double about_min_in_english = 0.45;
// Translations of Tatoeba lie this near in nine of ten cases from Spanish and French, eight from
// German, seven from Turkish, four from Finnish; other pairs in one of a hundred.
constexpr double about_min_across = 0.40;

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

namespace {

struct TablesOfProcess {
    std::mutex mutex;
    std::map<std::string, std::string, std::less<>> checksums; // by name
};
TablesOfProcess& tables_of_process()
{
    static TablesOfProcess all;
    return all;
}

} // namespace

std::vector<TableInUse> tables_in_use()
{
    auto& all = tables_of_process();
    const std::lock_guard lock(all.mutex);
    std::vector<TableInUse> tables;
    for (const auto& [name, checksum] : all.checksums) tables.push_back({name, checksum});
    return tables;
}

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
    const auto checksum = checksum_of_file((*loaded)->path);
    checksums_.emplace(table, checksum);
    {
        auto& all = tables_of_process();
        const std::lock_guard all_lock(all.mutex);
        all.checksums.insert_or_assign(std::string(table), checksum);
    }
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

std::vector<Id> list_visible_voices(store::Transaction& transaction, Id organisation)
{
    std::vector<Id> voices;
    for (const auto& row : transaction.query(R"sql(
             SELECT thing_id FROM thing WHERE org_id = ?1 AND kind = 'voice' AND state = 'visible'
             ORDER BY thing_id )sql",
                                             organisation))
        voices.push_back(row.id(0));
    return voices;
}

std::vector<VoiceText> read_voice_texts(store::Transaction& transaction, Id organisation,
                                        Time since)
{
    std::vector<VoiceText> voices;
    for (const auto& row :
         transaction.query(store::Sql(text_columns) + " AND v.said_us >= ?2 ORDER BY t.thing_id",
                           organisation, since))
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
    : texts_(table.model, std::move(language)), dimension_(table.model.dimension()),
      about_min_(table.path.ends_with(table_of_six_languages) ? about_min_across
                                                              : about_min_in_english)
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
    for (const auto word : words(folded)) spelling_.add(word);
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
    auto is_better = false;
    const std::shared_lock lock(mutex_);
    for (const auto word : words(folded)) {
        const auto mended = spelling_.mended(word);
        is_better = is_better || mended != word;
        if (!better.empty()) better += ' ';
        better += mended;
    }
    return is_better ? better : std::string(query);
}

std::size_t Mind::size() const
{
    const std::shared_lock lock(mutex_);
    return number_of_.size();
}

std::size_t Mind::bytes() const
{
    // Two points, some twelve words (four bytes each, with room to grow), and the entry; the words
    // that are known.
    const std::shared_lock lock(mutex_);
    return entries_.size() * (2 * (dimension_ + 4) + 12 * 6 + sizeof(Entry) + 32) +
           spelling_.bytes();
}

} // namespace moothall::sense
