#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

/// The server's own notes on stderr: one JSON object a line.
///
/// They name the route's pattern and never the address that was asked for, the query, a body or a
/// person: logs are kept and copied by people who may not see what the hall holds.
namespace moothall::web {

struct Request;

enum class LogLevel : std::uint8_t { info, warning, error };

struct LogLine {
    LogLevel level = LogLevel::info;
    std::string_view message;
    std::string_view incident = {}; // as on the error page that the person sees
    std::string_view route = {};    // "POST /voices/:id/replies"
    std::string_view cause = {};    // what was thrown
    std::string_view client = {};   // see client_mark()
};

void log(const LogLine& line);

/// Takes what would go to stderr, for tests; an empty function gives it back to stderr.
void set_log_sink(std::function<void(std::string_view)> sink);

/// Stands for the client's address in a line about misuse: a hash under a key that lives only as
/// long as this process. Lines of one client can be counted; nobody can be found by them later.
std::string client_mark(std::string_view address);

void log_refused_as_too_often(const Request& request, std::string_view act);

} // namespace moothall::web
