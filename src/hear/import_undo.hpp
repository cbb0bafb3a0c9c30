#pragma once

#include "hear/import_run.hpp"

/// Taking back what an import brought.
namespace moothall::hear {

inline constexpr std::string_view import_undo_job = "hear.import_undo";

/// What became of a run since it ended. `state` of the run is then "undoing" or "undone".
struct TakenBack {
    std::int64_t taken = 0;
    std::int64_t kept = 0; // somebody backed, answered, sorted or merged them since
};
TakenBack find_taken_back(store::Transaction& transaction, Id organisation, Id run);

/// Takes back an ended run: a job of the kind import_undo_job. A voice with which nobody has gone
/// on loses its text, author and place in lists, and the same file brings it in anew; what people
/// have gone on with stays. Stewards of the whole hall; a run is taken back once.
Result<ImportRun> undo_import(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id run);

/// Takes back a piece of a run; true when there is more. `sentence` stands in the place of the
/// titles: "Import taken back". One event for each voice and one for the run.
bool take_back_piece(store::Database& database, IdSource& ids, const Clock& clock, Id organisation,
                     Id run, std::string_view sentence);

} // namespace moothall::hear
