// GitHub: issues as its REST interface lists them, the same by `gh issue list --json`, and
// discussions as its GraphQL interface gives them; comments beside them or within.

#include "hear/import_formats.hpp"
#include "text/json.hpp"

#include <algorithm>

namespace moothall::hear {

namespace {

/// The first of two spellings that is there: created_at of REST, createdAt of GraphQL.
std::string either_of(const Json& object, std::string_view rest, std::string_view graph)
{
    const auto found = text_of(object.find(rest));
    return found.empty() ? text_of(object.find(graph)) : found;
}

ForeignPerson author_of(const Json& object)
{
    for (const auto* name : {"user", "author"})
        if (const auto login = text_of(object.find(name).find("login")); !login.empty())
            return {"github " + login, login, {}};
    return {};
}

/// An array, or what GraphQL wraps around one.
Json nodes_of(const Json& value)
{
    return value.find("nodes") ? value.find("nodes") : value;
}

std::int64_t thumbs_of(const Json& object)
{
    if (const auto votes = object.find("upvoteCount").integer()) return *votes;
    if (const auto thumbs = object.find("reactions").find("+1").integer()) return *thumbs;
    const auto groups = object.find("reactionGroups");
    for (std::size_t at = 0; at < groups.size(); ++at)
        if (groups.at(at).find("content").string() == "THUMBS_UP")
            return groups.at(at).find("users").find("totalCount").integer().value_or(0);
    return 0;
}

std::string status_of(const Json& item)
{
    auto state = text_of(item.find("state"));
    auto reason = either_of(item, "state_reason", "stateReason");
    std::ranges::transform(reason, reason.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    if (reason == "not_planned" || reason == "outdated") return "declined";
    if (reason == "duplicate" || reason == "reopened") return "open";
    const bool closed =
        state == "closed" || state == "CLOSED" || item.find("closed").boolean().value_or(false);
    return closed ? "done" : "open";
}

void add_comments(ForeignRows& rows, const std::string& of, const Json& comments)
{
    const auto list = nodes_of(comments);
    for (std::size_t at = 0; at < list.size(); ++at) {
        const auto comment = list.at(at);
        if (!comment.find("body").string()) continue;
        rows.add_reply(of, "comment " + text_of(comment.find("id")), author_of(comment),
                       text_of(comment.find("body")),
                       time_from(either_of(comment, "created_at", "createdAt")), at + 1);
        add_comments(rows, of, comment.find("replies"));
    }
}

} // namespace

Result<std::string> read_github(const std::vector<ExportedFile>& files)
{
    ForeignRows rows;
    std::size_t voices = 0;
    std::vector<Json> later;
    for (const auto& [name, text] : files) {
        auto json = Json::parse(text);
        if (!json) return json.error();
        auto list = *std::move(json);
        // A whole answer of the GraphQL interface.
        if (const auto data = list.find("data").find("repository"); data)
            list = data.find("discussions") ? data.find("discussions") : data.find("issues");
        list = nodes_of(list);
        if (list.kind() != Json::Kind::array)
            return Refusal::invalid("file",
                                    "This is not a list of issues or discussions of GitHub.");
        for (std::size_t at = 0; at < list.size(); ++at) {
            const auto item = list.at(at);
            if (!item.find("title").string()) {
                if (item.find("issue_url").string()) later.push_back(item);
                continue;
            }
            if (item.find("pull_request")) continue;
            ForeignVoice voice;
            const bool discussion = static_cast<bool>(item.find("category"));
            const auto number = text_of(item.find("number"));
            voice.id = (discussion ? "discussion " : "issue ") + number;
            voice.title = text_of(item.find("title"));
            voice.body = text_of(item.find("body"));
            voice.kind = item.find("category").find("isAnswerable").boolean().value_or(false)
                             ? "question"
                             : "want";
            voice.status = status_of(item);
            const auto labels = nodes_of(item.find("labels"));
            for (std::size_t label = 0; label < labels.size(); ++label) {
                const auto text_label = labels.at(label).string()
                                            ? text_of(labels.at(label))
                                            : text_of(labels.at(label).find("name"));
                if (text_label == "bug") voice.kind = "signal";
                voice.tags.push_back(text_label);
            }
            if (const auto category = text_of(item.find("category").find("name"));
                !category.empty())
                voice.tags.push_back(category);
            voice.author = author_of(item);
            voice.votes = thumbs_of(item);
            voice.created = time_from(either_of(item, "created_at", "createdAt"));
            voice.line = at + 1;
            rows.add_voice(voice);
            ++voices;
            add_comments(rows, voice.id, item.find("comments"));
        }
    }
    for (const auto& comment : later) {
        const auto url = text_of(comment.find("issue_url"));
        rows.add_reply("issue " + url.substr(std::min(url.size(), url.find_last_of('/') + 1)),
                       "comment " + text_of(comment.find("id")), author_of(comment),
                       text_of(comment.find("body")),
                       time_from(text_of(comment.find("created_at"))), 0);
    }
    if (voices == 0)
        return Refusal::invalid("file", "This is not a list of issues or discussions of GitHub.");
    return rows.take();
}

} // namespace moothall::hear
