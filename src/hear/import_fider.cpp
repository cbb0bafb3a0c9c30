// Fider (getfider/fider, app/pkg/csv and app/pkg/backup): the table of posts that administrators
// download, and the backup, a zip with one JSON file for each table. Quackback: its in-app table
// and the tables of its command line.

#include "hear/import_formats.hpp"
#include "text/json.hpp"

#include <array>
#include <charconv>
#include <map>

namespace moothall::hear {

namespace {

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

Result<std::string> read_posts_table(std::string_view text)
{
    const auto table = ForeignTable::read(text);
    if (!table) return table.error();
    if (!table->has("number") || !table->has("title"))
        return Refusal::invalid("file", "This is not the table of posts that Fider exports.");
    ForeignRows rows;
    for (std::size_t row = 0; row < table->size(); ++row) {
        if (table->of(row, {"status"}) == "deleted") continue;
        auto status = status_from(table->of(row, {"status"}));
        ForeignVoice voice;
        voice.status_there = table->of(row, {"status"});
        voice.id = table->of(row, {"number"});
        voice.title = table->of(row, {"title"});
        voice.body = table->of(row, {"description"});
        voice.status = status.category;
        voice.tags = split(table->of(row, {"tags"}), ',');
        if (!status.tag.empty()) voice.tags.push_back(status.tag);
        // The table names its authors without an address, and its voters not at all.
        voice.author.name = table->of(row, {"created_by"});
        voice.duplicate_of = table->of(row, {"original_number"});
        // Fider casts the votes of a duplicate on the original, too: there they are counted.
        if (voice.duplicate_of.empty()) voice.votes = number_from(table->of(row, {"votes_count"}));
        voice.created = time_from(table->of(row, {"created_at"}));
        voice.official = table->of(row, {"response"});
        voice.line = table->line(row);
        rows.add_voice(voice);
    }
    return rows.take();
}

/// The tables of a backup, by name without ".json".
class Backup {
public:
    static Result<Backup> read(const std::vector<ExportedFile>& files)
    {
        Backup backup;
        for (const auto& [name, text] : files) {
            if (!name.ends_with(".json")) continue;
            const auto slash = name.find_last_of('/');
            const auto table = name.substr(slash == std::string::npos ? 0 : slash + 1);
            // Secrets stay where they are.
            if (table == "email_verifications.json" || table == "oauth_providers.json") continue;
            auto json = Json::parse(text);
            if (!json) return json.error();
            backup.tables_[table.substr(0, table.size() - 5)] = *std::move(json);
        }
        if (!backup.tables_.contains("posts") || !backup.tables_.contains("users"))
            return Refusal::invalid("file",
                                    "This is not a backup of Fider: its posts are missing.");
        return backup;
    }
    const Json& table(const std::string& name) const
    {
        static const Json none;
        const auto found = tables_.find(name);
        return found == tables_.end() ? none : found->second;
    }

private:
    std::map<std::string, Json> tables_;
};

Result<std::string> read_backup(const std::vector<ExportedFile>& files)
{
    const auto backup = Backup::read(files);
    if (!backup) return backup.error();
    static constexpr std::array<std::string_view, 7> statuses{
        "open", "started", "completed", "declined", "planned", "duplicate", "deleted"};
    std::map<std::string, ForeignPerson> people;
    const auto& users = backup->table("users");
    for (std::size_t at = 0; at < users.size(); ++at) {
        const auto user = users.at(at);
        const auto id = text_of(user.find("id"));
        people[id] = {"user " + id, text_of(user.find("name")), text_of(user.find("email"))};
    }
    std::map<std::string, std::string> tag_names;
    const auto& tags = backup->table("tags");
    for (std::size_t at = 0; at < tags.size(); ++at)
        tag_names[text_of(tags.at(at).find("id"))] = text_of(tags.at(at).find("name"));
    std::map<std::string, std::vector<std::string>> tags_of;
    const auto& post_tags = backup->table("post_tags");
    for (std::size_t at = 0; at < post_tags.size(); ++at)
        tags_of[text_of(post_tags.at(at).find("post_id"))].push_back(
            tag_names[text_of(post_tags.at(at).find("tag_id"))]);

    ForeignRows rows;
    std::map<std::string, bool> came;
    const auto& posts = backup->table("posts");
    for (std::size_t at = 0; at < posts.size(); ++at) {
        const auto post = posts.at(at);
        const auto status = static_cast<std::size_t>(post.find("status").integer().value_or(0));
        if (status >= statuses.size() || statuses[status] == "deleted") continue;
        ForeignVoice voice;
        voice.id = text_of(post.find("id"));
        voice.title = text_of(post.find("title"));
        voice.body = text_of(post.find("description"));
        voice.status = status_from(statuses[status]).category;
        voice.status_there = statuses[status];
        voice.tags = tags_of[voice.id];
        voice.author = people[text_of(post.find("user_id"))];
        voice.created = time_from(text_of(post.find("created_at")));
        voice.official = text_of(post.find("response"));
        voice.duplicate_of = text_of(post.find("original_id"));
        voice.line = at + 1;
        rows.add_voice(voice);
        came[voice.id] = true;
    }
    const auto& comments = backup->table("comments");
    for (std::size_t at = 0; at < comments.size(); ++at) {
        const auto comment = comments.at(at);
        const auto post = text_of(comment.find("post_id"));
        if (comment.find("deleted_at").string() || !came.contains(post)) continue;
        rows.add_reply(post, "comment " + text_of(comment.find("id")),
                       people[text_of(comment.find("user_id"))], text_of(comment.find("content")),
                       time_from(text_of(comment.find("created_at"))), at + 1);
    }
    const auto& votes = backup->table("post_votes");
    for (std::size_t at = 0; at < votes.size(); ++at) {
        const auto post = text_of(votes.at(at).find("post_id"));
        if (came.contains(post))
            rows.add_support(post, people[text_of(votes.at(at).find("user_id"))],
                             time_from(text_of(votes.at(at).find("created_at"))), at + 1);
    }
    return rows.take();
}

} // namespace

Result<std::string> read_fider(const std::vector<ExportedFile>& files)
{
    if (files.size() == 1 && !files.front().first.ends_with(".json"))
        return read_posts_table(files.front().second);
    return read_backup(files);
}

Result<std::string> read_quackback(const std::vector<ExportedFile>& files)
{
    ForeignRows rows;
    std::map<std::string, std::int64_t> named; // votes of which we know who gave them
    std::vector<std::pair<ForeignTable, bool>> tables;
    for (const auto& [name, text] : files) {
        auto table = ForeignTable::read(text);
        if (!table) return table.error();
        if (table->has("voter_email"))
            for (std::size_t row = 0; row < table->size(); ++row)
                ++named[std::string(table->of(row, {"post_id"}))];
        const bool posts = table->has("title");
        tables.emplace_back(*std::move(table), posts);
    }
    bool any = false;
    for (const auto& [table, posts] : tables) {
        if (!posts) continue;
        any = true;
        for (std::size_t row = 0; row < table.size(); ++row) {
            auto status = status_from(table.of(row, {"status"}));
            ForeignVoice voice;
            voice.status_there = table.of(row, {"status"});
            voice.id = table.of(row, {"source_id", "id"});
            voice.title = table.of(row, {"title"});
            voice.body = table.of(row, {"content", "body"});
            voice.status = status.category;
            voice.tags = split(table.of(row, {"tags"}), ',');
            if (!status.tag.empty()) voice.tags.push_back(status.tag);
            voice.author = {{},
                            std::string(table.of(row, {"author_name"})),
                            std::string(table.of(row, {"author_email"}))};
            voice.votes = std::max<std::int64_t>(0, number_from(table.of(row, {"vote_count"})) -
                                                        named[voice.id]);
            voice.created = time_from(table.of(row, {"created_at"}));
            voice.line = table.line(row);
            rows.add_voice(voice);
        }
    }
    if (!any)
        return Refusal::invalid("file", "This is not the table of posts that Quackback reads.");
    for (const auto& [table, posts] : tables) {
        if (posts) continue;
        for (std::size_t row = 0; row < table.size(); ++row) {
            const auto post = table.of(row, {"post_id"});
            const auto created = time_from(table.of(row, {"created_at"}));
            if (table.has("voter_email"))
                rows.add_support(post, {{}, {}, std::string(table.of(row, {"voter_email"}))},
                                 created, table.line(row));
            else
                rows.add_reply(post, "comment " + std::to_string(table.line(row)),
                               {{},
                                std::string(table.of(row, {"author_name"})),
                                std::string(table.of(row, {"author_email"}))},
                               table.of(row, {"body"}), created, table.line(row));
        }
    }
    return rows.take();
}

} // namespace moothall::hear
