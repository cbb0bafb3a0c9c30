#pragma once

#include "web/request.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Reads the head of a request: the request line and the headers, up to the empty line.
///
/// Our own and not Beast's, see docs/decisions/0003-http-layer.md. It decides how long a request
/// is, so it is the place where requests are smuggled past others. It therefore takes only one way
/// of writing a thing and refuses the rest, also what RFC 9112 lets a server forgive: a bare line
/// feed, a folded header, a space before the colon, an empty line before the request, two equal
/// Content-Lengths, any Transfer-Encoding.
namespace moothall::web {

struct HeadLimits {
    std::size_t bytes_max;
    std::size_t headers_max;
    std::size_t target_bytes_max;
};

struct Head {
    std::string method; // as sent, a token
    std::string target; // as sent, visible ASCII
    bool http_1_0 = false;
    Fields fields;    // names in lower case, values trimmed, valid UTF-8
    std::string host; // lower case, maybe with a port
    std::optional<std::uint64_t> content_length;
    bool keep_alive = true;
    bool expects_continue = false;
};

class HeadParser {
public:
    enum class State : std::uint8_t { incomplete, complete, refused };

    explicit HeadParser(HeadLimits limits) : limits_(limits) {}

    /// `input` holds the bytes of this request so far, always from its first one. The outcome does
    /// not depend on how they were cut into packets.
    State read(std::string_view input);

    /// How many bytes the head has, the empty line included. When complete.
    std::size_t bytes() const { return at_; }
    /// Valid when complete; when refused, what was read before the mistake.
    Head& head() { return head_; }
    /// When refused: the status to answer and the reason, in words for the client.
    int status() const { return status_; }
    std::string_view sentence() const { return sentence_; }

    void reset();

private:
    State refuse(int status, std::string_view sentence);
    void read_line(std::string_view line);
    void read_request_line(std::string_view line);
    void read_header(std::string_view line);
    void read_content_length(std::string_view value);
    void read_connection(std::string_view value);
    void finish();

    HeadLimits limits_;
    State state_ = State::incomplete;
    std::size_t at_ = 0;         // all before it was looked at
    std::size_t line_begin_ = 0; // of the line that is not complete yet
    bool request_line_read_ = false;
    bool has_transfer_encoding_ = false;
    Head head_;
    int status_ = 0;
    std::string_view sentence_;
};

} // namespace moothall::web
