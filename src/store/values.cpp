#include "store/values.hpp"

#include "base/invariant.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <cmath>

namespace moothall::store {

void check_bindable(std::span<const Value> values)
{
    for (const auto& value : values) {
        if (const auto* text = std::get_if<std::string_view>(&value.variant())) {
            if (text->find('\0') != std::string_view::npos)
                throw BadText("Text with a NUL character cannot be stored.");
            if (!is_valid_utf8(*text)) throw BadText("Text that is not UTF-8 cannot be stored.");
        } else if (const auto* number = std::get_if<double>(&value.variant())) {
            invariant(std::isfinite(*number), "numbers in the database are finite");
        }
    }
}

std::string shortened(std::string_view sql)
{
    constexpr std::size_t shown_max = 160;
    std::string out;
    for (const char character : sql) {
        const bool space = character == ' ' || character == '\n' || character == '\t';
        if (!space) {
            out += character;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
        if (out.size() >= shown_max) return clip(out, shown_max, Ellipsis::shown);
    }
    return out;
}

void add_note(std::vector<std::string>& notes, std::string text)
{
    constexpr std::size_t note_bytes_max = 7000; // PostgreSQL takes less than 8000
    invariant(text.size() <= note_bytes_max, "a notice holds ids, no more");
    const std::array values{Value(text)};
    check_bindable(values);
    if (std::ranges::find(notes, text) == notes.end()) notes.push_back(std::move(text));
}

} // namespace moothall::store
