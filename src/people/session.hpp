#pragma once

#include "base/viewer.hpp"
#include "store/database.hpp"
#include "web/hall.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::people {

inline constexpr std::chrono::hours session_lasts{24 * 30}; // since it was last used

struct Session {
    Id id;
    std::string device;
    Time created;
    Time used;
};

/// Signs a person in; gives the secret that goes into the cookie and is stored nowhere.
std::string start_session(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                          Id person, std::string_view device);
std::vector<Session> list_sessions(store::Transaction& transaction, Id organisation, Id person,
                                   Time now);
/// Ends the open streams of one session or token, or all of a person's (none): what she may see
/// changed.
void cut_streams(store::Transaction& transaction, Id organisation, Id person,
                 Id session_or_token = {});
/// Ends one session, or all of a person's (none), and cuts her open streams. Gives how many there
/// were.
std::int64_t end_sessions(store::Transaction& transaction, Id organisation, Id person, Id session);

struct ApiToken {
    Id id;
    std::string name;
    std::string prefix;
    Time created;
    std::optional<Time> used;
};

/// Makes an API token ("moot_…"); gives the secret, which is shown once.
std::string make_api_token(store::Transaction& transaction, IdSource& ids, Time now,
                           Id organisation, Id person, std::string_view name);
std::vector<ApiToken> list_api_tokens(store::Transaction& transaction, Id organisation, Id person);
/// Ends one token, or all of a person's (none), and cuts her open streams.
std::int64_t end_api_tokens(store::Transaction& transaction, Id organisation, Id person, Id token);

/// Who is behind a session's or a token's secret, and when it was last noted as used.
struct Recognised {
    Viewer viewer;
    Time used;
};
/// None when the secret is not good (any more).
std::optional<Recognised> find_viewer_by_session(store::Transaction& transaction, Id organisation,
                                                 Id everyone, std::string_view secret, Time now);
std::optional<Recognised> find_viewer_by_token(store::Transaction& transaction, Id organisation,
                                               Id everyone, std::string_view secret);
/// A viewer made of a person, for commands and jobs that act as somebody.
std::optional<Viewer> make_viewer(store::Transaction& transaction, Id organisation, Id everyone,
                                  Id person);

/// For web::Hooks: who sends a request, by its session cookie or its bearer token.
web::Identity identify(store::Transaction& transaction, const web::Organisation& organisation,
                       const web::Request& request, Time now);

/// Removes sessions that ended; a chore.
std::int64_t purge_sessions(store::Transaction& transaction, Id organisation, Time now);

/// Notes that a session or token was used, at most once an hour. To be called inside writes only.
void touch(store::Transaction& transaction, const Viewer& viewer, Time now);

} // namespace moothall::people
