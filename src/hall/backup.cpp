#include "hall/backup.hpp"

#include "hall/archive.hpp"
#include "hall/carry.hpp"
#include "people/people.hpp"
#include "record/record.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace moothall::hall {

namespace {

namespace files = std::filesystem;

constexpr std::size_t kept_by_default = 7;

/// Removed at the end, whatever happens.
class TemporaryPath {
public:
    explicit TemporaryPath(files::path path) : path_(std::move(path)) { files::remove_all(path_); }
    TemporaryPath(const TemporaryPath&) = delete;
    TemporaryPath& operator=(const TemporaryPath&) = delete;
    ~TemporaryPath()
    {
        std::error_code ignored; // nothing more can be done about it here
        files::remove_all(path_, ignored);
    }
    const files::path& path() const { return path_; }

private:
    files::path path_;
};

Result<void> check_database(const std::string& path)
{
    const auto database = store::Database::open({.url = path});
    return database->read([](store::Transaction& transaction) -> Result<void> {
        std::string verdict;
        for (const auto& row : transaction.query("PRAGMA integrity_check"))
            if (verdict.empty()) verdict = row.string(0);
        if (verdict != "ok")
            return Refusal::malformed("The database in this backup is damaged: {1}.").with(verdict);
        for (const auto& [host, organisation] : people::list_organisations(transaction)) {
            const auto audit = record::audit(transaction, organisation.id, {});
            if (!audit.fault.empty())
                return Refusal::malformed("The log in this backup is not what it was: {1}")
                    .with(audit.fault);
        }
        return {};
    });
}

/// "backup-20260503T093000Z.zip": sorts by its time.
std::string name_of(Time now)
{
    auto name = to_rfc3339(now).substr(0, 19);
    std::erase_if(name, [](char letter) { return letter == '-' || letter == ':'; });
    return "backup-" + name + "Z.zip";
}

void remove_old(const files::path& folder, std::size_t keep)
{
    std::vector<files::path> backups;
    for (const auto& entry : files::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with("backup-") && name.ends_with(".zip")) backups.push_back(entry.path());
    }
    std::ranges::sort(backups);
    while (backups.size() > keep) {
        files::remove(backups.front());
        backups.erase(backups.begin());
    }
}

/// One organisation's wishes; a hall of several makes a backup when the first of them is due.
struct Wishes {
    std::chrono::hours period{0}; // 0: off
    std::size_t keep = kept_by_default;
    std::optional<Time> last;
};

Wishes find_wishes(store::Transaction& transaction, Id organisation)
{
    Wishes wishes;
    const auto schedule = people::find_setting(transaction, organisation, "backup.schedule");
    if (schedule == "daily") wishes.period = std::chrono::hours{24};
    if (schedule == "weekly") wishes.period = std::chrono::hours{24 * 7};
    const auto keep = people::find_setting(transaction, organisation, "backup.keep");
    std::from_chars(keep.data(), keep.data() + keep.size(), wishes.keep);
    wishes.keep = std::max<std::size_t>(1, wishes.keep);
    wishes.last = parse_time(people::find_setting(transaction, organisation, "backup.last"));
    return wishes;
}

} // namespace

void write_backup(store::Database& database, const std::string& data_folder, Id organisation,
                  const std::string& path)
{
    if (database.engine() != store::Engine::sqlite) {
        const auto parts = database.read([&](store::Transaction& transaction) {
            return export_organisation(transaction, organisation);
        });
        write_archive(path, parts);
        return;
    }
    const TemporaryPath copy(path + ".copy");
    database.copy_to(copy.path().string());
    std::vector<ArchivePart> parts{{"moothall.db", {}, copy.path().string()}};
    const auto settings = files::path(data_folder) / "moothall.toml";
    if (files::exists(settings)) parts.push_back({"moothall.toml", {}, settings.string()});
    write_archive(path, parts);
}

Result<void> restore_backup(const std::string& path, const std::string& data_folder)
{
    const files::path folder(data_folder);
    if (files::exists(folder) && (!files::is_directory(folder) || !files::is_empty(folder)))
        return Refusal::conflict("{1} is not empty. A backup goes into an empty or absent folder.")
            .with(data_folder);
    // Everything happens beside the folder; it appears when it is whole and good.
    auto beside = files::absolute(folder).lexically_normal();
    if (beside.filename().empty()) beside = beside.parent_path(); // "hall/" is "hall"
    const auto target = beside;
    beside += ".restoring";
    const TemporaryPath temporary(beside);
    files::create_directories(temporary.path());
    files::permissions(temporary.path(), files::perms::owner_all);

    const auto database = (temporary.path() / "moothall.db").string();
    if (const auto done = unpack(path, "moothall.db", database); !done) return done.error();
    // A backup without settings is one of a hall that had none.
    const auto settings = (temporary.path() / "moothall.toml").string();
    if (const auto done = unpack(path, "moothall.toml", settings); !done) files::remove(settings);
    try {
        if (const auto good = check_database(database); !good) return good.error();
    } catch (const store::Failure& failure) {
        return Refusal::malformed("The database in this backup is damaged: {1}.")
            .with(failure.what());
    }
    files::remove(target); // an empty folder, or nothing
    files::rename(temporary.path(), target);
    return {};
}

void make_scheduled_backup(store::Database& database, const std::string& data_folder,
                           Id organisation, Time now)
{
    if (database.engine() != store::Engine::sqlite) return; // its server's own work
    const auto wishes = database.read(
        [&](store::Transaction& transaction) { return find_wishes(transaction, organisation); });
    // A quarter of an hour less, so that a daily backup stays at its time of the day.
    const auto due = wishes.period - std::chrono::minutes{15};
    if (wishes.period.count() == 0 || (wishes.last && now - *wishes.last < due)) return;

    std::string trouble;
    try {
        const auto folder = files::path(data_folder) / "backups";
        files::create_directories(folder);
        files::permissions(folder, files::perms::owner_all);
        const auto path = folder / name_of(now);
        write_backup(database, data_folder, organisation, path.string());
        const TemporaryPath trial(folder / "trial");
        const auto good = restore_backup(path.string(), trial.path().string());
        if (good) {
            remove_old(folder, wishes.keep);
        } else {
            trouble = good.error().sentence;
            files::rename(path, path.string() + ".bad"); // it must not push out a good one
        }
    } catch (const std::runtime_error& error) {
        trouble = error.what();
    }
    database.write([&](store::Transaction& transaction) {
        people::save_setting(transaction, organisation, "backup.last", to_rfc3339(now));
        people::save_setting(transaction, organisation, "backup.last_error", trouble);
        if (trouble.empty())
            people::save_setting(transaction, organisation, "backup.last_check", to_rfc3339(now));
    });
    if (!trouble.empty()) throw std::runtime_error("the backup failed: " + trouble);
}

} // namespace moothall::hall
