#include "sense/cells.hpp"

namespace moothall::sense {

namespace {

// The circles of people::seen, for what is visible: only that is counted.
constexpr store::SqlLiteral cells_seen = R"sql(
    c.org_id = ?1 AND c.circle_id IN
        (SELECT p.circle_id FROM circle p WHERE p.org_id = ?1 AND p.visibility = 'public'
         UNION ALL
         SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2) )sql";

std::vector<VoiceCell> read_cells(store::Rows rows)
{
    std::vector<VoiceCell> cells;
    for (const auto& row : rows)
        cells.push_back({row.id(0), row.id(1), row.string(2), row.integer(3), row.integer(4)});
    return cells;
}

} // namespace

std::vector<VoiceCell> list_cells(store::Transaction& transaction, std::string_view lens,
                                  const Viewer& viewer)
{
    return read_cells(transaction.query(
        store::Sql("SELECT c.theme_id, c.circle_id, c.kind, c.month, c.voices ") + R"sql(
        FROM theme h CROSS JOIN theme_cell c
        WHERE h.org_id = ?1 AND h.lens = ?3 AND h.merged_into = 0 AND h.ended_us = 0
          AND c.theme_id = h.theme_id AND )sql" +
            cells_seen,
        viewer.organisation, viewer.person, lens));
}

std::vector<VoiceCell> list_cells_of(store::Transaction& transaction, const std::vector<Id>& themes,
                                     const Viewer& viewer)
{
    return read_cells(transaction.query(
        store::Sql("SELECT c.theme_id, c.circle_id, c.kind, c.month, c.voices FROM theme_cell c "
                   "WHERE c.theme_id IN_IDS(?3) AND ") +
            cells_seen,
        viewer.organisation, viewer.person, store::IdList{themes}));
}

} // namespace moothall::sense
