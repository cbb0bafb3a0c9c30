#include "files/upload.hpp"

#include "files/picture_reader.hpp"
#include "text/unicode.hpp"
#include "web/catalogues.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::files {

namespace {

constexpr std::int64_t kilobyte = 1'000;

/// Whether an upload is the empty part that browsers send for a field without a file.
bool is_nothing(const web::Upload& upload)
{
    return upload.file_name.empty() && upload.content.empty();
}

/// A picture of another format than its name says is called as what it is.
std::string with_ending(std::string name, PictureFormat format)
{
    const auto folded = fold(name);
    const auto ending = ending_of(format);
    if (folded.ends_with(ending)) return name;
    if (format == PictureFormat::jpeg && folded.ends_with(".jpeg")) return name;
    if (const auto dot = name.rfind('.'); dot != std::string::npos && dot > 0) name.resize(dot);
    return name + std::string(ending);
}

Result<void> put_picture(Shelf& shelf, Id organisation, PictureFormat format,
                         std::string_view content, std::string_view alt, File& file)
{
    const auto clean = clean_picture(format, content);
    if (!clean) return clean.error();
    file.name = with_ending(std::move(file.name), format);
    file.media_type = media_type_of(format);
    file.alt = clip(normalise_line(alt), alt_characters_max);
    file.width = clean->width;
    file.height = clean->height;
    file.bytes = std::ssize(clean->bytes);
    file.hash = shelf.put(organisation, clean->bytes);
    file.small_bytes = std::ssize(clean->small);
    if (!clean->small.empty()) file.small_hash = shelf.put(organisation, clean->small);
    return {};
}

} // namespace

Result<File> take_file(Shelf& shelf, store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, const web::Upload& upload, std::string_view alt)
{
    const auto allowed = find_allowed(transaction, viewer.organisation);
    if (allowed.file_bytes_max == 0) return Refusal::forbidden("No files are taken here.");
    const auto size = std::ssize(upload.content);
    if (size == 0) return Refusal::invalid("files", "This file is empty.");
    if (size > allowed.file_bytes_max)
        return Refusal::invalid("files", "A file has at most {1} MB here.")
            .with(std::to_string(allowed.file_bytes_max / megabyte));
    // Before the slow work; asked again when the row is written.
    if (find_use(transaction, viewer.organisation, viewer.person).bytes >= allowed.person_bytes_max)
        return Refusal::invalid("files",
                                "You keep {1} MB here already, which is as much as one person may. "
                                "Take something away first.")
            .with(std::to_string(allowed.person_bytes_max / megabyte));

    File file;
    file.id = ids.next(now);
    file.author = viewer.person;
    file.name = clean_name(upload.file_name);
    file.added = now;
    if (const auto format = picture_format_of(upload.content)) {
        const auto put =
            put_picture(shelf, viewer.organisation, *format, upload.content, alt, file);
        if (!put) return put.error();
        return file;
    }
    // Whatever it says of itself: it is saved, and never shown.
    file.media_type = "application/octet-stream";
    file.bytes = size;
    file.hash = shelf.put(viewer.organisation, upload.content);
    return file;
}

Result<File> receive_file(web::Context& context, const web::Upload& upload, std::string_view alt)
{
    auto* shelf = context.hall.kept<Shelf>();
    const auto& viewer = context.viewer;
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in to attach files.");
    if (shelf == nullptr) return Refusal::forbidden("No files are taken here.");
    if (const auto may = web::allow(context, web::Act::upload); !may) return may.error();
    return take_file(*shelf, context.transaction, context.ids, context.now, viewer, upload, alt);
}

Received receive_files(const web::Request& request, web::Context& context)
{
    Received received;
    for (const auto& upload : request.uploads) {
        if (upload.field != "files" || is_nothing(upload)) continue;
        if (received.files.size() == files_of_a_thing_max) {
            received.refused = Refusal::invalid("files", "At most {1} files can hang on one text.")
                                   .with(std::to_string(files_of_a_thing_max));
            break;
        }
        auto file = receive_file(context, upload, request.form("alt"));
        if (!file) {
            received.refused = file.error();
            break;
        }
        received.files.push_back(*std::move(file));
    }
    return received;
}

Result<void> attach_files(store::Transaction& transaction, Id organisation, Id thing, Id subject,
                          const std::vector<File>& files)
{
    if (files.empty()) return {};
    const auto there = list_files_of(transaction, organisation, thing).size();
    if (there + files.size() > files_of_a_thing_max)
        return Refusal::invalid("files", "At most {1} files can hang on one text.")
            .with(std::to_string(files_of_a_thing_max));
    for (auto file : files) {
        file.thing = thing;
        file.subject = subject;
        const auto saved = save_file(transaction, organisation, file);
        if (!saved) return saved.error();
    }
    return {};
}

Result<void> attach_files(web::Context& context, Id thing, Id subject,
                          const std::vector<File>& files)
{
    return attach_files(context.transaction, context.viewer.organisation, thing, subject, files);
}

std::string place_files(std::string_view text, const std::vector<File>& files)
{
    constexpr std::string_view mark = "](attached:";
    std::string placed;
    while (true) {
        const auto at = text.find(mark);
        if (at == std::string_view::npos) break;
        placed += text.substr(0, at);
        text.remove_prefix(at + mark.size());
        std::size_t number = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
        const auto digits = static_cast<std::size_t>(read.ptr - text.data());
        if (read.ec == std::errc() && number >= 1 && number <= files.size() &&
            text.substr(digits).starts_with(')')) {
            placed += "](" + files[number - 1].path();
            text.remove_prefix(digits);
        } else {
            placed += mark;
        }
    }
    return placed += text;
}

namespace {

enum class FileEdit : std::uint8_t { none, described, removed };

FileEdit edit_of(const web::Request& request, const File& file)
{
    const auto id = file.id.text();
    const auto removed = request.form_fields.all("remove");
    if (std::ranges::find(removed, id) != removed.end()) return FileEdit::removed;
    const auto field = "alt-" + id;
    const bool says = request.form_fields.has(field) && request.form(field) != file.alt;
    return says ? FileEdit::described : FileEdit::none;
}

} // namespace

Result<void> change_files(const web::Request& request, web::Context& context, Id thing)
{
    const auto organisation = context.viewer.organisation;
    const auto files = list_files_of(context.transaction, organisation, thing);
    const auto hangs_on = record::find_thing(context.transaction, organisation, thing);
    for (const auto& file : files)
        if (edit_of(request, file) != FileEdit::none && !may_change(context.viewer, file, hangs_on))
            return only_hers_to_change();
    for (const auto& file : files) {
        const auto edit = edit_of(request, file);
        if (edit == FileEdit::removed)
            remove_file(context.transaction, organisation, file);
        else if (edit == FileEdit::described)
            describe_file(context.transaction, organisation, file.id,
                          request.form("alt-" + file.id.text()));
    }
    return {};
}

bool would_change(const web::Request& request, web::Context& context, Id thing)
{
    const auto files = list_files_of(context.transaction, context.viewer.organisation, thing);
    return std::ranges::any_of(
        files, [&](const File& file) { return edit_of(request, file) != FileEdit::none; });
}

namespace {

ShownFile shown(const web::Language& language, const File& file)
{
    const bool large = file.bytes >= megabyte;
    const auto unit = large ? megabyte : kilobyte;
    const auto number = language.number((file.bytes + unit - 1) / unit);
    return {file, large ? language.t("{1} MB", number) : language.t("{1} KB", number)};
}

} // namespace

std::vector<ShownFile> shown_files(const web::Language& language, const std::vector<File>& files,
                                   Id thing, std::string_view text_html)
{
    std::vector<ShownFile> list;
    for (const auto& file : files)
        if (file.thing == thing && text_html.find(file.path()) == std::string_view::npos)
            list.push_back(shown(language, file));
    return list;
}

std::vector<ShownFile> all_files(const web::Request& request, web::Context& context,
                                 const std::vector<File>& files)
{
    std::vector<ShownFile> list;
    if (files.empty()) return list;
    const auto thing =
        record::find_thing(context.transaction, context.viewer.organisation, files.front().thing);
    for (const auto& file : files) {
        auto one = shown(context.language, file);
        one.may_change = may_change(context.viewer, file, thing);
        const auto edit = edit_of(request, file);
        one.removed = edit == FileEdit::removed;
        if (edit != FileEdit::none && file.is_picture())
            one.file.alt = request.form("alt-" + file.id.text());
        list.push_back(std::move(one));
    }
    return list;
}

FileField make_file_field(const web::Request& request, const web::Context& context,
                          const std::optional<Refusal>& refused)
{
    FileField field;
    field.alt = request.form("alt");
    field.lost = std::ranges::any_of(request.uploads, [](const web::Upload& upload) {
        return upload.field == "files" && !is_nothing(upload);
    });
    const auto allowed = find_allowed(context.transaction, context.viewer.organisation);
    field.shown = context.viewer.signed_in() && allowed.file_bytes_max > 0 &&
                  context.hall.kept<Shelf>() != nullptr;
    field.hint = context.language.t(
        "At most {1} files of {2} MB each. Pictures are shown; what they hold beside the picture, "
        "such as the place where it was taken, is removed.",
        context.language.number(static_cast<std::int64_t>(files_of_a_thing_max)),
        context.language.number(allowed.file_bytes_max / megabyte));
    if (refused && refused->field == "files") field.error = context.language.sentence(*refused);
    return field;
}

} // namespace moothall::files
