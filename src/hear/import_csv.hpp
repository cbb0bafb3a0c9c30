#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
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

struct ImportWish {
    std::string origin; // "csv:feedback.csv": together with a row's id it names what came from it
    Id circle;          // of rows that name none; none: Everyone
    std::vector<std::pair<std::string, std::string>> columns; // field → column, over the aliases
    bool dry_run = false;
};

/// A row that cannot come in.
struct RefusedRow {
    std::size_t line = 0; // of the file, from 1
    std::string sentence;
};

/// What a row would become, for the dry run's preview.
struct PreviewRow {
    std::size_t line = 0;
    std::string kind;
    std::string title;
    std::string status;
    std::string author;
};

struct ImportReport {
    std::int64_t rows = 0;
    std::int64_t made = 0;
    std::int64_t unchanged = 0; // came in before
    std::int64_t people = 0;    // new ones, without an account
    std::vector<RefusedRow> refused;
    std::vector<std::pair<std::string, std::string>> columns; // field → column, as understood
    std::vector<std::string> left_alone;                      // columns that mean nothing to us
    std::vector<PreviewRow> preview;                          // the first rows of a dry run
};

/// Brings in the rows of `text`, some hundreds in each transaction, one event for each voice and
/// one for the run. The same file twice changes nothing: a row is known by its source id, or
/// without one by its number and text, so that two rows with the same text are two voices.
///
/// Votes are counted as support that nobody can be named for; people are made by their e-mail
/// addresses and may claim what they said by signing in. Rows that cannot come in are in `refused`;
/// the rest comes in. Refused as a whole when there is no header or no column with a text. The
/// caller has asked whether `viewer` may (a steward of the circle, or the command line).
Result<ImportReport> import_csv(store::Database& database, IdSource& ids, const Clock& clock,
                                const Viewer& viewer, std::string_view text, const ImportWish& wish,
                                const std::function<void(const ImportReport&)>& progress = {});

} // namespace moothall::hear
