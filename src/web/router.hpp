#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"
#include "web/language.hpp"
#include "web/organisation.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

#include <any>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::web {

class Hall;

/// All that a handler has beside the request. A GET has a read snapshot; every other method runs
/// inside one write transaction: an answer below 400 commits it, a refusal or an exception rolls it
/// back.
struct Context {
    Hall& hall;
    store::Transaction& transaction;
    const Organisation& organisation;
    Viewer viewer;
    Time now;
    IdSource& ids;
    const Language& language;
    /// What the route's prepare function made, outside of the transaction.
    std::any prepared;

    /// The answer to a refusal: problem+json for the API, a page for people, in their language.
    Response refuse(const Refusal& refusal) const;
    bool api = false; // the request is for /api/…
    const Request* request = nullptr;
    /// Guards forms against being sent by other sites: the value of the hidden field `csrf`.
    std::string csrf;
    /// Runs after the commit, and only then (on a worker thread).
    std::vector<std::function<void()>> after_commit;
};

using Handler = Response (*)(const Request&, Context&);

/// Slow work that must not hold the one writer: a password hash, a picture. Runs before the
/// handler, on a worker thread, with a read snapshot; its value is Context::prepared. A refusal
/// ends the request.
using Prepare = Result<std::any> (*)(const Request&, Context&);

struct Route {
    Method method;
    std::string pattern; // "/voices/:id/support"
    Handler handler;
    Prepare prepare = nullptr;
    std::size_t body_bytes_max = 0; // 0: the server's default
    bool needs_csrf = true;         // false only for what carries its own proof (webhooks, LMTP …)
    bool reads_only = false;        // a POST that changes nothing (a preview): runs on a snapshot
};

/// Finds the route of a request. Segments match exactly; `:name` takes one segment; the last may be
/// `:name*`.
class Router {
public:
    Route& get(std::string pattern, Handler handler);
    Route& post(std::string pattern, Handler handler);
    Route& put(std::string pattern, Handler handler);
    Route& patch(std::string pattern, Handler handler);
    Route& del(std::string pattern, Handler handler);

    struct Match {
        const Route* route = nullptr; // none: 404, or 405 when `allowed` is not empty
        Fields path_fields;
        std::string allowed; // "GET, HEAD, POST" for the Allow header
    };
    Match find(Method method, std::string_view path) const;
    const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

private:
    Route& add(Method method, std::string pattern, Handler handler);
    std::vector<std::unique_ptr<Route>> routes_;
    struct Node;
    std::shared_ptr<Node> root_;
};

} // namespace moothall::web
