#pragma once

#include "sense/theme.hpp"

#include <functional>
#include <map>
#include <vector>

/// Themes by what the circles pay whose people speak in them. What they pay a later stage knows.
namespace moothall::sense {

/// Given to the hall by that stage (web::Hall::keep).
struct Revenues {
    /// What circles pay a year, in hundredths; empty for whoever may not know it, and where nobody
    /// recorded it.
    std::function<std::map<Id, std::int64_t>(store::Transaction&, const Viewer&)> of_circles;
};

/// Sorts themes by it, the best-paying first, and by people where that is the same. Each circle
/// counts once for each theme that its people speak in. Gives what was added up.
std::map<Id, std::int64_t> sort_by_revenue(store::Transaction& transaction, Id organisation,
                                           std::string_view lens,
                                           const std::map<Id, std::int64_t>& of_circles,
                                           std::vector<NamedTheme>& themes);

} // namespace moothall::sense
