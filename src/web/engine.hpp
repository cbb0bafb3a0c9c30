#pragma once

#include "web/hall.hpp"
#include "web/metrics.hpp"
#include "web/workers.hpp"

#include <any>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

/// The inside of Hall: what happens to a request between the server and its handler.
namespace moothall::web {

/// An organisation as kept in memory.
struct House {
    Organisation organisation;
    std::string visitor_key; // signs the visitors' tokens; the same on all nodes
};

/// What one run of a handler made.
struct Made {
    Response response;
    std::vector<std::function<void()>> after_commit;
    std::chrono::seconds hold{0};
    Viewer viewer;
    bool touch_due = false; // still to be done
};

/// One request on its way through.
struct Turn {
    Request request;
    Answer answer;
    std::shared_ptr<const House> house;
    const Route* route = nullptr;
    Time now;
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
    bool api = false;
    bool changes = false;           // another method than GET and HEAD
    std::optional<std::string> key; // Idempotency-Key
    std::any prepared;
    Spent spent;
    Made made;          // of a write, until it is committed
    Response kept;      // of a GET that is held back
    std::mutex looking; // a GET that is held back may be looked at twice at once
    std::atomic<bool> answered{false};
};
using TurnPointer = std::shared_ptr<Turn>;

class Hall::Engine {
public:
    explicit Engine(Hall& hall);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Takes a request and answers it once, now or later, on any thread.
    void handle(Request&& request, Answer answer);

    /// Begins to hear the database's notices, once the hall is whole.
    void listen();
    void start();
    void stop(std::chrono::milliseconds grace);
    std::uint16_t port() const;
    bool stopping() const { return stopping_; }
    std::string metrics_text();

    std::shared_ptr<const House> house_of(std::string_view host) const;
    bool knows_host(std::string_view host) const;
    void reload_organisations();
    Workers& workers() { return workers_; }

private:
    /// All organisations, as they were read together.
    struct Houses {
        std::map<std::string, std::shared_ptr<const House>, std::less<>> by_host;
        std::shared_ptr<const House> first; // the oldest
    };

    // dispatch.cpp: the way of a request.
    void dispatch(const TurnPointer& turn);
    void operate(const TurnPointer& turn);
    bool redirect_without_slash(const TurnPointer& turn);
    void run_read(bool slow, std::function<void()> task);
    void read(const TurnPointer& turn);
    void hold(const TurnPointer& turn, Made&& made);
    void look_again(const TurnPointer& turn, bool last);
    void write(const TurnPointer& turn);
    void submit(const TurnPointer& turn);
    void committed(const TurnPointer& turn);
    void renew_ids();
    void touch_later(const Viewer& viewer, Time now);
    void finish(const TurnPointer& turn, Response&& response);
    void encode(const TurnPointer& turn, Response&& response);
    void deliver(const TurnPointer& turn, Response&& response);

    // perform.cpp: one run of a handler.
    Made perform(Turn& turn, store::Transaction& transaction);
    Response answer_to(Turn& turn, Context& context, const Identity& identity);
    Response answer_once(Turn& turn, Context& context, const std::string& key,
                         std::chrono::microseconds kept);
    Result<void> check(const Turn& turn, Context& context, const Identity& identity) const;
    /// The route's prepare function; a refusal becomes an answer.
    std::optional<Response> prepare(Turn& turn);
    /// Makes a context around a request and lets `use` answer with it; the answer comes back
    /// dressed.
    template <class Use>
    Made with_context(Turn& turn, store::Transaction& transaction, const Use& use);

    // refuse.cpp: the ways to say no.
    Result<void> check_first(Turn& turn) const;
    void refuse(const TurnPointer& turn, int status, const Refusal& refusal,
                const std::string& allowed = {});
    void fail(const TurnPointer& turn, const std::exception_ptr& error);
    void answer_failure(const TurnPointer& turn, int status, const Refusal& refusal,
                        bool database_works);
    Response bare_refusal(const Turn& turn, int status, const Refusal& refusal) const;

    void begin_business();
    void end_business();
    bool wait_for_business(std::chrono::milliseconds at_most);
    void heard(std::string_view notice);
    std::string visitor_key_of(Id organisation);

    Hall& hall_;
    Workers workers_;
    Workers receivers_; // of files
    std::mutex
        reload_mutex_; // one reader at a time, so that what was read later is installed later
    mutable std::shared_mutex houses_mutex_;
    std::shared_ptr<const Houses> houses_;
    RouteFigures unmatched_;
    std::atomic<std::uint64_t> thrown_{0};
    std::atomic<std::size_t> held_{0};
    std::atomic<bool> stopping_{false};
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();

    std::mutex business_mutex_;
    std::condition_variable business_ended_;
    std::uint64_t business_ = 0; // requests, and writes of our own, that are not done yet

    std::optional<store::Hearing> hearing_;
    std::mutex server_mutex_;        // held while the server is stopped or asked for its figures
    std::unique_ptr<Server> server_; // goes first: it calls all of the above
};

} // namespace moothall::web
