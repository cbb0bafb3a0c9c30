#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/database.hpp"
#include "web/live.hpp"
#include "web/organisation.hpp"
#include "web/router.hpp"
#include "web/server.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace moothall::web {

/// Who sends this request: asked once for each, inside its transaction.
struct Identity {
    Viewer viewer;
    /// The secret that the csrf field is made from (the session's); empty for API tokens and
    /// visitors.
    std::string csrf_secret;
    /// The request carried a token or session that is not good (any more).
    bool refused = false;
};

/// What web/ must be told by the stages to its right, so that it need not include them.
struct Hooks {
    /// people/: session cookie or bearer token → viewer.
    std::function<Identity(store::Transaction&, const Organisation&, const Request&, Time now)>
        identify;
    /// people/: all organisations and the hosts they answer to.
    std::function<std::vector<std::pair<std::string, Organisation>>(store::Transaction&)>
        organisations;
    /// hall/: the page around an error, in the look of the house.
    std::function<std::string(const Context&, int status, std::string_view sentence)> error_page;
};

struct HallSettings {
    ServerSettings server;
    std::string data_folder;
    std::uint16_t node = 0;
    unsigned workers = 4; // threads for slow preparation and for PostgreSQL's reads
    /// Writes by newcomers are limited (see limits.hpp); off in tests that measure something else.
    bool rate_limits = true;
};

/// The running server: database, clock, routes, live streams. One for each process.
class Hall {
public:
    Hall(HallSettings settings, std::unique_ptr<store::Database> database, Hooks hooks);
    ~Hall();

    Router& router() { return router_; }
    store::Database& database() { return *database_; }
    Clock& clock() { return clock_; }
    IdSource& ids() { return ids_; }
    Live& live() { return *live_; }
    const HallSettings& settings() const { return settings_; }

    /// Listens, and answers until stop(). start() returns when the server is ready.
    void start();
    void stop(std::chrono::milliseconds grace);
    std::uint16_t port() const;

    /// The organisation that answers to a host; on loopback names the first one.
    std::optional<Organisation> organisation_of(std::string_view host) const;
    /// To be called after a change to organisations or hosts was committed.
    void reload_organisations();

    /// Answers one request without a socket, for tests of handlers and for the link checker.
    Response answer(Request request);

private:
    class Engine;
    HallSettings settings_;
    std::unique_ptr<store::Database> database_;
    Clock clock_;
    IdSource ids_;
    Router router_;
    std::unique_ptr<Live> live_;
    std::unique_ptr<Engine> engine_;
};

} // namespace moothall::web
