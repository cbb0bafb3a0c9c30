#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::cli {

/// Of a text, on a line of a terminal.
inline constexpr std::size_t characters_shown = 160;

/// A CSV or TSV file of which some columns are wanted.
class Table {
public:
    /// Refuses a file that cannot be read or lacks a header, naming it and the line.
    ///
    /// TSV comes in two kinds: with fields in quotes, as spreadsheets write it, and without (IANA
    /// text/tab-separated-values), where a quote is only a quote. It is taken as the second when it
    /// cannot be the first.
    static Result<Table> read(const std::string& path);

    std::size_t rows() const { return rows_.size(); }
    const std::vector<std::string>& header() const { return header_; }
    const std::string& cell(std::size_t row, std::size_t column) const
    {
        return rows_[row][column];
    }
    std::vector<std::string_view> column(std::size_t column) const;

    /// The column of this name, upper and lower case taken as the same.
    Result<std::size_t> column_named(std::string_view name) const;
    /// The first of `names` that is there.
    std::optional<std::size_t> column_among(const std::vector<std::string_view>& names) const;
    /// The column of the texts: the one of the name `asked`, or one whose name says so, or the one
    /// with the longest cells.
    Result<std::size_t> text_column(const std::optional<std::string>& asked) const;

private:
    Result<bool> read_quoted(std::string_view text);
    Result<bool> read_plain(std::string_view text);

    std::string path_;
    char separator_ = ',';
    std::vector<std::string> header_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace moothall::cli
