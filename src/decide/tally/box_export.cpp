#include "decide/tally/box_export.hpp"

#include "decide/receipts/ballot_box.hpp"

#include <cmath>

namespace moothall::decide {

namespace {

Refusal unreadable(std::string sentence)
{
    return Refusal::invalid("export", std::move(sentence));
}

/// Writes a parsed value again, so that two texts of the same JSON compare equal.
void write_again(JsonWriter& json, const Json& value)
{
    switch (value.kind()) {
    case Json::Kind::absent:
    case Json::Kind::null:
        json.value(nullptr);
        return;
    case Json::Kind::boolean:
        json.value(*value.boolean());
        return;
    case Json::Kind::integer:
        json.value(*value.integer());
        return;
    case Json::Kind::number:
        json.value(*value.number());
        return;
    case Json::Kind::string:
        json.value(*value.string());
        return;
    case Json::Kind::array:
        json.begin_array();
        for (std::size_t at = 0; at < value.size(); ++at) write_again(json, value.at(at));
        json.end_array();
        return;
    case Json::Kind::object:
        json.begin_object();
        for (const auto key : value.keys()) {
            json.key(key);
            write_again(json, value.find(key));
        }
        json.end_object();
        return;
    }
}

/// An amount of money as it is written in JSON: at most hundredths.
std::optional<std::int64_t> read_money(const Json& value)
{
    const auto number = value.number();
    if (!number || !(*number >= 0) || *number * money_unit > static_cast<double>(money_max))
        return {};
    return std::llround(*number * money_unit);
}

void write_terms(JsonWriter& json, const Rules& rules)
{
    const auto& terms = rules.budget;
    json.key("budget").begin_object().field("ballot", to_text(terms.ballot));
    json.field("amount", money(terms.amount)).field("unit", terms.unit);
    json.field("points", terms.points).key("projects").begin_array();
    for (std::size_t at = 0; at < terms.names.size(); ++at)
        json.begin_object()
            .field("number", rules.options[at])
            .field("name", terms.names[at])
            .field("cost", money(terms.costs[at]))
            .end_object();
    json.end_array().end_object();
}

Result<void> read_terms(const Json& object, Rules& rules)
{
    auto& terms = rules.budget;
    const auto budget = object.find("budget");
    const auto ballot = ballot_kind_of(budget.find("ballot").string().value_or(""));
    const auto amount = read_money(budget.find("amount"));
    const auto points = budget.find("points").integer();
    const auto projects = budget.find("projects");
    if (!ballot || !amount || !points || *points < 0 || *points > points_max ||
        projects.size() != rules.options.size())
        return unreadable("The budget in the export is not whole.");
    terms.ballot = *ballot;
    terms.amount = *amount;
    terms.points = *points;
    terms.unit = budget.find("unit").string().value_or("");
    for (std::size_t at = 0; at < projects.size(); ++at) {
        const auto project = projects.at(at);
        const auto cost = read_money(project.find("cost"));
        if (!cost) return unreadable("A project in the export has no cost.");
        terms.costs.push_back(*cost);
        terms.names.emplace_back(project.find("name").string().value_or(""));
    }
    return {};
}

Result<Rules> read_rules(const Json& object)
{
    Rules rules;
    const auto method = method_of(object.find("method").string().value_or(""));
    if (!method) return unreadable("The export names no way of counting that is known here.");
    rules.method = *method;
    const auto ties = tie_rule_of(object.find("ties").string().value_or(""));
    if (!ties) return unreadable("The export does not say what wins when options are equal.");
    rules.ties = *ties;
    const auto places = object.find("places").integer();
    const auto most = object.find("score_most").integer();
    const auto options = object.find("options");
    const auto most_options =
        rules.method == Method::equal_shares ? projects_max : std::size_t{options_max};
    if (!places || *places < 1 || *places > static_cast<std::int64_t>(options_max) || !most ||
        *most < 1 || *most > 100 || options.size() > most_options)
        return unreadable("The rules in the export are not whole.");
    rules.places = static_cast<std::size_t>(*places);
    rules.score_most = static_cast<std::int32_t>(*most);
    for (std::size_t at = 0; at < options.size(); ++at) {
        const auto label = options.at(at).string();
        if (!label) return unreadable("An option in the export has no name.");
        rules.options.emplace_back(*label);
    }
    if (chooses(rules.method) && rules.options.empty())
        return unreadable("The rules in the export are not whole.");
    if (rules.method == Method::equal_shares)
        if (const auto read = read_terms(object, rules); !read) return read.error();
    return rules;
}

} // namespace

std::string to_json(const BoxExport& box)
{
    JsonWriter json(1024 + box.ballots.size() * 160);
    json.begin_object().field("decision", box.decision).field("title", box.title);
    json.field("method", to_text(box.rules.method)).field("ties", to_text(box.rules.ties));
    json.field("places", box.rules.places).field("score_most", box.rules.score_most);
    json.key("options").begin_array();
    for (const auto& option : box.rules.options) json.value(option);
    json.end_array();
    if (box.rules.method == Method::equal_shares) write_terms(json, box.rules);
    json.key("electorates").begin_array();
    for (std::size_t at = 0; at < box.rules.electorates.size(); ++at) {
        const auto& electorate = box.rules.electorates[at];
        json.begin_object().field("circle", box.circles[at]);
        json.field("members", electorate.members);
        json.field("threshold", to_text(electorate.threshold));
        json.field("quorum", to_text(electorate.quorum)).end_object();
    }
    json.end_array().field("root", box.root);
    json.key("result").raw(box.result.empty() ? "null" : box.result);
    json.key("ballots").begin_array();
    for (const auto& ballot : box.ballots) json.value(ballot);
    return json.end_array().end_object().take();
}

Result<BoxExport> parse_box(std::string_view text)
{
    const auto object = Json::parse(text);
    if (!object || object->kind() != Json::Kind::object)
        return unreadable("This is no export of a closed decision.");
    BoxExport box;
    box.decision = object->find("decision").string().value_or("");
    box.title = object->find("title").string().value_or("");
    auto rules = read_rules(*object);
    if (!rules) return rules.error();
    box.rules = *std::move(rules);
    const auto electorates = object->find("electorates");
    if (electorates.size() == 0 || electorates.size() > electorates_max)
        return unreadable("The export names nobody who votes.");
    for (std::size_t at = 0; at < electorates.size(); ++at) {
        const auto electorate = electorates.at(at);
        const auto members = electorate.find("members").integer();
        const auto threshold = parse_share(electorate.find("threshold").string().value_or(""));
        const auto quorum = parse_share(electorate.find("quorum").string().value_or(""));
        if (!members || *members < 0 || *members > 1'000'000'000 || !threshold || !quorum)
            return unreadable("An electorate in the export is not whole.");
        box.rules.electorates.push_back({*members, *threshold, *quorum});
        box.circles.emplace_back(electorate.find("circle").string().value_or(""));
    }
    const auto ballots = object->find("ballots");
    if (ballots.kind() != Json::Kind::array) return unreadable("The export holds no ballots.");
    for (std::size_t at = 0; at < ballots.size(); ++at) {
        const auto ballot = ballots.at(at).string();
        if (!ballot) return unreadable("A ballot in the export is no text.");
        box.ballots.emplace_back(*ballot);
    }
    box.root = object->find("root").string().value_or("");
    JsonWriter result;
    write_again(result, object->find("result"));
    box.result = result.take();
    return box;
}

std::uint64_t lot_of(std::string_view root)
{
    std::uint64_t lot = 0;
    if (const auto hash = receipts::parse_hex(root))
        for (std::size_t at = 0; at < 8; ++at) lot = lot << 8 | (*hash)[at];
    return lot;
}

Result<Count> count_box(const Rules& rules, std::string_view decision,
                        const std::vector<std::string>& texts, std::string_view root)
{
    std::vector<Ballot> ballots;
    ballots.reserve(texts.size());
    std::vector<std::int64_t> cast(rules.electorates.size());
    for (const auto& text : texts) {
        auto ballot = read_ballot(rules, decision, text);
        if (!ballot) return ballot.error();
        if (++cast[ballot->electorate] > rules.electorates[ballot->electorate].members)
            return unreadable("The box holds more ballots than there are people on the roll.");
        ballots.push_back(*std::move(ballot));
    }
    return count_ballots(rules, ballots, lot_of(root));
}

Result<Recount> recount(const BoxExport& box)
{
    Recount again;
    again.root = receipts::to_hex(receipts::BallotBox(box.ballots).root());
    again.same_root = again.root == box.root;
    auto rules = box.rules;
    const auto told = Json::parse(box.result);
    // Counted before it mattered whether somebody wanted what costs nothing.
    rules.budget.all_free_are_in =
        told && told->find("budget").find("free") && !told->find("budget").find("unwanted_free");
    auto count = count_box(rules, box.decision, box.ballots, again.root);
    if (!count) return count.error();
    again.count = *std::move(count);
    // What was closed before counts told of ties cannot say of them what this one does.
    if (again.count.budget && told && !told->find("budget").find("ties"))
        again.count.budget->ties.clear();
    again.result = to_json(rules, again.count);
    again.same_result = again.result == box.result;
    return again;
}

} // namespace moothall::decide
