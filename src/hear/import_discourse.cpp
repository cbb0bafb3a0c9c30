// Discourse: a person's archive (user_archive.csv, in its newer and its older shape), and topics
// with their posts as its interface gives them (/t/ID.json).

#include "hear/import_formats.hpp"
#include "text/json.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace moothall::hear {

namespace {

/// "/t/SLUG/TOPIC/POST": topic and post; the post is 1 where it is missing.
std::pair<std::string, std::string> place_from(std::string_view url)
{
    std::vector<std::string> parts;
    while (!url.empty()) {
        const auto end = std::min(url.find('/'), url.size());
        if (end > 0) parts.emplace_back(url.substr(0, end));
        url.remove_prefix(std::min(end + 1, url.size()));
    }
    const auto is_number = [](const std::string& part) {
        return !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
    };
    if (parts.size() >= 2 && is_number(parts.back()) && is_number(parts[parts.size() - 2]))
        return {parts[parts.size() - 2], parts.back()};
    if (!parts.empty() && is_number(parts.back())) return {parts.back(), "1"};
    return {};
}

Result<std::string> read_archive_table(std::string_view text)
{
    const auto table = ForeignTable::read(text);
    if (!table) return table.error();
    if (!table->has("topic_title") || !table->has("url"))
        return Refusal::invalid("file", "This is no archive and no topic of Discourse.");
    ForeignRows rows;
    std::map<std::string, bool> came;
    // The first posts begin the topics; what answers comes after them, wherever it stands.
    for (const bool first : {true, false})
        for (std::size_t row = 0; row < table->size(); ++row) {
            if (table->of(row, {"is_pm"}) == "Yes" || table->of(row, {"is_pm"}) == "true") continue;
            const auto [topic, post] = place_from(table->of(row, {"url"}));
            if (topic.empty() || (post == "1") != first) continue;
            const auto body = table->of(row, {"post_raw", "post"});
            const auto created = time_from(table->of(row, {"created_at"}));
            if (!first) {
                // The rest of the topic is somebody else's, and not in her archive.
                if (came.contains(topic))
                    rows.add_reply(topic, "post " + topic + "/" + post, {}, body, created,
                                   table->line(row));
                continue;
            }
            ForeignVoice voice;
            voice.id = topic;
            voice.title = table->of(row, {"topic_title"});
            voice.body = body;
            voice.kind = "other";
            for (const auto* name : {"categories", "category", "sub_category"})
                if (auto category = std::string(table->of(row, {name})); !category.empty())
                    voice.tags.push_back(category.substr(category.find_last_of('|') + 1));
            const auto likes = table->of(row, {"like_count"});
            std::from_chars(likes.data(), likes.data() + likes.size(), voice.votes);
            voice.created = created;
            voice.line = table->line(row);
            rows.add_voice(voice);
            came[topic] = true;
        }
    return rows.take();
}

void add_topic(ForeignRows& rows, const Json& topic, std::size_t line)
{
    const auto posts = topic.find("post_stream").find("posts");
    ForeignVoice voice;
    voice.id = text_of(topic.find("id"));
    voice.title = text_of(topic.find("title"));
    voice.kind = "other";
    voice.status = topic.find("closed").boolean().value_or(false) ? "done" : "open";
    const auto tags = topic.find("tags");
    for (std::size_t tag = 0; tag < tags.size(); ++tag) voice.tags.push_back(text_of(tags.at(tag)));
    voice.votes =
        topic.find("vote_count").integer().value_or(topic.find("like_count").integer().value_or(0));
    voice.created = time_from(text_of(topic.find("created_at")));
    voice.line = line;
    const auto person = [](const Json& post) {
        const auto name = text_of(post.find("username"));
        return name.empty()
                   ? ForeignPerson{}
                   : ForeignPerson{"user " + name,
                                   text_of(post.find("name")).empty() ? name
                                                                      : text_of(post.find("name")),
                                   {}};
    };
    // Without the raw text there is what was made of it: tags of HTML are shown as they are
    // written.
    const auto words = [](const Json& post) {
        const auto raw = text_of(post.find("raw"));
        return raw.empty() ? text_of(post.find("cooked")) : raw;
    };
    for (std::size_t at = 0; at < posts.size(); ++at) {
        const auto post = posts.at(at);
        const bool gone = post.find("deleted_at").string().has_value() ||
                          post.find("hidden").boolean().value_or(false);
        if (at == 0) {
            voice.body = gone ? std::string() : words(post);
            voice.author = person(post);
            rows.add_voice(voice);
        } else if (!gone) {
            rows.add_reply(voice.id, "post " + text_of(post.find("id")), person(post), words(post),
                           time_from(text_of(post.find("created_at"))), at + 1);
        }
    }
    if (posts.size() == 0) rows.add_voice(voice);
}

Result<std::string> read_topics(const std::vector<ExportedFile>& files)
{
    ForeignRows rows;
    std::size_t topics = 0;
    for (const auto& [name, text] : files) {
        const auto json = Json::parse(text);
        if (!json) return json.error();
        if (json->find("post_stream")) {
            add_topic(rows, *json, ++topics);
            continue;
        }
        const auto list =
            json->kind() == Json::Kind::array ? *json : json->find("topic_list").find("topics");
        for (std::size_t at = 0; at < list.size(); ++at)
            if (list.at(at).find("title").string()) add_topic(rows, list.at(at), ++topics);
    }
    if (topics == 0)
        return Refusal::invalid("file", "This is no archive and no topic of Discourse.");
    return rows.take();
}

} // namespace

Result<std::string> read_discourse(const std::vector<ExportedFile>& files)
{
    for (const auto& [name, text] : files)
        if (name.ends_with("user_archive.csv") || (files.size() == 1 && name.ends_with(".csv")))
            return read_archive_table(text);
    return read_topics(files);
}

} // namespace moothall::hear
