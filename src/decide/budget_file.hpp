#pragma once

#include "decide/budget.hpp"
#include "web/router.hpp"

#include <string>
#include <string_view>

/// Shared budgets as files of Pabulib's format (.pb).
namespace moothall::decide {

/// The ballots of a closed budget, anonymous and in the order of the box, with its projects.
/// Refused (conflict) before the close.
Result<std::string> write_budget_file(store::Transaction& transaction, Id decision,
                                      const Viewer& viewer);

struct BudgetFile {
    std::string text;
    std::string title;   // empty: what the file says
    std::string unit;    // empty: what the file says, or €
    Id circle;           // whose budget it is
    NewDecision theory;  // what is believed of it; title, method, money and circle come from above
    bool counted = true; // with its ballots, as a closed budget; else its projects only, to vote on
};
/// Brings in a file as a budget of that circle: a steward of it. Ballots come in without voters and
/// go into a closed box, which is counted here as any other. One event. Refused (field "file") with
/// the line and what is wrong there.
Result<Decision> import_budget(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, const BudgetFile& file);

void mount_budget_file_api(web::Router& router);

} // namespace moothall::decide
