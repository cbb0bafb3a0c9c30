#pragma once

#include "sense/theme.hpp"
#include "sense/theme_area.hpp"
#include "sense/theme_store.hpp"

#include <string>
#include <utility>
#include <vector>

/// What people did to themes: shown to whoever sees the theme, and kept so that it can be taken
/// back.
namespace moothall::sense {

/// What one deed changed, as it was before and as it left it.
struct Deed {
    struct Change { // of a theme
        Id theme;
        std::string title;
        std::vector<std::string> words;
        bool by_hand = false;
        bool ended = false;
        Id merged_into;
        // As it was left: what has changed since is not taken back over somebody's head.
        std::string left_title;
        Id left_merged_into;
    };
    struct Move { // of a voice
        Id voice;
        Id theme; // where it was; none: nowhere
        Id put_by;
        Id left_in;
    };
    struct Part { // of the table of contents
        Id theme;
        std::optional<PartOf> was;
        Id left_in;
    };
    std::string lens;
    std::vector<Change> changes;
    std::vector<Move> moves;
    std::vector<std::pair<Id, Id>> kept_apart;      // voice and theme: said by this deed
    std::vector<std::pair<Id, Id>> no_longer_apart; // said before, and forgotten by it
    std::vector<Id> led_on; // themes whose address it led on from the merged one
    std::vector<Part> parts;
    Id made; // the theme that it made

    bool is_merging() const;
    /// `after` as the deed leaves what `before` was.
    void add_change(const NamedTheme& before, const NamedTheme& after);
};

void keep_deed(store::Transaction& transaction, Id organisation, Id event, Id theme,
               const Deed& deed);

/// A line of what was done to a theme.
struct DeedLine {
    Id event;
    std::string verb;
    Time at;
    std::string actor; // her name; empty: the engine
    Id other;          // the voice, or the other theme
    std::string other_kind;
    std::string other_title;
    bool may_undo = false; // and it can be taken back, and was not yet
    bool undone = false;
};
/// The newest of what was done to a theme, as far as the viewer may know.
std::vector<DeedLine> list_deeds(store::Transaction& transaction, const NamedTheme& theme,
                                 const Viewer& viewer, int limit);

/// Takes a deed back: everything is as it was before, but for what people changed since. Who may do
/// it may undo it. A refusal when it was taken back already, or when what it changed has been
/// changed again. One event.
Result<NamedTheme> undo_deed(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id theme, Id event);

} // namespace moothall::sense
