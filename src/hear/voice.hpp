#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "files/file.hpp"
#include "hear/finder.hpp"
#include "hear/reach.hpp"
#include "hear/status.hpp"
#include "people/person.hpp"
#include "record/record.hpp"
#include "store/database.hpp"
#include "text/markdown.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::hear {

/// The kinds of voice, as in the API: want, question, signal, call-out, challenge, story, thanks,
/// other.
const std::vector<std::string>& voice_kinds();
bool is_voice_kind(std::string_view kind);

inline constexpr std::size_t title_characters_max = 200;
inline constexpr std::size_t tags_max = 10;

using people::Someone;

struct Voice {
    Id id;
    std::string kind;
    std::string title;
    std::string body; // Markdown as sent
    SafeHtml body_html;
    std::string excerpt;
    std::string language;
    Status status;
    Id circle;
    std::string circle_name;
    bool circle_is_public = false;
    record::State state = record::State::visible;
    Someone author;
    bool imported = false;       // brought in from elsewhere; no author: nobody was named there
    Someone written_by;          // no id when it is the author herself
    std::int64_t supporters = 0; // each once, with those of what was merged into it
    std::int64_t inherited = 0;  // of them, who came by merging alone
    std::int64_t unconfirmed = 0;
    std::int64_t unattributed = 0;
    std::int64_t unattributed_inherited = 0;
    std::int64_t branches = 0; // how many voices were merged into it
    Id merged_into;            // the one that now stands for it; none: it stands by itself
    std::int64_t apart = 0;    // who said "not what I meant": for them it stands again
    std::int64_t replies = 0;
    Id answer;
    std::string official; // the official answer: a public reason, Markdown
    SafeHtml official_html;
    Someone official_by;
    std::optional<Time> official_at;
    Time created;
    Time changed;
    std::vector<Tag> tags;
    std::vector<files::File> files; // of a single voice, and of lists with bodies
    bool kept = false;              // something promised for it was done, whatever the status says
    bool supported = false;         // by the viewer
    std::string matters;            // how much, to the viewer
    std::optional<Reach> reach;     // in lists that are in an order of it

    /// "/voices/0abc…-let-me-send-the-reading"
    std::string path() const;
    /// Whether it stands in lists: it was not merged, or stands again for some.
    bool stands() const { return !merged_into || apart > 0; }
    /// All that is known to back it, as its button shows: of a voice that stands again for some,
    /// those.
    std::int64_t backing() const
    {
        return merged_into && apart > 0 ? apart
                                        : supporters + unattributed + unattributed_inherited;
    }
};

struct NewVoice {
    std::string kind = "other";
    std::string title;
    std::string body;
    Id circle;                     // none: Everyone
    Id on_behalf_of;               // none: the writer herself
    std::vector<std::string> tags; // names; made when they are new
    std::vector<Id> files;         // that wait, to be hung on it
    /// Set by imports and by speaking without an account.
    record::State state = record::State::visible;
    std::optional<Time> created;
};

/// What was slow to make of a text and needs no database, made before the transaction.
struct Rendered {
    SafeHtml html;
    std::string excerpt;
    std::string language;
    std::vector<std::string> mentions;
};
/// Refused (field "body") when the text is too long or holds characters that no text has.
Result<Rendered> render_body(std::string_view title, std::string_view body);

/// A voice is said. Refused when the circle is not seen (not found), when the viewer may not speak
/// there (forbidden), when she is not of the company and writes for another, or a field is wrong.
/// One event. The author and, if another, the writer follow it from then on.
Result<Voice> say_voice(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, const NewVoice& wanted, const Rendered& rendered);

struct VoiceChange {
    std::optional<std::string> kind;
    std::optional<std::string> title;
    std::optional<std::string> body;
    std::optional<Id> circle;
    std::optional<std::vector<std::string>> tags;
    std::vector<Id> files = {};     // that wait, to be hung on it too: its author's
    std::string moved_because = {}; // why a steward moves another's to a circle: public
};
/// Whether the words of a thing are the viewer's to change: its author's, and until she has
/// corrected them also whoever's who wrote them for her.
bool may_word(store::Transaction& transaction, const Viewer& viewer, Id thing, Id author,
              Id written_by);

/// Its author (and who wrote it for her, may_word()) may edit; stewards may change kind, tags and,
/// with a public reason, the circle (moving.hpp). The text that was is kept as a revision. One
/// event.
Result<Voice> edit_voice(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id voice, const VoiceChange& change,
                         const std::optional<Rendered>& rendered);

/// Status with the official answer: a steward of the circle, with a public reason (may be empty).
/// One event.
Result<Voice> answer_officially(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id voice, Id status, std::string_view reason,
                                const SafeHtml& reason_html);

/// Marks a reply as the answer, or takes the mark away (none): the author or a steward. One event.
Result<void> choose_answer(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id voice, Id reply);

struct Revision {
    Id id;
    Someone editor;
    Time at;
    std::string title;
    std::string body;
};
/// The texts before edits, newest first; follows today's rule of the voice.
Result<std::vector<Revision>> list_revisions(store::Transaction& transaction, Id thing,
                                             const Viewer& viewer);

Result<Voice> find_voice(store::Transaction& transaction, Id voice, const Viewer& viewer);

/// `pressing`, `circles` and `rising` go by what reach.hpp keeps.
enum class Sort : std::uint8_t {
    trending,
    newest,
    wanted,
    discussed,
    pressing,
    circles,
    rising,
    mine,
    relevance
};
std::optional<Sort> sort_of(std::string_view text);
std::string_view to_text(Sort sort);

struct VoiceQuery {
    std::string query;
    std::string kind;
    Id status;
    std::optional<Category> category; // instead of one status
    Id tag;
    Id circle;
    Id person;                // author
    Id about;                 // what they reached: a theme, a decision
    Time from{};              // said not before; none: any time
    Time until{};             // said before
    std::optional<Sort> sort; // none: relevance with a query, trending without
    int limit = 30;
    std::string after;                             // a cursor; empty: the first page
    bool with_body = false;                        // body, body_html and official: for the API
    const std::vector<Status>* statuses = nullptr; // of the house, where the caller has them
    bool brief = false; // no names, circles, tags and support: where only titles are shown
};

struct VoicePage {
    std::vector<Voice> voices;
    std::string next; // empty: no more
};
/// Visible voices that the viewer may see. Refused (field "after") on a cursor that is none of
/// ours. A search looks at the newest 200 voices that hold all words; with a finder, those that
/// mean it in other words come after them, and slips of the finger are put right.
Result<VoicePage> list_voices(store::Transaction& transaction, const VoiceQuery& query,
                              const Viewer& viewer, const Finder* finder = nullptr);

/// Those of these voices that the viewer may see, in the order given; without their texts.
std::vector<Voice> list_voices_by_id(store::Transaction& transaction, const std::vector<Id>& voices,
                                     const Viewer& viewer);

/// Voices that say much the same as a text somebody is typing, best first.
std::vector<Voice> find_similar(store::Transaction& transaction, std::string_view text,
                                const Viewer& viewer, int limit, const Finder* finder = nullptr);

/// How many visible voices the viewer may see, of each sort; kept figures, so this costs the same
/// at any size.
struct VoiceCounts {
    std::int64_t all = 0;
    std::vector<std::pair<std::string, std::int64_t>> kinds;
    std::vector<std::pair<Id, std::int64_t>> statuses;
    std::vector<std::pair<Id, std::int64_t>> circles;
};
VoiceCounts count_voices(store::Transaction& transaction, const Viewer& viewer);
/// The 12 most used tags among them, with their voices.
std::vector<std::pair<Tag, std::int64_t>> count_tags(store::Transaction& transaction,
                                                     const Viewer& viewer);

} // namespace moothall::hear
