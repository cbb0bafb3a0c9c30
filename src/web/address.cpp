#include "web/address.hpp"

namespace moothall::web {

std::string percent_encode(std::string_view text)
{
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            encoded += c;
        } else {
            encoded += '%';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 15];
        }
    }
    return encoded;
}

void add_field(std::string& address, std::string_view name, std::string_view value)
{
    address += address.find('?') == std::string::npos ? '?' : '&';
    address += name;
    address += '=';
    address += percent_encode(value);
}

} // namespace moothall::web
