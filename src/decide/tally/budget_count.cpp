#include "decide/tally/budget_count.hpp"

#include "base/invariant.hpp"
#include "decide/shares/greedy.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

/// How a budget is shared.
///
/// The method of equal shares (D. Peters, G. Pierczyński, P. Skowron, "Proportional Participatory
/// Budgeting with Additive Utilities", NeurIPS 2021, arXiv 2008.13276) gives each voter the same
/// part of the budget; a project is bought when those who want it can pay for it together, the one
/// that asks least of each first. What it leaves over is used as Zurich's cities and
/// https://equalshares.net advise: everybody gets a unit of money more, again and again, as long as
/// what is bought fits into the budget ("add1"), then by votes for the money whatever still fits.
///
/// What our budgets fix beyond that, each said before the vote:
/// - A ballot that names no project counts for the quorum and has no share, so an abstention does
///   not make everybody else poorer.
/// - Projects that cost nothing are in when somebody wants them, as with every program that counts
///   the exported file. They are listed apart and change nothing else: the engine never sees them.
/// - A project that nobody named is never bought, not with what is left over either.
/// - Approval counts as much as the project costs, points as the points given, a place in a ranking
///   as the number of projects that stand below it on the ballot (Borda).
///
/// Cost: the engine's. What losers would have needed is far dearer and is found after the close
/// (budget_explaining.cpp).
namespace moothall::decide {

namespace {

using shares::Fraction;

std::int64_t scale_of(int decimals)
{
    std::int64_t scale = money_unit;
    for (int at = 0; at < decimals; ++at) scale /= 10;
    return scale;
}

/// As few decimals as the amounts need, as a reader of the exported file counts them too: the step
/// of add1 is one unit of money, whatever the decimals.
int decimals_of(const BudgetTerms& terms)
{
    for (int decimals = 0; decimals < money_decimals; ++decimals) {
        const auto scale = scale_of(decimals);
        if (terms.amount % scale == 0 &&
            std::ranges::all_of(terms.costs, [&](auto cost) { return cost % scale == 0; }))
            return decimals;
    }
    return money_decimals;
}

std::vector<shares::Mark> marks_of(const Rules& rules, const Choice& choice,
                                   FreeProjects free = FreeProjects::left_out)
{
    std::vector<shares::Mark> marks;
    const auto add = [&](Option option, std::int64_t points) {
        if (free == FreeProjects::kept || rules.budget.costs[option] > 0)
            marks.push_back({static_cast<std::uint32_t>(option), points});
    };
    switch (rules.budget.ballot) {
    case shares::BallotKind::approval:
        for (const auto option : choice.approved) add(option, 1);
        break;
    case shares::BallotKind::points:
        for (const auto& score : choice.scores)
            if (score.points > 0) add(score.option, score.points);
        break;
    case shares::BallotKind::ranking: {
        auto below = static_cast<std::int64_t>(choice.ranking.size());
        for (const auto& place : choice.ranking) add(place.front(), --below);
        break;
    }
    }
    return marks;
}

std::vector<Option> options_of(const std::vector<std::uint32_t>& projects)
{
    return {projects.begin(), projects.end()};
}

/// Rounded to hundredths of a unit.
std::int64_t to_cents(const Fraction& units)
{
    return std::llround(units.approximate() * money_unit);
}

std::optional<Fraction> parse_fraction(std::string_view text)
{
    const auto slash = text.find('/');
    const auto above = shares::Integer::parse(text.substr(0, slash));
    if (!above) return {};
    if (slash == std::string_view::npos) return Fraction(*above, shares::Integer(1));
    const auto below = shares::Integer::parse(text.substr(slash + 1));
    if (!below || below->sign() == 0) return {};
    return Fraction(*above, *below);
}

/// Who paid how much. In millionths of a cent and whole numbers, so that every machine gives the
/// same; a voter's rounding is far below the cent that is shown.
std::vector<std::vector<std::int64_t>> list_paid(const Rules& rules,
                                                 std::span<const Ballot> ballots,
                                                 const shares::Outcome& outcome, std::int64_t scale)
{
    constexpr std::int64_t fine = 1'000'000;
    const auto to_fine = [&](const Fraction& amount) {
        return (amount * Fraction(scale) * Fraction(fine)).floor().to_int64().value_or(0);
    };
    const auto share = to_fine(outcome.share);
    std::vector<std::int64_t> price(outcome.rounds.size());
    std::vector<std::size_t> round_of(rules.options.size(), outcome.rounds.size());
    for (std::size_t at = 0; at < outcome.rounds.size(); ++at) {
        // Nobody pays more than her share; a price beyond it would only overflow.
        price[at] = std::min(to_fine(outcome.rounds[at].price), share);
        round_of[outcome.rounds[at].project] = at;
    }
    std::vector<std::vector<std::int64_t>> paid(
        outcome.rounds.size(), std::vector<std::int64_t>(rules.electorates.size()));
    const bool weighted = rules.budget.ballot != shares::BallotKind::approval;
    std::vector<std::pair<std::size_t, std::int64_t>> wanted; // round, weight
    for (const auto& ballot : ballots) {
        wanted.clear();
        for (const auto& mark : marks_of(rules, ballot.choice))
            if (mark.points > 0 && round_of[mark.project] < outcome.rounds.size())
                wanted.emplace_back(round_of[mark.project], weighted ? mark.points : 1);
        std::ranges::sort(wanted);
        auto left = share;
        for (const auto& [round, weight] : wanted) {
            const auto amount = price[round] > left / weight ? left : price[round] * weight;
            left -= amount;
            paid[round][ballot.electorate] += amount;
        }
    }
    for (auto& round : paid)
        for (auto& amount : round) amount = (amount + fine / 2) / fine;
    return paid;
}

/// With what is free and wanted: whoever wanted it got something. `election` keeps these projects.
Selection make_selection(const shares::Election& election, const shares::Outcome& outcome,
                         const std::vector<Option>& free, std::int64_t scale)
{
    auto selected = outcome.selected;
    for (const auto option : free) selected.push_back(static_cast<std::uint32_t>(option));
    return {options_of(selected), outcome.cost * scale,
            shares::reach_of(election, outcome.options.utility, selected)};
}

/// The lot tells apart only what costs as much and has as many votes.
std::vector<BudgetTie> list_ties(const Rules& rules, const BudgetCount& count)
{
    std::vector<BudgetTie> ties;
    for (const auto& tie : count.outcome.ties) {
        BudgetTie found{tie.project, options_of(tie.lost), {}};
        if (rules.ties == TieRule::by_lot)
            for (const auto lost : found.lost)
                if (rules.budget.costs[lost] == rules.budget.costs[found.project] &&
                    count.votes[lost] == count.votes[found.project])
                    found.lot.push_back(lost);
        if (!found.lot.empty()) found.lot.insert(found.lot.begin(), found.project);
        ties.push_back(std::move(found));
    }
    return ties;
}

void write_numbers(JsonWriter& json, const char* name, const Rules& rules,
                   const std::vector<Option>& projects)
{
    json.key(name).begin_array();
    for (const auto project : projects) json.value(rules.options[project]);
    json.end_array();
}

void write_selection(JsonWriter& json, const char* name, const Rules& rules,
                     const Selection& selection)
{
    json.key(name).begin_object();
    write_numbers(json, "selected", rules, selection.projects);
    json.field("cost", money(selection.cost));
    json.field("voters_with_any", selection.reach.voters_with_any);
    json.field("voters_with_none", selection.reach.voters_with_none);
    json.field("wants_met", selection.reach.wants_met).end_object();
}

} // namespace

std::vector<Option> BudgetCount::winners() const
{
    auto all = options_of(outcome.selected);
    all.insert(all.end(), free.begin(), free.end());
    return all;
}

std::vector<Option> list_named(const Rules& rules, const Choice& choice)
{
    std::vector<Option> named;
    switch (rules.budget.ballot) {
    case shares::BallotKind::approval:
        named = choice.approved;
        break;
    case shares::BallotKind::points:
        for (const auto& score : choice.scores)
            if (score.points > 0) named.push_back(score.option);
        break;
    case shares::BallotKind::ranking:
        for (const auto& place : choice.ranking) named.push_back(place.front());
        break;
    }
    std::ranges::sort(named);
    return named;
}

shares::Election make_election(const Rules& rules, std::span<const Ballot> ballots,
                               FreeProjects free)
{
    const auto& terms = rules.budget;
    const int decimals = decimals_of(terms);
    const auto scale = scale_of(decimals);
    std::vector<shares::Project> projects;
    projects.reserve(terms.costs.size());
    for (std::size_t at = 0; at < terms.costs.size(); ++at)
        projects.push_back({rules.options[at], terms.names[at], terms.costs[at] / scale});
    shares::Election election({terms.ballot, terms.amount / scale, decimals, 0},
                              std::move(projects));
    std::size_t number = 0;
    for (const auto& ballot : ballots)
        if (!list_named(rules, ballot.choice).empty())
            election.add_ballot(std::to_string(++number), marks_of(rules, ballot.choice, free));
    return election;
}

shares::Options budget_options(const Rules& rules, std::uint64_t lot)
{
    shares::Options options;
    options.utility = shares::natural_utility(rules.budget.ballot);
    options.completion = shares::Completion::add1_greedy;
    options.completion_votes_min = 1;
    if (rules.ties == TieRule::by_lot)
        options.tie_break = {shares::TieBreak::Rule::cheapest_most_votes_lot, lot};
    return options;
}

BudgetCount count_budget(const Rules& rules, std::span<const Ballot> ballots, std::uint64_t lot)
{
    const auto& terms = rules.budget;
    const auto election = make_election(rules, ballots);
    const auto options = budget_options(rules, lot);
    const auto scale = scale_of(election.money_decimals());
    BudgetCount count;
    count.voters = static_cast<std::int64_t>(election.voter_count());
    count.decimals = election.money_decimals();
    count.votes.assign(terms.costs.size(), 0);
    for (const auto& ballot : ballots)
        for (const auto option : list_named(rules, ballot.choice)) ++count.votes[option];
    for (Option option = 0; option < terms.costs.size(); ++option)
        if (terms.costs[option] == 0)
            (count.votes[option] > 0 || terms.all_free_are_in ? count.free : count.unwanted_free)
                .push_back(option);
    // Nobody has a share where nobody voted.
    if (count.voters == 0) return count;
    count.outcome = shares::equal_shares(election, options);
    // Free projects are in already: the engine's completion may have taken some of them again.
    const auto drop_free = [&](shares::Outcome& outcome) {
        const auto is_free = [&](auto project) { return terms.costs[project] == 0; };
        std::erase_if(outcome.selected, is_free);
        std::erase_if(outcome.completed, is_free);
    };
    drop_free(count.outcome);
    count.ties = list_ties(rules, count);
    for (Option option = 0; option < terms.costs.size(); ++option)
        count.accounts.push_back(shares::account_of_project(election, count.outcome,
                                                            static_cast<std::uint32_t>(option)));
    count.paid_by = list_paid(rules, ballots, count.outcome, scale);
    // By votes for the money: with what a project costs as its use it would go by votes alone.
    auto for_the_money = options;
    if (options.utility == shares::Utility::cost)
        for_the_money.utility = shares::Utility::cardinality;
    auto greedy = shares::greedy(election, for_the_money);
    auto most_votes = shares::most_votes(election, options);
    drop_free(greedy);
    drop_free(most_votes);
    const bool with_free = !count.free.empty() && !terms.all_free_are_in;
    const auto kept =
        with_free ? std::optional(make_election(rules, ballots, FreeProjects::kept)) : std::nullopt;
    const auto select = [&](const shares::Outcome& outcome) {
        return make_selection(kept ? *kept : election, outcome,
                              with_free ? count.free : std::vector<Option>{}, scale);
    };
    count.shared = select(count.outcome);
    count.greedy = select(greedy);
    count.most_votes = select(most_votes);
    return count;
}

void write_budget(JsonWriter& json, const Rules& rules, const BudgetCount& count)
{
    const auto& outcome = count.outcome;
    const auto scale = scale_of(count.decimals);
    const auto unit = Fraction(money_unit / scale);
    json.key("budget").begin_object().field("voters", count.voters);
    json.field("utility", shares::to_text(outcome.options.utility));
    json.field("completion", shares::to_text(outcome.options.completion));
    json.field("share", count.voters == 0 ? "0" : (outcome.share / unit).text());
    json.field("increments", outcome.increments);
    json.field("amount", money(rules.budget.amount));
    json.field("left", money(rules.budget.amount - count.shared.cost));
    write_numbers(json, "free", rules, count.free);
    if (!rules.budget.all_free_are_in)
        write_numbers(json, "unwanted_free", rules, count.unwanted_free);
    write_numbers(json, "completed", rules, options_of(outcome.completed));
    json.key("rounds").begin_array();
    for (std::size_t at = 0; at < outcome.rounds.size(); ++at) {
        const auto& round = outcome.rounds[at];
        const auto& account = count.accounts[round.project];
        json.begin_object().field("project", rules.options[round.project]);
        json.field("price", (round.price / unit).text());
        json.field("payers", round.payers).field("payers_with_rest", round.payers_with_rest);
        json.field("effective_votes", account.effective_votes.approximate());
        json.key("paid_by").begin_array();
        for (const auto amount : count.paid_by[at]) json.value(money(amount));
        json.end_array().end_object();
    }
    json.end_array();
    json.key("lost").begin_array();
    for (Option option = 0; option < count.accounts.size(); ++option) {
        const auto& account = count.accounts[option];
        if (rules.budget.costs[option] == 0 || account.fate != shares::Fate::lost) continue;
        json.begin_object().field("project", rules.options[option]);
        json.field("votes", account.votes);
        json.field("supporters_with_money", account.supporters_with_money);
        json.field("money_left", money(to_cents(account.money_left / unit))).end_object();
    }
    json.end_array();
    write_selection(json, "equal_shares", rules, count.shared);
    write_selection(json, "greedy", rules, count.greedy);
    write_selection(json, "most_votes", rules, count.most_votes);
    if (!count.ties.empty()) {
        json.key("ties").begin_array();
        for (const auto& tie : count.ties) {
            json.begin_object().field("project", rules.options[tie.project]);
            write_numbers(json, "left_out", rules, tie.lost);
            write_numbers(json, "lot", rules, tie.lot);
            json.end_object();
        }
        json.end_array();
    }
    json.end_object();
}

namespace {

/// The parts of a whole in hundredths so that they add up to `whole_cents`, which is their sum
/// rounded: each is rounded down, and the hundredths that are missing go to the largest remainders,
/// the first of equal ones first. So no part is wrong by a hundredth or more.
std::vector<std::int64_t> round_together(const std::vector<Fraction>& parts,
                                         std::int64_t whole_cents)
{
    std::vector<std::int64_t> cents;
    std::vector<Fraction> remainders;
    auto missing = whole_cents;
    for (const auto& part : parts) {
        const auto exact = part * Fraction(money_unit);
        const auto whole = exact.floor();
        cents.push_back(whole.to_int64().value_or(0));
        remainders.push_back(exact - Fraction(whole, shares::Integer(1)));
        missing -= cents.back();
    }
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        const auto than = remainders[a] <=> remainders[b];
        return than == 0 ? a < b : than > 0;
    });
    for (std::size_t at = 0; at < order.size() && missing > 0; ++at, --missing) ++cents[order[at]];
    return cents;
}

} // namespace

std::optional<VoterShare> share_of_voter(const Rules& rules, const Json& result,
                                         const Choice& choice)
{
    const auto budget = result.find("budget");
    const auto share = parse_fraction(budget.find("share").string().value_or(""));
    const auto named = list_named(rules, choice);
    if (!share || named.empty()) return {};
    const auto marks = marks_of(rules, choice);
    const bool weighted = rules.budget.ballot != shares::BallotKind::approval;
    VoterShare found;
    found.cents = to_cents(*share);
    found.added_cents = budget.find("increments").integer().value_or(0) * money_unit;
    Fraction left = *share;
    std::vector<Fraction> amounts;
    const auto rounds = budget.find("rounds");
    for (std::size_t at = 0; at < rounds.size() && left.sign() > 0; ++at) {
        const auto round = rounds.at(at);
        const auto number = round.find("project").string().value_or("");
        const auto project = std::ranges::find(rules.options, number) - rules.options.begin();
        const auto mark =
            std::ranges::find(marks, static_cast<std::uint32_t>(project), &shares::Mark::project);
        if (mark == marks.end() || mark->points <= 0) continue;
        const auto price = parse_fraction(round.find("price").string().value_or(""));
        if (!price) return {};
        auto amount = *price * Fraction(weighted ? mark->points : 1);
        if (amount > left) amount = left;
        left = (left - amount).reduced();
        amounts.push_back(amount);
        found.payments.push_back(
            {static_cast<Option>(project), 0, round.find("payers").integer().value_or(1) - 1});
    }
    amounts.push_back(left);
    const auto cents = round_together(amounts, found.cents);
    for (std::size_t at = 0; at < found.payments.size(); ++at) found.payments[at].cents = cents[at];
    found.left_cents = cents.back();
    found.paid_cents = found.cents - found.left_cents;
    return found;
}

} // namespace moothall::decide
