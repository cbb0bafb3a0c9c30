#include "sense/model_file.hpp"

#include "text/language.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

namespace moothall::sense {

namespace {

// Texts whose language is looked at, and the share of those not in English from which on the table
// of six languages is better.
constexpr std::size_t texts_asked_max = 400;
constexpr double foreign_share_min = 0.2;

Refusal cannot_read(const std::string& path)
{
    return Refusal::malformed("cannot read {1}: {2}.").with(path).with(std::strerror(errno));
}

} // namespace

Result<MappedFile> MappedFile::open(const std::string& path)
{
    const auto descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return cannot_read(path);
    struct stat status{};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        const auto is_folder = S_ISDIR(status.st_mode);
        ::close(descriptor);
        errno = is_folder ? EISDIR : EINVAL;
        return cannot_read(path);
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) {
        ::close(descriptor);
        return MappedFile(std::span<const std::byte>());
    }
    auto* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    const auto error = errno;
    ::close(descriptor);
    errno = error;
    if (memory == MAP_FAILED) return cannot_read(path);
    return MappedFile(std::span(static_cast<const std::byte*>(memory), size));
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept
{
    std::swap(bytes_, other.bytes_);
    return *this;
}

MappedFile::~MappedFile()
{
    if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

std::optional<std::string> find_model(std::string_view table)
{
    namespace fs = std::filesystem;
    std::error_code error;
    if (const auto* named = std::getenv("MOOTHALL_MODEL"); named != nullptr && *named != '\0') {
        const fs::path path(named);
        if (fs::is_regular_file(path, error)) return path.string();
        if (fs::is_regular_file(path / table, error)) return (path / table).string();
        return {};
    }
    const auto program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
        for (const auto* folder : {"../share/moothall", "model", "../../model"}) {
            const auto path = (program.parent_path() / folder / table).lexically_normal();
            if (fs::is_regular_file(path, error)) return path.string();
        }
    }
#ifdef MOOTHALL_SOURCE_DIR
    if (const auto path = fs::path(MOOTHALL_SOURCE_DIR) / "model" / table;
        fs::is_regular_file(path, error))
        return path.string();
#endif
    return {};
}

Result<std::unique_ptr<LoadedModel>> load_model(std::string_view table)
{
    const auto path = find_model(table);
    if (!path)
        return Refusal::malformed(
                   "cannot find the word table {1}: set MOOTHALL_MODEL to its folder.")
            .with(std::string(table));
    auto file = MappedFile::open(*path);
    if (!file) return file.error();
    auto model = Model::read(file->bytes());
    if (!model) return model.error();
    return std::unique_ptr<LoadedModel>(
        new LoadedModel{*path, std::move(*file), std::move(*model)});
}

std::string_view table_for(std::span<const std::string_view> texts)
{
    std::size_t english = 0;
    std::size_t foreign = 0;
    const auto asked = std::min(texts.size(), texts_asked_max);
    for (std::size_t i = 0; i < asked; ++i) {
        const auto language = detect_language(texts[i * texts.size() / asked].substr(0, 500));
        if (language == "en") ++english;
        if (!language.empty() && language != "en") ++foreign;
    }
    const auto known = static_cast<double>(english + foreign);
    const auto mixed = known > 0 && static_cast<double>(foreign) >= foreign_share_min * known;
    return mixed && find_model(table_of_six_languages) ? table_of_six_languages : english_table;
}

Result<std::unique_ptr<LoadedModel>> load_model_for(std::span<const std::string_view> texts)
{
    return load_model(table_for(texts));
}

std::string checksum_of_file(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, 32);
    std::vector<char> block(64 * 1024);
    while (file.read(block.data(), std::ssize(block)) || file.gcount() > 0)
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(block.data()),
                                  static_cast<unsigned long long>(file.gcount()));
    std::array<unsigned char, 32> hash{};
    crypto_generichash_final(&state, hash.data(), hash.size());
    std::array<char, 17> text{};
    sodium_bin2hex(text.data(), text.size(), hash.data(), 8);
    return text.data();
}

} // namespace moothall::sense
