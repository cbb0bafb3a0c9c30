#include "base/invariant.hpp"
#include "text/csv.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace moothall {

void CsvWriter::before_field()
{
    if (record_begun_)
        text_.push_back(separator_);
    else
        record_begin_ = text_.size();
    record_begun_ = true;
}

CsvWriter& CsvWriter::field(std::string_view text)
{
    before_field();
    const auto begin = text.find_first_not_of('\'');
    const auto formula = begin != std::string_view::npos &&
                         std::string_view("=+-@\t\r").find(text[begin]) != std::string_view::npos;
    const auto apostrophe = cells_ == CsvCells::neutralised && formula;
    // A byte order mark at the beginning of a file would be taken off again.
    const auto quoted = text.find_first_of("\"\r\n") != std::string_view::npos ||
                        text.find(separator_) != std::string_view::npos || text.starts_with(' ') ||
                        text.ends_with(' ') || text.starts_with("\xEF\xBB\xBF");
    if (quoted) text_.push_back('"');
    if (apostrophe) text_.push_back('\'');
    if (!quoted) {
        text_.append(text);
        return *this;
    }
    for (const auto byte : text) {
        if (byte == '"') text_.push_back('"');
        text_.push_back(byte);
    }
    text_.push_back('"');
    return *this;
}

CsvWriter& CsvWriter::integer(std::int64_t value)
{
    before_field();
    std::array<char, 24> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text_.append(digits.data(), written.ptr);
    return *this;
}

CsvWriter& CsvWriter::number(double value)
{
    before_field();
    if (!std::isfinite(value)) return *this;
    std::array<char, 32> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text_.append(digits.data(), written.ptr);
    return *this;
}

CsvWriter& CsvWriter::end_record()
{
    // A record of one empty field would be an empty line, which readers skip.
    if (record_begun_ && text_.size() == record_begin_) text_.append("\"\"");
    text_.append("\r\n");
    record_begun_ = false;
    return *this;
}

std::string CsvWriter::take()
{
    invariant(!record_begun_, "a record that was begun has been ended");
    return std::exchange(text_, {});
}

} // namespace moothall
