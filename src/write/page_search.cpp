// Full-text search of pages: the one thing that has no common SQL, so each engine has its own. The
// words are folded before (text/unicode.hpp), so neither tokenizer has anything left to fold.

#include "text/unicode.hpp"
#include "write/document_store.hpp"

namespace moothall::write {

namespace {

/// Each word as the start of one. A word holds letters, digits and marks only, so there is nothing
/// to escape.
std::string expression_of(const std::vector<std::string>& words, std::string_view quote,
                          std::string_view start, std::string_view and_)
{
    std::string expression;
    for (const auto& word : words) {
        if (!expression.empty()) expression += and_;
        expression.append(quote).append(word).append(quote).append(start);
    }
    return expression;
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
                            fold(title), fold(text));
        return;
    }
    transaction.execute(R"sql(
        INSERT INTO page_words (org_id, page_id, words)
        VALUES (?1, ?2, setweight(to_tsvector('simple', ?3), 'A') || setweight(to_tsvector('simple', ?4), 'C'))
        ON CONFLICT (org_id, page_id) DO UPDATE SET words = excluded.words )sql",
                        organisation, page, fold(title), fold(text));
}

void index_documents(store::Transaction& transaction)
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
             JOIN page p ON p.org_id = d.org_id AND p.page_id = d.document_id )sql"))
        texts.push_back(
            {row.id(0), row.id(1), row.string(2), SafeHtml::trusted_from_store(row.string(3))});
    for (const auto& text : texts)
        index_page(transaction, text.organisation, text.page, text.title, text_of_html(text.html));
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
                                          expression_of(words, "\"", "*", " AND "), organisation));
    return read_ids(transaction.query(R"sql(
        SELECT f.page_id FROM
            (SELECT w.page_id, ts_rank('{0.1, 0.1, 0.25, 1.0}', w.words, to_tsquery('simple', ?2)) AS rank
             FROM page_words w WHERE w.org_id = ?1 AND w.words @@ to_tsquery('simple', ?2)
             ORDER BY w.page_id DESC LIMIT 200) f
        ORDER BY f.rank DESC, f.page_id DESC )sql",
                                      organisation, expression_of(words, "'", ":*", " & ")));
}

} // namespace moothall::write
