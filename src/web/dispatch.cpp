#include "web/cookies.hpp"
#include "web/encoding.hpp"
#include "web/engine.hpp"
#include "web/idempotency.hpp"
#include "web/log.hpp"

#include <algorithm>

namespace moothall::web {

namespace {

/// Requests that may be held back at once; more are answered with what there is.
constexpr std::size_t held_max = 10'000;
/// When so many writes wait, noting that a session was used can wait until another day.
constexpr std::size_t touch_queue_max = 256;
constexpr std::chrono::seconds hold_max{60};

bool reads(Method method)
{
    return method == Method::get || method == Method::head;
}

} // namespace

void Hall::Engine::handle(Request&& request, Answer answer)
{
    auto turn = std::make_shared<Turn>();
    turn->request = std::move(request);
    turn->answer = std::move(answer);
    turn->now = hall_.clock().now();
    turn->api = turn->request.path_text.starts_with("/api/");
    turn->changes = !reads(turn->request.method);
    begin_business();
    try {
        dispatch(turn);
    } catch (...) { // NOLINT(bugprone-empty-catch): fail() looks at it
        fail(turn, std::current_exception());
    }
}

void Hall::Engine::dispatch(const TurnPointer& turn)
{
    auto& request = turn->request;
    auto match = hall_.router().find(request.method, request.path_text);
    turn->route = match.route;
    request.path_fields = std::move(match.path_fields);
    if (match.route != nullptr && match.route->operation != nullptr) {
        operate(turn);
        return;
    }

    turn->house = house_of(request.host);
    if (!turn->house) {
        finish(turn, bare_refusal(*turn, 404, Refusal::not_found()));
        return;
    }
    if (match.route == nullptr) {
        if (!match.allowed.empty()) {
            refuse(turn, 405,
                   Refusal::malformed("This address does not take that kind of request."),
                   match.allowed);
        } else if (!redirect_without_slash(turn)) {
            refuse(turn, 404, Refusal::not_found());
        }
        return;
    }
    if (match.route->writes && request.method != match.route->method) {
        refuse(turn, 405, Refusal::malformed("This address does not take that kind of request."),
               "GET");
        return;
    }
    turn->changes = turn->changes || match.route->writes;
    if (const auto good = check_first(*turn); !good) {
        refuse(turn, 0, good.error());
        return;
    }
    if (!turn->changes || turn->route->reads_only) {
        read(turn);
    } else {
        write(turn);
    }
}

void Hall::Engine::operate(const TurnPointer& turn)
{
    auto task = [this, turn] {
        try {
            finish(turn, turn->route->operation(turn->request, hall_));
        } catch (...) { // NOLINT(bugprone-empty-catch): fail() looks at it
            fail(turn, std::current_exception());
        }
    };
    if (!turn->route->slow) {
        task();
    } else if (!workers_.offer(std::move(task))) {
        throw store::Busy("Too many requests wait for a worker.");
    }
}

/// "/voices/" is what people type who mean "/voices".
bool Hall::Engine::redirect_without_slash(const TurnPointer& turn)
{
    const auto& request = turn->request;
    std::string_view path = request.path_text;
    if (turn->changes || turn->api || path.size() < 2 || !path.ends_with('/')) return false;
    path.remove_suffix(1);
    if (hall_.router().find(request.method, path).route == nullptr) return false;
    const auto query = std::min(request.target.find('?'), request.target.size());
    if (query == 0 || request.target[query - 1] != '/') return false;
    auto response =
        Response::see_other(request.target.substr(0, query - 1) + request.target.substr(query));
    response.status = 308;
    response.with("Cache-Control", "no-cache");
    finish(turn, std::move(response));
    return true;
}

/// SQLite answers in microseconds from memory, and a hand-over to another thread costs more than
/// that: its reads run where the request came in. PostgreSQL is waited for on a worker's thread.
void Hall::Engine::run_read(bool slow, std::function<void()> task)
{
    if (!slow && hall_.database().engine() == store::Engine::sqlite) {
        task();
        return;
    }
    if (!workers_.offer(std::move(task))) throw store::Busy("Too many requests wait for a worker.");
}

void Hall::Engine::read(const TurnPointer& turn)
{
    const auto& route = *turn->route;
    const bool slow = route.slow || route.reads_only || route.prepare != nullptr;
    run_read(slow, [this, turn] {
        try {
            if (auto refused = prepare(*turn)) {
                finish(turn, *std::move(refused));
                return;
            }
            auto made = hall_.database().read(
                [&](store::Transaction& transaction) { return perform(*turn, transaction); });
            if (made.touch_due) touch_later(made.viewer, turn->now);
            for (auto& task : made.after_commit) workers_.post(std::move(task));
            if (made.hold.count() > 0 && turn->request.method == Method::get && held_ < held_max &&
                !stopping_) {
                hold(turn, std::move(made));
            } else {
                finish(turn, std::move(made.response));
            }
        } catch (...) { // NOLINT(bugprone-empty-catch): fail() looks at it
            fail(turn, std::current_exception());
        }
    });
}

void Hall::Engine::hold(const TurnPointer& turn, Made&& made)
{
    turn->kept = std::move(made.response);
    ++held_;
    hall_.live().wait(made.viewer, std::min(made.hold, hold_max), [this, turn](bool heard) {
        --held_;
        if (heard) {
            look_again(turn, true);
        } else {
            finish(turn, Response(turn->kept));
        }
    });
    // What was committed between the first look and the waiting was not told.
    try {
        run_read(false, [this, turn] { look_again(turn, false); });
    } catch (const store::Busy&) {
        finish(turn, Response(turn->kept));
    }
}

void Hall::Engine::look_again(const TurnPointer& turn, bool last)
{
    try {
        const std::lock_guard lock(turn->looking);
        if (turn->answered) return;
        auto made = hall_.database().read(
            [&](store::Transaction& transaction) { return perform(*turn, transaction); });
        if (last || made.hold.count() == 0) finish(turn, std::move(made.response));
    } catch (...) { // NOLINT(bugprone-empty-catch): fail() looks at it
        fail(turn, std::current_exception());
    }
}

void Hall::Engine::write(const TurnPointer& turn)
{
    if (turn->route->prepare == nullptr) {
        submit(turn);
        return;
    }
    // A picture takes a second, a password hash a tenth of one: who brings files waits for others
    // who do, and nobody else for them.
    const bool brings_files = std::ranges::any_of(
        turn->request.uploads, [](const Upload& upload) { return !upload.content.empty(); });
    const bool taken = (brings_files ? receivers_ : workers_).offer([this, turn] {
        try {
            if (auto refused = prepare(*turn)) {
                finish(turn, *std::move(refused));
            } else {
                submit(turn);
            }
        } catch (...) { // NOLINT(bugprone-empty-catch): fail() looks at it
            fail(turn, std::current_exception());
        }
    });
    if (!taken) throw store::Busy("Too many requests wait for a worker.");
}

/// Where several write at once, ids must be as new as the transactions they are made in, also of
/// what waited for its turn: whoever follows the log relies on it (record/consumer.hpp).
void Hall::Engine::renew_ids()
{
    if (hall_.database().engine() == store::Engine::postgres)
        hall_.ids().start_above(IdSource().next(hall_.clock().now()));
}

void Hall::Engine::submit(const TurnPointer& turn)
{
    hall_.database().submit({.work =
                                 [this, turn](store::Transaction& transaction) {
                                     renew_ids();
                                     turn->made = perform(*turn, transaction);
                                     return turn->made.response.status < 400
                                                ? store::Outcome::commit
                                                : store::Outcome::roll_back;
                                 },
                             .done =
                                 [this, turn](const std::exception_ptr& error) {
                                     if (error) {
                                         workers_.post([this, turn, error] { fail(turn, error); });
                                     } else {
                                         committed(turn);
                                     }
                                 }});
}

/// The change is on disk (or was refused and left nothing): now it may be told.
void Hall::Engine::committed(const TurnPointer& turn)
{
    auto made = std::move(turn->made);
    if (made.response.status < 400)
        for (auto& task : made.after_commit) workers_.post(std::move(task));
    finish(turn, std::move(made.response));
}

/// Notes that a session was used, apart from the request: reads stay reads, and nobody waits for
/// it.
void Hall::Engine::touch_later(const Viewer& viewer, Time now)
{
    if (!hall_.hooks().touch || stopping_ || hall_.database().queued() > touch_queue_max) return;
    begin_business();
    try {
        hall_.database().submit({.work =
                                     [this, viewer, now](store::Transaction& transaction) {
                                         hall_.hooks().touch(transaction, viewer, now);
                                         return store::Outcome::commit;
                                     },
                                 .done = [this](const std::exception_ptr&) { end_business(); }});
    } catch (const store::Failure&) { // the next request will ask again
        end_business();
    }
}

void Hall::Engine::finish(const TurnPointer& turn, Response&& response)
{
    if (turn->answered.exchange(true)) return;
    if (!worth_encoding(response)) {
        deliver(turn, std::move(response));
        return;
    }
    vary_by_encoding(response);
    const auto& request = turn->request;
    const bool has_session =
        turn->house && !read_cookie(request, turn->house->organisation, session_cookie).empty();
    if (takes_gzip(request, has_session)) {
        encode(turn, std::move(response));
    } else {
        deliver(turn, std::move(response));
    }
}

/// On a worker's thread: a page takes as long to encode as to make, and neither the other
/// connections of a loop nor the next commit should wait for it. When too many requests wait for a
/// worker there is no time to spare, and the answer leaves as it is.
void Hall::Engine::encode(const TurnPointer& turn, Response&& response)
{
    auto shared = std::make_shared<Response>(std::move(response));
    const auto task = [this, turn, shared] {
        try {
            gzip(*shared);
        } catch (const std::exception& error) {
            log({.level = LogLevel::error,
                 .message = "an answer could not be encoded",
                 .incident = turn->request.nonce,
                 .cause = error.what()});
        }
        deliver(turn, std::move(*shared));
    };
    if (workers_.here()) {
        task();
    } else if (!workers_.offer(task)) {
        deliver(turn, std::move(*shared));
    }
}

void Hall::Engine::deliver(const TurnPointer& turn, Response&& response)
{
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - turn->started);
    auto& figures = turn->route != nullptr ? *turn->route->figures : unmatched_;
    figures.count(response.status, took);
    try {
        turn->answer(std::move(response));
    } catch (const std::exception& error) {
        log({.level = LogLevel::error,
             .message = "an answer could not be handed over",
             .incident = turn->request.nonce,
             .cause = error.what()});
    }
    end_business();
}

} // namespace moothall::web
