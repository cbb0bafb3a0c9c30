// What is promised when the disk or the memory fails: nothing is acknowledged that is not there
// afterwards, nothing is broken, and it ends in a sentence. After SQLite's own way of testing
// (https://www.sqlite.org/testing.html, section 3): the n-th call fails, for each n, once and for
// ever.
#include "store/faulty_disk.hpp"
#include "store/test_place.hpp"
#include "store/test_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/mount.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <set>
#include <thread>

namespace moothall::store {
namespace {

using Call = FaultyDisk::Call;

/// Memory for SQLite that gives out at the n-th request of a test.
class FaultyMemory {
public:
    static void fail_at(int nth) { left() = nth; }
    static void repair() { left() = 0; }

    /// Must be in place before SQLite is used for the first time.
    static bool install()
    {
        sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real());
        auto faulty = real();
        faulty.xMalloc = [](int size) { return gives_out() ? nullptr : real().xMalloc(size); };
        faulty.xRealloc = [](void* memory, int size) {
            return gives_out() ? nullptr : real().xRealloc(memory, size);
        };
        return sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty) == SQLITE_OK;
    }

private:
    static bool gives_out()
    {
        int now = left();
        while (now > 0)
            if (left().compare_exchange_weak(now, now - 1)) return now == 1;
        return false;
    }
    static std::atomic<int>& left()
    {
        static std::atomic<int> requests = 0;
        return requests;
    }
    static sqlite3_mem_methods& real()
    {
        static sqlite3_mem_methods methods{};
        return methods;
    }
};
const bool memory_installed = FaultyMemory::install();

class Faults : public ::testing::Test {
protected:
    std::unique_ptr<Database> open(const TestPlace& where)
    {
        Settings settings;
        settings.url = where.url();
        return Database::open(settings, test_schema());
    }

    /// Adds a thing and counts it, in one write.
    static void add(Database& database, std::int64_t id)
    {
        static const std::vector<std::byte> picture(20'000);
        database.write([&](Transaction& transaction) {
            transaction.execute("INSERT INTO thing (org_id, thing_id, title, picture)"
                                " VALUES (1, ?1, ?2, ?3)",
                                id, std::to_string(id), Blob{picture});
            transaction.execute("UPDATE counter SET value = value + 1 WHERE name = 'left'");
        });
    }

    static std::set<std::int64_t> things(Database& database)
    {
        return database.read([](Transaction& transaction) {
            std::set<std::int64_t> found;
            for (const Row& row : transaction.query("SELECT thing_id FROM thing"))
                found.insert(row.integer(0));
            return found;
        });
    }

    /// After a restart on a good disk: what was acknowledged is there, and all is whole.
    void expect_kept(const TestPlace& where, const std::set<std::int64_t>& acknowledged)
    {
        const auto database = open(where);
        const auto found = things(*database);
        EXPECT_TRUE(std::ranges::includes(found, acknowledged)) << "an acknowledged write is lost";
        database->read([&](Transaction& transaction) {
            auto counter = transaction.query("SELECT value FROM counter WHERE name = 'left'");
            ASSERT_TRUE(counter.next());
            EXPECT_EQ(counter->integer(0), std::ssize(found)) << "a write is there by halves";
            auto check = transaction.query("PRAGMA integrity_check");
            ASSERT_TRUE(check.next());
            EXPECT_EQ(check->text(0), "ok");
        });
        add(*database, 1'000'000); // and one can write again
    }
};

struct Ended {
    std::set<std::int64_t> acknowledged;
    int halted = 0;
    int full = 0;
    bool acknowledged_after_halt = false;
};

Ended write_until(Database& database, std::int64_t count,
                  const std::function<void(Database&, std::int64_t)>& add)
{
    Ended ended;
    for (std::int64_t id = 1; id <= count; ++id) {
        try {
            add(database, id);
            ended.acknowledged.insert(id);
            if (ended.halted > 0) ended.acknowledged_after_halt = true;
        } catch (const Halted&) {
            ++ended.halted;
        } catch (const InDoubt&) {
            ++ended.halted;
        } catch (const DiskFull&) {
            ++ended.full;
        }
    }
    return ended;
}

TEST_F(Faults, of_the_disk_lose_nothing_that_was_acknowledged)
{
    FaultyDisk disk;
    struct Case {
        Call call;
        int code;
        bool once;
    };
    const std::vector<Case> cases{
        {Call::write, SQLITE_IOERR_WRITE, true}, {Call::write, SQLITE_IOERR_WRITE, false},
        {Call::sync, SQLITE_IOERR_FSYNC, true},  {Call::sync, SQLITE_IOERR_FSYNC, false},
        {Call::write, SQLITE_FULL, true},        {Call::write, SQLITE_FULL, false},
    };
    int runs = 0;
    for (const auto& [call, code, once] : cases) {
        for (int nth = 1;; nth += call == Call::write ? 3 : 1) {
            const TestPlace place(Engine::sqlite);
            auto database = open(place);
            disk.fail(call, nth, code, once);
            const auto ended = write_until(*database, 12, add);
            const int hits = disk.hits();
            const auto trouble = database->figures().trouble;
            disk.repair();
            if (hits > 0 && code == SQLITE_FULL) {
                EXPECT_GT(ended.full, 0);
                EXPECT_EQ(ended.halted, 0);
                EXPECT_EQ(trouble, "");
                add(*database, 999); // there is space again, and no restart was needed
            } else if (hits > 0) {
                EXPECT_GT(ended.halted, 0);
                EXPECT_FALSE(ended.acknowledged_after_halt);
                EXPECT_NE(trouble, "");
                EXPECT_THROW(add(*database, 999), Halted); // also when the disk is well again
            }
            // Reads go on in any case, and find nothing that is not there.
            EXPECT_TRUE(std::ranges::includes(things(*database), ended.acknowledged));
            database.reset();
            expect_kept(place, ended.acknowledged);
            ++runs;
            if (hits == 0 || HasFailure()) break;
        }
    }
    EXPECT_GT(runs, 100);
}

TEST_F(Faults, when_reading_end_in_an_exception)
{
    FaultyDisk disk;
    for (int nth = 1;; ++nth) {
        const TestPlace place(Engine::sqlite);
        auto database = open(place);
        add(*database, 1);
        disk.fail(Call::read, nth, SQLITE_IOERR_READ, false);
        std::set<std::int64_t> acknowledged{1};
        try {
            EXPECT_EQ(things(*database), acknowledged);
            add(*database, 2);
            acknowledged.insert(2);
        } catch (const Halted&) {
            EXPECT_GT(disk.hits(), 0);
        }
        const int hits = disk.hits();
        disk.repair();
        if (hits > 0) {
            EXPECT_THROW(add(*database, 3), Halted);
        }
        database.reset();
        expect_kept(place, acknowledged);
        if (hits == 0 || HasFailure()) break;
    }
}

TEST_F(Faults, of_checkpoints_stop_the_writer_unless_the_disk_is_only_full)
{
    FaultyDisk disk;
    for (const auto call : {Call::write, Call::sync}) {
        const TestPlace place(Engine::sqlite);
        auto database = open(place);
        const int code = call == Call::write ? SQLITE_IOERR_WRITE : SQLITE_IOERR_FSYNC;
        disk.fail(call, 1, code, true, "hall.db");
        const auto ended = write_until(*database, 3'000, [&](Database& target, std::int64_t id) {
            if (disk.hits() == 0 || target.figures().trouble.empty()) add(target, id);
        });
        EXPECT_EQ(disk.hits(), 1);
        EXPECT_NE(database->figures().trouble, "");
        EXPECT_THROW(add(*database, 9999), Halted);
        database.reset();
        disk.repair();
    }
    const TestPlace place(Engine::sqlite);
    auto database = open(place);
    disk.fail(Call::write, 1, SQLITE_FULL, false, "hall.db");
    std::set<std::int64_t> acknowledged;
    for (std::int64_t id = 1; id <= 800; ++id) { // some 16 MB: several checkpoints
        add(*database, id);
        acknowledged.insert(id);
    }
    for (int tries = 0; disk.hits() == 0 && tries < 1000; ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    EXPECT_GT(disk.hits(), 0);
    EXPECT_EQ(database->figures().trouble, "");
    disk.repair();
    database.reset();
    expect_kept(place, acknowledged);
}

TEST_F(Faults, of_memory_lose_nothing_that_was_acknowledged)
{
    ASSERT_TRUE(memory_installed);
    for (int nth = 1; nth < 400; nth += 3) {
        const TestPlace place(Engine::sqlite);
        auto database = open(place);
        std::set<std::int64_t> acknowledged;
        FaultyMemory::fail_at(nth);
        for (std::int64_t id = 1; id <= 4; ++id) {
            try {
                add(*database, id);
                acknowledged.insert(id);
            } catch (const std::bad_alloc&) {
                continue;
            } catch (const Failure&) {
                continue;
            }
        }
        FaultyMemory::repair();
        database.reset();
        expect_kept(place, acknowledged);
        if (HasFailure()) break;
    }
}

TEST_F(Faults, in_the_file_stop_the_writer)
{
    const TestPlace place(Engine::sqlite);
    auto database = open(place);
    for (std::int64_t id = 1; id <= 50; ++id) add(*database, id);
    database.reset();
    {
        std::fstream file(place.folder() + "/hall.db",
                          std::ios::in | std::ios::out | std::ios::binary);
        const std::string noise(4096, '\x5a');
        const auto pages = std::filesystem::file_size(place.folder() + "/hall.db") / 4096;
        for (std::uintmax_t page = 10; page < pages; page += 5) {
            file.seekp(static_cast<std::streamoff>(page * 4096));
            file.write(noise.data(), static_cast<std::streamsize>(noise.size()));
        }
    }
    database = open(place);
    EXPECT_THROW(database->read([](Transaction& transaction) {
        for (const Row& row : transaction.query("SELECT picture, title FROM thing"))
            static_cast<void>(row.bytes(0));
    }),
                 Halted);
    EXPECT_THAT(database->figures().trouble, ::testing::HasSubstr("restart"));
    EXPECT_THROW(add(*database, 100), Halted);
}

/// A file system of 8 MB in memory.
class SmallDisk {
public:
    explicit SmallDisk(std::string folder) : folder_(std::move(folder))
    {
        mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=8m") == 0;
    }
    ~SmallDisk()
    {
        if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool mounted() const { return mounted_; }

private:
    std::string folder_;
    bool mounted_;
};

TEST_F(Faults, of_a_disk_that_is_really_full_pass_by_themselves)
{
    const TestPlace place(Engine::sqlite);
    const SmallDisk disk(place.folder());
    if (!disk.mounted()) GTEST_SKIP() << "Only root can mount a small file system to fill up.";
    const auto ballast = place.folder() + "/ballast";
    {
        std::ofstream file(ballast, std::ios::binary);
        file << std::string(4'000'000, 'b');
    }
    auto database = open(place);
    const auto ended = write_until(*database, 300, add);
    EXPECT_GT(ended.full, 0);
    EXPECT_GT(ended.acknowledged.size(), 10U);
    EXPECT_EQ(ended.halted, 0);
    EXPECT_EQ(database->figures().trouble, "");
    EXPECT_TRUE(std::ranges::includes(things(*database), ended.acknowledged)); // reads go on
    std::filesystem::remove(ballast);
    auto acknowledged = ended.acknowledged;
    for (std::int64_t id = 1001; id <= 1005; ++id) {
        add(*database, id);
        acknowledged.insert(id);
    }
    database.reset();
    expect_kept(place, acknowledged);
}

} // namespace
} // namespace moothall::store
