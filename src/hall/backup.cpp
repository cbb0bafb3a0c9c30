#include "hall/backup.hpp"

#include "hall/archive.hpp"
#include "hall/carry.hpp"
#include "hall/carry_files.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "web/language.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace moothall::hall {

namespace {

namespace paths = std::filesystem;

constexpr std::size_t kept_by_default = 7;

/// Removed at the end, whatever happens.
class TemporaryPath {
public:
    explicit TemporaryPath(paths::path path) : path_(std::move(path)) { paths::remove_all(path_); }
    TemporaryPath(const TemporaryPath&) = delete;
    TemporaryPath& operator=(const TemporaryPath&) = delete;
    ~TemporaryPath()
    {
        std::error_code ignored; // nothing more can be done about it here
        paths::remove_all(path_, ignored);
    }
    const paths::path& path() const { return path_; }

private:
    paths::path path_;
};

Result<void> check_database(const std::string& path, const files::Shelf& shelf)
{
    const auto database = store::Database::open({.url = path});
    return database->read([&](store::Transaction& transaction) -> Result<void> {
        std::string verdict;
        for (const auto& row : transaction.query("PRAGMA integrity_check"))
            if (verdict.empty()) verdict = row.string(0);
        if (verdict != "ok")
            return Refusal::malformed("The database in this backup is damaged: {1}.").with(verdict);
        for (const auto& [host, organisation] : people::list_organisations(transaction)) {
            if (const auto whole = check_files(transaction, organisation.id, shelf); !whole)
                return whole.error();
            const auto audit = record::audit(transaction, organisation.id, {});
            if (!audit.fault.empty())
                return Refusal::malformed("The log in this backup is not what it was: {1}")
                    .with(audit.fault);
        }
        return {};
    });
}

/// "backup-20260503T093000Z.zip" sorts by its time; on PostgreSQL each organisation has a file of
/// its own, "backup-20260503T093000Z-0abc….zip".
std::string name_of(Time now, std::string_view end)
{
    auto name = to_rfc3339(now).substr(0, 19);
    std::erase_if(name, [](char letter) { return letter == '-' || letter == ':'; });
    return "backup-" + name + std::string(end);
}

void remove_old(const paths::path& folder, std::string_view end, std::size_t keep)
{
    std::vector<paths::path> backups;
    for (const auto& entry : paths::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with("backup-") && name.ends_with(end)) backups.push_back(entry.path());
    }
    std::ranges::sort(backups);
    while (backups.size() > keep) {
        paths::remove(backups.front());
        backups.erase(backups.begin());
    }
}

/// What one organisation wishes.
struct Wish {
    Id organisation;
    std::chrono::hours period{0}; // 0: off
    std::size_t keep = kept_by_default;
    std::optional<Time> last;
};

Wish find_wish(store::Transaction& transaction, Id organisation)
{
    Wish wish{.organisation = organisation};
    const auto schedule = people::find_setting(transaction, organisation, "backup.schedule");
    if (schedule == "daily") wish.period = std::chrono::hours{24};
    if (schedule == "weekly") wish.period = std::chrono::hours{24 * 7};
    const auto keep = people::find_setting(transaction, organisation, "backup.keep");
    std::from_chars(keep.data(), keep.data() + keep.size(), wish.keep);
    wish.keep = std::max<std::size_t>(1, wish.keep);
    wish.last = parse_time(people::find_setting(transaction, organisation, "backup.last"));
    return wish;
}

/// The organisations that want backups, all of them if one is due and else none. That their backup
/// begins now is written down in the same transaction, so that of many nodes one does the work.
std::vector<Wish> begin_backup(store::Database& database, Time now)
{
    const auto find_due = [now](store::Transaction& transaction) {
        std::vector<Wish> wishes;
        bool due = false;
        for (const auto& [host, organisation] : people::list_organisations(transaction)) {
            if (std::ranges::find(wishes, organisation.id, &Wish::organisation) != wishes.end())
                continue; // it answers to several hosts
            const auto wish = find_wish(transaction, organisation.id);
            if (wish.period.count() == 0) continue;
            // A quarter of an hour less, so that a daily backup stays at its time of the day.
            due = due || !wish.last || now - *wish.last >= wish.period - std::chrono::minutes{15};
            wishes.push_back(wish);
        }
        if (!due) wishes.clear();
        return wishes;
    };
    if (database.read(find_due).empty()) return {};
    return database.write([&](store::Transaction& transaction) {
        auto wishes = find_due(transaction);
        for (const auto& wish : wishes)
            people::save_setting(transaction, wish.organisation, "backup.last", to_rfc3339(now));
        return wishes;
    });
}

/// Brings an export into a database of its own, which is thrown away: what an import refuses is no
/// backup.
Result<void> try_export(const std::string& path, const paths::path& trial)
{
    const auto rows_of = open_export(path);
    if (!rows_of) return rows_of.error();
    paths::create_directories(trial);
    files::Shelf shelf(shelf_folder(trial.string()));
    if (const auto done = import_files(path, shelf); !done) return done.error();
    const auto database = store::Database::open({.url = (trial / "moothall.db").string()});
    return database->write([&](store::Transaction& transaction) -> Result<void> {
        const auto rows = import_organisation(transaction, *rows_of);
        if (!rows) return rows.error();
        for (const auto& [host, organisation] : people::list_organisations(transaction))
            if (const auto whole = check_files(transaction, organisation.id, shelf); !whole)
                return whole.error();
        return {};
    });
}

/// Makes one backup file and sees that it is good. Gives what went wrong, as a sentence.
std::string make_and_check(store::Database& database, const std::string& data_folder,
                           Id organisation, std::size_t keep, Time now)
{
    const bool whole_hall = database.engine() == store::Engine::sqlite;
    const auto end = whole_hall ? std::string("Z.zip") : "Z-" + organisation.text() + ".zip";
    try {
        const auto folder = paths::path(data_folder) / "backups";
        paths::create_directories(folder);
        paths::permissions(folder, paths::perms::owner_all);
        const auto path = folder / name_of(now, end);
        write_backup(database, data_folder, organisation, path.string());
        const TemporaryPath trial(folder / "trial");
        const auto good = whole_hall ? restore_backup(path.string(), trial.path().string())
                                     : try_export(path.string(), trial.path());
        if (good) {
            remove_old(folder, end, keep);
            return {};
        }
        paths::rename(path, path.string() + ".bad"); // it must not push out a good one
        return web::Language::fill(good.error().sentence, good.error().arguments);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

} // namespace

void write_backup(store::Database& database, const std::string& data_folder, Id organisation,
                  const std::string& path)
{
    // From before the rows are read until their files are: nothing is taken off the shelf.
    const files::Shelf shelf(shelf_folder(data_folder));
    const files::Shelf::Hold hold(shelf);
    if (database.engine() != store::Engine::sqlite) {
        database.read([&](store::Transaction& transaction) {
            auto parts = export_organisation(transaction, organisation);
            std::ranges::move(export_files(transaction, organisation, shelf),
                              std::back_inserter(parts));
            write_archive(path, parts);
        });
        return;
    }
    const TemporaryPath copy(path + ".copy");
    database.copy_to(copy.path().string());
    std::vector<ArchivePart> parts{{"moothall.db", {}, copy.path().string()}};
    const auto settings = paths::path(data_folder) / "moothall.toml";
    if (paths::exists(settings)) parts.push_back({"moothall.toml", {}, settings.string()});
    std::ranges::move(shelf_parts(shelf), std::back_inserter(parts));
    write_archive(path, parts);
}

Result<void> restore_backup(const std::string& path, const std::string& data_folder)
{
    const paths::path folder(data_folder);
    if (paths::exists(folder) && (!paths::is_directory(folder) || !paths::is_empty(folder)))
        return Refusal::conflict("{1} is not empty. A backup goes into an empty or absent folder.")
            .with(data_folder);
    // Everything happens beside the folder; it appears when it is whole and good.
    auto beside = paths::absolute(folder).lexically_normal();
    if (beside.filename().empty()) beside = beside.parent_path(); // "hall/" is "hall"
    const auto target = beside;
    beside += ".restoring";
    const TemporaryPath temporary(beside);
    paths::create_directories(temporary.path());
    paths::permissions(temporary.path(), paths::perms::owner_all);

    if (holds(path, "manifest.json"))
        return Refusal::conflict("{1} is an export of one organisation and no backup: moothall "
                                 "import moothall FILE --data DIR makes a hall of it.")
            .with(path);
    const auto database = (temporary.path() / "moothall.db").string();
    if (const auto done = unpack(path, "moothall.db", database); !done) return done.error();
    // A backup without settings is one of a hall that had none.
    const auto settings = (temporary.path() / "moothall.toml").string();
    if (const auto done = unpack(path, "moothall.toml", settings); !done) paths::remove(settings);
    files::Shelf shelf(shelf_folder(temporary.path().string()));
    if (const auto done = import_files(path, shelf); !done) return done.error();
    try {
        if (const auto good = check_database(database, shelf); !good) return good.error();
    } catch (const store::Failure& failure) {
        return Refusal::malformed("The database in this backup is damaged: {1}.")
            .with(failure.what());
    }
    for (const auto& entry : paths::directory_iterator(temporary.path())) // as init makes them
        paths::permissions(entry, entry.is_directory()
                                      ? paths::perms::owner_all
                                      : paths::perms::owner_read | paths::perms::owner_write);
    paths::remove(target); // an empty folder, or nothing
    paths::rename(temporary.path(), target);
    return {};
}

void make_scheduled_backup(store::Database& database, const std::string& data_folder, Time now)
{
    const auto wishes = begin_backup(database, now);
    if (wishes.empty()) return;
    const auto note = [&](const Wish& wish, const std::string& trouble) {
        database.write([&](store::Transaction& transaction) {
            people::save_setting(transaction, wish.organisation, "backup.last_error", trouble);
            if (trouble.empty())
                people::save_setting(transaction, wish.organisation, "backup.last_check",
                                     to_rfc3339(now));
        });
    };
    std::string troubles;
    if (database.engine() == store::Engine::sqlite) {
        // One file holds all organisations: it is copied once, and kept as long as anybody wishes.
        const auto keep = std::ranges::max(wishes, {}, &Wish::keep).keep;
        troubles = make_and_check(database, data_folder, wishes.front().organisation, keep, now);
        for (const auto& wish : wishes) note(wish, troubles);
    } else {
        for (const auto& wish : wishes) {
            const auto trouble =
                make_and_check(database, data_folder, wish.organisation, wish.keep, now);
            note(wish, trouble);
            if (!trouble.empty()) troubles += troubles.empty() ? trouble : " " + trouble;
        }
    }
    if (!troubles.empty()) throw std::runtime_error("the backup failed: " + troubles);
}

} // namespace moothall::hall
