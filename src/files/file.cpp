#include "files/file.hpp"

#include "people/people.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::files {

namespace {

constexpr store::SqlLiteral columns = R"sql(
    SELECT f.file_id, f.thing_id, f.subject_id, f.author_id, f.name, f.media_type, f.alt, f.bytes,
           f.hash, f.width, f.height, f.small_hash, f.small_bytes, f.added_us
    FROM file f WHERE f.org_id = ?1 )sql";

File read_file(const store::Row& row)
{
    File file;
    file.id = row.id(0);
    file.thing = row.id(1);
    file.subject = row.id(2);
    file.author = row.id(3);
    file.name = row.string(4);
    file.media_type = row.string(5);
    file.alt = row.string(6);
    file.bytes = row.integer(7);
    file.hash = row.string(8);
    file.width = row.integer(9);
    file.height = row.integer(10);
    file.small_hash = row.string(11);
    file.small_bytes = row.integer(12);
    file.added = row.time(13);
    return file;
}

std::vector<File> read_files(store::Rows rows)
{
    std::vector<File> files;
    for (const auto& row : rows) files.push_back(read_file(row));
    return files;
}

std::int64_t find_megabytes(store::Transaction& transaction, Id organisation,
                            std::string_view setting, std::int64_t otherwise)
{
    const auto text = people::find_setting(transaction, organisation, setting);
    auto megabytes = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), megabytes);
    return std::max<std::int64_t>(0, megabytes) * megabyte;
}

void add_use(store::Transaction& transaction, Id organisation, Id person, std::int64_t files,
             std::int64_t bytes)
{
    for (const Id whose : {person, Id{}})
        transaction.execute(R"sql(
            INSERT INTO file_use (org_id, person_id, files, bytes) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (org_id, person_id)
            DO UPDATE SET files = file_use.files + EXCLUDED.files,
                          bytes = file_use.bytes + EXCLUDED.bytes )sql",
                            organisation, whose, files, bytes);
}

} // namespace

Allowed find_allowed(store::Transaction& transaction, Id organisation)
{
    Allowed allowed;
    allowed.file_bytes_max =
        std::min(find_megabytes(transaction, organisation, file_setting, file_megabytes_default),
                 file_megabytes_max * megabyte);
    allowed.person_bytes_max =
        find_megabytes(transaction, organisation, person_setting, person_megabytes_default);
    allowed.all_bytes_max =
        find_megabytes(transaction, organisation, all_setting, all_megabytes_default);
    return allowed;
}

Use find_use(store::Transaction& transaction, Id organisation, Id person)
{
    auto rows =
        transaction.query("SELECT files, bytes FROM file_use WHERE org_id = ?1 AND person_id = ?2",
                          organisation, person);
    if (!rows.next()) return {};
    return {rows->integer(0), rows->integer(1)};
}

std::string clean_name(std::string_view name)
{
    if (const auto slash = name.find_last_of("/\\"); slash != std::string_view::npos)
        name.remove_prefix(slash + 1);
    auto clean = clip(normalise_line(name), name_characters_max);
    while (clean.starts_with('.')) clean.erase(0, 1); // hidden where it is saved
    return clean.empty() ? "file" : clean;
}

Result<void> save_file(store::Transaction& transaction, Id organisation, const File& file)
{
    const auto allowed = find_allowed(transaction, organisation);
    const auto bytes = file.bytes + file.small_bytes;
    if (find_use(transaction, organisation, file.author).bytes + bytes > allowed.person_bytes_max)
        return Refusal::invalid("files",
                                "You keep {1} MB here already, which is as much as one person may. "
                                "Take something away first.")
            .with(std::to_string(allowed.person_bytes_max / megabyte));
    if (find_use(transaction, organisation, {}).bytes + bytes > allowed.all_bytes_max)
        return Refusal::invalid("files", "There is no room left for files here. Please tell an "
                                         "owner of this hall.");
    transaction.execute(R"sql(
        INSERT INTO file (org_id, file_id, thing_id, subject_id, author_id, name, media_type, alt,
                          bytes, hash, width, height, small_hash, small_bytes, added_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) )sql",
                        organisation, file.id, file.thing, file.subject, file.author, file.name,
                        file.media_type, file.alt, file.bytes, file.hash, file.width, file.height,
                        file.small_hash, file.small_bytes, file.added);
    add_use(transaction, organisation, file.author, 1, bytes);
    return {};
}

Result<void> hang_files(store::Transaction& transaction, const Viewer& viewer, Id thing, Id subject,
                        const std::vector<Id>& files)
{
    if (files.empty()) return {};
    const auto there = list_files_of(transaction, viewer.organisation, thing).size();
    if (there + files.size() > files_of_a_thing_max)
        return Refusal::invalid("files", "At most {1} files can hang on one text.")
            .with(std::to_string(files_of_a_thing_max));
    const auto hung = transaction.execute(R"sql(
        UPDATE file SET thing_id = ?3, subject_id = ?4
        WHERE org_id = ?1 AND author_id = ?2 AND thing_id = 0 AND file_id IN_IDS(?5) )sql",
                                          viewer.organisation, viewer.person, thing, subject,
                                          store::IdList{files});
    if (hung != std::ssize(files))
        return Refusal::invalid("files", "One of these files is not there, or not yours, or hangs "
                                         "on something else.");
    return {};
}

Result<File> find_file(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto rows =
        transaction.query(store::Sql(columns) + " AND f.file_id = ?2", viewer.organisation, id);
    if (!rows.next()) return Refusal::not_found();
    auto file = read_file(rows.row());
    if (file.thing) {
        const auto seen = people::find_seen(transaction, file.thing, viewer);
        if (!seen) return seen.error();
        return file;
    }
    if (!viewer.signed_in() || file.author != viewer.person) return Refusal::not_found();
    return file;
}

std::vector<File> list_files(store::Transaction& transaction, Id organisation,
                             const std::vector<Id>& subjects)
{
    if (subjects.empty()) return {};
    if (subjects.size() == 1)
        return read_files(
            transaction.query(store::Sql(columns) + " AND f.subject_id = ?2 ORDER BY f.file_id",
                              organisation, subjects.front()));
    return read_files(
        transaction.query(store::Sql(columns) + " AND f.subject_id IN_IDS(?2) ORDER BY f.file_id",
                          organisation, store::IdList{subjects}));
}

std::vector<File> list_files_of(store::Transaction& transaction, Id organisation, Id thing)
{
    return read_files(transaction.query(
        store::Sql(columns) + " AND f.thing_id = ?2 ORDER BY f.file_id", organisation, thing));
}

bool may_change(const Viewer& viewer, const File& file, const std::optional<record::Thing>& thing)
{
    if (!viewer.signed_in()) return false;
    if (file.author == viewer.person) return true;
    return thing && (thing->author == viewer.person || viewer.is_steward_of(thing->circle));
}

Refusal only_hers_to_change()
{
    return Refusal::forbidden("Only who brought a file, and the circle's stewards, may change it.");
}

void describe_file(store::Transaction& transaction, Id organisation, Id file, std::string_view alt)
{
    transaction.execute("UPDATE file SET alt = ?3 WHERE org_id = ?1 AND file_id = ?2", organisation,
                        file, clip(normalise_line(alt), alt_characters_max));
}

void remove_file(store::Transaction& transaction, Id organisation, const File& file)
{
    const auto removed = transaction.execute("DELETE FROM file WHERE org_id = ?1 AND file_id = ?2",
                                             organisation, file.id);
    if (removed > 0)
        add_use(transaction, organisation, file.author, -1, -file.bytes - file.small_bytes);
}

std::int64_t remove_waiting(store::Transaction& transaction, Id organisation, Time before,
                            std::int64_t most)
{
    const auto waiting = read_files(transaction.query(
        store::Sql(columns) + " AND f.thing_id = 0 AND f.added_us < ?2 ORDER BY f.file_id LIMIT ?3",
        organisation, before, most));
    for (const auto& file : waiting) remove_file(transaction, organisation, file);
    return std::ssize(waiting);
}

std::optional<File> find_bytes(store::Transaction& transaction, Id organisation,
                               std::string_view hash)
{
    auto files = read_files(transaction.query(
        store::Sql(columns) + " AND f.hash = ?2 ORDER BY f.file_id LIMIT 1", organisation, hash));
    if (files.empty()) return {};
    return std::move(files.front());
}

bool is_named(store::Transaction& transaction, Id organisation, std::string_view hash)
{
    return transaction
        .query(R"sql(
            SELECT 1 FROM file WHERE org_id = ?1 AND hash = ?2
            UNION ALL SELECT 1 FROM file WHERE org_id = ?1 AND small_hash = ?2 LIMIT 1 )sql",
               organisation, hash)
        .next();
}

void forget_author(store::Transaction& transaction, Id organisation, Id person, Texts texts)
{
    std::vector<File> hers;
    for (const auto& row :
         transaction.query(store::Sql(columns) + " AND f.author_id = ?2 ORDER BY f.file_id",
                           organisation, person))
        hers.push_back(read_file(row));
    // Somebody of the company may have written for her. A document is its circle's, and stays.
    for (const auto& row : transaction.query(store::Sql(columns) + R"sql(
             AND f.author_id <> ?2 AND f.thing_id IN
                 (SELECT t.thing_id FROM thing t WHERE t.org_id = ?1 AND t.author_id = ?2 AND t.kind <> 'document')
             ORDER BY f.file_id )sql",
                                             organisation, person))
        hers.push_back(read_file(row));
    for (const auto& file : hers) {
        if (texts == Texts::emptied || !file.thing) {
            remove_file(transaction, organisation, file);
            continue;
        }
        const auto dot = file.name.rfind('.');
        const auto ending = dot == std::string::npos ? std::string() : file.name.substr(dot);
        transaction.execute("UPDATE file SET name = ?3 WHERE org_id = ?1 AND file_id = ?2",
                            organisation, file.id,
                            (file.is_picture() ? "picture" : "file") +
                                (ending.size() <= 8 ? ending : std::string()));
    }
}

void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    json.key("files").begin_array();
    for (const auto& row :
         transaction.query(store::Sql(columns) + " AND f.author_id = ?2 ORDER BY f.file_id",
                           organisation, person))
        write_json(json, read_file(row));
    json.end_array();
}

void write_json(JsonWriter& json, const File& file)
{
    json.begin_object().field("id", file.id).field("name", file.name);
    json.field("media_type", file.media_type).field("bytes", file.bytes);
    if (file.is_picture()) {
        json.field("width", file.width).field("height", file.height).field("alt", file.alt);
        json.field("small_url", file.small_path());
    } else {
        json.null_field("width").null_field("height").field("alt", "").null_field("small_url");
    }
    if (file.thing)
        json.field("thing", file.thing);
    else
        json.null_field("thing");
    json.field("url", file.path()).field("created_at", file.added).end_object();
}

} // namespace moothall::files
