#pragma once

#include "sense/theme.hpp"

/// The rows of themes. Rules are in theme.cpp; nothing outside of sense/ includes this.
namespace moothall::sense {

/// Where a voice is under a lens.
struct Placement {
    Id voice;
    Id theme;
    Id put_by; // none: the engine
};
std::optional<Placement> find_placement(store::Transaction& transaction, Id organisation, Id voice,
                                        std::string_view lens);

/// A theme's thing and row. No event: callers write theirs.
void insert_theme(store::Transaction& transaction, Id organisation, const NamedTheme& theme);
/// Writes words, by_hand, merged_into and the title.
void update_theme(store::Transaction& transaction, Id organisation, const NamedTheme& theme);

/// Moves a voice (none of them: into no theme), and the step of its loop line with it.
void place_voice(store::Transaction& transaction, Id organisation, Id voice, std::string_view lens,
                 Id theme, Id put_by, double nearness, Time now);
void save_apart(store::Transaction& transaction, Id organisation, Id voice, Id theme, Id said_by,
                Time now);
/// False when nobody had said so.
bool forget_apart(store::Transaction& transaction, Id organisation, Id voice, Id theme);
bool is_apart(store::Transaction& transaction, Id organisation, Id voice, Id theme);
std::vector<Placement> list_placements(store::Transaction& transaction, Id organisation, Id theme);

/// Of a row of theme_id, title, circle_id, author_id, created_us, changed_us, words, by_hand and
/// typical_id, of a theme that stands.
NamedTheme read_listed_theme(const store::Row& row);

/// A theme without figures, whoever looks.
std::optional<NamedTheme> load_theme(store::Transaction& transaction, Id organisation, Id theme);

/// Words of a theme from "meter, reading".
std::vector<std::string> split_words(std::string_view text);
std::string join_words(const std::vector<std::string>& words);

/// Whether one of these voices, from which the engine may have named a theme, is no longer seen by
/// everybody: the name may hold its words, so another is to be found at once. A run tells how near
/// a voice is to its theme if it took part, and notes that those of closed circles do not.
bool names_hold_gone(store::Transaction& transaction, Id organisation, const std::set<Id>& voices);
/// The same of all voices, after a circle may have been closed.
bool names_hold_closed(store::Transaction& transaction, Id organisation);

} // namespace moothall::sense
