#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/database.hpp"
#include "web/limits.hpp"
#include "web/live.hpp"
#include "web/navigation.hpp"
#include "web/organisation.hpp"
#include "web/router.hpp"
#include "web/server.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

namespace moothall::record {
struct Thing;
}

namespace moothall::web {

class MetricsWriter;
class Writer;
struct Frame;

/// Who sends this request: asked once for each, inside its transaction.
struct Identity {
    Viewer viewer;
    /// The secret that the csrf field is made from (the session's); empty for API tokens and
    /// visitors.
    std::string csrf_secret;
    /// The request carried a token or session that is not good (any more).
    bool refused = false;
    /// The session or token was not noted as used for an hour or more: Hooks::touch is to be
    /// called.
    bool touch_due = false;
};

/// What web/ must be told by the stages to its right, so that it need not include them.
struct Hooks {
    /// people/: session cookie (read_cookie(request, organisation, session_cookie)) or bearer token
    /// → viewer. With both, the token counts.
    std::function<Identity(store::Transaction&, const Organisation&, const Request&, Time now)>
        identify;
    /// people/: notes that the viewer's session or token was used. Inside a write.
    std::function<void(store::Transaction&, const Viewer&, Time now)> touch;
    /// people/: all organisations and the hosts they answer to.
    std::function<std::vector<std::pair<std::string, Organisation>>(store::Transaction&)>
        organisations;
    /// people/: the circles of an organisation that anybody may hear of.
    std::function<std::vector<Id>(store::Transaction&, Id organisation)> public_circles;
    /// The events after one that the viewer may see, oldest first, at most `limit`.
    std::function<std::vector<HeardEvent>(store::Transaction&, const Viewer&, Id after,
                                          std::size_t limit)>
        events_since;
    /// hall/: the page around an error, in the look of the house.
    std::function<std::string(const Context&, int status, std::string_view sentence)> error_page;
    /// The menu of every page, in order.
    std::vector<NavigationEntry> navigation;
    /// people/, tell/: what the frame around a page shows of the viewer, and where things are.
    std::function<void(const Context&, Frame&)> furnish;
    /// What later stages add to the page of a thing that an earlier one shows, in this order: the
    /// promises and requests of a voice. Each writes what the viewer may see of it, or nothing.
    std::vector<std::function<void(Writer&, const Request&, Context&, const record::Thing&)>>
        thing_parts;
    /// The same for the page of a circle that people/ shows: what is known about it.
    std::function<void(Writer&, Context&, Id circle)> circle_part;
    /// Further figures for /metrics (jobs, for instance). From any thread.
    std::function<void(MetricsWriter&)> figures;
};

struct HallSettings {
    ServerSettings server;
    std::string data_folder;
    std::uint16_t node = 0;
    unsigned workers = 4;                 // threads for slow preparation and for PostgreSQL's reads
    std::size_t workers_queue_max = 1024; // requests that wait for one of them; more: 503
    LimitSettings limits;
    /// Limits hold (see limits.hpp); off in tests that measure something else.
    bool rate_limits = true;
    /// Letters come in (jobs/lmtp.hpp): owners may let people answer by e-mail.
    bool takes_letters = false;
    /// The operator lets owners name an identity provider in the server's own network. Where
    /// several organisations share a server, an owner is not the operator: she must not reach
    /// behind its wall.
    bool private_addresses = false;
};

/// The running server: database, clock, routes, live streams. One for each process.
class Hall {
public:
    Hall(HallSettings settings, std::unique_ptr<store::Database> database, Hooks hooks);
    ~Hall();
    Hall(const Hall&) = delete;
    Hall& operator=(const Hall&) = delete;

    Router& router() { return router_; }
    store::Database& database() { return *database_; }
    Clock& clock() { return clock_; }
    IdSource& ids() { return ids_; }
    Live& live() { return *live_; }
    Limits& limits() { return limits_; }
    const HallSettings& settings() const { return settings_; }
    const Hooks& hooks() const { return hooks_; }

    /// Listens, and answers until stop(). start() returns when the server is ready.
    void start();
    /// Turns /readyz to 503, takes no new connections, ends streams and waiting requests, and lets
    /// running ones finish for at most `grace`.
    void stop(std::chrono::milliseconds grace);
    std::uint16_t port() const;
    /// Between start() and stop(), or before start() for answer().
    bool stopping() const;

    /// The organisation that answers to a host; on loopback names the first one.
    std::optional<Organisation> organisation_of(std::string_view host) const;
    /// To be called after a change to organisations or hosts was committed; the notice "hosts" does
    /// it on all nodes.
    void reload_organisations();

    /// Answers one request without a socket, for tests of handlers and for the link checker.
    /// Without a host it is for the first organisation. Nothing is parsed: fill in the fields.
    Response answer(Request request);

    /// Figures of all of this, in the Prometheus text format.
    std::string metrics_text();

    /// Keeps what a stage holds in memory for as long as the hall stands (an index, for instance);
    /// handlers find it by its type. Before start().
    template <class Belonging>
    void keep(std::shared_ptr<Belonging> belonging)
    {
        belongings_.insert_or_assign(std::type_index(typeid(Belonging)), std::move(belonging));
    }
    template <class Belonging>
    Belonging* kept() const
    {
        const auto found = belongings_.find(std::type_index(typeid(Belonging)));
        return found == belongings_.end() ? nullptr : static_cast<Belonging*>(found->second.get());
    }

private:
    class Engine;
    HallSettings settings_;
    std::unique_ptr<store::Database> database_;
    Hooks hooks_;
    Clock clock_;
    IdSource ids_;
    Router router_;
    Limits limits_;
    std::unique_ptr<Live> live_;
    std::unique_ptr<Engine> engine_;
    std::map<std::type_index, std::shared_ptr<void>> belongings_;
};

/// Adds GET /healthz, /readyz and /metrics.
///
/// /healthz says that the process answers; /readyz also that the database does, and that the server
/// is not about to stop. /metrics is for a direct connection from this machine, or an owner's
/// token.
void mount_operations(Hall& hall);

} // namespace moothall::web
