#include "hall/carry.hpp"

#include "base/invariant.hpp"
#include "hear/search.hpp"
#include "people/people.hpp"
#include "text/json.hpp"
#include "text/markdown.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace moothall::hall {

namespace {

constexpr std::size_t columns_max = 24;

/// One file of an export: how its rows are read and written. `kinds` has a letter for each column:
/// i an id (null: none), n a number, d a fraction, t text, T text or nothing, - a secret, which
/// stays here. Rows that others point at come first, circles before all other things.
struct Kind {
    std::string_view file;
    std::string_view kinds;
    std::string_view columns;
    store::SqlLiteral select;
    store::SqlLiteral insert;
};

// clang-format off
constexpr Kind all_kinds[] = {
    {"organisation", "iitttttttnn",
     "org_id everyone_id name url accent logo language sign_up sign_up_domains sample created_us",
     R"sql(SELECT org_id, everyone_id, name, url, accent, logo, language, sign_up,
           sign_up_domains, sample, created_us FROM org WHERE org_id = ?1 ORDER BY org_id)sql",
     R"sql(INSERT INTO org (org_id, everyone_id, name, url, accent, logo, language, sign_up,
           sign_up_domains, sample, created_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
           ?11))sql"},
    {"hosts", "ti",
     "host org_id",
     R"sql(SELECT host, org_id FROM host WHERE org_id = ?1 ORDER BY host)sql",
     R"sql(INSERT INTO host (host, org_id) VALUES (?1, ?2))sql"},
    {"things", "iitititnn",
     "org_id thing_id kind circle_id state author_id title created_us changed_us",
     R"sql(SELECT org_id, thing_id, kind, circle_id, state, author_id, title, created_us,
           changed_us FROM thing WHERE org_id = ?1 ORDER BY CASE kind WHEN 'circle' THEN 0 ELSE
           1 END, thing_id)sql",
     R"sql(INSERT INTO thing (org_id, thing_id, kind, circle_id, state, author_id, title,
           created_us, changed_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql"},
    {"circles", "iittttttnn",
     "org_id circle_id name purpose kind visibility joining moderation members created_us",
     R"sql(SELECT org_id, circle_id, name, purpose, kind, visibility, joining, moderation,
           members, created_us FROM circle WHERE org_id = ?1 ORDER BY circle_id)sql",
     R"sql(INSERT INTO circle (org_id, circle_id, name, purpose, kind, visibility, joining,
           moderation, members, created_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))sql"},
    {"people", "iittTTtnntttnt-n",
     "org_id person_id name name_fold email email_fold state owner trusted about language theme shortcuts mail password_hash created_us",
     R"sql(SELECT org_id, person_id, name, name_fold, email, email_fold, state, owner, trusted,
           about, language, theme, shortcuts, mail, '', created_us FROM person WHERE org_id = ?1
           ORDER BY person_id)sql",
     R"sql(INSERT INTO person (org_id, person_id, name, name_fold, email, email_fold, state,
           owner, trusted, about, language, theme, shortcuts, mail, password_hash, created_us)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16))sql"},
    {"memberships", "iiitn",
     "org_id circle_id person_id role since_us",
     R"sql(SELECT org_id, circle_id, person_id, role, since_us FROM membership WHERE org_id = ?1
           ORDER BY circle_id, person_id)sql",
     R"sql(INSERT INTO membership (org_id, circle_id, person_id, role, since_us) VALUES (?1, ?2,
           ?3, ?4, ?5))sql"},
    {"identities", "itti",
     "org_id issuer subject person_id",
     R"sql(SELECT org_id, issuer, subject, person_id FROM identity WHERE org_id = ?1 ORDER BY
           issuer, subject)sql",
     R"sql(INSERT INTO identity (org_id, issuer, subject, person_id) VALUES (?1, ?2, ?3, ?4))sql"},
    {"settings", "itt",
     "org_id name value",
     R"sql(SELECT org_id, name, value FROM setting WHERE org_id = ?1 AND name NOT LIKE
           '%password%' AND name NOT LIKE '%secret%' ORDER BY name)sql",
     R"sql(INSERT INTO setting (org_id, name, value) VALUES (?1, ?2, ?3))sql"},
    {"statuses", "iittn",
     "org_id status_id name category position",
     R"sql(SELECT org_id, status_id, name, category, position FROM status WHERE org_id = ?1
           ORDER BY status_id)sql",
     R"sql(INSERT INTO status (org_id, status_id, name, category, position) VALUES (?1, ?2, ?3,
           ?4, ?5))sql"},
    {"tags", "iitt",
     "org_id tag_id name name_fold",
     R"sql(SELECT org_id, tag_id, name, name_fold FROM tag WHERE org_id = ?1 ORDER BY tag_id)sql",
     R"sql(INSERT INTO tag (org_id, tag_id, name, name_fold) VALUES (?1, ?2, ?3, ?4))sql"},
    {"voices", "iitttttiinnnndittin",
     "org_id voice_id kind body body_html excerpt language status_id written_by supporters unconfirmed unattributed replies hot answer_id official official_html official_by official_us",
     R"sql(SELECT org_id, voice_id, kind, body, body_html, excerpt, language, status_id,
           written_by, supporters, unconfirmed, unattributed, replies, hot, answer_id, official,
           official_html, official_by, official_us FROM voice WHERE org_id = ?1 ORDER BY
           voice_id)sql",
     R"sql(INSERT INTO voice (org_id, voice_id, kind, body, body_html, excerpt, language,
           status_id, written_by, supporters, unconfirmed, unattributed, replies, hot,
           answer_id, official, official_html, official_by, official_us) VALUES (?1, ?2, ?3, ?4,
           ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19))sql"},
    {"voice_tags", "iii",
     "org_id voice_id tag_id",
     R"sql(SELECT org_id, voice_id, tag_id FROM voice_tag WHERE org_id = ?1 ORDER BY voice_id,
           tag_id)sql",
     R"sql(INSERT INTO voice_tag (org_id, voice_id, tag_id) VALUES (?1, ?2, ?3))sql"},
    {"voice_counts", "iitin",
     "org_id circle_id kind status_id voices",
     R"sql(SELECT org_id, circle_id, kind, status_id, voices FROM voice_count WHERE org_id = ?1
           ORDER BY circle_id, kind, status_id)sql",
     R"sql(INSERT INTO voice_count (org_id, circle_id, kind, status_id, voices) VALUES (?1, ?2,
           ?3, ?4, ?5))sql"},
    {"tag_counts", "iiin",
     "org_id circle_id tag_id voices",
     R"sql(SELECT org_id, circle_id, tag_id, voices FROM tag_count WHERE org_id = ?1 ORDER BY
           circle_id, tag_id)sql",
     R"sql(INSERT INTO tag_count (org_id, circle_id, tag_id, voices) VALUES (?1, ?2, ?3, ?4))sql"},
    {"supports", "iiitnn",
     "org_id voice_id person_id matters confirmed created_us",
     R"sql(SELECT org_id, voice_id, person_id, matters, confirmed, created_us FROM support WHERE
           org_id = ?1 ORDER BY voice_id, person_id)sql",
     R"sql(INSERT INTO support (org_id, voice_id, person_id, matters, confirmed, created_us)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6))sql"},
    {"replies", "iiiittti",
     "org_id reply_id subject_id parent_id body body_html language written_by",
     R"sql(SELECT org_id, reply_id, subject_id, parent_id, body, body_html, language, written_by
           FROM reply WHERE org_id = ?1 ORDER BY reply_id)sql",
     R"sql(INSERT INTO reply (org_id, reply_id, subject_id, parent_id, body, body_html,
           language, written_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))sql"},
    {"revisions", "iiiintt",
     "org_id thing_id revision_id editor_id at_us title body",
     R"sql(SELECT org_id, thing_id, revision_id, editor_id, at_us, title, body FROM revision
           WHERE org_id = ?1 ORDER BY thing_id, revision_id)sql",
     R"sql(INSERT INTO revision (org_id, thing_id, revision_id, editor_id, at_us, title, body)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"},
    {"follows", "iiinn",
     "org_id thing_id person_id replies outcome",
     R"sql(SELECT org_id, thing_id, person_id, replies, outcome FROM follow WHERE org_id = ?1
           ORDER BY thing_id, person_id)sql",
     R"sql(INSERT INTO follow (org_id, thing_id, person_id, replies, outcome) VALUES (?1, ?2,
           ?3, ?4, ?5))sql"},
    {"mentions", "iii",
     "org_id thing_id person_id",
     R"sql(SELECT org_id, thing_id, person_id FROM mention WHERE org_id = ?1 ORDER BY thing_id,
           person_id)sql",
     R"sql(INSERT INTO mention (org_id, thing_id, person_id) VALUES (?1, ?2, ?3))sql"},
    {"complaints", "iiitnni",
     "org_id thing_id person_id reason created_us settled_us settled_by",
     R"sql(SELECT org_id, thing_id, person_id, reason, created_us, settled_us, settled_by FROM
           complaint WHERE org_id = ?1 ORDER BY thing_id, person_id)sql",
     R"sql(INSERT INTO complaint (org_id, thing_id, person_id, reason, created_us, settled_us,
           settled_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"},
    {"hidings", "iitin",
     "org_id thing_id reason hidden_by hidden_us",
     R"sql(SELECT org_id, thing_id, reason, hidden_by, hidden_us FROM hiding WHERE org_id = ?1
           ORDER BY thing_id)sql",
     R"sql(INSERT INTO hiding (org_id, thing_id, reason, hidden_by, hidden_us) VALUES (?1, ?2,
           ?3, ?4, ?5))sql"},
    {"imports", "iitinnnnn",
     "org_id run_id origin started_by started_us ended_us made unchanged refused",
     R"sql(SELECT org_id, run_id, origin, started_by, started_us, ended_us, made, unchanged,
           refused FROM import_run WHERE org_id = ?1 ORDER BY run_id)sql",
     R"sql(INSERT INTO import_run (org_id, run_id, origin, started_by, started_us, ended_us,
           made, unchanged, refused) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql"},
    {"sources", "ittii",
     "org_id origin source_id thing_id run_id",
     R"sql(SELECT org_id, origin, source_id, thing_id, run_id FROM source WHERE org_id = ?1
           ORDER BY origin, source_id)sql",
     R"sql(INSERT INTO source (org_id, origin, source_id, thing_id, run_id) VALUES (?1, ?2, ?3,
           ?4, ?5))sql"},
    {"events", "iitiiitnt",
     "org_id event_id verb thing_id actor_id circle_id audience at_us data",
     R"sql(SELECT org_id, event_id, verb, thing_id, actor_id, circle_id, audience, at_us, data
           FROM event WHERE org_id = ?1 ORDER BY event_id)sql",
     R"sql(INSERT INTO event (org_id, event_id, verb, thing_id, actor_id, circle_id, audience,
           at_us, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql"},
    {"event_things", "iii",
     "org_id thing_id event_id",
     R"sql(SELECT org_id, thing_id, event_id FROM event_thing WHERE org_id = ?1 ORDER BY
           thing_id, event_id)sql",
     R"sql(INSERT INTO event_thing (org_id, thing_id, event_id) VALUES (?1, ?2, ?3))sql"},
    {"seals", "inntt",
     "org_id seq at_us leaves hash",
     R"sql(SELECT org_id, seq, at_us, leaves, hash FROM seal WHERE org_id = ?1 ORDER BY seq)sql",
     R"sql(INSERT INTO seal (org_id, seq, at_us, leaves, hash) VALUES (?1, ?2, ?3, ?4, ?5))sql"},
    {"followers_of_the_log", "iti",
     "org_id name event_id",
     R"sql(SELECT org_id, name, event_id FROM consumer WHERE org_id = ?1 ORDER BY name)sql",
     R"sql(INSERT INTO consumer (org_id, name, event_id) VALUES (?1, ?2, ?3))sql"},
    {"notifications", "iiiiitnn",
     "org_id person_id notification_id event_id thing_id reason created_us read_us",
     R"sql(SELECT org_id, person_id, notification_id, event_id, thing_id, reason, created_us,
           read_us FROM notification WHERE org_id = ?1 ORDER BY person_id, notification_id)sql",
     R"sql(INSERT INTO notification (org_id, person_id, notification_id, event_id, thing_id,
           reason, created_us, read_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))sql"},
};
// clang-format on

std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(' ');
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

template <std::size_t... Index>
void insert_row(store::Transaction& transaction, store::SqlLiteral sql,
                const std::vector<store::Value>& values, std::index_sequence<Index...> /*columns*/)
{
    transaction.execute(sql, values[Index]...);
}

/// The store binds as many values as it is given in the source; here the table says how many.
template <std::size_t Count = 1>
void insert_row(store::Transaction& transaction, store::SqlLiteral sql,
                const std::vector<store::Value>& values)
{
    if constexpr (Count <= columns_max) {
        if (values.size() == Count)
            insert_row(transaction, sql, values, std::make_index_sequence<Count>());
        else
            insert_row<Count + 1>(transaction, sql, values);
    } else {
        invariant(false, "a kind of row has at most 24 columns");
    }
}

std::string export_kind(store::Transaction& transaction, Id organisation, const Kind& kind,
                        std::int64_t& rows)
{
    const auto columns = split(kind.columns);
    invariant(columns.size() == kind.kinds.size(), "each column of an export has its kind");
    std::string text;
    JsonWriter json;
    for (const auto& row : transaction.query(kind.select, organisation)) {
        json.begin_object();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto column = static_cast<int>(i);
            switch (kind.kinds[i]) {
            case 'i':
                if (row.id(column))
                    json.field(columns[i], row.id(column));
                else
                    json.null_field(columns[i]);
                break;
            case 'n':
                json.field(columns[i], row.integer(column));
                break;
            case 'd':
                json.field(columns[i], row.number(column));
                break;
            case 'T':
                if (row.is_null(column)) {
                    json.null_field(columns[i]);
                    break;
                }
                json.field(columns[i], row.text(column));
                break;
            case 't':
                json.field(columns[i], row.text(column));
                break;
            default:
                break; // a secret
            }
        }
        text += json.end_object().take();
        text += '\n';
        ++rows;
    }
    return text;
}

Refusal damaged(std::string_view file, std::size_t line)
{
    return Refusal::malformed("{1}, line {2}, is not what an export holds.")
        .with(std::string(file))
        .with(std::to_string(line));
}

/// A row's values out of its JSON, in the order of the columns; false when one is not of its kind.
/// Views into `json` stay good as long as it does.
bool read_values(const Json& json, const Kind& kind, const std::vector<std::string_view>& columns,
                 std::vector<store::Value>& values)
{
    values.clear();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto value = json.find(columns[i]);
        const auto text = value.string();
        switch (kind.kinds[i]) {
        case 'i': {
            if (value.kind() == Json::Kind::null) {
                values.emplace_back(Id{});
                break;
            }
            const auto id = text ? Id::parse(*text) : std::nullopt;
            if (!id) return false;
            values.emplace_back(*id);
            break;
        }
        case 'n': {
            const auto number = value.integer();
            if (!number) return false;
            values.emplace_back(*number);
            break;
        }
        case 'd': {
            const auto number = value.number();
            if (!number) return false;
            values.emplace_back(*number);
            break;
        }
        case 'T':
            if (value.kind() == Json::Kind::null) {
                values.emplace_back(std::optional<std::string_view>());
                break;
            }
            [[fallthrough]];
        case 't':
            if (!text) return false;
            values.emplace_back(*text);
            break;
        default:
            values.emplace_back(std::string_view());
            break;
        }
    }
    return true;
}

Result<std::int64_t> import_kind(store::Transaction& transaction, const Kind& kind,
                                 std::string_view text)
{
    const auto columns = split(kind.columns);
    std::vector<store::Value> values;
    std::int64_t rows = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto json = Json::parse(text.substr(0, end));
        if (!json || !read_values(*json, kind, columns, values))
            return damaged(kind.file, static_cast<std::size_t>(rows) + 1);
        insert_row(transaction, kind.insert, values);
        ++rows;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return rows;
}

/// The words for search are not carried: they follow from the texts.
void index_all(store::Transaction& transaction)
{
    struct Text {
        Id organisation;
        Id voice;
        std::string title;
        std::string body;
    };
    std::vector<Text> texts;
    for (const auto& row : transaction.query(R"sql(
             SELECT v.org_id, v.voice_id, t.title, v.body FROM voice v
             JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id )sql"))
        texts.push_back({row.id(0), row.id(1), row.string(2), row.string(3)});
    for (const auto& text : texts)
        hear::index_words(transaction, text.organisation, text.voice, text.title,
                          plain_text(text.body));
}

} // namespace

std::vector<ArchivePart> export_organisation(store::Transaction& transaction, Id organisation)
{
    std::vector<ArchivePart> parts(1);
    JsonWriter manifest;
    manifest.begin_object().field("format", "moothall").field("version", export_version);
    manifest.field("organisation", organisation).key("rows").begin_object();
    for (const auto& kind : all_kinds) {
        std::int64_t rows = 0;
        auto text = export_kind(transaction, organisation, kind, rows);
        parts.push_back({std::string(kind.file) + ".jsonl", std::move(text), {}});
        manifest.field(kind.file, rows);
    }
    parts.front() = {"manifest.json", manifest.end_object().end_object().take() + "\n", {}};
    return parts;
}

Result<std::int64_t>
import_organisation(store::Transaction& transaction,
                    const std::vector<std::pair<std::string, std::string>>& files)
{
    if (!people::list_organisations(transaction).empty())
        return Refusal::conflict("This hall is not empty. An export goes into an empty one.");
    const auto find_file = [&](const std::string& name) -> const std::string* {
        const auto found =
            std::ranges::find(files, name, &std::pair<std::string, std::string>::first);
        return found == files.end() ? nullptr : &found->second;
    };
    const auto* manifest_text = find_file("manifest.json");
    if (manifest_text == nullptr)
        return Refusal::malformed("This is no export: it has no manifest.json.");
    const auto manifest = Json::parse(*manifest_text);
    if (!manifest || manifest->find("format").string() != "moothall")
        return damaged("manifest.json", 1);
    const auto version = manifest->find("version").integer().value_or(0);
    if (version < 1 || version > export_version)
        return Refusal::conflict("This export is of a newer Moothall. Please update this one.");

    std::int64_t all = 0;
    for (const auto& kind : all_kinds) {
        const auto* text = find_file(std::string(kind.file) + ".jsonl");
        const auto promised = manifest->find("rows").find(kind.file).integer().value_or(0);
        if (text == nullptr && promised == 0) continue;
        if (text == nullptr)
            return Refusal::malformed("This export lacks {1}.").with(std::string(kind.file));
        const auto rows = import_kind(transaction, kind, *text);
        if (!rows) return rows.error();
        if (*rows != promised)
            return Refusal::malformed("This export lost rows of {1} on its way.")
                .with(std::string(kind.file));
        all += *rows;
    }
    index_all(transaction);
    transaction.notify("hosts");
    return all;
}

} // namespace moothall::hall
