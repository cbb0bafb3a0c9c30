// Copies to go back to.
#include "hall/backup.hpp"

#include "hall/carry.hpp"
#include "hall/carry_files.hpp"
#include "hall/test_house.hpp"
#include "record/record.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace moothall::hall::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Backups : public WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        std::filesystem::create_directories(data());
        std::ofstream(data() + "/moothall.toml") << "url = \"http://localhost\"\n";
        said = say(owner, "A voice to keep").id;
        write([&](store::Transaction& transaction) {
            record::seal(transaction, organisation.id, now() + 1h);
        });
    }
    std::string data() const { return place_.folder() + "/data"; }
    std::string path(const std::string& name) const { return place_.folder() + "/" + name; }
    bool on_sqlite() const { return GetParam() == store::Engine::sqlite; }

    std::string head(store::Database& database)
    {
        return database.read([&](store::Transaction& transaction) {
            const auto audit = record::audit(transaction, organisation.id, {});
            EXPECT_EQ(audit.fault, "");
            EXPECT_NE(audit.head, "");
            return audit.head;
        });
    }
    void wish(std::string_view schedule, std::string_view keep)
    {
        write([&](store::Transaction& transaction) {
            people::save_setting(transaction, organisation.id, "backup.schedule", schedule);
            people::save_setting(transaction, organisation.id, "backup.keep", keep);
        });
    }
    std::string setting(std::string_view name, Id whose = {})
    {
        return read([&](store::Transaction& transaction) {
            return people::find_setting(transaction, whose ? whose : organisation.id, name);
        });
    }
    void scheduled() { make_scheduled_backup(hall->database(), data(), now()); }
    std::vector<std::string> files() const
    {
        std::vector<std::string> names;
        if (std::filesystem::exists(data() + "/backups"))
            for (const auto& entry : std::filesystem::directory_iterator(data() + "/backups"))
                names.push_back(entry.path().filename().string());
        std::ranges::sort(names);
        return names;
    }
    static void damage(const std::string& zip)
    {
        std::fstream file(zip, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(200);
        file.write("damage", 6);
    }

    Id said;

private:
    store::TestPlace place_{store::Engine::sqlite}; // a folder
};
MOOTHALL_ON_EACH_ENGINE(Backups);

TEST_P(Backups, are_gone_back_to_with_the_same_log_and_all_that_was_said)
{
    write_backup(hall->database(), data(), organisation.id, path("backup.zip"));
    if (!on_sqlite()) {
        // Its file is an export: it comes back by an import, and restoring says so.
        const auto done = restore_backup(path("backup.zip"), path("again"));
        ASSERT_FALSE(done);
        EXPECT_THAT(done.error().sentence, HasSubstr("moothall import moothall FILE"));
        EXPECT_FALSE(std::filesystem::exists(path("again")));
        const auto rows = open_export(path("backup.zip")).value();
        const auto database = open();
        database->write([&](store::Transaction& transaction) {
            EXPECT_TRUE(import_organisation(transaction, rows));
        });
        EXPECT_EQ(head(*database), head(hall->database()));
        return;
    }
    ASSERT_TRUE(restore_backup(path("backup.zip"), path("again")));
    const auto database = store::Database::open({.url = path("again/moothall.db")});
    EXPECT_EQ(head(*database), head(hall->database()));
    const auto viewer = viewer_of(owner);
    database->read([&](store::Transaction& transaction) {
        EXPECT_EQ(hear::find_voice(transaction, said, viewer).value().title, "A voice to keep");
    });
    std::ifstream settings(path("again/moothall.toml"));
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(settings), {}),
              "url = \"http://localhost\"\n");
    EXPECT_FALSE(std::filesystem::exists(path("again.restoring")));
    // Neither into a folder that is used, nor twice.
    const auto twice = restore_backup(path("backup.zip"), path("again"));
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().reason, Reason::conflict);
}

TEST_P(Backups, that_are_damaged_are_refused_and_leave_nothing)
{
    if (!on_sqlite()) GTEST_SKIP() << "On PostgreSQL a backup is an export: carry_test.cpp.";
    write_backup(hall->database(), data(), organisation.id, path("backup.zip"));
    const auto refused = [&] {
        const auto done = restore_backup(path("backup.zip"), path("again"));
        EXPECT_FALSE(std::filesystem::exists(path("again")));
        EXPECT_FALSE(std::filesystem::exists(path("again.restoring")));
        return done ? "restored" : done.error().sentence;
    };
    damage(path("backup.zip"));
    EXPECT_THAT(refused(), HasSubstr("damaged"));

    // A good zip of a bad database.
    const auto changed = [&](auto&& change) {
        hall->database().copy_to(path("moothall.db"));
        change();
        std::filesystem::remove(path("backup.zip"));
        write_archive(path("backup.zip"), {{"moothall.db", {}, path("moothall.db")}});
    };
    changed([&] {
        std::fstream file(path("moothall.db"), std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(4096 * 3);
        file.write(std::string(4096, 'x').data(), 4096);
    });
    EXPECT_THAT(refused(), StartsWith("The database in this backup is damaged"));
    changed([&] { std::filesystem::resize_file(path("moothall.db"), 4096 * 2); });
    EXPECT_THAT(refused(), StartsWith("The database in this backup is damaged"));
    changed([&] { std::ofstream(path("moothall.db"), std::ios::trunc) << "no database"; });
    EXPECT_THAT(refused(), StartsWith("The database in this backup is damaged"));
    changed([&] {
        const auto database = store::Database::open({.url = path("moothall.db")});
        database->write([&](store::Transaction& transaction) {
            transaction.execute(
                "UPDATE event SET actor_id = 1 WHERE org_id = ?1 AND verb = 'hear.voice_said'",
                organisation.id);
        });
    });
    EXPECT_THAT(refused(), StartsWith("The log in this backup is not what it was"));

    write_archive(path("empty.zip"), {{"a", "b", {}}});
    EXPECT_EQ(restore_backup(path("empty.zip"), path("again")).error().sentence,
              "{1} holds no {2}.");
    EXPECT_FALSE(std::filesystem::exists(path("again")));
}

TEST_P(Backups, are_made_when_they_are_due_are_tried_and_the_newest_are_kept)
{
    scheduled();
    EXPECT_THAT(files(), SizeIs(0)) << "nobody asked for any";

    wish("daily", "2");
    scheduled();
    const auto first = files();
    ASSERT_THAT(first, SizeIs(1));
    EXPECT_THAT(first.front(), StartsWith("backup-20260504T080000Z"));
    EXPECT_EQ(setting("backup.last"), "2026-05-04T08:00:00.000Z");
    EXPECT_EQ(setting("backup.last_check"), "2026-05-04T08:00:00.000Z");
    EXPECT_EQ(setting("backup.last_error"), "");

    hall->clock().set(now() + 23h);
    scheduled();
    EXPECT_EQ(files(), first) << "not due yet";
    for (int day = 0; day < 3; ++day) {
        hall->clock().set(now() + 24h);
        scheduled();
    }
    EXPECT_THAT(files(), ElementsAre(StartsWith("backup-20260507T070000Z"),
                                     StartsWith("backup-20260508T070000Z")));
}

TEST_P(Backups, of_a_hall_of_two_organisations_are_one_on_sqlite_and_one_for_each_on_postgresql)
{
    const auto other = write([&](store::Transaction& transaction) {
        return people::create_organisation(transaction, own_ids, now(),
                                           {.name = "Southwater",
                                            .url = "http://127.0.0.1",
                                            .owner_email = "owner@southwater.example",
                                            .owner_name = "Otto Owner"})
            .value()
            .organisation;
    });
    wish("daily", "1");
    write([&](store::Transaction& transaction) {
        people::save_setting(transaction, other.id, "backup.schedule", "weekly");
        people::save_setting(transaction, other.id, "backup.keep", "3");
    });
    // The chore runs once for each organisation.
    scheduled();
    scheduled();
    EXPECT_THAT(files(), SizeIs(on_sqlite() ? 1 : 2));
    for (int day = 0; day < 4; ++day) {
        hall->clock().set(now() + 24h);
        scheduled();
        scheduled();
    }
    // What is shared is kept as long as the one that wants most; what is not, as each wants.
    EXPECT_THAT(files(), SizeIs(on_sqlite() ? 3 : 1 + 3));
    EXPECT_EQ(setting("backup.last_check"), to_rfc3339(now()));
    EXPECT_EQ(setting("backup.last_check", other.id), to_rfc3339(now()));
}

TEST_P(Backups, that_fail_say_so_and_push_no_good_one_out)
{
    wish("daily", "1");
    scheduled();
    const auto good = files();
    ASSERT_THAT(good, SizeIs(1));
    // A log that was tampered with: a copy of it is no copy to go back to.
    write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE event SET actor_id = 1 WHERE org_id = ?1 AND verb = "
                            "'hear.voice_said'",
                            organisation.id);
    });
    hall->clock().set(now() + 24h);
    EXPECT_THROW(scheduled(), std::runtime_error);
    EXPECT_THAT(setting("backup.last_error"), HasSubstr("is not what it was"));
    EXPECT_EQ(setting("backup.last_check"), "2026-05-04T08:00:00.000Z") << "the last that was good";
    ASSERT_THAT(files(), SizeIs(2));
    EXPECT_EQ(files().front(), good.front());
    EXPECT_THAT(files().back(), HasSubstr(".bad"));
    scheduled(); // not again at once
    EXPECT_THAT(files(), SizeIs(2));
}

} // namespace
} // namespace moothall::hall::test
