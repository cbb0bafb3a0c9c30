#include "base/invariant.hpp"
#include "text/json.hpp"
#include "text/utf8.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace moothall {

namespace {

/// Whether a byte may be copied as it is. Of the others `<` is looked at together with what
/// follows, and bytes from 0x80 are decoded.
constexpr auto plain_bytes = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = 0x20; byte < 0x80; ++byte) plain[byte] = true;
    plain['"'] = plain['\\'] = plain['<'] = plain[0x7F] = false;
    return plain;
}();

bool is_plain(char byte)
{
    return plain_bytes[static_cast<unsigned char>(byte)];
}

} // namespace

void JsonWriter::before_value()
{
    if (comma_due_) text_.push_back(',');
    comma_due_ = true;
}

JsonWriter& JsonWriter::begin_object()
{
    before_value();
    text_.push_back('{');
    ++depth_;
    comma_due_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_object()
{
    invariant(depth_ > 0, "an object ends that had begun");
    text_.push_back('}');
    --depth_;
    comma_due_ = true;
    return *this;
}

JsonWriter& JsonWriter::begin_array()
{
    before_value();
    text_.push_back('[');
    ++depth_;
    comma_due_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_array()
{
    invariant(depth_ > 0, "an array ends that had begun");
    text_.push_back(']');
    --depth_;
    comma_due_ = true;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view key)
{
    before_value();
    write_string(key);
    text_.push_back(':');
    comma_due_ = false;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view value)
{
    before_value();
    write_string(value);
    return *this;
}

JsonWriter& JsonWriter::value(bool value)
{
    before_value();
    text_.append(value ? "true" : "false");
    return *this;
}

JsonWriter& JsonWriter::value(double value)
{
    if (!std::isfinite(value)) return this->value(nullptr);
    before_value();
    std::array<char, 32> digits;
    // Adding 0 makes 0 of -0, which would read back as the integer 0.
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value + 0.0);
    text_.append(digits.data(), written.ptr);
    return *this;
}

JsonWriter& JsonWriter::value(std::nullptr_t)
{
    before_value();
    text_.append("null");
    return *this;
}

JsonWriter& JsonWriter::value(Id value)
{
    return this->value(std::string_view(value.text()));
}

JsonWriter& JsonWriter::value(Time value)
{
    return this->value(std::string_view(to_rfc3339(value)));
}

JsonWriter& JsonWriter::value(Date value)
{
    return this->value(std::string_view(to_text(value)));
}

JsonWriter& JsonWriter::signed_value(std::int64_t value)
{
    before_value();
    std::array<char, 24> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text_.append(digits.data(), written.ptr);
    return *this;
}

JsonWriter& JsonWriter::unsigned_value(std::uint64_t value)
{
    before_value();
    std::array<char, 24> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text_.append(digits.data(), written.ptr);
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json)
{
    before_value();
    text_.append(json);
    return *this;
}

std::string JsonWriter::take()
{
    invariant(depth_ == 0, "every object and array that was begun has been ended");
    comma_due_ = false;
    return std::exchange(text_, {});
}

void JsonWriter::write_string(std::string_view text)
{
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    text_.push_back('"');
    std::size_t copied = 0; // text before this offset has been written
    std::size_t at = 0;
    const auto replace = [&](std::size_t bytes, std::string_view by) {
        text_.append(text, copied, at - copied).append(by);
        at += bytes;
        copied = at;
    };
    while (at < text.size()) {
        const auto byte = text[at];
        if (is_plain(byte)) {
            ++at;
            continue;
        }
        const auto next = at + 1 < text.size() ? text[at + 1] : '\0';
        switch (byte) {
        case '"':
            replace(1, "\\\"");
            continue;
        case '\\':
            replace(1, "\\\\");
            continue;
        case '\n':
            replace(1, "\\n");
            continue;
        case '\r':
            replace(1, "\\r");
            continue;
        case '\t':
            replace(1, "\\t");
            continue;
        case '<':
            if (next == '/')
                replace(2, "<\\/");
            else if (next == '!')
                replace(1, "\\u003c");
            else
                ++at;
            continue;
        default:
            break;
        }
        if (static_cast<unsigned char>(byte) < 0x80) { // control characters
            const auto code = static_cast<unsigned char>(byte);
            replace(1, "\\u00");
            text_.push_back(hexadecimal[code >> 4U]);
            text_.push_back(hexadecimal[code & 0xFU]);
            continue;
        }
        const auto character = decode_character(text, at);
        if (!character.valid)
            replace(character.bytes, "\xEF\xBF\xBD");
        else if (character.code == 0x2028)
            replace(character.bytes, "\\u2028");
        else if (character.code == 0x2029)
            replace(character.bytes, "\\u2029");
        else
            at += character.bytes;
    }
    text_.append(text, copied).push_back('"');
}

} // namespace moothall
