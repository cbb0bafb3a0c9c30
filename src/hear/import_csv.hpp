#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "hear/status.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Bringing in voices from any CSV or TSV file.
///
/// Columns are known by their header, upper and lower case taken as the same: title; body, text,
/// description, details, content, message or feedback; kind or type; status; tags; author name;
/// author e-mail; votes, vote_count or score; created, created_at or date; id or source_id; circle.
/// What else there is stays where it is and is listed.
namespace moothall::hear {

struct ImportReport;

struct ImportWish {
    /// "csv:feedback.csv": together with a row's number and text it names what came from it.
    std::string origin;
    /// The same for rows with an id, which name the thing and not its place in a file: "csv", so
    /// that a newer file of another name brings in what is new; another where two programs number
    /// alike. Empty: the origin. What came in under the origin is known as well.
    std::string source;
    Id circle; // of rows that name none; none: Everyone
    /// Field → column, over the aliases; an empty column: the field is in none.
    std::vector<std::pair<std::string, std::string>> columns;
    /// The word for a status there → a status here, by id, name or category, over what the word
    /// says by itself. Upper and lower case are taken as the same.
    std::vector<std::pair<std::string, std::string>> statuses;
    bool dry_run = false;
    std::int64_t rows_max = 0; // of a dry run, then it stops; 0: all
    /// For an import in the background (import_run.hpp), which keeps the row of its run itself: the
    /// run, and how many of the file's rows it has behind it.
    Id run;
    std::int64_t rows_behind = 0;
    /// Both in the transaction of some hundreds of rows, before and after them. `may_go_on` locks
    /// the run; when it says no, nothing more is done. A transaction may run twice.
    std::function<bool(store::Transaction&)> may_go_on = {};
    std::function<void(store::Transaction&, const ImportReport&)> note = {};
    /// Between transactions: when it says no, the rest waits for another time.
    std::function<bool()> has_time = {};
};

/// A row that cannot come in.
struct RefusedRow {
    std::size_t line = 0; // of the file, from 1
    std::string sentence;
};

/// Whom the author of a row becomes: somebody who is here, somebody new who may claim what she
/// said, or nobody, where there is only a bare name or none.
enum class AuthorBecomes : std::uint8_t { known, claimable, unnamed };

/// What a row would become, for the dry run's preview.
struct PreviewRow {
    std::size_t line = 0;
    std::string kind;
    std::string title;
    std::string status;
    std::string author;
    AuthorBecomes author_becomes = AuthorBecomes::unnamed;
};

struct ImportReport {
    std::int64_t rows = 0; // looked at, those that cannot be read too
    bool ended = true;     // false: stopped before the end of the file
    std::int64_t made = 0;
    std::int64_t unchanged = 0;    // came in before
    std::int64_t people = 0;       // new ones, without an account
    std::int64_t known_people = 0; // of a dry run: authors and voters who are here already
    std::vector<RefusedRow> refused;
    std::vector<std::pair<std::string, std::string>> columns; // field → column, as understood
    std::vector<std::string> left_alone;                      // columns that mean nothing to us
    std::vector<PreviewRow> preview;                          // the first rows of a dry run
};

/// Choices as the row of a run keeps them: a JSON object.
std::string write_choices(const std::vector<std::pair<std::string, std::string>>& choices);

/// The fields that a column can be, in the order in which a page asks for them.
const std::vector<std::string>& import_fields();

/// The header of a file and how many rows are below it. Refused when it is empty or no text, or
/// cannot be read to its end.
struct TableShape {
    std::vector<std::string> header;
    std::int64_t rows = 0;
};
Result<TableShape> measure_table(std::string_view text);

/// A word for a status in a file.
struct StatusThere {
    std::string word; // empty: the rows that say none
    std::int64_t rows = 0;
    std::string becomes; // a status here, by id, as chosen or as the word says; empty: none of ours
};
/// The words for statuses of all voices of a file, the most used first; at most statuses_there_max.
inline constexpr std::size_t statuses_there_max = 50;
Result<std::vector<StatusThere>> list_statuses_there(std::string_view text, const ImportWish& wish,
                                                     const std::vector<Status>& statuses);

/// Brings in the rows of `text`, some hundreds in each transaction, one event for each voice and
/// one for the run. The same file twice changes nothing: a row is known by its source id, or
/// without one by its file, number and text, so that two rows with the same text are two voices.
///
/// Votes are counted as support that nobody can be named for; people are made by their e-mail
/// addresses and may claim what they said by signing in. Rows that cannot come in are in `refused`;
/// the rest comes in. Refused as a whole when there is no header, no column with a text, or when it
/// cannot be read to its end: half a file is worse than none. The
/// caller has asked whether `viewer` may (a steward of the circle, or the command line).
Result<ImportReport> import_csv(store::Database& database, IdSource& ids, const Clock& clock,
                                const Viewer& viewer, std::string_view text, const ImportWish& wish,
                                const std::function<void(const ImportReport&)>& progress = {});

} // namespace moothall::hear
