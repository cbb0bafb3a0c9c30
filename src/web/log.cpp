#include "web/log.hpp"

#include "base/time.hpp"
#include "text/json.hpp"
#include "web/limits.hpp"
#include "web/request.hpp"

#include <sodium.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <mutex>
#include <unordered_map>

namespace moothall::web {

namespace {

std::mutex sink_mutex;
std::function<void(std::string_view)> log_sink;

std::string_view to_text(LogLevel level)
{
    switch (level) {
    case LogLevel::info:
        return "info";
    case LogLevel::warning:
        return "warning";
    case LogLevel::error:
        return "error";
    }
    return "error";
}

/// One write for a whole line, so that lines of several threads do not mix.
void write_whole(std::string_view line)
{
    while (!line.empty()) {
        const auto written = ::write(STDERR_FILENO, line.data(), line.size());
        if (written <= 0) return; // nobody reads our notes: no reason to stop serving
        line.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// Who floods us must not flood the log too: one line a minute for each client and act.
bool is_first_in_a_while(const std::string& what)
{
    constexpr std::chrono::minutes while_lasts{1};
    constexpr std::size_t remembered_max = 1000; // then all are forgotten: a few lines more
    static std::mutex mutex;
    static std::unordered_map<std::string, std::chrono::steady_clock::time_point> logged;
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex);
    if (logged.size() >= remembered_max) logged.clear();
    const auto [entry, is_new] = logged.try_emplace(what, now);
    if (!is_new && now - entry->second < while_lasts) return false;
    entry->second = now;
    return true;
}

} // namespace

void log(const LogLine& line)
{
    JsonWriter json;
    json.begin_object();
    json.field("time",
               std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
    json.field("level", to_text(line.level)).field("message", line.message);
    if (!line.incident.empty()) json.field("incident", line.incident);
    if (!line.route.empty()) json.field("route", line.route);
    if (!line.client.empty()) json.field("client", line.client);
    if (!line.cause.empty()) json.field("cause", line.cause);
    json.end_object();
    const auto text = json.take() + '\n';

    const std::lock_guard lock(sink_mutex);
    if (log_sink) {
        log_sink(text);
    } else {
        write_whole(text);
    }
}

void set_log_sink(std::function<void(std::string_view)> sink)
{
    const std::lock_guard lock(sink_mutex);
    log_sink = std::move(sink);
}

std::string client_mark(std::string_view address)
{
    static const auto key = [] {
        std::array<unsigned char, crypto_shorthash_KEYBYTES> made;
        randombytes_buf(made.data(), made.size());
        return made;
    }();
    const auto household = household_of(address);
    std::array<unsigned char, crypto_shorthash_BYTES> hash;
    crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(household.data()),
                     household.size(), key.data());
    std::array<char, 2 * crypto_shorthash_BYTES + 1> hex;
    return sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
}

void log_refused_as_too_often(const Request& request, std::string_view act)
{
    const auto client = client_mark(request.remote_address);
    if (!is_first_in_a_while(client + std::string(act))) return;
    log({.level = LogLevel::warning,
         .message = "too often",
         .incident = request.nonce,
         .route = act,
         .client = client});
}

} // namespace moothall::web
