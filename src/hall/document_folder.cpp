#include "hall/document_folder.hpp"

#include "people/people.hpp"

#include <algorithm>
#include <unordered_map>

namespace moothall::hall {

namespace {

/// What other programs put beside the files: "__MACOSX/", ".DS_Store".
bool is_hidden_name(std::string_view name)
{
    while (!name.empty()) {
        if (name.starts_with('.') || name.starts_with("__MACOSX")) return true;
        const auto slash = name.find('/');
        if (slash == std::string_view::npos) return false;
        name.remove_prefix(slash + 1);
    }
    return false;
}

/// Those that others stand under before these, and else as they lie in their folders.
void put_parents_first(std::vector<DocumentFolder::File>& files)
{
    std::ranges::sort(files, {}, [](const DocumentFolder::File& one) {
        return std::pair(std::ranges::count(one.file.name, '/'), one.file.name);
    });
    std::unordered_map<Id, std::size_t> by_id;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (files[i].file.id) by_id.emplace(files[i].file.id, i);
    std::vector<std::size_t> order;
    std::vector<bool> placed(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        // What stands above it and has no place yet; a circle ends where it began.
        std::vector<std::size_t> above;
        for (auto at = i; !placed[at];) {
            placed[at] = true;
            above.push_back(at);
            const auto parent = by_id.find(files[at].file.parent.value_or(Id{}));
            if (parent == by_id.end()) break;
            at = parent->second;
        }
        order.insert(order.end(), above.rbegin(), above.rend());
    }
    std::vector<DocumentFolder::File> ordered;
    ordered.reserve(files.size());
    for (const auto i : order) ordered.push_back(std::move(files[i]));
    files = std::move(ordered);
}

} // namespace

Result<std::vector<ArchivePart>> export_documents(store::Transaction& transaction, Id circle,
                                                  const Viewer& viewer, const files::Shelf* shelf)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto home = people::find_circle(transaction, circle, viewer);
    if (!home) return home.error();
    const auto tree = write::list_tree(transaction, circle, viewer);
    if (!tree) return tree.error();
    if (tree->empty()) return Refusal::conflict("No document here"); // and no zip without a file
    const auto names = write::name_document_files(*tree);
    std::unordered_map<Id, std::string> readers;
    for (const auto& one : people::list_circles(transaction, viewer)) readers[one.id] = one.name;
    std::unordered_map<Id, const write::Document*> here;
    for (const auto& document : *tree) here.emplace(document.id, &document);
    Result<AttachedParts> attached = AttachedParts();
    if (shelf != nullptr) attached = list_attached(transaction, viewer.organisation, *tree, *shelf);
    if (!attached) return attached.error();
    auto parts = std::move(attached->parts);
    for (const auto& document : *tree) {
        const auto& file = names.at(document.id);
        const auto& hanging = attached->of[document.id];
        write::FileFrame frame{
            readers[document.circle], {}, {}, write::folder_of(file), line_of_files(hanging)};
        if (const auto parent = here.find(document.parent); parent != here.end()) {
            frame.parent = parent->first;
            frame.parent_title = parent->second->title;
        }
        parts.push_back({file + std::string(write::document_file_ending),
                         write::write_document_file(
                             document, frame, link_out(document.words, hanging, frame.folder)),
                         {}});
    }
    std::ranges::sort(parts, {}, &ArchivePart::name);
    return parts;
}

namespace {

/// A file of Markdown that was read, or why it cannot be.
struct ReadFile {
    std::string_view text;
    Result<write::DocumentFile> file;
};
using ReadFiles = std::map<std::string, ReadFile, std::less<>>;

/// What documents name as hanging on them, among the names.
std::set<std::string, std::less<>> list_all_named(const ReadFiles& read,
                                                  const std::set<std::string, std::less<>>& names)
{
    std::set<std::string, std::less<>> named;
    for (const auto& [name, one] : read)
        if (one.file)
            for (auto& other : list_named(*one.file, names)) named.insert(std::move(other));
    return named;
}

ReadFiles read_all(const ArchivedFiles& files)
{
    ReadFiles read;
    for (const auto& [name, text] : files)
        if (name.ends_with(write::document_file_ending) && !is_hidden_name(name))
            read.emplace(name, ReadFile{text, write::read_document_file(name, text)});
    return read;
}

} // namespace

Result<DocumentFolder> read_document_folder(const ArchivedFiles& files)
{
    DocumentFolder folder;
    for (const auto& [name, text] : files)
        if (!is_hidden_name(name)) folder.names.insert(name);
    auto read = read_all(files);
    for (const auto& name : list_all_named(read, folder.names)) read.erase(name);
    if (read.empty())
        return Refusal::invalid("file", "There is no Markdown in it: no file that ends with .md.");
    if (read.size() > document_files_max)
        return Refusal::invalid("file", "At most 2,000 documents at once.");
    for (auto& [name, one] : read) {
        auto html =
            one.file ? write::render_words(one.file->words) : Result<SafeHtml>(one.file.error());
        if (!html) {
            folder.errors.push_back(
                {name, html.error(), write::line_of_field(one.text, html.error())});
            continue;
        }
        auto links = list_links(*one.file, folder.names);
        for (const auto& link : links) folder.attached[link.name];
        folder.files.push_back({*std::move(one.file), *std::move(html), std::move(links)});
    }
    for (const auto& [name, text] : files) {
        if (const auto known = folder.attached.find(name); known != folder.attached.end())
            known->second.content = text;
        else if (!read.contains(name))
            ++folder.left_alone;
    }
    if (folder.attached.size() > attached_files_max)
        return Refusal::invalid("file", "At most 300 files hang on what comes in at once.");
    put_parents_first(folder.files);
    return folder;
}

std::set<std::string, std::less<>> list_linked(const ArchivedFiles& documents,
                                               const std::set<std::string, std::less<>>& names)
{
    std::set<std::string, std::less<>> linked;
    for (const auto& [name, one] : read_all(documents))
        if (one.file)
            for (auto& link : list_links(*one.file, names)) linked.insert(std::move(link.name));
    return linked;
}

void take_all_attached(DocumentFolder& folder, files::Shelf* shelf, store::Transaction& transaction,
                       IdSource& ids, Time now, const Viewer& viewer)
{
    for (auto& [name, attached] : folder.attached) {
        const auto taken =
            shelf == nullptr ? Result<void>(Refusal::forbidden("No files are taken here."))
                             : take_attached(*shelf, transaction, ids, now, viewer, name, attached);
        attached.content = {};
        if (!taken) folder.errors.push_back({name, taken.error()});
    }
}

} // namespace moothall::hall
