#include "write/fact_kind.hpp"

#include "base/words.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"
#include "write/fact_store.hpp"

#include <algorithm>

namespace moothall::write {

namespace {

constexpr std::pair<FactSubject, std::string_view> subject_names[] = {
    {FactSubject::person, "person"},
    {FactSubject::circle, "circle"},
    {FactSubject::place, "place"}};

constexpr std::size_t name_characters_max = 80;
constexpr std::size_t unit_characters_max = 20;
constexpr std::size_t choices_max = 50;
constexpr std::int64_t position_max = 1000;
constexpr int kinds_max = 200; // they are listed as a whole, and shown on the page of each person

constexpr store::SqlLiteral kind_tables = R"sql(
    FROM fact_kind k JOIN circle c ON c.org_id = k.org_id AND c.circle_id = k.readers_id
    WHERE k.org_id = ?1 AND c.org_id = ?1 )sql";

std::vector<std::string> lines_of(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (end > 0) lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string as_lines(const std::vector<std::string>& choices)
{
    std::string text;
    for (const auto& choice : choices) text += choice + '\n';
    return text;
}

Result<void> check_words(FactKind& kind)
{
    kind.name = normalise_line(kind.name);
    if (kind.name.empty()) return Refusal::invalid("name", "Please give a name.");
    if (count_characters(kind.name) > name_characters_max)
        return Refusal::invalid("name", "A name has at most {1} characters.")
            .with(std::to_string(name_characters_max));
    kind.unit = is_number(kind.type) ? normalise_line(kind.unit) : std::string();
    if (count_characters(kind.unit) > unit_characters_max)
        return Refusal::invalid("unit", "A unit has at most {1} characters.")
            .with(std::to_string(unit_characters_max));
    std::vector<std::string> choices;
    if (kind.type == FactType::choice)
        for (const auto& written : kind.choices) {
            auto choice = clip(normalise_line(written), name_characters_max);
            if (!choice.empty() && std::ranges::find(choices, choice) == choices.end())
                choices.push_back(std::move(choice));
        }
    kind.choices = std::move(choices);
    if (kind.type == FactType::choice &&
        (kind.choices.size() < 2 || kind.choices.size() > choices_max))
        return Refusal::invalid("choices", "A choice is among 2 to 50.");
    if (kind.position < 0 || kind.position > position_max)
        return Refusal::invalid("position", "The place in the list is a number from 0 to 1,000.");
    return {};
}

/// Those who work here, or everybody. Another circle would let customers read what is said of
/// others.
Result<void> check_readers(store::Transaction& transaction, const Viewer& viewer,
                           const FactKind& kind)
{
    const auto readers = people::find_circle(transaction, kind.readers, viewer);
    if (!readers) return Refusal::invalid("readers", "There is no such circle that you can see.");
    if (readers->id != viewer.everyone && !people::is_company(readers->kind))
        return Refusal::invalid("readers", "Facts are seen by a circle of the company, or by "
                                           "everybody.");
    return {};
}

Result<void> check_name_is_free(store::Transaction& transaction, const Viewer& viewer,
                                const FactKind& kind)
{
    auto rows =
        transaction.query(R"sql(
        SELECT 1 FROM fact_kind
        WHERE org_id = ?1 AND about = ?2 AND name_fold = ?3 AND kind_id <> ?4 )sql",
                          viewer.organisation, to_text(kind.about), fold(kind.name), kind.id);
    if (rows.next()) return Refusal::invalid("name", "There is one of this name already.");
    return {};
}

} // namespace

std::string_view to_text(FactSubject subject)
{
    return word_of(subject_names, subject);
}

std::optional<FactSubject> fact_subject_of(std::string_view text)
{
    return value_of(subject_names, text);
}

FactKind read_fact_kind(const store::Row& row, int column)
{
    FactKind kind;
    kind.id = row.id(column++);
    kind.about = fact_subject_of(row.text(column++)).value_or(FactSubject::person);
    kind.name = row.string(column++);
    kind.type = fact_type_of(row.text(column++)).value_or(FactType::text);
    kind.unit = row.string(column++);
    kind.choices = lines_of(row.text(column++));
    kind.readers = row.id(column++);
    kind.readers_name = row.string(column++);
    kind.readers_open = row.truth(column++);
    kind.checked = row.truth(column++);
    kind.position = row.integer(column++);
    kind.retired = row.truth(column);
    return kind;
}

Result<FactKind> save_fact_kind(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, FactKind wanted)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_hall_steward())
        return Refusal::forbidden("Only stewards of the whole hall say which facts are kept.");
    const bool is_new = !wanted.id;
    Id readers_before = wanted.readers;
    if (!is_new) {
        const auto before = find_fact_kind(transaction, wanted.id, viewer);
        if (!before) return before.error();
        wanted.about = before->about;
        wanted.type = before->type;
        readers_before = before->readers;
    } else {
        wanted.id = ids.next(now);
        if (!wanted.readers) wanted.readers = find_serving_circle(transaction, viewer.organisation);
        readers_before = wanted.readers;
        auto rows = transaction.query("SELECT count(*) FROM fact_kind WHERE org_id = ?1",
                                      viewer.organisation);
        if (rows.next() && rows->integer(0) >= kinds_max)
            return Refusal::conflict("So many kinds of facts are kept that nobody finds one.");
    }
    if (const auto good = check_words(wanted); !good) return good.error();
    if (const auto good = check_readers(transaction, viewer, wanted); !good) return good.error();
    if (const auto good = check_name_is_free(transaction, viewer, wanted); !good)
        return good.error();
    transaction.execute(
        R"sql(
        INSERT INTO fact_kind (org_id, kind_id, about, name, name_fold, type, unit, choices, readers_id, checked,
            position, retired, made_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        ON CONFLICT (org_id, kind_id) DO UPDATE SET name = excluded.name, name_fold = excluded.name_fold,
            unit = excluded.unit, choices = excluded.choices, readers_id = excluded.readers_id,
            checked = excluded.checked, position = excluded.position, retired = excluded.retired )sql",
        viewer.organisation, wanted.id, to_text(wanted.about), wanted.name, fold(wanted.name),
        to_text(wanted.type), wanted.unit, as_lines(wanted.choices), wanted.readers, wanted.checked,
        wanted.position, wanted.retired, now);
    if (!is_new)
        transaction.execute(R"sql(
            UPDATE thing SET title = ?3, circle_id = ?4
            WHERE org_id = ?1 AND kind = 'fact' AND thing_id IN
                (SELECT f.fact_id FROM fact f WHERE f.org_id = ?1 AND f.kind_id = ?2) )sql",
                            viewer.organisation, wanted.id, wanted.name, wanted.readers);
    JsonWriter facts;
    facts.begin_object().field("kind", wanted.id);
    if (readers_before != wanted.readers)
        facts.field("from", readers_before).field("to", wanted.readers);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = is_new ? "write.fact_kind_made" : "write.fact_kind_changed",
                    .thing = viewer.everyone,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .audience = record::Audience::stewards,
                    .data = facts.end_object().take()});
    return find_fact_kind(transaction, wanted.id, viewer);
}

Result<std::vector<FactKind>> list_fact_kinds(store::Transaction& transaction, const Viewer& viewer,
                                              std::optional<FactSubject> about)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    std::vector<FactKind> kinds;
    for (const auto& row :
         transaction.query(store::Sql("SELECT ") + fact_kind_columns + kind_tables + R"sql(
             AND (?3 = '' OR k.about = ?3) ORDER BY k.about, k.position, k.name_fold LIMIT ?4 )sql",
                           viewer.organisation, viewer.person,
                           about ? to_text(*about) : std::string_view(), kinds_max))
        kinds.push_back(read_fact_kind(row, 0));
    return kinds;
}

Result<FactKind> find_fact_kind(store::Transaction& transaction, Id kind, const Viewer& viewer)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    auto rows = transaction.query(store::Sql("SELECT ") + fact_kind_columns + kind_tables +
                                      " AND k.kind_id = ?3",
                                  viewer.organisation, viewer.person, kind);
    if (!rows.next()) return Refusal::not_found();
    return read_fact_kind(rows.row(), 0);
}

Id find_serving_circle(store::Transaction& transaction, Id organisation)
{
    auto rows = transaction.query(R"sql(
        SELECT circle_id FROM circle WHERE org_id = ?1 AND kind = 'company'
        ORDER BY circle_id LIMIT 1 )sql",
                                  organisation);
    return rows.next() ? rows->id(0) : Id{};
}

} // namespace moothall::write
