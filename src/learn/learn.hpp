#pragma once

/// All that other stages may include of learn/: the clock of the loop.
#include "learn/clock.hpp"
#include "learn/follow_log.hpp"
