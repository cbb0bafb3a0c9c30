#pragma once

/// All that other stages may include of decide/: decisions, votes, their count and review.
#include "decide/decision.hpp"
