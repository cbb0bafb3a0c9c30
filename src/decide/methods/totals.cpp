#include "decide/methods/totals.hpp"

#include "base/invariant.hpp"

#include <algorithm>

/// Counting that adds up. Single choice is the relative majority; approval: S. J. Brams and P. C.
/// Fishburn, "Approval voting", American Political Science Review 72(3), 1978; score: the sum of
/// points, of which approval is the case of none or one.
///
/// Each total is exact, and the order of the ballots cannot matter. Cost: one pass over the marks
/// and one sort of the options. Limits: in a single choice two options that are alike take votes
/// from each other; with several places all three may give every place to one half of the voters
/// (transferable_vote.cpp does not).
namespace moothall::decide::methods {

namespace {

TotalsResult empty_result(std::size_t options, std::size_t ballots)
{
    TotalsResult result;
    result.totals.assign(options, 0);
    result.supporters.assign(options, 0);
    result.ballots = static_cast<std::int64_t>(ballots);
    return result;
}

/// From the totals: the ranking, the winners, and where the tie order had a say.
void rank(TotalsResult& result, const TieOrder& ties, std::size_t places)
{
    const auto& totals = result.totals;
    result.ranking = ties.order();
    std::sort(result.ranking.begin(), result.ranking.end(), [&](Option a, Option b) {
        return totals[a] != totals[b] ? totals[a] > totals[b] : ties.is_before(a, b);
    });
    const auto all_with = [&](std::int64_t total) {
        std::vector<Option> options;
        for (const auto option : result.ranking)
            if (totals[option] == total) options.push_back(option);
        return options;
    };
    if (result.ranking.empty()) return;
    result.leaders = all_with(totals[result.ranking.front()]);
    if (result.blank == result.ballots || places == 0) return;
    const auto taken = std::min(places, result.ranking.size());
    result.winners.assign(result.ranking.begin(),
                          result.ranking.begin() + static_cast<std::ptrdiff_t>(taken));
    if (taken == result.ranking.size()) return;
    const auto last_in = totals[result.ranking[taken - 1]];
    if (last_in == totals[result.ranking[taken]]) result.tied_for_last_place = all_with(last_in);
}

} // namespace

TotalsResult count_single_choice(std::span<const std::optional<Option>> ballots,
                                 const TieOrder& ties, std::size_t places)
{
    auto result = empty_result(ties.options(), ballots.size());
    for (const auto& ballot : ballots) {
        if (!ballot) {
            ++result.blank;
            continue;
        }
        invariant(*ballot < ties.options(), "a ballot names an option there is");
        ++result.totals[*ballot];
    }
    result.supporters = result.totals;
    rank(result, ties, places);
    return result;
}

TotalsResult count_approval(std::span<const std::vector<Option>> ballots, const TieOrder& ties,
                            std::size_t places)
{
    auto result = empty_result(ties.options(), ballots.size());
    std::vector<std::size_t> last_named(ties.options(), 0); // by which ballot, from 1
    for (std::size_t at = 0; at < ballots.size(); ++at) {
        result.blank += ballots[at].empty();
        for (const auto option : ballots[at]) {
            invariant(option < ties.options() && last_named[option] != at + 1,
                      "a ballot names options there are, each once");
            last_named[option] = at + 1;
            ++result.totals[option];
        }
    }
    result.supporters = result.totals;
    rank(result, ties, places);
    return result;
}

TotalsResult count_score(std::span<const std::vector<Score>> ballots, std::int32_t most,
                         const TieOrder& ties, std::size_t places)
{
    invariant(most > 0, "there is something to give");
    auto result = empty_result(ties.options(), ballots.size());
    result.scores.assign(ties.options(),
                         std::vector<std::int64_t>(static_cast<std::size_t>(most) + 1, 0));
    std::vector<std::size_t> last_named(ties.options(), 0);
    for (std::size_t at = 0; at < ballots.size(); ++at) {
        bool gave = false;
        for (const auto& [option, points] : ballots[at]) {
            invariant(option < ties.options() && last_named[option] != at + 1,
                      "a ballot names options there are, each once");
            invariant(0 <= points && points <= most, "points are within their bounds");
            last_named[option] = at + 1;
            result.totals[option] += points;
            result.supporters[option] += points > 0;
            ++result.scores[option][static_cast<std::size_t>(points)];
            gave = gave || points > 0;
        }
        result.blank += !gave;
    }
    rank(result, ties, places);
    return result;
}

} // namespace moothall::decide::methods
