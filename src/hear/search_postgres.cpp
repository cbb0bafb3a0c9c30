// Full-text search with PostgreSQL's tsvector under the 'simple' configuration: the texts are
// folded before (text/unicode.hpp) and indexed with our own stems (text/query.hpp), and no
// language's dictionary is asked, so both engines find the same voices.

#include "hear/search.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_set>

namespace moothall::hear {

namespace {

/// ('meters':* | 'meter') & ('reading':* | 'read')
std::string query_of(const std::vector<AskedWord>& asked, Need need)
{
    std::string query;
    for (const auto& one : asked) {
        if (!query.empty()) query += need == Need::all ? " & " : " | ";
        query += "('" + one.word + (one.start ? "':*" : "'");
        for (const auto& stem : one.stems) query += " | '" + stem + '\'';
        query += ')';
    }
    return query;
}

/// Until end(), a statement is planned for the very words that are asked for. After a few times
/// PostgreSQL takes one plan for any words, and that gathers and sorts all voices that hold them:
/// of a word of 100,000 voices 190 to 275 ms, where a walk from the newest on takes 4.
class PlansForWords {
public:
    explicit PlansForWords(store::Transaction& transaction) : transaction_(transaction)
    {
        transaction_.execute("SET LOCAL plan_cache_mode = force_custom_plan");
    }
    void end() { transaction_.execute("SET LOCAL plan_cache_mode = auto"); }

private:
    store::Transaction& transaction_; // which forgets it at its end, too
};

} // namespace

std::vector<Match> search_words_postgres(store::Transaction& transaction, Id organisation,
                                         const std::vector<AskedWord>& asked, Need need)
{
    std::vector<Match> matches;
    const auto query = query_of(asked, need);
    PlansForWords plans(transaction);
    const auto weigh = [](double score, double supporters) {
        return score * (1 + weight_of_tenfold_support * std::log10(1 + supporters));
    };
    for (const auto& row : transaction.query(R"sql(
             SELECT f.voice_id, ts_rank('{0.1, 0.1, 0.25, 1.0}', f.words, to_tsquery('simple', ?2)), v.supporters FROM
                 (SELECT w.voice_id, w.words FROM voice_words w
                  WHERE w.org_id = ?1 AND w.words @@ to_tsquery('simple', ?2)
                  ORDER BY w.voice_id DESC LIMIT ?3) f
             JOIN voice v ON v.org_id = ?1 AND v.voice_id = f.voice_id WHERE v.org_id = ?1 )sql",
                                             organisation, query, std::int64_t{voices_ranked_max}))
        matches.push_back({row.id(0), weigh(row.number(1), row.number(2))});
    if (matches.size() >= voices_ranked_max) {
        std::unordered_set<Id> known;
        for (const auto& match : matches) known.insert(match.voice);
        const auto enough = matches.size() + supported_ranked_max;
        for (const auto& row :
             transaction.query(R"sql(
                 SELECT w.voice_id, ts_rank('{0.1, 0.1, 0.25, 1.0}', w.words, to_tsquery('simple', ?2)), f.supporters FROM
                     (SELECT v.voice_id, v.supporters FROM voice v
                      WHERE v.org_id = ?1 AND v.supporters > 0
                      ORDER BY v.supporters DESC, v.voice_id DESC LIMIT ?3) f
                 JOIN voice_words w ON w.org_id = ?1 AND w.voice_id = f.voice_id
                 WHERE w.org_id = ?1 AND w.words @@ to_tsquery('simple', ?2)
                 ORDER BY f.supporters DESC, f.voice_id DESC )sql",
                               organisation, query, std::int64_t{supported_read_max})) {
            if (matches.size() == enough) break;
            if (!known.contains(row.id(0)))
                matches.push_back({row.id(0), weigh(row.number(1), row.number(2))});
        }
    }
    plans.end();
    std::ranges::sort(matches, [](const Match& left, const Match& right) {
        return std::tie(left.score, left.voice) > std::tie(right.score, right.voice);
    });
    return matches;
}

bool is_common_postgres(store::Transaction& transaction, Id organisation, const AskedWord& asked)
{
    PlansForWords plans(transaction);
    auto rows = transaction.query(R"sql(
        SELECT count(*) FROM
            (SELECT w.voice_id FROM voice_words w
             WHERE w.org_id = ?1 AND w.words @@ to_tsquery('simple', ?2)
             ORDER BY w.voice_id DESC LIMIT ?3) f )sql",
                                  organisation, query_of({asked}, Need::all),
                                  std::int64_t{voices_ranked_max});
    plans.end();
    rows.next();
    return rows->integer(0) == std::int64_t{voices_ranked_max};
}

void index_words_postgres(store::Transaction& transaction, Id organisation, Id voice,
                          std::string_view title, std::string_view text)
{
    if (title.empty() && text.empty()) {
        transaction.execute("DELETE FROM voice_words WHERE org_id = ?1 AND voice_id = ?2",
                            organisation, voice);
        return;
    }
    transaction.execute(R"sql(
        INSERT INTO voice_words (org_id, voice_id, words)
        VALUES (?1, ?2, setweight(to_tsvector('simple', ?3), 'A') || setweight(to_tsvector('simple', ?4), 'C'))
        ON CONFLICT (org_id, voice_id) DO UPDATE SET words = excluded.words )sql",
                        organisation, voice, title, text);
}

} // namespace moothall::hear
