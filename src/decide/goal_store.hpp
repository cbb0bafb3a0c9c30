#pragma once

#include "decide/goal.hpp"

/// The rows of goals.
namespace moothall::decide {

void save_goal(store::Transaction& transaction, Id organisation, const Goal& goal);
/// The row of a goal that stands already; title and owner are of its thing.
void save_changed_goal(store::Transaction& transaction, Id organisation, const Goal& goal);
void save_goal_revision(store::Transaction& transaction, Id organisation, Id revision,
                        const Goal& before, Id changed_by, Time now);
/// A place behind all that are there.
std::int64_t last_position(store::Transaction& transaction, Id organisation);
/// Writes which voices the viewer sees on the sides of these goals into them.
void count_goal_voices(store::Transaction& transaction, std::vector<Goal>& goals,
                       const Viewer& viewer);

/// Where a voice stands, and who put it there.
struct PutVoice {
    Side side = Side::none;
    Id put_by;
};
std::optional<PutVoice> find_put_voice(store::Transaction& transaction, Id organisation, Id goal,
                                       Id voice);
std::int64_t count_put_voices(store::Transaction& transaction, Id organisation, Id goal);
void save_put_voice(store::Transaction& transaction, Id organisation, Id goal, Id voice, Side side,
                    Id put_by, Time now);
/// False when it stood there no more.
bool delete_put_voice(store::Transaction& transaction, Id organisation, Id goal, Id voice);

} // namespace moothall::decide
