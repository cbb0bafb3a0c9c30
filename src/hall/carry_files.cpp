#include "hall/carry_files.hpp"

#include "hall/carry.hpp"

#include <memory>
#include <stdexcept>

namespace moothall::hall {

namespace {

std::vector<std::string> named_hashes(store::Transaction& transaction, Id organisation)
{
    std::vector<std::string> hashes;
    for (const auto& row : transaction.query(R"sql(
             SELECT f.hash FROM file f WHERE f.org_id = ?1
             UNION SELECT s.small_hash FROM file s WHERE s.org_id = ?1 AND s.small_hash <> ''
             ORDER BY 1 )sql",
                                             organisation))
        hashes.push_back(row.string(0));
    return hashes;
}

bool is_file_part(std::string_view name)
{
    return files::place_of(name).has_value();
}

/// Pictures are packed already.
ArchivePart part_of(const files::Shelf& shelf, Id organisation, const std::string& hash)
{
    return {files::archive_name(organisation, hash),
            {},
            shelf.path_of(organisation, hash),
            Packing::none};
}

} // namespace

std::vector<ArchivePart> export_files(store::Transaction& transaction, Id organisation,
                                      const files::Shelf& shelf)
{
    std::vector<ArchivePart> parts;
    for (const auto& hash : named_hashes(transaction, organisation)) {
        if (!shelf.has(organisation, hash))
            throw std::runtime_error("an attached file is gone from " +
                                     shelf.path_of(organisation, hash));
        parts.push_back(part_of(shelf, organisation, hash));
    }
    return parts;
}

std::vector<ArchivePart> shelf_parts(const files::Shelf& shelf)
{
    std::vector<ArchivePart> parts;
    for (const auto& [organisation, hash] : shelf.list())
        parts.push_back(part_of(shelf, organisation, hash));
    return parts;
}

Result<RowFiles> open_export(const std::string& zip)
{
    auto opened = ArchiveReader::open(zip, export_bytes_max);
    if (!opened) return opened.error();
    const auto reader = std::make_shared<const ArchiveReader>(*std::move(opened));
    RowFiles files;
    for (auto& name : reader->names())
        if (!is_file_part(name)) files.names.push_back(std::move(name));
    files.read = [reader](const std::string& name, const TakeLine& take) -> Result<void> {
        std::string rest; // of a line that goes on in the next piece
        const auto read = reader->read(name, [&](std::string_view piece) -> Result<void> {
            for (auto end = piece.find('\n'); end != std::string_view::npos;
                 end = piece.find('\n')) {
                rest += piece.substr(0, end);
                if (auto taken = take(rest); !taken) return taken.error();
                rest.clear();
                piece.remove_prefix(end + 1);
            }
            rest += piece;
            return {};
        });
        if (!read) return read.error();
        if (!rest.empty()) return take(rest);
        return {};
    };
    return files;
}

Result<void> import_files(const std::string& zip, files::Shelf& shelf)
{
    std::string wrong;
    const auto done = visit_archive(
        zip, export_bytes_max, is_file_part, [&](std::string name, const std::string& bytes) {
            const auto place = files::place_of(name);
            if (wrong.empty() && shelf.put(place->organisation, bytes) != place->hash)
                wrong = std::move(name);
        });
    if (!done) return done.error();
    if (!wrong.empty())
        return Refusal::malformed("{1} is damaged: {2} cannot be read.").with(zip).with(wrong);
    return {};
}

Result<void> check_files(store::Transaction& transaction, Id organisation,
                         const files::Shelf& shelf)
{
    for (const auto& hash : named_hashes(transaction, organisation))
        if (!shelf.has(organisation, hash))
            return Refusal::malformed("This export lacks {1}.")
                .with(files::archive_name(organisation, hash));
    return {};
}

std::string shelf_folder(const std::string& data_folder)
{
    return data_folder + "/files";
}

} // namespace moothall::hall
