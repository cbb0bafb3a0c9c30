#pragma once

/// All that other stages may include of decide/: decisions, votes, the closed box, arguments,
/// goals.
#include "decide/argument.hpp"
#include "decide/box.hpp"
#include "decide/budget.hpp"
#include "decide/decision.hpp"
#include "decide/goal.hpp"
#include "decide/person_data.hpp"
#include "decide/vote.hpp"
