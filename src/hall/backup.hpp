#pragma once

#include "base/result.hpp"
#include "store/database.hpp"
#include "web/hall.hpp"

#include <string>
#include <string_view>

/// Copies to go back to.
namespace moothall::hall {

/// Writes a backup of the whole hall to `path`, while others write: a zip of the database and of
/// DATA/moothall.toml. On PostgreSQL, whose server keeps its own backups, it is the export of one
/// organisation (carry.hpp).
void write_backup(store::Database& database, const std::string& data_folder, Id organisation,
                  const std::string& path);

/// Makes a hall in `data_folder` (absent or empty) from a backup. Refused, leaving nothing behind,
/// when the backup is damaged: the database's own check and the audit of every organisation's log
/// must both pass.
Result<void> restore_backup(const std::string& path, const std::string& data_folder);

/// The scheduled backup, for a chore: writes one into DATA/backups when the settings
/// `backup.schedule` (off, daily or weekly) say that it is due, restores it into a folder of its
/// own to see that it is good, and removes all but the newest `backup.keep` (7). Leaves when and
/// how it went in `backup.last`, `backup.last_error` and
/// `backup.last_check`.
void make_scheduled_backup(store::Database& database, const std::string& data_folder,
                           Id organisation, Time now);

} // namespace moothall::hall
