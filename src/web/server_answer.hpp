#pragma once

#include "web/response.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

/// Writes the head of an answer.
namespace moothall::web {

struct AnswerHead {
    std::string_view date; // as date_text() gives it
    bool keep_alive = true;
    bool secure = false; // the client came by HTTPS: it shall stay there
};

/// Appends status line and headers to `out`, with the empty line.
///
/// Adds Date, Connection and Content-Length (none for a stream), and the security headers that the
/// handler did not set itself. A header with a line end or a bad name is a bug of ours: it throws
/// and `out` is not to be used.
void write_answer_head(std::string& out, const Response& response, const AnswerHead& head);

/// 204 and 304 have no body, whatever the handler gave.
bool has_body(int status);

/// The bytes that are sent after the head.
std::string_view body_of(const Response& response);

/// RFC 9110, section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string date_text(std::chrono::sys_seconds time);

enum class ErrorFormat : std::uint8_t { text, problem_json };

/// People and old programs get a line of text, clients of the API what it promises (RFC 9457).
ErrorFormat error_format_for(std::string_view target);

/// The answer of the server itself to a request that it refuses. `sentence` is of ours: ASCII,
/// without quotes and backslashes.
Response refusal_of(int status, std::string_view sentence, ErrorFormat format);

} // namespace moothall::web
