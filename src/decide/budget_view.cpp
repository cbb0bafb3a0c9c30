// What the page of a shared budget says: the ballot paper, and what came of the vote.

#include "decide/budget_view.hpp"
#include "decide/pages.hpp"
#include "web/language.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace moothall::decide {

namespace {

using web::Language;
using web::translatable;

std::int64_t cents_of(const Json& value)
{
    return std::llround(value.number().value_or(0) * money_unit);
}

std::vector<std::size_t> numbers_of(const Json& list)
{
    std::vector<std::size_t> numbers;
    for (std::size_t at = 0; at < list.size(); ++at)
        numbers.push_back(
            static_cast<std::size_t>(std::stoul(std::string(list.at(at).string().value_or("0")))));
    return numbers;
}

/// The projects of a ballot by their numbers, for who looks.
class Lookup {
public:
    Lookup(const Decision& decision, const std::vector<Project>& projects, const Language& language)
        : decision_(decision), language_(language)
    {
        for (const auto& project : projects)
            if (project.number > 0)
                by_number_.emplace(static_cast<std::size_t>(project.number), &project);
    }
    const Project* find(std::size_t number) const
    {
        const auto found = by_number_.find(number);
        return found == by_number_.end() ? nullptr : found->second;
    }
    std::string title(std::size_t number) const
    {
        const auto* project = find(number);
        return project == nullptr ? std::string(language_.t("A hidden project")) : project->title;
    }
    std::int64_t cost(std::size_t number) const
    {
        const auto& costs = decision_.rules.budget.costs;
        return number >= 1 && number <= costs.size() ? costs[number - 1] : 0;
    }
    std::vector<std::size_t> all_with_cost() const
    {
        std::vector<std::size_t> numbers;
        for (std::size_t number = 1; number <= decision_.rules.budget.costs.size(); ++number)
            if (cost(number) > 0) numbers.push_back(number);
        return numbers;
    }
    ProjectRow row(std::size_t number) const
    {
        ProjectRow row;
        row.number = std::to_string(number);
        row.title = title(number);
        row.cost = money_words(cost(number), decision_.rules.budget.unit, language_);
        if (const auto* project = find(number)) {
            row.path = project->path();
            row.place = project->place;
        }
        return row;
    }
    std::string titles(const std::vector<std::size_t>& numbers) const
    {
        constexpr std::size_t shown_max = 8;
        std::vector<std::string> shown;
        for (std::size_t at = 0; at < std::min(shown_max, numbers.size()); ++at)
            shown.push_back(title(numbers[at]));
        if (numbers.size() > shown_max)
            shown.push_back(language_.tn("{1} more", "{1} more", numbers.size() - shown_max));
        return language_.list(shown);
    }

private:
    const Decision& decision_;
    const Language& language_;
    std::unordered_map<std::size_t, const Project*> by_number_;
};

std::vector<std::size_t> without(const std::vector<std::size_t>& all,
                                 const std::vector<std::size_t>& some)
{
    std::vector<std::size_t> left;
    for (const auto number : all)
        if (std::ranges::find(some, number) == some.end()) left.push_back(number);
    return left;
}

std::string votes_words(std::int64_t votes, shares::BallotKind ballot, const Language& language)
{
    if (ballot == shares::BallotKind::approval)
        return language.tn("{1} person wanted it.", "{1} people wanted it.", votes);
    return language.tn("{1} person put it on her ballot.", "{1} people put it on their ballots.",
                       votes);
}

std::string bought_words(const Json& round, const Decision& decision, std::size_t place,
                         std::int64_t votes, const Language& language)
{
    const auto payers = round.find("payers").integer().value_or(0);
    const auto rest = round.find("payers_with_rest").integer().value_or(0);
    auto words = votes_words(votes, decision.rules.budget.ballot, language);
    words += ' ';
    words += language.tn("Bought as number {2}; {1} person paid for it.",
                         "Bought as number {2}; {1} people paid for it.", payers, place);
    if (payers > rest) {
        words += ' ';
        words +=
            language.tn("{1} gave all she had left.", "{1} gave all they had left.", payers - rest);
    }
    if (decision.rules.budget.ballot == shares::BallotKind::approval) {
        words += ' ';
        const auto votes_in_full = round.find("effective_votes").number().value_or(0);
        const auto whole = std::llround(votes_in_full);
        // A whole number is said as one; the figure is shown with one place.
        words += std::abs(votes_in_full - static_cast<double>(whole)) < 0.05
                     ? language.tn("Counted in full payments, that is {1} vote.",
                                   "Counted in full payments, that is {1} votes.", whole)
                     : language.t("Counted in full payments, that is {1} votes.",
                                  language.decimal(votes_in_full, 1));
    }
    return words;
}

std::string lost_words(const Json& lost, const Decision& decision, std::int64_t votes,
                       const Need* need, bool on_paper, const Language& language)
{
    const auto& unit = decision.rules.budget.unit;
    auto words = votes_words(votes, decision.rules.budget.ballot, language);
    words += ' ';
    const auto with_money = lost.find("supporters_with_money").integer().value_or(0);
    const auto left = money_words(cents_of(lost.find("money_left")), unit, language);
    // Without votes nobody is there who could have anything left.
    if (votes > 0 && with_money == 0) {
        words += language.t("None of them has anything left of the share.");
    } else if (votes > 0 && on_paper) {
        words += language.tn("{1} of them has something left of the share on paper: {2}.",
                             "{1} of them have something left of their shares on paper: {2}.",
                             with_money, left);
    } else if (votes > 0) {
        words +=
            language.tn("{1} of them has something left of the share: {2}.",
                        "{1} of them have something left of their shares: {2}.", with_money, left);
    }
    if (need == nullptr) return words;
    words += ' ';
    if (need->cost && need->votes)
        words += language.tn(
            "It would have won at a cost of {2}, or with {1} more person who wants only this.",
            "It would have won at a cost of {2}, or with {1} more people who want only this.",
            *need->votes, money_words(*need->cost, unit, language));
    else if (need->cost)
        words += language.t("It would have won at a cost of {1}.",
                            money_words(*need->cost, unit, language));
    else if (need->votes)
        words +=
            language.tn("It would have won with {1} more person who wants only this.",
                        "It would have won with {1} more people who want only this.", *need->votes);
    else
        words += language.t("Neither a lower cost nor more votes would have been enough.");
    return words;
}

/// That larger shares are no money: nothing was added to the budget.
std::string paper_words(std::int64_t added, const Decision& decision, const Language& language)
{
    const auto& terms = decision.rules.budget;
    return language.t(
        "To spend more of the budget, the count was repeated with shares that are {1} larger on "
        "paper. Only the {2} of the budget exist, and all that was bought fits into them.",
        money_words(added, terms.unit, language), money_words(terms.amount, terms.unit, language));
}

/// How many voters named each project, over all electorates.
std::vector<std::int64_t> sum_votes(const Decision& decision, const Json& result)
{
    std::vector<std::int64_t> votes(decision.rules.options.size());
    const auto electorates = result.find("electorates");
    for (std::size_t at = 0; at < electorates.size(); ++at) {
        const auto totals = electorates.at(at).find("totals");
        for (std::size_t option = 0; option < votes.size(); ++option)
            votes[option] += totals.find(decision.rules.options[option]).integer().value_or(0);
    }
    return votes;
}

void fill_ties(BudgetView& view, const Decision& decision, const Json& budget, const Lookup& lookup,
               const Language& language)
{
    const auto ties = budget.find("ties");
    if (ties.size() == 0) return;
    view.tie = tie_notice(decision.rules, language);
    for (std::size_t at = 0; at < ties.size(); ++at) {
        const auto tie = ties.at(at);
        auto words = language.t(
            "{1} was bought, and not {2}.",
            lookup.title(std::stoul(std::string(tie.find("project").string().value_or("0")))),
            lookup.titles(numbers_of(tie.find("left_out"))));
        if (const auto lot = numbers_of(tie.find("lot")); !lot.empty()) {
            words += ' ';
            words += language.t("The lot's order: {1}.", lookup.titles(lot));
        }
        view.tied.push_back(std::move(words));
    }
}

void fill_money(BudgetView& view, const Decision& decision, const Json& budget,
                const Lookup& lookup, const Language& language)
{
    const auto& unit = decision.rules.budget.unit;
    std::vector<FlowSource> sources;
    for (const auto& electorate : decision.electorates) {
        view.sources.push_back(circle_words(electorate, language));
        sources.push_back({view.sources.back()});
    }
    const auto completed = numbers_of(budget.find("completed"));
    const auto left = cents_of(budget.find("left"));
    if (!completed.empty() || left > 0) {
        view.sources.emplace_back(language.t("Left over"));
        sources.push_back({view.sources.back()});
    }
    std::vector<FlowTarget> targets;
    const auto add = [&](std::string name, std::vector<std::int64_t> from, std::int64_t cost,
                         bool spent) {
        from.resize(sources.size());
        MoneyRow row{name, {}, money_words(cost, unit, language)};
        for (const auto money : from)
            row.from.push_back(money == 0 ? "–" : money_words(money, unit, language));
        view.money.push_back(std::move(row));
        targets.push_back({std::move(name), std::move(from), spent});
    };
    const auto rounds = budget.find("rounds");
    for (std::size_t at = 0; at < rounds.size(); ++at) {
        const auto round = rounds.at(at);
        const auto project = std::stoul(std::string(round.find("project").string().value_or("0")));
        std::vector<std::int64_t> from;
        const auto paid = round.find("paid_by");
        for (std::size_t by = 0; by < paid.size(); ++by) from.push_back(cents_of(paid.at(by)));
        add(lookup.title(project), std::move(from), lookup.cost(project), true);
    }
    const auto from_rest = [&](std::int64_t money) {
        std::vector<std::int64_t> from(sources.size());
        from.back() = money;
        return from;
    };
    for (const auto project : completed)
        add(lookup.title(project), from_rest(lookup.cost(project)), lookup.cost(project), true);
    if (left > 0) add(std::string(language.t("Not spent")), from_rest(left), left, false);
    view.flow = make_flow(sources, targets,
                          std::string(language.t("Where the money came from and where it went; "
                                                 "the table below says the same")));
}

void fill_rules(BudgetView& view, const Decision& decision, const Json& budget,
                const Lookup& lookup, const Language& language)
{
    const auto ours = numbers_of(budget.find("equal_shares").find("selected"));
    const struct {
        const char* key;
        const char* name;
    } rules[] = {{"equal_shares", translatable("Equal shares")},
                 {"greedy", translatable("Most votes for the money")},
                 {"most_votes", translatable("Most votes")}};
    for (const auto& rule : rules) {
        const auto one = budget.find(rule.key);
        const auto selected = numbers_of(one.find("selected"));
        RuleView row;
        row.name = language.t(rule.name);
        row.ours = rule.key == std::string_view("equal_shares");
        row.projects = language.number(std::ssize(selected));
        row.cost = money_words(cents_of(one.find("cost")), decision.rules.budget.unit, language);
        row.reached = language.number(one.find("voters_with_any").integer().value_or(0));
        row.missed = language.number(one.find("voters_with_none").integer().value_or(0));
        row.leaves_out = lookup.titles(without(lookup.all_with_cost(), selected));
        if (!row.ours) row.instead = lookup.titles(without(selected, ours));
        view.rules.push_back(std::move(row));
    }
}

} // namespace

std::string money_words(std::int64_t hundredths, const std::string& unit, const Language& language)
{
    const auto amount = hundredths % money_unit == 0
                            ? language.number(hundredths / money_unit)
                            : language.decimal(static_cast<double>(hundredths) / money_unit, 2);
    const auto around = web::around_amount(unit, language);
    return around.before + amount + around.after;
}

const char* name_of(shares::BallotKind ballot)
{
    switch (ballot) {
    case shares::BallotKind::approval:
        return translatable("Approval");
    case shares::BallotKind::points:
        return translatable("Points to share");
    case shares::BallotKind::ranking:
        return translatable("Ranking");
    }
    return "";
}

const char* explain(shares::BallotKind ballot)
{
    switch (ballot) {
    case shares::BallotKind::approval:
        return translatable("You mark as many projects as you like.");
    case shares::BallotKind::points:
        return translatable("You give your points to projects; who gives more pays more.");
    case shares::BallotKind::ranking:
        return translatable("You put projects in order; each counts as many points as there are "
                            "projects below it on your ballot.");
    }
    return "";
}

BudgetForm make_budget_form(const Decision& decision, const Standing& standing,
                            const std::vector<Project>& projects, const Language& language,
                            const web::Request* refused)
{
    const auto& rules = decision.rules;
    const auto& terms = rules.budget;
    const Lookup lookup(decision, projects, language);
    BudgetForm form;
    form.ballot = terms.ballot;
    form.around = web::around_amount(terms.unit, language);
    form.points = terms.points;
    form.button = standing.choice ? language.t("Change my vote") : language.t("Cast my vote");
    for (Option option = 0; option < rules.options.size(); ++option) {
        const auto number = option + 1;
        const auto row = lookup.row(number);
        BudgetLine line{.number = row.number,
                        .name = {},
                        .value = {},
                        .chosen = false,
                        .title = row.title,
                        .path = row.path,
                        .cost = row.cost,
                        .cents = terms.costs[option],
                        .place = row.place};
        if (terms.ballot == shares::BallotKind::approval) {
            line.name = "approve";
            line.value = row.number;
            if (refused != nullptr) {
                const auto sent = refused->form_fields.all("approve");
                line.chosen = std::ranges::find(sent, line.value) != sent.end();
            } else if (standing.choice) {
                line.chosen = std::ranges::find(standing.choice->approved, option) !=
                              standing.choice->approved.end();
            }
        } else {
            line.name = "option-" + row.number;
            if (refused != nullptr) {
                line.value = refused->form(line.name);
            } else if (standing.choice) {
                for (const auto& score : standing.choice->scores)
                    if (score.option == option) line.value = std::to_string(score.points);
                const auto& ranking = standing.choice->ranking;
                for (std::size_t place = 0; place < ranking.size(); ++place)
                    if (ranking[place].front() == option) line.value = std::to_string(place + 1);
            }
            line.chosen = !line.value.empty() && line.value != "0";
            if (terms.ballot == shares::BallotKind::points && line.chosen &&
                line.value.size() < 6 &&
                line.value.find_first_not_of("0123456789") == std::string::npos)
                form.points_given += std::stol(line.value);
        }
        if (line.chosen) {
            form.chosen_cents += line.cents;
        }
        form.lines.push_back(std::move(line));
    }
    switch (terms.ballot) {
    case shares::BallotKind::approval:
        form.legend = language.t("Mark every project that you want");
        break;
    case shares::BallotKind::points:
        form.legend =
            language.tn("Share out your {1} point", "Share out your {1} points", terms.points);
        form.number_max = terms.points;
        break;
    case shares::BallotKind::ranking:
        form.legend = language.t("Your order: 1 is the best; leave empty what you don't want");
        form.number_max = std::ssize(rules.options);
        break;
    }
    form.budget = money_words(terms.amount, terms.unit, language);
    form.chosen_amount = money_words(form.chosen_cents, terms.unit, language);
    return form;
}

void fill_budget_rows(BudgetView& view, const Decision& decision,
                      const std::vector<Project>& projects, const std::vector<Need>& needs,
                      const Language& language)
{
    const auto result = Json::parse(decision.result);
    if (!result) return;
    const auto budget = result->find("budget");
    const Lookup lookup(decision, projects, language);
    const auto votes = sum_votes(decision, *result);
    const auto& terms = decision.rules.budget;
    const auto rounds = budget.find("rounds");
    for (std::size_t at = 0; at < rounds.size(); ++at) {
        const auto round = rounds.at(at);
        const auto number = std::stoul(std::string(round.find("project").string().value_or("0")));
        auto row = lookup.row(number);
        row.sentence = bought_words(round, decision, at + 1, votes[number - 1], language);
        view.bought.push_back(std::move(row));
    }
    for (const auto number : numbers_of(budget.find("completed"))) {
        auto row = lookup.row(number);
        row.sentence = votes_words(votes[number - 1], terms.ballot, language);
        view.completed.push_back(std::move(row));
    }
    for (const auto number : numbers_of(budget.find("free"))) {
        auto row = lookup.row(number);
        row.sentence = votes_words(votes[number - 1], terms.ballot, language);
        view.free.push_back(std::move(row));
    }
    for (const auto number : numbers_of(budget.find("unwanted_free"))) {
        auto row = lookup.row(number);
        row.sentence = language.t("Nobody wanted it.");
        view.unwanted_free.push_back(std::move(row));
    }
    const bool on_paper = budget.find("increments").integer().value_or(0) > 0;
    const auto lost = budget.find("lost");
    for (std::size_t at = 0; at < lost.size(); ++at) {
        const auto number =
            std::stoul(std::string(lost.at(at).find("project").string().value_or("0")));
        const auto need =
            std::ranges::find(needs, static_cast<std::int64_t>(number), &Need::number);
        auto row = lookup.row(number);
        row.sentence = lost_words(lost.at(at), decision, votes[number - 1],
                                  need == needs.end() ? nullptr : &*need, on_paper, language);
        view.lost.push_back(std::move(row));
    }
}

void fill_budget_result(BudgetView& view, const Decision& decision,
                        const std::vector<Project>& projects, const std::vector<Need>& needs,
                        const Language& language)
{
    view.closed = true;
    view.sentence = why_words(decision, language);
    const auto result = Json::parse(decision.result);
    if (!result) return;
    const auto budget = result->find("budget");
    const Lookup lookup(decision, projects, language);
    const auto voters = budget.find("voters").integer().value_or(0);
    if (voters == 0) return;
    const auto& terms = decision.rules.budget;
    view.share = language.tn(
        "{1} person voted, with a share of {2}.", "{1} people voted, each with a share of {2}.",
        voters,
        money_words(std::llround(static_cast<double>(terms.amount) / static_cast<double>(voters)),
                    terms.unit, language));
    if (const auto increments = budget.find("increments").integer().value_or(0); increments > 0) {
        view.share += ' ';
        view.share += paper_words(increments * money_unit, decision, language);
    }
    fill_ties(view, decision, budget, lookup, language);
    fill_budget_rows(view, decision, projects, needs, language);
    view.explaining = !decision.explained && !view.lost.empty();
    fill_money(view, decision, budget, lookup, language);
    fill_rules(view, decision, budget, lookup, language);
}

ShareView make_share_view(const Decision& decision, const VoterShare& share,
                          const std::vector<Project>& projects, const Language& language)
{
    const Lookup lookup(decision, projects, language);
    const auto& unit = decision.rules.budget.unit;
    ShareView view;
    view.share = money_words(share.cents - share.added_cents, unit, language);
    view.paid = money_words(share.paid_cents, unit, language);
    if (share.added_cents > 0) view.on_paper = paper_words(share.added_cents, decision, language);
    view.left = money_words(share.left_cents, unit, language);
    for (const auto& payment : share.payments) {
        const auto row = lookup.row(payment.project + 1);
        view.payments.push_back(
            {row.title, row.path, money_words(payment.cents, unit, language),
             payment.others == 0 ? std::string(language.t("You alone paid for it."))
                                 : language.tn("You and {1} other paid for it.",
                                               "You and {1} others paid for it.", payment.others)});
    }
    return view;
}

} // namespace moothall::decide
