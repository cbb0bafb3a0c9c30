#pragma once

#include "decide/methods/ballots.hpp"

#include <algorithm>
#include <vector>

namespace moothall::decide::methods {

inline std::vector<Option> sorted(std::vector<Option> options)
{
    std::sort(options.begin(), options.end());
    return options;
}

} // namespace moothall::decide::methods
