#pragma once

#include "base/result.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall {

struct CsvRecord {
    std::size_t line = 0; // where it began, from 1; a field in quotes may span lines
    std::vector<std::string> fields;
};

enum class CsvApostrophe : std::uint8_t {
    kept,
    taken_off, // undoes CsvCells::neutralised
};
enum class CsvFieldCount : std::uint8_t {
    as_first, // a record with more or fewer fields than the first is refused
    any,
};

struct CsvReading {
    CsvApostrophe apostrophe = CsvApostrophe::kept;
    CsvFieldCount field_count = CsvFieldCount::as_first;
    /// Found from the first line (, ; or TAB: whichever it has most of outside quotes) when absent.
    std::optional<char> separator;
    /// A quote that is never closed would make a record of the rest of the file.
    std::size_t record_bytes_max = 1024 * 1024;
};

/// Reads CSV (RFC 4180) as people's programs write it: , ; or TAB; LF, CRLF or CR; with a byte
/// order mark or without; empty lines skipped; a quote inside a field that did not begin with one
/// is a quote.
///
///     CsvReader reader(file);
///     CsvRecord record;
///     while (true) {
///         auto more = reader.next(record);
///         if (!more) …                    // more.error(): "line 12: …"; may be asked to go on
///         else if (!*more) break;         // the end
///         else …                          // record
///     }
///
/// The first record is the header; the reader does not treat it apart but for the count of fields.
class CsvReader {
public:
    /// Reads from memory; `text` must outlive the reader.
    explicit CsvReader(std::string_view text, CsvReading reading = {});
    /// Reads chunks as `next_chunk` hands them out; an empty one is the end. A chunk must live
    /// until the next is asked for.
    explicit CsvReader(std::function<std::string_view()> next_chunk, CsvReading reading = {});
    CsvReader(const CsvReader&) = delete;
    CsvReader& operator=(const CsvReader&) = delete;

    /// Reads one record: true, or false at the end. A refusal names the line: after one about a
    /// single record (its fields, its encoding, text after a closing quote) the next call reads the
    /// record after it; after one about the file (an open quote, a NUL, a record too long) the next
    /// call says the end.
    Result<bool> next(CsvRecord& record);

    /// Known once the first record has been read.
    char separator() const { return separator_; }

    /// The end came before the end of the file: the last refusal was about all that follows.
    bool is_cut_off() const { return cut_off_; }

private:
    enum class Ending : std::uint8_t { record, file, open_quote, nul, too_long, after_quote };

    void begin();
    bool fill();
    void count_line_end(char byte);
    void skip_line();
    Ending read_record(CsvRecord& record);
    Ending read_plain_field(std::string& field, std::size_t& bytes_left, bool& more_fields);
    Ending read_quoted_field(std::string& field, std::size_t& bytes_left, bool& more_fields);
    Ending end_field(char byte, bool& more_fields);

    std::function<std::string_view()> next_chunk_; // none: all is in rest_
    CsvReading reading_;
    std::string_view rest_;       // of the current chunk
    std::string head_;            // chunks put together until the first line was whole
    std::size_t line_ = 1;        // of the next byte
    std::size_t quote_line_ = 0;  // where the last field in quotes began
    std::size_t field_count_ = 0; // of the first record; 0 before it
    char separator_ = ',';
    bool begun_ = false;
    bool ended_ = false;
    bool cut_off_ = false;
    bool after_return_ = false; // the last byte was CR: an LF now belongs to it
};

enum class CsvCells : std::uint8_t {
    as_they_are,
    /// A cell that a spreadsheet would run as a formula (it begins with = + - @ TAB or CR) gets an
    /// apostrophe in front (OWASP, "CSV Injection"). One that already has gets another, so that
    /// taking one off gives back exactly what was written.
    neutralised,
};

/// Writes CSV (RFC 4180): comma and CRLF, quotes where needed.
class CsvWriter {
public:
    explicit CsvWriter(CsvCells cells = CsvCells::neutralised, char separator = ',')
        : cells_(cells), separator_(separator)
    {
    }

    CsvWriter& field(std::string_view text);
    /// A number stays one: -5 gets no apostrophe. NaN and infinities become an empty cell.
    CsvWriter& number(double value);
    CsvWriter& number(std::integral auto value)
    {
        return integer(static_cast<std::int64_t>(value));
    }
    CsvWriter& end_record();

    /// Hands out the records written since the last time: long files are written in pieces.
    std::string take();

private:
    CsvWriter& integer(std::int64_t value);
    void before_field();

    std::string text_;
    CsvCells cells_;
    char separator_;
    std::size_t record_begin_ = 0; // in text_
    bool record_begun_ = false;
};

} // namespace moothall
