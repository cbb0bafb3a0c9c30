#pragma once

#include "base/result.hpp"
#include "hall/archive.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Taking a whole organisation out of a hall, and bringing it into an empty one.
///
/// An export is a zip of JSON lines, one file for each kind of row, in the order of their keys, and
/// a manifest. It holds all that people see and the whole log with its seals; it holds no secret:
/// no passwords, sessions, tokens, links that were mailed, or settings with a password in them.
namespace moothall::hall {

inline constexpr std::int64_t export_version = 1;
/// What an export may unpack to.
inline constexpr std::size_t export_bytes_max = std::size_t{8} * 1024 * 1024 * 1024;

/// The parts of an export. Rows are read while they are packed, as a large hall has more than the
/// memory holds: write_archive() is called in the same transaction, before anything else is asked.
/// The same hall gives the same bytes.
std::vector<ArchivePart> export_organisation(store::Transaction& transaction, Id organisation);

/// The files that an import reads: the lines of each, without their ends, until `take` refuses one.
using TakeLine = std::function<Result<void>(std::string_view line)>;
struct RowFiles {
    std::vector<std::string> names;
    std::function<Result<void>(const std::string& name, const TakeLine& take)> read;
};

/// Writes what export_organisation() gave into a hall that has no organisation. All ids stay, so
/// that another export is the same. Gives the number of rows. Refused when the hall is not empty,
/// the version is newer, a line cannot be read or breaks a promise of the tables (naming file and
/// line), or the log does not pass its audit. After a refusal the caller rolls back.
Result<std::int64_t> import_organisation(store::Transaction& transaction, const RowFiles& files);

} // namespace moothall::hall
