#pragma once

#include "decide/opinions/votes.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace moothall::decide::opinions {

enum class Direction : std::uint8_t { agree, disagree };

/// How a set of people voted on one statement.
struct Counts {
    std::int64_t agree = 0;
    std::int64_t disagree = 0;
    std::int64_t seen = 0; // with passes

    std::int64_t of(Direction direction) const
    {
        return direction == Direction::agree ? agree : disagree;
    }
};

/// A statement that stands for a group: its people agree (or disagree) with it, and more so than
/// the others do.
struct Representative {
    std::size_t statement;
    Direction direction;
    Counts inside;           // the group's votes
    Counts outside;          // those of everybody in another group
    double probability;      // that one of the group says so: (votes + 1) / (seen + 2)
    double probability_test; // how many standard deviations that is above one half
    double repness;          // times as likely as outside the group
    double repness_test;     // how many standard deviations above the others
    bool best_agree;         // the one that the group agrees with best
};

/// What all the participants agree (or disagree) with, whatever their group.
struct ConsensusStatement {
    std::size_t statement;
    Counts counts;
    double probability;
    double probability_test;
};

/// How likely it is that people of every group at once agree (or disagree): the product over
/// groups.
struct GroupInformedConsensus {
    std::size_t statement;
    double agree;
    double disagree;
};

struct Consensus {
    std::vector<ConsensusStatement> agree;
    std::vector<ConsensusStatement> disagree;
    /// Every statement with a vote, by its place in the table; empty without groups.
    std::vector<GroupInformedConsensus> group_informed;
};

/// `group_of[participant]` is below `groups`, or negative for nobody's. Answers [group][statement].
std::vector<std::vector<Counts>>
count_by_group(const VoteTable& votes, std::span<const std::int32_t> group_of, std::size_t groups);

/// What may lead a group's list.
enum class BestAgree : std::uint8_t {
    /// A statement that the group does agree with, shown as an agree.
    of_agreed,
    /// As Polis and red-dwarf choose it: by a product of four factors, two of which may be
    /// negative,
    /// so that now and then a statement leads that the whole group rejects; shown in the direction
    /// in which the group differs more from the others.
    as_polis,
};

/// The statements that stand for each group, at most `shown_max`, agrees first.
std::vector<std::vector<Representative>>
find_representatives(const VoteTable& votes, std::span<const std::vector<Counts>> counts,
                     std::size_t shown_max, BestAgree best_agree);

/// Whether statements that were moderated out have a group-informed consensus: red-dwarf computes
/// theirs too.
enum class ModeratedOut : std::uint8_t { left_out, included };

/// `counts` are those of count_by_group; majorities are of all participants, grouped or not.
Consensus find_consensus(const VoteTable& votes, std::span<const std::vector<Counts>> counts,
                         std::size_t shown_max, ModeratedOut moderated_out);

/// How much the conversation gains when the next person is asked about this statement.
/// `extremity` as OpinionMap gives it; a statement about the person herself counts as `meta`.
double routing_priority(const Counts& counts, double extremity, bool meta);

} // namespace moothall::decide::opinions
