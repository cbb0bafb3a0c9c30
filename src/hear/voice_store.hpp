#pragma once

#include "hear/voice.hpp"

#include <cstdint>

/// The rows of voices. Rules are in voice.cpp; nothing outside of hear/ includes this.
namespace moothall::hear {

/// What the counts of a circle's voices are kept by.
struct Counted {
    Id circle;
    std::string kind;
    Id status;
};
/// Adds `by` (1 or -1) to the kept counts of the voice's sort and of its tags.
void count_voice(store::Transaction& transaction, Id organisation, Id voice, const Counted& counted,
                 std::int64_t by);

/// `run`: the import that brings it; none when it is said here.
void insert_voice(store::Transaction& transaction, Id organisation, const Voice& voice,
                  Id written_by, Id run = {});
void update_voice_text(store::Transaction& transaction, Id organisation, const Voice& voice);
void update_official(store::Transaction& transaction, Id organisation, const Voice& voice);
/// The same for a voice as it stands now; nothing when it is not visible.
void count_voice_by_id(store::Transaction& transaction, Id organisation, Id voice, std::int64_t by);

/// Where a voice stands among merged ones.
struct Place {
    Id merged_into; // the one that now stands for it; none: it stands by itself
    std::int64_t branches = 0;
    std::int64_t apart = 0;
};
/// Adds to the kept numbers of supporters, unconfirmed supporters and replies; "hot" follows. Gives
/// where the voice stands; none for a thing that is no voice. Of those above it count_given() and
/// count_reply() know.
std::optional<Place> add_to_voice(store::Transaction& transaction, Id organisation, Id voice,
                                  int supporters, int unconfirmed, int replies);
void update_hot(store::Transaction& transaction, Id organisation, Id voice);
void save_tags(store::Transaction& transaction, Id organisation, Id voice,
               const std::vector<Tag>& tags);
void save_mentions(store::Transaction& transaction, Id organisation, Id thing,
                   const std::vector<Id>& people);
void save_revision(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                   Id thing, Id editor, std::string_view title, std::string_view body);

/// The order of "trending": one more digit of supporters is worth a week. After the ranking of
/// Reddit (https://github.com/reddit-archive/reddit, r2/lib/db/_sorts.pyx, "hot"), whose figure is
/// half a day.
double hot(std::int64_t supporters, Time said);

/// The people a text names, each once.
std::vector<Id> find_mentions(store::Transaction& transaction, Id organisation,
                              const std::vector<std::string>& names);

/// A voice whoever looks; none when there is no such voice.
std::optional<Voice> load_voice(store::Transaction& transaction, Id voice, const Viewer& viewer);

/// Columns of a voice without its texts, from `voice v` and `thing t`; read_voice() reads them.
inline constexpr store::SqlLiteral voice_columns = R"sql(
    v.voice_id, v.kind, t.title, v.excerpt, v.language, v.status_id, t.circle_id, t.state, t.author_id,
    v.written_by, v.supporters, v.unconfirmed, v.unattributed, v.replies, v.answer_id, v.official_by,
    v.official_us, t.created_us, t.changed_us, v.run_id, v.inherited, v.unattributed_inherited, v.branches,
    v.merged_into, v.apart )sql";
inline constexpr int voice_column_count = 25;
Voice read_voice(const store::Row& row);

/// Fills names, statuses, circles, tags and the viewer's own support into voices read by
/// read_voice(): a fixed number of queries for any number of voices.
/// With the `statuses` of the house, where the caller has them; `brief`: see VoiceQuery.
void complete(store::Transaction& transaction, std::vector<Voice>& voices, const Viewer& viewer,
              const std::vector<Status>* statuses = nullptr, bool brief = false);

/// Fills in what hangs on each: one query.
void load_files(store::Transaction& transaction, Id organisation, std::vector<Voice>& voices);

} // namespace moothall::hear
