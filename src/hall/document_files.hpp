#pragma once

#include "files/files.hpp"
#include "hall/archive.hpp"
#include "write/write.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// The files that hang on documents, when these are taken out as folders and brought in again:
/// "files/plan.pdf", linked from the documents they hang on.
namespace moothall::hall {

/// Of all that is taken out with one tree.
inline constexpr std::int64_t attached_bytes_max = 24'000'000;
/// Of all that comes in at once: pictures are decoded one after the other.
inline constexpr std::size_t attached_files_max = 300;

// -- out ------------------------------------------------------------------------------------------

struct AttachedOut {
    files::File file;
    std::string name; // in the zip: "files/plan.pdf"
};
struct AttachedParts {
    std::vector<ArchivePart> parts;
    std::unordered_map<Id, std::vector<AttachedOut>> of; // by document
};
/// Refused when they are too large for one zip.
Result<AttachedParts> list_attached(store::Transaction& transaction, Id organisation,
                                    const std::vector<write::Document>& tree,
                                    const files::Shelf& shelf);
/// The words with links to what lies beside them; `folder` is where the document lies.
std::string link_out(std::string_view words, const std::vector<AttachedOut>& files,
                     std::string_view folder);
/// What the document's file says of them: "files/plan.pdf files/a%20leak.png=A%20leak".
std::string line_of_files(const std::vector<AttachedOut>& files);

// -- in -------------------------------------------------------------------------------------------

/// A file beside a document that it shows, links to, or names as hanging on it.
struct AttachedLink {
    std::string name; // in the folder
    std::string alt;
};
/// Those of a document, each once, in the order they come.
std::vector<AttachedLink> list_links(const write::DocumentFile& file,
                                     const std::set<std::string, std::less<>>& names);
/// Those that it names as hanging on it: they are no documents, whatever they end with.
std::vector<std::string> list_named(const write::DocumentFile& file,
                                    const std::set<std::string, std::less<>>& names);
/// The words with what `place` gives for each file that they link to.
std::string link_in(const write::DocumentFile& file,
                    const std::set<std::string, std::less<>>& names,
                    const std::function<std::string(const std::string& name)>& place);

/// A file that came with a folder.
struct Attached {
    std::string content;
    std::string hash; // of the content as it came
    files::File file; // on the shelf, without a row
};
/// Puts it on the shelf as if it were attached by a form, with the same limits and checks. What is
/// there already, byte for byte, was checked when it came.
Result<void> take_attached(files::Shelf& shelf, store::Transaction& transaction, IdSource& ids,
                           Time now, const Viewer& viewer, const std::string& name,
                           Attached& attached);

} // namespace moothall::hall
