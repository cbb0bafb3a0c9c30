#include "web/server_head.hpp"

#include "text/unicode.hpp"
#include "web/request_parse.hpp"

#include <algorithm>
#include <array>

namespace moothall::web {

namespace {

/// Longer than any method in the IANA registry ("UPDATEREDIRECTREF" has 17).
constexpr std::size_t method_bytes_max = 32;

/// Of these there may be one: a second would let two readers of the request believe different
/// things.
constexpr std::array<std::string_view, 7> single_headers = {
    "host",   "content-length",  "content-type", "authorization",
    "origin", "idempotency-key", "expect",
};

bool is_ascii(std::string_view text)
{
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

} // namespace

void HeadParser::reset()
{
    *this = HeadParser(limits_);
}

HeadParser::State HeadParser::refuse(int status, std::string_view sentence)
{
    state_ = State::refused;
    status_ = status;
    sentence_ = sentence;
    return state_;
}

HeadParser::State HeadParser::read(std::string_view input)
{
    // Method, two spaces, version and line end take fewer than 64 bytes.
    const auto request_line_bytes_max = limits_.target_bytes_max + 64;
    while (state_ == State::incomplete && at_ < input.size()) {
        if (!request_line_read_ && at_ >= request_line_bytes_max)
            return refuse(414, "The address is too long.");
        if (at_ >= limits_.bytes_max) return refuse(431, "The headers are too large.");
        const auto c = static_cast<unsigned char>(input[at_]);
        if (c == '\r') {
            if (at_ + 1 == input.size()) break; // the line feed may still be on its way
            if (input[at_ + 1] != '\n') return refuse(400, "A line must end with CR LF.");
            const auto line = input.substr(line_begin_, at_ - line_begin_);
            at_ += 2;
            line_begin_ = at_;
            read_line(line);
        } else if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return refuse(400, "The request holds a control character.");
        } else {
            ++at_;
        }
    }
    return state_;
}

void HeadParser::read_line(std::string_view line)
{
    if (!request_line_read_)
        read_request_line(line);
    else if (!line.empty())
        read_header(line);
    else
        finish();
}

void HeadParser::read_request_line(std::string_view line)
{
    request_line_read_ = true;
    const auto method_end = line.find(' ');
    if (method_end == std::string_view::npos) {
        refuse(400, "The request line is not written correctly.");
        return;
    }
    const auto method = line.substr(0, method_end);
    line.remove_prefix(method_end + 1);
    const auto target_end = line.find(' ');
    const auto target = line.substr(0, target_end);
    const auto version =
        target_end == std::string_view::npos ? std::string_view{} : line.substr(target_end + 1);

    const bool visible =
        std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!is_token(method) || method.size() > method_bytes_max || target.empty() || !visible) {
        refuse(400, "The request line is not written correctly.");
        return;
    }
    if (target.size() > limits_.target_bytes_max) {
        refuse(414, "The address is too long.");
        return;
    }
    head_.method = method;
    head_.target = target;
    if (version == "HTTP/1.0") {
        head_.http_1_0 = true;
        head_.keep_alive = false;
    } else if (version != "HTTP/1.1") {
        const bool other_version = version.size() == 8 && version.starts_with("HTTP/") &&
                                   is_digit(version[5]) && version[6] == '.' &&
                                   is_digit(version[7]);
        if (other_version)
            refuse(505, "This server speaks HTTP/1.1.");
        else
            refuse(400, "The request line is not written correctly.");
    }
}

void HeadParser::read_header(std::string_view line)
{
    const auto colon = line.find(':');
    // A folded line begins with a blank and a space before the colon is none of a token's
    // characters, so both end here.
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        refuse(400, "A header is not written correctly.");
        return;
    }
    if (head_.fields.pairs().size() == limits_.headers_max) {
        refuse(431, "There are too many headers.");
        return;
    }
    auto name = to_lower_ascii(line.substr(0, colon));
    const auto value = trim_blanks(line.substr(colon + 1));
    if (!is_ascii(value) && !is_valid_utf8(value)) {
        refuse(400, "A header is no text in UTF-8.");
        return;
    }
    const bool single =
        std::find(single_headers.begin(), single_headers.end(), name) != single_headers.end();
    if (single && head_.fields.has(name)) {
        refuse(400, "A header came twice of which there may be one.");
        return;
    }
    if (name == "content-length") read_content_length(value);
    if (name == "transfer-encoding") has_transfer_encoding_ = true;
    if (name == "connection") read_connection(value);
    head_.fields.add(std::move(name), std::string(value));
}

void HeadParser::read_content_length(std::string_view value)
{
    // 18 digits fit in 64 bits. Leading zeros are refused: some read them as octal.
    const bool number = !value.empty() && value.size() <= 18 &&
                        std::all_of(value.begin(), value.end(), is_digit) &&
                        (value.size() == 1 || value.front() != '0');
    if (!number) {
        refuse(400, "Content-Length is no length.");
        return;
    }
    std::uint64_t length = 0;
    for (const char c : value) length = length * 10 + static_cast<std::uint64_t>(c - '0');
    head_.content_length = length;
}

void HeadParser::read_connection(std::string_view value)
{
    while (!value.empty()) {
        const auto comma = std::min(value.find(','), value.size());
        if (to_lower_ascii(trim_blanks(value.substr(0, comma))) == "close")
            head_.keep_alive = false;
        value.remove_prefix(std::min(comma + 1, value.size()));
    }
}

void HeadParser::finish()
{
    if (has_transfer_encoding_) {
        if (head_.content_length)
            refuse(400, "A request has a Content-Length or a Transfer-Encoding, not both.");
        else
            refuse(411, "Please send the body with a Content-Length.");
        return;
    }
    const auto host = parse_host(head_.fields.get("host"));
    if (!host) {
        refuse(400, "The request names no host.");
        return;
    }
    head_.host = *host;
    if (head_.fields.has("expect")) {
        if (to_lower_ascii(head_.fields.get("expect")) != "100-continue") {
            refuse(417, "This expectation cannot be met.");
            return;
        }
        head_.expects_continue = !head_.http_1_0;
    }
    state_ = State::complete;
}

} // namespace moothall::web
