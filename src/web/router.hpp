#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"
#include "web/language.hpp"
#include "web/limits.hpp"
#include "web/organisation.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

#include <any>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace moothall::web {

class Hall;
struct RouteFigures;

/// All that a handler has beside the request. A GET has a read snapshot; every other method runs
/// inside one write transaction: an answer below 400 commits it, a refusal or an exception rolls it
/// back.
///
/// A write may run again from the start, with a new Context (after a deadlock, for instance): a
/// handler keeps nothing between runs, and moves nothing out of the request.
struct Context {
    Hall& hall;
    store::Transaction& transaction;
    const Organisation& organisation;
    Viewer viewer;
    Time now;
    IdSource& ids;
    const Language& language;
    /// What the route's prepare function made, outside of the transaction. A copy: a handler may
    /// move it out.
    std::any prepared;

    /// The answer to a refusal: problem+json for the API, a page for people, in their language.
    Response refuse(const Refusal& refusal) const;
    /// The answer to a form that was accepted: the fragment for htmx, a redirect to `path` (303)
    /// for everybody else.
    Response show_or_redirect(std::string fragment, const std::string& path) const;

    bool api = false; // the request is for /api/…
    const Request* request = nullptr;
    /// Guards forms against being sent by other sites: the value of the hidden field `csrf`.
    std::string csrf;
    /// Runs after the commit, and only then (on a worker thread).
    std::vector<std::function<void()>> after_commit;

    /// A GET that has nothing new yet may set this: its answer is then kept back until something
    /// happens that the viewer may hear of, and the handler runs anew; or until so much time has
    /// passed, and the kept answer leaves.
    std::chrono::seconds hold{0};
    /// What this request has taken from its limits already.
    Spent* spent = nullptr;
};

using Handler = Response (*)(const Request&, Context&);

/// An answer that needs no organisation, no viewer and no database: "is this process alive?".
using Operation = Response (*)(const Request&, Hall&);

/// What a prepare function made. It is not a bare std::any, into which a Refusal would fit as well.
struct Prepared {
    std::any value;

    template <class Value>
    static Prepared of(Value value)
    {
        return {std::in_place, std::any(std::move(value))};
    }

private:
    Prepared(std::in_place_t /*only by of()*/, std::any made) : value(std::move(made)) {}
};

/// Slow work that must not hold the one writer: a password hash, a picture. Runs before the
/// handler, on a worker thread, with a read snapshot; its value is Context::prepared. A refusal
/// ends the request.
using Prepare = Result<Prepared> (*)(const Request&, Context&);

struct Route {
    Method method;
    std::string pattern; // "/voices/:id/support"
    Handler handler;
    Prepare prepare = nullptr;
    std::size_t body_bytes_max = 0; // 0: the server's default
    bool needs_csrf = true;         // false only for what carries its own proof (webhooks, LMTP …)
    bool reads_only = false;        // a POST that changes nothing (a preview): runs on a snapshot
    bool slow = false;              // a GET of more than some 5 ms: runs on a worker thread
    /// A GET that changes something, run like a POST: where another site sends a browser back to
    /// with a proof of its own (an identity provider). Needs no csrf field, and takes no HEAD.
    bool writes = false;
    bool json_only = true; // under /api/; false for those that take files
    /// False when the answer holds a secret (a new API token): it is not kept for a repeat with the
    /// same Idempotency-Key, which is then told that it was done.
    bool keeps_answer = true;
    /// Counted against this limit too, beside Act::page_read, api_read or write.
    std::optional<Act> act = std::nullopt;
    Operation operation = nullptr;                   // in place of the handler
    std::shared_ptr<RouteFigures> figures = nullptr; // for /metrics
};

std::string_view to_text(Method method);

/// Finds the route of a request. Segments match exactly; `:name` takes one segment that is not
/// empty; the last may be `:name*`, which takes all the rest. `:name.atom` takes a segment that
/// ends so, and gives what stands before.
///
/// Where several patterns fit, the one that says more wins: at each segment its own text before
/// `:name.atom` before `:name` before `:name*`. If that one does not know the method, the next that
/// does is taken, so GET /voices/new and POST /voices/:id do not stand in each other's way. All
/// routes are added before the server starts.
class Router {
public:
    Router();
    Route& get(std::string pattern, Handler handler);
    Route& post(std::string pattern, Handler handler);
    Route& put(std::string pattern, Handler handler);
    Route& patch(std::string pattern, Handler handler);
    Route& del(std::string pattern, Handler handler);
    Route& get_operation(std::string pattern, Operation operation);

    struct Match {
        const Route* route = nullptr; // none: 404, or 405 when `allowed` is not empty
        Fields path_fields;
        std::string allowed; // "GET, HEAD, POST" for the Allow header
    };
    Match find(Method method, std::string_view path) const;
    const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

private:
    struct Node;
    struct Search;
    Route& add(Method method, std::string pattern, Handler handler, Operation operation = nullptr);
    static bool search(const Node& node, std::string_view rest, Search& search);
    static bool take(const Node& node, Search& search);

    std::vector<std::unique_ptr<Route>> routes_;
    std::shared_ptr<Node> root_;
};

} // namespace moothall::web
