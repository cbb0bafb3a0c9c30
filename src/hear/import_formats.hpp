#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "text/csv.hpp"
#include "text/json.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What other programs export, made into the rows that import_csv() brings in.
///
/// Each format has one reader, which knows nothing of the database: it writes a table with the
/// columns of voices and, as rows of their own, replies and support. So looking first, refusing row
/// by row, going on after a crash, cancelling and taking back are the same for all of them.
namespace moothall::hear {

/// fider, quackback, github, canny, uservoice, discourse.
const std::vector<std::string>& import_formats();

/// A file of an export: its name tells what is in it where there are several.
using ExportedFile = std::pair<std::string, std::string>;

/// The table of rows. Refused when the files are not of that format.
Result<std::string> read_export(std::string_view format, const std::vector<ExportedFile>& files);

/// Somebody there. With an e-mail address or a `key` of her own she becomes a person who may claim
/// what she said; a bare name is not enough to put words into anybody's mouth.
struct ForeignPerson {
    std::string key;
    std::string name;
    std::string email;
};

struct ForeignVoice {
    std::string id;
    std::string title;
    std::string body;
    std::string kind = "want";
    std::string status;       // one of our categories
    std::string status_there; // as it is called there
    std::vector<std::string> tags;
    ForeignPerson author;
    std::int64_t votes = 0; // of whom nobody is named by support rows
    std::string created;
    std::string official;     // the public reason of its status
    std::string duplicate_of; // the id of the voice that stands for it there
    std::size_t line = 0;
};

/// Writes the rows; what does not fit (a long title, an eleventh tag) is made to.
class ForeignRows {
public:
    ForeignRows();
    void add_voice(const ForeignVoice& voice);
    void add_reply(std::string_view voice, std::string_view id, const ForeignPerson& author,
                   std::string_view body, std::string_view created, std::size_t line);
    void add_support(std::string_view voice, const ForeignPerson& person, std::string_view created,
                     std::size_t line);
    /// Duplicates last: both voices must be there before they are one. Of one whose original is not
    /// in the export nothing is said.
    std::string take();

private:
    struct Duplicate {
        std::string voice;
        std::string of;
        std::size_t line;
    };

    CsvWriter writer_{CsvCells::as_they_are};
    std::set<std::string, std::less<>> voices_;
    std::vector<Duplicate> duplicates_;
};

/// A CSV file read at once: rows by the names of their columns, any case, marks left out.
class ForeignTable {
public:
    static Result<ForeignTable> read(std::string_view text);
    std::size_t size() const { return records_.size(); }
    /// Empty when there is no such column: the first of `names` that the file has.
    std::string_view of(std::size_t row, std::initializer_list<std::string_view> names) const;
    bool has(std::string_view name) const;
    std::size_t line(std::size_t row) const { return records_[row].line; }

private:
    std::vector<std::string> header_;
    std::vector<CsvRecord> records_;
};

/// The word for a status there as one of our categories; unknown words are open, and said as a tag.
struct ForeignStatus {
    std::string category;
    std::string tag;
};
ForeignStatus status_from(std::string_view word);

/// Seconds or words as other programs write times, in RFC 3339; empty when it is none.
std::string time_from(std::string_view text);
/// A text, or a number as text; empty for anything else.
std::string text_of(const Json& value);
/// 0 when it is none.
std::int64_t number_from(std::string_view text);

// The readers.
Result<std::string> read_fider(const std::vector<ExportedFile>& files);
Result<std::string> read_quackback(const std::vector<ExportedFile>& files);
Result<std::string> read_github(const std::vector<ExportedFile>& files);
Result<std::string> read_canny(const std::vector<ExportedFile>& files);
Result<std::string> read_uservoice(const std::vector<ExportedFile>& files);
Result<std::string> read_discourse(const std::vector<ExportedFile>& files);

} // namespace moothall::hear
