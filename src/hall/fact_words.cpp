// How facts are shown: values in the reader's language, and what is said beside them.

#include "hall/facts.hpp"
#include "hall/templates.hpp"

#include <algorithm>

namespace moothall::hall {

using web::translatable;

namespace {

constexpr std::pair<write::FactType, const char*> type_labels[] = {
    {write::FactType::text, translatable("Text")},
    {write::FactType::number, translatable("Number")},
    {write::FactType::date, translatable("Day")},
    {write::FactType::address, translatable("Address")},
    {write::FactType::choice, translatable("Choice")},
    {write::FactType::reading, translatable("Meter readings")}};

constexpr std::pair<write::FactSubject, const char*> subject_labels[] = {
    {write::FactSubject::person, translatable("A person")},
    {write::FactSubject::circle, translatable("A circle")},
    {write::FactSubject::place, translatable("A place")}};

template <class Table, class Value>
const char* label_in(const Table& table, Value value)
{
    const auto* const found =
        std::ranges::find(table, value, [](const auto& one) { return one.first; });
    return found == std::end(table) ? "" : found->second;
}

std::string amount_in_words(const write::FactVersion& version, const web::Language& language)
{
    constexpr std::int64_t exact_in_a_double = std::int64_t{1} << 53;
    if (version.amount >= exact_in_a_double || version.amount <= -exact_in_a_double)
        return version.value;
    return language.decimal(static_cast<double>(version.amount) /
                                static_cast<double>(write::millionths),
                            write::digits_of_amount(version.amount));
}

} // namespace

const char* label_of(write::FactType type)
{
    return label_in(type_labels, type);
}

const char* label_of(write::FactSubject about)
{
    return label_in(subject_labels, about);
}

std::string value_in_words(const write::FactKind& kind, const write::FactVersion& version,
                           const web::Language& language)
{
    if (version.value.empty()) return {};
    switch (kind.type) {
    case write::FactType::number:
    case write::FactType::reading: {
        auto words = amount_in_words(version, language);
        if (!kind.unit.empty()) words += "\u00a0" + kind.unit;
        return words;
    }
    case write::FactType::date:
        if (const auto date = parse_date(version.value)) return language.day(*date);
        break;
    case write::FactType::address:
        return write::one_line(write::address_of(version.value));
    case write::FactType::text:
    case write::FactType::choice:
        break;
    }
    return version.value;
}

std::string note_in_words(const write::UsageNote& note, const web::Language& language)
{
    switch (note.kind) {
    case write::UsageNote::below:
        return std::string(
            language.t("Less than the reading before. Was the meter changed, or a digit missed?"));
    case write::UsageNote::above:
        return std::string(language.t("More than the reading after it."));
    case write::UsageNote::more:
        return language.t(
            "About {1} times as much a day as in the year before. Is there a leak, or "
            "a digit too many?",
            note.factor);
    case write::UsageNote::none:
        break;
    }
    return {};
}

web::Chip chip_of(const write::FactVersion& version, const web::Language& language)
{
    switch (version.checking) {
    case write::Checking::waits:
        return {std::string(version.by_customer ? language.t("said by the customer, unchecked")
                                                : language.t("unchecked")),
                web::Tone::warn};
    case write::Checking::confirmed:
        return {std::string(language.t("checked")), web::Tone::good};
    case write::Checking::denied:
        return {std::string(language.t("checked: not so")), web::Tone::bad};
    case write::Checking::none:
        break;
    }
    return {};
}

std::string readers_in_words(const write::FactKind& kind, const write::AboutWhom& about,
                             const web::Language& language)
{
    if (kind.readers_open) return std::string(language.t("Everybody in the hall sees this."));
    const std::string readers(kind.readers_name.empty() ? language.t("a circle of the company")
                                                        : language.t(kind.readers_name));
    return about.kind == write::FactSubject::person
               ? language.t("Seen by {1}, and by: {2}.", about.name, readers)
               : language.t("Seen by those whose it is, and by: {1}.", readers);
}

FactLine make_fact_line(write::Fact fact, const web::Language& language)
{
    auto value = value_in_words(fact.kind, fact.shown, language);
    auto note = note_in_words(fact.shown.note, language);
    auto chip = chip_of(fact.shown, language);
    return {std::move(fact), std::move(value), std::move(note), std::move(chip)};
}

FactsPart make_facts_part(web::Context& context, const write::AboutWhom& about)
{
    const auto& viewer = context.viewer;
    FactsPart part{.about = about};
    for (auto& fact : write::list_facts_about(context.transaction, about.id, viewer))
        part.lines.push_back(make_fact_line(std::move(fact), context.language));
    if (!viewer.signed_in() || about.id == viewer.everyone || about.removed) return part;
    if (const auto kinds = write::list_fact_kinds(context.transaction, viewer, about.kind))
        for (const auto& kind : *kinds) {
            const bool known = std::ranges::any_of(
                part.lines, [&](const FactLine& line) { return line.fact.kind.id == kind.id; });
            if (!known && !kind.retired && (about.hers || write::serves_in(viewer, kind.readers)))
                part.missing.push_back(kind);
        }
    if (about.kind == write::FactSubject::place) return part;
    part.places = write::list_places(context.transaction, about.id, viewer);
    part.removed_places =
        write::list_places(context.transaction, about.id, viewer, write::Places::removed);
    part.may_add_place = write::may_add_place(context.transaction, viewer, about);
    return part;
}

void write_facts_of_circle(web::Writer& out, web::Context& context, Id circle)
{
    const auto about = write::find_about(context.transaction, circle, context.viewer);
    if (!about || !context.viewer.signed_in()) return;
    html::facts_part(out, context.language, make_facts_part(context, *about));
}

Result<write::Fact> follow_as_server(web::Context& context, Result<write::Fact> fact)
{
    if (fact && !fact->about.hers)
        hear::follow_by_default(context.transaction, context.viewer.organisation, fact->id,
                                context.viewer.person);
    return fact;
}

std::string_view table_of_request(const web::Request& request)
{
    for (const auto& upload : request.uploads)
        if (upload.field == "file" && !upload.content.empty()) return upload.content;
    return request.form("text");
}

// -- a form ---------------------------------------------------------------------------------------

FactFields make_fact_fields(const web::FilledForm& form, const web::Language& language,
                            const write::FactKind& kind, const write::FactVersion& shown, Time now)
{
    FactFields fields;
    const bool is_meter = kind.type == write::FactType::reading;
    if (kind.type == write::FactType::choice) {
        std::vector<web::Choice> choices{{"", std::string(language.t("Not said"))}};
        for (const auto& choice : kind.choices) choices.push_back({choice, choice});
        // One that is no longer to be chosen still stands.
        if (!shown.value.empty() &&
            std::ranges::find(kind.choices, shown.value) == kind.choices.end())
            choices.push_back({shown.value, shown.value});
        fields.choice = form.choose("value", kind.name, std::move(choices), shown.value);
    } else if (kind.type == write::FactType::address) {
        const auto address = write::address_of(shown.value);
        struct Part {
            const char* name;
            const char* label;
            const std::string& value;
            const char* autocomplete;
            int characters_max;
        };
        for (const auto& part :
             {Part{"value", translatable("Street and number"), address.street, "street-address",
                   200},
              Part{"postcode", translatable("Postcode"), address.postcode, "postal-code", 20},
              Part{"town", translatable("Town"), address.town, "address-level2", 100},
              Part{"country", translatable("Country"), address.country, "country-name", 100}}) {
            auto field = form.text(part.name, language.t(part.label), part.value);
            field.autocomplete = part.autocomplete;
            field.characters_max = part.characters_max;
            fields.address.push_back(std::move(field));
        }
    } else {
        auto label = kind.name;
        if (!kind.unit.empty()) label += " (" + kind.unit + ")";
        fields.line = form.text("value", label, is_meter ? std::string_view() : shown.value);
        fields.line->characters_max = 500;
        fields.line->required = is_meter || shown.version == 0;
        if (kind.type == write::FactType::date) fields.line->type = "date";
    }
    if (is_meter) {
        fields.day = form.text("taken_on", language.t("Read on"),
                               to_text(Date(std::chrono::floor<std::chrono::days>(now))));
        fields.day->type = "date";
        fields.day->required = true;
    }
    fields.why = form.text("why", language.t("Why, or how you know"));
    fields.why.characters_max = 500;
    return fields;
}

Result<write::Saying> read_saying(const web::Request& request, const write::FactKind& kind,
                                  Time now)
{
    const auto form = [&](std::string_view name) { return std::string(request.form(name)); };
    write::Saying saying;
    saying.why = form("why");
    auto value =
        kind.type == write::FactType::address
            ? write::read_address({form("value"), form("postcode"), form("town"), form("country")})
            : write::read_fact_value(kind.type, kind.choices, request.form("value"));
    if (!value) return value.error();
    saying.value = *std::move(value);
    if (kind.type == write::FactType::reading) {
        const auto day = write::read_reading_day(request.form("taken_on"), now);
        if (!day) return day.error();
        saying.taken_on = *day;
    }
    return saying;
}

} // namespace moothall::hall
