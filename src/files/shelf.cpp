#include "files/shelf.hpp"

#include "store/database.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>
#include <system_error>

namespace moothall::files {

namespace {

namespace paths = std::filesystem;

constexpr std::string_view archive_prefix = "file-";
constexpr std::size_t hash_digits = 64;

[[noreturn]] void fail(const std::string& what, int code)
{
    if (code == ENOSPC || code == EDQUOT)
        throw store::DiskFull("The disk is full: " + what + " was not written.");
    throw std::system_error(code, std::generic_category(), what);
}

class Descriptor {
public:
    Descriptor(const std::string& path, int flags, mode_t mode = 0)
        : number_(::open(path.c_str(), flags | O_CLOEXEC, mode))
    {
        if (number_ < 0) fail(path, errno);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { ::close(number_); }
    int number() const { return number_; }

private:
    int number_;
};

void make_folder(const std::string& path)
{
    std::error_code error;
    paths::create_directories(path, error);
    if (error) fail(path, error.value());
}

void sync_folder(const std::string& path)
{
    const Descriptor folder(path, O_RDONLY | O_DIRECTORY);
    if (::fsync(folder.number()) != 0) fail(path, errno);
}

/// Removed unless it was renamed.
class Unfinished {
public:
    explicit Unfinished(std::string path) : path_(std::move(path)) {}
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
    ~Unfinished()
    {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    const std::string& path() const { return path_; }
    void rename_to(const std::string& target)
    {
        if (::rename(path_.c_str(), target.c_str()) != 0) fail(target, errno);
        path_.clear();
    }

private:
    std::string path_;
};

void write_whole(const std::string& path, std::string_view bytes)
{
    const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    while (!bytes.empty()) {
        const auto count = ::write(file.number(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(path, errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    if (::fsync(file.number()) != 0) fail(path, errno);
}

std::string hexadecimal(std::string_view bytes)
{
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                   bytes.size());
    text.pop_back();
    return text;
}

std::string random_name()
{
    std::string bytes(12, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return ".new-" + hexadecimal(bytes);
}

/// Between processes too: those who put hold it together, who removes holds it alone.
int lock(const std::string& folder, int kind)
{
    make_folder(folder);
    const auto path = folder + "/.lock";
    const int number = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (number < 0) fail(path, errno);
    while (::flock(number, kind) != 0) {
        if (errno == EINTR) continue;
        const int code = errno;
        ::close(number);
        if (code == EWOULDBLOCK) return -1;
        fail(path, code);
    }
    return number;
}

bool was_touched_since(const std::string& path, Time before)
{
    struct stat state{};
    if (::stat(path.c_str(), &state) != 0) return false;
    const auto at = std::chrono::seconds{state.st_mtim.tv_sec};
    return Time{std::chrono::duration_cast<Time::duration>(at)} >= before;
}

} // namespace

/// Those who read the same file at a time share its bytes.
struct Shelf::Shared {
    std::mutex mutex;
    std::map<std::string, std::weak_ptr<const std::string>, std::less<>> open;
};

std::string hash_of(std::string_view bytes)
{
    std::string hash(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()),
                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return hexadecimal(hash);
}

bool is_hash(std::string_view text)
{
    return text.size() == hash_digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string archive_name(Id organisation, std::string_view hash)
{
    return std::string(archive_prefix) + organisation.text() + "-" + std::string(hash);
}

std::optional<Shelf::Place> place_of(std::string_view name)
{
    if (!name.starts_with(archive_prefix)) return std::nullopt;
    name.remove_prefix(archive_prefix.size());
    const auto dash = name.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto organisation = Id::parse(name.substr(0, dash));
    const auto hash = name.substr(dash + 1);
    if (!organisation || !is_hash(hash)) return std::nullopt;
    return Shelf::Place{*organisation, std::string(hash)};
}

Shelf::Shelf(std::string folder) : folder_(std::move(folder)), shared_(std::make_shared<Shared>())
{
}

Shelf::Hold::Hold(const Shelf& shelf) : lock_(lock(shelf.folder_, LOCK_SH)) {}

Shelf::Hold::~Hold()
{
    ::close(lock_);
}

std::string Shelf::folder_of(Id organisation, std::string_view hash) const
{
    return folder_ + "/" + organisation.text() + "/" + std::string(hash.substr(0, 2));
}

std::string Shelf::path_of(Id organisation, std::string_view hash) const
{
    return folder_of(organisation, hash) + "/" + std::string(hash);
}

bool Shelf::has(Id organisation, std::string_view hash) const
{
    return is_hash(hash) && ::access(path_of(organisation, hash).c_str(), F_OK) == 0;
}

std::string Shelf::put(Id organisation, std::string_view bytes)
{
    const auto hash = hash_of(bytes);
    const Hold hold(*this);
    const auto path = path_of(organisation, hash);
    // There already: young again, so that it is not taken away before its new row is written.
    if (::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0) return hash;
    const auto folder = folder_of(organisation, hash);
    make_folder(folder);
    Unfinished unfinished(folder + "/" + random_name());
    write_whole(unfinished.path(), bytes);
    unfinished.rename_to(path);
    sync_folder(folder);
    sync_folder(paths::path(folder).parent_path().string());
    sync_folder(folder_);
    return hash;
}

std::shared_ptr<const std::string> Shelf::read(Id organisation, std::string_view hash)
{
    if (!is_hash(hash)) return nullptr;
    const auto path = path_of(organisation, hash);
    const std::lock_guard guard(shared_->mutex);
    if (const auto found = shared_->open.find(path); found != shared_->open.end()) {
        if (auto bytes = found->second.lock()) return bytes;
        shared_->open.erase(found);
    }
    if (!has(organisation, hash)) return nullptr;
    const Descriptor file(path, O_RDONLY);
    struct stat state{};
    if (::fstat(file.number(), &state) != 0) fail(path, errno);
    auto bytes = std::make_shared<std::string>(static_cast<std::size_t>(state.st_size), '\0');
    std::size_t at = 0;
    while (at < bytes->size()) {
        const auto count = ::read(file.number(), bytes->data() + at, bytes->size() - at);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(path, errno);
        if (count == 0) throw std::runtime_error(path + " is shorter than it was.");
        at += static_cast<std::size_t>(count);
    }
    std::erase_if(shared_->open, [](const auto& one) { return one.second.expired(); });
    shared_->open.emplace(path, bytes);
    return bytes;
}

std::vector<Shelf::Place> Shelf::list() const
{
    std::vector<Place> places;
    std::error_code absent;
    for (const auto& entry : paths::recursive_directory_iterator(folder_, absent)) {
        const auto hash = entry.path().filename().string();
        if (!is_hash(hash)) continue;
        const auto folder = entry.path().parent_path().parent_path().filename().string();
        if (const auto organisation = Id::parse(folder)) places.push_back({*organisation, hash});
    }
    return places;
}

std::int64_t Shelf::collect(Id organisation, std::string_view digits, Time before,
                            const std::function<bool(const std::string& hash)>& is_named)
{
    const auto folder = folder_ + "/" + organisation.text() + "/" + std::string(digits);
    std::error_code absent;
    std::vector<std::string> old;
    for (const auto& entry : paths::directory_iterator(folder, absent)) {
        const auto name = entry.path().filename().string();
        const bool unfinished = name.starts_with(".new-"); // the server stopped in the middle of it
        if ((unfinished || (is_hash(name) && !is_named(name))) &&
            !was_touched_since(entry.path().string(), before))
            old.push_back(entry.path().string());
    }
    if (old.empty()) return 0;
    const int alone = lock(folder_, LOCK_EX | LOCK_NB);
    if (alone < 0) return 0; // somebody puts, or a backup is made: another time
    std::int64_t removed = 0;
    for (const auto& path : old)
        // Looked at again, now that nobody can make it young any more.
        if (!was_touched_since(path, before) && ::unlink(path.c_str()) == 0) ++removed;
    ::close(alone);
    return removed;
}

} // namespace moothall::files
