#include "hall/archive.hpp"

#include <zip.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <set>
#include <stdexcept>

namespace moothall::hall {

namespace {

/// The earliest time that a zip file can say.
constexpr time_t no_time = 315532800; // 1980-01-01

struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, Discard>;

struct CloseFile {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using OpenFile = std::unique_ptr<zip_file_t, CloseFile>;

std::string sentence_of(int error)
{
    zip_error_t what;
    zip_error_init_with_code(&what, error);
    std::string sentence = zip_error_strerror(&what);
    zip_error_fini(&what);
    return sentence;
}

[[noreturn]] void fail(const std::string& path, const std::string& why)
{
    throw std::runtime_error("cannot write " + path + ": " + why);
}

/// Our zip files lie flat. Nothing is ever written under the name that a file gives itself, but who
/// sends "../moothall.toml" means no good, and two files of a name are read differently by two
/// programs.
bool is_plain_name(std::string_view name)
{
    return !name.empty() && name != "." && name != ".." &&
           name.find_first_of("/\\:") == std::string_view::npos;
}

/// How much larger than its zip file a file may become. Deflate can pack a thousand times; rows of
/// people's words, with an id in each, pack some ten times.
constexpr std::uint64_t packed_times_max = 200;
constexpr std::uint64_t always_fine_bytes = 16 * 1024 * 1024;

/// Opens a zip file and looks at what it says of its files before any of them is unpacked: their
/// names, and how large they become. (While reading, libzip holds a file to the size and the
/// checksum that were said of it.)
Result<Archive> open_archive(const std::string& path, std::uint64_t bytes_max)
{
    int error = 0;
    Archive archive(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &error));
    if (!archive)
        return Refusal::malformed("{1} cannot be read as a zip file: {2}.")
            .with(path)
            .with(sentence_of(error));
    std::error_code unknown;
    const auto packed = std::filesystem::file_size(path, unknown);
    std::uint64_t bytes = 0;
    std::set<std::string, std::less<>> names;
    const auto count = static_cast<zip_uint64_t>(zip_get_num_entries(archive.get(), 0));
    for (zip_uint64_t i = 0; i < count; ++i) {
        zip_stat_t stat;
        if (zip_stat_index(archive.get(), i, 0, &stat) != 0 || (stat.valid & ZIP_STAT_NAME) == 0 ||
            (stat.valid & ZIP_STAT_SIZE) == 0)
            return Refusal::malformed("{1} is damaged: one of its files cannot be read.")
                .with(path);
        if (!is_plain_name(stat.name))
            return Refusal::malformed("{1} holds a file of the name {2}, which is none of ours.")
                .with(path)
                .with(stat.name);
        if (!names.insert(stat.name).second)
            return Refusal::malformed("{1} holds {2} twice.").with(path).with(stat.name);
        if (stat.size > bytes_max - bytes)
            return Refusal::malformed("{1} unpacks to more than we take.").with(path);
        bytes += stat.size;
    }
    if (bytes > always_fine_bytes && bytes / packed_times_max > packed)
        return Refusal::malformed("{1} unpacks to far more than an export or a backup does.")
            .with(path);
    return archive;
}

} // namespace

bool holds(const std::string& path, const std::string& name)
{
    const auto archive = open_archive(path, std::numeric_limits<std::uint64_t>::max());
    return archive && zip_name_locate(archive->get(), name.c_str(), 0) >= 0;
}

void write_archive(const std::string& path, const std::vector<ArchivePart>& parts)
{
    const auto unfinished = path + ".unfinished";
    std::filesystem::remove(unfinished);
    int error = 0;
    Archive archive(zip_open(unfinished.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error));
    if (!archive) fail(path, sentence_of(error));
    for (const auto& part : parts) {
        zip_source_t* source =
            part.path.empty()
                ? zip_source_buffer(archive.get(), part.text.data(), part.text.size(), 0)
                : zip_source_file(archive.get(), part.path.c_str(), 0, -1);
        if (source == nullptr) fail(path, zip_strerror(archive.get()));
        const auto index = zip_file_add(archive.get(), part.name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            zip_source_free(source);
            fail(path, zip_strerror(archive.get()));
        }
        const auto at = static_cast<zip_uint64_t>(index);
        zip_file_set_mtime(archive.get(), at, no_time, 0);
        const bool packed = part.packing == Packing::none;
        zip_set_file_compression(archive.get(), at, packed ? ZIP_CM_STORE : ZIP_CM_DEFLATE,
                                 packed ? 0 : 3);
    }
    // Closing does the work; what could not be closed is discarded.
    if (zip_close(archive.get()) != 0) {
        const std::string why = zip_strerror(archive.get());
        archive.reset();
        std::filesystem::remove(unfinished);
        fail(path, why);
    }
    (void)archive.release();
    std::filesystem::permissions(unfinished, std::filesystem::perms::owner_read |
                                                 std::filesystem::perms::owner_write);
    std::filesystem::rename(unfinished, path);
}

Result<void> visit_archive(const std::string& path, std::size_t bytes_max,
                           const std::function<bool(std::string_view name)>& wanted,
                           const std::function<void(std::string name, std::string text)>& take)
{
    auto archive = open_archive(path, bytes_max);
    if (!archive) return archive.error();
    std::size_t bytes = 0;
    const auto count = zip_get_num_entries(archive->get(), 0);
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
        const char* name = zip_get_name(archive->get(), i, ZIP_FL_ENC_GUESS);
        if (name != nullptr && !wanted(name)) continue;
        const OpenFile file(zip_fopen_index(archive->get(), i, 0));
        if (!file || name == nullptr)
            return Refusal::malformed("{1} is damaged: one of its files cannot be read.")
                .with(path);
        std::string text;
        std::array<char, 65536> piece{};
        while (true) {
            const auto got = zip_fread(file.get(), piece.data(), piece.size());
            if (got < 0)
                return Refusal::malformed("{1} is damaged: {2} cannot be read.")
                    .with(path)
                    .with(name);
            if (got == 0) break;
            bytes += static_cast<std::size_t>(got);
            if (bytes > bytes_max)
                return Refusal::malformed("{1} unpacks to more than we take.").with(path);
            text.append(piece.data(), static_cast<std::size_t>(got));
        }
        take(name, std::move(text));
    }
    return {};
}

Result<std::vector<std::pair<std::string, std::string>>> read_archive(const std::string& path,
                                                                      std::size_t bytes_max)
{
    std::vector<std::pair<std::string, std::string>> files;
    const auto read = visit_archive(
        path, bytes_max, [](std::string_view) { return true; },
        [&](std::string name, std::string text) {
            files.emplace_back(std::move(name), std::move(text));
        });
    if (!read) return read.error();
    return files;
}

Result<void> unpack(const std::string& path, const std::string& name, const std::string& target)
{
    const auto room = std::filesystem::space(std::filesystem::path(target).parent_path());
    auto archive = open_archive(path, room.available);
    if (!archive) return archive.error();
    const OpenFile file(zip_fopen(archive->get(), name.c_str(), 0));
    if (!file) return Refusal::malformed("{1} holds no {2}.").with(path).with(name);
    std::ofstream out(target, std::ios::binary | std::ios::trunc);
    std::array<char, 65536> piece{};
    while (true) {
        const auto got = zip_fread(file.get(), piece.data(), piece.size());
        if (got < 0)
            return Refusal::malformed("{1} is damaged: {2} cannot be read.").with(path).with(name);
        if (got == 0) break;
        out.write(piece.data(), got);
    }
    out.flush();
    if (!out) throw std::runtime_error("cannot write " + target + ".");
    return {};
}

} // namespace moothall::hall
