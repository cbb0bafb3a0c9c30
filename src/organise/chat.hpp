#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Chats: two people, or the members of a circle, talk live.
///
/// A chat is a thing whose audience is itself, so the one rule of sight opens it to nobody: no
/// list, search, feed, webhook or export by members can hold it. The rule of chats, which is here
/// and nowhere else, lets in who talks in it. Its events name the chat and who acted, and hold no
/// words.
namespace moothall::organise {

inline constexpr std::size_t line_characters_max = 4000;
inline constexpr std::size_t client_id_bytes_max = 64;
/// So many lines may be said before anybody answers: a chat is not a megaphone.
inline constexpr std::int64_t unanswered_lines_max = 5;
inline constexpr std::int64_t chats_opened_in_a_day_max = 50;

struct Talker {
    hear::Someone person; // no name: somebody who left the hall
    std::int64_t read = 0;
    bool left = false; // handed it over, or went
};

struct Chat {
    Id id;
    Id circle; // whose members talk; none: two people
    std::string circle_name;
    Id about;                   // none: nothing, or not to be seen by the viewer
    std::int64_t paragraph = 0; // of a document; 0: all of it
    std::string about_title;
    std::string about_path;
    Id opened_by;
    Id asked; // who was written to, and may hand it over
    bool answered = false;
    std::int64_t last_sequence = 0;
    Time last{};
    std::vector<Talker> talkers; // of a circle: those who opened it
    std::int64_t until = -1;     // the viewer left after this line; -1: she is in it
    std::int64_t read = 0;       // by the viewer
    std::int64_t unread = 0;

    bool is_in() const { return until < 0; }
    std::string path() const;
    /// Whom the viewer talks with; none in a circle, or when everybody else left.
    const Talker* other(Id viewer) const;
};

enum class LineKind : std::uint8_t { words, handed_over, left, kept };
std::string_view to_text(LineKind kind);

struct Line {
    std::int64_t sequence = 0;
    LineKind kind = LineKind::words;
    hear::Someone author;
    std::string client_id;
    hear::Someone person; // to whom it was handed over
    Id thing;             // the question it was kept as; none as well when the reader sees it not
    std::string body;     // Markdown as sent
    SafeHtml body_html;
    Time said;
};

struct NewChat {
    Id person;                  // or …
    Id circle;                  // … the members of this one
    Id about;                   // may be none
    std::int64_t paragraph = 0; // of the document that it is about; 0: all of it
};
/// The beginning of a document's paragraph, for those who see it; empty when it was taken out.
/// Refused (not found) when the document is not seen.
Result<std::string> quote_paragraph(store::Transaction& transaction, const Viewer& viewer,
                                    Id document, std::int64_t paragraph);
/// Opens a chat, or gives the one there is between the two about that thing. Refused when person,
/// circle or thing are not seen (not found), when there is no such paragraph (invalid), when her
/// door is closed to the viewer (forbidden), and when too many were opened today.
Result<Chat> open_chat(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, const NewChat& wanted);

struct NewLine {
    std::string client_id; // empty: one is made
    std::string body;
};
struct Said {
    Line line;
    bool repeated = false; // it was said before with this client id
};
/// Says a line. With a client id that she used here before, what was said then is given and nothing
/// changes. Line numbers rise in the order of commits.
Result<Said> say_line(store::Transaction& transaction, IdSource& ids, Time now,
                      const Viewer& viewer, Id chat, const NewLine& wanted,
                      const SafeHtml& rendered);
Result<SafeHtml> render_line(std::string_view body);

/// The rule of chats: those who talk in it, and who did up to where they left.
Result<Chat> find_chat(store::Transaction& transaction, Id chat, const Viewer& viewer);

struct LineQuery {
    std::int64_t after = -1;  // lines after this number, the oldest first
    std::int64_t before = -1; // or the newest before this one, in the order said
    int limit = 50;
};
/// Of a chat that the viewer was shown by find_chat().
std::vector<Line> list_lines(store::Transaction& transaction, const Viewer& viewer,
                             const Chat& chat, const LineQuery& query);
/// Those lines of the chat, in the order said.
std::vector<Line> find_lines(store::Transaction& transaction, const Viewer& viewer,
                             const Chat& chat, const std::vector<std::int64_t>& sequences);

/// She has read up to a line. No event: who read what when is nobody's business later.
Result<void> note_read(store::Transaction& transaction, Time now, const Viewer& viewer, Id chat,
                       std::int64_t sequence);
/// Tells the others, now and never again, that she is writing. Nothing is stored.
Result<void> hint_typing(store::Transaction& transaction, Time now, const Viewer& viewer, Id chat);

/// The one who was written to hands the chat with all that was said to somebody else, in words that
/// all three read. Nobody hands over what was closed to the new one by door or block. One event,
/// which names both.
Result<Chat> hand_over(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id chat, Id to, std::string_view words);
/// She goes; what was said so far she can still read. One event.
Result<void> leave_chat(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id chat);

struct ChatList {
    std::vector<Chat> chats;
    std::string next;
};
/// The chats she takes part in, the one that moved last first.
Result<ChatList> list_chats(store::Transaction& transaction, const Viewer& viewer,
                            std::string_view after, int limit);
/// Chats with lines that she has not read, counted to 100.
std::int64_t count_unread_chats(store::Transaction& transaction, const Viewer& viewer);

} // namespace moothall::organise
