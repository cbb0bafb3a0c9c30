#include "store/postgres_node.hpp"

#include <chrono>

namespace moothall::store {

namespace {

using namespace std::chrono_literals;

/// A server that was killed holds its lock until PostgreSQL has seen the end of its connection,
/// which is at once where both are on one machine. One whose machine is gone, until the packets
/// that ask whether it is there were not answered (below).
constexpr auto waited_for_the_last_one = 3s;
constexpr auto looked_at_every = 2s;
constexpr auto given_up_after = 60s;
constexpr const char* notice_of_a_dead_client =
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

} // namespace

PostgresNode::PostgresNode(std::string url, std::uint16_t number, std::function<void()> lost)
    : url_(std::move(url)), number_(number), lost_(std::move(lost))
{
}

std::unique_ptr<PostgresNode> PostgresNode::take(const std::string& url, std::uint16_t number,
                                                 std::function<void()> lost)
{
    std::unique_ptr<PostgresNode> node(new PostgresNode(url, number, std::move(lost)));
    const auto begun = std::chrono::steady_clock::now();
    while (!node->try_to_take()) {
        if (std::chrono::steady_clock::now() - begun > waited_for_the_last_one) return nullptr;
        std::this_thread::sleep_for(100ms);
    }
    node->thread_ = std::thread([held = node.get()] { held->hold(); });
    return node;
}

PostgresNode::~PostgresNode()
{
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    ending_changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool PostgresNode::try_to_take()
{
    if (!connection_) {
        connection_ = connect_postgres(url_);
        const PostgresResult set(PQexec(connection_.get(), notice_of_a_dead_client));
    }
    const auto ask = "SELECT pg_try_advisory_lock(" + std::to_string(node_locks) + ", " +
                     std::to_string(number_) + ")";
    const PostgresResult answer(PQexec(connection_.get(), ask.c_str()));
    if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) {
        connection_.reset();
        throw Busy("PostgreSQL did not say whether this node number is free.");
    }
    return *PQgetvalue(answer.get(), 0, 0) == 't';
}

/// False when it ends.
bool PostgresNode::wait(std::chrono::milliseconds time)
{
    std::unique_lock lock(mutex_);
    return !ending_changed_.wait_for(lock, time, [this] { return ending_; });
}

// The lock falls when the connection does, as at a restart of PostgreSQL, and is taken again then.
// Meanwhile ids stay apart as long as nobody starts a server with the same number; if somebody did,
// this one has to end.
void PostgresNode::hold()
{
    auto held_at = std::chrono::steady_clock::now();
    while (wait(looked_at_every)) {
        try {
            if (connection_) {
                const PostgresResult answer(PQexec(connection_.get(), "SELECT 1"));
                if (PQresultStatus(answer.get()) == PGRES_TUPLES_OK) {
                    held_at = std::chrono::steady_clock::now();
                    continue;
                }
                connection_.reset();
            }
            if (try_to_take()) {
                held_at = std::chrono::steady_clock::now();
                continue;
            }
            connection_.reset(); // not held: asked anew with the next look
            if (std::chrono::steady_clock::now() - held_at < given_up_after) continue;
            lost_();
            return;
        } catch (const Failure&) {
            held_at = std::chrono::steady_clock::now(); // the server is away: for others, too
        }
    }
}

} // namespace moothall::store
