#include "web/server_answer.hpp"

#include "base/invariant.hpp"
#include "web/request_parse.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace moothall::web {

namespace {

struct Phrase {
    int status;
    std::string_view text;
};

constexpr std::array<Phrase, 32> phrases = {{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
}};

std::string_view phrase_of(int status)
{
    for (const auto& phrase : phrases)
        if (phrase.status == status) return phrase.text;
    return status == 507 ? "Insufficient Storage" : "Other";
}

struct Header {
    std::string_view name;
    std::string_view value;
};

/// For what the layers above did not dress (see dress.hpp), the server's own refusals among it:
/// nothing is loaded, nothing kept, nothing taken for another type than it says.
constexpr std::array<Header, 5> defaults = {{
    {"Cache-Control", "private, no-cache"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
}};

/// nginx would collect events before it passes them on.
constexpr std::array<Header, 3> stream_defaults = {{
    {"Content-Type", "text/event-stream"},
    {"Cache-Control", "no-cache"},
    {"X-Accel-Buffering", "no"},
}};

/// These describe the connection, which handlers know nothing of.
constexpr std::array<std::string_view, 5> own_headers = {
    "date", "connection", "content-length", "transfer-encoding", "keep-alive",
};

bool equal_names(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [&](char x, char y) { return lower(x) == lower(y); });
}

bool has(const Response& response, std::string_view name)
{
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [&](const auto& header) { return equal_names(header.first, name); });
}

void check(std::string_view name, std::string_view value)
{
    const bool clean = std::none_of(value.begin(), value.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    });
    const bool ours = std::any_of(own_headers.begin(), own_headers.end(),
                                  [&](std::string_view own) { return equal_names(own, name); });
    invariant(is_token(name) && clean, "a header of an answer holds no control character");
    invariant(!ours, "a handler sets no header of the connection");
}

void write(std::string& out, std::string_view name, std::string_view value)
{
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

void write_missing(std::string& out, const Response& response, const Header& header)
{
    if (!has(response, header.name)) write(out, header.name, header.value);
}

} // namespace

bool has_body(int status)
{
    return status != 204 && status != 304 && status >= 200;
}

std::string_view body_of(const Response& response)
{
    if (!has_body(response.status)) return {};
    return response.shared_body ? std::string_view(*response.shared_body) : response.body;
}

void write_answer_head(std::string& out, const Response& response, const AnswerHead& head)
{
    invariant(response.status >= 200 && response.status <= 599, "an answer has a final status");
    for (const auto& [name, value] : response.headers) check(name, value);

    out.reserve(out.size() + 768);
    out += "HTTP/1.1 ";
    out += std::to_string(response.status);
    out += ' ';
    out += phrase_of(response.status);
    out += "\r\n";
    write(out, "Date", head.date);
    for (const auto& [name, value] : response.headers) write(out, name, value);
    const bool stream = static_cast<bool>(response.stream);
    if (stream)
        for (const auto& header : stream_defaults) write_missing(out, response, header);
    for (const auto& header : defaults)
        if (!stream || header.name != "Cache-Control") write_missing(out, response, header);
    if (head.secure) write(out, "Strict-Transport-Security", "max-age=31536000");
    if (!stream && has_body(response.status))
        write(out, "Content-Length", std::to_string(body_of(response).size()));
    write(out, "Connection", head.keep_alive ? "keep-alive" : "close");
    out += "\r\n";
}

std::string date_text(std::chrono::sys_seconds time)
{
    static constexpr std::array<const char*, 7> weekdays = {"Sun", "Mon", "Tue", "Wed",
                                                            "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::array<char, 64> buffer{};
    const auto length = std::snprintf(
        buffer.data(), buffer.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
        weekdays[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
        months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()));
    return {buffer.data(), static_cast<std::size_t>(length)};
}

ErrorFormat error_format_for(std::string_view target)
{
    return target.starts_with("/api/") ? ErrorFormat::problem_json : ErrorFormat::text;
}

Response refusal_of(int status, std::string_view sentence, ErrorFormat format)
{
    Response response;
    response.status = status;
    if (format == ErrorFormat::problem_json) {
        response.with("Content-Type", "application/problem+json");
        response.body.append("{\"type\":\"about:blank\",\"title\":\"")
            .append(phrase_of(status))
            .append("\",\"status\":")
            .append(std::to_string(status))
            .append(",\"detail\":\"")
            .append(sentence)
            .append("\"}\n");
    } else {
        response.with("Content-Type", "text/plain; charset=utf-8");
        response.body.append(sentence).append("\n");
    }
    response.with("Cache-Control", "no-store");
    return response;
}

} // namespace moothall::web
