#include "decide/tally/choice.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace moothall::decide {

namespace {

constexpr std::array consent_answers{"consent", "stand-aside", "objection"};
constexpr std::array motion_answers{"yes", "no", "abstain"};

std::optional<Option> find_option(const Rules& rules, std::string_view label)
{
    // A project stands on the ballot with its number: a hundred thousand ballots with ten projects
    // each are not searched for in a list of a hundred.
    if (rules.method == Method::equal_shares) {
        std::size_t number = 0;
        const auto [end, error] =
            std::from_chars(label.data(), label.data() + label.size(), number);
        if (error != std::errc{} || end != label.data() + label.size() || number < 1 ||
            number > rules.options.size())
            return {};
        return number - 1;
    }
    const auto found = std::ranges::find(rules.options, label);
    if (found == rules.options.end()) return {};
    return static_cast<Option>(found - rules.options.begin());
}

/// "stand_aside", "object" and the like are meant well.
std::string answer_of(std::string_view text)
{
    std::string answer;
    for (const char letter : text)
        answer += letter == '_' || letter == ' '   ? '-'
                  : letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a')
                                                   : letter;
    if (answer == "object") return "objection";
    return answer;
}

Refusal no_such_option(std::string field)
{
    return Refusal::invalid(std::move(field), "Choose among the options of this decision.");
}

Result<Option> read_option(const Rules& rules, const Json& value, const char* field)
{
    const auto label = value.string();
    if (!label) return no_such_option(field);
    const auto option = find_option(rules, *label);
    if (!option) return no_such_option(field);
    return *option;
}

Result<Choice> read_single(const Rules& rules, const Json& value)
{
    Choice choice;
    if (!value) return Refusal::invalid("choice", "Please choose first.");
    if (value.kind() == Json::Kind::null) return choice;
    auto option = read_option(rules, value, "choice");
    if (!option && value.string() && answer_of(*value.string()) == "abstain") return choice;
    if (!option) return option.error();
    choice.single = *option;
    return choice;
}

Result<Choice> read_approved(const Rules& rules, const Json& value)
{
    if (value.kind() != Json::Kind::array)
        return Refusal::invalid("approve", "Say which options you approve of, as a list.");
    Choice choice;
    for (std::size_t at = 0; at < value.size(); ++at) {
        const auto option = read_option(rules, value.at(at), "approve");
        if (!option) return option.error();
        choice.approved.push_back(*option);
    }
    return choice;
}

Result<Choice> read_ranking(const Rules& rules, const Json& value)
{
    if (value.kind() != Json::Kind::array)
        return Refusal::invalid("ranking", "Say the options in your order, the best first.");
    Choice choice;
    for (std::size_t at = 0; at < value.size(); ++at) {
        const auto place = value.at(at);
        std::vector<Option> equals;
        if (place.kind() == Json::Kind::array) {
            for (std::size_t in = 0; in < place.size(); ++in) {
                const auto option = read_option(rules, place.at(in), "ranking");
                if (!option) return option.error();
                equals.push_back(*option);
            }
        } else {
            const auto option = read_option(rules, place, "ranking");
            if (!option) return option.error();
            equals.push_back(*option);
        }
        if (!equals.empty()) choice.ranking.push_back(std::move(equals));
    }
    return choice;
}

/// The most points that one option can get.
std::int64_t score_most(const Rules& rules)
{
    return rules.method == Method::equal_shares ? rules.budget.points : rules.score_most;
}

Result<Choice> read_scores(const Rules& rules, const Json& value)
{
    if (value.kind() != Json::Kind::object)
        return Refusal::invalid("scores", "Give the options points by their names.");
    Choice choice;
    for (const auto label : value.keys()) {
        const auto option = find_option(rules, label);
        if (!option) return no_such_option("scores");
        const auto points = value.find(label).integer();
        if (!points || *points < 0 || *points > score_most(rules))
            return Refusal::invalid("scores", "Points go from 0 to {1}.")
                .with(std::to_string(score_most(rules)));
        choice.scores.push_back({*option, static_cast<std::int32_t>(*points)});
    }
    return choice;
}

} // namespace

Method paper_of(const Rules& rules)
{
    if (rules.method != Method::equal_shares) return rules.method;
    switch (rules.budget.ballot) {
    case shares::BallotKind::approval:
        return Method::approval;
    case shares::BallotKind::points:
        return Method::score;
    case shares::BallotKind::ranking:
        break;
    }
    return Method::transferable_vote;
}

Result<Choice> read_choice(const Rules& rules, const Json& object)
{
    Result<Choice> choice = Choice{};
    switch (paper_of(rules)) {
    case Method::consent:
    case Method::yes_no: {
        const auto text = object.find("choice").string();
        if (!text) return Refusal::invalid("choice", "Please choose first.");
        choice = Choice::of_answer(answer_of(*text));
        break;
    }
    case Method::single_choice:
        choice = read_single(rules, object.find("choice"));
        break;
    case Method::approval:
        choice = read_approved(rules, object.find("approve"));
        break;
    case Method::score:
        choice = read_scores(rules, object.find("scores"));
        break;
    case Method::ranked_pairs:
    case Method::transferable_vote:
        choice = read_ranking(rules, object.find("ranking"));
        break;
    case Method::equal_shares:
        return Refusal::invalid("choice", "Please choose first.");
    }
    if (!choice) return choice;
    if (const auto good = check_choice(rules, *choice); !good) return good.error();
    return choice;
}

Result<void> check_choice(const Rules& rules, const Choice& choice)
{
    const auto options = rules.options.size();
    switch (paper_of(rules)) {
    case Method::consent:
        if (std::ranges::find(consent_answers, choice.answer) == consent_answers.end())
            return Refusal::invalid("choice", "The answer is consent, stand-aside or objection.");
        return {};
    case Method::yes_no:
        if (std::ranges::find(motion_answers, choice.answer) == motion_answers.end())
            return Refusal::invalid("choice", "The answer is yes, no or abstain.");
        return {};
    case Method::single_choice:
        if (choice.single && *choice.single >= options) return no_such_option("choice");
        return {};
    case Method::approval: {
        std::vector<bool> seen(options);
        for (const auto option : choice.approved) {
            if (option >= options) return no_such_option("approve");
            if (seen[option]) return Refusal::invalid("approve", "Each option once.");
            seen[option] = true;
        }
        return {};
    }
    case Method::score: {
        std::vector<bool> seen(options);
        std::int64_t given = 0;
        for (const auto& score : choice.scores) {
            if (score.option >= options) return no_such_option("scores");
            if (seen[score.option]) return Refusal::invalid("scores", "Each option once.");
            if (score.points < 0 || score.points > score_most(rules))
                return Refusal::invalid("scores", "Points go from 0 to {1}.")
                    .with(std::to_string(score_most(rules)));
            seen[score.option] = true;
            given += score.points;
        }
        if (rules.method == Method::equal_shares && given > rules.budget.points)
            return Refusal::invalid("scores", "You gave {1} points, and have {2}.")
                .with(std::to_string(given))
                .with(std::to_string(rules.budget.points));
        return {};
    }
    case Method::ranked_pairs:
    case Method::transferable_vote:
        if (!methods::is_valid(choice.ranking, options))
            return Refusal::invalid("ranking", "Each option once.");
        if (rules.method != Method::ranked_pairs)
            for (const auto& place : choice.ranking)
                if (place.size() > 1)
                    return Refusal::invalid("ranking",
                                            "Each place has one option here: no two may be equal.");
        return {};
    case Method::equal_shares:
        break;
    }
    return {};
}

void write_choice(JsonWriter& json, const Rules& rules, const Choice& choice)
{
    const auto label = [&](Option option) -> const std::string& { return rules.options[option]; };
    switch (paper_of(rules)) {
    case Method::consent:
    case Method::yes_no:
        json.field("choice", choice.answer);
        return;
    case Method::single_choice:
        if (choice.single)
            json.field("choice", label(*choice.single));
        else
            json.null_field("choice");
        return;
    case Method::approval:
        json.key("approve").begin_array();
        for (const auto option : choice.approved) json.value(label(option));
        json.end_array();
        return;
    case Method::score:
        json.key("scores").begin_object();
        for (const auto& score : choice.scores) json.field(label(score.option), score.points);
        json.end_object();
        return;
    case Method::ranked_pairs:
    case Method::transferable_vote:
        json.key("ranking").begin_array();
        for (const auto& place : choice.ranking) {
            if (place.size() == 1) {
                json.value(label(place.front()));
                continue;
            }
            json.begin_array();
            for (const auto option : place) json.value(label(option));
            json.end_array();
        }
        json.end_array();
        return;
    case Method::equal_shares:
        return;
    }
}

std::string write_ballot(const Rules& rules, std::string_view decision, std::size_t electorate,
                         const Choice& choice, std::string_view code)
{
    // What means the same is written the same: an order of one's own among equals would mark a
    // ballot, and a marked ballot can be sold.
    auto written = choice;
    std::ranges::sort(written.approved);
    for (auto& place : written.ranking) std::ranges::sort(place);
    std::erase_if(written.scores, [](const methods::Score& score) { return score.points == 0; });
    std::ranges::sort(written.scores, {}, &methods::Score::option);
    JsonWriter json;
    json.begin_object().field("decision", decision).field("electorate", electorate + 1);
    write_choice(json, rules, written);
    return json.field("code", code).end_object().take();
}

Result<Ballot> read_ballot(const Rules& rules, std::string_view decision, std::string_view text)
{
    const auto object = Json::parse(text);
    if (!object) return object.error();
    if (object->find("decision").string() != decision)
        return Refusal::invalid("ballots", "A ballot in the box is of another decision.");
    const auto electorate = object->find("electorate").integer();
    if (!electorate || *electorate < 1 ||
        static_cast<std::size_t>(*electorate) > rules.electorates.size())
        return Refusal::invalid("ballots", "A ballot in the box names no electorate of this vote.");
    const auto choice = read_choice(rules, *object);
    if (!choice) return choice.error();
    return Ballot{static_cast<std::size_t>(*electorate - 1), *choice};
}

} // namespace moothall::decide
