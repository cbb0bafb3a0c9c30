// How many votes a second are on disk, and what they and reads cost.
//
//   bench_store votes DIR|URL [--seconds N] [--clients N] [--rounds N]
//   bench_store reads DIR [--seconds N] [--rows N]
//
// A vote is what a handler does: an upsert, a kept count, an event. Each client waits until its
// vote is acknowledged before it casts the next. With a folder, groups and single commits take
// turns on the same disk, as only runs side by side can be compared on a disk that others use too.
// Reads are lists of 50 rows by key in a database of N rows of 1 KB, by eight threads.
#include "store/database.hpp"
#include "store/migrate.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <thread>

using namespace moothall;
using namespace moothall::store;
using Steady = std::chrono::steady_clock;

namespace {

constexpr std::string_view tables = R"(
CREATE TABLE voice (
    org_id BIGINT NOT NULL, voice_id BIGINT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
    supporters BIGINT NOT NULL,
    CONSTRAINT voice_pkey PRIMARY KEY (org_id, voice_id));
CREATE TABLE vote (
    org_id BIGINT NOT NULL, voice_id BIGINT NOT NULL, person_id BIGINT NOT NULL,
    cast_us BIGINT NOT NULL,
    CONSTRAINT vote_pkey PRIMARY KEY (org_id, voice_id, person_id));
CREATE TABLE event (
    org_id BIGINT NOT NULL, event_id BIGINT NOT NULL, verb TEXT NOT NULL, thing_id BIGINT NOT NULL,
    actor_id BIGINT NOT NULL, at_us BIGINT NOT NULL, data TEXT NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (org_id, event_id));
)";
constexpr std::array schema{Migration{1, "bench", tables, tables}};
constexpr std::int64_t voices_count = 1000;

struct Options {
    std::string place;
    int seconds = 5;
    int clients = 64;
    int rounds = 3;
    std::int64_t rows = 50'000;
};

double cpu_seconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// The most the process has had in memory at any time.
double resident_megabytes_max()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

void cast(Transaction& transaction, std::int64_t voice, std::int64_t person, Id event, Time now)
{
    transaction.execute("INSERT INTO vote (org_id, voice_id, person_id, cast_us)"
                        " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (org_id, voice_id, person_id)"
                        " DO UPDATE SET cast_us = excluded.cast_us",
                        1, voice, person, now);
    transaction.execute("UPDATE voice SET supporters = supporters + 1"
                        " WHERE org_id = ?1 AND voice_id = ?2",
                        1, voice);
    transaction.execute(
        "INSERT INTO event (org_id, event_id, verb, thing_id, actor_id, at_us, data)"
        " VALUES (?1, ?2, 'hear.voice_supported', ?3, ?4, ?5, '{}')",
        1, event, voice, person, now);
}

void fill(Database& database, std::int64_t rows)
{
    const std::string body(1000, 'b');
    for (std::int64_t first = 0; first < rows; first += 1000)
        database.write([&](Transaction& transaction) {
            for (std::int64_t id = first; id < std::min(rows, first + 1000); ++id)
                transaction.execute("INSERT INTO voice (org_id, voice_id, title, body, supporters)"
                                    " VALUES (1, ?1, ?2, ?3, 0)",
                                    id, "Voice " + std::to_string(id), body);
        });
}

/// A part in a thousand of the sorted times, in milliseconds.
double part(std::vector<double>& times, std::size_t thousandths)
{
    if (times.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>((times.size() - 1) * thousandths / 1000);
    std::nth_element(times.begin(), times.begin() + at, times.end());
    return times[static_cast<std::size_t>(at)];
}

void measure_votes(const std::string& name, const Options& options, Settings settings)
{
    const auto database = Database::open(settings, schema);
    const auto filled = database->read([](Transaction& transaction) {
        auto rows = transaction.query("SELECT count(*) FROM voice");
        return rows.next() && rows->integer(0) > 0;
    });
    if (!filled) fill(*database, voices_count);
    static IdSource ids;
    const Clock clock;
    const auto before = database->figures();
    const auto cpu_before = cpu_seconds();
    const auto begin = Steady::now();
    const auto end = begin + std::chrono::seconds{options.seconds};
    std::vector<std::vector<double>> times(static_cast<std::size_t>(options.clients));
    std::vector<std::thread> clients;
    for (int client = 0; client < options.clients; ++client)
        clients.emplace_back([&, client] {
            auto& mine = times[static_cast<std::size_t>(client)];
            for (std::int64_t number = client; Steady::now() < end; number += 7919) {
                const auto asked = Steady::now();
                const auto now = clock.now();
                database->write([&](Transaction& transaction) {
                    cast(transaction, number % voices_count, number, ids.next(now), now);
                });
                mine.push_back(
                    std::chrono::duration<double, std::milli>(Steady::now() - asked).count());
            }
        });
    for (auto& client : clients) client.join();
    const auto took = std::chrono::duration<double>(Steady::now() - begin).count();
    const auto figures = database->figures();
    std::vector<double> all;
    for (const auto& mine : times) all.insert(all.end(), mine.begin(), mine.end());
    const auto votes = static_cast<double>(figures.writes - before.writes);
    const auto commits = static_cast<double>(figures.commits - before.commits);
    std::printf("%-8s %8.0f votes/s  %6.1f in a commit  p50 %7.2f ms  p99 %8.2f ms  %6.1f us CPU "
                "each  %5.1f MB resident at most\n",
                name.c_str(), votes / took, votes / commits, part(all, 500), part(all, 990),
                1e6 * (cpu_seconds() - cpu_before) / votes, resident_megabytes_max());
    std::fflush(stdout);
}

void measure_reads(const Options& options, const Settings& settings)
{
    const auto database = Database::open(settings, schema);
    fill(*database, options.rows);
    std::printf("%lld rows, %.1f MB resident at most before reading\n",
                static_cast<long long>(options.rows), resident_megabytes_max());
    const auto cpu_before = cpu_seconds();
    const auto end = Steady::now() + std::chrono::seconds{options.seconds};
    std::atomic<std::int64_t> reads = 0;
    std::atomic<std::int64_t> bytes = 0;
    std::vector<std::thread> threads;
    for (int reader = 0; reader < 8; ++reader)
        threads.emplace_back([&, reader] {
            std::int64_t done = 0;
            std::int64_t seen = 0;
            for (auto from = std::uint64_t{1} + static_cast<std::uint64_t>(reader);
                 Steady::now() < end; ++done) {
                from = from * 6364136223846793005U + 1442695040888963407U; // Knuth's MMIX
                const auto first = static_cast<std::int64_t>(
                    (from >> 33U) % static_cast<std::uint64_t>(options.rows));
                database->read([&](Transaction& transaction) {
                    for (const Row& row : transaction.query(
                             "SELECT voice_id, title, supporters, body FROM voice"
                             " WHERE org_id = ?1 AND voice_id >= ?2 ORDER BY voice_id LIMIT 50",
                             1, first))
                        seen += row.integer(0) + static_cast<std::int64_t>(row.text(3).size());
                });
            }
            reads += done;
            bytes += seen;
        });
    for (auto& thread : threads) thread.join();
    std::printf("%.1f us CPU for a list of 50 rows of 1 KB, %lld lists, %.1f MB resident at most\n",
                1e6 * (cpu_seconds() - cpu_before) / static_cast<double>(reads),
                static_cast<long long>(reads), resident_megabytes_max());
}

int use()
{
    std::fputs("usage: bench_store votes DIR|URL [--seconds N] [--clients N] [--rounds N]\n"
               "       bench_store reads DIR [--seconds N] [--rows N]\n",
               stderr);
    return 2;
}

} // namespace

int main(int count, char** arguments)
{
    const std::vector<std::string_view> words(arguments + 1, arguments + count);
    if (words.size() < 2 || words.size() % 2 != 0) return use();
    Options options;
    options.place = words[1];
    for (std::size_t index = 2; index + 1 < words.size(); index += 2) {
        std::int64_t number = 0;
        const auto value = words[index + 1];
        std::from_chars(value.data(), value.data() + value.size(), number);
        if (words[index] == "--seconds") {
            options.seconds = static_cast<int>(number);
        } else if (words[index] == "--clients") {
            options.clients = static_cast<int>(number);
        } else if (words[index] == "--rounds") {
            options.rounds = static_cast<int>(number);
        } else if (words[index] == "--rows") {
            options.rows = number;
        } else {
            return use();
        }
    }
    Settings settings;
    if (words[0] == "votes" && words[1].starts_with("postgres")) {
        settings.url = options.place;
        settings.readers_max = 16;
        for (int round = 0; round < options.rounds; ++round)
            measure_votes("postgres", options, settings);
        return 0;
    }
    std::filesystem::create_directories(options.place);
    settings.url = options.place + "/bench.db";
    if (words[0] == "reads") {
        measure_reads(options, settings);
    } else if (words[0] == "votes") {
        for (int round = 0; round < options.rounds; ++round) {
            settings.batch_max = 256;
            measure_votes("groups", options, settings);
            settings.batch_max = 1;
            measure_votes("single", options, settings);
        }
    } else {
        return use();
    }
    for (const auto* ending : {"", "-wal", "-shm"}) std::filesystem::remove(settings.url + ending);
    return 0;
}
