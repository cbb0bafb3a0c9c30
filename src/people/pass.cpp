#include "people/pass.hpp"

#include "people/secret.hpp"

namespace moothall::people {

namespace {

constexpr store::SqlLiteral pass_columns = R"sql(
    pass_id, purpose, email_fold, person_id, thing_id, detail, made_by, created_us, expires_us )sql";

Pass read_pass(const store::Row& row)
{
    return {row.id(0),     row.string(1), row.string(2), row.id(3),  row.id(4),
            row.string(5), row.id(6),     row.time(7),   row.time(8)};
}

} // namespace

std::string make_pass(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                      const NewPass& wanted)
{
    auto secret = wanted.secret.empty() ? make_secret() : std::string(wanted.secret);
    transaction.execute(R"sql(
        INSERT INTO pass (org_id, pass_id, purpose, secret_hash, email_fold, person_id, thing_id, detail, made_by,
            tries_left, created_us, expires_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) )sql",
                        organisation, ids.next(now), wanted.purpose, hash_secret(secret),
                        wanted.email, wanted.person, wanted.thing, wanted.detail, wanted.made_by,
                        wanted.tries, now, now + wanted.lasts);
    return secret;
}

std::optional<Pass> find_pass(store::Transaction& transaction, Id organisation,
                              std::string_view purpose, std::string_view secret, Time now)
{
    auto rows = transaction.query(store::Sql("SELECT ") + pass_columns + R"sql( FROM pass
        WHERE org_id = ?1 AND secret_hash = ?2 AND purpose = ?3 AND used_us IS NULL AND expires_us > ?4
          AND tries_left > 0 )sql",
                                  organisation, hash_secret(secret), purpose, now);
    if (!rows.next()) return {};
    return read_pass(rows.row());
}

std::optional<Pass> use_pass(store::Transaction& transaction, Id organisation,
                             std::string_view purpose, std::string_view secret, Time now)
{
    auto rows = transaction.query(store::Sql(R"sql(
        UPDATE pass SET used_us = ?4
        WHERE org_id = ?1 AND secret_hash = ?2 AND purpose = ?3 AND used_us IS NULL AND expires_us > ?4
          AND tries_left > 0 RETURNING )sql") +
                                      pass_columns,
                                  organisation, hash_secret(secret), purpose, now);
    if (!rows.next()) return {};
    return read_pass(rows.row());
}

void count_wrong_tries(store::Transaction& transaction, Id organisation, std::string_view purpose,
                       std::string_view detail, Time now)
{
    transaction.execute(R"sql(
        UPDATE pass SET tries_left = tries_left - 1
        WHERE org_id = ?1 AND purpose = ?2 AND detail = ?3 AND used_us IS NULL AND expires_us > ?4 )sql",
                        organisation, purpose, detail, now);
}

void end_passes(store::Transaction& transaction, Id organisation, std::string_view purpose,
                std::string_view email, Id person, Id thing, Time now)
{
    transaction.execute(R"sql(
        UPDATE pass SET used_us = ?6
        WHERE org_id = ?1 AND purpose = ?2 AND used_us IS NULL AND (?3 = '' OR email_fold = ?3)
          AND (?4 = 0 OR person_id = ?4) AND (?5 = 0 OR thing_id = ?5) )sql",
                        organisation, purpose, email, person, thing, now);
}

std::vector<Pass> list_passes(store::Transaction& transaction, Id organisation,
                              std::string_view purpose, Id thing, Time now)
{
    std::vector<Pass> passes;
    for (const auto& row : transaction.query(store::Sql("SELECT ") + pass_columns + R"sql( FROM pass
             WHERE org_id = ?1 AND thing_id = ?2 AND purpose = ?3 AND used_us IS NULL AND expires_us > ?4
             ORDER BY pass_id DESC LIMIT 200 )sql",
                                             organisation, thing, purpose, now))
        passes.push_back(read_pass(row));
    return passes;
}

std::int64_t purge_passes(store::Transaction& transaction, Id organisation, Time now)
{
    return transaction.execute("DELETE FROM pass WHERE org_id = ?1 AND expires_us < ?2",
                               organisation, now - std::chrono::hours{24 * 30});
}

} // namespace moothall::people
