#include "decide/methods/transferable_vote.hpp"

#include "base/invariant.hpp"

#include <algorithm>

/// The single transferable vote as Scotland's councils are elected: The Scottish Local Government
/// Elections Order 2007 (SSI 2007/42), schedule 1, part III, rules 45-52, the weighted inclusive
/// Gregory method. Chosen because the rules are law, short, exact to the last digit, and counted
/// the same way by others.
///
/// - A ballot stands for its first option. The quota is ⌊ballots / (places + 1)⌋ + 1: at most
///   `places` options can have so many. Whoever reaches it is elected.
/// - An elected option keeps a quota; what is above goes on. Each of its ballots goes to the next
///   option on it that is neither elected nor out, at its value times surplus / total, rounded down
///   to five decimals. The largest surplus goes first.
/// - With no surplus left the option with the fewest votes is out; its ballots go on at the value
///   they have.
/// - When as many are left as places, they are elected and the count ends.
///
/// Ties: who was ahead at the latest earlier stage at which they differed (rules 49 and 51); if
/// they never did, the tie order instead of a lot drawn on the day: the first in it is taken for a
/// surplus, the last in it is out.
///
/// Cost: stages times ballots. A surplus is passed on once and what rounding down left is lost, as
/// the rules say; pref-voting's "STV-Scottish" passes remainders of some 0.00001 votes on again,
/// which we never saw change a result.
namespace moothall::decide::methods {

namespace {

/// Ballots that travel together: the same ranking, the same history.
struct Bundle {
    const std::vector<Option>* order;
    std::size_t next = 0; // place in the order after that of its holder
    std::int64_t count = 0;
    std::int64_t value = vote_units; // of each of its ballots
};

enum class State : std::uint8_t { continuing, elected, out };

class Count {
public:
    Count(std::span<const RankingBallots> ballots, const TieOrder& ties, std::size_t places)
        : ties_(ties), places_(places), state_(ties.options(), State::continuing),
          totals_(ties.options(), 0), held_(ties.options())
    {
        orders_.reserve(ballots.size());
        for (const auto& [ranking, count] : ballots) {
            invariant(count > 0 && is_valid(ranking, ties.options()),
                      "a ballot names options there are, each once");
            auto& order = orders_.emplace_back();
            for (const auto& place : ranking) {
                invariant(place.size() == 1, "a transferable vote goes to one option at a time");
                order.push_back(place.front());
            }
            if (order.empty()) continue;
            result_.ballots += count;
            give({&order, 0, count, vote_units});
        }
        invariant(result_.ballots <= 100'000'000, "products of votes and values fit 64 bits");
        result_.quota = result_.ballots / (static_cast<std::int64_t>(places) + 1) + 1;
    }

    TransferableVoteResult run() &&
    {
        end_stage(Stage{StageKind::first_preferences, {}, {}, TieBreak::none, {}, 0, {}, {}});
        while (result_.elected.size() < places_ && any(State::continuing)) {
            if (elect_remaining()) break;
            if (const auto with_surplus = largest_surplus(); !with_surplus.empty())
                pass_on_surplus(with_surplus);
            else
                exclude_last();
        }
        return std::move(result_);
    }

private:
    bool any(State state) const
    {
        return std::find(state_.begin(), state_.end(), state) != state_.end();
    }
    std::vector<Option> all(State state) const
    {
        std::vector<Option> options;
        for (Option option = 0; option < state_.size(); ++option)
            if (state_[option] == state) options.push_back(option);
        return options;
    }
    std::int64_t surplus(Option option) const
    {
        return totals_[option] - result_.quota * vote_units;
    }

    /// Hands the bundle to its next option that is still in; nobody if there is none.
    std::optional<Option> give(Bundle bundle)
    {
        while (bundle.next < bundle.order->size()) {
            const auto option = (*bundle.order)[bundle.next++];
            if (state_[option] != State::continuing) continue;
            held_[option].push_back(bundle);
            totals_[option] += bundle.count * bundle.value;
            return option;
        }
        return {};
    }

    void elect(std::vector<Option> options, Stage& stage)
    {
        std::sort(options.begin(), options.end(), [&](Option a, Option b) {
            return totals_[a] != totals_[b] ? totals_[a] > totals_[b] : ties_.is_before(a, b);
        });
        for (const auto option : options) {
            state_[option] = State::elected;
            waiting_.push_back(option);
            stage.elected.push_back(option);
            result_.elected.push_back(option);
        }
    }

    /// Notes the totals, and elects whoever has a quota now.
    void end_stage(Stage stage)
    {
        stage.totals = totals_;
        std::vector<Option> reached;
        for (const auto option : all(State::continuing))
            if (surplus(option) >= 0) reached.push_back(option);
        elect(std::move(reached), stage);
        result_.stages.push_back(std::move(stage));
    }

    bool elect_remaining()
    {
        const auto left = all(State::continuing);
        if (left.size() > places_ - result_.elected.size()) return false;
        Stage stage{StageKind::last_places, {}, {}, TieBreak::none, {}, 0, totals_, {}};
        elect(left, stage);
        result_.stages.push_back(std::move(stage));
        return true;
    }

    /// Those of the elected with the largest surplus that was not passed on yet.
    std::vector<Option> largest_surplus() const
    {
        std::vector<Option> largest;
        for (const auto option : waiting_) {
            if (surplus(option) <= 0) continue;
            if (!largest.empty() && surplus(option) < surplus(largest.front())) continue;
            if (!largest.empty() && surplus(option) > surplus(largest.front())) largest.clear();
            largest.push_back(option);
        }
        return largest;
    }

    enum class Wanted : std::uint8_t { most, fewest };

    /// Takes one of equals, and says in `stage` how.
    Option take_one(std::vector<Option> equals, Wanted wanted, Stage& stage) const
    {
        if (equals.size() == 1) return equals.front();
        stage.tied = equals;
        stage.tie_break = TieBreak::earlier_stage;
        for (auto at = result_.stages.rbegin(); at != result_.stages.rend(); ++at) {
            const auto& totals = at->totals;
            const auto less = [&](Option a, Option b) { return totals[a] < totals[b]; };
            const auto extreme = wanted == Wanted::most
                                     ? *std::max_element(equals.begin(), equals.end(), less)
                                     : *std::min_element(equals.begin(), equals.end(), less);
            std::erase_if(equals, [&](Option option) { return totals[option] != totals[extreme]; });
            if (equals.size() == 1) return equals.front();
        }
        stage.tie_break = TieBreak::tie_order;
        return wanted == Wanted::most ? ties_.first_of(equals) : ties_.last_of(equals);
    }

    /// Passes bundles on at the values they have now, and writes down where they went.
    void pass_on(const std::vector<Bundle>& bundles, Stage& stage)
    {
        std::vector<std::int64_t> received(state_.size(), 0);
        for (const auto& bundle : bundles)
            if (const auto to = give(bundle)) received[*to] += bundle.count * bundle.value;
        for (Option option = 0; option < received.size(); ++option)
            if (received[option] > 0) stage.transfers.push_back({option, received[option]});
    }

    void pass_on_surplus(std::vector<Option> largest)
    {
        Stage stage{StageKind::surplus, {}, {}, TieBreak::none, {}, 0, {}, {}};
        const auto from = take_one(std::move(largest), Wanted::most, stage);
        stage.of = from;
        std::erase(waiting_, from);
        const auto moving = surplus(from);
        auto bundles = std::move(held_[from]);
        for (auto& bundle : bundles) bundle.value = moving * bundle.value / totals_[from];
        totals_[from] -= moving;
        pass_on(std::move(bundles), stage);
        stage.not_transferable = moving;
        for (const auto& transfer : stage.transfers) stage.not_transferable -= transfer.units;
        end_stage(std::move(stage));
    }

    void exclude_last()
    {
        std::vector<Option> fewest;
        for (const auto option : all(State::continuing)) {
            if (!fewest.empty() && totals_[option] > totals_[fewest.front()]) continue;
            if (!fewest.empty() && totals_[option] < totals_[fewest.front()]) fewest.clear();
            fewest.push_back(option);
        }
        Stage stage{StageKind::exclusion, {}, {}, TieBreak::none, {}, 0, {}, {}};
        const auto last = take_one(std::move(fewest), Wanted::fewest, stage);
        stage.of = last;
        state_[last] = State::out;
        const auto moving = totals_[last];
        totals_[last] = 0;
        pass_on(std::move(held_[last]), stage);
        stage.not_transferable = moving;
        for (const auto& transfer : stage.transfers) stage.not_transferable -= transfer.units;
        end_stage(std::move(stage));
    }

    const TieOrder& ties_;
    std::size_t places_;
    std::vector<std::vector<Option>> orders_;
    std::vector<State> state_;
    std::vector<std::int64_t> totals_;
    std::vector<std::vector<Bundle>> held_;
    std::vector<Option> waiting_; // elected, surplus not yet passed on
    TransferableVoteResult result_;
};

} // namespace

TransferableVoteResult count_transferable_vote(std::span<const RankingBallots> ballots,
                                               const TieOrder& ties, std::size_t places)
{
    invariant(places > 0, "somebody is to be elected");
    return Count(ballots, ties, places).run();
}

} // namespace moothall::decide::methods
