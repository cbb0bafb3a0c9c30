#pragma once

#include "sense/theme.hpp"

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

/// The kept figures of themes. Nothing outside of sense/ includes this.
namespace moothall::sense {

/// Mondays since the one of 29 December 1969, and months since January of year 0.
std::int64_t week_of(Time time);
std::int64_t month_of(Time time);
Time start_of_week(std::int64_t week);
Time start_of_month(std::int64_t month);

/// Figures of one theme, as they are kept.
struct GatheredFigures {
    /// By closed circle; under no id what everybody sees.
    std::map<Id, ThemeFigures> counts;
    /// Voices by circle, kind and month.
    std::map<std::tuple<Id, std::string, std::int64_t>, std::int64_t> cells;
    /// People by circle of customers or community, in what everybody sees.
    std::map<Id, std::int64_t> circles;
};

/// Counts anew. Reads only, so that it can be done before the write that keeps them: what changes
/// in between is in the log and counted next.
std::map<Id, GatheredFigures> gather_figures(store::Transaction& transaction, Id organisation,
                                             const std::vector<Id>& themes);
void save_figures(store::Transaction& transaction, Id organisation, const std::vector<Id>& themes,
                  const std::map<Id, GatheredFigures>& figures);
/// Both, for a change by hand that is to be seen at once.
void refresh_figures(store::Transaction& transaction, Id organisation,
                     const std::vector<Id>& themes);

/// Adds what a closed circle's members see to what all see.
void add_figures(ThemeFigures& to, const ThemeFigures& more);

/// "3 0 1", and back.
std::string write_weeks(const std::vector<std::int64_t>& weeks);
std::vector<std::int64_t> read_weeks(std::string_view text);

} // namespace moothall::sense
