#include "organise/naming.hpp"

namespace moothall::organise {

bool is_named(store::Transaction& transaction, Id organisation, Id person)
{
    auto rows =
        transaction.query("SELECT 1 FROM who_knows_hidden WHERE org_id = ?1 AND person_id = ?2",
                          organisation, person);
    return !rows.next();
}

void set_named(store::Transaction& transaction, Id organisation, Id person, bool named)
{
    if (named)
        transaction.execute("DELETE FROM who_knows_hidden WHERE org_id = ?1 AND person_id = ?2",
                            organisation, person);
    else
        transaction.execute(R"sql(
            INSERT INTO who_knows_hidden (org_id, person_id) VALUES (?1, ?2)
            ON CONFLICT (org_id, person_id) DO NOTHING )sql",
                            organisation, person);
}

} // namespace moothall::organise
