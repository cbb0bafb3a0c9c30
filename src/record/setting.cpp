#include "record/setting.hpp"

namespace moothall::record {

std::string find_setting(store::Transaction& transaction, Id organisation, std::string_view name)
{
    auto rows = transaction.query("SELECT value FROM setting WHERE org_id = ?1 AND name = ?2",
                                  organisation, name);
    return rows.next() ? rows->string(0) : std::string();
}

void save_setting(store::Transaction& transaction, Id organisation, std::string_view name,
                  std::string_view value)
{
    transaction.execute(R"sql(
        INSERT INTO setting (org_id, name, value) VALUES (?1, ?2, ?3)
        ON CONFLICT (org_id, name) DO UPDATE SET value = excluded.value )sql",
                        organisation, name, value);
}

} // namespace moothall::record
