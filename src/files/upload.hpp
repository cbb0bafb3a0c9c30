#pragma once

#include "files/file.hpp"
#include "files/shelf.hpp"
#include "web/parts.hpp"
#include "web/router.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Files that come with a form. What is slow (decoding a picture, writing to the disk) is done in
/// the route's prepare function, before the transaction: receive_files(). The handler then hangs
/// what came on what was said: attach_files(). When it refuses instead, the bytes on the shelf have
/// no row, and are taken away later.
namespace moothall::files {

/// The most that a form with files may hold.
inline constexpr std::size_t form_bytes_max = 32 * 1024 * 1024;

struct Received {
    std::vector<File> files; // on the shelf, with ids, without rows
    /// What was refused: for the handler, which shows the form again with what was typed.
    std::optional<Refusal> refused;
};

/// Takes the files of the form's field "files". For a prepare function. A field "alt" says what the
/// pictures show.
Received receive_files(const web::Request& request, web::Context& context);
/// One file: of a program, or of the field "file".
Result<File> receive_file(web::Context& context, const web::Upload& upload, std::string_view alt);

/// The same for what came otherwise than by a request; the caller asked how often it may.
Result<File> take_file(Shelf& shelf, store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, const web::Upload& upload, std::string_view alt);

/// Writes the rows of what was received, hung on a thing (the event is the caller's).
Result<void> attach_files(store::Transaction& transaction, Id organisation, Id thing, Id subject,
                          const std::vector<File>& files);
Result<void> attach_files(web::Context& context, Id thing, Id subject,
                          const std::vector<File>& files);

/// A text in which ![…](attached:1) stands for the first of the files that came with it.
std::string place_files(std::string_view text, const std::vector<File>& files);

/// What an edit says of the files that hang on a thing: "remove" names those to be taken away, and
/// "alt-ID" is what one shows. The caller asked whether the viewer may edit the thing; refused,
/// before anything is changed, when a file is not hers to change.
Result<void> change_files(const web::Request& request, web::Context& context, Id thing);
/// Whether that changes anything.
bool would_change(const web::Request& request, web::Context& context, Id thing);

/// A file as a page shows it.
struct ShownFile {
    File file;
    std::string size;     // "1.2 MB"
    bool removed = false; // as a form that came back has it
    bool may_change = true;
};
/// Those files of a thing that its text does not show itself.
std::vector<ShownFile> shown_files(const web::Language& language, const std::vector<File>& files,
                                   Id thing, std::string_view text_html);
/// All files of a thing, to be described or taken away as far as the viewer may; as the form has
/// it, when it comes back.
std::vector<ShownFile> all_files(const web::Request& request, web::Context& context,
                                 const std::vector<File>& files);

/// The field of a form that takes files.
struct FileField {
    bool shown = false; // files may be attached here
    std::string hint;
    std::string error;
    std::string alt; // as it was typed
    /// The form came with files and comes back: a browser does not keep which ones were chosen.
    bool lost = false;
    bool is_open() const { return lost || !error.empty() || !alt.empty(); }
};
FileField make_file_field(const web::Request& request, const web::Context& context,
                          const std::optional<Refusal>& refused);

} // namespace moothall::files
