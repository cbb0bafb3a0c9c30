#include "hall/document_files.hpp"

#include "text/unicode.hpp"
#include "web/address.hpp"

#include <algorithm>
#include <optional>

namespace moothall::hall {

namespace {

constexpr std::string_view files_folder = "files/";

/// A link or a picture in Markdown: [label](target). Code is no exception, because links in it come
/// back as they went.
struct LinkInText {
    std::string_view target;
    std::string_view label;
};

/// The text with `place` of each target; what it gives nothing for, stays.
std::string replace_targets(std::string_view text,
                            const std::function<std::string(const LinkInText&)>& place)
{
    constexpr std::string_view mark = "](";
    std::string placed;
    std::size_t done = 0;
    for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
        auto from = at + mark.size();
        const bool in_brackets = text.substr(from).starts_with('<');
        if (in_brackets) ++from;
        const auto until = text.find_first_of(in_brackets ? ">\n" : ") \t\n", from);
        if (until == std::string_view::npos) continue;
        const auto bracket = text.rfind('[', at);
        LinkInText link{text.substr(from, until - from), {}};
        if (bracket != std::string_view::npos)
            link.label = text.substr(bracket + 1, at - bracket - 1);
        const auto put = place(link);
        if (put.empty()) continue;
        placed.append(text.substr(done, from - done)).append(put);
        done = until;
    }
    return placed.append(text.substr(done));
}

/// A link as somebody wrote it by hand may hold a plain "%": then it means what it says.
std::string plain_target(std::string_view target)
{
    return web::percent_decode(target, web::Plus::literal).value_or(std::string(target));
}

/// The file that a link means: beside the document, or where it lay before the document was moved.
std::string find_beside(std::string_view document, std::string_view target,
                        const std::set<std::string, std::less<>>& names)
{
    if (target.empty() || target.starts_with('/') || target.starts_with('#') ||
        target.find(':') != std::string_view::npos)
        return {};
    const auto decoded = plain_target(target);
    std::string_view rest = decoded;
    auto folder = write::folder_of(document);
    const auto in = [&](std::string_view place) {
        auto name = std::string(place);
        if (!name.empty()) name += '/';
        name += rest;
        return names.contains(name) ? name : std::string();
    };
    while (rest.starts_with("./") || rest.starts_with("../")) {
        if (rest.starts_with("../")) folder = write::folder_of(folder);
        rest.remove_prefix(rest.find('/') + 1);
    }
    if (auto name = in(folder); !name.empty()) return name;
    for (folder = write::folder_of(document); !folder.empty(); folder = write::folder_of(folder))
        if (auto name = in(folder); !name.empty()) return name;
    return in({});
}

/// A name as all programs take it in a zip file.
std::string name_in_zip(const files::File& file)
{
    constexpr std::size_t bytes_max = 120;
    constexpr std::size_t ending_bytes_max = 10;
    auto name = file.name;
    for (auto& byte : name)
        if (byte == '/' || byte == '\\' || byte == ':') byte = '_';
    if (name.starts_with('.') || name.starts_with("__MACOSX")) name.insert(0, "_");
    if (name.size() <= bytes_max) return name;
    const auto dot = name.rfind('.');
    const auto ending = dot == std::string::npos || name.size() - dot > ending_bytes_max
                            ? std::string()
                            : name.substr(dot);
    return clip(name, bytes_max / 4) + ending;
}

struct NamedFile {
    std::string name;
    std::string alt;
};
std::vector<NamedFile> read_line_of_files(std::string_view line)
{
    std::vector<NamedFile> named;
    while (!line.empty()) {
        const auto end = std::min(line.find(' '), line.size());
        const auto one = line.substr(0, end);
        const auto equals = std::min(one.find('='), one.size());
        if (!one.empty())
            named.push_back({std::string(one.substr(0, equals)),
                             plain_target(one.substr(std::min(equals + 1, one.size())))});
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return named;
}

} // namespace

Result<AttachedParts> list_attached(store::Transaction& transaction, Id organisation,
                                    const std::vector<write::Document>& tree,
                                    const files::Shelf& shelf)
{
    std::vector<Id> ids;
    for (const auto& document : tree) ids.push_back(document.id);
    std::ranges::sort(ids);
    AttachedParts out;
    std::set<std::string, std::less<>> names;
    std::int64_t bytes = 0;
    // What hangs on comments is not the document's.
    for (auto& file : files::list_files(transaction, organisation, ids)) {
        if (!std::ranges::binary_search(ids, file.thing) || !shelf.has(organisation, file.hash))
            continue;
        bytes += file.bytes;
        auto name = std::string(files_folder) + name_in_zip(file);
        if (names.contains(name)) {
            const auto dot = name.rfind('.');
            name.insert(dot == std::string::npos || dot < files_folder.size() ? name.size() : dot,
                        "-" + file.id.text());
        }
        names.insert(name);
        out.parts.push_back({name,
                             {},
                             shelf.path_of(organisation, file.hash),
                             file.is_picture() ? Packing::none : Packing::deflate});
        const auto document = file.thing;
        out.of[document].push_back({std::move(file), std::move(name)});
    }
    if (bytes > attached_bytes_max)
        return Refusal::conflict("The files of these documents are too large for one zip. Without "
                                 "them it is at {1}.")
            .with("/documents.zip?files=no&circle=" + tree.front().home.text());
    return out;
}

std::string link_out(std::string_view words, const std::vector<AttachedOut>& files,
                     std::string_view folder)
{
    if (files.empty()) return std::string(words);
    std::string up;
    for (; !folder.empty(); folder = write::folder_of(folder)) up += "../";
    return replace_targets(words, [&](const LinkInText& link) {
        for (const auto& [file, name] : files)
            if (link.target == file.path())
                return up + std::string(files_folder) +
                       web::percent_encode(std::string_view(name).substr(files_folder.size()));
        return std::string();
    });
}

std::string line_of_files(const std::vector<AttachedOut>& files)
{
    std::string line;
    for (const auto& [file, name] : files) {
        if (!line.empty()) line += ' ';
        line += files_folder;
        line += web::percent_encode(std::string_view(name).substr(files_folder.size()));
        if (!file.alt.empty()) line += '=' + web::percent_encode(file.alt);
    }
    return line;
}

std::vector<AttachedLink> list_links(const write::DocumentFile& file,
                                     const std::set<std::string, std::less<>>& names)
{
    std::vector<AttachedLink> links;
    const auto add = [&](std::string name, std::string alt) {
        if (!name.empty() && std::ranges::find(links, name, &AttachedLink::name) == links.end())
            links.push_back({std::move(name), std::move(alt)});
    };
    for (auto& [name, alt] : read_line_of_files(file.files))
        add(find_beside(file.name, name, names), std::move(alt));
    replace_targets(file.words, [&](const LinkInText& link) {
        auto name = find_beside(file.name, link.target, names);
        // From document to document is no file that hangs on one.
        if (!name.ends_with(write::document_file_ending))
            add(std::move(name), std::string(link.label));
        return std::string();
    });
    return links;
}

std::vector<std::string> list_named(const write::DocumentFile& file,
                                    const std::set<std::string, std::less<>>& names)
{
    std::vector<std::string> named;
    for (const auto& one : read_line_of_files(file.files))
        if (auto name = find_beside(file.name, one.name, names); !name.empty())
            named.push_back(std::move(name));
    return named;
}

std::string link_in(const write::DocumentFile& file,
                    const std::set<std::string, std::less<>>& names,
                    const std::function<std::string(const std::string& name)>& place)
{
    return replace_targets(file.words, [&](const LinkInText& link) {
        const auto name = find_beside(file.name, link.target, names);
        return name.empty() ? std::string() : place(name);
    });
}

Result<void> take_attached(files::Shelf& shelf, store::Transaction& transaction, IdSource& ids,
                           Time now, const Viewer& viewer, const std::string& name,
                           Attached& attached)
{
    auto base = std::string_view(name);
    base.remove_prefix(base.rfind('/') == std::string_view::npos ? 0 : base.rfind('/') + 1);
    attached.hash = files::hash_of(attached.content);
    if (auto known = files::find_bytes(transaction, viewer.organisation, attached.hash)) {
        attached.file = *std::move(known);
        attached.file.name = files::clean_name(base);
        attached.file.author = viewer.person;
        attached.file.added = now;
        attached.file.alt.clear();
        return {};
    }
    web::Upload upload;
    upload.file_name = base;
    upload.content = attached.content;
    auto taken = files::take_file(shelf, transaction, ids, now, viewer, upload, {});
    if (!taken) return taken.error();
    attached.file = *std::move(taken);
    return {};
}

} // namespace moothall::hall
