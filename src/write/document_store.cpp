#include "write/document_store.hpp"

#include "base/invariant.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/place.hpp"
#include "write/lines/paragraphs.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <unordered_map>

namespace moothall::write {

namespace {

// ?1 the organisation, ?2 the viewer. `t` is the document, or the card that says that it exists.
constexpr store::SqlLiteral document_columns = R"sql(
    SELECT d.document_id, t.kind, t.title, v.purpose, g.version, t.author_id, coalesce(p.name, ''), t.circle_id,
           d.home_id, CASE WHEN c.visibility <> 'private' OR c.circle_id IN
                                (SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2)
                           THEN c.name ELSE '' END,
           d.parent_id, d.place, d.rule, d.why, d.review_on, d.decides_id, coalesce(w.name, ''), d.card_id,
           d.confirm_from, d.template, d.suggestions, t.created_us, t.changed_us)sql";
constexpr store::SqlLiteral document_tables = R"sql(
    FROM document d JOIN thing t ON t.org_id = d.org_id AND t.thing_id IN (d.document_id, d.card_id)
    JOIN page g ON g.org_id = d.org_id AND g.page_id = d.document_id
    JOIN page_version v ON v.org_id = g.org_id AND v.page_id = g.page_id AND v.version = g.version
    JOIN circle c ON c.org_id = d.org_id AND c.circle_id = d.home_id
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
    LEFT JOIN person w ON w.org_id = ?1 AND w.person_id = d.decides_id
    WHERE d.org_id = ?1 AND t.org_id = ?1 AND g.org_id = ?1 AND v.org_id = ?1 AND c.org_id = ?1
      AND (t.thing_id = d.document_id OR d.rule = 'closed') )sql";
constexpr int columns_of_document = 23;
constexpr std::string_view card_kind = "document-card";

Document read_document(const store::Row& row)
{
    Document document;
    document.id = row.id(0);
    document.only_card = row.text(1) == card_kind;
    document.title = row.string(2);
    document.home = row.id(8);
    document.home_name = row.string(9);
    document.rule = rule_of(row.text(12)).value_or(Rule::hidden);
    document.why = row.string(13);
    document.decides = {row.id(15), row.string(16)};
    if (document.only_card) return document;
    document.purpose = row.string(3);
    document.version = row.integer(4);
    document.author = {row.id(5), row.string(6)};
    document.circle = row.id(7);
    document.parent = row.id(10);
    document.place = row.integer(11);
    document.review_on = parse_date(row.text(14));
    document.card = row.id(17);
    document.confirm_from = row.integer(18);
    document.is_template = row.truth(19);
    document.suggestions = row.integer(20);
    document.created = row.time(21);
    document.changed = row.time(22);
    return document;
}

/// Each document once: who may read it needs no card.
template <class Rows>
std::vector<Document> read_documents(Rows&& rows)
{
    std::vector<Document> documents;
    for (const auto& row : rows) {
        if (!documents.empty() && documents.back().id == row.id(0)) continue;
        documents.push_back(read_document(row));
    }
    return documents;
}

std::string text_of_date(const std::optional<Date>& date)
{
    return date ? moothall::to_text(*date) : std::string();
}

} // namespace

void save_document(store::Transaction& transaction, Id organisation, const Document& document,
                   std::string_view paragraphs, std::int64_t next_paragraph)
{
    transaction.execute(R"sql(
        INSERT INTO document (org_id, document_id, home_id, parent_id, place, rule, why, review_on, decides_id, card_id,
            confirm_from, template, paragraphs, next_paragraph, suggestions)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0) )sql",
                        organisation, document.id, document.home, document.parent, document.place,
                        to_text(document.rule), document.why, text_of_date(document.review_on),
                        document.decides.id, document.card, document.confirm_from,
                        document.is_template, paragraphs, next_paragraph);
}

void save_changed_document(store::Transaction& transaction, Id organisation,
                           const Document& document)
{
    transaction.execute(R"sql(
        UPDATE document SET parent_id = ?3, place = ?4, rule = ?5, why = ?6, review_on = ?7, decides_id = ?8,
            card_id = ?9, confirm_from = ?10, template = ?11
        WHERE org_id = ?1 AND document_id = ?2 )sql",
                        organisation, document.id, document.parent, document.place,
                        to_text(document.rule), document.why, text_of_date(document.review_on),
                        document.decides.id, document.card, document.confirm_from,
                        document.is_template);
}

void save_paragraphs(store::Transaction& transaction, Id organisation, Id document,
                     std::string_view paragraphs, std::int64_t next_paragraph)
{
    transaction.execute(
        "UPDATE document SET paragraphs = ?3, next_paragraph = ?4 WHERE org_id = ?1 AND "
        "document_id = ?2",
        organisation, document, paragraphs, next_paragraph);
}

std::int64_t find_next_paragraph(store::Transaction& transaction, Id organisation, Id document)
{
    auto rows = transaction.query(
        "SELECT next_paragraph FROM document WHERE org_id = ?1 AND document_id = ?2", organisation,
        document);
    invariant(rows.next(), "a document has a row");
    return rows->integer(0);
}

void count_suggestion(store::Transaction& transaction, Id organisation, Id document,
                      std::int64_t add)
{
    transaction.execute("UPDATE document SET suggestions = suggestions + ?3 WHERE org_id = ?1 AND "
                        "document_id = ?2",
                        organisation, document, add);
}

bool stands_under(store::Transaction& transaction, Id organisation, Id document, Id above)
{
    // UNION and not UNION ALL: it ends whatever the rows say.
    return transaction
        .query(R"sql(
             WITH RECURSIVE above (document_id) AS
                 (SELECT d.parent_id FROM document d WHERE d.org_id = ?1 AND d.document_id = ?2
                  UNION
                  SELECT d.parent_id FROM document d JOIN above a ON a.document_id = d.document_id
                  WHERE d.org_id = ?1)
             SELECT 1 FROM above WHERE document_id = ?3 )sql",
               organisation, document, above)
        .next();
}

void move_answers(store::Transaction& transaction, Id organisation, Id document, Id circle)
{
    transaction.execute(R"sql(
        UPDATE thing SET circle_id = ?3 WHERE org_id = ?1 AND subject_id = ?2 AND thing_id IN
            (SELECT r.reply_id FROM reply r WHERE r.org_id = ?1 AND r.subject_id = ?2
             UNION ALL
             SELECT s.suggestion_id FROM suggestion s WHERE s.org_id = ?1 AND s.document_id = ?2) )sql",
                        organisation, document, circle);
}

bool save_text(store::Transaction& transaction, Time now, const Viewer& viewer,
               const Document& before, const PageText& text, const SafeHtml& html, Id suggested_by)
{
    const auto organisation = viewer.organisation;
    if (!save_version(transaction, organisation, before.id, before.version, text, html, Mends::no,
                      viewer.person, now, suggested_by))
        return false;
    std::vector<Paragraph> known;
    for (const auto& block : blocks_of(before))
        if (block.id > 0) known.push_back({block.id, block.text()});
    std::vector<std::string> written;
    for (const auto& block : html_blocks(html)) written.push_back(text_of_html(block));
    auto next = find_next_paragraph(transaction, organisation, before.id);
    const auto ids = follow_paragraphs(known, written, next);
    save_paragraphs(transaction, organisation, before.id, ids_as_kept(ids), next);
    index_page(transaction, organisation, before.id, text.title, text_of_html(html));
    for (const auto id : {before.id, before.card}) {
        if (!id) continue;
        auto thing = record::find_thing(transaction, organisation, id);
        invariant(thing.has_value(), "a document and its card are things");
        thing->title = text.title;
        thing->changed = now;
        record::change_thing(transaction, organisation, *thing);
    }
    transaction.execute(
        "DELETE FROM document_editing WHERE org_id = ?1 AND document_id = ?2 AND person_id = ?3",
        organisation, before.id, viewer.person);
    return true;
}

std::string ids_as_kept(const std::vector<std::int64_t>& ids)
{
    std::string kept;
    for (const auto id : ids) {
        if (!kept.empty()) kept += ' ';
        kept += std::to_string(id);
    }
    return kept;
}

std::vector<Block> blocks_of(const Document& document)
{
    std::vector<Block> blocks;
    const char* at = document.paragraphs.data();
    const char* const until = at + document.paragraphs.size();
    // One without an id (of a text that came from elsewhere) cannot be spoken about before it is
    // edited here; it still needs a number that no other has.
    std::int64_t without = 0;
    for (auto& html : html_blocks(document.words_html)) {
        Block block{--without, std::move(html)};
        std::int64_t id = 0;
        if (const auto read = std::from_chars(at, until, id); read.ec == std::errc{} && id > 0) {
            block.id = id;
            at = read.ptr == until ? until : read.ptr + 1; // the space
        }
        blocks.push_back(std::move(block));
    }
    return blocks;
}

int Block::heading() const
{
    // "#" is rendered as h3: the page's own title is h1.
    const std::string_view text = html.html;
    if (text.size() < 4 || !text.starts_with("<h") || text[2] < '3' || text[2] > '6') return 0;
    return text[2] - '2';
}

namespace {

/// The document as she may read it, or its card.
std::optional<Document> load_document(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto sql = store::Sql(document_columns) + ", g.words, g.words_html, d.paragraphs" +
               document_tables + " AND d.document_id = ?3 AND ";
    sql += people::seen;
    sql += " ORDER BY t.kind LIMIT 1"; // "document" stands before "document-card"
    for (const auto& row : transaction.query(sql, viewer.organisation, viewer.person, id)) {
        auto document = read_document(row);
        if (document.only_card) return document;
        document.words = row.string(columns_of_document);
        document.words_html = SafeHtml::trusted_from_store(row.string(columns_of_document + 1));
        document.paragraphs = row.string(columns_of_document + 2);
        return document;
    }
    return {};
}

} // namespace

Result<Document> find_document_or_card(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    if (!id) return Refusal::not_found();
    if (auto document = load_document(transaction, id, viewer)) return *std::move(document);
    Id closed;
    for (const auto& row : transaction.query("SELECT document_id FROM document WHERE org_id = ?1 "
                                             "AND card_id = ?2 AND rule = 'closed'",
                                             viewer.organisation, id))
        closed = row.id(0);
    if (closed)
        if (auto document = load_document(transaction, closed, viewer)) return *std::move(document);
    return Refusal::not_found();
}

Result<Document> find_document(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto document = find_document_or_card(transaction, id, viewer);
    if (!document || document->only_card || document->id != id) return Refusal::not_found();
    return document;
}

Result<DocumentList> list_documents(store::Transaction& transaction, const DocumentQuery& query,
                                    const Viewer& viewer)
{
    const auto after = read_place_in_list<Id>(query.after);
    if (!after) return after.error();
    auto sql =
        store::Sql(document_columns) + document_tables + " AND (?3 = 0 OR d.document_id < ?3) AND ";
    sql += people::seen;
    // Said so that each has its index. Every parameter stands somewhere, because PostgreSQL wants
    // to know the type of each.
    if (query.circle)
        sql += " AND d.home_id = ?4";
    else
        sql += " AND ?4 = 0";
    if (query.parent)
        sql += " AND d.parent_id = ?5";
    else
        sql += " AND ?5 = 0";
    if (query.templates) sql += " AND d.template = 1";
    sql += " AND ?7 <> 0";
    if (query.mine)
        sql += R"sql( AND (d.decides_id = ?2 OR t.author_id = ?2 OR d.home_id IN
            (SELECT m.circle_id FROM membership m
             WHERE m.org_id = ?1 AND m.person_id = ?2 AND m.circle_id <> ?7)) )sql";
    DocumentList list;
    if (query.words) {
        const auto found = search_pages(transaction, viewer.organisation, *query.words);
        if (found.empty()) return list;
        sql +=
            " AND t.kind = 'document' AND d.document_id IN_IDS(?8) ORDER BY d.document_id LIMIT ?6";
        constexpr int all = 200;
        list.documents = read_documents(transaction.query(sql, viewer.organisation, viewer.person,
                                                          Id{}, query.circle, query.parent, all,
                                                          viewer.everyone, store::IdList{found}));
        std::unordered_map<Id, std::size_t> rank;
        for (const auto id : found) rank.emplace(id, rank.size());
        std::ranges::sort(list.documents, {}, [&](const Document& one) { return rank.at(one.id); });
        if (*after) {
            const auto last = std::ranges::find(list.documents, *after, &Document::id);
            if (last == list.documents.end()) return not_a_place();
            list.documents.erase(list.documents.begin(), last + 1);
        }
        if (list.documents.size() > static_cast<std::size_t>(query.limit)) {
            list.documents.resize(static_cast<std::size_t>(query.limit));
            list.next = list.documents.back().id.text();
        }
        return list;
    }
    // A closed one may come as itself and as its card.
    sql += " ORDER BY d.document_id DESC, t.kind LIMIT ?6";
    list.documents = read_documents(transaction.query(sql, viewer.organisation, viewer.person,
                                                      *after, query.circle, query.parent,
                                                      2 * (query.limit + 1), viewer.everyone));
    if (list.documents.size() > static_cast<std::size_t>(query.limit)) {
        list.documents.resize(static_cast<std::size_t>(query.limit));
        list.next = list.documents.back().id.text();
    }
    return list;
}

Result<std::vector<Document>> list_tree(store::Transaction& transaction, Id circle,
                                        const Viewer& viewer)
{
    auto measure = store::Sql("SELECT count(*), coalesce(sum(length(g.words)), 0)") +
                   document_tables + " AND t.kind = 'document' AND d.home_id = ?3 AND ";
    measure += people::seen;
    for (const auto& row : transaction.query(measure, viewer.organisation, viewer.person, circle))
        if (row.integer(0) > tree_documents_max || row.integer(1) > tree_characters_max)
            return Refusal::conflict("This circle has more documents than one zip holds.");
    auto sql = store::Sql(document_columns) + ", g.words" + document_tables +
               " AND t.kind = 'document' AND d.home_id = ?3 AND ";
    sql += people::seen;
    sql += " ORDER BY d.document_id";
    std::vector<Document> documents;
    for (const auto& row : transaction.query(sql, viewer.organisation, viewer.person, circle)) {
        documents.push_back(read_document(row));
        documents.back().words = row.string(columns_of_document);
    }
    return documents;
}

void leave_out_unknown_parents(store::Transaction& transaction, std::vector<Document>& documents,
                               const Viewer& viewer)
{
    std::vector<Id> parents;
    for (const auto& document : documents)
        if (document.parent) parents.push_back(document.parent);
    if (parents.empty()) return;
    auto sql = store::Sql(R"sql(
        SELECT d.document_id FROM document d JOIN thing t ON t.org_id = d.org_id AND t.thing_id IN (d.document_id, d.card_id)
        WHERE d.org_id = ?1 AND t.org_id = ?1 AND d.document_id IN_IDS(?3)
          AND (t.thing_id = d.document_id OR d.rule = 'closed') AND )sql");
    sql += people::seen;
    std::set<Id> known;
    for (const auto& row :
         transaction.query(sql, viewer.organisation, viewer.person, store::IdList{parents}))
        known.insert(row.id(0));
    for (auto& document : documents)
        if (!known.contains(document.parent)) document.parent = {};
}

std::vector<Document> list_above(store::Transaction& transaction, const Document& document,
                                 const Viewer& viewer)
{
    if (!document.parent) return {};
    std::vector<Id> ids;
    for (const auto& row : transaction.query(R"sql(
             WITH RECURSIVE above (document_id, steps) AS
                 (SELECT d.parent_id, 1 FROM document d WHERE d.org_id = ?1 AND d.document_id = ?2
                  UNION ALL
                  SELECT d.parent_id, a.steps + 1 FROM document d JOIN above a ON a.document_id = d.document_id
                  WHERE d.org_id = ?1 AND a.steps < 1000)
             SELECT document_id FROM above WHERE document_id <> 0 ORDER BY steps DESC )sql",
                                             viewer.organisation, document.id))
        ids.push_back(row.id(0));
    auto sql =
        store::Sql(document_columns) + document_tables + " AND d.document_id IN_IDS(?3) AND ";
    sql += people::seen;
    sql += " ORDER BY d.document_id, t.kind";
    auto found = read_documents(
        transaction.query(sql, viewer.organisation, viewer.person, store::IdList{ids}));
    std::ranges::sort(found, {},
                      [&](const Document& one) { return std::ranges::find(ids, one.id); });
    return found;
}

// -- reading --------------------------------------------------------------------------------------

std::int64_t find_reading(store::Transaction& transaction, Id document, const Viewer& viewer)
{
    auto rows = transaction.query(R"sql(
        SELECT version FROM document_reading WHERE org_id = ?1 AND document_id = ?2 AND person_id = ?3 )sql",
                                  viewer.organisation, document, viewer.person);
    return rows.next() ? rows->integer(0) : 0;
}

std::vector<Reading> list_readings(store::Transaction& transaction, const Document& document,
                                   const Viewer& viewer, int limit)
{
    std::vector<Reading> readings;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT r.person_id, coalesce(p.name, ''), r.version, r.read_us
             FROM document_reading r LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = r.person_id
             WHERE r.org_id = ?1 AND r.document_id = ?2 AND r.version >= ?3
             ORDER BY r.read_us DESC, r.person_id LIMIT ?4 )sql",
                           viewer.organisation, document.id, document.confirm_from, limit))
        readings.push_back({{row.id(0), row.string(1)}, row.integer(2), row.time(3)});
    return readings;
}

std::vector<Document> list_to_read(store::Transaction& transaction, const Viewer& viewer, int limit)
{
    if (!viewer.signed_in()) return {};
    // Asked of those who are at home where it stands, not of whoever may happen upon it.
    auto sql = store::Sql(document_columns) + document_tables + R"sql(
        AND t.kind = 'document' AND d.confirm_from > 0 AND d.home_id IN
            (SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2)
        AND NOT EXISTS (SELECT 1 FROM document_reading r
                        WHERE r.org_id = ?1 AND r.document_id = d.document_id AND r.person_id = ?2
                          AND r.version >= d.confirm_from) AND )sql";
    sql += people::seen;
    sql += " ORDER BY d.document_id DESC LIMIT ?3";
    return read_documents(transaction.query(sql, viewer.organisation, viewer.person, limit));
}

// -- a hint for others ----------------------------------------------------------------------------

std::vector<people::Someone> list_editing(store::Transaction& transaction, Time now, Id document,
                                          const Viewer& viewer)
{
    constexpr std::chrono::minutes shown{30};
    std::vector<people::Someone> people;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT e.person_id, p.name FROM document_editing e
             JOIN person p ON p.org_id = e.org_id AND p.person_id = e.person_id
             WHERE e.org_id = ?1 AND p.org_id = ?1 AND e.document_id = ?2 AND e.person_id <> ?3 AND e.since_us > ?4
             ORDER BY e.since_us DESC, e.person_id LIMIT 10 )sql",
                           viewer.organisation, document, viewer.person, now - shown))
        people.push_back({row.id(0), row.string(1)});
    return people;
}

} // namespace moothall::write
