// A zip file that is brought in: whatever the bytes, it is refused, or unpacks to no more than was
// allowed, and its rows are written or refused as a whole.
//
// Mutating compressed bytes seldom gets past their checksum, so an input that does not begin as a
// zip does is taken as the files themselves: a name, a line break, the text, and a NUL between two.

#include "base/invariant.hpp"
#include "hall/archive.hpp"
#include "hall/carry.hpp"
#include "store/database.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace moothall;

namespace {

constexpr std::size_t bytes_max = 1 << 20;

/// Thrown to take back what an input wrote.
struct TakeBack {};

/// An empty hall, made once.
class Hall {
public:
    Hall()
    {
        folder_ = std::filesystem::temp_directory_path() /
                  ("moothall-fuzz-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
        database_ = store::Database::open({.url = "sqlite:" + (folder_ / "hall.db").string()});
    }
    Hall(const Hall&) = delete;
    Hall& operator=(const Hall&) = delete;
    ~Hall()
    {
        database_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    store::Database& database() { return *database_; }

private:
    std::filesystem::path folder_;
    std::unique_ptr<store::Database> database_;
};

std::vector<std::pair<std::string, std::string>> split(std::string_view text)
{
    std::vector<std::pair<std::string, std::string>> files;
    while (!text.empty()) {
        const auto end = std::min(text.find('\0'), text.size());
        const auto file = text.substr(0, end);
        const auto line = std::min(file.find('\n'), file.size());
        files.emplace_back(file.substr(0, line), file.substr(std::min(line + 1, file.size())));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return files;
}

Result<std::vector<std::pair<std::string, std::string>>> read(std::string_view text)
{
    const int file = ::memfd_create("archive", MFD_CLOEXEC);
    if (file < 0 || ::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        std::abort();
    auto files = hall::read_archive("/proc/self/fd/" + std::to_string(file), bytes_max);
    ::close(file);
    return files;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static Hall hall;
    const std::string text(data, data + size);
    std::vector<std::pair<std::string, std::string>> files;
    if (text.starts_with("PK")) {
        auto unpacked = read(text);
        if (!unpacked) return 0;
        files = *std::move(unpacked);
        std::size_t bytes = 0;
        for (const auto& [name, content] : files) bytes += content.size();
        invariant(bytes <= bytes_max, "a zip unpacks to no more than was allowed");
    } else {
        files = split(text);
    }
    try {
        hall.database().write([&](store::Transaction& transaction) {
            static_cast<void>(hall::import_organisation(transaction, files));
            throw TakeBack{};
        });
    } catch (const TakeBack&) { // as it was
    } catch (const store::Failure&) {
        // Rows that contradict each other (a key twice, a voice without its thing) are refused by
        // the database, which takes all of them back.
    }
    return 0;
}
