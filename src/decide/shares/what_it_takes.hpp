#pragma once

#include "decide/shares/election.hpp"
#include "decide/shares/equal_shares.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace moothall::decide::shares {

/// What would have made a loser win, each verified by running the whole rule again: the project
/// wins at the number given and loses at the next one on its side. Costs are tried in whole units
/// of money, which people talk about (below one unit, in its smallest part). Where the rule is not
/// monotone (add1) a nearer winning number may exist further inside.
struct WhatItTakes {
    /// The cost at which it would have won; none when even the smallest cost would have lost.
    std::optional<std::int64_t> cost;
    /// How many voters more, each naming only this project and giving it as many points as anybody
    /// gave to any project; none when even 64 times the voters would not have been enough.
    std::optional<std::int64_t> more_voters;
};

/// Called before each run of the rule; what it throws ends the search and comes through.
using Pause = std::function<void()>;

/// `outcome` is that of equal_shares() for this election, and `project` must have lost in it.
WhatItTakes what_it_takes(const Election& election, const Outcome& outcome, std::uint32_t project,
                          const Pause& pause = {});

} // namespace moothall::decide::shares
