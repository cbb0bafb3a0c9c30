#include "write/fact_file.hpp"

#include "record/record.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"
#include "write/fact_store.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>

namespace moothall::write {

namespace {

constexpr std::size_t errors_told_max = 100;

// -- out ------------------------------------------------------------------------------------------

void write_amount(CsvWriter& csv, std::int64_t amount, std::string_view text)
{
    constexpr std::int64_t exact_in_a_double = std::int64_t{1} << 53;
    if (std::abs(amount) < exact_in_a_double)
        csv.number(static_cast<double>(amount) / static_cast<double>(millionths));
    else
        csv.field(text);
}

// -- in -------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 5> columns{"about", "kind", "value", "taken_on", "why"};
constexpr std::size_t columns_needed = 3; // the first ones

/// A row with all that it names found, and its value read.
struct Found {
    std::size_t line = 0;
    FactVersion version;
};
/// What rows say of one fact.
struct Target {
    AboutWhom about;
    FactKind kind;
    std::vector<Found> rows;
    std::set<std::string> days;
};

class Import {
public:
    Import(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer)
        : transaction_(transaction), ids_(ids), now_(now), viewer_(viewer)
    {
    }

    Result<void> find(const FactRow& row);
    Result<void> write(Target& target);
    std::map<std::pair<Id, Id>, Target> targets;
    FactImport outcome;

private:
    Result<AboutWhom> about_of(const FactRow& row);
    Result<FactKind> kind_of(const FactRow& row, FactSubject about);

    store::Transaction& transaction_;
    IdSource& ids_;
    const Time now_;
    const Viewer& viewer_;
    std::unordered_map<std::string, AboutWhom> abouts_;
    std::vector<FactKind> kinds_;
};

Refusal with_field(Refusal refusal, std::string field)
{
    if (refusal.field.empty()) refusal.field = std::move(field);
    return refusal;
}

Result<AboutWhom> Import::about_of(const FactRow& row)
{
    if (const auto known = abouts_.find(row.about); known != abouts_.end()) return known->second;
    const auto id = Id::parse(row.about);
    auto about = id ? find_about(transaction_, *id, viewer_) : Refusal::not_found();
    if (!about) return with_field(about.error(), "about");
    if (about->removed) return with_field(removed_place(), "about");
    abouts_.emplace(row.about, *about);
    return about;
}

Result<FactKind> Import::kind_of(const FactRow& row, FactSubject about)
{
    if (kinds_.empty()) {
        auto kinds = list_fact_kinds(transaction_, viewer_);
        if (!kinds) return kinds.error();
        kinds_ = *std::move(kinds);
    }
    const auto id = Id::parse(row.kind);
    const auto name = fold(normalise_line(row.kind));
    for (const auto& kind : kinds_)
        if (kind.about == about && ((id && kind.id == *id) || fold(kind.name) == name)) return kind;
    return Refusal::invalid("kind", "No such fact is kept of this.");
}

Result<void> Import::find(const FactRow& row)
{
    const auto about = about_of(row);
    if (!about) return about.error();
    const auto kind = kind_of(row, about->kind);
    if (!kind) return kind.error();
    if (!viewer_.is_steward_of(kind->readers))
        return Refusal::invalid("kind",
                                "Only a steward of those who see such facts brings them in.");
    if (kind->retired) return Refusal::invalid("kind", "This is no longer kept.");
    const auto value = read_fact_value(kind->type, kind->choices, row.value);
    if (!value) return value.error();
    if (value->text.empty()) return Refusal::invalid("value", "Please say what it is.");
    Found found;
    found.line = row.line;
    found.version.value = value->text;
    found.version.amount = value->amount;
    if (kind->type == FactType::reading) {
        const auto day = read_reading_day(row.taken_on, now_);
        if (!day) return day.error();
        found.version.taken_on = *day;
    } else if (!row.taken_on.empty()) {
        return Refusal::invalid("taken_on",
                                "A meter's reading has a day, and nothing else has one.");
    }
    auto why = read_why("why", row.why);
    if (!why) return why.error();
    found.version.why = *std::move(why);
    auto& target = targets[{about->id, kind->id}];
    target.about = *about;
    target.kind = *kind;
    if (!target.days.insert(text_of_day(found.version.taken_on)).second)
        return Refusal::invalid("value", "A line above says this already.");
    target.rows.push_back(std::move(found));
    return {};
}

Result<void> Import::write(Target& target)
{
    const auto organisation = viewer_.organisation;
    Fact fact;
    if (const auto known =
            find_fact_of_kind(transaction_, organisation, target.about.id, target.kind.id)) {
        auto found = find_fact(transaction_, *known, viewer_);
        if (!found) return found.error();
        fact = *std::move(found);
    } else {
        fact = begin_fact(viewer_, ids_.next(now_), target.about, target.kind);
        if (!save_new_fact(transaction_, viewer_, fact, now_)) return changed_meanwhile();
    }
    const bool is_meter = fact.kind.type == FactType::reading;
    const auto standing = list_standing(transaction_, organisation, fact.id);
    std::map<std::chrono::sys_days, std::int64_t> readings;
    if (is_meter) {
        for (const auto& [day, known] : standing)
            if (!known.value.empty())
                readings[std::chrono::sys_days(*parse_date(day))] = known.amount;
        for (const auto& row : target.rows)
            readings[std::chrono::sys_days(*row.version.taken_on)] = row.version.amount;
    }
    std::int64_t written = 0;
    std::int64_t further = 0;
    for (auto& row : target.rows) {
        auto& version = row.version;
        const auto before = standing.find(text_of_day(version.taken_on));
        const bool is_first = before == standing.end();
        if (!is_first && before->second.value == version.value) continue;
        version.fact = fact.id;
        version.version = fact.version + ++written;
        version.said_by.id = viewer_.person;
        version.said = now_;
        set_checking(version, fact, viewer_);
        if (is_meter) {
            const std::chrono::sys_days day{*version.taken_on};
            version.note = note_usage(find_neighbours(readings, day), {day, version.amount});
            if (version.note.kind != UsageNote::none) ++outcome.noted;
            if (is_first || before->second.value.empty()) ++further;
        }
        save_version(transaction_, organisation, version, is_first);
    }
    if (written == 0) return {};
    if (!take_versions(transaction_, organisation, fact.id, fact.version, written))
        return changed_meanwhile();
    count_readings(transaction_, organisation, fact.id, further);
    keep_fact(transaction_, organisation, fact.id, fact.kind.type, now_);
    FactVersion last;
    last.version = fact.version + written;
    append_fact_event(transaction_, viewer_, ids_, now_, "write.fact_changed", fact, last);
    ++outcome.facts;
    if (is_meter) outcome.readings += written;
    return {};
}

} // namespace

std::string write_fact_table(store::Transaction& transaction, const Viewer& viewer, Id kind)
{
    CsvWriter csv;
    for (const auto* const column : {"about", "name", "kind", "unit", "taken_on", "value",
                                     "checked", "said_by", "said_at", "why"})
        csv.field(column);
    csv.end_record();
    for (const auto& fact :
         list_fact_lines(transaction, viewer, kind, static_cast<int>(fact_rows_max))) {
        const auto& version = fact.shown;
        csv.field(fact.about.id.text()).field(fact.about.name).field(fact.kind.name);
        csv.field(fact.kind.unit).field(text_of_day(version.taken_on));
        if (is_number(fact.kind.type))
            write_amount(csv, version.amount, version.value);
        else
            csv.field(version.value);
        csv.field(to_text(version.checking)).field(version.said_by.name);
        csv.field(to_rfc3339(version.said)).field(version.why).end_record();
    }
    return csv.take();
}

Result<std::vector<FactRow>> read_fact_rows(std::string_view table)
{
    CsvReader reader(table, {.apostrophe = CsvApostrophe::taken_off});
    CsvRecord record;
    const auto header = reader.next(record);
    if (!header) return header.error();
    std::array<std::size_t, columns.size()> places{};
    places.fill(std::numeric_limits<std::size_t>::max());
    if (*header)
        for (std::size_t i = 0; i < record.fields.size(); ++i)
            for (std::size_t column = 0; column < columns.size(); ++column)
                if (fold(normalise_line(record.fields[i])) == columns[column]) places[column] = i;
    for (std::size_t column = 0; column < columns_needed; ++column)
        if (places[column] == std::numeric_limits<std::size_t>::max())
            return Refusal::invalid("text",
                                    "The first line names the columns; it has no column “{1}”.")
                .with(std::string(columns[column]));
    std::vector<FactRow> rows;
    while (true) {
        const auto more = reader.next(record);
        if (!more) return with_field(more.error(), "text");
        if (!*more) break;
        const auto cell = [&](std::size_t column) {
            return places[column] < record.fields.size() ? record.fields[places[column]]
                                                         : std::string();
        };
        if (rows.size() == fact_rows_max)
            return Refusal::invalid("text", "At most 10,000 lines at once.");
        rows.push_back({record.line, cell(0), cell(1), cell(2), cell(3), cell(4)});
    }
    if (rows.empty()) return Refusal::invalid("text", "There is no line in it.");
    return rows;
}

bool may_import_facts(const Viewer& viewer)
{
    return !list_checked_circles(viewer).empty();
}

Result<FactImport> import_facts(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, const std::vector<FactRow>& rows,
                                bool dry_run)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_import_facts(viewer))
        return Refusal::forbidden("Only a steward of those who see such facts brings them in.");
    Import import(transaction, ids, now, viewer);
    auto& outcome = import.outcome;
    outcome.rows = std::ssize(rows);
    outcome.dry_run = dry_run;
    for (const auto& row : rows)
        if (const auto found = import.find(row); !found) {
            outcome.errors.push_back({row.line, found.error()});
            if (outcome.errors.size() == errors_told_max) break;
        }
    if (!outcome.errors.empty() || dry_run) return outcome;
    for (auto& [key, target] : import.targets)
        if (const auto written = import.write(target); !written) return written.error();
    JsonWriter facts;
    facts.begin_object().field("facts", outcome.facts).field("readings", outcome.readings);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "write.facts_imported",
                    .thing = viewer.everyone,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .audience = record::Audience::stewards,
                    .data = facts.end_object().take()});
    return outcome;
}

} // namespace moothall::write
