#include "text/csv.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace moothall {

namespace {

bool begins_formula(char byte)
{
    return byte == '=' || byte == '+' || byte == '-' || byte == '@' || byte == '\t' || byte == '\r';
}

void take_apostrophe_off(std::string& field)
{
    const auto begin = field.find_first_not_of('\'');
    if (begin != 0 && begin != std::string::npos && begins_formula(field[begin])) field.erase(0, 1);
}

std::string_view without_byte_order_mark(std::string_view text)
{
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    return text;
}

/// Whichever of , ; and TAB the first line has most of outside quotes; the comma when it has none.
char find_separator(std::string_view text)
{
    constexpr std::array separators{',', ';', '\t'};
    std::array<std::size_t, separators.size()> counts{};
    bool quoted = false;
    bool line_begun = false;
    for (const auto byte : text) {
        if (byte == '"') quoted = !quoted;
        if (quoted) continue;
        if (byte == '\n' || byte == '\r') {
            if (line_begun) break;
            continue;
        }
        line_begun = true;
        const auto found = std::find(separators.begin(), separators.end(), byte);
        if (found != separators.end())
            ++counts[static_cast<std::size_t>(found - separators.begin())];
    }
    const auto most = std::max_element(counts.begin(), counts.end());
    return separators[static_cast<std::size_t>(most - counts.begin())];
}

/// Whether the text holds a whole line that is not empty.
bool has_whole_line(std::string_view text)
{
    const auto begin = text.find_first_not_of("\r\n");
    if (begin == std::string_view::npos) return false;
    bool quoted = false;
    for (const auto byte : text.substr(begin)) {
        if (byte == '"') quoted = !quoted;
        if (!quoted && (byte == '\n' || byte == '\r')) return true;
    }
    return false;
}

Refusal about_line(std::size_t line, std::string sentence)
{
    return Refusal::malformed(std::move(sentence)).with(std::to_string(line));
}

} // namespace

CsvReader::CsvReader(std::string_view text, CsvReading reading) : reading_(reading), rest_(text) {}

CsvReader::CsvReader(std::function<std::string_view()> next_chunk, CsvReading reading)
    : next_chunk_(std::move(next_chunk)), reading_(reading)
{
}

bool CsvReader::fill()
{
    if (rest_.empty() && next_chunk_) {
        rest_ = next_chunk_();
        if (rest_.empty()) next_chunk_ = nullptr;
    }
    return !rest_.empty();
}

void CsvReader::begin()
{
    begun_ = true;
    if (next_chunk_) {
        const auto enough = [&] {
            const auto head = without_byte_order_mark(head_);
            return head.size() >= reading_.record_bytes_max || has_whole_line(head);
        };
        while (!enough() && fill()) {
            head_.append(rest_);
            rest_ = {};
        }
        rest_ = head_;
    }
    rest_ = without_byte_order_mark(rest_);
    separator_ = reading_.separator ? *reading_.separator
                                    : find_separator(rest_.substr(0, reading_.record_bytes_max));
}

/// Counts CR, LF and CR LF as one line end each, also when a chunk ends between the two.
void CsvReader::count_line_end(char byte)
{
    if (!(byte == '\n' && after_return_)) ++line_;
    after_return_ = byte == '\r';
}

void CsvReader::skip_line()
{
    while (fill()) {
        const auto end = rest_.find_first_of("\r\n");
        if (end == std::string_view::npos) {
            rest_ = {};
            continue;
        }
        after_return_ = false;
        count_line_end(rest_[end]);
        rest_.remove_prefix(end + 1);
        return;
    }
}

/// A field is over: by the separator another follows, by a line's end the record is over.
CsvReader::Ending CsvReader::end_field(char byte, bool& more_fields)
{
    more_fields = byte == separator_;
    after_return_ = false;
    if (!more_fields) count_line_end(byte);
    rest_.remove_prefix(1);
    return Ending::record;
}

CsvReader::Ending CsvReader::read_plain_field(std::string& field, std::size_t& bytes_left,
                                              bool& more_fields)
{
    const std::array stops{separator_, '\r', '\n', '\0'};
    while (fill()) {
        const auto end = std::min(rest_.find_first_of(std::string_view(stops.data(), stops.size())),
                                  rest_.size());
        if (end > bytes_left) return Ending::too_long;
        bytes_left -= end;
        field.append(rest_.substr(0, end));
        rest_.remove_prefix(end);
        if (rest_.empty()) continue;
        if (rest_.front() == '\0') return Ending::nul;
        return end_field(rest_.front(), more_fields);
    }
    more_fields = false;
    return Ending::record;
}

CsvReader::Ending CsvReader::read_quoted_field(std::string& field, std::size_t& bytes_left,
                                               bool& more_fields)
{
    constexpr std::string_view stops("\"\r\n\0", 4);
    quote_line_ = line_;
    rest_.remove_prefix(1);
    after_return_ = false;
    bool closed = false; // the last byte was a quote: the field's end, or the first of a pair
    while (fill()) {
        if (closed) {
            const auto byte = rest_.front();
            if (byte == '"') {
                field.push_back('"');
                rest_.remove_prefix(1);
                closed = false;
            } else if (byte == separator_ || byte == '\r' || byte == '\n') {
                return end_field(byte, more_fields);
            } else if (byte == ' ') {
                rest_.remove_prefix(1); // some programs pad
                if (fill() && rest_.front() == '"') return Ending::after_quote;
            } else {
                return byte == '\0' ? Ending::nul : Ending::after_quote;
            }
            continue;
        }
        const auto end = std::min(rest_.find_first_of(stops), rest_.size());
        if (end + 1 > bytes_left) return Ending::too_long;
        bytes_left -= end;
        if (end > 0) after_return_ = false;
        field.append(rest_.substr(0, end));
        rest_.remove_prefix(end);
        if (rest_.empty()) continue;
        const auto byte = rest_.front();
        if (byte == '\0') return Ending::nul;
        rest_.remove_prefix(1);
        if (byte == '"') {
            after_return_ = false;
            closed = true;
        } else {
            count_line_end(byte);
            field.push_back(byte);
            --bytes_left;
        }
    }
    more_fields = false;
    return closed ? Ending::record : Ending::open_quote;
}

CsvReader::Ending CsvReader::read_record(CsvRecord& record)
{
    // Empty lines, and the LF of a CR LF that ended the record before.
    while (fill() && (rest_.front() == '\n' || rest_.front() == '\r')) {
        count_line_end(rest_.front());
        rest_.remove_prefix(1);
    }
    if (!fill()) return Ending::file;
    after_return_ = false;
    record.line = line_;

    auto bytes_left = reading_.record_bytes_max;
    std::size_t count = 0;
    bool more_fields = true;
    while (more_fields) {
        // The strings of the record before are used again: most files have a million short fields.
        if (count == record.fields.size()) record.fields.emplace_back();
        auto& field = record.fields[count++];
        field.clear();
        if (bytes_left == 0) return Ending::too_long;
        --bytes_left; // so that a line of nothing but separators has an end, too
        const auto quoted = fill() && rest_.front() == '"';
        const auto ending = quoted ? read_quoted_field(field, bytes_left, more_fields)
                                   : read_plain_field(field, bytes_left, more_fields);
        if (ending != Ending::record) return ending;
    }
    record.fields.resize(count);
    return Ending::record;
}

Result<bool> CsvReader::next(CsvRecord& record)
{
    if (!begun_) begin();
    if (ended_) return false;
    if (line_ == 1 && (rest_.starts_with("\xFF\xFE") || rest_.starts_with("\xFE\xFF"))) {
        ended_ = cut_off_ = true;
        return about_line(1, "line {1}: this file is in UTF-16. Save it as UTF-8 and try again.");
    }

    switch (read_record(record)) {
    case Ending::record:
        break;
    case Ending::file:
        ended_ = true;
        return false;
    case Ending::open_quote:
        ended_ = cut_off_ = true;
        return about_line(quote_line_,
                          "line {1}: a quote is opened and never closed, so nothing after it "
                          "can be read");
    case Ending::nul:
        ended_ = cut_off_ = true;
        return about_line(line_,
                          "line {1}: there is a NUL character, so nothing after it can be read");
    case Ending::too_long:
        ended_ = cut_off_ = true;
        return about_line(record.line,
                          "line {1}: a record of more than {2} bytes begins; maybe a quote is "
                          "opened and never closed")
            .with(std::to_string(reading_.record_bytes_max));
    case Ending::after_quote: {
        const auto line = line_;
        skip_line();
        return about_line(line, "line {1}: text follows after a closing quote");
    }
    }

    for (auto& field : record.fields) {
        if (!is_valid_utf8(field))
            return about_line(record.line,
                              "line {1}: this is not UTF-8. Save the file as UTF-8 and try again.");
        if (reading_.apostrophe == CsvApostrophe::taken_off) take_apostrophe_off(field);
    }
    if (field_count_ == 0) field_count_ = record.fields.size();
    if (reading_.field_count == CsvFieldCount::as_first && record.fields.size() != field_count_)
        return about_line(record.line, "line {1}: {2} fields where the first line has {3}")
            .with(std::to_string(record.fields.size()))
            .with(std::to_string(field_count_));
    return true;
}

} // namespace moothall
