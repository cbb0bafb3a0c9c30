// UserVoice: the table of the analysis export (suggestion.id, suggestion.title …), and the full
// export, which has a row for each pair of an idea and one of its voters.

#include "hear/import_formats.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace moothall::hear {

namespace {

/// A JSON list, or words between commas.
std::vector<std::string> labels_from(std::string_view text)
{
    std::vector<std::string> labels;
    if (text.starts_with('[')) {
        if (const auto list = Json::parse(text))
            for (std::size_t at = 0; at < list->size(); ++at)
                if (const auto label = list->at(at).string()) labels.emplace_back(*label);
        return labels;
    }
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        labels.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return labels;
}

bool was_taken_out(std::string_view state)
{
    return state == "spam" || state == "deleted" || state == "archived" || state == "hidden";
}

Result<std::string> read_pairs(const ForeignTable& table)
{
    struct Idea {
        std::size_t row = 0;
        std::set<std::string> voters;
    };
    std::map<std::string, Idea> ideas;
    std::vector<std::string> order;
    for (std::size_t row = 0; row < table.size(); ++row) {
        const auto id = std::string(table.of(row, {"ideaId"}));
        if (id.empty() || was_taken_out(table.of(row, {"moderationState"}))) continue;
        const auto [found, is_new] = ideas.try_emplace(id, Idea{row, {}});
        if (is_new) order.push_back(id);
        if (const auto voter = table.of(row, {"userEmailAddress"}); !voter.empty())
            found->second.voters.insert(fold(voter));
    }
    ForeignRows rows;
    for (const auto& id : order) {
        const auto& [row, voters] = ideas.at(id);
        auto status = status_from(table.of(row, {"publicStatusName"}));
        ForeignVoice voice;
        voice.status_there = table.of(row, {"publicStatusName"});
        voice.id = id;
        voice.title = table.of(row, {"ideaTitle"});
        voice.body = table.of(row, {"ideaDescription"});
        voice.status = status.category;
        voice.tags = labels_from(table.of(row, {"labels"}));
        if (const auto category = table.of(row, {"categoryName"}); !category.empty())
            voice.tags.emplace_back(category);
        if (!status.tag.empty()) voice.tags.push_back(status.tag);
        voice.author = {{},
                        std::string(table.of(row, {"ideaCreatorName"})),
                        std::string(table.of(row, {"ideaCreatorEmailAddress"}))};
        voice.votes = std::max<std::int64_t>(0, number_from(table.of(row, {"votersCount"})) -
                                                    std::ssize(voters));
        voice.created = time_from(table.of(row, {"createdTimestamp"}));
        voice.official = table.of(row, {"publicStatusUpdateMessage"});
        voice.line = table.line(row);
        rows.add_voice(voice);
    }
    std::set<std::pair<std::string, std::string>> known;
    for (std::size_t row = 0; row < table.size(); ++row) {
        const auto id = std::string(table.of(row, {"ideaId"}));
        const auto voter = std::string(table.of(row, {"userEmailAddress"}));
        if (voter.empty() || !ideas.contains(id) || !known.emplace(id, fold(voter)).second)
            continue;
        rows.add_support(id, {{}, std::string(table.of(row, {"userName"})), voter},
                         time_from(table.of(row, {"linkedIdeaCreationDate"})), table.line(row));
    }
    return rows.take();
}

Result<std::string> read_suggestions(const ForeignTable& table)
{
    ForeignRows rows;
    for (std::size_t row = 0; row < table.size(); ++row) {
        auto status = status_from(table.of(row, {"suggestion.status.name"}));
        ForeignVoice voice;
        voice.status_there = table.of(row, {"suggestion.status.name"});
        voice.id = table.of(row, {"suggestion.id"});
        voice.title = table.of(row, {"suggestion.title"});
        voice.body = table.of(row, {"suggestion.body"});
        voice.status = status.category;
        voice.tags = labels_from(table.of(row, {"suggestion.labels.name"}));
        if (const auto category = table.of(row, {"suggestion.category.name"}); !category.empty())
            voice.tags.emplace_back(category);
        if (!status.tag.empty()) voice.tags.push_back(status.tag);
        voice.duplicate_of = table.of(row, {"suggestion.parent.id"});
        // Whoever backed what was merged is counted with what it was merged into.
        if (voice.duplicate_of.empty())
            voice.votes = number_from(
                table.of(row, {"suggestion.supporters_count", "suggestion.votes_count", "votes"}));
        voice.created = time_from(table.of(row, {"suggestion.created_timestamp"}));
        voice.line = table.line(row);
        rows.add_voice(voice);
    }
    return rows.take();
}

} // namespace

Result<std::string> read_uservoice(const std::vector<ExportedFile>& files)
{
    if (files.empty()) return Refusal::invalid("file", "There are no ideas of UserVoice in it.");
    const auto table = ForeignTable::read(files.front().second);
    if (!table) return table.error();
    if (table->has("ideaId")) return read_pairs(*table);
    if (table->has("suggestion.id")) return read_suggestions(*table);
    return Refusal::invalid("file", "There are no ideas of UserVoice in it.");
}

} // namespace moothall::hear
