#include "people/session.hpp"

#include "people/circle.hpp"
#include "people/secret.hpp"
#include "web/cookies.hpp"

namespace moothall::people {

namespace {

constexpr std::chrono::hours touch_every{1};
constexpr std::size_t prefix_characters = 10; // "moot_" and five more

/// The viewer of a row that has her id, whether she is an owner, and her language, from column
/// `first` on. Her memberships come with a query of their own, when this one's rows are closed.
Viewer read_viewer(const store::Row& row, int first, Id organisation, Id everyone)
{
    Viewer viewer;
    viewer.organisation = organisation;
    viewer.everyone = everyone;
    viewer.person = row.id(first);
    viewer.owner = row.truth(first + 1);
    viewer.language = row.string(first + 2);
    return viewer;
}

/// Whom a session or a token belongs to: a row of its id, when it was used, and its viewer. `by` is
/// where the viewer keeps that id.
std::optional<Recognised> recognise(store::Transaction& transaction, Id organisation, Id everyone,
                                    Id Viewer::* by, store::Rows rows)
{
    std::optional<Recognised> found;
    {
        auto read = std::move(rows);
        if (!read.next()) return {};
        found = Recognised{read_viewer(read.row(), 2, organisation, everyone), read->time(1)};
        found->viewer.*by = read->id(0);
    }
    found->viewer.memberships = list_memberships(transaction, organisation, found->viewer.person);
    return found;
}

} // namespace

void cut_streams(store::Transaction& transaction, Id organisation, Id person, Id session_or_token)
{
    transaction.notify("cut:" + organisation.text() + ':' + person.text() + ':' +
                       (session_or_token ? session_or_token.text() : "0"));
}

std::string start_session(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                          Id person, std::string_view device)
{
    auto secret = make_secret();
    transaction.execute(R"sql(
        INSERT INTO session (org_id, session_id, person_id, secret_hash, device, created_us, used_us, expires_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7) )sql",
                        organisation, ids.next(now), person, hash_secret(secret), device, now,
                        now + session_lasts);
    return secret;
}

std::vector<Session> list_sessions(store::Transaction& transaction, Id organisation, Id person,
                                   Time now)
{
    std::vector<Session> sessions;
    for (const auto& row : transaction.query(R"sql(
             SELECT session_id, device, created_us, used_us FROM session
             WHERE org_id = ?1 AND person_id = ?2 AND expires_us > ?3
             ORDER BY used_us DESC, session_id DESC LIMIT 100 )sql",
                                             organisation, person, now))
        sessions.push_back({row.id(0), row.string(1), row.time(2), row.time(3)});
    return sessions;
}

std::int64_t end_sessions(store::Transaction& transaction, Id organisation, Id person, Id session)
{
    const auto ended = transaction.execute(R"sql(
        DELETE FROM session WHERE org_id = ?1 AND person_id = ?2 AND (?3 = 0 OR session_id = ?3) )sql",
                                           organisation, person, session);
    if (ended > 0) cut_streams(transaction, organisation, person, session);
    return ended;
}

std::string make_api_token(store::Transaction& transaction, IdSource& ids, Time now,
                           Id organisation, Id person, std::string_view name)
{
    auto secret = "moot_" + make_secret();
    transaction.execute(R"sql(
        INSERT INTO api_token (org_id, token_id, person_id, name, prefix, secret_hash, created_us, used_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) )sql",
                        organisation, ids.next(now), person, name,
                        secret.substr(0, prefix_characters), hash_secret(secret), now);
    return secret;
}

std::vector<ApiToken> list_api_tokens(store::Transaction& transaction, Id organisation, Id person)
{
    std::vector<ApiToken> tokens;
    for (const auto& row : transaction.query(R"sql(
             SELECT token_id, name, prefix, created_us, used_us FROM api_token
             WHERE org_id = ?1 AND person_id = ?2 ORDER BY token_id DESC LIMIT 100 )sql",
                                             organisation, person))
        tokens.push_back({row.id(0), row.string(1), row.string(2), row.time(3),
                          row.integer(4) == 0 ? std::nullopt : std::optional(row.time(4))});
    return tokens;
}

std::int64_t end_api_tokens(store::Transaction& transaction, Id organisation, Id person, Id token)
{
    const auto ended = transaction.execute(R"sql(
        DELETE FROM api_token WHERE org_id = ?1 AND person_id = ?2 AND (?3 = 0 OR token_id = ?3) )sql",
                                           organisation, person, token);
    if (ended > 0) cut_streams(transaction, organisation, person, token);
    return ended;
}

std::optional<Recognised> find_viewer_by_session(store::Transaction& transaction, Id organisation,
                                                 Id everyone, std::string_view secret, Time now)
{
    return recognise(transaction, organisation, everyone, &Viewer::session,
                     transaction.query(R"sql(
            SELECT s.session_id, s.used_us, p.person_id, p.owner, p.language
            FROM session s JOIN person p ON p.org_id = s.org_id AND p.person_id = s.person_id
            WHERE s.org_id = ?1 AND p.org_id = ?1 AND s.secret_hash = ?2 AND s.expires_us > ?3
              AND p.state = 'active' )sql",
                                       organisation, hash_secret(secret), now));
}

std::optional<Recognised> find_viewer_by_token(store::Transaction& transaction, Id organisation,
                                               Id everyone, std::string_view secret)
{
    return recognise(transaction, organisation, everyone, &Viewer::api_token,
                     transaction.query(R"sql(
            SELECT k.token_id, k.used_us, p.person_id, p.owner, p.language
            FROM api_token k JOIN person p ON p.org_id = k.org_id AND p.person_id = k.person_id
            WHERE k.org_id = ?1 AND p.org_id = ?1 AND k.secret_hash = ?2 AND p.state = 'active' )sql",
                                       organisation, hash_secret(secret)));
}

std::optional<Viewer> make_viewer(store::Transaction& transaction, Id organisation, Id everyone,
                                  Id person)
{
    std::optional<Viewer> viewer;
    {
        auto rows = transaction.query("SELECT person_id, owner, language FROM person "
                                      "WHERE org_id = ?1 AND person_id = ?2 AND state = 'active'",
                                      organisation, person);
        if (!rows.next()) return {};
        viewer = read_viewer(rows.row(), 0, organisation, everyone);
    }
    viewer->memberships = list_memberships(transaction, organisation, person);
    return viewer;
}

web::Identity identify(store::Transaction& transaction, const web::Organisation& organisation,
                       const web::Request& request, Time now)
{
    web::Identity identity;
    identity.viewer.organisation = organisation.id;
    identity.viewer.everyone = organisation.everyone;
    constexpr std::string_view scheme = "Bearer ";
    const auto authorization = request.header("authorization");
    const auto cookie = web::read_cookie(request, organisation, web::session_cookie);
    if (authorization.empty() && cookie.empty()) return identity;

    std::optional<Recognised> found;
    if (!authorization.empty()) {
        if (authorization.starts_with(scheme))
            found = find_viewer_by_token(transaction, organisation.id, organisation.everyone,
                                         authorization.substr(scheme.size()));
    } else {
        found = find_viewer_by_session(transaction, organisation.id, organisation.everyone, cookie,
                                       now);
        if (found) identity.csrf_secret = cookie;
    }
    if (!found) {
        identity.refused = true;
        return identity;
    }
    identity.viewer = std::move(found->viewer);
    identity.touch_due = found->used < now - touch_every;
    return identity;
}

std::int64_t purge_sessions(store::Transaction& transaction, Id organisation, Time now)
{
    return transaction.execute("DELETE FROM session WHERE org_id = ?1 AND expires_us < ?2",
                               organisation, now);
}

void touch(store::Transaction& transaction, const Viewer& viewer, Time now)
{
    if (viewer.session)
        transaction.execute(R"sql(
            UPDATE session SET used_us = ?3, expires_us = ?4
            WHERE org_id = ?1 AND session_id = ?2 AND used_us < ?5 )sql",
                            viewer.organisation, viewer.session, now, now + session_lasts,
                            now - touch_every);
    if (viewer.api_token)
        transaction.execute("UPDATE api_token SET used_us = ?3 WHERE org_id = ?1 AND token_id = ?2 "
                            "AND used_us < ?4",
                            viewer.organisation, viewer.api_token, now, now - touch_every);
}

} // namespace moothall::people
