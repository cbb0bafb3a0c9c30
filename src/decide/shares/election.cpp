#include "decide/shares/election.hpp"

#include "base/invariant.hpp"
#include "decide/shares/decimal.hpp"

#include <algorithm>
#include <utility>

namespace moothall::decide::shares {

namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value)
{
    // splitmix64's finisher (S. Vigna, https://prng.di.unimi.it/splitmix64.c), public domain.
    hash += value + 0x9e3779b97f4a7c15U;
    hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ hash >> 27) * 0x94d049bb133111ebU;
    return hash ^ hash >> 31;
}

std::uint64_t hash_of(std::span<const Mark> marks)
{
    std::uint64_t hash = marks.size();
    for (const auto& mark : marks)
        hash = mixed(mixed(hash, mark.project), static_cast<std::uint64_t>(mark.points));
    return hash;
}

} // namespace

std::string_view to_text(Utility utility)
{
    switch (utility) {
    case Utility::cost:
        return "cost";
    case Utility::cardinality:
        return "cardinality";
    case Utility::points:
        return "points";
    case Utility::borda:
        return "borda";
    }
    invariant(false, "every utility has a name");
    return {};
}

std::optional<Utility> utility_of(std::string_view text)
{
    for (const auto utility :
         {Utility::cost, Utility::cardinality, Utility::points, Utility::borda})
        if (to_text(utility) == text) return utility;
    return {};
}

bool can_give(BallotKind kind, Utility utility)
{
    switch (utility) {
    case Utility::points:
        return kind == BallotKind::points;
    case Utility::borda:
        return kind == BallotKind::ranking;
    case Utility::cost:
    case Utility::cardinality:
        return true;
    }
    return false;
}

Utility natural_utility(BallotKind kind)
{
    switch (kind) {
    case BallotKind::points:
        return Utility::points;
    case BallotKind::ranking:
        return Utility::borda;
    case BallotKind::approval:
        return Utility::cost;
    }
    return Utility::cost;
}

Election::Election(const Terms& terms, std::vector<Project> projects)
    : terms_(terms), projects_(std::move(projects))
{
    invariant(terms_.budget >= 0 && terms_.budget <= money_sum_max, "a budget is no debt");
    invariant(terms_.money_decimals >= 0 && terms_.money_decimals <= decimals_max &&
                  terms_.points_decimals >= 0 && terms_.points_decimals <= decimals_max,
              "decimals are few");
    std::int64_t sum = terms_.budget;
    for (const auto& project : projects_) {
        invariant(project.cost >= 0 && project.cost <= money_sum_max - sum,
                  "costs are not negative and their sum does not overflow");
        sum += project.cost;
    }
}

void Election::add_ballot(std::string voter, std::vector<Mark> marks)
{
    std::ranges::sort(marks, {}, &Mark::project);
    for (std::size_t at = 0; at < marks.size(); ++at)
        invariant(marks[at].project < projects_.size() &&
                      (at == 0 || marks[at - 1].project != marks[at].project),
                  "a ballot names each project at most once");
    voters_.push_back(std::move(voter));
    ++voter_count_;
    const auto hash = hash_of(marks);
    const auto [begin, end] = ballots_by_hash_.equal_range(hash);
    for (auto at = begin; at != end; ++at) {
        if (!std::ranges::equal(this->marks(at->second), marks)) continue;
        ++voters_of_ballot_[at->second];
        ballot_of_voter_.push_back(at->second);
        return;
    }
    const auto ballot = static_cast<std::uint32_t>(voters_of_ballot_.size());
    marks_.insert(marks_.end(), marks.begin(), marks.end());
    first_mark_.push_back(marks_.size());
    voters_of_ballot_.push_back(1);
    ballot_of_voter_.push_back(ballot);
    ballots_by_hash_.emplace(hash, ballot);
}

std::int64_t Election::money_unit() const
{
    return power_of_ten(terms_.money_decimals);
}

std::int64_t Election::points_unit() const
{
    return power_of_ten(terms_.points_decimals);
}

std::optional<std::uint32_t> Election::find_project(std::string_view id) const
{
    const auto found = std::ranges::find(projects_, id, &Project::id);
    if (found == projects_.end()) return {};
    return static_cast<std::uint32_t>(found - projects_.begin());
}

std::optional<std::size_t> Election::find_voter(std::string_view id) const
{
    const auto found = std::ranges::find(voters_, id);
    if (found == voters_.end()) return {};
    return static_cast<std::size_t>(found - voters_.begin());
}

Election Election::with_cost(std::uint32_t project, std::int64_t cost) const
{
    Election changed = *this;
    changed.projects_[project].cost = cost;
    return changed;
}

Election Election::with_more_votes(std::uint32_t project, std::int64_t voters,
                                   std::int64_t points) const
{
    Election changed = *this;
    if (voters == 0) return changed;
    changed.add_ballot({}, {Mark{project, points}});
    const auto ballot = changed.ballot_of_voter_.back();
    changed.voters_of_ballot_[ballot] += voters - 1;
    const auto more = static_cast<std::size_t>(voters - 1);
    changed.voters_.resize(changed.voters_.size() + more);
    changed.ballot_of_voter_.resize(changed.ballot_of_voter_.size() + more, ballot);
    changed.voter_count_ += more;
    return changed;
}

Election Election::without_names() const
{
    Election nameless(terms_, projects_);
    nameless.marks_ = marks_;
    nameless.first_mark_ = first_mark_;
    nameless.voters_of_ballot_ = voters_of_ballot_;
    nameless.voter_count_ = voter_count_;
    return nameless;
}

void Election::set_voters(std::size_t ballot, std::int64_t voters)
{
    invariant(voters_.empty() && voters > 0, "voters with names cast ballots one by one");
    voter_count_ += static_cast<std::size_t>(voters - voters_of_ballot_[ballot]);
    voters_of_ballot_[ballot] = voters;
}

bool is_support(const Mark& mark, Utility utility)
{
    switch (utility) {
    case Utility::cost:
    case Utility::cardinality:
        return true;
    case Utility::points:
    case Utility::borda:
        return mark.points > 0;
    }
    return false;
}

Supporters list_supporters(const Election& election, Utility utility)
{
    const auto count = election.projects().size();
    Supporters list;
    list.utility = utility;
    list.weighted = utility == Utility::points || utility == Utility::borda;
    list.first.assign(count + 1, 0);
    list.votes.assign(count, 0);
    list.weight.assign(count, 0);
    list.value.assign(count, 1);
    if (utility == Utility::cost)
        for (std::size_t at = 0; at < count; ++at) list.value[at] = election.projects()[at].cost;

    for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot)
        for (const auto& mark : election.marks(ballot))
            if (is_support(mark, utility)) ++list.first[mark.project + 1];
    for (std::size_t at = 0; at < count; ++at) list.first[at + 1] += list.first[at];

    auto next = list.first;
    list.ballots.resize(list.first[count]);
    if (list.weighted) list.weights.resize(list.first[count]);
    for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot) {
        const auto voters = election.voters_of(ballot);
        for (const auto& mark : election.marks(ballot)) {
            if (!is_support(mark, utility)) continue;
            const auto at = next[mark.project]++;
            list.ballots[at] = static_cast<std::uint32_t>(ballot);
            if (list.weighted) list.weights[at] = static_cast<double>(mark.points);
            list.votes[mark.project] += voters;
            list.weight[mark.project] += list.weighted ? mark.points * voters : voters;
        }
    }
    return list;
}

} // namespace moothall::decide::shares
