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
    const std::string_view text(reinterpret_cast<const char*>(file->bytes().data()),
                                file->bytes().size());
    Table table;
    table.path_ = path;
    const auto quoted = table.read_quoted(text);
    // A quote that was no quoting may also have swallowed lines up to the next one.
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    if (table.separator_ == '\t' && (!quoted || table.rows_.size() + 1 < lines)) {
        Table plain;
        plain.path_ = path;
        if (plain.read_plain(text)) return plain;
    }
    if (!quoted) return quoted.error();
    if (table.header_.empty())
        return Refusal::malformed("{1}:1: there is no header line that names the columns.")
            .with(path);
    return table;
}

Result<bool> Table::read_quoted(std::string_view text)
{
    CsvReader reader(text);
    CsvRecord record;
    while (true) {
        auto more = reader.next(record);
        separator_ = reader.separator();
        if (!more)
            return Refusal::malformed("{1}: {2}").with(path_).with(sentence_of(more.error()));
        if (!*more) return true;
        if (header_.empty()) {
            header_ = record.fields;
        } else {
            rows_.push_back(record.fields);
        }
    }
}

Result<bool> Table::read_plain(std::string_view text)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    for (std::size_t line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        auto rest = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (rest.ends_with('\r')) rest.remove_suffix(1);
        if (rest.empty()) continue;
        std::vector<std::string> fields;
        while (true) {
            const auto tab = rest.find('\t');
            fields.emplace_back(rest.substr(0, tab));
            if (tab == std::string_view::npos) break;
            rest.remove_prefix(tab + 1);
        }
        if (header_.empty()) {
            header_ = std::move(fields);
        } else if (fields.size() == header_.size()) {
            rows_.push_back(std::move(fields));
        } else {
            return Refusal::malformed("{1}:{2}: there are not as many fields as in the header.")
                .with(path_)
                .with(std::to_string(line));
        }
    }
    return true;
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
