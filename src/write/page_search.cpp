// Full-text search of pages: the one thing that has no common SQL, so each engine has its own. The
// words are folded before (text/unicode.hpp), so neither tokenizer has anything left to fold.

#include "write/page_search.hpp"
#include "record/consumer.hpp"
#include "text/language.hpp"
#include "text/query.hpp"
#include "text/unicode.hpp"
#include "write/document_store.hpp"

namespace moothall::write {

namespace {

/// How an engine writes it.
struct Marks {
    std::string_view quote, start, and_, or_;
};

/// Each word as the start of one, or one of its stems (text/query.hpp). They hold letters, digits
/// and marks only, so there is nothing to escape.
std::string expression_of(const std::vector<std::string>& words, const Marks& marks)
{
    std::string expression;
    for (const auto& word : words) {
        if (!expression.empty()) expression += marks.and_;
        expression.append("(").append(marks.quote).append(word).append(marks.quote);
        expression += marks.start;
        for (const auto& stem : stems_of_word(word))
            expression.append(marks.or_).append(marks.quote).append(stem).append(marks.quote);
        expression += ')';
    }
    return expression;
}

/// The folded text with the stems of its words. A document does not say in which language it is.
std::string with_stems(std::string_view text)
{
    auto folded = fold(text);
    const auto stems = stems_of_text(folded, detect_language(text));
    return stems.empty() ? folded : folded + ' ' + stems;
}

std::vector<Id> read_ids(store::Rows rows)
{
    std::vector<Id> ids;
    for (const auto& row : rows) ids.push_back(row.id(0));
    return ids;
}

} // namespace

void index_page(store::Transaction& transaction, Id organisation, Id page, std::string_view title,
                std::string_view text)
{
    if (transaction.engine() == store::Engine::sqlite) {
        transaction.execute("DELETE FROM page_words WHERE rowid = ?1", page);
        transaction.execute("INSERT INTO page_words (rowid, title, body) VALUES (?1, ?2, ?3)", page,
                            with_stems(title), with_stems(text));
        return;
    }
    transaction.execute(R"sql(
        INSERT INTO page_words (org_id, page_id, words)
        VALUES (?1, ?2, setweight(to_tsvector('simple', ?3), 'A') || setweight(to_tsvector('simple', ?4), 'C'))
        ON CONFLICT (org_id, page_id) DO UPDATE SET words = excluded.words )sql",
                        organisation, page, with_stems(title), with_stems(text));
}

namespace {

/// Of one organisation, or of all (none).
void index_documents_of(store::Transaction& transaction, Id organisation)
{
    struct Text {
        Id organisation;
        Id page;
        std::string title;
        SafeHtml html;
    };
    std::vector<Text> texts;
    for (const auto& row : transaction.query(R"sql(
             SELECT d.org_id, d.document_id, t.title, p.words_html FROM document d
             JOIN thing t ON t.org_id = d.org_id AND t.thing_id = d.document_id
             JOIN page p ON p.org_id = d.org_id AND p.page_id = d.document_id
             WHERE ?1 = 0 OR d.org_id = ?1 )sql",
                                             organisation))
        texts.push_back(
            {row.id(0), row.id(1), row.string(2), SafeHtml::trusted_from_store(row.string(3))});
    for (const auto& text : texts)
        index_page(transaction, text.organisation, text.page, text.title, text_of_html(text.html));
}

constexpr std::string_view documents_renewal = "search.documents";

} // namespace

void index_documents(store::Transaction& transaction)
{
    index_documents_of(transaction, {});
}

std::int64_t renew_document_index(store::Database& database, Id organisation)
{
    const auto is_done = [&](store::Transaction& transaction) {
        for (const auto& row :
             transaction.query("SELECT event_id FROM consumer WHERE org_id = ?1 AND name = ?2",
                               organisation, documents_renewal))
            return static_cast<bool>(row.id(0));
        return false;
    };
    if (database.read(is_done)) return 0;
    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        if (record::lock_consumer(transaction, organisation, documents_renewal)) return 0;
        index_documents_of(transaction, organisation);
        record::save_consumer(transaction, organisation, documents_renewal, Id{1});
        return 1;
    });
}

std::vector<Id> search_pages(store::Transaction& transaction, Id organisation,
                             const std::vector<std::string>& words)
{
    if (words.empty()) return {};
    // All organisations of a SQLite file share one index; see hear/search_sqlite.cpp.
    if (transaction.engine() == store::Engine::sqlite)
        return read_ids(transaction.query(R"sql(
            SELECT f.rowid FROM
                (SELECT rowid, bm25(page_words, 4.0, 1.0) AS rank FROM page_words
                 WHERE page_words MATCH ?1 AND EXISTS (SELECT 1 FROM page p
                       WHERE p.org_id = ?2 AND p.page_id = page_words.rowid)
                 ORDER BY rowid DESC LIMIT 200) f
            ORDER BY f.rank, f.rowid DESC )sql",
                                          expression_of(words, {"\"", "*", " AND ", " OR "}),
                                          organisation));
    return read_ids(transaction.query(R"sql(
        SELECT f.page_id FROM
            (SELECT w.page_id, ts_rank('{0.1, 0.1, 0.25, 1.0}', w.words, to_tsquery('simple', ?2)) AS rank
             FROM page_words w WHERE w.org_id = ?1 AND w.words @@ to_tsquery('simple', ?2)
             ORDER BY w.page_id DESC LIMIT 200) f
        ORDER BY f.rank DESC, f.page_id DESC )sql",
                                      organisation,
                                      expression_of(words, {"'", ":*", " & ", " | "})));
}

} // namespace moothall::write
