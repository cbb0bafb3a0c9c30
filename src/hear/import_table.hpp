#pragma once

#include "hear/import_csv.hpp"
#include "hear/voice.hpp"
#include "text/csv.hpp"

#include <map>
#include <optional>

/// The columns of a table that is brought in, and a row of it, read. Nothing here asks a database.
namespace moothall::hear {

struct ImportField {
    std::string_view name;
    std::vector<std::string_view> aliases; // folded, without spaces and marks
};
const std::vector<ImportField>& all_import_fields();
/// Whether only readers of other programs' exports write it (import_formats.hpp).
bool is_inner_field(std::string_view field);

/// What of a header counts: letters and digits without their case.
std::string key_of(std::string_view header);

/// Which column each field is in.
class ImportColumns {
public:
    static Result<ImportColumns> find(const std::vector<std::string>& header,
                                      const ImportWish& wish);

    std::string_view of(const CsvRecord& record, const std::string& field) const
    {
        const auto found = indexes_.find(field);
        if (found == indexes_.end() || found->second >= record.fields.size()) return {};
        return record.fields[found->second];
    }
    const auto& understood() const { return understood_; }
    const auto& left_alone() const { return left_alone_; }

private:
    std::map<std::string, std::size_t> indexes_;
    std::vector<std::pair<std::string, std::string>> understood_;
    std::vector<std::string> left_alone_;
};

/// A row, checked and rendered, so that the transaction has nothing slow to do.
struct ImportRow {
    std::size_t line = 0;
    std::string source_id;
    std::string kind;
    std::string title;
    std::string body;
    Rendered rendered;
    std::string words; // for the index
    std::string status;
    std::string status_there; // the word of the file, for those who say what it becomes
    std::vector<std::string> tags;
    std::string author_name;
    std::string author_email;
    std::int64_t votes = 0;
    std::optional<Time> created;
    std::string circle;
    std::string record; // reply, support or duplicate; otherwise it is a voice
    std::string of;     // the source id of the voice to which it belongs
    std::string author_key;
    std::string official; // the reason of its status
    SafeHtml official_html;
};

/// The word for a status in a row, as it stands in what people see, and what it says by itself: a
/// category or a status of ours.
struct StatusWord {
    std::string there;
    std::string here;
};
StatusWord status_of(const CsvRecord& record, const ImportColumns& columns);
/// What was chosen for that word; empty: nothing.
std::string_view chosen_status(const ImportWish& wish, std::string_view there);

/// Of the file that people see, where a reader made another of it.
std::size_t line_of(const CsvRecord& record, const ImportColumns& columns);

/// `number`: counted among the readable rows, by which one without an id is known. Refused when it
/// cannot come in.
Result<ImportRow> read_import_row(const CsvRecord& record, const ImportColumns& columns,
                                  std::int64_t number);

} // namespace moothall::hear
