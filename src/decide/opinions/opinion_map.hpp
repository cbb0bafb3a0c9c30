#pragma once

#include "decide/opinions/centred_votes.hpp"
#include "decide/opinions/principal_axes.hpp"
#include "decide/opinions/votes.hpp"

#include <cstdint>
#include <vector>

namespace moothall::decide::opinions {

struct Point {
    double x = 0;
    double y = 0;
};

/// Where everybody and every statement stands. People are by their index in the VoteTable.
struct OpinionMap {
    std::vector<double> centre; // mean vote of each statement, 0 for those moderated out
    PrincipalAxes axes;
    std::vector<Point> people;
    /// Where somebody would stand who agreed with this statement and voted on no other.
    std::vector<Point> statements;

    /// How far a statement pulls those who agree with it away from the middle.
    double extremity(std::size_t statement) const;
};

/// The map by exact principal components. It depends on the votes alone: not on the order or the
/// ids of people, to the last bit.
///
/// With `before` (the map of the same table some votes ago) the search starts from its axes and
/// these keep their signs, so that nobody's picture flips over because of one vote.
OpinionMap draw_map(const VoteTable& votes, const OpinionMap* before = nullptr);

/// The map exactly as scikit-learn's PCA makes it with `random_state=0`, which is randomised for
/// most sizes; see compatible_map.cpp. No axis when it refuses: with fewer than two people or
/// statements.
OpinionMap draw_compatible_map(const VoteTable& votes);

/// Places by axes. `votes` are in the order of `people`.
void place_people(OpinionMap& map, const CentredVotes& votes,
                  std::span<const std::uint32_t> people);
void place_statements(OpinionMap& map, const CentredVotes& votes, const VoteTable& table);

} // namespace moothall::decide::opinions
