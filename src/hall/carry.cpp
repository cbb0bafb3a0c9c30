// The way in; the way out is in carry_out.cpp, and which tables are carried, and how, in
// carry_tables.cpp.

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
#include <optional>
#include <set>
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

/// Writes one row.
Result<void> import_line(store::Transaction& transaction, const CarriedTable& kind,
                         const std::vector<std::string_view>& columns, Id organisation,
                         std::string_view text, std::size_t line)
{
    const auto json = Json::parse(text);
    if (!json) return damaged(kind.file, line, "it is no JSON");
    std::vector<store::Value> values;
    std::deque<std::string> rendered;
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
    return {};
}

Result<std::int64_t> import_table(store::Transaction& transaction, const CarriedTable& kind,
                                  Id organisation, const RowFiles& files, const std::string& name)
{
    const auto columns = columns_of(kind);
    std::int64_t rows = 0;
    const auto read = files.read(name, [&](std::string_view text) {
        ++rows;
        return import_line(transaction, kind, columns, organisation, text,
                           static_cast<std::size_t>(rows));
    });
    if (!read) return read.error();
    return rows;
}

/// The words for search are not carried: they follow from the texts.
void index_all(store::Transaction& transaction, Id organisation)
{
    for (Id last; (last = hear::index_voices_after(transaction, organisation, last));) {
    }
    write::index_documents(transaction);
}

} // namespace

Result<std::int64_t> import_organisation(store::Transaction& transaction, const RowFiles& files)
{
    if (transaction.query("SELECT org_id FROM org LIMIT 1").next())
        return Refusal::conflict("This hall is not empty. An export goes into an empty one.");
    std::set<std::string, std::less<>> names;
    for (const auto& name : files.names)
        if (!names.insert(name).second)
            return Refusal::malformed("This export holds {1} twice.").with(name);
    if (names.erase("manifest.json") == 0)
        return Refusal::malformed("This is no export: it has no manifest.json.");
    std::string manifest_text;
    const auto read = files.read("manifest.json", [&](std::string_view line) {
        manifest_text += line;
        return Result<void>();
    });
    if (!read) return read.error();
    const auto manifest = Json::parse(manifest_text);
    const auto organisation =
        manifest ? Id::parse(manifest->find("organisation").string().value_or("")) : std::nullopt;
    if (!manifest || manifest->find("format").string() != "moothall" || !organisation)
        return Refusal::malformed("manifest.json, line 1, is not what an export holds.");
    const auto version = manifest->find("version").integer().value_or(0);
    if (version < 1 || version > export_version)
        return Refusal::conflict("This export is of a newer Moothall. Please update this one.");

    std::int64_t all = 0;
    for (const auto& kind : carried_tables()) {
        const auto name = std::string(kind.file) + ".jsonl";
        const auto promised = manifest->find("rows").find(kind.file).integer().value_or(0);
        if (names.erase(name) == 0) {
            if (promised == 0) continue; // an older export
            return Refusal::malformed("This export lacks {1}.").with(name);
        }
        const auto rows = import_table(transaction, kind, *organisation, files, name);
        if (!rows) return rows.error();
        if (*rows != promised)
            return Refusal::malformed("This export lost rows of {1} on its way: {2} of {3} came.")
                .with(name)
                .with(std::to_string(*rows))
                .with(std::to_string(promised));
        all += *rows;
    }
    if (!names.empty())
        return Refusal::malformed("This export holds {1}, which this Moothall does not know. "
                                  "Please update it.")
            .with(*names.begin());
    if (people::list_organisations(transaction).empty())
        return Refusal::malformed("This export holds no organisation that a host leads to.");
    if (const auto audit = record::audit(transaction, *organisation, {}); !audit.fault.empty())
        return Refusal::malformed("The log in this export is not what it was: {1}")
            .with(audit.fault);
    index_all(transaction, *organisation);
    transaction.notify("hosts");
    return all;
}

} // namespace moothall::hall
