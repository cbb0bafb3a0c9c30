#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "people/person.hpp"
#include "record/record.hpp"
#include "store/database.hpp"
#include "text/markdown.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The changelog: what we changed, told by those who work here in their own words, and for which
/// voices. The report says the same without anybody's words; this says how to use it.
namespace moothall::tell {

inline constexpr std::size_t announced_voices_max = 100;

/// A voice that an announcement speaks of.
struct AnnouncedVoice {
    Id id;
    std::string title;
    std::string path;
};

struct Announcement {
    Id id;
    std::string title;
    std::string words; // Markdown as sent
    SafeHtml words_html;
    std::int64_t version = 0;
    people::Someone author;
    Id circle;
    std::string circle_name;
    record::State state = record::State::draft;
    std::optional<Time> published; // none: a draft
    Time created;
    Time changed;
    std::vector<AnnouncedVoice> voices; // that the viewer sees

    /// Of its voices, those that its words do not link to: readers find the others there.
    std::vector<AnnouncedVoice> other_voices() const;
    bool was_changed() const { return published && changed > *published; }
    /// "/changelog/0abc…-november"
    std::string path() const;
};

struct NewAnnouncement {
    std::string title;
    std::string words;
    Id circle;              // whose audience it has; none: Everyone
    std::vector<Id> voices; // beside those that its words link to
};
struct AnnouncementChange {
    std::optional<std::string> title;
    std::optional<std::string> words;      // their HTML goes along
    std::optional<std::vector<Id>> voices; // none: as before
};

/// Whether she may tell a circle what changed: its stewards, and members of it who work here.
bool may_announce(const Viewer& viewer, Id circle);
/// Whether she may change and publish it: who wrote it, and stewards of its circle.
bool may_change(const Announcement& announcement, const Viewer& viewer);

/// A draft, which its author and the stewards of its circle see. It speaks of the voices given and
/// of those that its words link to. Refused (invalid, on "voices") when not all who will read it
/// see each of them: its words would tell of what they may not see. One event.
Result<Announcement> draft_announcement(store::Transaction& transaction, IdSource& ids, Time now,
                                        const Viewer& viewer, const NewAnnouncement& wanted,
                                        const SafeHtml& html);
/// What it said before stays as a version of its page. Nobody is told of a change, and a voice
/// whose people were told stays in it. One event; none when all is as it was.
Result<Announcement> change_announcement(store::Transaction& transaction, IdSource& ids, Time now,
                                         const Viewer& viewer, Id announcement,
                                         const AnnouncementChange& change,
                                         const std::optional<SafeHtml>& html);
/// Everybody of its circle sees it from now on, and the people of its voices are told, once. Of a
/// voice that an earlier announcement spoke of they were told then. Refused (conflict) when it was
/// published already. One event, which names the voices.
Result<Announcement> publish_announcement(store::Transaction& transaction, IdSource& ids, Time now,
                                          const Viewer& viewer, Id announcement);

Result<Announcement> find_announcement(store::Transaction& transaction, Id announcement,
                                       const Viewer& viewer);

struct AnnouncementQuery {
    bool drafts = false; // instead of those that were published
    Id circle;
    int limit = 30;
    std::string after;
};
struct AnnouncementList {
    std::vector<Announcement> announcements;
    std::string next;
};
/// Those the viewer sees, newest first.
Result<AnnouncementList> list_announcements(store::Transaction& transaction,
                                            const AnnouncementQuery& query, const Viewer& viewer);

/// What an announcement to a circle can begin with: the voices that became done since the newest
/// one was begun, and stand in none yet, oldest first; only such as all in the circle see.
std::vector<AnnouncedVoice> list_announceable(store::Transaction& transaction, Id circle,
                                              const Viewer& viewer);
/// Those voices as a list in Markdown, for the words of a draft.
std::string draft_words(const std::vector<AnnouncedVoice>& voices);

/// The voices that a text in Markdown links to ("/voices/0abc…"), each once.
std::vector<Id> voices_linked_in(std::string_view words);

/// The voices whose people hear of its publication.
std::vector<Id> list_voices_told_by(store::Transaction& transaction, Id organisation,
                                    Id announcement);

} // namespace moothall::tell
