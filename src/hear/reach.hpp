#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <vector>

/// How far a voice reaches, beside how many back it: what the orders "most pressing", "most
/// circles" and "rising" go by, and say.
namespace moothall::hear {

/// Of those who back a voice or what was merged into it, each once.
struct Reach {
    std::int64_t vital = 0; // to so many people
    std::int64_t important = 0;
    std::int64_t circles = 0; // public ones of customers and communities, its author's too
    std::int64_t late = 0;    // who came in the last four weeks
    std::int64_t early = 0;   // in the twelve before
};

/// Keeps it right for what happened until `now`, a bounded number of events and voices at a time;
/// answers how many there were. So the lists are behind by as long as nobody calls this.
std::int64_t keep_reach(store::Database& database, Id organisation, Time now);

/// Counts anew, in the transaction.
void count_reach(store::Transaction& transaction, Id organisation, Time now,
                 const std::vector<Id>& voices);

} // namespace moothall::hear
