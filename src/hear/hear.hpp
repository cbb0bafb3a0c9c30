#pragma once

/// All that other stages may include of hear/: voices, support, replies, statuses and tags,
/// moderation.
#include "hear/moderation.hpp"
#include "hear/reply.hpp"
#include "hear/status.hpp"
#include "hear/support.hpp"
#include "hear/voice.hpp"
