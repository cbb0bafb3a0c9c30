#pragma once

/// All that other stages may include of act/: promises, their kept-rate, and call-outs.
#include "act/agreement.hpp"
#include "act/author.hpp"
#include "act/callout.hpp"
#include "act/commitment.hpp"
#include "act/evidence.hpp"
#include "act/kept_chart.hpp"
#include "act/kept_rate.hpp"
