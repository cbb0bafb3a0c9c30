#pragma once

#include "decide/opinions/opinion_map.hpp"
#include "decide/opinions/representation.hpp"
#include "decide/opinions/votes.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace moothall::decide::opinions {

enum class Mode : std::uint8_t {
    /// Groups are a function of the votes, found from many beginnings, never of one person.
    stable,
    /// What red-dwarf 0.4.0 answers with scikit-learn's PCA and random_state=0.
    compatible,
};

struct Settings {
    Mode mode = Mode::stable;
    /// Who voted on fewer statements has a place on the map and no group: too little is known of
    /// her. In stable mode all statements are enough where there are fewer than so many.
    std::size_t votes_min = 7;
    std::size_t groups_max = 5;
    std::size_t shown_max = 5; // statements for each group, and for each kind of consensus
    std::uint64_t seed = 1;
    /// Up to so many people the silhouette that chooses the groups is exact, beyond that of a
    /// sample.
    std::size_t exact_people_max = 20'000;
    std::size_t sample_people = 10'000;
};

struct Group {
    std::size_t size;
    Point centre;
    std::vector<Representative> represented_by;
};

/// A conversation at a glance. People and statements are by their index in the VoteTable.
struct Opinions {
    OpinionMap map;
    std::vector<std::int32_t> group_of; // of each participant; -1: in no group
    std::vector<Group> groups;          // in stable mode the largest first
    Consensus consensus;
    double silhouette = 0; // how well the groups hold together, in [-1, 1]
    /// The silhouette is that of a sample.
    bool silhouette_sampled = false;
    /// Groups were carried over from earlier votes by follow_opinions().
    bool provisional = false;
};

/// Finds the map, the groups, what each stands for and what all agree on.
///
/// 100,000 people with 2.9 million votes on 500 statements take about a second; 2,000 people 50 ms.
Opinions find_opinions(const VoteTable& votes, const Settings& settings = {});

/// What a few new votes change, at once: the map is exactly the one that find_opinions() would draw
/// (but for the signs of the axes, which stay); people keep their groups, newcomers and those who
/// came nearer to another centre join the nearest. `votes` is the table of `before` with votes,
/// people and statements added. For stable mode only; find_opinions() regroups when there is time.
///
/// At 10,000 people with 290,000 votes some 15 ms.
Opinions follow_opinions(const VoteTable& votes, const Opinions& before,
                         const Settings& settings = {});

} // namespace moothall::decide::opinions
