#pragma once

#include "base/result.hpp"
#include "files/files.hpp"
#include "hall/carry.hpp"

#include <string>
#include <utility>
#include <vector>

/// The bytes of attached files, in exports and backups: a part of the zip for each, named by its
/// organisation and its hash.
namespace moothall::hall {

/// Those that rows of the organisation name. Throws when one is not on the shelf: what lacks a file
/// is no export.
std::vector<ArchivePart> export_files(store::Transaction& transaction, Id organisation,
                                      const files::Shelf& shelf);
/// All that is on the shelf, for a backup of a whole hall.
std::vector<ArchivePart> shelf_parts(const files::Shelf& shelf);

/// The rows of an export, without the attached files: what import_organisation() takes.
Result<RowFiles> open_export(const std::string& zip);
/// Puts all of a zip file on the shelf, one at a time. Refused when bytes are not what their name
/// says.
Result<void> import_files(const std::string& zip, files::Shelf& shelf);
/// Refused when a row of the organisation names bytes that are not on the shelf.
Result<void> check_files(store::Transaction& transaction, Id organisation,
                         const files::Shelf& shelf);

/// Where a hall in that folder keeps them.
std::string shelf_folder(const std::string& data_folder);

} // namespace moothall::hall
