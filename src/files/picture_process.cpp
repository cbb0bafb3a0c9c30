// The side of the server: starts the process that reads a picture, gives it the bytes, and takes
// what it answers as that of a stranger.

#include "files/picture_reader.hpp"

#include "files/picture_codec.hpp"
#include "store/database.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <mutex>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

namespace moothall::files {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds turn_time{20};
constexpr std::chrono::seconds reading_time{30};
/// What a clean picture may have: an uncompressed one of the most pixels does not come near it.
constexpr std::size_t answer_bytes_max = 96 * 1024 * 1024;

std::counting_semaphore<2>& turns()
{
    static std::counting_semaphore<2> two(2);
    return two;
}

std::mutex program_mutex;
std::string program = "/proc/self/exe"; // also when the file was replaced by a newer one meanwhile

std::string program_path()
{
    const std::lock_guard lock(program_mutex);
    return program;
}

class Turn {
public:
    Turn()
    {
        if (!turns().try_acquire_for(turn_time))
            throw store::Busy("Too many pictures wait to be decoded.");
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { turns().release(); }
};

class Socket {
public:
    explicit Socket(int number) : number_(number) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { close(); }
    int number() const { return number_; }
    void close()
    {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }

private:
    int number_;
};

[[noreturn]] void fail(const char* what, int code)
{
    throw std::system_error(code, std::generic_category(), what);
}

/// The process that reads one picture; ended with this object at the latest.
class Reader {
public:
    explicit Reader(int socket)
    {
        posix_spawn_file_actions_t actions;
        if (const int code = posix_spawn_file_actions_init(&actions); code != 0)
            fail("posix_spawn_file_actions_init", code);
        posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        // Nothing of ours is open there: not the database, not the connections of others.
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
        std::string path = program_path();
        std::string word(picture_reader_word);
        const std::array<char*, 3> arguments = {path.data(), word.data(), nullptr};
        const std::array<char*, 1> environment = {nullptr};
        const int code = posix_spawn(&process_, path.c_str(), &actions, nullptr, arguments.data(),
                                     environment.data());
        posix_spawn_file_actions_destroy(&actions);
        if (code != 0) fail("posix_spawn", code);
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader()
    {
        int ignored = 0;
        if (process_ > 0) stop(ignored);
    }

    /// Waits for its end, which is made to come; how it ended, none when by a signal. Throws Busy
    /// when somebody else killed it, as a system without memory does: that says nothing of the
    /// picture.
    std::optional<int> end()
    {
        if (process_ <= 0) return {};
        int status = 0;
        stop(status);
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
            throw store::Busy("The reader of pictures was killed.");
        return WIFEXITED(status) ? std::optional(WEXITSTATUS(status)) : std::nullopt;
    }
    /// It closed its end: it ends by itself.
    void finish() { finished_ = true; }

private:
    void stop(int& status)
    {
        if (!finished_) ::kill(process_, SIGKILL);
        while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
        }
        process_ = -1;
    }

    pid_t process_ = -1;
    bool finished_ = false;
};

/// Sends the bytes and takes the answer, both at once; none when it is too much. Throws Busy when
/// it takes too long: the machine is, as what the reader may compute ends before that
/// (picture_walls).
std::optional<std::string> converse(int socket, std::string_view bytes)
{
    const auto deadline = Clock::now() + reading_time;
    std::string answer;
    std::array<char, 65536> piece{};
    bool sending = true;
    while (true) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) throw store::Busy("A picture took too long to be read.");
        pollfd ready{socket, static_cast<short>(sending ? POLLIN | POLLOUT : POLLIN), 0};
        if (::poll(&ready, 1, static_cast<int>(left.count())) < 0) {
            if (errno == EINTR) continue;
            fail("poll", errno);
        }
        if ((ready.revents & POLLOUT) != 0 && sending) {
            const auto count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
            const bool gone = count < 0 && errno != EAGAIN && errno != EINTR;
            if (bytes.empty() || gone) {
                ::shutdown(socket, SHUT_WR);
                sending = false;
            }
        }
        if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            const auto count = ::recv(socket, piece.data(), piece.size(), 0);
            if (count == 0 || (count < 0 && errno == ECONNRESET)) return answer;
            if (count < 0 && errno != EAGAIN && errno != EINTR) fail("recv", errno);
            if (count > 0) answer.append(piece.data(), static_cast<std::size_t>(count));
            if (answer.size() > answer_bytes_max) return std::nullopt;
        }
    }
}

std::optional<CleanPicture> read_answer(PictureFormat format, const std::string& answer)
{
    const auto line = answer.find('\n');
    if (line == std::string::npos || line > 80) return std::nullopt;
    std::array<std::uint64_t, 4> numbers{};
    const char* at = answer.data();
    const char* end = at + line;
    for (auto& number : numbers) {
        const auto read = std::from_chars(at, end, number);
        if (read.ec != std::errc()) return std::nullopt;
        at = std::min(read.ptr + 1, end);
    }
    const auto& [width, height, bytes, small] = numbers;
    // A picture that was on its side is turned.
    if (width == 0 || height == 0 || width > picture_side_max || height > picture_side_max ||
        bytes == 0 || bytes > answer_bytes_max || small > answer_bytes_max ||
        bytes + small != answer.size() - line - 1)
        return std::nullopt;
    CleanPicture clean{.format = format,
                       .width = static_cast<std::uint32_t>(width),
                       .height = static_cast<std::uint32_t>(height),
                       .bytes = answer.substr(line + 1, bytes),
                       .small = answer.substr(line + 1 + bytes)};
    // Whoever took the reader over may at most give us another picture.
    if (picture_format_of(clean.bytes) != format ||
        (!clean.small.empty() && picture_format_of(clean.small) != PictureFormat::webp))
        return std::nullopt;
    return clean;
}

Refusal damaged()
{
    return Refusal::invalid("files", "This picture is damaged and cannot be read.");
}

Result<void> check_size(PictureFormat format, std::string_view bytes)
{
    const auto head = read_picture_head(format, bytes);
    if (!head) return damaged();
    const auto canvas = std::uint64_t{head->width} * head->height;
    if (head->width > picture_side_max || head->height > picture_side_max ||
        canvas > picture_pixels_max || head->frames > frames_max ||
        head->pixels > moving_pixels_max)
        return Refusal::invalid("files",
                                "This picture has more pixels than we can show: {1} million fit.")
            .with(std::to_string(picture_pixels_max / 1'000'000));
    return {};
}

} // namespace

void use_picture_reader(std::string path)
{
    const std::lock_guard lock(program_mutex);
    program = std::move(path);
}

Result<CleanPicture> clean_picture(PictureFormat format, std::string_view bytes)
{
    if (const auto good = check_size(format, bytes); !good) return good.error();
    const Turn turn;
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
        fail("socketpair", errno);
    const Socket ours(pair[0]);
    Socket theirs(pair[1]);
    if (::fcntl(ours.number(), F_SETFL, O_NONBLOCK) != 0) fail("fcntl", errno);
    Reader reader(theirs.number());
    theirs.close();
    const auto answer = converse(ours.number(), bytes);
    if (!answer) return damaged();
    reader.finish();
    const auto code = reader.end();
    if (code == picture_unsafe)
        throw std::runtime_error("this system does not let the reader of pictures be shut in");
    auto clean = code == picture_good ? read_answer(format, *answer) : std::nullopt;
    if (!clean) return damaged();
    return *std::move(clean);
}

} // namespace moothall::files
