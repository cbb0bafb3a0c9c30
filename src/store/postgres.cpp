#include "store/postgres.hpp"

#include "store/longest_time.hpp"
#include "store/postgres_bus.hpp"
#include "store/postgres_pool.hpp"
#include "store/running.hpp"
#include "store/schema.hpp"
#include "store/write_queue.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

namespace moothall::store {

namespace {

/// Lets the other one of a deadlock go on first: whoever waits for a row does not get it before a
/// third that comes at the right moment, and two would meet again in the same way.
constexpr std::chrono::milliseconds pause_before_another_try{20};

class PostgresDatabase final : public Database {
public:
    explicit PostgresDatabase(const Settings& settings);
    ~PostgresDatabase() override;

    Engine engine() const override { return Engine::postgres; }
    void submit(Write write) override { queue_.push(std::move(write)); }
    std::size_t queued() const override { return queue_.size(); }
    Figures figures() const override
    {
        // No trouble of its own: a server that is away may be back at any moment, so whoever wants
        // to know asks it something.
        return {writes_, commits_, failures_, queue_.size(), done_longest_.longest(), {}};
    }
    void listen(std::function<void(std::string_view)> listener) override
    {
        bus_.listen(std::move(listener));
    }
    void copy_to(const std::string& /*path*/) override
    {
        throw Unsuitable("A database in PostgreSQL is copied with its own pg_dump, or with "
                         "moothall export.");
    }

protected:
    void run_read(const std::function<void(Transaction&)>& work) override;
    void run_write(const std::function<void(Transaction&)>& work) override
    {
        write_and_wait(*this, work);
    }

private:
    void work_off();
    void write_one(PostgresConnection& connection, Write& write);
    void try_once(PostgresConnection& connection, const Write& write);

    PostgresPool readers_;
    PostgresBus bus_;
    WriteQueue queue_;
    std::atomic<std::uint64_t> writes_ = 0;
    std::atomic<std::uint64_t> commits_ = 0;
    std::atomic<std::uint64_t> failures_ = 0;
    LongestTime done_longest_;
    std::string url_;
    std::vector<std::thread> writers_;
};

PostgresDatabase::PostgresDatabase(const Settings& settings)
    : readers_(settings.url, std::max(1U, settings.readers_max)), bus_(settings.url),
      queue_(settings.queue_max), url_(settings.url)
{
    const auto writers = std::max(1U, settings.readers_max);
    for (unsigned index = 0; index < writers; ++index)
        writers_.emplace_back([this] { work_off(); });
}

PostgresDatabase::~PostgresDatabase()
{
    queue_.close();
    for (auto& writer : writers_) writer.join();
}

void PostgresDatabase::run_read(const std::function<void(Transaction&)>& work)
{
    if (auto* outer = Running::current_read(this)) {
        work(*outer);
        return;
    }
    const auto connection = readers_.lend();
    struct Snapshot {
        PostgresConnection& connection;
        explicit Snapshot(PostgresConnection& of) : connection(of)
        {
            connection.begin(PostgresConnection::Kind::read);
        }
        ~Snapshot()
        {
            // A transaction that failed must be rolled back; one that read may end either way.
            connection.failed() ? connection.roll_back() : connection.end_read();
        }
    };
    const Snapshot snapshot(*connection);
    PostgresTransaction transaction(*connection, PostgresConnection::Kind::read);
    const Running running(this, Running::Kind::read, &transaction);
    work(transaction);
}

void PostgresDatabase::work_off()
{
    const Running running(this, Running::Kind::write, nullptr);
    PostgresConnection connection(url_);
    while (auto write = queue_.wait()) write_one(connection, *write);
}

void PostgresDatabase::write_one(PostgresConnection& connection, Write& write)
{
    std::exception_ptr error;
    for (bool again = false;; again = true) {
        try {
            try_once(connection, write);
            break;
        } catch (...) {
            connection.roll_back();
            if (!again && connection.worth_another_try()) {
                std::this_thread::sleep_for(pause_before_another_try);
                continue;
            }
            error = std::current_exception();
            break;
        }
    }
    if (error) ++failures_;
    const LongestTime::Measure measure(done_longest_);
    if (write.done) write.done(std::move(error));
}

void PostgresDatabase::try_once(PostgresConnection& connection, const Write& write)
{
    connection.begin(PostgresConnection::Kind::write);
    PostgresTransaction transaction(connection, PostgresConnection::Kind::write);
    if (write.work(transaction) == Outcome::roll_back) {
        connection.roll_back();
        return;
    }
    if (connection.failed())
        throw Failure("A statement of this change failed, so none of it is kept.");
    connection.commit(transaction.notes());
    ++writes_;
    ++commits_;
}

} // namespace

std::unique_ptr<Database> open_postgres(const Settings& settings,
                                        std::span<const Migration> migrations)
{
    {
        const auto schema = open_postgres_schema(settings.url);
        migrate(*schema, migrations);
    }
    return std::make_unique<PostgresDatabase>(settings);
}

} // namespace moothall::store
