#pragma once

/// All that other stages may include of decide/: decisions, votes, the closed box, arguments,
/// goals, conversations.
#include "decide/argument.hpp"
#include "decide/box.hpp"
#include "decide/budget.hpp"
#include "decide/conversation.hpp"
#include "decide/conversation_files.hpp"
#include "decide/conversation_map.hpp"
#include "decide/conversation_vote.hpp"
#include "decide/decision.hpp"
#include "decide/delegation.hpp"
#include "decide/goal.hpp"
#include "decide/person_data.hpp"
#include "decide/priority.hpp"
#include "decide/vote.hpp"
