#pragma once

#include "hear/voice.hpp"

namespace moothall::hear {

struct Reply {
    Id id;
    Id subject; // the thing that is answered
    Id parent;  // the reply that is answered; none: the subject itself
    std::string body;
    SafeHtml body_html;
    std::string language;
    Someone author;
    Someone written_by;
    record::State state = record::State::visible;
    bool is_answer = false;
    std::vector<files::File> files;
    Time created;
    Time changed;
    int depth = 0; // in the thread, at most 4 when shown
};

struct NewReply {
    std::string body;
    Id parent;
    Id on_behalf_of;
    std::vector<Id> files; // that wait, to be hung on it
    record::State state = record::State::visible;
    std::optional<Time> created;
};

/// A reply to any thing that the viewer sees and may speak at. One event, which concerns the
/// subject, the people mentioned and the author of what is answered.
Result<Reply> say_reply(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id subject, const NewReply& wanted,
                        const Rendered& rendered);
/// What else of a reply changes with its text.
enum class WithFiles : std::uint8_t { same, changed };
Result<Reply> edit_reply(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id reply, std::string_view body,
                         const Rendered& rendered, WithFiles files = WithFiles::same);
Result<Reply> find_reply(store::Transaction& transaction, Id reply, const Viewer& viewer);

struct ReplyPage {
    std::vector<Reply> replies;
    std::string next;
};
/// Replies in the order said, `limit` at a time after a cursor (the last reply's id); with those of
/// what was merged into a voice.
Result<ReplyPage> list_replies(store::Transaction& transaction, Id subject, const Viewer& viewer,
                               std::string_view after, int limit);
/// Puts replies into the order of a thread: each after what it answers, with its depth.
std::vector<Reply> thread(std::vector<Reply> replies);

} // namespace moothall::hear
