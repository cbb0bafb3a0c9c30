// Canny: what its interface answers (/v1/posts/list, /v2/comments/list, /v1/votes/list), saved as
// JSON files, and its table of posts, whose header is known by aliases.

#include "hear/import_formats.hpp"
#include "text/json.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace moothall::hear {

namespace {

ForeignPerson person_from(const Json& user)
{
    const auto id = text_of(user.find("id"));
    return {id.empty() ? id : "user " + id, text_of(user.find("name")),
            text_of(user.find("email"))};
}

/// The list in an answer: {"posts":[…]}, {"items":[…]} or the bare list.
Json list_in(const Json& answer)
{
    if (answer.kind() == Json::Kind::array) return answer;
    for (const auto* name : {"posts", "comments", "votes", "items"})
        if (answer.find(name).kind() == Json::Kind::array) return answer.find(name);
    return {};
}

Result<std::string> read_answers(const std::vector<ExportedFile>& files)
{
    std::vector<Json> posts;
    std::vector<Json> comments;
    std::vector<Json> votes;
    for (const auto& [name, text] : files) {
        const auto answer = Json::parse(text);
        if (!answer) return answer.error();
        // One file may hold all of them.
        for (const auto* part : {"posts", "comments", "votes"}) {
            const auto list = answer->find(part);
            for (std::size_t at = 0; at < list.size(); ++at)
                (*part == 'p' ? posts : *part == 'c' ? comments : votes).push_back(list.at(at));
        }
        if (answer->find("posts") || answer->find("comments") || answer->find("votes")) continue;
        const auto list = list_in(*answer);
        for (std::size_t at = 0; at < list.size(); ++at) {
            const auto item = list.at(at);
            if (item.find("title"))
                posts.push_back(item);
            else if (item.find("voter"))
                votes.push_back(item);
            else
                comments.push_back(item);
        }
    }
    if (posts.empty()) return Refusal::invalid("file", "There are no posts of Canny in it.");

    // What was merged there stands on the post that stayed: its votes and comments go to that one.
    std::map<std::string, std::string> stays;
    for (const auto& post : posts) {
        const auto history = post.find("mergeHistory");
        for (std::size_t at = 0; at < history.size(); ++at)
            stays[text_of(history.at(at).find("post").find("id"))] = text_of(post.find("id"));
    }
    const auto place_of = [&](std::string id) {
        for (int hop = 0; hop < 32; ++hop) {
            const auto next = stays.find(id);
            if (next == stays.end()) break;
            id = next->second;
        }
        return id;
    };
    std::map<std::string, std::int64_t> named;
    for (const auto& vote : votes) ++named[place_of(text_of(vote.find("post").find("id")))];

    ForeignRows rows;
    std::map<std::string, bool> came;
    for (std::size_t at = 0; at < posts.size(); ++at) {
        const auto& post = posts[at];
        auto status = status_from(text_of(post.find("status")));
        ForeignVoice voice;
        voice.status_there = text_of(post.find("status"));
        voice.id = text_of(post.find("id"));
        if (stays.contains(voice.id)) continue;
        voice.title = text_of(post.find("title"));
        voice.body = text_of(post.find("details"));
        voice.status = status.category;
        const auto tags = post.find("tags");
        for (std::size_t tag = 0; tag < tags.size(); ++tag)
            voice.tags.push_back(text_of(tags.at(tag).find("name")));
        if (!status.tag.empty()) voice.tags.push_back(status.tag);
        voice.author = person_from(post.find("author"));
        // The score counts those who are not among the votes, too.
        voice.votes =
            std::max<std::int64_t>(0, post.find("score").integer().value_or(0) - named[voice.id]);
        voice.created = time_from(text_of(post.find("created")));
        voice.line = at + 1;
        rows.add_voice(voice);
        came[voice.id] = true;
    }
    for (std::size_t at = 0; at < comments.size(); ++at) {
        const auto& comment = comments[at];
        const auto post = place_of(text_of(comment.find("post").find("id")));
        // What they noted among themselves stays there.
        if (!came.contains(post) || comment.find("internal").boolean().value_or(false)) continue;
        rows.add_reply(post, "comment " + text_of(comment.find("id")),
                       person_from(comment.find("author")), text_of(comment.find("value")),
                       time_from(text_of(comment.find("created"))), at + 1);
    }
    for (std::size_t at = 0; at < votes.size(); ++at) {
        const auto post = place_of(text_of(votes[at].find("post").find("id")));
        if (came.contains(post))
            rows.add_support(post, person_from(votes[at].find("voter")),
                             time_from(text_of(votes[at].find("created"))), at + 1);
    }
    return rows.take();
}

Result<std::string> read_table(std::string_view text)
{
    const auto table = ForeignTable::read(text);
    if (!table) return table.error();
    if (!table->has("title") && !table->has("post title"))
        return Refusal::invalid("file", "There are no posts of Canny in it.");
    ForeignRows rows;
    for (std::size_t row = 0; row < table->size(); ++row) {
        auto status = status_from(table->of(row, {"status", "post status"}));
        ForeignVoice voice;
        voice.status_there = table->of(row, {"status", "post status"});
        voice.id = table->of(row, {"id", "post id", "url", "post url"});
        voice.title = table->of(row, {"title", "post title"});
        voice.body = table->of(row, {"details", "description", "body", "post details"});
        voice.status = status.category;
        if (const auto tags = table->of(row, {"tags", "tag"}); !tags.empty())
            voice.tags.emplace_back(tags);
        for (const auto* more : {"category", "board"})
            if (const auto tag = table->of(row, {more}); !tag.empty()) voice.tags.emplace_back(tag);
        if (!status.tag.empty()) voice.tags.push_back(status.tag);
        voice.author = {{},
                        std::string(table->of(row, {"author name", "author"})),
                        std::string(table->of(row, {"author email", "email"}))};
        const auto votes = table->of(row, {"votes", "vote count", "score"});
        std::from_chars(votes.data(), votes.data() + votes.size(), voice.votes);
        voice.created =
            time_from(table->of(row, {"created", "created at", "date", "post created"}));
        voice.line = table->line(row);
        rows.add_voice(voice);
    }
    return rows.take();
}

} // namespace

Result<std::string> read_canny(const std::vector<ExportedFile>& files)
{
    if (files.empty()) return Refusal::invalid("file", "There are no posts of Canny in it.");
    const auto& text = files.front().second;
    const auto first = text.find_first_not_of(" \t\r\n");
    const bool json = first != std::string::npos && (text[first] == '{' || text[first] == '[');
    return json ? read_answers(files) : read_table(text);
}

} // namespace moothall::hear
