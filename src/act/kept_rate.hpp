#pragma once

#include "base/viewer.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace moothall::act {

/// How well promises are kept: of a circle or of the whole hall, never of a person.
///
/// The kept-rate is kept / (kept + broken + overdue + given up): of the promises whose day has come
/// to something, the share that was kept. One that was withdrawn in time says so openly and counts
/// neither way; one that is overdue counts as not kept until it is, and for good when it is given
/// up then. Figures are kept by the
/// changes themselves, not counted when asked.
struct KeptRate {
    Id circle; // none: all circles that the viewer sees into
    std::string name;
    std::int64_t running = 0; // open, and not overdue
    std::int64_t overdue = 0;
    std::int64_t kept = 0;
    std::int64_t broken = 0;
    std::int64_t withdrawn = 0; // before their day was over
    std::int64_t given_up = 0;  // withdrawn when it was

    std::int64_t judged() const { return kept + broken + overdue + given_up; }
    /// None when nothing came to anything yet.
    std::optional<double> share() const
    {
        if (judged() == 0) return {};
        return static_cast<double>(kept) / static_cast<double>(judged());
    }
};

/// Of everything that the viewer may see: for the front page.
KeptRate find_kept_rate(store::Transaction& transaction, const Viewer& viewer);
/// By circle, those with most promises first; circles without promises are left out.
std::vector<KeptRate> list_kept_rates(store::Transaction& transaction, const Viewer& viewer);

} // namespace moothall::act
