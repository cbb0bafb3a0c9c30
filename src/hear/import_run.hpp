#pragma once

#include "hear/import_csv.hpp"
#include "hear/voice.hpp"

#include <chrono>
#include <optional>

/// Imports that stewards start on a page or through the API: looked at first, brought in by a job,
/// in pieces of some seconds, so that letters and seals need not wait for them.
namespace moothall::hear {

/// How long a piece takes before other work of the background has its turn.
inline constexpr std::chrono::seconds import_piece_time{2};

struct ImportRun {
    Id id;
    std::string name;  // of the file
    std::string state; // draft | waiting | running | done | cancelled | failed
    Id circle;
    std::vector<std::pair<std::string, std::string>> columns; // as chosen; the rest by their header
    std::vector<std::pair<std::string, std::string>> statuses; // as chosen; the rest by their words
    Someone started_by;
    Time started;
    std::optional<Time> ended;
    std::int64_t rows_all = 0;
    std::int64_t rows_done = 0;
    std::int64_t made = 0;
    std::int64_t unchanged = 0;
    std::int64_t refused = 0;
    std::int64_t people = 0;
    std::string trouble; // why it failed

    bool goes_on() const { return state == "waiting" || state == "running"; }
    std::string path() const { return "/settings/import/" + id.text(); }
};

inline constexpr std::size_t import_bytes_max = std::size_t{64} * 1024 * 1024;
inline constexpr std::int64_t import_refusals_max = 1000; // kept for each run
inline constexpr std::string_view import_job = "hear.import";

struct NewImport {
    std::string name; // of the file; empty: it was pasted
    std::string text;
    TableShape shape; // measured outside of the transaction
    Id circle;        // of rows that name none; none: Everyone
    std::vector<std::pair<std::string, std::string>> columns;
    std::vector<std::pair<std::string, std::string>> statuses;
};

/// Keeps a file for an import that waits for a yes (a draft). No event: nothing anybody sees has
/// changed. Only stewards of the whole hall bring in, as in all that follows; a run is not seen by
/// others (not found).
Result<ImportRun> draft_import(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, const NewImport& wanted);
/// What is chosen for a draft: the circle, which column holds which field, and which status here
/// the words for statuses there become (ImportWish).
struct ImportChoices {
    Id circle;
    std::vector<std::pair<std::string, std::string>> columns;
    std::vector<std::pair<std::string, std::string>> statuses;
};
Result<ImportRun> change_import(store::Transaction& transaction, const Viewer& viewer, Id run,
                                const ImportChoices& choices);
/// The words for statuses of a draft's file, with what they become.
Result<std::vector<StatusThere>> list_statuses_there(const ImportRun& run, std::string_view text,
                                                     const std::vector<Status>& statuses);
/// A draft begins: a job of the kind import_job.
Result<ImportRun> start_import(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id run);
/// No more is brought in; what came in stays. The run's event, if anything came in.
Result<ImportRun> cancel_import(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id run);

Result<ImportRun> find_import(store::Transaction& transaction, const Viewer& viewer, Id run);
/// The newest first.
std::vector<ImportRun> list_imports(store::Transaction& transaction, const Viewer& viewer,
                                    int limit);
std::vector<RefusedRow> list_refused_rows(store::Transaction& transaction, Id organisation, Id run);
/// The file of a run that has not ended; empty afterwards.
std::string find_import_text(store::Transaction& transaction, Id organisation, Id run);

/// What the first rows of a draft would become and which could not come in. Nothing is changed.
Result<ImportReport> try_import(store::Database& database, IdSource& ids, const Clock& clock,
                                const Viewer& viewer, const ImportRun& run, std::string_view text);

/// Brings in a piece of a run; true when there is more. Goes on where the last piece ended, also
/// after a crash: how far it is stands in the transaction of the rows.
bool bring_in_piece(store::Database& database, IdSource& ids, const Clock& clock, Id organisation,
                    Id everyone, Id run);

/// A chore: drafts that nobody touched for a week are cancelled, and rows that could not come in,
/// which may name people, are forgotten a month after the end.
void purge_imports(store::Transaction& transaction, Id organisation, Time now);

} // namespace moothall::hear
