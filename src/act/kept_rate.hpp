#pragma once

#include "act/commitment.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::act {

/// How well promises are kept: of a circle or of the whole hall, never of a person.
///
/// The kept-rate is kept / (kept + broken + overdue + moved late + given up): of the promises that
/// came to something, the share that was kept. One that was withdrawn in time says so openly and
/// counts neither way. One whose day was over counts as not kept until it is, whether it gets
/// another day then or is given up: docs/decisions/0041-kept-rate.md has all histories. Figures are
/// kept by the changes themselves, not counted when asked.
///
/// What was written down when its day was over, and what was promised to oneself before that was
/// refused, is in no rate and in none of these figures: who wrote it knew how it ended. It stands
/// in the lists like any other promise, so it is counted apart, and a list and its number agree.
struct KeptRate {
    struct Apart {
        std::int64_t running = 0;
        std::int64_t overdue = 0;
        std::int64_t kept = 0;
        std::int64_t broken = 0;
        std::int64_t withdrawn = 0;

        std::int64_t open() const { return running + overdue; }
        std::int64_t all() const { return open() + kept + broken + withdrawn; }
    };

    Id circle; // none: all circles that the viewer sees into
    std::string name;
    std::int64_t running = 0; // open, and no day of theirs was over so far
    std::int64_t overdue = 0;
    std::int64_t moved_late = 0; // open: they got another day when theirs was over
    std::int64_t kept = 0;
    std::int64_t broken = 0;
    std::int64_t withdrawn = 0; // before their day was over
    std::int64_t given_up = 0;  // withdrawn after a day of theirs was over
    Apart apart;

    std::int64_t open() const { return running + overdue + moved_late; }
    /// As many as a list has, also those that are in no rate.
    std::int64_t listed_open() const { return open() + apart.open(); }
    std::int64_t listed_overdue() const { return overdue + apart.overdue; }
    std::int64_t judged() const { return kept + broken + overdue + moved_late + given_up; }
    /// None when nothing came to anything yet.
    std::optional<double> share() const
    {
        if (judged() == 0) return {};
        return static_cast<double>(kept) / static_cast<double>(judged());
    }
};

/// In which of these figures a promise is, by name ("moved_late"). `overdue`: the day that holds is
/// over; `judged`: one of its days was, or it was kept or broken before that.
std::string_view figure_of(CommitmentState state, bool overdue, bool judged);

/// Of everything that the viewer may see: for the front page.
KeptRate find_kept_rate(store::Transaction& transaction, const Viewer& viewer);
/// By circle, those with most promises first; circles without promises are left out.
std::vector<KeptRate> list_kept_rates(store::Transaction& transaction, const Viewer& viewer);
/// The promises that came to something in a month: when a day of theirs was over first, or when
/// they were kept or broken before that.
struct KeptMonth {
    std::string month; // "2026-05"
    std::int64_t kept = 0;
    std::int64_t not_kept = 0; // so far

    double share() const
    {
        return static_cast<double>(kept) / static_cast<double>(kept + not_kept);
    }
};
/// The last months in which any did, the earliest first, at most a year and a half; with `circle`,
/// of that one alone.
std::vector<KeptMonth> list_kept_months(store::Transaction& transaction, const Viewer& viewer,
                                        Id circle);
/// Of these circles, in their order, whoever looks: for what they show of themselves.
std::vector<KeptRate> list_kept_rates_of(store::Transaction& transaction, Id organisation,
                                         const std::vector<Id>& circles);

} // namespace moothall::act
