#pragma once

#include "hall/archive.hpp"
#include "hall/document_files.hpp"
#include "write/write.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// A circle's documents as folders of Markdown: taken out, and brought in again.
namespace moothall::hall {

inline constexpr std::size_t document_zip_bytes_max = 32 * 1024 * 1024;
inline constexpr std::size_t document_folder_bytes_max = 64 * 1024 * 1024;
inline constexpr std::size_t document_files_max = write::tree_documents_max;

/// Those of the circle's tree that the viewer may read, with what hangs on them; without a shelf,
/// without that. The same documents make the same files.
Result<std::vector<ArchivePart>> export_documents(store::Transaction& transaction, Id circle,
                                                  const Viewer& viewer, const files::Shelf* shelf);

struct DocumentFileError {
    std::string name;
    Refusal refusal;
    std::int64_t line = 0; // 0: it is of no line
};
/// What a folder holds, read and rendered without a database.
struct DocumentFolder {
    struct File {
        write::DocumentFile file;
        SafeHtml html;
        std::vector<AttachedLink> links;
    };
    std::vector<File> files;               // those that stand above before those below
    std::vector<DocumentFileError> errors; // of files that cannot be read
    std::int64_t left_alone = 0;           // no Markdown, and linked from none
    std::map<std::string, Attached, std::less<>> attached;
    std::set<std::string, std::less<>> names; // of all that came
};
/// Refused (field "file") when there is no Markdown in it, or too much.
Result<DocumentFolder> read_document_folder(const ArchivedFiles& files);
/// Of the names of files, those that these documents link to: for who reads no others.
std::set<std::string, std::less<>> list_linked(const ArchivedFiles& documents,
                                               const std::set<std::string, std::less<>>& names);
/// Puts what the documents link to on the shelf, before they come in. What cannot is added to the
/// folder's errors.
void take_all_attached(DocumentFolder& folder, files::Shelf* shelf, store::Transaction& transaction,
                       IdSource& ids, Time now, const Viewer& viewer);

struct DocumentImport {
    std::int64_t files = 0;
    std::int64_t made = 0;
    std::int64_t changed = 0; // also: moved, or read by others
    std::int64_t unchanged = 0;
    std::int64_t left_alone = 0;
    std::vector<DocumentFileError> errors; // the first 100; with one nothing may be kept
    bool dry_run = false;
};
/// Writes what the files say as new versions into a circle's tree, as the viewer may. A file is of
/// the document that its id names, or that stands at its place in the tree by its name or title;
/// else it is a new one. Documents without a file stay.
///
/// What was changed in a file since it was taken out is put together with what was changed here
/// since: the text by its version, the rest by what the file says that it was; where both changed
/// the same, the line is named. A document moves only when its file says so: its "parent" is
/// another, or it lies in the folder of another document than it was taken out into.
///
/// An event for each document, and one for the run. After an error the caller rolls back.
Result<DocumentImport> import_documents(store::Transaction& transaction, IdSource& ids, Time now,
                                        const Viewer& viewer, Id circle,
                                        const DocumentFolder& folder, std::string_view said);
/// The same, and nothing of it is kept.
Result<DocumentImport> try_documents(store::Database& database, IdSource& ids, Time now,
                                     const Viewer& viewer, Id circle, const DocumentFolder& folder);

} // namespace moothall::hall
