#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "files/picture/head.hpp"
#include "store/database.hpp"
#include "text/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Pictures and other files that people attach to what they say.
///
/// A file has no sight of its own: it hangs on a thing, and who sees that thing sees it. Until it
/// hangs on one, only who brought it does.
namespace moothall::files {

inline constexpr std::int64_t megabyte = 1'000'000;
inline constexpr std::size_t files_of_a_thing_max = 10;
inline constexpr std::size_t alt_characters_max = 500;
inline constexpr std::size_t name_characters_max = 120;

struct File {
    Id id;
    Id thing;   // none: it waits
    Id subject; // what the thing answers, or the thing itself
    Id author;
    std::string name;
    std::string media_type;
    std::string alt;
    std::int64_t bytes = 0;
    std::string hash;
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::string small_hash;
    std::int64_t small_bytes = 0;
    Time added;

    bool is_picture() const { return width > 0; }
    std::string path() const { return "/files/" + id.text(); }
    /// Of a picture, no larger than a column of text and standing still.
    std::string small_path() const { return path() + "/small"; }
};

/// What somebody may keep here, as the organisation's settings say.
struct Allowed {
    std::int64_t file_bytes_max = 0;   // 0: nobody attaches anything
    std::int64_t person_bytes_max = 0; // of one person
    std::int64_t all_bytes_max = 0;    // of all together
};
Allowed find_allowed(store::Transaction& transaction, Id organisation);

/// The settings by which find_allowed() goes, in megabytes, and what holds without them.
inline constexpr std::string_view file_setting = "files.file_megabytes_max";
inline constexpr std::string_view person_setting = "files.person_megabytes_max";
inline constexpr std::string_view all_setting = "files.all_megabytes_max";
inline constexpr std::int64_t file_megabytes_default = 10;
inline constexpr std::int64_t person_megabytes_default = 1'000;
inline constexpr std::int64_t all_megabytes_default = 20'000;
/// No setting goes above this: a request is read into memory whole.
inline constexpr std::int64_t file_megabytes_max = 25;

struct Use {
    std::int64_t files = 0;
    std::int64_t bytes = 0;
};
/// Of one person; of none: of all.
Use find_use(store::Transaction& transaction, Id organisation, Id person);

/// A name as it may be shown: without folders, line ends and what turns text around; never empty.
std::string clean_name(std::string_view name);

/// Writes the row of a file whose bytes are on the shelf. Refused when its author, or all together,
/// keep too much. The event is the caller's.
Result<void> save_file(store::Transaction& transaction, Id organisation, const File& file);

/// Hangs files that wait, brought by the viewer, on a thing that she may change; the caller asked
/// that. Refused (field "files") when one is not hers, hangs already, or the thing has enough.
Result<void> hang_files(store::Transaction& transaction, const Viewer& viewer, Id thing, Id subject,
                        const std::vector<Id>& files);

/// The file, when the viewer sees what it hangs on.
Result<File> find_file(store::Transaction& transaction, Id file, const Viewer& viewer);

/// The files that hang on these subjects and on what answers them, in the order they came. The
/// caller asked whether the viewer sees what each hangs on.
std::vector<File> list_files(store::Transaction& transaction, Id organisation,
                             const std::vector<Id>& subjects);
/// Those of one thing.
std::vector<File> list_files_of(store::Transaction& transaction, Id organisation, Id thing);

/// Whether she may describe a file or take it away: who brought it, whose text it hangs on, and the
/// stewards of that text's circle. Who else may edit that text may not: a file has no versions, and
/// what is taken away does not come back.
/// `thing` is what it hangs on: asked for once, as all files of a page hang on one.
bool may_change(const Viewer& viewer, const File& file, const std::optional<record::Thing>& thing);
Refusal only_hers_to_change();

/// What a picture shows, in its author's words. The caller asked whether she may say so.
void describe_file(store::Transaction& transaction, Id organisation, Id file, std::string_view alt);
/// Takes a file away; its bytes follow when nothing else names them.
void remove_file(store::Transaction& transaction, Id organisation, const File& file);
/// Takes away what waited since before `before` and hangs on nothing. Gives how many, at most
/// `most`.
std::int64_t remove_waiting(store::Transaction& transaction, Id organisation, Time before,
                            std::int64_t most);

/// A file of these bytes, whatever it hangs on: what was found out about them when they came.
std::optional<File> find_bytes(store::Transaction& transaction, Id organisation,
                               std::string_view hash);

/// Whether a row names these bytes.
bool is_named(store::Transaction& transaction, Id organisation, std::string_view hash);

/// What becomes of the texts of somebody who is erased, and of what hangs on them.
enum class Texts : std::uint8_t {
    stay,    // without her name, so that conversations can still be read
    emptied, // with all earlier versions; a sentence stands in their place
};
/// Takes away what an erased person brought, and what hangs on what she said. When her texts stay,
/// what hangs on them stays too, called by no name of hers.
void forget_author(store::Transaction& transaction, Id organisation, Id person, Texts texts);
void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person);

void write_json(JsonWriter& json, const File& file);

} // namespace moothall::files
