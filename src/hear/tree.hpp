#pragma once

#include "base/viewer.hpp"
#include "hear/voice_store.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <vector>

/// What was merged into what, and the counts that follow from it. Rules are in merge.cpp and
/// support.cpp; nothing outside of hear/ includes this.
///
/// Support stays at the voice to which it was given. A voice counts every person who backs it or
/// something that was merged into it, at any depth, once; but for support that its giver took back
/// from a merge ("not what I meant"), which counts at its own voice alone. The figures of a voice
/// never depend on what it was merged into itself: so undoing that leaves them as they are.
namespace moothall::hear {

struct Branch {
    Id voice;
    Id into;
};

struct Tree {
    Id root;
    std::vector<Branch> branches; // all but the root

    std::vector<Id> voices() const;
    /// What a voice was merged into, that one's, … up to the root.
    std::vector<Id> above(Id voice) const;
    /// A voice and all that was merged into it.
    std::vector<Id> below(Id voice) const;
};
/// The tree that a voice is in; alone it is its own root.
Tree find_tree(store::Transaction& transaction, Id organisation, Id voice);

/// Nobody else changes what a voice counts until the transaction ends. Gives what it is merged
/// into; none when there is no such voice.
std::optional<Place> lock_voice(store::Transaction& transaction, Id organisation, Id voice);

/// A person's support of one voice, as it was before or is after a change.
struct Given {
    bool there = false;
    bool confirmed = false;
    bool taken_back = false; // from what its voice was merged into
};
/// What she gave to a voice.
Given find_given(store::Transaction& transaction, Id organisation, Id voice, Id person);
/// Notes that she does not mean what the voice was merged into; the counts follow by count_given().
/// False: it was noted before, or the voice is not merged.
bool note_taken_back(store::Transaction& transaction, Id organisation, Id voice, Id person,
                     Time now);
/// Keeps all counts right after a row of support (or her taking it back) was changed: of the voice
/// and of what it was merged into.
void count_given(store::Transaction& transaction, Id organisation, Id voice, Id person,
                 const Given& before, const Given& after);

/// Counts anew who backs a voice, after a merge or its undoing. Costs as much as there are
/// supporters; single changes go through count_given().
void recount_supporters(store::Transaction& transaction, Id organisation, const Tree& tree,
                        Id voice);

/// Adds to the replies of a voice and of all above it.
void count_reply(store::Transaction& transaction, Id organisation, Id voice, int by);

} // namespace moothall::hear
