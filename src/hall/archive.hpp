#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct zip;

/// Zip files, for exports and backups.
namespace moothall::hall {

enum class Packing : std::uint8_t { deflate, none };

/// A part of a zip file that is made: a text in memory, a file on disk, or what is read while it is
/// packed.
struct ArchivePart {
    std::string name;
    std::string text;
    std::string path; // if given, the text is there
    Packing packing = Packing::deflate;
    /// If given, appends the next piece to `text`; false: there is none left.
    std::function<bool(std::string& text)> more{};
};

/// Writes a zip file at `path`, whole or not at all. The same parts make the same bytes: no times
/// are written. Throws std::runtime_error when the disk does not take it.
void write_archive(const std::string& path, const std::vector<ArchivePart>& parts);

/// The bytes of such a zip file.
std::string make_archive(const std::vector<ArchivePart>& parts);

/// The texts of files, by name.
using ArchivedFiles = std::vector<std::pair<std::string, std::string>>;

/// The texts of the files in a zip file, by name. Refused when it is none, is damaged, holds a name
/// that is a path or the same name twice, or unpacks to more than `bytes_max` or to hundreds of
/// times its size.
Result<ArchivedFiles> read_archive(const std::string& path, std::size_t bytes_max);

/// What names in a zip file may be.
enum class Names : std::uint8_t {
    flat,    // no folders: what our exports hold
    folders, // "the-manual/reading.md", that stay below the folder they are unpacked in
};
/// The same of a zip file that somebody sent; `name` is what she calls it. Folders themselves are
/// left out. At most 10,000 files.
Result<ArchivedFiles> read_archive_bytes(std::string_view bytes, const std::string& name,
                                         std::size_t bytes_max, Names names);

/// The same, one file at a time and only those that are wanted by name.
Result<void> visit_archive(const std::string& path, std::size_t bytes_max,
                           const std::function<bool(std::string_view name)>& wanted,
                           const std::function<void(std::string name, std::string text)>& take);

/// A zip file whose files are read in any order and a piece at a time, however large they are.
/// Refused as read_archive() does.
class ArchiveReader {
public:
    static Result<ArchiveReader> open(const std::string& path, std::size_t bytes_max);

    std::vector<std::string> names() const;
    /// Hands on the pieces of a file until `take` refuses one.
    Result<void> read(const std::string& name,
                      const std::function<Result<void>(std::string_view piece)>& take) const;

private:
    struct Discard {
        void operator()(zip* archive) const;
    };
    ArchiveReader(std::string path, zip* archive) : path_(std::move(path)), archive_(archive) {}

    std::string path_;
    std::unique_ptr<zip, Discard> archive_;
};

/// Whether a zip file can be read and holds a file of that name.
bool holds(const std::string& path, const std::string& name);

/// Unpacks one file of a zip file to `target` (a path), piece by piece. Refused as read_archive()
/// does, when the disk has less room than the file needs, or when it is not there.
Result<void> unpack(const std::string& path, const std::string& name, const std::string& target);

} // namespace moothall::hall
