#pragma once

#include "base/result.hpp"
#include "sense/model/model.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The word tables as files beside the program.
namespace moothall::sense {

/// A file seen as memory: only what is read of it takes any. Unmapped at the end.
class MappedFile {
public:
    static Result<MappedFile> open(const std::string& path);

    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return bytes_; }

private:
    explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}

    std::span<const std::byte> bytes_;
};

/// A word table and the file that it reads from.
struct LoadedModel {
    std::string path;
    MappedFile file;
    Model model;
};

inline constexpr std::string_view english_table = "en-192bg.fmse";
inline constexpr std::string_view table_of_six_languages = "ml-256.fmse";

/// Where the table of this name lies: in the folder that the environment variable MOOTHALL_MODEL
/// names (which may also name the table itself), or beside the program: in ../share/moothall where
/// it is installed, in model, or in ../../model where it was built.
std::optional<std::string> find_model(std::string_view table);

Result<std::unique_ptr<LoadedModel>> load_model(std::string_view table);

/// The table for texts of this kind: the English one when nearly all are English, since it is the
/// better one, or that of six languages.
std::string_view table_for(std::span<const std::string_view> texts);
Result<std::unique_ptr<LoadedModel>> load_model_for(std::span<const std::string_view> texts);

/// The first 16 digits of the file's BLAKE2b-256, so that an operator can tell which table is in
/// use. Read past the mapping, so that it does not fill memory with all of the table.
std::string checksum_of_file(const std::string& path);

} // namespace moothall::sense
