#include "cli/documents.hpp"

#include "cli/open.hpp"
#include "hall/carry_files.hpp"
#include "hall/document_folder.hpp"
#include "people/people.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>

namespace moothall::cli {

namespace {

/// Bytes of a file; refused when they are more than `bytes_max`.
Result<std::string> read_bytes(const std::filesystem::path& path, std::size_t bytes_max)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) return Refusal::invalid("file", "cannot read {1}.").with(path.string());
    std::string text;
    text.assign(std::istreambuf_iterator<char>(file), {});
    if (text.size() > bytes_max)
        return Refusal::invalid("file", "{1} is larger than we take.").with(path.string());
    return text;
}

/// The Markdown of a folder and of those in it, and what it links to; other links are not followed.
Result<hall::ArchivedFiles> read_folder(const std::filesystem::path& folder)
{
    hall::ArchivedFiles files;
    std::set<std::string, std::less<>> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && !entry.is_symlink())
            names.insert(entry.path().lexically_relative(folder).generic_string());
    std::size_t room = hall::document_folder_bytes_max;
    const auto take = [&](const std::string& name) -> Result<void> {
        auto text = read_bytes(folder / name, room);
        if (!text) return text.error();
        room -= text->size();
        files.emplace_back(name, *std::move(text));
        return {};
    };
    for (const auto& name : names)
        if (name.ends_with(write::document_file_ending))
            if (auto taken = take(name); !taken) return taken.error();
    for (const auto& name : hall::list_linked(files, names))
        if (!name.ends_with(write::document_file_ending))
            if (auto taken = take(name); !taken) return taken.error();
    std::ranges::sort(files);
    return files;
}

Result<hall::DocumentFolder> read_documents(const std::string& path)
{
    if (std::filesystem::is_directory(path)) {
        const auto files = read_folder(path);
        if (!files) return files.error();
        return hall::read_document_folder(*files);
    }
    const auto bytes = read_bytes(path, hall::document_zip_bytes_max);
    if (!bytes) return bytes.error();
    const auto files = hall::read_archive_bytes(*bytes, path, hall::document_folder_bytes_max,
                                                hall::Names::folders);
    if (!files) return files.error();
    return hall::read_document_folder(*files);
}

/// Whose documents, and as whom.
struct ChosenTree {
    Id circle;
    Viewer owner;
};

/// The circle that --circle names, or Everyone.
Result<ChosenTree> choose_tree(OpenHall& hall, const Arguments& arguments)
{
    const auto organisation = choose_organisation(hall, arguments);
    if (!organisation) return organisation.error();
    const auto circle = choose_circle(hall, *organisation, arguments);
    if (!circle) return circle.error();
    const auto owner = hall.database->read(
        [&](store::Transaction& transaction) { return find_owner(transaction, *organisation); });
    if (!owner) return owner.error();
    return ChosenTree{*circle ? *circle : organisation->everyone, *owner};
}

} // namespace

int export_documents(const Arguments& arguments, const std::string& output)
{
    int code = good;
    const auto hall = open_hall(arguments, code);
    if (!hall) return code;
    const auto tree = choose_tree(*hall, arguments);
    if (!tree) return fail(sentence_of(tree.error()));
    const files::Shelf files(hall::shelf_folder(hall->config.data_folder));
    const auto parts = hall->database->read(
        [&](store::Transaction& transaction) -> Result<std::vector<hall::ArchivePart>> {
            const auto* shelf = arguments.has("without-files") ? nullptr : &files;
            return hall::export_documents(transaction, tree->circle, tree->owner, shelf);
        });
    if (!parts) return fail(sentence_of(parts.error()));
    hall::write_archive(output, *parts);
    const auto documents =
        std::ranges::count_if(*parts, [](const auto& part) { return part.path.empty(); });
    std::printf("%zd documents are in %s.\n", documents, output.c_str());
    return good;
}

int import_documents(const Arguments& arguments, const std::string& path)
{
    auto folder = read_documents(path);
    if (!folder) return fail(sentence_of(folder.error()));
    int code = good;
    const auto hall = open_hall(arguments, code);
    if (!hall) return code;
    const auto tree = choose_tree(*hall, arguments);
    if (!tree) return fail(sentence_of(tree.error()));
    files::Shelf shelf(hall::shelf_folder(hall->config.data_folder));
    hall->database->read([&](store::Transaction& transaction) {
        hall::take_all_attached(*folder, &shelf, transaction, *hall->ids, hall->clock.now(),
                                tree->owner);
    });
    // Tried first: with one file that cannot come in, none does.
    auto outcome = hall::try_documents(*hall->database, *hall->ids, hall->clock.now(), tree->owner,
                                       tree->circle, *folder);
    if (!outcome) return fail(sentence_of(outcome.error()));
    for (const auto& error : outcome->errors)
        std::fprintf(stderr, "%s%s: %s\n", error.name.c_str(),
                     error.line > 0 ? (":" + std::to_string(error.line)).c_str() : "",
                     sentence_of(error.refusal).c_str());
    if (!outcome->errors.empty()) return fail("nothing was brought in.");
    if (!arguments.has("dry-run")) {
        seal_what_waits(*hall);
        outcome = hall->database->write([&](store::Transaction& transaction) {
            auto written = hall::import_documents(transaction, *hall->ids, hall->clock.now(),
                                                  tree->owner, tree->circle, *folder, {});
            if (written && !written->errors.empty()) // thrown, so that it is rolled back
                throw std::runtime_error("somebody changed these documents meanwhile; try again.");
            return written;
        });
        if (!outcome) return fail(sentence_of(outcome.error()));
        seal_what_waits(*hall);
    }
    std::printf("%lld documents: %lld new, %lld changed, %lld as they were%s\n",
                static_cast<long long>(outcome->files), static_cast<long long>(outcome->made),
                static_cast<long long>(outcome->changed),
                static_cast<long long>(outcome->unchanged),
                arguments.has("dry-run") ? "; nothing was brought in yet" : "");
    return good;
}

} // namespace moothall::cli
