#include "web/hall.hpp"

#include "web/engine.hpp"
#include "web/log.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <future>

namespace moothall::web {

namespace {

constexpr std::string_view visitor_key_name = "web.visitor_key";

std::string lower(std::string_view text)
{
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lowered;
}

/// Each prepares one request that came with files at a time: two pictures are decoded at once.
constexpr unsigned threads_for_files = 2;

/// "[::1]:8080" → "[::1]".
std::string_view without_port(std::string_view host)
{
    const auto colon = host.rfind(':');
    const auto bracket = host.rfind(']');
    if (colon == std::string_view::npos) return host;
    if (bracket != std::string_view::npos && colon < bracket) return host;
    return host.substr(0, colon);
}

std::string random_key()
{
    std::array<unsigned char, 32> bytes;
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, 2 * sizeof bytes + 1> hex;
    return sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
}

} // namespace

Hall::Engine::Engine(Hall& hall)
    : hall_(hall), workers_(hall.settings().workers, hall.settings().workers_queue_max),
      receivers_(threads_for_files, hall.settings().workers_queue_max),
      houses_(std::make_shared<Houses>())
{
}

void Hall::Engine::listen()
{
    hearing_.emplace(hall_.database(), [this](std::string_view notice) { heard(notice); });
}

Hall::Engine::~Engine()
{
    stop(std::chrono::milliseconds(0));
    hearing_.reset();
    {
        std::unique_lock lock(business_mutex_);
        business_ended_.wait(lock, [this] { return business_ == 0; });
    }
    server_.reset();
    receivers_.finish();
    workers_.finish();
}

void Hall::Engine::start()
{
    reload_organisations();
    auto settings = hall_.settings().server;
    Application application;
    application.body_bytes_max = [this](Method method, const std::string& path) -> std::size_t {
        if (method == Method::get || method == Method::head) return 0;
        const auto* route = hall_.router().find(method, path).route;
        // 404 and 405 are said after the body, so there is room for it.
        return route != nullptr && route->body_bytes_max > 0
                   ? route->body_bytes_max
                   : hall_.settings().server.body_bytes_max;
    };
    application.knows_host = [this](const std::string& host) { return knows_host(host); };
    application.handle = [this](Request&& request, Answer answer) {
        handle(std::move(request), std::move(answer));
    };
    server_ = std::make_unique<Server>(std::move(settings), std::move(application));
    server_->start();
}

void Hall::Engine::stop(std::chrono::milliseconds grace)
{
    if (stopping_.exchange(true)) return;
    hall_.live().stop();
    const auto until = std::chrono::steady_clock::now() + grace;
    {
        const std::lock_guard lock(server_mutex_);
        if (server_) server_->stop(grace);
    }
    wait_for_business(std::max(std::chrono::milliseconds(0),
                               std::chrono::duration_cast<std::chrono::milliseconds>(
                                   until - std::chrono::steady_clock::now())));
}

std::uint16_t Hall::Engine::port() const
{
    return server_ ? server_->port() : std::uint16_t{0};
}

void Hall::Engine::begin_business()
{
    const std::lock_guard lock(business_mutex_);
    ++business_;
}

void Hall::Engine::end_business()
{
    const std::lock_guard lock(business_mutex_);
    --business_;
    business_ended_.notify_all();
}

bool Hall::Engine::wait_for_business(std::chrono::milliseconds at_most)
{
    std::unique_lock lock(business_mutex_);
    return business_ended_.wait_for(lock, at_most, [this] { return business_ == 0; });
}

void Hall::Engine::heard(std::string_view notice)
{
    if (notice == "hosts" || notice.empty()) {
        workers_.post([this] { reload_organisations(); });
    }
    hall_.live().heard(notice);
}

/// The organisation's key is made once, by whichever node comes first.
std::string Hall::Engine::visitor_key_of(Id organisation)
{
    const auto find = [&](store::Transaction& transaction) {
        auto rows = transaction.query("SELECT value FROM setting WHERE org_id = ?1 AND name = ?2",
                                      organisation, visitor_key_name);
        return rows.next() ? rows->string(0) : std::string();
    };
    auto& database = hall_.database();
    if (auto known = database.read(find); !known.empty()) return known;
    try {
        return database.write([&](store::Transaction& transaction) {
            transaction.execute("INSERT INTO setting (org_id, name, value) VALUES (?1, ?2, ?3) "
                                "ON CONFLICT (org_id, name) DO NOTHING",
                                organisation, visitor_key_name, random_key());
            return find(transaction);
        });
    } catch (const store::Failure& failure) {
        // Forms without an account still work on this node, until it is started again.
        log({.level = LogLevel::warning,
             .message = "the visitors' key could not be stored",
             .cause = failure.what()});
        return random_key();
    }
}

void Hall::Engine::reload_organisations()
{
    if (!hall_.hooks().organisations) return;
    // Whoever changed something reloads, and so does who hears of it: without this, one who read
    // before the change could install after it.
    const std::unique_lock reloading(reload_mutex_);
    const auto found = hall_.database().read(hall_.hooks().organisations);
    std::map<Id, std::shared_ptr<const House>> by_id;
    auto houses = std::make_shared<Houses>();
    for (const auto& [host, organisation] : found) {
        auto& house = by_id[organisation.id];
        if (!house)
            house =
                std::make_shared<const House>(House{organisation, visitor_key_of(organisation.id)});
        houses->by_host[lower(host)] = house;
    }
    if (!by_id.empty()) houses->first = by_id.begin()->second;
    const std::unique_lock lock(houses_mutex_);
    houses_ = std::move(houses);
}

std::shared_ptr<const House> Hall::Engine::house_of(std::string_view host) const
{
    std::shared_ptr<const Houses> houses;
    {
        const std::shared_lock lock(houses_mutex_);
        houses = houses_;
    }
    const auto name = lower(host);
    if (const auto found = houses->by_host.find(name); found != houses->by_host.end())
        return found->second;
    const auto bare = without_port(name);
    if (const auto found = houses->by_host.find(bare); found != houses->by_host.end())
        return found->second;
    const auto& listening = hall_.settings().server.host;
    if (bare == "localhost" || bare == "127.0.0.1" || bare == "[::1]" || bare == listening ||
        bare == "[" + listening + "]")
        return houses->first;
    return nullptr;
}

bool Hall::Engine::knows_host(std::string_view host) const
{
    const auto bare = without_port(host);
    const auto& listening = hall_.settings().server.host;
    // Also before there is any organisation: /healthz must answer.
    return bare == "localhost" || bare == "127.0.0.1" || bare == "[::1]" || bare == listening ||
           bare == "[" + listening + "]" || house_of(host) != nullptr;
}

std::string Hall::Engine::metrics_text()
{
    MetricsWriter metrics;
    write_route_metrics(metrics, hall_.router(), unmatched_);
    const auto counter = [&](std::string_view name, std::string_view help, std::uint64_t value) {
        metrics.single(name, "counter", help, value);
    };
    const auto gauge = [&](std::string_view name, std::string_view help, std::uint64_t value) {
        metrics.single(name, "gauge", help, value);
    };
    counter("moothall_requests_thrown_total", "Requests that ended in an exception.", thrown_);
    gauge("moothall_requests_held", "GET requests that wait for news.", held_);
    gauge("moothall_workers_queued", "Tasks that wait for a worker.", workers_.waiting());
    gauge("moothall_listeners", "Live streams that are told what happens.",
          hall_.live().listeners());
    gauge("moothall_limits_remembered", "People and addresses whose acts are counted.",
          hall_.limits().remembered());

    const auto stored = hall_.database().figures();
    counter("moothall_writes_total", "Writes that were acknowledged.", stored.writes);
    counter("moothall_commits_total", "Commits that they took.", stored.commits);
    counter("moothall_write_failures_total", "Writes that ended in an exception.", stored.failures);
    gauge("moothall_writes_queued", "Writes that wait for their turn.", stored.queued);
    const auto bytes = hall_.database().read([](store::Transaction& transaction) {
        auto rows = transaction.engine() == store::Engine::sqlite
                        ? transaction.query("SELECT page_count * page_size "
                                            "FROM pragma_page_count(), pragma_page_size()")
                        : transaction.query("SELECT pg_database_size(current_database())");
        return rows.next() ? rows->integer(0) : std::int64_t{0};
    });
    gauge("moothall_database_bytes", "Size of the database.", static_cast<std::uint64_t>(bytes));

    const std::unique_lock serving(server_mutex_, std::try_to_lock);
    if (serving && server_) { // not while it stops
        const auto served = server_->figures();
        gauge("moothall_connections", "Connections that are open.", served.connections_open);
        counter("moothall_connections_total", "Connections that were opened.",
                served.connections_total);
        counter("moothall_connections_evicted_total", "Connections closed to make room for others.",
                served.connections_evicted);
        counter("moothall_server_requests_total", "Requests that the server read.",
                served.requests_total);
        counter("moothall_server_refused_total", "Requests that the server itself refused.",
                served.requests_refused);
        gauge("moothall_streams", "Event streams that are open.", served.streams_open);
        counter("moothall_sent_bytes_total", "Bytes that were sent.", served.bytes_out);
    }
    gauge("moothall_resident_bytes", "Memory of this process that is in RAM.", resident_bytes());
    const auto up = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_);
    metrics.single("moothall_up_seconds", "gauge", "Time since the start.", up.count());
    if (hall_.hooks().figures) hall_.hooks().figures(metrics);
    return metrics.take();
}

Hall::Hall(HallSettings settings, std::unique_ptr<store::Database> database, Hooks hooks)
    : settings_(std::move(settings)), database_(std::move(database)), hooks_(std::move(hooks)),
      ids_(settings_.node), limits_(settings_.limits)
{
    engine_ = std::make_unique<Engine>(*this);
    live_ = std::make_unique<Live>(LiveSources{
        .run = [engine = engine_.get()](
                   std::function<void()> task) { engine->workers().post(std::move(task)); },
        .public_circles =
            [this](Id organisation) {
                if (!hooks_.public_circles) return std::vector<Id>();
                return database_->read([&](store::Transaction& transaction) {
                    return hooks_.public_circles(transaction, organisation);
                });
            },
        .events_since =
            [this](const Viewer& viewer, Id after, std::size_t limit) {
                if (!hooks_.events_since) return std::vector<HeardEvent>();
                return database_->read([&](store::Transaction& transaction) {
                    return hooks_.events_since(transaction, viewer, after, limit);
                });
            }});
    engine_->listen();
    engine_->reload_organisations();
}

/// The engine goes first, while all that it uses is still there: it ends what is running.
Hall::~Hall()
{
    engine_.reset();
}

void Hall::start()
{
    engine_->start();
}

void Hall::stop(std::chrono::milliseconds grace)
{
    engine_->stop(grace);
}

std::uint16_t Hall::port() const
{
    return engine_->port();
}

bool Hall::stopping() const
{
    return engine_->stopping();
}

std::optional<Organisation> Hall::organisation_of(std::string_view host) const
{
    const auto house = engine_->house_of(host);
    return house ? std::optional(house->organisation) : std::nullopt;
}

void Hall::reload_organisations()
{
    engine_->reload_organisations();
}

Response Hall::answer(Request request)
{
    if (request.host.empty()) request.host = "localhost";
    if (request.remote_address.empty()) request.remote_address = "127.0.0.1";
    if (request.nonce.empty()) request.nonce = ids_.next(clock_.now()).text();
    if (request.target.empty()) request.target = request.path_text;
    std::promise<Response> promise;
    auto answer = promise.get_future();
    engine_->handle(std::move(request),
                    [&promise](Response response) { promise.set_value(std::move(response)); });
    return answer.get();
}

std::string Hall::metrics_text()
{
    return engine_->metrics_text();
}

} // namespace moothall::web
