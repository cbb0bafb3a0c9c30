#include "cli/table.hpp"

#include "cli/model.hpp"
#include "cli/open.hpp"
#include "text/csv.hpp"
#include "text/unicode.hpp"

#include <algorithm>

namespace moothall::cli {

namespace {

const std::vector<std::string_view> text_names = {"text",        "body",    "message",  "content",
                                                  "description", "comment", "feedback", "question",
                                                  "voice",       "review",  "summary",  "title"};

constexpr std::size_t rows_measured_max = 200;

} // namespace

Result<Table> Table::read(const std::string& path)
{
    const auto file = MappedFile::open(path);
    if (!file) return file.error();
    const auto bytes = file->bytes();
    CsvReader reader(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    CsvRecord record;
    Table table;
    table.path_ = path;
    while (true) {
        auto more = reader.next(record);
        if (!more) return Refusal::malformed("{1}: {2}").with(path).with(sentence_of(more.error()));
        if (!*more) break;
        if (table.header_.empty()) {
            table.header_ = record.fields;
        } else {
            table.rows_.push_back(record.fields);
        }
    }
    if (table.header_.empty())
        return Refusal::malformed("{1}:1: there is no header line that names the columns.")
            .with(path);
    return table;
}

std::vector<std::string_view> Table::column(std::size_t column) const
{
    std::vector<std::string_view> cells;
    cells.reserve(rows_.size());
    for (const auto& row : rows_) cells.emplace_back(row[column]);
    return cells;
}

std::optional<std::size_t> Table::column_among(const std::vector<std::string_view>& names) const
{
    for (const auto name : names)
        for (std::size_t i = 0; i < header_.size(); ++i)
            if (fold(header_[i]) == fold(name)) return i;
    return {};
}

Result<std::size_t> Table::column_named(std::string_view name) const
{
    if (const auto found = column_among({name})) return *found;
    std::string all;
    for (const auto& column : header_) all += (all.empty() ? "" : ", ") + column;
    return Refusal::malformed("{1}:1: there is no column \"{2}\"; there are {3}.")
        .with(path_)
        .with(std::string(name))
        .with(all);
}

Result<std::size_t> Table::text_column(const std::optional<std::string>& asked) const
{
    if (asked) return column_named(*asked);
    if (const auto found = column_among(text_names)) return *found;
    std::vector<std::size_t> bytes(header_.size());
    for (std::size_t row = 0; row < std::min(rows_.size(), rows_measured_max); ++row)
        for (std::size_t i = 0; i < header_.size(); ++i) bytes[i] += rows_[row][i].size();
    return static_cast<std::size_t>(std::ranges::max_element(bytes) - bytes.begin());
}

} // namespace moothall::cli
