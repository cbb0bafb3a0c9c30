#include "tell/told.hpp"

#include "hear/hear.hpp"
#include "record/record.hpp"

#include <algorithm>

namespace moothall::tell {

namespace {

/// As far as everybody knows who sees the voice.
bool is_told(store::Transaction& transaction, Id organisation, Id voice)
{
    const auto stages = hear::list_stages(transaction, organisation, voice);
    return std::ranges::find(stages, hear::Stage::tell, &hear::ReachedStage::stage) != stages.end();
}

} // namespace

void note_told(store::Transaction& transaction, Id organisation, IdSource& ids, Time now, Id voice,
               Id through)
{
    const auto thing = record::find_thing(transaction, organisation, voice);
    if (!thing) return;
    const bool again = is_told(transaction, organisation, voice);
    hear::reach_stage(transaction, organisation, voice, hear::Stage::tell, through,
                      "tell.outcome_told", now);
    if (again) return;
    // Of what came of it in a closed circle nobody hears who only sees the voice.
    const bool open = is_told(transaction, organisation, voice);
    record::append(transaction, organisation, ids,
                   {.verb = "tell.outcome_told",
                    .thing = voice,
                    .actor = {},
                    .circle = thing->circle,
                    .at = now,
                    .audience = open ? record::Audience::circle : record::Audience::actor,
                    .state = thing->state,
                    .concerns = through == voice ? std::vector<Id>{} : std::vector<Id>{through}});
}

} // namespace moothall::tell
