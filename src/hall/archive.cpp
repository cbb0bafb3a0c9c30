#include "hall/archive.hpp"

#include "text/unicode.hpp"

#include <zip.h>

#include <array>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <new>
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

constexpr zip_uint64_t files_max = 10'000;

/// Our zip files lie flat, but for documents. Nothing is ever written under the name that a file
/// gives itself, but who sends "../moothall.toml" means no good, and two files of a name are read
/// differently by two programs.
bool is_plain_name(std::string_view name)
{
    return !name.empty() && name != "." && name != ".." && is_valid_utf8(name) &&
           !has_forbidden_characters(name) && name.find_first_of("/\\:") == std::string_view::npos;
}

/// A name with folders before it, none of which leads out. That of a folder ends with "/".
bool is_name_below(std::string_view name)
{
    if (name.ends_with('/')) name.remove_suffix(1);
    while (true) {
        const auto end = name.find('/');
        if (!is_plain_name(name.substr(0, end))) return false;
        if (end == std::string_view::npos) return true;
        name.remove_prefix(end + 1);
    }
}

/// How much larger than its zip file a file may become. Deflate can pack a thousand times; rows of
/// people's words, with an id in each, pack some ten times.
constexpr std::uint64_t packed_times_max = 200;
constexpr std::uint64_t always_fine_bytes = 16 * 1024 * 1024;

/// Looks at what a zip file says of its files before any of them is unpacked: their names, and how
/// large they become. (While reading, libzip holds a file to the size and the checksum that were
/// said of it.)
Result<void> check_archive(zip_t* archive, const std::string& path, std::uint64_t packed,
                           std::uint64_t bytes_max, Names allowed)
{
    std::uint64_t bytes = 0;
    std::set<std::string, std::less<>> names;
    const auto count = static_cast<zip_uint64_t>(zip_get_num_entries(archive, 0));
    if (allowed == Names::folders && count > files_max)
        return Refusal::malformed("{1} holds more files than we take.").with(path);
    for (zip_uint64_t i = 0; i < count; ++i) {
        zip_stat_t stat;
        if (zip_stat_index(archive, i, 0, &stat) != 0 || (stat.valid & ZIP_STAT_NAME) == 0 ||
            (stat.valid & ZIP_STAT_SIZE) == 0)
            return Refusal::malformed("{1} is damaged: one of its files cannot be read.")
                .with(path);
        if (allowed == Names::folders ? !is_name_below(stat.name) : !is_plain_name(stat.name))
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
    return {};
}

Refusal no_archive(const std::string& path, const std::string& why)
{
    return Refusal::malformed("{1} cannot be read as a zip file: {2}.").with(path).with(why);
}

Result<Archive> open_archive(const std::string& path, std::uint64_t bytes_max)
{
    int error = 0;
    Archive archive(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &error));
    if (!archive) return no_archive(path, sentence_of(error));
    std::error_code unknown;
    const auto packed = std::filesystem::file_size(path, unknown);
    if (auto checked = check_archive(archive.get(), path, packed, bytes_max, Names::flat); !checked)
        return checked.error();
    return archive;
}

/// Bytes in memory, as libzip takes and makes them.
struct FreeSource {
    void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Source = std::unique_ptr<zip_source_t, FreeSource>;

Source make_source(std::string_view bytes)
{
    Source source(zip_source_buffer_create(bytes.data(), bytes.size(), 0, nullptr));
    if (!source) throw std::bad_alloc();
    return source;
}

/// Opens it for as long as `source` is kept.
Archive open_source(const Source& source, int flags, std::string& why)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_keep(source.get()); // the archive frees one
    Archive archive(zip_open_from_source(source.get(), flags, &error));
    if (!archive) {
        zip_source_free(source.get());
        why = zip_error_strerror(&error);
    }
    zip_error_fini(&error);
    return archive;
}

/// A part that is read while libzip packs it. Nothing may be thrown through libzip, which is C:
/// what is thrown waits in `thrown`.
struct Feed {
    const ArchivePart* part;
    std::exception_ptr* thrown;
    std::string piece{};
    std::size_t given = 0; // of the piece
    bool ended = false;

    zip_int64_t read(char* into, std::size_t bytes_max)
    {
        while (given == piece.size()) {
            piece.clear();
            given = 0;
            if (ended) return 0;
            ended = !part->more(piece);
        }
        const auto bytes = std::min(bytes_max, piece.size() - given);
        std::memcpy(into, piece.data() + given, bytes);
        given += bytes;
        return static_cast<zip_int64_t>(bytes);
    }
};

zip_int64_t answer_libzip(void* state, void* data, zip_uint64_t length, zip_source_cmd_t command)
{
    auto* feed = static_cast<Feed*>(state);
    switch (command) {
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                              ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                              -1);
    case ZIP_SOURCE_OPEN:
    case ZIP_SOURCE_CLOSE:
        return 0;
    case ZIP_SOURCE_STAT: // how large it becomes is not known
        zip_stat_init(static_cast<zip_stat_t*>(data));
        return sizeof(zip_stat_t);
    case ZIP_SOURCE_READ:
        try {
            return feed->read(static_cast<char*>(data), length);
        } catch (...) {
            *feed->thrown = std::current_exception();
            return -1;
        }
    case ZIP_SOURCE_ERROR: {
        const std::array<int, 2> codes{ZIP_ER_INTERNAL, 0};
        std::memcpy(data, codes.data(), sizeof codes);
        return sizeof codes;
    }
    case ZIP_SOURCE_FREE:
        delete feed;
        return 0;
    default:
        return -1;
    }
}

zip_source_t* source_of(zip_t* archive, const ArchivePart& part, std::exception_ptr& thrown)
{
    if (!part.path.empty()) return zip_source_file(archive, part.path.c_str(), 0, -1);
    if (!part.more) return zip_source_buffer(archive, part.text.data(), part.text.size(), 0);
    auto feed = std::make_unique<Feed>(Feed{.part = &part, .thrown = &thrown});
    auto* source = zip_source_function(archive, answer_libzip, feed.get());
    if (source != nullptr) (void)feed.release(); // goes with the source
    return source;
}

/// Puts the parts into an archive; gives why that cannot be, or nothing. What reading them throws
/// while the archive is closed is in `thrown`.
std::string add_parts(zip_t* archive, const std::vector<ArchivePart>& parts,
                      std::exception_ptr& thrown)
{
    for (const auto& part : parts) {
        auto* source = source_of(archive, part, thrown);
        if (source == nullptr) return zip_strerror(archive);
        const auto index = zip_file_add(archive, part.name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            zip_source_free(source);
            return zip_strerror(archive);
        }
        const auto at = static_cast<zip_uint64_t>(index);
        zip_file_set_mtime(archive, at, no_time, 0);
        const bool packed = part.packing == Packing::none;
        zip_set_file_compression(archive, at, packed ? ZIP_CM_STORE : ZIP_CM_DEFLATE,
                                 packed ? 0 : 3);
    }
    return {};
}

/// Hands on the pieces of a file.
Result<void> read_pieces(zip_file_t* file, const std::string& path, const std::string& name,
                         const std::function<Result<void>(std::string_view piece)>& take)
{
    std::array<char, 65536> piece{};
    while (true) {
        const auto got = zip_fread(file, piece.data(), piece.size());
        if (got < 0)
            return Refusal::malformed("{1} is damaged: {2} cannot be read.").with(path).with(name);
        if (got == 0) return {};
        if (auto taken = take({piece.data(), static_cast<std::size_t>(got)}); !taken)
            return taken.error();
    }
}

/// Hands on the files that are wanted, one at a time.
Result<void> read_files(zip_t* archive, const std::string& path, std::size_t bytes_max,
                        const std::function<bool(std::string_view name)>& wanted,
                        const std::function<void(std::string name, std::string text)>& take)
{
    std::size_t bytes = 0;
    const auto count = zip_get_num_entries(archive, 0);
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
        const char* name = zip_get_name(archive, i, ZIP_FL_ENC_GUESS);
        if (name != nullptr && !wanted(name)) continue;
        const OpenFile file(zip_fopen_index(archive, i, 0));
        if (!file || name == nullptr)
            return Refusal::malformed("{1} is damaged: one of its files cannot be read.")
                .with(path);
        std::string text;
        const auto read = read_pieces(file.get(), path, name, [&](std::string_view piece) {
            bytes += piece.size();
            if (bytes > bytes_max)
                return Result<void>(
                    Refusal::malformed("{1} unpacks to more than we take.").with(path));
            text += piece;
            return Result<void>();
        });
        if (!read) return read.error();
        take(name, std::move(text));
    }
    return {};
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
    std::exception_ptr thrown;
    if (const auto why = add_parts(archive.get(), parts, thrown); !why.empty()) fail(path, why);
    // Closing does the work; what could not be closed is discarded.
    if (zip_close(archive.get()) != 0) {
        const std::string why = zip_strerror(archive.get());
        archive.reset();
        std::filesystem::remove(unfinished);
        if (thrown) std::rethrow_exception(thrown);
        fail(path, why);
    }
    (void)archive.release();
    std::filesystem::permissions(unfinished, std::filesystem::perms::owner_read |
                                                 std::filesystem::perms::owner_write);
    std::filesystem::rename(unfinished, path);
}

std::string make_archive(const std::vector<ArchivePart>& parts)
{
    const auto source = make_source({});
    std::string why;
    auto archive = open_source(source, ZIP_TRUNCATE, why);
    std::exception_ptr thrown;
    if (archive) why = add_parts(archive.get(), parts, thrown);
    if (why.empty() && zip_close(archive.get()) != 0) why = zip_strerror(archive.get());
    if (thrown) std::rethrow_exception(thrown);
    if (!why.empty()) fail("a zip file", why);
    (void)archive.release();
    std::string bytes;
    if (zip_source_open(source.get()) != 0) fail("a zip file", "it cannot be read again");
    std::array<char, 65536> piece{};
    for (zip_int64_t got = 0;
         (got = zip_source_read(source.get(), piece.data(), piece.size())) > 0;)
        bytes.append(piece.data(), static_cast<std::size_t>(got));
    zip_source_close(source.get());
    return bytes;
}

void ArchiveReader::Discard::operator()(zip* archive) const
{
    zip_discard(archive);
}

Result<ArchiveReader> ArchiveReader::open(const std::string& path, std::size_t bytes_max)
{
    auto archive = open_archive(path, bytes_max);
    if (!archive) return archive.error();
    return ArchiveReader(path, archive->release());
}

std::vector<std::string> ArchiveReader::names() const
{
    std::vector<std::string> names;
    const auto count = static_cast<zip_uint64_t>(zip_get_num_entries(archive_.get(), 0));
    for (zip_uint64_t i = 0; i < count; ++i)
        if (const char* name = zip_get_name(archive_.get(), i, ZIP_FL_ENC_GUESS); name != nullptr)
            names.emplace_back(name);
    return names;
}

Result<void>
ArchiveReader::read(const std::string& name,
                    const std::function<Result<void>(std::string_view piece)>& take) const
{
    const OpenFile file(zip_fopen(archive_.get(), name.c_str(), 0));
    if (!file) return Refusal::malformed("{1} holds no {2}.").with(path_).with(name);
    return read_pieces(file.get(), path_, name, take);
}

Result<void> visit_archive(const std::string& path, std::size_t bytes_max,
                           const std::function<bool(std::string_view name)>& wanted,
                           const std::function<void(std::string name, std::string text)>& take)
{
    const auto archive = open_archive(path, bytes_max);
    if (!archive) return archive.error();
    return read_files(archive->get(), path, bytes_max, wanted, take);
}

Result<ArchivedFiles> read_archive(const std::string& path, std::size_t bytes_max)
{
    ArchivedFiles files;
    const auto read = visit_archive(
        path, bytes_max, [](std::string_view) { return true; },
        [&](std::string name, std::string text) {
            files.emplace_back(std::move(name), std::move(text));
        });
    if (!read) return read.error();
    return files;
}

Result<ArchivedFiles> read_archive_bytes(std::string_view bytes, const std::string& name,
                                         std::size_t bytes_max, Names names)
{
    const auto source = make_source(bytes);
    std::string why;
    const auto archive = open_source(source, ZIP_RDONLY | ZIP_CHECKCONS, why);
    if (!archive) return no_archive(name, why);
    if (auto checked = check_archive(archive.get(), name, bytes.size(), bytes_max, names); !checked)
        return checked.error();
    ArchivedFiles files;
    const auto read = read_files(
        archive.get(), name, bytes_max, [](std::string_view one) { return !one.ends_with('/'); },
        [&](std::string one, std::string text) {
            files.emplace_back(std::move(one), std::move(text));
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
    const auto read = read_pieces(file.get(), path, name, [&out](std::string_view piece) {
        out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
        return Result<void>();
    });
    if (!read) return read.error();
    out.flush();
    if (!out) throw std::runtime_error("cannot write " + target + ".");
    return {};
}

} // namespace moothall::hall
