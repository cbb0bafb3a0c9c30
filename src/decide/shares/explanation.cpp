#include "decide/shares/explanation.hpp"

#include <algorithm>

namespace moothall::decide::shares {

namespace {

std::optional<std::size_t> round_of(const Outcome& outcome, std::uint32_t project)
{
    const auto found = std::ranges::find(outcome.rounds, project, &Round::project);
    if (found == outcome.rounds.end()) return {};
    return static_cast<std::size_t>(found - outcome.rounds.begin());
}

/// By project: the round that bought it.
std::vector<std::optional<std::size_t>> list_rounds(const Election& election,
                                                    const Outcome& outcome)
{
    std::vector<std::optional<std::size_t>> rounds(election.projects().size());
    for (std::size_t at = 0; at < outcome.rounds.size(); ++at)
        rounds[outcome.rounds[at].project] = at;
    return rounds;
}

std::int64_t weight_of(const Mark& mark, Utility utility)
{
    return utility == Utility::points || utility == Utility::borda ? mark.points : 1;
}

} // namespace

VoterAccount account_of_voter(const Election& election, const Outcome& outcome, std::size_t ballot)
{
    VoterAccount account;
    account.share = outcome.share;
    account.left = outcome.share;
    const auto emptied =
        ballot < outcome.emptied_by.size() ? outcome.emptied_by[ballot] : Outcome::never;
    for (std::size_t at = 0; at < outcome.rounds.size() && at <= emptied; ++at) {
        const auto& round = outcome.rounds[at];
        const auto marks = election.marks(ballot);
        const auto mark = std::ranges::find(marks, round.project, &Mark::project);
        if (mark == marks.end() || !is_support(*mark, outcome.options.utility)) continue;
        Payment payment;
        payment.round = at;
        payment.project = round.project;
        payment.others = round.payers - 1;
        payment.amount = at == emptied
                             ? account.left
                             : round.price * Fraction(weight_of(*mark, outcome.options.utility));
        if (payment.amount.sign() == 0) continue;
        account.left = at == emptied ? Fraction(0) : account.left - payment.amount;
        account.payments.push_back(std::move(payment));
    }
    return account;
}

ProjectAccount account_of_project(const Election& election, const Outcome& outcome,
                                  std::uint32_t project)
{
    ProjectAccount account;
    account.round = round_of(outcome, project);
    const auto utility = outcome.options.utility;
    if (account.round) {
        const auto& round = outcome.rounds[*account.round];
        account.fate = election.projects()[project].cost == 0 ? Fate::free : Fate::bought;
        account.effective_votes = effective_votes(election, outcome, round);
    } else if (std::ranges::find(outcome.selected, project) != outcome.selected.end()) {
        account.fate = Fate::completed;
    }
    if (outcome.share.sign() == 0) {
        for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot)
            for (const auto& mark : election.marks(ballot))
                if (mark.project == project && is_support(mark, utility))
                    account.votes += election.voters_of(ballot);
        return account;
    }
    // Whoever was never emptied has paid all her purchases in full: counting them is enough.
    const auto purchases = list_rounds(election, outcome);
    std::vector<std::int64_t> paid(outcome.rounds.size());
    for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot) {
        const auto marks = election.marks(ballot);
        const auto mark = std::ranges::find(marks, project, &Mark::project);
        if (mark == marks.end() || !is_support(*mark, utility)) continue;
        const auto voters = election.voters_of(ballot);
        account.votes += voters;
        // The greedy rule alone has no shares.
        if (outcome.emptied_by.empty() || outcome.emptied_by[ballot] != Outcome::never) continue;
        account.supporters_with_money += voters;
        for (const auto& other : marks)
            if (is_support(other, utility) && purchases[other.project])
                paid[*purchases[other.project]] += weight_of(other, utility) * voters;
    }
    account.money_left = outcome.share * Fraction(account.supporters_with_money);
    for (std::size_t at = 0; at < paid.size(); ++at)
        if (paid[at] != 0)
            account.money_left = account.money_left - outcome.rounds[at].price * Fraction(paid[at]);
    return account;
}

Outcome most_votes(const Election& election, const Options& options)
{
    Options by_votes = options;
    by_votes.utility = Utility::cost; // its greedy rule goes by votes
    return greedy(election, by_votes);
}

Reach reach_of(const Election& election, Utility utility, std::span<const std::uint32_t> selected)
{
    std::vector<bool> is_selected(election.projects().size());
    for (const auto project : selected) is_selected[project] = true;
    Reach reach;
    for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot) {
        std::int64_t supported = 0;
        std::int64_t met = 0;
        for (const auto& mark : election.marks(ballot)) {
            if (!is_support(mark, utility)) continue;
            ++supported;
            if (is_selected[mark.project]) ++met;
        }
        const auto voters = election.voters_of(ballot);
        reach.wants_met += met * voters;
        if (met > 0)
            reach.voters_with_any += voters;
        else if (supported > 0)
            reach.voters_with_none += voters;
    }
    return reach;
}

} // namespace moothall::decide::shares
