#pragma once

#include "base/id.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::files {

/// What people attach, on disk, each under the SHA-256 of its bytes: the same bytes stand there
/// once, and whoever reads them can see that they are the same.
///
///     DATA/files/ORGANISATION/ab/abcdef…
///
/// A file is written beside its place, brought to the disk (fsync) and then renamed, so that under
/// its name there is all of it or nothing. Rows come after files: what has a row is there. The
/// other way round, files without rows are left by requests that were refused, and by rows that
/// were removed: collect() takes them away.
///
/// Several nodes on one database share this folder too.
class Shelf {
public:
    explicit Shelf(std::string folder);

    /// Gives the hash. Throws store::DiskFull when there is no room, leaving nothing behind.
    std::string put(Id organisation, std::string_view bytes);
    /// The bytes, shared among all who read them at the time; none when they are not there.
    std::shared_ptr<const std::string> read(Id organisation, std::string_view hash);
    /// Where they are, for a zip file.
    std::string path_of(Id organisation, std::string_view hash) const;
    bool has(Id organisation, std::string_view hash) const;

    struct Place {
        Id organisation;
        std::string hash;
    };
    /// All that is on the shelf.
    std::vector<Place> list() const;

    /// Removes what no row names, of all that begins with these two digits, except what came after
    /// `before`: its row may still be on its way. Gives how many.
    std::int64_t collect(Id organisation, std::string_view digits, Time before,
                         const std::function<bool(const std::string& hash)>& is_named);

    /// While one is held nothing is removed: for a backup, whose rows were read a while ago.
    class Hold {
    public:
        explicit Hold(const Shelf& shelf);
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
        ~Hold();

    private:
        int lock_;
    };

    const std::string& folder() const { return folder_; }

private:
    struct Shared;
    std::string folder_of(Id organisation, std::string_view hash) const;

    std::string folder_;
    std::shared_ptr<Shared> shared_;
};

/// SHA-256, in 64 digits.
std::string hash_of(std::string_view bytes);
/// Whether it is written as one: lower case, 64 digits.
bool is_hash(std::string_view text);

/// The name of a file's bytes in an export or a backup: "file-ORGANISATION-HASH".
std::string archive_name(Id organisation, std::string_view hash);
std::optional<Shelf::Place> place_of(std::string_view archive_name);

} // namespace moothall::files
