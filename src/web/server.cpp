#include "web/server.hpp"

#include "base/invariant.hpp"
#include "web/server_asio.hpp"
#include "web/server_loop.hpp"

#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace moothall::web {

namespace {

/// Database, files, logs: what else needs descriptors.
constexpr std::size_t descriptors_for_others = 256;

/// Takes all the file descriptors that we may have, and tells how many connections that allows.
std::size_t raise_descriptor_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 512;
    const auto before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    const auto count = static_cast<std::size_t>(limit.rlim_cur);
    return std::max(count, 2 * descriptors_for_others) - descriptors_for_others;
}

asio::ip::tcp::endpoint endpoint_of(const std::string& host, std::uint16_t port)
{
    auto name = host;
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    error_code error;
    const auto address = asio::ip::make_address(name, error);
    if (!error) return {address, port};
    asio::io_context context;
    asio::ip::tcp::resolver resolver(context);
    const auto found =
        resolver.resolve(name, std::to_string(port), asio::ip::tcp::resolver::numeric_service);
    // "localhost" has two; more programs try the older one.
    for (const auto& entry : found)
        if (entry.endpoint().address().is_v4()) return entry.endpoint();
    return found.begin()->endpoint();
}

/// Throws when somebody listens there already. SO_REUSEPORT alone would not: a second server of
/// the same user would quietly get every second visitor.
void check_free(const asio::ip::tcp::endpoint& endpoint)
{
    if (endpoint.port() == 0) return;
    asio::io_context context;
    Acceptor acceptor(context.get_executor());
    acceptor.open(endpoint.protocol());
    acceptor.set_option(Acceptor::reuse_address(true));
    if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(false));
    boost::system::error_code error;
    acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        throw std::runtime_error("cannot listen on " + endpoint.address().to_string() + ":" +
                                 std::to_string(endpoint.port()) + ": " + error.message() + ".");
}

/// Signals are for the thread that waits for them, not for ours.
class SignalsBlocked {
public:
    SignalsBlocked()
    {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_{};
};

} // namespace

class Server::Engine {
public:
    Engine(ServerSettings settings, Application application)
        : common{std::move(settings), std::move(application), Proxies({}), {}, {}}
    {
        common.proxies = Proxies(common.settings.proxies);
        invariant(common.application.handle && common.application.knows_host &&
                      common.application.body_bytes_max,
                  "an application answers all that the server asks");
    }
    ~Engine() { stop(std::chrono::milliseconds{0}); }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    void start();
    void stop(std::chrono::milliseconds grace);

    ServerCommon common;
    std::vector<std::shared_ptr<Loop>> loops;
    std::vector<std::thread> threads;
    std::uint16_t port = 0;
};

void Server::Engine::start()
{
    invariant(loops.empty(), "a server is started once");
    const std::size_t count = std::max(1U, common.settings.threads);
    const auto connections_max =
        std::min(common.settings.connections_max, raise_descriptor_limit());
    auto endpoint = endpoint_of(common.settings.host, common.settings.port);
    check_free(endpoint);
    for (std::size_t i = 0; i < count; ++i) {
        loops.push_back(std::make_shared<Loop>(common, (connections_max + count - 1) / count));
        endpoint = loops.back()->listen(endpoint); // from the first on with a port
    }
    port = endpoint.port();
    const SignalsBlocked blocked;
    for (const auto& loop : loops) threads.emplace_back([loop] { loop->run(); });
}

void Server::Engine::stop(std::chrono::milliseconds grace)
{
    using std::chrono::steady_clock;
    const auto deadline = steady_clock::now() + grace;
    const auto is_drained = [this] {
        return std::all_of(loops.begin(), loops.end(),
                           [](const auto& loop) { return loop->connections_open() == 0; });
    };
    // All know before the first closes anything: who sees that finds no loop that goes on.
    for (const auto& loop : loops) loop->announce_stop();
    for (const auto& loop : loops) loop->begin_stop();
    while (!threads.empty() && !is_drained() && steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    for (const auto& loop : loops) loop->halt();
    for (auto& thread : threads) thread.join();
    for (const auto& loop : loops) loop->clear();
    threads.clear(); // the loops stay for whoever asks for figures
}

Server::Server(ServerSettings settings, Application application)
    : engine_(std::make_unique<Engine>(std::move(settings), std::move(application)))
{
}

Server::~Server() = default;

void Server::start()
{
    engine_->start();
}

std::uint16_t Server::port() const
{
    return engine_->port;
}

void Server::stop(std::chrono::milliseconds grace)
{
    engine_->stop(grace);
}

ServerFigures Server::figures() const
{
    ServerFigures figures{};
    for (const auto& loop : engine_->loops) loop->add_figures(figures);
    return figures;
}

} // namespace moothall::web
