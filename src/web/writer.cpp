#include "web/writer.hpp"

#include <array>

namespace moothall::web {

namespace {

using ByteSet = std::array<bool, 256>;

constexpr ByteSet bytes_in(std::string_view bytes)
{
    ByteSet set{};
    for (const char c : bytes) set[static_cast<unsigned char>(c)] = true;
    return set;
}

constexpr ByteSet to_escape = bytes_in("&<>\"'");
constexpr ByteSet unreserved = // RFC 3986, section 2.3
    bytes_in("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

constexpr std::string_view entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return "&#39;";
    }
}

/// Browsers read a backslash as a slash, and drop tabs and line feeds before they look.
bool leads_to_another_host(std::string_view path)
{
    return path.size() > 1 && path[0] == '/' && (path[1] == '/' || path[1] == '\\');
}

bool is_own(std::string_view address)
{
    if (address.empty()) return false;
    for (const char c : address)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    return (address[0] == '/' || address[0] == '?' || address[0] == '#') &&
           !leads_to_another_host(address);
}

bool starts_with_scheme(std::string_view address, std::string_view scheme)
{
    if (address.size() < scheme.size()) return false;
    for (std::size_t at = 0; at < scheme.size(); ++at) {
        const char c = address[at];
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower != scheme[at]) return false;
    }
    return true;
}

bool may_be_followed(std::string_view address)
{
    return is_own(address) || starts_with_scheme(address, "https://") ||
           starts_with_scheme(address, "http://") || starts_with_scheme(address, "mailto:");
}

} // namespace

void Writer::text(std::string_view text)
{
    std::size_t written = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!to_escape[static_cast<unsigned char>(text[at])]) continue;
        out_.append(text, written, at - written);
        out_ += entity_of(text[at]);
        written = at + 1;
    }
    out_.append(text, written);
}

void Writer::url(std::string_view address)
{
    text(may_be_followed(address) ? address : "#");
}

void Writer::own_url(std::string_view address)
{
    text(is_own(address) ? address : "#");
}

void Writer::url_part(std::string_view part)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : part) {
        const auto byte = static_cast<unsigned char>(c);
        if (unreserved[byte]) {
            out_ += c;
        } else {
            out_ += '%';
            out_ += digits[byte >> 4];
            out_ += digits[byte & 15];
        }
    }
}

void Writer::sentence(std::string_view pattern, std::size_t first,
                      std::initializer_list<Block> parts)
{
    std::size_t written = 0;
    for (std::size_t at = 0; at + 2 < pattern.size(); ++at) {
        if (pattern[at] != '{' || pattern[at + 2] != '}') continue;
        const auto number = static_cast<std::size_t>(static_cast<unsigned char>(pattern[at + 1])) -
                            '0'; // below '0' it wraps and is no part
        if (number < first || number - first >= parts.size()) continue;
        text(pattern.substr(written, at - written));
        (parts.begin() + (number - first))[0]();
        written = at + 3;
    }
    text(pattern.substr(written));
}

} // namespace moothall::web
