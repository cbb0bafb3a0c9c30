#include "decide/tally/count.hpp"

#include "base/invariant.hpp"
#include "base/words.hpp"

#include <algorithm>

/// How a vote of several electorates comes out: the counterweight.
///
/// Each electorate is counted for itself, with its own quorum and threshold, by the same method.
/// The decision passes when every electorate passes and, where options were to choose from, all of
/// them chose the same. A thousand customers do not outvote twenty employees, nor the other way
/// round: each side can only stop what the other wants. (In constitutional words a concurrent
/// majority; J. C. Calhoun's argument for it is older than the company, and the European Union's
/// double majority, Treaty on European Union article 16(4), is its best known rule today.)
///
/// What is held against the threshold:
/// - yes-no: yes, of those who said yes or no. Exactly one half as the threshold means more than
///   half; any other is reached when it is met.
/// - single choice and approval: ballots for the winner, of those that are not blank.
/// - score: the winner's points, of all that those ballots could have given it.
/// - ranked pairs: for the rival that did best against the winner, those who prefer the winner, of
///   those who prefer one of the two. So 1/2 means that no majority prefers anything else.
/// - transferable vote: ballots that name at least one of the elected, of those that are not blank.
/// A threshold of 0 asks for nothing but a winner; consent knows none, there an objection stops.
///
/// A budget is shared by all who vote, each with an equal share: there each electorate only has its
/// quorum, and budget_count.cpp says what is bought.
///
/// Cost: the method's, once for each electorate.
namespace moothall::decide {

namespace {

constexpr std::pair<Why, std::string_view> why_names[] = {
    {Why::passed, "passed"},       {Why::no_ballots, "no-ballots"},
    {Why::quorum, "quorum"},       {Why::threshold, "threshold"},
    {Why::objection, "objection"}, {Why::disagreement, "disagreement"},
};

bool is_half(Share share)
{
    return share.part * 2 == share.whole;
}

bool reaches(std::int64_t part, std::int64_t whole, Share threshold)
{
    const auto order = methods::compare(part, whole, threshold);
    return is_half(threshold) ? order > 0 : order >= 0;
}

void count_quorum(ElectorateCount& count, Share quorum)
{
    // The smallest number of ballots whose share of the members is the quorum.
    const auto needed = (quorum.part * count.members + quorum.whole - 1) / quorum.whole;
    count.missing_for_quorum = std::max<std::int64_t>(0, needed - count.ballots);
    count.quorum_reached = count.missing_for_quorum == 0;
}

void count_consent(ElectorateCount& count, std::span<const Choice* const> choices,
                   const ElectorateRules& rules)
{
    std::vector<methods::ConsentAnswer> answers;
    answers.reserve(choices.size());
    for (const auto* choice : choices)
        answers.push_back(choice->answer == "consent"     ? methods::ConsentAnswer::consent
                          : choice->answer == "objection" ? methods::ConsentAnswer::objection
                                                          : methods::ConsentAnswer::stand_aside);
    const auto result = methods::count_consent(answers, {rules.members, rules.quorum});
    count.answers = {result.consents, result.stand_asides, result.objections};
    count.quorum_reached = result.quorum_reached;
    count.missing_for_quorum = result.missing_for_quorum;
    count.backing = result.consents;
    count.backing_of = count.ballots;
    count.threshold_reached = result.objections == 0 && result.consents > 0;
    count.why = choices.empty()          ? Why::no_ballots
                : result.objections > 0  ? Why::objection
                : !result.quorum_reached ? Why::quorum
                : result.consents == 0   ? Why::threshold // nobody wants it, even if nobody minds
                                         : Why::passed;
}

void count_motion(ElectorateCount& count, std::span<const Choice* const> choices,
                  const ElectorateRules& rules)
{
    methods::Electorate electorate;
    electorate.rules = {rules.members, rules.threshold,
                        is_half(rules.threshold) ? methods::Bar::more_than : methods::Bar::at_least,
                        rules.quorum};
    for (const auto* choice : choices)
        electorate.answers.push_back(choice->answer == "yes"  ? methods::Answer::yes
                                     : choice->answer == "no" ? methods::Answer::no
                                                              : methods::Answer::abstain);
    const auto result = methods::count_motion({&electorate, 1}).electorates.front();
    count.answers = {result.yes, result.no, result.abstain};
    count.blank = result.abstain;
    count.quorum_reached = result.quorum_reached;
    count.missing_for_quorum = result.missing_for_quorum;
    count.backing = result.yes;
    count.backing_of = result.yes + result.no;
    count.threshold_reached = count.backing_of > 0 && result.threshold_reached;
    count.why = count.backing_of == 0      ? Why::no_ballots
                : !result.quorum_reached   ? Why::quorum
                : !count.threshold_reached ? Why::threshold
                                           : Why::passed;
}

void take_totals(ElectorateCount& count, methods::TotalsResult result)
{
    count.blank = result.blank;
    count.totals = std::move(result.totals);
    count.ranking = std::move(result.ranking);
    count.winners = std::move(result.winners);
    count.tie_broken = !result.tied_for_last_place.empty();
    count.backing_of = result.ballots - result.blank;
}

/// With several winners it is the weakest of them that has to reach the threshold.
std::int64_t weakest(const ElectorateCount& count)
{
    std::int64_t least = count.totals[count.winners.front()];
    for (const auto winner : count.winners) least = std::min(least, count.totals[winner]);
    return least;
}

void count_totals(ElectorateCount& count, std::span<const Choice* const> choices,
                  const Rules& rules, const methods::TieOrder& ties)
{
    if (rules.method == Method::single_choice) {
        // An empty ballot names no option; the engine is told of as many options as there are.
        std::vector<std::optional<Option>> ballots;
        for (const auto* choice : choices) ballots.push_back(choice->single);
        take_totals(count, methods::count_single_choice(ballots, ties, rules.places));
    } else if (rules.method == Method::approval) {
        std::vector<std::vector<Option>> ballots;
        for (const auto* choice : choices) ballots.push_back(choice->approved);
        take_totals(count, methods::count_approval(ballots, ties, rules.places));
    } else {
        std::vector<std::vector<methods::Score>> ballots;
        for (const auto* choice : choices) ballots.push_back(choice->scores);
        take_totals(count, methods::count_score(ballots, rules.score_most, ties, rules.places));
        count.backing_of *= rules.score_most;
    }
    if (!count.winners.empty()) count.backing = weakest(count);
}

std::vector<methods::RankingBallots> rankings_of(std::span<const Choice* const> choices)
{
    std::vector<methods::RankingBallots> ballots;
    ballots.reserve(choices.size());
    for (const auto* choice : choices) ballots.push_back({choice->ranking, 1});
    return ballots;
}

void count_first_places(ElectorateCount& count, std::span<const Choice* const> choices,
                        std::size_t options)
{
    count.totals.assign(options, 0);
    for (const auto* choice : choices) {
        if (choice->ranking.empty()) {
            ++count.blank;
            continue;
        }
        for (const auto option : choice->ranking.front()) ++count.totals[option];
    }
}

void count_ranked(ElectorateCount& count, std::span<const Choice* const> choices,
                  const Rules& rules, const methods::TieOrder& ties)
{
    const auto options = rules.options.size();
    count_first_places(count, choices, options);
    auto result = methods::count_ranked_pairs(rankings_of(choices), ties);
    count.ranking = result.ranking;
    if (count.blank < count.ballots) {
        const auto winner = result.ranking.front();
        count.winners = {winner};
        // Against the rival that did best: the smallest share of those who prefer one of the two.
        bool first = true;
        for (Option rival = 0; rival < options; ++rival) {
            if (rival == winner) continue;
            const auto with = result.table.preferring(winner, rival);
            const auto both = with + result.table.preferring(rival, winner);
            if (both == 0) continue; // everybody puts the two equal: nothing speaks against it
            if (first || with * count.backing_of < count.backing * both) {
                count.backing = with;
                count.backing_of = both;
                first = false;
            }
        }
        count.tie_broken = std::ranges::any_of(result.pairs, [&](const auto& pair) {
            const bool of_winner = pair.winner == winner || pair.loser == winner;
            return (pair.is_even() && of_winner) || (pair.tied && !pair.locked);
        });
    }
    count.pairs = std::move(result);
}

void count_transferable(ElectorateCount& count, std::span<const Choice* const> choices,
                        const Rules& rules, const methods::TieOrder& ties)
{
    count_first_places(count, choices, rules.options.size());
    auto result = methods::count_transferable_vote(rankings_of(choices), ties, rules.places);
    count.winners = result.elected;
    count.ranking = result.elected;
    count.backing_of = count.ballots - count.blank;
    for (const auto* choice : choices)
        count.backing += std::ranges::any_of(choice->ranking, [&](const auto& place) {
            return std::ranges::find(result.elected, place.front()) != result.elected.end();
        });
    count.tie_broken = std::ranges::any_of(result.stages, [](const auto& stage) {
        return stage.tie_break == methods::TieBreak::tie_order;
    });
    count.transfers = std::move(result);
}

/// How many of an electorate name each project. Blank ballots have no share.
void count_projects(ElectorateCount& count, std::span<const Choice* const> choices,
                    const Rules& rules)
{
    count.totals.assign(rules.options.size(), 0);
    for (const auto* choice : choices) {
        const auto named = list_named(rules, *choice);
        if (named.empty()) ++count.blank;
        for (const auto option : named) ++count.totals[option];
    }
    count.backing = count.ballots - count.blank;
    count.backing_of = count.ballots;
}

ElectorateCount count_electorate(const Rules& rules, const ElectorateRules& electorate,
                                 std::span<const Choice* const> choices,
                                 const methods::TieOrder& ties)
{
    ElectorateCount count;
    count.members = electorate.members;
    count.ballots = std::ssize(choices);
    if (rules.method == Method::consent) {
        count_consent(count, choices, electorate);
        return count;
    }
    if (rules.method == Method::yes_no) {
        count_motion(count, choices, electorate);
        return count;
    }
    if (rules.method == Method::equal_shares) {
        count_projects(count, choices, rules);
        count_quorum(count, electorate.quorum);
        // An electorate of which nobody votes stops nothing unless it has a quorum: the money is
        // shared by those who do.
        count.threshold_reached = true;
        count.why = count.quorum_reached ? Why::passed : Why::quorum;
        return count;
    }
    if (rules.method == Method::ranked_pairs)
        count_ranked(count, choices, rules, ties);
    else if (rules.method == Method::transferable_vote)
        count_transferable(count, choices, rules, ties);
    else
        count_totals(count, choices, rules, ties);
    count_quorum(count, electorate.quorum);
    const bool empty = count.winners.empty() || count.blank == count.ballots;
    if (empty) {
        count.winners.clear();
        count.backing = 0;
        count.tie_broken = false;
    }
    // One option that nobody could be compared to has all the backing there is.
    count.threshold_reached =
        !empty &&
        (count.backing_of == 0 ? electorate.threshold.part == 0 || rules.options.size() == 1
                               : reaches(count.backing, count.backing_of, electorate.threshold));
    count.why = empty                      ? Why::no_ballots
                : !count.quorum_reached    ? Why::quorum
                : !count.threshold_reached ? Why::threshold
                                           : Why::passed;
    return count;
}

void write_options(JsonWriter& json, const char* name, const Rules& rules,
                   const std::vector<Option>& options)
{
    json.key(name).begin_array();
    for (const auto option : options) json.value(rules.options[option]);
    json.end_array();
}

void write_pairs(JsonWriter& json, const Rules& rules, const methods::RankedPairsResult& result)
{
    const auto options = rules.options.size();
    json.key("preferring").begin_array();
    for (Option row = 0; row < options; ++row) {
        json.begin_array();
        for (Option column = 0; column < options; ++column)
            json.value(row == column ? std::int64_t{0} : result.table.preferring(row, column));
        json.end_array();
    }
    json.end_array().key("pairs").begin_array();
    for (const auto& pair : result.pairs) {
        json.begin_object().field("winner", rules.options[pair.winner]);
        json.field("loser", rules.options[pair.loser]).field("for", pair.voters_for);
        json.field("against", pair.voters_against).field("tied", pair.tied);
        json.field("locked", pair.locked).end_object();
    }
    json.end_array();
}

std::string_view name_of(methods::StageKind kind)
{
    switch (kind) {
    case methods::StageKind::first_preferences:
        return "first-preferences";
    case methods::StageKind::surplus:
        return "surplus";
    case methods::StageKind::exclusion:
        return "exclusion";
    case methods::StageKind::last_places:
        return "last-places";
    }
    return "";
}

/// Units are hundred-thousandths of a vote and stay whole numbers.
void write_stages(JsonWriter& json, const Rules& rules,
                  const methods::TransferableVoteResult& result)
{
    json.field("quota", result.quota).key("rounds").begin_array();
    for (const auto& stage : result.stages) {
        json.begin_object().field("kind", name_of(stage.kind));
        if (stage.of)
            json.field("of", rules.options[*stage.of]);
        else
            json.null_field("of");
        json.key("units").begin_array();
        for (const auto units : stage.totals) json.value(units);
        json.end_array().field("lost_units", stage.not_transferable);
        json.field("tie_rule", stage.tie_break == methods::TieBreak::tie_order);
        write_options(json, "elected", rules, stage.elected);
        json.end_object();
    }
    json.end_array();
}

void write_electorate(JsonWriter& json, const Rules& rules, const ElectorateCount& count)
{
    json.begin_object().field("members", count.members).field("ballots", count.ballots);
    json.field("blank", count.blank).field("quorum_reached", count.quorum_reached);
    json.field("missing_for_quorum", count.missing_for_quorum);
    json.field("backing", count.backing).field("backing_of", count.backing_of);
    json.field("threshold_reached", count.threshold_reached);
    if (rules.method == Method::consent) {
        json.field("consent", count.answers[0]).field("stand_aside", count.answers[1]);
        json.field("objection", count.answers[2]);
    } else if (rules.method == Method::yes_no) {
        json.field("yes", count.answers[0]).field("no", count.answers[1]);
        json.field("abstain", count.answers[2]);
    } else {
        json.key("totals").begin_object();
        for (Option option = 0; option < rules.options.size(); ++option)
            json.field(rules.options[option], count.totals[option]);
        json.end_object();
        if (rules.method != Method::equal_shares) {
            write_options(json, "ranking", rules, count.ranking);
            write_options(json, "winners", rules, count.winners);
            json.field("tie_broken", count.tie_broken);
        }
        if (count.pairs) write_pairs(json, rules, *count.pairs);
        if (count.transfers) write_stages(json, rules, *count.transfers);
    }
    json.field("why", to_text(count.why)).field("passed", count.passes()).end_object();
}

} // namespace

std::string_view to_text(Why why)
{
    return word_of(why_names, why);
}

Count count_ballots(const Rules& rules, std::span<const Ballot> ballots, std::uint64_t lot)
{
    invariant(!rules.electorates.empty(), "somebody votes");
    std::vector<std::vector<const Choice*>> choices(rules.electorates.size());
    for (const auto& ballot : ballots) choices[ballot.electorate].push_back(&ballot.choice);
    const auto ties = rules.ties == TieRule::by_lot
                          ? methods::TieOrder::by_lot(rules.options.size(), lot)
                          : methods::TieOrder::as_listed(rules.options.size());
    Count count;
    for (std::size_t at = 0; at < rules.electorates.size(); ++at)
        count.electorates.push_back(
            count_electorate(rules, rules.electorates[at], choices[at], ties));

    // The first electorate that stops it says why; nobody having voted at all comes before that.
    count.why = Why::passed;
    for (const auto& electorate : count.electorates)
        if (!electorate.passes() && count.why == Why::passed) count.why = electorate.why;
    if (ballots.empty()) count.why = Why::no_ballots;
    if (rules.method == Method::equal_shares) {
        count.budget = count_budget(rules, ballots, lot);
        if (count.passes() && count.budget->voters == 0) count.why = Why::no_ballots;
        if (count.passes() && count.budget->outcome.selected.empty() && count.budget->free.empty())
            count.why = Why::threshold;
        if (count.passes()) count.winners = count.budget->winners();
        return count;
    }
    if (count.passes() && chooses(rules.method)) {
        auto chosen = count.electorates.front().winners;
        std::ranges::sort(chosen);
        for (const auto& electorate : count.electorates) {
            auto other = electorate.winners;
            std::ranges::sort(other);
            if (other != chosen) count.why = Why::disagreement;
        }
        if (count.passes()) count.winners = count.electorates.front().winners;
    }
    return count;
}

std::string to_json(const Rules& rules, const Count& count)
{
    JsonWriter json(1024);
    json.begin_object().field("passed", count.passes()).field("why", to_text(count.why));
    write_options(json, "winners", rules, count.winners);
    json.key("electorates").begin_array();
    for (const auto& electorate : count.electorates) write_electorate(json, rules, electorate);
    json.end_array();
    if (count.budget) write_budget(json, rules, *count.budget);
    return json.end_object().take();
}

} // namespace moothall::decide
