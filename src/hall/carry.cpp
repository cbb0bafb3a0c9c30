// Which tables are carried, and how, is in carry_tables.cpp.

#include "hall/carry.hpp"

#include "base/invariant.hpp"
#include "hall/carry_tables.hpp"
#include "hear/search.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/json.hpp"
#include "text/markdown.hpp"
#include "write/write.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <utility>

namespace moothall::hall {

namespace {

constexpr std::size_t columns_max = 32;

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
        invariant(false, "a table that is carried has at most 32 columns");
    }
}

std::string export_kind(store::Transaction& transaction, Id organisation, const CarriedTable& kind,
                        std::int64_t& rows)
{
    const auto columns = columns_of(kind);
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
            case 'h':
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

Refusal damaged(std::string_view file, std::size_t line, std::string_view why)
{
    return Refusal::malformed("{1}, line {2}, is not what an export holds: {3}.")
        .with(std::string(file) + ".jsonl")
        .with(std::to_string(line))
        .with(std::string(why));
}

/// A row's values out of its JSON, in the order of the columns; the column that is not of its kind,
/// or nothing. Views into `json` and `rendered` stay good as long as they do.
///
/// HTML is made again from its Markdown and never taken from the file: pages write it as it is, and
/// whoever made the file could have put a script there.
std::optional<std::string_view> read_values(const Json& json, const CarriedTable& kind,
                                            const std::vector<std::string_view>& columns,
                                            std::vector<store::Value>& values,
                                            std::deque<std::string>& rendered)
{
    values.clear();
    rendered.clear();
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
            if (!id) return columns[i];
            values.emplace_back(*id);
            break;
        }
        case 'n': {
            const auto number = value.integer();
            if (!number) return columns[i];
            values.emplace_back(*number);
            break;
        }
        case 'd': {
            const auto number = value.number();
            if (!number) return columns[i];
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
            if (!text) return columns[i];
            values.emplace_back(*text);
            break;
        case 'h': {
            auto html = render_markdown(json.find(columns[i - 1]).string().value_or(""));
            if (!html) return columns[i - 1];
            values.emplace_back(std::string_view(rendered.emplace_back(std::move(html->html))));
            break;
        }
        default:
            values.emplace_back(std::string_view());
            break;
        }
    }
    return {};
}

Result<std::int64_t> import_table(store::Transaction& transaction, const CarriedTable& kind,
                                  Id organisation, std::string_view text)
{
    const auto columns = columns_of(kind);
    std::vector<store::Value> values;
    std::deque<std::string> rendered;
    std::int64_t rows = 0;
    while (!text.empty()) {
        const auto line = static_cast<std::size_t>(rows) + 1;
        const auto end = text.find('\n');
        const auto json = Json::parse(text.substr(0, end));
        if (!json) return damaged(kind.file, line, "it is no JSON");
        if (const auto bad = read_values(*json, kind, columns, values, rendered))
            return damaged(kind.file, line, *bad);
        // Every row is of the one organisation: nobody slips another house in.
        if (json->find("org_id").string() != organisation.text())
            return damaged(kind.file, line, "org_id");
        try {
            insert_row(transaction, kind.insert, values);
        } catch (const store::Violation& violation) {
            // The file broke a promise of the tables (a row twice, or one that points nowhere).
            // The caller rolls back; without this nobody could say which line it was.
            return damaged(kind.file, line, violation.constraint());
        } catch (const store::BadText& bad) {
            return damaged(kind.file, line, bad.what());
        }
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
        std::string language;
    };
    std::vector<Text> texts;
    for (const auto& row : transaction.query(R"sql(
             SELECT v.org_id, v.voice_id, t.title, v.body, v.language FROM voice v
             JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id )sql"))
        texts.push_back({row.id(0), row.id(1), row.string(2), row.string(3), row.string(4)});
    for (const auto& text : texts)
        hear::index_words(transaction, text.organisation, text.voice, text.title,
                          plain_text(text.body), text.language);
    write::index_documents(transaction);
}

} // namespace

std::vector<ArchivePart> export_organisation(store::Transaction& transaction, Id organisation)
{
    std::vector<ArchivePart> parts(1);
    JsonWriter manifest;
    manifest.begin_object().field("format", "moothall").field("version", export_version);
    manifest.field("organisation", organisation).key("rows").begin_object();
    for (const auto& kind : carried_tables()) {
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
    if (transaction.query("SELECT org_id FROM org LIMIT 1").next())
        return Refusal::conflict("This hall is not empty. An export goes into an empty one.");
    std::map<std::string, std::string_view, std::less<>> by_name;
    for (const auto& [name, text] : files)
        if (!by_name.emplace(name, text).second)
            return Refusal::malformed("This export holds {1} twice.").with(name);
    const auto manifest_text = by_name.find("manifest.json");
    if (manifest_text == by_name.end())
        return Refusal::malformed("This is no export: it has no manifest.json.");
    const auto manifest = Json::parse(manifest_text->second);
    const auto organisation =
        manifest ? Id::parse(manifest->find("organisation").string().value_or("")) : std::nullopt;
    if (!manifest || manifest->find("format").string() != "moothall" || !organisation)
        return Refusal::malformed("manifest.json, line 1, is not what an export holds.");
    const auto version = manifest->find("version").integer().value_or(0);
    if (version < 1 || version > export_version)
        return Refusal::conflict("This export is of a newer Moothall. Please update this one.");
    by_name.erase(manifest_text);

    std::int64_t all = 0;
    for (const auto& kind : carried_tables()) {
        const auto text = by_name.find(std::string(kind.file) + ".jsonl");
        const auto promised = manifest->find("rows").find(kind.file).integer().value_or(0);
        if (text == by_name.end() && promised == 0) continue; // an older export
        if (text == by_name.end())
            return Refusal::malformed("This export lacks {1}.")
                .with(std::string(kind.file) + ".jsonl");
        const auto rows = import_table(transaction, kind, *organisation, text->second);
        if (!rows) return rows.error();
        if (*rows != promised)
            return Refusal::malformed("This export lost rows of {1} on its way: {2} of {3} came.")
                .with(std::string(kind.file) + ".jsonl")
                .with(std::to_string(*rows))
                .with(std::to_string(promised));
        by_name.erase(text);
        all += *rows;
    }
    if (!by_name.empty())
        return Refusal::malformed("This export holds {1}, which this Moothall does not know. "
                                  "Please update it.")
            .with(by_name.begin()->first);
    if (people::list_organisations(transaction).empty())
        return Refusal::malformed("This export holds no organisation that a host leads to.");
    if (const auto audit = record::audit(transaction, *organisation, {}); !audit.fault.empty())
        return Refusal::malformed("The log in this export is not what it was: {1}")
            .with(audit.fault);
    index_all(transaction);
    transaction.notify("hosts");
    return all;
}

} // namespace moothall::hall
