#include "write/page.hpp"

#include "text/unicode.hpp"

namespace moothall::write {

namespace {

bool is_blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace

Result<std::string> check_line(std::string_view wanted, const char* field)
{
    auto line = normalise_line(wanted);
    if (count_characters(line) > page_line_characters_max)
        return Refusal::invalid(field, "This has at most 1,000 characters.");
    return line;
}

Result<SafeHtml> render_words(std::string_view words)
{
    if (has_forbidden_characters(words))
        return Refusal::invalid("words", "The text holds characters that no text has.");
    auto html = render_markdown(words);
    if (html) return *std::move(html);
    auto refusal = html.error();
    refusal.reason = Reason::invalid;
    refusal.field = "words";
    return refusal;
}

Result<PageText> check_text(const PageText& wanted)
{
    PageText text;
    text.title = normalise_line(wanted.title);
    if (text.title.empty())
        return Refusal::invalid("title", "Please say it in a few words: a title is missing.");
    if (count_characters(text.title) > page_title_characters_max)
        return Refusal::invalid("title", "A title has at most 200 characters.");
    auto purpose = check_line(wanted.purpose, "purpose");
    if (!purpose) return purpose.error();
    text.purpose = *std::move(purpose);
    if (is_blank(wanted.words))
        return Refusal::invalid("words", "Please write how it is done: the page is empty.");
    text.words = wanted.words;
    auto said = check_line(wanted.said, "said");
    if (!said) return said.error();
    text.said = *std::move(said);
    return text;
}

namespace {

void insert_version(store::Transaction& transaction, Id organisation, Id page, std::int64_t version,
                    const PageText& text, Mends mends, Id by, Time now, Id suggested_by)
{
    transaction.execute(R"sql(
        INSERT INTO page_version (org_id, page_id, version, title, purpose, words, said, mends, written_by, written_us,
            suggested_by)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) )sql",
                        organisation, page, version, text.title, text.purpose, text.words,
                        text.said, mends == Mends::yes, by, now, suggested_by);
}

} // namespace

void save_page(store::Transaction& transaction, Id organisation, Id page, const PageText& text,
               const SafeHtml& html, Id by, Time now)
{
    transaction.execute(
        "INSERT INTO page (org_id, page_id, words, words_html, version) VALUES (?1, ?2, ?3, ?4, 1)",
        organisation, page, text.words, html.html);
    insert_version(transaction, organisation, page, 1, text, Mends::no, by, now, {});
}

bool save_version(store::Transaction& transaction, Id organisation, Id page, std::int64_t version,
                  const PageText& text, const SafeHtml& html, Mends mends, Id by, Time now,
                  Id suggested_by)
{
    const auto changed = transaction.execute(R"sql(
        UPDATE page SET version = ?3 + 1, words = ?4, words_html = ?5
        WHERE org_id = ?1 AND page_id = ?2 AND version = ?3 )sql",
                                             organisation, page, version, text.words, html.html);
    if (changed == 0) return false;
    insert_version(transaction, organisation, page, version + 1, text, mends, by, now,
                   suggested_by);
    return true;
}

VersionPage list_versions(store::Transaction& transaction, Id organisation, Id page,
                          std::int64_t before, int limit)
{
    VersionPage list;
    for (const auto& row : transaction.query(R"sql(
             SELECT v.version, v.title, v.purpose, v.said, v.mends, v.written_by, coalesce(p.name, ''), v.written_us,
                 v.suggested_by, coalesce(s.name, '')
             FROM page_version v LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = v.written_by
             LEFT JOIN person s ON s.org_id = ?1 AND s.person_id = v.suggested_by
             WHERE v.org_id = ?1 AND v.page_id = ?2 AND (?3 = 0 OR v.version < ?3)
             ORDER BY v.version DESC LIMIT ?4 )sql",
                                             organisation, page, before, limit + 1))
        list.versions.push_back({.version = row.integer(0),
                                 .title = row.string(1),
                                 .purpose = row.string(2),
                                 .words = {},
                                 .said = row.string(3),
                                 .mends = row.truth(4),
                                 .by = {row.id(5), row.string(6)},
                                 .suggested_by = {row.id(8), row.string(9)},
                                 .written = row.time(7)});
    if (list.versions.size() > static_cast<std::size_t>(limit)) {
        list.versions.pop_back();
        list.next = list.versions.back().version;
    }
    return list;
}

Result<PageVersion> find_version(store::Transaction& transaction, Id organisation, Id page,
                                 std::int64_t version)
{
    for (const auto& row : transaction.query(R"sql(
             SELECT v.title, v.purpose, v.words, v.said, v.mends, v.written_by, coalesce(p.name, ''), v.written_us,
                 v.suggested_by, coalesce(s.name, '')
             FROM page_version v LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = v.written_by
             LEFT JOIN person s ON s.org_id = ?1 AND s.person_id = v.suggested_by
             WHERE v.org_id = ?1 AND v.page_id = ?2 AND v.version = ?3 )sql",
                                             organisation, page, version))
        return PageVersion{.version = version,
                           .title = row.string(0),
                           .purpose = row.string(1),
                           .words = row.string(2),
                           .said = row.string(3),
                           .mends = row.truth(4),
                           .by = {row.id(5), row.string(6)},
                           .suggested_by = {row.id(8), row.string(9)},
                           .written = row.time(7)};
    return Refusal::not_found();
}

} // namespace moothall::write
