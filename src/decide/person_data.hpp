#pragma once

#include "decide/decision.hpp"
#include "text/json.hpp"

#include <string_view>

/// What decide/ keeps of one person: for her own export, and for when she is erased.
namespace moothall::decide {

/// Writes the members "decisions" (that she proposed), "rolls" (decisions she may vote or might
/// have voted on) and "objections", "projects" and
/// "stands_for" into the object that was begun. What she chose is in no export,
/// not in hers either: until the close the decision's page shows it to her.
void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person);

/// Puts `sentence` in the place of the reasons that she gave, when she is erased with her texts.
/// That she was on a roll stays, without her name, so that what was decided stays countable. No
/// event: hall/ writes one for all stages.
void forget_reasons(store::Transaction& transaction, Id organisation, Id person,
                    std::string_view sentence);

/// Who is erased stands for no project any more.
void leave_projects(store::Transaction& transaction, Id organisation, Id person);

} // namespace moothall::decide
