#include "decide/api.hpp"
#include "decide/budget_api.hpp"
#include "decide/decide.hpp"

namespace moothall::decide {

namespace {

void write_named(JsonWriter& json, std::string_view name, const Named& named)
{
    json.key(name);
    if (!named.id) {
        json.value(nullptr);
        return;
    }
    json.begin_object().field("id", named.id).field("name", named.name).end_object();
}

void write_text_or_null(JsonWriter& json, std::string_view name, const std::string& text)
{
    if (text.empty())
        json.null_field(name);
    else
        json.field(name, text);
}

/// Shares as people write them in the API: 0.5. The exact one stands beside it.
double number_of(Share share)
{
    return static_cast<double>(share.part) / static_cast<double>(share.whole);
}

} // namespace

void write_json(JsonWriter& json, const Decision& decision)
{
    json.begin_object();
    write_fields(json, decision);
    json.end_object();
}

void write_fields(JsonWriter& json, const Decision& decision)
{
    json.field("id", decision.id).field("title", decision.title);
    json.field("state", to_text(decision.state)).field("belief", decision.belief);
    json.field("for", decision.beneficiary).field("measure", decision.measure);
    json.field("target", decision.target).field("review_on", decision.review_on);
    json.field("method", to_text(decision.rules.method));
    json.field("ties", to_text(decision.rules.ties)).field("places", decision.rules.places);
    json.field("score_most", decision.rules.score_most).key("options").begin_array();
    for (const auto& option : decision.rules.options) json.value(option);
    json.end_array();
    if (decision.rules.method == Method::equal_shares) write_terms_json(json, decision);
    json.key("electorates").begin_array();
    for (const auto& electorate : decision.electorates) {
        json.begin_object();
        json.field("circle", electorate.circle);
        write_text_or_null(json, "circle_name", electorate.circle_name);
        json.field("threshold", number_of(electorate.threshold));
        json.field("threshold_exact", to_text(electorate.threshold));
        json.field("quorum", number_of(electorate.quorum));
        json.field("quorum_exact", to_text(electorate.quorum));
        json.field("roll", electorate.roll).field("voters", electorate.voters);
        json.field("delegated", electorate.delegated).end_object();
    }
    json.end_array().field("voters", decision.voters);
    json.field("weights", decision.weights);
    json.field("circle", decision.circle).field("circle_name", decision.circle_name);
    write_named(json, "author", decision.author);
    json.field("created_at", decision.created).field("opened_at", decision.opened);
    if (decision.closes == Time{})
        json.null_field("closes_at");
    else
        json.field("closes_at", decision.closes);
    json.field("closed_at", decision.closed);
    write_text_or_null(json, "outcome", decision.outcome);
    write_text_or_null(json, "why", decision.why);
    json.key("result").raw(decision.result.empty() ? "null" : decision.result);
    write_text_or_null(json, "root", decision.root);
    write_text_or_null(json, "withdrawal", decision.withdrawal);
    write_text_or_null(json, "early_reason", decision.early_reason);
    json.key("review");
    if (decision.reviewed) {
        json.begin_object().field("result", decision.review_result);
        json.field("value", decision.review_value).field("words", decision.review_words);
        write_named(json, "by", decision.reviewed_by);
        json.field("at", decision.reviewed).end_object();
    } else {
        json.value(nullptr);
    }
    json.field("url", decision.path());
}

std::string to_json(const Decision& decision)
{
    JsonWriter json(2048);
    write_json(json, decision);
    return json.take();
}

} // namespace moothall::decide
