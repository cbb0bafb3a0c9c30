#include "decide/opinions/representation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

/// What each group stands for and what all agree on.
///
/// Figures and selection after C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw, C. Megill, "Polis:
/// Scaling Deliberation by Mapping High Dimensional Opinion Spaces", Recerca 26(2), 2021, and the
/// code of Polis (math/src/polismath/math/{repness,stats,conversation}.clj) and red-dwarf 0.4.0.
/// All probabilities are Laplace-smoothed: a group of three that agrees is not certain to.
/// Cost: one pass over the votes, then groups times statements.
namespace moothall::decide::opinions {

namespace {

/// The 90 % quantile of the normal distribution: one-sided, as everywhere in Polis.
constexpr double significant = 1.2815515655446004;

double probability(std::int64_t votes, std::int64_t seen)
{
    return static_cast<double>(votes + 1) / static_cast<double>(seen + 2);
}

/// How many standard deviations a share lies above one half.
double one_proportion_test(std::int64_t votes, std::int64_t seen)
{
    const auto n = static_cast<double>(seen + 1);
    return 2 * std::sqrt(n) * (static_cast<double>(votes + 1) / n - 0.5);
}

/// How many standard deviations the share inside lies above the share outside.
double two_proportions_test(std::int64_t votes_in, std::int64_t votes_out, std::int64_t seen_in,
                            std::int64_t seen_out)
{
    const auto in = static_cast<double>(seen_in + 1);
    const auto out = static_cast<double>(seen_out + 1);
    const double share_in = static_cast<double>(votes_in + 1) / in;
    const double share_out = static_cast<double>(votes_out + 1) / out;
    const double share = static_cast<double>(votes_in + votes_out + 2) / (in + out);
    if (share == 1) return 0; // where the limit is
    return (share_in - share_out) / std::sqrt(share * (1 - share) * (1 / in + 1 / out));
}

struct Figures {
    std::size_t statement = 0;
    Counts inside;
    Counts outside;
    double pa = 0, pd = 0;   // probabilities
    double pat = 0, pdt = 0; // their tests
    double ra = 0, rd = 0;   // repness
    double rat = 0, rdt = 0; // their tests

    bool is_representative() const
    {
        return (pat > significant && rat > significant) || (pdt > significant && rdt > significant);
    }
    bool is_agreed() const { return pat > significant || (ra > 1 && pa > 0.5); }
};

Figures figures_of(std::size_t statement, const Counts& inside, const Counts& outside)
{
    Figures f;
    f.statement = statement;
    f.inside = inside;
    f.outside = outside;
    f.pa = probability(inside.agree, inside.seen);
    f.pd = probability(inside.disagree, inside.seen);
    f.pat = one_proportion_test(inside.agree, inside.seen);
    f.pdt = one_proportion_test(inside.disagree, inside.seen);
    f.ra = f.pa / probability(outside.agree, outside.seen);
    f.rd = f.pd / probability(outside.disagree, outside.seen);
    f.rat = two_proportions_test(inside.agree, outside.agree, inside.seen, outside.seen);
    f.rdt = two_proportions_test(inside.disagree, outside.disagree, inside.seen, outside.seen);
    return f;
}

Representative representative_of(const Figures& f, Direction direction)
{
    if (direction == Direction::agree)
        return {f.statement, direction, f.inside, f.outside, f.pa, f.pat, f.ra, f.rat, false};
    return {f.statement, direction, f.inside, f.outside, f.pd, f.pdt, f.rd, f.rdt, false};
}

/// In the direction in which the group differs more from the others.
Representative representative_of(const Figures& f)
{
    return representative_of(f, f.rat > f.rdt ? Direction::agree : Direction::disagree);
}

bool agrees_better(const Figures& one, const Figures& best)
{
    if (best.ra > 1)
        return one.ra * one.rat * one.pa * one.pat > best.ra * best.rat * best.pa * best.pat;
    return one.pa * one.pat > best.pa * best.pat;
}

std::vector<Representative> select(const std::vector<Figures>& all, std::size_t shown_max,
                                   BestAgree rule)
{
    const Figures* best_agree = nullptr;
    for (const auto& one : all) {
        if (one.inside.agree == 0 && one.inside.disagree == 0) continue;
        if (rule == BestAgree::of_agreed && !one.is_agreed()) continue;
        const bool better =
            best_agree == nullptr ? one.is_agreed() : agrees_better(one, *best_agree);
        if (better) best_agree = &one;
    }

    std::vector<Representative> candidates;
    for (const auto& one : all)
        if (one.is_representative()) candidates.push_back(representative_of(one));
    const auto weight = [](const Representative& one) {
        return one.repness * one.repness_test * one.probability * one.probability_test;
    };
    std::sort(candidates.begin(), candidates.end(),
              [&](const Representative& a, const Representative& b) {
                  return weight(a) != weight(b) ? weight(a) > weight(b) : a.statement < b.statement;
              });

    std::vector<Representative> selected;
    if (best_agree != nullptr) {
        selected.push_back(rule == BestAgree::of_agreed
                               ? representative_of(*best_agree, Direction::agree)
                               : representative_of(*best_agree));
        selected.front().best_agree = true;
    } else if (candidates.empty()) {
        const auto best =
            std::max_element(all.begin(), all.end(), [](const Figures& a, const Figures& b) {
                return std::max(a.rat, a.rdt) < std::max(b.rat, b.rdt);
            });
        if (best != all.end()) selected.push_back(representative_of(*best));
    } else if (rule == BestAgree::as_polis) {
        return {}; // red-dwarf shows nothing where a group disagrees with all that it stands for
    }
    for (const auto& candidate : candidates) {
        if (selected.size() >= shown_max) break;
        if (!selected.empty() && selected.front().statement == candidate.statement) continue;
        selected.push_back(candidate);
    }
    std::vector<Representative> agrees_first;
    for (const auto direction : {Direction::agree, Direction::disagree})
        for (const auto& one : selected)
            if (one.direction == direction) agrees_first.push_back(one);
    return agrees_first;
}

} // namespace

std::vector<std::vector<Counts>>
count_by_group(const VoteTable& votes, std::span<const std::int32_t> group_of, std::size_t groups)
{
    std::vector<std::vector<Counts>> counts(groups, std::vector<Counts>(votes.statements()));
    for (std::size_t person = 0; person < votes.participants(); ++person) {
        if (group_of[person] < 0) continue;
        auto& own = counts[static_cast<std::size_t>(group_of[person])];
        const auto row = votes.row(person);
        for (std::size_t at = 0; at < row.votes.size(); ++at) {
            auto& count = own[row.statements[at]];
            count.agree += row.votes[at] > 0;
            count.disagree += row.votes[at] < 0;
            ++count.seen;
        }
    }
    return counts;
}

std::vector<std::vector<Representative>>
find_representatives(const VoteTable& votes, std::span<const std::vector<Counts>> counts,
                     std::size_t shown_max, BestAgree best_agree)
{
    std::vector<Counts> all(votes.statements());
    for (const auto& group : counts)
        for (std::size_t at = 0; at < all.size(); ++at) {
            all[at].agree += group[at].agree;
            all[at].disagree += group[at].disagree;
            all[at].seen += group[at].seen;
        }
    std::vector<std::vector<Representative>> selected;
    for (const auto& group : counts) {
        std::vector<Figures> figures;
        for (std::size_t at = 0; at < all.size(); ++at) {
            if (votes.is_moderated_out(at)) continue;
            figures.push_back(
                figures_of(at, group[at],
                           {all[at].agree - group[at].agree, all[at].disagree - group[at].disagree,
                            all[at].seen - group[at].seen}));
        }
        selected.push_back(select(figures, shown_max, best_agree));
    }
    return selected;
}

Consensus find_consensus(const VoteTable& votes, std::span<const std::vector<Counts>> counts,
                         std::size_t shown_max, ModeratedOut moderated_out)
{
    const std::vector<std::int32_t> together(votes.participants(), 0);
    const auto all = count_by_group(votes, together, 1).front();

    const auto majority = [&](Direction direction) {
        std::vector<ConsensusStatement> found;
        for (std::size_t at = 0; at < all.size(); ++at) {
            if (votes.is_moderated_out(at)) continue;
            const double p = probability(all[at].of(direction), all[at].seen);
            const double test = one_proportion_test(all[at].of(direction), all[at].seen);
            if (p > 0.5 && test > significant) found.push_back({at, all[at], p, test});
        }
        std::sort(found.begin(), found.end(),
                  [](const ConsensusStatement& a, const ConsensusStatement& b) {
                      const double of_a = a.probability * a.probability_test;
                      const double of_b = b.probability * b.probability_test;
                      return of_a != of_b ? of_a > of_b : a.statement < b.statement;
                  });
        found.resize(std::min(found.size(), shown_max));
        return found;
    };
    Consensus consensus{majority(Direction::agree), majority(Direction::disagree), {}};
    if (counts.empty()) return consensus;
    for (std::size_t at = 0; at < all.size(); ++at) {
        if (all[at].seen == 0) continue;
        if (votes.is_moderated_out(at) && moderated_out == ModeratedOut::left_out) continue;
        GroupInformedConsensus informed{at, 1, 1};
        for (const auto& group : counts) {
            informed.agree *= probability(group[at].agree, group[at].seen);
            informed.disagree *= probability(group[at].disagree, group[at].seen);
        }
        consensus.group_informed.push_back(informed);
    }
    return consensus;
}

double routing_priority(const Counts& counts, double extremity, bool meta)
{
    if (meta) return 49;
    const auto passes = counts.seen - counts.agree - counts.disagree;
    const double importance = (1 - probability(passes, counts.seen)) * (1 + extremity) *
                              probability(counts.agree, counts.seen);
    const double newness = 1 + 8 * std::exp2(-static_cast<double>(counts.seen) / 5);
    return importance * newness * (importance * newness);
}

} // namespace moothall::decide::opinions
