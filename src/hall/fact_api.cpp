#include "hall/facts.hpp"
#include "hall/import_answer.hpp"
#include "text/place.hpp"
#include "web/api.hpp"
#include "web/list_page.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

template <class Value>
std::string to_json(const Value& value)
{
    JsonWriter json(1024);
    write_json(json, value);
    return json.take();
}

/// A value as programs read it: text, but of an address an object, and null when it is not said.
void write_value(JsonWriter& json, write::FactType type, const write::FactVersion& version)
{
    if (version.value.empty()) {
        json.null_field("value");
    } else if (type == write::FactType::address) {
        const auto address = write::address_of(version.value);
        json.key("value").begin_object().field("street", address.street);
        json.field("postcode", address.postcode).field("town", address.town);
        json.field("country", address.country).end_object();
    } else {
        json.field("value", version.value);
    }
}

void write_version_fields(JsonWriter& json, write::FactType type, const write::FactVersion& version)
{
    json.field("version", version.version);
    write_value(json, type, version);
    json.field("taken_on", version.taken_on).field("stands", version.stands);
    json.field("why", version.why).field("note", version.note.text());
    people::write_someone(json, "said_by", version.said_by);
    json.field("by_customer", version.by_customer).field("undoes", version.undoes);
    json.field("said_at", version.said).field("checking", write::to_text(version.checking));
    json.field("reason", version.reason);
    const bool is_checked = version.checking == write::Checking::confirmed ||
                            version.checking == write::Checking::denied;
    if (is_checked) {
        people::write_someone(json, "checked_by", version.checked_by);
        json.field("checked_at", version.checked);
    } else {
        json.null_field("checked_by").null_field("checked_at");
    }
}

// -- kinds ----------------------------------------------------------------------------------------

Response get_fact_kinds(const Request& request, Context& context)
{
    std::optional<write::FactSubject> about;
    if (const auto asked = request.query("about"); !asked.empty()) {
        about = write::fact_subject_of(asked);
        if (!about)
            return context.refuse(
                Refusal::invalid("about", "A fact is about a person, a circle or a place."));
    }
    auto kinds = write::list_fact_kinds(context.transaction, context.viewer, about);
    if (!kinds) return context.refuse(kinds.error());
    return web::page_response(
        context, request, *std::move(kinds),
        [](JsonWriter& json, const write::FactKind& kind) { write_json(json, kind); });
}

/// What was sent of a kind, over what it was.
Result<write::FactKind> read_fact_kind(const Json& body, write::FactKind kind)
{
    struct Word {
        const char* field;
        std::optional<std::string> text;
    };
    Word words[] = {{"name", {}}, {"unit", {}}, {"about", {}}, {"type", {}}};
    for (auto& [field, text] : words) {
        auto read = web::read_text(body, field);
        if (!read) return read.error();
        text = *std::move(read);
    }
    const auto& [name, unit, about, type] = words;
    if (name.text) kind.name = *name.text;
    if (unit.text) kind.unit = *unit.text;
    if (!kind.id) {
        const auto subject = write::fact_subject_of(about.text.value_or(""));
        if (!subject)
            return Refusal::invalid("about", "A fact is about a person, a circle or a place.");
        const auto known = write::fact_type_of(type.text.value_or(""));
        if (!known)
            return Refusal::invalid("type", "A fact is a text, number, date, address, choice or "
                                            "reading.");
        kind.about = *subject;
        kind.type = *known;
    }
    const auto choices = web::read_texts(body, "choices", 100);
    if (!choices) return choices.error();
    if (*choices) kind.choices = **choices;
    const auto readers = web::read_id(body, "readers");
    if (!readers) return readers.error();
    if (*readers) kind.readers = **readers;
    const auto checked = web::read_truth(body, "checked");
    if (!checked) return checked.error();
    kind.checked = checked->value_or(kind.checked);
    const auto retired = web::read_truth(body, "retired");
    if (!retired) return retired.error();
    kind.retired = retired->value_or(kind.retired);
    const auto position = web::read_number(body, "position");
    if (!position) return position.error();
    kind.position = position->value_or(kind.position);
    return kind;
}

Result<write::FactKind> save_sent_kind(const Request& request, Context& context,
                                       const write::FactKind& before)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    auto wanted = read_fact_kind(*body, before);
    if (!wanted) return wanted.error();
    return write::save_fact_kind(context.transaction, context.ids, context.now, context.viewer,
                                 *std::move(wanted));
}

Response post_fact_kind(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto kind = save_sent_kind(request, context, {});
    if (!kind) return context.refuse(kind.error());
    return web::created(to_json(*kind), "/api/v1/fact-kinds/" + kind->id.text());
}

Response get_fact_kind(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto kind = write::find_fact_kind(context.transaction, *id, context.viewer);
    if (!kind) return context.refuse(kind.error());
    return Response::json(to_json(*kind));
}

Response patch_fact_kind(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto before = write::find_fact_kind(context.transaction, *id, context.viewer);
    if (!before) return context.refuse(before.error());
    const auto kind = save_sent_kind(request, context, *before);
    if (!kind) return context.refuse(kind.error());
    return Response::json(to_json(*kind));
}

// -- facts ----------------------------------------------------------------------------------------

Response answer_fact(Context& context, const Result<write::Fact>& fact)
{
    if (!fact) return context.refuse(fact.error());
    return Response::json(to_json(*fact));
}

Response get_facts_api(const Request& request, Context& context)
{
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto about = web::query_id(request, "about");
    if (!about) return context.refuse(about.error());
    const auto kind = web::query_id(request, "kind");
    if (!kind) return context.refuse(kind.error());
    const auto list = write::list_facts(context.transaction,
                                        {.about = *about,
                                         .kind = *kind,
                                         .mine = request.query("mine") == "true",
                                         .waiting = request.query("waiting") == "true",
                                         .limit = *limit,
                                         .after = std::string(request.query("after"))},
                                        context.viewer);
    if (!list) return context.refuse(list.error());
    return web::list_response(
        list->facts, list->next,
        [](JsonWriter& json, const write::Fact& fact) { write_json(json, fact); });
}

/// A value: text, a number as well, and of an address an object or its parts on a line each.
Result<write::FactValue> read_sent_value(const Json& body, const write::FactKind& kind)
{
    const auto sent = body.find("value");
    switch (sent.kind()) {
    case Json::Kind::string:
        return write::read_fact_value(kind.type, kind.choices, *sent.string());
    case Json::Kind::null:
        return write::FactValue{};
    case Json::Kind::integer:
    case Json::Kind::number: {
        if (!write::is_number(kind.type)) break;
        JsonWriter written;
        if (const auto whole = sent.integer())
            written.value(*whole);
        else
            written.value(sent.number().value_or(0));
        return write::read_fact_value(kind.type, kind.choices, written.take());
    }
    case Json::Kind::object: {
        if (kind.type != write::FactType::address) break;
        write::Address address;
        for (const auto& [field, part] :
             {std::pair<const char*, std::string*>{"street", &address.street},
              {"postcode", &address.postcode},
              {"town", &address.town},
              {"country", &address.country}}) {
            const auto text = web::read_text(sent, field);
            if (!text) return text.error();
            *part = text->value_or("");
        }
        return write::read_address(address);
    }
    case Json::Kind::absent:
    case Json::Kind::boolean:
    case Json::Kind::array:
        break;
    }
    return Refusal::invalid("value", "Please say what it is.");
}

Result<write::Saying> read_sent_saying(const Json& body, const write::FactKind& kind, Time now)
{
    write::Saying saying;
    auto value = read_sent_value(body, kind);
    if (!value) return value.error();
    saying.value = *std::move(value);
    const auto day = web::read_text(body, "taken_on");
    if (!day) return day.error();
    if (kind.type == write::FactType::reading) {
        const auto read = write::read_reading_day(day->value_or(""), now);
        if (!read) return read.error();
        saying.taken_on = *read;
    } else if (*day) {
        return Refusal::invalid("taken_on",
                                "A meter's reading has a day, and nothing else has one.");
    }
    const auto why = web::read_text(body, "why");
    if (!why) return why.error();
    saying.why = why->value_or("");
    const auto version = web::read_number(body, "version");
    if (!version) return version.error();
    saying.seen_version = *version;
    return saying;
}

Response post_fact_api(const Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto about = web::read_id(*body, "about");
    if (!about) return context.refuse(about.error());
    const auto kind_id = web::read_id(*body, "kind");
    if (!kind_id) return context.refuse(kind_id.error());
    const auto kind =
        write::find_fact_kind(context.transaction, kind_id->value_or(Id{}), context.viewer);
    if (!kind) {
        if (kind.error().reason == Reason::not_found)
            return context.refuse(Refusal::invalid("kind", "No such fact is kept of this."));
        return context.refuse(kind.error());
    }
    const auto saying = read_sent_saying(*body, *kind, context.now);
    if (!saying) return context.refuse(saying.error());
    const auto fact = follow_as_server(
        context, write::say_fact(context.transaction, context.ids, context.now, context.viewer,
                                 about->value_or(Id{}), kind->id, *saying));
    if (!fact) return context.refuse(fact.error());
    return web::created(to_json(*fact), "/api/v1/facts/" + fact->id.text());
}

Response get_fact_api(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_fact(context, write::find_fact(context.transaction, *id, context.viewer));
}

Response patch_fact(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto before = write::find_fact(context.transaction, *id, context.viewer);
    if (!before) return context.refuse(before.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto saying = read_sent_saying(*body, before->kind, context.now);
    if (!saying) return context.refuse(saying.error());
    return answer_fact(
        context,
        follow_as_server(context, write::change_fact(context.transaction, context.ids, context.now,
                                                     context.viewer, *id, *saying)));
}

/// The version that the body of a request names.
Result<std::int64_t> read_version(const Json& body)
{
    const auto version = web::read_number(body, "version");
    if (!version) return version.error();
    if (!*version) return Refusal::invalid("version", "There is no such version.");
    return **version;
}

Response post_undo(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    // Before anything is said of the body: unseen is answered like absent.
    if (const auto fact = write::find_fact(context.transaction, *id, context.viewer); !fact)
        return context.refuse(fact.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto version = read_version(*body);
    if (!version) return context.refuse(version.error());
    return answer_fact(
        context,
        follow_as_server(context, write::undo_fact(context.transaction, context.ids, context.now,
                                                   context.viewer, *id, *version)));
}

Response post_check_api(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    // Before anything is said of the body: unseen is answered like absent.
    if (const auto fact = write::find_fact(context.transaction, *id, context.viewer); !fact)
        return context.refuse(fact.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto version = read_version(*body);
    if (!version) return context.refuse(version.error());
    const auto so = web::read_truth(*body, "so");
    if (!so) return context.refuse(so.error());
    if (!*so) return context.refuse(Refusal::invalid("so", "Say whether it is so."));
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    return answer_fact(
        context,
        follow_as_server(context,
                         write::check_fact(context.transaction, context.ids, context.now,
                                           context.viewer, *id, *version,
                                           **so ? write::Verdict::is_so : write::Verdict::is_not_so,
                                           reason->value_or(""))));
}

using ListVersions = Result<write::FactVersions> (*)(store::Transaction&, const Viewer&, Id,
                                                     std::string_view, int);

Response list_of_versions(const Request& request, Context& context, ListVersions list_some)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto fact = write::find_fact(context.transaction, *id, context.viewer);
    if (!fact) return context.refuse(fact.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto list =
        list_some(context.transaction, context.viewer, *id, request.query("after"), *limit);
    if (!list) return context.refuse(list.error());
    return web::list_response(list->versions, list->next,
                              [&](JsonWriter& json, const write::FactVersion& version) {
                                  json.begin_object();
                                  write_version_fields(json, fact->kind.type, version);
                                  json.end_object();
                              });
}

Response get_fact_versions(const Request& request, Context& context)
{
    return list_of_versions(request, context, write::list_fact_versions);
}

Response get_fact_readings(const Request& request, Context& context)
{
    return list_of_versions(request, context, write::list_readings);
}

// -- tables ---------------------------------------------------------------------------------------

struct SentTable {
    std::vector<write::FactRow> rows;
    bool dry_run = false;
};

Result<web::Prepared> prepare_table(const Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    const auto text = web::read_text(*body, "text");
    if (!text) return text.error();
    const auto dry_run = web::read_truth(*body, "dry_run");
    if (!dry_run) return dry_run.error();
    auto rows = write::read_fact_rows(text->value_or(""));
    if (!rows) return rows.error();
    return web::Prepared::of(SentTable{*std::move(rows), dry_run->value_or(false)});
}

Response post_table(const Request&, Context& context)
{
    const auto& table = std::any_cast<const SentTable&>(context.prepared);
    const auto outcome = write::import_facts(context.transaction, context.ids, context.now,
                                             context.viewer, table.rows, table.dry_run);
    if (!outcome) return context.refuse(outcome.error());
    ImportAnswer answer(context, !outcome->errors.empty(), outcome->dry_run);
    auto& json = answer.json();
    json.field("rows", outcome->rows).field("facts", outcome->facts);
    json.field("readings", outcome->readings).field("noted", outcome->noted);
    json.field("dry_run", outcome->dry_run).key("errors").begin_array();
    for (const auto& error : outcome->errors)
        answer.error(error.refusal, [&](JsonWriter& place) {
            place.field("line", static_cast<std::int64_t>(error.line));
        });
    return answer.take();
}

// -- places ---------------------------------------------------------------------------------------

void write_place(JsonWriter& json, const write::Place& place)
{
    json.begin_object().field("id", place.id).field("name", place.name);
    json.field("keeper", place.keeper).field("made_at", place.made);
    json.field("removed_at", place.removed).field("removed_why", place.removed_why);
    people::write_someone(json, "removed_by", place.removed_by);
    json.end_object();
}

Response get_places(const Request& request, Context& context)
{
    const auto keeper = web::query_id(request, "keeper");
    if (!keeper) return context.refuse(keeper.error());
    auto places = write::list_places(
        context.transaction, *keeper ? *keeper : context.viewer.person, context.viewer,
        request.query("removed") == "true" ? write::Places::removed : write::Places::standing);
    return web::page_response(
        context, request, std::move(places),
        [](JsonWriter& json, const write::Place& place) { write_place(json, place); });
}

Response answer_place(Context& context, const Result<write::Place>& place)
{
    if (!place) return context.refuse(place.error());
    JsonWriter json;
    write_place(json, *place);
    return Response::json(json.take());
}

Response post_place_api(const Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto name = web::read_text(*body, "name");
    if (!name) return context.refuse(name.error());
    const auto keeper = web::read_id(*body, "keeper");
    if (!keeper) return context.refuse(keeper.error());
    const auto place =
        write::make_place(context.transaction, context.ids, context.now, context.viewer,
                          keeper->value_or(context.viewer.person), name->value_or(""));
    if (!place) return context.refuse(place.error());
    JsonWriter json;
    write_place(json, *place);
    return web::created(json.take(), "/api/v1/places/" + place->id.text());
}

Response get_place_api(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_place(context, write::find_place(context.transaction, *id, context.viewer));
}

Response patch_place(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto name = web::read_text(*body, "name");
    if (!name) return context.refuse(name.error());
    return answer_place(context, write::rename_place(context.transaction, context.ids, context.now,
                                                     context.viewer, *id, name->value_or("")));
}

Response post_place_removal_api(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto why = web::read_text(*body, "why");
    if (!why) return context.refuse(why.error());
    return answer_place(context, write::remove_place(context.transaction, context.ids, context.now,
                                                     context.viewer, *id, why->value_or("")));
}

Response delete_place_removal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_place(context, write::restore_place(context.transaction, context.ids, context.now,
                                                      context.viewer, *id));
}

} // namespace

void write_json(JsonWriter& json, const write::FactKind& kind)
{
    json.begin_object().field("id", kind.id).field("about", write::to_text(kind.about));
    json.field("name", kind.name).field("type", write::to_text(kind.type));
    json.field("unit", kind.unit).key("choices").begin_array();
    for (const auto& choice : kind.choices) json.value(choice);
    json.end_array().field("readers", kind.readers).field("readers_name", kind.readers_name);
    json.field("checked", kind.checked).field("position", kind.position);
    json.field("retired", kind.retired).end_object();
}

void write_json(JsonWriter& json, const write::Fact& fact)
{
    json.begin_object().field("id", fact.id).field("kind", fact.kind.id);
    json.field("name", fact.kind.name).field("type", write::to_text(fact.kind.type));
    json.field("unit", fact.kind.unit).key("about").begin_object();
    json.field("id", fact.about.id).field("kind", write::to_text(fact.about.kind));
    json.field("name", fact.about.name).end_object();
    write_version_fields(json, fact.kind.type, fact.shown);
    json.field("last_version", fact.version).field("readings", fact.readings);
    json.field("waits_since", fact.waits_since).field("changed_at", fact.changed);
    json.field("may_change", fact.may_change).field("may_check", fact.may_check);
    json.field("url", fact.path()).end_object();
}

void mount_fact_api(web::Router& router)
{
    constexpr std::size_t table_bytes_max = 4 * 1024 * 1024;
    router.get("/api/v1/fact-kinds", get_fact_kinds);
    router.post("/api/v1/fact-kinds", post_fact_kind);
    router.get("/api/v1/fact-kinds/:id", get_fact_kind);
    router.patch("/api/v1/fact-kinds/:id", patch_fact_kind);
    router.get("/api/v1/facts", get_facts_api);
    router.post("/api/v1/facts", post_fact_api);
    auto& import = router.post("/api/v1/facts/import", post_table);
    import.prepare = prepare_table;
    import.body_bytes_max = table_bytes_max;
    import.act = web::Act::upload;
    router.get("/api/v1/facts/:id", get_fact_api);
    router.patch("/api/v1/facts/:id", patch_fact);
    router.get("/api/v1/facts/:id/versions", get_fact_versions);
    router.get("/api/v1/facts/:id/readings", get_fact_readings);
    router.post("/api/v1/facts/:id/undo", post_undo);
    router.post("/api/v1/facts/:id/check", post_check_api);
    router.get("/api/v1/places", get_places);
    router.post("/api/v1/places", post_place_api);
    router.get("/api/v1/places/:id", get_place_api);
    router.patch("/api/v1/places/:id", patch_place);
    router.post("/api/v1/places/:id/removal", post_place_removal_api);
    router.del("/api/v1/places/:id/removal", delete_place_removal);
}

} // namespace moothall::hall
