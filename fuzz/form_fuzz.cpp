// Forms, urlencoded and multipart: nothing is made up, all text is text, and what is written in
// the one correct way comes back as it was.
#include "base/invariant.hpp"
#include "text/unicode.hpp"
#include "web/request_parse.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace moothall;
using namespace moothall::web;

void check_text(const Fields& fields)
{
    for (const auto& [name, value] : fields.pairs())
        invariant(is_valid_utf8(name) && is_valid_utf8(value) &&
                      (name + value).find('\0') == std::string::npos,
                  "the fields of a form are text");
}

std::string encoded(std::string_view text)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

void check_urlencoded(std::string_view text)
{
    const auto form = parse_urlencoded(text, form_pairs_max);
    if (!form) return;
    check_text(*form);
    std::string again;
    for (const auto& [name, value] : form->pairs())
        again.append(encoded(name)).append("=").append(encoded(value)).append("&");
    const auto second = parse_urlencoded(again, form_pairs_max);
    invariant(second && second->pairs() == form->pairs(), "what was read can be written and read");
}

void check_multipart(std::string_view text)
{
    const auto line_end = text.find('\n');
    if (line_end == std::string_view::npos) return;
    const auto type = parse_media_type(text.substr(0, line_end));
    if (!type) return;
    const auto body = text.substr(line_end + 1);
    const auto form = parse_multipart(body, type->parameters.get("boundary"));
    if (!form) return;
    check_text(form->fields);
    std::size_t bytes = 0;
    for (const auto& upload : form->uploads) {
        invariant(is_valid_utf8(upload.file_name) && is_valid_utf8(upload.field), "names are text");
        invariant(upload.file_name.find_first_of(std::string_view("\r\n\0", 3)) ==
                      std::string::npos,
                  "a file name is one line");
        bytes += upload.content.size();
    }
    for (const auto& [name, value] : form->fields.pairs()) bytes += value.size();
    invariant(bytes <= body.size(), "a form holds no more than its body");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(data, data + size);
    check_urlencoded(text);
    check_multipart(text);
    return 0;
}
