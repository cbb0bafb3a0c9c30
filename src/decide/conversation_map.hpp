#pragma once

#include "decide/conversation_drawing.hpp"
#include "decide/conversation_vote.hpp"
#include "decide/opinions/opinions.hpp"
#include "jobs/job.hpp"

#include <stop_token>
#include <unordered_map>
#include <vector>

/// The map of a conversation: found from the votes in the background, stored, and only read by
/// pages. Nobody on it has a name.
namespace moothall::decide {

/// How a group votes on a statement.
struct GroupVotes {
    std::int64_t agrees = 0;
    std::int64_t disagrees = 0;
    std::int64_t seen = 0;
};

/// A statement that stands for a group, with how the others vote on it.
struct StandsFor {
    Id statement;
    opinions::Direction direction = opinions::Direction::agree;
    GroupVotes here;
    GroupVotes elsewhere;
    double repness = 0;     // times as likely here as elsewhere
    double probability = 0; // that somebody here says so
};

struct OpinionGroup {
    std::int64_t size = 0;
    std::int64_t visitors = 0; // nearest to this group, counted apart
    double x = 0;
    double y = 0;
    std::vector<StandsFor> stands_for;
};

/// A statement that all, or all groups, say the same of.
struct Agreement {
    Id statement;
    opinions::Direction direction = opinions::Direction::agree;
    double share = 0; // the lowest of any group, or of all when there are no groups; smoothed, so
                      // for their order only
    std::vector<GroupVotes> votes; // by group; of all when there are no groups
};

/// A statement on which groups differ most.
struct Division {
    Id statement;
    double spread = 0; // between the share that agrees in the group that does most and least
    std::vector<GroupVotes> votes; // by group
};

struct ConversationMap {
    std::int64_t revision = -1; // -1: nothing was found yet
    Time found{};
    std::int64_t people = 0; // that voted
    std::int64_t placed = 0; // of them, with enough votes to be on the map
    std::int64_t visitors_placed = 0;
    double silhouette = 0;
    std::vector<OpinionGroup> groups;
    std::vector<Agreement> agreed;
    std::vector<Division> divided;
    std::vector<MapPoint> points; // only when asked for, as the drawing
    MapDrawing drawing;
};

/// The drawing is of when the groups were found; points are up to date: who voted since is on the
/// map where her votes put her.
enum class Points : std::uint8_t { left_out, drawn, read };
/// The caller has found the conversation.
ConversationMap find_map(store::Transaction& transaction, Id organisation, Id conversation,
                         Points points);

/// How the groups vote on every statement; empty when there are none.
using VotesByGroup = std::unordered_map<Id, std::vector<GroupVotes>>;
VotesByGroup find_votes_by_group(store::Transaction& transaction, Id organisation, Id conversation);

/// Finds groups anew for the conversations in which something changed; a chore. A conversation that
/// took long waits thirty times as long before the next time, so that a busy one never takes more
/// than a thirtieth of a processor, and one with many votes becomes a slow job. Gives how many were
/// done or asked for.
int group_opinions(store::Database& database, Id organisation, const Clock& clock, IdSource& ids);
inline constexpr std::string_view grouping_job = "decide.grouping";
void group_conversation(store::Database& database, const Clock& clock, const jobs::Job& job);

/// The votes of a conversation as the engine takes them, by participants' and statements' numbers,
/// with the statements that were declined moderated out. Visitors' are not in it.
struct ConversationVotes {
    opinions::VoteTable table;
    std::vector<Id> participants; // by their index in the table
    std::vector<Id> statements;
};
/// Throws jobs::Interrupted when it is asked to stop meanwhile.
ConversationVotes load_votes(store::Transaction& transaction, Id organisation, Id conversation,
                             const std::stop_token& stopping = {});

/// Whose centre is the nearest; -1 when there is none.
int nearest_group(const std::vector<opinions::Point>& centres, double x, double y);

/// Puts a participant on the map as it stands, by her own votes alone.
OpinionStanding place_participant(store::Transaction& transaction, Id organisation, Id conversation,
                                  Id participant);

/// Where she stands: on the map that was found, or, when she voted since, where her votes put her
/// on it. The two may differ: the engine keeps people in a group that holds together better.
OpinionStanding find_place(store::Transaction& transaction, Id organisation, Id conversation,
                           Id participant);

} // namespace moothall::decide
