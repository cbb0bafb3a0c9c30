#pragma once

#include "base/result.hpp"
#include "store/database.hpp"
#include "web/hall.hpp"

#include <string>
#include <string_view>

/// Copies to go back to.
namespace moothall::hall {

/// Writes a backup of the whole hall to `path`, while others write: a zip of the database, of
/// all attached files and of DATA/moothall.toml. On PostgreSQL, whose server keeps its own backups,
/// it is the export of one organisation (carry.hpp).
void write_backup(store::Database& database, const std::string& data_folder, Id organisation,
                  const std::string& path);

/// Makes a hall in `data_folder` (absent or empty) from a backup. Refused, leaving nothing behind,
/// when the backup is damaged: the database's own check and the audit of every organisation's log
/// must both pass. (An export, which is what a backup on PostgreSQL is, comes back by
/// import_organisation().)
Result<void> restore_backup(const std::string& path, const std::string& data_folder);

/// The scheduled backup, for a chore: writes into DATA/backups when the settings `backup.schedule`
/// (off, daily or weekly) of some organisation say that it is due, brings what was written into a
/// place of its own to see that it is good, and removes all but the newest `backup.keep` (7). On
/// SQLite it is one backup of the whole hall for all organisations, on PostgreSQL one export for
/// each. Leaves when and how it went in `backup.last`, `backup.last_error` and `backup.last_check`.
/// Throws when it failed.
void make_scheduled_backup(store::Database& database, const std::string& data_folder, Time now);

} // namespace moothall::hall
